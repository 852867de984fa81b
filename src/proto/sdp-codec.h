/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The codecs of an m-line: payload type, rtpmap, fmtp and rtcp-fb as one value (RFC 8866 section
 * 6.6 and 6.15, RFC 4585 section 4.2), and whether two of them are the same. Pure functions, any
 * thread.
 */
#pragma once

#include "sdp.h"

G_BEGIN_DECLS

/** Most codecs read from one m-line, and feedback kinds of one; longest parameters. */
#define ULLIM_SDP_MAX_CODECS 64
#define ULLIM_SDP_MAX_FEEDBACK 16
#define ULLIM_SDP_MAX_PARAMETERS_BYTES 512
/** The payload types that are ours to give away (RFC 3551 section 3). */
#define ULLIM_SDP_FIRST_DYNAMIC 96
#define ULLIM_SDP_LAST_DYNAMIC 127

/**
 * UllimSdpCodec:
 * @name: encoding name: opus, PCMU, VP8, telephone-event, rtx
 * @clock_rate: Hz, as written in rtpmap
 * @channels: at least 1
 * @payload_type: 0 to 127; -1: not chosen yet
 * @parameters: (nullable): value of fmtp
 * @feedback: (element-type utf8): "nack", "nack pli", "ccm fir" …
 */
typedef struct {
  char      *name;
  guint      clock_rate;
  guint      channels;
  int        payload_type;
  char      *parameters;
  GPtrArray *feedback;
} UllimSdpCodec;

UllimSdpCodec *ullim_sdp_codec_new (const char *name,
                                    guint       clock_rate,
                                    guint       channels,
                                    int         payload_type,
                                    const char *parameters);
UllimSdpCodec *ullim_sdp_codec_copy (const UllimSdpCodec *codec);
void           ullim_sdp_codec_free (UllimSdpCodec *codec);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimSdpCodec, ullim_sdp_codec_free)

gboolean ullim_sdp_codec_is (const UllimSdpCodec *codec, const char *name);
void     ullim_sdp_codec_add_feedback (UllimSdpCodec *codec, const char *feedback);
gboolean ullim_sdp_codec_has_feedback (const UllimSdpCodec *codec, const char *feedback);

/** ullim_sdp_codec_get_parameter: Returns: (transfer full) (nullable): value of one of the
 *  parameters `name=value;…`, "" for one without a value */
char *ullim_sdp_codec_get_parameter (const UllimSdpCodec *codec, const char *name);

/**
 * ullim_sdp_codec_matches:
 *
 * Whether what one sends the other understands: same name, rate and channels; VP9 of the same
 * profile (RFC 9628). H.264 of any profile and both packetization modes matches: every decoder of
 * ours takes them, and what we send is the baseline of them all. Of rtx only the name is compared:
 * what it repeats is for the caller.
 */
gboolean ullim_sdp_codec_matches (const UllimSdpCodec *a, const UllimSdpCodec *b);

/** ullim_sdp_codecs_read: Returns: (transfer full) (element-type UllimSdpCodec): those that can be
 *  told: static payload types need no rtpmap; a dynamic one without is left out */
GPtrArray *ullim_sdp_codecs_read (const UllimSdpMedia *media);

/** ullim_sdp_codecs_write: @codecs: (element-type UllimSdpCodec): with payload types; as formats of
 *  @media; @with_feedback: rtcp-fb too */
void ullim_sdp_codecs_write (UllimSdpMedia *media, const GPtrArray *codecs, gboolean with_feedback);

/** ullim_sdp_codecs_find: Returns: (transfer none) (nullable): the first that matches @codec */
UllimSdpCodec *ullim_sdp_codecs_find (const GPtrArray *codecs, const UllimSdpCodec *codec);

G_END_DECLS
