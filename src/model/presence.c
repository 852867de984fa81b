/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presence as values, and their names for scripts and the disk.
 */
#define G_LOG_DOMAIN "presence"

#include "presence.h"

UllimPresence *
ullim_presence_new (UllimPresenceState state, UllimPresenceReason reason, const char *note)
{
  UllimPresence *presence = g_new0 (UllimPresence, 1);

  presence->state = state;
  presence->reason = reason;
  presence->note = g_strdup (note);
  return presence;
}

UllimPresence *
ullim_presence_copy (const UllimPresence *presence)
{
  UllimPresence *copy;

  if (!presence)
    return NULL;
  copy = g_memdup2 (presence, sizeof *presence);
  copy->note = g_strdup (presence->note);
  return copy;
}

gboolean
ullim_presence_equal (const UllimPresence *a, const UllimPresence *b)
{
  if (a == b)
    return TRUE;
  return a && b && a->state == b->state && a->reason == b->reason && a->since_us == b->since_us &&
         a->is_stale == b->is_stale && g_strcmp0 (a->note, b->note) == 0;
}

void
ullim_presence_free (UllimPresence *presence)
{
  if (!presence)
    return;
  g_free (presence->note);
  g_free (presence);
}

const char *
ullim_presence_state_name (UllimPresenceState state)
{
  static const char *const names[ULLIM_PRESENCE_N_STATES] = {
      [ULLIM_PRESENCE_UNKNOWN] = "unknown",
      [ULLIM_PRESENCE_OFFLINE] = "offline",
      [ULLIM_PRESENCE_DND] = "dnd",
      [ULLIM_PRESENCE_BUSY] = "busy",
      [ULLIM_PRESENCE_ON_THE_PHONE] = "on-the-phone",
      [ULLIM_PRESENCE_AWAY] = "away",
      [ULLIM_PRESENCE_AVAILABLE] = "available",
  };

  g_return_val_if_fail (state < ULLIM_PRESENCE_N_STATES, "unknown");
  return names[state];
}

const char *
ullim_presence_reason_name (UllimPresenceReason reason)
{
  static const char *const names[] = {
      [ULLIM_PRESENCE_REASON_NONE] = NULL,
      [ULLIM_PRESENCE_REASON_NOT_ASKED] = "not-asked",
      [ULLIM_PRESENCE_REASON_NO_SERVICE] = "no-service",
      [ULLIM_PRESENCE_REASON_PENDING] = "pending",
      [ULLIM_PRESENCE_REASON_DENIED] = "denied",
      [ULLIM_PRESENCE_REASON_NO_SUCH_PERSON] = "no-such-person",
  };

  g_return_val_if_fail (reason < G_N_ELEMENTS (names), NULL);
  return names[reason];
}

static const char *const own_names[ULLIM_OWN_N_PRESENCES] = {
    [ULLIM_OWN_AVAILABLE] = "available", [ULLIM_OWN_AWAY] = "away",
    [ULLIM_OWN_BUSY] = "busy",           [ULLIM_OWN_DND] = "dnd",
    [ULLIM_OWN_INVISIBLE] = "invisible",
};

const char *
ullim_own_presence_name (UllimOwnPresence own)
{
  g_return_val_if_fail (own < ULLIM_OWN_N_PRESENCES, "available");
  return own_names[own];
}

gboolean
ullim_own_presence_from_name (const char *name, UllimOwnPresence *own)
{
  for (guint i = 0; name && i < ULLIM_OWN_N_PRESENCES; i++) {
    if (g_str_equal (name, own_names[i])) {
      *own = i;
      return TRUE;
    }
  }
  return FALSE;
}
