/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accounts and the instance id as rows.
 */
#define G_LOG_DOMAIN "accounts"

#include "accounts.h"

#include "history-private.h"
#include "roster-private.h"

struct _UllimAccounts {
  GObject  parent_instance;
  UllimDb *db; /* owned */
};

G_DEFINE_FINAL_TYPE (UllimAccounts, ullim_accounts, G_TYPE_OBJECT)

void
ullim_account_row_free (UllimAccountRow *row)
{
  if (!row)
    return;
  ullim_account_settings_free (row->settings);
  g_free (row);
}

typedef struct {
  char      *fresh_id;    /* owned: for the first time */
  char      *instance_id; /* owned, result */
  GPtrArray *rows;        /* owned, result */
} LoadData;

static void
load_data_free (gpointer data)
{
  LoadData *load = data;

  g_free (load->fresh_id);
  g_free (load->instance_id);
  g_clear_pointer (&load->rows, g_ptr_array_unref);
  g_free (load);
}

static char *
read_text (UllimDbStatement *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

static UllimAccountRow *
read_row (UllimDbStatement *statement)
{
  UllimAccountRow      *row = g_new0 (UllimAccountRow, 1);
  UllimAccountSettings *settings = ullim_account_settings_new ();
  const char           *listen = (const char *) sqlite3_column_text (statement, 5);

  row->id = sqlite3_column_int64 (statement, 0);
  row->settings = settings;
  settings->address = read_text (statement, 1);
  settings->display_name = read_text (statement, 2);
  settings->auth_user = read_text (statement, 3);
  settings->proxy = read_text (statement, 4);
  settings->listen = listen ? g_strsplit (listen, "\n", -1) : NULL;
  settings->registers = sqlite3_column_int (statement, 6) != 0;
  settings->ca_file = read_text (statement, 7);
  settings->pin = read_text (statement, 8);
  settings->xcap_root = read_text (statement, 9);
  return row;
}

static GPtrArray *
read_rows (UllimDbConnection *connection, GError **error)
{
  gboolean              row = TRUE;
  g_autoptr (GPtrArray) rows =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_account_row_free);
  g_autoptr (UllimDbStatement) statement =
      ullim_db_connection_prepare (connection,
                                   "SELECT id, address, display_name, auth_user, proxy, listen,"
                                   " registers, ca_file, pin, xcap_root FROM account ORDER BY id",
                                   error);

  if (!statement)
    return NULL;
  while (row) {
    if (!ullim_db_connection_step (connection, statement, &row, error))
      return NULL;
    if (row)
      g_ptr_array_add (rows, read_row (statement));
  }
  return g_steal_pointer (&rows);
}

static gboolean
keep_fresh_id (UllimDbConnection *connection, const char *fresh_id, GError **error)
{
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection,
      "INSERT INTO setting (name, value) VALUES ('instance-id', ?1) ON CONFLICT DO NOTHING", error);

  if (!statement)
    return FALSE;
  sqlite3_bind_text (statement, 1, fresh_id, -1, SQLITE_STATIC);
  return ullim_db_connection_run (connection, statement, error);
}

static char *
read_instance_id (UllimDbConnection *connection, GError **error)
{
  gboolean                     row;
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection, "SELECT value FROM setting WHERE name = 'instance-id'", error);

  if (!statement || !ullim_db_connection_step (connection, statement, &row, error))
    return NULL;
  g_assert (row);
  return read_text (statement, 0);
}

static gboolean
load_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  LoadData *load = data;

  g_clear_pointer (&load->instance_id, g_free);
  g_clear_pointer (&load->rows, g_ptr_array_unref);
  if (!keep_fresh_id (connection, load->fresh_id, error))
    return FALSE;
  load->instance_id = read_instance_id (connection, error);
  if (!load->instance_id)
    return FALSE;
  load->rows = read_rows (connection, error);
  return load->rows != NULL;
}

void
ullim_accounts_load_async (UllimAccounts      *self,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_ACCOUNTS (self));

  GTask           *task = g_task_new (self, cancellable, callback, user_data);
  LoadData        *load = g_new0 (LoadData, 1);
  g_autofree char *uuid = g_uuid_string_random ();

  load->fresh_id = g_strconcat ("urn:uuid:", uuid, NULL);
  g_task_set_source_tag (task, ullim_accounts_load_async);
  g_task_set_task_data (task, load, load_data_free);
  ullim_db_write (self->db, task, load_work);
}

GPtrArray *
ullim_accounts_load_finish (UllimAccounts *self,
                            GAsyncResult  *result,
                            char         **instance_id,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  LoadData *load = g_task_get_task_data (G_TASK (result));
  gboolean  ok = g_task_propagate_boolean (G_TASK (result), error);

  if (instance_id)
    *instance_id = ok ? g_steal_pointer (&load->instance_id) : NULL;
  return ok ? g_steal_pointer (&load->rows) : NULL;
}

typedef struct {
  gint64                wanted_id; /* 0: a new one */
  gint64                id;        /* result */
  UllimAccountSettings *settings;  /* owned */
  char                 *listen;    /* owned, nullable: its lines */
} SaveData;

static void
save_data_free (gpointer data)
{
  SaveData *save = data;

  ullim_account_settings_free (save->settings);
  g_free (save->listen);
  g_free (save);
}

static void
bind_settings (UllimDbStatement *statement, const SaveData *save)
{
  const UllimAccountSettings *settings = save->settings;

  sqlite3_bind_text (statement, 1, settings->address, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, settings->display_name, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 3, settings->auth_user, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 4, settings->proxy, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 5, save->listen, -1, SQLITE_STATIC);
  sqlite3_bind_int (statement, 6, settings->registers);
  sqlite3_bind_text (statement, 7, settings->ca_file, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 8, settings->pin, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 9, settings->xcap_root, -1, SQLITE_STATIC);
}

static gboolean
update_row (UllimDbConnection *connection, const SaveData *save, GError **error)
{
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection,
      "UPDATE account SET address = ?1, display_name = ?2, auth_user = ?3, proxy = ?4,"
      " listen = ?5, registers = ?6, ca_file = ?7, pin = ?8, xcap_root = ?9"
      " WHERE id = ?10",
      error);

  if (!statement)
    return FALSE;
  bind_settings (statement, save);
  sqlite3_bind_int64 (statement, 10, save->id);
  if (!ullim_db_connection_run (connection, statement, error))
    return FALSE;
  if (ullim_db_connection_changes (connection) > 0)
    return TRUE;
  g_set_error_literal (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DATABASE,
                       "there is no such account");
  return FALSE;
}

static gboolean
insert_row (UllimDbConnection *connection, SaveData *save, GError **error)
{
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection,
      "INSERT INTO account (address, display_name, auth_user, proxy, listen, registers, ca_file,"
      " pin, xcap_root) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      error);

  if (!statement)
    return FALSE;
  bind_settings (statement, save);
  if (!ullim_db_connection_run (connection, statement, error))
    return FALSE;
  save->id = ullim_db_connection_last_id (connection);
  return TRUE;
}

/* @id is left as it is if there is none. */
static gboolean
find_address (UllimDbConnection *connection, const char *address, gint64 *id, GError **error)
{
  gboolean                     row;
  g_autoptr (UllimDbStatement) statement =
      ullim_db_connection_prepare (connection, "SELECT id FROM account WHERE address = ?1", error);

  if (!statement)
    return FALSE;
  sqlite3_bind_text (statement, 1, address, -1, SQLITE_STATIC);
  if (!ullim_db_connection_step (connection, statement, &row, error))
    return FALSE;
  if (row)
    *id = sqlite3_column_int64 (statement, 0);
  return TRUE;
}

static gboolean
save_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  SaveData *save = data;

  save->id = save->wanted_id;
  if (save->id == 0 && !find_address (connection, save->settings->address, &save->id, error))
    return FALSE;
  if (save->id != 0)
    return update_row (connection, save, error);
  return insert_row (connection, save, error);
}

void
ullim_accounts_save_async (UllimAccounts              *self,
                           gint64                      id,
                           const UllimAccountSettings *settings,
                           GCancellable               *cancellable,
                           GAsyncReadyCallback         callback,
                           gpointer                    user_data)
{
  g_return_if_fail (ULLIM_IS_ACCOUNTS (self));
  g_return_if_fail (settings != NULL && settings->address != NULL);

  GTask    *task = g_task_new (self, cancellable, callback, user_data);
  SaveData *save = g_new0 (SaveData, 1);

  save->wanted_id = id;
  save->settings = ullim_account_settings_copy (settings);
  save->listen = settings->listen ? g_strjoinv ("\n", settings->listen) : NULL;
  g_task_set_source_tag (task, ullim_accounts_save_async);
  g_task_set_task_data (task, save, save_data_free);
  ullim_db_write (self->db, task, save_work);
}

gint64
ullim_accounts_save_finish (UllimAccounts *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), 0);

  SaveData *save = g_task_get_task_data (G_TASK (result));

  return g_task_propagate_boolean (G_TASK (result), error) ? save->id : 0;
}

static gboolean
remove_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  const gint64                *id = data;
  g_autoptr (UllimDbStatement) statement =
      ullim_db_connection_prepare (connection, "DELETE FROM account WHERE id = ?1", error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, *id);
  return ullim_db_connection_run (connection, statement, error) &&
         ullim_history_remove_account (connection, *id, error) &&
         ullim_roster_remove_account (connection, *id, error);
}

void
ullim_accounts_remove_async (UllimAccounts      *self,
                             gint64              id,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_ACCOUNTS (self));

  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_accounts_remove_async);
  g_task_set_task_data (task, g_memdup2 (&id, sizeof id), g_free);
  ullim_db_write (self->db, task, remove_work);
}

gboolean
ullim_accounts_remove_finish (UllimAccounts *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

UllimAccounts *
ullim_accounts_new (UllimDb *db)
{
  g_return_val_if_fail (ULLIM_IS_DB (db), NULL);

  UllimAccounts *self = g_object_new (ULLIM_TYPE_ACCOUNTS, NULL);

  self->db = g_object_ref (db);
  return self;
}

static void
ullim_accounts_dispose (GObject *object)
{
  UllimAccounts *self = ULLIM_ACCOUNTS (object);

  g_clear_object (&self->db);
  G_OBJECT_CLASS (ullim_accounts_parent_class)->dispose (object);
}

static void
ullim_accounts_class_init (UllimAccountsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_accounts_dispose;
}

static void
ullim_accounts_init (UllimAccounts *self)
{
}
