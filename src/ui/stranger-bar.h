/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Says over a conversation that whoever writes is not in the address book, and offers to add or to
 * block them. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_STRANGER_BAR (ullim_stranger_bar_get_type ())
G_DECLARE_FINAL_TYPE (UllimStrangerBar, ullim_stranger_bar, ULLIM, STRANGER_BAR, GtkRevealer)

/** Signals of UllimStrangerBar: "changed" (): whether the person is in the address book is another
 *  now */

void ullim_stranger_bar_set_engine (UllimStrangerBar *self, UllimEngine *engine);

/** ullim_stranger_bar_set_conversation: @conversation: (nullable) */
void ullim_stranger_bar_set_conversation (UllimStrangerBar *self, UllimConversation *conversation);

/** ullim_stranger_bar_get_contact: Returns: (transfer none) (nullable): the conversation's person
 * in the address book */
UllimContact *ullim_stranger_bar_get_contact (UllimStrangerBar *self);

G_END_DECLS
