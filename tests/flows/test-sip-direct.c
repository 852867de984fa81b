/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two agents write to each other without a server, over UDP and TCP (RFC 3428).
 */
#include <string.h>

#include "sip-person.h"
#include "support.h"

static void
test_text (void)
{
  UllimSipStack     *stack = ullim_sip_stack_new ();
  Person            *alice = person_new_direct (stack, "alice", "앨리스 \"A\" \\");
  Person            *bob = person_new_direct (stack, "bob", NULL);
  const char        *text = "안녕, 밥! 👩‍👩‍👧‍👦\n둘째 줄";
  g_autoptr (GError) error = NULL;
  UllimSipIncoming  *incoming;

  g_assert_cmpint (person_send_text (alice, bob->address, text, &error), ==, 200);
  g_assert_no_error (error);
  person_assert_text (bob, 0, text);
  incoming = bob->received->pdata[0];
  g_assert_cmpstr (ullim_sip_incoming_get_from (incoming), ==, alice->address);
  g_assert_cmpstr (ullim_sip_incoming_get_from_name (incoming), ==, "앨리스 \"A\" \\");
  g_assert_cmpstr (ullim_sip_incoming_get_to (incoming), ==, bob->address);
  g_assert_cmpstr (ullim_sip_incoming_get_content_type (incoming), ==, "text/plain");
  g_assert_cmpstr (ullim_sip_incoming_get_charset (incoming), ==, "utf-8");
  g_assert_cmpint (ABS (ullim_sip_incoming_get_date (incoming) - g_get_real_time ()), <,
                   60 * G_USEC_PER_SEC);

  g_assert_cmpint (person_send_text (bob, alice->address, "네", &error), ==, 200);
  person_assert_text (alice, 0, "네");
  g_assert_null (ullim_sip_incoming_get_from_name (alice->received->pdata[0]));
  person_free (alice);
  person_free (bob);
  stack_free (stack);
}

static void
test_ip6 (void)
{
  static const char *const listen[] = {"udp:[::1]:0", "tcp:[::1]:0", NULL};
  UllimSipStack           *stack = ullim_sip_stack_new ();
  UllimSipConfig           config = {.address = "sip:alice@[::1]", .listen = listen};
  Person                  *alice = person_new (stack, config);
  g_autofree char         *longer = g_strnfill (20000, 'x');
  g_autofree char         *to = NULL;
  g_autoptr (GError)       error = NULL;

  ullim_sip_agent_start (alice->agent);
  if (ullim_sip_agent_get_state (alice->agent) != ULLIM_SIP_ONLINE) {
    g_test_skip ("no IPv6 here");
  } else {
    to = g_strdup_printf ("sip:alice@%s",
                          ullim_sip_agent_get_listening (alice->agent)[0] + strlen ("udp:"));
    g_assert_cmpint (person_send_text (alice, to, "self", &error), ==, 200);
    g_assert_no_error (error);
    g_assert_cmpint (person_send_text (alice, to, longer, &error), ==, 200);
    g_assert_no_error (error);
    person_assert_text (alice, 0, "self");
    person_assert_text (alice, 1, longer);
    /* So that she can be answered. */
    g_assert_cmpstr (ullim_sip_incoming_get_from (alice->received->pdata[0]), ==, to);
  }
  person_free (alice);
  stack_free (stack);
}

static void
assert_from (UllimSipStack *stack, UllimSipConfig config, Person *bob, guint n, const char *from)
{
  Person            *alice = person_new (stack, config);
  g_autoptr (GError) error = NULL;

  ullim_sip_agent_start (alice->agent);
  person_wait (alice, ULLIM_SIP_ONLINE);
  g_assert_cmpint (person_send_text (alice, bob->address, "x", &error), ==, 200);
  g_assert_no_error (error);
  g_assert_cmpstr (ullim_sip_incoming_get_from (bob->received->pdata[n]), ==, from);
  person_free (alice);
}

/* A port that was written stays. */
static void
test_from (void)
{
  static const char *const listen[] = {"udp:127.0.0.1:0", "tcp:127.0.0.1:0", NULL};
  UllimSipStack           *stack = ullim_sip_stack_new ();
  Person                  *bob = person_new_direct (stack, "bob", NULL);
  UllimSipConfig           config = {.address = "sip:alice@127.0.0.1:5060", .listen = listen};

  assert_from (stack, config, bob, 0, "sip:alice@127.0.0.1:5060");
  config.address = "sip:alice@127.0.0.1:9";
  assert_from (stack, config, bob, 1, "sip:alice@127.0.0.1:9");
  person_free (bob);
  stack_free (stack);
}

static void
test_sizes (void)
{
  static const gsize sizes[] = {0, 600, 601, 1300, 20000, 200000, ULLIM_SIP_MAX_BODY_BYTES};
  UllimSipStack     *stack = ullim_sip_stack_new ();
  Person            *alice = person_new_direct (stack, "alice", NULL);
  Person            *bob = person_new_direct (stack, "bob", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree char   *text = g_strnfill (sizes[i], 'a' + i);
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (person_send_text (alice, bob->address, text, &error), ==, 200);
    g_assert_no_error (error);
    person_assert_text (bob, i, text);
  }
  person_free (alice);
  person_free (bob);
  stack_free (stack);
}

static void
test_too_large (void)
{
  UllimSipStack     *stack = ullim_sip_stack_new ();
  Person            *alice = person_new_direct (stack, "alice", NULL);
  g_autofree char   *text = g_strnfill (ULLIM_SIP_MAX_BODY_BYTES + 1, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (person_send_text (alice, "sip:bob@127.0.0.1:9", text, &error), ==, 0);
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_TOO_LARGE);
  person_free (alice);
  stack_free (stack);
}

/* The answer waits until it is given, then reaches the sender. */
static void
test_later_reply (void)
{
  UllimSipStack           *stack = ullim_sip_stack_new ();
  Person                  *alice = person_new_direct (stack, "alice", NULL);
  Person                  *bob = person_new_direct (stack, "bob", NULL);
  g_autoptr (GBytes)       body = g_bytes_new_static ("later", 5);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  bob->holds = TRUE;
  ullim_sip_agent_send_message_async (alice->agent, bob->address, "later@test", g_get_real_time (),
                                      "text/plain", body, NULL, support_async_result, &result);
  person_wait_received (bob, 1);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (result);
  g_assert_cmpstr (ullim_sip_incoming_get_call_id (bob->received->pdata[0]), ==, "later@test");
  ullim_sip_incoming_reply (bob->received->pdata[0], 200, NULL, 0);
  support_wait_ptr ((gpointer *) &result, "answered");
  g_assert_cmpint (ullim_sip_agent_send_message_finish (alice->agent, result, &error), ==, 200);
  g_assert_cmpuint (bob->received->len, ==, 1);
  g_clear_object (&result);
  person_free (alice);
  person_free (bob);
  stack_free (stack);
}

static void
test_refusals (void)
{
  static const struct {
    int           status;
    UllimSipError error;
  } cases[] = {
      {415, ULLIM_SIP_ERROR_NOT_ACCEPTED_TYPE},
      {400, ULLIM_SIP_ERROR_PROTOCOL},
      {413, ULLIM_SIP_ERROR_TOO_LARGE},
      {500, ULLIM_SIP_ERROR_SERVER},
      {503, ULLIM_SIP_ERROR_SERVER},
      {404, ULLIM_SIP_ERROR_NOT_FOUND},
      {480, ULLIM_SIP_ERROR_UNAVAILABLE},
      {603, ULLIM_SIP_ERROR_DECLINED},
      {403, ULLIM_SIP_ERROR_FORBIDDEN},
      {302, ULLIM_SIP_ERROR_PROTOCOL},
  };
  UllimSipStack *stack = ullim_sip_stack_new ();
  Person        *alice = person_new_direct (stack, "alice", NULL);
  Person        *bob = person_new_direct (stack, "bob", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    bob->status = cases[i].status;
    bob->accept = cases[i].status == 415 ? "text/plain" : NULL;
    g_assert_cmpint (person_send_text (alice, bob->address, "x", &error), ==, 0);
    g_assert_error (error, ULLIM_SIP_ERROR, (int) cases[i].error);
  }
  person_free (alice);
  person_free (bob);
  stack_free (stack);
}

/* Whoever drops a message without an answer has failed: the sender hears it. */
static void
test_dropped (void)
{
  UllimSipStack           *stack = ullim_sip_stack_new ();
  Person                  *alice = person_new_direct (stack, "alice", NULL);
  Person                  *bob = person_new_direct (stack, "bob", NULL);
  g_autoptr (GBytes)       body = g_bytes_new_static ("x", 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  bob->holds = TRUE;
  ullim_sip_agent_send_message_async (alice->agent, bob->address, "c", 0, "text/plain", body, NULL,
                                      support_async_result, &result);
  person_wait_received (bob, 1);
  g_ptr_array_set_size (bob->received, 0);
  support_wait_ptr ((gpointer *) &result, "answered");
  ullim_sip_agent_send_message_finish (alice->agent, result, &error);
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_SERVER);
  g_clear_object (&result);
  person_free (alice);
  person_free (bob);
  stack_free (stack);
}

static gboolean
is_free (gpointer data)
{
  g_autoptr (GInetAddress)   loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new (loopback, GPOINTER_TO_UINT (data));
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  return g_socket_bind (socket, address, FALSE, NULL);
}

/* Sofia closes its sockets some time after the agent has stopped. */
static void
wait_until_free (guint port)
{
  support_wait (is_free, GUINT_TO_POINTER (port), "a closed port");
}

static void
test_nobody_there (void)
{
  static const char *const addresses[] = {
      "sip:bob@127.0.0.1:%u",
      "sip:bob@127.0.0.1:%u;transport=tcp",
      "sip:bob@127.0.0.1:%u;transport=udp",
  };
  UllimSipStack *stack = ullim_sip_stack_new ();
  Person        *alice = person_new_direct (stack, "alice", NULL);
  Person        *bob = person_new_direct (stack, "bob", NULL);
  guint          port = strtoul (strrchr (bob->address, ':') + 1, NULL, 10);

  person_free (bob);
  wait_until_free (port);
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    g_autofree char *to = g_strdup_printf (addresses[i], port);
#pragma GCC diagnostic pop
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (person_send_text (alice, to, "x", &error), ==, 0);
    g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_REFUSED);
  }
  person_free (alice);
  stack_free (stack);
}

static void
test_bad_address (void)
{
  static const char *const addresses[] = {"", "bob", "http://x", "sip:", "sips:bob@127.0.0.1:1"};
  UllimSipStack           *stack = ullim_sip_stack_new ();
  Person                  *alice = person_new_direct (stack, "alice", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
    gboolean           is_secure = g_str_has_prefix (addresses[i], "sips:");
    int                expected = is_secure ? ULLIM_SIP_ERROR_TLS : ULLIM_SIP_ERROR_ADDRESS;
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (person_send_text (alice, addresses[i], "x", &error), ==, 0);
    g_assert_error (error, ULLIM_SIP_ERROR, expected);
  }
  person_free (alice);
  stack_free (stack);
}

static void
test_cancelled (void)
{
  UllimSipStack           *stack = ullim_sip_stack_new ();
  Person                  *alice = person_new_direct (stack, "alice", NULL);
  Person                  *bob = person_new_direct (stack, "bob", NULL);
  g_autoptr (GBytes)       body = g_bytes_new_static ("x", 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  bob->holds = TRUE;
  ullim_sip_agent_send_message_async (alice->agent, bob->address, "c", 0, "text/plain", body,
                                      cancellable, support_async_result, &result);
  person_wait_received (bob, 1);
  g_cancellable_cancel (cancellable);
  support_wait_ptr ((gpointer *) &result, "cancelled");
  ullim_sip_agent_send_message_finish (alice->agent, result, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  /* The late answer reaches nobody. */
  ullim_sip_incoming_reply (bob->received->pdata[0], 200, NULL, 0);
  person_free (alice);
  person_free (bob);
  stack_free (stack);
}

static void
count_result (GObject *source, GAsyncResult *result, gpointer data)
{
  guint             *n = data;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ullim_sip_agent_send_message_finish (ULLIM_SIP_AGENT (source), result, &error),
                   ==, 200);
  g_assert_no_error (error);
  ++*n;
}

static gboolean
is_all (gpointer data)
{
  return *(guint *) data == 500;
}

/* Far more than the window, in order. */
static void
test_many (void)
{
  UllimSipStack   *stack = ullim_sip_stack_new ();
  Person          *alice = person_new_direct (stack, "alice", NULL);
  Person          *bob = person_new_direct (stack, "bob", NULL);
  g_autofree char *to = g_strconcat (bob->address, ";transport=tcp", NULL);
  guint            n = 0;

  for (guint i = 0; i < 500; i++) {
    g_autofree char   *text = g_strdup_printf ("%u", i);
    g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

    ullim_sip_agent_send_message_async (alice->agent, to, text, i, "text/plain", body, NULL,
                                        count_result, &n);
  }
  support_wait (is_all, &n, "all answers");
  g_assert_cmpuint (bob->received->len, ==, 500);
  for (guint i = 0; i < 500; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    person_assert_text (bob, i, text);
  }
  person_free (alice);
  person_free (bob);
  stack_free (stack);
}

static void
test_port_in_use (void)
{
  UllimSipStack   *stack = ullim_sip_stack_new ();
  Person          *alice = person_new_direct (stack, "alice", NULL);
  g_autofree char *taken = g_strdup (ullim_sip_agent_get_listening (alice->agent)[0]);
  const char      *listen[] = {taken, NULL};
  UllimSipConfig   config = {.address = "sip:bob@127.0.0.1", .listen = listen};
  Person          *bob = person_new (stack, config);

  ullim_sip_agent_start (bob->agent);
  person_wait_error (bob, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_PORT_IN_USE);
  g_assert_cmpint (ullim_sip_agent_get_retry_time (bob->agent), >, g_get_real_time ());
  person_free (alice);
  wait_until_free (strtoul (strrchr (taken, ':') + 1, NULL, 10));
  /* The ladder, or a word from outside, tries again. */
  ullim_sip_agent_reconnect (bob->agent);
  person_wait (bob, ULLIM_SIP_ONLINE);
  person_free (bob);
  stack_free (stack);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-direct/text", test_text);
  g_test_add_func ("/sip-direct/ip6", test_ip6);
  g_test_add_func ("/sip-direct/from", test_from);
  g_test_add_func ("/sip-direct/sizes", test_sizes);
  g_test_add_func ("/sip-direct/too-large", test_too_large);
  g_test_add_func ("/sip-direct/later-reply", test_later_reply);
  g_test_add_func ("/sip-direct/refusals", test_refusals);
  g_test_add_func ("/sip-direct/dropped", test_dropped);
  g_test_add_func ("/sip-direct/nobody-there", test_nobody_there);
  g_test_add_func ("/sip-direct/bad-address", test_bad_address);
  g_test_add_func ("/sip-direct/cancelled", test_cancelled);
  g_test_add_func ("/sip-direct/many", test_many);
  g_test_add_func ("/sip-direct/port-in-use", test_port_in_use);
  return g_test_run ();
}
