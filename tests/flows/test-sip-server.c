/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Agents behind the real group server, over each transport.
 */
#include <string.h>

#include "server-fixture.h"
#include "sip-person.h"
#include "support.h"

typedef struct {
  UllimSipStack *stack;
  ServerFixture *server;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const users[] = {"alice", "bob", NULL};

  fixture->stack = ullim_sip_stack_new ();
  fixture->server = server_fixture_new (users);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  stack_free (fixture->stack);
  server_fixture_free (fixture->server);
}

static const char *
proxy_for (Fixture *fixture, const char *transport)
{
  if (g_str_equal (transport, "tls"))
    return fixture->server->tls;
  return g_str_equal (transport, "tcp") ? fixture->server->tcp : fixture->server->udp;
}

static Person *
person_at (Fixture *fixture, const char *name, const char *transport, const char *password)
{
  g_autofree char *address = g_strdup_printf ("sip:%s@%s", name, fixture->server->domain);
  UllimSipConfig   config = {
        .address = address,
        .password = password,
        .proxy = proxy_for (fixture, transport),
        .ca_file = fixture->server->ca_file,
        .registers = TRUE,
        .instance_id = g_str_equal (name, "alice") ? "urn:uuid:00000000-0000-4000-8000-00000000000a"
                                                   : "urn:uuid:00000000-0000-4000-8000-00000000000b",
  };
  Person *person = person_new (fixture->stack, config);

  person->address = g_strdup (address);
  ullim_sip_agent_start (person->agent);
  return person;
}

static void
write_both_ways (Person *alice, Person *bob)
{
  g_autofree char *longer = g_strnfill (20000, 'x');
  const char      *texts[] = {"안녕 👩‍👩‍👧‍👦\n둘째 줄", longer};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    guint              n_bob = bob->received->len;
    guint              n_alice = alice->received->len;
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (person_send_text (alice, bob->address, texts[i], &error), ==, 200);
    g_assert_no_error (error);
    person_assert_text (bob, n_bob, texts[i]);
    g_assert_cmpint (person_send_text (bob, alice->address, texts[i], &error), ==, 200);
    g_assert_no_error (error);
    person_assert_text (alice, n_alice, texts[i]);
    g_assert_cmpuint (alice->received->len, ==, n_alice + 1);
    g_assert_cmpuint (bob->received->len, ==, n_bob + 1);
  }
}

static void
test_messages (Fixture *fixture, gconstpointer transport)
{
  Person *alice = person_at (fixture, "alice", transport, "secret-alice");
  Person *bob = person_at (fixture, "bob", transport, "secret-bob");

  person_wait (alice, ULLIM_SIP_ONLINE);
  person_wait (bob, ULLIM_SIP_ONLINE);
  write_both_ways (alice, bob);
  person_free (alice);
  person_free (bob);
}

static void
test_password (Fixture *fixture, gconstpointer transport)
{
  Person *alice = person_at (fixture, "alice", transport, "wrong");

  person_wait_error (alice, ULLIM_SIP_FAILED, ULLIM_SIP_ERROR_PASSWORD);
  ullim_sip_agent_set_password (alice->agent, "secret-alice");
  person_wait (alice, ULLIM_SIP_ONLINE);
  person_free (alice);
}

/* A new line for the same instance: the old one's farewell must not take it along. */
static void
test_reconnect (Fixture *fixture, gconstpointer transport)
{
  Person *alice = person_at (fixture, "alice", transport, "secret-alice");
  Person *bob = person_at (fixture, "bob", transport, "secret-bob");

  person_wait (alice, ULLIM_SIP_ONLINE);
  person_wait (bob, ULLIM_SIP_ONLINE);
  for (guint i = 0; i < 3; i++) {
    guint n_states = bob->n_states;

    ullim_sip_agent_reconnect (bob->agent);
    while (bob->n_states == n_states)
      g_main_context_iteration (NULL, TRUE);
    g_assert_cmpint (ullim_sip_agent_get_state (bob->agent), ==, ULLIM_SIP_ONLINE);
    write_both_ways (alice, bob);
  }
  /* The last farewell has been said by then. */
  person_free (alice);
  alice = person_at (fixture, "alice", transport, "secret-alice");
  person_wait (alice, ULLIM_SIP_ONLINE);
  write_both_ways (alice, bob);
  person_free (alice);
  person_free (bob);
}

static void
test_restart (Fixture *fixture, gconstpointer transport)
{
  Person *alice = person_at (fixture, "alice", transport, "secret-alice");
  Person *bob = person_at (fixture, "bob", transport, "secret-bob");

  person_wait (alice, ULLIM_SIP_ONLINE);
  person_wait (bob, ULLIM_SIP_ONLINE);
  write_both_ways (alice, bob);
  server_fixture_kill (fixture->server);
  person_wait_error (alice, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_REFUSED);
  person_wait_error (bob, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_REFUSED);
  server_fixture_start (fixture->server);
  person_wait (alice, ULLIM_SIP_ONLINE);
  person_wait (bob, ULLIM_SIP_ONLINE);
  write_both_ways (alice, bob);
  person_free (alice);
  person_free (bob);
}

/* Kept by the server, delivered at the next registration. */
static void
test_offline (Fixture *fixture, gconstpointer transport)
{
  Person *alice = person_at (fixture, "alice", transport, "secret-alice");
  Person *bob;

  person_wait (alice, ULLIM_SIP_ONLINE);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    g_assert_cmpint (person_send_text (alice, "sip:bob@example.test", text, NULL), ==, 202);
  }
  bob = person_at (fixture, "bob", transport, "secret-bob");
  person_wait_received (bob, 5);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    person_assert_text (bob, i, text);
  }
  person_free (alice);
  person_free (bob);
}

static void
test_unknown_person (Fixture *fixture, gconstpointer transport)
{
  Person            *alice = person_at (fixture, "alice", transport, "secret-alice");
  g_autoptr (GError) error = NULL;

  person_wait (alice, ULLIM_SIP_ONLINE);
  g_assert_cmpint (person_send_text (alice, "sip:nobody@example.test", "x", &error), ==, 0);
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_NOT_FOUND);
  person_free (alice);
}

#define ADD(path, data, function)                                                                  \
  g_test_add ("/sip-server/" path, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("messages/tcp", "tcp", test_messages);
  ADD ("messages/udp", "udp", test_messages);
  ADD ("messages/tls", "tls", test_messages);
  ADD ("password/tcp", "tcp", test_password);
  ADD ("password/udp", "udp", test_password);
  ADD ("reconnect/tcp", "tcp", test_reconnect);
  ADD ("reconnect/udp", "udp", test_reconnect);
  ADD ("reconnect/tls", "tls", test_reconnect);
  ADD ("restart/tcp", "tcp", test_restart);
  ADD ("restart/tls", "tls", test_restart);
  ADD ("offline/tcp", "tcp", test_offline);
  ADD ("offline/udp", "udp", test_offline);
  ADD ("unknown-person", "tcp", test_unknown_person);
  return g_test_run ();
}
