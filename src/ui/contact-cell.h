/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One row of the list of people, drawn by one cell renderer: a person (avatar with presence, name,
 * their words or their state, a star) or the header of a group. Its "text" says the same in one
 * sentence for screen readers. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "people-group.h"
#include "photo-cache.h"
#include "row-cell.h"

G_BEGIN_DECLS

/** Width and height of the pictures that it draws, px. */
#define ULLIM_CONTACT_CELL_PHOTO_SIZE 36

#define ULLIM_TYPE_CONTACT_CELL (ullim_contact_cell_get_type ())
G_DECLARE_FINAL_TYPE (UllimContactCell, ullim_contact_cell, ULLIM, CONTACT_CELL, UllimRowCell)

/** ullim_contact_cell_new: Returns: (transfer floating) */
GtkCellRenderer *ullim_contact_cell_new (UllimPhotoCache *photos);

/** ullim_contact_cell_show_contact, _show_group: the next row to draw */
void ullim_contact_cell_show_contact (UllimContactCell *self, UllimContact *contact);
void ullim_contact_cell_show_group (UllimContactCell *self, UllimPeopleGroup *group);

G_END_DECLS
