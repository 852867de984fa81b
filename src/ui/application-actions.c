/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The application's actions: what menus, the problem bar, notifications and keys trigger.
 */
#define G_LOG_DOMAIN "application-actions"

#include "ullim-config.h"

#include "account-dialog.h"
#include "application-private.h"
#include "decision.h"
#include "invite-dialog.h"
#include "watchers-dialog.h"

#include <glib/gi18n-lib.h>
#include <handy.h>

static UllimAccount *
find_account (UllimApplication *self, GVariant *id)
{
  GListModel *accounts = ullim_engine_get_accounts (self->engine);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (UllimAccount) account = g_list_model_get_item (accounts, i);

    if (ullim_account_get_id (account) == g_variant_get_int64 (id))
      return g_steal_pointer (&account);
  }
  return NULL;
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication        *self = data;
  static const char *const authors[] = {"The Ullim contributors", NULL};

  gtk_show_about_dialog (GTK_WINDOW (self->window), "program-name", "Ullim", "logo-icon-name",
                         ULLIM_APP_ID, "version", ULLIM_VERSION, "license-type",
                         GTK_LICENSE_GPL_3_0, "comments",
                         _ ("Write to each other over open SIP, with a server of your own or none"),
                         "authors", authors,
                         /* Translators: your names, one a line. */
                         "translator-credits", _ ("translator-credits"), NULL);
}

static void
on_accounts (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication *self = data;

  if (self->is_started && self->window)
    gtk_window_present (
        GTK_WINDOW (ullim_account_dialog_new (GTK_WINDOW (self->window), self->engine, NULL)));
}

static void
on_edit_account (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication        *self = data;
  g_autoptr (UllimAccount) account = find_account (self, parameter);

  if (account && self->window)
    gtk_window_present (
        GTK_WINDOW (ullim_account_dialog_new (GTK_WINDOW (self->window), self->engine, account)));
}

static void
on_invite (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication *self = data;

  if (self->is_started && self->window)
    gtk_window_present (
        GTK_WINDOW (ullim_invite_dialog_new (GTK_WINDOW (self->window), self->engine)));
}

static void
on_reconnect (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication        *self = data;
  g_autoptr (UllimAccount) account = find_account (self, parameter);

  if (account)
    ullim_engine_reconnect (self->engine, account);
}

static void
on_password (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication        *self = data;
  g_autoptr (UllimAccount) account = find_account (self, parameter);

  if (account && self->questions)
    ullim_questions_ask_password (self->questions, account);
}

static void
on_certificate (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication        *self = data;
  g_autoptr (UllimAccount) account = find_account (self, parameter);

  if (account && self->questions)
    ullim_questions_show_certificate (self->questions, account);
}

/* A click on a notification. */
static void
on_show_conversation (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication  *self = data;
  UllimConversation *conversation = ullim_conversation_list_find_id (
      ullim_engine_get_conversations (self->engine), g_variant_get_int64 (parameter));

  g_application_activate (G_APPLICATION (self));
  if (conversation && self->window)
    ullim_window_show_conversation (self->window, conversation, 0);
}

/* Presence */

static void
on_watchers (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication *self = data;

  if (!self->is_started || !self->window)
    return;
  g_application_activate (G_APPLICATION (self));
  gtk_window_present (GTK_WINDOW (ullim_watchers_dialog_new (
      GTK_WINDOW (self->window), ullim_engine_get_presence (self->engine))));
}

/* From the tray: the window comes up with the cursor in the note. */
static void
on_edit_note (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication *self = data;

  g_application_activate (G_APPLICATION (self));
  if (self->window)
    g_action_group_activate_action (G_ACTION_GROUP (self->window), "edit-note", NULL);
}

/* A button of a notification. */
static void
on_decide (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimApplication        *self = data;
  g_autoptr (GVariant)     id = g_variant_get_child_value (parameter, 0);
  g_autoptr (UllimAccount) account = find_account (self, id);
  const char              *uri;
  gint32                   permission;

  g_variant_get_child (parameter, 1, "&s", &uri);
  g_variant_get_child (parameter, 2, "i", &permission);
  if (account && (permission == ULLIM_PERMISSION_ALLOWED || permission == ULLIM_PERMISSION_DENIED))
    ullim_decision_make (GTK_WIDGET (self->window), ullim_engine_get_presence (self->engine),
                         account, uri, (UllimPermission) permission);
}

/* Appearance */

static void
apply_appearance (const char *appearance)
{
  HdyColorScheme scheme = HDY_COLOR_SCHEME_PREFER_LIGHT;

  if (g_str_equal (appearance, "light"))
    scheme = HDY_COLOR_SCHEME_FORCE_LIGHT;
  else if (g_str_equal (appearance, "dark"))
    scheme = HDY_COLOR_SCHEME_FORCE_DARK;
  hdy_style_manager_set_color_scheme (hdy_style_manager_get_default (), scheme);
}

static void
on_appearance (GSimpleAction *action, GVariant *state, gpointer data)
{
  UllimApplication *self = data;
  const char       *appearance = g_variant_get_string (state, NULL);

  g_simple_action_set_state (action, state);
  apply_appearance (appearance);
  if (self->settings)
    g_settings_set_string (self->settings, "appearance", appearance);
}

static void
add_appearance (UllimApplication *self)
{
  g_autofree char *appearance =
      self->settings ? g_settings_get_string (self->settings, "appearance") : g_strdup ("system");
  g_autoptr (GSimpleAction) action = g_simple_action_new_stateful (
      "appearance", G_VARIANT_TYPE_STRING, g_variant_new_string (appearance));

  g_signal_connect_object (action, "change-state", G_CALLBACK (on_appearance), self, 0);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
  apply_appearance (appearance);
}

static const GActionEntry actions[] = {
    {.name = "about", .activate = on_about},
    {.name = "accounts", .activate = on_accounts},
    {.name = "edit-account", .activate = on_edit_account, .parameter_type = "x"},
    {.name = "invite", .activate = on_invite},
    {.name = "reconnect", .activate = on_reconnect, .parameter_type = "x"},
    {.name = "password", .activate = on_password, .parameter_type = "x"},
    {.name = "certificate", .activate = on_certificate, .parameter_type = "x"},
    {.name = "show-conversation", .activate = on_show_conversation, .parameter_type = "x"},
    {.name = "watchers", .activate = on_watchers},
    {.name = "edit-note", .activate = on_edit_note},
    {.name = "decide", .activate = on_decide, .parameter_type = "(xsi)"},
};

static const struct {
  const char *action;
  const char *keys[3];
} shortcuts[] = {
    {"app.quit", {"<Primary>q"}},
    {"win.new-conversation", {"<Primary>n"}},
    {"win.add-person", {"<Primary><Shift>n"}},
    {"win.people", {"<Primary>1"}},
    {"win.chats", {"<Primary>2"}},
    {"win.search", {"<Primary>f"}},
    {"win.search-all", {"<Primary>k", "<Primary><Shift>f"}},
    {"win.next-conversation", {"<Primary>Page_Down", "<Alt>Down"}},
    {"win.previous-conversation", {"<Primary>Page_Up", "<Alt>Up"}},
    {"win.show-help-overlay", {"F1", "<Primary>question"}},
};

void
ullim_application_add_actions (UllimApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  add_appearance (self);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), shortcuts[i].action,
                                           shortcuts[i].keys);
}
