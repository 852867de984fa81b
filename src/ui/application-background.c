/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The application without its window: closing the window leaves Ullim in the background, to be
 * reached by messages; the tray's icon or the launcher brings the window back. Quit means quit.
 */
#define G_LOG_DOMAIN "application-background"

#include "ullim-config.h"

#include "application-private.h"

#include <glib/gi18n-lib.h>

#define TOLD_KEY "background-told"

static void
hide_window (UllimApplication *self)
{
  ullim_window_remember_size (self->window);
  gtk_widget_hide (GTK_WIDGET (self->window));
}

static void
on_told (UllimApplication *self, int response, GtkWidget *dialog)
{
  gtk_widget_destroy (dialog);
  if (response == GTK_RESPONSE_REJECT) {
    g_action_group_activate_action (G_ACTION_GROUP (self), "quit", NULL);
  } else if (response == GTK_RESPONSE_ACCEPT) {
    self->was_told = TRUE;
    if (self->settings)
      g_settings_set_boolean (self->settings, TOLD_KEY, TRUE);
    if (self->window)
      hide_window (self);
  }
}

/* Where no icon shows that Ullim is still there, this is said, once. */
static void
tell (UllimApplication *self)
{
  GtkWidget *dialog =
      gtk_message_dialog_new (GTK_WINDOW (self->window), GTK_DIALOG_MODAL, GTK_MESSAGE_INFO,
                              GTK_BUTTONS_NONE, "%s", _ ("Ullim stays in the background"));

  gtk_message_dialog_format_secondary_text (
      GTK_MESSAGE_DIALOG (dialog), "%s",
      _ ("Messages go on reaching you. Start Ullim again to see its window; Quit in its menu ends "
         "it."));
  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Quit"), GTK_RESPONSE_REJECT);
  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Stay in the Background"), GTK_RESPONSE_ACCEPT);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_told), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_close_window (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication *self = data;

  if (!self->window)
    return;
  if (!self->is_started)
    g_action_group_activate_action (G_ACTION_GROUP (self), "quit", NULL);
  else if (self->was_told || (self->tray && ullim_tray_has_host (self->tray)))
    hide_window (self);
  else
    tell (self);
}

static void
on_hide_window (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication *self = data;

  if (self->window)
    hide_window (self);
}

static void
on_show_window (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_application_activate (G_APPLICATION (data));
}

/* A window that others cover is raised rather than hidden. */
static void
on_toggle_window (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication *self = data;

  if (self->window && gtk_widget_get_visible (GTK_WIDGET (self->window)) &&
      gtk_window_is_active (GTK_WINDOW (self->window)))
    hide_window (self);
  else
    g_application_activate (G_APPLICATION (self));
}

static const GActionEntry actions[] = {
    {.name = "close-window", .activate = on_close_window},
    {.name = "hide-window", .activate = on_hide_window},
    {.name = "show-window", .activate = on_show_window},
    {.name = "toggle-window", .activate = on_toggle_window},
};

void
ullim_application_add_background_actions (UllimApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  self->was_told = self->settings && g_settings_get_boolean (self->settings, TOLD_KEY);
}

static void
on_visible_changed (GtkWidget *window, GParamSpec *pspec, UllimApplication *self)
{
  if (self->tray)
    ullim_tray_set_window_shown (self->tray, gtk_widget_get_visible (window));
}

void
ullim_application_follow_window (UllimApplication *self)
{
  g_signal_connect_object (self->window, "notify::visible", G_CALLBACK (on_visible_changed), self,
                           0);
}
