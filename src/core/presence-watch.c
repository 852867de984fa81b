/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The people who are watched over one account, and a subscription to each of those who are in no
 * list. What happens to subscriptions goes through the intake in the order in which it came.
 */
#define G_LOG_DOMAIN "presence-watch"

#include "presence-watch.h"

#include "mime.h"
#include "presence-read.h"
#include "presence-watch-private.h"
#include "uri.h"

#define ACCEPT "application/pidf+xml, application/pidf-diff+xml"

enum { PRESENCE_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimPresenceWatch, ullim_presence_watch, G_TYPE_OBJECT)

static void
drop_subscription (UllimPresenceWatched *watched)
{
  if (!watched->subscription)
    return;
  g_signal_handlers_disconnect_by_data (watched->subscription, watched);
  g_clear_object (&watched->subscription);
  g_clear_pointer (&watched->partial, ullim_presence_partial_free);
}

static void
drop_person (gpointer data)
{
  UllimPresenceWatched *watched = data;

  watched->watch = NULL;
  drop_subscription (watched);
  ullim_presence_watched_unref (watched);
}

static void
ullim_presence_watch_dispose (GObject *object)
{
  UllimPresenceWatch *self = ULLIM_PRESENCE_WATCH (object);

  ullim_presence_watch_drop_list (self);
  g_hash_table_remove_all (self->people);
  g_clear_object (&self->agent);
  g_clear_object (&self->intake);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (ullim_presence_watch_parent_class)->dispose (object);
}

static void
ullim_presence_watch_finalize (GObject *object)
{
  g_hash_table_unref (ULLIM_PRESENCE_WATCH (object)->people);
  G_OBJECT_CLASS (ullim_presence_watch_parent_class)->finalize (object);
}

static void
ullim_presence_watch_class_init (UllimPresenceWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ullim_presence_watch_dispose;
  object_class->finalize = ullim_presence_watch_finalize;

  signals[PRESENCE_CHANGED] =
      g_signal_new ("presence-changed", ULLIM_TYPE_PRESENCE_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 3, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                    G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_POINTER);
}

static void
ullim_presence_watch_init (UllimPresenceWatch *self)
{
  self->people = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, drop_person);
}

void
ullim_presence_watch_tell (UllimPresenceWatch *self, UllimPresenceWatched *watched)
{
  g_signal_emit (self, signals[PRESENCE_CHANGED], 0, watched->uri, watched->key, watched->presence);
}

/* What comes about one person */

typedef struct {
  UllimPresenceWatched     *watched; /* owned */
  UllimSipSubscriptionState state;
  int                       status;
  gboolean                  is_notify;
  char                     *type; /* owned, nullable */
  GBytes                   *body; /* owned, nullable */
} News;

static void
news_free (gpointer data)
{
  News *news = data;

  ullim_presence_watched_unref (news->watched);
  g_free (news->type);
  g_clear_pointer (&news->body, g_bytes_unref);
  g_free (news);
}

static gboolean
take_notify (UllimPresenceWatched *watched, const News *news)
{
  gboolean needs_full = FALSE;
  gboolean changed;

  if (!news->body || g_bytes_get_size (news->body) == 0)
    return ullim_presence_watched_take_reason (
        watched, news->state == ULLIM_SIP_SUBSCRIPTION_PENDING ? ULLIM_PRESENCE_REASON_PENDING
                                                               : ULLIM_PRESENCE_REASON_NO_SERVICE);
  changed = ullim_presence_watched_take_body (watched, news->type, news->body, &needs_full);
  if (needs_full && watched->subscription)
    ullim_sip_subscription_renew (watched->subscription);
  return changed;
}

static gboolean
take_state (UllimPresenceWatched *watched, const News *news)
{
  UllimPresenceReason reason = ullim_presence_read_status (news->status);

  switch (news->state) {
  case ULLIM_SIP_SUBSCRIPTION_PENDING:
    /* Some servers take every SUBSCRIBE so at first (202): the NOTIFY says what is meant. */
    return watched->presence->reason == ULLIM_PRESENCE_REASON_NOT_ASKED &&
           ullim_presence_watched_take_reason (watched, ULLIM_PRESENCE_REASON_PENDING);
  case ULLIM_SIP_SUBSCRIPTION_REFUSED:
    return ullim_presence_watched_take_reason (watched, reason);
  case ULLIM_SIP_SUBSCRIPTION_WAITING:
    if (reason != ULLIM_PRESENCE_REASON_NOT_ASKED)
      return ullim_presence_watched_take_reason (watched, reason);
    /* Who said goodbye cannot be reached afterwards: that makes it no less true. */
    return watched->presence->state != ULLIM_PRESENCE_OFFLINE &&
           ullim_presence_watched_take_stale (watched);
  case ULLIM_SIP_SUBSCRIPTION_ASKING:
  case ULLIM_SIP_SUBSCRIPTION_ACTIVE:
  case ULLIM_SIP_SUBSCRIPTION_ENDED:
  default:
    return FALSE;
  }
}

static UllimPresenceProgress
on_news (gpointer data)
{
  const News           *news = data;
  UllimPresenceWatched *watched = news->watched;

  if (watched->watch &&
      (news->is_notify ? take_notify (watched, news) : take_state (watched, news)))
    ullim_presence_watch_tell (watched->watch, watched);
  return ULLIM_PRESENCE_DONE;
}

static void
push_news (UllimPresenceWatched *watched, gboolean is_notify, const char *type, GBytes *body)
{
  News *news = g_new0 (News, 1);

  news->watched = ullim_presence_watched_ref (watched);
  news->state = ullim_sip_subscription_get_state (watched->subscription);
  news->status = ullim_sip_subscription_get_status (watched->subscription);
  news->is_notify = is_notify;
  news->type = g_strdup (type);
  news->body = body ? g_bytes_ref (body) : NULL;
  ullim_presence_intake_push (watched->watch->intake, on_news, news, news_free);
}

static void
on_notified (UllimSipSubscription *subscription,
             const char           *type,
             GBytes               *body,
             UllimPresenceWatched *watched)
{
  push_news (watched, TRUE, type, body);
}

static void
on_state_changed (UllimSipSubscription *subscription, UllimPresenceWatched *watched)
{
  UllimSipSubscriptionState state = ullim_sip_subscription_get_state (subscription);

  if (state != ULLIM_SIP_SUBSCRIPTION_ASKING && state != ULLIM_SIP_SUBSCRIPTION_ACTIVE)
    push_news (watched, FALSE, NULL, NULL);
}

/* Asking one by one: also in slices, there may be ten thousand */

static gboolean
is_in_list (UllimPresenceWatch *self, UllimPresenceWatched *watched)
{
  return watched->is_local && !self->list_refused;
}

static UllimPresenceProgress
on_ask (gpointer data)
{
  UllimPresenceWatched *watched = data;
  UllimPresenceWatch   *self = watched->watch;

  if (!self || !self->agent || watched->subscription || is_in_list (self, watched))
    return ULLIM_PRESENCE_DONE;
  watched->subscription = ullim_sip_subscription_new (
      self->agent, &(UllimSipSubscriptionSettings){.resource = watched->uri,
                                                   .event = "presence",
                                                   .accept = ACCEPT,
                                                   .expires_s = ULLIM_PRESENCE_EACH_EXPIRES_S});
  g_signal_connect (watched->subscription, "notified", G_CALLBACK (on_notified), watched);
  g_signal_connect (watched->subscription, "state-changed", G_CALLBACK (on_state_changed), watched);
  return ULLIM_PRESENCE_DONE;
}

static void
ask (UllimPresenceWatch *self, UllimPresenceWatched *watched)
{
  if (self->agent && !watched->subscription && !is_in_list (self, watched))
    ullim_presence_intake_push (self->intake, on_ask, ullim_presence_watched_ref (watched),
                                (GDestroyNotify) ullim_presence_watched_unref);
}

static void
ask_all (UllimPresenceWatch *self)
{
  GHashTableIter iter;
  gpointer       watched;

  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, NULL, &watched))
    ask (self, watched);
}

void
ullim_presence_watch_ask_local (UllimPresenceWatch *self)
{
  ask_all (self);
}

static void
end_subscription (UllimPresenceWatched *watched)
{
  if (watched->subscription)
    ullim_sip_subscription_end (watched->subscription);
  drop_subscription (watched);
}

void
ullim_presence_watch_drop_local (UllimPresenceWatch *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    UllimPresenceWatched *watched = value;

    if (watched->is_local)
      end_subscription (watched);
  }
}

/* Growing stale */

typedef struct {
  GPtrArray *people; /* owned, of UllimPresenceWatched */
  guint      next;
} Ageing;

static void
ageing_free (gpointer data)
{
  Ageing *ageing = data;

  g_ptr_array_unref (ageing->people);
  g_free (ageing);
}

static UllimPresenceProgress
on_age (gpointer data)
{
  Ageing               *ageing = data;
  UllimPresenceWatched *watched;

  if (ageing->next == ageing->people->len)
    return ULLIM_PRESENCE_DONE;
  watched = ageing->people->pdata[ageing->next++];
  if (watched->watch && ullim_presence_watched_take_stale (watched))
    ullim_presence_watch_tell (watched->watch, watched);
  return ULLIM_PRESENCE_MORE;
}

void
ullim_presence_watch_age (UllimPresenceWatch *self, gboolean local_only)
{
  Ageing        *ageing = g_new0 (Ageing, 1);
  GHashTableIter iter;
  gpointer       value;

  ageing->people = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_presence_watched_unref);
  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    UllimPresenceWatched *watched = value;

    if (watched->is_local || !local_only)
      g_ptr_array_add (ageing->people, ullim_presence_watched_ref (watched));
  }
  ullim_presence_intake_push (self->intake, on_age, ageing, ageing_free);
}

static void
on_account_state (UllimAccount *account, GParamSpec *pspec, UllimPresenceWatch *self)
{
  gboolean was_online = self->is_online;

  self->is_online = ullim_account_get_state (account) == ULLIM_CONNECTION_ONLINE;
  if (was_online && !self->is_online)
    ullim_presence_watch_age (self, FALSE);
}

/* Line and people */

UllimPresenceWatch *
ullim_presence_watch_new (UllimAccount *account, UllimPresenceIntake *intake)
{
  UllimPresenceWatch *self = g_object_new (ULLIM_TYPE_PRESENCE_WATCH, NULL);

  self->account = g_object_ref (account);
  self->intake = g_object_ref (intake);
  self->is_online = ullim_account_get_state (account) == ULLIM_CONNECTION_ONLINE;
  g_signal_connect_object (account, "notify::state", G_CALLBACK (on_account_state), self, 0);
  return self;
}

/* Returns: (nullable): where those live who may be known to the same server; where there is no
 * server, nobody does. */
static UllimUri *
find_home (UllimPresenceWatch *self)
{
  const UllimAccountSettings *settings = ullim_account_get_settings (self->account);

  return settings->registers ? ullim_uri_parse (settings->address, NULL) : NULL;
}

static gboolean
is_local (const UllimUri *home, const UllimPresenceWatched *watched)
{
  return home && home->host && watched->host && g_str_equal (home->host, watched->host) &&
         home->port == watched->port;
}

static void
find_local (UllimPresenceWatch *self)
{
  g_autoptr (UllimUri) home = find_home (self);
  GHashTableIter       iter;
  gpointer             value;

  self->n_local = 0;
  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    UllimPresenceWatched *watched = value;

    watched->is_local = is_local (home, watched);
    self->n_local += watched->is_local;
  }
}

static void
drop_all (UllimPresenceWatch *self)
{
  GHashTableIter iter;
  gpointer       watched;

  ullim_presence_watch_drop_list (self);
  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, NULL, &watched))
    drop_subscription (watched);
}

void
ullim_presence_watch_set_agent (UllimPresenceWatch *self, UllimSipAgent *agent)
{
  if (self->agent == agent)
    return;
  drop_all (self);
  g_set_object (&self->agent, agent);
  self->list_refused = FALSE;
  if (!agent) {
    ullim_presence_watch_age (self, FALSE);
    return;
  }
  /* A new line may be the account under another address. */
  find_local (self);
  ullim_presence_watch_list_changed (self);
  ask_all (self);
}

void
ullim_presence_watch_add (UllimPresenceWatch *self, const char *uri, const char *key)
{
  UllimPresenceWatched *watched = g_hash_table_lookup (self->people, key);
  g_autoptr (UllimUri)  home = NULL;

  if (watched) {
    watched->n_users++;
    return;
  }
  home = find_home (self);
  watched = ullim_presence_watched_new (self, uri, key);
  watched->n_users = 1;
  watched->is_local = is_local (home, watched);
  g_hash_table_insert (self->people, watched->key, watched);
  if (watched->is_local) {
    self->n_local++;
    ullim_presence_watch_list_changed (self);
  }
  ask (self, watched);
}

void
ullim_presence_watch_remove (UllimPresenceWatch *self, const char *key)
{
  g_autoptr (UllimPresenceWatched) watched = g_hash_table_lookup (self->people, key);

  if (watched)
    ullim_presence_watched_ref (watched);
  if (!watched || --watched->n_users > 0)
    return;
  end_subscription (watched);
  g_hash_table_remove (self->people, key);
  if (watched->is_local) {
    self->n_local--;
    ullim_presence_watch_list_changed (self);
  }
}

static gboolean
could_not_be_reached (UllimSipSubscription *subscription)
{
  switch (ullim_sip_subscription_get_state (subscription)) {
  case ULLIM_SIP_SUBSCRIPTION_WAITING:
    return TRUE;
  case ULLIM_SIP_SUBSCRIPTION_REFUSED:
    /* A no is a no; but whoever a server did not know may have registered since. */
    return ullim_presence_read_status (ullim_sip_subscription_get_status (subscription)) !=
           ULLIM_PRESENCE_REASON_DENIED;
  case ULLIM_SIP_SUBSCRIPTION_ASKING:
  case ULLIM_SIP_SUBSCRIPTION_PENDING:
  case ULLIM_SIP_SUBSCRIPTION_ACTIVE:
  case ULLIM_SIP_SUBSCRIPTION_ENDED:
  default:
    return FALSE;
  }
}

void
ullim_presence_watch_ask_again (UllimPresenceWatch *self, const char *key)
{
  UllimPresenceWatched *watched = g_hash_table_lookup (self->people, key);

  if (watched && watched->subscription && could_not_be_reached (watched->subscription))
    ullim_sip_subscription_renew (watched->subscription);
}

const UllimPresence *
ullim_presence_watch_find (UllimPresenceWatch *self, const char *key)
{
  UllimPresenceWatched *watched = g_hash_table_lookup (self->people, key);

  return watched ? watched->presence : NULL;
}

gboolean
ullim_presence_watch_has_list (UllimPresenceWatch *self)
{
  return self->takes_list;
}
