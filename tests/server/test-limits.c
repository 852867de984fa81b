/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-limits.h"

#define RATE 10
#define BURST (RATE * (ULLIM_SERVER_BURST / ULLIM_SERVER_RATE))
#define SECOND G_USEC_PER_SEC

typedef UllimServerLimits Limits;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Limits, ullim_server_limits_free)

static guint
take_all (Limits *limits, const char *source, gint64 now_us)
{
  guint n = 0;

  while (ullim_server_limits_take (limits, source, 1, now_us))
    n++;
  return n;
}

static void
test_bucket (void)
{
  g_autoptr (Limits) limits = ullim_server_limits_new (RATE);

  g_assert_cmpuint (take_all (limits, "a", 0), ==, BURST);
  g_assert_cmpuint (take_all (limits, "b", 0), ==, BURST); /* each source has its own */
  g_assert_cmpuint (take_all (limits, "a", SECOND), ==, RATE);
  g_assert_cmpuint (take_all (limits, "a", 1000 * SECOND), ==, BURST);
}

static void
test_cost (void)
{
  g_autoptr (Limits) limits = ullim_server_limits_new (RATE);

  g_assert_true (ullim_server_limits_take (limits, "a", BURST + 50, 0));
  g_assert_false (ullim_server_limits_take (limits, "a", 1, 0));
  g_assert_false (ullim_server_limits_take (limits, "a", 1, 2 * SECOND)); /* still in debt */
  g_assert_true (ullim_server_limits_take (limits, "a", 1, 7 * SECOND));
  ullim_server_limits_take (limits, "b", 1, 0);
  ullim_server_limits_take (limits, "b", -5, 0); /* never more than full */
  g_assert_cmpuint (take_all (limits, "b", 0), ==, BURST);
}

static void
test_memory (void)
{
  g_autoptr (Limits) limits = ullim_server_limits_new (RATE);

  for (guint i = 0; i < ULLIM_SERVER_MAX_SOURCES + 1000; i++) {
    char source[16];

    g_snprintf (source, sizeof source, "%u", i);
    ullim_server_limits_take (limits, source, 1, 0);
  }
  g_assert_cmpuint (ullim_server_limits_count (limits), <=, ULLIM_SERVER_MAX_SOURCES + 1);
  ullim_server_limits_sweep (limits, 0);
  g_assert_cmpuint (ullim_server_limits_count (limits), >, 0);
  ullim_server_limits_sweep (limits, 1000 * SECOND);
  g_assert_cmpuint (ullim_server_limits_count (limits), ==, 0);
}

static void
test_unlimited (void)
{
  g_autoptr (Limits) limits = ullim_server_limits_new (0);

  for (guint i = 0; i < 100000; i++)
    g_assert_true (ullim_server_limits_take (limits, "a", 1, 0));
  g_assert_cmpuint (ullim_server_limits_count (limits), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limits/bucket", test_bucket);
  g_test_add_func ("/limits/cost", test_cost);
  g_test_add_func ("/limits/memory", test_memory);
  g_test_add_func ("/limits/unlimited", test_unlimited);
  return g_test_run ();
}
