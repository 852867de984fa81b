/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where other computers reach this one. Main thread; nothing is sent.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ullim_local_address:
 *
 * Returns: (transfer full): the IPv4 address of the interface that leads to the world, else
 *   "127.0.0.1"
 */
char *ullim_local_address (void);

/**
 * ullim_local_free_port:
 * @wanted: the port to begin with
 *
 * Returns: @wanted, or the first of the next ports that is free for UDP and TCP; 0 if none of
 *   %ULLIM_LOCAL_PORT_TRIES is
 */
guint16 ullim_local_free_port (guint16 wanted);

/** ULLIM_LOCAL_PORT_TRIES: ports looked at by ullim_local_free_port() */
#define ULLIM_LOCAL_PORT_TRIES 20

G_END_DECLS
