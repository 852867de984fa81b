/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking all conversations of an account out of the history.
 */
#define G_LOG_DOMAIN "history-remove"

#include "history-private.h"

#define OF_ACCOUNT "IN (SELECT id FROM conversation WHERE account_id = ?1)"

/* The index keeps no text, so each message says what of it to forget; in the order of ids, else the
 * index writes itself out at every step back. */
static gboolean
remove_from_index (UllimDbConnection *connection, gint64 account_id, GError **error)
{
  gboolean                     row = TRUE;
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection,
      "SELECT id, conversation_id, text FROM message WHERE conversation_id " OF_ACCOUNT
      " ORDER BY id",
      error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, account_id);
  while (row) {
    if (!ullim_db_connection_step (connection, statement, &row, error))
      return FALSE;
    if (row &&
        !ullim_search_index_remove (connection, sqlite3_column_int64 (statement, 0),
                                    sqlite3_column_int64 (statement, 1),
                                    (const char *) sqlite3_column_text (statement, 2), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_with_id (UllimDbConnection *connection, const char *sql, gint64 id, GError **error)
{
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (connection, sql, error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  return ullim_db_connection_run (connection, statement, error);
}

gboolean
ullim_history_remove_account (UllimDbConnection *connection, gint64 account_id, GError **error)
{
  return remove_from_index (connection, account_id, error) &&
         run_with_id (connection, "DELETE FROM message WHERE conversation_id " OF_ACCOUNT,
                      account_id, error) &&
         run_with_id (connection, "DELETE FROM conversation WHERE account_id = ?1", account_id,
                      error);
}
