/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The certificate question (trust on first use). Refusing is what Enter and Escape do.
 */
#define G_LOG_DOMAIN "certificate-dialog"

#include "ullim-config.h"

#include "certificate-dialog.h"
#include "state-text.h"

#include <glib/gi18n-lib.h>

struct _UllimCertificateDialog {
  GtkDialog parent_instance;

  GtkImage        *icon;
  GtkLabel        *headline;
  GtkLabel        *explanation;
  GtkGrid         *grid;
  GtkToggleButton *checked_button;

  int n_rows;
};

G_DEFINE_FINAL_TYPE (UllimCertificateDialog, ullim_certificate_dialog, GTK_TYPE_DIALOG)

static void
on_checked_toggled (UllimCertificateDialog *self)
{
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_ACCEPT,
                                     gtk_toggle_button_get_active (self->checked_button));
}

static void
add_fact (UllimCertificateDialog *self, const char *what, const char *value, gboolean monospace)
{
  GtkWidget *name = gtk_label_new (what);
  GtkWidget *label = gtk_label_new (value);
  AtkObject *accessible = gtk_widget_get_accessible (label);

  gtk_label_set_xalign (GTK_LABEL (name), 1);
  gtk_widget_set_valign (name, GTK_ALIGN_START);
  gtk_style_context_add_class (gtk_widget_get_style_context (name), "dim-label");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 48);
  if (monospace)
    gtk_style_context_add_class (gtk_widget_get_style_context (label), "monospace");
  atk_object_add_relationship (accessible, ATK_RELATION_LABELLED_BY,
                               gtk_widget_get_accessible (name));
  gtk_grid_attach (self->grid, name, 0, self->n_rows, 1, 1);
  gtk_grid_attach (self->grid, label, 1, self->n_rows++, 1, 1);
}

static void
add_facts (UllimCertificateDialog *self, UllimCertificate *certificate)
{
  g_autofree char *from =
      certificate->not_before ? ullim_state_text_date (certificate->not_before) : NULL;
  g_autofree char *until =
      certificate->not_after ? ullim_state_text_date (certificate->not_after) : NULL;
  g_autofree char *fingerprint = ullim_state_text_fingerprint (certificate->fingerprint);
  /* Translators: the time in which a certificate is valid, from the first date to the second. */
  g_autofree char *validity =
      from && until ? g_strdup_printf (_ ("%s to %s"), from, until) : g_strdup (_ ("unknown"));

  add_fact (self, _ ("Server"), certificate->host, FALSE);
  add_fact (self, _ ("Issued to"), certificate->subject, FALSE);
  add_fact (self, _ ("Issued by"), certificate->issuer, FALSE);
  add_fact (self, _ ("Valid"), validity, FALSE);
  add_fact (self, _ ("SHA-256"), fingerprint, TRUE);
  if (certificate->pinned) {
    g_autofree char *pinned = ullim_state_text_fingerprint (certificate->pinned);

    add_fact (self, _ ("Trusted so far"), pinned, TRUE);
  }
  gtk_widget_show_all (GTK_WIDGET (self->grid));
}

static void
ask_about_unknown (UllimCertificateDialog *self)
{
  gtk_image_set_from_icon_name (self->icon, "channel-insecure-symbolic", GTK_ICON_SIZE_DIALOG);
  gtk_label_set_text (self->headline, _ ("Do you know this server?"));
  gtk_label_set_text (self->explanation,
                      _ ("Nobody known vouches for it. Ask the people who run it for its "
                         "fingerprint and compare; trust it only if the two are the same."));
}

static void
warn_about_change (UllimCertificateDialog *self)
{
  gtk_image_set_from_icon_name (self->icon, "dialog-warning-symbolic", GTK_ICON_SIZE_DIALOG);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self->icon)), "error");
  gtk_label_set_text (self->headline, _ ("This is not the server you trusted"));
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self->headline)), "error");
  gtk_label_set_text (self->explanation,
                      _ ("Its certificate has changed. Somebody may be standing between you and "
                         "the server, to read along. Nothing was sent. Ask the people who run it, "
                         "by telephone or in person, before you go on."));
  gtk_widget_show (GTK_WIDGET (self->checked_button));
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_ACCEPT, FALSE);
}

static void
ullim_certificate_dialog_class_init (UllimCertificateDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/ullim/Ullim/ui/certificate-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimCertificateDialog, icon);
  gtk_widget_class_bind_template_child (widget_class, UllimCertificateDialog, headline);
  gtk_widget_class_bind_template_child (widget_class, UllimCertificateDialog, explanation);
  gtk_widget_class_bind_template_child (widget_class, UllimCertificateDialog, grid);
  gtk_widget_class_bind_template_child (widget_class, UllimCertificateDialog, checked_button);
  gtk_widget_class_bind_template_callback (widget_class, on_checked_toggled);
}

static void
ullim_certificate_dialog_init (UllimCertificateDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ullim_certificate_dialog_new (GtkWindow        *parent,
                              UllimAccount     *account,
                              UllimCertificate *certificate)
{
  UllimCertificateDialog *self = g_object_new (ULLIM_TYPE_CERTIFICATE_DIALOG, "use-header-bar", 1,
                                               "transient-for", parent, NULL);
  GtkWidget              *trust;

  gtk_dialog_add_button (GTK_DIALOG (self), _ ("_Refuse"), GTK_RESPONSE_CANCEL);
  trust = gtk_dialog_add_button (GTK_DIALOG (self),
                                 certificate->pinned ? _ ("_Trust Anyway") : _ ("_Trust"),
                                 GTK_RESPONSE_ACCEPT);
  gtk_style_context_add_class (gtk_widget_get_style_context (trust),
                               certificate->pinned ? "destructive-action" : "flat");
  gtk_dialog_set_default_response (GTK_DIALOG (self), GTK_RESPONSE_CANCEL);
  add_facts (self, certificate);
  if (certificate->pinned)
    warn_about_change (self);
  else
    ask_about_unknown (self);
  gtk_header_bar_set_subtitle (GTK_HEADER_BAR (gtk_dialog_get_header_bar (GTK_DIALOG (self))),
                               ullim_state_text_address (ullim_account_get_address (account)));
  gtk_widget_grab_focus (
      gtk_dialog_get_widget_for_response (GTK_DIALOG (self), GTK_RESPONSE_CANCEL));
  return GTK_WIDGET (self);
}
