/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One subscription for all people of the account's domain: the list goes with the request (RFC
 * 5367), what comes back is RFC 4662. A server that does not know this refuses it, or takes it for
 * a subscription to the user's own presence: both are noticed, and each person is asked for alone.
 */
#define G_LOG_DOMAIN "presence-watch-list"

#include <string.h>

#include "mime.h"
#include "presence-read.h"
#include "presence-watch-private.h"
#include "resource-list.h"
#include "uri.h"

#define ACCEPT "multipart/related, application/rlmi+xml, application/pidf+xml"
/* Several people come or go together, ten thousand at the start: so long nobody more did. */
#define UPDATE_MS 50
/* Longer ones are read on another thread: RLMI is one document and cannot be read in slices. */
#define THREAD_MIN_BYTES (64 * 1024)

/* What came: one NOTIFY; counted by references */

typedef struct {
  UllimPresenceWatch   *watch;        /* owned */
  UllimSipSubscription *subscription; /* owned */
  char                 *type;         /* owned */
  GBytes               *body;         /* owned */
  UllimPresenceList    *list;         /* owned, nullable until it was read */
  gboolean              is_read;
  guint                 next;
} News;

static void
news_clear (gpointer data)
{
  News *news = data;

  g_object_unref (news->watch);
  g_object_unref (news->subscription);
  g_free (news->type);
  g_bytes_unref (news->body);
  g_clear_pointer (&news->list, ullim_presence_list_free);
}

static void
news_unref (gpointer data)
{
  g_rc_box_release_full (data, news_clear);
}

static void
renew (UllimPresenceWatch *self)
{
  if (self->list_renewing)
    return;
  self->list_renewing = TRUE;
  self->list_has_version = FALSE;
  ullim_sip_subscription_renew (self->list);
}

/* RFC 4662 section 4.3: versions count up by one; a full list begins anew. */
static gboolean
follows (UllimPresenceWatch *self, const UllimPresenceList *list)
{
  if (list->is_full) {
    self->list_renewing = FALSE;
  } else if (!self->list_has_version || list->version != self->list_version + 1) {
    if (self->list_has_version && list->version <= self->list_version)
      return FALSE;
    g_debug ("%s: a part of the list was missed", ullim_account_get_address (self->account));
    renew (self);
    return FALSE;
  }
  self->list_version = list->version;
  self->list_has_version = TRUE;
  return TRUE;
}

static gboolean
take_item (UllimPresenceWatch          *self,
           UllimPresenceWatched        *watched,
           const UllimPresenceListItem *item,
           gboolean                     is_full)
{
  gboolean needs_full = FALSE;
  gboolean changed;

  if (item->body) {
    changed = ullim_presence_watched_take_body (watched, item->type, item->body, &needs_full);
    if (needs_full)
      renew (self);
    return changed;
  }
  /* Without a body in a partial list: as before. */
  if (item->state == ULLIM_PRESENCE_LIST_ACTIVE && !is_full &&
      watched->presence->reason == ULLIM_PRESENCE_REASON_NONE && !watched->presence->is_stale)
    return FALSE;
  return ullim_presence_watched_take_reason (watched, ullim_presence_read_item (item));
}

static void
take_next (News *news)
{
  UllimPresenceWatch          *self = news->watch;
  const UllimPresenceListItem *item = news->list->items->pdata[news->next++];
  g_autoptr (UllimUri)         uri = ullim_uri_parse (item->uri, NULL);
  g_autofree char             *key = uri ? ullim_uri_key (uri) : NULL;
  UllimPresenceWatched        *watched = key ? g_hash_table_lookup (self->people, key) : NULL;

  if (watched && take_item (self, watched, item, news->list->is_full))
    ullim_presence_watch_tell (self, watched);
}

static void
take_list (News *news, UllimPresenceList *list, const GError *error)
{
  UllimPresenceWatch *self = news->watch;

  news->is_read = TRUE;
  news->list = list;
  if (!list)
    g_message ("a list that makes no sense was left aside: %s", error->message);
  if (list && self->list == news->subscription && follows (self, list))
    return;
  g_clear_pointer (&news->list, ullim_presence_list_free);
}

typedef struct {
  char   *type; /* owned */
  GBytes *body; /* owned */
} Text;

static void
text_free (gpointer data)
{
  Text *text = data;

  g_free (text->type);
  g_bytes_unref (text->body);
  g_free (text);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Text        *text = data;
  GError            *error = NULL;
  UllimPresenceList *list = ullim_presence_list_parse (text->type, text->body, &error);

  if (list)
    g_task_return_pointer (task, list, (GDestroyNotify) ullim_presence_list_free);
  else
    g_task_return_error (task, error);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  News               *news = user_data;
  UllimPresenceWatch *self = news->watch;
  g_autoptr (GError)  error = NULL;
  UllimPresenceList  *list = g_task_propagate_pointer (G_TASK (result), &error);

  take_list (news, list, error);
  if (self->intake)
    ullim_presence_intake_resume (self->intake);
  news_unref (news);
}

static UllimPresenceProgress
read_list (News *news)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask)  task = NULL;
  Text              *text;

  if (g_bytes_get_size (news->body) < THREAD_MIN_BYTES) {
    take_list (news, ullim_presence_list_parse (news->type, news->body, &error), error);
    return ULLIM_PRESENCE_MORE;
  }
  text = g_new0 (Text, 1);
  text->type = g_strdup (news->type);
  text->body = g_bytes_ref (news->body);
  task = g_task_new (NULL, NULL, on_read, g_rc_box_acquire (news));
  g_task_set_task_data (task, text, text_free);
  g_task_run_in_thread (task, read_in_thread);
  return ULLIM_PRESENCE_WAIT;
}

static UllimPresenceProgress
on_news (gpointer data)
{
  News *news = data;

  if (!news->is_read)
    return read_list (news);
  if (!news->list || news->next == news->list->items->len)
    return ULLIM_PRESENCE_DONE;
  take_next (news);
  return ULLIM_PRESENCE_MORE;
}

/* The subscription */

/* Each for themselves from now on. */
static void
give_up (UllimPresenceWatch *self)
{
  g_debug ("%s: the server takes no list", ullim_account_get_address (self->account));
  self->takes_list = FALSE;
  self->list_refused = TRUE;
  ullim_presence_watch_ask_local (self);
}

static gboolean
is_list (const char *type)
{
  return type && (ullim_mime_is (type, "multipart/related") ||
                  ullim_mime_is (type, ULLIM_PRESENCE_LIST_CONTENT_TYPE));
}

static void
on_notified (UllimSipSubscription *subscription,
             const char           *type,
             GBytes               *body,
             UllimPresenceWatch   *self)
{
  News *news;

  if (!body || !is_list (type)) {
    ullim_presence_watch_drop_list (self);
    give_up (self);
    return;
  }
  if (!self->takes_list) {
    self->takes_list = TRUE;
    ullim_presence_watch_drop_local (self);
    if (self->list_refused) {
      /* It was refused once; who came since then is not in it. */
      self->list_refused = FALSE;
      ullim_presence_watch_list_changed (self);
    }
  }
  news = g_rc_box_new0 (News);
  news->watch = g_object_ref (self);
  news->subscription = g_object_ref (subscription);
  news->type = g_strdup (type);
  news->body = g_bytes_ref (body);
  ullim_presence_intake_push (self->intake, on_news, news, news_unref);
}

static void
on_state_changed (UllimSipSubscription *subscription, UllimPresenceWatch *self)
{
  switch (ullim_sip_subscription_get_state (subscription)) {
  case ULLIM_SIP_SUBSCRIPTION_REFUSED:
    /* It is kept: after a new registration, a while later, the server may have learned it. */
    give_up (self);
    break;
  case ULLIM_SIP_SUBSCRIPTION_WAITING:
    if (self->takes_list)
      ullim_presence_watch_age (self, TRUE);
    break;
  case ULLIM_SIP_SUBSCRIPTION_ASKING:
  case ULLIM_SIP_SUBSCRIPTION_PENDING:
  case ULLIM_SIP_SUBSCRIPTION_ACTIVE:
  case ULLIM_SIP_SUBSCRIPTION_ENDED:
  default:
    break;
  }
}

static GBytes *
make_body (UllimPresenceWatch *self)
{
  g_autoptr (GPtrArray) uris = g_ptr_array_new ();
  GHashTableIter        iter;
  gpointer              value;
  char                 *text;

  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const UllimPresenceWatched *watched = value;

    if (watched->is_local)
      g_ptr_array_add (uris, watched->uri);
  }
  text = ullim_resource_list_write (uris);
  return g_bytes_new_take (text, strlen (text));
}

static void
subscribe (UllimPresenceWatch *self, GBytes *body)
{
  self->list = ullim_sip_subscription_new (
      self->agent, &(UllimSipSubscriptionSettings){
                       .resource = ullim_account_get_address (self->account),
                       .event = "presence",
                       .accept = ACCEPT,
                       .eventlist = TRUE,
                       .require = "recipient-list-subscribe",
                       .content_type = ULLIM_RESOURCE_LIST_CONTENT_TYPE,
                       .disposition = ULLIM_RESOURCE_LIST_DISPOSITION,
                       .body = body,
                       .expires_s = ULLIM_PRESENCE_LIST_EXPIRES_S,
                   });
  self->list_has_version = FALSE;
  self->list_renewing = FALSE;
  g_signal_connect (self->list, "notified", G_CALLBACK (on_notified), self);
  g_signal_connect (self->list, "state-changed", G_CALLBACK (on_state_changed), self);
}

static gboolean
on_update (gpointer data)
{
  UllimPresenceWatch *self = data;
  g_autoptr (GBytes)  body = NULL;

  if (g_get_monotonic_time () - self->list_changed_us < UPDATE_MS * G_TIME_SPAN_MILLISECOND)
    return G_SOURCE_CONTINUE;
  self->list_update = 0;
  if (!self->agent || self->list_refused)
    return G_SOURCE_REMOVE;
  if (self->n_local == 0) {
    ullim_presence_watch_drop_list (self);
    return G_SOURCE_REMOVE;
  }
  body = make_body (self);
  if (self->list)
    ullim_sip_subscription_set_body (self->list, body);
  else
    subscribe (self, body);
  return G_SOURCE_REMOVE;
}

void
ullim_presence_watch_list_changed (UllimPresenceWatch *self)
{
  self->list_changed_us = g_get_monotonic_time ();
  if (self->list_update == 0)
    self->list_update = g_timeout_add (UPDATE_MS, on_update, self);
}

void
ullim_presence_watch_drop_list (UllimPresenceWatch *self)
{
  g_clear_handle_id (&self->list_update, g_source_remove);
  self->takes_list = FALSE;
  if (!self->list)
    return;
  g_signal_handlers_disconnect_by_data (self->list, self);
  ullim_sip_subscription_end (self->list);
  g_clear_object (&self->list);
}
