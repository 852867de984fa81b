/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading messages by page. Pages are bounded by ids, never by offsets, so the millionth costs
 * what the first does.
 */
#define G_LOG_DOMAIN "history-page"

#include "history-private.h"

#define OLDER_SQL                                                                                  \
  "SELECT " ULLIM_MESSAGE_COLUMNS " FROM message "                                                 \
  "WHERE conversation_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3"
#define NEWER_SQL                                                                                  \
  "SELECT " ULLIM_MESSAGE_COLUMNS " FROM message "                                                 \
  "WHERE conversation_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3"

typedef struct {
  gint64     conversation_id;
  gint64     before;      /* messages with a smaller id, ... */
  guint      n_before;    /* this many of them */
  gint64     after;       /* messages with a greater id, ... */
  guint      n_after;     /* this many of them */
  GPtrArray *rows;        /* owned, result: oldest first */
  gboolean   more_before; /* result */
  gboolean   more_after;  /* result */
} PageData;

static void
page_data_free (gpointer data)
{
  PageData *page = data;

  g_clear_pointer (&page->rows, g_ptr_array_unref);
  g_free (page);
}

/* Asks for one more than @count to learn whether there is more. */
static GPtrArray *
read_side (UllimDbConnection *connection,
           const char        *sql,
           gint64             conversation_id,
           gint64             bound,
           guint              count,
           gboolean          *more,
           GError           **error)
{
  g_autoptr (GPtrArray)        rows = ullim_message_rows_new ();
  g_autoptr (UllimDbStatement) statement = NULL;

  if (count == 0)
    return g_steal_pointer (&rows);
  statement = ullim_db_connection_prepare (connection, sql, error);
  if (!statement)
    return NULL;
  sqlite3_bind_int64 (statement, 1, conversation_id);
  sqlite3_bind_int64 (statement, 2, bound);
  sqlite3_bind_int64 (statement, 3, (gint64) count + 1);
  if (!ullim_message_rows_collect (connection, statement, rows, error))
    return NULL;
  *more = rows->len > count;
  if (*more)
    g_ptr_array_set_size (rows, (int) count);
  return g_steal_pointer (&rows);
}

static gboolean
page_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  PageData             *page = data;
  g_autoptr (GPtrArray) older = NULL;
  g_autoptr (GPtrArray) newer = NULL;

  older = read_side (connection, OLDER_SQL, page->conversation_id, page->before, page->n_before,
                     &page->more_before, error);
  if (!older)
    return FALSE;
  newer = read_side (connection, NEWER_SQL, page->conversation_id, page->after, page->n_after,
                     &page->more_after, error);
  if (!newer)
    return FALSE;

  page->rows = ullim_message_rows_new ();
  for (guint i = older->len; i > 0; i--)
    g_ptr_array_add (page->rows, g_steal_pointer (&older->pdata[i - 1]));
  g_ptr_array_extend_and_steal (page->rows, g_steal_pointer (&newer));
  return TRUE;
}

static void
read_page (UllimHistory *self, GTask *task, const PageData *page)
{
  g_task_set_task_data (task, g_memdup2 (page, sizeof *page), page_data_free);
  ullim_db_read (ullim_history_get_db (self), task, page_work);
}

void
ullim_history_page_async (UllimHistory       *self,
                          gint64              conversation_id,
                          gint64              before,
                          gint64              after,
                          guint               count,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_HISTORY (self));
  g_return_if_fail (before == 0 || after == 0);
  g_return_if_fail (count > 0 && count <= ULLIM_HISTORY_MAX_PAGE);

  GTask   *task = g_task_new (self, cancellable, callback, user_data);
  PageData page = {.conversation_id = conversation_id};

  if (after != 0) {
    page.after = after;
    page.n_after = count;
  } else {
    page.before = before != 0 ? before : G_MAXINT64;
    page.n_before = count;
  }
  g_task_set_source_tag (task, ullim_history_page_async);
  read_page (self, task, &page);
}

GPtrArray *
ullim_history_page_finish (UllimHistory *self, GAsyncResult *result, gboolean *more, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  PageData *page = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  if (more)
    *more = page->more_before || page->more_after;
  return g_steal_pointer (&page->rows);
}

void
ullim_history_page_around_async (UllimHistory       *self,
                                 gint64              conversation_id,
                                 gint64              message_id,
                                 guint               count,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_HISTORY (self));
  g_return_if_fail (count > 1 && count <= ULLIM_HISTORY_MAX_PAGE);

  GTask   *task = g_task_new (self, cancellable, callback, user_data);
  PageData page = {
      .conversation_id = conversation_id,
      .before = message_id,
      .n_before = count / 2,
      .after = message_id - 1,
      .n_after = count - count / 2,
  };

  g_task_set_source_tag (task, ullim_history_page_around_async);
  read_page (self, task, &page);
}

GPtrArray *
ullim_history_page_around_finish (UllimHistory *self,
                                  GAsyncResult *result,
                                  gboolean     *more_before,
                                  gboolean     *more_after,
                                  GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  PageData *page = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  if (more_before)
    *more_before = page->more_before;
  if (more_after)
    *more_after = page->more_after;
  return g_steal_pointer (&page->rows);
}

static gboolean
outbox_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  PageData                    *page = data;
  g_autoptr (GPtrArray)        rows = ullim_message_rows_new ();
  g_autoptr (UllimDbStatement) statement =
      ullim_db_connection_prepare (connection,
                                   "SELECT " ULLIM_MESSAGE_COLUMNS " FROM message "
                                   "WHERE delivery IN (1, 2) AND direction = 1 ORDER BY id",
                                   error);

  if (!statement || !ullim_message_rows_collect (connection, statement, rows, error))
    return FALSE;
  page->rows = g_steal_pointer (&rows);
  return TRUE;
}

void
ullim_history_outbox_async (UllimHistory       *self,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_HISTORY (self));

  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_history_outbox_async);
  g_task_set_task_data (task, g_new0 (PageData, 1), page_data_free);
  ullim_db_read (ullim_history_get_db (self), task, outbox_work);
}

GPtrArray *
ullim_history_outbox_finish (UllimHistory *self, GAsyncResult *result, GError **error)
{
  return ullim_history_page_finish (self, result, NULL, error);
}
