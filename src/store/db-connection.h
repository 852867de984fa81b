/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One SQLite file, open, locked, migrated, with its prepared statements. Everything here runs on
 * the thread that opened it, and asserts so. Private to store/.
 */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/** ULLIM_DB_SCHEMA: the newest schema we know: the number of the last file in migrations/. */
#define ULLIM_DB_SCHEMA 1

typedef struct _UllimDbConnection UllimDbConnection;

/** UllimDbStatement: a prepared statement on loan from the connection; autoptr resets it */
typedef sqlite3_stmt UllimDbStatement;

static inline void
ullim_db_statement_release (UllimDbStatement *statement)
{
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimDbStatement, ullim_db_statement_release)

/**
 * ullim_db_connection_open:
 * @path: file; it and its folder are made if absent, private to the user
 *
 * Takes the lock file beside it, then opens and migrates it. Errors are those of
 * ullim_db_open_async().
 *
 * Returns: (transfer full) (nullable)
 */
UllimDbConnection *ullim_db_connection_open (const char *path, GError **error);

/** ullim_db_connection_close: writes the log back into the file and lets go of the lock */
void ullim_db_connection_close (UllimDbConnection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimDbConnection, ullim_db_connection_close)

/**
 * ullim_db_connection_set_cancellable:
 * @cancellable: (nullable): cancelling it interrupts the statement that runs
 */
void ullim_db_connection_set_cancellable (UllimDbConnection *self, GCancellable *cancellable);

/**
 * ullim_db_connection_prepare:
 * @sql: one statement; prepared once and kept
 *
 * Returns: (transfer none) (nullable): release it before asking for the same one again
 */
UllimDbStatement *
ullim_db_connection_prepare (UllimDbConnection *self, const char *sql, GError **error);

/**
 * ullim_db_connection_step:
 * @row: (out): whether there is a row now; %FALSE at the end
 */
gboolean ullim_db_connection_step (UllimDbConnection *self,
                                   UllimDbStatement  *statement,
                                   gboolean          *row,
                                   GError           **error);

/** ullim_db_connection_run: steps to the end, whatever rows there are */
gboolean
ullim_db_connection_run (UllimDbConnection *self, UllimDbStatement *statement, GError **error);

/** ullim_db_connection_execute: @sql: statements without values, as those of a migration */
gboolean ullim_db_connection_execute (UllimDbConnection *self, const char *sql, GError **error);

/** ullim_db_connection_in_transaction: %FALSE also after SQLite rolled back by itself */
gboolean ullim_db_connection_in_transaction (UllimDbConnection *self);

gint64 ullim_db_connection_last_id (UllimDbConnection *self);
int    ullim_db_connection_changes (UllimDbConnection *self);

G_END_DECLS
