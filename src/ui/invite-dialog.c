/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inviting: a user name is asked for, a password made, and the whole shown as a text to pass on.
 */
#define G_LOG_DOMAIN "invite-dialog"

#include "ullim-config.h"

#include "invite-dialog.h"

#include "local-address.h"
#include "passphrase.h"
#include "state-text.h"
#include "user-name.h"

#include <glib/gi18n-lib.h>

struct _UllimInviteDialog {
  GtkDialog parent_instance;

  GtkStack  *pages;
  GtkEntry  *user_entry;
  GtkWidget *problem_label;
  GtkLabel  *invitation_label;
  GtkWidget *copy_button;

  UllimEngine  *engine;      /* owned */
  GCancellable *cancellable; /* owned */
  char         *user;        /* owned, nullable: the one being added */
  char         *password;    /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (UllimInviteDialog, ullim_invite_dialog, GTK_TYPE_DIALOG)

static void
on_user_changed (UllimInviteDialog *self)
{
  gtk_widget_hide (self->problem_label);
  gtk_dialog_set_response_sensitive (
      GTK_DIALOG (self), GTK_RESPONSE_OK,
      ullim_user_name_is_valid (gtk_entry_get_text (self->user_entry)));
}

static void
on_copy (UllimInviteDialog *self)
{
  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_CLIPBOARD),
                          gtk_label_get_text (self->invitation_label), -1);
}

/* The domain of the group: that of the account that lives on it. */
static const char *
get_domain (UllimInviteDialog *self)
{
  GListModel      *accounts = ullim_engine_get_accounts (self->engine);
  g_autofree char *ca_file =
      ullim_local_server_get_ca_file (ullim_engine_get_local_server (self->engine));

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (UllimAccount) account = g_list_model_get_item (accounts, i);

    if (g_strcmp0 (ullim_account_get_settings (account)->ca_file, ca_file) == 0)
      return ullim_account_get_host (account);
  }
  return "localhost";
}

/* Where other computers reach the server. */
static char *
get_server (UllimInviteDialog *self)
{
  g_autofree char *host = ullim_local_address ();

  return g_strdup_printf (
      "%s:%u", host,
      ullim_local_server_get_tls_port (ullim_engine_get_local_server (self->engine)));
}

/* @fingerprint: (nullable) */
static void
show_invitation (UllimInviteDialog *self, const char *fingerprint)
{
  g_autofree char *server = get_server (self);
  g_autofree char *text = NULL;
  GtkWidget       *done = gtk_dialog_get_widget_for_response (GTK_DIALOG (self), GTK_RESPONSE_OK);

  /* Translators: what a person who is invited has to enter; the words in quotes are those of the
   * first start page and of the account form. */
  text = g_strdup_printf (_ ("In Ullim, choose “I have a SIP account” and enter:\n"
                             "Address: %s@%s\n"
                             "Password: %s\n"
                             "Advanced, Server: %s\n"
                             "Advanced, Transport: TLS"),
                          self->user, get_domain (self), self->password, server);
  if (fingerprint) {
    g_autofree char *entries = g_steal_pointer (&text);
    g_autofree char *lines = ullim_state_text_fingerprint (fingerprint);

    /* Translators: %s is a certificate's fingerprint, in lines of its own. */
    text = g_strdup_printf (_ ("%s\n\n"
                               "Ullim then shows the server’s fingerprint. "
                               "Trust it if it is this one:\n%s"),
                            entries, lines);
  }
  gtk_label_set_text (self->invitation_label, text);
  gtk_stack_set_visible_child_name (self->pages, "invitation");
  gtk_widget_hide (done);
  gtk_widget_grab_focus (self->copy_button);
}

static void
on_fingerprint (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimInviteDialog) self = data;
  g_autoptr (GError)            error = NULL;
  g_autofree char              *fingerprint = NULL;

  fingerprint =
      ullim_local_server_read_fingerprint_finish (ULLIM_LOCAL_SERVER (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* The person is there and the password is known only here: the rest is shown all the same. */
  if (!fingerprint)
    g_warning ("the server's certificate cannot be read: %s", error->message);
  show_invitation (self, fingerprint);
}

static void
on_user_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimInviteDialog) self = data;
  g_autoptr (GError)            error = NULL;

  if (ullim_local_server_add_user_finish (ULLIM_LOCAL_SERVER (source), result, &error)) {
    if (self->engine)
      ullim_local_server_read_fingerprint_async (ULLIM_LOCAL_SERVER (source), self->cancellable,
                                                 on_fingerprint, g_object_ref (self));
    return;
  }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->user_entry), TRUE);
  gtk_label_set_text (GTK_LABEL (self->problem_label), error->message);
  gtk_widget_show (self->problem_label);
}

static void
ullim_invite_dialog_response (GtkDialog *dialog, int response)
{
  UllimInviteDialog *self = ULLIM_INVITE_DIALOG (dialog);

  if (response != GTK_RESPONSE_OK) {
    gtk_widget_destroy (GTK_WIDGET (self));
    return;
  }
  g_free (self->user);
  g_free (self->password);
  self->user = g_strdup (gtk_entry_get_text (self->user_entry));
  self->password = ullim_passphrase_new ();
  if (!self->password)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->user_entry), FALSE);
  gtk_dialog_set_response_sensitive (dialog, GTK_RESPONSE_OK, FALSE);
  ullim_local_server_add_user_async (ullim_engine_get_local_server (self->engine), self->user,
                                     self->password, self->cancellable, on_user_added,
                                     g_object_ref (self));
}

static void
ullim_invite_dialog_dispose (GObject *object)
{
  UllimInviteDialog *self = ULLIM_INVITE_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (ullim_invite_dialog_parent_class)->dispose (object);
}

static void
ullim_invite_dialog_finalize (GObject *object)
{
  UllimInviteDialog *self = ULLIM_INVITE_DIALOG (object);

  g_free (self->user);
  g_free (self->password);
  G_OBJECT_CLASS (ullim_invite_dialog_parent_class)->finalize (object);
}

static void
ullim_invite_dialog_class_init (UllimInviteDialogClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ullim_invite_dialog_dispose;
  object_class->finalize = ullim_invite_dialog_finalize;
  GTK_DIALOG_CLASS (klass)->response = ullim_invite_dialog_response;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/invite-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimInviteDialog, pages);
  gtk_widget_class_bind_template_child (widget_class, UllimInviteDialog, user_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimInviteDialog, problem_label);
  gtk_widget_class_bind_template_child (widget_class, UllimInviteDialog, invitation_label);
  gtk_widget_class_bind_template_child (widget_class, UllimInviteDialog, copy_button);
  gtk_widget_class_bind_template_callback (widget_class, on_user_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
}

static void
ullim_invite_dialog_init (UllimInviteDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ullim_invite_dialog_new (GtkWindow *parent, UllimEngine *engine)
{
  UllimInviteDialog *self =
      g_object_new (ULLIM_TYPE_INVITE_DIALOG, "use-header-bar", 1, "transient-for", parent, NULL);
  GtkWidget *invite;

  self->engine = g_object_ref (engine);
  gtk_dialog_add_button (GTK_DIALOG (self), _ ("C_lose"), GTK_RESPONSE_CANCEL);
  invite = gtk_dialog_add_button (GTK_DIALOG (self), _ ("_Invite"), GTK_RESPONSE_OK);
  gtk_style_context_add_class (gtk_widget_get_style_context (invite), "suggested-action");
  gtk_dialog_set_default_response (GTK_DIALOG (self), GTK_RESPONSE_OK);
  on_user_changed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->user_entry));
  return GTK_WIDGET (self);
}
