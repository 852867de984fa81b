/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The dialog for a new conversation: an account where there are several, and an address.
 */
#define G_LOG_DOMAIN "new-conversation"

#include "ullim-config.h"

#include "new-conversation.h"

#include "account-choice.h"
#include "address-completion.h"
#include "problem-text.h"

#include <glib/gi18n-lib.h>

struct _UllimNewConversation {
  GtkDialog parent_instance;

  GtkWidget       *account_label;
  GtkComboBoxText *account_combo;
  GtkEntry        *address_entry;
  GtkLabel        *hint_label;

  UllimEngine  *engine;      /* owned */
  GCancellable *cancellable; /* owned */
};

G_DEFINE_FINAL_TYPE (UllimNewConversation, ullim_new_conversation, GTK_TYPE_DIALOG)

enum { OPENED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
show_hint (UllimNewConversation *self, const char *problem)
{
  GtkStyleContext         *style = gtk_widget_get_style_context (GTK_WIDGET (self->hint_label));
  g_autoptr (UllimAccount) account = ullim_account_choice_get (self->account_combo, self->engine);
  g_autofree char         *hint = NULL;

  if (problem) {
    gtk_style_context_add_class (style, "error");
    gtk_label_set_text (self->hint_label, problem);
    return;
  }
  gtk_style_context_remove_class (style, "error");
  hint = ullim_account_choice_hint (account);
  gtk_label_set_text (self->hint_label, hint);
}

static void
on_account_changed (UllimNewConversation *self)
{
  show_hint (self, NULL);
}

static void
on_address_changed (UllimNewConversation *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_entry_get_text (self->address_entry)));

  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK, *text != '\0');
  show_hint (self, NULL);
}

static void
on_open (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimNewConversation) self = data;
  g_autoptr (GError)               error = NULL;
  g_autoptr (UllimConversation)    conversation =
      ullim_chat_service_open_finish (ULLIM_CHAT_SERVICE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->address_entry), TRUE);
  if (!conversation) {
    show_hint (self, ullim_problem_text (ullim_problem_from_error (error)));
    gtk_widget_grab_focus (GTK_WIDGET (self->address_entry));
    return;
  }
  g_signal_emit (self, signals[OPENED], 0, conversation);
  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
ullim_new_conversation_response (GtkDialog *dialog, int response)
{
  UllimNewConversation    *self = ULLIM_NEW_CONVERSATION (dialog);
  g_autoptr (UllimAccount) account = NULL;
  g_autofree char         *address = NULL;

  if (response != GTK_RESPONSE_OK) {
    gtk_widget_destroy (GTK_WIDGET (self));
    return;
  }
  account = ullim_account_choice_get (self->account_combo, self->engine);
  address = g_strstrip (g_strdup (gtk_entry_get_text (self->address_entry)));
  if (!account || *address == '\0')
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->address_entry), FALSE);
  ullim_chat_service_open_async (ullim_engine_get_chat (self->engine), account, address, NULL,
                                 self->cancellable, on_open, g_object_ref (self));
}

static void
ullim_new_conversation_dispose (GObject *object)
{
  UllimNewConversation *self = ULLIM_NEW_CONVERSATION (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (ullim_new_conversation_parent_class)->dispose (object);
}

static void
ullim_new_conversation_finalize (GObject *object)
{
  g_clear_object (&ULLIM_NEW_CONVERSATION (object)->engine);
  G_OBJECT_CLASS (ullim_new_conversation_parent_class)->finalize (object);
}

static void
ullim_new_conversation_class_init (UllimNewConversationClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ullim_new_conversation_dispose;
  object_class->finalize = ullim_new_conversation_finalize;
  GTK_DIALOG_CLASS (klass)->response = ullim_new_conversation_response;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/ullim/Ullim/ui/new-conversation.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimNewConversation, account_label);
  gtk_widget_class_bind_template_child (widget_class, UllimNewConversation, account_combo);
  gtk_widget_class_bind_template_child (widget_class, UllimNewConversation, address_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimNewConversation, hint_label);
  gtk_widget_class_bind_template_callback (widget_class, on_account_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_address_changed);

  signals[OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, ULLIM_TYPE_CONVERSATION);
}

static void
ullim_new_conversation_init (UllimNewConversation *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ullim_new_conversation_new (GtkWindow *parent, UllimEngine *engine)
{
  UllimNewConversation *self = g_object_new (ULLIM_TYPE_NEW_CONVERSATION, "use-header-bar", 1,
                                             "transient-for", parent, NULL);
  GtkWidget            *open;

  self->engine = g_object_ref (engine);
  ullim_account_choice_fill (self->account_combo, self->account_label, engine, NULL);
  ullim_address_completion_attach (self->address_entry, engine, FALSE);
  gtk_dialog_add_button (GTK_DIALOG (self), _ ("_Cancel"), GTK_RESPONSE_CANCEL);
  open = gtk_dialog_add_button (GTK_DIALOG (self), _ ("_Open"), GTK_RESPONSE_OK);
  gtk_style_context_add_class (gtk_widget_get_style_context (open), "suggested-action");
  gtk_dialog_set_default_response (GTK_DIALOG (self), GTK_RESPONSE_OK);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->address_entry));
  show_hint (self, NULL);
  return GTK_WIDGET (self);
}
