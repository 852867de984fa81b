/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "offer-answer.h"

#include <string.h>

#define HEAD "v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
#define KEY "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
#define SUITE "AES_CM_128_HMAC_SHA1_80"
#define PRINT "sha-256 AA:BB"
#define PCMU "m=audio 4000 RTP/AVP 0\r\n"

static UllimSdp *
parse (const char *lines)
{
  g_autofree char   *text = g_strconcat (HEAD, lines, NULL);
  g_autoptr (GError) error = NULL;
  UllimSdp          *sdp = ullim_sdp_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return sdp;
}

static void
add_stream (UllimSdpLocal *local, UllimSdpKind kind, guint16 port)
{
  UllimSdpTransport *transport = ullim_sdp_transport_new (local->address, port);
  UllimSdpStream    *stream = ullim_sdp_stream_new (kind, ULLIM_SDP_SENDRECV, transport);
  GPtrArray         *codecs = stream->codecs;

  transport->fingerprint = g_strdup (PRINT);
  ullim_sdp_transport_add_crypto (transport, 1, SUITE, KEY);
  if (kind == ULLIM_SDP_AUDIO) {
    g_ptr_array_add (codecs, ullim_sdp_codec_new ("opus", 48000, 2, -1, "useinbandfec=1"));
    g_ptr_array_add (codecs, ullim_sdp_codec_new ("PCMU", 8000, 1, 0, NULL));
    g_ptr_array_add (codecs, ullim_sdp_codec_new ("telephone-event", 8000, 1, -1, "0-15"));
  } else {
    g_ptr_array_add (codecs, ullim_sdp_codec_new ("VP8", 90000, 1, -1, NULL));
    ullim_sdp_codec_add_feedback (g_ptr_array_index (codecs, 0), "nack pli");
    g_ptr_array_add (codecs, ullim_sdp_codec_new ("H264", 90000, 1, -1, "packetization-mode=1"));
    g_ptr_array_add (codecs, ullim_sdp_codec_new ("rtx", 90000, 1, -1, NULL));
  }
  g_ptr_array_add (local->streams, stream);
}

static void
local_init (UllimSdpLocal *local, gboolean video)
{
  *local = (UllimSdpLocal){.address = "192.0.2.1", .session_id = 7, .version = 1};
  local->streams = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sdp_stream_free);
  add_stream (local, ULLIM_SDP_AUDIO, 6000);
  if (video)
    add_stream (local, ULLIM_SDP_VIDEO, 6002);
}

static UllimSdpStream *
stream (UllimSdpLocal *local, guint i)
{
  return g_ptr_array_index (local->streams, i);
}

static UllimSdpAgreed *
agreed_at (GPtrArray *agreed, guint i)
{
  g_assert_cmpuint (i, <, agreed->len);
  return g_ptr_array_index (agreed, i);
}

static char *
answer (UllimSdpLocal *local, const char *lines, GPtrArray **agreed)
{
  g_autoptr (UllimSdp) offer = parse (lines);
  g_autoptr (GError)   error = NULL;
  g_autoptr (UllimSdp) sdp = ullim_sdp_answer (local, offer, agreed, &error);

  g_assert_no_error (error);
  g_assert_cmpuint ((*agreed)->len, ==, offer->media->len);
  g_assert_cmpuint (sdp->media->len, ==, offer->media->len);
  return ullim_sdp_to_string (sdp);
}

#define HAS(text, part) g_assert_nonnull (strstr (text, part))
#define HAS_NOT(text, part) g_assert_null (strstr (text, part))

static void
test_plain_phone (void)
{
  UllimSdpLocal         local;
  g_autoptr (GPtrArray) agreed = NULL;
  g_autofree char      *text = NULL;

  local_init (&local, FALSE);
  text = answer (&local,
                 "m=audio 4000 RTP/AVP 18 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
                 "a=fmtp:101 0-16\r\na=sendonly\r\nb=AS:64\r\n",
                 &agreed);
  HAS (text, "m=audio 6000 RTP/AVP 0 101\r\n");
  HAS (text, "a=recvonly\r\n");
  HAS_NOT (text, "crypto");
  HAS_NOT (text, "fingerprint");
  g_assert_cmpint (agreed_at (agreed, 0)->direction, ==, ULLIM_SDP_RECVONLY);
  g_assert_cmpint (agreed_at (agreed, 0)->security, ==, ULLIM_SDP_SECURITY_NONE);
  g_assert_cmpuint (agreed_at (agreed, 0)->send->len, ==, 2);
  g_ptr_array_unref (local.streams);
}

/* An m-line we do not know, a refused one, a second audio, and video in between. */
static void
test_many_media (void)
{
  UllimSdpLocal         local;
  g_autoptr (GPtrArray) agreed = NULL;
  g_autofree char      *text = NULL;

  local_init (&local, TRUE);
  text =
      answer (&local,
              "m=message 5000 TCP/MSRP *\r\nm=audio 0 RTP/AVP 0\r\nm=video 4004 RTP/AVP 97 34\r\n"
              "a=rtpmap:97 VP8/90000\r\nm=audio 4000 RTP/AVP 0\r\nm=audio 4002 RTP/AVP 0\r\n"
              "m=video 9 SCTP 5\r\n",
              &agreed);
  HAS (text, "m=message 0 TCP/MSRP *\r\nm=audio 0 RTP/AVP 0\r\nm=video 6002 RTP/AVP 97\r\n");
  HAS (text, "m=audio 6000 RTP/AVP 0\r\n");
  HAS (text, "m=audio 0 RTP/AVP 0\r\nm=video 0 SCTP 5\r\n");
  g_assert_cmpint (agreed_at (agreed, 2)->stream, ==, 1);
  g_assert_cmpint (agreed_at (agreed, 3)->stream, ==, 0);
  g_assert_cmpint (agreed_at (agreed, 4)->stream, ==, -1);
  g_ptr_array_unref (local.streams);
}

static void
test_security (void)
{
  static const struct {
    const char      *offer;
    UllimSdpSecurity allowed;
    int              security; /* -1: refused */
    const char      *has;
  } rows[] = {
      {PCMU, ULLIM_SDP_SECURITY_NONE, ULLIM_SDP_SECURITY_NONE, "RTP/AVP 0"},
      {PCMU, ULLIM_SDP_SECURITY_SDES, -1, NULL},
      {"m=audio 4000 RTP/SAVP 0\r\na=crypto:3 " SUITE " inline:" KEY "\r\n",
       ULLIM_SDP_SECURITY_NONE, ULLIM_SDP_SECURITY_SDES, "a=crypto:3 " SUITE " inline:" KEY},
      {"m=audio 4000 RTP/SAVP 0\r\na=crypto:3 " SUITE " inline:" KEY "\r\n",
       ULLIM_SDP_SECURITY_DTLS, -1, NULL},
      {"m=audio 4000 RTP/SAVP 0\r\na=crypto:3 NEW inline:" KEY "\r\n", ULLIM_SDP_SECURITY_NONE, -1,
       NULL},
      {"m=audio 4000 RTP/SAVP 0\r\n", ULLIM_SDP_SECURITY_NONE, -1, NULL},
      {"m=audio 4000 RTP/AVP 0\r\na=crypto:3 " SUITE " inline:" KEY "\r\n", ULLIM_SDP_SECURITY_SDES,
       ULLIM_SDP_SECURITY_SDES, "m=audio 6000 RTP/AVP 0"},
      {"m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\na=fingerprint:" PRINT "\r\na=setup:actpass\r\n",
       ULLIM_SDP_SECURITY_DTLS, ULLIM_SDP_SECURITY_DTLS, "a=setup:active"},
      {"m=audio 4000 RTP/SAVPF 0\r\na=fingerprint:" PRINT "\r\na=setup:active\r\n",
       ULLIM_SDP_SECURITY_DTLS, ULLIM_SDP_SECURITY_DTLS, "a=setup:passive"},
      {"m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\na=crypto:3 " SUITE " inline:" KEY "\r\n",
       ULLIM_SDP_SECURITY_NONE, -1, NULL},
      {"m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\na=fingerprint:" PRINT "\r\na=setup:holdconn\r\n",
       ULLIM_SDP_SECURITY_NONE, -1, NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    UllimSdpLocal         local;
    g_autoptr (UllimSdp)  offer = parse (rows[i].offer);
    g_autoptr (GPtrArray) agreed = NULL;
    g_autoptr (GError)    error = NULL;
    g_autoptr (UllimSdp)  sdp = NULL;

    local_init (&local, FALSE);
    local.allowed = rows[i].allowed;
    sdp = ullim_sdp_answer (&local, offer, &agreed, &error);
    if (rows[i].security < 0) {
      g_assert_error (error, ULLIM_SDP_ERROR, ULLIM_SDP_ERROR_SECURITY);
    } else {
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = ullim_sdp_to_string (sdp);
      HAS (text, rows[i].has);
      g_assert_cmpint (agreed_at (agreed, 0)->security, ==, rows[i].security);
    }
    g_ptr_array_unref (local.streams);
  }
}

static void
test_refused (void)
{
  static const struct {
    const char *offer;
    int         code;
  } rows[] = {
      {"m=audio 4000 RTP/AVP 18\r\n", ULLIM_SDP_ERROR_MEDIA},
      {"m=audio 4000 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n", ULLIM_SDP_ERROR_MEDIA},
      {"m=audio 0 RTP/AVP 0\r\n", ULLIM_SDP_ERROR_MEDIA},
      {"m=text 4000 RTP/AVP 98\r\n", ULLIM_SDP_ERROR_MEDIA},
      {"", ULLIM_SDP_ERROR_MEDIA},
      {PCMU "c=IN IP4 224.2.1.1/127\r\n", ULLIM_SDP_ERROR_ADDRESS},
      {PCMU "c=IN IP6 ff15::101\r\n", ULLIM_SDP_ERROR_ADDRESS},
      {PCMU "c=IN IP4 phone.example.org\r\n", ULLIM_SDP_ERROR_ADDRESS},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    UllimSdpLocal         local;
    g_autoptr (UllimSdp)  offer = parse (rows[i].offer);
    g_autoptr (GPtrArray) agreed = NULL;
    g_autoptr (GError)    error = NULL;

    local_init (&local, FALSE);
    g_assert_null (ullim_sdp_answer (&local, offer, &agreed, &error));
    g_assert_error (error, ULLIM_SDP_ERROR, rows[i].code);
    g_assert_null (agreed);
    g_ptr_array_unref (local.streams);
  }
}

static void
test_hold (void)
{
  static const struct {
    const char       *offer;
    UllimSdpDirection direction;
  } rows[] = {
      {PCMU, ULLIM_SDP_SENDRECV},
      {PCMU "a=sendonly\r\n", ULLIM_SDP_RECVONLY},
      {PCMU "a=recvonly\r\n", ULLIM_SDP_SENDONLY},
      {PCMU "a=inactive\r\n", ULLIM_SDP_INACTIVE},
      {PCMU "c=IN IP4 0.0.0.0\r\n", ULLIM_SDP_RECVONLY},
      {PCMU "c=IN IP4 0.0.0.0\r\na=sendonly\r\n", ULLIM_SDP_RECVONLY},
      {PCMU "c=IN IP6 ::\r\na=recvonly\r\n", ULLIM_SDP_INACTIVE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    UllimSdpLocal         local;
    g_autoptr (GPtrArray) agreed = NULL;
    g_autofree char      *text = NULL;

    local_init (&local, FALSE);
    text = answer (&local, rows[i].offer, &agreed);
    g_assert_cmpint (agreed_at (agreed, 0)->direction, ==, rows[i].direction);
    g_ptr_array_unref (local.streams);
  }
}

static void
test_web (void)
{
  UllimSdpLocal         local;
  g_autoptr (GPtrArray) agreed = NULL;
  g_autofree char      *text = NULL;
  const char           *video;

  local_init (&local, TRUE);
  local.bundle = TRUE;
  for (guint i = 0; i < 2; i++) {
    stream (&local, i)->transport->mux = TRUE;
    stream (&local, i)->transport->ufrag = g_strdup (i ? "vvvv" : "aaaa");
    stream (&local, i)->transport->password = g_strdup ("0123456789012345678901");
  }
  text = answer (&local,
                 "a=group:BUNDLE audio video data\r\na=fingerprint:" PRINT "\r\n"
                 "a=ice-ufrag:peer\r\na=ice-pwd:9876543210987654321098\r\n"
                 "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\nc=IN IP4 0.0.0.0\r\na=mid:audio\r\n"
                 "a=rtcp-mux\r\na=setup:actpass\r\na=rtpmap:111 opus/48000/2\r\n"
                 "a=candidate:1 1 udp 1 192.0.2.9 4000 typ host\r\n"
                 "m=video 0 UDP/TLS/RTP/SAVPF 96 97 98 99\r\nc=IN IP4 0.0.0.0\r\na=bundle-only\r\n"
                 "a=mid:video\r\na=rtcp-mux\r\na=setup:actpass\r\na=rtpmap:96 VP8/90000\r\n"
                 "a=rtcp-fb:96 nack pli\r\na=rtcp-fb:96 goog-remb\r\na=rtpmap:97 rtx/90000\r\n"
                 "a=fmtp:97 apt=96\r\na=rtpmap:98 VP9/90000\r\na=rtpmap:99 rtx/90000\r\n"
                 "a=fmtp:99 apt=98\r\na=candidate:1 1 udp 1 192.0.2.9 4000 typ host\r\n"
                 "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:data\r\n",
                 &agreed);
  video = strstr (text, "m=video");
  HAS (text, "a=group:BUNDLE audio video\r\n");
  HAS (video, "m=video 6000 UDP/TLS/RTP/SAVPF 96 97\r\n");
  HAS (video, "a=ice-ufrag:aaaa\r\n");
  HAS (video, "a=rtcp-fb:96 nack pli\r\n");
  HAS_NOT (video, "goog-remb");
  HAS (video, "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n");
  g_assert_cmpuint (agreed_at (agreed, 1)->bundle, ==, 0);
  g_assert_true (agreed_at (agreed, 1)->ice);
  g_assert_true (agreed_at (agreed, 1)->feedback);
  g_assert_true (agreed_at (agreed, 0)->is_dtls_client);
  g_assert_cmpint (agreed_at (agreed, 1)->direction, ==, ULLIM_SDP_SENDRECV);
  g_ptr_array_unref (local.streams);
}

/* Whatever we offer in every way of protection, we answer, and agree upon the same. */
static void
test_with_ourselves (void)
{
  for (int security = ULLIM_SDP_SECURITY_NONE; security <= ULLIM_SDP_SECURITY_DTLS; security++) {
    UllimSdpLocal         alice, bob;
    g_autoptr (UllimSdp)  offer = NULL, reply = NULL;
    g_autoptr (GPtrArray) at_bob = NULL, at_alice = NULL;
    g_autoptr (GError)    error = NULL;

    local_init (&alice, TRUE);
    local_init (&bob, TRUE);
    bob.address = "192.0.2.2";
    alice.security = security;
    alice.bundle = bob.bundle = security == ULLIM_SDP_SECURITY_DTLS;
    alice.feedback = TRUE;
    offer = ullim_sdp_offer (&alice, NULL);
    reply = ullim_sdp_answer (&bob, offer, &at_bob, &error);
    g_assert_no_error (error);
    at_alice = ullim_sdp_agree (&alice, offer, reply, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < 2; i++) {
      UllimSdpAgreed *a = agreed_at (at_alice, i), *b = agreed_at (at_bob, i);

      g_assert_cmpint (a->security, ==, security);
      g_assert_cmpint (b->security, ==, security);
      g_assert_cmpint (a->stream, ==, (int) i);
      g_assert_cmpuint (a->send->len, ==, b->receive->len);
      g_assert_cmpuint (a->bundle, ==, b->bundle);
      g_assert_true (a->feedback && b->feedback);
      if (security == ULLIM_SDP_SECURITY_DTLS)
        g_assert_true (a->is_dtls_client != b->is_dtls_client);
      if (security == ULLIM_SDP_SECURITY_SDES)
        g_assert_cmpstr (a->local_key, ==, b->remote_key);
    }
    /* VP8 and H264, each with its rtx. */
    g_assert_cmpuint (agreed_at (at_alice, 1)->send->len, ==, 4);
    g_ptr_array_unref (alice.streams);
    g_ptr_array_unref (bob.streams);
  }
}

static void
test_answers_that_do_not_fit (void)
{
  static const struct {
    UllimSdpSecurity security;
    const char      *answer;
    int              code;
  } rows[] = {
      {ULLIM_SDP_SECURITY_NONE, "", ULLIM_SDP_ERROR_MEDIA},
      {ULLIM_SDP_SECURITY_NONE, PCMU PCMU, ULLIM_SDP_ERROR_MEDIA},
      {ULLIM_SDP_SECURITY_NONE, "m=audio 0 RTP/AVP 0\r\n", ULLIM_SDP_ERROR_MEDIA},
      {ULLIM_SDP_SECURITY_NONE, "m=video 4000 RTP/AVP 0\r\n", ULLIM_SDP_ERROR_MEDIA},
      {ULLIM_SDP_SECURITY_NONE, "m=audio 4000 RTP/AVP 8\r\n", ULLIM_SDP_ERROR_MEDIA},
      {ULLIM_SDP_SECURITY_SDES, PCMU, ULLIM_SDP_ERROR_SECURITY},
      {ULLIM_SDP_SECURITY_DTLS, PCMU, ULLIM_SDP_ERROR_SECURITY},
      {ULLIM_SDP_SECURITY_DTLS,
       "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 " SUITE " inline:" KEY "\r\n",
       ULLIM_SDP_ERROR_SECURITY},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    UllimSdpLocal        local;
    g_autoptr (UllimSdp) offer = NULL, reply = parse (rows[i].answer);
    g_autoptr (GError)   error = NULL;

    local_init (&local, FALSE);
    local.security = rows[i].security;
    offer = ullim_sdp_offer (&local, NULL);
    g_assert_null (ullim_sdp_agree (&local, offer, reply, &error));
    g_assert_error (error, ULLIM_SDP_ERROR, rows[i].code);
    g_ptr_array_unref (local.streams);
  }
}

/* Video is taken off and put on again: its m-line stays, payload types and mids too. */
static void
test_later_offers (void)
{
  UllimSdpLocal        with, without;
  g_autoptr (UllimSdp) first = NULL, second = NULL, third = NULL;
  g_autofree char     *one = NULL, *two = NULL, *three = NULL;

  local_init (&with, TRUE);
  local_init (&without, FALSE);
  first = ullim_sdp_offer (&with, NULL);
  second = ullim_sdp_offer (&without, first);
  third = ullim_sdp_offer (&with, second);
  one = ullim_sdp_to_string (first);
  two = ullim_sdp_to_string (second);
  three = ullim_sdp_to_string (third);
  HAS (one, "m=video 6002 RTP/AVP 98 99 100 101\r\n");
  HAS (two, "m=video 0 RTP/AVP 98 99 100 101\r\n");
  HAS (three, "m=video 6002 RTP/AVP");
  HAS (one, "m=audio 6000 RTP/AVP 96 0 97\r\n");
  HAS (three, "m=audio 6000 RTP/AVP 96 0 97\r\n");
  HAS (three, "a=mid:0\r\n");
  g_ptr_array_unref (with.streams);
  g_ptr_array_unref (without.streams);
}

/* They chose other payload types than ours: we send theirs and receive ours. */
static void
test_other_payload_types (void)
{
  UllimSdpLocal         local;
  g_autoptr (UllimSdp)  offer = NULL;
  g_autoptr (UllimSdp)  reply = parse ("m=audio 4000 RTP/AVP 120\r\na=rtpmap:120 opus/48000/2\r\n");
  g_autoptr (GPtrArray) agreed = NULL;
  g_autoptr (GError)    error = NULL;

  local_init (&local, FALSE);
  offer = ullim_sdp_offer (&local, NULL);
  agreed = ullim_sdp_agree (&local, offer, reply, &error);
  g_assert_no_error (error);
  g_assert_cmpint (((UllimSdpCodec *) agreed_at (agreed, 0)->send->pdata[0])->payload_type, ==,
                   120);
  g_assert_cmpint (((UllimSdpCodec *) agreed_at (agreed, 0)->receive->pdata[0])->payload_type, ==,
                   96);
  g_ptr_array_unref (local.streams);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/offer-answer/plain-phone", test_plain_phone);
  g_test_add_func ("/offer-answer/many-media", test_many_media);
  g_test_add_func ("/offer-answer/security", test_security);
  g_test_add_func ("/offer-answer/refused", test_refused);
  g_test_add_func ("/offer-answer/hold", test_hold);
  g_test_add_func ("/offer-answer/web", test_web);
  g_test_add_func ("/offer-answer/with-ourselves", test_with_ourselves);
  g_test_add_func ("/offer-answer/answers-that-do-not-fit", test_answers_that_do_not_fit);
  g_test_add_func ("/offer-answer/later-offers", test_later_offers);
  g_test_add_func ("/offer-answer/other-payload-types", test_other_payload_types);
  return g_test_run ();
}
