/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Short words for states and times. Dates follow the order and the names of the user's locale.
 */
#define G_LOG_DOMAIN "state-text"

#include "ullim-config.h"

#include "problem-text.h"
#include "state-text.h"

#include <glib/gi18n-lib.h>

/* A fingerprint is 32 groups of two digits: shown in lines of so many. */
#define GROUPS_PER_LINE 16

char *
ullim_state_text_account (UllimAccount *account)
{
  switch (ullim_account_get_state (account)) {
  case ULLIM_CONNECTION_ONLINE:
    return g_strdup (ullim_account_get_settings (account)->registers ? _ ("Online")
                                                                     : _ ("Reachable directly"));
  case ULLIM_CONNECTION_CONNECTING:
    return g_strdup (_ ("Connecting…"));
  case ULLIM_CONNECTION_WAITING:
    return g_strdup (_ ("Not connected, trying again"));
  case ULLIM_CONNECTION_FAILED:
    return g_strdup (_ ("Not connected"));
  case ULLIM_CONNECTION_OFF:
  default:
    return g_strdup (_ ("Switched off"));
  }
}

char *
ullim_state_text_problem (UllimAccount *account)
{
  const char *text = ullim_problem_text (ullim_account_get_problem (account));

  if (ullim_account_get_state (account) == ULLIM_CONNECTION_ONLINE)
    return g_strdup ("");
  return g_strdup (text);
}

const char *
ullim_state_text_delivery (UllimDelivery delivery)
{
  switch (delivery) {
  case ULLIM_DELIVERY_QUEUED:
    return _ ("Waiting for a connection");
  case ULLIM_DELIVERY_SENDING:
    return _ ("Sending");
  case ULLIM_DELIVERY_ACCEPTED:
    return _ ("Kept by the server");
  case ULLIM_DELIVERY_DELIVERED:
    return _ ("Delivered");
  case ULLIM_DELIVERY_FAILED:
    return _ ("Not delivered");
  case ULLIM_DELIVERY_RECEIVED:
  default:
    return "";
  }
}

const char *
ullim_state_text_delivery_icon (UllimDelivery delivery)
{
  static const char *const icons[] = {
      [ULLIM_DELIVERY_RECEIVED] = NULL,
      [ULLIM_DELIVERY_QUEUED] = "ullim-queued-symbolic",
      [ULLIM_DELIVERY_SENDING] = "ullim-sending-symbolic",
      [ULLIM_DELIVERY_ACCEPTED] = "ullim-accepted-symbolic",
      [ULLIM_DELIVERY_DELIVERED] = "ullim-delivered-symbolic",
      [ULLIM_DELIVERY_FAILED] = "ullim-failed-symbolic",
  };

  g_return_val_if_fail ((guint) delivery < G_N_ELEMENTS (icons), NULL);

  return icons[delivery];
}

/* Whole days between the local dates of two times. */
static int
days_between (GDateTime *earlier, GDateTime *later)
{
  g_autoptr (GDate) first = g_date_new_dmy ((GDateDay) g_date_time_get_day_of_month (earlier),
                                            (GDateMonth) g_date_time_get_month (earlier),
                                            (GDateYear) g_date_time_get_year (earlier));
  g_autoptr (GDate) second = g_date_new_dmy ((GDateDay) g_date_time_get_day_of_month (later),
                                             (GDateMonth) g_date_time_get_month (later),
                                             (GDateYear) g_date_time_get_year (later));

  return g_date_days_between (first, second);
}

char *
ullim_state_text_list_time (gint64 time_us)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);
  int                   days;

  if (!time)
    return g_strdup ("");
  days = days_between (time, now);
  if (days <= 0)
    return g_date_time_format (time, "%H:%M");
  if (days == 1)
    return g_strdup (_ ("Yesterday"));
  if (days < 7)
    return g_date_time_format (time, "%a");
  if (g_date_time_get_year (time) == g_date_time_get_year (now))
    /* Translators: a short date of this year in a list, strftime form: day, month name. */
    return g_date_time_format (time, _ ("%-e %b"));
  /* Translators: a short date of another year in a list, strftime form. */
  return g_date_time_format (time, _ ("%-e %b %Y"));
}

char *
ullim_state_text_date (gint64 time_s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_s);

  /* Translators: a full date, strftime form: day, month name, year. */
  return time ? g_date_time_format (time, _ ("%-e %B %Y")) : g_strdup (_ ("unknown"));
}

char *
ullim_state_text_fingerprint (const char *fingerprint)
{
  GString *lines = g_string_new (NULL);
  guint    groups = 0;

  for (const char *p = fingerprint; *p; p++) {
    gboolean ends_line = *p == ':' && ++groups % GROUPS_PER_LINE == 0;

    g_string_append_c (lines, ends_line ? '\n' : *p);
  }
  return g_string_free (lines, FALSE);
}

const char *
ullim_state_text_address (const char *uri)
{
  return g_str_has_prefix (uri, "sip:") ? uri + strlen ("sip:") : uri;
}
