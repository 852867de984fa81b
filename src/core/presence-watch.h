/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Others' presence over one account: everybody who lives at the account's own domain by one list
 * subscription with the list in the request (RFC 5367), where the server takes it; all others, and
 * all where it does not, by one subscription each. Main thread. For core/ only.
 */
#pragma once

#include "account.h"
#include "presence-intake.h"
#include "sip-agent.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PRESENCE_WATCH (ullim_presence_watch_get_type ())
G_DECLARE_FINAL_TYPE (UllimPresenceWatch, ullim_presence_watch, ULLIM, PRESENCE_WATCH, GObject)

/** Signals of UllimPresenceWatch: presence-changed (const char *uri, const char *key, const
 *  UllimPresence *) */

UllimPresenceWatch *ullim_presence_watch_new (UllimAccount *account, UllimPresenceIntake *intake);

/** ullim_presence_watch_set_agent: @agent: (nullable): over which line; what is known grows stale
 *  without */
void ullim_presence_watch_set_agent (UllimPresenceWatch *self, UllimSipAgent *agent);

/** ullim_presence_watch_add: counted; @key: ullim_uri_key() of @uri. The same person is asked about
 *  once */
void ullim_presence_watch_add (UllimPresenceWatch *self, const char *uri, const char *key);
void ullim_presence_watch_remove (UllimPresenceWatch *self, const char *key);

/** ullim_presence_watch_ask_again: they are there: if they could not be reached, they are asked now
 */
void ullim_presence_watch_ask_again (UllimPresenceWatch *self, const char *key);

/** ullim_presence_watch_find: Returns: (transfer none) (nullable): %NULL if not watched */
const UllimPresence *ullim_presence_watch_find (UllimPresenceWatch *self, const char *key);

/** ullim_presence_watch_has_list: whether the server takes a list; for the log and tests */
gboolean ullim_presence_watch_has_list (UllimPresenceWatch *self);

G_END_DECLS
