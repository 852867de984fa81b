/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows what the core finds worth the user's attention as desktop notifications: messages, and
 * people who want to see the user. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_NOTIFICATIONS (ullim_notifications_get_type ())
G_DECLARE_FINAL_TYPE (UllimNotifications, ullim_notifications, ULLIM, NOTIFICATIONS, GObject)

/**
 * ullim_notifications_new:
 * @application: not owned; has the actions "show-conversation" (int64 conversation id),
 *   "show-window" and "decide" (account id, address, UllimPermission)
 */
UllimNotifications *ullim_notifications_new (GtkApplication *application, UllimEngine *engine);

G_END_DECLS
