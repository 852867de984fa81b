/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Registration, authentication and what happens when the server misbehaves or goes away
 * (RFC 3261 sections 10 and 22, RFC 8760), against a server that follows a script.
 */
#include <string.h>

#include "registrar.h"
#include "sip-person.h"
#include "support.h"

/* A password with everything that could be taken apart on its way. */
#define PASSWORD "pa:ss \"wörd\"\\,=%"

typedef struct {
  UllimSipStack                *stack;
  SupportRegistrar             *registrar;
  SupportRegistrarScript       *script;
  const SupportRegistrarCounts *counts;
  char                         *alice;
  char                         *bob;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  guint port;

  fixture->stack = ullim_sip_stack_new ();
  fixture->registrar = support_registrar_new (0, NULL);
  fixture->script = support_registrar_get_script (fixture->registrar);
  fixture->counts = support_registrar_get_counts (fixture->registrar);
  port = support_registrar_get_port (fixture->registrar);
  fixture->alice = g_strdup_printf ("sip:alice@127.0.0.1:%u;transport=tcp", port);
  fixture->bob = g_strdup_printf ("sip:bob@127.0.0.1:%u;transport=tcp", port);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  support_registrar_free (fixture->registrar);
  stack_free (fixture->stack);
  g_free (fixture->alice);
  g_free (fixture->bob);
}

static Person *
person_at (Fixture *fixture, const char *name, const char *transport, const char *password)
{
  guint            port = support_registrar_get_port (fixture->registrar);
  g_autofree char *address = g_strdup_printf ("sip:%s@127.0.0.1:%u", name, port);
  g_autofree char *proxy = g_strdup_printf ("sip:127.0.0.1:%u;transport=%s", port, transport);
  UllimSipConfig   config = {
        .address = address,
        .password = password,
        .proxy = proxy,
        .registers = TRUE,
  };
  Person *person = person_new (fixture->stack, config);

  person->address = g_strdup (address);
  ullim_sip_agent_start (person->agent);
  return person;
}

static void
test_open (Fixture *fixture, gconstpointer transport)
{
  Person            *alice = person_at (fixture, "alice", transport, NULL);
  Person            *bob = person_at (fixture, "bob", transport, NULL);
  g_autoptr (GError) error = NULL;

  person_wait (alice, ULLIM_SIP_ONLINE);
  person_wait (bob, ULLIM_SIP_ONLINE);
  g_assert_nonnull (support_registrar_get_binding (fixture->registrar, "alice"));
  g_assert_nonnull (
      strstr (support_registrar_get_binding (fixture->registrar, "alice"), "+sip.instance"));
  g_assert_cmpint (person_send_text (alice, bob->address, "안녕", &error), ==, 200);
  g_assert_no_error (error);
  person_assert_text (bob, 0, "안녕");
  g_assert_cmpint (person_send_text (bob, alice->address, "반가워", &error), ==, 200);
  g_assert_no_error (error);
  person_assert_text (alice, 0, "반가워");
  person_free (alice);
  g_assert_null (support_registrar_get_binding (fixture->registrar, "alice"));
  person_free (bob);
}

static void
test_digest (Fixture *fixture, gconstpointer data)
{
  static const char *const md5[] = {"MD5", NULL};
  static const char *const sha256[] = {"SHA-256", NULL};
  static const char *const sha512[] = {"SHA-512-256", NULL};
  static const char *const falling[] = {"SHA-512-256", "SHA-256", "MD5", NULL};
  static const char *const rising[] = {"MD5", "SHA-256", NULL};
  static const char *const mixed[] = {"X-UNKNOWN", "SHA-256", "MD5-sess", "MD5", NULL};
  static const struct {
    const char *const *offered;
    const char        *answered;
  } cases[] = {
      {md5, "MD5"},        {sha256, "SHA-256"}, {sha512, "SHA-512-256"}, {falling, "SHA-512-256"},
      {rising, "SHA-256"}, {mixed, "SHA-256"},
  };

  fixture->script->password = PASSWORD;
  fixture->script->challenges_messages = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Person            *alice;
    g_autoptr (GError) error = NULL;

    fixture->script->algorithms = cases[i].offered;
    alice = person_at (fixture, "alice", "tcp", PASSWORD);
    person_wait (alice, ULLIM_SIP_ONLINE);
    g_assert_cmpstr (fixture->counts->algorithm, ==, cases[i].answered);
    g_assert_cmpint (person_send_text (alice, alice->address, "self", &error), ==, 200);
    g_assert_no_error (error);
    person_assert_text (alice, 0, "self");
    person_free (alice);
  }
}

/* Once a nonce is known, a message takes one trip, not two. */
static void
test_nonce_is_used_again (Fixture *fixture, gconstpointer data)
{
  Person *alice;
  guint   challenges;

  fixture->script->password = PASSWORD;
  fixture->script->challenges_messages = TRUE;
  alice = person_at (fixture, "alice", "tcp", PASSWORD);
  person_wait (alice, ULLIM_SIP_ONLINE);
  g_assert_cmpint (person_send_text (alice, alice->address, "1", NULL), ==, 200);
  challenges = fixture->counts->challenges;
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (person_send_text (alice, alice->address, "2", NULL), ==, 200);
  g_assert_cmpuint (fixture->counts->challenges, ==, challenges);
  /* A server that wants a new one each time gets it, too. */
  fixture->script->expires_nonces = TRUE;
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (person_send_text (alice, alice->address, "3", NULL), ==, 200);
  g_assert_cmpuint (fixture->counts->challenges, >, challenges);
  g_assert_cmpuint (alice->received->len, ==, 11);
  person_free (alice);
}

static void
test_password (Fixture *fixture, gconstpointer transport)
{
  Person *alice;

  fixture->script->password = PASSWORD;
  alice = person_at (fixture, "alice", transport, NULL);
  person_wait_error (alice, ULLIM_SIP_FAILED, ULLIM_SIP_ERROR_PASSWORD_MISSING);
  ullim_sip_agent_set_password (alice->agent, "wrong");
  g_assert_cmpint (ullim_sip_agent_get_state (alice->agent), ==, ULLIM_SIP_CONNECTING);
  person_wait_error (alice, ULLIM_SIP_FAILED, ULLIM_SIP_ERROR_PASSWORD);
  g_assert_cmpint (ullim_sip_agent_get_retry_time (alice->agent), ==, 0);
  ullim_sip_agent_set_password (alice->agent, PASSWORD);
  person_wait (alice, ULLIM_SIP_ONLINE);
  person_free (alice);
}

static void
test_unknown_algorithm (Fixture *fixture, gconstpointer data)
{
  static const char *const unknown[] = {"X-NEW", NULL};
  Person                  *alice;

  fixture->script->password = PASSWORD;
  fixture->script->algorithms = unknown;
  alice = person_at (fixture, "alice", "tcp", PASSWORD);
  person_wait_error (alice, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_PROTOCOL);
  person_free (alice);
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  static const struct {
    int           status;
    UllimSipState state;
    UllimSipError error;
  } cases[] = {
      {403, ULLIM_SIP_FAILED, ULLIM_SIP_ERROR_FORBIDDEN},
      {404, ULLIM_SIP_FAILED, ULLIM_SIP_ERROR_UNKNOWN_ACCOUNT},
      {500, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_SERVER},
      {400, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_PROTOCOL},
      {405, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_NOT_ALLOWED_METHOD},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Person            *alice;
    g_autoptr (GError) error = NULL;

    fixture->script->register_status = cases[i].status;
    alice = person_at (fixture, "alice", "tcp", NULL);
    person_wait_error (alice, cases[i].state, cases[i].error);
    g_assert_cmpint (person_send_text (alice, alice->address, "x", &error), ==, 0);
    g_assert_error (error, ULLIM_SIP_ERROR, (int) cases[i].error);
    person_free (alice);
  }
}

static void
test_retry_after (Fixture *fixture, gconstpointer data)
{
  Person *alice;
  gint64  wait_us;

  fixture->script->register_status = 503;
  fixture->script->retry_after_s = 100;
  alice = person_at (fixture, "alice", "tcp", NULL);
  person_wait_error (alice, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_SERVER);
  wait_us = ullim_sip_agent_get_retry_time (alice->agent) - g_get_real_time ();
  g_assert_cmpint (wait_us, >, 95 * G_USEC_PER_SEC);
  g_assert_cmpint (wait_us, <, 130 * G_USEC_PER_SEC);
  fixture->script->register_status = 0;
  ullim_sip_agent_reconnect (alice->agent);
  person_wait (alice, ULLIM_SIP_ONLINE);
  person_free (alice);
}

static void
test_server_absent (Fixture *fixture, gconstpointer transport)
{
  Person *alice;

  support_registrar_stop (fixture->registrar);
  alice = person_at (fixture, "alice", transport, NULL);
  person_wait_error (alice, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_REFUSED);
  support_registrar_start (fixture->registrar);
  person_wait (alice, ULLIM_SIP_ONLINE);
  person_free (alice);
}

static void
test_server_silent (Fixture *fixture, gconstpointer transport)
{
  Person *alice;

  fixture->script->is_silent = TRUE;
  alice = person_at (fixture, "alice", transport, NULL);
  person_wait_error (alice, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_TIMEOUT);
  fixture->script->is_silent = FALSE;
  person_wait (alice, ULLIM_SIP_ONLINE);
  person_free (alice);
}

static void
test_server_restarts (Fixture *fixture, gconstpointer data)
{
  Person *alice = person_at (fixture, "alice", "tcp", NULL);
  guint   n;

  person_wait (alice, ULLIM_SIP_ONLINE);
  n = fixture->counts->registers;
  support_registrar_stop (fixture->registrar);
  person_wait_error (alice, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_REFUSED);
  support_registrar_start (fixture->registrar);
  person_wait (alice, ULLIM_SIP_ONLINE);
  g_assert_cmpuint (fixture->counts->registers, >, n);
  g_assert_nonnull (support_registrar_get_binding (fixture->registrar, "alice"));
  g_assert_cmpint (person_send_text (alice, alice->address, "back", NULL), ==, 200);
  person_free (alice);
}

static gboolean
is_bound (gpointer data)
{
  return support_registrar_get_binding (data, "alice") != NULL;
}

/* The server only loses its connections: nobody need notice. */
static void
test_connection_dropped (Fixture *fixture, gconstpointer data)
{
  Person *alice = person_at (fixture, "alice", "tcp", NULL);
  guint   n;

  person_wait (alice, ULLIM_SIP_ONLINE);
  n = fixture->counts->registers;
  support_registrar_stop (fixture->registrar);
  support_registrar_start (fixture->registrar);
  support_wait (is_bound, fixture->registrar, "registered again");
  person_wait (alice, ULLIM_SIP_ONLINE);
  g_assert_cmpuint (fixture->counts->registers, >, n);
  g_assert_cmpint (person_send_text (alice, alice->address, "back", NULL), ==, 200);
  person_free (alice);
}

typedef struct {
  SupportRegistrar *registrar;
  char             *before;
} Rebinding;

static gboolean
has_moved (gpointer data)
{
  Rebinding  *rebinding = data;
  const char *now = support_registrar_get_binding (rebinding->registrar, "alice");

  return now && g_strcmp0 (now, rebinding->before) != 0;
}

static gboolean
has_taken_back (gpointer data)
{
  return ((const SupportRegistrarCounts *) data)->un_registers > 0;
}

/* Nobody answers a new connection, but the old one lives: it stays. */
static void
test_reconnect_in_vain (Fixture *fixture, gconstpointer data)
{
  Person *alice = person_at (fixture, "alice", "tcp", NULL);
  guint   n_options;

  person_wait (alice, ULLIM_SIP_ONLINE);
  n_options = fixture->counts->options;
  support_registrar_close_port (fixture->registrar);
  ullim_sip_agent_reconnect (alice->agent);
  while (fixture->counts->options == n_options)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < 50; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (ullim_sip_agent_get_state (alice->agent), ==, ULLIM_SIP_ONLINE);
  g_assert_cmpint (person_send_text (alice, alice->address, "still here", NULL), ==, 200);
  person_free (alice);
}

/* A new line before the old one goes, which then takes back its own address and no more. */
static void
test_reconnect_online (Fixture *fixture, gconstpointer transport)
{
  Person   *alice = person_at (fixture, "alice", transport, NULL);
  Rebinding rebinding = {fixture->registrar, NULL};

  person_wait (alice, ULLIM_SIP_ONLINE);
  rebinding.before = g_strdup (support_registrar_get_binding (fixture->registrar, "alice"));
  alice->n_states = 0;
  ullim_sip_agent_reconnect (alice->agent);
  g_assert_cmpint (ullim_sip_agent_get_state (alice->agent), ==, ULLIM_SIP_ONLINE);
  support_wait (has_moved, &rebinding, "a new binding");
  support_wait (has_taken_back, (gpointer) fixture->counts, "the old address taken back");
  g_assert_cmpuint (fixture->counts->with_instance, ==, 0);
  g_assert_nonnull (support_registrar_get_binding (fixture->registrar, "alice"));
  g_assert_cmpint (ullim_sip_agent_get_state (alice->agent), ==, ULLIM_SIP_ONLINE);
  g_assert_cmpint (person_send_text (alice, alice->address, "moved", NULL), ==, 200);
  person_free (alice);
  g_free (rebinding.before);
}

static void
test_reconnect_while_down (Fixture *fixture, gconstpointer data)
{
  Person *alice = person_at (fixture, "alice", "tcp", NULL);

  person_wait (alice, ULLIM_SIP_ONLINE);
  /* Nothing arrives any more, although the connection stands. */
  fixture->script->is_silent = TRUE;
  ullim_sip_agent_reconnect (alice->agent);
  person_wait_error (alice, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_TIMEOUT);
  fixture->script->is_silent = FALSE;
  ullim_sip_agent_reconnect (alice->agent);
  person_wait (alice, ULLIM_SIP_ONLINE);
  person_free (alice);
}

static gboolean
has_messages (gpointer data)
{
  return ((const SupportRegistrarCounts *) data)->messages > 0;
}

/* What was under way when the line broke ends at once. */
static void
test_message_lost (Fixture *fixture, gconstpointer data)
{
  Person                  *alice = person_at (fixture, "alice", "tcp", NULL);
  Person                  *bob = person_at (fixture, "bob", "tcp", NULL);
  g_autoptr (GBytes)       body = g_bytes_new_static ("x", 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  gint64                   start;

  person_wait (alice, ULLIM_SIP_ONLINE);
  person_wait (bob, ULLIM_SIP_ONLINE);
  bob->holds = TRUE;
  ullim_sip_agent_send_message_async (alice->agent, bob->address, "c", 0, "text/plain", body, NULL,
                                      support_async_result, &result);
  support_wait (has_messages, (gpointer) fixture->counts, "the message at the server");
  start = g_get_monotonic_time ();
  support_registrar_stop (fixture->registrar);
  support_wait_ptr ((gpointer *) &result, "an end");
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
  ullim_sip_agent_send_message_finish (alice->agent, result, &error);
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST);
  g_clear_object (&result);
  person_free (alice);
  person_free (bob);
}

typedef struct {
  Person       *alice;
  Person       *bob;
  GAsyncResult *result; /* of a message from alice that is not answered */
} LeftBehind;

/* The message is under way on the old line, and the new one serves. */
static void
left_behind_set_up (LeftBehind *self, Fixture *fixture, const char *transport)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("x", 1);
  Rebinding          rebinding = {fixture->registrar, NULL};

  self->alice = person_at (fixture, "alice", transport, NULL);
  self->bob = person_at (fixture, "bob", "tcp", NULL);
  person_wait (self->alice, ULLIM_SIP_ONLINE);
  person_wait (self->bob, ULLIM_SIP_ONLINE);
  self->bob->holds = TRUE;
  ullim_sip_agent_send_message_async (self->alice->agent, self->bob->address, "c", 0, "text/plain",
                                      body, NULL, support_async_result, &self->result);
  support_wait (has_messages, (gpointer) fixture->counts, "the message at the server");
  rebinding.before = g_strdup (support_registrar_get_binding (fixture->registrar, "alice"));
  ullim_sip_agent_reconnect (self->alice->agent);
  support_wait (has_moved, &rebinding, "a new binding");
  support_wait (has_taken_back, (gpointer) fixture->counts, "the old address taken back");
  g_free (rebinding.before);
}

static void
left_behind_clear (LeftBehind *self)
{
  g_clear_object (&self->result);
  person_free (self->alice);
  person_free (self->bob);
}

/* No answer comes on the old line: the message is to go out on the new one, and soon. */
static void
test_left_behind (Fixture *fixture, gconstpointer transport)
{
  LeftBehind         self = {0};
  g_autoptr (GError) error = NULL;
  gint64             start;

  fixture->script->drops_messages = TRUE;
  left_behind_set_up (&self, fixture, transport);
  start = g_get_monotonic_time ();
  support_wait_ptr ((gpointer *) &self.result, "an end");
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
  ullim_sip_agent_send_message_finish (self.alice->agent, self.result, &error);
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST);
  g_assert_cmpint (ullim_sip_agent_get_state (self.alice->agent), ==, ULLIM_SIP_ONLINE);
  fixture->script->drops_messages = FALSE;
  self.bob->holds = FALSE;
  g_assert_cmpint (person_send_text (self.alice, self.bob->address, "new line", NULL), ==, 200);
  left_behind_clear (&self);
}

/* An answer that still comes on the old line is one. */
static void
test_left_behind_answered (Fixture *fixture, gconstpointer transport)
{
  LeftBehind         self = {0};
  g_autoptr (GError) error = NULL;

  left_behind_set_up (&self, fixture, transport);
  person_wait_received (self.bob, 1);
  ullim_sip_incoming_reply (self.bob->received->pdata[0], 200, NULL, 0);
  support_wait_ptr ((gpointer *) &self.result, "the answer");
  g_assert_cmpint (ullim_sip_agent_send_message_finish (self.alice->agent, self.result, &error), ==,
                   200);
  g_assert_no_error (error);
  left_behind_clear (&self);
}

static void
test_message_status (Fixture *fixture, gconstpointer data)
{
  Person            *alice = person_at (fixture, "alice", "tcp", NULL);
  g_autoptr (GError) error = NULL;

  person_wait (alice, ULLIM_SIP_ONLINE);
  fixture->script->message_status = 202;
  g_assert_cmpint (person_send_text (alice, "sip:bob@127.0.0.1", "x", &error), ==, 202);
  g_assert_no_error (error);
  fixture->script->message_status = 408;
  g_assert_cmpint (person_send_text (alice, "sip:bob@127.0.0.1", "x", &error), ==, 0);
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_UNAVAILABLE);
  person_free (alice);
}

static gboolean
has_six_registers (gpointer data)
{
  return ((const SupportRegistrarCounts *) data)->registers >= 6;
}

/* Also where each refresh is challenged anew. */
static void
test_refresh (Fixture *fixture, gconstpointer data)
{
  Person *alice;

  fixture->script->password = PASSWORD;
  fixture->script->expires_nonces = TRUE;
  fixture->script->expires_s = 3;
  alice = person_at (fixture, "alice", "tcp", PASSWORD);
  person_wait (alice, ULLIM_SIP_ONLINE);
  alice->n_states = 0;
  support_wait (has_six_registers, (gpointer) fixture->counts, "refreshed registrations");
  g_assert_cmpuint (alice->n_states, ==, 0);
  g_assert_cmpint (person_send_text (alice, alice->address, "here", NULL), ==, 200);
  person_free (alice);
}

static void
test_refresh_refused (Fixture *fixture, gconstpointer data)
{
  Person *alice;

  fixture->script->expires_s = 3;
  alice = person_at (fixture, "alice", "tcp", NULL);
  person_wait (alice, ULLIM_SIP_ONLINE);
  fixture->script->register_status = 500;
  person_wait_error (alice, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_SERVER);
  fixture->script->register_status = 0;
  person_wait (alice, ULLIM_SIP_ONLINE);
  fixture->script->register_status = 403;
  person_wait_error (alice, ULLIM_SIP_FAILED, ULLIM_SIP_ERROR_FORBIDDEN);
  person_free (alice);
}

/* Nothing breaks and nothing comes: the message ends, and the line is found dead by itself. */
static void
test_dead_line (Fixture *fixture, gconstpointer transport)
{
  Person                  *alice = person_at (fixture, "alice", transport, NULL);
  g_autoptr (GBytes)       body = g_bytes_new_static ("x", 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  person_wait (alice, ULLIM_SIP_ONLINE);
  fixture->script->is_silent = TRUE;
  ullim_sip_agent_send_message_async (alice->agent, alice->address, "c", 0, "text/plain", body,
                                      NULL, support_async_result, &result);
  person_wait_long (alice, ULLIM_SIP_CONNECTING);
  support_wait_ptr ((gpointer *) &result, "an end");
  ullim_sip_agent_send_message_finish (alice->agent, result, &error);
  g_assert_true (g_error_matches (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_TIMEOUT) ||
                 g_error_matches (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST));
  fixture->script->is_silent = FALSE;
  person_wait (alice, ULLIM_SIP_ONLINE);
  g_clear_object (&result);
  person_free (alice);
}

/* A long message of a UDP account goes by TCP, both ways. */
static void
test_long_over_udp (Fixture *fixture, gconstpointer data)
{
  Person          *alice = person_at (fixture, "alice", "udp", NULL);
  g_autofree char *text = g_strnfill (20000, 'x');

  person_wait (alice, ULLIM_SIP_ONLINE);
  g_assert_cmpuint (fixture->counts->connections, ==, 0);
  fixture->script->message_status = 202;
  g_assert_cmpint (person_send_text (alice, "sip:bob@127.0.0.1", text, NULL), ==, 202);
  g_assert_cmpuint (fixture->counts->connections, ==, 1);
  person_free (alice);
}

static void
test_name_not_found (Fixture *fixture, gconstpointer data)
{
  UllimSipConfig config = {.address = "sip:alice@no-such-host.invalid:5060", .registers = TRUE};
  Person        *alice = person_new (fixture->stack, config);
  const GError  *error;

  ullim_sip_agent_start (alice->agent);
  person_wait (alice, ULLIM_SIP_WAITING);
  error = ullim_sip_agent_get_error (alice->agent);
  g_assert_true (g_error_matches (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_NAME_NOT_FOUND) ||
                 g_error_matches (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_NAME_SERVER) ||
                 g_error_matches (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_OFFLINE));
  person_free (alice);
}

static void
test_stop_at_any_time (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 12; i++) {
    Person *alice = person_at (fixture, "alice", i % 2 ? "udp" : "tcp", NULL);

    for (guint j = 0; j < i * 3; j++)
      g_main_context_iteration (NULL, FALSE);
    person_free (alice);
  }
}

#define ADD(path, data, function)                                                                  \
  g_test_add ("/sip-registration/" path, Fixture, data, set_up, function, tear_down)

/* What takes the time-outs of SIP, to be run beside the others. */
#define ADD_SILENT(path, data, function)                                                           \
  g_test_add ("/sip-silence/" path, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("open-tcp", "tcp", test_open);
  ADD ("open-udp", "udp", test_open);
  ADD ("digest", NULL, test_digest);
  ADD ("nonce-is-used-again", NULL, test_nonce_is_used_again);
  ADD ("password-tcp", "tcp", test_password);
  ADD ("password-udp", "udp", test_password);
  ADD ("unknown-algorithm", NULL, test_unknown_algorithm);
  ADD ("refusals", NULL, test_refusals);
  ADD ("retry-after", NULL, test_retry_after);
  ADD ("server-absent-tcp", "tcp", test_server_absent);
  ADD ("server-absent-udp", "udp", test_server_absent);
  ADD_SILENT ("server-silent-tcp", "tcp", test_server_silent);
  ADD_SILENT ("server-silent-udp", "udp", test_server_silent);
  ADD ("server-restarts", NULL, test_server_restarts);
  ADD ("connection-dropped", NULL, test_connection_dropped);
  ADD ("reconnect-online-tcp", "tcp", test_reconnect_online);
  ADD ("reconnect-online-udp", "udp", test_reconnect_online);
  ADD ("reconnect-in-vain", NULL, test_reconnect_in_vain);
  ADD_SILENT ("reconnect-while-down", NULL, test_reconnect_while_down);
  ADD ("message-lost", NULL, test_message_lost);
  ADD ("left-behind-tcp", "tcp", test_left_behind);
  ADD ("left-behind-udp", "udp", test_left_behind);
  ADD ("left-behind-answered", "tcp", test_left_behind_answered);
  ADD ("message-status", NULL, test_message_status);
  ADD ("refresh", NULL, test_refresh);
  ADD ("refresh-refused", NULL, test_refresh_refused);
  ADD_SILENT ("dead-line-tcp", "tcp", test_dead_line);
  ADD_SILENT ("dead-line-udp", "udp", test_dead_line);
  ADD ("long-over-udp", NULL, test_long_over_udp);
  ADD ("name-not-found", NULL, test_name_not_found);
  ADD ("stop-at-any-time", NULL, test_stop_at_any_time);
  return g_test_run ();
}
