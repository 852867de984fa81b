/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one subscription watches: a person, or the people of a list, of which it remembers who has
 * changed since it was told (RFC 4662). Main thread.
 */
#pragma once

#include "server-presence.h"
#include "server-subscriptions.h"
#include "server-watchers.h"

G_BEGIN_DECLS

typedef struct _UllimServerWatchList UllimServerWatchList;

/**
 * UllimServerWatchContext: who knows what
 * @exists: whether @name is an account
 */
typedef struct {
  const char          *domain;
  UllimServerPresence *presence;
  UllimServerWatchers *watchers;
  gboolean (*exists) (const char *name, gpointer data);
  gpointer data;
} UllimServerWatchContext;

/** ullim_server_watch_list_new: @sub: weak; @uri: of the list, or of the one person */
UllimServerWatchList *ullim_server_watch_list_new (const UllimServerWatchContext *context,
                                                   UllimServerSubscription       *sub,
                                                   const char                    *uri,
                                                   gboolean                       is_list,
                                                   const char                    *display_name);
void                  ullim_server_watch_list_free (UllimServerWatchList *self);

/** ullim_server_watch_list_set: @uris: (element-type utf8): who is on it from now on; all of it is
 * told next */
void ullim_server_watch_list_set (UllimServerWatchList *self, const GPtrArray *uris);

/** ullim_server_watch_list_tell_all: all of it is told next */
void ullim_server_watch_list_tell_all (UllimServerWatchList *self);

/** ullim_server_watch_list_changed: @watch, one of the list's, is to be told */
void ullim_server_watch_list_changed (UllimServerWatchList *self, UllimServerWatch *watch);

/** ullim_server_watch_list_tell: the next NOTIFY */
void ullim_server_watch_list_tell (UllimServerWatchList *self, UllimServerNotice *notice);

/** ullim_server_watch_list_first: Returns: (transfer none) (nullable): the only watch of a person
 */
UllimServerWatch *ullim_server_watch_list_first (UllimServerWatchList *self);

UllimServerSubscription *ullim_server_watch_list_sub (UllimServerWatchList *self);
gboolean                 ullim_server_watch_list_is_list (UllimServerWatchList *self);
/** ullim_server_watch_list_uri: Returns: (transfer none): of the list */
const char *ullim_server_watch_list_uri (UllimServerWatchList *self);
guint       ullim_server_watch_list_length (UllimServerWatchList *self);

G_END_DECLS
