/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection to the server's SQLite file: opening, schema, prepared statements, transactions.
 * Belongs to one thread at a time: the command line's only thread, or the server's database thread.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

#define ULLIM_SERVER_ERROR (ullim_server_error_quark ())
GQuark ullim_server_error_quark (void);

/**
 * UllimServerError:
 * @ULLIM_SERVER_ERROR_FILE: a file cannot be read, written or made
 * @ULLIM_SERVER_ERROR_DATABASE: the database refuses: full disk, damage, a newer schema
 * @ULLIM_SERVER_ERROR_EXISTS: what should be made is there already
 * @ULLIM_SERVER_ERROR_MISSING: what is named is not there
 * @ULLIM_SERVER_ERROR_INVALID: a name, address or password that cannot be used
 * @ULLIM_SERVER_ERROR_LISTEN: an address or port cannot be bound
 */
typedef enum {
  ULLIM_SERVER_ERROR_FILE,
  ULLIM_SERVER_ERROR_DATABASE,
  ULLIM_SERVER_ERROR_EXISTS,
  ULLIM_SERVER_ERROR_MISSING,
  ULLIM_SERVER_ERROR_INVALID,
  ULLIM_SERVER_ERROR_LISTEN,
} UllimServerError;

typedef struct _UllimServerSqlite UllimServerSqlite;

/**
 * ullim_server_sqlite_open:
 * @create: whether the file may be made; it is then readable by its owner only
 *
 * Opens the file with WAL and full synchronisation, and brings its schema up to date.
 *
 * Returns: (transfer full) (nullable): free with ullim_server_sqlite_close()
 */
UllimServerSqlite *ullim_server_sqlite_open (const char *path, gboolean create, GError **error);
void               ullim_server_sqlite_close (UllimServerSqlite *self);

/**
 * ullim_server_sqlite_prepare:
 * @sql: one statement, a string literal: the address is the key under which it is kept
 *
 * Returns: (transfer none) (nullable): the statement, reset and without bindings
 */
sqlite3_stmt *ullim_server_sqlite_prepare (UllimServerSqlite *self, const char *sql);

/** ullim_server_sqlite_run: steps a statement without rows to its end; Returns: success */
gboolean ullim_server_sqlite_run (UllimServerSqlite *self, sqlite3_stmt *statement);

/** ullim_server_sqlite_exec: several statements without values; Returns: success */
gboolean ullim_server_sqlite_exec (UllimServerSqlite *self, const char *sql);

/** ullim_server_sqlite_int: Returns: the first column of @sql's first row, or @fallback */
gint64 ullim_server_sqlite_int (UllimServerSqlite *self, const char *sql, gint64 fallback);

/** ullim_server_sqlite_setting: Returns: (transfer full) (nullable): a value of the settings table
 */
char *ullim_server_sqlite_setting (UllimServerSqlite *self, const char *name);

/** ullim_server_sqlite_set_error: the last failure as a sentence in @error */
void ullim_server_sqlite_set_error (UllimServerSqlite *self, const char *doing, GError **error);

/** ullim_server_sqlite_handle: Returns: (transfer none): for sqlite3_changes() and the like */
sqlite3 *ullim_server_sqlite_handle (UllimServerSqlite *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimServerSqlite, ullim_server_sqlite_close)

G_END_DECLS
