/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The icon in the desktop's tray (StatusNotifierItem): shows the own presence and whether something
 * waits to be seen; its menu offers what is wanted without the window. Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "engine.h"

G_BEGIN_DECLS

/** People who are offered in the menu. */
#define ULLIM_TRAY_RECENT_PEOPLE 5

#define ULLIM_TYPE_TRAY (ullim_tray_get_type ())
G_DECLARE_FINAL_TYPE (UllimTray, ullim_tray, ULLIM, TRAY, GObject)

/**
 * ullim_tray_new:
 * @application: on the session bus; has the actions "toggle-window", "show-window", "hide-window",
 *   "presence", "edit-note", "show-conversation", "watchers" and "quit"
 *
 * Comes and goes with the desktop's tray. Returns: (transfer full)
 */
UllimTray *ullim_tray_new (GApplication *application, UllimEngine *engine);

/** ullim_tray_has_host: Returns: whether the icon is to be seen anywhere */
gboolean ullim_tray_has_host (UllimTray *self);

/** ullim_tray_set_window_shown: what the first entry of the menu offers */
void ullim_tray_set_window_shown (UllimTray *self, gboolean is_shown);

G_END_DECLS
