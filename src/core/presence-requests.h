/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who asks the server for the user's presence (RFC 3857): watched where the server tells, and
 * handed to the permissions. Main thread. For core/ only.
 */
#pragma once

#include "connection.h"
#include "presence-intake.h"
#include "presence-permissions.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PRESENCE_REQUESTS (ullim_presence_requests_get_type ())
G_DECLARE_FINAL_TYPE (UllimPresenceRequests,
                      ullim_presence_requests,
                      ULLIM,
                      PRESENCE_REQUESTS,
                      GObject)

/** ullim_presence_requests_new: follows @connection through all its lines */
UllimPresenceRequests *ullim_presence_requests_new (UllimConnection          *connection,
                                                    UllimPresencePermissions *permissions,
                                                    UllimPresenceIntake      *intake);

G_END_DECLS
