/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an agent answers to requests that no client of ours would send, written by hand on a socket.
 */
#include <string.h>

#include "sip-person.h"
#include "support.h"

#define MAX_ANSWER_BYTES 65536

typedef struct {
  UllimSipStack *stack;
  Person        *bob;
  GSocket       *socket;
  guint          port;
  guint          n_branches;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GSocketAddress) remote = NULL;
  g_autoptr (GError)         error = NULL;

  fixture->stack = ullim_sip_stack_new ();
  fixture->bob = person_new_direct (fixture->stack, "bob", NULL);
  fixture->socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);
  g_assert_no_error (error);
  g_socket_bind (fixture->socket, any, FALSE, &error);
  g_assert_no_error (error);
  local = g_socket_get_local_address (fixture->socket, NULL);
  fixture->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
  remote = g_inet_socket_address_new_from_string (
      "127.0.0.1", strtoul (strrchr (fixture->bob->address, ':') + 1, NULL, 10));
  g_socket_connect (fixture->socket, remote, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (fixture->socket, FALSE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->socket);
  person_free (fixture->bob);
  stack_free (fixture->stack);
}

typedef struct {
  const char *method;
  const char *from; /* NULL for an ordinary one */
  const char *to_params;
  const char *headers;
  const char *body;
} Request;

static char *
write_request (Fixture *fixture, Request request)
{
  const char *body = request.body ? request.body : "";
  guint       n = ++fixture->n_branches;

  return g_strdup_printf ("%s %s SIP/2.0\r\n"
                          "Via: SIP/2.0/UDP 127.0.0.1:%u;rport;branch=z9hG4bKs%u\r\n"
                          "Max-Forwards: 70\r\n"
                          "From: %s;tag=1\r\n"
                          "To: <%s>%s\r\n"
                          "Call-ID: stranger%u\r\n"
                          "CSeq: 7 %s\r\n"
                          "%s"
                          "Content-Length: %zu\r\n\r\n%s",
                          request.method, fixture->bob->address, fixture->port, n,
                          request.from ? request.from : "<sip:eve@127.0.0.1>",
                          fixture->bob->address, request.to_params ? request.to_params : "", n,
                          request.method, request.headers ? request.headers : "", strlen (body),
                          body);
}

static void
send_text (Fixture *fixture, const char *text)
{
  g_assert_cmpint (g_socket_send (fixture->socket, text, strlen (text), NULL, NULL), >, 0);
}

static gboolean
has_answer (gpointer data)
{
  return g_socket_condition_check (data, G_IO_IN) & G_IO_IN;
}

/* Returns the next final answer; Sofia 1.13 takes some garbage for STUN and answers that, too. */
static char *
receive (Fixture *fixture)
{
  g_autofree char *buffer = g_malloc0 (MAX_ANSWER_BYTES);

  do {
    memset (buffer, 0, MAX_ANSWER_BYTES);
    support_wait (has_answer, fixture->socket, "an answer");
    g_assert_cmpint (g_socket_receive (fixture->socket, buffer, MAX_ANSWER_BYTES - 1, NULL, NULL),
                     >, 0);
  } while (!g_str_has_prefix (buffer, "SIP/2.0 ") || g_str_has_prefix (buffer, "SIP/2.0 1"));
  return g_steal_pointer (&buffer);
}

static char *
ask (Fixture *fixture, Request request)
{
  g_autofree char *text = write_request (fixture, request);

  send_text (fixture, text);
  return receive (fixture);
}

static void
assert_status (const char *answer, int status)
{
  g_autofree char *expected = g_strdup_printf ("SIP/2.0 %d ", status);

  if (!g_str_has_prefix (answer, expected))
    g_error ("expected %d, got: %s", status, answer);
}

static void
test_methods (Fixture *fixture, gconstpointer data)
{
  static const char *const refused[] = {"INVITE",  "REFER",    "INFO", "UPDATE",
                                        "PUBLISH", "REGISTER", "BYE"};
  g_autofree char         *options = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *answer =
        ask (fixture, (Request){refused[i], .headers = "Contact: <sip:eve@127.0.0.1>\r\n"});

    assert_status (answer, 405);
    g_assert_nonnull (strstr (answer, "Allow: OPTIONS, MESSAGE"));
  }
  options = ask (fixture, (Request){"OPTIONS"});
  assert_status (options, 200);
  g_assert_nonnull (strstr (options, "Allow: OPTIONS, MESSAGE"));
  g_assert_nonnull (strstr (options, "Allow-Events: presence\r\n"));
  g_assert_cmpuint (fixture->bob->received->len, ==, 0);
}

static void
test_events (Fixture *fixture, gconstpointer data)
{
  static const struct {
    Request request;
    int     status;
  } cases[] = {
      {{"SUBSCRIBE", .headers = "Contact: <sip:eve@127.0.0.1>\r\n"}, 489},
      {{"SUBSCRIBE", .headers = "Contact: <sip:eve@127.0.0.1>\r\nEvent: dialog\r\n"}, 489},
      {{"SUBSCRIBE", .headers = "Contact: <sip:eve@127.0.0.1>\r\nEvent: presence\r\n"
                                "Require: recipient-list-subscribe\r\n"},
       420},
      {{"SUBSCRIBE", .headers = "Event: presence\r\n"}, 400},
      {{"SUBSCRIBE", .headers = "Contact: <sip:eve@127.0.0.1>\r\nEvent: presence\r\n"
                                "Accept: application/x-odd, text/plain\r\n"},
       406},
      {{"SUBSCRIBE",
        .headers = "Contact: <sip:eve@127.0.0.1>\r\nEvent: presence\r\nExpires: 5\r\n"},
       423},
      {{"NOTIFY", .headers = "Contact: <sip:eve@127.0.0.1>\r\nEvent: presence\r\n"
                             "Subscription-State: active\r\n"},
       481},
      {{"NOTIFY", NULL, ";tag=unknown",
        "Contact: <sip:eve@127.0.0.1>\r\nEvent: presence\r\nSubscription-State: active\r\n", NULL},
       481},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *answer = ask (fixture, cases[i].request);

    assert_status (answer, cases[i].status);
    if (cases[i].status == 489)
      g_assert_nonnull (strstr (answer, "Allow-Events: presence\r\n"));
    if (cases[i].status == 423)
      g_assert_nonnull (strstr (answer, "Min-Expires: 60\r\n"));
  }
}

static void
test_in_dialog (Fixture *fixture, gconstpointer data)
{
  g_autofree char *answer = ask (
      fixture, (Request){"MESSAGE", NULL, ";tag=unknown", "Content-Type: text/plain\r\n", "x"});

  assert_status (answer, 200);
  /* RFC 3428 section 7 */
  g_assert_null (strstr (answer, "\nContact:"));
  g_assert_null (strstr (answer, "\nm:"));
  person_assert_text (fixture->bob, 0, "x");
}

static void
test_retransmission (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = write_request (
      fixture, (Request){"MESSAGE", .headers = "Content-Type: text/plain\r\n", .body = "x"});

  fixture->bob->holds = TRUE;
  for (guint i = 0; i < 5; i++)
    send_text (fixture, text);
  person_wait_received (fixture->bob, 1);
  ullim_sip_incoming_reply (fixture->bob->received->pdata[0], 200, NULL, 0);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *answer = NULL;

    send_text (fixture, text);
    answer = receive (fixture);
    assert_status (answer, 200);
  }
  g_assert_cmpuint (fixture->bob->received->len, ==, 1);
}

static void
test_refused_messages (Fixture *fixture, gconstpointer data)
{
  g_autofree char *encoded =
      ask (fixture, (Request){"MESSAGE", .headers = "Content-Encoding: deflate\r\n", .body = "x"});
  g_autofree char *bad_from = ask (fixture, (Request){"MESSAGE", .from = "<http://example.org>"});

  assert_status (encoded, 415);
  g_assert_nonnull (strstr (encoded, "Accept-Encoding: identity"));
  assert_status (bad_from, 400);
  g_assert_cmpuint (fixture->bob->received->len, ==, 0);
}

static void
test_headers (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *from;
    const char *type;
    const char *expect_name;
    const char *expect_type;
    const char *expect_charset;
  } cases[] = {
      {"Eve <sip:eve@127.0.0.1>", "", "Eve", "text/plain", NULL},
      {"\"E \\\"v\\\" e\" <sip:eve@127.0.0.1>",
       "Content-Type: Text/HTML;charset=\"ISO-8859-1\"\r\n", "E \"v\" e", "text/html",
       "iso-8859-1"},
      {"<sip:eve@127.0.0.1>", "c: application/im-iscomposing+xml ; x=y\r\n", NULL,
       "application/im-iscomposing+xml", NULL},
      {"\"\xff\xfe\" <sip:eve@127.0.0.1>", "Content-Type: text/plain;charset=UTF-8\r\n", NULL,
       "text/plain", "utf-8"},
      {"sip:eve@127.0.0.1", "", NULL, "text/plain", NULL},
      /* An override would show "ecilA" as another name; a Hebrew name needs none. */
      {"\"\u202eecilA\u202c\u2066 \u05d0\" <sip:eve@127.0.0.1>", "", "ecilA \u05d0", "text/plain",
       NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *answer =
        ask (fixture, (Request){"MESSAGE", .from = cases[i].from, .headers = cases[i].type});
    UllimSipIncoming *incoming;

    assert_status (answer, 200);
    incoming = fixture->bob->received->pdata[i];
    g_assert_cmpstr (ullim_sip_incoming_get_from (incoming), ==, "sip:eve@127.0.0.1");
    g_assert_cmpstr (ullim_sip_incoming_get_from_name (incoming), ==, cases[i].expect_name);
    g_assert_cmpstr (ullim_sip_incoming_get_content_type (incoming), ==, cases[i].expect_type);
    g_assert_cmpstr (ullim_sip_incoming_get_charset (incoming), ==, cases[i].expect_charset);
    g_assert_cmpuint (ullim_sip_incoming_get_cseq (incoming), ==, 7);
    g_assert_cmpint (ullim_sip_incoming_get_date (incoming), ==, 0);
  }
}

static void
test_garbage (Fixture *fixture, gconstpointer data)
{
  g_autofree char *garbage = g_malloc (60000);
  g_autofree char *answer = NULL;

  for (guint i = 0; i < 100; i++) {
    guint size = g_test_rand_int_range (1, 60000);

    for (guint j = 0; j < size; j++)
      garbage[j] = g_test_rand_int_range (0, 256);
    g_socket_send (fixture->socket, garbage, size, NULL, NULL);
    g_main_context_iteration (NULL, FALSE);
  }
  answer = ask (fixture, (Request){"OPTIONS"});
  assert_status (answer, 200);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/sip-strangers/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("methods", test_methods);
  ADD ("events", test_events);
  ADD ("in-dialog", test_in_dialog);
  ADD ("retransmission", test_retransmission);
  ADD ("refused-messages", test_refused_messages);
  ADD ("headers", test_headers);
  ADD ("garbage", test_garbage);
  return g_test_run ();
}
