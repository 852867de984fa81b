/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The groups of a person as chips, and an entry that completes the names of those there are. Main
 * thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "contact-list.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_GROUP_CHIPS (ullim_group_chips_get_type ())
G_DECLARE_FINAL_TYPE (UllimGroupChips, ullim_group_chips, ULLIM, GROUP_CHIPS, GtkBox)

/** ullim_group_chips_set: @groups: (element-type utf8): copied; @contacts: whose groups are offered
 */
void ullim_group_chips_set (UllimGroupChips *self, GPtrArray *groups, UllimContactList *contacts);

/** ullim_group_chips_get: Returns: (transfer full) (element-type utf8): also what is written and
 * not yet a chip */
GPtrArray *ullim_group_chips_get (UllimGroupChips *self);

G_END_DECLS
