/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include <sqlite3.h>

UllimDb *
store_open (const char *path, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ullim_db_open_async (path, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the database to open");
  return ullim_db_open_finish (result, error);
}

void
store_close (UllimDb *db)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  ullim_db_close_async (db, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the database to close");
  g_assert_true (ullim_db_close_finish (db, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  g_assert_finalize_object (db);
}

void
store_fixture_reopen (StoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->db = store_open (fixture->path, &error);
  g_assert_no_error (error);
  fixture->history = ullim_history_new (fixture->db);
}

void
store_fixture_close (StoreFixture *fixture)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->history));
  store_close (g_steal_pointer (&fixture->db));
}

void
store_fixture_set_up (StoreFixture *fixture, gconstpointer data)
{
  fixture->folder = support_temp_dir ();
  fixture->path = g_build_filename (fixture->folder, "data", "ullim.db", NULL);
  store_fixture_reopen (fixture);
}

void
store_fixture_tear_down (StoreFixture *fixture, gconstpointer data)
{
  if (fixture->db)
    store_fixture_close (fixture);
  g_free (fixture->path);
  support_temp_dir_free (fixture->folder);
}

void
store_execute (const char *path, const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (db));
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

gint64
store_receive (UllimHistory *history,
               gint64        account_id,
               const char   *key,
               const char   *call_id,
               guint32       cseq,
               const char   *text)
{
  g_autoptr (GAsyncResult)         result = NULL;
  g_autoptr (GError)               error = NULL;
  g_autoptr (UllimConversationRow) conversation = NULL;
  g_autoptr (UllimMessageRow)      message = NULL;
  UllimMessageRow row = {.call_id = (char *) call_id, .cseq = cseq, .text = (char *) text};

  row.time_us = g_get_real_time ();
  ullim_history_receive_async (history, account_id, key, key, NULL, &row, NULL,
                               support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "a message to be stored");
  g_assert_true (ullim_history_receive_finish (history, result, &conversation, &message, &error));
  g_assert_no_error (error);
  g_assert_nonnull (conversation);
  return message ? message->id : 0;
}

gint64
store_open_conversation (UllimHistory *history, gint64 account_id, const char *key)
{
  g_autoptr (GAsyncResult)         result = NULL;
  g_autoptr (GError)               error = NULL;
  g_autoptr (UllimConversationRow) row = NULL;

  ullim_history_open_conversation_async (history, account_id, key, key, NULL, NULL,
                                         support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "a conversation to open");
  row = ullim_history_open_conversation_finish (history, result, &error);
  g_assert_no_error (error);
  return row->id;
}

gint64
store_compose (UllimHistory *history, gint64 conversation_id, const char *text)
{
  g_autoptr (GAsyncResult)    result = NULL;
  g_autoptr (GError)          error = NULL;
  g_autoptr (UllimMessageRow) stored = NULL;
  UllimMessageRow             row = {.conversation_id = conversation_id,
                                     .call_id = (char *) "mine",
                                     .cseq = 1,
                                     .text = (char *) text};

  row.time_us = g_get_real_time ();
  ullim_history_compose_async (history, &row, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "a message to be composed");
  stored = ullim_history_compose_finish (history, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (stored->delivery, ==, ULLIM_DELIVERY_QUEUED);
  return stored->id;
}

void
store_set_delivery (UllimHistory *history, gint64 id, UllimDelivery delivery)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  UllimProblem             problem =
      delivery == ULLIM_DELIVERY_FAILED ? ULLIM_PROBLEM_DECLINED : ULLIM_PROBLEM_NONE;

  ullim_history_set_delivery_async (history, id, delivery, problem, NULL, support_async_result,
                                    &result);
  support_wait_ptr ((gpointer *) &result, "a delivery to be stored");
  g_assert_true (ullim_history_set_delivery_finish (history, result, &error));
  g_assert_no_error (error);
}

GPtrArray *
store_conversations (UllimHistory *history)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  g_autoptr (GPtrArray)    rows = NULL;

  ullim_history_load_conversations_async (history, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the conversations");
  rows = ullim_history_load_conversations_finish (history, result, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&rows);
}

GPtrArray *
store_page (UllimHistory *history,
            gint64        conversation_id,
            gint64        before,
            gint64        after,
            guint         count,
            gboolean     *more)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  g_autoptr (GPtrArray)    rows = NULL;

  ullim_history_page_async (history, conversation_id, before, after, count, NULL,
                            support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "a page");
  rows = ullim_history_page_finish (history, result, more, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&rows);
}

GPtrArray *
store_search (UllimHistory *history,
              const char   *text,
              gint64        conversation_id,
              gint64        before,
              guint         count)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  g_autoptr (GPtrArray)    rows = NULL;

  ullim_history_search_async (history, text, conversation_id, before, count, NULL,
                              support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "hits");
  rows = ullim_history_search_finish (history, result, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&rows);
}

char *
store_texts (GPtrArray *rows)
{
  g_autoptr (GString) texts = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++) {
    const UllimMessageRow *row = rows->pdata[i];

    g_string_append_printf (texts, "%s%s", i ? "|" : "", row->text);
  }
  return g_string_free (g_steal_pointer (&texts), FALSE);
}
