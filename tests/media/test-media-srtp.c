/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-srtp.h"

#include <string.h>

#define PACKET_BYTES 172
#define BUFFER_BYTES (PACKET_BYTES + ULLIM_MEDIA_SRTP_ROOM)

typedef struct {
  UllimMediaSrtp *alice;
  UllimMediaSrtp *bob;
} Pair;

static void
pair_init (Pair *pair, const char *suite)
{
  g_autofree char   *a = ullim_media_srtp_make_key (suite);
  g_autofree char   *b = ullim_media_srtp_make_key (suite);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (a, !=, b);
  pair->alice = ullim_media_srtp_new_base64 (suite, a, b, &error);
  g_assert_no_error (error);
  pair->bob = ullim_media_srtp_new_base64 (suite, b, a, &error);
  g_assert_no_error (error);
}

static void
pair_clear (Pair *pair)
{
  ullim_media_srtp_free (pair->alice);
  ullim_media_srtp_free (pair->bob);
}

static void
make_rtp (guint8 *packet, guint16 sequence, guint32 source)
{
  memset (packet, 0x5a, PACKET_BYTES);
  packet[0] = 0x80;
  packet[1] = 0;
  packet[2] = sequence >> 8;
  packet[3] = sequence & 0xff;
  source = GUINT32_TO_BE (source);
  memcpy (packet + 8, &source, 4);
}

static void
make_rtcp (guint8 *packet, gsize *length)
{
  static const guint8 report[] = {0x80, 201, 0, 1, 0, 0, 0, 7};

  memcpy (packet, report, sizeof report);
  *length = sizeof report;
}

static void
test_suites (void)
{
  const char *const *suites = ullim_media_srtp_suites ();

  for (guint i = 0; suites[i]; i++) {
    Pair   pair;
    guint8 packet[BUFFER_BYTES], plain[BUFFER_BYTES];
    gsize  length = PACKET_BYTES;

    pair_init (&pair, suites[i]);
    make_rtp (packet, 1, 7);
    memcpy (plain, packet, PACKET_BYTES);
    g_assert_true (ullim_media_srtp_protect (pair.alice, packet, &length, FALSE));
    g_assert_cmpuint (length, >, PACKET_BYTES);
    g_assert_cmpint (memcmp (packet + 12, plain + 12, PACKET_BYTES - 12), !=, 0);
    g_assert_true (ullim_media_srtp_unprotect (pair.bob, packet, &length, FALSE));
    g_assert_cmpmem (packet, length, plain, PACKET_BYTES);

    make_rtcp (packet, &length);
    memcpy (plain, packet, length);
    g_assert_true (ullim_media_srtp_protect (pair.bob, packet, &length, TRUE));
    g_assert_true (ullim_media_srtp_unprotect (pair.alice, packet, &length, TRUE));
    g_assert_cmpmem (packet, length, plain, 8);
    pair_clear (&pair);
  }
}

/* What is forged, damaged, repeated, or of somebody else's key is dropped. */
static void
test_dropped (void)
{
  Pair   pair, other;
  guint8 packet[BUFFER_BYTES], copy[BUFFER_BYTES];
  gsize  length = PACKET_BYTES, n;

  pair_init (&pair, "AES_CM_128_HMAC_SHA1_80");
  pair_init (&other, "AES_CM_128_HMAC_SHA1_80");
  make_rtp (packet, 1, 7);
  g_assert_true (ullim_media_srtp_protect (pair.alice, packet, &length, FALSE));
  for (guint i = 0; i < length; i += 11) {
    memcpy (copy, packet, length);
    copy[i] ^= 1;
    n = length;
    g_assert_false (ullim_media_srtp_unprotect (pair.bob, copy, &n, FALSE));
  }
  for (n = 0; n < length; n += 9) {
    gsize cut = n;

    memcpy (copy, packet, length);
    g_assert_false (ullim_media_srtp_unprotect (pair.bob, copy, &cut, FALSE));
    cut = n;
    g_assert_false (ullim_media_srtp_unprotect (pair.bob, copy, &cut, TRUE));
  }
  memcpy (copy, packet, length);
  n = length;
  g_assert_false (ullim_media_srtp_unprotect (other.bob, copy, &n, FALSE));

  memcpy (copy, packet, length);
  n = length;
  g_assert_true (ullim_media_srtp_unprotect (pair.bob, copy, &n, FALSE));
  g_assert_false (ullim_media_srtp_unprotect (pair.bob, packet, &length, FALSE));
  pair_clear (&pair);
  pair_clear (&other);
}

/* Somebody with the key who makes up a sender for every packet gets no memory for it. */
static void
test_many_sources (void)
{
  Pair  pair;
  guint taken = 0;

  pair_init (&pair, "AEAD_AES_128_GCM");
  for (guint32 source = 1; source <= 2 * ULLIM_MEDIA_SRTP_MAX_SOURCES; source++) {
    guint8 packet[BUFFER_BYTES];
    gsize  length = PACKET_BYTES;

    make_rtp (packet, 1, source);
    g_assert_true (ullim_media_srtp_protect (pair.alice, packet, &length, FALSE));
    taken += ullim_media_srtp_unprotect (pair.bob, packet, &length, FALSE);
  }
  g_assert_cmpuint (taken, ==, ULLIM_MEDIA_SRTP_MAX_SOURCES);
  pair_clear (&pair);
}

static void
test_bad_keys (void)
{
  static const struct {
    const char *suite, *local, *remote;
  } rows[] = {
      {"AES_CM_128_HMAC_SHA1_80", "", ""},
      {"AES_CM_128_HMAC_SHA1_80", "c2hvcnQ=", "c2hvcnQ="},
      {"AES_CM_128_HMAC_SHA1_80", "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz", "c2hvcnQ="},
      {"F8_128_HMAC_SHA1_80", "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
       "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"},
      {"AEAD_AES_256_GCM", "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
       "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (
        ullim_media_srtp_new_base64 (rows[i].suite, rows[i].local, rows[i].remote, &error));
    g_assert_error (error, ULLIM_MEDIA_ERROR, ULLIM_MEDIA_ERROR_KEY);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media-srtp/suites", test_suites);
  g_test_add_func ("/media-srtp/dropped", test_dropped);
  g_test_add_func ("/media-srtp/many-sources", test_many_sources);
  g_test_add_func ("/media-srtp/bad-keys", test_bad_keys);
  return g_test_run ();
}
