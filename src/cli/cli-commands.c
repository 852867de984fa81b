/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each command is one function that ends, now or in a callback, with ullim_cli_job_finish().
 */
#define G_LOG_DOMAIN "cli-commands"

#include "ullim-config.h"

#include "cli-commands.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli-commands-private.h"
#include "cli-event.h"

typedef struct {
  const char *name;
  const char *usage;
  const char *help;
  guint       min_words;
  guint       max_words; /* the last one takes the rest of the line */
  void (*run) (UllimCliJob *job);
} Command;

/* trust FINGERPRINT */

static void
run_trust (UllimCliJob *job)
{
  UllimAccount *account = ullim_cli_session_get_asked (job->session, job->words[0]);

  if (!account) {
    ullim_cli_job_fail (job, _ ("No server has shown a certificate with this fingerprint"));
    return;
  }
  ullim_engine_trust_certificate (ullim_cli_session_get_engine (job->session), account,
                                  job->words[0]);
  ullim_cli_job_finish (job, NULL);
}

/* password-file FILE */

static void
on_password_set (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimCliJob       *job = data;
  g_autoptr (GError) error = NULL;

  ullim_engine_set_password_finish (ullim_cli_session_get_engine (job->session), result, &error);
  ullim_cli_job_finish (job, error);
}

static void
on_password_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimCliJob       *job = data;
  g_autoptr (GError) error = NULL;
  g_autofree char   *password = NULL;

  if (!g_file_load_contents_finish (G_FILE (source), result, &password, NULL, NULL, &error)) {
    ullim_cli_job_finish (job, error);
    return;
  }
  password[strcspn (password, "\r\n")] = '\0';
  ullim_engine_set_password_async (
      ullim_cli_session_get_engine (job->session), ullim_cli_session_get_account (job->session),
      password, ullim_cli_session_get_cancellable (job->session), on_password_set, job);
  explicit_bzero (password, strlen (password));
}

static void
run_password_file (UllimCliJob *job)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (job->words[0]);

  if (ullim_cli_job_get_account (job))
    g_file_load_contents_async (file, ullim_cli_session_get_cancellable (job->session),
                                on_password_loaded, job);
}

/* wait EVENT [FIELD=VALUE] [SECONDS] */

static void
on_waited (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimCliJob       *job = data;
  g_autoptr (GError) error = NULL;

  if (ullim_cli_journal_wait_finish (ULLIM_CLI_JOURNAL (source), result, &error)) {
    JsonObject *event = ullim_cli_event_new ("waited");

    ullim_cli_event_add (event, "for", job->words[0]);
    ullim_cli_session_emit (job->session, event);
  }
  ullim_cli_job_finish (job, error);
}

static void
run_wait (UllimCliJob *job)
{
  const char    *condition = job->words[1] && strchr (job->words[1], '=') ? job->words[1] : NULL;
  const char    *duration = condition ? job->words[2] : job->words[1];
  g_auto (GStrv) pair = condition ? g_strsplit (condition, "=", 2) : NULL;
  guint64        seconds = ULLIM_CLI_WAIT_DEFAULT_S;

  if (duration &&
      !g_ascii_string_to_unsigned (duration, 10, 1, ULLIM_CLI_WAIT_MAX_S, &seconds, NULL)) {
    ullim_cli_job_fail (job, _ ("The time to wait must be from 1 to 86400 seconds"));
    return;
  }
  ullim_cli_journal_wait_async (ullim_cli_session_get_journal (job->session), job->words[0],
                                pair ? pair[0] : NULL, pair ? pair[1] : NULL, seconds,
                                ullim_cli_session_get_cancellable (job->session), on_waited, job);
}

/* help, quit */

static void
run_help (UllimCliJob *job)
{
  g_autofree char *help = ullim_cli_commands_help ();
  JsonObject      *event = ullim_cli_event_new ("help");

  ullim_cli_event_add (event, "text", help);
  ullim_cli_session_emit (job->session, event);
  ullim_cli_job_finish (job, NULL);
}

static void
run_quit (UllimCliJob *job)
{
  ullim_cli_session_quit (job->session);
  ullim_cli_job_finish (job, NULL);
}

/* clang-format off */
static const Command commands[] = {
  { "message", N_("URI TEXT"),
    N_("Write to somebody; \\n is a line break, \\\\ a backslash"), 2, 2, ullim_cli_run_message },
  { "history", N_("URI [N]"), N_("Print the newest N messages (20)"),
    1, 2, ullim_cli_run_history },
  { "search", N_("TEXT"), N_("Find messages that contain each word of TEXT"),
    1, 1, ullim_cli_run_search },
  { "conversations", "", N_("Print all conversations"),
    0, 0, ullim_cli_run_conversations },
  { "read", N_("URI"), N_("Mark a conversation as read"), 1, 1, ullim_cli_run_read },
  { "retry", N_("ID"), N_("Send a failed message again"), 1, 1, ullim_cli_run_retry },
  { "presence", N_("STATE [NOTE]"),
    N_("Tell others: available, away, busy, dnd or invisible"), 1, 2, ullim_cli_run_presence },
  { "people", N_("[TEXT]"),
    N_("Print the address book, or whose name or address contains TEXT"),
    0, 1, ullim_cli_run_people },
  { "people export", N_("FILE"),
    N_("Write the address book to a vCard file"), 1, 1, ullim_cli_run_export },
  { "people import", N_("FILE"),
    N_("Add the people of a vCard file"), 1, 1, ullim_cli_run_import },
  { "person add", N_("URI [NAME]"),
    N_("Add somebody, ask to see them and let them see you"), 1, 2, ullim_cli_run_person_add },
  { "person remove", N_("URI"), N_("Remove somebody"), 1, 1, ullim_cli_run_person_remove },
  { "person group", N_("URI GROUP"),
    N_("Put somebody into a group"), 2, 2, ullim_cli_run_person_group },
  { "person block", N_("URI"),
    N_("Let nothing of somebody through, and show them nothing"), 1, 1, ullim_cli_run_block },
  { "person unblock", N_("URI"), N_("End a block"), 1, 1, ullim_cli_run_unblock },
  { "watch", N_("URI"),
    N_("Show the presence of somebody who is not in the address book"),
    1, 1, ullim_cli_run_watch },
  { "unwatch", N_("URI"), N_("End that"), 1, 1, ullim_cli_run_unwatch },
  { "watchers", "", N_("Print who asked to see you and what you decided"),
    0, 0, ullim_cli_run_watchers },
  { "allow", N_("URI"), N_("Let somebody see your presence"), 1, 1, ullim_cli_run_allow },
  { "deny", N_("URI"), N_("Do not let somebody see your presence"), 1, 1, ullim_cli_run_deny },
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
  { "own-presence", "state told note",
    N_("What you chose, and what others are told: away when idle, on the phone in a call") },
  { "presence", "account uri state reason note stale since",
    N_("Of somebody you watch: available, away, busy, dnd, on-the-phone, offline, unknown") },
  { "permission-request", "account uri name permission asked",
    N_("Somebody asks to see your presence") },
  { "permission", "account uri name permission asked",
    N_("What you decided: asked, allowed, denied, blocked") },
  { "watchers-end", "count", N_("After the permissions of “watchers”") },
  { "person", "id name uri groups state reason note stale since favourite permission",
    N_("One person of the address book; people-end follows") },
  { "person-added", "uri name", N_("Also by another device, like the next two") },
  { "person-changed", "uri name", N_("Name, addresses or groups are others now") },
  { "person-removed", "uri name", N_("Somebody has left the address book") },
  { "people-exported", "file", N_("All of it is written") },
  { "people-imported", "added changed skipped", N_("How many; skipped could not be read") },
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
    g_string_append_printf (help, "\n  %-18s %s\n  %-18s %s", events[i].name, events[i].fields, "",
                            _ (events[i].help));
  g_string_append_printf (
      help, "\n\n%s",
      _ ("The exit status is 0 if every command succeeded, 1 if one failed, 2 for wrong usage."));
  return g_string_free (help, FALSE);
}

/* The command that @line begins with; of “people” and “people export” the longer one. */
static const Command *
find_command (const char *line)
{
  const Command *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    gsize length = strlen (commands[i].name);

    if (strncmp (line, commands[i].name, length) == 0 && strchr (" \t", line[length]) &&
        (!found || length > strlen (found->name)))
      found = &commands[i];
  }
  return found;
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
  const Command   *command = find_command (line);
  g_autofree char *arguments = NULL;
  UllimCliJob     *job;
  guint            n;

  if (!command) {
    g_autofree char   *name = g_strndup (line, strcspn (line, " \t"));
    g_autoptr (GError) error = g_error_new (G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                                            _ ("There is no command “%s”"), name);

    ullim_cli_session_done (session, name, error);
    return;
  }

  job = ullim_cli_job_new (session, command->name);
  arguments = g_strdup (line + strlen (command->name));
  n = split (arguments, command->max_words, job->words);
  if (n < command->min_words || n > command->max_words) {
    g_autofree char *text = g_strdup_printf (_ ("Usage: %s %s"), command->name,
                                             *command->usage ? _ (command->usage) : "");

    ullim_cli_job_fail (job, text);
    return;
  }
  command->run (job);
}
