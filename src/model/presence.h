/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of a person's presence, and what the user tells of their own. Plain values; the
 * wire's words for them are in proto/presence-doc.h. Main thread.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * UllimPresenceState:
 * @ULLIM_PRESENCE_UNKNOWN: nobody told; UllimPresenceReason says why
 * @ULLIM_PRESENCE_OFFLINE: told that no device of theirs is there
 *
 * In the order in which a list sorted by presence shows them, last first.
 */
typedef enum {
  ULLIM_PRESENCE_UNKNOWN,
  ULLIM_PRESENCE_OFFLINE,
  ULLIM_PRESENCE_DND,
  ULLIM_PRESENCE_BUSY,
  ULLIM_PRESENCE_ON_THE_PHONE,
  ULLIM_PRESENCE_AWAY,
  ULLIM_PRESENCE_AVAILABLE,
} UllimPresenceState;

#define ULLIM_PRESENCE_N_STATES 7

/**
 * UllimPresenceReason:
 * @ULLIM_PRESENCE_REASON_NONE: the state is known
 * @ULLIM_PRESENCE_REASON_NOT_ASKED: not watched, or the answer has not come yet
 * @ULLIM_PRESENCE_REASON_NO_SERVICE: their server or program has no presence
 * @ULLIM_PRESENCE_REASON_PENDING: they have not answered whether we may see it
 * @ULLIM_PRESENCE_REASON_DENIED: they said no
 * @ULLIM_PRESENCE_REASON_NO_SUCH_PERSON: their server does not know the address
 */
typedef enum {
  ULLIM_PRESENCE_REASON_NONE,
  ULLIM_PRESENCE_REASON_NOT_ASKED,
  ULLIM_PRESENCE_REASON_NO_SERVICE,
  ULLIM_PRESENCE_REASON_PENDING,
  ULLIM_PRESENCE_REASON_DENIED,
  ULLIM_PRESENCE_REASON_NO_SUCH_PERSON,
} UllimPresenceReason;

/**
 * UllimPresence:
 * @note: (nullable): their own words, one line or more
 * @since_us: since when they are idle, else when this was told, us since the epoch; 0 if not known
 * @is_stale: the line is broken: this is what was told last, and may be wrong now
 */
typedef struct {
  UllimPresenceState  state;
  UllimPresenceReason reason;
  char               *note;
  gint64              since_us;
  gboolean            is_stale;
} UllimPresence;

/** ullim_presence_new: Returns: (transfer full) */
UllimPresence *
ullim_presence_new (UllimPresenceState state, UllimPresenceReason reason, const char *note);
/** ullim_presence_copy: @presence: (nullable) */
UllimPresence *ullim_presence_copy (const UllimPresence *presence);
gboolean       ullim_presence_equal (const UllimPresence *a, const UllimPresence *b);
void           ullim_presence_free (UllimPresence *presence);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimPresence, ullim_presence_free)

/** ullim_presence_state_name: Returns: unknown, offline, dnd, busy, on-the-phone, away, available:
 *  for the command line and the disk, never translated */
const char *ullim_presence_state_name (UllimPresenceState state);
/** ullim_presence_reason_name: Returns: (nullable): not-asked, no-service, pending, denied,
 *  no-such-person; %NULL for NONE */
const char *ullim_presence_reason_name (UllimPresenceReason reason);

/** UllimOwnPresence: what the user chose to tell */
typedef enum {
  ULLIM_OWN_AVAILABLE,
  ULLIM_OWN_AWAY,
  ULLIM_OWN_BUSY,
  ULLIM_OWN_DND,
  ULLIM_OWN_INVISIBLE,
} UllimOwnPresence;

#define ULLIM_OWN_N_PRESENCES 5

/** ullim_own_presence_name: Returns: available, away, busy, dnd, invisible */
const char *ullim_own_presence_name (UllimOwnPresence own);
gboolean    ullim_own_presence_from_name (const char *name, UllimOwnPresence *own);

G_END_DECLS
