/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything that is told goes through one queue of those who changed: a full state is all of them
 * in it. So a long list leaves in slices, each written when the one before was answered, and always
 * with what is true then.
 */
#define G_LOG_DOMAIN "server-watch-list"

#include "server-watch-list.h"

#include "presence-list.h"
#include "server-accounts.h"
#include "server-limits.h"
#include "uri.h"

#include <string.h>

/* What a slice needs besides its entries, and an entry besides its document and URI. */
#define SLICE_BYTES 1024
#define ENTRY_BYTES 400
#define MAX_ESCAPE_BYTES 6

struct _UllimServerWatchList {
  const UllimServerWatchContext *context;      /* weak */
  UllimServerSubscription       *sub;          /* weak */
  char                          *uri;          /* shared */
  char                          *display_name; /* of who watches; nullable */
  UllimServerWatch              *entries;      /* owned */
  UllimServerWatch              *first_changed;
  UllimServerWatch              *last_changed;
  guint                          n_entries;
  guint                          n_changed;
  guint                          in_burst; /* of the changed, those of the burst under way */
  guint32                        version;
  gboolean                       is_list : 1;
  gboolean                       is_full : 1; /* the next NOTIFY begins a full state */
};

/* ---- entries ---- */

static char *
account_of (const UllimServerWatchContext *context, const char *text)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse (text, NULL);

  if (!uri || uri->scheme == ULLIM_URI_TEL || !uri->user ||
      g_ascii_strcasecmp (uri->host, context->domain) != 0 ||
      !context->exists (uri->user, context->data))
    return NULL;
  return g_steal_pointer (&uri->user);
}

static void
clear_entries (UllimServerWatchList *self)
{
  for (guint i = 0; i < self->n_entries; i++) {
    ullim_server_watchers_remove (self->context->watchers, &self->entries[i]);
    g_clear_pointer (&self->entries[i].uri, g_ref_string_release);
  }
  g_clear_pointer (&self->entries, g_free);
  self->n_entries = self->n_changed = self->in_burst = 0;
  self->first_changed = self->last_changed = NULL;
}

static void
queue_change (UllimServerWatchList *self, UllimServerWatch *watch)
{
  if (watch->is_changed)
    return;
  watch->is_changed = TRUE;
  watch->next_changed = NULL;
  if (self->last_changed)
    self->last_changed->next_changed = watch;
  else
    self->first_changed = watch;
  self->last_changed = watch;
  self->n_changed++;
}

static UllimServerWatch *
take_change (UllimServerWatchList *self)
{
  UllimServerWatch *watch = self->first_changed;

  self->first_changed = watch->next_changed;
  if (!self->first_changed)
    self->last_changed = NULL;
  watch->next_changed = NULL;
  watch->is_changed = FALSE;
  self->n_changed--;
  return watch;
}

/* Who was not there before may be by now. */
static void
find_person (UllimServerWatchList *self, UllimServerWatch *watch)
{
  g_autofree char *name = watch->watcher ? NULL : account_of (self->context, watch->uri);

  if (name)
    ullim_server_watchers_add (self->context->watchers, watch, name,
                               ullim_server_subscription_user (self->sub), self->display_name);
}

void
ullim_server_watch_list_tell_all (UllimServerWatchList *self)
{
  self->is_full = TRUE;
  self->in_burst = 0;
  for (guint i = 0; i < self->n_entries; i++) {
    find_person (self, &self->entries[i]);
    queue_change (self, &self->entries[i]);
  }
}

/* The new watches are there before the old ones go: who stays on the list is watched all the time.
 */
void
ullim_server_watch_list_set (UllimServerWatchList *self, const GPtrArray *uris)
{
  UllimServerWatch    *entries = g_new0 (UllimServerWatch, uris->len);
  UllimServerWatchList old = *self;

  for (guint i = 0; i < uris->len; i++) {
    entries[i].owner = self;
    entries[i].uri = g_ref_string_new_intern (uris->pdata[i]);
    find_person (self, &entries[i]);
  }
  clear_entries (&old);
  self->entries = entries;
  self->n_entries = uris->len;
  self->n_changed = 0;
  self->first_changed = self->last_changed = NULL;
  ullim_server_watch_list_tell_all (self);
}

/* ---- life ---- */

UllimServerWatchList *
ullim_server_watch_list_new (const UllimServerWatchContext *context,
                             UllimServerSubscription       *sub,
                             const char                    *uri,
                             gboolean                       is_list,
                             const char                    *display_name)
{
  UllimServerWatchList *self = g_slice_new0 (UllimServerWatchList);

  self->context = context;
  self->sub = sub;
  self->uri = g_ref_string_new_intern (uri);
  self->is_list = is_list;
  self->display_name = g_strdup (display_name);
  return self;
}

void
ullim_server_watch_list_free (UllimServerWatchList *self)
{
  clear_entries (self);
  g_ref_string_release (self->uri);
  g_free (self->display_name);
  g_slice_free (UllimServerWatchList, self);
}

UllimServerWatch *
ullim_server_watch_list_first (UllimServerWatchList *self)
{
  return self->n_entries > 0 && self->entries->watcher ? self->entries : NULL;
}

UllimServerSubscription *
ullim_server_watch_list_sub (UllimServerWatchList *self)
{
  return self->sub;
}

gboolean
ullim_server_watch_list_is_list (UllimServerWatchList *self)
{
  return self->is_list;
}

const char *
ullim_server_watch_list_uri (UllimServerWatchList *self)
{
  return self->uri;
}

guint
ullim_server_watch_list_length (UllimServerWatchList *self)
{
  return self->n_entries;
}

void
ullim_server_watch_list_changed (UllimServerWatchList *self, UllimServerWatch *watch)
{
  if (self->is_list)
    queue_change (self, watch);
}

/* ---- telling ---- */

static GBytes *
body_of (UllimServerWatchList *self, const UllimServerWatch *watch, UllimServerSight sight)
{
  UllimServerPresence *presence = self->context->presence;
  const char          *name = ullim_server_watchers_name (watch);

  switch (sight) {
  case ULLIM_SERVER_SIGHT_FULL:
    return ullim_server_presence_body (presence, name, ULLIM_SERVER_PRESENCE_FULL);
  case ULLIM_SERVER_SIGHT_LIMITED:
    return ullim_server_presence_body (presence, name, ULLIM_SERVER_PRESENCE_LIMITED);
  case ULLIM_SERVER_SIGHT_OFFLINE:
    return ullim_server_presence_body (presence, name, ULLIM_SERVER_PRESENCE_OFFLINE);
  default:
    return NULL;
  }
}

static void
tell_person (UllimServerWatchList *self, UllimServerNotice *notice)
{
  UllimServerWatch *watch = ullim_server_watch_list_first (self);
  UllimServerSight  sight =
      watch ? ullim_server_watchers_sight (watch) : ULLIM_SERVER_SIGHT_REJECTED;

  if (!watch) {
    notice->end = "noresource";
    return;
  }
  notice->is_pending = sight == ULLIM_SERVER_SIGHT_PENDING;
  notice->end = sight == ULLIM_SERVER_SIGHT_REJECTED ? "rejected" : NULL;
  notice->type = ULLIM_PRESENCE_CONTENT_TYPE;
  notice->body = body_of (self, watch, sight);
}

static UllimPresenceListState
state_of (UllimServerSight sight)
{
  switch (sight) {
  case ULLIM_SERVER_SIGHT_PENDING:
    return ULLIM_PRESENCE_LIST_PENDING;
  case ULLIM_SERVER_SIGHT_REJECTED:
    return ULLIM_PRESENCE_LIST_TERMINATED;
  default:
    return ULLIM_PRESENCE_LIST_ACTIVE;
  }
}

static void
add_item (UllimServerWatchList *self, UllimPresenceList *list, const UllimServerWatch *watch)
{
  UllimPresenceListItem *item;
  UllimServerSight       sight;

  if (!watch->watcher) {
    item = ullim_presence_list_add (list, watch->uri, ULLIM_PRESENCE_LIST_TERMINATED);
    item->reason = g_strdup ("noresource");
    return;
  }
  sight = ullim_server_watchers_sight (watch);
  item = ullim_presence_list_add (list, watch->uri, state_of (sight));
  item->reason = sight == ULLIM_SERVER_SIGHT_REJECTED ? g_strdup ("rejected") : NULL;
  item->body = body_of (self, watch, sight);
  item->type = item->body ? g_strdup (ULLIM_PRESENCE_CONTENT_TYPE) : NULL;
}

static gsize
size_of (const UllimPresenceListItem *item)
{
  return ENTRY_BYTES + MAX_ESCAPE_BYTES * strlen (item->uri) +
         (item->body ? g_bytes_get_size (item->body) : 0);
}

static void
fill_slice (UllimServerWatchList *self, UllimPresenceList *list)
{
  gsize bytes = SLICE_BYTES + MAX_ESCAPE_BYTES * strlen (self->uri);

  while (self->in_burst > 0) {
    UllimServerWatch *watch = self->first_changed;

    add_item (self, list, watch);
    bytes += size_of (list->items->pdata[list->items->len - 1]);
    if (bytes > ULLIM_SERVER_MAX_NOTIFY_BODY && list->items->len > 1) {
      g_ptr_array_set_size (list->items, list->items->len - 1);
      return;
    }
    take_change (self);
    self->in_burst--;
  }
}

/* What changes while a burst is under way waits for the next. */
static void
tell_list (UllimServerWatchList *self, UllimServerNotice *notice)
{
  g_autoptr (UllimPresenceList) list = NULL;
  g_autoptr (GPtrArray)         slices = NULL;
  UllimPresenceListSlice       *slice;

  if (self->in_burst == 0)
    self->in_burst = self->n_changed;
  list = ullim_presence_list_new (self->uri, self->version, self->is_full);
  self->is_full = FALSE;
  fill_slice (self, list);
  slices = ullim_presence_list_write (list, ULLIM_SERVER_MAX_NOTIFY_BODY);
  slice = slices->pdata[0];
  self->version++;
  notice->own_type = g_strdup (slice->type);
  notice->body = g_bytes_ref (slice->body);
  notice->has_more = self->in_burst > 0;
  if (!notice->has_more && self->n_changed > 0)
    ullim_server_subscription_changed (self->sub);
}

void
ullim_server_watch_list_tell (UllimServerWatchList *self, UllimServerNotice *notice)
{
  if (self->is_list)
    tell_list (self, notice);
  else
    tell_person (self, notice);
}
