/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ullim-server: the command line. Everything a group needs to have its own service.
 */
#define G_LOG_DOMAIN "server-main"

#include "server-accounts.h"
#include "server-certificates.h"
#include "server-domain.h"
#include "server-limits.h"
#include "server-log.h"
#include "server.h"
#include "ullim-config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define EXIT_USAGE 2
#define DEFAULT_PORT 5060
#define DEFAULT_TLS_PORT 5061

typedef struct {
  char    *data_dir;
  char    *domain;
  char    *listen;
  char    *password_file;
  int      port;
  int      tls_port;
  int      http_port;
  int      https_port;
  int      rate;
  gboolean verbose;
  gboolean until_eof;
  gboolean version;
} Arguments;

static const char summary[] =
    "Commands:\n"
    "  init --domain DOMAIN     Make the group: database, certificates\n"
    "  serve                    Serve until SIGTERM or SIGINT\n"
    "  user add NAME            Make an account (asks for the password)\n"
    "  user passwd NAME         Set another password\n"
    "  user remove NAME         Remove an account and what waits for it\n"
    "  user list                List the accounts\n"
    "\n"
    "Everyone can write to and call sip:echo@DOMAIN, who returns what is sent.";

/* ---- passwords ---- */

static char *
read_line (FILE *stream)
{
  char  line[ULLIM_SERVER_MAX_PASSWORD + 3];
  char *text;

  if (!fgets (line, sizeof line, stream))
    return NULL;
  text = g_strdup (line);
  text[strcspn (text, "\r\n")] = '\0';
  memset (line, 0, sizeof line);
  return text;
}

static char *
ask (const char *prompt)
{
  struct termios usual;
  struct termios silent;
  char          *text;

  tcgetattr (STDIN_FILENO, &usual);
  silent = usual;
  silent.c_lflag &= ~(tcflag_t) ECHO;
  fputs (prompt, stderr);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
  text = read_line (stdin);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &usual);
  fputc ('\n', stderr);
  return text;
}

static char *
ask_twice (GError **error)
{
  g_autofree char *first = ask ("Password: ");
  g_autofree char *second = ask ("Once more: ");

  if (!first || !second || strcmp (first, second) != 0) {
    g_set_error_literal (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_INVALID,
                         "The two passwords differ.");
    return NULL;
  }
  return g_steal_pointer (&first);
}

static char *
get_password (const Arguments *arguments, GError **error)
{
  char *password;
  FILE *file;

  if (!arguments->password_file && isatty (STDIN_FILENO))
    return ask_twice (error);
  file = arguments->password_file ? g_fopen (arguments->password_file, "re") : stdin;
  password = file ? read_line (file) : NULL;
  if (!password)
    g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_FILE,
                 "Cannot read a password from %s.",
                 arguments->password_file ? arguments->password_file : "standard input");
  if (file && file != stdin)
    fclose (file);
  return password;
}

/* ---- commands ---- */

static gboolean
store_domain (UllimServerSqlite *sqlite, const char *domain, GError **error)
{
  g_autofree char *old = ullim_server_sqlite_setting (sqlite, "domain");
  sqlite3_stmt    *statement;

  if (old && strcmp (old, domain) != 0) {
    g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_EXISTS,
                 "This folder already holds the group of %s; passwords are bound to that name.",
                 old);
    return FALSE;
  }
  statement =
      ullim_server_sqlite_prepare (sqlite, "INSERT OR REPLACE INTO settings VALUES ('domain', ?)");
  if (statement)
    sqlite3_bind_text (statement, 1, domain, -1, SQLITE_STATIC);
  if (!ullim_server_sqlite_run (sqlite, statement)) {
    ullim_server_sqlite_set_error (sqlite, "store the domain", error);
    return FALSE;
  }
  return TRUE;
}

static gboolean
run_init (const Arguments *arguments, GError **error)
{
  g_autofree char              *path = ullim_server_database_path (arguments->data_dir);
  g_autofree char              *domain = ullim_server_domain_parse (arguments->domain, error);
  g_autoptr (UllimServerSqlite) sqlite = NULL;

  if (!domain)
    return FALSE;
  if (g_mkdir_with_parents (arguments->data_dir, 0700) < 0) {
    g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_FILE,
                 "Cannot make the folder %s: %s.", arguments->data_dir, g_strerror (errno));
    return FALSE;
  }
  if (!g_str_is_ascii (arguments->domain))
    printf ("In SIP addresses %s is written %s.\n", arguments->domain, domain);
  sqlite = ullim_server_sqlite_open (path, TRUE, error);
  return sqlite && store_domain (sqlite, domain, error) &&
         ullim_server_certificates_make (arguments->data_dir, domain, error);
}

static gboolean
run_serve (const Arguments *arguments, GError **error)
{
  g_autofree char *listen_on =
      ullim_server_domain_bare_address (arguments->listen ? arguments->listen : "0.0.0.0");
  UllimServerOptions options = {.data_dir = arguments->data_dir,
                                .listen = listen_on,
                                .port = arguments->port,
                                .tls_port = arguments->tls_port,
                                .http_port = arguments->http_port,
                                .https_port = arguments->https_port,
                                .rate = arguments->rate,
                                .until_eof = arguments->until_eof};

  if (arguments->port < 0 || arguments->port > G_MAXUINT16 || arguments->tls_port < 0 ||
      arguments->tls_port > G_MAXUINT16 || arguments->http_port > G_MAXUINT16 ||
      arguments->https_port > G_MAXUINT16 || arguments->rate < 0) {
    g_set_error_literal (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_INVALID,
                         "A port is 0 to 65535, a rate not negative.");
    return FALSE;
  }
  return ullim_server_run (&options, error);
}

static gboolean
store_user (const Arguments   *arguments,
            UllimServerSqlite *sqlite,
            const char        *name,
            gboolean           replace,
            GError           **error)
{
  char    *password = get_password (arguments, error);
  gboolean stored;

  if (!password)
    return FALSE;
  stored = ullim_server_accounts_store (sqlite, name, password, replace, error);
  memset (password, 0, strlen (password));
  g_free (password);
  return stored;
}

static gboolean
list_users (UllimServerSqlite *sqlite)
{
  g_autoptr (GPtrArray) names = ullim_server_accounts_list (sqlite);

  for (guint i = 0; i < names->len; i++)
    printf ("%s\n", (char *) g_ptr_array_index (names, i));
  return TRUE;
}

static gboolean
run_user (const Arguments *arguments, char **words, GError **error)
{
  g_autofree char              *path = ullim_server_database_path (arguments->data_dir);
  g_autoptr (UllimServerSqlite) sqlite = ullim_server_sqlite_open (path, FALSE, error);
  guint                         n = g_strv_length (words);

  if (!sqlite)
    return FALSE;
  if (n == 1 && strcmp (words[0], "list") == 0)
    return list_users (sqlite);
  if (n == 2 && strcmp (words[0], "add") == 0)
    return store_user (arguments, sqlite, words[1], FALSE, error);
  if (n == 2 && strcmp (words[0], "passwd") == 0)
    return store_user (arguments, sqlite, words[1], TRUE, error);
  if (n == 2 && strcmp (words[0], "remove") == 0)
    return ullim_server_accounts_remove (sqlite, words[1], error);
  g_set_error_literal (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_INVALID,
                       "\"user\" is followed by add, passwd or remove and a name, or by list.");
  return FALSE;
}

static gboolean
run_command (const Arguments *arguments, char **words, GError **error)
{
  if (strcmp (words[0], "init") == 0 && !words[1])
    return run_init (arguments, error);
  if (strcmp (words[0], "serve") == 0 && !words[1])
    return run_serve (arguments, error);
  if (strcmp (words[0], "user") == 0)
    return run_user (arguments, words + 1, error);
  g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_INVALID,
               "\"%s\" is not a command; see --help.", words[0]);
  return FALSE;
}

/* ---- options ---- */

static gboolean
parse (Arguments *arguments, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
      {"data-dir", 0, 0, G_OPTION_ARG_FILENAME, &arguments->data_dir,
       "The group's folder (default: $XDG_DATA_HOME/ullim-server)", "DIR"},
      /* Not a string: that would have to be in the locale's encoding, and a service has none. */
      {"domain", 0, 0, G_OPTION_ARG_FILENAME, &arguments->domain,
       "init: the group's domain name or IP address", "DOMAIN"},
      {"listen", 0, 0, G_OPTION_ARG_STRING, &arguments->listen,
       "serve: address to listen on (default: 0.0.0.0)", "IP"},
      {"port", 0, 0, G_OPTION_ARG_INT, &arguments->port,
       "serve: port for UDP and TCP, 0 for any (default: 5060)", "PORT"},
      {"tls-port", 0, 0, G_OPTION_ARG_INT, &arguments->tls_port,
       "serve: port for TLS, 0 for any (default: 5061)", "PORT"},
      {"http-port", 0, 0, G_OPTION_ARG_INT, &arguments->http_port,
       "serve: port for XCAP without TLS, 0 for any (default: 5080, or any if that is taken)",
       "PORT"},
      {"https-port", 0, 0, G_OPTION_ARG_INT, &arguments->https_port,
       "serve: port for XCAP with TLS, 0 for any (default: 5081, or any if that is taken)", "PORT"},
      {"rate", 0, 0, G_OPTION_ARG_INT, &arguments->rate,
       "serve: requests a second from one address, 0 for no limit (default: " G_STRINGIFY (
           ULLIM_SERVER_RATE) ")",
       "N"},
      {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &arguments->password_file,
       "user: read the password from the first line of FILE", "FILE"},
      {"until-eof", 0, 0, G_OPTION_ARG_NONE, &arguments->until_eof,
       "serve: end when standard input ends", NULL},
      {"verbose", 0, 0, G_OPTION_ARG_NONE, &arguments->verbose,
       "serve: one line per event on standard error", NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, &arguments->version, "Print the version and exit", NULL},
      {NULL},
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("COMMAND");

  g_option_context_set_summary (context, "The group server of Ullim: a SIP registrar and proxy.");
  g_option_context_set_description (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

int
main (int argc, char **argv)
{
  Arguments          arguments = {.port = DEFAULT_PORT,
                                  .tls_port = DEFAULT_TLS_PORT,
                                  .http_port = -1,
                                  .https_port = -1,
                                  .rate = ULLIM_SERVER_RATE};
  g_autoptr (GError) error = NULL;
  gboolean           done = FALSE;

  if (!parse (&arguments, &argc, &argv, &error) || (argc < 2 && !arguments.version)) {
    fprintf (stderr, "ullim-server: %s\n",
             error ? error->message : "a command is missing; see --help.");
    return EXIT_USAGE;
  }
  if (arguments.version) {
    printf ("ullim-server %s\n", ULLIM_VERSION);
    return EXIT_SUCCESS;
  }
  ullim_server_log_init (arguments.verbose);
  if (!arguments.data_dir)
    arguments.data_dir = g_build_filename (g_get_user_data_dir (), "ullim-server", NULL);
  done = run_command (&arguments, argv + 1, &error);
  if (!done)
    fprintf (stderr, "ullim-server: %s\n", error->message);
  g_free (arguments.data_dir);
  g_free (arguments.domain);
  g_free (arguments.listen);
  g_free (arguments.password_file);
  return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
