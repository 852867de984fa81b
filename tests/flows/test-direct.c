/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two engines without any server between them: sip:name@address:port on the loopback.
 */
#include "person.h"

#include "support.h"

typedef struct {
  char   *alice_dir;
  char   *bob_dir;
  Person *alice;
  Person *bob;
  char   *alice_address;
  char   *bob_address;
} Fixture;

static char *
join (Person *person, const char *name)
{
  guint16          port = person_free_port ();
  char            *address = g_strdup_printf ("sip:%s@127.0.0.1:%u", name, port);
  g_autofree char *listen = g_strdup_printf ("udp:127.0.0.1:%u tcp:127.0.0.1:%u", port, port);

  person_join (person, address, NULL, NULL, NULL, listen);
  person_wait_state (person, ULLIM_CONNECTION_ONLINE);
  return address;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->alice_dir = support_temp_dir ();
  fixture->bob_dir = support_temp_dir ();
  fixture->alice = person_new (fixture->alice_dir);
  fixture->bob = person_new (fixture->bob_dir);
  fixture->alice_address = join (fixture->alice, "alice");
  fixture->bob_address = join (fixture->bob, "bob");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->alice)
    person_stop (fixture->alice);
  if (fixture->bob)
    person_stop (fixture->bob);
  support_temp_dir_free (fixture->alice_dir);
  support_temp_dir_free (fixture->bob_dir);
  g_free (fixture->alice_address);
  g_free (fixture->bob_address);
}

static void
test_both_ways (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage) hello = NULL;
  g_autoptr (UllimMessage) back = NULL;

  hello = person_send (fixture->alice, fixture->bob_address, "안녕 Bob 👋🏽\nzweite Zeile");
  person_wait_delivery (hello, ULLIM_DELIVERY_DELIVERED);
  person_wait_received (fixture->bob, 1);
  g_assert_cmpstr (fixture->bob->received->pdata[0], ==, "안녕 Bob 👋🏽\nzweite Zeile");
  back = person_send (fixture->bob, fixture->alice_address, "hello Alice");
  person_wait_delivery (back, ULLIM_DELIVERY_DELIVERED);
  person_wait_received (fixture->alice, 1);
  g_assert_cmpstr (fixture->alice->received->pdata[0], ==, "hello Alice");
  g_assert_cmpuint (fixture->bob->listening->len, ==, 2);
}

/* Carol's address names no port, and she listens on any: her letters say where she is. */
static void
test_any_port (Fixture *fixture, gconstpointer data)
{
  g_autofree char         *dir = support_temp_dir ();
  Person                  *carol = person_new (dir);
  g_autofree char         *address = NULL;
  g_autoptr (UllimMessage) hello = NULL;
  g_autoptr (UllimMessage) back = NULL;

  person_join (carol, "sip:carol@127.0.0.1", NULL, NULL, NULL, "udp:127.0.0.1:0 tcp:127.0.0.1:0");
  person_wait_state (carol, ULLIM_CONNECTION_ONLINE);
  hello = person_send (carol, fixture->bob_address, "hello");
  person_wait_received (fixture->bob, 1);
  /* The conversation that the letter opened. */
  address = g_strdup_printf ("sip:carol@%s", (char *) carol->listening->pdata[0] + strlen ("udp:"));
  g_assert_cmpstr (fixture->bob->from->pdata[0], ==, address);
  back = person_send (fixture->bob, fixture->bob->from->pdata[0], "and back");
  person_wait_delivery (back, ULLIM_DELIVERY_DELIVERED);
  person_wait_received (carol, 1);
  person_stop (carol);
  support_temp_dir_free (g_steal_pointer (&dir));
}

static void
test_long (Fixture *fixture, gconstpointer data)
{
  g_autofree char         *text = g_strnfill (60000, 'x');
  g_autoptr (UllimMessage) message = person_send (fixture->alice, fixture->bob_address, text);

  person_wait_delivery (message, ULLIM_DELIVERY_DELIVERED);
  g_assert_cmpstr (fixture->bob->received->pdata[0], ==, text);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  const guint                   n = 500;
  g_autoptr (UllimConversation) bob = person_open (fixture->alice, fixture->bob_address);
  UllimChatService             *chat = ullim_engine_get_chat (fixture->alice->engine);

  for (guint i = 0; i < n; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    ullim_chat_service_send_async (chat, bob, text, NULL, NULL, NULL);
  }
  person_wait_received (fixture->bob, n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    g_assert_cmpstr (fixture->bob->received->pdata[i], ==, text);
  }
}

/* Bob is away when Alice writes; what she wrote waits on her disk, also while she is away. */
static void
test_queued_over_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage) message = NULL;

  person_stop (g_steal_pointer (&fixture->bob));
  message = person_send (fixture->alice, fixture->bob_address, "when you are back");
  person_wait_delivery (message, ULLIM_DELIVERY_QUEUED);
  person_stop (g_steal_pointer (&fixture->alice));
  g_assert_cmpint (ullim_message_get_delivery (message), ==, ULLIM_DELIVERY_QUEUED);

  fixture->bob = person_new (fixture->bob_dir);
  person_wait_state (fixture->bob, ULLIM_CONNECTION_ONLINE);
  g_assert_cmpuint (fixture->bob->received->len, ==, 0);
  fixture->alice = person_new (fixture->alice_dir);
  person_wait_received (fixture->bob, 1);
  g_assert_cmpstr (fixture->bob->received->pdata[0], ==, "when you are back");
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  UllimChatService             *chat = ullim_engine_get_chat (fixture->alice->engine);
  g_autoptr (UllimConversation) bob = person_open (fixture->alice, fixture->bob_address);
  g_autofree char              *text = g_strnfill (ULLIM_CHAT_MAX_TEXT_BYTES + 1, 'x');
  g_autoptr (GAsyncResult)      result = NULL;
  g_autoptr (GError)            error = NULL;

  ullim_chat_service_send_async (chat, bob, text, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the refusal");
  g_assert_null (ullim_chat_service_send_finish (chat, result, &error));
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_TOO_LARGE);
}

#define ADD(name, function) g_test_add ("/direct/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("both-ways", test_both_ways);
  ADD ("any-port", test_any_port);
  ADD ("long", test_long);
  ADD ("order", test_order);
  ADD ("queued-over-restart", test_queued_over_restart);
  ADD ("too-large", test_too_large);
  return g_test_run ();
}
