/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rest of the roster: what was decided about who may see the user's presence, the copies of a
 * server's documents (RFC 4825) that the next merge starts from, and what the user tells of
 * themselves.
 */
#define G_LOG_DOMAIN "roster-permission"

#include "roster-private.h"

#include <string.h>

/* Longest copy of a document that is kept: SQLite's own limit is far above. */
#define MAX_DOCUMENT_BYTES (32 * 1024 * 1024)

void
ullim_permission_row_free (UllimPermissionRow *row)
{
  if (!row)
    return;
  g_free (row->uri);
  g_free (row->key);
  g_free (row->name);
  g_free (row);
}

static char *
read_text (UllimDbStatement *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

static gboolean
boolean_finish (UllimRoster *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- permissions ---- */

static void
rows_clear (gpointer data)
{
  GPtrArray **rows = data;

  g_clear_pointer (rows, g_ptr_array_unref);
  g_free (rows);
}

static UllimPermissionRow *
read_permission (UllimDbStatement *statement)
{
  UllimPermissionRow *row = g_new0 (UllimPermissionRow, 1);
  int                 permission = sqlite3_column_int (statement, 4);

  row->account_id = sqlite3_column_int64 (statement, 0);
  row->uri = read_text (statement, 1);
  row->key = read_text (statement, 2);
  row->name = read_text (statement, 3);
  /* What a damaged file says must not open a door. */
  row->permission = permission >= 0 && permission <= ULLIM_PERMISSION_BLOCKED
                        ? (UllimPermission) permission
                        : ULLIM_PERMISSION_ASKED;
  row->asked_us = sqlite3_column_int64 (statement, 5);
  return row;
}

static gboolean
load_permissions_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  GPtrArray                  **rows = data;
  gboolean                     row = TRUE;
  g_autoptr (UllimDbStatement) statement =
      ullim_db_connection_prepare (connection,
                                   "SELECT account_id, uri, key, name, permission, asked_us"
                                   " FROM permission ORDER BY asked_us DESC, account_id, key",
                                   error);

  g_clear_pointer (rows, g_ptr_array_unref);
  if (!statement)
    return FALSE;
  *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_permission_row_free);
  while (row) {
    if (!ullim_db_connection_step (connection, statement, &row, error))
      return FALSE;
    if (row)
      g_ptr_array_add (*rows, read_permission (statement));
  }
  return TRUE;
}

void
ullim_roster_load_permissions_async (UllimRoster        *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_ROSTER (self));

  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_roster_load_permissions_async);
  g_task_set_task_data (task, g_new0 (GPtrArray *, 1), rows_clear);
  ullim_db_read (ullim_roster_get_db (self), task, load_permissions_work);
}

GPtrArray *
ullim_roster_load_permissions_finish (UllimRoster *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  GPtrArray **rows = g_task_get_task_data (G_TASK (result));

  return g_task_propagate_boolean (G_TASK (result), error) ? g_steal_pointer (rows) : NULL;
}

static gboolean
save_permission_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  const UllimPermissionRow    *row = data;
  g_autoptr (UllimDbStatement) statement =
      ullim_db_connection_prepare (connection,
                                   "REPLACE INTO permission (account_id, uri, key, name,"
                                   " permission, asked_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                                   error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, row->account_id);
  sqlite3_bind_text (statement, 2, row->uri, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 3, row->key, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 4, row->name, -1, SQLITE_STATIC);
  sqlite3_bind_int (statement, 5, (int) row->permission);
  sqlite3_bind_int64 (statement, 6, row->asked_us);
  return ullim_db_connection_run (connection, statement, error);
}

void
ullim_roster_save_permission_async (UllimRoster              *self,
                                    const UllimPermissionRow *row,
                                    GCancellable             *cancellable,
                                    GAsyncReadyCallback       callback,
                                    gpointer                  user_data)
{
  g_return_if_fail (ULLIM_IS_ROSTER (self));
  g_return_if_fail (row->uri != NULL && row->key != NULL);

  GTask              *task = g_task_new (self, cancellable, callback, user_data);
  UllimPermissionRow *copy = g_memdup2 (row, sizeof *row);

  copy->uri = g_strdup (row->uri);
  copy->key = g_strdup (row->key);
  copy->name = g_strdup (row->name);
  g_task_set_source_tag (task, ullim_roster_save_permission_async);
  g_task_set_task_data (task, copy, (GDestroyNotify) ullim_permission_row_free);
  ullim_db_write (ullim_roster_get_db (self), task, save_permission_work);
}

gboolean
ullim_roster_save_permission_finish (UllimRoster *self, GAsyncResult *result, GError **error)
{
  return boolean_finish (self, result, error);
}

static gboolean
remove_permission_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  const UllimPermissionRow    *row = data;
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection, "DELETE FROM permission WHERE account_id = ?1 AND key = ?2", error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, row->account_id);
  sqlite3_bind_text (statement, 2, row->key, -1, SQLITE_STATIC);
  return ullim_db_connection_run (connection, statement, error);
}

void
ullim_roster_remove_permission_async (UllimRoster        *self,
                                      gint64              account_id,
                                      const char         *key,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_ROSTER (self));

  GTask              *task = g_task_new (self, cancellable, callback, user_data);
  UllimPermissionRow *row = g_new0 (UllimPermissionRow, 1);

  row->account_id = account_id;
  row->key = g_strdup (key);
  g_task_set_source_tag (task, ullim_roster_remove_permission_async);
  g_task_set_task_data (task, row, (GDestroyNotify) ullim_permission_row_free);
  ullim_db_write (ullim_roster_get_db (self), task, remove_permission_work);
}

gboolean
ullim_roster_remove_permission_finish (UllimRoster *self, GAsyncResult *result, GError **error)
{
  return boolean_finish (self, result, error);
}

/* ---- documents ---- */

typedef struct {
  gint64 account_id;
  char  *name; /* owned */
  char  *text; /* owned, nullable; result or what to save */
  char  *etag; /* owned, nullable */
} DocumentData;

static void
document_data_free (gpointer data)
{
  DocumentData *document = data;

  g_free (document->name);
  g_free (document->text);
  g_free (document->etag);
  g_free (document);
}

static GTask *
new_document_task (UllimRoster        *self,
                   gint64              account_id,
                   const char         *name,
                   gpointer            source_tag,
                   GCancellable       *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer            user_data)
{
  GTask        *task = g_task_new (self, cancellable, callback, user_data);
  DocumentData *document = g_new0 (DocumentData, 1);

  document->account_id = account_id;
  document->name = g_strdup (name);
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, document, document_data_free);
  return task;
}

static gboolean
load_document_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  DocumentData                *document = data;
  gboolean                     row;
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection, "SELECT text, etag FROM document WHERE account_id = ?1 AND name = ?2", error);

  g_clear_pointer (&document->text, g_free);
  g_clear_pointer (&document->etag, g_free);
  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, document->account_id);
  sqlite3_bind_text (statement, 2, document->name, -1, SQLITE_STATIC);
  if (!ullim_db_connection_step (connection, statement, &row, error))
    return FALSE;
  if (row) {
    document->text = read_text (statement, 0);
    document->etag = read_text (statement, 1);
  }
  return TRUE;
}

void
ullim_roster_load_document_async (UllimRoster        *self,
                                  gint64              account_id,
                                  const char         *name,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_ROSTER (self));

  ullim_db_read (ullim_roster_get_db (self),
                 new_document_task (self, account_id, name, ullim_roster_load_document_async,
                                    cancellable, callback, user_data),
                 load_document_work);
}

gboolean
ullim_roster_load_document_finish (UllimRoster  *self,
                                   GAsyncResult *result,
                                   char        **text,
                                   char        **etag,
                                   GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  DocumentData *document = g_task_get_task_data (G_TASK (result));
  gboolean      ok = g_task_propagate_boolean (G_TASK (result), error);

  if (text)
    *text = ok ? g_steal_pointer (&document->text) : NULL;
  if (etag)
    *etag = ok ? g_steal_pointer (&document->etag) : NULL;
  return ok;
}

static gboolean
save_document_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  const DocumentData          *document = data;
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection,
      document->text
          ? "REPLACE INTO document (account_id, name, text, etag) VALUES (?1, ?2, ?3, ?4)"
          : "DELETE FROM document WHERE account_id = ?1 AND name = ?2",
      error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, document->account_id);
  sqlite3_bind_text (statement, 2, document->name, -1, SQLITE_STATIC);
  if (document->text) {
    sqlite3_bind_text (statement, 3, document->text, -1, SQLITE_STATIC);
    sqlite3_bind_text (statement, 4, document->etag, -1, SQLITE_STATIC);
  }
  return ullim_db_connection_run (connection, statement, error);
}

void
ullim_roster_save_document_async (UllimRoster        *self,
                                  gint64              account_id,
                                  const char         *name,
                                  const char         *text,
                                  const char         *etag,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_ROSTER (self));

  GTask        *task = new_document_task (self, account_id, name, ullim_roster_save_document_async,
                                          cancellable, callback, user_data);
  DocumentData *document = g_task_get_task_data (task);

  if (text && strlen (text) > MAX_DOCUMENT_BYTES) {
    g_task_return_new_error (task, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_TOO_LARGE,
                             "a document is too long to keep a copy of");
    g_object_unref (task);
    return;
  }
  document->text = g_strdup (text);
  document->etag = g_strdup (etag);
  ullim_db_write (ullim_roster_get_db (self), task, save_document_work);
}

gboolean
ullim_roster_save_document_finish (UllimRoster *self, GAsyncResult *result, GError **error)
{
  return boolean_finish (self, result, error);
}

/* ---- the user's own presence ---- */

typedef struct {
  UllimOwnPresence own;
  char            *note; /* owned, nullable */
} OwnData;

static void
own_data_free (gpointer data)
{
  OwnData *own = data;

  g_free (own->note);
  g_free (own);
}

static gboolean
load_own_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  OwnData                     *own = data;
  gboolean                     row = TRUE;
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection, "SELECT name, value FROM setting WHERE name IN ('own-presence', 'own-note')",
      error);

  own->own = ULLIM_OWN_AVAILABLE;
  g_clear_pointer (&own->note, g_free);
  if (!statement)
    return FALSE;
  while (row) {
    const char *value;

    if (!ullim_db_connection_step (connection, statement, &row, error))
      return FALSE;
    if (!row)
      break;
    value = (const char *) sqlite3_column_text (statement, 1);
    if (g_str_equal ((const char *) sqlite3_column_text (statement, 0), "own-note"))
      own->note = g_strdup (value);
    else
      ullim_own_presence_from_name (value, &own->own);
  }
  return TRUE;
}

void
ullim_roster_load_own_async (UllimRoster        *self,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_ROSTER (self));

  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_roster_load_own_async);
  g_task_set_task_data (task, g_new0 (OwnData, 1), own_data_free);
  ullim_db_read (ullim_roster_get_db (self), task, load_own_work);
}

gboolean
ullim_roster_load_own_finish (UllimRoster      *self,
                              GAsyncResult     *result,
                              UllimOwnPresence *own,
                              char            **note,
                              GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  OwnData *loaded = g_task_get_task_data (G_TASK (result));
  gboolean ok = g_task_propagate_boolean (G_TASK (result), error);

  if (own)
    *own = loaded->own;
  if (note)
    *note = ok ? g_steal_pointer (&loaded->note) : NULL;
  return ok;
}

static gboolean
save_setting (UllimDbConnection *connection, const char *name, const char *value, GError **error)
{
  g_autoptr (UllimDbStatement) statement =
      ullim_db_connection_prepare (connection,
                                   value ? "REPLACE INTO setting (name, value) VALUES (?1, ?2)"
                                         : "DELETE FROM setting WHERE name = ?1",
                                   error);

  if (!statement)
    return FALSE;
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  if (value)
    sqlite3_bind_text (statement, 2, value, -1, SQLITE_STATIC);
  return ullim_db_connection_run (connection, statement, error);
}

static gboolean
save_own_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  const OwnData *own = data;

  return save_setting (connection, "own-presence", ullim_own_presence_name (own->own), error) &&
         save_setting (connection, "own-note", own->note, error);
}

void
ullim_roster_save_own_async (UllimRoster        *self,
                             UllimOwnPresence    own,
                             const char         *note,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_ROSTER (self));

  GTask   *task = g_task_new (self, cancellable, callback, user_data);
  OwnData *data = g_new0 (OwnData, 1);

  data->own = own;
  data->note = g_strdup (note);
  g_task_set_source_tag (task, ullim_roster_save_own_async);
  g_task_set_task_data (task, data, own_data_free);
  ullim_db_write (ullim_roster_get_db (self), task, save_own_work);
}

gboolean
ullim_roster_save_own_finish (UllimRoster *self, GAsyncResult *result, GError **error)
{
  return boolean_finish (self, result, error);
}
