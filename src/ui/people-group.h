/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The header of a group in the list of people: the favourites, a group of the address book, or all
 * who are in none. Main thread.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/** UllimPeopleGroupKind: in the order in which they stand */
typedef enum {
  ULLIM_PEOPLE_GROUP_FAVOURITES,
  ULLIM_PEOPLE_GROUP_NAMED,
  ULLIM_PEOPLE_GROUP_OTHERS,
} UllimPeopleGroupKind;

#define ULLIM_TYPE_PEOPLE_GROUP (ullim_people_group_get_type ())
G_DECLARE_FINAL_TYPE (UllimPeopleGroup, ullim_people_group, ULLIM, PEOPLE_GROUP, GObject)

/** ullim_people_group_new: @name: (nullable): of a NAMED one */
UllimPeopleGroup *ullim_people_group_new (UllimPeopleGroupKind kind, const char *name);

UllimPeopleGroupKind ullim_people_group_get_kind (UllimPeopleGroup *self);
/** ullim_people_group_get_name: Returns: (nullable): as the address book has it; %NULL: not NAMED
 */
const char *ullim_people_group_get_name (UllimPeopleGroup *self);
/** ullim_people_group_get_id: Returns: by which it is remembered */
const char *ullim_people_group_get_id (UllimPeopleGroup *self);
/** ullim_people_group_compare: as they stand in the list */
int ullim_people_group_compare (UllimPeopleGroup *a, UllimPeopleGroup *b);

guint    ullim_people_group_get_n_people (UllimPeopleGroup *self);
guint    ullim_people_group_get_n_available (UllimPeopleGroup *self);
gboolean ullim_people_group_get_collapsed (UllimPeopleGroup *self);
/** ullim_people_group_set: for people-rows. Returns: whether anything changed */
gboolean ullim_people_group_set (UllimPeopleGroup *self,
                                 guint             n_people,
                                 guint             n_available,
                                 gboolean          is_collapsed);

/** ullim_people_group_set_alone: for people-rows: nobody shown is in a NAMED group. Returns:
 * whether that is new */
gboolean ullim_people_group_set_alone (UllimPeopleGroup *self, gboolean is_alone);

/** ullim_people_group_get_title: Returns: (transfer none): the name to show, translated */
const char *ullim_people_group_get_title (UllimPeopleGroup *self);
/** ullim_people_group_get_count_text: Returns: (transfer full): "3 of 8 available" */
char *ullim_people_group_get_count_text (UllimPeopleGroup *self);

G_END_DECLS
