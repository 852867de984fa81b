/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One row of the list of people and of the list of found messages, drawn by one cell renderer:
 * avatar with presence, name, time, last line with the state of an own message, number of unread
 * messages. Its "text" says the same in one sentence for screen readers. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "conversation.h"
#include "presence.h"
#include "row-cell.h"
#include "search-hit.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PERSON_CELL (ullim_person_cell_get_type ())
G_DECLARE_FINAL_TYPE (UllimPersonCell, ullim_person_cell, ULLIM, PERSON_CELL, UllimRowCell)

/** ullim_person_cell_new: Returns: (transfer floating) */
GtkCellRenderer *ullim_person_cell_new (void);

/** ullim_person_cell_show_conversation: the next row to draw; @presence: (nullable): of its person,
 *  copied */
void ullim_person_cell_show_conversation (UllimPersonCell     *self,
                                          UllimConversation   *conversation,
                                          const UllimPresence *presence);

/** ullim_person_cell_show_hit: the next row to draw is a found message */
void ullim_person_cell_show_hit (UllimPersonCell *self, UllimSearchHit *hit);

G_END_DECLS
