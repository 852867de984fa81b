/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may see the user's presence at one account, and its pres-rules document on the server (RFC
 * 5025), kept in step. Main thread. For core/ only.
 */
#pragma once

#include "documents.h"
#include "presence-service.h"
#include "roster.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PERMISSION_SYNC (ullim_permission_sync_get_type ())
G_DECLARE_FINAL_TYPE (UllimPermissionSync, ullim_permission_sync, ULLIM, PERMISSION_SYNC, GObject)

/** ullim_permission_sync_new: @presence: loaded. Works until it is disposed of */
UllimPermissionSync *ullim_permission_sync_new (UllimDocuments       *documents,
                                                UllimPresenceService *presence,
                                                UllimRoster          *roster);

G_END_DECLS
