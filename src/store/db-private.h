/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the rest of store/ hands work to the database thread. Private to store/.
 */
#pragma once

#include "db-connection.h"
#include "db.h"

G_BEGIN_DECLS

/**
 * UllimDbWork:
 * @data: the task's data: filled in on the main thread, results go into it here
 *
 * Runs on the database thread; a writer is inside a transaction. It may run a second time after a
 * roll-back (see ullim_db_write()), so it must overwrite results, not add to them.
 *
 * Returns: %FALSE with @error if it failed: what it wrote is rolled back
 */
typedef gboolean (*UllimDbWork) (UllimDbConnection *connection, gpointer data, GError **error);

/**
 * ullim_db_read:
 * @task: (transfer full): returns a boolean on the main thread
 *
 * Runs @work after everything that was asked before. Cancelling interrupts it.
 */
void ullim_db_read (UllimDb *self, GTask *task, UllimDbWork work);

/**
 * ullim_db_write:
 * @task: (transfer full): returns a boolean on the main thread, after the commit
 *
 * Runs @work in a transaction, which it may share with others that wait; if one of them fails the
 * transaction is rolled back and each runs again in one of its own. Cancelling counts until it
 * runs; then the answer tells what happened.
 */
void ullim_db_write (UllimDb *self, GTask *task, UllimDbWork work);

G_END_DECLS
