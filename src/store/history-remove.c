/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking all conversations of an account out of the history.
 */
#define G_LOG_DOMAIN "history-remove"

#include "history-private.h"

#define OF_ACCOUNT "IN (SELECT id FROM conversation WHERE account_id = ?1)"

/* Taking a message out of the index costs about twice what adding it does. */
#define REMOVAL_COST 2

typedef gboolean (*ChangeIndex) (UllimDbConnection *connection,
                                 gint64             message_id,
                                 gint64             conversation_id,
                                 const char        *text,
                                 GError           **error);

/* Calls @change with each message that @sql selects for @account_id. In the order of ids, else the
 * index writes itself out at every step back. */
static gboolean
change_index (UllimDbConnection *connection,
              const char        *sql,
              gint64             account_id,
              ChangeIndex        change,
              GError           **error)
{
  gboolean                     row = TRUE;
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (connection, sql, error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, account_id);
  while (row) {
    if (!ullim_db_connection_step (connection, statement, &row, error))
      return FALSE;
    if (row && !change (connection, sqlite3_column_int64 (statement, 0),
                        sqlite3_column_int64 (statement, 1),
                        (const char *) sqlite3_column_text (statement, 2), error))
      return FALSE;
  }
  return TRUE;
}

/* Whether it is cheaper to index the other messages again than to take these out one by one; with
 * one account, which is what most people have, there are no others. */
static gboolean
is_most (UllimDbConnection *connection, gint64 account_id, gboolean *most, GError **error)
{
  gboolean                     row;
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection,
      "SELECT count (*), coalesce (sum (conversation_id " OF_ACCOUNT "), 0) FROM message", error);
  gint64 all;
  gint64 of_account;

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, account_id);
  if (!ullim_db_connection_step (connection, statement, &row, error))
    return FALSE;
  all = sqlite3_column_int64 (statement, 0);
  of_account = sqlite3_column_int64 (statement, 1);
  *most = all - of_account < of_account * REMOVAL_COST;
  return TRUE;
}

/* The index keeps no text, so each message says what of it to forget. */
static gboolean
remove_from_index (UllimDbConnection *connection, gint64 account_id, GError **error)
{
  gboolean most;

  if (!is_most (connection, account_id, &most, error))
    return FALSE;
  if (!most)
    return change_index (connection,
                         "SELECT id, conversation_id, text FROM message"
                         " WHERE conversation_id " OF_ACCOUNT " ORDER BY id",
                         account_id, ullim_search_index_remove, error);
  return ullim_db_connection_execute (connection,
                                      "INSERT INTO search (search) VALUES ('delete-all')", error) &&
         change_index (connection,
                       "SELECT id, conversation_id, text FROM message"
                       " WHERE conversation_id NOT " OF_ACCOUNT " ORDER BY id",
                       account_id, ullim_search_index_add, error);
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
