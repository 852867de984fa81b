/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Somebody who asked to see the user's presence, and what the user decided. Main thread.
 */
#pragma once

#include "account.h"

G_BEGIN_DECLS

/**
 * UllimPermission:
 * @ULLIM_PERMISSION_ASKED: not decided yet: they see nothing and wait
 * @ULLIM_PERMISSION_ALLOWED: they see it
 * @ULLIM_PERMISSION_DENIED: they do not, and are told so
 * @ULLIM_PERMISSION_BLOCKED: nor do their messages and calls come through
 */
typedef enum {
  ULLIM_PERMISSION_ASKED,
  ULLIM_PERMISSION_ALLOWED,
  ULLIM_PERMISSION_DENIED,
  ULLIM_PERMISSION_BLOCKED,
} UllimPermission;

/** ullim_permission_name: Returns: asked, allowed, denied, blocked */
const char *ullim_permission_name (UllimPermission permission);

#define ULLIM_TYPE_WATCHER (ullim_watcher_get_type ())
G_DECLARE_FINAL_TYPE (UllimWatcher, ullim_watcher, ULLIM, WATCHER, GObject)

/** Signals of UllimWatcher: "changed" (): name or permission */

/** ullim_watcher_new: @key: comparison key of @uri; @name: (nullable); @asked_us: us since the
 *  epoch, 0 if they never asked */
UllimWatcher *ullim_watcher_new (UllimAccount   *account,
                                 const char     *uri,
                                 const char     *key,
                                 const char     *name,
                                 UllimPermission permission,
                                 gint64          asked_us);

UllimAccount *ullim_watcher_get_account (UllimWatcher *self);
const char   *ullim_watcher_get_uri (UllimWatcher *self);
const char   *ullim_watcher_get_key (UllimWatcher *self);
/** ullim_watcher_get_name: Returns: the name, else the address without its scheme */
const char     *ullim_watcher_get_name (UllimWatcher *self);
UllimPermission ullim_watcher_get_permission (UllimWatcher *self);
gint64          ullim_watcher_get_asked_us (UllimWatcher *self);
/** for core/ */
void ullim_watcher_set_permission (UllimWatcher *self, UllimPermission permission);
void ullim_watcher_set_name (UllimWatcher *self, const char *name);

G_END_DECLS
