/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nonces of digest challenges (RFC 7616 sections 3.3 and 5.4) and the counting of their use, in
 * constant memory: each nonce owns one slot of a ring until it is old or the ring has come round.
 * Whatever is not in the ring any more is stale, so nothing can be replayed. Pure, main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ULLIM_SERVER_NONCE_SIZE: room for a nonce and its NUL. */
#define ULLIM_SERVER_NONCE_SIZE 41
/** ULLIM_SERVER_NONCE_LIFE_S: how long a nonce is good. */
#define ULLIM_SERVER_NONCE_LIFE_S 3600
/** ULLIM_SERVER_NONCE_RING: nonces that are known at one time; a power of two. */
#define ULLIM_SERVER_NONCE_RING (1 << 16)

/**
 * UllimServerNonceUse:
 * @ULLIM_SERVER_NONCE_FRESH: first use of this nonce with this count
 * @ULLIM_SERVER_NONCE_REPEATED: the same request once more (a retransmission)
 * @ULLIM_SERVER_NONCE_STALE: unknown, too old, or its count was used: a new nonce is needed
 */
typedef enum {
  ULLIM_SERVER_NONCE_FRESH,
  ULLIM_SERVER_NONCE_REPEATED,
  ULLIM_SERVER_NONCE_STALE,
} UllimServerNonceUse;

typedef struct _UllimServerNonces UllimServerNonces;

UllimServerNonces *ullim_server_nonces_new (void);
void               ullim_server_nonces_free (UllimServerNonces *self);

/**
 * ullim_server_nonces_make:
 * @now_s: monotonic seconds
 * @out: room for %ULLIM_SERVER_NONCE_SIZE bytes
 */
void ullim_server_nonces_make (UllimServerNonces *self, gint64 now_s, char *out);

/**
 * ullim_server_nonces_use:
 * @nonce: from the credentials
 * @count: the nonce count; 1 where the client sends none
 * @request: identifies the request, equal for a retransmission of it
 */
UllimServerNonceUse ullim_server_nonces_use (UllimServerNonces *self,
                                             const char        *nonce,
                                             guint32            count,
                                             guint64            request,
                                             gint64             now_s);

G_END_DECLS
