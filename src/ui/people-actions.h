/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the user does with people, as the actions "people.…" of the window: menus, buttons, keys and
 * drops all go through them. Main thread.
 *
 * add (s: address or ""), open (x: id of a contact), edit (x), remove (x), favourite (x),
 * set-group (xsb), new-group (x), rename-group (s), dissolve-group (s), block (x),
 * unblock (x), import, import-file (s: URI), export, order (state s: "presence" or "name").
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"
#include "notice-bar.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PEOPLE_ACTIONS (ullim_people_actions_get_type ())
G_DECLARE_FINAL_TYPE (UllimPeopleActions, ullim_people_actions, ULLIM, PEOPLE_ACTIONS, GObject)

/**
 * Signals of UllimPeopleActions:
 *
 * opened (UllimConversation *): the conversation with a person who was opened.
 * added (UllimContact *): by the user, one by one: show where they are.
 */

/**
 * ullim_people_actions_new:
 * @window: not owned; gets the actions; must outlive the object or its dispose
 * @settings: (nullable): where the order is remembered
 * @notices: not owned; belongs to @window
 */
UllimPeopleActions *ullim_people_actions_new (GtkWindow      *window,
                                              UllimEngine    *engine,
                                              GSettings      *settings,
                                              UllimNoticeBar *notices);

/** ullim_people_actions_activate: the action of the window in which @widget is; @target: floating
 * is taken */
void ullim_people_actions_activate (GtkWidget *widget, const char *name, GVariant *target);

/** ullim_people_actions_on_changed: a callback for changes of which only a failure is said */
void ullim_people_actions_on_changed (GObject *service, GAsyncResult *result, gpointer unused);

/** ullim_people_actions_find_account: Returns: (transfer full) (nullable): over which @contact is
 *  spoken to */
UllimAccount *ullim_people_actions_find_account (UllimEngine *engine, UllimContact *contact);

G_END_DECLS
