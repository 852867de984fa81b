/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Offer and answer (RFC 3264) for sound and picture: profiles and their keys (RFC 4568, 5764), ICE
 * (RFC 8839), rtcp-mux (RFC 5761), BUNDLE (RFC 9143), feedback (RFC 4585). From what we can do and
 * what the other side wrote to what we write and what both then do. Pure functions, any thread.
 */
#pragma once

#include "sdp-codec.h"
#include "sdp-transport.h"

G_BEGIN_DECLS

/** UllimSdpKind: of an m-line */
typedef enum {
  ULLIM_SDP_AUDIO,
  ULLIM_SDP_VIDEO,
  ULLIM_SDP_OTHER,
} UllimSdpKind;

/**
 * UllimSdpStream:
 * @direction: which way we want it now
 * @codecs: (element-type UllimSdpCodec): in the user's order. A video codec "rtx" stands for
 *   repeating each of the others (RFC 4588)
 * @transport: where we are, with all the keys we have. @setup of one that is connected already is
 *   the part we play there
 * @bandwidth_kbps: most that we want to receive; 0: not told
 *
 * One medium of ours.
 */
typedef struct {
  UllimSdpKind       kind;
  UllimSdpDirection  direction;
  GPtrArray         *codecs;
  UllimSdpTransport *transport;
  guint              bandwidth_kbps;
} UllimSdpStream;

/**
 * UllimSdpLocal:
 * @address: where we are
 * @session_id, @version: of o=: the version grows with each description we write in a session
 * @streams: (element-type UllimSdpStream): in an offer: new ones come behind those there are
 * @security: what is offered
 * @allowed: the least that is taken
 * @feedback: whether the AVPF profiles are offered
 * @bundle: whether one transport for all media is offered or taken
 *
 * What we can do and want now.
 */
typedef struct {
  const char      *address;
  guint64          session_id;
  guint64          version;
  GPtrArray       *streams;
  UllimSdpSecurity security;
  UllimSdpSecurity allowed;
  gboolean         feedback;
  gboolean         bundle;
} UllimSdpLocal;

/**
 * UllimSdpAgreed:
 * @stream: index into the local streams; -1: the m-line is refused or switched off
 * @direction: which way we may use it
 * @send: (element-type UllimSdpCodec): what they understand, with their payload types
 * @receive: (element-type UllimSdpCodec): the same codecs with the payload types they send
 * @remote: where they are
 * @local_key: (nullable): SDES: base64 of ours; @remote_key: of theirs; both of @suite
 * @is_dtls_client: whether we begin the handshake
 * @bundle: index of the m-line whose transport this one uses: its own, or another's
 * @bandwidth_kbps: most that they want to receive; 0: not told
 *
 * What both sides do with one m-line.
 */
typedef struct {
  UllimSdpKind       kind;
  int                stream;
  UllimSdpDirection  direction;
  GPtrArray         *send;
  GPtrArray         *receive;
  UllimSdpSecurity   security;
  UllimSdpTransport *remote;
  char              *suite;
  char              *local_key;
  char              *remote_key;
  gboolean           is_dtls_client;
  gboolean           mux;
  gboolean           ice;
  gboolean           feedback;
  guint              bundle;
  guint              bandwidth_kbps;
} UllimSdpAgreed;

void ullim_sdp_agreed_free (UllimSdpAgreed *agreed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimSdpAgreed, ullim_sdp_agreed_free)

UllimSdpStream *
ullim_sdp_stream_new (UllimSdpKind kind, UllimSdpDirection direction, UllimSdpTransport *transport);
void ullim_sdp_stream_free (UllimSdpStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimSdpStream, ullim_sdp_stream_free)

/**
 * ullim_sdp_offer:
 * @previous: (nullable): what was agreed upon last in this session, from either side: its m-lines
 *   stay in their places, those we have no stream for switched off, and codecs keep their payload
 *   types (RFC 3264 section 8)
 *
 * Returns: (transfer full): an offer
 */
UllimSdp *ullim_sdp_offer (const UllimSdpLocal *local, const UllimSdp *previous);

/**
 * ullim_sdp_answer:
 * @agreed: (out) (transfer full) (element-type UllimSdpAgreed): one for each m-line
 * @error: a %ULLIM_SDP_ERROR: nothing in the offer can be taken: 488 or 606
 *
 * Takes the first m-line of each kind that can be had, and refuses the others with port 0.
 *
 * Returns: (transfer full) (nullable): the answer
 */
UllimSdp *ullim_sdp_answer (const UllimSdpLocal *local,
                            const UllimSdp      *offer,
                            GPtrArray          **agreed,
                            GError             **error);

/**
 * ullim_sdp_agree:
 * @offer: what we sent, made of @local
 * @error: a %ULLIM_SDP_ERROR: the answer does not fit the offer, or takes nothing of it
 *
 * Reads the answer to our offer.
 *
 * Returns: (transfer full) (nullable) (element-type UllimSdpAgreed): one for each m-line
 */
GPtrArray *ullim_sdp_agree (const UllimSdpLocal *local,
                            const UllimSdp      *offer,
                            const UllimSdp      *answer,
                            GError             **error);

G_END_DECLS
