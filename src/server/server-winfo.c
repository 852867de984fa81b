/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each reader is told all first, and after a refresh; in between what has changed (RFC 3858 section
 * 4.4).
 */
#define G_LOG_DOMAIN "server-winfo"

#include "server-winfo.h"

#include <string.h>

typedef struct {
  UllimServerSubscription *sub; /* weak */
  guint32                  since;
  guint32                  version;
} Reader;

struct _UllimServerWinfo {
  UllimServerWatchers *watchers; /* weak */
  GHashTable          *readers;  /* (owned): name -> GPtrArray of Reader */
};

static void
reader_free (Reader *reader)
{
  g_slice_free (Reader, reader);
}

static int
on_open (UllimServerSubscription *sub, UllimServerRequest *request, gpointer data)
{
  UllimServerWinfo *self = data;
  const char       *user = request->sip->sip_request->rq_url->url_user;
  GPtrArray        *readers;
  Reader           *reader;

  if (!user || strcmp (user, request->user) != 0)
    return 403;
  readers = g_hash_table_lookup (self->readers, user);
  if (!readers) {
    readers = g_ptr_array_new_with_free_func ((GDestroyNotify) reader_free);
    g_hash_table_insert (self->readers, g_strdup (user), readers);
  }
  reader = g_slice_new0 (Reader);
  reader->sub = sub;
  g_ptr_array_add (readers, reader);
  ullim_server_subscription_set_data (sub, reader);
  return 200;
}

static int
on_refresh (UllimServerSubscription *sub, UllimServerRequest *request, gpointer data)
{
  Reader *reader = ullim_server_subscription_get_data (sub);

  reader->since = 0;
  return 200;
}

static void
on_tell (UllimServerSubscription *sub, UllimServerNotice *notice, gpointer data)
{
  UllimServerWinfo            *self = data;
  Reader                      *reader = ullim_server_subscription_get_data (sub);
  g_autoptr (UllimWatcherinfo) info = ullim_server_watchers_info (
      self->watchers, ullim_server_subscription_user (sub), &reader->since, reader->version);
  char *text;

  if (!info)
    return;
  reader->version++;
  text = ullim_watcherinfo_to_string (info);
  notice->type = ULLIM_WATCHERINFO_CONTENT_TYPE;
  notice->body = g_bytes_new_take (text, strlen (text));
}

static void
on_missed (UllimServerSubscription *sub, gpointer data)
{
  on_refresh (sub, NULL, data);
}

static void
on_close (UllimServerSubscription *sub, const char *why, gpointer data)
{
  UllimServerWinfo *self = data;
  const char       *user = ullim_server_subscription_user (sub);
  GPtrArray        *readers = g_hash_table_lookup (self->readers, user);

  g_ptr_array_remove (readers, ullim_server_subscription_get_data (sub));
  if (readers->len == 0)
    g_hash_table_remove (self->readers, user);
}

static const UllimServerPackage package = {
    .event = "presence.winfo",
    .type = ULLIM_WATCHERINFO_CONTENT_TYPE,
    .open = on_open,
    .refresh = on_refresh,
    .tell = on_tell,
    .missed = on_missed,
    .close = on_close,
};

/* No reader ends here: that takes an answer, or a broken connection, which is noticed later. */
void
ullim_server_winfo_changed (UllimServerWinfo *self, const char *name)
{
  GPtrArray *readers = g_hash_table_lookup (self->readers, name);

  for (guint i = readers ? readers->len : 0; i-- > 0;)
    ullim_server_subscription_changed (((Reader *) readers->pdata[i])->sub);
}

UllimServerWinfo *
ullim_server_winfo_new (UllimServerSubscriptions *subscriptions, UllimServerWatchers *watchers)
{
  UllimServerWinfo *self = g_new0 (UllimServerWinfo, 1);

  self->watchers = watchers;
  self->readers =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  ullim_server_subscriptions_add_package (subscriptions, &package, self);
  return self;
}

void
ullim_server_winfo_free (UllimServerWinfo *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->readers);
  g_free (self);
}
