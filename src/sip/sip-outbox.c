/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outgoing MESSAGE: queue, window, destination, credentials. Behind a server each request goes
 * where the line's route says; without one the destination is looked up for each message and its
 * next hops are tried in turn (RFC 3263 section 4.3).
 */
#define G_LOG_DOMAIN "sip-outbox"

#include "sip-outbox-private.h"

#include <sofia-sip/sip_util.h>
#include <string.h>

#include "sip-auth-private.h"
#include "sip-handle-private.h"
#include "sip-message.h"
#include "sip-probe-private.h"
#include "uri.h"

/** What a UDP message may be without risking fragments (RFC 3261 section 18.1.1), less the headers
 *  that ours have. */
#define SMALL_BODY_BYTES 600

struct _UllimSipOutbox {
  UllimSipLine      *line;    /* owned; NULL when there is none */
  GQueue             waiting; /* of Message, owned */
  GQueue             active;  /* of Message, owned */
  char              *user;
  char              *password;
  UllimSipAuthCache *auth; /* owned */
  gboolean           is_pumping;
  guint              left_behind_id;
};

typedef struct {
  UllimSipOutbox *outbox; /* weak */
  GTask          *task;   /* owned */
  char           *to;
  char           *aor;
  char           *call_id;
  char           *content_type;
  gint64          date_us;
  GBytes         *body;
  UllimSipHandle *handle; /* owned */
  GCancellable   *lookup; /* owned: of the look-up and the probe, ours to cancel */
  GPtrArray      *hops;   /* owned; without a server */
  guint           hop;
  GSource        *cancelled; /* owned */
} Message;

static void start_waiting (UllimSipOutbox *self);

static void
message_free (Message *message)
{
  if (message->lookup)
    g_cancellable_cancel (message->lookup);
  if (message->cancelled)
    g_source_destroy (message->cancelled);
  g_clear_pointer (&message->cancelled, g_source_unref);
  g_clear_object (&message->lookup);
  g_clear_pointer (&message->handle, ullim_sip_handle_free);
  g_clear_pointer (&message->hops, g_ptr_array_unref);
  g_clear_pointer (&message->body, g_bytes_unref);
  g_object_unref (message->task);
  g_free (message->to);
  g_free (message->aor);
  g_free (message->call_id);
  g_free (message->content_type);
  g_free (message);
}

/* Takes the message out of the box; the caller answers its task. */
static GTask *
message_end (Message *message)
{
  UllimSipOutbox *self = message->outbox;
  GTask          *task = g_object_ref (message->task);

  g_queue_remove (&self->active, message);
  g_queue_remove (&self->waiting, message);
  message_free (message);
  start_waiting (self);
  return task;
}

static void
message_succeed (Message *message, int status)
{
  g_autoptr (GTask) task = message_end (message);

  g_task_return_int (task, status);
}

/* Takes @error. */
static void
message_fail (Message *message, GError *error)
{
  g_autoptr (GTask) task = message_end (message);

  g_task_return_error (task, error);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Message *message = data;

  message_fail (message,
                g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the message was taken back"));
  return G_SOURCE_REMOVE;
}

/* ---- Without a server ---- */

static void try_hop (Message *message);

static void
on_reason (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean           is_open = ullim_sip_probe_finish (result, &error);
  Message           *message = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (is_open)
    error = g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST, "connection lost");
  message_fail (message, g_steal_pointer (&error));
}

/* Sofia only said that the transport failed: find out why. */
static void
hop_failed (Message *message)
{
  UllimSipHop *hop = message->hops->pdata[message->hop];

  g_clear_pointer (&message->handle, ullim_sip_handle_free);
  if (++message->hop < message->hops->len) {
    try_hop (message);
  } else if (hop->transport == ULLIM_SIP_UDP) {
    message_fail (message,
                  g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_REFUSED, "the port is closed"));
  } else {
    ullim_sip_probe_async (hop, message->lookup, on_reason, message);
  }
}

/* ---- Answers ---- */

static gboolean
is_challenge (const sip_t *sip)
{
  int status = sip && sip->sip_status ? sip->sip_status->st_status : 0;

  return status == 401 || status == 407;
}

/* A status that no peer sent. */
static void
on_no_answer (Message *message, int status, const char *phrase)
{
  if (status == 408)
    message_fail (message, g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_TIMEOUT, "no answer"));
  else if (message->hops)
    hop_failed (message);
  else
    message_fail (message, g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST,
                                        "connection lost: %s", phrase));
}

static void
on_message_event (UllimSipHandle *handle,
                  nua_event_t     event,
                  int             status,
                  const char     *phrase,
                  const sip_t    *sip,
                  gpointer        owner)
{
  Message           *message = owner;
  UllimSipOutbox    *self = message->outbox;
  g_autoptr (GError) error = NULL;

  if (event != nua_r_message)
    return;
  if (is_challenge (sip) && self->auth)
    ullim_sip_auth_cache_learn (self->auth, sip);
  if (status < 200)
    return;
  if (status < 300) {
    message_succeed (message, status);
    return;
  }
  if (!sip || !sip->sip_status) {
    on_no_answer (message, status, phrase);
    return;
  }
  if (status == 401 || status == 407) {
    if (ullim_sip_handle_authenticate (handle, sip, self->user, self->password, &error))
      return;
    ullim_sip_auth_cache_forget (self->auth);
  } else {
    error = ullim_sip_error_from_status (status, phrase, FALSE);
  }
  message_fail (message, g_steal_pointer (&error));
}

/* ---- Requests ---- */

static void
send_request (Message *message, const char *route)
{
  UllimSipOutbox  *self = message->outbox;
  nua_t           *nua = ullim_sip_line_get_nua (self->line);
  g_autofree char *to = g_strdup_printf ("<%s>", message->aor);
  g_autofree char *proxy_auth =
      ullim_sip_auth_cache_answer (self->auth, TRUE, "MESSAGE", message->to);
  g_autofree char *server_auth =
      ullim_sip_auth_cache_answer (self->auth, FALSE, "MESSAGE", message->to);
  su_home_t      home[1] = {SU_HOME_INIT (home)};
  gsize          size;
  gconstpointer  bytes = g_bytes_get_data (message->body, &size);
  sip_payload_t *payload = sip_payload_create (home, bytes, size);
  sip_date_t    *date =
      sip_date_create (home, message->date_us / G_USEC_PER_SEC + ULLIM_SIP_NTP_EPOCH_S);
  nua_handle_t *nh =
      nua_handle (nua, NULL, SIPTAG_FROM_STR (ullim_sip_line_get_identity (self->line)),
                  SIPTAG_TO_STR (to), TAG_END ());

  message->handle = ullim_sip_handle_new (self->line, nh, on_message_event, message);
  /* nua takes settings from the operation only, not from nua_handle(). */
  nua_message (nh, NUTAG_URL (message->to), NUTAG_PROXY (route),
               /* It would add a Contact, which RFC 3428 section 4 forbids. */
               NUTAG_ENABLEMESSENGER (0), SIPTAG_CALL_ID_STR (message->call_id),
               SIPTAG_CONTENT_TYPE_STR (message->content_type), SIPTAG_PAYLOAD (payload),
               SIPTAG_DATE (date), TAG_IF (proxy_auth, SIPTAG_PROXY_AUTHORIZATION_STR (proxy_auth)),
               TAG_IF (server_auth, SIPTAG_AUTHORIZATION_STR (server_auth)), TAG_END ());
  su_home_deinit (home);
}

static void
try_hop (Message *message)
{
  g_autofree char *route = ullim_sip_route_to (message->hops->pdata[message->hop]);

  send_request (message, route);
}

/*
 * RFC 3261 section 18.1.1: a long request goes by TCP, a short one by UDP unless its URI says
 * otherwise. There is no TLS without a server whose certificate could be judged.
 */
static void
order_hops (Message *message, GPtrArray *found)
{
  gsize             size = g_bytes_get_size (message->body);
  gboolean          is_small = size <= SMALL_BODY_BYTES;
  UllimSipTransport order[] = {is_small ? ULLIM_SIP_UDP : ULLIM_SIP_TCP,
                               is_small ? ULLIM_SIP_TCP : ULLIM_SIP_UDP};

  message->hops = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sip_hop_free);
  for (guint pass = 0; pass < G_N_ELEMENTS (order); pass++) {
    if (order[pass] == ULLIM_SIP_UDP && size > ULLIM_SIP_MAX_UDP_BODY_BYTES)
      continue;
    for (guint i = 0; i < found->len; i++) {
      UllimSipHop *hop = found->pdata[i];

      if (hop && hop->transport == order[pass]) {
        g_ptr_array_add (message->hops, hop);
        found->pdata[i] = NULL;
      }
    }
  }
}

static void
on_resolved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError)    error = NULL;
  g_autoptr (GPtrArray) found = ullim_sip_resolve_finish (result, &error);
  Message              *message = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!found) {
    message_fail (message, g_steal_pointer (&error));
    return;
  }
  if (!message->outbox->line) {
    message_fail (message,
                  g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST, "not online"));
    return;
  }
  order_hops (message, found);
  if (message->hops->len > 0)
    try_hop (message);
  else if (g_bytes_get_size (message->body) > ULLIM_SIP_MAX_UDP_BODY_BYTES)
    message_fail (message,
                  g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_TOO_LARGE, "too long for UDP"));
  else
    message_fail (message,
                  g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_TLS, "no TLS without a server"));
}

static void
message_start (Message *message)
{
  const char *route = ullim_sip_line_get_route (message->outbox->line);

  if (route)
    send_request (message, route);
  else
    ullim_sip_resolve_async (message->to, message->lookup, on_resolved, message);
}

static void
start_waiting (UllimSipOutbox *self)
{
  if (self->is_pumping)
    return;
  self->is_pumping = TRUE;
  while (self->line && self->active.length < ULLIM_SIP_WINDOW && self->waiting.length > 0) {
    Message *message = g_queue_pop_head (&self->waiting);

    g_queue_push_tail (&self->active, message);
    message_start (message);
  }
  self->is_pumping = FALSE;
}

/* ---- The box ---- */

UllimSipOutbox *
ullim_sip_outbox_new (void)
{
  return g_new0 (UllimSipOutbox, 1);
}

void
ullim_sip_outbox_set_account (UllimSipOutbox *self, const UllimSipConfig *config)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse (config->address, NULL);

  g_free (self->user);
  g_free (self->password);
  g_clear_pointer (&self->auth, ullim_sip_auth_cache_free);
  self->user = g_strdup (config->auth_user ? config->auth_user : uri ? uri->user : NULL);
  self->password = g_strdup (config->password);
  self->auth = ullim_sip_auth_cache_new (self->user, self->password);
}

static gboolean
is_left_behind (const Message *message)
{
  return message->handle && ullim_sip_handle_get_line (message->handle) != message->outbox->line;
}

static gboolean
on_left_behind (gpointer data)
{
  UllimSipOutbox *self = data;
  GQueue          left = G_QUEUE_INIT;

  self->left_behind_id = 0;
  /* Taken out first: whoever hears of the end of one may change the box. */
  for (GList *link = self->active.head, *next; link; link = next) {
    next = link->next;
    if (is_left_behind (link->data)) {
      g_queue_unlink (&self->active, link);
      g_queue_push_tail_link (&left, link);
    }
  }
  for (Message *message; (message = g_queue_pop_head (&left));)
    message_fail (message, g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST,
                                        "no answer before the line was replaced"));
  return G_SOURCE_REMOVE;
}

void
ullim_sip_outbox_set_line (UllimSipOutbox *self, UllimSipLine *line)
{
  UllimSipLine *old = self->line;

  g_clear_handle_id (&self->left_behind_id, g_source_remove);
  self->line = line ? ullim_sip_line_ref (line) : NULL;
  if (old)
    ullim_sip_line_unref (old);
  if (line && self->active.length > 0)
    self->left_behind_id = g_timeout_add (ULLIM_SIP_LEFT_BEHIND_MS, on_left_behind, self);
  start_waiting (self);
}

void
ullim_sip_outbox_fail (UllimSipOutbox *self, const GError *error)
{
  GQueue all = G_QUEUE_INIT;

  while (self->active.length > 0)
    g_queue_push_tail (&all, g_queue_pop_head (&self->active));
  while (self->waiting.length > 0)
    g_queue_push_tail (&all, g_queue_pop_head (&self->waiting));
  for (Message *message; (message = g_queue_pop_head (&all));)
    message_fail (message, g_error_copy (error));
}

void
ullim_sip_outbox_free (UllimSipOutbox *self)
{
  g_autoptr (GError) error =
      g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST, "stopped");

  ullim_sip_outbox_set_line (self, NULL);
  ullim_sip_outbox_fail (self, error);
  g_free (self->user);
  g_free (self->password);
  g_clear_pointer (&self->auth, ullim_sip_auth_cache_free);
  g_free (self);
}

void
ullim_sip_outbox_send (UllimSipOutbox *self,
                       GTask          *task,
                       const char     *to,
                       const char     *call_id,
                       gint64          date_us,
                       const char     *content_type,
                       GBytes         *body)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse (to, NULL);
  Message             *message;
  GCancellable        *cancellable = g_task_get_cancellable (task);

  if (!uri || g_bytes_get_size (body) > ULLIM_SIP_MAX_BODY_BYTES) {
    g_task_return_new_error (task, ULLIM_SIP_ERROR,
                             uri ? ULLIM_SIP_ERROR_TOO_LARGE : ULLIM_SIP_ERROR_ADDRESS,
                             uri ? "longer than the other side takes" : "not an address");
    g_object_unref (task);
    return;
  }
  message = g_new0 (Message, 1);
  message->outbox = self;
  message->task = task;
  g_clear_pointer (&uri->headers, g_free);
  message->to = ullim_uri_to_string (uri);
  message->aor = ullim_uri_to_aor (uri);
  message->call_id = g_strdup (call_id);
  message->content_type = g_strdup (content_type);
  message->date_us = date_us;
  message->body = g_bytes_ref (body);
  message->lookup = g_cancellable_new ();
  if (cancellable) {
    message->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (message->cancelled, G_SOURCE_FUNC (on_cancelled), message, NULL);
    g_source_attach (message->cancelled, g_main_context_get_thread_default ());
  }
  g_queue_push_tail (&self->waiting, message);
  start_waiting (self);
}
