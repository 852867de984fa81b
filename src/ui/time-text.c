/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The formats are translated strings: each language orders day, month and year its own way.
 */
#define G_LOG_DOMAIN "time-text"

#include "ullim-config.h"

#include "time-text.h"

#include <glib/gi18n.h>

static GDateTime *
local_time (gint64 time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  /* Out of GDateTime's range of years: only a damaged or mad clock gives such a time. */
  if (!utc)
    utc = g_date_time_new_from_unix_utc (0);
  return g_date_time_to_local (utc);
}

static guint
day_number (GDateTime *time)
{
  int   year, month, day;
  GDate date;

  g_date_time_get_ymd (time, &year, &month, &day);
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return g_date_get_julian (&date);
}

guint
ullim_time_text_day_number (gint64 time_us)
{
  g_autoptr (GDateTime) time = local_time (time_us);

  return day_number (time);
}

char *
ullim_time_text_clock (gint64 time_us)
{
  g_autoptr (GDateTime) time = local_time (time_us);

  /* Translators: the time of a message, as g_date_time_format() takes it: "%H:%M" gives 14:05,
   * "%l:%M %p" gives 2:05 PM. */
  return g_date_time_format (time, _ ("%H:%M"));
}

static char *
name_day (GDateTime *time, GDateTime *now)
{
  int days = (int) day_number (now) - (int) day_number (time);

  if (days == 0)
    return g_strdup (_ ("Today"));
  if (days == 1)
    return g_strdup (_ ("Yesterday"));
  if (days > 1 && days < 7)
    return g_date_time_format (time, "%A");
  if (g_date_time_get_year (time) == g_date_time_get_year (now))
    /* Translators: a day of this year, as g_date_time_format() takes it: Monday, 3 March */
    return g_date_time_format (time, _ ("%A, %-e %B"));
  /* Translators: a day of another year, as g_date_time_format() takes it: 3 March 2025 */
  return g_date_time_format (time, _ ("%-e %B %Y"));
}

char *
ullim_time_text_day (gint64 time_us, gint64 now_us)
{
  g_autoptr (GDateTime) time = local_time (time_us);
  g_autoptr (GDateTime) now = local_time (now_us);

  return name_day (time, now);
}

char *
ullim_time_text_full (gint64 time_us, gint64 now_us)
{
  g_autofree char *day = ullim_time_text_day (time_us, now_us);
  g_autofree char *clock = ullim_time_text_clock (time_us);

  /* Translators: a day and a time of day: "Yesterday 14:05" */
  return g_strdup_printf (_ ("%s %s"), day, clock);
}
