/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Full-text search: the index of grams (search-text.c) proposes messages, newest first, and each
 * is compared with the query. docs/search.md says why and how fast.
 */
#define G_LOG_DOMAIN "history-search"

#include "history-private.h"
#include "search-text.h"

static gboolean
change_index (UllimDbConnection *connection,
              const char        *sql,
              gint64             message_id,
              gint64             conversation_id,
              const char        *text,
              GError           **error)
{
  g_autofree char             *grams = ullim_search_grams (text, conversation_id);
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (connection, sql, error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, message_id);
  sqlite3_bind_text (statement, 2, grams, -1, SQLITE_STATIC);
  return ullim_db_connection_run (connection, statement, error);
}

gboolean
ullim_search_index_add (UllimDbConnection *connection,
                        gint64             message_id,
                        gint64             conversation_id,
                        const char        *text,
                        GError           **error)
{
  return change_index (connection, "INSERT INTO search (rowid, grams) VALUES (?1, ?2)", message_id,
                       conversation_id, text, error);
}

gboolean
ullim_search_index_remove (UllimDbConnection *connection,
                           gint64             message_id,
                           gint64             conversation_id,
                           const char        *text,
                           GError           **error)
{
  return change_index (connection,
                       "INSERT INTO search (search, rowid, grams) VALUES ('delete', ?1, ?2)",
                       message_id, conversation_id, text, error);
}

typedef struct {
  UllimSearchQuery *query; /* owned, nullable: nothing to look for */
  gint64            before;
  guint             count;
  GPtrArray        *rows; /* owned, result */
} SearchData;

static void
search_data_free (gpointer data)
{
  SearchData *search = data;

  g_clear_pointer (&search->query, ullim_search_query_free);
  g_clear_pointer (&search->rows, g_ptr_array_unref);
  g_free (search);
}

static gboolean
collect_hits (UllimDbConnection *connection,
              UllimDbStatement  *statement,
              SearchData        *search,
              GError           **error)
{
  gboolean row = TRUE;

  while (row && search->rows->len < search->count) {
    if (!ullim_db_connection_step (connection, statement, &row, error))
      return FALSE;
    /* Column 6 is the text: most proposals that fail need no row. */
    if (row && ullim_search_query_matches (search->query,
                                           (const char *) sqlite3_column_text (statement, 6)))
      g_ptr_array_add (search->rows, ullim_message_row_read (statement));
  }
  return TRUE;
}

static gboolean
search_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  SearchData                  *search = data;
  g_autoptr (UllimDbStatement) statement = NULL;

  search->rows = ullim_message_rows_new ();
  if (!search->query)
    return TRUE;
  statement = ullim_db_connection_prepare (
      connection,
      "SELECT " ULLIM_MESSAGE_COLUMNS " FROM search CROSS JOIN message"
      " ON message.id = search.rowid"
      " WHERE search MATCH ?1 AND search.rowid < ?2 ORDER BY search.rowid DESC",
      error);
  if (!statement)
    return FALSE;
  sqlite3_bind_text (statement, 1, search->query->match, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, search->before);
  return collect_hits (connection, statement, search, error);
}

void
ullim_history_search_async (UllimHistory       *self,
                            const char         *text,
                            gint64              conversation_id,
                            gint64              before,
                            guint               count,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_HISTORY (self));
  g_return_if_fail (text != NULL);
  g_return_if_fail (count > 0 && count <= ULLIM_HISTORY_MAX_HITS);

  GTask      *task = g_task_new (self, cancellable, callback, user_data);
  SearchData *search = g_new0 (SearchData, 1);

  search->query = ullim_search_query_new (text, conversation_id);
  search->before = before != 0 ? before : G_MAXINT64;
  search->count = count;
  g_task_set_source_tag (task, ullim_history_search_async);
  g_task_set_task_data (task, search, search_data_free);
  ullim_db_read (ullim_history_get_db (self), task, search_work);
}

GPtrArray *
ullim_history_search_finish (UllimHistory *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  SearchData *search = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_steal_pointer (&search->rows);
}
