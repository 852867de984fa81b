/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Engines and the real group server: over every transport, at once and later, in order, through
 * restarts of all of them.
 */
#include "person.h"
#include "server-fixture.h"
#include "support.h"

#define ALICE "sip:alice@example.test"
#define BOB "sip:bob@example.test"
#define ECHO_PERSON "sip:echo@example.test"

typedef struct {
  ServerFixture *server;
  char          *alice_dir;
  char          *bob_dir;
  Person        *alice; /* nullable */
  Person        *bob;   /* nullable */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *const users[] = {"alice", "bob", NULL};

  fixture->server = server_fixture_new (users);
  fixture->alice_dir = support_temp_dir ();
  fixture->bob_dir = support_temp_dir ();
  fixture->alice = person_new (fixture->alice_dir);
  fixture->bob = person_new (fixture->bob_dir);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->alice)
    person_stop (fixture->alice);
  if (fixture->bob)
    person_stop (fixture->bob);
  server_fixture_free (fixture->server);
  support_temp_dir_free (fixture->alice_dir);
  support_temp_dir_free (fixture->bob_dir);
}

static void
join (Person *person, const char *address, const char *proxy, const char *ca_file)
{
  g_autofree char *password =
      g_strconcat ("secret-", g_str_equal (address, ALICE) ? "alice" : "bob", NULL);

  person_join (person, address, proxy, password, ca_file, NULL);
  person_wait_state (person, ULLIM_CONNECTION_ONLINE);
}

static void
join_both (Fixture *fixture, const char *proxy)
{
  join (fixture->alice, ALICE, proxy, fixture->server->ca_file);
  join (fixture->bob, BOB, proxy, fixture->server->ca_file);
}

/* A restarted engine keeps no password of --password-file: it is given anew. */
static Person *
come_back (const char *dir, const char *address, const char *proxy)
{
  Person *person = person_new (dir);

  join (person, address, proxy, NULL);
  return person;
}

static void
talk (Fixture *fixture)
{
  g_autoptr (UllimMessage) hello =
      person_send (fixture->alice, BOB, "안녕 Bob 👋🏽\nand more");
  g_autoptr (UllimMessage) back = NULL;

  person_wait_delivery (hello, ULLIM_DELIVERY_DELIVERED);
  person_wait_received (fixture->bob, 1);
  g_assert_cmpstr (fixture->bob->received->pdata[0], ==, "안녕 Bob 👋🏽\nand more");
  back = person_send (fixture->bob, ALICE, "hello Alice");
  person_wait_delivery (back, ULLIM_DELIVERY_DELIVERED);
  person_wait_received (fixture->alice, 1);
  g_assert_cmpstr (fixture->alice->received->pdata[0], ==, "hello Alice");
}

static void
test_tcp (Fixture *fixture, gconstpointer data)
{
  join_both (fixture, fixture->server->tcp);
  talk (fixture);
}

static void
test_udp (Fixture *fixture, gconstpointer data)
{
  join_both (fixture, fixture->server->udp);
  talk (fixture);
}

static void
test_tls (Fixture *fixture, gconstpointer data)
{
  join_both (fixture, fixture->server->tls);
  talk (fixture);
  g_assert_cmpuint (fixture->alice->n_questions, ==, 0);
}

static void
test_echo (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage) message = NULL;

  join (fixture->alice, ALICE, fixture->server->tcp, NULL);
  message = person_send (fixture->alice, ECHO_PERSON, "anybody there?");
  person_wait_delivery (message, ULLIM_DELIVERY_DELIVERED);
  person_wait_received (fixture->alice, 1);
  g_assert_cmpstr (fixture->alice->received->pdata[0], ==, "anybody there?");
}

static void
test_offline_then_online (Fixture *fixture, gconstpointer data)
{
  const guint n = 20;

  join_both (fixture, fixture->server->tcp);
  person_stop (g_steal_pointer (&fixture->bob));
  for (guint i = 0; i < n; i++) {
    g_autofree char         *text = g_strdup_printf ("%u", i);
    g_autoptr (UllimMessage) message = person_send (fixture->alice, BOB, text);

    person_wait_delivery (message, ULLIM_DELIVERY_ACCEPTED);
  }
  fixture->bob = come_back (fixture->bob_dir, BOB, fixture->server->tcp);
  person_wait_received (fixture->bob, n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    g_assert_cmpstr (fixture->bob->received->pdata[i], ==, text);
  }
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  const guint                   n = 500;
  g_autoptr (UllimConversation) bob = NULL;

  join_both (fixture, fixture->server->tcp);
  bob = person_open (fixture->alice, BOB);
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    ullim_chat_service_send_async (ullim_engine_get_chat (fixture->alice->engine), bob, text, NULL,
                                   NULL, NULL);
  }
  person_wait_received (fixture->bob, n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    g_assert_cmpstr (fixture->bob->received->pdata[i], ==, text);
  }
}

static void
test_server_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage) meanwhile = NULL;

  join_both (fixture, fixture->server->tcp);
  server_fixture_kill (fixture->server);
  person_wait_state (fixture->alice, ULLIM_CONNECTION_WAITING);
  meanwhile = person_send (fixture->alice, BOB, "written meanwhile");
  g_assert_cmpint (ullim_message_get_delivery (meanwhile), ==, ULLIM_DELIVERY_QUEUED);
  server_fixture_start (fixture->server);
  person_wait_state (fixture->alice, ULLIM_CONNECTION_ONLINE);
  person_wait_received (fixture->bob, 1);
  g_assert_cmpstr (fixture->bob->received->pdata[0], ==, "written meanwhile");
  person_wait_settled (meanwhile);
  g_assert_cmpint (ullim_message_get_delivery (meanwhile), !=, ULLIM_DELIVERY_FAILED);
}

static void
test_down_at_start (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage) message = NULL;

  server_fixture_stop (fixture->server);
  person_join (fixture->alice, ALICE, fixture->server->tcp, "secret-alice", NULL, NULL);
  person_wait_state (fixture->alice, ULLIM_CONNECTION_WAITING);
  g_assert_cmpint (ullim_account_get_problem (fixture->alice->account), ==, ULLIM_PROBLEM_REFUSED);
  g_assert_cmpint (ullim_account_get_retry_time (fixture->alice->account), >, 0);
  message = person_send (fixture->alice, ECHO_PERSON, "first thing");
  server_fixture_start (fixture->server);
  ullim_engine_reconnect (fixture->alice->engine, fixture->alice->account);
  person_wait_delivery (message, ULLIM_DELIVERY_DELIVERED);
  g_assert_cmpint (ullim_account_get_problem (fixture->alice->account), ==, ULLIM_PROBLEM_NONE);
}

/* What is written while there is no server survives quitting and goes out by itself, in order. */
static void
test_quit_with_queued (Fixture *fixture, gconstpointer data)
{
  const guint n = 10;

  join_both (fixture, fixture->server->tcp);
  server_fixture_stop (fixture->server);
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    g_object_unref (person_send (fixture->alice, BOB, text));
  }
  person_stop (g_steal_pointer (&fixture->alice));
  server_fixture_start (fixture->server);
  ullim_engine_reconnect (fixture->bob->engine, fixture->bob->account);
  fixture->alice = come_back (fixture->alice_dir, ALICE, fixture->server->tcp);
  person_wait_received (fixture->bob, n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    g_assert_cmpstr (fixture->bob->received->pdata[i], ==, text);
  }
}

static void
test_wrong_password (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  person_join (fixture->alice, ALICE, fixture->server->tcp, "guess", NULL, NULL);
  person_wait_state (fixture->alice, ULLIM_CONNECTION_FAILED);
  g_assert_cmpint (ullim_account_get_problem (fixture->alice->account), ==, ULLIM_PROBLEM_PASSWORD);
  g_assert_cmpuint (fixture->alice->n_password_needed, ==, 1);
  ullim_engine_set_password_async (fixture->alice->engine, fixture->alice->account, "secret-alice",
                                   NULL, support_async_result, &result);
  person_wait_state (fixture->alice, ULLIM_CONNECTION_ONLINE);
  /* There may be no keyring here: how it ended does not matter, that it ended does. */
  support_wait_ptr ((gpointer *) &result, "the password to be kept");
}

/* The password comes while the first try without it is under way, at any moment of it. */
static void
test_late_password (Fixture *fixture, gconstpointer data)
{
  for (guint turns = 0; turns < 40; turns++) {
    person_join (fixture->alice, ALICE, fixture->server->tcp, NULL, NULL, NULL);
    for (guint i = 0; i < turns; i++)
      g_main_context_iteration (NULL, FALSE);
    ullim_engine_set_password_async (fixture->alice->engine, fixture->alice->account,
                                     "secret-alice", NULL, NULL, NULL);
    person_wait_state (fixture->alice, ULLIM_CONNECTION_ONLINE);
    person_stop (fixture->alice);
    fixture->alice = person_new (fixture->alice_dir);
  }
}

static void
test_no_password (Fixture *fixture, gconstpointer data)
{
  person_join (fixture->alice, ALICE, fixture->server->tcp, NULL, NULL, NULL);
  person_wait_state (fixture->alice, ULLIM_CONNECTION_FAILED);
  g_assert_cmpint (ullim_account_get_problem (fixture->alice->account), ==,
                   ULLIM_PROBLEM_PASSWORD_MISSING);
  g_assert_cmpuint (fixture->alice->n_password_needed, ==, 1);
}

/* The server does not tell strangers who lives here: an unknown name looks like a bad password. */
static void
test_unknown_user (Fixture *fixture, gconstpointer data)
{
  UllimProblem problem;

  person_join (fixture->alice, "sip:mallory@example.test", fixture->server->tcp, "guess", NULL,
               NULL);
  person_wait_state (fixture->alice, ULLIM_CONNECTION_FAILED);
  problem = ullim_account_get_problem (fixture->alice->account);
  g_assert_true (problem == ULLIM_PROBLEM_PASSWORD || problem == ULLIM_PROBLEM_UNKNOWN_ACCOUNT ||
                 problem == ULLIM_PROBLEM_FORBIDDEN);
}

static void
test_to_unknown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage) lost = NULL;
  g_autoptr (UllimMessage) next = NULL;

  join_both (fixture, fixture->server->tcp);
  lost = person_send (fixture->alice, "sip:nobody@example.test", "hello?");
  next = person_send (fixture->alice, BOB, "hello Bob");
  person_wait_delivery (lost, ULLIM_DELIVERY_FAILED);
  g_assert_cmpint (ullim_message_get_problem (lost), ==, ULLIM_PROBLEM_NOT_FOUND);
  person_wait_delivery (next, ULLIM_DELIVERY_DELIVERED);
}

static void
test_trust_on_first_use (Fixture *fixture, gconstpointer data)
{
  g_autofree char *fingerprint = NULL;
  g_autofree char *pin = NULL;

  /* Nobody that this machine knows has signed it. */
  person_join (fixture->alice, ALICE, fixture->server->tls, "secret-alice", NULL, NULL);
  person_wait_state (fixture->alice, ULLIM_CONNECTION_FAILED);
  g_assert_cmpint (ullim_account_get_problem (fixture->alice->account), ==,
                   ULLIM_PROBLEM_CERTIFICATE_UNKNOWN);
  g_assert_cmpuint (fixture->alice->n_questions, ==, 1);
  g_assert_null (fixture->alice->question->pinned);
  g_assert_cmpint (fixture->alice->question->not_after, >, g_get_real_time () / G_USEC_PER_SEC);
  fingerprint = g_strdup (fixture->alice->question->fingerprint);
  ullim_engine_trust_certificate (fixture->alice->engine, fixture->alice->account, fingerprint);
  person_wait_state (fixture->alice, ULLIM_CONNECTION_ONLINE);

  /* The pin is kept with the account. */
  person_stop (g_steal_pointer (&fixture->alice));
  fixture->alice = person_new (fixture->alice_dir);
  pin = g_strdup (ullim_account_get_settings (fixture->alice->account)->pin);
  g_assert_cmpstr (pin, ==, fingerprint);
  ullim_engine_set_password_async (fixture->alice->engine, fixture->alice->account, "secret-alice",
                                   NULL, NULL, NULL);
  person_wait_state (fixture->alice, ULLIM_CONNECTION_ONLINE);
  g_assert_cmpuint (fixture->alice->n_questions, ==, 0);

  /* Another certificate, and it is refused, with both fingerprints to look at. */
  server_fixture_stop (fixture->server);
  server_fixture_new_certificate (fixture->server);
  server_fixture_start (fixture->server);
  ullim_engine_reconnect (fixture->alice->engine, fixture->alice->account);
  person_wait_state (fixture->alice, ULLIM_CONNECTION_FAILED);
  g_assert_cmpint (ullim_account_get_problem (fixture->alice->account), ==,
                   ULLIM_PROBLEM_CERTIFICATE_CHANGED);
  g_assert_cmpstr (fixture->alice->question->pinned, ==, fingerprint);
  g_assert_cmpstr (fixture->alice->question->fingerprint, !=, fingerprint);
}

/* Two devices of Bob: both get what is sent to him. */
static void
test_two_devices (Fixture *fixture, gconstpointer data)
{
  char                    *second_dir = support_temp_dir ();
  Person                  *second = person_new (second_dir);
  g_autoptr (UllimMessage) message = NULL;

  join_both (fixture, fixture->server->tcp);
  join (second, BOB, fixture->server->tcp, NULL);
  message = person_send (fixture->alice, BOB, "to all of you");
  person_wait_received (fixture->bob, 1);
  person_wait_received (second, 1);
  person_wait_delivery (message, ULLIM_DELIVERY_DELIVERED);
  person_stop (second);
  support_temp_dir_free (second_dir);
}

#define ADD(name, function) g_test_add ("/server/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("tcp", test_tcp);
  ADD ("udp", test_udp);
  ADD ("tls", test_tls);
  ADD ("echo", test_echo);
  ADD ("offline-then-online", test_offline_then_online);
  ADD ("order", test_order);
  ADD ("server-restart", test_server_restart);
  ADD ("down-at-start", test_down_at_start);
  ADD ("quit-with-queued", test_quit_with_queued);
  ADD ("wrong-password", test_wrong_password);
  ADD ("no-password", test_no_password);
  ADD ("late-password", test_late_password);
  ADD ("unknown-user", test_unknown_user);
  ADD ("to-unknown", test_to_unknown);
  ADD ("trust-on-first-use", test_trust_on_first_use);
  ADD ("two-devices", test_two_devices);
  return g_test_run ();
}
