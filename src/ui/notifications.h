/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows what the core finds worth the user's attention as desktop notifications. Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "attention.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_NOTIFICATIONS (ullim_notifications_get_type ())
G_DECLARE_FINAL_TYPE (UllimNotifications, ullim_notifications, ULLIM, NOTIFICATIONS, GObject)

/**
 * ullim_notifications_new:
 * @application: not owned; has the action "show-conversation" (int64 conversation id)
 */
UllimNotifications *ullim_notifications_new (GApplication *application, UllimAttention *attention);

G_END_DECLS
