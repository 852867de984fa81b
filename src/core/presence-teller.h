/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's presence over one account: published where the server takes it (RFC 3903), and told
 * directly to whose SUBSCRIBE reaches us (RFC 6665), as far as they may see it. Main thread. For
 * core/ only.
 */
#pragma once

#include "connection.h"
#include "presence-own.h"
#include "presence-permissions.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PRESENCE_TELLER (ullim_presence_teller_get_type ())
G_DECLARE_FINAL_TYPE (UllimPresenceTeller, ullim_presence_teller, ULLIM, PRESENCE_TELLER, GObject)

/** Signals of UllimPresenceTeller: heard (const char *key): somebody asks directly, so they are
 * there */

/** ullim_presence_teller_new: follows @connection through all its lines, and takes back what is
 *  published before one ends */
UllimPresenceTeller *ullim_presence_teller_new (UllimConnection          *connection,
                                                UllimPresencePermissions *permissions);

/** ullim_presence_teller_set_own: from now on this is told; nothing before the first time */
void ullim_presence_teller_set_own (UllimPresenceTeller    *self,
                                    const UllimPresenceOwn *own,
                                    const char             *instance_id);

G_END_DECLS
