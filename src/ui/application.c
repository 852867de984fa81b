/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The application. The engine reads its data on its own thread while the window is being built; the
 * window is shown at once and filled when the data is there. Quitting hides the window at once and
 * lets the engine take its leave.
 */
#define G_LOG_DOMAIN "application"

#include "ullim-config.h"

#include "application.h"

#include "engine.h"
#include "notifications.h"
#include "presence-actions.h"
#include "questions.h"
#include "start-options.h"
#include "window.h"

#include "application-private.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <handy.h>
#include <string.h>

/* However the engine fares, the program is gone after this. */
#define STOP_TIMEOUT_MS 3000
/* The password file is one line. */
#define PASSWORD_FILE_MAX_BYTES 4096

G_DEFINE_FINAL_TYPE (UllimApplication, ullim_application, GTK_TYPE_APPLICATION)

/* The schema is there when the program is installed or run from the build folder. */
static GSettings *
find_settings (void)
{
  GSettingsSchemaSource      *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
      source ? g_settings_schema_source_lookup (source, ULLIM_APP_ID, TRUE) : NULL;

  return schema ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

static int
ullim_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  UllimApplication *self = ULLIM_APPLICATION (application);
  g_autofree char  *id = NULL;

  if (self->options->version) {
    g_print ("ullim " ULLIM_VERSION "\n");
    return 0;
  }
  ullim_start_options_complete (self->options);
  id = ullim_start_options_get_id (self->options);
  g_application_set_application_id (application, id);
  return -1;
}

/* Start */

static void
on_conversation_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimApplication)  self = data;
  g_autoptr (GError)            error = NULL;
  g_autoptr (UllimConversation) conversation =
      ullim_chat_service_open_finish (ULLIM_CHAT_SERVICE (source), result, &error);

  if (!conversation)
    g_printerr ("ullim: %s\n", error->message);
  else if (self->window)
    ullim_window_show_conversation (self->window, conversation, 0);
}

/* What the command line asked for is done once. */
static void
open_conversation (UllimApplication *self, UllimAccount *account)
{
  g_autofree char         *address = g_steal_pointer (&self->options->conversation);
  g_autoptr (UllimAccount) first = NULL;

  if (!account)
    account = first = g_list_model_get_item (ullim_engine_get_accounts (self->engine), 0);
  if (address && account)
    ullim_chat_service_open_async (ullim_engine_get_chat (self->engine), account, address, NULL,
                                   NULL, on_conversation_opened, g_object_ref (self));
}

static void
show_started (UllimApplication *self, UllimAccount *account)
{
  if (!self->window)
    return;
  ullim_window_show_started (self->window);
  open_conversation (self, account);
}

static void
on_account_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimApplication) self = data;
  g_autoptr (GError)           error = NULL;
  g_autoptr (UllimAccount)     account =
      ullim_engine_add_account_finish (ULLIM_ENGINE (source), result, &error);

  if (!account)
    g_printerr ("ullim: %s: %s\n", self->options->account, error->message);
  show_started (self, account);
}

static void
add_account (UllimApplication *self)
{
  g_autoptr (UllimAccountSettings) settings = ullim_start_options_get_settings (self->options);

  /* Without a password: the engine has been told it before it started. */
  ullim_engine_add_account_async (self->engine, settings, NULL, TRUE, self->cancellable,
                                  on_account_added, g_object_ref (self));
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimApplication) self = data;
  g_autoptr (GError)           error = NULL;

  if (!ullim_engine_start_finish (ULLIM_ENGINE (source), result, &error)) {
    if (self->is_stopping || !self->window)
      return;
    g_message ("The data folder cannot be opened: %s", error->message);
    ullim_window_show_failure (self->window, error, self->options->data_dir);
    return;
  }
  self->is_started = TRUE;
  if (self->is_stopping)
    return;
  self->notifications = ullim_notifications_new (GTK_APPLICATION (self), self->engine);
  self->tray = ullim_tray_new (G_APPLICATION (self), self->engine);
  if (self->options->account)
    add_account (self);
  else
    show_started (self, NULL);
}

static void
on_password_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimApplication) self = data;
  g_autoptr (GError)           error = NULL;
  g_autofree char             *text = NULL;
  gsize                        length = 0;

  if (!g_file_load_contents_finish (G_FILE (source), result, &text, &length, NULL, &error)) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return;
    g_printerr ("ullim: %s\n", error->message);
  } else if (length <= PASSWORD_FILE_MAX_BYTES) {
    text[strcspn (text, "\r\n")] = '\0';
    ullim_engine_remember_password (self->engine, self->options->account, text);
  }
  if (text)
    explicit_bzero (text, length);
  ullim_engine_start_async (self->engine, self->cancellable, on_started, g_object_ref (self));
}

static void
start_engine (UllimApplication *self)
{
  g_autoptr (GFile) file = NULL;

  self->engine = ullim_engine_new (self->options->data_dir);
  ullim_presence_actions_add (G_ACTION_MAP (self), ullim_engine_get_presence (self->engine));
  if (self->options->account && self->options->password_file) {
    file = g_file_new_for_path (self->options->password_file);
    g_file_load_contents_async (file, self->cancellable, on_password_read, g_object_ref (self));
  } else {
    ullim_engine_start_async (self->engine, self->cancellable, on_started, g_object_ref (self));
  }
}

static void
make_window (UllimApplication *self)
{
  self->window = ullim_window_new (GTK_APPLICATION (self), self->engine, self->settings);
  self->questions = ullim_questions_new (self->engine, GTK_WINDOW (self->window));
  ullim_application_follow_window (self);
}

static void
drop_window (UllimApplication *self)
{
  g_clear_object (&self->questions);
  if (self->window)
    gtk_widget_destroy (GTK_WIDGET (g_steal_pointer (&self->window)));
}

static void
load_styles (void)
{
  static const char *const sheets[] = {"/im/ullim/Ullim/style.css",
                                       "/im/ullim/Ullim/conversation.css"};
  GdkScreen               *screen = gdk_screen_get_default ();

  for (guint i = 0; i < G_N_ELEMENTS (sheets); i++) {
    g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

    gtk_css_provider_load_from_resource (provider, sheets[i]);
    gtk_style_context_add_provider_for_screen (screen, GTK_STYLE_PROVIDER (provider),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  }
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_default (), "/im/ullim/Ullim/icons");
}

/* The user mended what kept the data from being opened: all of it anew. */
static void
on_start_again (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication *self = data;

  if (self->is_started || self->is_stopping)
    return;
  g_application_hold (G_APPLICATION (self));
  drop_window (self);
  g_clear_object (&self->engine);
  start_engine (self);
  make_window (self);
  gtk_window_present (GTK_WINDOW (self->window));
  g_application_release (G_APPLICATION (self));
}

/* Stop */

static void
finish_stopping (UllimApplication *self)
{
  g_clear_handle_id (&self->stop_timeout_id, g_source_remove);
  if (self->has_stopped)
    return;
  self->has_stopped = TRUE;
  drop_window (self);
  g_application_quit (G_APPLICATION (self));
}

static gboolean
on_stop_timeout (gpointer data)
{
  UllimApplication *self = data;

  self->stop_timeout_id = 0;
  g_message ("The engine took too long to stop");
  finish_stopping (self);
  return G_SOURCE_REMOVE;
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimApplication) self = data;
  g_autoptr (GError)           error = NULL;

  if (!ullim_engine_stop_finish (ULLIM_ENGINE (source), result, &error))
    g_warning ("The engine did not stop well: %s", error->message);
  finish_stopping (self);
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication *self = data;

  if (self->is_stopping)
    return;
  self->is_stopping = TRUE;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->notifications);
  g_clear_object (&self->tray);
  g_clear_object (&self->questions);
  if (self->window)
    gtk_widget_hide (GTK_WIDGET (self->window));
  if (!self->is_started) {
    finish_stopping (self);
    return;
  }
  self->stop_timeout_id = g_timeout_add (STOP_TIMEOUT_MS, on_stop_timeout, self);
  ullim_engine_stop_async (self->engine, NULL, on_stopped, g_object_ref (self));
}

/* The application */

static gboolean
on_terminate (gpointer data)
{
  g_action_group_activate_action (G_ACTION_GROUP (data), "quit", NULL);
  return G_SOURCE_CONTINUE;
}

static const GActionEntry actions[] = {
    {.name = "quit", .activate = on_quit},
    {.name = "start-again", .activate = on_start_again},
};

static void
ullim_application_startup (GApplication *application)
{
  UllimApplication *self = ULLIM_APPLICATION (application);

  /* The disk works while GTK starts. */
  start_engine (self);
  g_application_set_resource_base_path (application, "/im/ullim/Ullim");
  G_APPLICATION_CLASS (ullim_application_parent_class)->startup (application);
  hdy_init ();
  self->settings = find_settings ();
  gtk_window_set_default_icon_name (ULLIM_APP_ID);
  load_styles ();
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  ullim_application_add_actions (self);
  ullim_application_add_background_actions (self);
  self->sigterm_id = g_unix_signal_add (SIGTERM, on_terminate, self);
  self->sigint_id = g_unix_signal_add (SIGINT, on_terminate, self);
}

static void
ullim_application_activate (GApplication *application)
{
  UllimApplication *self = ULLIM_APPLICATION (application);

  if (self->is_stopping)
    return;
  if (!self->window)
    make_window (self);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
ullim_application_dispose (GObject *object)
{
  UllimApplication *self = ULLIM_APPLICATION (object);

  g_clear_handle_id (&self->sigterm_id, g_source_remove);
  g_clear_handle_id (&self->sigint_id, g_source_remove);
  g_clear_handle_id (&self->stop_timeout_id, g_source_remove);
  drop_window (self);
  g_clear_object (&self->notifications);
  g_clear_object (&self->tray);
  g_clear_object (&self->settings);
  g_clear_object (&self->engine);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (ullim_application_parent_class)->dispose (object);
}

static void
ullim_application_finalize (GObject *object)
{
  ullim_start_options_free (ULLIM_APPLICATION (object)->options);
  G_OBJECT_CLASS (ullim_application_parent_class)->finalize (object);
}

static void
ullim_application_class_init (UllimApplicationClass *klass)
{
  GObjectClass      *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = ullim_application_dispose;
  object_class->finalize = ullim_application_finalize;
  application_class->handle_local_options = ullim_application_handle_local_options;
  application_class->startup = ullim_application_startup;
  application_class->activate = ullim_application_activate;
}

static void
ullim_application_init (UllimApplication *self)
{
  self->cancellable = g_cancellable_new ();
  self->options = ullim_start_options_new (G_APPLICATION (self));
}

UllimApplication *
ullim_application_new (void)
{
  return g_object_new (ULLIM_TYPE_APPLICATION, "application-id", ULLIM_APP_ID, NULL);
}
