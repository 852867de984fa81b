/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chat service on a real database and without a network: opening, writing, paging, search,
 * drafts, retry, discard.
 */
#include "chat-service.h"
#include "person.h"
#include "support.h"

/* Nobody listens there; what is written stays QUEUED. */
#define PEER "sip:nobody@127.0.0.1:1"

typedef struct {
  char              *dir;
  Person            *person;
  UllimChatService  *chat;         /* of the engine */
  UllimConversation *conversation; /* owned */
  UllimTimeline     *timeline;     /* of the conversation */
} Fixture;

static void
take_person (Fixture *fixture)
{
  fixture->chat = ullim_engine_get_chat (fixture->person->engine);
  fixture->conversation = person_open (fixture->person, PEER);
  fixture->timeline = ullim_conversation_get_timeline (fixture->conversation);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = support_temp_dir ();
  fixture->person = person_new (fixture->dir);
  person_join (fixture->person, "sip:me@127.0.0.1", NULL, NULL, NULL, "tcp:127.0.0.1:0");
  person_wait_state (fixture->person, ULLIM_CONNECTION_ONLINE);
  take_person (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->conversation);
  person_stop (fixture->person);
  support_temp_dir_free (fixture->dir);
}

static void
restart (Fixture *fixture)
{
  g_clear_object (&fixture->conversation);
  person_stop (fixture->person);
  fixture->person = person_new (fixture->dir);
  take_person (fixture);
}

static void
write_numbered (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = g_strdup_printf ("number %u", i);

    g_object_unref (person_send (fixture->person, PEER, text));
  }
}

typedef void (
    *Load) (UllimChatService *, UllimConversation *, GCancellable *, GAsyncReadyCallback, gpointer);

static void
load (Fixture *fixture, Load function)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  function (fixture->chat, fixture->conversation, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "a page");
  g_assert_true (ullim_chat_service_load_finish (fixture->chat, result, &error));
  g_assert_no_error (error);
}

static void
load_around (Fixture *fixture, gint64 id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  ullim_chat_service_load_around_async (fixture->chat, fixture->conversation, id, NULL,
                                        support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "a page");
  g_assert_true (ullim_chat_service_load_finish (fixture->chat, result, &error));
  g_assert_no_error (error);
}

static guint
n_items (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->timeline));
}

static UllimMessage *
item (Fixture *fixture, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (fixture->timeline), position);
}

static void
assert_window (Fixture *fixture, guint first, guint n)
{
  g_assert_cmpuint (n_items (fixture), ==, n);
  for (guint i = 0; i < n; i++) {
    g_autofree char         *text = g_strdup_printf ("number %u", first + i);
    g_autoptr (UllimMessage) message = item (fixture, i);

    g_assert_cmpstr (ullim_message_get_text (message), ==, text);
  }
}

static void
test_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimConversation) short_name = person_open (fixture->person, "someone");
  g_autoptr (UllimConversation) spelled = person_open (fixture->person, " SIP:someone@127.0.0.1 ");
  g_autoptr (GAsyncResult)      result = NULL;
  g_autoptr (GError)            error = NULL;

  g_assert_true (short_name == spelled);
  g_assert_cmpstr (ullim_conversation_get_peer (spelled), ==, "sip:someone@127.0.0.1");
  ullim_chat_service_open_async (fixture->chat, fixture->person->account, "http://example.org/",
                                 NULL, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the refusal");
  g_assert_null (ullim_chat_service_open_finish (fixture->chat, result, &error));
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_ADDRESS);
}

static void
test_pages (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage) middle = NULL;
  gint64                   middle_id;

  write_numbered (fixture, 350);
  /* Not loaded yet, so nothing is kept in memory. */
  g_assert_cmpuint (n_items (fixture), ==, 0);
  load (fixture, ullim_chat_service_load_newest_async);
  assert_window (fixture, 250, 100);
  g_assert_true (ullim_timeline_get_has_older (fixture->timeline));
  load (fixture, ullim_chat_service_load_older_async);
  load (fixture, ullim_chat_service_load_older_async);
  assert_window (fixture, 50, 300);
  middle = item (fixture, 100);
  middle_id = ullim_message_get_id (middle);
  load (fixture, ullim_chat_service_load_older_async);
  assert_window (fixture, 0, 350);
  g_assert_false (ullim_timeline_get_has_older (fixture->timeline));
  load (fixture, ullim_chat_service_load_older_async);
  assert_window (fixture, 0, 350);

  load_around (fixture, middle_id);
  g_assert_true (ullim_timeline_get_has_older (fixture->timeline));
  g_assert_true (ullim_timeline_get_has_newer (fixture->timeline));
  /* The same object: whoever follows its delivery still does. */
  g_assert_true (ullim_timeline_find (fixture->timeline, middle_id, NULL) == middle);
  while (ullim_timeline_get_has_newer (fixture->timeline))
    load (fixture, ullim_chat_service_load_newer_async);
  load (fixture, ullim_chat_service_load_newest_async);
  assert_window (fixture, 250, 100);
}

static void
test_append_after_load (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage) last = NULL;

  load (fixture, ullim_chat_service_load_newest_async);
  g_assert_cmpuint (n_items (fixture), ==, 0);
  write_numbered (fixture, 3);
  assert_window (fixture, 0, 3);
  last = item (fixture, 2);
  g_assert_cmpstr (ullim_conversation_get_last_text (fixture->conversation), ==, "number 2");
  g_assert_cmpint (ullim_conversation_get_last_time (fixture->conversation), ==,
                   ullim_message_get_time (last));
  restart (fixture);
  load (fixture, ullim_chat_service_load_newest_async);
  assert_window (fixture, 0, 3);
  g_assert_cmpstr (ullim_conversation_get_last_text (fixture->conversation), ==, "number 2");
}

static void
test_search (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage) korean = person_send (fixture->person, PEER, "오늘저녁에만나요");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray)    hits = NULL;
  g_autoptr (GError)       error = NULL;
  UllimChatHit            *hit;

  g_object_unref (person_send (fixture->person, PEER, "something else"));
  ullim_chat_service_search_async (fixture->chat, "저녁에", NULL, 0, 10, NULL, support_async_result,
                                   &result);
  support_wait_ptr ((gpointer *) &result, "the hits");
  hits = ullim_chat_service_search_finish (fixture->chat, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hits->len, ==, 1);
  hit = hits->pdata[0];
  g_assert_true (hit->conversation == fixture->conversation);
  g_assert_cmpint (ullim_message_get_id (hit->message), ==, ullim_message_get_id (korean));
}

static void
test_draft (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage) sent = NULL;

  ullim_chat_service_set_draft (fixture->chat, fixture->conversation, "half a sen");
  restart (fixture);
  g_assert_cmpstr (ullim_conversation_get_draft (fixture->conversation), ==, "half a sen");
  sent = person_send (fixture->person, PEER, "half a sentence");
  g_assert_null (ullim_conversation_get_draft (fixture->conversation));
  restart (fixture);
  g_assert_null (ullim_conversation_get_draft (fixture->conversation));
}

static void
test_discard (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage) first = NULL;
  g_autoptr (UllimMessage) second = NULL;

  load (fixture, ullim_chat_service_load_newest_async);
  first = person_send (fixture->person, PEER, "first");
  second = person_send (fixture->person, PEER, "second");
  /* Refused at once by the machine: both wait now. */
  person_wait_delivery (first, ULLIM_DELIVERY_QUEUED);
  ullim_chat_service_discard (fixture->chat, fixture->conversation, second);
  g_assert_cmpuint (n_items (fixture), ==, 1);
  g_assert_cmpstr (ullim_conversation_get_last_text (fixture->conversation), ==, "first");
  restart (fixture);
  load (fixture, ullim_chat_service_load_newest_async);
  g_assert_cmpuint (n_items (fixture), ==, 1);
  g_assert_cmpstr (ullim_conversation_get_last_text (fixture->conversation), ==, "first");
}

#define ADD(name, function)                                                                        \
  g_test_add ("/chat-service/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("open", test_open);
  ADD ("pages", test_pages);
  ADD ("append-after-load", test_append_after_load);
  ADD ("search", test_search);
  ADD ("draft", test_draft);
  ADD ("discard", test_discard);
  return g_test_run ();
}
