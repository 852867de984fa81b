/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ullim-cli: Ullim without a screen, for scripts and tests. Standard input carries commands,
 * standard output events (docs/cli.md).
 */
#define G_LOG_DOMAIN "cli-main"

#include "ullim-config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>

#include "cli-commands.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

static gboolean
on_terminate (gpointer data)
{
  ullim_cli_session_quit (data);
  return G_SOURCE_CONTINUE;
}

static int
run (const UllimCliOptions *options)
{
  g_autoptr (GMainLoop)       loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (UllimCliSession) session = ullim_cli_session_new (options);
  guint                       term_id = g_unix_signal_add (SIGTERM, on_terminate, session);
  guint                       int_id = g_unix_signal_add (SIGINT, on_terminate, session);

  /* A reader that has gone away must not end us before the history is closed. */
  signal (SIGPIPE, SIG_IGN);
  g_signal_connect (session, "line", G_CALLBACK (ullim_cli_commands_run), NULL);
  g_signal_connect_swapped (session, "finished", G_CALLBACK (g_main_loop_quit), loop);
  ullim_cli_session_start (session);
  g_main_loop_run (loop);
  g_source_remove (term_id);
  g_source_remove (int_id);
  return ullim_cli_session_get_failed (session) ? EXIT_FAILED : EXIT_OK;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError)          error = NULL;
  g_autoptr (UllimCliOptions) options = NULL;
  g_autofree char            *help = NULL;

  /* Standard output belongs to the events. */
  g_log_writer_default_set_use_stderr (TRUE);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, ULLIM_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  help = ullim_cli_commands_help ();
  options = ullim_cli_options_parse (&argc, &argv, help, &error);
  if (!options) {
    g_printerr ("ullim-cli: %s\n", error->message);
    return EXIT_USAGE;
  }
  if (options->version) {
    g_print ("ullim-cli %s\n", ULLIM_VERSION);
    return EXIT_OK;
  }
  return run (options);
}
