/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "time-text.h"

static gint64
at (int year, int month, int day, int hour, int minute)
{
  g_autoptr (GDateTime) time = g_date_time_new_local (year, month, day, hour, minute, 0);

  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

static void
check_day (gint64 time_us, gint64 now_us, const char *expected)
{
  g_autofree char *text = ullim_time_text_day (time_us, now_us);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_day (void)
{
  gint64 now = at (2026, 3, 2, 12, 0); /* a Monday */

  check_day (now, now, "Today");
  check_day (at (2026, 3, 2, 0, 0), now, "Today");
  check_day (at (2026, 3, 2, 23, 59), now, "Today");
  check_day (at (2026, 3, 1, 23, 59), now, "Yesterday");
  check_day (at (2026, 2, 28, 0, 0), now, "Saturday");
  check_day (at (2026, 2, 24, 0, 0), now, "Tuesday");
  check_day (at (2026, 2, 23, 0, 0), now, "Monday, 23 February");
  check_day (at (2025, 12, 31, 0, 0), now, "31 December 2025");
  /* A clock that is ahead. */
  check_day (at (2026, 3, 3, 0, 0), now, "Tuesday, 3 March");
}

static void
test_clock (void)
{
  g_autofree char *clock = ullim_time_text_clock (at (2026, 3, 2, 9, 5));
  g_autofree char *full = ullim_time_text_full (at (2026, 3, 1, 14, 5), at (2026, 3, 2, 12, 0));

  g_assert_cmpstr (clock, ==, "09:05");
  g_assert_cmpstr (full, ==, "Yesterday 14:05");
}

static void
test_day_number (void)
{
  guint number = ullim_time_text_day_number (at (2026, 2, 28, 0, 0));

  g_assert_cmpuint (ullim_time_text_day_number (at (2026, 2, 28, 23, 59)), ==, number);
  g_assert_cmpuint (ullim_time_text_day_number (at (2026, 3, 1, 0, 0)), ==, number + 1);
}

/* Times that no calendar has do not end the program. */
static void
test_mad (void)
{
  g_autofree char *first = ullim_time_text_full (G_MININT64, 0);
  g_autofree char *last = ullim_time_text_full (G_MAXINT64, 0);

  g_assert_nonnull (first);
  g_assert_nonnull (last);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time-text/day", test_day);
  g_test_add_func ("/time-text/clock", test_clock);
  g_test_add_func ("/time-text/day-number", test_day_number);
  g_test_add_func ("/time-text/mad", test_mad);
  return g_test_run ();
}
