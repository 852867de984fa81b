/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells when connections should be looked after at once: the network changed, or the machine woke
 * from sleep. Main thread. For core/ only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ULLIM_TYPE_WAKE_WATCH (ullim_wake_watch_get_type ())
G_DECLARE_FINAL_TYPE (UllimWakeWatch, ullim_wake_watch, ULLIM, WAKE_WATCH, GObject)

/** Signal "wake" (): once for several changes in short order. */

UllimWakeWatch *ullim_wake_watch_new (void);

/** ullim_wake_watch_poke: as if something had changed */
void ullim_wake_watch_poke (UllimWakeWatch *self);

G_END_DECLS
