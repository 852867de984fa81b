/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A time is said only where it tells something: since when somebody is away, and when it was that
 * the line broke.
 */
#define G_LOG_DOMAIN "presence-text"

#include "ullim-config.h"

#include "presence-text.h"
#include "time-text.h"

#include <glib/gi18n-lib.h>

const char *
ullim_presence_text_state (UllimPresenceState state)
{
  switch (state) {
  case ULLIM_PRESENCE_AVAILABLE:
    return _ ("Available");
  case ULLIM_PRESENCE_AWAY:
    return _ ("Away");
  case ULLIM_PRESENCE_BUSY:
    return _ ("Busy");
  case ULLIM_PRESENCE_DND:
    return _ ("Do not disturb");
  case ULLIM_PRESENCE_ON_THE_PHONE:
    return _ ("On the phone");
  case ULLIM_PRESENCE_OFFLINE:
    return _ ("Offline");
  case ULLIM_PRESENCE_UNKNOWN:
  default:
    return _ ("Unknown");
  }
}

const char *
ullim_presence_text_own (UllimOwnPresence own)
{
  if (own == ULLIM_OWN_INVISIBLE)
    return _ ("Invisible");
  return ullim_presence_text_state (ullim_presence_text_own_state (own));
}

UllimPresenceState
ullim_presence_text_own_state (UllimOwnPresence own)
{
  switch (own) {
  case ULLIM_OWN_AWAY:
    return ULLIM_PRESENCE_AWAY;
  case ULLIM_OWN_BUSY:
    return ULLIM_PRESENCE_BUSY;
  case ULLIM_OWN_DND:
    return ULLIM_PRESENCE_DND;
  case ULLIM_OWN_INVISIBLE:
    return ULLIM_PRESENCE_OFFLINE;
  case ULLIM_OWN_AVAILABLE:
  default:
    return ULLIM_PRESENCE_AVAILABLE;
  }
}

static const char *
reason_text (UllimPresenceReason reason)
{
  switch (reason) {
  case ULLIM_PRESENCE_REASON_NOT_ASKED:
    return _ ("Unknown: no answer yet");
  case ULLIM_PRESENCE_REASON_NO_SERVICE:
    return _ ("Unknown: their program does not tell");
  case ULLIM_PRESENCE_REASON_PENDING:
    return _ ("Unknown: waits for their permission");
  case ULLIM_PRESENCE_REASON_DENIED:
    return _ ("Unknown: they do not show it to you");
  case ULLIM_PRESENCE_REASON_NO_SUCH_PERSON:
    return _ ("Unknown: there is no such address");
  case ULLIM_PRESENCE_REASON_NONE:
  default:
    return _ ("Unknown");
  }
}

/* As a part of a sentence, which is why it is not ullim_presence_text_state(). */
static char *
stale_text (UllimPresenceState state, const char *time)
{
  switch (state) {
  case ULLIM_PRESENCE_AVAILABLE:
    return g_strdup_printf (_ ("Connection lost; available at %s"), time);
  case ULLIM_PRESENCE_AWAY:
    return g_strdup_printf (_ ("Connection lost; away at %s"), time);
  case ULLIM_PRESENCE_BUSY:
    return g_strdup_printf (_ ("Connection lost; busy at %s"), time);
  case ULLIM_PRESENCE_DND:
    return g_strdup_printf (_ ("Connection lost; did not want to be disturbed at %s"), time);
  case ULLIM_PRESENCE_ON_THE_PHONE:
    return g_strdup_printf (_ ("Connection lost; on the phone at %s"), time);
  case ULLIM_PRESENCE_OFFLINE:
  case ULLIM_PRESENCE_UNKNOWN:
  default:
    return g_strdup_printf (_ ("Connection lost; offline at %s"), time);
  }
}

static char *
time_text (gint64 time_us)
{
  gint64 now_us = g_get_real_time ();

  if (ullim_time_text_day_number (time_us) == ullim_time_text_day_number (now_us))
    return ullim_time_text_clock (time_us);
  return ullim_time_text_full (time_us, now_us);
}

char *
ullim_presence_text (const UllimPresence *presence)
{
  g_autofree char *time = NULL;

  if (presence->state == ULLIM_PRESENCE_UNKNOWN)
    return g_strdup (reason_text (presence->reason));
  if (presence->since_us > 0)
    time = time_text (presence->since_us);
  if (presence->is_stale && time)
    return stale_text (presence->state, time);
  if (presence->is_stale)
    /* Translators: %s is what was known last: "Available". */
    return g_strdup_printf (_ ("Connection lost; last known: %s"),
                            ullim_presence_text_state (presence->state));
  if (presence->state == ULLIM_PRESENCE_AWAY && time)
    /* Translators: %s is a time: "14:05", "Yesterday 14:05". */
    return g_strdup_printf (_ ("Away since %s"), time);
  return g_strdup (ullim_presence_text_state (presence->state));
}

char *
ullim_presence_text_line (const UllimPresence *presence)
{
  g_autofree char *text = ullim_presence_text (presence);
  g_autofree char *note = NULL;

  if (!presence->note || !*presence->note)
    return g_steal_pointer (&text);
  note = g_strdelimit (g_strdup (presence->note), "\r\n\t", ' ');
  g_strstrip (note);
  /* Translators: a presence and the person's own words: "Busy: in a meeting". */
  return g_strdup_printf (_ ("%s: %s"), text, note);
}
