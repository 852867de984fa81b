/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows one dialog at a time: what comes up while one is open waits in the problem bar.
 */
#define G_LOG_DOMAIN "questions"

#include "questions.h"

#include "certificate-dialog.h"
#include "password-dialog.h"

struct _UllimQuestions {
  GObject parent_instance;

  UllimEngine  *engine;       /* owned */
  GtkWindow    *window;       /* weak */
  GHashTable   *certificates; /* owned: UllimAccount to its last UllimCertificate */
  GtkWidget    *dialog;       /* weak: the open one */
  UllimAccount *account;      /* owned, nullable: whom the open dialog is about */
};

G_DEFINE_FINAL_TYPE (UllimQuestions, ullim_questions, G_TYPE_OBJECT)

static void
close_dialog (UllimQuestions *self)
{
  g_clear_object (&self->account);
  if (self->dialog)
    gtk_widget_destroy (self->dialog);
}

static void
present (UllimQuestions *self, GtkWidget *dialog, UllimAccount *account)
{
  g_set_weak_pointer (&self->dialog, dialog);
  g_set_object (&self->account, account);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_certificate_response (UllimQuestions *self, int response)
{
  g_autoptr (UllimAccount) account = g_object_ref (self->account);
  UllimCertificate        *certificate = g_hash_table_lookup (self->certificates, account);

  if (response == GTK_RESPONSE_ACCEPT && certificate)
    ullim_engine_trust_certificate (self->engine, account, certificate->fingerprint);
  close_dialog (self);
}

void
ullim_questions_show_certificate (UllimQuestions *self, UllimAccount *account)
{
  UllimCertificate *certificate = g_hash_table_lookup (self->certificates, account);
  GtkWidget        *dialog;

  if (!certificate) {
    /* It was seen in an earlier run: a new try brings it again. */
    ullim_engine_reconnect (self->engine, account);
    return;
  }
  if (self->dialog || !self->window)
    return;
  dialog = ullim_certificate_dialog_new (self->window, account, certificate);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_certificate_response), self,
                           G_CONNECT_SWAPPED);
  present (self, dialog, account);
}

static void
on_certificate_question (UllimQuestions *self, UllimAccount *account, UllimCertificate *certificate)
{
  UllimCertificate *last = g_hash_table_lookup (self->certificates, account);
  gboolean          is_new = !last || !g_str_equal (last->fingerprint, certificate->fingerprint);

  g_hash_table_insert (self->certificates, g_object_ref (account),
                       ullim_certificate_ref (certificate));
  if (is_new)
    ullim_questions_show_certificate (self, account);
}

static void
on_password_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  /* The account's own state says what came of it; this is for the log. */
  if (!ullim_engine_set_password_finish (ULLIM_ENGINE (source), result, &error))
    g_message ("The password could not be kept: %s", error->message);
}

static void
on_password_response (UllimQuestions *self, int response)
{
  g_autoptr (UllimAccount) account = g_object_ref (self->account);

  if (response == GTK_RESPONSE_OK)
    ullim_engine_set_password_async (
        self->engine, account,
        ullim_password_dialog_get_password (ULLIM_PASSWORD_DIALOG (self->dialog)), NULL,
        on_password_set, NULL);
  close_dialog (self);
}

void
ullim_questions_ask_password (UllimQuestions *self, UllimAccount *account)
{
  GtkWidget *dialog;

  if (self->dialog || !self->window)
    return;
  dialog = ullim_password_dialog_new (self->window, account);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_password_response), self,
                           G_CONNECT_SWAPPED);
  present (self, dialog, account);
}

static void
on_password_needed (UllimQuestions *self, UllimAccount *account)
{
  ullim_questions_ask_password (self, account);
}

static void
ullim_questions_dispose (GObject *object)
{
  UllimQuestions *self = ULLIM_QUESTIONS (object);

  close_dialog (self);
  g_clear_weak_pointer (&self->dialog);
  g_clear_weak_pointer (&self->window);
  g_clear_pointer (&self->certificates, g_hash_table_unref);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (ullim_questions_parent_class)->dispose (object);
}

static void
ullim_questions_class_init (UllimQuestionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_questions_dispose;
}

static void
ullim_questions_init (UllimQuestions *self)
{
  self->certificates =
      g_hash_table_new_full (NULL, NULL, g_object_unref, (GDestroyNotify) ullim_certificate_unref);
}

UllimQuestions *
ullim_questions_new (UllimEngine *engine, GtkWindow *window)
{
  UllimQuestions *self = g_object_new (ULLIM_TYPE_QUESTIONS, NULL);

  self->engine = g_object_ref (engine);
  g_set_weak_pointer (&self->window, window);
  g_signal_connect_object (engine, "certificate-question", G_CALLBACK (on_certificate_question),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "password-needed", G_CALLBACK (on_password_needed), self,
                           G_CONNECT_SWAPPED);
  return self;
}
