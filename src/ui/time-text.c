/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The formats are translated strings: each language orders day, month and year its own way.
 */
#define G_LOG_DOMAIN "time-text"

#include "ullim-config.h"

#include "time-text.h"

#include <time.h>

#include <glib/gi18n.h>

/* GDateTime would look for the machine's time zone at each conversion, which took a tenth of a
 * frame of scrolling. The C library keeps it; it is told to look again now and then. */
#define LOOK_AGAIN_US (60 * G_TIME_SPAN_SECOND)

static struct tm
local_time (gint64 time_us)
{
  static gint64 looked_us;
  gint64        now_us = g_get_monotonic_time ();
  time_t        seconds = (time_t) (time_us / G_USEC_PER_SEC);
  struct tm     local;

  if (looked_us == 0 || now_us - looked_us > LOOK_AGAIN_US) {
    tzset ();
    looked_us = now_us;
  }
  if (localtime_r (&seconds, &local) && local.tm_year >= 0 && local.tm_year < 9999 - 1900)
    return local;
  /* Out of the calendar: only a damaged or mad clock gives such a time. */
  seconds = 0;
  gmtime_r (&seconds, &local);
  return local;
}

static guint
day_number (const struct tm *local)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) local->tm_mday, (GDateMonth) (local->tm_mon + 1),
                  (GDateYear) (local->tm_year + 1900));
  return g_date_get_julian (&date);
}

/* The zone is of no matter to the formats, which name none. */
static char *
format (const struct tm *local, const char *pattern)
{
  g_autoptr (GDateTime) time = g_date_time_new_utc (
      local->tm_year + 1900, local->tm_mon + 1, local->tm_mday, local->tm_hour, local->tm_min, 0);

  return g_date_time_format (time, pattern);
}

guint
ullim_time_text_day_number (gint64 time_us)
{
  struct tm local = local_time (time_us);

  return day_number (&local);
}

char *
ullim_time_text_clock (gint64 time_us)
{
  struct tm local = local_time (time_us);

  /* Translators: the time of a message, as g_date_time_format() takes it: "%H:%M" gives 14:05,
   * "%l:%M %p" gives 2:05 PM. */
  return format (&local, _ ("%H:%M"));
}

char *
ullim_time_text_day (gint64 time_us, gint64 now_us)
{
  struct tm local = local_time (time_us);
  struct tm now = local_time (now_us);
  int       days = (int) day_number (&now) - (int) day_number (&local);

  if (days == 0)
    return g_strdup (_ ("Today"));
  if (days == 1)
    return g_strdup (_ ("Yesterday"));
  if (days > 1 && days < 7)
    return format (&local, "%A");
  if (local.tm_year == now.tm_year)
    /* Translators: a day of this year, as g_date_time_format() takes it: Monday, 3 March */
    return format (&local, _ ("%A, %-e %B"));
  /* Translators: a day of another year, as g_date_time_format() takes it: 3 March 2025 */
  return format (&local, _ ("%-e %B %Y"));
}

char *
ullim_time_text_full (gint64 time_us, gint64 now_us)
{
  g_autofree char *day = ullim_time_text_day (time_us, now_us);
  g_autofree char *clock = ullim_time_text_clock (time_us);

  /* Translators: a day and a time of day: "Yesterday 14:05" */
  return g_strdup_printf (_ ("%s %s"), day, clock);
}
