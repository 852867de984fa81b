/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's one file. Its schema grows by steps that are never changed once released; the number
 * of the last step is SQLite's user_version.
 */
#define G_LOG_DOMAIN "server-sqlite"

#include "server-sqlite.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* How long a command waits for the running server's transaction, and the other way round. */
#define BUSY_TIMEOUT_MS 5000

struct _UllimServerSqlite {
  sqlite3    *db;         /* owned */
  GHashTable *statements; /* (owned): address of SQL text -> sqlite3_stmt */
};

/* docs/server.md describes these tables for whoever moves a group elsewhere. */
static const char *const schema_steps[] = {
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE accounts (name TEXT PRIMARY KEY COLLATE NOCASE, ha1_md5 TEXT NOT NULL,"
    " ha1_sha256 TEXT NOT NULL, created INTEGER NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE bindings (name TEXT NOT NULL, contact TEXT NOT NULL, flow TEXT NOT NULL,"
    " instance TEXT, reg_id INTEGER NOT NULL, call_id TEXT NOT NULL, cseq INTEGER NOT NULL,"
    " expires INTEGER NOT NULL, PRIMARY KEY (name, contact)) WITHOUT ROWID;"
    "CREATE TABLE waiting (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
    " headers TEXT NOT NULL, body BLOB NOT NULL, received INTEGER NOT NULL);"
    "CREATE INDEX waiting_by_name ON waiting (name, id);"
    "CREATE TABLE recent (digest BLOB PRIMARY KEY, received INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX recent_by_time ON recent (received);",

    "CREATE TABLE documents (auid TEXT NOT NULL, name TEXT NOT NULL, etag TEXT NOT NULL,"
    " body BLOB NOT NULL, PRIMARY KEY (auid, name));",
    "CREATE TABLE watchers (name TEXT NOT NULL, watcher TEXT NOT NULL, display_name TEXT,"
    " since INTEGER NOT NULL, PRIMARY KEY (name, watcher)) WITHOUT ROWID;",
};

GQuark
ullim_server_error_quark (void)
{
  return g_quark_from_static_string ("ullim-server-error");
}

void
ullim_server_sqlite_set_error (UllimServerSqlite *self, const char *doing, GError **error)
{
  g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_DATABASE,
               "The database cannot %s: %s.", doing, sqlite3_errmsg (self->db));
}

gboolean
ullim_server_sqlite_exec (UllimServerSqlite *self, const char *sql)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

sqlite3_stmt *
ullim_server_sqlite_prepare (UllimServerSqlite *self, const char *sql)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (!statement) {
    if (sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
        SQLITE_OK)
      return NULL;
    g_hash_table_insert (self->statements, (gpointer) sql, statement);
  }
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  return statement;
}

gboolean
ullim_server_sqlite_run (UllimServerSqlite *self, sqlite3_stmt *statement)
{
  gboolean done = statement && sqlite3_step (statement) == SQLITE_DONE;

  if (statement)
    sqlite3_reset (statement);
  return done;
}

gint64
ullim_server_sqlite_int (UllimServerSqlite *self, const char *sql, gint64 fallback)
{
  sqlite3_stmt *statement = ullim_server_sqlite_prepare (self, sql);
  gint64        value = fallback;

  if (statement && sqlite3_step (statement) == SQLITE_ROW)
    value = sqlite3_column_int64 (statement, 0);
  if (statement)
    sqlite3_reset (statement);
  return value;
}

char *
ullim_server_sqlite_setting (UllimServerSqlite *self, const char *name)
{
  sqlite3_stmt *statement =
      ullim_server_sqlite_prepare (self, "SELECT value FROM settings WHERE name = ?");
  char *value = NULL;

  if (!statement)
    return NULL;
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_TRANSIENT);
  if (sqlite3_step (statement) == SQLITE_ROW)
    value = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_reset (statement);
  return value;
}

sqlite3 *
ullim_server_sqlite_handle (UllimServerSqlite *self)
{
  return self->db;
}

static gboolean
migrate (UllimServerSqlite *self, GError **error)
{
  gint64 version;

  if (!ullim_server_sqlite_exec (self, "BEGIN IMMEDIATE")) {
    ullim_server_sqlite_set_error (self, "be written", error);
    return FALSE;
  }
  version = ullim_server_sqlite_int (self, "PRAGMA user_version", 0);
  if (version > (gint64) G_N_ELEMENTS (schema_steps)) {
    ullim_server_sqlite_exec (self, "ROLLBACK");
    g_set_error_literal (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_DATABASE,
                         "The database was written by a newer ullim-server.");
    return FALSE;
  }
  for (; version < (gint64) G_N_ELEMENTS (schema_steps); version++) {
    g_autofree char *number =
        g_strdup_printf ("PRAGMA user_version = %" G_GINT64_FORMAT, version + 1);

    if (!ullim_server_sqlite_exec (self, schema_steps[version]) ||
        !ullim_server_sqlite_exec (self, number)) {
      ullim_server_sqlite_set_error (self, "be brought up to date", error);
      ullim_server_sqlite_exec (self, "ROLLBACK");
      return FALSE;
    }
  }
  if (!ullim_server_sqlite_exec (self, "COMMIT")) {
    ullim_server_sqlite_set_error (self, "be written", error);
    return FALSE;
  }
  return TRUE;
}

static gboolean
make_private_file (const char *path, GError **error)
{
  int fd = g_open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0) {
    g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_FILE, "Cannot make %s: %s.", path,
                 g_strerror (errno));
    return FALSE;
  }
  close (fd);
  return TRUE;
}

static void
finalize (gpointer statement)
{
  sqlite3_finalize (statement);
}

UllimServerSqlite *
ullim_server_sqlite_open (const char *path, gboolean create, GError **error)
{
  g_autoptr (UllimServerSqlite) self = g_new0 (UllimServerSqlite, 1);
  g_autofree char              *folder = NULL;

  self->statements = g_hash_table_new_full (NULL, NULL, NULL, finalize);
  if (!create && !g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_MISSING,
                 "There is no group in this folder yet (no %s): run \"ullim-server init\" first.",
                 path);
    return NULL;
  }
  folder = g_path_get_dirname (path);
  if (access (folder, W_OK) != 0) {
    g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_FILE,
                 "Cannot write to the folder %s: %s.", folder, g_strerror (errno));
    return NULL;
  }
  if (create && !make_private_file (path, error))
    return NULL;
  if (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
      SQLITE_OK) {
    ullim_server_sqlite_set_error (self, "be opened", error);
    return NULL;
  }
  sqlite3_busy_timeout (self->db, BUSY_TIMEOUT_MS);
  if (!ullim_server_sqlite_exec (self, "PRAGMA journal_mode = WAL") ||
      !ullim_server_sqlite_exec (self, "PRAGMA synchronous = FULL")) {
    ullim_server_sqlite_set_error (self, "be read", error);
    return NULL;
  }
  if (!migrate (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
ullim_server_sqlite_close (UllimServerSqlite *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->statements);
  sqlite3_close (self->db);
  g_free (self);
}
