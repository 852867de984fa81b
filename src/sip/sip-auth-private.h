/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Digest authentication of the client (RFC 3261 section 22, RFC 8760) in two places: inside nua,
 * for whatever request is challenged, and ahead of a request whose nonce is already known.
 */
#pragma once

#include "sip-sofia-private.h"

G_BEGIN_DECLS

/** ULLIM_SIP_AUTH_NONCE_LIFE_S: how long a nonce is used again without being asked for it. */
#define ULLIM_SIP_AUTH_NONCE_LIFE_S 240

/** ullim_sip_auth_register: makes nua answer MD5, SHA-256 and SHA-512-256. Once per process. */
void ullim_sip_auth_register (void);

/**
 * ullim_sip_auth_data:
 * @realm: as it stands in the challenge, with its quotes
 *
 * Returns: (transfer full): the value of NUTAG_AUTH(); user and password may hold any character
 */
char *ullim_sip_auth_data (const char *realm, const char *user, const char *password);

/**
 * ullim_sip_auth_is_known:
 * @challenge: one challenge of a WWW-Authenticate or Proxy-Authenticate
 *
 * Returns: whether it is Digest with an algorithm and a qop that can be answered
 */
gboolean ullim_sip_auth_is_known (const msg_auth_t *challenge);

typedef struct _UllimSipAuthCache UllimSipAuthCache;

/** ullim_sip_auth_cache_new: the nonces of one account */
UllimSipAuthCache *ullim_sip_auth_cache_new (const char *user, const char *password);
void               ullim_sip_auth_cache_free (UllimSipAuthCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimSipAuthCache, ullim_sip_auth_cache_free)

/**
 * ullim_sip_auth_cache_learn:
 * @sip: a 401 or 407 that nua itself answers with nonce count 1
 */
void ullim_sip_auth_cache_learn (UllimSipAuthCache *self, const sip_t *sip);

/** ullim_sip_auth_cache_forget: after a failed authentication */
void ullim_sip_auth_cache_forget (UllimSipAuthCache *self);

/**
 * ullim_sip_auth_cache_answer:
 * @for_proxy: for Proxy-Authorization, otherwise for Authorization
 * @uri: request URI
 *
 * Returns: (transfer full) (nullable): the header's value, counting the nonce; %NULL if no fresh
 *   nonce is known
 */
char *ullim_sip_auth_cache_answer (UllimSipAuthCache *self,
                                   gboolean           for_proxy,
                                   const char        *method,
                                   const char        *uri);

G_END_DECLS
