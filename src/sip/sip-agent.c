/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state machine of an account: look-up, then for each next hop a probe or a certificate check,
 * then a link that registers; when it serves, the one before it is given up. What fails climbs the
 * retry ladder, except where only the user can help.
 */
#define G_LOG_DOMAIN "sip-agent"

#include "sip-agent.h"

#include <glib/gstdio.h>
#include <string.h>

#include "sip-agent-private.h"
#include "sip-link-private.h"
#include "sip-notifier-private.h"
#include "sip-outbox-private.h"
#include "sip-probe-private.h"
#include "sip-retry-private.h"

enum {
  STATE_CHANGED,
  LISTENING,
  CERTIFICATE_REFUSED,
  MESSAGE_RECEIVED,
  SUBSCRIBE_RECEIVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

struct _UllimSipAgent {
  GObject parent_instance;

  UllimSipStack *stack;  /* owned */
  UllimSipConfig config; /* its members owned */
  UllimSipState  state;
  GError        *error;
  gint64         retry_time;
  guint          retry_id;
  guint          n_failures;
  gboolean       is_started;
  char         **listening;
  char          *server; /* owned, nullable: where the link that serves leads */
  gboolean       is_secure;

  UllimSipLink   *link;   /* owned; serves */
  UllimSipLink   *trial;  /* owned; registers */
  UllimSipOutbox *outbox; /* owned */
  UllimSipDesk   *desk;   /* owned */

  UllimSipNotifiers *notifiers; /* owned */

  GCancellable *attempt; /* owned; set while one runs */
  GPtrArray    *hops;    /* owned; of the attempt */
  guint         hop;
  GError       *hop_error; /* the most telling one so far */
  guint         retry_after_s;
};

G_DEFINE_FINAL_TYPE (UllimSipAgent, ullim_sip_agent, G_TYPE_OBJECT)

static void try_hop (UllimSipAgent *self);
static void judge_again (UllimSipAgent *self);
static void begin_attempt (UllimSipAgent *self);

static void
set_state (UllimSipAgent *self, UllimSipState state, const GError *error)
{
  g_autoptr (GError) old_error = g_steal_pointer (&self->error);

  self->error = error ? g_error_copy (error) : NULL;
  self->state = state;
  g_debug ("%s: state %d%s%s", self->config.address, state, error ? ": " : "",
           error ? error->message : "");
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

/* ---- Links come and go ---- */

static void
end_attempt (UllimSipAgent *self)
{
  if (self->attempt)
    g_cancellable_cancel (self->attempt);
  g_clear_object (&self->attempt);
  g_clear_pointer (&self->hops, g_ptr_array_unref);
  g_clear_error (&self->hop_error);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  self->retry_time = 0;
  self->retry_after_s = 0;
  if (self->trial)
    ullim_sip_link_retire (g_steal_pointer (&self->trial), TRUE, NULL, NULL);
}

static void
drop_link (UllimSipAgent *self, gboolean is_replaced, GSourceFunc done, gpointer data)
{
  g_autoptr (GError) lost =
      g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST, "the connection ended");
  UllimSipLink *link = g_steal_pointer (&self->link);

  ullim_sip_outbox_set_line (self->outbox, NULL);
  ullim_sip_outbox_fail (self->outbox, lost);
  ullim_sip_notifiers_end (self->notifiers, is_replaced ? "deactivated" : "giveup");
  ullim_sip_desk_set_line (self->desk, NULL);
  ullim_sip_link_retire (link, is_replaced, done, data);
}

static gboolean
is_for_the_user (const GError *error)
{
  switch (error->code) {
  case ULLIM_SIP_ERROR_CERTIFICATE_UNKNOWN:
  case ULLIM_SIP_ERROR_CERTIFICATE_CHANGED:
  case ULLIM_SIP_ERROR_CERTIFICATE_INVALID:
  case ULLIM_SIP_ERROR_PASSWORD_MISSING:
  case ULLIM_SIP_ERROR_PASSWORD:
  case ULLIM_SIP_ERROR_UNKNOWN_ACCOUNT:
  case ULLIM_SIP_ERROR_FORBIDDEN:
  case ULLIM_SIP_ERROR_ADDRESS:
    return TRUE;
  default:
    return FALSE;
  }
}

/* Of the failures of several hops, the one that came furthest. */
static guint
tells (const GError *error)
{
  switch (error->code) {
  case ULLIM_SIP_ERROR_UNREACHABLE:
    return 0;
  case ULLIM_SIP_ERROR_REFUSED:
    return 1;
  case ULLIM_SIP_ERROR_TIMEOUT:
    return 2;
  case ULLIM_SIP_ERROR_CONNECTION_LOST:
    return 3;
  default:
    return 4;
  }
}

/* Without any network, the layer that failed first is of no interest. */
static GError *
copy_or_offline (const GError *error)
{
  gboolean could_be = g_error_matches (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_NAME_NOT_FOUND) ||
                      g_error_matches (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_NAME_SERVER) ||
                      g_error_matches (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_UNREACHABLE) ||
                      g_error_matches (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_TIMEOUT);

  if (could_be && !g_network_monitor_get_network_available (g_network_monitor_get_default ()))
    return g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_OFFLINE, "no network: %s", error->message);
  return g_error_copy (error);
}

static gboolean
on_retry (gpointer data)
{
  UllimSipAgent *self = data;

  self->retry_id = 0;
  begin_attempt (self);
  return G_SOURCE_REMOVE;
}

/* The attempt, or the link that served, came to nothing. */
static void
give_up_for_now (UllimSipAgent *self, const GError *error, guint retry_after_s)
{
  g_autoptr (GError) told = copy_or_offline (error);
  guint              delay_ms;

  end_attempt (self);
  if (self->link && self->config.registers && !is_for_the_user (told)) {
    /* No better one to be had; whether this one lives it finds out by itself. */
    ullim_sip_link_check (self->link);
    return;
  }
  if (self->link)
    drop_link (self, TRUE, NULL, NULL);
  if (!self->is_started)
    return;
  if (is_for_the_user (told)) {
    set_state (self, ULLIM_SIP_FAILED, told);
    return;
  }
  delay_ms = ullim_sip_retry_delay_ms (++self->n_failures, retry_after_s, g_random_double ());
  self->retry_time = g_get_real_time () + (gint64) delay_ms * 1000;
  self->retry_id = g_timeout_add (delay_ms, on_retry, self);
  set_state (self, ULLIM_SIP_WAITING, told);
}

static void
note_failure (UllimSipAgent *self, const GError *error, guint retry_after_s)
{
  if (!self->hop_error || tells (error) > tells (self->hop_error)) {
    g_clear_error (&self->hop_error);
    self->hop_error = g_error_copy (error);
  }
  self->retry_after_s = MAX (self->retry_after_s, retry_after_s);
}

static void
hop_failed (UllimSipAgent *self, const GError *error, guint retry_after_s)
{
  g_autoptr (GError) worst = NULL;

  note_failure (self, error, retry_after_s);
  if (!is_for_the_user (error) && self->hops && ++self->hop < self->hops->len) {
    try_hop (self);
    return;
  }
  worst = g_error_copy (is_for_the_user (error) ? error : self->hop_error);
  give_up_for_now (self, worst, self->retry_after_s);
}

/* Sofia refuses a certificate without a word: what should have been said is never answered. */
static gboolean
may_be_refused (UllimSipAgent *self, const GError *error)
{
  UllimSipHop *hop = self->hops ? self->hops->pdata[self->hop] : NULL;

  return hop && hop->transport == ULLIM_SIP_TLS &&
         (g_error_matches (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_TIMEOUT) ||
          g_error_matches (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST));
}

static void
tell_listening (UllimSipAgent *self)
{
  g_auto (GStrv) told =
      g_strdupv ((char **) ullim_sip_line_get_listening (ullim_sip_link_get_line (self->link)));

  g_strfreev (self->listening);
  self->listening = g_strdupv (told);
  for (guint i = 0; told[i]; i++)
    g_signal_emit (self, signals[LISTENING], 0, told[i]);
}

static void
take_into_service (UllimSipAgent *self, UllimSipLink *link)
{
  UllimSipLink      *old = g_steal_pointer (&self->link);
  const UllimSipHop *hop = self->hops ? self->hops->pdata[self->hop] : NULL;

  self->trial = NULL;
  self->link = link;
  g_free (self->server);
  self->server = hop ? g_strdup (hop->address) : NULL;
  self->is_secure = hop && hop->transport == ULLIM_SIP_TLS;
  end_attempt (self);
  self->n_failures = 0;
  ullim_sip_outbox_set_line (self->outbox, ullim_sip_link_get_line (link));
  if (old) {
    ullim_sip_notifiers_end (self->notifiers, "deactivated");
    ullim_sip_link_retire (old, TRUE, NULL, NULL);
  }
  tell_listening (self);
  /* Whoever heard it may have stopped the agent. */
  if (self->link == link)
    set_state (self, ULLIM_SIP_ONLINE, NULL);
  if (self->link == link)
    ullim_sip_desk_set_line (self->desk, ullim_sip_link_get_line (link));
}

static void
on_link_registered (UllimSipLink *link, gpointer owner)
{
  g_autoptr (UllimSipAgent) self = g_object_ref (owner);

  if (link == self->trial)
    take_into_service (self, link);
}

static void
on_link_moved (UllimSipLink *link, gpointer owner)
{
  g_autoptr (UllimSipAgent) self = g_object_ref (owner);

  if (link != self->link)
    return;
  g_debug ("%s: dialogs begin anew", self->config.address);
  ullim_sip_notifiers_end (self->notifiers, "deactivated");
  if (self->link == link)
    ullim_sip_desk_set_line (self->desk, ullim_sip_link_get_line (link));
}

static void
on_link_failed (UllimSipLink *link, const GError *error, guint retry_after_s, gpointer owner)
{
  g_autoptr (UllimSipAgent) self = g_object_ref (owner);

  g_debug ("%s: link failed: %s", self->config.address, error->message);
  if (link == self->trial) {
    self->trial = NULL;
    ullim_sip_link_retire (link, TRUE, NULL, NULL);
    if (may_be_refused (self, error)) {
      note_failure (self, error, retry_after_s);
      judge_again (self);
    } else {
      hop_failed (self, error, retry_after_s);
    }
  } else if (link == self->link) {
    drop_link (self, TRUE, NULL, NULL);
    if (!self->is_started)
      return; /* stopped by whoever lost a message with it */
    if (self->attempt)
      set_state (self, ULLIM_SIP_CONNECTING, NULL);
    else if (retry_after_s > 0)
      give_up_for_now (self, error, retry_after_s);
    else
      begin_attempt (self);
  }
}

static void
on_link_message (UllimSipLink *link, UllimSipIncoming *incoming, gpointer owner)
{
  g_autoptr (UllimSipAgent) self = g_object_ref (owner);

  g_signal_emit (self, signals[MESSAGE_RECEIVED], 0, incoming);
}

static void
on_link_subscribe (UllimSipLink *link, nua_handle_t *nh, const sip_t *sip, gpointer owner)
{
  g_autoptr (UllimSipAgent) self = g_object_ref (owner);
  UllimSipNotifier         *notifier =
      ullim_sip_notifiers_take (self->notifiers, ullim_sip_link_get_line (link), nh, sip);

  if (notifier)
    g_signal_emit (self, signals[SUBSCRIBE_RECEIVED], 0, notifier);
}

static const UllimSipLinkOwner link_callbacks = {
    .registered = on_link_registered,
    .moved = on_link_moved,
    .failed = on_link_failed,
    .message = on_link_message,
    .subscribe = on_link_subscribe,
};

/* A request met silence. */
static void
on_doubt (gpointer owner)
{
  UllimSipAgent *self = owner;

  if (self->link)
    ullim_sip_link_check (self->link);
}

static GPtrArray *
server_addresses (UllimSipAgent *self)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->hops->len; i++) {
    UllimSipHop *hop = self->hops->pdata[i];

    g_ptr_array_add (addresses, g_strdup (hop->address));
  }
  return addresses;
}

static void
open_link (UllimSipAgent *self, const char *certificate_dir)
{
  UllimSipHop          *hop = self->hops ? self->hops->pdata[self->hop] : NULL;
  g_autoptr (GError)    error = NULL;
  g_autofree char      *local_ip = hop ? ullim_sip_probe_local_ip (hop, &error) : NULL;
  g_autoptr (GPtrArray) sources = hop ? server_addresses (self) : NULL;
  UllimSipLineSettings  settings = {
       .config = &self->config,
       .hop = hop,
       .local_ip = local_ip,
       .certificate_dir = certificate_dir,
  };
  UllimSipLink *link = NULL;

  if (!error)
    link = ullim_sip_link_new (self->stack, &settings, sources, &link_callbacks, self, &error);
  if (!link) {
    hop_failed (self, error, 0);
  } else if (self->config.registers) {
    self->trial = link;
    ullim_sip_link_register (link);
  } else {
    take_into_service (self, link);
  }
}

/* ---- An attempt ---- */

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimSipAgent) self = data;
  g_autoptr (GError)        error = NULL;

  if (ullim_sip_probe_finish (result, &error))
    open_link (self, NULL);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    hop_failed (self, error, 0);
}

static void
remove_certificate_dir (char *dir)
{
  g_autofree char *file = g_build_filename (dir, "cafile.pem", NULL);

  g_unlink (file);
  g_rmdir (dir);
  g_free (dir);
}

static void
remove_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  remove_certificate_dir (g_strdup (data));
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char      *pem = data;
  GError          *error = NULL;
  char            *dir = g_dir_make_tmp ("ullim-XXXXXX", &error);
  g_autofree char *file = dir ? g_build_filename (dir, "cafile.pem", NULL) : NULL;

  if (file && g_file_set_contents_full (file, pem, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error))
    g_task_return_pointer (task, dir, (GDestroyNotify) remove_certificate_dir);
  else {
    g_task_return_error (task, error);
    if (dir)
      remove_certificate_dir (dir);
  }
}

static void
on_certificate_written (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimSipAgent     *self = ULLIM_SIP_AGENT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree char   *dir = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GTask)  removal = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!dir) {
    failure = g_error_new_literal (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_TLS, error->message);
    hop_failed (self, failure, 0);
    return;
  }
  /* Sofia has read it when this returns. */
  open_link (self, dir);
  removal = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_task_data (removal, g_steal_pointer (&dir), g_free);
  g_task_run_in_thread (removal, remove_in_thread);
}

static void
refuse_certificate (UllimSipAgent *self, UllimSipCertificate *certificate, const GError *error)
{
  hop_failed (self, error, 0);
  if (self->state == ULLIM_SIP_FAILED && certificate)
    g_signal_emit (self, signals[CERTIFICATE_REFUSED], 0, certificate);
}

static void
on_certificate_checked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimSipAgent)       self = data;
  g_autoptr (GError)              error = NULL;
  g_autoptr (UllimSipCertificate) certificate = NULL;
  g_autoptr (GTask)               writing = NULL;

  if (!ullim_sip_tls_check_finish (result, &certificate, &error)) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      refuse_certificate (self, certificate, error);
    return;
  }
  writing = g_task_new (self, self->attempt, on_certificate_written, NULL);
  g_task_set_task_data (writing, g_strdup (certificate->pem), g_free);
  g_task_run_in_thread (writing, write_in_thread);
}

static void
on_judged_again (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimSipAgent)       self = data;
  g_autoptr (GError)              error = NULL;
  g_autoptr (GError)              failure = NULL;
  g_autoptr (UllimSipCertificate) certificate = NULL;
  gboolean is_trusted = ullim_sip_tls_check_finish (result, &certificate, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!is_trusted && certificate && is_for_the_user (error)) {
    refuse_certificate (self, certificate, error);
    return;
  }
  /* It was something else; it has been noted. */
  failure = g_error_copy (self->hop_error);
  hop_failed (self, failure, 0);
}

static void
judge_again (UllimSipAgent *self)
{
  ullim_sip_tls_check_async (self->hops->pdata[self->hop], self->config.ca_file, self->config.pin,
                             self->attempt, on_judged_again, g_object_ref (self));
}

static void
try_hop (UllimSipAgent *self)
{
  UllimSipHop *hop = self->hops->pdata[self->hop];

  g_debug ("%s: trying %s %s port %u", self->config.address,
           ullim_sip_transport_name (hop->transport), hop->address, hop->port);
  switch (hop->transport) {
  case ULLIM_SIP_TLS:
    ullim_sip_tls_check_async (hop, self->config.ca_file, self->config.pin, self->attempt,
                               on_certificate_checked, g_object_ref (self));
    break;
  case ULLIM_SIP_TCP:
    ullim_sip_probe_async (hop, self->attempt, on_probed, g_object_ref (self));
    break;
  case ULLIM_SIP_UDP:
    open_link (self, NULL);
    break;
  }
}

static void
on_resolved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimSipAgent) self = data;
  g_autoptr (GError)        error = NULL;
  g_autoptr (GPtrArray)     hops = ullim_sip_resolve_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!hops) {
    hop_failed (self, error, 0);
    return;
  }
  self->hops = g_steal_pointer (&hops);
  self->hop = 0;
  try_hop (self);
}

static void
begin_attempt (UllimSipAgent *self)
{
  const char   *where = self->config.proxy ? self->config.proxy : self->config.address;
  GCancellable *attempt;

  end_attempt (self);
  attempt = self->attempt = g_cancellable_new ();
  if (!self->link)
    set_state (self, ULLIM_SIP_CONNECTING, NULL);
  if (self->attempt != attempt)
    return; /* stopped, or begun anew, by whoever heard it */
  if (self->config.registers || self->config.proxy)
    ullim_sip_resolve_async (where, attempt, on_resolved, g_object_ref (self));
  else
    open_link (self, NULL);
}

/* ---- The object ---- */

static void
ullim_sip_agent_dispose (GObject *object)
{
  UllimSipAgent *self = ULLIM_SIP_AGENT (object);

  self->is_started = FALSE;
  end_attempt (self);
  if (self->link)
    drop_link (self, FALSE, NULL, NULL);
  G_OBJECT_CLASS (ullim_sip_agent_parent_class)->dispose (object);
}

static void
ullim_sip_agent_finalize (GObject *object)
{
  UllimSipAgent *self = ULLIM_SIP_AGENT (object);

  ullim_sip_outbox_free (self->outbox);
  ullim_sip_desk_free (self->desk);
  ullim_sip_notifiers_free (self->notifiers);
  g_clear_error (&self->error);
  g_clear_object (&self->stack);
  g_strfreev (self->listening);
  g_free (self->server);
  ullim_sip_config_clear (&self->config);
  G_OBJECT_CLASS (ullim_sip_agent_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, GType argument)
{
  return g_signal_new (name, ULLIM_TYPE_SIP_AGENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, argument == G_TYPE_NONE ? 0 : 1, argument);
}

static void
ullim_sip_agent_class_init (UllimSipAgentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ullim_sip_agent_dispose;
  object_class->finalize = ullim_sip_agent_finalize;

  signals[STATE_CHANGED] = new_signal ("state-changed", G_TYPE_NONE);
  signals[LISTENING] = new_signal ("listening", G_TYPE_STRING);
  signals[CERTIFICATE_REFUSED] = new_signal ("certificate-refused", ULLIM_TYPE_SIP_CERTIFICATE);
  signals[MESSAGE_RECEIVED] = new_signal ("message-received", ULLIM_TYPE_SIP_INCOMING);
  signals[SUBSCRIBE_RECEIVED] = new_signal ("subscribe-received", ULLIM_TYPE_SIP_NOTIFIER);
}

static void
ullim_sip_agent_init (UllimSipAgent *self)
{
  self->outbox = ullim_sip_outbox_new ();
  self->desk = ullim_sip_desk_new (on_doubt, self);
  self->notifiers = ullim_sip_notifiers_new ();
  self->listening = g_new0 (char *, 1);
}

UllimSipAgent *
ullim_sip_agent_new (UllimSipStack *stack, const UllimSipConfig *config)
{
  UllimSipAgent *self = g_object_new (ULLIM_TYPE_SIP_AGENT, NULL);

  self->stack = g_object_ref (stack);
  ullim_sip_config_copy (&self->config, config);
  ullim_sip_outbox_set_account (self->outbox, &self->config);
  ullim_sip_desk_set_account (self->desk, &self->config);
  return self;
}

void
ullim_sip_agent_start (UllimSipAgent *self)
{
  if (self->is_started)
    return;
  self->is_started = TRUE;
  self->n_failures = 0;
  begin_attempt (self);
}

/* What has to end before the agent has: the link, and the dialogs on it. */
typedef struct {
  GTask *task; /* owned */
  guint  n_left;
} Stop;

static gboolean
on_stopped (gpointer data)
{
  Stop *stop = data;

  if (--stop->n_left > 0)
    return G_SOURCE_REMOVE;
  if (!g_task_return_error_if_cancelled (stop->task))
    g_task_return_boolean (stop->task, TRUE);
  g_object_unref (stop->task);
  g_free (stop);
  return G_SOURCE_REMOVE;
}

void
ullim_sip_agent_stop_async (UllimSipAgent      *self,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  Stop *stop = g_new0 (Stop, 1);

  stop->task = g_task_new (self, cancellable, callback, user_data);
  stop->n_left = 3;
  g_task_set_source_tag (stop->task, ullim_sip_agent_stop_async);
  self->is_started = FALSE;
  end_attempt (self);
  ullim_sip_notifiers_leave (self->notifiers, on_stopped, stop);
  ullim_sip_desk_leave (self->desk, on_stopped, stop);
  if (self->link)
    drop_link (self, FALSE, on_stopped, stop);
  else
    g_idle_add (on_stopped, stop);
  if (self->state != ULLIM_SIP_OFF)
    set_state (self, ULLIM_SIP_OFF, NULL);
}

gboolean
ullim_sip_agent_stop_finish (UllimSipAgent *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ullim_sip_agent_set_password (UllimSipAgent *self, const char *password)
{
  char *copy = g_strdup (password);

  g_free ((char *) self->config.password);
  self->config.password = copy;
  ullim_sip_outbox_set_account (self->outbox, &self->config);
  ullim_sip_desk_set_account (self->desk, &self->config);
  /* An attempt under way would fail for the old one. */
  if (self->attempt ||
      (self->state == ULLIM_SIP_FAILED &&
       (g_error_matches (self->error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_PASSWORD) ||
        g_error_matches (self->error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_PASSWORD_MISSING) ||
        g_error_matches (self->error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_FORBIDDEN))))
    begin_attempt (self);
}

void
ullim_sip_agent_set_pin (UllimSipAgent *self, const char *pin)
{
  char *copy = g_strdup (pin);

  g_free ((char *) self->config.pin);
  self->config.pin = copy;
  if (self->state == ULLIM_SIP_CONNECTING ||
      g_error_matches (self->error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CERTIFICATE_UNKNOWN) ||
      g_error_matches (self->error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CERTIFICATE_CHANGED) ||
      g_error_matches (self->error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CERTIFICATE_INVALID))
    begin_attempt (self);
}

static gboolean
listens_on_fixed_port (UllimSipAgent *self)
{
  const char *const *entry = self->config.listen;

  for (; entry && *entry; entry++)
    if (!g_str_has_suffix (*entry, ":0"))
      return TRUE;
  return FALSE;
}

void
ullim_sip_agent_reconnect (UllimSipAgent *self)
{
  if (!self->is_started)
    return;
  self->n_failures = 0;
  if (!self->link) {
    begin_attempt (self);
  } else if (!ullim_sip_line_get_route (ullim_sip_link_get_line (self->link))) {
    g_debug ("%s: nothing to reconnect to", self->config.address);
  } else if (listens_on_fixed_port (self) && self->config.registers) {
    /* A second one could not have the same port. */
    ullim_sip_link_register (self->link);
  } else {
    ullim_sip_link_check (self->link);
    begin_attempt (self);
  }
}

UllimSipDesk *
ullim_sip_agent_get_desk (UllimSipAgent *self)
{
  return self->desk;
}

const char *
ullim_sip_agent_get_address (UllimSipAgent *self)
{
  return self->config.address;
}

UllimSipState
ullim_sip_agent_get_state (UllimSipAgent *self)
{
  return self->state;
}

const GError *
ullim_sip_agent_get_error (UllimSipAgent *self)
{
  return self->error;
}

gint64
ullim_sip_agent_get_retry_time (UllimSipAgent *self)
{
  return self->retry_time;
}

const char *
ullim_sip_agent_get_server (UllimSipAgent *self, gboolean *is_secure)
{
  *is_secure = self->is_secure;
  return self->server;
}

const char *const *
ullim_sip_agent_get_listening (UllimSipAgent *self)
{
  return (const char *const *) self->listening;
}

void
ullim_sip_agent_send_message_async (UllimSipAgent      *self,
                                    const char         *to,
                                    const char         *call_id,
                                    gint64              date_us,
                                    const char         *content_type,
                                    GBytes             *body,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_sip_agent_send_message_async);
  if (self->state == ULLIM_SIP_ONLINE) {
    ullim_sip_outbox_send (self->outbox, task, to, call_id, date_us, content_type, body);
    return;
  }
  if (self->error)
    g_task_return_error (task, g_error_copy (self->error));
  else
    g_task_return_new_error (task, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST, "not online");
  g_object_unref (task);
}

int
ullim_sip_agent_send_message_finish (UllimSipAgent *self, GAsyncResult *result, GError **error)
{
  int status = g_task_propagate_int (G_TASK (result), error);

  return MAX (status, 0);
}
