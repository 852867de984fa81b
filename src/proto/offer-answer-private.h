/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What offering, answering and agreeing have in common. For offer-answer*.c only.
 */
#pragma once

#include "offer-answer.h"

G_BEGIN_DECLS

UllimSdpKind ullim_sdp_media_kind (const UllimSdpMedia *media);

/** ullim_sdp_media_has_feedback: whether its profile is one with feedback (AVPF, SAVPF) */
gboolean ullim_sdp_media_has_feedback (const UllimSdpMedia *media);

/** ullim_sdp_media_protocol_for: Returns: the profile's name */
const char *ullim_sdp_media_protocol_for (UllimSdpSecurity security, gboolean feedback);

/** ullim_sdp_agreed_new: Returns: (transfer full): of an m-line that is refused */
UllimSdpAgreed *ullim_sdp_agreed_new (UllimSdpKind kind, guint index);

/**
 * ullim_sdp_media_check_address:
 *
 * Whether packets can be sent to @remote: a number, and not one of a group (RFC 5771); with ICE the
 * candidates say where, and the address does not matter.
 */
gboolean ullim_sdp_media_check_address (const UllimSdpTransport *remote, GError **error);

/** ullim_sdp_media_remote_direction: as seen from them; an address of zeros is a hold, too (RFC
 *  2543 section B.5) */
UllimSdpDirection ullim_sdp_media_remote_direction (const UllimSdp          *sdp,
                                                    const UllimSdpMedia     *media,
                                                    const UllimSdpTransport *remote);

/** ullim_sdp_direction_mirror: the same seen from the other side */
UllimSdpDirection ullim_sdp_direction_mirror (UllimSdpDirection direction);

/** ullim_sdp_agree_crypto: finds the first of @offered that @known has, too; Returns: (nullable):
 *  the one of @known */
const UllimSdpCrypto *ullim_sdp_agree_crypto (const UllimSdpTransport *offered,
                                              const UllimSdpTransport *known,
                                              const UllimSdpCrypto   **chosen);

/** ullim_sdp_media_bandwidth: Returns: kbit/s of b=TIAS or b=AS, of the medium or the session; 0 */
guint ullim_sdp_media_bandwidth (const UllimSdp *sdp, const UllimSdpMedia *media);

/** ullim_sdp_bundle_of: Returns: (transfer full) (nullable): the mids of the BUNDLE group */
char **ullim_sdp_bundle_of (const UllimSdp *sdp);

/** ullim_sdp_media_with_mid: Returns: its index; -1 if there is none */
int ullim_sdp_media_with_mid (const UllimSdp *sdp, const char *mid);

/** ullim_sdp_codec_apt: Returns: the payload type that an rtx repeats; -1 */
int ullim_sdp_codec_apt (const UllimSdpCodec *codec);

/** ullim_sdp_local_take: Returns: the first stream of @kind that has no m-line yet; -1 */
int ullim_sdp_local_take (const UllimSdpLocal *local,
                          UllimSdpKind         kind,
                          gboolean             taken[ULLIM_SDP_MAX_MEDIA]);

/** ullim_sdp_agreed_set_keys: SDES: theirs and ours, from base64 of @theirs and @ours */
void ullim_sdp_agreed_set_keys (UllimSdpAgreed       *agreed,
                                const UllimSdpCrypto *ours,
                                const UllimSdpCrypto *theirs);

/** ullim_sdp_agreed_bundle: what of the BUNDLE group in @sdp is agreed rides on the first of them;
 *  @agreed: (element-type UllimSdpAgreed) */
void ullim_sdp_agreed_bundle (const UllimSdp *sdp, GPtrArray *agreed);

/** ullim_sdp_codec_is_auxiliary: tones, comfort noise, repeats: no medium by themselves */
gboolean ullim_sdp_codec_is_auxiliary (const UllimSdpCodec *codec);

UllimSdpCodec *ullim_sdp_codecs_with_type (const GPtrArray *codecs, int payload_type);

G_END_DECLS
