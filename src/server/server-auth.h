/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who sent this request: digest authentication (RFC 3261 section 22, RFC 8760). Main thread.
 */
#pragma once

#include "server-accounts.h"

#include <sofia-sip/sip.h>

G_BEGIN_DECLS

typedef struct _UllimServerAuth UllimServerAuth;

/** ullim_server_auth_new: @realm: the group's domain; @accounts: (transfer none): outlives it */
UllimServerAuth *ullim_server_auth_new (const char *realm, UllimServerAccounts *accounts);
void             ullim_server_auth_free (UllimServerAuth *self);

/**
 * ullim_server_auth_check:
 * @credentials: (nullable): Authorization or Proxy-Authorization headers
 * @line: the request's first line: credentials for one person are not good for another
 * @key: identifies the request, equal for a retransmission of it
 * @stale: (out): the password was right, only the nonce was not
 *
 * Returns: (transfer none) (nullable): the account whose password was used
 */
const UllimServerAccount *ullim_server_auth_check (UllimServerAuth     *self,
                                                   const msg_auth_t    *credentials,
                                                   const sip_request_t *line,
                                                   guint64              key,
                                                   gboolean            *stale);

/**
 * ullim_server_auth_check_http:
 * @header: (nullable): the value of Authorization
 * @method: of HTTP
 * @target: as it stands in the request's first line
 *
 * The same for a request over HTTP (RFC 7616), with the same nonces.
 */
const UllimServerAccount *ullim_server_auth_check_http (UllimServerAuth *self,
                                                        const char      *header,
                                                        const char      *method,
                                                        const char      *target,
                                                        gboolean        *stale);

/**
 * ullim_server_auth_challenge:
 * @user_agent: (nullable): what the client calls itself: decides the order
 * @stale: the password was right already
 * @out: header values, in the order in which they are to stand; free each with g_free()
 *
 * Returns: how many values there are
 */
guint ullim_server_auth_challenge (UllimServerAuth *self,
                                   const char      *user_agent,
                                   gboolean         stale,
                                   char            *out[ULLIM_SERVER_N_ALGORITHMS]);

G_END_DECLS
