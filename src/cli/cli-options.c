/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GOption does the work; what belongs together is checked here.
 */
#define G_LOG_DOMAIN "cli-options"

#include "ullim-config.h"

#include "cli-options.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

typedef struct {
  char    *data_dir;
  char    *account;
  char    *display_name;
  char    *auth_user;
  char    *password_file;
  char    *proxy;
  char   **listen;
  gboolean no_register;
  char    *ca_file;
  char    *xcap_root;
  gboolean json;
  gboolean version;
} Parsed;

static void
parsed_clear (Parsed *parsed)
{
  g_free (parsed->data_dir);
  g_free (parsed->account);
  g_free (parsed->display_name);
  g_free (parsed->auth_user);
  g_free (parsed->password_file);
  g_free (parsed->proxy);
  g_strfreev (parsed->listen);
  g_free (parsed->ca_file);
  g_free (parsed->xcap_root);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parsed, parsed_clear)

static GOptionContext *
build_context (Parsed *p, const char *description)
{
  /* clang-format off */
  const GOptionEntry entries[] = {
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &p->data_dir,
      N_("Folder for accounts and history"), N_("DIR") },
    { "account", 0, 0, G_OPTION_ARG_STRING, &p->account,
      N_("Account of this run; without it the stored accounts are used"), N_("URI") },
    { "name", 0, 0, G_OPTION_ARG_STRING, &p->display_name,
      N_("Name shown to others"), N_("NAME") },
    { "auth-user", 0, 0, G_OPTION_ARG_STRING, &p->auth_user,
      N_("User name for the password, where it is not that of the address"), N_("USER") },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &p->password_file,
      N_("File whose first line is the password; it is not stored"), N_("FILE") },
    { "proxy", 0, 0, G_OPTION_ARG_STRING, &p->proxy,
      N_("Server to connect to, such as sip:host:port;transport=tcp"), N_("URI") },
    { "listen", 0, 0, G_OPTION_ARG_STRING_ARRAY, &p->listen,
      N_("Address to listen on: udp:IP:PORT, tcp:IP:PORT; may be repeated, port 0 is any"),
      N_("ADDRESS") },
    { "no-register", 0, 0, G_OPTION_ARG_NONE, &p->no_register,
      N_("Work without a server, by direct addresses"), NULL },
    { "tls-ca", 0, 0, G_OPTION_ARG_FILENAME, &p->ca_file,
      N_("PEM file of the authorities to trust instead of the system’s"), N_("FILE") },
    { "xcap-root", 0, 0, G_OPTION_ARG_STRING, &p->xcap_root,
      N_("Where the server keeps the address book, if it does not tell: https://host/root"),
      N_("URI") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &p->json,
      N_("Print each event as one JSON object per line"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &p->version, N_("Print the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  /* clang-format on */
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context,
                                _ ("Reads one command per line and prints one event per line."));
  g_option_context_set_description (context, description);
  return context;
}

static UllimAccountSettings *
to_settings (const Parsed *parsed)
{
  UllimAccountSettings *settings = ullim_account_settings_new ();

  settings->address = g_strdup (parsed->account);
  settings->display_name = g_strdup (parsed->display_name);
  settings->auth_user = g_strdup (parsed->auth_user);
  settings->proxy = g_strdup (parsed->proxy);
  settings->listen = g_strdupv (parsed->listen);
  settings->registers = !parsed->no_register;
  settings->ca_file = g_strdup (parsed->ca_file);
  settings->xcap_root = g_strdup (parsed->xcap_root);
  return settings;
}

static gboolean
needs_account (const Parsed *parsed)
{
  return parsed->display_name || parsed->auth_user || parsed->password_file || parsed->proxy ||
         parsed->listen || parsed->no_register || parsed->ca_file || parsed->xcap_root;
}

/* udp:IP:PORT or tcp:IP:PORT, IPv6 in brackets. */
static gboolean
is_listen_address (const char *text)
{
  g_autoptr (GSocketConnectable) place = NULL;

  if (!g_str_has_prefix (text, "udp:") && !g_str_has_prefix (text, "tcp:"))
    return FALSE;
  text += strlen ("udp:");
  if (!strchr (text, ':') || !g_ascii_isdigit (text[strlen (text) - 1]))
    return FALSE;
  place = g_network_address_parse (text, 0, NULL);
  return place &&
         g_hostname_is_ip_address (g_network_address_get_hostname (G_NETWORK_ADDRESS (place)));
}

static gboolean
check_listen (const Parsed *parsed, GError **error)
{
  for (guint i = 0; parsed->listen && parsed->listen[i]; i++) {
    if (!is_listen_address (parsed->listen[i])) {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("“%s” is no address to listen on: write udp:IP:PORT or tcp:IP:PORT"),
                   parsed->listen[i]);
      return FALSE;
    }
  }
  return TRUE;
}

/* Later it would only be known that no TLS connection comes about. The path is stored with the
 * account, so it must be good from any folder. */
static gboolean
check_ca_file (Parsed *parsed, GError **error)
{
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError)       local = NULL;
  g_autofree char         *given = g_steal_pointer (&parsed->ca_file);

  if (!given)
    return TRUE;
  parsed->ca_file = g_canonicalize_filename (given, NULL);
  database = g_tls_file_database_new (parsed->ca_file, &local);
  if (database)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("No certificates can be read from “%s”: %s"), given, local->message);
  return FALSE;
}

static gboolean
check_xcap_root (const Parsed *parsed, GError **error)
{
  g_autoptr (GUri) uri = NULL;

  if (!parsed->xcap_root)
    return TRUE;
  uri = g_uri_parse (parsed->xcap_root, G_URI_FLAGS_NONE, NULL);
  if (uri && g_uri_get_host (uri) && *g_uri_get_host (uri) &&
      (g_str_equal (g_uri_get_scheme (uri), "https") ||
       g_str_equal (g_uri_get_scheme (uri), "http")))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("“%s” is no place for documents: write https://host/root"), parsed->xcap_root);
  return FALSE;
}

UllimCliOptions *
ullim_cli_options_parse (int *argc, char ***argv, const char *description, GError **error)
{
  g_auto (Parsed)            parsed = {0};
  g_autoptr (GOptionContext) context = build_context (&parsed, description);
  UllimCliOptions           *options;

  if (!g_option_context_parse (context, argc, argv, error))
    return NULL;
  if (*argc > 1) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                 _ ("“%s” is not expected: commands are read from standard input"), (*argv)[1]);
    return NULL;
  }
  if (!parsed.account && needs_account (&parsed)) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                         _ ("The options of an account need --account too"));
    return NULL;
  }
  if (!check_listen (&parsed, error) || !check_ca_file (&parsed, error) ||
      !check_xcap_root (&parsed, error))
    return NULL;

  options = g_new0 (UllimCliOptions, 1);
  options->data_dir = parsed.data_dir ? g_steal_pointer (&parsed.data_dir)
                                      : g_build_filename (g_get_user_data_dir (), "ullim", NULL);
  options->settings = parsed.account ? to_settings (&parsed) : NULL;
  options->password_file = g_steal_pointer (&parsed.password_file);
  options->json = parsed.json;
  options->version = parsed.version;
  return options;
}

void
ullim_cli_options_free (UllimCliOptions *options)
{
  g_free (options->data_dir);
  g_clear_pointer (&options->settings, ullim_account_settings_free);
  g_free (options->password_file);
  g_free (options);
}
