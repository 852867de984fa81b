/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The own presence as actions, for menus in the window and in the tray: "presence" (string state,
 * ullim_own_presence_name()) and "presence-note" (string state, empty: none). Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "presence-service.h"

G_BEGIN_DECLS

/** ullim_presence_actions_add: adds them to @map, in place of those of an earlier service */
void ullim_presence_actions_add (GActionMap *map, UllimPresenceService *service);

G_END_DECLS
