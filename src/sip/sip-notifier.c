/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The notifier of RFC 6665 section 4.2, upon nua's: nua answers refreshes, repeats the last NOTIFY
 * for them, and sends the last one when a subscription expires or is taken back.
 */
#define G_LOG_DOMAIN "sip-notifier"

#include "sip-notifier-private.h"

#include <sofia-sip/hostdomain.h>
#include <sofia-sip/msg_addr.h>
#include <string.h>

#include "sip-alarm-private.h"
#include "sip-handle-private.h"
#include "sip-message-private.h"
#include "uri.h"

/** How long the decision may take before it is answered 480. */
#define DECISION_MS (10 * 1000)
/** How long the answer to the last NOTIFY may take. */
#define LAST_ANSWER_MS (3 * 1000)
/** How long a stop waits for such answers. */
#define LEAVE_MS 1000
/** nua itself ends what expired; this much later it has done so. */
#define EXPIRY_MARGIN_S 2
/** Seconds after which somebody may try again who met a limit. */
#define LIMIT_RETRY_AFTER_S 300

struct _UllimSipNotifiers {
  guint           leave_id;
  GSourceFunc     left;
  gpointer        left_data;
  GHashTable     *all;    /* set of UllimSipNotifier, owned */
  GHashTable     *counts; /* address -> number */
  UllimSipAlarms *alarms; /* owned */
};

struct _UllimSipNotifier {
  GObject parent_instance;

  UllimSipNotifiers *table;  /* weak; NULL once it is out of it */
  UllimSipHandle    *handle; /* owned, nullable */
  nua_saved_event_t  saved[1];
  UllimSipAlarm      alarm;
  char              *from;
  char              *name;
  char              *event;
  char              *key;   /* in the counts */
  char              *route; /* nullable: where a NOTIFY goes if the Contact needs a look-up */
  guint              expires_s;
  gboolean           is_undecided;
  gboolean           is_pending;
  gboolean           has_ended;

  guint    n_notifying; /* NOTIFYs under way */
  gboolean has_news;    /* since then */
  char    *content_type;
  GBytes  *body; /* owned, nullable */
};

enum {
  ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimSipNotifier, ullim_sip_notifier, G_TYPE_OBJECT)

/* ---- Answers ---- */

static void
respond (UllimSipNotifier *self, int status, guint expires_s)
{
  UllimSipLine    *line = ullim_sip_handle_get_line (self->handle);
  const char      *contact = ullim_sip_line_get_contact (line);
  g_autofree char *expires = g_strdup_printf ("%u", expires_s);
  gboolean         is_taken = status < 300;

  nua_respond (ullim_sip_handle_get_nua (self->handle), status, sip_status_phrase (status),
               NUTAG_WITH_SAVED (self->saved), TAG_IF (is_taken, SIPTAG_EXPIRES_STR (expires)),
               TAG_IF (is_taken && contact, SIPTAG_CONTACT_STR (contact)), TAG_END ());
  nua_destroy_event (self->saved);
  self->is_undecided = FALSE;
}

void
ullim_sip_refuse (UllimSipLine *line,
                  nua_handle_t *nh,
                  int           status,
                  guint         retry_after_s,
                  guint         min_expires_s)
{
  g_autofree char *retry = g_strdup_printf ("%u", retry_after_s);
  g_autofree char *minimum = g_strdup_printf ("%u", min_expires_s);

  nua_respond (nh, status, sip_status_phrase (status),
               NUTAG_WITH_THIS (ullim_sip_line_get_nua (line)),
               TAG_IF (retry_after_s, SIPTAG_RETRY_AFTER_STR (retry)),
               TAG_IF (min_expires_s, SIPTAG_MIN_EXPIRES_STR (minimum)), TAG_END ());
  nua_handle_destroy (nh);
}

/* ---- The end ---- */

static void
uncount (UllimSipNotifier *self)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->table->counts, self->key));

  if (n > 1)
    g_hash_table_insert (self->table->counts, g_strdup (self->key), GUINT_TO_POINTER (n - 1));
  else
    g_hash_table_remove (self->table->counts, self->key);
}

static gboolean
on_left (gpointer data)
{
  UllimSipNotifiers *self = data;
  GSourceFunc        left = g_steal_pointer (&self->left);

  g_clear_handle_id (&self->leave_id, g_source_remove);
  if (left)
    g_idle_add (left, self->left_data);
  return G_SOURCE_REMOVE;
}

/* Out of the table, which may drop the last reference. */
static void
take_out (UllimSipNotifier *self)
{
  UllimSipNotifiers *table = g_steal_pointer (&self->table);

  ullim_sip_alarm_unset (&self->alarm);
  g_clear_pointer (&self->handle, ullim_sip_handle_free);
  if (table && g_hash_table_remove (table->all, self) && g_hash_table_size (table->all) == 0)
    on_left (table);
}

/* @waits: for the answer to the last NOTIFY */
static void
finish (UllimSipNotifier *self, gboolean waits)
{
  g_autoptr (UllimSipNotifier) owned = g_object_ref (self);

  if (!self->has_ended) {
    self->has_ended = TRUE;
    if (self->is_undecided)
      respond (self, 480, 0);
    if (self->table)
      uncount (self);
    if (waits)
      ullim_sip_alarm_set (self->table->alarms, &self->alarm, LAST_ANSWER_MS, self);
    g_signal_emit (self, signals[ENDED], 0);
  }
  if (!waits)
    take_out (self);
}

static void
on_alarm (gpointer data)
{
  UllimSipNotifier *self = data;

  if (self->is_undecided)
    g_debug ("nobody decided about %s", self->from);
  finish (self, FALSE);
}

/* ---- NOTIFY ---- */

static void
send_notify (UllimSipNotifier *self, const char *state)
{
  UllimSipLine  *line = ullim_sip_handle_get_line (self->handle);
  const char    *contact = ullim_sip_line_get_contact (line);
  su_home_t      home[1] = {SU_HOME_INIT (home)};
  gsize          size = 0;
  gconstpointer  bytes = self->body ? g_bytes_get_data (self->body, &size) : NULL;
  sip_payload_t *payload = bytes ? sip_payload_create (home, bytes, size) : NULL;

  self->n_notifying++;
  self->has_news = FALSE;
  nua_notify (ullim_sip_handle_get_nua (self->handle),
              TAG_IF (self->route, NUTAG_PROXY (self->route)),
              NUTAG_SUBSTATE (self->is_pending ? nua_substate_pending : nua_substate_active),
              TAG_IF (state, SIPTAG_SUBSCRIPTION_STATE_STR (state)),
              TAG_IF (contact, SIPTAG_CONTACT_STR (contact)),
              TAG_IF (payload, SIPTAG_CONTENT_TYPE_STR (self->content_type)),
              TAG_IF (payload, SIPTAG_PAYLOAD (payload)), TAG_END ());
  su_home_deinit (home);
}

static void
set_body (UllimSipNotifier *self, const char *content_type, GBytes *body)
{
  GBytes *old = self->body;

  self->body = body ? g_bytes_ref (body) : NULL;
  g_clear_pointer (&old, g_bytes_unref);
  g_free (self->content_type);
  self->content_type = g_strdup (content_type);
}

static void
set_expiry (UllimSipNotifier *self, guint expires_s)
{
  self->expires_s = MIN (expires_s, ULLIM_SIP_NOTIFIER_MAX_S);
  ullim_sip_alarm_set (self->table->alarms, &self->alarm,
                       (self->expires_s + EXPIRY_MARGIN_S) * (guint64) 1000, self);
}

static void
on_notify_answer (UllimSipNotifier *self, int status)
{
  /* nua sends some by itself. */
  if (self->n_notifying > 0)
    self->n_notifying--;
  if (status >= 300) {
    g_debug ("%s answered a NOTIFY with %d", self->from, status);
    finish (self, FALSE);
  } else if (self->n_notifying > 0) {
    return;
  } else if (self->has_ended) {
    take_out (self);
  } else if (self->has_news) {
    send_notify (self, NULL);
  }
}

/* A refresh or the end, which nua has answered. */
static void
on_subscribed_again (UllimSipNotifier *self, const sip_t *sip)
{
  guint expires_s = sip->sip_expires ? sip->sip_expires->ex_delta : ULLIM_SIP_NOTIFIER_MAX_S;

  if (self->has_ended || self->is_undecided)
    return;
  if (expires_s > 0)
    set_expiry (self, expires_s);
  else
    finish (self, TRUE);
}

static void
on_event (UllimSipHandle *handle,
          nua_event_t     event,
          int             status,
          const char     *phrase,
          const sip_t    *sip,
          gpointer        owner)
{
  g_autoptr (UllimSipNotifier) self = g_object_ref (owner);

  if (event == nua_i_subscribe && sip && status < 300)
    on_subscribed_again (self, sip);
  else if (event == nua_r_notify && status >= 200)
    on_notify_answer (self, status);
}

/* ---- New ones ---- */

/* Sofia must look up no names: where one stands in the way, a NOTIFY goes back to where the
 * SUBSCRIBE came from. */
static char *
route_back (UllimSipLine *line, const sip_t *sip)
{
  const url_t     *target = sip->sip_contact->m_url;
  msg_t           *msg = nua_current_request (ullim_sip_line_get_nua (line));
  su_sockaddr_t   *from = msg ? msg_addr (msg) : NULL;
  const char      *protocol = sip->sip_via ? sip->sip_via->v_protocol : "";
  char             ip[64] = "";
  g_autofree char *transport = NULL;

  if (ullim_sip_line_get_route (line) || !from)
    return NULL;
  if (!sip->sip_record_route && host_is_ip_address (target->url_host) &&
      !url_has_param (target, "maddr"))
    return NULL;
  su_inet_ntop (from->su_family, SU_ADDR (from), ip, sizeof ip);
  transport = g_ascii_strdown (strrchr (protocol, '/') ? strrchr (protocol, '/') + 1 : "udp", -1);
  return g_strdup_printf (strchr (ip, ':') ? "sip:[%s]:%u;transport=%s" : "sip:%s:%u;transport=%s",
                          ip, g_ntohs (from->su_port), transport);
}

static char *
make_key (const char *from)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse (from, NULL);

  return uri ? ullim_uri_to_aor (uri) : g_strdup (from);
}

/* RFC 3856 section 6.7: without an Accept it is taken for PIDF. */
static gboolean
takes_pidf (const sip_accept_t *accept)
{
  if (!accept)
    return TRUE;
  for (; accept; accept = accept->ac_next)
    if (accept->ac_type && (g_ascii_strcasecmp (accept->ac_type, "application/pidf+xml") == 0 ||
                            g_ascii_strcasecmp (accept->ac_type, "application/*") == 0 ||
                            strcmp (accept->ac_type, "*/*") == 0))
      return TRUE;
  return FALSE;
}

static guint
refusal (UllimSipNotifiers *self, const char *key, const sip_t *sip, guint expires_s)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, key));

  if (!takes_pidf (sip->sip_accept))
    return 406;
  if (expires_s > 0 && expires_s < ULLIM_SIP_NOTIFIER_MIN_S)
    return 423;
  if (n >= ULLIM_SIP_MAX_NOTIFIERS_EACH || g_hash_table_size (self->all) >= ULLIM_SIP_MAX_NOTIFIERS)
    return 503;
  return 0;
}

static UllimSipNotifier *
make_notifier (UllimSipNotifiers *self, UllimSipLine *line, nua_handle_t *nh, const sip_t *sip)
{
  UllimSipNotifier *notifier = g_object_new (ULLIM_TYPE_SIP_NOTIFIER, NULL);

  notifier->table = self;
  notifier->handle = ullim_sip_handle_new (line, nh, on_event, notifier);
  nua_save_event (ullim_sip_line_get_nua (line), notifier->saved);
  notifier->is_undecided = TRUE;
  notifier->event = g_strdup (sip->sip_event->o_type);
  notifier->name = ullim_sip_read_name (sip->sip_from->a_display);
  notifier->route = route_back (line, sip);
  return notifier;
}

UllimSipNotifier *
ullim_sip_notifiers_take (UllimSipNotifiers *self,
                          UllimSipLine      *line,
                          nua_handle_t      *nh,
                          const sip_t       *sip)
{
  g_autofree char *from = ullim_sip_read_uri (sip->sip_from->a_url);
  g_autofree char *key = from ? make_key (from) : NULL;
  guint expires_s = sip->sip_expires ? sip->sip_expires->ex_delta : ULLIM_SIP_NOTIFIER_MAX_S;
  guint status = from && sip->sip_contact ? refusal (self, key, sip, expires_s) : 400;
  UllimSipNotifier *notifier;
  guint             n;

  if (status) {
    ullim_sip_refuse (line, nh, status, status == 503 ? LIMIT_RETRY_AFTER_S : 0,
                      status == 423 ? ULLIM_SIP_NOTIFIER_MIN_S : 0);
    return NULL;
  }
  notifier = make_notifier (self, line, nh, sip);
  notifier->from = g_steal_pointer (&from);
  notifier->expires_s = MIN (expires_s, ULLIM_SIP_NOTIFIER_MAX_S);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, key));
  g_hash_table_insert (self->counts, g_strdup (key), GUINT_TO_POINTER (n + 1));
  notifier->key = g_steal_pointer (&key);
  g_hash_table_add (self->all, notifier);
  ullim_sip_alarm_set (self->alarms, &notifier->alarm, DECISION_MS, notifier);
  return notifier;
}

/* ---- The table ---- */

/* The last NOTIFY, with what was not told yet. */
static void
end_with_body (UllimSipNotifier *self, const char *reason)
{
  g_autofree char *state = g_strdup_printf ("terminated;reason=%s", reason);

  if (self->has_ended)
    return;
  if (self->is_undecided) {
    finish (self, FALSE);
    return;
  }
  if (!self->has_news)
    set_body (self, NULL, NULL);
  send_notify (self, state);
  finish (self, TRUE);
}

UllimSipNotifiers *
ullim_sip_notifiers_new (void)
{
  UllimSipNotifiers *self = g_new0 (UllimSipNotifiers, 1);

  self->all = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->alarms = ullim_sip_alarms_new (on_alarm);
  return self;
}

void
ullim_sip_notifiers_end (UllimSipNotifiers *self, const char *reason)
{
  guint                n;
  g_autofree gpointer *all = g_hash_table_get_keys_as_array (self->all, &n);

  /* Whoever hears of the end of one may end others. */
  for (guint i = 0; i < n; i++)
    g_object_ref (all[i]);
  for (guint i = 0; i < n; i++) {
    if (reason)
      end_with_body (all[i], reason);
    else
      finish (all[i], FALSE);
    g_object_unref (all[i]);
  }
}

void
ullim_sip_notifiers_leave (UllimSipNotifiers *self, GSourceFunc done, gpointer data)
{
  self->left = done;
  self->left_data = data;
  self->leave_id = g_timeout_add (LEAVE_MS, on_left, self);
  ullim_sip_notifiers_end (self, "giveup");
  if (g_hash_table_size (self->all) == 0)
    on_left (self);
}

void
ullim_sip_notifiers_free (UllimSipNotifiers *self)
{
  ullim_sip_notifiers_end (self, NULL);
  on_left (self);
  g_hash_table_unref (self->all);
  g_hash_table_unref (self->counts);
  ullim_sip_alarms_free (self->alarms);
  g_free (self);
}

/* ---- The object ---- */

static void
ullim_sip_notifier_finalize (GObject *object)
{
  UllimSipNotifier *self = ULLIM_SIP_NOTIFIER (object);

  g_free (self->from);
  g_free (self->name);
  g_free (self->event);
  g_free (self->key);
  g_free (self->route);
  g_free (self->content_type);
  g_clear_pointer (&self->body, g_bytes_unref);
  G_OBJECT_CLASS (ullim_sip_notifier_parent_class)->finalize (object);
}

static void
ullim_sip_notifier_class_init (UllimSipNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_sip_notifier_finalize;

  signals[ENDED] = g_signal_new ("ended", ULLIM_TYPE_SIP_NOTIFIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
ullim_sip_notifier_init (UllimSipNotifier *self)
{
}

const char *
ullim_sip_notifier_get_from (UllimSipNotifier *self)
{
  return self->from;
}

const char *
ullim_sip_notifier_get_name (UllimSipNotifier *self)
{
  return self->name;
}

const char *
ullim_sip_notifier_get_event (UllimSipNotifier *self)
{
  return self->event;
}

void
ullim_sip_notifier_accept (UllimSipNotifier *self,
                           gboolean          pending,
                           const char       *content_type,
                           GBytes           *body)
{
  if (!self->is_undecided)
    return;
  self->is_pending = pending;
  if (!pending)
    set_body (self, content_type, body);
  respond (self, pending ? 202 : 200, self->expires_s);
  send_notify (self, self->expires_s ? NULL : "terminated;reason=timeout");
  if (self->expires_s)
    set_expiry (self, self->expires_s);
  else
    finish (self, TRUE);
}

void
ullim_sip_notifier_reject (UllimSipNotifier *self, int status)
{
  g_return_if_fail (status >= 300 && status < 700);

  if (!self->is_undecided)
    return;
  respond (self, status, 0);
  finish (self, FALSE);
}

void
ullim_sip_notifier_notify (UllimSipNotifier *self, const char *content_type, GBytes *body)
{
  if (self->has_ended || self->is_undecided)
    return;
  set_body (self, content_type, body);
  self->is_pending = FALSE;
  self->has_news = TRUE;
  if (self->n_notifying == 0)
    send_notify (self, NULL);
}

void
ullim_sip_notifier_end (UllimSipNotifier *self, const char *reason)
{
  /* What was not told yet may not be for them any more. */
  set_body (self, NULL, NULL);
  end_with_body (self, reason);
}
