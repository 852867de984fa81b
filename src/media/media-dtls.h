/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One DTLS handshake that yields the keys of SRTP (RFC 5764), and the gate before them: keys come
 * out only if who answered has the fingerprint that the signalling named (RFC 5763 section 5). Does
 * no I/O and keeps no clock: datagrams in, datagrams out. Of one thread at a time.
 */
#pragma once

#include "media-certificate.h"
#include "media-srtp.h"

G_BEGIN_DECLS

/** ULLIM_MEDIA_DTLS_MTU: longest datagram that is sent. */
#define ULLIM_MEDIA_DTLS_MTU 1200
/** ULLIM_MEDIA_DTLS_FIRST_MS: pause before the first repetition; each next one is twice as long, up
 *  to _MAX_MS. The usual second is long for a call. */
#define ULLIM_MEDIA_DTLS_FIRST_MS 100
#define ULLIM_MEDIA_DTLS_MAX_MS 2000
/** ULLIM_MEDIA_DTLS_TRIES: repetitions before it fails. */
#define ULLIM_MEDIA_DTLS_TRIES 16

/**
 * UllimMediaDtlsState:
 * @ULLIM_MEDIA_DTLS_NEW: not started
 * @ULLIM_MEDIA_DTLS_CONNECTING: the handshake goes on, or it is over and no fingerprint is known
 * yet
 * @ULLIM_MEDIA_DTLS_CONNECTED: over, and it was who it had to be
 * @ULLIM_MEDIA_DTLS_FAILED: for good
 * @ULLIM_MEDIA_DTLS_CLOSED: they said that it ends
 */
typedef enum {
  ULLIM_MEDIA_DTLS_NEW,
  ULLIM_MEDIA_DTLS_CONNECTING,
  ULLIM_MEDIA_DTLS_CONNECTED,
  ULLIM_MEDIA_DTLS_FAILED,
  ULLIM_MEDIA_DTLS_CLOSED,
} UllimMediaDtlsState;

typedef struct _UllimMediaDtls UllimMediaDtls;

/** UllimMediaDtlsSend: sends one datagram */
typedef void (*UllimMediaDtlsSend) (const guint8 *data, gsize length, gpointer user_data);

/** ullim_media_dtls_new: @is_client: whether we begin (SDP: setup:active) */
UllimMediaDtls *ullim_media_dtls_new (UllimMediaCertificate *certificate,
                                      gboolean               is_client,
                                      UllimMediaDtlsSend     send,
                                      gpointer               user_data);
void            ullim_media_dtls_free (UllimMediaDtls *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimMediaDtls, ullim_media_dtls_free)

/** ullim_media_dtls_set_fingerprint: what the SDP of the other side says: "sha-256 AB:…". May come
 *  after the handshake: an offer's port is open before its answer is there */
void ullim_media_dtls_set_fingerprint (UllimMediaDtls *self, const char *fingerprint);

/** ullim_media_dtls_start: a client sends its first datagram */
void ullim_media_dtls_start (UllimMediaDtls *self);

/** ullim_media_dtls_receive: a datagram whose first byte is 20 to 63 (RFC 7983) */
void ullim_media_dtls_receive (UllimMediaDtls *self, const guint8 *data, gsize length);

/** ullim_media_dtls_get_timeout: Returns: ms until ullim_media_dtls_repeat() is due; -1: never */
int  ullim_media_dtls_get_timeout (UllimMediaDtls *self);
void ullim_media_dtls_repeat (UllimMediaDtls *self);

/** ullim_media_dtls_close: tells the other side */
void ullim_media_dtls_close (UllimMediaDtls *self);

UllimMediaDtlsState ullim_media_dtls_get_state (UllimMediaDtls *self);
/** ullim_media_dtls_get_error: Returns: (transfer none) (nullable): why FAILED */
const GError *ullim_media_dtls_get_error (UllimMediaDtls *self);

/** ullim_media_dtls_make_srtp: Returns: (transfer full) (nullable): the protection agreed upon,
 * once CONNECTED */
UllimMediaSrtp *ullim_media_dtls_make_srtp (UllimMediaDtls *self, GError **error);

G_END_DECLS
