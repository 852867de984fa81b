/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Codecs are read leniently: a codec with a broken attribute is one that was not offered, and the
 * rest of the call goes on.
 */
#define G_LOG_DOMAIN "sdp"

#include "sdp-codec.h"

#include <string.h>

#define MAX_CLOCK_RATE 1000000
#define MAX_CHANNELS 32

/* RFC 3551 section 6: the payload types that need no rtpmap and that are still met. */
static const struct {
  int         payload_type;
  const char *name;
  guint       clock_rate;
} static_types[] = {
    {0, "PCMU", 8000},   {3, "GSM", 8000},    {4, "G723", 8000},  {8, "PCMA", 8000},
    {9, "G722", 8000},   {13, "CN", 8000},    {18, "G729", 8000}, {26, "JPEG", 90000},
    {31, "H261", 90000}, {34, "H263", 90000},
};

UllimSdpCodec *
ullim_sdp_codec_new (const char *name,
                     guint       clock_rate,
                     guint       channels,
                     int         payload_type,
                     const char *parameters)
{
  UllimSdpCodec *codec = g_new0 (UllimSdpCodec, 1);

  codec->name = g_strdup (name);
  codec->clock_rate = clock_rate;
  codec->channels = MAX (channels, 1);
  codec->payload_type = payload_type;
  codec->parameters = g_strdup (parameters);
  codec->feedback = g_ptr_array_new_with_free_func (g_free);
  return codec;
}

UllimSdpCodec *
ullim_sdp_codec_copy (const UllimSdpCodec *codec)
{
  UllimSdpCodec *copy = ullim_sdp_codec_new (codec->name, codec->clock_rate, codec->channels,
                                             codec->payload_type, codec->parameters);

  for (guint i = 0; i < codec->feedback->len; i++)
    ullim_sdp_codec_add_feedback (copy, g_ptr_array_index (codec->feedback, i));
  return copy;
}

void
ullim_sdp_codec_free (UllimSdpCodec *codec)
{
  if (!codec)
    return;
  g_free (codec->name);
  g_free (codec->parameters);
  g_ptr_array_unref (codec->feedback);
  g_free (codec);
}

gboolean
ullim_sdp_codec_is (const UllimSdpCodec *codec, const char *name)
{
  return g_ascii_strcasecmp (codec->name, name) == 0;
}

gboolean
ullim_sdp_codec_has_feedback (const UllimSdpCodec *codec, const char *feedback)
{
  for (guint i = 0; i < codec->feedback->len; i++) {
    if (g_ascii_strcasecmp (g_ptr_array_index (codec->feedback, i), feedback) == 0)
      return TRUE;
  }
  return FALSE;
}

void
ullim_sdp_codec_add_feedback (UllimSdpCodec *codec, const char *feedback)
{
  if (codec->feedback->len < ULLIM_SDP_MAX_FEEDBACK &&
      !ullim_sdp_codec_has_feedback (codec, feedback))
    g_ptr_array_add (codec->feedback, g_strdup (feedback));
}

char *
ullim_sdp_codec_get_parameter (const UllimSdpCodec *codec, const char *name)
{
  g_auto (GStrv) parameters = NULL;
  gsize          length = strlen (name);

  if (!codec->parameters)
    return NULL;
  parameters = g_strsplit (codec->parameters, ";", -1);
  for (guint i = 0; parameters[i]; i++) {
    const char *parameter = g_strstrip (parameters[i]);

    if (g_ascii_strncasecmp (parameter, name, length) != 0)
      continue;
    if (parameter[length] == '=')
      return g_strdup (parameter + length + 1);
    if (!parameter[length])
      return g_strdup ("");
  }
  return NULL;
}

/* RFC 9628 section 6.1.1: without the parameter it is profile 0. */
static gboolean
same_profile (const UllimSdpCodec *a, const UllimSdpCodec *b)
{
  g_autofree char *profile_a = ullim_sdp_codec_get_parameter (a, "profile-id");
  g_autofree char *profile_b = ullim_sdp_codec_get_parameter (b, "profile-id");

  return g_strcmp0 (profile_a ? profile_a : "0", profile_b ? profile_b : "0") == 0;
}

gboolean
ullim_sdp_codec_matches (const UllimSdpCodec *a, const UllimSdpCodec *b)
{
  if (!ullim_sdp_codec_is (a, b->name) || a->clock_rate != b->clock_rate ||
      a->channels != b->channels)
    return FALSE;
  return !ullim_sdp_codec_is (a, "VP9") || same_profile (a, b);
}

UllimSdpCodec *
ullim_sdp_codecs_find (const GPtrArray *codecs, const UllimSdpCodec *codec)
{
  for (guint i = 0; i < codecs->len; i++) {
    UllimSdpCodec *other = g_ptr_array_index (codecs, i);

    if (ullim_sdp_codec_matches (other, codec))
      return other;
  }
  return NULL;
}

/* ---- reading ---- */

/* "96 opus/48000/2", or "* nack": the number (-1 for a star) and what follows it. */
static gboolean
split_payload_type (const char *value, int *payload_type, const char **rest)
{
  char  *end;
  gint64 number;

  if (value && value[0] == '*' && value[1] == ' ') {
    *payload_type = -1;
    *rest = value + 2;
    return TRUE;
  }
  if (!value || !g_ascii_isdigit (*value))
    return FALSE;
  number = g_ascii_strtoll (value, &end, 10);
  if (number > 127 || *end != ' ')
    return FALSE;
  *payload_type = (int) number;
  *rest = end + 1;
  return TRUE;
}

static UllimSdpCodec *
parse_rtpmap (int payload_type, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 4);
  guint          n = g_strv_length (parts);
  guint64        rate, channels = 1;

  if (n < 2 || n > 3 || !*parts[0] ||
      !g_ascii_string_to_unsigned (g_strstrip (parts[1]), 10, 1, MAX_CLOCK_RATE, &rate, NULL))
    return NULL;
  if (n == 3 &&
      !g_ascii_string_to_unsigned (g_strstrip (parts[2]), 10, 1, MAX_CHANNELS, &channels, NULL))
    return NULL;
  return ullim_sdp_codec_new (parts[0], (guint) rate, (guint) channels, payload_type, NULL);
}

static UllimSdpCodec *
static_codec (int payload_type)
{
  for (guint i = 0; i < G_N_ELEMENTS (static_types); i++) {
    if (static_types[i].payload_type == payload_type)
      return ullim_sdp_codec_new (static_types[i].name, static_types[i].clock_rate, 1, payload_type,
                                  NULL);
  }
  return NULL;
}

static UllimSdpCodec *
read_codec (const UllimSdpMedia *media, int payload_type)
{
  const GPtrArray *attributes = media->section.attributes;

  for (guint i = 0; i < attributes->len; i++) {
    const UllimSdpAttribute *attribute = g_ptr_array_index (attributes, i);
    const char              *rest;
    int                      number;

    if (strcmp (attribute->name, "rtpmap") == 0 &&
        split_payload_type (attribute->value, &number, &rest) && number == payload_type)
      return parse_rtpmap (payload_type, rest);
  }
  return static_codec (payload_type);
}

static void
read_details (const UllimSdpMedia *media, UllimSdpCodec *codec)
{
  const GPtrArray *attributes = media->section.attributes;

  for (guint i = 0; i < attributes->len; i++) {
    const UllimSdpAttribute *attribute = g_ptr_array_index (attributes, i);
    const char              *rest;
    int                      number;

    if (!split_payload_type (attribute->value, &number, &rest))
      continue;
    if (strcmp (attribute->name, "fmtp") == 0 && number == codec->payload_type &&
        !codec->parameters && strlen (rest) <= ULLIM_SDP_MAX_PARAMETERS_BYTES)
      codec->parameters = g_strdup (rest);
    else if (strcmp (attribute->name, "rtcp-fb") == 0 &&
             (number == -1 || number == codec->payload_type))
      ullim_sdp_codec_add_feedback (codec, rest);
  }
}

GPtrArray *
ullim_sdp_codecs_read (const UllimSdpMedia *media)
{
  GPtrArray *codecs = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sdp_codec_free);
  gboolean   seen[128] = {FALSE};

  for (guint i = 0; i < media->formats->len && codecs->len < ULLIM_SDP_MAX_CODECS; i++) {
    guint64        payload_type;
    UllimSdpCodec *codec;

    if (!g_ascii_string_to_unsigned (g_ptr_array_index (media->formats, i), 10, 0, 127,
                                     &payload_type, NULL) ||
        seen[payload_type])
      continue;
    seen[payload_type] = TRUE;
    codec = read_codec (media, (int) payload_type);
    if (!codec)
      continue;
    read_details (media, codec);
    g_ptr_array_add (codecs, codec);
  }
  return codecs;
}

/* ---- writing ---- */

static void
write_codec (UllimSdpMedia *media, const UllimSdpCodec *codec, gboolean with_feedback)
{
  g_autofree char *format = g_strdup_printf ("%d", codec->payload_type);
  g_autofree char *map =
      codec->channels > 1
          ? g_strdup_printf ("%d %s/%u/%u", codec->payload_type, codec->name, codec->clock_rate,
                             codec->channels)
          : g_strdup_printf ("%d %s/%u", codec->payload_type, codec->name, codec->clock_rate);

  ullim_sdp_media_add_format (media, format);
  ullim_sdp_section_add (&media->section, "rtpmap", map);
  if (codec->parameters) {
    g_autofree char *line = g_strdup_printf ("%d %s", codec->payload_type, codec->parameters);

    ullim_sdp_section_add (&media->section, "fmtp", line);
  }
  for (guint i = 0; with_feedback && i < codec->feedback->len; i++) {
    g_autofree char *line = g_strdup_printf ("%d %s", codec->payload_type,
                                             (const char *) g_ptr_array_index (codec->feedback, i));

    ullim_sdp_section_add (&media->section, "rtcp-fb", line);
  }
}

void
ullim_sdp_codecs_write (UllimSdpMedia *media, const GPtrArray *codecs, gboolean with_feedback)
{
  for (guint i = 0; i < codecs->len; i++)
    write_codec (media, g_ptr_array_index (codecs, i), with_feedback);
}
