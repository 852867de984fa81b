/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The SQLite side of the store: opening, locking, migrating, statements, and what SQLite's result
 * codes mean to a person.
 *
 * The file is ours alone: a lock file keeps a second Ullim away, and locking_mode=EXCLUSIVE keeps
 * the log's index in our memory instead of a shared map, which a full disk could turn into a
 * SIGBUS. After an unclean end the log is replayed at the next opening and the file is whole; a
 * check of all its pages would find nothing, and take a second with a million messages.
 */
#define G_LOG_DOMAIN "db-connection"

#include "db-connection.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "problem.h"
#include "store-resources.h"

/* "ULIM": what file(1) and we know the file by. */
#define APPLICATION_ID 0x554c494d

/* Virtual machine steps between two looks at the cancellable: some 0.1 ms. */
#define STEPS_PER_CHECK 10000

/* How long we wait for another program that looks into the file, ms. */
#define BUSY_TIMEOUT_MS 1000

struct _UllimDbConnection {
  sqlite3      *db;
  GThread      *thread;
  GHashTable   *statements;  /* SQL text -> UllimDbStatement */
  GCancellable *cancellable; /* borrowed from the job that runs */
  int           lock_fd;
};

static void
assert_thread (UllimDbConnection *self)
{
  g_assert (self->thread == g_thread_self ());
}

static UllimProblem
problem_from_errno (int code)
{
  switch (code) {
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    return ULLIM_PROBLEM_DISK_FULL;
  case EACCES:
  case EPERM:
  case EROFS:
    return ULLIM_PROBLEM_DISK_READ_ONLY;
  default:
    return ULLIM_PROBLEM_DATABASE;
  }
}

static UllimProblem
problem_from_sqlite (int code, int system_errno)
{
  switch (code & 0xff) {
  case SQLITE_FULL:
    return ULLIM_PROBLEM_DISK_FULL;
  case SQLITE_READONLY:
  case SQLITE_PERM:
    return ULLIM_PROBLEM_DISK_READ_ONLY;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return ULLIM_PROBLEM_DATABASE_DAMAGED;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return ULLIM_PROBLEM_IN_USE;
  case SQLITE_IOERR:
  case SQLITE_CANTOPEN:
    return problem_from_errno (system_errno);
  default:
    return ULLIM_PROBLEM_DATABASE;
  }
}

/* The errno behind the last failure. SQLite does not keep it when a commit fails; then it is still
 * where the failed system call left it. */
static int
get_errno (UllimDbConnection *self)
{
  int thread_errno = errno;
  int kept_errno = sqlite3_system_errno (self->db);

  return kept_errno ? kept_errno : thread_errno;
}

static void
set_sqlite_error (UllimDbConnection *self, GError **error)
{
  int system_errno = get_errno (self);
  int code = sqlite3_extended_errcode (self->db);

  if ((code & 0xff) == SQLITE_INTERRUPT)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  else
    g_set_error (error, ULLIM_PROBLEM_ERROR, problem_from_sqlite (code, system_errno), "%s (%d)",
                 sqlite3_errmsg (self->db), code);
}

static void
set_errno_error (GError **error, int code, const char *what, const char *path)
{
  g_set_error (error, ULLIM_PROBLEM_ERROR, problem_from_errno (code), "%s %s: %s", what, path,
               g_strerror (code));
}

static int
on_progress (void *data)
{
  UllimDbConnection *self = data;

  return g_cancellable_is_cancelled (self->cancellable);
}

void
ullim_db_connection_set_cancellable (UllimDbConnection *self, GCancellable *cancellable)
{
  assert_thread (self);
  self->cancellable = cancellable;
  sqlite3_progress_handler (self->db, STEPS_PER_CHECK, cancellable ? on_progress : NULL, self);
}

UllimDbStatement *
ullim_db_connection_prepare (UllimDbConnection *self, const char *sql, GError **error)
{
  assert_thread (self);
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement) {
    g_assert (!sqlite3_stmt_busy (statement));
    return statement;
  }
  if (sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
      SQLITE_OK) {
    set_sqlite_error (self, error);
    return NULL;
  }
  g_hash_table_insert (self->statements, g_strdup (sql), statement);
  return statement;
}

gboolean
ullim_db_connection_step (UllimDbConnection *self,
                          UllimDbStatement  *statement,
                          gboolean          *row,
                          GError           **error)
{
  assert_thread (self);
  int code;

  errno = 0;
  code = sqlite3_step (statement);

  *row = code == SQLITE_ROW;
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return TRUE;
  set_sqlite_error (self, error);
  return FALSE;
}

gboolean
ullim_db_connection_run (UllimDbConnection *self, UllimDbStatement *statement, GError **error)
{
  gboolean row = TRUE;

  while (row) {
    if (!ullim_db_connection_step (self, statement, &row, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
ullim_db_connection_execute (UllimDbConnection *self, const char *sql, GError **error)
{
  assert_thread (self);
  errno = 0;
  if (sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  set_sqlite_error (self, error);
  return FALSE;
}

gboolean
ullim_db_connection_in_transaction (UllimDbConnection *self)
{
  assert_thread (self);
  return !sqlite3_get_autocommit (self->db);
}

gint64
ullim_db_connection_last_id (UllimDbConnection *self)
{
  assert_thread (self);
  return sqlite3_last_insert_rowid (self->db);
}

int
ullim_db_connection_changes (UllimDbConnection *self)
{
  assert_thread (self);
  return sqlite3_changes (self->db);
}

/* First column of the first row. */
static gboolean
query_number (UllimDbConnection *self, const char *sql, gint64 *number, GError **error)
{
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (self, sql, error);
  gboolean                     row;

  if (!statement || !ullim_db_connection_step (self, statement, &row, error))
    return FALSE;
  *number = row ? sqlite3_column_int64 (statement, 0) : 0;
  return TRUE;
}

static gboolean
migrate_to (UllimDbConnection *self, int version, GError **error)
{
  g_autofree char   *path = g_strdup_printf ("/im/ullim/Ullim/store/migrations/%03d.sql", version);
  g_autoptr (GBytes) sql = g_resource_lookup_data (ullim_store_get_resource (), path,
                                                   G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_assert (sql != NULL);
  /* A resource's data ends with a NUL that its size does not count. */
  g_autofree char *script = g_strdup_printf (
      "BEGIN EXCLUSIVE; %s; PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
      (const char *) g_bytes_get_data (sql, NULL), APPLICATION_ID, version);

  if (ullim_db_connection_execute (self, script, error)) {
    g_debug ("migrated to schema %d", version);
    return TRUE;
  }
  if (ullim_db_connection_in_transaction (self))
    ullim_db_connection_execute (self, "ROLLBACK", NULL);
  return FALSE;
}

/* A database that we did not make must not get our tables. */
static gboolean
check_identity (UllimDbConnection *self, gint64 version, GError **error)
{
  gint64 application_id;
  gint64 tables;

  if (!query_number (self, "PRAGMA application_id", &application_id, error) ||
      !query_number (self, "SELECT count(*) FROM sqlite_schema", &tables, error))
    return FALSE;
  if (application_id == APPLICATION_ID || (application_id == 0 && version == 0 && tables == 0))
    return TRUE;
  g_set_error_literal (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DATABASE_DAMAGED,
                       "the file is a database of another program");
  return FALSE;
}

/* Before anything is written: neither a newer Ullim's file nor a stranger's is touched. */
static gboolean
check_version (UllimDbConnection *self, gint64 *version, GError **error)
{
  if (!query_number (self, "PRAGMA user_version", version, error) ||
      !check_identity (self, *version, error))
    return FALSE;
  if (*version <= ULLIM_DB_SCHEMA)
    return TRUE;
  g_set_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DATABASE_NEWER,
               "the database has schema %" G_GINT64_FORMAT ", this program knows %d", *version,
               ULLIM_DB_SCHEMA);
  return FALSE;
}

static gboolean
migrate (UllimDbConnection *self, gint64 version, GError **error)
{
  while (version < ULLIM_DB_SCHEMA) {
    if (!migrate_to (self, (int) ++version, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
take_lock (UllimDbConnection *self, const char *path, GError **error)
{
  g_autofree char *lock_path = g_strconcat (path, ".lock", NULL);

  self->lock_fd = g_open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->lock_fd < 0) {
    set_errno_error (error, errno, "cannot open", lock_path);
    return FALSE;
  }
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno == EWOULDBLOCK)
    g_set_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_IN_USE, "another process has locked %s",
                 lock_path);
  else
    set_errno_error (error, errno, "cannot lock", lock_path);
  return FALSE;
}

/* SQLite would make the file readable as the umask says; we make it ourselves. */
static gboolean
make_file (const char *path, GError **error)
{
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0) {
    set_errno_error (error, errno, "cannot open", path);
    return FALSE;
  }
  close (fd);
  return TRUE;
}

static gboolean
open_file (UllimDbConnection *self, const char *path, GError **error)
{
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;

  if (sqlite3_open_v2 (path, &self->db, flags, NULL) != SQLITE_OK) {
    set_sqlite_error (self, error);
    return FALSE;
  }
  sqlite3_busy_timeout (self->db, BUSY_TIMEOUT_MS);
  if (sqlite3_db_readonly (self->db, "main") == 1) {
    g_set_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DISK_READ_ONLY, "%s cannot be written",
                 path);
    return FALSE;
  }
  /* Before the first read: a file whose log must be replayed is then readable on a full disk. */
  return ullim_db_connection_execute (self, "PRAGMA locking_mode = EXCLUSIVE", error);
}

static gboolean
configure (UllimDbConnection *self, GError **error)
{
  return ullim_db_connection_execute (self,
                                      "PRAGMA journal_mode = WAL;"
                                      "PRAGMA synchronous = FULL;"
                                      "PRAGMA journal_size_limit = 8388608;"
                                      "PRAGMA cache_size = -4096;"
                                      "PRAGMA temp_store = MEMORY;"
                                      "PRAGMA trusted_schema = OFF",
                                      error);
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

UllimDbConnection *
ullim_db_connection_open (const char *path, GError **error)
{
  g_autoptr (UllimDbConnection) self = g_new0 (UllimDbConnection, 1);
  g_autofree char              *folder = g_path_get_dirname (path);
  gint64                        version;

  self->thread = g_thread_self ();
  self->lock_fd = -1;
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize_statement);
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    set_errno_error (error, errno, "cannot make the folder", folder);
    return NULL;
  }
  if (!take_lock (self, path, error) || !make_file (path, error) ||
      !open_file (self, path, error) || !check_version (self, &version, error) ||
      !configure (self, error) || !migrate (self, version, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
ullim_db_connection_close (UllimDbConnection *self)
{
  assert_thread (self);
  g_hash_table_unref (self->statements);
  if (self->db && sqlite3_close (self->db) != SQLITE_OK)
    g_critical ("the database did not close: %s", sqlite3_errmsg (self->db));
  /* The lock goes last: whoever takes it next finds a closed file. */
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self);
}
