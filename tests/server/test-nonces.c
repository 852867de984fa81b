/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-nonces.h"

#include <string.h>

#define NOW_S 1000

typedef UllimServerNonces Nonces;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nonces, ullim_server_nonces_free)

static void
test_count (void)
{
  g_autoptr (Nonces) nonces = ullim_server_nonces_new ();
  char               nonce[ULLIM_SERVER_NONCE_SIZE];

  ullim_server_nonces_make (nonces, NOW_S, nonce);
  g_assert_cmpuint (strlen (nonce), ==, ULLIM_SERVER_NONCE_SIZE - 1);
  g_assert_cmpint (ullim_server_nonces_use (nonces, nonce, 1, 10, NOW_S), ==,
                   ULLIM_SERVER_NONCE_FRESH);
  g_assert_cmpint (ullim_server_nonces_use (nonces, nonce, 1, 10, NOW_S), ==,
                   ULLIM_SERVER_NONCE_REPEATED);
  g_assert_cmpint (ullim_server_nonces_use (nonces, nonce, 1, 11, NOW_S), ==,
                   ULLIM_SERVER_NONCE_STALE);
  g_assert_cmpint (ullim_server_nonces_use (nonces, nonce, 0, 12, NOW_S), ==,
                   ULLIM_SERVER_NONCE_STALE);
}

/* Requests may overtake each other, each count once. */
static void
test_order (void)
{
  g_autoptr (Nonces) nonces = ullim_server_nonces_new ();
  char               nonce[ULLIM_SERVER_NONCE_SIZE];

  ullim_server_nonces_make (nonces, NOW_S, nonce);
  for (guint count = 40; count > 8; count--)
    g_assert_cmpint (ullim_server_nonces_use (nonces, nonce, count, count, NOW_S), ==,
                     ULLIM_SERVER_NONCE_FRESH);
  for (guint count = 39; count > 8; count--)
    g_assert_cmpint (ullim_server_nonces_use (nonces, nonce, count, count, NOW_S), ==,
                     ULLIM_SERVER_NONCE_STALE);
  g_assert_cmpint (ullim_server_nonces_use (nonces, nonce, 8, 8, NOW_S), ==,
                   ULLIM_SERVER_NONCE_STALE);
  g_assert_cmpint (ullim_server_nonces_use (nonces, nonce, G_MAXUINT32, 1, NOW_S), ==,
                   ULLIM_SERVER_NONCE_FRESH);
  g_assert_cmpint (ullim_server_nonces_use (nonces, nonce, 41, 41, NOW_S), ==,
                   ULLIM_SERVER_NONCE_STALE);
}

static void
test_age (void)
{
  g_autoptr (Nonces) nonces = ullim_server_nonces_new ();
  char               first[ULLIM_SERVER_NONCE_SIZE];
  char               other[ULLIM_SERVER_NONCE_SIZE];

  ullim_server_nonces_make (nonces, NOW_S, first);
  g_assert_cmpint (
      ullim_server_nonces_use (nonces, first, 1, 1, NOW_S + ULLIM_SERVER_NONCE_LIFE_S + 1), ==,
      ULLIM_SERVER_NONCE_STALE);
  for (guint i = 0; i < ULLIM_SERVER_NONCE_RING - 1; i++)
    ullim_server_nonces_make (nonces, NOW_S, other);
  g_assert_cmpint (ullim_server_nonces_use (nonces, first, 1, 1, NOW_S), ==,
                   ULLIM_SERVER_NONCE_FRESH);
  ullim_server_nonces_make (nonces, NOW_S, other); /* comes round to its slot */
  g_assert_cmpint (ullim_server_nonces_use (nonces, first, 2, 2, NOW_S), ==,
                   ULLIM_SERVER_NONCE_STALE);
}

static void
test_forged (void)
{
  g_autoptr (Nonces) nonces = ullim_server_nonces_new ();
  char               nonce[ULLIM_SERVER_NONCE_SIZE];
  char               forged[ULLIM_SERVER_NONCE_SIZE + 8];

  ullim_server_nonces_make (nonces, NOW_S, nonce);
  for (guint i = 0; i < ULLIM_SERVER_NONCE_SIZE - 1; i++) {
    g_strlcpy (forged, nonce, sizeof forged);
    forged[i] = forged[i] == '0' ? '1' : '0';
    g_assert_cmpint (ullim_server_nonces_use (nonces, forged, 1, 1, NOW_S), ==,
                     ULLIM_SERVER_NONCE_STALE);
  }
  g_snprintf (forged, sizeof forged, "%s0", nonce);
  g_assert_cmpint (ullim_server_nonces_use (nonces, forged, 1, 1, NOW_S), ==,
                   ULLIM_SERVER_NONCE_STALE);
  g_assert_cmpint (ullim_server_nonces_use (nonces, "", 1, 1, NOW_S), ==, ULLIM_SERVER_NONCE_STALE);
  /* The slot that was never used. */
  memset (forged, '0', ULLIM_SERVER_NONCE_SIZE - 1);
  forged[ULLIM_SERVER_NONCE_SIZE - 1] = '\0';
  g_assert_cmpint (ullim_server_nonces_use (nonces, forged, 1, 1, NOW_S), ==,
                   ULLIM_SERVER_NONCE_STALE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nonces/count", test_count);
  g_test_add_func ("/nonces/order", test_order);
  g_test_add_func ("/nonces/age", test_age);
  g_test_add_func ("/nonces/forged", test_forged);
  return g_test_run ();
}
