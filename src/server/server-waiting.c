/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table "watchers".
 */
#define G_LOG_DOMAIN "server-waiting"

#include "server-waiting.h"

struct _UllimServerWaiting {
  UllimServerDb *db; /* weak */
};

/* One row on its way; a since_s of 0 deletes it. */
typedef struct {
  char  *name;
  char  *watcher;
  char  *display_name; /* nullable */
  gint64 since_s;
} Row;

UllimServerWaiting *
ullim_server_waiting_new (void)
{
  return g_new0 (UllimServerWaiting, 1);
}

void
ullim_server_waiting_free (UllimServerWaiting *self)
{
  g_free (self);
}

void
ullim_server_waiting_set_db (UllimServerWaiting *self, UllimServerDb *db)
{
  self->db = db;
}

void
ullim_server_waiting_read (UllimServerSqlite *sqlite,
                           void (*found) (const char *name,
                                          const char *watcher,
                                          const char *display_name,
                                          gint64      since_s,
                                          gpointer    data),
                           gpointer data)
{
  sqlite3_stmt *row =
      ullim_server_sqlite_prepare (sqlite, "SELECT name, watcher, display_name, since FROM watchers"
                                           " WHERE name IN (SELECT name FROM accounts)"
                                           " AND watcher IN (SELECT name FROM accounts)");

  while (row && sqlite3_step (row) == SQLITE_ROW)
    found ((const char *) sqlite3_column_text (row, 0), (const char *) sqlite3_column_text (row, 1),
           (const char *) sqlite3_column_text (row, 2), sqlite3_column_int64 (row, 3), data);
  if (row)
    sqlite3_reset (row);
}

/* ---- writing ---- */

static gboolean
write_row (UllimServerSqlite *sqlite, gpointer data)
{
  const Row    *row = data;
  sqlite3_stmt *statement = ullim_server_sqlite_prepare (
      sqlite, row->since_s ? "INSERT OR REPLACE INTO watchers VALUES (?, ?, ?, ?)"
                           : "DELETE FROM watchers WHERE name = ? AND watcher = ?");

  if (!statement)
    return FALSE;
  sqlite3_bind_text (statement, 1, row->name, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, row->watcher, -1, SQLITE_STATIC);
  if (row->since_s) {
    sqlite3_bind_text (statement, 3, row->display_name, -1, SQLITE_STATIC);
    sqlite3_bind_int64 (statement, 4, row->since_s);
  }
  return ullim_server_sqlite_run (sqlite, statement);
}

static void
on_written (gboolean ok, gpointer data)
{
  Row *row = data;

  if (!ok)
    g_warning ("a request for permission is not stored: after a restart it must be made again");
  g_free (row->name);
  g_free (row->watcher);
  g_free (row->display_name);
  g_free (row);
}

static void
submit (UllimServerWaiting *self,
        const char         *name,
        const char         *watcher,
        const char         *display_name,
        gint64              since_s)
{
  Row *row = g_new (Row, 1);

  *row = (Row){g_strdup (name), g_strdup (watcher), g_strdup (display_name), since_s};
  ullim_server_db_submit (self->db, write_row, on_written, row);
}

void
ullim_server_waiting_add (UllimServerWaiting *self,
                          const char         *name,
                          const char         *watcher,
                          const char         *display_name,
                          gint64              since_s)
{
  submit (self, name, watcher, display_name, MAX (since_s, 1));
}

void
ullim_server_waiting_remove (UllimServerWaiting *self, const char *name, const char *watcher)
{
  submit (self, name, watcher, NULL, 0);
}
