/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One account's line to the network. New settings mean a new agent: the old one is retired (it
 * un-registers and frees its ports) before the next one starts.
 */
#define G_LOG_DOMAIN "connection"

#include "connection.h"

#include "certificate.h"
#include "ullim-config.h"

struct _UllimConnection {
  GObject parent_instance;

  UllimSipStack *stack;       /* owned */
  UllimSecrets  *secrets;     /* owned */
  UllimAccount  *account;     /* owned */
  char          *instance_id; /* owned */
  UllimSipAgent *agent;       /* owned, nullable */
  char          *password;    /* owned, nullable: of the agent */
  GCancellable  *lookup;      /* owned, nullable: of the password look-up under way */
  GPtrArray     *stop_tasks;  /* owned, of GTask */
  GPtrArray     *held;        /* owned, of UllimSipAgent: to be stopped when nobody holds */
  guint          holds;       /* how many take back what they told the server */
  guint          retiring;    /* agents that are being stopped, or held */
  gboolean       wanted;      /* whether to be online once nothing is retiring */
  gboolean       asked;       /* password-needed was emitted for this failure */
};

enum {
  CERTIFICATE_QUESTION,
  PASSWORD_NEEDED,
  LISTENING,
  MESSAGE_RECEIVED,
  LEAVING,
  AGENT_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimConnection, ullim_connection, G_TYPE_OBJECT)

static const UllimProblem problems[] = {
    [ULLIM_SIP_ERROR_OFFLINE] = ULLIM_PROBLEM_OFFLINE,
    [ULLIM_SIP_ERROR_NAME_NOT_FOUND] = ULLIM_PROBLEM_NAME_NOT_FOUND,
    [ULLIM_SIP_ERROR_NAME_SERVER] = ULLIM_PROBLEM_NAME_SERVER,
    [ULLIM_SIP_ERROR_REFUSED] = ULLIM_PROBLEM_REFUSED,
    [ULLIM_SIP_ERROR_UNREACHABLE] = ULLIM_PROBLEM_UNREACHABLE,
    [ULLIM_SIP_ERROR_CONNECTION_LOST] = ULLIM_PROBLEM_CONNECTION_LOST,
    [ULLIM_SIP_ERROR_TIMEOUT] = ULLIM_PROBLEM_TIMEOUT,
    [ULLIM_SIP_ERROR_CERTIFICATE_UNKNOWN] = ULLIM_PROBLEM_CERTIFICATE_UNKNOWN,
    [ULLIM_SIP_ERROR_CERTIFICATE_CHANGED] = ULLIM_PROBLEM_CERTIFICATE_CHANGED,
    [ULLIM_SIP_ERROR_CERTIFICATE_INVALID] = ULLIM_PROBLEM_CERTIFICATE_INVALID,
    [ULLIM_SIP_ERROR_TLS] = ULLIM_PROBLEM_TLS,
    [ULLIM_SIP_ERROR_PASSWORD_MISSING] = ULLIM_PROBLEM_PASSWORD_MISSING,
    [ULLIM_SIP_ERROR_PASSWORD] = ULLIM_PROBLEM_PASSWORD,
    [ULLIM_SIP_ERROR_UNKNOWN_ACCOUNT] = ULLIM_PROBLEM_UNKNOWN_ACCOUNT,
    [ULLIM_SIP_ERROR_FORBIDDEN] = ULLIM_PROBLEM_FORBIDDEN,
    [ULLIM_SIP_ERROR_NOT_FOUND] = ULLIM_PROBLEM_NOT_FOUND,
    [ULLIM_SIP_ERROR_UNAVAILABLE] = ULLIM_PROBLEM_UNAVAILABLE,
    [ULLIM_SIP_ERROR_DECLINED] = ULLIM_PROBLEM_DECLINED,
    [ULLIM_SIP_ERROR_NOT_ACCEPTED_TYPE] = ULLIM_PROBLEM_NOT_ACCEPTED_TYPE,
    [ULLIM_SIP_ERROR_NOT_ALLOWED_METHOD] = ULLIM_PROBLEM_NOT_ALLOWED_METHOD,
    [ULLIM_SIP_ERROR_TOO_LARGE] = ULLIM_PROBLEM_TOO_LARGE,
    [ULLIM_SIP_ERROR_SERVER] = ULLIM_PROBLEM_SERVER,
    [ULLIM_SIP_ERROR_PROTOCOL] = ULLIM_PROBLEM_PROTOCOL,
    [ULLIM_SIP_ERROR_ADDRESS] = ULLIM_PROBLEM_ADDRESS,
    [ULLIM_SIP_ERROR_PORT_IN_USE] = ULLIM_PROBLEM_PORT_IN_USE,
};

static UllimProblem
problem_of (const GError *error)
{
  if (!error)
    return ULLIM_PROBLEM_NONE;
  if (error->domain == ULLIM_SIP_ERROR && (guint) error->code < G_N_ELEMENTS (problems))
    return problems[error->code];
  return ULLIM_PROBLEM_PROTOCOL;
}

static void
drop_agent_signals (UllimConnection *self)
{
  if (self->agent)
    g_signal_handlers_disconnect_by_data (self->agent, self);
}

static void
keep_password (UllimConnection *self, const char *password)
{
  if (self->password)
    explicit_bzero (self->password, strlen (self->password));
  g_free (self->password);
  self->password = g_strdup (password);
}

static void
ullim_connection_dispose (GObject *object)
{
  UllimConnection *self = ULLIM_CONNECTION (object);

  g_cancellable_cancel (self->lookup);
  g_clear_object (&self->lookup);
  drop_agent_signals (self);
  g_clear_object (&self->agent);
  g_clear_object (&self->account);
  g_clear_object (&self->secrets);
  g_clear_object (&self->stack);
  G_OBJECT_CLASS (ullim_connection_parent_class)->dispose (object);
}

static void
ullim_connection_finalize (GObject *object)
{
  UllimConnection *self = ULLIM_CONNECTION (object);

  g_ptr_array_unref (self->stop_tasks);
  g_ptr_array_unref (self->held);
  keep_password (self, NULL);
  g_free (self->instance_id);
  G_OBJECT_CLASS (ullim_connection_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, guint n_params, GType type)
{
  return g_signal_new (name, ULLIM_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n_params, type);
}

static void
ullim_connection_class_init (UllimConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ullim_connection_dispose;
  object_class->finalize = ullim_connection_finalize;

  signals[CERTIFICATE_QUESTION] = new_signal ("certificate-question", 1, ULLIM_TYPE_CERTIFICATE);
  signals[PASSWORD_NEEDED] = new_signal ("password-needed", 0, G_TYPE_NONE);
  signals[LISTENING] = new_signal ("listening", 1, G_TYPE_STRING);
  signals[MESSAGE_RECEIVED] = new_signal ("message-received", 1, ULLIM_TYPE_SIP_INCOMING);
  signals[LEAVING] = new_signal ("leaving", 0, G_TYPE_NONE);
  signals[AGENT_CHANGED] = new_signal ("agent-changed", 0, G_TYPE_NONE);
}

static void
ullim_connection_init (UllimConnection *self)
{
  self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
}

UllimConnection *
ullim_connection_new (UllimSipStack *stack,
                      UllimSecrets  *secrets,
                      UllimAccount  *account,
                      const char    *instance_id)
{
  UllimConnection *self = g_object_new (ULLIM_TYPE_CONNECTION, NULL);

  self->stack = g_object_ref (stack);
  self->secrets = g_object_ref (secrets);
  self->account = g_object_ref (account);
  self->instance_id = g_strdup (instance_id);
  return self;
}

UllimAccount *
ullim_connection_get_account (UllimConnection *self)
{
  return self->account;
}

UllimSipAgent *
ullim_connection_get_agent (UllimConnection *self)
{
  return self->agent;
}

const char *
ullim_connection_get_password (UllimConnection *self)
{
  return self->password;
}

gboolean
ullim_connection_is_online (UllimConnection *self)
{
  return self->agent && ullim_sip_agent_get_state (self->agent) == ULLIM_SIP_ONLINE;
}

static UllimConnectionState
connection_state (UllimSipState state)
{
  switch (state) {
  case ULLIM_SIP_CONNECTING:
    return ULLIM_CONNECTION_CONNECTING;
  case ULLIM_SIP_ONLINE:
    return ULLIM_CONNECTION_ONLINE;
  case ULLIM_SIP_WAITING:
    return ULLIM_CONNECTION_WAITING;
  case ULLIM_SIP_FAILED:
    return ULLIM_CONNECTION_FAILED;
  case ULLIM_SIP_OFF:
  default:
    return ULLIM_CONNECTION_OFF;
  }
}

static void
on_state_changed (UllimSipAgent *agent, UllimConnection *owner)
{
  g_autoptr (UllimConnection) self = g_object_ref (owner);
  UllimSipState               state = ullim_sip_agent_get_state (agent);
  const GError               *error = ullim_sip_agent_get_error (agent);
  UllimProblem                problem = problem_of (error);

  g_debug ("%s: state %d, %s", ullim_account_get_address (self->account), state,
           ullim_problem_name (problem));
  ullim_account_set_state (self->account, connection_state (state), problem,
                           error ? error->message : NULL, ullim_sip_agent_get_retry_time (agent));
  if (state != ULLIM_SIP_FAILED) {
    self->asked = FALSE;
  } else if (!self->asked &&
             (problem == ULLIM_PROBLEM_PASSWORD || problem == ULLIM_PROBLEM_PASSWORD_MISSING)) {
    self->asked = TRUE;
    g_signal_emit (self, signals[PASSWORD_NEEDED], 0);
  }
}

static void
on_listening (UllimSipAgent *agent, const char *url, UllimConnection *self)
{
  g_signal_emit (self, signals[LISTENING], 0, url);
}

static void
on_certificate_refused (UllimSipAgent *agent, UllimSipCertificate *refused, UllimConnection *self)
{
  const UllimCertificate       fields = {.subject = refused->subject,
                                         .issuer = refused->issuer,
                                         .host = refused->host,
                                         .not_before = refused->not_before,
                                         .not_after = refused->not_after,
                                         .fingerprint = refused->fingerprint,
                                         .pinned = refused->pinned};
  g_autoptr (UllimCertificate) certificate = ullim_certificate_new (&fields);

  g_signal_emit (self, signals[CERTIFICATE_QUESTION], 0, certificate);
}

static void
on_message_received (UllimSipAgent *agent, UllimSipIncoming *incoming, UllimConnection *self)
{
  g_signal_emit (self, signals[MESSAGE_RECEIVED], 0, incoming);
}

static void
start_agent (UllimConnection *self, const char *password)
{
  const UllimAccountSettings *settings = ullim_account_get_settings (self->account);
  const UllimSipConfig        config = {.address = settings->address,
                                        .display_name = settings->display_name,
                                        .auth_user = settings->auth_user,
                                        .password = password,
                                        .proxy = settings->proxy,
                                        .listen = (const char *const *) settings->listen,
                                        .registers = settings->registers,
                                        .ca_file = settings->ca_file,
                                        .pin = settings->pin,
                                        .instance_id = self->instance_id,
                                        .user_agent = "Ullim/" ULLIM_VERSION};

  keep_password (self, password);
  self->agent = ullim_sip_agent_new (self->stack, &config);
  g_signal_connect_object (self->agent, "state-changed", G_CALLBACK (on_state_changed), self, 0);
  g_signal_connect_object (self->agent, "listening", G_CALLBACK (on_listening), self, 0);
  g_signal_connect_object (self->agent, "certificate-refused", G_CALLBACK (on_certificate_refused),
                           self, 0);
  g_signal_connect_object (self->agent, "message-received", G_CALLBACK (on_message_received), self,
                           0);
  g_signal_emit (self, signals[AGENT_CHANGED], 0);
  ullim_sip_agent_start (self->agent);
}

static void
on_password (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UllimConnection) self = user_data;
  g_autoptr (GError)          error = NULL;
  g_autofree char            *password = NULL;

  password = ullim_secrets_lookup_finish (ULLIM_SECRETS (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->lookup);
  /* Without a keyring it goes on without a password: if the server wants one, the agent says so and
   * the user is asked. */
  if (error)
    g_debug ("no password from the keyring: %s", error->message);
  start_agent (self, password);
  if (password)
    explicit_bzero (password, strlen (password));
}

static void
begin (UllimConnection *self)
{
  self->asked = FALSE;
  ullim_account_set_state (self->account, ULLIM_CONNECTION_CONNECTING, ULLIM_PROBLEM_NONE, NULL, 0);
  if (!ullim_account_get_settings (self->account)->registers) {
    start_agent (self, NULL);
    return;
  }
  self->lookup = g_cancellable_new ();
  ullim_secrets_lookup_async (self->secrets, ullim_account_get_address (self->account),
                              self->lookup, on_password, g_object_ref (self));
}

static void
proceed (UllimConnection *self)
{
  g_autoptr (GPtrArray) tasks = NULL;

  if (self->retiring > 0)
    return;
  tasks = g_steal_pointer (&self->stop_tasks);
  self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);
  if (self->wanted)
    begin (self);
  else
    ullim_account_set_state (self->account, ULLIM_CONNECTION_OFF, ULLIM_PROBLEM_NONE, NULL, 0);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (tasks->pdata[i], TRUE);
}

static void
on_retired (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UllimConnection) self = user_data;
  g_autoptr (GError)          error = NULL;

  if (!ullim_sip_agent_stop_finish (ULLIM_SIP_AGENT (source), result, &error))
    g_debug ("the agent did not stop well: %s", error->message);
  self->retiring--;
  proceed (self);
}

void
ullim_connection_hold (UllimConnection *self)
{
  self->holds++;
}

void
ullim_connection_release (UllimConnection *self)
{
  g_autoptr (GPtrArray) agents = NULL;

  if (--self->holds > 0)
    return;
  agents = g_steal_pointer (&self->held);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < agents->len; i++)
    ullim_sip_agent_stop_async (agents->pdata[i], NULL, on_retired, g_object_ref (self));
}

static void
retire (UllimConnection *self)
{
  g_cancellable_cancel (self->lookup);
  g_clear_object (&self->lookup);
  if (!self->agent)
    return;
  self->retiring++;
  ullim_connection_hold (self);
  g_signal_emit (self, signals[LEAVING], 0);
  drop_agent_signals (self);
  g_ptr_array_add (self->held, g_steal_pointer (&self->agent));
  g_signal_emit (self, signals[AGENT_CHANGED], 0);
  ullim_connection_release (self);
}

void
ullim_connection_start (UllimConnection *self)
{
  self->wanted = TRUE;
  retire (self);
  proceed (self);
}

void
ullim_connection_stop_async (UllimConnection    *self,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_connection_stop_async);
  g_ptr_array_add (self->stop_tasks, task);
  self->wanted = FALSE;
  retire (self);
  proceed (self);
}

gboolean
ullim_connection_stop_finish (UllimConnection *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ullim_connection_set_password (UllimConnection *self, const char *password)
{
  self->asked = FALSE;
  if (self->agent) {
    keep_password (self, password);
    ullim_sip_agent_set_password (self->agent, password);
  } else if (self->lookup) {
    /* The user was quicker than the keyring. */
    g_cancellable_cancel (self->lookup);
    g_clear_object (&self->lookup);
    start_agent (self, password);
  }
}

void
ullim_connection_set_pin (UllimConnection *self, const char *pin)
{
  if (self->agent)
    ullim_sip_agent_set_pin (self->agent, pin);
}

void
ullim_connection_reconnect (UllimConnection *self)
{
  if (self->agent)
    ullim_sip_agent_reconnect (self->agent);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)  task = user_data;
  g_autoptr (GError) error = NULL;
  int status = ullim_sip_agent_send_message_finish (ULLIM_SIP_AGENT (source), result, &error);

  if (!error)
    g_task_return_int (task, status);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_new_error (task, ULLIM_PROBLEM_ERROR, problem_of (error), "%s", error->message);
}

void
ullim_connection_send_text_async (UllimConnection    *self,
                                  const char         *to,
                                  const char         *call_id,
                                  gint64              date_us,
                                  const char         *text,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data)
{
  g_autoptr (GTask)  task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GBytes) body = NULL;

  g_task_set_source_tag (task, ullim_connection_send_text_async);
  if (!self->agent) {
    g_task_return_new_error (task, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_CONNECTION_LOST,
                             "The account is not connected");
    return;
  }
  body = g_bytes_new (text, strlen (text));
  ullim_sip_agent_send_message_async (self->agent, to, call_id, date_us, "text/plain;charset=UTF-8",
                                      body, cancellable, on_sent, g_object_ref (task));
}

int
ullim_connection_send_text_finish (UllimConnection *self, GAsyncResult *result, GError **error)
{
  gssize status = g_task_propagate_int (G_TASK (result), error);

  return status < 0 ? 0 : (int) status;
}
