/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A dialog with one entry.
 */
#define G_LOG_DOMAIN "name-dialog"

#include "ullim-config.h"

#include "name-dialog.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _UllimNameDialog {
  GtkDialog parent_instance;

  GtkLabel *label;
  GtkEntry *entry;
  gsize     max_bytes;
};

G_DEFINE_FINAL_TYPE (UllimNameDialog, ullim_name_dialog, GTK_TYPE_DIALOG)

enum { NAMED, N_SIGNALS };

static guint signals[N_SIGNALS];

static char *
get_name (UllimNameDialog *self)
{
  return g_strstrip (g_strdup (gtk_entry_get_text (self->entry)));
}

static void
on_entry_changed (UllimNameDialog *self)
{
  g_autofree char *name = get_name (self);
  gsize            length = strlen (name);

  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK,
                                     length > 0 && length <= self->max_bytes);
}

static void
ullim_name_dialog_response (GtkDialog *dialog, int response)
{
  UllimNameDialog *self = ULLIM_NAME_DIALOG (dialog);
  g_autofree char *name = get_name (self);

  if (response == GTK_RESPONSE_OK && *name)
    g_signal_emit (self, signals[NAMED], 0, name);
  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
ullim_name_dialog_class_init (UllimNameDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GTK_DIALOG_CLASS (klass)->response = ullim_name_dialog_response;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/name-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimNameDialog, label);
  gtk_widget_class_bind_template_child (widget_class, UllimNameDialog, entry);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_changed);

  signals[NAMED] = g_signal_new ("named", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ullim_name_dialog_init (UllimNameDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ullim_name_dialog_new (GtkWindow  *parent,
                       const char *title,
                       const char *label,
                       const char *name,
                       gsize       max_bytes)
{
  UllimNameDialog *self = g_object_new (ULLIM_TYPE_NAME_DIALOG, "use-header-bar", 1,
                                        "transient-for", parent, "title", title, NULL);
  GtkWidget       *ok;

  self->max_bytes = max_bytes;
  gtk_label_set_text_with_mnemonic (self->label, label);
  gtk_dialog_add_button (GTK_DIALOG (self), _ ("_Cancel"), GTK_RESPONSE_CANCEL);
  ok = gtk_dialog_add_button (GTK_DIALOG (self), _ ("_OK"), GTK_RESPONSE_OK);
  gtk_style_context_add_class (gtk_widget_get_style_context (ok), "suggested-action");
  gtk_dialog_set_default_response (GTK_DIALOG (self), GTK_RESPONSE_OK);
  gtk_entry_set_text (self->entry, name);
  on_entry_changed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  return GTK_WIDGET (self);
}
