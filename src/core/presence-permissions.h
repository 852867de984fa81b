/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may see the user's presence: what was decided, on disk and as a list, and who waits for an
 * answer. Errors are %ULLIM_PROBLEM_ERROR. Main thread. For core/ only.
 */
#pragma once

#include "roster.h"

G_BEGIN_DECLS

/** ULLIM_PRESENCE_MAX_ASKED: most people who may wait for an answer; who asks then is not kept: a
 *  flood must not fill the disk. */
#define ULLIM_PRESENCE_MAX_ASKED 500

#define ULLIM_TYPE_PRESENCE_PERMISSIONS (ullim_presence_permissions_get_type ())
G_DECLARE_FINAL_TYPE (UllimPresencePermissions,
                      ullim_presence_permissions,
                      ULLIM,
                      PRESENCE_PERMISSIONS,
                      GObject)

/**
 * Signals of UllimPresencePermissions:
 *
 * requested (UllimWatcher *): somebody new asks.
 * decided (UllimWatcher *): something else holds for them now, see its permission.
 */

UllimPresencePermissions *ullim_presence_permissions_new (void);

/** ullim_presence_permissions_load_async: @accounts: GListModel of UllimAccount */
void     ullim_presence_permissions_load_async (UllimPresencePermissions *self,
                                                UllimRoster              *roster,
                                                GListModel               *accounts,
                                                GCancellable             *cancellable,
                                                GAsyncReadyCallback       callback,
                                                gpointer                  user_data);
gboolean ullim_presence_permissions_load_finish (UllimPresencePermissions *self,
                                                 GAsyncResult             *result,
                                                 GError                  **error);

/** ullim_presence_permissions_get_watchers: Returns: (transfer none): GListModel of UllimWatcher,
 *  who waits for an answer first, the last of them first */
GListModel *ullim_presence_permissions_get_watchers (UllimPresencePermissions *self);
guint       ullim_presence_permissions_get_n_asked (UllimPresencePermissions *self);
/** ullim_presence_permissions_find: Returns: (transfer none) (nullable) */
UllimWatcher *ullim_presence_permissions_find (UllimPresencePermissions *self,
                                               UllimAccount             *account,
                                               const char               *key);

/** ullim_presence_permissions_ask: somebody asks; kept until it is answered, unless something was
 *  decided before. @name: (nullable) */
void ullim_presence_permissions_ask (UllimPresencePermissions *self,
                                     UllimAccount             *account,
                                     const char               *uri,
                                     const char               *key,
                                     const char               *name);

void     ullim_presence_permissions_decide_async (UllimPresencePermissions *self,
                                                  UllimAccount             *account,
                                                  const char               *uri,
                                                  UllimPermission           permission,
                                                  GCancellable             *cancellable,
                                                  GAsyncReadyCallback       callback,
                                                  gpointer                  user_data);
gboolean ullim_presence_permissions_decide_finish (UllimPresencePermissions *self,
                                                   GAsyncResult             *result,
                                                   GError                  **error);

/** ullim_presence_permissions_remove_account: takes its watchers out of the list; on disk they go
 *  with the account */
void ullim_presence_permissions_remove_account (UllimPresencePermissions *self,
                                                UllimAccount             *account);

G_END_DECLS
