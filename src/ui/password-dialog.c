/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The password question: why it is asked, and an entry.
 */
#define G_LOG_DOMAIN "password-dialog"

#include "ullim-config.h"

#include "password-dialog.h"
#include "state-text.h"

#include <glib/gi18n-lib.h>

struct _UllimPasswordDialog {
  GtkDialog parent_instance;

  GtkLabel *text_label;
  GtkEntry *entry;
};

G_DEFINE_FINAL_TYPE (UllimPasswordDialog, ullim_password_dialog, GTK_TYPE_DIALOG)

static void
on_entry_changed (UllimPasswordDialog *self)
{
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK,
                                     gtk_entry_get_text_length (self->entry) > 0);
}

static void
ullim_password_dialog_class_init (UllimPasswordDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/ullim/Ullim/ui/password-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimPasswordDialog, text_label);
  gtk_widget_class_bind_template_child (widget_class, UllimPasswordDialog, entry);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_changed);
}

static void
ullim_password_dialog_init (UllimPasswordDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ullim_password_dialog_new (GtkWindow *parent, UllimAccount *account)
{
  UllimPasswordDialog *self =
      g_object_new (ULLIM_TYPE_PASSWORD_DIALOG, "use-header-bar", 1, "transient-for", parent, NULL);
  g_autofree char *problem = ullim_state_text_problem (account);
  GtkWidget       *connect;

  gtk_dialog_add_button (GTK_DIALOG (self), _ ("_Cancel"), GTK_RESPONSE_CANCEL);
  connect = gtk_dialog_add_button (GTK_DIALOG (self), _ ("C_onnect"), GTK_RESPONSE_OK);
  gtk_style_context_add_class (gtk_widget_get_style_context (connect), "suggested-action");
  gtk_dialog_set_default_response (GTK_DIALOG (self), GTK_RESPONSE_OK);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK, FALSE);
  gtk_label_set_text (self->text_label, *problem ? problem : _ ("The server asks for a password."));
  gtk_header_bar_set_subtitle (GTK_HEADER_BAR (gtk_dialog_get_header_bar (GTK_DIALOG (self))),
                               ullim_state_text_address (ullim_account_get_address (account)));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  return GTK_WIDGET (self);
}

const char *
ullim_password_dialog_get_password (UllimPasswordDialog *self)
{
  return gtk_entry_get_text (self->entry);
}
