/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The database thread: work goes in from the main thread, is done in order, many pieces in one
 * transaction, and comes back to the main thread after the commit. The main loop never waits for
 * the disk, yet whoever answers from a done function answers after the commit.
 */
#pragma once

#include "server-sqlite.h"

#include <sofia-sip/su_wait.h>

G_BEGIN_DECLS

typedef struct _UllimServerDb UllimServerDb;

/** UllimServerDbWork: database thread; Returns: whether it was written; if not, the work must leave
 * nothing half written */
typedef gboolean (*UllimServerDbWork) (UllimServerSqlite *sqlite, gpointer data);

/** UllimServerDbDone: main thread, after the commit; @ok: whether it is on disk. Owns @data. */
typedef void (*UllimServerDbDone) (gboolean ok, gpointer data);

/**
 * ullim_server_db_new:
 * @root: the main loop
 * @sqlite: (transfer full): used by the thread only from now on
 */
UllimServerDb *ullim_server_db_new (su_root_t *root, UllimServerSqlite *sqlite);

/** ullim_server_db_free: does what waits, calls its done functions, ends the thread */
void ullim_server_db_free (UllimServerDb *self);

/** ullim_server_db_submit: @data is the work's until @done has it. Main thread. */
void ullim_server_db_submit (UllimServerDb    *self,
                             UllimServerDbWork work,
                             UllimServerDbDone done,
                             gpointer          data);

/** ullim_server_db_drain: waits until all that was submitted is done. For the end of the program.
 */
void ullim_server_db_drain (UllimServerDb *self);

/**
 * ullim_server_db_watch:
 * @changed: main thread: another process has written to the file; noticed within
 *   %ULLIM_SERVER_DB_WATCH_MS
 */
void ullim_server_db_watch (UllimServerDb *self, void (*changed) (gpointer), gpointer data);

/** ULLIM_SERVER_DB_WATCH_MS: how often another process's changes are looked for. */
#define ULLIM_SERVER_DB_WATCH_MS 400

G_END_DECLS
