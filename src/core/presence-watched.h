/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One person who is watched: what is known, and how what comes changes it. Main thread. For core/
 * only.
 */
#pragma once

#include <gio/gio.h>

#include "presence-partial.h"
#include "presence.h"
#include "sip-subscription.h"

G_BEGIN_DECLS

typedef struct _UllimPresenceWatch UllimPresenceWatch;

/**
 * UllimPresenceWatched:
 * @watch: (nullable): %NULL once they are not watched any more
 * @host: (nullable): (RefString): of @uri, with its @port; %NULL: of nobody in particular
 * @n_users: how often they were added
 * @is_local: whether the account's server may have them in its list
 * @presence: never %NULL
 * @subscription: (nullable): to them alone
 */
typedef struct {
  UllimPresenceWatch   *watch; /* not owned */
  char                 *uri;
  char                 *key;
  char                 *host;
  guint16               port;
  guint                 n_users;
  gboolean              is_local;
  UllimPresence        *presence;
  UllimPresencePartial *partial; /* nullable until the first partial document */
  UllimSipSubscription *subscription;
} UllimPresenceWatched;

/** ullim_presence_watched_new: counted by references */
UllimPresenceWatched *
ullim_presence_watched_new (UllimPresenceWatch *watch, const char *uri, const char *key);
UllimPresenceWatched *ullim_presence_watched_ref (UllimPresenceWatched *watched);
void                  ullim_presence_watched_unref (UllimPresenceWatched *watched);

/** Each returns whether anything is another than before: */

/**
 * ullim_presence_watched_take_body:
 * @needs_full: (out): the document follows one that was not seen: ask for a full one
 *
 * A document about them (RFC 3863, RFC 5262).
 */
gboolean ullim_presence_watched_take_body (UllimPresenceWatched *watched,
                                           const char           *type,
                                           GBytes               *body,
                                           gboolean             *needs_full);

/** ullim_presence_watched_take_reason: nothing is known, for @reason. Where it is only not known
 *  now (NOT_ASKED), what was known stays, as stale */
gboolean ullim_presence_watched_take_reason (UllimPresenceWatched *watched,
                                             UllimPresenceReason   reason);

/** ullim_presence_watched_take_stale: the line to whoever told is broken */
gboolean ullim_presence_watched_take_stale (UllimPresenceWatched *watched);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimPresenceWatched, ullim_presence_watched_unref)

G_END_DECLS
