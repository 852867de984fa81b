/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of the list of people as a GListModel: an UllimPeopleGroup heads the UllimContact of
 * each group, in the order of the contact list; who is in several groups stands in each. While a
 * text is looked for: those who match, without headers. Main thread.
 *
 * All rows are equally high, so who stands in them may change without any row coming or going: ten
 * thousand people who change their state are one redraw, not ten thousand moves.
 */
#pragma once

#include "contact-list.h"
#include "people-group.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PEOPLE_ROWS (ullim_people_rows_get_type ())
G_DECLARE_FINAL_TYPE (UllimPeopleRows, ullim_people_rows, ULLIM, PEOPLE_ROWS, GObject)

/**
 * Signals of UllimPeopleRows:
 *
 * updated (): before its items-changed and rows-changed, the rows being the new ones already.
 * items-changed (of GListModel): so many rows more or less, where the first of them differ.
 * rows-changed (guint position, guint n_rows): others stand in these rows, or look different now;
 *   after items-changed.
 * settled (): after both.
 */

/** ullim_people_rows_new: Returns: (transfer full) */
UllimPeopleRows *ullim_people_rows_new (UllimContactList *contacts);

/** ullim_people_rows_update: changes are gathered for a moment; this takes them in now */
void ullim_people_rows_update (UllimPeopleRows *self);

/** ullim_people_rows_forget_text: @contact's data changed: what a search compares is made anew */
void ullim_people_rows_forget_text (UllimPeopleRows *self, UllimContact *contact);

/** ullim_people_rows_set_search: @text: (nullable): looked for in names, nicknames, addresses and
 *  groups; takes effect at once */
void     ullim_people_rows_set_search (UllimPeopleRows *self, const char *text);
gboolean ullim_people_rows_is_searching (UllimPeopleRows *self);

/** ullim_people_rows_set_collapsed: takes effect at once */
void ullim_people_rows_set_collapsed (UllimPeopleRows  *self,
                                      UllimPeopleGroup *group,
                                      gboolean          collapsed);
/** ullim_people_rows_set_collapsed_ids: which groups are collapsed, also such as come later */
void ullim_people_rows_set_collapsed_ids (UllimPeopleRows *self, const char *const *ids);
/** ullim_people_rows_get_collapsed_ids: Returns: (transfer full): sorted, zero-terminated */
char **ullim_people_rows_get_collapsed_ids (UllimPeopleRows *self);

/** ullim_people_rows_get_group: Returns: (transfer none) (nullable): to which the row belongs;
 * %NULL in a search */
UllimPeopleGroup *ullim_people_rows_get_group (UllimPeopleRows *self, guint position);

/**
 * ullim_people_rows_find:
 * @item: a contact or a group
 * @group: (nullable): where a contact is looked for first
 *
 * Returns: the row, -1 if there is none
 */
int ullim_people_rows_find (UllimPeopleRows *self, gpointer item, UllimPeopleGroup *group);

G_END_DECLS
