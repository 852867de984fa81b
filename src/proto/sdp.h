/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Session descriptions (RFC 8866): the only reader and writer of SDP. Pure functions, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Longest description that is read, and longest line in it, in bytes. */
#define ULLIM_SDP_MAX_BYTES (64 * 1024)
#define ULLIM_SDP_MAX_LINE 4096
/** Most media of a description, formats of one of them, attributes and bandwidths of one section.
 */
#define ULLIM_SDP_MAX_MEDIA 32
#define ULLIM_SDP_MAX_FORMATS 64
#define ULLIM_SDP_MAX_ATTRIBUTES 512
#define ULLIM_SDP_MAX_BANDWIDTHS 16

#define ULLIM_SDP_ERROR (ullim_sdp_error_quark ())
GQuark ullim_sdp_error_quark (void);

/**
 * UllimSdpError:
 * @ULLIM_SDP_ERROR_TOO_LONG: over one of the limits above
 * @ULLIM_SDP_ERROR_ENCODING: not UTF-8, or a NUL in it
 * @ULLIM_SDP_ERROR_SYNTAX: not a session description
 * @ULLIM_SDP_ERROR_MEDIA: no medium in it that both sides have
 * @ULLIM_SDP_ERROR_ADDRESS: its media are wanted where nothing can be sent: at a group, or a name
 * @ULLIM_SDP_ERROR_SECURITY: not protected as it must be, or otherwise than was offered
 */
typedef enum {
  ULLIM_SDP_ERROR_TOO_LONG,
  ULLIM_SDP_ERROR_ENCODING,
  ULLIM_SDP_ERROR_SYNTAX,
  ULLIM_SDP_ERROR_MEDIA,
  ULLIM_SDP_ERROR_ADDRESS,
  ULLIM_SDP_ERROR_SECURITY,
} UllimSdpError;

/** UllimSdpAttribute: an a= line; @value is %NULL for a flag */
typedef struct {
  char *name;
  char *value;
} UllimSdpAttribute;

/**
 * UllimSdpSection:
 * @title: (nullable): i=
 * @address: (nullable): of c=, without its TTL and count
 * @bandwidths: (element-type utf8): b= lines, as "type:value"
 * @attributes: (element-type UllimSdpAttribute): in order
 *
 * What the session and each of its media have in common.
 */
typedef struct {
  char      *title;
  char      *address;
  GPtrArray *bandwidths;
  GPtrArray *attributes;
} UllimSdpSection;

/**
 * UllimSdpMedia:
 * @type: audio, video, message, application …
 * @port: 0: refused or switched off
 * @n_ports: usually 1
 * @protocol: RTP/AVP, UDP/TLS/RTP/SAVPF, TCP/MSRP …
 * @formats: (element-type utf8): payload types, or the one format "*"
 */
typedef struct {
  UllimSdpSection section;
  char           *type;
  guint16         port;
  guint           n_ports;
  char           *protocol;
  GPtrArray      *formats;
} UllimSdpMedia;

/**
 * UllimSdp:
 * @user: of o=, "-" if there is none
 * @session_id: of o=
 * @version: of o=: greater in each new description of a session
 * @origin: address of o=
 * @name: s=
 * @media: (element-type UllimSdpMedia): in order: an answer has the same
 */
typedef struct {
  UllimSdpSection section;
  char           *user;
  guint64         session_id;
  guint64         version;
  char           *origin;
  char           *name;
  GPtrArray      *media;
} UllimSdp;

/**
 * UllimSdpDirection:
 *
 * Bits: which way media flow, seen from whoever wrote the description.
 */
typedef enum {
  ULLIM_SDP_INACTIVE = 0,
  ULLIM_SDP_SENDONLY = 1,
  ULLIM_SDP_RECVONLY = 2,
  ULLIM_SDP_SENDRECV = 3,
} UllimSdpDirection;

/**
 * ullim_sdp_parse:
 * @text: a description; lines may end in CRLF or LF
 * @length: its bytes
 * @error: return location for a %ULLIM_SDP_ERROR
 *
 * Returns: (transfer full) (nullable)
 */
UllimSdp *ullim_sdp_parse (const char *text, gsize length, GError **error);

/** ullim_sdp_new: Returns: (transfer full): an empty session, at @address (also its origin) */
UllimSdp *ullim_sdp_new (const char *address, guint64 session_id, guint64 version);

void ullim_sdp_free (UllimSdp *sdp);

/** ullim_sdp_to_string: Returns: (transfer full): the text, with CRLF */
char *ullim_sdp_to_string (const UllimSdp *sdp);

/** ullim_sdp_add_media: Returns: (transfer none): a new one at the end, without formats */
UllimSdpMedia *
ullim_sdp_add_media (UllimSdp *sdp, const char *type, guint16 port, const char *protocol);

/** ullim_sdp_media_add_format: @format: a payload type or another token */
void ullim_sdp_media_add_format (UllimSdpMedia *media, const char *format);

/** ullim_sdp_section_add: @value: (nullable): neither it nor @name may hold a line end */
void ullim_sdp_section_add (UllimSdpSection *section, const char *name, const char *value);

/** ullim_sdp_section_get: Returns: (transfer none) (nullable): the first value of an attribute, ""
 * for a flag, %NULL if there is none of the name */
const char *ullim_sdp_section_get (const UllimSdpSection *section, const char *name);

/** ullim_sdp_media_address: Returns: (transfer none) (nullable): where the media are wanted: their
 * own c= or the session's */
const char *ullim_sdp_media_address (const UllimSdp *sdp, const UllimSdpMedia *media);

/** ullim_sdp_media_direction: their own direction, the session's, or sendrecv (RFC 8866
 * section 6.7)
 */
UllimSdpDirection ullim_sdp_media_direction (const UllimSdp *sdp, const UllimSdpMedia *media);

/** ullim_sdp_direction_name: Returns: the attribute's name */
const char *ullim_sdp_direction_name (UllimSdpDirection direction);

/** ullim_sdp_direction_answer: what to answer to @offered for one who would send and receive
 * (RFC 3264 section 6.1) */
UllimSdpDirection ullim_sdp_direction_answer (UllimSdpDirection offered);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimSdp, ullim_sdp_free)

G_END_DECLS
