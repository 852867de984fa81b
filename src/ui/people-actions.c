/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The actions on people. A failure is said in the notice bar, like a success.
 */
#define G_LOG_DOMAIN "people-actions"

#include "ullim-config.h"

#include "people-actions.h"

#include <glib/gi18n-lib.h>

#include "decision.h"
#include "name-dialog.h"
#include "people-files.h"
#include "person-adder.h"
#include "person-editor.h"
#include "problem-text.h"

#define GROUP_NAME "people"

struct _UllimPeopleActions {
  GObject parent_instance;

  GtkWindow        *window;   /* weak */
  UllimEngine      *engine;   /* owned */
  GSettings        *settings; /* owned, nullable */
  UllimNoticeBar   *notices;  /* weak */
  UllimPeopleFiles *files;    /* owned */
};

G_DEFINE_FINAL_TYPE (UllimPeopleActions, ullim_people_actions, G_TYPE_OBJECT)

enum { OPENED, ADDED, N_SIGNALS };

static guint signals[N_SIGNALS];

static UllimPeopleService *
people_of (UllimPeopleActions *self)
{
  return ullim_engine_get_people (self->engine);
}

static UllimContact *
find_contact (UllimPeopleActions *self, GVariant *id)
{
  return ullim_contact_list_find_id (ullim_people_service_get_contacts (people_of (self)),
                                     g_variant_get_int64 (id));
}

static void
say_problem (UllimPeopleActions *self, const GError *error)
{
  if (self->notices && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ullim_notice_bar_show (self->notices, ullim_problem_text (ullim_problem_from_error (error)));
}

UllimAccount *
ullim_people_actions_find_account (UllimEngine *engine, UllimContact *contact)
{
  GListModel *accounts = ullim_engine_get_accounts (engine);
  gint64      id = ullim_contact_get_data (contact)->account_id;

  for (guint i = 0; id != 0 && i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (UllimAccount) account = g_list_model_get_item (accounts, i);

    if (ullim_account_get_id (account) == id)
      return g_steal_pointer (&account);
  }
  return g_list_model_get_item (accounts, 0);
}

void
ullim_people_actions_activate (GtkWidget *widget, const char *name, GVariant *target)
{
  g_autoptr (GVariant) held = target ? g_variant_ref_sink (target) : NULL;
  GActionGroup *group = gtk_widget_get_action_group (gtk_widget_get_toplevel (widget), GROUP_NAME);

  if (group)
    g_action_group_activate_action (group, name, held);
}

/* --- Talking --- */

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimPeopleActions) self = data;
  g_autoptr (GError)             error = NULL;
  g_autoptr (UllimConversation)  conversation =
      ullim_chat_service_open_finish (ULLIM_CHAT_SERVICE (source), result, &error);

  if (conversation)
    g_signal_emit (self, signals[OPENED], 0, conversation);
  else
    say_problem (self, error);
}

static void
on_open (GSimpleAction *action, GVariant *id, gpointer data)
{
  UllimPeopleActions      *self = data;
  UllimContact            *contact = find_contact (self, id);
  g_autoptr (UllimAccount) account = NULL;

  if (!contact)
    return;
  account = ullim_people_actions_find_account (self->engine, contact);
  if (account && ullim_contact_get_uri (contact))
    ullim_chat_service_open_async (
        ullim_engine_get_chat (self->engine), account, ullim_contact_get_uri (contact),
        ullim_contact_get_display_name (contact), NULL, on_opened, g_object_ref (self));
}

/* --- Coming and going --- */

static void
on_adder_added (UllimPeopleActions *self, UllimContact *contact)
{
  g_signal_emit (self, signals[ADDED], 0, contact);
}

static void
on_add (GSimpleAction *action, GVariant *address, gpointer data)
{
  UllimPeopleActions *self = data;
  GtkWidget          *dialog;

  if (!self->window || g_list_model_get_n_items (ullim_engine_get_accounts (self->engine)) == 0)
    return;
  dialog =
      ullim_person_adder_new (self->window, self->engine, g_variant_get_string (address, NULL));
  g_signal_connect_object (dialog, "added", G_CALLBACK (on_adder_added), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_edit (GSimpleAction *action, GVariant *id, gpointer data)
{
  UllimPeopleActions *self = data;
  UllimContact       *contact = find_contact (self, id);

  if (contact && self->window)
    gtk_window_present (GTK_WINDOW (ullim_person_editor_new (self->window, self->engine, contact)));
}

/* Somebody who is being removed, or was and can come back. */
typedef struct {
  UllimPeopleActions *actions; /* owned */
  char               *name;    /* owned */
  char               *card;    /* owned, nullable until they are removed */
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  g_object_unref (removal->actions);
  g_free (removal->name);
  g_free (removal->card);
  g_free (removal);
}

static void
on_restored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimPeopleActions) self = data;
  g_autoptr (GError)             error = NULL;
  g_autoptr (UllimContact)       contact =
      ullim_people_service_restore_finish (ULLIM_PEOPLE_SERVICE (source), result, &error);

  if (contact)
    g_signal_emit (self, signals[ADDED], 0, contact);
  else
    say_problem (self, error);
}

static void
on_undo (gpointer data)
{
  Removal            *removal = data;
  UllimPeopleActions *self = removal->actions;

  if (self->engine)
    ullim_people_service_restore_async (people_of (self), removal->card, NULL, on_restored,
                                        g_object_ref (self));
}

static void
on_removed (GObject *source, GAsyncResult *result, gpointer data)
{
  Removal            *removal = data;
  UllimPeopleActions *self = removal->actions;
  g_autoptr (GError)  error = NULL;
  g_autofree char    *text = NULL;

  removal->card =
      ullim_people_service_remove_finish (ULLIM_PEOPLE_SERVICE (source), result, &error);
  if (!removal->card)
    say_problem (self, error);
  if (!removal->card || !self->notices) {
    removal_free (removal);
    return;
  }
  /* Translators: %s is a person's name. */
  text = g_strdup_printf (_ ("%s was removed from your people."), removal->name);
  ullim_notice_bar_show_undo (self->notices, text, on_undo, removal, removal_free);
}

static void
on_remove (GSimpleAction *action, GVariant *id, gpointer data)
{
  UllimPeopleActions *self = data;
  UllimContact       *contact = find_contact (self, id);
  Removal            *removal;

  if (!contact)
    return;
  removal = g_new0 (Removal, 1);
  removal->actions = g_object_ref (self);
  removal->name = g_strdup (ullim_contact_get_display_name (contact));
  ullim_people_service_remove_async (people_of (self), contact, NULL, on_removed, removal);
}

/* --- Groups --- */

void
ullim_people_actions_on_changed (GObject *service, GAsyncResult *result, gpointer unused)
{
  g_autoptr (GError) error = NULL;

  if (!ullim_people_service_change_finish (ULLIM_PEOPLE_SERVICE (service), result, &error))
    g_warning ("A person could not be changed: %s", error->message);
}

static void
on_changed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimPeopleActions) self = data;
  g_autoptr (GError)             error = NULL;

  if (!ullim_people_service_change_finish (ULLIM_PEOPLE_SERVICE (source), result, &error))
    say_problem (self, error);
}

static void
change (UllimPeopleActions *self, UllimContact *contact, const UllimContactData *changed)
{
  ullim_people_service_change_async (people_of (self), contact, changed, NULL, on_changed,
                                     g_object_ref (self));
}

static void
on_favourite (GSimpleAction *action, GVariant *id, gpointer data)
{
  UllimPeopleActions          *self = data;
  UllimContact                *contact = find_contact (self, id);
  g_autoptr (UllimContactData) changed = NULL;

  if (!contact)
    return;
  changed = ullim_contact_data_copy (ullim_contact_get_data (contact));
  changed->is_favourite = !changed->is_favourite;
  change (self, contact, changed);
}

static void
set_group (UllimPeopleActions *self, UllimContact *contact, const char *group, gboolean is_in)
{
  g_autoptr (UllimContactData) changed = ullim_contact_data_copy (ullim_contact_get_data (contact));
  guint                        index;
  gboolean was_in = g_ptr_array_find_with_equal_func (changed->groups, group, g_str_equal, &index);

  if (was_in == is_in || (is_in && changed->groups->len >= ULLIM_CONTACT_MAX_GROUPS))
    return;
  if (is_in)
    g_ptr_array_add (changed->groups, g_strdup (group));
  else
    g_ptr_array_remove_index (changed->groups, index);
  change (self, contact, changed);
}

static void
on_set_group (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimPeopleActions  *self = data;
  g_autoptr (GVariant) id = NULL;
  const char          *group;
  gboolean             is_in;
  UllimContact        *contact;

  id = g_variant_get_child_value (parameter, 0);
  g_variant_get_child (parameter, 1, "&s", &group);
  g_variant_get_child (parameter, 2, "b", &is_in);
  contact = find_contact (self, id);
  if (contact)
    set_group (self, contact, group, is_in);
}

static void
on_new_group_named (GtkWidget *dialog, const char *name, UllimPeopleActions *self)
{
  GVariant     *id = g_object_get_data (G_OBJECT (dialog), "contact");
  UllimContact *contact = find_contact (self, id);

  if (contact)
    set_group (self, contact, name, TRUE);
}

static void
on_new_group (GSimpleAction *action, GVariant *id, gpointer data)
{
  UllimPeopleActions *self = data;
  GtkWidget          *dialog;

  if (!self->window)
    return;
  dialog = ullim_name_dialog_new (self->window, _ ("New Group"), _ ("_Name of the group"), "",
                                  ULLIM_CONTACT_MAX_NAME_BYTES);
  g_object_set_data_full (G_OBJECT (dialog), "contact", g_variant_ref (id),
                          (GDestroyNotify) g_variant_unref);
  g_signal_connect_object (dialog, "named", G_CALLBACK (on_new_group_named), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_group_renamed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimPeopleActions) self = data;
  g_autoptr (GError)             error = NULL;

  if (!ullim_people_service_rename_group_finish (ULLIM_PEOPLE_SERVICE (source), result, &error))
    say_problem (self, error);
}

static void
on_group_named (GtkWidget *dialog, const char *name, UllimPeopleActions *self)
{
  const char *before = g_object_get_data (G_OBJECT (dialog), "group");

  if (!g_str_equal (before, name))
    ullim_people_service_rename_group_async (people_of (self), before, name, NULL, on_group_renamed,
                                             g_object_ref (self));
}

static void
on_rename_group (GSimpleAction *action, GVariant *group, gpointer data)
{
  UllimPeopleActions *self = data;
  const char         *name = g_variant_get_string (group, NULL);
  GtkWidget          *dialog;

  if (!self->window)
    return;
  dialog = ullim_name_dialog_new (self->window, _ ("Rename Group"), _ ("_Name of the group"), name,
                                  ULLIM_CONTACT_MAX_NAME_BYTES);
  g_object_set_data_full (G_OBJECT (dialog), "group", g_strdup (name), g_free);
  g_signal_connect_object (dialog, "named", G_CALLBACK (on_group_named), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_dissolve_group (GSimpleAction *action, GVariant *group, gpointer data)
{
  UllimPeopleActions *self = data;

  ullim_people_service_rename_group_async (people_of (self), g_variant_get_string (group, NULL),
                                           NULL, NULL, on_group_renamed, g_object_ref (self));
}

/* --- Blocking --- */

static void
decide (UllimPeopleActions *self, GVariant *id, UllimPermission permission)
{
  UllimContact            *contact = find_contact (self, id);
  g_autoptr (UllimAccount) account = NULL;

  if (!contact || !self->window || !ullim_contact_get_uri (contact))
    return;
  account = ullim_people_actions_find_account (self->engine, contact);
  if (account)
    ullim_decision_make (GTK_WIDGET (self->window), ullim_engine_get_presence (self->engine),
                         account, ullim_contact_get_uri (contact), permission);
}

static void
on_block (GSimpleAction *action, GVariant *id, gpointer data)
{
  decide (data, id, ULLIM_PERMISSION_BLOCKED);
}

/* Whoever is in the list may see the user, unless something else was decided. */
static void
on_unblock (GSimpleAction *action, GVariant *id, gpointer data)
{
  decide (data, id, ULLIM_PERMISSION_ALLOWED);
}

/* --- Files and order --- */

static void
on_import (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ullim_people_files_choose_import (((UllimPeopleActions *) data)->files);
}

static void
on_import_file (GSimpleAction *action, GVariant *uri, gpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (uri, NULL));

  ullim_people_files_import (((UllimPeopleActions *) data)->files, file);
}

static void
on_export (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ullim_people_files_choose_export (((UllimPeopleActions *) data)->files);
}

static void
on_order (GSimpleAction *action, GVariant *state, gpointer data)
{
  UllimPeopleActions *self = data;
  const char         *order = g_variant_get_string (state, NULL);

  g_simple_action_set_state (action, state);
  ullim_contact_list_set_order (ullim_people_service_get_contacts (people_of (self)),
                                g_str_equal (order, "name") ? ULLIM_CONTACT_BY_NAME
                                                            : ULLIM_CONTACT_BY_PRESENCE);
  if (self->settings)
    g_settings_set_string (self->settings, "people-order", order);
}

static const GActionEntry entries[] = {
    {.name = "add", .activate = on_add, .parameter_type = "s"},
    {.name = "open", .activate = on_open, .parameter_type = "x"},
    {.name = "edit", .activate = on_edit, .parameter_type = "x"},
    {.name = "remove", .activate = on_remove, .parameter_type = "x"},
    {.name = "favourite", .activate = on_favourite, .parameter_type = "x"},
    {.name = "set-group", .activate = on_set_group, .parameter_type = "(xsb)"},
    {.name = "new-group", .activate = on_new_group, .parameter_type = "x"},
    {.name = "rename-group", .activate = on_rename_group, .parameter_type = "s"},
    {.name = "dissolve-group", .activate = on_dissolve_group, .parameter_type = "s"},
    {.name = "block", .activate = on_block, .parameter_type = "x"},
    {.name = "unblock", .activate = on_unblock, .parameter_type = "x"},
    {.name = "import", .activate = on_import},
    {.name = "import-file", .activate = on_import_file, .parameter_type = "s"},
    {.name = "export", .activate = on_export},
    {.name = "order", .change_state = on_order, .state = "'presence'", .parameter_type = "s"},
};

static void
ullim_people_actions_dispose (GObject *object)
{
  UllimPeopleActions *self = ULLIM_PEOPLE_ACTIONS (object);

  if (self->window)
    gtk_widget_insert_action_group (GTK_WIDGET (self->window), GROUP_NAME, NULL);
  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->notices);
  if (self->files)
    g_object_run_dispose (G_OBJECT (self->files));
  g_clear_object (&self->files);
  g_clear_object (&self->engine);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ullim_people_actions_parent_class)->dispose (object);
}

static void
ullim_people_actions_class_init (UllimPeopleActionsClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_people_actions_dispose;

  signals[OPENED] = g_signal_new ("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, ULLIM_TYPE_CONVERSATION);
  signals[ADDED] = g_signal_new ("added", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, ULLIM_TYPE_CONTACT);
}

static void
ullim_people_actions_init (UllimPeopleActions *self)
{
}

UllimPeopleActions *
ullim_people_actions_new (GtkWindow      *window,
                          UllimEngine    *engine,
                          GSettings      *settings,
                          UllimNoticeBar *notices)
{
  UllimPeopleActions            *self = g_object_new (ULLIM_TYPE_PEOPLE_ACTIONS, NULL);
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autofree char               *order =
      settings ? g_settings_get_string (settings, "people-order") : g_strdup ("presence");

  g_set_weak_pointer (&self->window, window);
  g_set_weak_pointer (&self->notices, notices);
  self->engine = g_object_ref (engine);
  self->settings = settings ? g_object_ref (settings) : NULL;
  self->files = ullim_people_files_new (window, ullim_engine_get_people (engine), notices);
  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (window), GROUP_NAME, G_ACTION_GROUP (group));
  g_action_group_change_action_state (G_ACTION_GROUP (group), "order",
                                      g_variant_new_string (order));
  return self;
}
