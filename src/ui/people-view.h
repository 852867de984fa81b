/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The buddy list: people with their presence, in groups. What is done with a person goes through
 * the actions of people-actions.h. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PEOPLE_VIEW (ullim_people_view_get_type ())
G_DECLARE_FINAL_TYPE (UllimPeopleView, ullim_people_view, ULLIM, PEOPLE_VIEW, GtkStack)

/**
 * Signals of UllimPeopleView:
 *
 * contact-activated (UllimContact *): by click or Enter.
 * collapsed-changed (): other groups are collapsed than before.
 */

GtkWidget *ullim_people_view_new (UllimEngine *engine);

/** ullim_people_view_set_search: @text: what to look for; "": everybody in their groups */
void ullim_people_view_set_search (UllimPeopleView *self, const char *text);
/** ullim_people_view_activate_first: the first of those found, if any */
void ullim_people_view_activate_first (UllimPeopleView *self);
void ullim_people_view_focus_list (UllimPeopleView *self);
/** ullim_people_view_reveal: puts the cursor on @contact and scrolls there */
void ullim_people_view_reveal (UllimPeopleView *self, UllimContact *contact);

/** ullim_people_view_set_collapsed: ids of groups, zero-terminated */
void ullim_people_view_set_collapsed (UllimPeopleView *self, const char *const *ids);
/** ullim_people_view_get_collapsed: Returns: (transfer full) */
char **ullim_people_view_get_collapsed (UllimPeopleView *self);

G_END_DECLS
