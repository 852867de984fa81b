/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sdp-transport.h"

#include <string.h>

#define HEAD "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define KEY "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

static UllimSdpTransport *
read_transport (const char *lines)
{
  g_autofree char     *text = g_strconcat (HEAD, lines, NULL);
  g_autoptr (GError)   error = NULL;
  g_autoptr (UllimSdp) sdp = ullim_sdp_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return ullim_sdp_transport_read (sdp, g_ptr_array_index (sdp->media, 0));
}

static void
test_plain (void)
{
  g_autoptr (UllimSdpTransport) plain = read_transport ("m=audio 4000 RTP/AVP 0\r\n");
  g_autoptr (UllimSdpTransport) rtcp =
      read_transport ("m=audio 4000 RTP/AVP 0\r\na=rtcp:5005 IN IP4 192.0.2.9\r\n");
  g_autoptr (UllimSdpTransport) mux =
      read_transport ("m=audio 4000 RTP/AVP 0\r\na=rtcp-mux\r\na=rtcp:4001\r\n");

  g_assert_cmpstr (plain->address, ==, "192.0.2.1");
  g_assert_cmpuint (plain->rtcp_port, ==, 4001);
  g_assert_false (plain->mux);
  g_assert_cmpuint (rtcp->rtcp_port, ==, 5005);
  g_assert_true (mux->mux);
  g_assert_cmpuint (mux->rtcp_port, ==, 4000);
}

static void
test_session_level (void)
{
  g_autoptr (UllimSdpTransport) transport = read_transport (
      "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=ice-lite\r\n"
      "a=fingerprint:sha-256 AA:BB\r\na=setup:passive\r\n"
      "m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\na=ice-ufrag:own1\r\n"
      "a=candidate:1 1 UDP 2130706431 2001:db8::1 4000 typ host\r\n"
      "a=candidate:2 1 udp 1694498815 203.0.113.7 5000 typ srflx raddr 192.0.2.1 rport 4000 "
      "generation 0\r\na=candidate:3 1 udp 5 h 99999 typ host\r\na=candidate:broken\r\n");
  const UllimSdpCandidate *second;

  g_assert_cmpstr (transport->ufrag, ==, "own1");
  g_assert_cmpstr (transport->password, ==, "0123456789012345678901");
  g_assert_true (transport->is_lite);
  g_assert_cmpstr (transport->fingerprint, ==, "sha-256 AA:BB");
  g_assert_cmpint (transport->setup, ==, ULLIM_SDP_SETUP_PASSIVE);
  g_assert_cmpuint (transport->candidates->len, ==, 2);
  second = g_ptr_array_index (transport->candidates, 1);
  g_assert_cmpstr (second->type, ==, "srflx");
  g_assert_cmpstr (second->related_address, ==, "192.0.2.1");
  g_assert_cmpuint (second->related_port, ==, 4000);
  g_assert_cmpuint (second->priority, ==, 1694498815);
}

static void
test_crypto (void)
{
  g_autoptr (UllimSdpTransport) transport = read_transport (
      "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|2^31\r\n"
      "a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:" KEY "|2^31|1:4\r\n"
      "a=crypto:3 AES_CM_128_HMAC_SHA1_32 inline:" KEY " UNENCRYPTED_SRTP\r\n"
      "a=crypto:0 AES_CM_128_HMAC_SHA1_32 inline:" KEY "\r\na=crypto:4 X clear:" KEY "\r\n"
      "a=crypto:5 AEAD_AES_128_GCM inline:" KEY "\r\n");
  const UllimSdpCrypto *first, *last;

  /* With an MKI, with parameters, with a bad tag, with another method: not ours to use. */
  g_assert_cmpuint (transport->cryptos->len, ==, 2);
  first = g_ptr_array_index (transport->cryptos, 0);
  last = g_ptr_array_index (transport->cryptos, 1);
  g_assert_cmpuint (first->tag, ==, 1);
  g_assert_cmpstr (first->key, ==, KEY);
  g_assert_cmpuint (last->tag, ==, 5);
}

static void
test_write (void)
{
  g_autoptr (UllimSdp)          sdp = ullim_sdp_new ("192.0.2.1", 1, 1);
  UllimSdpMedia                *media = ullim_sdp_add_media (sdp, "audio", 0, "RTP/SAVP");
  g_autoptr (UllimSdpTransport) transport = ullim_sdp_transport_new ("192.0.2.7", 4000);
  g_autoptr (UllimSdpTransport) again = NULL;
  g_autofree char              *text = NULL;
  const char *candidate = "f1 1 udp 2130706431 192.0.2.7 4000 typ srflx raddr 10.0.0.1 rport 9";
  const char *second = "f1 2 udp 2130706430 192.0.2.7 4001 typ host";
  g_autofree char *written = NULL;

  transport->ufrag = g_strdup ("abcd");
  transport->password = g_strdup ("0123456789012345678901");
  transport->fingerprint = g_strdup ("sha-256 AA");
  ullim_sdp_transport_add_candidate (transport, ullim_sdp_candidate_parse (candidate));
  ullim_sdp_transport_add_candidate (transport, ullim_sdp_candidate_parse (second));
  ullim_sdp_transport_add_crypto (transport, 1, "AES_CM_128_HMAC_SHA1_80", KEY);
  ullim_sdp_media_add_format (media, "0");
  ullim_sdp_transport_write (media, transport, ULLIM_SDP_SECURITY_SDES);

  text = ullim_sdp_to_string (sdp);
  again = ullim_sdp_transport_read (sdp, media);
  g_assert_cmpuint (again->candidates->len, ==, 2);
  g_assert_cmpuint (again->cryptos->len, ==, 1);
  g_assert_null (again->fingerprint);
  g_assert_null (strstr (text, "a=rtcp:"));
  written = ullim_sdp_candidate_to_string (g_ptr_array_index (again->candidates, 0));
  g_assert_cmpstr (written, ==, candidate);
}

/* What is multiplexed has one component; DTLS tells no key. */
static void
test_write_mux (void)
{
  g_autoptr (UllimSdp)          sdp = ullim_sdp_new ("192.0.2.1", 1, 1);
  UllimSdpMedia                *media = ullim_sdp_add_media (sdp, "audio", 0, "UDP/TLS/RTP/SAVP");
  g_autoptr (UllimSdpTransport) transport = ullim_sdp_transport_new ("192.0.2.7", 4000);
  g_autoptr (UllimSdpTransport) again = NULL;

  transport->ufrag = g_strdup ("abcd");
  transport->password = g_strdup ("0123456789012345678901");
  transport->mux = TRUE;
  transport->fingerprint = g_strdup ("sha-256 AA");
  ullim_sdp_transport_add_candidate (
      transport, ullim_sdp_candidate_parse ("1 2 udp 1 192.0.2.7 4001 typ host"));
  ullim_sdp_transport_add_crypto (transport, 1, "AES_CM_128_HMAC_SHA1_80", KEY);
  ullim_sdp_media_add_format (media, "0");
  ullim_sdp_transport_write (media, transport, ULLIM_SDP_SECURITY_DTLS);

  again = ullim_sdp_transport_read (sdp, media);
  g_assert_cmpuint (again->candidates->len, ==, 0);
  g_assert_cmpuint (again->cryptos->len, ==, 0);
  g_assert_cmpstr (again->fingerprint, ==, "sha-256 AA");
  g_assert_cmpint (again->setup, ==, ULLIM_SDP_SETUP_ACTPASS);
  g_assert_true (again->mux);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdp-transport/plain", test_plain);
  g_test_add_func ("/sdp-transport/session-level", test_session_level);
  g_test_add_func ("/sdp-transport/crypto", test_crypto);
  g_test_add_func ("/sdp-transport/write", test_write);
  g_test_add_func ("/sdp-transport/write-mux", test_write_mux);
  return g_test_run ();
}
