/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading the answer to our offer (RFC 3264 section 7). What it takes must be of what was offered:
 * an answer that leaves our protection out is refused, not followed.
 */
#define G_LOG_DOMAIN "sdp"

#include "offer-answer-private.h"

#include <string.h>

static gboolean
fail (GError **error, UllimSdpError code, const char *message)
{
  g_set_error_literal (error, ULLIM_SDP_ERROR, code, message);
  return FALSE;
}

/* The profile need not be repeated letter by letter (RTP/SAVP answered by UDP/TLS/RTP/SAVP is met),
 * but its keys must be there. */
static gboolean
agree_security (const UllimSdpLocal  *local,
                const UllimSdpStream *stream,
                UllimSdpAgreed       *agreed,
                GError              **error)
{
  const UllimSdpTransport *remote = agreed->remote;
  const UllimSdpCrypto    *theirs, *ours;

  agreed->security = local->security;
  switch (local->security) {
  case ULLIM_SDP_SECURITY_DTLS:
    if (!remote->fingerprint || remote->setup == ULLIM_SDP_SETUP_HOLDCONN)
      return fail (error, ULLIM_SDP_ERROR_SECURITY, "The answer has no fingerprint");
    agreed->is_dtls_client = remote->setup != ULLIM_SDP_SETUP_ACTIVE;
    return TRUE;
  case ULLIM_SDP_SECURITY_SDES:
    ours = ullim_sdp_agree_crypto (remote, stream->transport, &theirs);
    if (!ours)
      return fail (error, ULLIM_SDP_ERROR_SECURITY, "The answer has no key of ours");
    ullim_sdp_agreed_set_keys (agreed, ours, theirs);
    return TRUE;
  case ULLIM_SDP_SECURITY_NONE:
  default:
    return TRUE;
  }
}

/* The codec of our offer that @theirs answers: by payload type if it is the same one there. */
static const UllimSdpCodec *
find_offered (const GPtrArray *offered, const UllimSdpCodec *theirs)
{
  const UllimSdpCodec *same = ullim_sdp_codecs_with_type (offered, theirs->payload_type);

  if (same && ullim_sdp_codec_matches (same, theirs))
    return same;
  return ullim_sdp_codecs_find (offered, theirs);
}

static gboolean
agree_codecs (const UllimSdpMedia *offered, const UllimSdpMedia *answered, UllimSdpAgreed *agreed)
{
  g_autoptr (GPtrArray) ours = ullim_sdp_codecs_read (offered);
  g_autoptr (GPtrArray) theirs = ullim_sdp_codecs_read (answered);
  gboolean              found = FALSE;

  for (guint i = 0; i < theirs->len; i++) {
    const UllimSdpCodec *codec = g_ptr_array_index (theirs, i);
    const UllimSdpCodec *known = find_offered (ours, codec);

    if (!known)
      continue;
    g_ptr_array_add (agreed->send, ullim_sdp_codec_copy (codec));
    g_ptr_array_add (agreed->receive, ullim_sdp_codec_copy (known));
    found |= !ullim_sdp_codec_is_auxiliary (codec);
  }
  return found;
}

static UllimSdpAgreed *
agree_media (const UllimSdpLocal *local,
             const UllimSdp      *answer,
             const UllimSdpMedia *offered,
             const UllimSdpMedia *answered,
             guint                index,
             int                  stream_index,
             GError             **error)
{
  const UllimSdpStream      *stream = g_ptr_array_index (local->streams, stream_index);
  g_autoptr (UllimSdpAgreed) agreed = ullim_sdp_agreed_new (stream->kind, index);
  UllimSdpTransport         *remote;

  agreed->remote = remote = ullim_sdp_transport_read (answer, answered);
  if (!ullim_sdp_media_check_address (remote, error) ||
      !agree_security (local, stream, agreed, error))
    return NULL;
  if (!agree_codecs (offered, answered, agreed)) {
    fail (error, ULLIM_SDP_ERROR_MEDIA, "The answer has no codec of the offer");
    return NULL;
  }
  agreed->stream = stream_index;
  agreed->direction =
      stream->direction &
      ullim_sdp_direction_mirror (ullim_sdp_media_remote_direction (answer, answered, remote));
  agreed->mux = remote->mux && stream->transport->mux;
  agreed->ice = remote->ufrag && remote->password && stream->transport->ufrag;
  agreed->feedback = local->feedback && ullim_sdp_media_has_feedback (answered);
  agreed->bandwidth_kbps = ullim_sdp_media_bandwidth (answer, answered);
  return g_steal_pointer (&agreed);
}

GPtrArray *
ullim_sdp_agree (const UllimSdpLocal *local,
                 const UllimSdp      *offer,
                 const UllimSdp      *answer,
                 GError             **error)
{
  g_autoptr (GPtrArray) agreed =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sdp_agreed_free);
  gboolean taken[ULLIM_SDP_MAX_MEDIA] = {FALSE};
  gboolean any = FALSE;

  if (answer->media->len != offer->media->len) {
    fail (error, ULLIM_SDP_ERROR_MEDIA, "The answer has not the media of the offer");
    return NULL;
  }
  for (guint i = 0; i < offer->media->len; i++) {
    const UllimSdpMedia *offered = g_ptr_array_index (offer->media, i);
    const UllimSdpMedia *answered = g_ptr_array_index (answer->media, i);
    UllimSdpKind         kind = ullim_sdp_media_kind (offered);
    int                  stream = offered->port ? ullim_sdp_local_take (local, kind, taken) : -1;
    UllimSdpAgreed      *one;

    if (stream < 0 || !answered->port || ullim_sdp_media_kind (answered) != kind)
      one = ullim_sdp_agreed_new (kind, i);
    else
      one = agree_media (local, answer, offered, answered, i, stream, error);
    if (!one)
      return NULL;
    any |= one->stream >= 0;
    g_ptr_array_add (agreed, one);
  }
  if (!any) {
    fail (error, ULLIM_SDP_ERROR_MEDIA, "The answer takes nothing");
    return NULL;
  }
  if (local->bundle)
    ullim_sdp_agreed_bundle (answer, agreed);
  return g_steal_pointer (&agreed);
}
