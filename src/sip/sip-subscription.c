/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The subscriber of RFC 6665 section 4.1. The dialog is nua's, the subscription is ours: when to
 * refresh, what follows from an answer or from the end, and when to ask again. A line that is
 * replaced takes its dialogs with it.
 */
#define G_LOG_DOMAIN "sip-subscription"

#include "sip-subscription.h"

#include <string.h>

#include "sip-agent-private.h"
#include "sip-notify-private.h"
#include "sip-retry-private.h"
#include "uri.h"

/** RFC 6665 section 4.1.2.4, timer N: without a NOTIFY for so long there is no subscription. */
#define NOTIFY_TIMEOUT_MS (32 * 1000)
/** Shorter lives are not believed, longer ones refreshed earlier, s. */
#define MIN_EXPIRES_S 10
#define MAX_EXPIRES_S (24 * 3600)
/** Share of its life after which a subscription is refreshed: at random, so that ten thousand that
 *  were begun together drift apart. */
#define REFRESH_FROM 0.6
#define REFRESH_TO 0.85
/** One that ended sooner has failed: it climbs the ladder. */
#define SHORT_LIFE_US (30 * G_USEC_PER_SEC)
/** Pause before one that ended in order is begun anew, at most. */
#define ANEW_MAX_MS 1000

struct _UllimSipSubscription {
  GObject parent_instance;

  UllimSipClient client;
  char          *resource;
  char          *target; /* request URI: the resource without what has no place there */
  GRefString    *event;
  GRefString    *accept;
  GRefString    *require;
  GRefString    *content_type;
  GRefString    *disposition;
  gboolean       eventlist;
  GBytes        *body; /* owned, nullable */
  guint          expires_s;

  UllimSipSubscriptionState state;
  UllimSipSubscriptionState told_state; /* by the last signal */
  int                       status;
  guint                     n_failures;
  gboolean                  is_told_to_wait; /* by Retry-After: a new line changes nothing */

  UllimSipHandle *handle; /* owned, nullable */
  GCancellable   *lookup; /* owned; without a server */
  GPtrArray      *hops;   /* owned; the same */
  guint           hop;
  char           *route;
  char           *contact;
  gboolean        is_established; /* the other side has the dialog too */
  gboolean        is_notified;
  gboolean        is_list; /* the other side said so */
  gboolean        has_new_body;
  gint64          begun_us;
  gint64          refresh_us; /* monotonic; 0: none */
  gint64          notify_by_us;
};

enum {
  NOTIFIED,
  STATE_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimSipSubscription, ullim_sip_subscription, G_TYPE_OBJECT)

static void send_first (UllimSipSubscription *self);

/* The caller holds a reference, and looks again at all there is afterwards. */
static void
set_state (UllimSipSubscription *self, UllimSipSubscriptionState state, int status)
{
  gboolean is_told = self->told_state == state && self->status == status;

  self->state = self->told_state = state;
  self->status = status;
  if (!is_told)
    g_signal_emit (self, signals[STATE_CHANGED], 0);
}

static gboolean
is_over (UllimSipSubscription *self)
{
  return self->state == ULLIM_SIP_SUBSCRIPTION_ENDED;
}

/* ---- The dialog and its end ---- */

static UllimSipRequest
make_request (UllimSipSubscription *self)
{
  return (UllimSipRequest){
      .method = "SUBSCRIBE",
      .target = self->target,
      .route = self->route,
      .contact = self->contact,
      .event = self->event,
      .accept = self->accept,
      .supported = self->eventlist ? "eventlist" : NULL,
      .require = self->require,
      .content_type = self->content_type,
      .disposition = self->disposition,
      .body = self->body,
      .expires_s = self->expires_s,
      .is_in_dialog = self->is_established,
      .makes_dialog = TRUE,
  };
}

/* What the other side still has of it gets 481. */
static void
drop_dialog (UllimSipSubscription *self)
{
  if (self->lookup)
    g_cancellable_cancel (self->lookup);
  g_clear_object (&self->lookup);
  g_clear_pointer (&self->handle, ullim_sip_handle_free);
  g_clear_pointer (&self->hops, g_ptr_array_unref);
  self->is_established = self->is_notified = self->has_new_body = self->is_list = FALSE;
  self->refresh_us = self->notify_by_us = 0;
  ullim_sip_client_unset_alarm (&self->client);
  ullim_sip_client_end_turn (&self->client);
}

/* Takes leave of the other side where it has the dialog. */
static void
leave_dialog (UllimSipSubscription *self)
{
  UllimSipRequest request = make_request (self);

  if (self->handle && self->is_established && self->client.desk && !self->client.has_turn)
    ullim_sip_desk_unsubscribe (self->client.desk, g_steal_pointer (&self->handle), &request);
  drop_dialog (self);
}

static void
begin_after (UllimSipSubscription *self, guint64 delay_ms)
{
  drop_dialog (self);
  if (delay_ms > 0)
    ullim_sip_client_set_alarm (&self->client, delay_ms);
  else
    ullim_sip_client_want_turn (&self->client);
}

/* What lasted for a while starts at the foot of the ladder. */
static gboolean
has_lasted (UllimSipSubscription *self)
{
  return self->is_notified && g_get_monotonic_time () - self->begun_us >= SHORT_LIFE_US;
}

static void
retry (UllimSipSubscription *self, guint retry_after_s)
{
  if (has_lasted (self))
    self->n_failures = 0;
  self->is_told_to_wait = retry_after_s > 0;
  begin_after (
      self, ullim_sip_retry_event_delay_ms (++self->n_failures, retry_after_s, g_random_double ()));
  set_state (self, ULLIM_SIP_SUBSCRIPTION_WAITING, 0);
}

/* It ended in order, and may be had again at once, unless it does so again and again. */
static void
begin_anew (UllimSipSubscription *self)
{
  if (!has_lasted (self) && self->n_failures > 0) {
    retry (self, 0);
    return;
  }
  self->n_failures = 1;
  begin_after (self, g_random_int_range (1, ANEW_MAX_MS));
  set_state (self, ULLIM_SIP_SUBSCRIPTION_WAITING, 0);
}

static void
refuse (UllimSipSubscription *self, int status)
{
  g_debug ("%s of %s: refused with %d", self->event, self->resource, status);
  begin_after (self, ULLIM_SIP_REFUSED_S * (guint64) 1000);
  set_state (self, ULLIM_SIP_SUBSCRIPTION_REFUSED, status);
}

/* ---- Time ---- */

static void
set_alarm (UllimSipSubscription *self)
{
  gint64 due = self->refresh_us;
  gint64 now = g_get_monotonic_time ();

  if (self->notify_by_us && (!due || self->notify_by_us < due))
    due = self->notify_by_us;
  if (due)
    ullim_sip_client_set_alarm (&self->client, due > now ? (due - now) / 1000 + 1 : 0);
  else
    ullim_sip_client_unset_alarm (&self->client);
}

static void
set_refresh (UllimSipSubscription *self, guint expires_s)
{
  double share = REFRESH_FROM + (REFRESH_TO - REFRESH_FROM) * g_random_double ();

  expires_s = CLAMP (expires_s, MIN_EXPIRES_S, MAX_EXPIRES_S);
  self->refresh_us = g_get_monotonic_time () + (gint64) (expires_s * share * G_USEC_PER_SEC);
  set_alarm (self);
}

static void
on_alarm (gpointer owner)
{
  g_autoptr (UllimSipSubscription) self = g_object_ref (owner);
  gint64                           now = g_get_monotonic_time ();

  if (self->notify_by_us && self->notify_by_us <= now) {
    g_debug ("%s of %s: no NOTIFY", self->event, self->resource);
    leave_dialog (self);
    retry (self, 0);
    return;
  }
  if (self->handle && self->refresh_us > now) {
    set_alarm (self);
    return;
  }
  self->refresh_us = 0;
  ullim_sip_client_want_turn (&self->client);
}

/* ---- Answers ---- */

static void
note_list (UllimSipSubscription *self, const sip_t *sip)
{
  if (sip_has_feature (sip->sip_require, "eventlist"))
    self->is_list = TRUE;
}

static void
on_accepted (UllimSipSubscription *self, const sip_t *sip)
{
  guint expires_s = sip->sip_expires ? sip->sip_expires->ex_delta : self->expires_s;

  self->is_established = TRUE;
  note_list (self, sip);
  if (expires_s == 0) {
    retry (self, 0);
    return;
  }
  if (!self->is_notified)
    self->notify_by_us = g_get_monotonic_time () + NOTIFY_TIMEOUT_MS * 1000;
  set_refresh (self, MIN (expires_s, self->expires_s));
  ullim_sip_client_end_turn (&self->client);
  if (self->has_new_body)
    ullim_sip_client_want_turn (&self->client);
  if (self->state == ULLIM_SIP_SUBSCRIPTION_ASKING)
    set_state (self, ULLIM_SIP_SUBSCRIPTION_PENDING, 0);
}

/* Without a server the next address of the same person may answer. */
static gboolean
try_next_hop (UllimSipSubscription *self)
{
  if (self->is_established || !self->hops || self->hop + 1 >= self->hops->len)
    return FALSE;
  self->hop++;
  g_clear_pointer (&self->handle, ullim_sip_handle_free);
  send_first (self);
  return TRUE;
}

static void
on_failed (UllimSipSubscription *self, int status, const sip_t *sip)
{
  guint retry_after_s = sip && sip->sip_retry_after ? sip->sip_retry_after->af_delta : 0;

  if (!sip) {
    if (status != 408 && try_next_hop (self))
      return;
    if (!self->hops)
      ullim_sip_desk_doubt (self->client.desk);
    retry (self, 0);
  } else if (status == 481 && self->is_established) {
    begin_anew (self);
  } else if (ullim_sip_is_refusal (status) && retry_after_s == 0) {
    refuse (self, status);
  } else {
    retry (self, retry_after_s);
  }
}

/* ---- NOTIFY ---- */

static void
on_terminated (UllimSipSubscription *self, const UllimSipNotify *notify)
{
  switch (notify->reason) {
  case ULLIM_SIP_NOTIFY_ANEW:
    begin_anew (self);
    break;
  case ULLIM_SIP_NOTIFY_REJECTED:
    refuse (self, 403);
    break;
  case ULLIM_SIP_NOTIFY_NO_RESOURCE:
    refuse (self, 404);
    break;
  case ULLIM_SIP_NOTIFY_INVARIANT:
    drop_dialog (self);
    set_state (self, ULLIM_SIP_SUBSCRIPTION_ACTIVE, 0);
    break;
  case ULLIM_SIP_NOTIFY_LATER:
    retry (self, notify->retry_after_s);
    break;
  }
}

static UllimSipSubscriptionState
state_of (const UllimSipNotify *notify)
{
  return notify->state == ULLIM_SIP_NOTIFY_PENDING ? ULLIM_SIP_SUBSCRIPTION_PENDING
                                                   : ULLIM_SIP_SUBSCRIPTION_ACTIVE;
}

static void
on_alive (UllimSipSubscription *self, const UllimSipNotify *notify)
{
  gint64 end_us = g_get_monotonic_time () + notify->expires_s * G_USEC_PER_SEC;

  self->is_notified = TRUE;
  self->notify_by_us = 0;
  /* The notifier may shorten it at any time (RFC 6665 section 4.1.2.2). */
  if (notify->expires_s && !self->client.has_turn &&
      (!self->refresh_us || self->refresh_us > end_us))
    set_refresh (self, notify->expires_s);
  else
    set_alarm (self);
  set_state (self, state_of (notify), 0);
}

static void
answer_notify (UllimSipHandle *handle, int status)
{
  nua_t *nua = ullim_sip_line_get_nua (ullim_sip_handle_get_line (handle));

  nua_respond (ullim_sip_handle_get_nua (handle), status, sip_status_phrase (status),
               NUTAG_WITH_THIS (nua), TAG_END ());
}

static void
on_notify (UllimSipSubscription *self, int status, const sip_t *sip)
{
  UllimSipHandle *handle = self->handle;
  gboolean        is_ours = sip->sip_event && g_strcmp0 (sip->sip_event->o_type, self->event) == 0;
  UllimSipNotify  notify;
  int             verdict = ullim_sip_notify_read (&notify, sip);

  /* Sofia answers all but the first one by itself. */
  if (status < 200)
    answer_notify (handle, is_ours ? verdict : 489);
  if (is_ours) {
    self->is_established = TRUE;
    note_list (self, sip);
    /* What no body means depends on it. */
    if (notify.state != ULLIM_SIP_NOTIFY_TERMINATED)
      self->state = state_of (&notify);
    /* The end without a body says nothing about them. */
    if (verdict == 200 && (notify.body || notify.state != ULLIM_SIP_NOTIFY_TERMINATED))
      g_signal_emit (self, signals[NOTIFIED], 0, notify.content_type, notify.body);
    else if (verdict != 200)
      g_debug ("%s of %s: a body refused with %d", self->event, self->resource, verdict);
  }
  /* Whoever heard it may have ended or renewed this. */
  if (is_ours && self->handle == handle) {
    if (notify.state == ULLIM_SIP_NOTIFY_TERMINATED)
      on_terminated (self, &notify);
    else
      on_alive (self, &notify);
  }
  ullim_sip_notify_clear (&notify);
}

static void
on_event (UllimSipHandle *handle,
          nua_event_t     event,
          int             status,
          const char     *phrase,
          const sip_t    *sip,
          gpointer        owner)
{
  g_autoptr (UllimSipSubscription) self = g_object_ref (owner);

  if (event == nua_i_notify && sip) {
    on_notify (self, status, sip);
  } else if (event == nua_r_method &&
             ullim_sip_desk_is_final (self->client.desk, handle, status, sip)) {
    if (status < 300 && sip)
      on_accepted (self, sip);
    else
      on_failed (self, status, sip);
  }
}

/* ---- Asking ---- */

static void
send_first (UllimSipSubscription *self)
{
  UllimSipDesk   *desk = self->client.desk;
  UllimSipLine   *line = ullim_sip_desk_get_line (desk);
  UllimSipHop    *hop = self->hops ? self->hops->pdata[self->hop] : NULL;
  UllimSipRequest request;

  g_clear_pointer (&self->route, g_free);
  g_clear_pointer (&self->contact, g_free);
  if (hop) {
    self->route = ullim_sip_route_to (hop);
    self->contact = ullim_sip_line_contact_towards (line, hop);
  }
  self->begun_us = g_get_monotonic_time ();
  self->has_new_body = FALSE;
  self->handle = ullim_sip_desk_open (desk, self->target, on_event, self);
  request = make_request (self);
  ullim_sip_desk_send (desk, self->handle, &request);
}

/* There is no TLS without a server whose certificate could be judged. */
static gboolean
take_hops (UllimSipSubscription *self, GPtrArray *found)
{
  self->hops = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sip_hop_free);
  self->hop = 0;
  for (guint i = 0; i < found->len; i++) {
    UllimSipHop *hop = found->pdata[i];

    if (hop->transport != ULLIM_SIP_TLS)
      g_ptr_array_add (self->hops, g_steal_pointer (&found->pdata[i]));
  }
  return self->hops->len > 0;
}

static void
on_resolved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimSipSubscription) self = data;
  g_autoptr (GError)               error = NULL;
  g_autoptr (GPtrArray)            found = ullim_sip_resolve_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!self->client.has_turn)
    return;
  g_clear_object (&self->lookup);
  if (found && take_hops (self, found))
    send_first (self);
  else
    retry (self, 0);
}

static void
on_turn (gpointer owner)
{
  g_autoptr (UllimSipSubscription) self = g_object_ref (owner);
  UllimSipLine                    *line = ullim_sip_desk_get_line (self->client.desk);
  UllimSipRequest                  request;

  self->is_told_to_wait = FALSE;
  if (self->handle) {
    self->has_new_body = FALSE;
    request = make_request (self);
    ullim_sip_desk_send (self->client.desk, self->handle, &request);
    return;
  }
  if (ullim_sip_line_get_route (line)) {
    send_first (self);
  } else {
    self->lookup = g_cancellable_new ();
    ullim_sip_resolve_async (self->target, self->lookup, on_resolved, g_object_ref (self));
  }
  set_state (self, ULLIM_SIP_SUBSCRIPTION_ASKING, 0);
}

static void
on_line_changed (gpointer owner)
{
  g_autoptr (UllimSipSubscription) self = g_object_ref (owner);

  /* Neither a refusal nor a pause that was asked for is overcome by another line. */
  if (self->state == ULLIM_SIP_SUBSCRIPTION_REFUSED || self->is_told_to_wait)
    return;
  self->n_failures = 0;
  drop_dialog (self);
  set_state (self, ULLIM_SIP_SUBSCRIPTION_WAITING, 0);
  ullim_sip_client_want_turn (&self->client);
}

static void
on_leave (gpointer owner)
{
  g_autoptr (UllimSipSubscription) self = g_object_ref (owner);

  if (self->state == ULLIM_SIP_SUBSCRIPTION_REFUSED || self->is_told_to_wait)
    return;
  leave_dialog (self);
  set_state (self, ULLIM_SIP_SUBSCRIPTION_WAITING, 0);
}

static void
on_gone (gpointer owner)
{
  g_autoptr (UllimSipSubscription) self = g_object_ref (owner);

  drop_dialog (self);
  set_state (self, ULLIM_SIP_SUBSCRIPTION_ENDED, 0);
}

static const UllimSipClientClass client_class = {
    .turn = on_turn,
    .line_changed = on_line_changed,
    .alarm = on_alarm,
    .leave = on_leave,
    .gone = on_gone,
};

/* ---- The object ---- */

static void
end (UllimSipSubscription *self)
{
  leave_dialog (self);
  ullim_sip_client_part (&self->client);
  self->state = ULLIM_SIP_SUBSCRIPTION_ENDED;
}

static void
ullim_sip_subscription_dispose (GObject *object)
{
  end (ULLIM_SIP_SUBSCRIPTION (object));
  G_OBJECT_CLASS (ullim_sip_subscription_parent_class)->dispose (object);
}

static void
ullim_sip_subscription_finalize (GObject *object)
{
  UllimSipSubscription *self = ULLIM_SIP_SUBSCRIPTION (object);

  g_free (self->resource);
  g_free (self->target);
  g_clear_pointer (&self->event, g_ref_string_release);
  g_clear_pointer (&self->accept, g_ref_string_release);
  g_clear_pointer (&self->require, g_ref_string_release);
  g_clear_pointer (&self->content_type, g_ref_string_release);
  g_clear_pointer (&self->disposition, g_ref_string_release);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->route);
  g_free (self->contact);
  G_OBJECT_CLASS (ullim_sip_subscription_parent_class)->finalize (object);
}

static void
ullim_sip_subscription_class_init (UllimSipSubscriptionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ullim_sip_subscription_dispose;
  object_class->finalize = ullim_sip_subscription_finalize;

  signals[NOTIFIED] = g_signal_new ("notified", ULLIM_TYPE_SIP_SUBSCRIPTION, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BYTES);
  signals[STATE_CHANGED] = g_signal_new ("state-changed", ULLIM_TYPE_SIP_SUBSCRIPTION,
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ullim_sip_subscription_init (UllimSipSubscription *self)
{
}

/* Ten thousand subscriptions say the same. */
static GRefString *
share (const char *text)
{
  return text ? g_ref_string_new_intern (text) : NULL;
}

static char *
request_uri (const char *resource)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse (resource, NULL);

  if (!uri)
    return NULL;
  g_clear_pointer (&uri->headers, g_free);
  return ullim_uri_to_string (uri);
}

UllimSipSubscription *
ullim_sip_subscription_new (UllimSipAgent *agent, const UllimSipSubscriptionSettings *settings)
{
  UllimSipSubscription *self = g_object_new (ULLIM_TYPE_SIP_SUBSCRIPTION, NULL);

  self->resource = g_strdup (settings->resource);
  self->target = request_uri (settings->resource);
  self->event = share (settings->event);
  self->accept = share (settings->accept);
  self->require = share (settings->require);
  self->content_type = share (settings->content_type);
  self->disposition = share (settings->disposition);
  self->eventlist = settings->eventlist;
  self->body = settings->body ? g_bytes_ref (settings->body) : NULL;
  self->expires_s = settings->expires_s;
  if (!self->target) {
    self->state = self->told_state = ULLIM_SIP_SUBSCRIPTION_REFUSED;
    self->status = 416;
    return self;
  }
  ullim_sip_client_join (&self->client, ullim_sip_agent_get_desk (agent), &client_class, self);
  ullim_sip_client_want_turn (&self->client);
  return self;
}

UllimSipSubscriptionState
ullim_sip_subscription_get_state (UllimSipSubscription *self)
{
  return self->state;
}

int
ullim_sip_subscription_get_status (UllimSipSubscription *self)
{
  return self->status;
}

gboolean
ullim_sip_subscription_is_list (UllimSipSubscription *self)
{
  return self->is_list;
}

void
ullim_sip_subscription_set_body (UllimSipSubscription *self, GBytes *body)
{
  GBytes *old = self->body;

  self->body = body ? g_bytes_ref (body) : NULL;
  g_clear_pointer (&old, g_bytes_unref);
  if (!self->handle)
    return; /* goes with the next request */
  self->has_new_body = TRUE;
  if (self->is_established)
    ullim_sip_client_want_turn (&self->client);
}

void
ullim_sip_subscription_renew (UllimSipSubscription *self)
{
  g_autoptr (UllimSipSubscription) owned = g_object_ref (self);

  if (is_over (self) || !self->client.desk)
    return;
  leave_dialog (self);
  self->n_failures = 0;
  self->is_told_to_wait = FALSE;
  set_state (self, ULLIM_SIP_SUBSCRIPTION_WAITING, 0);
  ullim_sip_client_want_turn (&self->client);
}

void
ullim_sip_subscription_end (UllimSipSubscription *self)
{
  if (!is_over (self))
    end (self);
}
