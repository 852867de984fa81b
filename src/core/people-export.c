/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People as a vCard file: their cards as they are stored, one after another. They are read a few at
 * a time, because pictures are large.
 */
#define G_LOG_DOMAIN "people-export"

#include "people-service-private.h"

#include <string.h>

#define CHUNK_PEOPLE 64

typedef struct {
  GFile         *file;   /* owned */
  GArray        *ids;    /* owned: gint64, in order */
  guint          next;   /* in @ids */
  GOutputStream *stream; /* owned, nullable */
  GString       *text;   /* owned: what is being written */
  GError        *error;  /* owned, nullable: what it failed with */
  gboolean       is_new; /* there was no such file before */
} ExportData;

static void
export_data_free (gpointer data)
{
  ExportData *export = data;

  g_object_unref (export->file);
  g_array_unref (export->ids);
  g_clear_object (&export->stream);
  g_string_free (export->text, TRUE);
  g_clear_error (&export->error);
  g_free (export);
}

static void
on_deleted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ExportData *export = g_task_get_task_data (task);

  g_file_delete_finish (G_FILE (source), result, NULL);
  g_task_return_error (task, g_steal_pointer (&export->error));
}

static void
on_abandoned (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ExportData *export = g_task_get_task_data (task);

  g_output_stream_close_finish (G_OUTPUT_STREAM (source), result, NULL);
  if (export->is_new)
    g_file_delete_async (export->file, G_PRIORITY_DEFAULT, NULL, on_deleted,
                         g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&export->error));
}

/* Closing with a cancellable that is cancelled leaves the file that was there as it was. */
static void
abandon (GTask *task, GError *error)
{
  ExportData *export = g_task_get_task_data (task);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_cancellable_cancel (cancelled);
  export->error = error;
  g_output_stream_close_async (export->stream, G_PRIORITY_DEFAULT, cancelled, on_abandoned, task);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError           *error = NULL;

  if (g_output_stream_close_finish (G_OUTPUT_STREAM (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void write_chunk (GTask *task);

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask  *task = user_data;
  GError *error = NULL;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    write_chunk (task);
  else
    abandon (task, error);
}

static void
on_cards (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  ExportData *export = g_task_get_task_data (task);
  GError               *error = NULL;
  g_autoptr (GPtrArray) rows = ullim_roster_cards_finish (ULLIM_ROSTER (source), result, &error);

  if (!rows) {
    abandon (task, error);
    return;
  }
  g_string_truncate (export->text, 0);
  for (guint i = 0; i < rows->len; i++)
    g_string_append (export->text, ((UllimContactRow *) rows->pdata[i])->card);
  g_output_stream_write_all_async (export->stream, export->text->str, export->text->len,
                                   G_PRIORITY_DEFAULT, g_task_get_cancellable (task), on_written,
                                   task);
}

static void
write_chunk (GTask *task)
{
  UllimPeopleService *self = g_task_get_source_object (task);
  ExportData *export = g_task_get_task_data (task);
  guint              n = MIN (CHUNK_PEOPLE, export->ids->len - export->next);
  g_autoptr (GArray) ids = NULL;

  if (n == 0) {
    g_output_stream_close_async (export->stream, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                 on_closed, task);
    return;
  }
  ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), n);
  g_array_append_vals (ids, &g_array_index (export->ids, gint64, export->next), n);
  export->next += n;
  ullim_roster_cards_async (ullim_people_service_get_roster (self), ids,
                            g_task_get_cancellable (task), on_cards, task);
}

static void
on_replaced (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ExportData *export = g_task_get_task_data (task);
  GError *error = NULL;

  export->stream = G_OUTPUT_STREAM (g_file_replace_finish (G_FILE (source), result, &error));
  if (export->stream)
    write_chunk (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

static void
on_created (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  ExportData *export = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  export->stream = G_OUTPUT_STREAM (g_file_create_finish (G_FILE (source), result, &error));
  if (export->stream) {
    export->is_new = TRUE;
    write_chunk (task);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS)) {
    g_file_replace_async (export->file, NULL, FALSE, G_FILE_CREATE_PRIVATE, G_PRIORITY_DEFAULT,
                          NULL, on_replaced, task);
  } else {
    g_task_return_error (task, g_steal_pointer (&error));
    g_object_unref (task);
  }
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const gint64 *first = a;
  const gint64 *second = b;

  return (*first > *second) - (*first < *second);
}

static GArray *
collect_ids (UllimPeopleService *self, GPtrArray *chosen)
{
  GListModel *model = G_LIST_MODEL (ullim_people_service_get_contacts (self));
  guint       n = chosen ? chosen->len : g_list_model_get_n_items (model);
  GArray     *ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), n);

  for (guint i = 0; i < n; i++) {
    g_autoptr (UllimContact) contact =
        chosen ? g_object_ref (chosen->pdata[i]) : g_list_model_get_item (model, i);
    gint64 id = ullim_contact_get_id (contact);

    g_array_append_val (ids, id);
  }
  g_array_sort (ids, compare_ids);
  return ids;
}

void
ullim_people_service_export_async (UllimPeopleService *self,
                                   GPtrArray          *contacts,
                                   GFile              *file,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_PEOPLE_SERVICE (self));
  g_return_if_fail (G_IS_FILE (file));

  GTask *task = g_task_new (self, cancellable, callback, user_data);
  ExportData *export;

  g_task_set_source_tag (task, ullim_people_service_export_async);
  if (!ullim_people_service_get_roster (self)) {
    g_task_return_new_error (task, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DATABASE,
                             "the address book is not open");
    g_object_unref (task);
    return;
  }
  export = g_new0 (ExportData, 1);
  export->file = g_object_ref (file);
  export->ids = collect_ids (self, contacts);
  export->text = g_string_new (NULL);
  g_task_set_task_data (task, export, export_data_free);
  /* Opening is not given up half-way: GIO would close the stream it throws away, and by that
   * replace the file with nothing. */
  g_file_create_async (file, G_FILE_CREATE_PRIVATE, G_PRIORITY_DEFAULT, NULL, on_created, task);
}

gboolean
ullim_people_service_export_finish (UllimPeopleService *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
