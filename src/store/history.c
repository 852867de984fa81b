/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conversations: the list of all, finding or making one, read marks, drafts. Their messages are in
 * history-message.c (writing), history-page.c (reading) and history-search.c.
 */
#define G_LOG_DOMAIN "history"

#include "history-private.h"

struct _UllimHistory {
  GObject  parent_instance;
  UllimDb *db; /* owned */
};

G_DEFINE_FINAL_TYPE (UllimHistory, ullim_history, G_TYPE_OBJECT)

UllimDb *
ullim_history_get_db (UllimHistory *self)
{
  return self->db;
}

typedef struct {
  GPtrArray *rows; /* owned, result */
} LoadData;

static void
load_data_free (gpointer data)
{
  LoadData *load = data;

  g_clear_pointer (&load->rows, g_ptr_array_unref);
  g_free (load);
}

static gboolean
load_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  LoadData             *load = data;
  gboolean              row = TRUE;
  g_autoptr (GPtrArray) rows =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_conversation_row_free);
  g_autoptr (UllimDbStatement) statement =
      ullim_db_connection_prepare (connection,
                                   "SELECT " ULLIM_CONVERSATION_COLUMNS " FROM conversation "
                                   "ORDER BY last_id DESC, id DESC",
                                   error);

  if (!statement)
    return FALSE;
  while (row) {
    if (!ullim_db_connection_step (connection, statement, &row, error))
      return FALSE;
    if (row)
      g_ptr_array_add (rows, ullim_conversation_row_read (statement));
  }
  load->rows = g_steal_pointer (&rows);
  return TRUE;
}

void
ullim_history_load_conversations_async (UllimHistory       *self,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_HISTORY (self));

  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_history_load_conversations_async);
  g_task_set_task_data (task, g_new0 (LoadData, 1), load_data_free);
  ullim_db_read (self->db, task, load_work);
}

GPtrArray *
ullim_history_load_conversations_finish (UllimHistory *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  LoadData *load = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_steal_pointer (&load->rows);
}

UllimConversationRow *
ullim_conversation_row_load (UllimDbConnection *connection, gint64 id, GError **error)
{
  gboolean                     row;
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection, "SELECT " ULLIM_CONVERSATION_COLUMNS " FROM conversation WHERE id = ?1", error);

  if (!statement)
    return NULL;
  sqlite3_bind_int64 (statement, 1, id);
  if (!ullim_db_connection_step (connection, statement, &row, error))
    return NULL;
  if (row)
    return ullim_conversation_row_read (statement);
  g_set_error_literal (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DATABASE,
                       "there is no such conversation");
  return NULL;
}

/* @id is left as it is if there is none. */
static gboolean
find_conversation (UllimDbConnection *connection,
                   gint64             account_id,
                   const char        *key,
                   gint64            *id,
                   GError           **error)
{
  gboolean                     row;
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection, "SELECT id FROM conversation WHERE account_id = ?1 AND key = ?2", error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, account_id);
  sqlite3_bind_text (statement, 2, key, -1, SQLITE_STATIC);
  if (!ullim_db_connection_step (connection, statement, &row, error))
    return FALSE;
  if (row)
    *id = sqlite3_column_int64 (statement, 0);
  return TRUE;
}

gint64
ullim_conversation_find_or_make (UllimDbConnection *connection,
                                 gint64             account_id,
                                 const char        *peer,
                                 const char        *key,
                                 const char        *name,
                                 GError           **error)
{
  gint64 id = 0;

  if (!find_conversation (connection, account_id, key, &id, error) || id != 0)
    return id;

  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection, "INSERT INTO conversation (account_id, peer, key, name) VALUES (?1, ?2, ?3, ?4)",
      error);
  if (!statement)
    return 0;
  sqlite3_bind_int64 (statement, 1, account_id);
  sqlite3_bind_text (statement, 2, peer, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 3, key, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 4, name, -1, SQLITE_STATIC);
  if (!ullim_db_connection_run (connection, statement, error))
    return 0;
  return ullim_db_connection_last_id (connection);
}

typedef struct {
  gint64                account_id;
  char                 *peer; /* owned */
  char                 *key;  /* owned */
  char                 *name; /* owned, nullable */
  UllimConversationRow *row;  /* owned, result */
} OpenData;

static void
open_data_free (gpointer data)
{
  OpenData *open = data;

  g_free (open->peer);
  g_free (open->key);
  g_free (open->name);
  ullim_conversation_row_free (open->row);
  g_free (open);
}

static gboolean
open_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  OpenData *open = data;
  gint64 id = ullim_conversation_find_or_make (connection, open->account_id, open->peer, open->key,
                                               open->name, error);

  g_clear_pointer (&open->row, ullim_conversation_row_free);
  if (id != 0)
    open->row = ullim_conversation_row_load (connection, id, error);
  return open->row != NULL;
}

void
ullim_history_open_conversation_async (UllimHistory       *self,
                                       gint64              account_id,
                                       const char         *peer,
                                       const char         *key,
                                       const char         *name,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_HISTORY (self));
  g_return_if_fail (peer != NULL && key != NULL);

  GTask    *task = g_task_new (self, cancellable, callback, user_data);
  OpenData *open = g_new0 (OpenData, 1);

  open->account_id = account_id;
  open->peer = g_strdup (peer);
  open->key = g_strdup (key);
  open->name = g_strdup (name);
  g_task_set_source_tag (task, ullim_history_open_conversation_async);
  g_task_set_task_data (task, open, open_data_free);
  ullim_db_write (self->db, task, open_work);
}

UllimConversationRow *
ullim_history_open_conversation_finish (UllimHistory *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  OpenData *open = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_steal_pointer (&open->row);
}

static gboolean
mark_read_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  const gint64                *id = data;
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection, "UPDATE conversation SET unread = 0 WHERE id = ?1 AND unread > 0", error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, *id);
  return ullim_db_connection_run (connection, statement, error);
}

void
ullim_history_mark_read_async (UllimHistory       *self,
                               gint64              conversation_id,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_HISTORY (self));

  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_history_mark_read_async);
  g_task_set_task_data (task, g_memdup2 (&conversation_id, sizeof conversation_id), g_free);
  ullim_db_write (self->db, task, mark_read_work);
}

gboolean
ullim_history_mark_read_finish (UllimHistory *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

typedef struct {
  gint64 conversation_id;
  char  *draft; /* owned, nullable */
} DraftData;

static void
draft_data_free (gpointer data)
{
  DraftData *draft = data;

  g_free (draft->draft);
  g_free (draft);
}

static gboolean
set_draft_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  const DraftData             *draft = data;
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection, "UPDATE conversation SET draft = ?2 WHERE id = ?1", error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, draft->conversation_id);
  sqlite3_bind_text (statement, 2, draft->draft, -1, SQLITE_STATIC);
  return ullim_db_connection_run (connection, statement, error);
}

void
ullim_history_set_draft_async (UllimHistory       *self,
                               gint64              conversation_id,
                               const char         *draft,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_HISTORY (self));

  GTask     *task = g_task_new (self, cancellable, callback, user_data);
  DraftData *data = g_new0 (DraftData, 1);

  data->conversation_id = conversation_id;
  data->draft = draft && *draft ? g_strdup (draft) : NULL;
  g_task_set_source_tag (task, ullim_history_set_draft_async);
  g_task_set_task_data (task, data, draft_data_free);
  ullim_db_write (self->db, task, set_draft_work);
}

gboolean
ullim_history_set_draft_finish (UllimHistory *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

UllimHistory *
ullim_history_new (UllimDb *db)
{
  g_return_val_if_fail (ULLIM_IS_DB (db), NULL);

  UllimHistory *self = g_object_new (ULLIM_TYPE_HISTORY, NULL);

  self->db = g_object_ref (db);
  return self;
}

static void
ullim_history_dispose (GObject *object)
{
  UllimHistory *self = ULLIM_HISTORY (object);

  g_clear_object (&self->db);
  G_OBJECT_CLASS (ullim_history_parent_class)->dispose (object);
}

static void
ullim_history_class_init (UllimHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_history_dispose;
}

static void
ullim_history_init (UllimHistory *self)
{
}
