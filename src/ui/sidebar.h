/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The left pane: one search entry, and two views under it, People and Chats; below, what was done
 * and can be undone. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "conversation-list-view.h"
#include "engine.h"
#include "notice-bar.h"
#include "people-view.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_SIDEBAR (ullim_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (UllimSidebar, ullim_sidebar, ULLIM, SIDEBAR, GtkBox)

/** ullim_sidebar_new: @settings: (nullable): where the choice of the view is remembered */
GtkWidget *ullim_sidebar_new (UllimEngine *engine, GSettings *settings);

UllimPeopleView           *ullim_sidebar_get_people (UllimSidebar *self);
UllimConversationListView *ullim_sidebar_get_chats (UllimSidebar *self);
UllimNoticeBar            *ullim_sidebar_get_notices (UllimSidebar *self);

/** ullim_sidebar_show_people, _show_chats: and puts the keyboard there */
void ullim_sidebar_show_people (UllimSidebar *self);
void ullim_sidebar_show_chats (UllimSidebar *self);

/** ullim_sidebar_focus_list: puts the keyboard on the list that is shown */
void ullim_sidebar_focus_list (UllimSidebar *self);
/** ullim_sidebar_focus_search: as Ctrl+K */
void ullim_sidebar_focus_search (UllimSidebar *self);

G_END_DECLS
