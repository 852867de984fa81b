/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The options of `ullim`; those about an account are the ones of `ullim-cli`.
 */
#define G_LOG_DOMAIN "start-options"

#include "ullim-config.h"

#include "start-options.h"

#include <glib/gi18n-lib.h>

/* Characters of the folder's hash in an application id: enough to keep folders apart. */
#define ID_HASH_CHARS 16

UllimStartOptions *
ullim_start_options_new (GApplication *application)
{
  UllimStartOptions *self = g_new0 (UllimStartOptions, 1);
  const GOptionEntry entries[] = {
      {"data-dir", 0, 0, G_OPTION_ARG_FILENAME, &self->data_dir,
       N_ ("Folder for accounts and history"), N_ ("DIR")},
      {"account", 0, 0, G_OPTION_ARG_STRING, &self->account, N_ ("Account of this run"),
       N_ ("URI")},
      {"name", 0, 0, G_OPTION_ARG_STRING, &self->name, N_ ("Name shown to others"), N_ ("NAME")},
      {"auth-user", 0, 0, G_OPTION_ARG_STRING, &self->auth_user,
       N_ ("User name for the password, where it is not that of the address"), N_ ("USER")},
      {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &self->password_file,
       N_ ("File whose first line is the password; it is not stored"), N_ ("FILE")},
      {"proxy", 0, 0, G_OPTION_ARG_STRING, &self->proxy,
       N_ ("Server to connect to, such as sip:host:port;transport=tcp"), N_ ("URI")},
      {"listen", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->listen,
       N_ ("Address to listen on: udp:IP:PORT, tcp:IP:PORT; may be repeated, port 0 is any"),
       N_ ("ADDRESS")},
      {"no-register", 0, 0, G_OPTION_ARG_NONE, &self->no_register,
       N_ ("Work without a server, by direct addresses"), NULL},
      {"tls-ca", 0, 0, G_OPTION_ARG_FILENAME, &self->tls_ca,
       N_ ("PEM file of the authorities to trust instead of the system’s"), N_ ("FILE")},
      {"conversation", 0, 0, G_OPTION_ARG_STRING, &self->conversation,
       N_ ("Show the conversation with this address"), N_ ("URI")},
      {"version", 0, 0, G_OPTION_ARG_NONE, &self->version, N_ ("Print the version"), NULL},
      {NULL},
  };

  g_application_add_main_option_entries (application, entries);
  return self;
}

void
ullim_start_options_free (UllimStartOptions *self)
{
  g_free (self->data_dir);
  g_free (self->account);
  g_free (self->name);
  g_free (self->auth_user);
  g_free (self->password_file);
  g_free (self->proxy);
  g_strfreev (self->listen);
  g_free (self->tls_ca);
  g_free (self->conversation);
  g_free (self);
}

static void
make_absolute (char **path)
{
  char *absolute;

  if (!*path)
    return;
  absolute = g_canonicalize_filename (*path, NULL);
  g_free (*path);
  *path = absolute;
}

void
ullim_start_options_complete (UllimStartOptions *self)
{
  g_autofree char *own = g_build_filename (g_get_user_data_dir (), "ullim", NULL);

  if (!self->data_dir)
    self->data_dir = g_strdup (own);
  make_absolute (&self->data_dir);
  make_absolute (&self->password_file);
  make_absolute (&self->tls_ca);
  self->is_default_dir = g_str_equal (self->data_dir, own);
}

char *
ullim_start_options_get_id (const UllimStartOptions *self)
{
  g_autofree char *hash = NULL;

  if (self->is_default_dir)
    return g_strdup (ULLIM_APP_ID);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->data_dir, -1);
  hash[ID_HASH_CHARS] = '\0';
  /* An element of an id must not begin with a digit. */
  return g_strconcat (ULLIM_APP_ID, ".d", hash, NULL);
}

UllimAccountSettings *
ullim_start_options_get_settings (const UllimStartOptions *self)
{
  UllimAccountSettings *settings;

  if (!self->account)
    return NULL;
  settings = ullim_account_settings_new ();
  settings->address = g_strdup (self->account);
  settings->display_name = g_strdup (self->name);
  settings->auth_user = g_strdup (self->auth_user);
  settings->proxy = g_strdup (self->proxy);
  settings->listen = g_strdupv (self->listen);
  settings->registers = !self->no_register;
  settings->ca_file = g_strdup (self->tls_ca);
  return settings;
}
