/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Idle time of an X11 session, from the server's screen saver extension. For core/ only.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _UllimIdleX11 UllimIdleX11;

/** UllimIdleX11Changed: @since_us: idle since then, us since the epoch; 0: not idle, also when the
 * X server went away. On the main thread */
typedef void (*UllimIdleX11Changed) (gint64 since_us, gpointer data);

/** ullim_idle_x11_new: asks on a thread of its own: a server that hangs holds nobody up. Without an
 *  X server, or built without its library, nothing is ever told. @data: valid until freed */
UllimIdleX11 *ullim_idle_x11_new (guint idle_after_s, UllimIdleX11Changed changed, gpointer data);

/** ullim_idle_x11_free: nothing is told after it; does not wait for the thread */
void ullim_idle_x11_free (UllimIdleX11 *self);

G_END_DECLS
