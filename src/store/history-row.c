/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of the history as plain structs, and how they are read from a statement.
 */
#define G_LOG_DOMAIN "history-row"

#include "history-private.h"

UllimMessageRow *
ullim_message_row_new (void)
{
  return g_new0 (UllimMessageRow, 1);
}

UllimMessageRow *
ullim_message_row_copy (const UllimMessageRow *row)
{
  UllimMessageRow *copy = g_memdup2 (row, sizeof *row);

  copy->call_id = g_strdup (row->call_id);
  copy->text = g_strdup (row->text);
  return copy;
}

void
ullim_message_row_free (UllimMessageRow *row)
{
  if (!row)
    return;
  g_free (row->call_id);
  g_free (row->text);
  g_free (row);
}

UllimConversationRow *
ullim_conversation_row_new (void)
{
  return g_new0 (UllimConversationRow, 1);
}

void
ullim_conversation_row_free (UllimConversationRow *row)
{
  if (!row)
    return;
  g_free (row->peer);
  g_free (row->key);
  g_free (row->name);
  g_free (row->last_text);
  g_free (row->draft);
  g_free (row);
}

static char *
read_text (UllimDbStatement *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

UllimMessageRow *
ullim_message_row_read (UllimDbStatement *statement)
{
  UllimMessageRow *row = ullim_message_row_new ();

  row->id = sqlite3_column_int64 (statement, 0);
  row->conversation_id = sqlite3_column_int64 (statement, 1);
  row->direction = sqlite3_column_int (statement, 2);
  row->time_us = sqlite3_column_int64 (statement, 3);
  row->call_id = read_text (statement, 4);
  row->cseq = (guint32) sqlite3_column_int64 (statement, 5);
  row->text = read_text (statement, 6);
  row->delivery = sqlite3_column_int (statement, 7);
  row->problem = sqlite3_column_int (statement, 8);
  return row;
}

UllimConversationRow *
ullim_conversation_row_read (UllimDbStatement *statement)
{
  UllimConversationRow *row = ullim_conversation_row_new ();

  row->id = sqlite3_column_int64 (statement, 0);
  row->account_id = sqlite3_column_int64 (statement, 1);
  row->peer = read_text (statement, 2);
  row->key = read_text (statement, 3);
  row->name = read_text (statement, 4);
  row->last_text = read_text (statement, 5);
  row->last_time_us = sqlite3_column_int64 (statement, 6);
  row->last_direction = sqlite3_column_int (statement, 7);
  row->last_delivery = sqlite3_column_int (statement, 8);
  row->unread = (guint) sqlite3_column_int64 (statement, 9);
  row->draft = read_text (statement, 10);
  return row;
}

GPtrArray *
ullim_message_rows_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_message_row_free);
}

gboolean
ullim_message_rows_collect (UllimDbConnection *connection,
                            UllimDbStatement  *statement,
                            GPtrArray         *rows,
                            GError           **error)
{
  gboolean row = TRUE;

  while (row) {
    if (!ullim_db_connection_step (connection, statement, &row, error))
      return FALSE;
    if (row)
      g_ptr_array_add (rows, ullim_message_row_read (statement));
  }
  return TRUE;
}
