/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conversations and messages: what is written is read back, once, in order.
 */
#include "store-fixture.h"

#define BOB "sip:bob@example.org"
#define CAROL "sip:carol@example.org"

static UllimConversationRow *
only_conversation (GPtrArray *rows)
{
  g_assert_cmpuint (rows->len, ==, 1);
  return rows->pdata[0];
}

static void
test_receive (StoreFixture *fixture, gconstpointer data)
{
  gint64                 first = store_receive (fixture->history, 1, BOB, "a", 1, "안녕");
  gint64                 second = store_receive (fixture->history, 1, BOB, "b", 1, "hello");
  g_autoptr (GPtrArray)  conversations = store_conversations (fixture->history);
  UllimConversationRow  *bob = only_conversation (conversations);
  g_autoptr (GPtrArray)  page = store_page (fixture->history, bob->id, 0, 0, 10, NULL);
  const UllimMessageRow *row;

  g_assert_cmpint (first, >, 0);
  g_assert_cmpint (second, >, first);
  g_assert_cmpstr (bob->peer, ==, BOB);
  g_assert_cmpint (bob->account_id, ==, 1);
  g_assert_cmpuint (bob->unread, ==, 2);
  g_assert_cmpstr (bob->last_text, ==, "hello");
  g_assert_cmpint (bob->last_direction, ==, ULLIM_DIRECTION_INCOMING);
  g_assert_cmpuint (page->len, ==, 2);
  row = page->pdata[0];
  g_assert_cmpstr (row->text, ==, "안녕");
  g_assert_cmpstr (row->call_id, ==, "a");
  g_assert_cmpuint (row->cseq, ==, 1);
  g_assert_cmpint (row->conversation_id, ==, bob->id);
  g_assert_cmpint (row->delivery, ==, ULLIM_DELIVERY_RECEIVED);
}

static void
test_repetition (StoreFixture *fixture, gconstpointer data)
{
  g_assert_cmpint (store_receive (fixture->history, 1, BOB, "a", G_MAXUINT32, "x"), !=, 0);
  g_assert_cmpint (store_receive (fixture->history, 1, BOB, "a", G_MAXUINT32, "x"), ==, 0);
  store_fixture_close (fixture);
  store_fixture_reopen (fixture);
  g_assert_cmpint (store_receive (fixture->history, 1, BOB, "a", G_MAXUINT32, "x"), ==, 0);

  g_autoptr (GPtrArray) conversations = store_conversations (fixture->history);
  g_assert_cmpuint (only_conversation (conversations)->unread, ==, 1);
  /* The same ids from another person, to another account, or with the next number are new. */
  g_assert_cmpint (store_receive (fixture->history, 1, CAROL, "a", G_MAXUINT32, "x"), !=, 0);
  g_assert_cmpint (store_receive (fixture->history, 2, BOB, "a", G_MAXUINT32, "x"), !=, 0);
  g_assert_cmpint (store_receive (fixture->history, 1, BOB, "a", 7, "x"), !=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/history/" name, StoreFixture, NULL, store_fixture_set_up, function,                \
              store_fixture_tear_down)
  ADD ("receive", test_receive);
  ADD ("repetition", test_repetition);
  return g_test_run ();
}
