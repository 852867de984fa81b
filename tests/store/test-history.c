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

static const UllimMessageRow *
find_message (StoreFixture *fixture, gint64 conversation_id, gint64 id, GPtrArray **page)
{
  *page = store_page (fixture->history, conversation_id, id + 1, 0, 1, NULL);
  g_assert_cmpuint ((*page)->len, ==, 1);
  return (*page)->pdata[0];
}

static void
assert_delivery (StoreFixture *fixture, gint64 id, UllimDelivery delivery, UllimProblem problem)
{
  g_autoptr (GPtrArray)  conversations = store_conversations (fixture->history);
  UllimConversationRow  *bob = only_conversation (conversations);
  g_autoptr (GPtrArray)  page = NULL;
  const UllimMessageRow *row = find_message (fixture, bob->id, id, &page);

  g_assert_cmpint (row->delivery, ==, delivery);
  g_assert_cmpint (row->problem, ==, problem);
  g_assert_cmpint (bob->last_delivery, ==, delivery);
}

static void
test_compose (StoreFixture *fixture, gconstpointer data)
{
  gint64                conversation = store_open_conversation (fixture->history, 1, BOB);
  gint64                id = store_compose (fixture->history, conversation, "out");
  g_autoptr (GPtrArray) conversations = store_conversations (fixture->history);
  UllimConversationRow *bob = only_conversation (conversations);

  g_assert_cmpint (bob->id, ==, conversation);
  g_assert_cmpstr (bob->last_text, ==, "out");
  g_assert_cmpint (bob->last_direction, ==, ULLIM_DIRECTION_OUTGOING);
  g_assert_cmpuint (bob->unread, ==, 0);
  assert_delivery (fixture, id, ULLIM_DELIVERY_QUEUED, ULLIM_PROBLEM_NONE);
}

static void
on_ignored (GObject *source, GAsyncResult *result, gpointer data)
{
  GError **error = data;

  g_assert_null (ullim_history_compose_finish (ULLIM_HISTORY (source), result, error));
}

static void
test_compose_nowhere (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  UllimMessageRow    row = {.conversation_id = 77, .call_id = (char *) "a", .text = (char *) "b"};

  ullim_history_compose_async (fixture->history, &row, NULL, on_ignored, &error);
  support_wait_ptr ((gpointer *) &error, "the message to be refused");
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DATABASE);

  g_autoptr (GPtrArray) hits = store_search (fixture->history, "b", 0, 0, 10);
  g_assert_cmpuint (hits->len, ==, 0);
}

/* Each step: what is asked for, what it is afterwards. */
static void
test_delivery (StoreFixture *fixture, gconstpointer data)
{
  static const struct {
    UllimDelivery asked, expected;
  } steps[] = {
      {ULLIM_DELIVERY_SENDING, ULLIM_DELIVERY_SENDING},
      {ULLIM_DELIVERY_QUEUED, ULLIM_DELIVERY_QUEUED},
      {ULLIM_DELIVERY_FAILED, ULLIM_DELIVERY_FAILED},
      {ULLIM_DELIVERY_QUEUED, ULLIM_DELIVERY_QUEUED},
      {ULLIM_DELIVERY_SENDING, ULLIM_DELIVERY_SENDING},
      {ULLIM_DELIVERY_ACCEPTED, ULLIM_DELIVERY_ACCEPTED},
      {ULLIM_DELIVERY_SENDING, ULLIM_DELIVERY_ACCEPTED},
      {ULLIM_DELIVERY_QUEUED, ULLIM_DELIVERY_ACCEPTED},
      {ULLIM_DELIVERY_FAILED, ULLIM_DELIVERY_FAILED},
      {ULLIM_DELIVERY_DELIVERED, ULLIM_DELIVERY_DELIVERED},
      {ULLIM_DELIVERY_SENDING, ULLIM_DELIVERY_DELIVERED},
      {ULLIM_DELIVERY_FAILED, ULLIM_DELIVERY_DELIVERED},
      {ULLIM_DELIVERY_ACCEPTED, ULLIM_DELIVERY_DELIVERED},
  };
  gint64 conversation = store_open_conversation (fixture->history, 1, BOB);
  gint64 id = store_compose (fixture->history, conversation, "out");

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    store_set_delivery (fixture->history, id, steps[i].asked);
    assert_delivery (fixture, id, steps[i].expected,
                     steps[i].expected == ULLIM_DELIVERY_FAILED ? ULLIM_PROBLEM_DECLINED
                                                                : ULLIM_PROBLEM_NONE);
  }
}

/* The summary shows the newest message, whatever happens to older ones. */
static void
test_delivery_of_older (StoreFixture *fixture, gconstpointer data)
{
  gint64 conversation = store_open_conversation (fixture->history, 1, BOB);
  gint64 older = store_compose (fixture->history, conversation, "older");
  gint64 incoming = store_receive (fixture->history, 1, BOB, "a", 1, "incoming");

  store_set_delivery (fixture->history, older, ULLIM_DELIVERY_DELIVERED);
  /* An incoming message has no delivery to change. */
  store_set_delivery (fixture->history, incoming, ULLIM_DELIVERY_FAILED);

  g_autoptr (GPtrArray) conversations = store_conversations (fixture->history);
  g_assert_cmpint (only_conversation (conversations)->last_delivery, ==, ULLIM_DELIVERY_RECEIVED);
}

static void
assert_page (StoreFixture *fixture,
             gint64        before,
             gint64        after,
             guint         count,
             const char   *texts,
             gboolean      more)
{
  gboolean              has_more;
  g_autoptr (GPtrArray) rows = store_page (fixture->history, 1, before, after, count, &has_more);
  g_autofree char      *found = store_texts (rows);

  g_assert_cmpstr (found, ==, texts);
  g_assert_cmpint (has_more, ==, more);
}

static void
assert_around (StoreFixture *fixture,
               gint64        id,
               guint         count,
               const char   *texts,
               gboolean      more_before,
               gboolean      more_after)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray)    rows = NULL;
  g_autofree char         *found = NULL;
  gboolean                 before;
  gboolean                 after;

  ullim_history_page_around_async (fixture->history, 1, id, count, NULL, support_async_result,
                                   &result);
  support_wait_ptr ((gpointer *) &result, "a page");
  rows = ullim_history_page_around_finish (fixture->history, result, &before, &after, NULL);
  found = store_texts (rows);
  g_assert_cmpstr (found, ==, texts);
  g_assert_cmpint (before, ==, more_before);
  g_assert_cmpint (after, ==, more_after);
}

static void
test_pages (StoreFixture *fixture, gconstpointer data)
{
  gint64 ids[7] = {0};

  /* Bob's are 1 to 6; Carol's, in between, must not show. */
  for (guint i = 1; i <= 6; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    ids[i] = store_receive (fixture->history, 1, BOB, "a", i, text);
    store_receive (fixture->history, 1, CAROL, "a", i, "carol");
  }
  assert_page (fixture, 0, 0, 2, "5|6", TRUE);
  assert_page (fixture, 0, 0, 6, "1|2|3|4|5|6", FALSE);
  assert_page (fixture, ids[5], 0, 2, "3|4", TRUE);
  assert_page (fixture, ids[3], 0, 2, "1|2", FALSE);
  assert_page (fixture, ids[1], 0, 2, "", FALSE);
  assert_page (fixture, 0, ids[2], 2, "3|4", TRUE);
  assert_page (fixture, 0, ids[4], 2, "5|6", FALSE);
  assert_page (fixture, 0, ids[6], 2, "", FALSE);

  assert_around (fixture, ids[4], 4, "2|3|4|5", TRUE, TRUE);
  assert_around (fixture, ids[1], 4, "1|2", FALSE, TRUE);
  assert_around (fixture, ids[6], 4, "4|5|6", TRUE, FALSE);
  assert_around (fixture, ids[3], 500, "1|2|3|4|5|6", FALSE, FALSE);
}

static char *
outbox_texts (StoreFixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray)    rows = NULL;
  g_autoptr (GError)       error = NULL;

  ullim_history_outbox_async (fixture->history, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the outbox");
  rows = ullim_history_outbox_finish (fixture->history, result, &error);
  g_assert_no_error (error);
  return store_texts (rows);
}

static void
test_outbox (StoreFixture *fixture, gconstpointer data)
{
  gint64 bob = store_open_conversation (fixture->history, 1, BOB);
  gint64 carol = store_open_conversation (fixture->history, 1, CAROL);
  gint64 sending;

  store_receive (fixture->history, 1, BOB, "a", 1, "in");
  store_compose (fixture->history, bob, "1");
  sending = store_compose (fixture->history, carol, "2");
  store_set_delivery (fixture->history, store_compose (fixture->history, bob, "failed"),
                      ULLIM_DELIVERY_FAILED);
  store_set_delivery (fixture->history, store_compose (fixture->history, bob, "done"),
                      ULLIM_DELIVERY_DELIVERED);
  store_set_delivery (fixture->history, store_compose (fixture->history, bob, "kept"),
                      ULLIM_DELIVERY_ACCEPTED);
  store_compose (fixture->history, bob, "3");
  /* Changed out of the order of ids. */
  store_set_delivery (fixture->history, sending, ULLIM_DELIVERY_SENDING);
  store_fixture_close (fixture);
  store_fixture_reopen (fixture);

  g_autofree char *texts = outbox_texts (fixture);
  g_assert_cmpstr (texts, ==, "1|2|3");
}

static gboolean
delete_message (StoreFixture *fixture, gint64 id)
{
  g_autoptr (GAsyncResult) result = NULL;

  ullim_history_delete_message_async (fixture->history, id, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "a message to be deleted");
  return ullim_history_delete_message_finish (fixture->history, result, NULL);
}

static void
test_delete (StoreFixture *fixture, gconstpointer data)
{
  gint64 first = store_receive (fixture->history, 1, BOB, "a", 1, "first");
  gint64 bob = store_open_conversation (fixture->history, 1, BOB);
  gint64 sent = store_compose (fixture->history, bob, "sent");
  gint64 queued = store_compose (fixture->history, bob, "queued");

  store_set_delivery (fixture->history, sent, ULLIM_DELIVERY_ACCEPTED);
  g_assert_false (delete_message (fixture, first));
  g_assert_false (delete_message (fixture, sent));
  g_assert_false (delete_message (fixture, 4711));
  g_assert_true (delete_message (fixture, queued));
  g_assert_false (delete_message (fixture, queued));

  g_autoptr (GPtrArray) conversations = store_conversations (fixture->history);
  UllimConversationRow *row = only_conversation (conversations);
  g_assert_cmpstr (row->last_text, ==, "sent");
  g_assert_cmpint (row->last_delivery, ==, ULLIM_DELIVERY_ACCEPTED);
  g_assert_cmpint (row->last_direction, ==, ULLIM_DIRECTION_OUTGOING);
  assert_page (fixture, 0, 0, 10, "first|sent", FALSE);
  g_autoptr (GPtrArray) hits = store_search (fixture->history, "queued", 0, 0, 10);
  g_assert_cmpuint (hits->len, ==, 0);
  /* An id is a place in the timeline: it is not given twice. */
  g_assert_cmpint (store_compose (fixture->history, bob, "again"), >, queued);
}

static void
test_delete_last (StoreFixture *fixture, gconstpointer data)
{
  gint64 bob = store_open_conversation (fixture->history, 1, BOB);

  g_assert_true (delete_message (fixture, store_compose (fixture->history, bob, "only")));

  g_autoptr (GPtrArray) conversations = store_conversations (fixture->history);
  UllimConversationRow *row = only_conversation (conversations);
  g_assert_null (row->last_text);
  g_assert_cmpint (row->last_time_us, ==, 0);
}

static void
set_draft (StoreFixture *fixture, gint64 conversation, const char *draft)
{
  g_autoptr (GAsyncResult) result = NULL;

  ullim_history_set_draft_async (fixture->history, conversation, draft, NULL, support_async_result,
                                 &result);
  support_wait_ptr ((gpointer *) &result, "a draft to be stored");
  g_assert_true (ullim_history_set_draft_finish (fixture->history, result, NULL));
}

static void
assert_draft (StoreFixture *fixture, const char *draft)
{
  g_autoptr (GPtrArray) conversations = store_conversations (fixture->history);

  g_assert_cmpstr (only_conversation (conversations)->draft, ==, draft);
}

static void
test_draft (StoreFixture *fixture, gconstpointer data)
{
  gint64 bob = store_open_conversation (fixture->history, 1, BOB);

  assert_draft (fixture, NULL);
  set_draft (fixture, bob, "half a sent");
  store_fixture_close (fixture);
  store_fixture_reopen (fixture);
  assert_draft (fixture, "half a sent");
  /* What arrives leaves it alone, what is sent was it. */
  store_receive (fixture->history, 1, BOB, "a", 1, "in");
  assert_draft (fixture, "half a sent");
  store_compose (fixture->history, bob, "half a sentence");
  assert_draft (fixture, NULL);
  set_draft (fixture, bob, "x");
  set_draft (fixture, bob, "");
  assert_draft (fixture, NULL);
}

static void
test_mark_read (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  gint64                   bob = store_open_conversation (fixture->history, 1, BOB);

  store_receive (fixture->history, 1, BOB, "a", 1, "1");
  store_receive (fixture->history, 1, BOB, "a", 2, "2");
  ullim_history_mark_read_async (fixture->history, bob, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "a conversation to be read");
  g_assert_true (ullim_history_mark_read_finish (fixture->history, result, NULL));
  store_receive (fixture->history, 1, BOB, "a", 3, "3");

  g_autoptr (GPtrArray) conversations = store_conversations (fixture->history);
  g_assert_cmpuint (only_conversation (conversations)->unread, ==, 1);
}

static void
on_named (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimConversationRow **row = data;

  g_assert_true (ullim_history_receive_finish (ULLIM_HISTORY (source), result, row, NULL, NULL));
}

static void
assert_name_after (StoreFixture *fixture, guint32 cseq, const char *name, const char *expected)
{
  g_autoptr (UllimConversationRow) row = NULL;
  UllimMessageRow message = {.call_id = (char *) "a", .cseq = cseq, .text = (char *) "x"};

  ullim_history_receive_async (fixture->history, 1, BOB, BOB, name, &message, NULL, on_named, &row);
  support_wait_ptr ((gpointer *) &row, "a message");
  g_assert_cmpstr (row->name, ==, expected);
}

/* The newest name that was told counts. */
static void
test_name (StoreFixture *fixture, gconstpointer data)
{
  assert_name_after (fixture, 1, NULL, NULL);
  assert_name_after (fixture, 2, "Bob", "Bob");
  assert_name_after (fixture, 3, NULL, "Bob");
  assert_name_after (fixture, 4, "", "Bob");
  assert_name_after (fixture, 5, "밥", "밥");
}

/* The newest first; those without a message, the newest of them first, at the end. */
static void
test_order (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GString)   order = g_string_new (NULL);
  g_autoptr (GPtrArray) rows = NULL;

  store_open_conversation (fixture->history, 1, "d");
  store_open_conversation (fixture->history, 1, "c");
  store_receive (fixture->history, 1, "b", "a", 1, "1");
  store_receive (fixture->history, 1, "a", "a", 1, "2");
  store_receive (fixture->history, 1, "b", "a", 2, "3");
  g_assert_cmpint (store_open_conversation (fixture->history, 1, "b"), ==,
                   store_open_conversation (fixture->history, 1, "b"));
  rows = store_conversations (fixture->history);
  for (guint i = 0; i < rows->len; i++)
    g_string_append (order, ((UllimConversationRow *) rows->pdata[i])->key);
  g_assert_cmpstr (order->str, ==, "bacd");
}

/* The summary is cut between characters. */
static void
test_long_text (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GString)   text = g_string_new (NULL);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) page = NULL;
  const char           *last_text;

  for (guint i = 0; i < 20000; i++)
    g_string_append (text, "긴");
  store_receive (fixture->history, 1, BOB, "a", 1, text->str);
  rows = store_conversations (fixture->history);
  last_text = only_conversation (rows)->last_text;
  g_assert_true (g_utf8_validate (last_text, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (last_text, -1), ==, 200);
  page = store_page (fixture->history, only_conversation (rows)->id, 0, 0, 1, NULL);
  g_assert_cmpstr (((UllimMessageRow *) page->pdata[0])->text, ==, text->str);
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
  ADD ("compose", test_compose);
  ADD ("compose-nowhere", test_compose_nowhere);
  ADD ("delivery", test_delivery);
  ADD ("delivery-of-older", test_delivery_of_older);
  ADD ("pages", test_pages);
  ADD ("outbox", test_outbox);
  ADD ("delete", test_delete);
  ADD ("delete-last", test_delete_last);
  ADD ("draft", test_draft);
  ADD ("mark-read", test_mark_read);
  ADD ("name", test_name);
  ADD ("order", test_order);
  ADD ("long-text", test_long_text);
  return g_test_run ();
}
