/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who watches whom, and who may: each pair of a watcher and a person once, whatever the number of
 * subscriptions and lists behind it, with its state of RFC 3857 section 4.7.1. Those who wait for a
 * permission are kept in the database, so that a request is there when its watcher is not. Main
 * thread.
 */
#pragma once

#include "server-db.h"
#include "server-rules.h"
#include "watcherinfo.h"

G_BEGIN_DECLS

typedef struct _UllimServerWatchers UllimServerWatchers;
typedef struct _UllimServerWatcher  UllimServerWatcher;
typedef struct _UllimServerWatch    UllimServerWatch;

/**
 * UllimServerWatch:
 * @watcher: of which pair; %NULL while it is in none
 * @owner: of the watch: a subscription, or a list of one
 * @uri: (nullable): how a list names the person; shared
 * @next_changed: in the owner's queue
 * @is_changed: whether it is in that queue
 *
 * One subscription, or one entry of a list, that watches one person. Part of the owner's memory;
 * all zero before it is added.
 */
struct _UllimServerWatch {
  UllimServerWatcher *watcher;
  UllimServerWatch   *prev;
  UllimServerWatch   *next;
  gpointer            owner;
  char               *uri;
  UllimServerWatch   *next_changed;
  gboolean            is_changed;
};

/** UllimServerSight: what a watch may be told now */
typedef enum {
  ULLIM_SERVER_SIGHT_PENDING,
  ULLIM_SERVER_SIGHT_REJECTED,
  ULLIM_SERVER_SIGHT_OFFLINE,
  ULLIM_SERVER_SIGHT_LIMITED,
  ULLIM_SERVER_SIGHT_FULL,
} UllimServerSight;

/**
 * UllimServerWatchersHandlers:
 * @changed: what @watch may see, or sees, is another; or it has no watcher any more, as there is
 *   nobody to see. May end and free it
 * @info_changed: there is news for ullim_server_watchers_info() of @name
 */
typedef struct {
  void (*changed) (UllimServerWatch *watch, gpointer data);
  void (*info_changed) (const char *name, gpointer data);
} UllimServerWatchersHandlers;

/** ullim_server_watchers_new: reads who waits, on the calling thread */
UllimServerWatchers *
ullim_server_watchers_new (UllimServerSqlite *sqlite, UllimServerRules *rules, const char *domain);
void ullim_server_watchers_free (UllimServerWatchers *self);

/** ullim_server_watchers_set_db: (transfer none): before anything else */
void ullim_server_watchers_set_db (UllimServerWatchers *self, UllimServerDb *db);

void ullim_server_watchers_set_handlers (UllimServerWatchers               *self,
                                         const UllimServerWatchersHandlers *handlers,
                                         gpointer                           data);

/** ullim_server_watchers_add: @watch begins: @user watches @name, an account; @display_name:
 * (nullable): of @user */
void ullim_server_watchers_add (UllimServerWatchers *self,
                                UllimServerWatch    *watch,
                                const char          *name,
                                const char          *user,
                                const char          *display_name);

/** ullim_server_watchers_remove: @watch ends */
void ullim_server_watchers_remove (UllimServerWatchers *self, UllimServerWatch *watch);

/** ullim_server_watchers_sight: what @watch may be told */
UllimServerSight ullim_server_watchers_sight (const UllimServerWatch *watch);

/** ullim_server_watchers_name: Returns: (transfer none): whom @watch watches */
const char *ullim_server_watchers_name (const UllimServerWatch *watch);

/** ullim_server_watchers_presence_changed: tells those who may see it */
void ullim_server_watchers_presence_changed (UllimServerWatchers *self, const char *name);

/** ullim_server_watchers_rules_changed: judges all who watch @name, or wait, anew */
void ullim_server_watchers_rules_changed (UllimServerWatchers *self, const char *name);

/**
 * ullim_server_watchers_info:
 * @since: (inout): what was told already, 0 for nothing; then what is told now
 * @version: of the document
 *
 * Returns: (transfer full) (nullable): who watches @name: all, or those that changed since; %NULL
 * if nothing did
 */
UllimWatcherinfo *ullim_server_watchers_info (UllimServerWatchers *self,
                                              const char          *name,
                                              guint32             *since,
                                              guint32              version);

/** ullim_server_watchers_retain: forgets everybody for whom @keep says %FALSE: their watches lose
 * their watcher, and are told as changed; their subscriptions are not looked after here */
void ullim_server_watchers_retain (UllimServerWatchers *self,
                                   gboolean (*keep) (const char *name, gpointer data),
                                   gpointer data);

/** ullim_server_watchers_expire: gives up those who have waited too long */
void ullim_server_watchers_expire (UllimServerWatchers *self);

G_END_DECLS
