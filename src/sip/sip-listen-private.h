/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where an account listens: the entries `udp:IP:PORT` and `tcp:IP:PORT` become what nua binds.
 * Port 0 is settled here, by binding, because nua tells its real ports in one version only.
 */
#pragma once

#include <gio/gio.h>

#include "sip-resolver.h"

G_BEGIN_DECLS

/** ULLIM_SIP_MAX_BOUND: transports that nua can be given at creation. */
#define ULLIM_SIP_MAX_BOUND 2

/**
 * UllimSipListen:
 * @urls: for nua, zero-terminated, at most %ULLIM_SIP_MAX_BOUND
 * @told: `udp:IP:PORT` with real ports, zero-terminated
 */
typedef struct {
  char **urls;
  char **told;
} UllimSipListen;

/**
 * ullim_sip_listen_new:
 * @entries: zero-terminated
 * @error: %ULLIM_SIP_ERROR_ADDRESS: not an entry, too many; %ULLIM_SIP_ERROR_PORT_IN_USE: taken,
 *   not allowed, or not an address of this machine
 *
 * UDP and TCP on one address get the same port where both ask for 0. The ports are free at this
 * moment; whoever binds later than at once has to expect a failure.
 */
UllimSipListen *ullim_sip_listen_new (const char *const *entries, GError **error);
void            ullim_sip_listen_free (UllimSipListen *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimSipListen, ullim_sip_listen_free)

G_END_DECLS
