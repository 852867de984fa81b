/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Somebody's offer is answered, and taken for the answer to an offer of ours: what we answer can be
 * read, has their m-lines, and is protected as it must be.
 */
#include "fuzz.h"
#include "offer-answer.h"

#include <string.h>

#define KEY "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

static void
add_stream (GPtrArray *streams, UllimSdpKind kind, guint16 port)
{
  UllimSdpTransport *transport = ullim_sdp_transport_new ("192.0.2.1", port);
  UllimSdpStream    *stream = ullim_sdp_stream_new (kind, ULLIM_SDP_SENDRECV, transport);
  gboolean           is_audio = kind == ULLIM_SDP_AUDIO;

  transport->mux = TRUE;
  transport->ufrag = g_strdup ("aaaa");
  transport->password = g_strdup ("0123456789012345678901");
  transport->fingerprint = g_strdup ("sha-256 AA");
  ullim_sdp_transport_add_crypto (transport, 1, "AES_CM_128_HMAC_SHA1_80", KEY);
  g_ptr_array_add (stream->codecs,
                   ullim_sdp_codec_new (is_audio ? "opus" : "VP8", is_audio ? 48000 : 90000,
                                        is_audio ? 2 : 1, -1, NULL));
  g_ptr_array_add (stream->codecs, is_audio ? ullim_sdp_codec_new ("PCMU", 8000, 1, 0, NULL)
                                            : ullim_sdp_codec_new ("rtx", 90000, 1, -1, NULL));
  g_ptr_array_add (streams, stream);
}

static void
check_answer (const UllimSdpLocal *local, const UllimSdp *offer)
{
  g_autoptr (GPtrArray) agreed = NULL;
  g_autoptr (GError)    error = NULL;
  g_autoptr (UllimSdp)  answer = ullim_sdp_answer (local, offer, &agreed, &error);
  g_autoptr (UllimSdp)  again = NULL;
  g_autofree char      *text = NULL;

  if (!answer) {
    g_assert_nonnull (error);
    return;
  }
  text = ullim_sdp_to_string (answer);
  again = ullim_sdp_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->media->len, ==, offer->media->len);
  g_assert_cmpuint (agreed->len, ==, offer->media->len);
  for (guint i = 0; i < agreed->len; i++) {
    const UllimSdpAgreed *one = g_ptr_array_index (agreed, i);

    g_assert_cmpint (one->stream, <, (int) local->streams->len);
    if (one->stream >= 0) {
      g_assert_cmpint (one->security, >=, local->allowed);
      g_assert_cmpuint (one->send->len, ==, one->receive->len);
      g_assert_cmpuint (one->bundle, <, agreed->len);
    }
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (UllimSdp)  sdp = ullim_sdp_parse ((const char *) data, size, NULL);
  g_autoptr (GPtrArray) streams =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sdp_stream_free);
  UllimSdpLocal local = {
      .address = "192.0.2.1", .session_id = 1, .version = 1, .streams = streams, .bundle = TRUE};

  if (!sdp)
    return 0;
  add_stream (streams, ULLIM_SDP_AUDIO, 6000);
  add_stream (streams, ULLIM_SDP_VIDEO, 6002);
  for (int security = ULLIM_SDP_SECURITY_NONE; security <= ULLIM_SDP_SECURITY_DTLS; security++) {
    g_autoptr (UllimSdp)  offer = NULL, later = NULL;
    g_autoptr (GPtrArray) agreed = NULL;

    local.security = local.allowed = security;
    check_answer (&local, sdp);
    offer = ullim_sdp_offer (&local, NULL);
    agreed = ullim_sdp_agree (&local, offer, sdp, NULL);
    later = ullim_sdp_offer (&local, sdp);
    g_assert_cmpuint (later->media->len, >=, sdp->media->len);
  }
  return 0;
}
