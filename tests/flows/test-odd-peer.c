/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An engine and a peer that does as it likes: a bare signalling agent that sends what a program
 * should not send, repeats itself, and refuses in every way.
 */
#include "person.h"
#include "sip-agent.h"
#include "support.h"

#include <signal.h>
#include <sys/resource.h>

typedef struct {
  char          *dir;
  Person        *person;
  char          *address; /* of the person */
  UllimSipStack *stack;
  UllimSipAgent *peer;
  char          *peer_address;
  int            answer;   /* what the peer says to a MESSAGE */
  GPtrArray     *call_ids; /* of char *: of what the peer got */
  GPtrArray     *texts;    /* of char *: the same */
} Fixture;

static void
on_message (UllimSipAgent *agent, UllimSipIncoming *incoming, Fixture *fixture)
{
  GBytes *body = ullim_sip_incoming_get_body (incoming);

  g_ptr_array_add (fixture->call_ids, g_strdup (ullim_sip_incoming_get_call_id (incoming)));
  g_ptr_array_add (fixture->texts,
                   g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body)));
  ullim_sip_incoming_reply (incoming, fixture->answer, NULL, 0);
}

static gboolean
is_peer_online (gpointer data)
{
  return ullim_sip_agent_get_state (data) == ULLIM_SIP_ONLINE;
}

static void
start_peer (Fixture *fixture)
{
  guint16           port = person_free_port ();
  g_autofree char  *listen = g_strdup_printf ("tcp:127.0.0.1:%u", port);
  const char *const listens[] = {listen, NULL};
  UllimSipConfig    config = {.listen = listens,
                              .instance_id = "urn:uuid:00000000-0000-4000-8000-000000000001",
                              .user_agent = "odd"};

  fixture->peer_address = g_strdup_printf ("sip:odd@127.0.0.1:%u", port);
  config.address = fixture->peer_address;
  fixture->peer = ullim_sip_agent_new (fixture->stack, &config);
  g_signal_connect (fixture->peer, "message-received", G_CALLBACK (on_message), fixture);
  ullim_sip_agent_start (fixture->peer);
  support_wait (is_peer_online, fixture->peer, "the peer to listen");
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  guint16          port = person_free_port ();
  g_autofree char *listen = g_strdup_printf ("tcp:127.0.0.1:%u", port);

  fixture->dir = support_temp_dir ();
  fixture->person = person_new (fixture->dir);
  fixture->address = g_strdup_printf ("sip:alice@127.0.0.1:%u", port);
  person_join (fixture->person, fixture->address, NULL, NULL, NULL, listen);
  person_wait_state (fixture->person, ULLIM_CONNECTION_ONLINE);
  fixture->stack = ullim_sip_stack_new ();
  fixture->answer = 200;
  fixture->call_ids = g_ptr_array_new_with_free_func (g_free);
  fixture->texts = g_ptr_array_new_with_free_func (g_free);
  start_peer (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  person_stop (fixture->person);
  ullim_sip_agent_stop_async (fixture->peer, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the peer to stop");
  g_clear_object (&result);
  g_object_unref (fixture->peer);
  g_object_unref (fixture->stack);
  g_ptr_array_unref (fixture->call_ids);
  g_ptr_array_unref (fixture->texts);
  g_free (fixture->address);
  g_free (fixture->peer_address);
  support_temp_dir_free (fixture->dir);
}

/* Returns: what the engine answered, or the code of the error */
static int
say (Fixture    *fixture,
     const char *call_id,
     gint64      date_us,
     const char *type,
     const char *body,
     gsize       size,
     GError    **error)
{
  g_autoptr (GBytes)       bytes = g_bytes_new (body, size);
  g_autoptr (GAsyncResult) result = NULL;

  ullim_sip_agent_send_message_async (fixture->peer, fixture->address, call_id, date_us, type,
                                      bytes, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the answer");
  return ullim_sip_agent_send_message_finish (fixture->peer, result, error);
}

static void
assert_refused (Fixture *fixture, const char *type, const char *body, gsize size, int code)
{
  g_autofree char   *call_id = g_uuid_string_random ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (say (fixture, call_id, g_get_real_time (), type, body, size, &error), ==, 0);
  g_test_message ("%s", error->message);
  g_assert_error (error, ULLIM_SIP_ERROR, code);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (ULLIM_CHAT_MAX_TEXT_BYTES + 1, 'x');

  assert_refused (fixture, "text/html", "<b>", 3, ULLIM_SIP_ERROR_NOT_ACCEPTED_TYPE);
  assert_refused (fixture, "text/plain", "\xff\xfe", 2, ULLIM_SIP_ERROR_PROTOCOL);
  assert_refused (fixture, "text/plain;charset=UTF-8", "a\0b", 3, ULLIM_SIP_ERROR_PROTOCOL);
  assert_refused (fixture, "text/plain", large, ULLIM_CHAT_MAX_TEXT_BYTES + 1,
                  ULLIM_SIP_ERROR_TOO_LARGE);
  g_assert_cmpuint (fixture->person->received->len, ==, 0);
}

static void
test_repeated (Fixture *fixture, gconstpointer data)
{
  const gint64 date = g_get_real_time ();

  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (say (fixture, "one", date, "text/plain", "once", 4, NULL), ==, 200);
  /* The same Call-ID for something new is no repetition. */
  g_assert_cmpint (say (fixture, "one", date, "text/plain", "more", 4, NULL), ==, 200);
  g_assert_cmpint (say (fixture, "one", date + 5 * G_USEC_PER_SEC, "text/plain", "once", 4, NULL),
                   ==, 200);
  person_wait_received (fixture->person, 3);
  g_assert_cmpuint (fixture->person->received->len, ==, 3);
  g_assert_cmpstr (fixture->person->received->pdata[0], ==, "once");
  g_assert_cmpstr (fixture->person->received->pdata[1], ==, "more");
  g_assert_cmpstr (fixture->person->received->pdata[2], ==, "once");
}

static void
test_empty_and_old (Fixture *fixture, gconstpointer data)
{
  const gint64                  yesterday = g_get_real_time () - 86400 * (gint64) G_USEC_PER_SEC;
  g_autoptr (UllimConversation) conversation = NULL;

  g_assert_cmpint (say (fixture, "e", yesterday, "text/plain", "", 0, NULL), ==, 200);
  g_assert_cmpint (say (fixture, "y", yesterday, "text/plain", "old", 3, NULL), ==, 200);
  person_wait_received (fixture->person, 1);
  g_assert_cmpuint (fixture->person->received->len, ==, 1);
  conversation = person_open (fixture->person, fixture->peer_address);
  g_assert_cmpuint (ullim_conversation_get_unread (conversation), ==, 1);
  g_assert_cmpint (ABS (ullim_conversation_get_last_time (conversation) - yesterday), <=,
                   G_USEC_PER_SEC);
}

static const struct {
  int           status;
  UllimDelivery delivery;
  UllimProblem  problem;
} fates[] = {
    {200, ULLIM_DELIVERY_DELIVERED, ULLIM_PROBLEM_NONE},
    {202, ULLIM_DELIVERY_ACCEPTED, ULLIM_PROBLEM_NONE},
    {403, ULLIM_DELIVERY_FAILED, ULLIM_PROBLEM_FORBIDDEN},
    {404, ULLIM_DELIVERY_FAILED, ULLIM_PROBLEM_NOT_FOUND},
    {405, ULLIM_DELIVERY_FAILED, ULLIM_PROBLEM_NOT_ALLOWED_METHOD},
    {413, ULLIM_DELIVERY_FAILED, ULLIM_PROBLEM_TOO_LARGE},
    {415, ULLIM_DELIVERY_FAILED, ULLIM_PROBLEM_NOT_ACCEPTED_TYPE},
    {486, ULLIM_DELIVERY_FAILED, ULLIM_PROBLEM_DECLINED},
    {603, ULLIM_DELIVERY_FAILED, ULLIM_PROBLEM_DECLINED},
};

static void
test_fates (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fates); i++) {
    g_autoptr (UllimMessage) message = NULL;

    fixture->answer = fates[i].status;
    message = person_send (fixture->person, fixture->peer_address, "well?");
    person_wait_delivery (message, fates[i].delivery);
    g_assert_cmpint (ullim_message_get_problem (message), ==, fates[i].problem);
  }
  g_assert_cmpuint (fixture->call_ids->len, ==, G_N_ELEMENTS (fates));
}

/* A failure that passes: QUEUED with its reason, then again by itself, under the same Call-ID. */
static void
test_tried_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage) first = NULL;
  g_autoptr (UllimMessage) second = NULL;

  fixture->answer = 480;
  first = person_send (fixture->person, fixture->peer_address, "first");
  person_wait_delivery (first, ULLIM_DELIVERY_SENDING);
  person_wait_delivery (first, ULLIM_DELIVERY_QUEUED);
  g_assert_cmpint (ullim_message_get_problem (first), ==, ULLIM_PROBLEM_UNAVAILABLE);
  second = person_send (fixture->person, fixture->peer_address, "second");
  fixture->answer = 200;
  person_wait_delivery (second, ULLIM_DELIVERY_DELIVERED);
  g_assert_cmpint (ullim_message_get_delivery (first), ==, ULLIM_DELIVERY_DELIVERED);
  g_assert_cmpuint (fixture->texts->len, ==, 3);
  g_assert_cmpstr (fixture->texts->pdata[0], ==, "first");
  g_assert_cmpstr (fixture->texts->pdata[1], ==, "first");
  g_assert_cmpstr (fixture->texts->pdata[2], ==, "second");
  g_assert_cmpstr (fixture->call_ids->pdata[0], ==, fixture->call_ids->pdata[1]);
  g_assert_cmpstr (fixture->call_ids->pdata[1], !=, fixture->call_ids->pdata[2]);
}

/* What failed for good does not hold up the next one; retry sends it, discard takes it away. */
static void
test_retry_and_discard (Fixture *fixture, gconstpointer data)
{
  UllimChatService             *chat = ullim_engine_get_chat (fixture->person->engine);
  g_autoptr (UllimConversation) peer = person_open (fixture->person, fixture->peer_address);
  g_autoptr (UllimMessage)      refused = NULL;
  g_autoptr (UllimMessage)      dropped = NULL;
  g_autoptr (UllimMessage)      next = NULL;

  fixture->answer = 403;
  refused = person_send (fixture->person, fixture->peer_address, "refused");
  dropped = person_send (fixture->person, fixture->peer_address, "dropped");
  person_wait_delivery (refused, ULLIM_DELIVERY_FAILED);
  person_wait_delivery (dropped, ULLIM_DELIVERY_FAILED);
  fixture->answer = 200;
  next = person_send (fixture->person, fixture->peer_address, "next");
  person_wait_delivery (next, ULLIM_DELIVERY_DELIVERED);
  g_assert_cmpint (ullim_message_get_delivery (refused), ==, ULLIM_DELIVERY_FAILED);

  ullim_chat_service_discard (chat, peer, dropped);
  ullim_chat_service_retry (chat, peer, refused);
  person_wait_delivery (refused, ULLIM_DELIVERY_DELIVERED);
  g_assert_cmpstr (fixture->texts->pdata[fixture->texts->len - 1], ==, "refused");
  /* Neither of these may do anything now. */
  ullim_chat_service_retry (chat, peer, refused);
  ullim_chat_service_discard (chat, peer, refused);
  g_assert_cmpint (ullim_message_get_delivery (refused), ==, ULLIM_DELIVERY_DELIVERED);
}

/* No room on the disk: not acknowledged, not shown; later the same message is taken. */
static void
test_disk_full (Fixture *fixture, gconstpointer data)
{
  const gint64        date = g_get_real_time ();
  g_autoptr (GError)  error = NULL;
  const struct rlimit none = {0, RLIM_INFINITY};
  struct rlimit       before;
  GLogLevelFlags      fatal;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  signal (SIGXFSZ, SIG_IGN);
  /* The engine warns, and rightly. */
  fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &none), ==, 0);
  g_assert_cmpint (say (fixture, "full", date, "text/plain", "kept?", 5, &error), ==, 0);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_log_set_always_fatal (fatal);
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_SERVER);
  g_assert_cmpuint (fixture->person->received->len, ==, 0);
  g_assert_cmpint (say (fixture, "full", date, "text/plain", "kept?", 5, NULL), ==, 200);
  person_wait_received (fixture->person, 1);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/odd-peer/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("refused", test_refused);
  ADD ("repeated", test_repeated);
  ADD ("empty-and-old", test_empty_and_old);
  ADD ("fates", test_fates);
  ADD ("tried-again", test_tried_again);
  ADD ("retry-and-discard", test_retry_and_discard);
  ADD ("disk-full", test_disk_full);
  return g_test_run ();
}
