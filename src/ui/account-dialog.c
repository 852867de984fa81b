/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The accounts window: a list, and a form for one account, existing or new.
 */
#define G_LOG_DOMAIN "account-dialog"

#include "ullim-config.h"

#include "account-dialog.h"

#include "account-form.h"
#include "problem-text.h"
#include "state-text.h"

#include <glib/gi18n-lib.h>

struct _UllimAccountDialog {
  HdyWindow parent_instance;

  HdyHeaderBar *header;
  GtkWidget    *back_button;
  GtkWidget    *save_button;
  GtkStack     *pages;
  GtkListBox   *list;
  GtkLabel     *state_label;
  GtkBox       *form_box;
  GtkWidget    *remove_button;

  UllimEngine      *engine;      /* owned */
  UllimAccount     *account;     /* owned, nullable: in the form; NULL: a new one */
  UllimAccountForm *form;        /* NULL while the list is shown */
  GCancellable     *cancellable; /* owned */
};

G_DEFINE_FINAL_TYPE (UllimAccountDialog, ullim_account_dialog, HDY_TYPE_WINDOW)

static void
update_row (HdyActionRow *row, GParamSpec *pspec, UllimAccount *account)
{
  g_autofree char *state = ullim_state_text_account (account);
  g_autofree char *words = NULL;

  hdy_preferences_row_set_title (HDY_PREFERENCES_ROW (row),
                                 ullim_state_text_address (ullim_account_get_address (account)));
  hdy_action_row_set_subtitle (row, state);
  /* A row keeps its labels to itself. */
  words =
      g_strdup_printf ("%s, %s", hdy_preferences_row_get_title (HDY_PREFERENCES_ROW (row)), state);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (row)), words);
}

static void
on_row_account_changed (UllimAccount *account, GParamSpec *pspec, HdyActionRow *row)
{
  update_row (row, pspec, account);
}

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  UllimAccount *account = item;
  GtkWidget *row = g_object_new (HDY_TYPE_ACTION_ROW, "activatable", TRUE, "visible", TRUE, NULL);
  GtkWidget *avatar = hdy_avatar_new (32, ullim_account_get_display_name (account), TRUE);
  GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic", GTK_ICON_SIZE_BUTTON);

  gtk_widget_show (avatar);
  gtk_widget_show (arrow);
  gtk_style_context_add_class (gtk_widget_get_style_context (arrow), "dim-label");
  hdy_action_row_add_prefix (HDY_ACTION_ROW (row), avatar);
  gtk_container_add (GTK_CONTAINER (row), arrow);
  update_row (HDY_ACTION_ROW (row), NULL, account);
  g_signal_connect_object (account, "notify", G_CALLBACK (on_row_account_changed), row, 0);
  return row;
}

/* The form */

static void
forget_account (UllimAccountDialog *self)
{
  if (self->account)
    g_signal_handlers_disconnect_by_data (self->account, self);
  g_clear_object (&self->account);
}

static void
show_list (UllimAccountDialog *self)
{
  forget_account (self);
  hdy_header_bar_set_title (self->header, _ ("Accounts"));
  gtk_widget_hide (self->back_button);
  gtk_widget_hide (self->save_button);
  gtk_stack_set_visible_child_name (self->pages, "list");
}

static void
on_form_changed (UllimAccountDialog *self)
{
  gtk_widget_set_sensitive (self->save_button, ullim_account_form_is_complete (self->form));
}

static void
show_state (UllimAccountDialog *self)
{
  g_autofree char *problem = ullim_state_text_problem (self->account);
  g_autofree char *state = ullim_state_text_account (self->account);
  g_autofree char *both = *problem ? g_strdup_printf ("%s. %s", state, problem) : g_strdup (state);

  gtk_label_set_text (self->state_label, both);
}

static void
show_error (UllimAccountDialog *self, const GError *error)
{
  gtk_label_set_text (self->state_label, ullim_problem_text (ullim_problem_from_error (error)));
  gtk_widget_show (GTK_WIDGET (self->state_label));
  gtk_widget_set_sensitive (self->save_button, TRUE);
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimAccountDialog) self = data;
  g_autoptr (GError)             error = NULL;
  g_autoptr (UllimAccount)       account =
      ullim_engine_add_account_finish (ULLIM_ENGINE (source), result, &error);

  if (account)
    show_list (self);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_error (self, error);
}

static void
on_changed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimAccountDialog) self = data;
  g_autoptr (GError)             error = NULL;

  if (ullim_engine_change_account_finish (ULLIM_ENGINE (source), result, &error))
    show_list (self);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_error (self, error);
}

static void
on_password_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!ullim_engine_set_password_finish (ULLIM_ENGINE (source), result, &error))
    g_message ("The password could not be kept: %s", error->message);
}

static void
on_save (UllimAccountDialog *self)
{
  g_autoptr (UllimAccountSettings) settings = NULL;
  const char                      *password = ullim_account_form_get_password (self->form);

  if (!ullim_account_form_is_complete (self->form))
    return;
  settings = ullim_account_form_get_settings (self->form);
  gtk_widget_set_sensitive (self->save_button, FALSE);
  if (!self->account) {
    ullim_engine_add_account_async (self->engine, settings, password, FALSE, self->cancellable,
                                    on_added, g_object_ref (self));
    return;
  }
  if (password)
    ullim_engine_set_password_async (self->engine, self->account, password, NULL, on_password_set,
                                     NULL);
  ullim_engine_change_account_async (self->engine, self->account, settings, self->cancellable,
                                     on_changed, g_object_ref (self));
}

static void
destroy_child (GtkWidget *child, gpointer data)
{
  gtk_widget_destroy (child);
}

/* @account: (nullable): a new one */
static void
show_form (UllimAccountDialog *self, UllimAccount *account)
{
  forget_account (self);
  gtk_container_foreach (GTK_CONTAINER (self->form_box), destroy_child, NULL);
  self->form = ULLIM_ACCOUNT_FORM (ullim_account_form_new ());
  gtk_container_add (GTK_CONTAINER (self->form_box), GTK_WIDGET (self->form));
  gtk_widget_show (GTK_WIDGET (self->form));
  if (account) {
    self->account = g_object_ref (account);
    ullim_account_form_edit (self->form, account);
    g_signal_connect_object (account, "notify", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
    show_state (self);
  }
  g_signal_connect_object (self->form, "changed", G_CALLBACK (on_form_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "activated", G_CALLBACK (on_save), self, G_CONNECT_SWAPPED);
  gtk_widget_set_visible (GTK_WIDGET (self->state_label), account != NULL);
  gtk_widget_set_visible (self->remove_button, account != NULL);
  hdy_header_bar_set_title (self->header, account ? _ ("Account") : _ ("New Account"));
  gtk_widget_show (self->back_button);
  gtk_widget_show (self->save_button);
  on_form_changed (self);
  gtk_stack_set_visible_child_name (self->pages, "form");
  gtk_widget_child_focus (GTK_WIDGET (self->form), GTK_DIR_TAB_FORWARD);
}

static void
on_row_activated (UllimAccountDialog *self, GtkListBoxRow *row)
{
  g_autoptr (UllimAccount) account = g_list_model_get_item (
      ullim_engine_get_accounts (self->engine), (guint) gtk_list_box_row_get_index (row));

  if (account)
    show_form (self, account);
}

static void
on_add (UllimAccountDialog *self)
{
  show_form (self, NULL);
}

/* Removing */

static void
on_removed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimAccountDialog) self = data;
  g_autoptr (GError)             error = NULL;

  if (!ullim_engine_remove_account_finish (ULLIM_ENGINE (source), result, &error)) {
    show_error (self, error);
    return;
  }
  if (!self->engine)
    return;
  if (g_list_model_get_n_items (ullim_engine_get_accounts (self->engine)) == 0)
    gtk_widget_destroy (GTK_WIDGET (self));
  else
    show_list (self);
}

static void
on_remove_response (UllimAccountDialog *self, int response, GtkWidget *question)
{
  gtk_widget_destroy (question);
  if (response == GTK_RESPONSE_OK && self->account)
    ullim_engine_remove_account_async (self->engine, self->account, NULL, on_removed,
                                       g_object_ref (self));
}

static void
on_remove (UllimAccountDialog *self)
{
  GtkWidget *question;
  GtkWidget *remove;

  if (!self->account)
    return;
  question = gtk_message_dialog_new (
      GTK_WINDOW (self), GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT, GTK_MESSAGE_QUESTION,
      GTK_BUTTONS_NONE,
      /* Translators: %s is an address. */
      _ ("Remove %s?"), ullim_state_text_address (ullim_account_get_address (self->account)));
  gtk_message_dialog_format_secondary_text (
      GTK_MESSAGE_DIALOG (question),
      _ ("Its conversations and all their messages are deleted from this computer. "
         "This cannot be undone."));
  gtk_dialog_add_button (GTK_DIALOG (question), _ ("_Keep"), GTK_RESPONSE_CANCEL);
  remove = gtk_dialog_add_button (GTK_DIALOG (question), _ ("_Remove"), GTK_RESPONSE_OK);
  gtk_style_context_add_class (gtk_widget_get_style_context (remove), "destructive-action");
  gtk_dialog_set_default_response (GTK_DIALOG (question), GTK_RESPONSE_CANCEL);
  g_signal_connect_object (question, "response", G_CALLBACK (on_remove_response), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (question));
}

static gboolean
ullim_account_dialog_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  UllimAccountDialog *self = ULLIM_ACCOUNT_DIALOG (widget);

  if (GTK_WIDGET_CLASS (ullim_account_dialog_parent_class)->key_press_event (widget, event))
    return GDK_EVENT_STOP;
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  if (gtk_widget_get_visible (self->back_button))
    show_list (self);
  else
    gtk_widget_destroy (widget);
  return GDK_EVENT_STOP;
}

static void
ullim_account_dialog_dispose (GObject *object)
{
  UllimAccountDialog *self = ULLIM_ACCOUNT_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  forget_account (self);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (ullim_account_dialog_parent_class)->dispose (object);
}

static void
ullim_account_dialog_class_init (UllimAccountDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_account_dialog_dispose;
  widget_class->key_press_event = ullim_account_dialog_key_press_event;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/ullim/Ullim/ui/account-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimAccountDialog, header);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountDialog, back_button);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountDialog, save_button);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountDialog, pages);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountDialog, list);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountDialog, state_label);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountDialog, form_box);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountDialog, remove_button);
  gtk_widget_class_bind_template_callback (widget_class, show_list);
  gtk_widget_class_bind_template_callback (widget_class, on_save);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_add);
  gtk_widget_class_bind_template_callback (widget_class, on_remove);
}

static void
ullim_account_dialog_init (UllimAccountDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ullim_account_dialog_new (GtkWindow *parent, UllimEngine *engine, UllimAccount *account)
{
  UllimAccountDialog *self =
      g_object_new (ULLIM_TYPE_ACCOUNT_DIALOG, "transient-for", parent, NULL);

  self->engine = g_object_ref (engine);
  /* A handful of rows. */
  gtk_list_box_bind_model (self->list, ullim_engine_get_accounts (engine), make_row, NULL, NULL);
  if (account)
    show_form (self, account);
  return GTK_WIDGET (self);
}
