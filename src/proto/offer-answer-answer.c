/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answering an offer (RFC 3264 section 6).
 */
#define G_LOG_DOMAIN "sdp"

#include "offer-answer-private.h"

#include <string.h>

/* ---- security ---- */

static gboolean
can_dtls (const UllimSdpTransport *remote, const UllimSdpStream *stream)
{
  return remote->fingerprint && stream->transport->fingerprint &&
         remote->setup != ULLIM_SDP_SETUP_HOLDCONN;
}

/*
 * The best that the profile allows and both have. Within RTP/AVP keys may be offered, too: "best
 * effort" of several makes, and the answer stays within their profile. RTP/SAVP with a fingerprint
 * is how DTLS-SRTP was written before RFC 5764.
 */
static gboolean
choose_security (const UllimSdpMedia     *offered,
                 const UllimSdpTransport *remote,
                 const UllimSdpStream    *stream,
                 UllimSdpSecurity         allowed,
                 UllimSdpAgreed          *agreed)
{
  gboolean              is_tls = g_str_has_prefix (offered->protocol, "UDP/TLS/RTP/");
  gboolean              is_secure = is_tls || g_str_has_prefix (offered->protocol, "RTP/SAVP");
  const UllimSdpCrypto *theirs = NULL, *ours;

  ours = is_tls ? NULL : ullim_sdp_agree_crypto (remote, stream->transport, &theirs);
  if (can_dtls (remote, stream)) {
    agreed->security = ULLIM_SDP_SECURITY_DTLS;
  } else if (ours) {
    agreed->security = ULLIM_SDP_SECURITY_SDES;
    ullim_sdp_agreed_set_keys (agreed, ours, theirs);
  } else {
    agreed->security = ULLIM_SDP_SECURITY_NONE;
    if (is_secure)
      return FALSE;
  }
  return agreed->security >= allowed;
}

static UllimSdpSetup
answer_setup (UllimSdpSetup offered, UllimSdpSetup preferred)
{
  if (offered == ULLIM_SDP_SETUP_ACTIVE)
    return ULLIM_SDP_SETUP_PASSIVE;
  if (offered == ULLIM_SDP_SETUP_ACTPASS && preferred == ULLIM_SDP_SETUP_PASSIVE)
    return ULLIM_SDP_SETUP_PASSIVE;
  return ULLIM_SDP_SETUP_ACTIVE;
}

/* ---- codecs ---- */

/* The feedback both know. */
static UllimSdpCodec *
answer_codec (const UllimSdpCodec *theirs, const UllimSdpCodec *ours)
{
  UllimSdpCodec *codec = ullim_sdp_codec_new (theirs->name, theirs->clock_rate, theirs->channels,
                                              theirs->payload_type, ours->parameters);

  if (ullim_sdp_codec_is (theirs, "H264")) {
    /* Mode and profile are symmetric: theirs hold for both (RFC 6184 section 8.2.2). */
    g_free (codec->parameters);
    codec->parameters = g_strdup (theirs->parameters);
  }
  for (guint i = 0; i < ours->feedback->len; i++) {
    const char *feedback = g_ptr_array_index (ours->feedback, i);

    if (ullim_sdp_codec_has_feedback (theirs, feedback))
      ullim_sdp_codec_add_feedback (codec, feedback);
  }
  return codec;
}

static void
take_codec (UllimSdpAgreed *agreed, const UllimSdpCodec *theirs, const UllimSdpCodec *ours)
{
  UllimSdpCodec *receive = answer_codec (theirs, ours);
  UllimSdpCodec *send = ullim_sdp_codec_copy (receive);

  g_free (send->parameters);
  send->parameters = g_strdup (theirs->parameters);
  g_ptr_array_add (agreed->receive, receive);
  g_ptr_array_add (agreed->send, send);
}

static void
take_rtx (UllimSdpAgreed *agreed, const UllimSdpCodec *theirs)
{
  if (!ullim_sdp_codecs_with_type (agreed->receive, ullim_sdp_codec_apt (theirs)))
    return;
  g_ptr_array_add (agreed->receive, ullim_sdp_codec_copy (theirs));
  g_ptr_array_add (agreed->send, ullim_sdp_codec_copy (theirs));
}

static gboolean
choose_codecs (const UllimSdpMedia *offered, const UllimSdpStream *stream, UllimSdpAgreed *agreed)
{
  g_autoptr (GPtrArray) codecs = ullim_sdp_codecs_read (offered);
  gboolean              found = FALSE;

  for (guint i = 0; i < codecs->len; i++) {
    const UllimSdpCodec *theirs = g_ptr_array_index (codecs, i);
    const UllimSdpCodec *ours = ullim_sdp_codecs_find (stream->codecs, theirs);

    if (!ours || ullim_sdp_codec_is (theirs, "rtx"))
      continue;
    take_codec (agreed, theirs, ours);
    found |= !ullim_sdp_codec_is_auxiliary (theirs);
  }
  for (guint i = 0; found && i < codecs->len; i++) {
    const UllimSdpCodec *theirs = g_ptr_array_index (codecs, i);

    if (ullim_sdp_codec_is (theirs, "rtx") && ullim_sdp_codecs_find (stream->codecs, theirs))
      take_rtx (agreed, theirs);
  }
  return found;
}

/* ---- m-lines ---- */

static gboolean
fail (GError **error, UllimSdpError code, const char *message)
{
  /* The first reason is told. */
  if (error && !*error)
    g_set_error_literal (error, ULLIM_SDP_ERROR, code, message);
  return FALSE;
}

/* Whether @offered can be had with @stream; fills in @agreed if so. */
static gboolean
try_media (const UllimSdpLocal  *local,
           const UllimSdp       *offer,
           const UllimSdpMedia  *offered,
           const UllimSdpStream *stream,
           UllimSdpAgreed       *agreed,
           GError              **error)
{
  g_autoptr (UllimSdpTransport) remote = ullim_sdp_transport_read (offer, offered);
  UllimSdpDirection             theirs;

  if (!ullim_sdp_media_check_address (remote, error && !*error ? error : NULL))
    return FALSE;
  if (!choose_security (offered, remote, stream, local->allowed, agreed))
    return fail (error, ULLIM_SDP_ERROR_SECURITY, "The offered protection cannot be taken");
  if (!choose_codecs (offered, stream, agreed))
    return fail (error, ULLIM_SDP_ERROR_MEDIA, "No codec in common");

  theirs = ullim_sdp_media_remote_direction (offer, offered, remote);
  agreed->direction = stream->direction & ullim_sdp_direction_mirror (theirs);
  agreed->mux = remote->mux && stream->transport->mux;
  agreed->ice = remote->ufrag && remote->password && stream->transport->ufrag;
  agreed->feedback = ullim_sdp_media_has_feedback (offered);
  agreed->bandwidth_kbps = ullim_sdp_media_bandwidth (offer, offered);
  agreed->is_dtls_client =
      answer_setup (remote->setup, stream->transport->setup) == ULLIM_SDP_SETUP_ACTIVE;
  agreed->remote = g_steal_pointer (&remote);
  return TRUE;
}

/* What @offered becomes: agreed with a stream of ours, or refused. */
static UllimSdpAgreed *
judge_media (const UllimSdpLocal *local,
             const UllimSdp      *offer,
             guint                index,
             gboolean             taken[ULLIM_SDP_MAX_MEDIA],
             GError             **error)
{
  const UllimSdpMedia       *offered = g_ptr_array_index (offer->media, index);
  UllimSdpKind               kind = ullim_sdp_media_kind (offered);
  g_autoptr (UllimSdpAgreed) agreed = ullim_sdp_agreed_new (kind, index);
  int                        stream;

  if (!offered->port && !ullim_sdp_section_get (&offered->section, "bundle-only"))
    return g_steal_pointer (&agreed);
  stream = ullim_sdp_local_take (local, kind, taken);
  if (stream < 0)
    return g_steal_pointer (&agreed);
  if (try_media (local, offer, offered, g_ptr_array_index (local->streams, stream), agreed,
                 error)) {
    agreed->stream = stream;
    return g_steal_pointer (&agreed);
  }
  taken[stream] = FALSE;
  return ullim_sdp_agreed_new (kind, index);
}

/* Who came only as part of a group that is not taken has no port of its own. */
static void
refuse_unbundled (const UllimSdp *offer, GPtrArray *agreed)
{
  for (guint i = 0; i < agreed->len; i++) {
    const UllimSdpMedia  *offered = g_ptr_array_index (offer->media, i);
    const UllimSdpAgreed *one = g_ptr_array_index (agreed, i);

    if (one->stream >= 0 && !offered->port && one->bundle == i) {
      UllimSdpKind kind = one->kind;

      ullim_sdp_agreed_free (agreed->pdata[i]);
      agreed->pdata[i] = ullim_sdp_agreed_new (kind, i);
    }
  }
}

/* ---- writing ---- */

static void
write_refused (UllimSdp *answer, const UllimSdpMedia *offered)
{
  UllimSdpMedia *media = ullim_sdp_add_media (answer, offered->type, 0, offered->protocol);
  const char    *mid = ullim_sdp_section_get (&offered->section, "mid");

  for (guint i = 0; i < offered->formats->len; i++)
    ullim_sdp_media_add_format (media, g_ptr_array_index (offered->formats, i));
  if (mid)
    ullim_sdp_section_add (&media->section, "mid", mid);
}

/* Our transport as it is told in this answer: one key, one role, what both have. */
static UllimSdpTransport *
answered_transport (const UllimSdpStream *stream, const UllimSdpAgreed *agreed)
{
  UllimSdpTransport *transport = ullim_sdp_transport_copy (stream->transport);

  transport->mux = agreed->mux;
  if (agreed->mux)
    transport->rtcp_port = transport->port;
  else if (transport->rtcp_port == transport->port)
    transport->rtcp_port = transport->port + 1;
  transport->setup = agreed->is_dtls_client ? ULLIM_SDP_SETUP_ACTIVE : ULLIM_SDP_SETUP_PASSIVE;
  g_ptr_array_set_size (transport->cryptos, 0);
  if (!agreed->ice)
    g_clear_pointer (&transport->ufrag, g_free);
  return transport;
}

static void
add_chosen_key (UllimSdpTransport *transport, const UllimSdpAgreed *agreed)
{
  if (agreed->security != ULLIM_SDP_SECURITY_SDES)
    return;
  for (guint i = 0; i < agreed->remote->cryptos->len; i++) {
    const UllimSdpCrypto *theirs = g_ptr_array_index (agreed->remote->cryptos, i);

    if (strcmp (theirs->suite, agreed->suite) == 0 && strcmp (theirs->key, agreed->remote_key) == 0)
      ullim_sdp_transport_add_crypto (transport, theirs->tag, agreed->suite, agreed->local_key);
  }
}

static void
write_agreed (UllimSdp             *answer,
              const UllimSdpLocal  *local,
              const UllimSdpMedia  *offered,
              const UllimSdpAgreed *agreed,
              const UllimSdpAgreed *carrier)
{
  const UllimSdpStream         *stream = g_ptr_array_index (local->streams, agreed->stream);
  const UllimSdpStream         *carrying = g_ptr_array_index (local->streams, carrier->stream);
  g_autoptr (UllimSdpTransport) transport = answered_transport (carrying, carrier);
  const char                   *mid = ullim_sdp_section_get (&offered->section, "mid");
  UllimSdpMedia                *media =
      ullim_sdp_add_media (answer, offered->type, transport->port, offered->protocol);

  ullim_sdp_codecs_write (media, agreed->receive, agreed->feedback);
  ullim_sdp_section_add (&media->section, ullim_sdp_direction_name (agreed->direction), NULL);
  if (mid)
    ullim_sdp_section_add (&media->section, "mid", mid);
  if (stream->bandwidth_kbps)
    g_ptr_array_add (media->section.bandwidths, g_strdup_printf ("AS:%u", stream->bandwidth_kbps));
  add_chosen_key (transport, carrier);
  ullim_sdp_transport_write (media, transport, carrier->security);
}

static void
write_group (UllimSdp *answer, const UllimSdp *offer, const GPtrArray *agreed)
{
  g_auto (GStrv)      mids = ullim_sdp_bundle_of (offer);
  g_autoptr (GString) group = g_string_new ("BUNDLE");

  for (guint i = 0; mids && mids[i]; i++) {
    int index = ullim_sdp_media_with_mid (offer, mids[i]);

    if (index >= 0 && ((UllimSdpAgreed *) g_ptr_array_index (agreed, index))->stream >= 0)
      g_string_append_printf (group, " %s", mids[i]);
  }
  if (mids)
    ullim_sdp_section_add (&answer->section, "group", group->str);
}

UllimSdp *
ullim_sdp_answer (const UllimSdpLocal *local,
                  const UllimSdp      *offer,
                  GPtrArray          **agreed_out,
                  GError             **error)
{
  g_autoptr (GPtrArray) agreed =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sdp_agreed_free);
  g_autoptr (GError)   reason = NULL;
  g_autoptr (UllimSdp) answer = ullim_sdp_new (local->address, local->session_id, local->version);
  gboolean             taken[ULLIM_SDP_MAX_MEDIA] = {FALSE};
  gboolean             any = FALSE;

  for (guint i = 0; i < offer->media->len; i++)
    g_ptr_array_add (agreed, judge_media (local, offer, i, taken, &reason));
  if (local->bundle)
    ullim_sdp_agreed_bundle (offer, agreed);
  refuse_unbundled (offer, agreed);
  for (guint i = 0; i < agreed->len; i++) {
    const UllimSdpAgreed *one = g_ptr_array_index (agreed, i);
    const UllimSdpMedia  *offered = g_ptr_array_index (offer->media, i);

    if (one->stream < 0)
      write_refused (answer, offered);
    else
      write_agreed (answer, local, offered, one, g_ptr_array_index (agreed, one->bundle));
    any |= one->stream >= 0;
  }
  if (!any) {
    fail (&reason, ULLIM_SDP_ERROR_MEDIA, "No medium in common");
    g_propagate_error (error, g_steal_pointer (&reason));
    return NULL;
  }
  if (local->bundle)
    write_group (answer, offer, agreed);
  *agreed_out = g_steal_pointer (&agreed);
  return g_steal_pointer (&answer);
}
