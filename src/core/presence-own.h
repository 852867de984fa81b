/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the user tells of themselves: what they chose, what the computer noticed (idle, in a call),
 * and the document that says both (RFC 3863, RFC 4480). Pure functions on a plain struct. For core/
 * only.
 */
#pragma once

#include "presence.h"

G_BEGIN_DECLS

/** Longest note, bytes. */
#define ULLIM_PRESENCE_OWN_MAX_NOTE_BYTES 1024

/**
 * UllimPresenceOwn:
 * @note: (nullable)
 * @idle_since_us: 0: somebody is there
 * @changed_us: when it last became another, us since the epoch
 */
typedef struct {
  UllimOwnPresence chosen;
  char            *note;
  gint64           idle_since_us;
  guint            n_calls;
  gint64           changed_us;
} UllimPresenceOwn;

void ullim_presence_own_clear (UllimPresenceOwn *own);

/** ullim_presence_own_clean_note: Returns: (transfer full) (nullable): @note (nullable) as it is
 *  kept: valid, without control characters, cut; %NULL if nothing is left */
char *ullim_presence_own_clean_note (const char *note);

UllimPresenceState ullim_presence_own_told (const UllimPresenceOwn *own);

/**
 * ullim_presence_own_document:
 * @address: of the account
 * @instance_id: `urn:uuid:…` of this installation: tells the devices of a person apart
 *
 * Returns: (transfer full): the presence document; a closed one while invisible
 */
GBytes *ullim_presence_own_document (const UllimPresenceOwn *own,
                                     const char             *address,
                                     const char             *instance_id);

G_END_DECLS
