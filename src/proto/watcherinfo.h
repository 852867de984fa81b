/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Watcher information: who watches, or asks to (RFC 3857, RFC 3858). Pure functions, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ULLIM_WATCHERINFO_CONTENT_TYPE "application/watcherinfo+xml"

/** Longest document that is read, and most watchers that are kept: of more, the last are left out.
 */
#define ULLIM_WATCHERINFO_MAX_BYTES (1024 * 1024)
#define ULLIM_WATCHERINFO_MAX_WATCHERS 10000
/** A watcher with a longer URI or id is left out; a longer name is cut. */
#define ULLIM_WATCHERINFO_MAX_URI_BYTES 1024
#define ULLIM_WATCHERINFO_MAX_NAME_BYTES 256

/**
 * UllimWatcherStatus:
 * @ULLIM_WATCHER_PENDING: asks, and waits for an answer
 * @ULLIM_WATCHER_ACTIVE: watches
 * @ULLIM_WATCHER_WAITING: asked, was not answered, and is gone for now
 * @ULLIM_WATCHER_TERMINATED: no longer
 *
 * RFC 3857 section 4.7.1.
 */
typedef enum {
  ULLIM_WATCHER_PENDING,
  ULLIM_WATCHER_ACTIVE,
  ULLIM_WATCHER_WAITING,
  ULLIM_WATCHER_TERMINATED,
} UllimWatcherStatus;

/**
 * UllimWatcherinfoEntry:
 * @id: unlike the others'
 * @uri: who
 * @name: (nullable): a display name
 * @event: what made the status: subscribe, approved, deactivated, probation, rejected, timeout,
 *   giveup, noresource (RFC 3858 section 4.3)
 * @expires_s: how long the subscription still lasts; 0 if not told
 */
typedef struct {
  char              *id;
  char              *uri;
  char              *name;
  char              *event;
  UllimWatcherStatus status;
  guint32            expires_s;
} UllimWatcherinfoEntry;

/**
 * UllimWatcherinfo:
 * @version: counts up by one with each NOTIFY of a subscription
 * @is_full: whether all watchers are in it, or only those that changed
 * @resource: who is watched
 * @watchers: (element-type UllimWatcherinfoEntry)
 *
 * The watchers of one person's presence; lists of other packages are not read.
 */
typedef struct {
  guint32    version;
  gboolean   is_full;
  char      *resource;
  GPtrArray *watchers;
} UllimWatcherinfo;

/** ullim_watcherinfo_new: Returns: (transfer full): without watchers */
UllimWatcherinfo *ullim_watcherinfo_new (const char *resource, guint32 version, gboolean is_full);

void ullim_watcherinfo_free (UllimWatcherinfo *info);

/** ullim_watcherinfo_add: Returns: (transfer none): a new watcher */
UllimWatcherinfoEntry *ullim_watcherinfo_add (UllimWatcherinfo  *info,
                                              const char        *id,
                                              const char        *uri,
                                              const char        *event,
                                              UllimWatcherStatus status);

/**
 * ullim_watcherinfo_parse:
 * @error: return location for a %ULLIM_XML_ERROR
 *
 * Returns: (transfer full) (nullable)
 */
UllimWatcherinfo *ullim_watcherinfo_parse (const char *data, gsize length, GError **error);

/** ullim_watcherinfo_to_string: Returns: (transfer full): the document */
char *ullim_watcherinfo_to_string (const UllimWatcherinfo *info);

/**
 * ullim_watcherinfo_update:
 * @info: what is known: full
 * @news: what came
 *
 * Takes in @news as RFC 3858 section 4.4 has it: a full one replaces, a partial one must follow
 * right after the version that is known; who is terminated is taken out. One seen before is
 * ignored.
 *
 * Returns: %FALSE if one was missed: then a full one is needed, by a new subscription
 */
gboolean ullim_watcherinfo_update (UllimWatcherinfo *info, const UllimWatcherinfo *news);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimWatcherinfo, ullim_watcherinfo_free)

G_END_DECLS
