/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-retry-private.h"

static void
test_ladder (void)
{
  static const guint steps_s[] = {1, 2, 5, 15, 30, 60, 120, 300, 300, 300};

  for (guint i = 0; i < G_N_ELEMENTS (steps_s); i++) {
    g_assert_cmpuint (ullim_sip_retry_delay_ms (i + 1, 0, 0), ==, steps_s[i] * 1000);
    g_assert_cmpuint (ullim_sip_retry_delay_ms (i + 1, 0, 1), ==, steps_s[i] * 1250);
  }
  g_assert_cmpuint (ullim_sip_retry_delay_ms (0, 0, 0), ==, 1000);
  g_assert_cmpuint (ullim_sip_retry_delay_ms (G_MAXUINT, 0, 0), ==, 300 * 1000);
}

static void
test_jitter_stays_in_bounds (void)
{
  g_assert_cmpuint (ullim_sip_retry_delay_ms (1, 0, -5), ==, 1000);
  g_assert_cmpuint (ullim_sip_retry_delay_ms (1, 0, 5), ==, 1250);
  for (guint i = 0; i < 1000; i++) {
    guint delay_ms = ullim_sip_retry_delay_ms (3, 0, g_test_rand_double ());

    g_assert_cmpuint (delay_ms, >=, 5000);
    g_assert_cmpuint (delay_ms, <=, 6250);
  }
}

static void
test_retry_after (void)
{
  g_assert_cmpuint (ullim_sip_retry_delay_ms (1, 60, 0), ==, 60 * 1000);
  /* Never below the ladder, never above the limit. */
  g_assert_cmpuint (ullim_sip_retry_delay_ms (5, 3, 0), ==, 30 * 1000);
  g_assert_cmpuint (ullim_sip_retry_delay_ms (1, G_MAXUINT, 0), ==, 3600 * 1000);
}

/* A person who is away for long is asked for twice an hour, a server that is down all the time. */
static void
test_events (void)
{
  g_assert_cmpuint (ullim_sip_retry_event_delay_ms (1, 0, 0), ==, 2000);
  for (guint i = 1; i < 12; i++)
    g_assert_cmpuint (ullim_sip_retry_event_delay_ms (i, 0, 0), <=,
                      ullim_sip_retry_event_delay_ms (i + 1, 0, 0));
  g_assert_cmpuint (ullim_sip_retry_event_delay_ms (100, 0, 0), ==,
                    ULLIM_SIP_RETRY_EVENT_MAX_S * 1000);
  g_assert_cmpuint (ullim_sip_retry_event_delay_ms (1, 600, 0), ==, 600000);
  g_assert_cmpuint (ullim_sip_retry_event_delay_ms (1, G_MAXUINT, 0), ==,
                    ULLIM_SIP_RETRY_AFTER_MAX_S * 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-retry/ladder", test_ladder);
  g_test_add_func ("/sip-retry/jitter", test_jitter_stays_in_bounds);
  g_test_add_func ("/sip-retry/retry-after", test_retry_after);
  g_test_add_func ("/sip-retry/events", test_events);
  return g_test_run ();
}
