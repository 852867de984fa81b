/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which subscriptions are allowed, and what reaches them: the state of those they watch, and the
 * decisions of those.
 */
#define G_LOG_DOMAIN "server-watch"

#include "server-watch.h"

#include "server-limits.h"
#include "server-watch-list.h"

#include <sofia-sip/msg_header.h>
#include <sofia-sip/sip_header.h>
#include <string.h>

#define MAX_DISPLAY_NAME 256

struct _UllimServerWatchPackage {
  UllimServerWatchContext context;
  UllimServerAccounts    *accounts;  /* weak */
  UllimServerDocuments   *documents; /* weak */
  char                   *domain;
  GHashTable             *entries; /* (owned): name -> entries of all their lists */
  GHashTable             *kept;    /* (owned): set of lists that are kept on the server */
};

static gboolean
exists (const char *name, gpointer data)
{
  UllimServerWatchPackage *self = data;

  return strcmp (name, ULLIM_SERVER_ECHO) == 0 ||
         ullim_server_accounts_find (self->accounts, name) != NULL;
}

/* ---- how much one member watches by lists ---- */

static guint
entries_of (UllimServerWatchPackage *self, const char *user)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->entries, user));
}

static void
count_entries (UllimServerWatchPackage *self, const char *user, guint less, guint more)
{
  guint count = entries_of (self, user) - less + more;

  if (count > 0)
    g_hash_table_replace (self->entries, g_strdup (user), GUINT_TO_POINTER (count));
  else
    g_hash_table_remove (self->entries, user);
}

/* FALSE if it would be too much. */
static gboolean
fill (UllimServerWatchPackage *self, UllimServerWatchList *list, const GPtrArray *uris)
{
  const char *user = ullim_server_subscription_user (ullim_server_watch_list_sub (list));
  guint       less = ullim_server_watch_list_length (list);

  if (entries_of (self, user) - less + uris->len > ULLIM_SERVER_MAX_LIST_ENTRIES)
    return FALSE;
  ullim_server_watch_list_set (list, uris);
  count_entries (self, user, less, uris->len);
  return TRUE;
}

/* ---- new subscriptions ---- */

/* From's display name, without quotes; NULL if it cannot be shown. */
static char *
read_display_name (const sip_t *sip)
{
  const char      *text = sip->sip_from->a_display;
  g_autofree char *plain = NULL;

  if (!text || !*text)
    return NULL;
  plain = *text == '"' ? msg_unquote (g_malloc (strlen (text) + 1), text) : g_strdup (text);
  if (!plain || !*plain || strlen (plain) > MAX_DISPLAY_NAME || !g_utf8_validate (plain, -1, NULL))
    return NULL;
  for (const char *p = plain; *p; p = g_utf8_next_char (p)) {
    if (!g_unichar_isprint (g_utf8_get_char (p)))
      return NULL;
  }
  return g_steal_pointer (&plain);
}

static UllimServerWatchList *
add_list (UllimServerWatchPackage *self,
          UllimServerSubscription *sub,
          UllimServerRequest      *request,
          const char              *uri,
          gboolean                 is_list)
{
  g_autofree char      *display_name = read_display_name (request->sip);
  UllimServerWatchList *list =
      ullim_server_watch_list_new (&self->context, sub, uri, is_list, display_name);

  ullim_server_subscription_set_data (sub, list);
  ullim_server_subscription_set_list (sub, is_list);
  return list;
}

static void
forget_list (UllimServerWatchPackage *self, UllimServerWatchList *list)
{
  const char *user = ullim_server_subscription_user (ullim_server_watch_list_sub (list));

  count_entries (self, user, ullim_server_watch_list_length (list), 0);
  g_hash_table_remove (self->kept, list);
  ullim_server_watch_list_free (list);
}

static int
open_list (UllimServerWatchPackage *self,
           UllimServerSubscription *sub,
           UllimServerRequest      *request,
           const char              *uri,
           const GPtrArray         *uris,
           gboolean                 is_kept)
{
  UllimServerWatchList *list = add_list (self, sub, request, uri, TRUE);

  if (!fill (self, list, uris)) {
    forget_list (self, list);
    return 513;
  }
  if (is_kept)
    g_hash_table_add (self->kept, list);
  return 200;
}

static int
open_person (UllimServerWatchPackage *self,
             UllimServerSubscription *sub,
             UllimServerRequest      *request,
             const char              *uri)
{
  UllimServerWatchList *list = add_list (self, sub, request, uri, FALSE);
  g_autoptr (GPtrArray) uris = g_ptr_array_new ();
  UllimServerWatch     *watch;
  int                   status = 200;

  g_ptr_array_add (uris, (gpointer) uri);
  if (!fill (self, list, uris))
    status = 503;
  else if (!(watch = ullim_server_watch_list_first (list)))
    status = 404;
  else if (ullim_server_watchers_sight (watch) == ULLIM_SERVER_SIGHT_REJECTED)
    status = 403;
  if (status != 200)
    forget_list (self, list);
  return status;
}

/* The list of a request goes to its sender, or to the server as such (RFC 5367 section 4). */
static gboolean
may_hold_list (const url_t *url, const char *user)
{
  return !url->url_user || strcmp (url->url_user, user) == 0;
}

static int
on_open (UllimServerSubscription *sub, UllimServerRequest *request, gpointer data)
{
  UllimServerWatchPackage *self = data;
  const url_t             *url = request->sip->sip_request->rq_url;
  g_autoptr (GPtrArray)    uris = NULL;
  const char              *uri = url_as_string (msg_home (request->msg), url);
  int                      status = ullim_server_lists_read_body (request, &uris);

  if (status)
    return MAX (status, 0);
  if (!uri || strlen (uri) > ULLIM_SERVER_MAX_CONTACT)
    return 414;
  if (uris)
    return may_hold_list (url, request->user) ? open_list (self, sub, request, uri, uris, FALSE)
                                              : 403;
  if (url->url_user && exists (url->url_user, self))
    return open_person (self, sub, request, uri);
  uris = ullim_server_lists_find (self->documents, request->user, uri);
  if (!uris)
    return 404;
  return ullim_server_lists_check_support (request)
             ? open_list (self, sub, request, uri, uris, TRUE)
             : 0;
}

/* RFC 5367 section 4: a list in a later SUBSCRIBE replaces the one before; none leaves it. */
static int
on_refresh (UllimServerSubscription *sub, UllimServerRequest *request, gpointer data)
{
  UllimServerWatchPackage *self = data;
  UllimServerWatchList    *list = ullim_server_subscription_get_data (sub);
  g_autoptr (GPtrArray)    uris = NULL;
  int                      status = ullim_server_lists_read_body (request, &uris);

  if (status)
    return MAX (status, 0);
  if (uris && ullim_server_watch_list_is_list (list)) {
    if (!fill (self, list, uris))
      return 513;
  } else {
    ullim_server_watch_list_tell_all (list);
  }
  return 200;
}

/* ---- telling ---- */

static void
on_tell (UllimServerSubscription *sub, UllimServerNotice *notice, gpointer data)
{
  ullim_server_watch_list_tell (ullim_server_subscription_get_data (sub), notice);
}

static void
on_missed (UllimServerSubscription *sub, gpointer data)
{
  ullim_server_watch_list_tell_all (ullim_server_subscription_get_data (sub));
}

static void
on_close (UllimServerSubscription *sub, const char *why, gpointer data)
{
  forget_list (data, ullim_server_subscription_get_data (sub));
}

void
ullim_server_watch_package_changed (UllimServerWatchPackage *self, UllimServerWatch *watch)
{
  UllimServerWatchList    *list = watch->owner;
  UllimServerSubscription *sub = ullim_server_watch_list_sub (list);

  if (!ullim_server_watch_list_is_list (list) &&
      (!watch->watcher || ullim_server_watchers_sight (watch) == ULLIM_SERVER_SIGHT_REJECTED)) {
    ullim_server_subscription_end (sub, watch->watcher ? "rejected" : "noresource");
    return;
  }
  ullim_server_watch_list_changed (list, watch);
  ullim_server_subscription_changed (sub);
}

void
ullim_server_watch_package_lists_changed (UllimServerWatchPackage *self, const char *name)
{
  g_autoptr (GList) lists = g_hash_table_get_keys (self->kept);

  for (GList *l = lists; l; l = l->next) {
    UllimServerWatchList    *list = l->data;
    UllimServerSubscription *sub = ullim_server_watch_list_sub (list);
    g_autoptr (GPtrArray)    uris = NULL;

    if (strcmp (ullim_server_subscription_user (sub), name) != 0)
      continue;
    uris = ullim_server_lists_find (self->documents, name, ullim_server_watch_list_uri (list));
    if (!uris || !fill (self, list, uris))
      ullim_server_subscription_end (sub, "noresource");
    else
      ullim_server_subscription_changed (sub);
  }
}

/* ---- life ---- */

static const UllimServerPackage package = {
    .event = "presence",
    .type = ULLIM_PRESENCE_CONTENT_TYPE,
    .open = on_open,
    .refresh = on_refresh,
    .tell = on_tell,
    .missed = on_missed,
    .close = on_close,
};

UllimServerWatchPackage *
ullim_server_watch_package_new (const char               *domain,
                                UllimServerSubscriptions *subscriptions,
                                UllimServerAccounts      *accounts,
                                UllimServerPresence      *presence,
                                UllimServerWatchers      *watchers,
                                UllimServerDocuments     *documents)
{
  UllimServerWatchPackage *self = g_new0 (UllimServerWatchPackage, 1);

  self->domain = g_strdup (domain);
  self->accounts = accounts;
  self->documents = documents;
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->kept = g_hash_table_new (NULL, NULL);
  self->context = (UllimServerWatchContext){self->domain, presence, watchers, exists, self};
  ullim_server_subscriptions_add_package (subscriptions, &package, self);
  return self;
}

void
ullim_server_watch_package_free (UllimServerWatchPackage *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->kept);
  g_free (self->domain);
  g_free (self);
}
