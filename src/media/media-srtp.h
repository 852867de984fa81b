/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Protecting RTP and RTCP (RFC 3711, RFC 7714): one pair of keys, one for each way, as SDES or
 * DTLS-SRTP agreed upon them. Of one thread at a time.
 */
#pragma once

#include "media-error.h"

G_BEGIN_DECLS

/** ULLIM_MEDIA_SRTP_ROOM: bytes that protecting may add to a packet. */
#define ULLIM_MEDIA_SRTP_ROOM 160
/** ULLIM_MEDIA_SRTP_MAX_SOURCES: senders (SSRC) whose packets are told apart; those of more are
 *  dropped. */
#define ULLIM_MEDIA_SRTP_MAX_SOURCES 32

typedef struct _UllimMediaSrtp UllimMediaSrtp;

/** ullim_media_srtp_suites: Returns: (transfer none): the crypto suites of RFC 4568 and 7714 that
 * can be used here, the best first, zero-terminated */
const char *const *ullim_media_srtp_suites (void);

/** ullim_media_srtp_key_length: Returns: bytes of master key and salt of @suite; 0: it is unknown
 */
gsize ullim_media_srtp_key_length (const char *suite);

/** ullim_media_srtp_make_key: Returns: (transfer full): a random key and salt for @suite in base64,
 *  as SDP carries it (RFC 4568 section 6.1); secret */
char *ullim_media_srtp_make_key (const char *suite);

/**
 * ullim_media_srtp_new:
 * @local: master key and salt that we send with
 * @remote: those they send with
 * @length: of each: ullim_media_srtp_key_length()
 *
 * Returns: (transfer full) (nullable): %NULL with %ULLIM_MEDIA_ERROR_KEY
 */
UllimMediaSrtp *ullim_media_srtp_new (const char   *suite,
                                      const guint8 *local,
                                      const guint8 *remote,
                                      gsize         length,
                                      GError      **error);

/** ullim_media_srtp_new_base64: the same with keys as SDP carries them */
UllimMediaSrtp *ullim_media_srtp_new_base64 (const char *suite,
                                             const char *local,
                                             const char *remote,
                                             GError    **error);

void ullim_media_srtp_free (UllimMediaSrtp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimMediaSrtp, ullim_media_srtp_free)

/**
 * ullim_media_srtp_protect:
 * @packet: (inout): RTP or RTCP, 4-byte aligned, with room for %ULLIM_MEDIA_SRTP_ROOM more
 * @length: (inout): its bytes
 *
 * Returns: %FALSE if it is no packet that can be protected
 */
gboolean
ullim_media_srtp_protect (UllimMediaSrtp *self, guint8 *packet, gsize *length, gboolean is_rtcp);

/** ullim_media_srtp_unprotect: Returns: %FALSE: forged, damaged, seen before: it is to be dropped
 */
gboolean
ullim_media_srtp_unprotect (UllimMediaSrtp *self, guint8 *packet, gsize *length, gboolean is_rtcp);

G_END_DECLS
