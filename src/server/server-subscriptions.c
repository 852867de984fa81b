/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SUBSCRIBE, from the notifier's side (RFC 6665 sections 4.2 and 4.4). The tag that we give a
 * dialog is the key under which it is found, and, as nobody else knows it, together with the flow
 * the proof that a refresh comes from whom the password was proved by.
 */
#define G_LOG_DOMAIN "server-subscriptions"

#include "server-subscriptions.h"

#include "server-limits.h"
#include "server-log.h"
#include "server-notifier.h"

#include <sofia-sip/msg_header.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <string.h>

#define RETRY_AFTER "600"

typedef UllimServerSubscription Subscription;

typedef struct {
  const UllimServerPackage *package;
  gpointer                  data;
} PackageEntry;

struct _UllimServerSubscriptions {
  UllimServerNotifier *notifier;
  UllimServerWheel    *wheel;
  GHashTable          *by_id;    /* (owned): dialog id -> subscription */
  GHashTable          *members;  /* (owned): name -> UllimServerMember */
  GArray              *packages; /* of PackageEntry */
  char                *events;   /* for Allow-Events */
};

static gint64
now_s (void)
{
  return g_get_monotonic_time () / G_USEC_PER_SEC;
}

/* ---- life ---- */

static void
member_free (UllimServerMember *member)
{
  g_free (member->name);
  g_free (member);
}

static UllimServerMember *
ensure_member (UllimServerSubscriptions *self, const char *name)
{
  UllimServerMember *member = g_hash_table_lookup (self->members, name);

  if (!member) {
    member = g_new0 (UllimServerMember, 1);
    member->name = g_strdup (name);
    g_hash_table_insert (self->members, member->name, member);
  }
  return member;
}

static void
leave_member (UllimServerSubscriptions *self, UllimServerMember *member)
{
  if (--member->count == 0)
    g_hash_table_remove (self->members, member->name);
}

static Subscription *
subscription_new (UllimServerSubscriptions *self,
                  UllimServerRequest       *request,
                  const PackageEntry       *entry)
{
  Subscription *sub = g_slice_new0 (Subscription);

  if (!ullim_server_dialog_init (&sub->dialog, request)) {
    g_slice_free (Subscription, sub);
    return NULL;
  }
  sub->owner = self;
  sub->link.data = sub;
  sub->package = entry->package;
  sub->package_data = entry->data;
  sub->member = ensure_member (self, request->user);
  sub->member->count++;
  ullim_server_notifier_set_flow (self->notifier, sub, request);
  g_hash_table_insert (self->by_id, &sub->dialog.id, sub);
  return sub;
}

/* @why: NULL: the package did not take it up. */
static void
drop (Subscription *sub, const char *why)
{
  UllimServerSubscriptions *self = sub->owner;

  if (why) {
    ullim_server_event ("unsubscribed name=%s event=%s why=%s", sub->member->name,
                        sub->package->event, why);
    if (sub->package->close)
      sub->package->close (sub, why, sub->package_data);
  }
  g_hash_table_remove (self->by_id, &sub->dialog.id);
  ullim_server_wheel_remove (&sub->wheel);
  ullim_server_notifier_remove (self->notifier, sub);
  leave_member (self, sub->member);
  ullim_server_dialog_clear (&sub->dialog);
  g_slice_free (Subscription, sub);
}

static void
on_over (Subscription *sub, gpointer data)
{
  drop (sub, sub->is_ending ? "unsubscribed" : "failed");
}

static const UllimServerNotifierHandlers notifier_handlers = {on_over};

UllimServerSubscriptions *
ullim_server_subscriptions_new (su_root_t *root, nta_agent_t *nta)
{
  UllimServerSubscriptions *self = g_new0 (UllimServerSubscriptions, 1);

  self->notifier = ullim_server_notifier_new (root, nta, &notifier_handlers, self);
  self->wheel = ullim_server_wheel_new (now_s ());
  self->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->members =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) member_free);
  self->packages = g_array_new (FALSE, FALSE, sizeof (PackageEntry));
  return self;
}

static void
drop_all (UllimServerSubscriptions *self)
{
  g_autoptr (GList) all = g_hash_table_get_values (self->by_id);

  for (GList *l = all; l; l = l->next)
    drop (l->data, "ended");
}

void
ullim_server_subscriptions_free (UllimServerSubscriptions *self)
{
  if (!self)
    return;
  drop_all (self);
  ullim_server_notifier_free (self->notifier);
  ullim_server_wheel_free (self->wheel);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->members);
  g_array_unref (self->packages);
  g_free (self->events);
  g_free (self);
}

void
ullim_server_subscriptions_add_package (UllimServerSubscriptions *self,
                                        const UllimServerPackage *package,
                                        gpointer                  data)
{
  PackageEntry entry = {package, data};
  char        *events = self->events ? g_strconcat (self->events, ", ", package->event, NULL)
                                     : g_strdup (package->event);

  g_array_append_val (self->packages, entry);
  g_free (self->events);
  self->events = events;
}

/* ---- judging a SUBSCRIBE ---- */

static const PackageEntry *
find_package (UllimServerSubscriptions *self, const sip_event_t *event)
{
  for (guint i = 0; event && i < self->packages->len; i++) {
    const PackageEntry *entry = &g_array_index (self->packages, PackageEntry, i);

    if (g_ascii_strcasecmp (entry->package->event, event->o_type) == 0)
      return entry;
  }
  return NULL;
}

static gboolean
accepts (const sip_accept_t *accept, const char *type)
{
  if (!accept)
    return TRUE;
  for (; accept; accept = accept->ac_next) {
    const char *range = accept->ac_type ? accept->ac_type : "";

    if (g_ascii_strcasecmp (range, type) == 0 || strcmp (range, "*/*") == 0 ||
        g_ascii_strcasecmp (range, "application/*") == 0)
      return TRUE;
  }
  return FALSE;
}

static void
refuse (UllimServerRequest *request, int status, tag_type_t tag, tag_value_t value)
{
  ullim_server_event ("refused method=SUBSCRIBE source=%s status=%d", request->source, status);
  ullim_server_request_reply (request, status, sip_status_phrase (status), tag, value, TAG_END ());
}

/* Seconds that are granted; -1 if it was refused as too short (section 4.2.1.1). */
static gint64
read_expires (UllimServerRequest *request)
{
  const sip_expires_t *expires = request->sip->sip_expires;
  gulong               seconds = expires ? expires->ex_delta : ULLIM_SERVER_MAX_EVENT_S;

  if (seconds > 0 && seconds < ULLIM_SERVER_MIN_EVENT_S) {
    refuse (request, 423, SIPTAG_MIN_EXPIRES_STR (G_STRINGIFY (ULLIM_SERVER_MIN_EVENT_S)));
    return -1;
  }
  return MIN (seconds, ULLIM_SERVER_MAX_EVENT_S);
}

static gboolean
understands (const char *option)
{
  return g_ascii_strcasecmp (option, "eventlist") == 0 ||
         g_ascii_strcasecmp (option, "recipient-list-subscribe") == 0;
}

static gboolean
requires_more (UllimServerRequest *request)
{
  const sip_require_t *require = request->sip->sip_require;

  for (gsize i = 0; require && require->k_items && require->k_items[i]; i++) {
    if (!understands (require->k_items[i])) {
      refuse (request, 420, SIPTAG_UNSUPPORTED_STR (require->k_items[i]));
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
has_room (UllimServerSubscriptions *self, const char *user)
{
  const UllimServerMember *member = g_hash_table_lookup (self->members, user);

  return g_hash_table_size (self->by_id) < ULLIM_SERVER_MAX_SUBSCRIPTIONS &&
         (!member || member->count < ULLIM_SERVER_MAX_SUBSCRIPTIONS_EACH);
}

/* Says why not, or returns TRUE. */
static gboolean
is_acceptable (UllimServerSubscriptions *self,
               UllimServerRequest       *request,
               const PackageEntry       *entry)
{
  if (!entry) {
    refuse (request, 489, SIPTAG_ALLOW_EVENTS_STR (self->events));
    return FALSE;
  }
  if (!accepts (request->sip->sip_accept, entry->package->type)) {
    refuse (request, 406, SIPTAG_ACCEPT_STR (entry->package->type));
    return FALSE;
  }
  if (requires_more (request))
    return FALSE;
  if (!has_room (self, request->user)) {
    refuse (request, 503, SIPTAG_RETRY_AFTER_STR (RETRY_AFTER));
    return FALSE;
  }
  return TRUE;
}

/* ---- answering ---- */

static void
accept_request (Subscription *sub, UllimServerRequest *request, gint64 expires_s, gboolean is_list)
{
  g_autofree char *headers = g_strdup_printf ("Contact: %s\r\nExpires: %" G_GINT64_FORMAT "\r\n%s",
                                              ullim_server_notifier_contact (sub), expires_s,
                                              is_list ? "Require: eventlist\r\n" : "");

  ullim_server_request_reply_with (request, SIP_200_OK, headers);
}

/* Grants the time, and lets the state be told. */
static void
grant (Subscription *sub, UllimServerRequest *request, gint64 expires_s)
{
  UllimServerSubscriptions *self = sub->owner;

  ullim_server_wheel_set (self->wheel, &sub->wheel, now_s () + expires_s);
  accept_request (sub, request, expires_s, sub->is_list);
  ullim_server_notifier_changed (self->notifier, sub);
}

void
ullim_server_subscriptions_handle (UllimServerSubscriptions *self, UllimServerRequest *request)
{
  const PackageEntry *entry = find_package (self, request->sip->sip_event);
  gint64              expires_s;
  Subscription       *sub;
  int                 status;

  if (!is_acceptable (self, request, entry) || (expires_s = read_expires (request)) < 0)
    return;
  sub = subscription_new (self, request, entry);
  if (!sub) {
    refuse (request, 400, TAG_END ());
    return;
  }
  status = entry->package->open (sub, request, entry->data);
  if (status != 200) {
    drop (sub, NULL);
    if (status > 0)
      refuse (request, status, TAG_END ());
    return;
  }
  ullim_server_event ("subscribed name=%s event=%s to=%s expires=%" G_GINT64_FORMAT, request->user,
                      entry->package->event, sub->dialog.local, expires_s);
  sub->is_ending = expires_s == 0;
  grant (sub, request, expires_s);
}

/* ---- inside a dialog ---- */

static Subscription *
find (UllimServerSubscriptions *self, const sip_t *sip)
{
  guint64       id = ullim_server_dialog_read_id (sip);
  Subscription *sub = id ? g_hash_table_lookup (self->by_id, &id) : NULL;

  return sub && ullim_server_dialog_matches (&sub->dialog, sip) ? sub : NULL;
}

gboolean
ullim_server_subscriptions_owns (UllimServerSubscriptions *self, const sip_t *sip)
{
  return find (self, sip) != NULL;
}

gboolean
ullim_server_subscriptions_trusts (UllimServerSubscriptions *self, UllimServerRequest *request)
{
  Subscription *sub = find (self, request->sip);

  return sub && ullim_server_notifier_is_flow (sub, request);
}

static void
refresh (Subscription *sub, UllimServerRequest *request, gint64 expires_s)
{
  int status = 200;

  if (sub->package->refresh && expires_s > 0)
    status = sub->package->refresh (sub, request, sub->package_data);
  if (status != 200) {
    if (status > 0)
      refuse (request, status, TAG_END ());
    return;
  }
  /* A last NOTIFY must come; what it would tell, the watcher wants no more. */
  sub->is_ending = sub->is_bare = expires_s == 0;
  ullim_server_notifier_set_flow (sub->owner->notifier, sub, request);
  grant (sub, request, expires_s);
}

void
ullim_server_subscriptions_handle_in_dialog (UllimServerSubscriptions *self,
                                             UllimServerRequest       *request)
{
  Subscription *sub = find (self, request->sip);
  const sip_t  *sip = request->sip;
  gint64        expires_s;
  int           status;

  if (!sub || (request->user && strcmp (request->user, sub->member->name) != 0)) {
    refuse (request, 481, TAG_END ());
    return;
  }
  if (sip->sip_request->rq_method != sip_method_subscribe) {
    refuse (request, 405, SIPTAG_ALLOW_STR ("SUBSCRIBE"));
    return;
  }
  if (!sip->sip_event || !ullim_server_dialog_event_matches (&sub->dialog, sip->sip_event) ||
      sub->is_ending || sub->is_over) {
    refuse (request, 481, TAG_END ());
    return;
  }
  if (requires_more (request) || (expires_s = read_expires (request)) < 0)
    return;
  status = ullim_server_dialog_renew (&sub->dialog, sip);
  if (status)
    refuse (request, status, TAG_END ());
  else
    refresh (sub, request, expires_s);
}

gboolean
ullim_server_subscriptions_take (UllimServerSubscriptions *self, const sip_t *sip)
{
  return ullim_server_notifier_take (self->notifier, sip);
}

/* ---- upkeep ---- */

static void
on_expired (UllimServerWheelItem *item, gpointer data)
{
  Subscription *sub = (Subscription *) item;

  G_STATIC_ASSERT (G_STRUCT_OFFSET (Subscription, wheel) == 0);
  ullim_server_notifier_end (sub->owner->notifier, sub, "timeout");
  drop (sub, "expired");
}

static void
drop_unreachable (UllimServerSubscriptions *self)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  GHashTableIter        iter;
  gpointer              value;

  if (!ullim_server_notifier_find_closed (self->notifier))
    return;
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (!ullim_server_notifier_is_open (value))
      g_ptr_array_add (gone, value);
  }
  for (guint i = 0; i < gone->len; i++)
    drop (gone->pdata[i], "failed");
}

void
ullim_server_subscriptions_tick (UllimServerSubscriptions *self, gint64 now)
{
  drop_unreachable (self);
  ullim_server_wheel_advance (self->wheel, now, on_expired, self);
}

void
ullim_server_subscriptions_retain (UllimServerSubscriptions *self,
                                   gboolean (*keep) (const char *name, gpointer data),
                                   gpointer data)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  GHashTableIter        iter;
  gpointer              value;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (!keep (((Subscription *) value)->member->name, data))
      g_ptr_array_add (gone, value);
  }
  for (guint i = 0; i < gone->len; i++)
    ullim_server_subscription_end (gone->pdata[i], "deactivated");
}

guint
ullim_server_subscriptions_count (UllimServerSubscriptions *self)
{
  return g_hash_table_size (self->by_id);
}

/* ---- for packages ---- */

void
ullim_server_subscription_changed (Subscription *sub)
{
  ullim_server_notifier_changed (sub->owner->notifier, sub);
}

void
ullim_server_subscription_end (Subscription *sub, const char *reason)
{
  ullim_server_notifier_end (sub->owner->notifier, sub, reason);
  drop (sub, "ended");
}

const char *
ullim_server_subscription_user (Subscription *sub)
{
  return sub->member->name;
}

gboolean
ullim_server_subscription_is_secure (Subscription *sub)
{
  return ullim_server_notifier_is_secure (sub);
}

guint
ullim_server_subscription_seconds_left (Subscription *sub)
{
  return MAX (0, sub->wheel.due_s - now_s ());
}

void
ullim_server_subscription_set_list (Subscription *sub, gboolean is_list)
{
  sub->is_list = is_list;
}

gpointer
ullim_server_subscription_get_data (Subscription *sub)
{
  return sub->data;
}

void
ullim_server_subscription_set_data (Subscription *sub, gpointer data)
{
  sub->data = data;
}
