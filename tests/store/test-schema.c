/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each schema that was ever released (tests/data/schema-NNN.sql) becomes the newest, with all that
 * was in it.
 */
#include <sqlite3.h>

#include "db-connection.h"
#include "store-fixture.h"

static void
make_database (const char *path, int version)
{
  g_autofree char   *name = g_strdup_printf ("schema-%03d.sql", version);
  g_autofree char   *file = g_test_build_filename (G_TEST_DIST, "data", name, NULL);
  g_autofree char   *sql = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (file, &sql, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  store_execute (path, sql);
}

/* All that defines a schema, whatever way it came about. */
static char *
describe (const char *path)
{
  g_autoptr (GString) text = g_string_new (NULL);
  sqlite3            *db;
  sqlite3_stmt       *statement;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  sqlite3_prepare_v2 (db,
                      "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'search_%'"
                      " UNION ALL SELECT user_version FROM pragma_user_version"
                      " UNION ALL SELECT application_id FROM pragma_application_id ORDER BY 1",
                      -1, &statement, NULL);
  while (sqlite3_step (statement) == SQLITE_ROW)
    g_string_append_printf (text, "%s\n", (const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_contents (UllimHistory *history)
{
  g_autoptr (GPtrArray)       conversations = store_conversations (history);
  g_autoptr (GPtrArray)       page = store_page (history, 1, 0, 0, 10, NULL);
  g_autoptr (GPtrArray)       hits = store_search (history, "회의", 0, 0, 10);
  g_autofree char            *texts = store_texts (page);
  g_autofree char            *found = store_texts (hits);
  const UllimConversationRow *bob;

  g_assert_cmpuint (conversations->len, ==, 2);
  bob = conversations->pdata[1];
  g_assert_cmpstr (bob->peer, ==, "sip:bob@example.org");
  g_assert_cmpstr (bob->draft, ==, "half a sentence");
  g_assert_cmpuint (bob->unread, ==, 2);
  g_assert_cmpint (bob->last_delivery, ==, ULLIM_DELIVERY_DELIVERED);
  g_assert_cmpstr (texts, ==, "오늘 회의는 세 시입니다|Is three o'clock fine?|네, 좋아요");
  g_assert_cmpstr (found, ==, "오늘 회의는 세 시입니다");
  /* A retransmission across the upgrade. */
  g_assert_cmpint (store_receive (history, 1, "sip:bob@example.org", "a84b4c76e66710", 1, "x"), ==,
                   0);
  g_assert_cmpint (store_receive (history, 1, "sip:bob@example.org", "new", 1, "x"), >, 4);
}

static void
test_upgrade (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *expected = NULL;

  store_fixture_close (fixture);
  expected = describe (fixture->path);
  for (int version = 1; version <= ULLIM_DB_SCHEMA; version++) {
    g_autofree char *described = NULL;

    g_free (fixture->path);
    fixture->path = g_strdup_printf ("%s/%d.db", fixture->folder, version);
    make_database (fixture->path, version);
    store_fixture_reopen (fixture);
    assert_contents (fixture->history);
    store_fixture_close (fixture);
    described = describe (fixture->path);
    g_assert_cmpstr (described, ==, expected);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/schema/upgrade", StoreFixture, NULL, store_fixture_set_up, test_upgrade,
              store_fixture_tear_down);
  return g_test_run ();
}
