/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starts the engine, adds the account of the command line, then reads and runs one line after
 * another. The end of the input waits until what was written has left; `quit` does not.
 */
#define G_LOG_DOMAIN "cli-session"

#include "ullim-config.h"

#include "cli-session.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli-event.h"
#include "cli-input.h"
#include "cli-people-printer.h"

typedef struct {
  UllimConversation *conversation; /* owned */
  UllimMessage      *message;      /* owned */
  UllimDelivery      printed;      /* what was printed last of it */
  UllimProblem       printed_problem;
} Tracked;

/* What of an account was printed last: its properties notify one by one. */
typedef struct {
  UllimConnectionState state;
  UllimProblem         problem;
  gint64               retry_time_us;
} Printed;

typedef enum {
  PHASE_RUNNING,
  PHASE_DRAINING,
  PHASE_STOPPING,
} Phase;

struct _UllimCliSession {
  GObject parent_instance;

  const UllimCliOptions *options;     /* not owned */
  UllimEngine           *engine;      /* owned */
  UllimCliInput         *input;       /* owned */
  UllimCliJournal       *journal;     /* owned */
  UllimCliPeoplePrinter *printer;     /* owned, nullable: from the start of the engine */
  GCancellable          *cancellable; /* owned */
  UllimAccount          *account;     /* owned, nullable */
  GHashTable            *tracked;     /* message id -> Tracked */
  GHashTable            *printed;     /* UllimAccount -> Printed */
  GHashTable            *questions;   /* fingerprint -> UllimAccount */
  char                  *password;    /* owned, nullable */
  guint                  drain_id;
  Phase                  phase;
  gboolean               failed;
};

enum { SIGNAL_LINE, SIGNAL_FINISHED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimCliSession, ullim_cli_session, G_TYPE_OBJECT)

static void
tracked_free (gpointer data)
{
  Tracked *tracked = data;

  g_object_unref (tracked->conversation);
  g_object_unref (tracked->message);
  g_free (tracked);
}

static void
clear_password (UllimCliSession *self)
{
  if (self->password)
    explicit_bzero (self->password, strlen (self->password));
  g_clear_pointer (&self->password, g_free);
}

static void
ullim_cli_session_finalize (GObject *object)
{
  UllimCliSession *self = ULLIM_CLI_SESSION (object);

  g_clear_handle_id (&self->drain_id, g_source_remove);
  g_clear_object (&self->engine);
  g_clear_object (&self->input);
  g_clear_object (&self->journal);
  g_clear_object (&self->printer);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_pointer (&self->tracked, g_hash_table_unref);
  g_clear_pointer (&self->printed, g_hash_table_unref);
  g_clear_pointer (&self->questions, g_hash_table_unref);
  clear_password (self);
  G_OBJECT_CLASS (ullim_cli_session_parent_class)->finalize (object);
}

static void
ullim_cli_session_class_init (UllimCliSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_cli_session_finalize;

  signals[SIGNAL_LINE] = g_signal_new ("line", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ullim_cli_session_init (UllimCliSession *self)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  self->input = ullim_cli_input_new (stream);
  self->journal = ullim_cli_journal_new ();
  self->cancellable = g_cancellable_new ();
  self->tracked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, tracked_free);
  self->printed = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
  self->questions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

void
ullim_cli_session_emit (UllimCliSession *self, JsonObject *event)
{
  g_autofree char *line =
      self->options->json ? ullim_cli_event_to_json (event) : ullim_cli_event_to_text (event);

  puts (line);
  fflush (stdout);
  ullim_cli_journal_add (self->journal, event);
  json_object_unref (event);
}

static void
emit_error (UllimCliSession *self, const char *command, const GError *error)
{
  JsonObject *event = ullim_cli_event_new ("error");

  self->failed = TRUE;
  ullim_cli_event_add (event, "command", command);
  if (error->domain == ULLIM_PROBLEM_ERROR) {
    ullim_cli_event_add_problem (event, error->code);
    ullim_cli_event_add (event, "detail", error->message);
  } else {
    ullim_cli_event_add (event, "text", error->message);
  }
  ullim_cli_session_emit (self, event);
}

/* The end */

static void
on_engine_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimCliSession) self = data;
  g_autoptr (GError)          error = NULL;

  if (!ullim_engine_stop_finish (self->engine, result, &error))
    emit_error (self, "quit", error);
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

void
ullim_cli_session_quit (UllimCliSession *self)
{
  if (self->phase == PHASE_STOPPING)
    return;
  self->phase = PHASE_STOPPING;
  g_clear_handle_id (&self->drain_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  ullim_engine_stop_async (self->engine, NULL, on_engine_stopped, g_object_ref (self));
}

static guint
count_unsent (UllimCliSession *self)
{
  GHashTableIter iter;
  gpointer       value;
  guint          n = 0;

  g_hash_table_iter_init (&iter, self->tracked);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    UllimDelivery delivery = ullim_message_get_delivery (((Tracked *) value)->message);

    if (delivery == ULLIM_DELIVERY_QUEUED || delivery == ULLIM_DELIVERY_SENDING)
      n++;
  }
  return n;
}

static gboolean
on_drain_timeout (gpointer data)
{
  UllimCliSession   *self = data;
  g_autoptr (GError) error = g_error_new (
      G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
      ngettext ("%u message could not be sent yet; it stays queued",
                "%u messages could not be sent yet; they stay queued", count_unsent (self)),
      count_unsent (self));

  self->drain_id = 0;
  emit_error (self, "quit", error);
  ullim_cli_session_quit (self);
  return G_SOURCE_REMOVE;
}

static void
quit_when_drained (UllimCliSession *self)
{
  if (self->phase == PHASE_DRAINING && count_unsent (self) == 0)
    ullim_cli_session_quit (self);
}

static void
drain (UllimCliSession *self)
{
  self->phase = PHASE_DRAINING;
  self->drain_id = g_timeout_add_seconds (ULLIM_CLI_DRAIN_S, on_drain_timeout, self);
  quit_when_drained (self);
}

/* The engine's signals, as events */

static void
on_account_notify (UllimAccount *account, GParamSpec *pspec, UllimCliSession *self)
{
  Printed     now = {ullim_account_get_state (account), ullim_account_get_problem (account),
                     ullim_account_get_retry_time (account)};
  Printed    *last = g_hash_table_lookup (self->printed, account);
  gboolean    online = now.state == ULLIM_CONNECTION_ONLINE;
  gboolean    registers = ullim_account_get_settings (account)->registers;
  const char *states[] = {"off", "connecting", "online", "waiting", "failed"};
  JsonObject *event;

  if (last && last->state == now.state && last->problem == now.problem &&
      last->retry_time_us == now.retry_time_us)
    return;
  g_hash_table_insert (self->printed, g_object_ref (account), g_memdup2 (&now, sizeof now));

  event = ullim_cli_event_new (!online ? "unregistered" : registers ? "registered" : "online");
  ullim_cli_event_add (event, "account", ullim_account_get_address (account));
  if (!online) {
    ullim_cli_event_add (event, "state", states[now.state]);
    ullim_cli_event_add_problem (event, now.problem);
    ullim_cli_event_add (event, "detail", ullim_account_get_problem_detail (account));
    if (now.retry_time_us)
      ullim_cli_event_add_int (
          event, "retry_s",
          MAX (0, (now.retry_time_us - g_get_real_time () + 999999) / G_USEC_PER_SEC));
  }
  ullim_cli_session_emit (self, event);
}

static void
on_accounts_changed (GListModel      *model,
                     guint            position,
                     guint            removed,
                     guint            added,
                     UllimCliSession *self)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (UllimAccount) account = g_list_model_get_item (model, i);

    g_signal_connect_object (account, "notify", G_CALLBACK (on_account_notify), self, 0);
    if (!self->account)
      self->account = g_object_ref (account);
  }
}

static void
on_listening (UllimEngine *engine, UllimAccount *account, const char *url, UllimCliSession *self)
{
  JsonObject *event = ullim_cli_event_new ("listening");

  ullim_cli_event_add (event, "account", ullim_account_get_address (account));
  ullim_cli_event_add (event, "url", url);
  ullim_cli_session_emit (self, event);
}

static void
on_certificate_question (UllimEngine      *engine,
                         UllimAccount     *account,
                         UllimCertificate *certificate,
                         UllimCliSession  *self)
{
  JsonObject *event = ullim_cli_event_new ("certificate");

  g_hash_table_insert (self->questions, g_strdup (certificate->fingerprint),
                       g_object_ref (account));
  ullim_cli_event_add (event, "account", ullim_account_get_address (account));
  ullim_cli_event_add (event, "host", certificate->host);
  ullim_cli_event_add (event, "subject", certificate->subject);
  ullim_cli_event_add (event, "issuer", certificate->issuer);
  ullim_cli_event_add_time (event, "not_before", certificate->not_before * G_USEC_PER_SEC);
  ullim_cli_event_add_time (event, "not_after", certificate->not_after * G_USEC_PER_SEC);
  ullim_cli_event_add (event, "fingerprint", certificate->fingerprint);
  ullim_cli_event_add (event, "pinned", certificate->pinned);
  ullim_cli_session_emit (self, event);
}

static void
on_password_needed (UllimEngine *engine, UllimAccount *account, UllimCliSession *self)
{
  JsonObject *event = ullim_cli_event_new ("password-needed");

  ullim_cli_event_add (event, "account", ullim_account_get_address (account));
  ullim_cli_session_emit (self, event);
}

static void
on_message_received (UllimChatService  *chat,
                     UllimConversation *conversation,
                     UllimMessage      *message,
                     UllimCliSession   *self)
{
  UllimAccount *account = ullim_conversation_get_account (conversation);
  JsonObject   *event = ullim_cli_event_new ("message");

  ullim_cli_event_add_int (event, "id", ullim_message_get_id (message));
  ullim_cli_event_add (event, "account", ullim_account_get_address (account));
  ullim_cli_event_add (event, "from", ullim_conversation_get_peer (conversation));
  ullim_cli_event_add (event, "name", ullim_conversation_get_name (conversation));
  ullim_cli_event_add (event, "text", ullim_message_get_text (message));
  ullim_cli_event_add_time (event, "sent", ullim_message_get_time (message));
  ullim_cli_session_emit (self, event);
}

static void
emit_message_state (UllimCliSession *self, UllimConversation *conversation, UllimMessage *message)
{
  JsonObject *event = ullim_cli_event_new ("message-state");

  ullim_cli_event_add_int (event, "id", ullim_message_get_id (message));
  ullim_cli_event_add (event, "to", ullim_conversation_get_peer (conversation));
  ullim_cli_event_add (event, "state", ullim_delivery_name (ullim_message_get_delivery (message)));
  ullim_cli_event_add_problem (event, ullim_message_get_problem (message));
  ullim_cli_session_emit (self, event);
}

static Tracked *
remember (UllimCliSession *self, UllimConversation *conversation, UllimMessage *message)
{
  gint64   id = ullim_message_get_id (message);
  Tracked *tracked = g_hash_table_lookup (self->tracked, &id);

  if (tracked)
    return tracked;
  tracked = g_new0 (Tracked, 1);
  tracked->conversation = g_object_ref (conversation);
  tracked->message = g_object_ref (message);
  g_hash_table_insert (self->tracked, g_memdup2 (&id, sizeof id), tracked);
  return tracked;
}

void
ullim_cli_session_track (UllimCliSession   *self,
                         UllimConversation *conversation,
                         UllimMessage      *message)
{
  Tracked      *tracked = remember (self, conversation, message);
  UllimDelivery delivery = ullim_message_get_delivery (message);
  UllimProblem  problem = ullim_message_get_problem (message);
  gint64        id = ullim_message_get_id (message);

  if (tracked->printed == delivery && tracked->printed_problem == problem)
    return;
  tracked->printed = delivery;
  tracked->printed_problem = problem;
  emit_message_state (self, conversation, message);
  /* Kept are those that may still change, and those that `retry` may be asked for. */
  if (delivery == ULLIM_DELIVERY_ACCEPTED || delivery == ULLIM_DELIVERY_DELIVERED)
    g_hash_table_remove (self->tracked, &id);
}

static void
on_message_changed (UllimChatService  *chat,
                    UllimConversation *conversation,
                    UllimMessage      *message,
                    UllimCliSession   *self)
{
  ullim_cli_session_track (self, conversation, message);
  quit_when_drained (self);
}

/* Reading commands */

static void read_next (UllimCliSession *self);

void
ullim_cli_session_done (UllimCliSession *self, const char *command, const GError *error)
{
  if (error && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    emit_error (self, command, error);
  if (self->phase == PHASE_RUNNING)
    read_next (self);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimCliSession) self = data;
  g_autoptr (GError)          error = NULL;
  g_autofree char            *line = ullim_cli_input_read_finish (self->input, result, &error);

  if (self->phase != PHASE_RUNNING)
    return;
  if (line) {
    g_strstrip (line);
    if (*line == '\0' || *line == '#')
      read_next (self);
    else
      g_signal_emit (self, signals[SIGNAL_LINE], 0, line);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA) ||
             g_error_matches (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE)) {
    ullim_cli_session_done (self, "", error);
  } else {
    drain (self);
  }
}

static void
read_next (UllimCliSession *self)
{
  ullim_cli_input_read_async (self->input, self->cancellable, on_line, g_object_ref (self));
}

/* The start */

static void
begin (UllimCliSession *self)
{
  ullim_cli_session_emit (self, ullim_cli_event_new ("ready"));
  read_next (self);
}

static void
fail_start (UllimCliSession *self, const GError *error)
{
  emit_error (self, "start", error);
  ullim_cli_session_quit (self);
}

static void
on_account_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimCliSession) self = data;
  g_autoptr (GError)          error = NULL;
  g_autoptr (UllimAccount) account = ullim_engine_add_account_finish (self->engine, result, &error);

  clear_password (self);
  if (self->phase != PHASE_RUNNING)
    return;
  if (!account) {
    fail_start (self, error);
    return;
  }
  g_set_object (&self->account, account);
  begin (self);
}

static void
add_account (UllimCliSession *self)
{
  ullim_engine_add_account_async (self->engine, self->options->settings, self->password, TRUE,
                                  self->cancellable, on_account_added, g_object_ref (self));
}

static void
on_people_event (UllimCliPeoplePrinter *printer, JsonObject *event, UllimCliSession *self)
{
  ullim_cli_session_emit (self, json_object_ref (event));
}

/* What is loaded at the start is no news: the people are listened to only now. */
static void
on_loaded (UllimEngine *engine, UllimCliSession *self)
{
  if (self->phase != PHASE_RUNNING)
    return;
  self->printer = ullim_cli_people_printer_new (engine);
  g_signal_connect_object (self->printer, "event", G_CALLBACK (on_people_event), self, 0);
  if (self->options->settings)
    add_account (self);
  else
    begin (self);
}

/* The chat service exists only once the engine has started. */
static void
listen_to_chat (UllimCliSession *self)
{
  UllimChatService *chat = ullim_engine_get_chat (self->engine);

  g_signal_connect_object (chat, "message-received", G_CALLBACK (on_message_received), self, 0);
  g_signal_connect_object (chat, "message-changed", G_CALLBACK (on_message_changed), self, 0);
}

static void
on_engine_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimCliSession) self = data;
  g_autoptr (GError)          error = NULL;
  gboolean                    started = ullim_engine_start_finish (self->engine, result, &error);

  if (self->phase != PHASE_RUNNING)
    return;
  if (!started) {
    fail_start (self, error);
    return;
  }
  listen_to_chat (self);
  if (ullim_engine_is_loaded (self->engine))
    on_loaded (self->engine, self);
  else
    g_signal_connect_object (self->engine, "loaded", G_CALLBACK (on_loaded), self, 0);
}

static void
start_engine (UllimCliSession *self)
{
  ullim_engine_start_async (self->engine, self->cancellable, on_engine_started,
                            g_object_ref (self));
}

/* Read before the start: an account that is stored already would try without a password. */
static void
on_password_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimCliSession) self = data;
  g_autoptr (GError)          error = NULL;

  if (!g_file_load_contents_finish (G_FILE (source), result, &self->password, NULL, NULL, &error)) {
    if (self->phase == PHASE_RUNNING)
      fail_start (self, error);
    return;
  }
  self->password[strcspn (self->password, "\r\n")] = '\0';
  ullim_engine_remember_password (self->engine, self->options->settings->address, self->password);
  if (self->phase == PHASE_RUNNING)
    start_engine (self);
}

UllimCliSession *
ullim_cli_session_new (const UllimCliOptions *options)
{
  UllimCliSession *self = g_object_new (ULLIM_TYPE_CLI_SESSION, NULL);

  self->options = options;
  self->engine = ullim_engine_new (options->data_dir);
  return self;
}

void
ullim_cli_session_start (UllimCliSession *self)
{
  GListModel *accounts = ullim_engine_get_accounts (self->engine);

  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (on_accounts_changed), self, 0);
  g_signal_connect_object (self->engine, "listening", G_CALLBACK (on_listening), self, 0);
  g_signal_connect_object (self->engine, "certificate-question",
                           G_CALLBACK (on_certificate_question), self, 0);
  g_signal_connect_object (self->engine, "password-needed", G_CALLBACK (on_password_needed), self,
                           0);
  if (self->options->password_file) {
    g_autoptr (GFile) file = g_file_new_for_commandline_arg (self->options->password_file);

    g_file_load_contents_async (file, self->cancellable, on_password_read, g_object_ref (self));
  } else {
    start_engine (self);
  }
}

/* What the commands stand on */

gboolean
ullim_cli_session_get_failed (UllimCliSession *self)
{
  return self->failed;
}

UllimEngine *
ullim_cli_session_get_engine (UllimCliSession *self)
{
  return self->engine;
}

UllimCliJournal *
ullim_cli_session_get_journal (UllimCliSession *self)
{
  return self->journal;
}

GCancellable *
ullim_cli_session_get_cancellable (UllimCliSession *self)
{
  return self->cancellable;
}

UllimAccount *
ullim_cli_session_get_account (UllimCliSession *self)
{
  return self->account;
}

UllimAccount *
ullim_cli_session_get_asked (UllimCliSession *self, const char *fingerprint)
{
  return g_hash_table_lookup (self->questions, fingerprint);
}

UllimMessage *
ullim_cli_session_find (UllimCliSession *self, gint64 id, UllimConversation **conversation)
{
  Tracked *tracked = g_hash_table_lookup (self->tracked, &id);

  if (!tracked)
    return NULL;
  *conversation = tracked->conversation;
  return tracked->message;
}
