/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the packets of an m-line go and how they are protected: address and ports, rtcp-mux (RFC
 * 5761), ICE (RFC 8839), the keys of SDES (RFC 4568) or the fingerprint of DTLS-SRTP (RFC 5763,
 * 8122). Pure functions, any thread.
 */
#pragma once

#include "sdp.h"

G_BEGIN_DECLS

/** Most candidates and crypto lines of one m-line that are read. */
#define ULLIM_SDP_MAX_CANDIDATES 64
#define ULLIM_SDP_MAX_CRYPTOS 16

/** UllimSdpSecurity: in the order of preference, worst first */
typedef enum {
  ULLIM_SDP_SECURITY_NONE,
  ULLIM_SDP_SECURITY_SDES,
  ULLIM_SDP_SECURITY_DTLS,
} UllimSdpSecurity;

/** UllimSdpSetup: who begins the handshake (RFC 4145 section 4) */
typedef enum {
  ULLIM_SDP_SETUP_ACTPASS,
  ULLIM_SDP_SETUP_ACTIVE,
  ULLIM_SDP_SETUP_PASSIVE,
  ULLIM_SDP_SETUP_HOLDCONN,
} UllimSdpSetup;

/**
 * UllimSdpCandidate:
 * @component: 1 RTP, 2 RTCP
 * @transport: udp, or a tcp that we ignore
 * @type: host, srflx, prflx, relay
 * @related_address: (nullable)
 *
 * RFC 8839 section 5.1.
 */
typedef struct {
  char   *foundation;
  guint   component;
  char   *transport;
  guint32 priority;
  char   *address;
  guint16 port;
  char   *type;
  char   *related_address;
  guint16 related_port;
} UllimSdpCandidate;

/**
 * UllimSdpCrypto:
 * @tag: 1 to 999999999
 * @suite: AES_CM_128_HMAC_SHA1_80 …
 * @key: base64 of key and salt, after `inline:`, without life time and MKI
 *
 * RFC 4568 section 9.1. Secret: never to be logged.
 */
typedef struct {
  guint tag;
  char *suite;
  char *key;
} UllimSdpCrypto;

/**
 * UllimSdpTransport:
 * @address: (nullable): IP address
 * @port: of RTP; 0: refused
 * @rtcp_port: of RTCP: @port itself with @mux
 * @ufrag, @password: (nullable): of ICE
 * @candidates: (element-type UllimSdpCandidate)
 * @is_lite: the other side's ICE is a lite one
 * @fingerprint: (nullable): "sha-256 AB:CD:…"
 * @cryptos: (element-type UllimSdpCrypto): offered: the preferred first; answered: one
 */
typedef struct {
  char         *address;
  guint16       port;
  guint16       rtcp_port;
  gboolean      mux;
  char         *ufrag;
  char         *password;
  GPtrArray    *candidates;
  gboolean      is_lite;
  char         *fingerprint;
  UllimSdpSetup setup;
  GPtrArray    *cryptos;
} UllimSdpTransport;

UllimSdpTransport *ullim_sdp_transport_new (const char *address, guint16 port);
UllimSdpTransport *ullim_sdp_transport_copy (const UllimSdpTransport *transport);
void               ullim_sdp_transport_free (UllimSdpTransport *transport);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimSdpTransport, ullim_sdp_transport_free)

/** ullim_sdp_transport_add_candidate: @candidate: (transfer full) */
void ullim_sdp_transport_add_candidate (UllimSdpTransport *transport, UllimSdpCandidate *candidate);
void ullim_sdp_candidate_free (UllimSdpCandidate *candidate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimSdpCandidate, ullim_sdp_candidate_free)

void ullim_sdp_transport_add_crypto (UllimSdpTransport *transport,
                                     guint              tag,
                                     const char        *suite,
                                     const char        *key);

/** ullim_sdp_candidate_parse: Returns: (transfer full) (nullable): of an a=candidate value */
UllimSdpCandidate *ullim_sdp_candidate_parse (const char *value);
/** ullim_sdp_candidate_to_string: Returns: (transfer full): the value */
char *ullim_sdp_candidate_to_string (const UllimSdpCandidate *candidate);

/** ullim_sdp_transport_read: Returns: (transfer full): of @media, with what the session says for
 * all. What is broken is left out: a fingerprint that cannot be read is none */
UllimSdpTransport *ullim_sdp_transport_read (const UllimSdp *sdp, const UllimSdpMedia *media);

/** ullim_sdp_transport_write: address, ports and ICE, and what @security needs */
void ullim_sdp_transport_write (UllimSdpMedia           *media,
                                const UllimSdpTransport *transport,
                                UllimSdpSecurity         security);

G_END_DECLS
