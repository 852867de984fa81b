/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections that cost more than they give: too many from one address, silent ones, and those that
 * send a message byte by byte (slow-loris). Main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _UllimServerConnections UllimServerConnections;

UllimServerConnections *ullim_server_connections_new (void);
void                    ullim_server_connections_free (UllimServerConnections *self);

/** ullim_server_connections_heard: a whole message came from @source ("address:port") */
void
ullim_server_connections_heard (UllimServerConnections *self, const char *source, gint64 now_s);

/**
 * ullim_server_connections_sweep:
 * @belongs: whether a registered person is reached over this source
 *
 * Closes what must not stay. To be called about once a second.
 */
void ullim_server_connections_sweep (UllimServerConnections *self,
                                     gboolean (*belongs) (const char *source, gpointer data),
                                     gpointer data,
                                     gint64   now_s);

G_END_DECLS
