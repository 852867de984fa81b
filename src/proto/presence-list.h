/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NOTIFYs of a list subscription (RFC 4662): multipart/related whose root is RLMI and whose other
 * parts are presence documents. Pure functions, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ULLIM_PRESENCE_LIST_CONTENT_TYPE "application/rlmi+xml"

/** A longer URI or identifier is left out, with what it belongs to; a longer name is cut. */
#define ULLIM_PRESENCE_LIST_MAX_URI_BYTES 1024
#define ULLIM_PRESENCE_LIST_MAX_NAME_BYTES 256

/** UllimPresenceListState: of the subscription behind one entry; NONE: there is none yet */
typedef enum {
  ULLIM_PRESENCE_LIST_NONE,
  ULLIM_PRESENCE_LIST_PENDING,
  ULLIM_PRESENCE_LIST_ACTIVE,
  ULLIM_PRESENCE_LIST_TERMINATED,
} UllimPresenceListState;

/**
 * UllimPresenceListItem:
 * @uri: whose entry
 * @name: (nullable): a display name
 * @instance: (nullable): which of several subscriptions behind this entry; almost always one
 * @reason: (nullable): why it is terminated (RFC 4662 section 5.5, as RFC 6665 has them)
 * @type: (nullable): Content-Type of @body
 * @body: (nullable): the state itself, %NULL if it did not change or is not known
 */
typedef struct {
  char                  *uri;
  char                  *name;
  char                  *instance;
  UllimPresenceListState state;
  char                  *reason;
  char                  *type;
  GBytes                *body;
} UllimPresenceListItem;

/**
 * UllimPresenceList:
 * @uri: the list
 * @version: counts up by one with each NOTIFY of a subscription
 * @is_full: whether all entries of the list are in it: who is not, is not on the list; but see
 *   ullim_presence_list_write()
 * @items: (element-type UllimPresenceListItem): in order
 */
typedef struct {
  char      *uri;
  guint32    version;
  gboolean   is_full;
  GPtrArray *items;
} UllimPresenceList;

/** UllimPresenceListSlice: one NOTIFY */
typedef struct {
  char   *type;
  GBytes *body;
} UllimPresenceListSlice;

/** ullim_presence_list_new: Returns: (transfer full): without items */
UllimPresenceList *ullim_presence_list_new (const char *uri, guint32 version, gboolean is_full);

void ullim_presence_list_free (UllimPresenceList *list);

/** ullim_presence_list_add: Returns: (transfer none): a new item without a body */
UllimPresenceListItem *
ullim_presence_list_add (UllimPresenceList *list, const char *uri, UllimPresenceListState state);

/**
 * ullim_presence_list_parse:
 * @type: the Content-Type: multipart/related, or RLMI alone
 * @error: return location for a %ULLIM_MIME_ERROR or %ULLIM_XML_ERROR
 *
 * An entry with several instances becomes several items. A part that is itself multipart, a list
 * within the list, is given as it is.
 *
 * Returns: (transfer full) (nullable)
 */
UllimPresenceList *ullim_presence_list_parse (const char *type, GBytes *body, GError **error);

/**
 * ullim_presence_list_write:
 * @list: what to tell
 * @max_bytes: longest body of one NOTIFY
 *
 * Cuts @list where it is too long for one NOTIFY: the versions count up from @list->version, and of
 * a full list only the first is called full: its reader begins anew, and the others add to it. A
 * body that alone is too long is left out. A list without items makes one NOTIFY.
 *
 * Returns: (transfer full) (element-type UllimPresenceListSlice): at least one; the next version is
 *   @list->version and as many as these
 */
GPtrArray *ullim_presence_list_write (const UllimPresenceList *list, gsize max_bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimPresenceList, ullim_presence_list_free)

G_END_DECLS
