/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Full-text search, with a query of any bytes (up to the first newline) and a text of any bytes
 * (the rest): FTS5 understands each query, and the index proposes each text that the query matches.
 */
#include <sqlite3.h>
#include <string.h>

#include "fuzz.h"
#include "search-text.h"

#define CONVERSATION 7

static sqlite3_stmt *
prepare (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  return statement;
}

static sqlite3 *
open_index (void)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "CREATE VIRTUAL TABLE search USING fts5 (grams, content = '',"
                                 " columnsize = 0, detail = none, tokenize = 'ascii')",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  return db;
}

/* In place of what was indexed before. */
static void
index_text (sqlite3 *db, const char *text)
{
  static sqlite3_stmt *forget;
  static sqlite3_stmt *insert;
  g_autofree char     *grams = ullim_search_grams (text, CONVERSATION);

  if (!forget) {
    forget = prepare (db, "INSERT INTO search (search) VALUES ('delete-all')");
    insert = prepare (db, "INSERT INTO search (rowid, grams) VALUES (1, ?1)");
  }
  g_assert_cmpint (sqlite3_step (forget), ==, SQLITE_DONE);
  sqlite3_reset (forget);
  sqlite3_bind_text (insert, 1, grams, -1, SQLITE_STATIC);
  g_assert_cmpint (sqlite3_step (insert), ==, SQLITE_DONE);
  sqlite3_reset (insert);
}

static gboolean
proposes (sqlite3 *db, const UllimSearchQuery *query)
{
  static sqlite3_stmt *find;
  int                  code;

  if (!find)
    find = prepare (db, "SELECT rowid FROM search WHERE search MATCH ?1");
  sqlite3_bind_text (find, 1, query->match, -1, SQLITE_STATIC);
  code = sqlite3_step (find);
  sqlite3_reset (find);
  g_assert_true (code == SQLITE_ROW || code == SQLITE_DONE);
  return code == SQLITE_ROW;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static sqlite3              *db;
  g_autofree char             *text = g_strndup ((const char *) data, size);
  char                        *rest = strchr (text, '\n');
  g_autoptr (UllimSearchQuery) query = NULL;

  if (!db)
    db = open_index ();
  if (!rest)
    return 0;
  *rest++ = '\0';
  query = ullim_search_query_new (text, size % 2 ? CONVERSATION : 0);
  if (!query)
    return 0;
  index_text (db, rest);
  if (ullim_search_query_matches (query, rest))
    g_assert_true (proposes (db, query));
  else
    proposes (db, query);
  return 0;
}
