/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Import and export of vCard files.
 */
#define G_LOG_DOMAIN "people-files"

#include "ullim-config.h"

#include "people-files.h"

#include <glib/gi18n-lib.h>

#include "problem-text.h"

struct _UllimPeopleFiles {
  GObject parent_instance;

  GtkWindow            *window;      /* weak */
  UllimPeopleService   *people;      /* owned */
  UllimNoticeBar       *notices;     /* weak */
  GtkFileChooserNative *chooser;     /* owned, nullable: the open one */
  GCancellable         *cancellable; /* owned */
  guint                 n_importing;
};

G_DEFINE_FINAL_TYPE (UllimPeopleFiles, ullim_people_files, G_TYPE_OBJECT)

char *
ullim_people_files_text (guint added, guint changed, guint skipped)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (added + changed + skipped == 0)
    return g_strdup (_ ("There is nobody in this file."));
  if (added > 0)
    g_ptr_array_add (parts, g_strdup_printf (ngettext ("%u added", "%u added", added), added));
  if (changed > 0)
    g_ptr_array_add (parts,
                     g_strdup_printf (ngettext ("%u updated", "%u updated", changed), changed));
  if (skipped > 0)
    g_ptr_array_add (
        parts, g_strdup_printf (ngettext ("%u could not be read", "%u could not be read", skipped),
                                skipped));
  g_ptr_array_add (parts, NULL);
  /* Translators: between the parts of "12 added, 3 updated, 1 could not be read". */
  return g_strjoinv (_ (", "), (char **) parts->pdata);
}

static void
say (UllimPeopleFiles *self, const char *text)
{
  if (self->notices)
    ullim_notice_bar_show (self->notices, text);
}

/* What is wrong with a file, GIO says in the user's language. */
static void
say_problem (UllimPeopleFiles *self, const GError *error)
{
  if (error->domain != G_IO_ERROR)
    say (self, ullim_problem_text (ullim_problem_from_error (error)));
  else if (error->code != G_IO_ERROR_CANCELLED)
    say (self, error->message);
}

static void
on_imported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimPeopleFiles) self = data;
  g_autoptr (GError)           error = NULL;
  g_autofree char             *text = NULL;
  guint                        added, changed, skipped;

  self->n_importing--;
  if (!ullim_people_service_import_finish (ULLIM_PEOPLE_SERVICE (source), result, &added, &changed,
                                           &skipped, &error)) {
    say_problem (self, error);
    return;
  }
  text = ullim_people_files_text (added, changed, skipped);
  say (self, text);
}

void
ullim_people_files_import (UllimPeopleFiles *self, GFile *file)
{
  self->n_importing++;
  if (self->notices)
    ullim_notice_bar_show_progress (self->notices, _ ("Reading the file…"), 0);
  ullim_people_service_import_async (self->people, file, self->cancellable, on_imported,
                                     g_object_ref (self));
}

static void
on_progress (UllimPeopleFiles *self, guint done, guint total)
{
  g_autofree char *text = NULL;

  if (self->n_importing == 0 || total == 0 || !self->notices)
    return;
  /* Translators: people of a file, while it is imported. */
  text = g_strdup_printf (_ ("%u of %u people"), done, total);
  ullim_notice_bar_show_progress (self->notices, text, (double) done / total);
}

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimPeopleFiles) self = data;
  g_autoptr (GError)           error = NULL;

  if (ullim_people_service_export_finish (ULLIM_PEOPLE_SERVICE (source), result, &error))
    say (self, _ ("All people were written to the file."));
  else
    say_problem (self, error);
}

static void
on_chosen (UllimPeopleFiles *self, int response)
{
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  g_autoptr (GFile)                file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  if (file &&
      gtk_file_chooser_get_action (GTK_FILE_CHOOSER (chooser)) == GTK_FILE_CHOOSER_ACTION_OPEN)
    ullim_people_files_import (self, file);
  else if (file)
    ullim_people_service_export_async (self->people, NULL, file, self->cancellable, on_exported,
                                       g_object_ref (self));
}

static void
choose (UllimPeopleFiles *self, const char *title, GtkFileChooserAction action, const char *accept)
{
  const char    *folder = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);
  GtkFileFilter *filter;

  if (self->chooser || !self->window)
    return;
  self->chooser = gtk_file_chooser_native_new (title, self->window, action, accept, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  filter = gtk_file_filter_new ();
  gtk_file_filter_set_name (filter, _ ("Address book files (vCard)"));
  gtk_file_filter_add_pattern (filter, "*.vcf");
  gtk_file_filter_add_pattern (filter, "*.VCF");
  gtk_file_filter_add_pattern (filter, "*.vcard");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  /* Otherwise it would begin with the files used last, which are not address books. */
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser),
                                       folder ? folder : g_get_home_dir ());
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self,
                           G_CONNECT_SWAPPED);
}

void
ullim_people_files_choose_import (UllimPeopleFiles *self)
{
  choose (self, _ ("Import People"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Import"));
  if (self->chooser)
    gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

void
ullim_people_files_choose_export (UllimPeopleFiles *self)
{
  choose (self, _ ("Export People"), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"));
  if (!self->chooser)
    return;
  gtk_file_chooser_set_do_overwrite_confirmation (GTK_FILE_CHOOSER (self->chooser), TRUE);
  /* Translators: the name of a file. */
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), _ ("people.vcf"));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
ullim_people_files_dispose (GObject *object)
{
  UllimPeopleFiles *self = ULLIM_PEOPLE_FILES (object);

  g_cancellable_cancel (self->cancellable);
  if (self->chooser)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->notices);
  G_OBJECT_CLASS (ullim_people_files_parent_class)->dispose (object);
}

static void
ullim_people_files_finalize (GObject *object)
{
  UllimPeopleFiles *self = ULLIM_PEOPLE_FILES (object);

  g_object_unref (self->cancellable);
  g_object_unref (self->people);
  G_OBJECT_CLASS (ullim_people_files_parent_class)->finalize (object);
}

static void
ullim_people_files_class_init (UllimPeopleFilesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_people_files_dispose;
  G_OBJECT_CLASS (klass)->finalize = ullim_people_files_finalize;
}

static void
ullim_people_files_init (UllimPeopleFiles *self)
{
  self->cancellable = g_cancellable_new ();
}

UllimPeopleFiles *
ullim_people_files_new (GtkWindow *window, UllimPeopleService *people, UllimNoticeBar *notices)
{
  UllimPeopleFiles *self = g_object_new (ULLIM_TYPE_PEOPLE_FILES, NULL);

  g_set_weak_pointer (&self->window, window);
  g_set_weak_pointer (&self->notices, notices);
  self->people = g_object_ref (people);
  g_signal_connect_object (people, "import-progress", G_CALLBACK (on_progress), self,
                           G_CONNECT_SWAPPED);
  return self;
}
