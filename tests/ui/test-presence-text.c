/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "presence-text.h"

#include <glib.h>

static void
check (UllimPresence presence, const char *pattern)
{
  g_autofree char *text = ullim_presence_text (&presence);

  if (!g_pattern_match_simple (pattern, text))
    g_error ("\"%s\" is not \"%s\"", text, pattern);
}

/* No two states, and no two reasons for not knowing, have the same words. */
static void
test_distinct (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int state = ULLIM_PRESENCE_OFFLINE; state < ULLIM_PRESENCE_N_STATES; state++) {
    UllimPresence fresh = {.state = state}, stale = {.state = state, .is_stale = TRUE};

    g_assert_true (g_hash_table_add (seen, ullim_presence_text (&fresh)));
    g_assert_true (g_hash_table_add (seen, ullim_presence_text (&stale)));
    stale.since_us = g_get_real_time ();
    g_assert_true (g_hash_table_add (seen, ullim_presence_text (&stale)));
  }
  for (int reason = 0; reason <= ULLIM_PRESENCE_REASON_NO_SUCH_PERSON; reason++) {
    UllimPresence unknown = {.state = ULLIM_PRESENCE_UNKNOWN, .reason = reason};

    g_assert_true (g_hash_table_add (seen, ullim_presence_text (&unknown)));
  }
}

static void
test_time (void)
{
  gint64 now = g_get_real_time ();

  check ((UllimPresence){.state = ULLIM_PRESENCE_AWAY}, "Away");
  check ((UllimPresence){.state = ULLIM_PRESENCE_AWAY, .since_us = now}, "Away since ??:??");
  check ((UllimPresence){.state = ULLIM_PRESENCE_AWAY, .since_us = now - G_TIME_SPAN_DAY},
         "Away since Yesterday ??:??");
  check ((UllimPresence){.state = ULLIM_PRESENCE_AVAILABLE, .since_us = now}, "Available");
  check ((UllimPresence){.state = ULLIM_PRESENCE_AWAY, .since_us = now, .is_stale = TRUE},
         "Connection lost; away at ??:??");
  check ((UllimPresence){.state = ULLIM_PRESENCE_BUSY, .is_stale = TRUE},
         "Connection lost; last known: Busy");
  /* What was never known cannot be out of date. */
  check ((UllimPresence){.state = ULLIM_PRESENCE_UNKNOWN,
                         .reason = ULLIM_PRESENCE_REASON_PENDING,
                         .is_stale = TRUE},
         "Unknown: waits for their permission");
}

static void
test_line (void)
{
  char             note[] = " in a\r\nmeeting \t";
  UllimPresence    presence = {.state = ULLIM_PRESENCE_BUSY};
  g_autofree char *without = ullim_presence_text_line (&presence);
  g_autofree char *with = NULL, *empty = NULL;

  g_assert_cmpstr (without, ==, "Busy");
  presence.note = note;
  with = ullim_presence_text_line (&presence);
  g_assert_cmpstr (with, ==, "Busy: in a  meeting");
  note[0] = '\0';
  empty = ullim_presence_text_line (&presence);
  g_assert_cmpstr (empty, ==, "Busy");
}

static void
test_own (void)
{
  g_assert_cmpstr (ullim_presence_text_own (ULLIM_OWN_INVISIBLE), ==, "Invisible");
  g_assert_cmpstr (ullim_presence_text_own (ULLIM_OWN_DND), ==, "Do not disturb");
  g_assert_cmpint (ullim_presence_text_own_state (ULLIM_OWN_INVISIBLE), ==, ULLIM_PRESENCE_OFFLINE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/presence-text/distinct", test_distinct);
  g_test_add_func ("/presence-text/time", test_time);
  g_test_add_func ("/presence-text/line", test_line);
  g_test_add_func ("/presence-text/own", test_own);
  return g_test_run ();
}
