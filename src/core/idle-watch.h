/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether somebody sits at this computer: idle time and screen lock, from the first of the
 * desktop's services that answers (Mutter's IdleMonitor, the X11 screen saver extension, KDE's
 * ScreenSaver; lock from logind or the ScreenSaver service). Main thread, asynchronous.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** ULLIM_IDLE_AFTER_S: without a key or a pointer for so long one is idle. */
#define ULLIM_IDLE_AFTER_S 300

#define ULLIM_TYPE_IDLE_WATCH (ullim_idle_watch_get_type ())
G_DECLARE_FINAL_TYPE (UllimIdleWatch, ullim_idle_watch, ULLIM, IDLE_WATCH, GObject)

/** Signals of UllimIdleWatch: changed (gint64 since_us): idle or locked since then, us since the
 *  epoch; 0: somebody is there again */

/** ullim_idle_watch_new: @idle_after_s: such as %ULLIM_IDLE_AFTER_S */
UllimIdleWatch *ullim_idle_watch_new (guint idle_after_s);

G_END_DECLS
