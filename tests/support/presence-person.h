/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a person of the flow tests does with presence. All calls wait until what they are about has
 * happened; addresses are URIs.
 */
#pragma once

#include "person.h"

void presence_person_wait_loaded (Person *person);
void presence_person_watch (Person *person, const char *uri);
void presence_person_unwatch (Person *person, const char *uri);

/** presence_person_find: Returns: (nullable): what is known of @uri */
const UllimPresence *presence_person_find (Person *person, const char *uri);

/** presence_person_wait: until @uri is seen in that state, stale or not */
void
presence_person_wait (Person *person, const char *uri, UllimPresenceState state, gboolean is_stale);

/** presence_person_wait_unknown: until nothing is known of @uri, for that reason */
void presence_person_wait_unknown (Person *person, const char *uri, UllimPresenceReason reason);

/** presence_person_wait_asked: until so many wait for @person's answer */
void presence_person_wait_asked (Person *person, guint n_asked);

void presence_person_decide (Person *person, const char *uri, UllimPermission permission);

/** presence_person_wait_permission: until that is what was decided about @uri */
void presence_person_wait_permission (Person *person, const char *uri, UllimPermission permission);

/** presence_person_add: Returns: (transfer none): of the address book now */
UllimContact *presence_person_add (Person *person, const char *uri, const char *name);
