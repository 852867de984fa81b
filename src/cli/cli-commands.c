/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each command is one function that ends, now or in a callback, with finish().
 */
#define G_LOG_DOMAIN "cli-commands"

#include "ullim-config.h"

#include "cli-commands.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli-event.h"
#include "cli-session.h"

#define MAX_WORDS 3
#define HISTORY_DEFAULT 20
#define SEARCH_HITS 50

/* A command under way. */
typedef struct {
  UllimCliSession   *session; /* owned */
  const char        *name;
  char              *words[MAX_WORDS + 1]; /* owned: the arguments, NULL-terminated */
  UllimConversation *conversation;         /* owned, nullable */
} Job;

typedef struct {
  const char *name;
  const char *usage;
  const char *help;
  guint       min_words;
  guint       max_words; /* the last one takes the rest of the line */
  void (*run) (Job *job);
} Command;

static void
job_free (Job *job)
{
  for (guint i = 0; i < MAX_WORDS; i++)
    g_free (job->words[i]);
  g_clear_object (&job->conversation);
  g_object_unref (job->session);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

/* Ends the command; frees the job. */
static void
finish (Job *job, const GError *error)
{
  g_autoptr (Job) owned = job;

  ullim_cli_session_done (owned->session, owned->name, error);
}

static void
fail (Job *job, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (G_OPTION_ERROR, G_OPTION_ERROR_FAILED, message);

  finish (job, error);
}

static UllimChatService *
chat_of (Job *job)
{
  return ullim_engine_get_chat (ullim_cli_session_get_engine (job->session));
}

/* Finds the conversation with the first argument, then calls @next, which owns the job. */

static void
open_conversation (Job *job, GAsyncReadyCallback next)
{
  UllimAccount *account = ullim_cli_session_get_account (job->session);

  if (!account) {
    fail (job, _ ("There is no account: start with --account"));
    return;
  }
  ullim_chat_service_open_async (chat_of (job), account, job->words[0], NULL,
                                 ullim_cli_session_get_cancellable (job->session), next, job);
}

static gboolean
take_conversation (Job *job, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;

  job->conversation = ullim_chat_service_open_finish (chat_of (job), result, &error);
  if (!job->conversation)
    finish (job, error);
  return job->conversation != NULL;
}

/* message URI TEXT */

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  Job                     *job = data;
  g_autoptr (GError)       error = NULL;
  g_autoptr (UllimMessage) message = ullim_chat_service_send_finish (chat_of (job), result, &error);

  if (message)
    ullim_cli_session_track (job->session, job->conversation, message);
  finish (job, error);
}

/* \n is a line break, \t a tab, \\ a backslash; any other backslash is itself. */
static char *
unescape (const char *text)
{
  GString *out = g_string_sized_new (strlen (text));

  for (const char *p = text; *p; p++) {
    if (*p == '\\' && p[1] && strchr ("nt\\", p[1])) {
      p++;
      g_string_append_c (out, *p == 'n' ? '\n' : *p == 't' ? '\t' : '\\');
    } else {
      g_string_append_c (out, *p);
    }
  }
  return g_string_free (out, FALSE);
}

static void
on_opened_to_send (GObject *source, GAsyncResult *result, gpointer data)
{
  Job             *job = data;
  g_autofree char *text = NULL;

  if (!take_conversation (job, result))
    return;
  text = unescape (job->words[1]);
  ullim_chat_service_send_async (chat_of (job), job->conversation, text,
                                 ullim_cli_session_get_cancellable (job->session), on_sent, job);
}

static void
run_message (Job *job)
{
  open_conversation (job, on_opened_to_send);
}

/* history URI [N] */

static guint
wanted_rows (Job *job)
{
  guint64 n = HISTORY_DEFAULT;

  if (job->words[1])
    g_ascii_string_to_unsigned (job->words[1], 10, 1, ULLIM_CHAT_WINDOW, &n, NULL);
  return n;
}

static void
print_history (Job *job)
{
  GListModel *timeline = G_LIST_MODEL (ullim_conversation_get_timeline (job->conversation));
  guint       n = g_list_model_get_n_items (timeline);
  guint       count = MIN (n, wanted_rows (job));
  JsonObject *end;

  for (guint i = n - count; i < n; i++) {
    g_autoptr (UllimMessage) message = g_list_model_get_item (timeline, i);

    ullim_cli_session_emit (job->session,
                            ullim_cli_event_for_message ("history", job->conversation, message));
  }
  end = ullim_cli_event_new ("history-end");
  ullim_cli_event_add (end, "peer", ullim_conversation_get_peer (job->conversation));
  ullim_cli_event_add_int (end, "count", count);
  ullim_cli_session_emit (job->session, end);
}

static void
on_page_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  Job               *job = data;
  g_autoptr (GError) error = NULL;
  UllimTimeline     *timeline = ullim_conversation_get_timeline (job->conversation);

  if (!ullim_chat_service_load_finish (chat_of (job), result, &error)) {
    finish (job, error);
  } else if (ullim_timeline_get_has_older (timeline) &&
             g_list_model_get_n_items (G_LIST_MODEL (timeline)) < wanted_rows (job)) {
    ullim_chat_service_load_older_async (chat_of (job), job->conversation,
                                         ullim_cli_session_get_cancellable (job->session),
                                         on_page_loaded, job);
  } else {
    print_history (job);
    finish (job, NULL);
  }
}

static void
on_opened_to_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;

  if (take_conversation (job, result))
    ullim_chat_service_load_newest_async (chat_of (job), job->conversation,
                                          ullim_cli_session_get_cancellable (job->session),
                                          on_page_loaded, job);
}

static void
run_history (Job *job)
{
  if (job->words[1] &&
      !g_ascii_string_to_unsigned (job->words[1], 10, 1, ULLIM_CHAT_WINDOW, NULL, NULL))
    fail (job, _ ("The number of messages must be from 1 to 1000"));
  else
    open_conversation (job, on_opened_to_read);
}

/* search TEXT */

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  Job                  *job = data;
  g_autoptr (GError)    error = NULL;
  g_autoptr (GPtrArray) hits = ullim_chat_service_search_finish (chat_of (job), result, &error);
  JsonObject           *end;

  if (!hits) {
    finish (job, error);
    return;
  }
  for (guint i = 0; i < hits->len; i++) {
    UllimChatHit *hit = hits->pdata[i];

    ullim_cli_session_emit (
        job->session, ullim_cli_event_for_message ("search", hit->conversation, hit->message));
  }
  end = ullim_cli_event_new ("search-end");
  ullim_cli_event_add_int (end, "count", hits->len);
  ullim_cli_session_emit (job->session, end);
  finish (job, NULL);
}

static void
run_search (Job *job)
{
  ullim_chat_service_search_async (chat_of (job), job->words[0], NULL, 0, SEARCH_HITS,
                                   ullim_cli_session_get_cancellable (job->session), on_found, job);
}

/* conversations */

static void
run_conversations (Job *job)
{
  UllimEngine *engine = ullim_cli_session_get_engine (job->session);
  GListModel  *list = G_LIST_MODEL (ullim_engine_get_conversations (engine));
  guint        n = g_list_model_get_n_items (list);
  JsonObject  *end = ullim_cli_event_new ("conversations-end");

  for (guint i = 0; i < n; i++) {
    g_autoptr (UllimConversation) conversation = g_list_model_get_item (list, i);
    UllimAccount                 *account = ullim_conversation_get_account (conversation);
    JsonObject                   *event = ullim_cli_event_new ("conversation");

    ullim_cli_event_add (event, "account", ullim_account_get_address (account));
    ullim_cli_event_add (event, "peer", ullim_conversation_get_peer (conversation));
    ullim_cli_event_add (event, "name", ullim_conversation_get_name (conversation));
    ullim_cli_event_add_int (event, "unread", ullim_conversation_get_unread (conversation));
    ullim_cli_event_add (event, "last", ullim_conversation_get_last_text (conversation));
    ullim_cli_session_emit (job->session, event);
  }
  ullim_cli_event_add_int (end, "count", n);
  ullim_cli_session_emit (job->session, end);
  finish (job, NULL);
}

/* read URI */

static void
on_opened_to_mark (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;

  if (!take_conversation (job, result))
    return;
  ullim_chat_service_mark_read (chat_of (job), job->conversation);
  finish (job, NULL);
}

static void
run_read (Job *job)
{
  open_conversation (job, on_opened_to_mark);
}

/* retry ID */

static void
run_retry (Job *job)
{
  UllimConversation *conversation = NULL;
  UllimMessage      *message = NULL;
  guint64            id;

  if (g_ascii_string_to_unsigned (job->words[0], 10, 1, G_MAXINT64, &id, NULL))
    message = ullim_cli_session_find (job->session, id, &conversation);
  if (!message || ullim_message_get_delivery (message) != ULLIM_DELIVERY_FAILED) {
    fail (job, _ ("No message of that number has failed in this run"));
    return;
  }
  ullim_chat_service_retry (chat_of (job), conversation, message);
  finish (job, NULL);
}

/* trust FINGERPRINT */

static void
run_trust (Job *job)
{
  UllimAccount *account = ullim_cli_session_get_asked (job->session, job->words[0]);

  if (!account) {
    fail (job, _ ("No server has shown a certificate with this fingerprint"));
    return;
  }
  ullim_engine_trust_certificate (ullim_cli_session_get_engine (job->session), account,
                                  job->words[0]);
  finish (job, NULL);
}

/* password-file FILE */

static void
on_password_set (GObject *source, GAsyncResult *result, gpointer data)
{
  Job               *job = data;
  g_autoptr (GError) error = NULL;

  ullim_engine_set_password_finish (ullim_cli_session_get_engine (job->session), result, &error);
  finish (job, error);
}

static void
on_password_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  Job               *job = data;
  g_autoptr (GError) error = NULL;
  g_autofree char   *password = NULL;

  if (!g_file_load_contents_finish (G_FILE (source), result, &password, NULL, NULL, &error)) {
    finish (job, error);
    return;
  }
  password[strcspn (password, "\r\n")] = '\0';
  ullim_engine_set_password_async (
      ullim_cli_session_get_engine (job->session), ullim_cli_session_get_account (job->session),
      password, ullim_cli_session_get_cancellable (job->session), on_password_set, job);
  explicit_bzero (password, strlen (password));
}

static void
run_password_file (Job *job)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (job->words[0]);

  if (!ullim_cli_session_get_account (job->session))
    fail (job, _ ("There is no account: start with --account"));
  else
    g_file_load_contents_async (file, ullim_cli_session_get_cancellable (job->session),
                                on_password_loaded, job);
}

/* wait EVENT [FIELD=VALUE] [SECONDS] */

static void
on_waited (GObject *source, GAsyncResult *result, gpointer data)
{
  Job               *job = data;
  g_autoptr (GError) error = NULL;

  if (ullim_cli_journal_wait_finish (ULLIM_CLI_JOURNAL (source), result, &error)) {
    JsonObject *event = ullim_cli_event_new ("waited");

    ullim_cli_event_add (event, "for", job->words[0]);
    ullim_cli_session_emit (job->session, event);
  }
  finish (job, error);
}

static void
run_wait (Job *job)
{
  const char    *condition = job->words[1] && strchr (job->words[1], '=') ? job->words[1] : NULL;
  const char    *duration = condition ? job->words[2] : job->words[1];
  g_auto (GStrv) pair = condition ? g_strsplit (condition, "=", 2) : NULL;
  guint64        seconds = ULLIM_CLI_WAIT_DEFAULT_S;

  if (duration &&
      !g_ascii_string_to_unsigned (duration, 10, 1, ULLIM_CLI_WAIT_MAX_S, &seconds, NULL)) {
    fail (job, _ ("The time to wait must be from 1 to 86400 seconds"));
    return;
  }
  ullim_cli_journal_wait_async (ullim_cli_session_get_journal (job->session), job->words[0],
                                pair ? pair[0] : NULL, pair ? pair[1] : NULL, seconds,
                                ullim_cli_session_get_cancellable (job->session), on_waited, job);
}

/* help, quit */

static void
run_help (Job *job)
{
  g_autofree char *help = ullim_cli_commands_help ();
  JsonObject      *event = ullim_cli_event_new ("help");

  ullim_cli_event_add (event, "text", help);
  ullim_cli_session_emit (job->session, event);
  finish (job, NULL);
}

static void
run_quit (Job *job)
{
  ullim_cli_session_quit (job->session);
  finish (job, NULL);
}

/* clang-format off */
static const Command commands[] = {
  { "message", N_("URI TEXT"),
    N_("Write to somebody; \\n is a line break, \\\\ a backslash"), 2, 2, run_message },
  { "history", N_("URI [N]"), N_("Print the newest N messages (20)"), 1, 2, run_history },
  { "search", N_("TEXT"), N_("Find messages that contain each word of TEXT"), 1, 1, run_search },
  { "conversations", "", N_("Print all conversations"), 0, 0, run_conversations },
  { "read", N_("URI"), N_("Mark a conversation as read"), 1, 1, run_read },
  { "retry", N_("ID"), N_("Send a failed message again"), 1, 1, run_retry },
  { "trust", N_("FINGERPRINT"),
    N_("Trust the certificate that a server has shown"), 1, 1, run_trust },
  { "password-file", N_("FILE"),
    N_("Take the password from the first line of FILE"), 1, 1, run_password_file },
  { "wait", N_("EVENT [FIELD=VALUE] [SECONDS]"),
    N_("Wait for an event that no wait has taken yet (10 seconds)"), 1, 3, run_wait },
  { "help", "", N_("Print this help"), 0, 0, run_help },
  { "quit", "", N_("End; what is not sent yet stays queued"), 0, 0, run_quit },
};

static const struct {
  const char *name;
  const char *fields;
  const char *help;
} events[] = {
  { "ready", "", N_("Commands are read from now on") },
  { "listening", "account url", N_("A transport is bound, with its real port") },
  { "registered", "account", N_("The account is online") },
  { "online", "account", N_("An account that does not register listens") },
  { "unregistered", "account state problem text detail retry_s",
    N_("It is not online: connecting, waiting, failed or off") },
  { "certificate", "account host subject issuer not_before not_after fingerprint pinned",
    N_("A server’s certificate is not trusted") },
  { "password-needed", "account", N_("The server wants a password or refuses this one") },
  { "message", "id account from name text sent", N_("A message came; it is on disk") },
  { "message-state", "id to state problem text",
    N_("Own message: queued, sending, accepted (the server keeps it), delivered, failed") },
  { "history", "id direction peer text state sent", N_("One message; history-end follows") },
  { "search", "id direction peer text state sent", N_("One message found; search-end follows") },
  { "conversation", "account peer name unread last",
    N_("One conversation; conversations-end follows") },
  { "waited", "for", N_("The wait is over") },
  { "error", "command problem text detail", N_("A command failed, or came in vain") },
};
/* clang-format on */

char *
ullim_cli_commands_help (void)
{
  GString *help = g_string_new (_ ("Commands:"));

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    const char      *usage = *commands[i].usage ? _ (commands[i].usage) : "";
    g_autofree char *left = g_strdup_printf ("%s %s", commands[i].name, usage);

    g_string_append_printf (help, "\n  %-38s %s", left, _ (commands[i].help));
  }
  g_string_append_printf (help, "\n\n%s", _ ("Events:"));
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    g_string_append_printf (help, "\n  %-16s %s\n  %-16s %s", events[i].name, events[i].fields, "",
                            _ (events[i].help));
  g_string_append_printf (
      help, "\n\n%s",
      _ ("The exit status is 0 if every command succeeded, 1 if one failed, 2 for wrong usage."));
  return g_string_free (help, FALSE);
}

static const Command *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  }
  return NULL;
}

/* Splits @rest into at most @max words, the last with the rest; Returns: how many. */
static guint
split (char *rest, guint max, char **words)
{
  guint n = 0;

  while (n < max && *(rest = g_strchug (rest))) {
    char *end = n + 1 < max ? rest + strcspn (rest, " \t") : rest + strlen (rest);

    words[n++] = g_strndup (rest, end - rest);
    rest = end;
  }
  return *g_strchug (rest) ? max + 1 : n;
}

void
ullim_cli_commands_run (UllimCliSession *session, const char *line)
{
  g_autofree char *copy = g_strdup (line);
  gsize            name_length = strcspn (copy, " \t");
  g_autofree char *name = g_strndup (copy, name_length);
  const Command   *command = find_command (name);
  Job             *job;
  guint            n;

  if (!command) {
    g_autoptr (GError) error = g_error_new (G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                                            _ ("There is no command “%s”"), name);

    ullim_cli_session_done (session, name, error);
    return;
  }

  job = g_new0 (Job, 1);
  job->session = g_object_ref (session);
  job->name = command->name;
  n = split (copy + name_length, command->max_words, job->words);
  if (n < command->min_words || n > command->max_words) {
    g_autofree char *text = g_strdup_printf (_ ("Usage: %s %s"), command->name,
                                             *command->usage ? _ (command->usage) : "");

    fail (job, text);
    return;
  }
  command->run (job);
}
