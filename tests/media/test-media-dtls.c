/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two ends joined by queues of datagrams, so that the test loses, repeats and reorders at will.
 */
#include "media-dtls.h"
#include "support.h"

#include <string.h>

#define MAX_ROUNDS 200

typedef struct {
  UllimMediaCertificate *certificate;
  UllimMediaDtls        *dtls;
  GQueue                 sent; /* GBytes on their way to the other end */
} End;

static void
on_send (const guint8 *data, gsize length, gpointer user_data)
{
  End *end = user_data;

  g_assert_cmpuint (length, <=, ULLIM_MEDIA_DTLS_MTU);
  g_queue_push_tail (&end->sent, g_bytes_new (data, length));
}

static void
end_init (End *end, gboolean is_client)
{
  g_queue_init (&end->sent);
  end->certificate = ullim_media_certificate_new ();
  end->dtls = ullim_media_dtls_new (end->certificate, is_client, on_send, end);
}

static void
end_clear (End *end)
{
  ullim_media_dtls_free (end->dtls);
  ullim_media_certificate_unref (end->certificate);
  g_queue_clear_full (&end->sent, (GDestroyNotify) g_bytes_unref);
}

static void
introduce (End *a, End *b)
{
  ullim_media_dtls_set_fingerprint (a->dtls,
                                    ullim_media_certificate_get_fingerprint (b->certificate));
  ullim_media_dtls_set_fingerprint (b->dtls,
                                    ullim_media_certificate_get_fingerprint (a->certificate));
}

static gboolean
deliver (End *from, End *to)
{
  g_autoptr (GBytes) datagram = g_queue_pop_head (&from->sent);
  gsize              length;
  const guint8      *data;

  if (!datagram)
    return FALSE;
  data = g_bytes_get_data (datagram, &length);
  ullim_media_dtls_receive (to->dtls, data, length);
  return TRUE;
}

static void
drain (End *a, End *b)
{
  for (guint i = 0; i < MAX_ROUNDS; i++) {
    if (!deliver (a, b) && !deliver (b, a))
      return;
  }
  g_assert_not_reached ();
}

static UllimMediaDtlsState
state (End *end)
{
  return ullim_media_dtls_get_state (end->dtls);
}

static void
check_keys (End *a, End *b)
{
  g_autoptr (GError)         error = NULL;
  g_autoptr (UllimMediaSrtp) srtp_a = ullim_media_dtls_make_srtp (a->dtls, &error);
  g_autoptr (UllimMediaSrtp) srtp_b = ullim_media_dtls_make_srtp (b->dtls, &error);
  guint8 packet[32 + ULLIM_MEDIA_SRTP_ROOM] = {0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 'h', 'i'};
  gsize  length = 32;

  g_assert_no_error (error);
  g_assert_true (ullim_media_srtp_protect (srtp_a, packet, &length, FALSE));
  g_assert_true (ullim_media_srtp_unprotect (srtp_b, packet, &length, FALSE));
  g_assert_cmpuint (packet[12], ==, 'h');
}

static void
test_handshake (void)
{
  End client, server;

  end_init (&client, TRUE);
  end_init (&server, FALSE);
  introduce (&client, &server);
  ullim_media_dtls_start (server.dtls);
  ullim_media_dtls_start (client.dtls);
  drain (&client, &server);
  g_assert_cmpint (state (&client), ==, ULLIM_MEDIA_DTLS_CONNECTED);
  g_assert_cmpint (state (&server), ==, ULLIM_MEDIA_DTLS_CONNECTED);
  check_keys (&client, &server);
  g_assert_cmpint (ullim_media_dtls_get_timeout (client.dtls), ==, -1);

  ullim_media_dtls_close (client.dtls);
  drain (&client, &server);
  g_assert_cmpint (state (&server), ==, ULLIM_MEDIA_DTLS_CLOSED);
  end_clear (&client);
  end_clear (&server);
}

/* The answer with the fingerprint comes after the handshake: until then there are no keys. */
static void
test_late_fingerprint (void)
{
  End client, server;

  end_init (&client, TRUE);
  end_init (&server, FALSE);
  ullim_media_dtls_start (client.dtls);
  drain (&client, &server);
  g_assert_cmpint (state (&client), ==, ULLIM_MEDIA_DTLS_CONNECTING);
  introduce (&client, &server);
  g_assert_cmpint (state (&client), ==, ULLIM_MEDIA_DTLS_CONNECTED);
  check_keys (&server, &client);
  end_clear (&client);
  end_clear (&server);
}

static void
test_wrong_fingerprint (void)
{
  static const char *const wrong[] = {"sha-256 00:11", "",         "md5 00",
                                      "sha-256",       "sha-256 ", "SHA-512 AA"};

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    End client, server;

    end_init (&client, TRUE);
    end_init (&server, FALSE);
    introduce (&client, &server);
    ullim_media_dtls_set_fingerprint (client.dtls, wrong[i]);
    ullim_media_dtls_start (client.dtls);
    drain (&client, &server);
    g_assert_cmpint (state (&client), ==, ULLIM_MEDIA_DTLS_FAILED);
    g_assert_error (ullim_media_dtls_get_error (client.dtls), ULLIM_MEDIA_ERROR,
                    ULLIM_MEDIA_ERROR_FINGERPRINT);
    end_clear (&client);
    end_clear (&server);
  }
}

static gboolean
is_due (gpointer data)
{
  End *end = data;

  return ullim_media_dtls_get_timeout (end->dtls) <= 0;
}

/* The clock is OpenSSL's own. */
static void
repeat_when_due (End *end)
{
  support_wait (is_due, end, "the pause before a repetition");
  ullim_media_dtls_repeat (end->dtls);
}

static void
deliver_with_loss (GRand *random, End *from, End *to)
{
  while (!g_queue_is_empty (&from->sent)) {
    if (g_rand_double (random) < 0.3)
      g_bytes_unref (g_queue_pop_head (&from->sent));
    else
      deliver (from, to);
  }
}

/* The first datagram is lost, and three of ten later ones: the repetitions carry it through. */
static void
test_loss (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  End               client, server;

  end_init (&client, TRUE);
  end_init (&server, FALSE);
  introduce (&client, &server);
  ullim_media_dtls_start (client.dtls);
  g_assert_cmpint (ullim_media_dtls_get_timeout (client.dtls), <=, ULLIM_MEDIA_DTLS_FIRST_MS);
  g_bytes_unref (g_queue_pop_head (&client.sent));
  while (state (&client) == ULLIM_MEDIA_DTLS_CONNECTING ||
         state (&server) == ULLIM_MEDIA_DTLS_CONNECTING) {
    repeat_when_due (&client);
    deliver_with_loss (random, &client, &server);
    repeat_when_due (&server);
    deliver_with_loss (random, &server, &client);
  }
  g_assert_cmpint (state (&client), ==, ULLIM_MEDIA_DTLS_CONNECTED);
  g_assert_cmpint (state (&server), ==, ULLIM_MEDIA_DTLS_CONNECTED);
  end_clear (&client);
  end_clear (&server);
}

static void
test_junk (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  End               client, server;
  guint8            junk[1500];

  end_init (&client, TRUE);
  end_init (&server, FALSE);
  introduce (&client, &server);
  ullim_media_dtls_start (client.dtls);
  for (guint i = 0; i < 2000; i++) {
    gsize length = (gsize) g_rand_int_range (random, 0, sizeof junk);

    for (gsize j = 0; j < length; j++)
      junk[j] = (guint8) g_rand_int (random);
    if (length)
      junk[0] = (guint8) g_rand_int_range (random, 20, 64);
    ullim_media_dtls_receive (server.dtls, junk, length);
    ullim_media_dtls_receive (client.dtls, junk, length);
  }
  drain (&client, &server);
  g_assert_cmpint (state (&client), ==, ULLIM_MEDIA_DTLS_CONNECTED);
  g_assert_cmpint (state (&server), ==, ULLIM_MEDIA_DTLS_CONNECTED);
  end_clear (&client);
  end_clear (&server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media-dtls/handshake", test_handshake);
  g_test_add_func ("/media-dtls/late-fingerprint", test_late_fingerprint);
  g_test_add_func ("/media-dtls/wrong-fingerprint", test_wrong_fingerprint);
  g_test_add_func ("/media-dtls/loss", test_loss);
  g_test_add_func ("/media-dtls/junk", test_junk);
  return g_test_run ();
}
