/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Watcher information for the user's own presence (RFC 3857, RFC 3858). Only who waits for an
 * answer matters here: what was decided is ours to tell the server, not the other way round.
 */
#define G_LOG_DOMAIN "presence-requests"

#include "presence-requests.h"

#include "mime.h"
#include "sip-subscription.h"
#include "uri.h"
#include "watcherinfo.h"

#define EXPIRES_S 1800

struct _UllimPresenceRequests {
  GObject parent_instance;

  UllimConnection          *connection;   /* owned */
  UllimPresencePermissions *permissions;  /* owned */
  UllimPresenceIntake      *intake;       /* owned */
  UllimSipSubscription     *subscription; /* owned, nullable: where there is a server */
  gint64                    version;      /* of the last one, -1: none yet */
};

G_DEFINE_FINAL_TYPE (UllimPresenceRequests, ullim_presence_requests, G_TYPE_OBJECT)

static void
drop_line (UllimPresenceRequests *self)
{
  if (self->subscription)
    g_signal_handlers_disconnect_by_data (self->subscription, self);
  g_clear_object (&self->subscription);
}

static void
ullim_presence_requests_dispose (GObject *object)
{
  UllimPresenceRequests *self = ULLIM_PRESENCE_REQUESTS (object);

  drop_line (self);
  g_clear_object (&self->intake);
  g_clear_object (&self->permissions);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (ullim_presence_requests_parent_class)->dispose (object);
}

static void
ullim_presence_requests_class_init (UllimPresenceRequestsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_presence_requests_dispose;
}

static void
ullim_presence_requests_init (UllimPresenceRequests *self)
{
}

static UllimAccount *
account_of (UllimPresenceRequests *self)
{
  return ullim_connection_get_account (self->connection);
}

/* What came */

typedef struct {
  UllimPresenceRequests *self;         /* owned */
  UllimSipSubscription  *subscription; /* owned */
  GBytes                *body;         /* owned */
  UllimWatcherinfo      *info;         /* owned, nullable until it was read */
  guint                  next;
} News;

static void
news_free (gpointer data)
{
  News *news = data;

  g_object_unref (news->self);
  g_object_unref (news->subscription);
  g_bytes_unref (news->body);
  g_clear_pointer (&news->info, ullim_watcherinfo_free);
  g_free (news);
}

static gboolean
waits (const UllimWatcherinfoEntry *entry)
{
  return entry->status == ULLIM_WATCHER_PENDING || entry->status == ULLIM_WATCHER_WAITING;
}

static void
take_entry (UllimPresenceRequests *self, const UllimWatcherinfoEntry *entry)
{
  g_autoptr (UllimUri) own = ullim_uri_parse (ullim_account_get_address (account_of (self)), NULL);
  g_autoptr (UllimUri) uri = ullim_uri_parse (entry->uri, NULL);
  g_autofree char     *own_key = own ? ullim_uri_key (own) : NULL;
  g_autofree char     *key = uri ? ullim_uri_key (uri) : NULL;
  g_autofree char     *aor = uri ? ullim_uri_to_aor (uri) : NULL;

  /* The user's other devices need no permission of theirs. */
  if (key && waits (entry) && g_strcmp0 (key, own_key) != 0)
    ullim_presence_permissions_ask (self->permissions, account_of (self), aor, key, entry->name);
}

/* RFC 3858 section 4.4: versions count up by one; what was missed is asked for again. */
static gboolean
follows (UllimPresenceRequests *self, const UllimWatcherinfo *info)
{
  if (!info->is_full && self->version >= 0 && info->version <= self->version)
    return FALSE;
  if (!info->is_full && (self->version < 0 || info->version != self->version + 1)) {
    self->version = -1;
    ullim_sip_subscription_renew (self->subscription);
    return FALSE;
  }
  self->version = info->version;
  return TRUE;
}

static UllimPresenceProgress
on_news (gpointer data)
{
  News                  *news = data;
  UllimPresenceRequests *self = news->self;
  g_autoptr (GError)     error = NULL;

  if (!self->connection || self->subscription != news->subscription)
    return ULLIM_PRESENCE_DONE;
  if (news->info) {
    if (news->next == news->info->watchers->len)
      return ULLIM_PRESENCE_DONE;
    take_entry (self, news->info->watchers->pdata[news->next++]);
    return ULLIM_PRESENCE_MORE;
  }
  news->info = ullim_watcherinfo_parse (g_bytes_get_data (news->body, NULL),
                                        g_bytes_get_size (news->body), &error);
  if (!news->info)
    g_message ("watcher information that makes no sense was left aside: %s", error->message);
  return news->info && follows (self, news->info) ? ULLIM_PRESENCE_MORE : ULLIM_PRESENCE_DONE;
}

static void
on_notified (UllimSipSubscription  *subscription,
             const char            *type,
             GBytes                *body,
             UllimPresenceRequests *self)
{
  News *news;

  if (!body || !ullim_mime_is (type, ULLIM_WATCHERINFO_CONTENT_TYPE))
    return;
  news = g_new0 (News, 1);
  news->self = g_object_ref (self);
  news->subscription = g_object_ref (subscription);
  news->body = g_bytes_ref (body);
  ullim_presence_intake_push (self->intake, on_news, news, news_free);
}

static void
on_agent_changed (UllimConnection *connection, UllimPresenceRequests *self)
{
  UllimSipAgent *agent = ullim_connection_get_agent (connection);

  drop_line (self);
  if (!agent || !ullim_account_get_settings (account_of (self))->registers)
    return;
  self->version = -1;
  self->subscription = ullim_sip_subscription_new (
      agent, &(UllimSipSubscriptionSettings){
                 .resource = ullim_account_get_address (account_of (self)),
                 .event = "presence.winfo",
                 .accept = ULLIM_WATCHERINFO_CONTENT_TYPE,
                 .expires_s = EXPIRES_S,
             });
  g_signal_connect (self->subscription, "notified", G_CALLBACK (on_notified), self);
}

UllimPresenceRequests *
ullim_presence_requests_new (UllimConnection          *connection,
                             UllimPresencePermissions *permissions,
                             UllimPresenceIntake      *intake)
{
  UllimPresenceRequests *self = g_object_new (ULLIM_TYPE_PRESENCE_REQUESTS, NULL);

  self->connection = g_object_ref (connection);
  self->permissions = g_object_ref (permissions);
  self->intake = g_object_ref (intake);
  g_signal_connect_object (connection, "agent-changed", G_CALLBACK (on_agent_changed), self, 0);
  on_agent_changed (connection, self);
  return self;
}
