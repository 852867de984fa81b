/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a next hop can be reached at all. Sofia reports a refused port, a missing route and
 * silence alike; a connection of our own tells which it is.
 */
#pragma once

#include <gio/gio.h>

#include "sip-resolver.h"

G_BEGIN_DECLS

/** ULLIM_SIP_PROBE_TIMEOUT_S: how long a server may take to accept a connection. */
#define ULLIM_SIP_PROBE_TIMEOUT_S 8

/**
 * ullim_sip_probe_async:
 * @hop: a hop over TCP
 *
 * Connects, and closes.
 */
void ullim_sip_probe_async (const UllimSipHop  *hop,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data);

/**
 * ullim_sip_probe_finish:
 *
 * Returns: whether somebody listens; otherwise %ULLIM_SIP_ERROR_REFUSED, _UNREACHABLE, _TIMEOUT,
 *   _CONNECTION_LOST, or cancelled
 */
gboolean ullim_sip_probe_finish (GAsyncResult *result, GError **error);

/**
 * ullim_sip_probe_local_ip:
 *
 * Asks the routing table; sends nothing.
 *
 * Returns: (transfer full) (nullable): address of this machine that faces the hop; or %NULL with
 *   %ULLIM_SIP_ERROR_UNREACHABLE, _ADDRESS
 */
char *ullim_sip_probe_local_ip (const UllimSipHop *hop, GError **error);

/**
 * ullim_sip_error_from_connect:
 * @error: why GIO could not connect
 *
 * Returns: (transfer full): its layer; a cancellation stays what it is
 */
GError *ullim_sip_error_from_connect (const GError *error);

G_END_DECLS
