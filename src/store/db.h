/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The SQLite thread ("ullim-db"): opens one database file, migrates it, and runs jobs in order.
 * Jobs that write share a commit when several wait (group commit); a job's callback runs on the
 * main thread only after its commit (synchronous=FULL: it outlives a power cut).
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ULLIM_TYPE_DB (ullim_db_get_type ())
G_DECLARE_FINAL_TYPE (UllimDb, ullim_db, ULLIM, DB, GObject)

/**
 * ullim_db_open_async:
 * @path: file; it and its folder are made if absent, private to the user
 *
 * Errors are %ULLIM_PROBLEM_ERROR: _DISK_FULL, _DISK_READ_ONLY, _DATABASE_DAMAGED,
 * _DATABASE_NEWER, _IN_USE, _DATABASE.
 */
void ullim_db_open_async (const char         *path,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data);
/** ullim_db_open_finish: Returns: (transfer full) (nullable) */
UllimDb *ullim_db_open_finish (GAsyncResult *result, GError **error);

/** ullim_db_close_async: runs what is queued, then closes */
void     ullim_db_close_async (UllimDb            *self,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data);
gboolean ullim_db_close_finish (UllimDb *self, GAsyncResult *result, GError **error);

G_END_DECLS
