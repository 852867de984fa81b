/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A subscription goes round: idle, ready in the queue of its flow, sending, resting, idle. A flow
 * is a connection, or an address over UDP, as in server-bindings.
 */
#define G_LOG_DOMAIN "server-notifier"

#include "server-notifier.h"

#include "server-limits.h"
#include "server-sender.h"

#include <sofia-sip/sip_header.h>
#include <string.h>

struct _UllimServerFlow {
  UllimServerNotifier *notifier; /* weak */
  char                *name;     /* "udp:ADDRESS:PORT" … */
  tport_t             *tport;    /* owned reference; NULL for UDP */
  char                *protocol;
  char                *contact; /* ours */
  GQueue               ready;   /* of subscriptions */
  guint                users;   /* subscriptions and NOTIFYs */
  guint                in_flight;
  gsize                bytes_in_flight;
  gboolean             pumping;
};

struct _UllimServerNotify {
  UllimServerSubscription *sub;  /* weak: NULL once the subscription is over */
  UllimServerFlow         *flow; /* counted */
  gsize                    bytes;
};

struct _UllimServerNotifier {
  nta_agent_t                       *nta;    /* weak */
  UllimServerSender                 *sender; /* owned */
  su_timer_t                        *timer;  /* owned */
  gboolean                           timer_runs;
  GHashTable                        *flows;        /* name -> flow (weak) */
  gboolean                           has_replaced; /* a flow had to leave @flows for another */
  GHashTable                        *notifies;     /* set, weak: under way */
  GQueue                             resting;      /* of subscriptions, by the end of their rest */
  const UllimServerNotifierHandlers *handlers;
  gpointer                           data;
};

static gint64
now_ms (void)
{
  return g_get_monotonic_time () / 1000;
}

/* ---- flows ---- */

static char *
make_contact (nta_agent_t *nta, const char *protocol)
{
  const sip_via_t *via = nta_agent_via (nta);

  for (const sip_via_t *v = via; v; v = v->v_next) {
    if (g_ascii_strcasecmp (sip_via_transport (v), protocol) == 0) {
      via = v;
      break;
    }
  }
  return g_strdup_printf ("<sip:%s:%s;transport=%s>", via->v_host,
                          via->v_port ? via->v_port : "5060", protocol);
}

static UllimServerFlow *
flow_new (UllimServerNotifier *self, const char *name, tport_t *tport)
{
  UllimServerFlow *flow = g_new0 (UllimServerFlow, 1);

  flow->notifier = self;
  flow->name = g_strdup (name);
  flow->tport = tport ? tport_ref (tport) : NULL;
  flow->protocol = g_strndup (name, strcspn (name, ":"));
  flow->contact = make_contact (self->nta, flow->protocol);
  g_queue_init (&flow->ready);
  return flow;
}

static void
flow_unref (UllimServerFlow *flow)
{
  if (--flow->users > 0)
    return;
  if (g_hash_table_lookup (flow->notifier->flows, flow->name) == flow)
    g_hash_table_remove (flow->notifier->flows, flow->name);
  if (flow->tport)
    tport_unref (flow->tport);
  g_free (flow->name);
  g_free (flow->protocol);
  g_free (flow->contact);
  g_free (flow);
}

static UllimServerFlow *
flow_ref (UllimServerFlow *flow)
{
  flow->users++;
  return flow;
}

static tport_t *
connection_of (UllimServerRequest *request)
{
  return ullim_server_request_is_stream (request) ? request->tport : NULL;
}

/* A connection that is closed may have had the same name: its subscriptions keep the old flow until
 * they are swept. */
static UllimServerFlow *
ensure_flow (UllimServerNotifier *self, UllimServerRequest *request)
{
  char             name[ULLIM_SERVER_FLOW_SIZE];
  tport_t         *tport = connection_of (request);
  UllimServerFlow *flow;

  ullim_server_request_flow (request, name);
  flow = g_hash_table_lookup (self->flows, name);
  if (!flow || flow->tport != tport) {
    self->has_replaced |= flow != NULL;
    flow = flow_new (self, name, tport);
    g_hash_table_replace (self->flows, flow->name, flow);
  }
  return flow_ref (flow);
}

static gboolean
is_open (const UllimServerFlow *flow)
{
  return !flow->tport || (!tport_is_closed (flow->tport) && !tport_is_shutdown (flow->tport) &&
                          tport_is_clear_to_send (flow->tport));
}

gboolean
ullim_server_notifier_find_closed (UllimServerNotifier *self)
{
  gboolean       found = self->has_replaced;
  GHashTableIter iter;
  gpointer       flow;

  self->has_replaced = FALSE;
  g_hash_table_iter_init (&iter, self->flows);
  while (!found && g_hash_table_iter_next (&iter, NULL, &flow))
    found = !is_open (flow);
  return found;
}

gboolean
ullim_server_notifier_is_open (const UllimServerSubscription *sub)
{
  return is_open (sub->flow);
}

const char *
ullim_server_notifier_contact (const UllimServerSubscription *sub)
{
  return sub->flow->contact;
}

gboolean
ullim_server_notifier_is_secure (const UllimServerSubscription *sub)
{
  return g_str_has_prefix (sub->flow->name, "tls:");
}

gboolean
ullim_server_notifier_is_flow (UllimServerSubscription *sub, UllimServerRequest *request)
{
  char name[ULLIM_SERVER_FLOW_SIZE];

  ullim_server_request_flow (request, name);
  return strcmp (sub->flow->name, name) == 0 && sub->flow->tport == connection_of (request);
}

/* ---- turns ---- */

static void pump (UllimServerFlow *flow);

static void
leave_queue (UllimServerNotifier *self, UllimServerSubscription *sub)
{
  if (sub->turn == ULLIM_SERVER_TURN_READY)
    g_queue_unlink (&sub->flow->ready, &sub->link);
  else if (sub->turn == ULLIM_SERVER_TURN_RESTING)
    g_queue_unlink (&self->resting, &sub->link);
  sub->turn = ULLIM_SERVER_TURN_IDLE;
}

static void
make_ready (UllimServerSubscription *sub)
{
  sub->turn = ULLIM_SERVER_TURN_READY;
  g_queue_push_tail_link (&sub->flow->ready, &sub->link);
}

static void on_rested (su_root_magic_t *magic, su_timer_t *timer, su_timer_arg_t *arg);

static void
set_timer (UllimServerNotifier *self)
{
  const UllimServerSubscription *first = g_queue_peek_head (&self->resting);

  if (!first || self->timer_runs)
    return;
  self->timer_runs = TRUE;
  su_timer_set_interval (self->timer, on_rested, (su_timer_arg_t *) self,
                         MAX (1, first->rest_until_ms - now_ms ()));
}

static void
rest (UllimServerNotifier *self, UllimServerSubscription *sub)
{
  sub->turn = ULLIM_SERVER_TURN_RESTING;
  sub->rest_until_ms = now_ms () + ULLIM_SERVER_NOTIFY_PAUSE_MS;
  g_queue_push_tail_link (&self->resting, &sub->link);
  set_timer (self);
}

static void
on_rested (su_root_magic_t *magic, su_timer_t *timer, su_timer_arg_t *arg)
{
  UllimServerNotifier     *self = (UllimServerNotifier *) arg;
  gint64                   now = now_ms ();
  UllimServerSubscription *sub;

  self->timer_runs = FALSE;
  while ((sub = g_queue_peek_head (&self->resting)) && sub->rest_until_ms <= now) {
    leave_queue (self, sub);
    if (sub->is_over) {
      self->handlers->over (sub, self->data);
    } else if (sub->is_changed) {
      make_ready (sub);
      pump (sub->flow);
    }
  }
  set_timer (self);
}

void
ullim_server_notifier_changed (UllimServerNotifier *self, UllimServerSubscription *sub)
{
  sub->is_changed = TRUE;
  if (sub->turn == ULLIM_SERVER_TURN_IDLE)
    make_ready (sub);
  if (sub->turn == ULLIM_SERVER_TURN_READY)
    pump (sub->flow);
}

/* ---- sending ---- */

static void
notify_free (UllimServerNotify *notify)
{
  g_hash_table_remove (notify->flow->notifier->notifies, notify);
  if (notify->sub)
    notify->sub->sending = NULL;
  flow_unref (notify->flow);
  g_free (notify);
}

/* RFC 5057 section 5.1, RFC 6665 section 4.2.2: answers after which there is no subscription. */
static gboolean
ends_subscription (int status)
{
  switch (status) {
  case 404:
  case 405:
  case 408:
  case 410:
  case 416:
  case 480:
  case 481:
  case 482:
  case 483:
  case 484:
  case 485:
  case 489:
  case 501:
  case 502:
  case 503:
  case 604:
    return TRUE;
  default:
    return FALSE;
  }
}

static void
finish_turn (UllimServerNotifier *self, UllimServerSubscription *sub, int status)
{
  sub->sending = NULL;
  sub->turn = ULLIM_SERVER_TURN_IDLE;
  sub->is_over = ends_subscription (status);
  if (status >= 300 && sub->package->missed)
    sub->package->missed (sub, sub->package_data);
  if (!sub->has_more || sub->is_over) {
    rest (self, sub);
    return;
  }
  make_ready (sub);
  pump (sub->flow);
}

static void
on_answered (int status, gpointer data)
{
  UllimServerNotify       *notify = data;
  UllimServerFlow         *flow = flow_ref (notify->flow);
  UllimServerSubscription *sub = notify->sub;

  flow->in_flight--;
  flow->bytes_in_flight -= notify->bytes;
  notify->sub = NULL;
  notify_free (notify);
  if (sub)
    finish_turn (flow->notifier, sub, status);
  pump (flow);
  flow_unref (flow);
}

/* @sub: (nullable): whose turn ends with the answer. */
static void
send_notify (UllimServerNotifier     *self,
             UllimServerFlow         *flow,
             UllimServerSubscription *sub,
             guint64                  key,
             GString                 *text)
{
  UllimServerNotify *notify = g_new0 (UllimServerNotify, 1);

  notify->sub = sub;
  notify->flow = flow_ref (flow);
  notify->bytes = text->len;
  if (sub)
    sub->sending = notify;
  g_hash_table_add (self->notifies, notify);
  flow->in_flight++;
  flow->bytes_in_flight += notify->bytes;
  ullim_server_sender_send (self->sender, key, flow->name, flow->tport, text, on_answered, notify);
}

static GString *
write_notify (UllimServerNotifier     *self,
              UllimServerSubscription *sub,
              const char              *state,
              const UllimServerNotice *notice,
              guint64                 *key)
{
  g_autofree char *via = ullim_server_sender_via (self->sender, sub->flow->protocol, key);

  return ullim_server_dialog_notify (
      &sub->dialog, via, sub->flow->contact, state, sub->is_list ? "Require: eventlist\r\n" : "",
      notice->own_type ? notice->own_type : notice->type, notice->body);
}

static void
write_state (const UllimServerSubscription *sub,
             const UllimServerNotice       *notice,
             char                          *out,
             gsize                          size)
{
  const char *end = notice->end;

  if (!end && sub->is_ending && !notice->has_more)
    end = "timeout";
  if (end)
    g_snprintf (out, size, "terminated;reason=%s", end);
  else
    g_snprintf (out, size, "%s;expires=%u", notice->is_pending ? "pending" : "active",
                ullim_server_subscription_seconds_left ((UllimServerSubscription *) sub));
}

/* One more NOTIFY of @sub, with what its package tells. */
static void
tell (UllimServerNotifier *self, UllimServerSubscription *sub)
{
  UllimServerNotice notice = {0};
  char              state[64];
  GString          *text;
  guint64           key;

  sub->turn = ULLIM_SERVER_TURN_SENDING;
  sub->is_changed = FALSE;
  if (sub->package->tell && !sub->is_bare)
    sub->package->tell (sub, &notice, sub->package_data);
  sub->has_more = notice.has_more;
  sub->is_over = notice.end || (sub->is_ending && !notice.has_more);
  write_state (sub, &notice, state, sizeof state);
  text = write_notify (self, sub, state, &notice, &key);
  g_free (notice.own_type);
  g_clear_pointer (&notice.body, g_bytes_unref);
  if (sub->is_over)
    rest (self, sub);
  send_notify (self, sub->flow, sub->is_over ? NULL : sub, key, text);
}

static gboolean
has_room (const UllimServerFlow *flow)
{
  guint most = flow->tport ? ULLIM_SERVER_NOTIFY_WINDOW : ULLIM_SERVER_NOTIFY_WINDOW_UDP;

  return flow->in_flight == 0 ||
         (flow->in_flight < most && flow->bytes_in_flight < ULLIM_SERVER_NOTIFY_WINDOW_BYTES);
}

/* Sends what there is room for; not from within itself. */
static void
pump (UllimServerFlow *flow)
{
  if (flow->pumping)
    return;
  flow->pumping = TRUE;
  flow_ref (flow);
  while (flow->ready.length > 0 && has_room (flow)) {
    UllimServerSubscription *sub = g_queue_peek_head (&flow->ready);

    leave_queue (flow->notifier, sub);
    tell (flow->notifier, sub);
  }
  flow->pumping = FALSE;
  flow_unref (flow);
}

void
ullim_server_notifier_end (UllimServerNotifier     *self,
                           UllimServerSubscription *sub,
                           const char              *reason)
{
  g_autofree char  *state = g_strconcat ("terminated;reason=", reason, NULL);
  UllimServerNotice nothing = {0};
  GString          *text;
  guint64           key;

  leave_queue (self, sub);
  text = write_notify (self, sub, state, &nothing, &key);
  send_notify (self, sub->flow, NULL, key, text);
}

gboolean
ullim_server_notifier_take (UllimServerNotifier *self, const sip_t *sip)
{
  return ullim_server_sender_take (self->sender, sip);
}

/* ---- life ---- */

void
ullim_server_notifier_set_flow (UllimServerNotifier     *self,
                                UllimServerSubscription *sub,
                                UllimServerRequest      *request)
{
  gboolean was_ready = sub->turn == ULLIM_SERVER_TURN_READY;

  if (sub->flow && ullim_server_notifier_is_flow (sub, request))
    return;
  if (was_ready)
    leave_queue (self, sub);
  if (sub->flow)
    flow_unref (sub->flow);
  sub->flow = ensure_flow (self, request);
  if (was_ready)
    make_ready (sub);
}

void
ullim_server_notifier_remove (UllimServerNotifier *self, UllimServerSubscription *sub)
{
  leave_queue (self, sub);
  if (sub->sending)
    sub->sending->sub = NULL;
  sub->sending = NULL;
  g_clear_pointer (&sub->flow, flow_unref);
}

UllimServerNotifier *
ullim_server_notifier_new (su_root_t                         *root,
                           nta_agent_t                       *nta,
                           const UllimServerNotifierHandlers *handlers,
                           gpointer                           data)
{
  UllimServerNotifier *self = g_new0 (UllimServerNotifier, 1);

  self->nta = nta;
  self->sender = ullim_server_sender_new (root, nta);
  self->handlers = handlers;
  self->data = data;
  self->flows = g_hash_table_new (g_str_hash, g_str_equal);
  self->notifies = g_hash_table_new (NULL, NULL);
  self->timer = su_timer_create (su_root_task (root), ULLIM_SERVER_NOTIFY_PAUSE_MS);
  g_queue_init (&self->resting);
  return self;
}

void
ullim_server_notifier_free (UllimServerNotifier *self)
{
  g_autoptr (GList) notifies = NULL;

  if (!self)
    return;
  ullim_server_sender_free (self->sender);
  notifies = g_hash_table_get_keys (self->notifies);
  for (GList *l = notifies; l; l = l->next)
    notify_free (l->data);
  su_timer_destroy (self->timer);
  g_hash_table_unref (self->notifies);
  g_hash_table_unref (self->flows);
  g_free (self);
}
