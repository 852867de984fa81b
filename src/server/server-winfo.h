/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event package presence.winfo (RFC 3857): a person hears who watches, and who asks to. For
 * oneself only. Main thread.
 */
#pragma once

#include "server-subscriptions.h"
#include "server-watchers.h"

G_BEGIN_DECLS

typedef struct _UllimServerWinfo UllimServerWinfo;

/** ullim_server_winfo_new: both (transfer none), outliving it; adds itself to @subscriptions */
UllimServerWinfo *ullim_server_winfo_new (UllimServerSubscriptions *subscriptions,
                                          UllimServerWatchers      *watchers);
/** ullim_server_winfo_free: after the subscriptions */
void ullim_server_winfo_free (UllimServerWinfo *self);

/** ullim_server_winfo_changed: @name's watchers have changed */
void ullim_server_winfo_changed (UllimServerWinfo *self, const char *name);

G_END_DECLS
