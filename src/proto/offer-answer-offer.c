/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making an offer (RFC 3264 section 5), the first of a session or a later one (section 8).
 */
#define G_LOG_DOMAIN "sdp"

#include "offer-answer-private.h"

#include <string.h>

/* ---- payload types ---- */

static int
take_free_type (gboolean used[128])
{
  for (int type = ULLIM_SDP_FIRST_DYNAMIC; type <= ULLIM_SDP_LAST_DYNAMIC; type++) {
    if (!used[type]) {
      used[type] = TRUE;
      return type;
    }
  }
  return -1;
}

/* The payload type that is its own, or the one it had before, or a new one. */
static int
choose_type (const UllimSdpCodec *codec, const GPtrArray *before, gboolean used[128])
{
  const UllimSdpCodec *known = before ? ullim_sdp_codecs_find (before, codec) : NULL;

  if (codec->payload_type >= 0)
    return codec->payload_type;
  return known ? known->payload_type : take_free_type (used);
}

static void
add_rtx (GPtrArray *codecs, const GPtrArray *before, gboolean used[128])
{
  guint n = codecs->len;

  for (guint i = 0; i < n; i++) {
    const UllimSdpCodec *codec = g_ptr_array_index (codecs, i);
    g_autofree char     *parameters = g_strdup_printf ("apt=%d", codec->payload_type);
    int                  type = -1;

    for (guint j = 0; before && j < before->len; j++) {
      const UllimSdpCodec *known = g_ptr_array_index (before, j);

      if (ullim_sdp_codec_is (known, "rtx") && ullim_sdp_codec_apt (known) == codec->payload_type)
        type = known->payload_type;
    }
    if (type < 0)
      type = take_free_type (used);
    if (type >= 0)
      g_ptr_array_add (codecs, ullim_sdp_codec_new ("rtx", codec->clock_rate, 1, type, parameters));
  }
}

/* The codecs of a stream with their payload types. @used: of the whole session, as bundled media
 * must not share any (RFC 9143 section 10.1.1). */
static GPtrArray *
number_codecs (const UllimSdpStream *stream, const GPtrArray *before, gboolean used[128])
{
  GPtrArray *codecs = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sdp_codec_free);
  gboolean   repeats = FALSE;

  for (guint i = 0; before && i < before->len; i++)
    used[((UllimSdpCodec *) g_ptr_array_index (before, i))->payload_type] = TRUE;
  for (guint i = 0; i < stream->codecs->len; i++) {
    const UllimSdpCodec *codec = g_ptr_array_index (stream->codecs, i);
    UllimSdpCodec       *copy;

    if (ullim_sdp_codec_is (codec, "rtx")) {
      repeats = TRUE;
      continue;
    }
    copy = ullim_sdp_codec_copy (codec);
    copy->payload_type = choose_type (codec, before, used);
    if (copy->payload_type >= 0)
      g_ptr_array_add (codecs, copy);
    else
      ullim_sdp_codec_free (copy);
  }
  if (repeats)
    add_rtx (codecs, before, used);
  return codecs;
}

/* ---- m-lines ---- */

static void
add_bandwidth (UllimSdpMedia *media, guint kbps)
{
  if (kbps)
    g_ptr_array_add (media->section.bandwidths, g_strdup_printf ("AS:%u", kbps));
}

/* What it was called before, or a name that no other m-line has. */
static char *
choose_mid (const UllimSdp *sdp, const UllimSdp *previous, const UllimSdpMedia *before)
{
  const char *mid = before ? ullim_sdp_section_get (&before->section, "mid") : NULL;

  if (mid)
    return g_strdup (mid);
  for (guint i = sdp->media->len;; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);

    if (ullim_sdp_media_with_mid (sdp, name) < 0 &&
        (!previous || ullim_sdp_media_with_mid (previous, name) < 0))
      return g_steal_pointer (&name);
  }
}

static void
write_stream (UllimSdp             *sdp,
              const UllimSdpLocal  *local,
              const UllimSdpStream *stream,
              const UllimSdp       *previous,
              const UllimSdpMedia  *before,
              gboolean              used[128])
{
  g_autoptr (GPtrArray) known = before ? ullim_sdp_codecs_read (before) : NULL;
  g_autoptr (GPtrArray) codecs = number_codecs (stream, known, used);
  g_autofree char      *mid = choose_mid (sdp, previous, before);
  UllimSdpMedia        *media = ullim_sdp_add_media (
             sdp, stream->kind == ULLIM_SDP_AUDIO ? "audio" : "video", stream->transport->port,
             ullim_sdp_media_protocol_for (local->security, local->feedback));

  ullim_sdp_codecs_write (media, codecs, local->feedback);
  ullim_sdp_section_add (&media->section, ullim_sdp_direction_name (stream->direction), NULL);
  ullim_sdp_section_add (&media->section, "mid", mid);
  add_bandwidth (media, stream->bandwidth_kbps);
  ullim_sdp_transport_write (media, stream->transport, local->security);
}

static void
write_off (UllimSdp *sdp, const UllimSdpMedia *before)
{
  UllimSdpMedia *media = ullim_sdp_add_media (sdp, before->type, 0, before->protocol);

  for (guint i = 0; i < before->formats->len; i++)
    ullim_sdp_media_add_format (media, g_ptr_array_index (before->formats, i));
}

static void
write_bundle (UllimSdp *sdp)
{
  g_autoptr (GString) group = g_string_new ("BUNDLE");

  for (guint i = 0; i < sdp->media->len; i++) {
    const UllimSdpMedia *media = g_ptr_array_index (sdp->media, i);
    const char          *mid = ullim_sdp_section_get (&media->section, "mid");

    if (media->port && mid)
      g_string_append_printf (group, " %s", mid);
  }
  ullim_sdp_section_add (&sdp->section, "group", group->str);
}

UllimSdp *
ullim_sdp_offer (const UllimSdpLocal *local, const UllimSdp *previous)
{
  UllimSdp *sdp = ullim_sdp_new (local->address, local->session_id, local->version);
  gboolean  taken[ULLIM_SDP_MAX_MEDIA] = {FALSE};
  gboolean  used[128] = {FALSE};

  for (guint i = 0; previous && i < previous->media->len; i++) {
    const UllimSdpMedia *before = g_ptr_array_index (previous->media, i);
    int stream = ullim_sdp_local_take (local, ullim_sdp_media_kind (before), taken);

    if (stream >= 0)
      write_stream (sdp, local, g_ptr_array_index (local->streams, stream), previous, before, used);
    else
      write_off (sdp, before);
  }
  for (guint i = 0; i < local->streams->len && sdp->media->len < ULLIM_SDP_MAX_MEDIA; i++) {
    if (!taken[i])
      write_stream (sdp, local, g_ptr_array_index (local->streams, i), previous, NULL, used);
  }
  if (local->bundle)
    write_bundle (sdp);
  return sdp;
}
