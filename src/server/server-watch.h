/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event package presence (RFC 3856), of one person or of a list (RFC 4662). Main thread.
 */
#pragma once

#include "server-accounts.h"
#include "server-lists.h"
#include "server-presence.h"
#include "server-subscriptions.h"
#include "server-watchers.h"

G_BEGIN_DECLS

typedef struct _UllimServerWatchPackage UllimServerWatchPackage;

/** ullim_server_watch_package_new: all (transfer none), outliving it; adds itself to
 * @subscriptions */
UllimServerWatchPackage *ullim_server_watch_package_new (const char               *domain,
                                                         UllimServerSubscriptions *subscriptions,
                                                         UllimServerAccounts      *accounts,
                                                         UllimServerPresence      *presence,
                                                         UllimServerWatchers      *watchers,
                                                         UllimServerDocuments     *documents);
/** ullim_server_watch_package_free: after the subscriptions */
void ullim_server_watch_package_free (UllimServerWatchPackage *self);

/** ullim_server_watch_package_changed: what @watch may see, or sees, is another */
void ullim_server_watch_package_changed (UllimServerWatchPackage *self, UllimServerWatch *watch);

/** ullim_server_watch_package_lists_changed: @name's lists on the server are others */
void ullim_server_watch_package_lists_changed (UllimServerWatchPackage *self, const char *name);

G_END_DECLS
