/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What both sides of an exchange need; offers are made in offer-answer-offer.c, answered in
 * offer-answer-answer.c, and answers read in offer-answer-agree.c.
 */
#define G_LOG_DOMAIN "sdp"

#include "offer-answer-private.h"

#include <string.h>

UllimSdpStream *
ullim_sdp_stream_new (UllimSdpKind kind, UllimSdpDirection direction, UllimSdpTransport *transport)
{
  UllimSdpStream *stream = g_new0 (UllimSdpStream, 1);

  stream->kind = kind;
  stream->direction = direction;
  stream->codecs = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sdp_codec_free);
  stream->transport = transport;
  return stream;
}

void
ullim_sdp_stream_free (UllimSdpStream *stream)
{
  if (!stream)
    return;
  g_ptr_array_unref (stream->codecs);
  ullim_sdp_transport_free (stream->transport);
  g_free (stream);
}

UllimSdpAgreed *
ullim_sdp_agreed_new (UllimSdpKind kind, guint index)
{
  UllimSdpAgreed *agreed = g_new0 (UllimSdpAgreed, 1);

  agreed->kind = kind;
  agreed->stream = -1;
  agreed->bundle = index;
  agreed->send = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sdp_codec_free);
  agreed->receive = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sdp_codec_free);
  return agreed;
}

void
ullim_sdp_agreed_free (UllimSdpAgreed *agreed)
{
  if (!agreed)
    return;
  g_ptr_array_unref (agreed->send);
  g_ptr_array_unref (agreed->receive);
  ullim_sdp_transport_free (agreed->remote);
  g_free (agreed->suite);
  g_free (agreed->local_key);
  g_free (agreed->remote_key);
  g_free (agreed);
}

UllimSdpKind
ullim_sdp_media_kind (const UllimSdpMedia *media)
{
  if (!strstr (media->protocol, "RTP/"))
    return ULLIM_SDP_OTHER;
  if (strcmp (media->type, "audio") == 0)
    return ULLIM_SDP_AUDIO;
  return strcmp (media->type, "video") == 0 ? ULLIM_SDP_VIDEO : ULLIM_SDP_OTHER;
}

gboolean
ullim_sdp_media_has_feedback (const UllimSdpMedia *media)
{
  return g_str_has_suffix (media->protocol, "AVPF");
}

const char *
ullim_sdp_media_protocol_for (UllimSdpSecurity security, gboolean feedback)
{
  static const char *const names[][2] = {
      [ULLIM_SDP_SECURITY_NONE] = {"RTP/AVP", "RTP/AVPF"},
      [ULLIM_SDP_SECURITY_SDES] = {"RTP/SAVP", "RTP/SAVPF"},
      [ULLIM_SDP_SECURITY_DTLS] = {"UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF"},
  };

  return names[security][feedback ? 1 : 0];
}

/* ---- addresses and directions ---- */

static gboolean
is_group (const char *address)
{
  gint64 first = g_ascii_strtoll (address, NULL, 10);

  if (strchr (address, ':'))
    return g_ascii_strncasecmp (address, "ff", 2) == 0;
  return first >= 224 && first <= 255;
}

gboolean
ullim_sdp_media_check_address (const UllimSdpTransport *remote, GError **error)
{
  if (remote->ufrag && remote->password && remote->candidates->len > 0)
    return TRUE;
  if (!remote->address || !g_hostname_is_ip_address (remote->address)) {
    g_set_error_literal (error, ULLIM_SDP_ERROR, ULLIM_SDP_ERROR_ADDRESS,
                         "The media address is not a number");
    return FALSE;
  }
  if (is_group (remote->address)) {
    g_set_error_literal (error, ULLIM_SDP_ERROR, ULLIM_SDP_ERROR_ADDRESS,
                         "The media address is that of a group");
    return FALSE;
  }
  return TRUE;
}

UllimSdpDirection
ullim_sdp_direction_mirror (UllimSdpDirection direction)
{
  UllimSdpDirection mirror = ULLIM_SDP_INACTIVE;

  if (direction & ULLIM_SDP_SENDONLY)
    mirror |= ULLIM_SDP_RECVONLY;
  if (direction & ULLIM_SDP_RECVONLY)
    mirror |= ULLIM_SDP_SENDONLY;
  return mirror;
}

UllimSdpDirection
ullim_sdp_media_remote_direction (const UllimSdp          *sdp,
                                  const UllimSdpMedia     *media,
                                  const UllimSdpTransport *remote)
{
  UllimSdpDirection direction = ullim_sdp_media_direction (sdp, media);

  if (!remote->ufrag && remote->address &&
      (strcmp (remote->address, "0.0.0.0") == 0 || strcmp (remote->address, "::") == 0))
    direction &= ~ULLIM_SDP_RECVONLY;
  return direction;
}

/* ---- keys, bandwidth, groups ---- */

const UllimSdpCrypto *
ullim_sdp_agree_crypto (const UllimSdpTransport *offered,
                        const UllimSdpTransport *known,
                        const UllimSdpCrypto   **chosen)
{
  for (guint i = 0; i < offered->cryptos->len; i++) {
    const UllimSdpCrypto *theirs = g_ptr_array_index (offered->cryptos, i);

    for (guint j = 0; j < known->cryptos->len; j++) {
      const UllimSdpCrypto *ours = g_ptr_array_index (known->cryptos, j);

      if (strcmp (theirs->suite, ours->suite) == 0) {
        *chosen = theirs;
        return ours;
      }
    }
  }
  return NULL;
}

static guint
section_bandwidth (const UllimSdpSection *section)
{
  guint kbps = 0;

  for (guint i = 0; i < section->bandwidths->len; i++) {
    const char *line = g_ptr_array_index (section->bandwidths, i);
    guint64     value;

    if (g_str_has_prefix (line, "TIAS:") &&
        g_ascii_string_to_unsigned (line + 5, 10, 0, G_MAXUINT32, &value, NULL))
      return (guint) (value / 1000);
    if (g_str_has_prefix (line, "AS:") &&
        g_ascii_string_to_unsigned (line + 3, 10, 0, G_MAXUINT32, &value, NULL))
      kbps = (guint) value;
  }
  return kbps;
}

guint
ullim_sdp_media_bandwidth (const UllimSdp *sdp, const UllimSdpMedia *media)
{
  guint kbps = section_bandwidth (&media->section);

  return kbps ? kbps : section_bandwidth (&sdp->section);
}

char **
ullim_sdp_bundle_of (const UllimSdp *sdp)
{
  for (guint i = 0; i < sdp->section.attributes->len; i++) {
    const UllimSdpAttribute *attribute = g_ptr_array_index (sdp->section.attributes, i);

    if (strcmp (attribute->name, "group") == 0 && attribute->value &&
        g_str_has_prefix (attribute->value, "BUNDLE "))
      return g_strsplit (attribute->value + 7, " ", ULLIM_SDP_MAX_MEDIA);
  }
  return NULL;
}

int
ullim_sdp_media_with_mid (const UllimSdp *sdp, const char *mid)
{
  for (guint i = 0; i < sdp->media->len; i++) {
    const UllimSdpMedia *media = g_ptr_array_index (sdp->media, i);

    if (g_strcmp0 (ullim_sdp_section_get (&media->section, "mid"), mid) == 0)
      return (int) i;
  }
  return -1;
}

int
ullim_sdp_codec_apt (const UllimSdpCodec *codec)
{
  g_autofree char *value = ullim_sdp_codec_get_parameter (codec, "apt");
  guint64          apt;

  if (!value || !g_ascii_string_to_unsigned (value, 10, 0, 127, &apt, NULL))
    return -1;
  return (int) apt;
}

UllimSdpCodec *
ullim_sdp_codecs_with_type (const GPtrArray *codecs, int payload_type)
{
  for (guint i = 0; i < codecs->len; i++) {
    UllimSdpCodec *codec = g_ptr_array_index (codecs, i);

    if (codec->payload_type == payload_type)
      return codec;
  }
  return NULL;
}

int
ullim_sdp_local_take (const UllimSdpLocal *local,
                      UllimSdpKind         kind,
                      gboolean             taken[ULLIM_SDP_MAX_MEDIA])
{
  for (guint i = 0; i < local->streams->len && i < ULLIM_SDP_MAX_MEDIA; i++) {
    const UllimSdpStream *stream = g_ptr_array_index (local->streams, i);

    if (!taken[i] && stream->kind == kind) {
      taken[i] = TRUE;
      return (int) i;
    }
  }
  return -1;
}

void
ullim_sdp_agreed_set_keys (UllimSdpAgreed       *agreed,
                           const UllimSdpCrypto *ours,
                           const UllimSdpCrypto *theirs)
{
  agreed->suite = g_strdup (ours->suite);
  agreed->local_key = g_strdup (ours->key);
  agreed->remote_key = g_strdup (theirs->key);
}

void
ullim_sdp_agreed_bundle (const UllimSdp *sdp, GPtrArray *agreed)
{
  g_auto (GStrv) mids = ullim_sdp_bundle_of (sdp);
  int            first = -1;

  for (guint i = 0; mids && mids[i]; i++) {
    int             index = ullim_sdp_media_with_mid (sdp, mids[i]);
    UllimSdpAgreed *one = index >= 0 ? g_ptr_array_index (agreed, index) : NULL;

    if (!one || one->stream < 0)
      continue;
    if (first < 0) {
      const UllimSdpMedia *media = g_ptr_array_index (sdp->media, index);

      /* It carries the others: one without a port cannot. */
      if (!media->port)
        continue;
      first = index;
    }
    one->bundle = (guint) first;
    one->mux = TRUE;
  }
}

gboolean
ullim_sdp_codec_is_auxiliary (const UllimSdpCodec *codec)
{
  return ullim_sdp_codec_is (codec, "telephone-event") || ullim_sdp_codec_is (codec, "CN") ||
         ullim_sdp_codec_is (codec, "rtx");
}
