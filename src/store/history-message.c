/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing messages: what arrives, what is written, what becomes of it. A message, its
 * conversation's summary and its grams in the full-text index change in one transaction.
 */
#define G_LOG_DOMAIN "history-message"

#include "history-private.h"

/* Of the newest message's text in its conversation's summary. */
#define MAX_LAST_TEXT_CHARS 200

static gboolean
insert_message (UllimDbConnection *connection, UllimMessageRow *row, GError **error)
{
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection,
      "INSERT INTO message (conversation_id, direction, time_us, cseq, delivery, problem, call_id,"
      " text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
      error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, row->conversation_id);
  sqlite3_bind_int (statement, 2, row->direction);
  sqlite3_bind_int64 (statement, 3, row->time_us);
  sqlite3_bind_int64 (statement, 4, row->cseq);
  sqlite3_bind_int (statement, 5, row->delivery);
  sqlite3_bind_int (statement, 6, row->problem);
  sqlite3_bind_text (statement, 7, row->call_id, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 8, row->text, -1, SQLITE_STATIC);
  if (!ullim_db_connection_run (connection, statement, error))
    return FALSE;
  row->id =
      ullim_db_connection_changes (connection) > 0 ? ullim_db_connection_last_id (connection) : 0;
  return TRUE;
}

static char *
shorten (const char *text)
{
  const char *end = text;

  for (guint i = 0; i < MAX_LAST_TEXT_CHARS && *end; i++)
    end = g_utf8_next_char (end);
  return g_strndup (text, (gsize) (end - text));
}

/* @name: (nullable): replaces the conversation's */
static gboolean
summarize (UllimDbConnection     *connection,
           const UllimMessageRow *row,
           const char            *name,
           GError               **error)
{
  g_autofree char             *last_text = shorten (row->text);
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection,
      "UPDATE conversation SET last_id = ?2, last_time_us = ?3, last_direction = ?4,"
      " last_delivery = ?5, last_text = ?6, name = coalesce (?7, name),"
      " unread = unread + (?4 = 0), draft = CASE ?4 WHEN 0 THEN draft END WHERE id = ?1",
      error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, row->conversation_id);
  sqlite3_bind_int64 (statement, 2, row->id);
  sqlite3_bind_int64 (statement, 3, row->time_us);
  sqlite3_bind_int (statement, 4, row->direction);
  sqlite3_bind_int (statement, 5, row->delivery);
  sqlite3_bind_text (statement, 6, last_text, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 7, name, -1, SQLITE_STATIC);
  if (!ullim_db_connection_run (connection, statement, error))
    return FALSE;
  if (ullim_db_connection_changes (connection) > 0)
    return TRUE;
  g_set_error_literal (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DATABASE,
                       "there is no such conversation");
  return FALSE;
}

static gboolean
append (UllimDbConnection *connection, UllimMessageRow *row, const char *name, GError **error)
{
  if (!insert_message (connection, row, error))
    return FALSE;
  if (row->id == 0)
    return TRUE;
  return summarize (connection, row, name, error) &&
         ullim_search_index_add (connection, row->id, row->conversation_id, row->text, error);
}

typedef struct {
  gint64                account_id;
  char                 *peer;         /* owned */
  char                 *key;          /* owned */
  char                 *name;         /* owned, nullable */
  UllimMessageRow      *message;      /* owned; with its id as the result, 0 if it was there */
  UllimConversationRow *conversation; /* owned, result */
} ReceiveData;

static void
receive_data_free (gpointer data)
{
  ReceiveData *receive = data;

  g_free (receive->peer);
  g_free (receive->key);
  g_free (receive->name);
  ullim_message_row_free (receive->message);
  ullim_conversation_row_free (receive->conversation);
  g_free (receive);
}

static gboolean
receive_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  ReceiveData *receive = data;
  gint64       id = ullim_conversation_find_or_make (connection, receive->account_id, receive->peer,
                                                     receive->key, receive->name, error);

  g_clear_pointer (&receive->conversation, ullim_conversation_row_free);
  if (id == 0)
    return FALSE;
  receive->message->conversation_id = id;
  if (!append (connection, receive->message, receive->name, error))
    return FALSE;
  receive->conversation = ullim_conversation_row_load (connection, id, error);
  return receive->conversation != NULL;
}

void
ullim_history_receive_async (UllimHistory          *self,
                             gint64                 account_id,
                             const char            *peer,
                             const char            *key,
                             const char            *name,
                             const UllimMessageRow *message,
                             GCancellable          *cancellable,
                             GAsyncReadyCallback    callback,
                             gpointer               user_data)
{
  g_return_if_fail (ULLIM_IS_HISTORY (self));
  g_return_if_fail (peer != NULL && key != NULL);
  g_return_if_fail (message != NULL && message->call_id != NULL && message->text != NULL);

  GTask       *task = g_task_new (self, cancellable, callback, user_data);
  ReceiveData *receive = g_new0 (ReceiveData, 1);

  receive->account_id = account_id;
  receive->peer = g_strdup (peer);
  receive->key = g_strdup (key);
  receive->name = name && *name ? g_strdup (name) : NULL;
  receive->message = ullim_message_row_copy (message);
  receive->message->direction = ULLIM_DIRECTION_INCOMING;
  receive->message->delivery = ULLIM_DELIVERY_RECEIVED;
  receive->message->problem = ULLIM_PROBLEM_NONE;
  g_task_set_source_tag (task, ullim_history_receive_async);
  g_task_set_task_data (task, receive, receive_data_free);
  ullim_db_write (ullim_history_get_db (self), task, receive_work);
}

gboolean
ullim_history_receive_finish (UllimHistory          *self,
                              GAsyncResult          *result,
                              UllimConversationRow **conversation,
                              UllimMessageRow      **message,
                              GError               **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  ReceiveData *receive = g_task_get_task_data (G_TASK (result));
  gboolean     ok = g_task_propagate_boolean (G_TASK (result), error);

  if (conversation)
    *conversation = ok ? g_steal_pointer (&receive->conversation) : NULL;
  if (message)
    *message = ok && receive->message->id != 0 ? g_steal_pointer (&receive->message) : NULL;
  return ok;
}

static void
message_data_free (gpointer data)
{
  ullim_message_row_free (data);
}

static gboolean
compose_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  return append (connection, data, NULL, error);
}

void
ullim_history_compose_async (UllimHistory          *self,
                             const UllimMessageRow *message,
                             GCancellable          *cancellable,
                             GAsyncReadyCallback    callback,
                             gpointer               user_data)
{
  g_return_if_fail (ULLIM_IS_HISTORY (self));
  g_return_if_fail (message != NULL && message->call_id != NULL && message->text != NULL);

  GTask           *task = g_task_new (self, cancellable, callback, user_data);
  UllimMessageRow *row = ullim_message_row_copy (message);

  row->direction = ULLIM_DIRECTION_OUTGOING;
  row->delivery = ULLIM_DELIVERY_QUEUED;
  row->problem = ULLIM_PROBLEM_NONE;
  g_task_set_source_tag (task, ullim_history_compose_async);
  g_task_set_task_data (task, row, message_data_free);
  ullim_db_write (ullim_history_get_db (self), task, compose_work);
}

UllimMessageRow *
ullim_history_compose_finish (UllimHistory *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  GTask *task = G_TASK (result);

  if (!g_task_propagate_boolean (task, error))
    return NULL;
  return ullim_message_row_copy (g_task_get_task_data (task));
}

typedef struct {
  gint64        id;
  UllimDelivery delivery;
  UllimProblem  problem;
} DeliveryData;

/* Answers overtake one another: delivered (4) stays, and accepted (3) only becomes delivered or
 * failed (5). Everything else happens in the course of a retry. */
static gboolean
update_delivery (UllimDbConnection *connection, const DeliveryData *delivery, GError **error)
{
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection,
      "UPDATE message SET delivery = ?2, problem = ?3 WHERE id = ?1 AND direction = 1"
      " AND delivery <> 4 AND (delivery <> 3 OR ?2 IN (4, 5))",
      error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, delivery->id);
  sqlite3_bind_int (statement, 2, delivery->delivery);
  sqlite3_bind_int (statement, 3, delivery->problem);
  return ullim_db_connection_run (connection, statement, error);
}

static gboolean
set_delivery_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  const DeliveryData          *delivery = data;
  g_autoptr (UllimDbStatement) statement = NULL;

  if (!update_delivery (connection, delivery, error))
    return FALSE;
  if (ullim_db_connection_changes (connection) == 0)
    return TRUE;
  statement = ullim_db_connection_prepare (
      connection,
      "UPDATE conversation SET last_delivery = ?2 WHERE last_id = ?1"
      " AND id = (SELECT conversation_id FROM message WHERE message.id = ?1)",
      error);
  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, delivery->id);
  sqlite3_bind_int (statement, 2, delivery->delivery);
  return ullim_db_connection_run (connection, statement, error);
}

void
ullim_history_set_delivery_async (UllimHistory       *self,
                                  gint64              message_id,
                                  UllimDelivery       delivery,
                                  UllimProblem        problem,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_HISTORY (self));
  g_return_if_fail (delivery != ULLIM_DELIVERY_RECEIVED);

  GTask       *task = g_task_new (self, cancellable, callback, user_data);
  DeliveryData data = {message_id, delivery, problem};

  g_task_set_source_tag (task, ullim_history_set_delivery_async);
  g_task_set_task_data (task, g_memdup2 (&data, sizeof data), g_free);
  ullim_db_write (ullim_history_get_db (self), task, set_delivery_work);
}

gboolean
ullim_history_set_delivery_finish (UllimHistory *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Only what was never sent: queued or failed. @row is %NULL if it is not such a message. */
static gboolean
load_unsent (UllimDbConnection *connection, gint64 id, UllimMessageRow **row, GError **error)
{
  gboolean                     found;
  g_autoptr (UllimDbStatement) statement =
      ullim_db_connection_prepare (connection,
                                   "SELECT " ULLIM_MESSAGE_COLUMNS " FROM message"
                                   " WHERE id = ?1 AND direction = 1 AND delivery IN (1, 5)",
                                   error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  if (!ullim_db_connection_step (connection, statement, &found, error))
    return FALSE;
  *row = found ? ullim_message_row_read (statement) : NULL;
  return TRUE;
}

static gboolean
delete_row (UllimDbConnection *connection, gint64 id, GError **error)
{
  g_autoptr (UllimDbStatement) statement =
      ullim_db_connection_prepare (connection, "DELETE FROM message WHERE id = ?1", error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  return ullim_db_connection_run (connection, statement, error);
}

/* After the newest message went: the one before it, or nothing. */
static gboolean
summarize_again (UllimDbConnection *connection, const UllimMessageRow *gone, GError **error)
{
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection,
      "UPDATE conversation SET"
      " (last_id, last_time_us, last_direction, last_delivery, last_text) ="
      " (SELECT coalesce (max (message.id), 0), coalesce (time_us, 0), coalesce (direction, 0),"
      "  coalesce (delivery, 0), substr (text, 1, ?3) FROM message"
      "  WHERE conversation_id = ?1)"
      " WHERE id = ?1 AND last_id = ?2",
      error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, gone->conversation_id);
  sqlite3_bind_int64 (statement, 2, gone->id);
  sqlite3_bind_int (statement, 3, MAX_LAST_TEXT_CHARS);
  return ullim_db_connection_run (connection, statement, error);
}

static gboolean
delete_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  const gint64               *id = data;
  g_autoptr (UllimMessageRow) row = NULL;

  if (!load_unsent (connection, *id, &row, error))
    return FALSE;
  if (row)
    return delete_row (connection, row->id, error) &&
           ullim_search_index_remove (connection, row->id, row->conversation_id, row->text,
                                      error) &&
           summarize_again (connection, row, error);
  g_set_error_literal (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DATABASE,
                       "there is no such message that was never sent");
  return FALSE;
}

void
ullim_history_delete_message_async (UllimHistory       *self,
                                    gint64              message_id,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_HISTORY (self));

  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_history_delete_message_async);
  g_task_set_task_data (task, g_memdup2 (&message_id, sizeof message_id), g_free);
  ullim_db_write (ullim_history_get_db (self), task, delete_work);
}

gboolean
ullim_history_delete_message_finish (UllimHistory *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
