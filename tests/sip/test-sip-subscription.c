/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The subscriber against a peer that says whatever it is told to: right, wrong, late and nothing.
 */
#include "sip-subscription.h"

#include <string.h>

#include "raw-peer.h"
#include "sip-person.h"
#include "support.h"

#define ACTIVE "Event: presence\r\nSubscription-State: active;expires=600\r\n"
#define PENDING "Event: presence\r\nSubscription-State: pending;expires=600\r\n"
#define PIDF "Content-Type: application/pidf+xml\r\n"
#define EXPIRES "Expires: 600\r\n"

typedef struct {
  const char *transport;
  gboolean    registers;
} Setting;

typedef struct {
  UllimSipStack        *stack;
  RawPeer              *peer;
  Person               *person;
  UllimSipSubscription *subscription;
  GPtrArray            *bodies; /* of char * */
  char                 *last_type;
  gint                  last_state; /* within the last "notified" */
  guint                 n_states;
} Fixture;

static void
on_notified (UllimSipSubscription *subscription,
             const char           *content_type,
             GBytes               *body,
             Fixture              *fixture)
{
  g_free (fixture->last_type);
  fixture->last_type = g_strdup (content_type);
  fixture->last_state = ullim_sip_subscription_get_state (subscription);
  g_ptr_array_add (fixture->bodies,
                   body ? g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body))
                        : g_strdup (""));
}

static void
on_state (UllimSipSubscription *subscription, Fixture *fixture)
{
  fixture->n_states++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const Setting   *setting = data;
  g_autofree char *proxy = NULL;
  UllimSipConfig   config = {.address = "sip:alice@example.test"};

  fixture->stack = ullim_sip_stack_new ();
  fixture->peer = raw_peer_new ();
  fixture->bodies = g_ptr_array_new_with_free_func (g_free);
  proxy = g_strdup_printf ("sip:127.0.0.1:%u;transport=%s", raw_peer_get_port (fixture->peer),
                           setting->transport);
  config.proxy = proxy;
  config.registers = setting->registers;
  config.password = "secret";
  fixture->person = person_new (fixture->stack, config);
  ullim_sip_agent_start (fixture->person->agent);
  person_wait (fixture->person, ULLIM_SIP_ONLINE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->subscription) {
    g_signal_handlers_disconnect_by_data (fixture->subscription, fixture);
    ullim_sip_subscription_end (fixture->subscription);
    g_assert_finalize_object (g_steal_pointer (&fixture->subscription));
  }
  person_free (fixture->person);
  stack_free (fixture->stack);
  raw_peer_free (fixture->peer);
  g_ptr_array_unref (fixture->bodies);
  g_free (fixture->last_type);
}

static void
subscribe_with (Fixture *fixture, UllimSipSubscriptionSettings settings)
{
  fixture->subscription = ullim_sip_subscription_new (fixture->person->agent, &settings);
  g_signal_connect (fixture->subscription, "notified", G_CALLBACK (on_notified), fixture);
  g_signal_connect (fixture->subscription, "state-changed", G_CALLBACK (on_state), fixture);
}

static void
subscribe (Fixture *fixture)
{
  subscribe_with (fixture, (UllimSipSubscriptionSettings){.resource = "sip:bob@example.test",
                                                          .event = "presence",
                                                          .accept = "application/pidf+xml",
                                                          .expires_s = 600});
}

typedef struct {
  Fixture                  *fixture;
  UllimSipSubscriptionState state;
  guint                     n;
} Expectation;

static gboolean
has_state (gpointer data)
{
  Expectation *expected = data;

  return ullim_sip_subscription_get_state (expected->fixture->subscription) == expected->state;
}

static void
wait_state (Fixture *fixture, UllimSipSubscriptionState state)
{
  Expectation      expected = {fixture, state, 0};
  g_autofree char *what = g_strdup_printf ("subscription state %d", state);

  support_wait (has_state, &expected, what);
}

static gboolean
has_bodies (gpointer data)
{
  Expectation *expected = data;

  return expected->fixture->bodies->len >= expected->n;
}

static void
wait_bodies (Fixture *fixture, guint n)
{
  Expectation expected = {fixture, 0, n};

  support_wait (has_bodies, &expected, "notifications");
}

static void
assert_header (const RawMessage *message, const char *name, const char *value)
{
  g_autofree char *found = raw_message_get (message, name);

  g_assert_cmpstr (found, ==, value);
}

static int
answer_status (Fixture *fixture)
{
  return raw_peer_wait_answer (fixture->peer, "NOTIFY")->status;
}

/* Returns: the SUBSCRIBE that made it active. */
static RawMessage *
make_active (Fixture *fixture)
{
  RawMessage *request;

  subscribe (fixture);
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  raw_message_reply (request, 200, EXPIRES);
  raw_message_notify (request, 1, ACTIVE PIDF, "<one/>");
  wait_bodies (fixture, 1);
  g_assert_cmpint (answer_status (fixture), ==, 200);
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_ACTIVE);
  return request;
}

/* ---- In order ---- */

static void
test_active (Fixture *fixture, gconstpointer data)
{
  const Setting   *setting = data;
  RawMessage      *request = make_active (fixture);
  g_autofree char *contact = raw_message_get (request, "Contact");

  g_assert_true (g_str_has_prefix (request->head, "SUBSCRIBE sip:bob@example.test SIP/2.0\r\n"));
  assert_header (request, "Event", "presence");
  assert_header (request, "Expires", "600");
  assert_header (request, "Accept", "application/pidf+xml");
  assert_header (request, "Supported", NULL);
  g_assert_nonnull (contact);
  if (setting->registers || strcmp (setting->transport, "udp") == 0)
    g_assert_true (strstr (contact, "sip:alice@127.0.0.1:") != NULL);
  if (setting->registers && strcmp (setting->transport, "tcp") == 0)
    g_assert_true (strstr (contact, ";transport=tcp") != NULL);
  g_assert_cmpstr (fixture->bodies->pdata[0], ==, "<one/>");
  g_assert_cmpstr (fixture->last_type, ==, "application/pidf+xml");
  raw_message_notify (request, 2,
                      ACTIVE "Content-Type: multipart/related;type=\"a/b\";boundary=x\r\n", "two");
  wait_bodies (fixture, 2);
  g_assert_cmpint (answer_status (fixture), ==, 200);
  g_assert_cmpstr (fixture->last_type, ==, "multipart/related;type=\"a/b\";boundary=x");
}

static void
test_notify_first (Fixture *fixture, gconstpointer data)
{
  RawMessage *request;

  subscribe (fixture);
  g_assert_cmpint (ullim_sip_subscription_get_state (fixture->subscription), ==,
                   ULLIM_SIP_SUBSCRIPTION_ASKING);
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  raw_message_notify (request, 1, ACTIVE PIDF, "<early/>");
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_ACTIVE);
  g_assert_cmpint (answer_status (fixture), ==, 200);
  raw_message_reply (request, 200, EXPIRES);
  raw_message_notify (request, 2, ACTIVE PIDF, "<late/>");
  wait_bodies (fixture, 2);
  g_assert_cmpint (ullim_sip_subscription_get_state (fixture->subscription), ==,
                   ULLIM_SIP_SUBSCRIPTION_ACTIVE);
}

static void
test_pending (Fixture *fixture, gconstpointer data)
{
  RawMessage *request;

  subscribe (fixture);
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  raw_message_reply (request, 202, EXPIRES);
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_PENDING);
  raw_message_notify (request, 1, ACTIVE PIDF, "<a/>");
  wait_bodies (fixture, 1);
  g_assert_cmpint (fixture->last_state, ==, ULLIM_SIP_SUBSCRIPTION_ACTIVE);
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_ACTIVE);
  raw_message_notify (request, 2, PENDING, NULL);
  wait_bodies (fixture, 2);
  g_assert_cmpint (fixture->last_state, ==, ULLIM_SIP_SUBSCRIPTION_PENDING);
  g_assert_null (fixture->last_type);
  g_assert_cmpint (ullim_sip_subscription_get_state (fixture->subscription), ==,
                   ULLIM_SIP_SUBSCRIPTION_PENDING);
  raw_message_notify (request, 3, ACTIVE PIDF, "<a/>");
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_ACTIVE);
}

#define RLMI "Event: presence\r\nRequire: eventlist\r\nSubscription-State: active\r\n"

static void
test_list (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("<list/>", 7);
  g_autoptr (GBytes) other = g_bytes_new_static ("<other/>", 8);
  RawMessage        *request;

  subscribe_with (fixture, (UllimSipSubscriptionSettings){
                               .resource = "sip:alice@example.test",
                               .event = "presence",
                               .accept = "application/rlmi+xml, multipart/related",
                               .eventlist = TRUE,
                               .require = "recipient-list-subscribe",
                               .content_type = "application/resource-lists+xml",
                               .disposition = "recipient-list",
                               .body = body,
                               .expires_s = 3600,
                           });
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  assert_header (request, "Supported", "eventlist");
  assert_header (request, "Require", "recipient-list-subscribe");
  assert_header (request, "Content-Type", "application/resource-lists+xml");
  assert_header (request, "Content-Disposition", "recipient-list");
  g_assert_cmpmem (request->body->data, request->body->len, "<list/>", 7);
  /* Changed before there is an answer: goes out with the first refresh, at once. */
  ullim_sip_subscription_set_body (fixture->subscription, other);
  raw_message_reply (request, 200, EXPIRES);
  raw_message_notify (request, 1, RLMI "Content-Type: multipart/related;boundary=b\r\n", "--b--");
  g_assert_cmpint (answer_status (fixture), ==, 200);
  wait_bodies (fixture, 1);
  g_assert_true (ullim_sip_subscription_is_list (fixture->subscription));
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  g_assert_cmpmem (request->body->data, request->body->len, "<other/>", 8);
  assert_header (request, "Supported", "eventlist");
  raw_message_reply (request, 200, EXPIRES);
}

static void
test_refresh (Fixture *fixture, gconstpointer data)
{
  g_autofree char *call_id = NULL;
  g_autofree char *to = NULL;
  RawMessage      *request = make_active (fixture);

  call_id = raw_message_get (request, "Call-ID");
  /* The notifier shortens it. */
  raw_message_notify (request, 2, "Event: presence\r\nSubscription-State: active;expires=1\r\n",
                      NULL);
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  assert_header (request, "Call-ID", call_id);
  assert_header (request, "Expires", "600");
  to = raw_message_get (request, "To");
  g_assert_true (strstr (to, ";tag=raw") != NULL);
  raw_message_reply (request, 200, EXPIRES);
  g_assert_cmpint (ullim_sip_subscription_get_state (fixture->subscription), ==,
                   ULLIM_SIP_SUBSCRIPTION_ACTIVE);
}

static gboolean
is_leave (gpointer data)
{
  return raw_peer_count (data, "SUBSCRIBE") > 0;
}

static void
test_end (Fixture *fixture, gconstpointer data)
{
  RawMessage *request = make_active (fixture);
  RawMessage *leave;
  guint       n_states = fixture->n_states;

  ullim_sip_subscription_end (fixture->subscription);
  leave = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  assert_header (leave, "Expires", "0");
  raw_message_reply (leave, 200, "Expires: 0\r\n");
  raw_message_notify (request, 2,
                      "Event: presence\r\nSubscription-State: terminated;reason=timeout\r\n", NULL);
  g_assert_cmpint (answer_status (fixture), ==, 200);
  g_assert_cmpuint (fixture->n_states, ==, n_states);
  g_assert_cmpuint (fixture->bodies->len, ==, 1);
  /* Now nobody has it any more. */
  raw_message_notify (request, 3, ACTIVE PIDF, "<x/>");
  g_assert_cmpint (answer_status (fixture), ==, 481);
}

/* The other side never sends the last NOTIFY. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  RawMessage              *leave;
  gint64                   begun;

  make_active (fixture);
  begun = g_get_monotonic_time ();
  ullim_sip_agent_stop_async (fixture->person->agent, NULL, support_async_result, &result);
  support_wait (is_leave, fixture->peer, "leave");
  leave = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  assert_header (leave, "Expires", "0");
  raw_message_reply (leave, 200, "Expires: 0\r\n");
  support_wait_ptr ((gpointer *) &result, "stopped");
  g_assert_true (ullim_sip_agent_stop_finish (fixture->person->agent, result, &error));
  g_assert_cmpint (g_get_monotonic_time () - begun, <, G_USEC_PER_SEC);
  g_assert_cmpint (ullim_sip_subscription_get_state (fixture->subscription), ==,
                   ULLIM_SIP_SUBSCRIPTION_WAITING);
}

/* Nor does it answer at all. */
static void
test_stop_silence (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  gint64                   begun;

  make_active (fixture);
  begun = g_get_monotonic_time ();
  ullim_sip_agent_stop_async (fixture->person->agent, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "stopped");
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 2 * G_USEC_PER_SEC);
}

/* Online again: anew, in another dialog. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  RawMessage              *request = make_active (fixture);
  g_autofree char         *call_id = raw_message_get (request, "Call-ID");
  g_autofree char         *other = NULL;

  ullim_sip_agent_stop_async (fixture->person->agent, NULL, support_async_result, &result);
  raw_message_reply (raw_peer_wait (fixture->peer, "SUBSCRIBE"), 481, NULL);
  support_wait_ptr ((gpointer *) &result, "stopped");
  ullim_sip_agent_start (fixture->person->agent);
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  other = raw_message_get (request, "Call-ID");
  g_assert_cmpstr (call_id, !=, other);
  raw_message_reply (request, 200, EXPIRES);
  raw_message_notify (request, 1, ACTIVE PIDF, "<again/>");
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_ACTIVE);
}

/* ---- Refused ---- */

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  static const int statuses[] = {400, 403, 404, 405, 406, 415, 420, 489, 501, 603};

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    subscribe (fixture);
    raw_message_reply (raw_peer_wait (fixture->peer, "SUBSCRIBE"), statuses[i], NULL);
    wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_REFUSED);
    g_assert_cmpint (ullim_sip_subscription_get_status (fixture->subscription), ==, statuses[i]);
    g_assert_cmpuint (raw_peer_count (fixture->peer, "SUBSCRIBE"), ==, 0);
    ullim_sip_subscription_end (fixture->subscription);
    g_assert_finalize_object (g_steal_pointer (&fixture->subscription));
  }
}

static void
test_renewed (Fixture *fixture, gconstpointer data)
{
  RawMessage *request;

  subscribe (fixture);
  raw_message_reply (raw_peer_wait (fixture->peer, "SUBSCRIBE"), 404, NULL);
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_REFUSED);
  ullim_sip_subscription_renew (fixture->subscription);
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  raw_message_reply (request, 200, EXPIRES);
  raw_message_notify (request, 1, ACTIVE PIDF, "<a/>");
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_ACTIVE);
  g_assert_cmpint (ullim_sip_subscription_get_status (fixture->subscription), ==, 0);
  /* Of an active one the old dialog is ended. */
  ullim_sip_subscription_renew (fixture->subscription);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *expires = NULL;

    request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
    expires = raw_message_get (request, "Expires");
    raw_message_reply (request, 200, g_str_equal (expires, "0") ? "Expires: 0\r\n" : EXPIRES);
  }
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_PENDING);
}

static const struct {
  const char               *reason;
  UllimSipSubscriptionState state;
  int                       status;
} ends[] = {
    {"terminated;reason=rejected", ULLIM_SIP_SUBSCRIPTION_REFUSED, 403},
    {"terminated;reason=noresource", ULLIM_SIP_SUBSCRIPTION_REFUSED, 404},
    {"terminated;reason=giveup", ULLIM_SIP_SUBSCRIPTION_WAITING, 0},
    {"terminated;reason=probation;retry-after=60", ULLIM_SIP_SUBSCRIPTION_WAITING, 0},
    {"terminated;reason=invented", ULLIM_SIP_SUBSCRIPTION_WAITING, 0},
    {"terminated", ULLIM_SIP_SUBSCRIPTION_WAITING, 0},
    {"Terminated;Reason=Rejected", ULLIM_SIP_SUBSCRIPTION_REFUSED, 403},
};

static void
test_ends (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autofree char *headers =
        g_strdup_printf ("Event: presence\r\nSubscription-State: %s\r\n" PIDF, ends[i].reason);
    RawMessage *request;

    g_ptr_array_set_size (fixture->bodies, 0);
    subscribe (fixture);
    request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
    raw_message_reply (request, 200, EXPIRES);
    raw_message_notify (request, 1, headers, "<last/>");
    wait_bodies (fixture, 1);
    g_assert_cmpstr (fixture->bodies->pdata[0], ==, "<last/>");
    g_assert_cmpint (answer_status (fixture), ==, 200);
    wait_state (fixture, ends[i].state);
    g_assert_cmpint (ullim_sip_subscription_get_status (fixture->subscription), ==, ends[i].status);
    ullim_sip_subscription_end (fixture->subscription);
    g_assert_finalize_object (g_steal_pointer (&fixture->subscription));
  }
  g_assert_cmpuint (raw_peer_count (fixture->peer, "SUBSCRIBE"), ==, 0);
}

/* ---- Again ---- */

static void
assert_anew (Fixture *fixture, const RawMessage *before)
{
  RawMessage      *request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  g_autofree char *old = raw_message_get (before, "Call-ID");
  g_autofree char *new = raw_message_get (request, "Call-ID");
  g_autofree char *to = raw_message_get (request, "To");

  g_assert_cmpstr (old, !=, new);
  g_assert_null (strstr (to, "tag="));
  raw_peer_set_tag (fixture->peer, "anew");
  raw_message_reply (request, 200, EXPIRES);
  raw_message_notify (request, 1, ACTIVE PIDF, "<anew/>");
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_ACTIVE);
}

static void
test_deactivated (Fixture *fixture, gconstpointer data)
{
  RawMessage *request = make_active (fixture);

  raw_message_notify (
      request, 2, "Event: presence\r\nSubscription-State: terminated;reason=deactivated\r\n", NULL);
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_WAITING);
  assert_anew (fixture, request);
}

static void
test_481 (Fixture *fixture, gconstpointer data)
{
  RawMessage        *request = make_active (fixture);
  g_autoptr (GBytes) body = g_bytes_new_static ("x", 1);

  ullim_sip_subscription_set_body (fixture->subscription, body);
  raw_message_reply (raw_peer_wait (fixture->peer, "SUBSCRIBE"), 481, NULL);
  assert_anew (fixture, request);
}

static void
test_423 (Fixture *fixture, gconstpointer data)
{
  RawMessage *request;

  subscribe (fixture);
  raw_message_reply (raw_peer_wait (fixture->peer, "SUBSCRIBE"), 423, "Min-Expires: 1800\r\n");
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  assert_header (request, "Expires", "1800");
  raw_message_reply (request, 200, "Expires: 1800\r\n");
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_PENDING);
}

static void
test_retry_after (Fixture *fixture, gconstpointer data)
{
  gint64 begun;

  subscribe (fixture);
  raw_message_reply (raw_peer_wait (fixture->peer, "SUBSCRIBE"), 503, "Retry-After: 3\r\n");
  begun = g_get_monotonic_time ();
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_WAITING);
  raw_peer_wait (fixture->peer, "SUBSCRIBE");
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, 3 * G_USEC_PER_SEC);
}

static void
test_ladder (Fixture *fixture, gconstpointer data)
{
  RawMessage *request;

  subscribe (fixture);
  raw_message_reply (raw_peer_wait (fixture->peer, "SUBSCRIBE"), 480, NULL);
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_WAITING);
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  raw_message_reply (request, 500, NULL);
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_WAITING);
  g_assert_cmpuint (raw_peer_count (fixture->peer, "SUBSCRIBE"), ==, 0);
}

static void
test_new_line (Fixture *fixture, gconstpointer data)
{
  RawMessage *request = make_active (fixture);

  ullim_sip_agent_reconnect (fixture->person->agent);
  assert_anew (fixture, request);
}

/* The server comes back at once: the line goes on over another connection, the dialog does not. */
static void
test_moved (Fixture *fixture, gconstpointer data)
{
  RawMessage *request = make_active (fixture);

  raw_peer_drop_connections (fixture->peer);
  assert_anew (fixture, request);
}

/* ---- Challenges ---- */

#define CHALLENGE                                                                                  \
  "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\"\r\n"

static void
test_challenge (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimSipSubscription) second = NULL;
  g_autofree char                 *credentials = NULL;
  g_autofree char                 *known = NULL;
  RawMessage                      *request;

  subscribe (fixture);
  raw_message_reply (raw_peer_wait (fixture->peer, "SUBSCRIBE"), 401, CHALLENGE);
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  credentials = raw_message_get (request, "Authorization");
  g_assert_nonnull (credentials);
  g_assert_true (strstr (credentials, "username=\"alice\"") != NULL);
  raw_message_reply (request, 200, EXPIRES);
  raw_message_notify (request, 1, ACTIVE PIDF, "<a/>");
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_ACTIVE);

  second = ullim_sip_subscription_new (
      fixture->person->agent, &(UllimSipSubscriptionSettings){.resource = "sip:carol@example.test",
                                                              .event = "presence",
                                                              .expires_s = 600});
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  known = raw_message_get (request, "Authorization");
  g_assert_nonnull (known);
  g_assert_true (strstr (known, "nc=00000002") != NULL);
  ullim_sip_subscription_end (second);
}

static void
test_wrong_password (Fixture *fixture, gconstpointer data)
{
  subscribe (fixture);
  for (guint i = 0; i < 2; i++)
    raw_message_reply (raw_peer_wait (fixture->peer, "SUBSCRIBE"), 401, CHALLENGE);
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_REFUSED);
  g_assert_cmpint (ullim_sip_subscription_get_status (fixture->subscription), ==, 401);
  g_assert_cmpuint (raw_peer_count (fixture->peer, "SUBSCRIBE"), ==, 0);
}

/* ---- What nobody should send ---- */

static void
test_strangers (Fixture *fixture, gconstpointer data)
{
  RawMessage      *request = make_active (fixture);
  RawMessage       stray = *request;
  g_autofree char *contact = raw_message_get (request, "Contact");

  /* Another tag than that of the dialog. */
  raw_peer_set_tag (fixture->peer, "somebody-else");
  raw_message_notify (request, 5, ACTIVE PIDF, "<spoof/>");
  g_assert_cmpint (answer_status (fixture), ==, 481);
  raw_peer_set_tag (fixture->peer, "raw");
  /* What was never subscribed. */
  stray.head = g_strdup_printf ("SUBSCRIBE x SIP/2.0\r\nFrom: <sip:alice@example.test>;tag=q\r\n"
                                "To: <sip:bob@example.test>;tag=w\r\nCall-ID: never\r\n"
                                "Contact: %s\r\n",
                                contact);
  raw_message_notify (&stray, 1, ACTIVE PIDF, "<stray/>");
  g_assert_cmpint (answer_status (fixture), ==, 481);
  /* Out of order. */
  raw_message_notify (request, 8, ACTIVE PIDF, "<eight/>");
  g_assert_cmpint (answer_status (fixture), ==, 200);
  raw_message_notify (request, 7, ACTIVE PIDF, "<seven/>");
  g_assert_cmpint (answer_status (fixture), ==, 500);
  /* Of another package. */
  raw_message_notify (request, 9, "Event: dialog\r\nSubscription-State: active\r\n" PIDF,
                      "<other/>");
  g_assert_cmpint (answer_status (fixture), ==, 489);
  raw_message_notify (request, 10, ACTIVE PIDF, "<ten/>");
  wait_bodies (fixture, 3);
  g_assert_cmpstr (fixture->bodies->pdata[1], ==, "<eight/>");
  g_assert_cmpstr (fixture->bodies->pdata[2], ==, "<ten/>");
  g_free (stray.head);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  RawMessage      *request;
  g_autofree char *long_type = g_strdup_printf (ACTIVE "Content-Type: a/b;p=%0600d\r\n", 0);

  subscribe (fixture);
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  raw_message_reply (request, 200, EXPIRES);
  raw_message_notify (request, 1, ACTIVE PIDF "Content-Encoding: gzip\r\n", "zzz");
  g_assert_cmpint (answer_status (fixture), ==, 415);
  raw_message_notify (request, 2, ACTIVE, "no type");
  g_assert_cmpint (answer_status (fixture), ==, 200);
  raw_message_notify (request, 3, long_type, "long");
  g_assert_cmpint (answer_status (fixture), ==, 200);
  raw_message_notify (request, 4, ACTIVE PIDF, "<good/>");
  g_assert_cmpint (answer_status (fixture), ==, 200);
  wait_bodies (fixture, 1);
  g_assert_cmpuint (fixture->bodies->len, ==, 1);
  g_assert_cmpstr (fixture->bodies->pdata[0], ==, "<good/>");
}

static void
test_too_long (Fixture *fixture, gconstpointer data)
{
  g_autofree char *body = g_strnfill (ULLIM_SIP_MAX_NOTIFY_BYTES + 1, 'x');
  RawMessage      *request;

  subscribe (fixture);
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  raw_message_reply (request, 200, EXPIRES);
  raw_message_notify (request, 1, ACTIVE PIDF, body);
  g_assert_cmpint (answer_status (fixture), ==, 413);
  body[ULLIM_SIP_MAX_NOTIFY_BYTES] = 0;
  raw_message_notify (request, 2, ACTIVE PIDF, body);
  wait_bodies (fixture, 1);
  g_assert_cmpuint (strlen (fixture->bodies->pdata[0]), ==, ULLIM_SIP_MAX_NOTIFY_BYTES);
}

/* ---- Silence ---- */

#define SILENCE_DEADLINE_US (60 * G_USEC_PER_SEC)

static void
wait_long (Fixture *fixture, UllimSipSubscriptionState state)
{
  gint64 deadline = g_get_monotonic_time () + SILENCE_DEADLINE_US;

  while (ullim_sip_subscription_get_state (fixture->subscription) != state) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    g_main_context_iteration (NULL, TRUE);
  }
}

/* Taken, but nobody ever notifies (RFC 6665 section 4.1.2.4). */
static void
test_no_notify (Fixture *fixture, gconstpointer data)
{
  RawMessage *request;

  subscribe (fixture);
  raw_message_reply (raw_peer_wait (fixture->peer, "SUBSCRIBE"), 200, EXPIRES);
  wait_state (fixture, ULLIM_SIP_SUBSCRIPTION_PENDING);
  wait_long (fixture, ULLIM_SIP_SUBSCRIPTION_WAITING);
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  assert_header (request, "Expires", "0");
  raw_message_reply (request, 200, "Expires: 0\r\n");
  request = raw_peer_wait (fixture->peer, "SUBSCRIBE");
  assert_header (request, "Expires", "600");
}

static void
test_no_answer (Fixture *fixture, gconstpointer data)
{
  subscribe (fixture);
  raw_peer_wait (fixture->peer, "SUBSCRIBE");
  wait_long (fixture, ULLIM_SIP_SUBSCRIPTION_WAITING);
  raw_peer_wait (fixture->peer, "SUBSCRIBE");
}

/* ---- Many ---- */

#define N_MANY 200

static gboolean
has_many (gpointer data)
{
  Expectation *expected = data;

  return raw_peer_count (expected->fixture->peer, "SUBSCRIBE") >= expected->n;
}

static void
test_window (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GBytes)    empty = g_bytes_new_static ("", 0);
  Expectation           full = {fixture, 0, ULLIM_SIP_SUBSCRIBE_WINDOW};
  guint                 n_answered = 0;

  for (guint i = 0; i < N_MANY; i++) {
    g_autofree char *resource = g_strdup_printf ("sip:p%u@example.test", i);

    g_ptr_array_add (all, ullim_sip_subscription_new (
                              fixture->person->agent,
                              &(UllimSipSubscriptionSettings){
                                  .resource = resource, .event = "presence", .expires_s = 600}));
  }
  support_wait (has_many, &full, "a full window");
  /* Something that comes after whatever might be sent beyond it. */
  ullim_sip_agent_send_message_async (fixture->person->agent, "sip:bob@example.test", "c", 0,
                                      "text/plain", empty, NULL, NULL, NULL);
  raw_message_reply (raw_peer_wait (fixture->peer, "MESSAGE"), 200, NULL);
  g_assert_cmpuint (raw_peer_count (fixture->peer, "SUBSCRIBE"), ==, ULLIM_SIP_SUBSCRIBE_WINDOW);
  for (; n_answered < N_MANY; n_answered++)
    raw_message_reply (raw_peer_wait (fixture->peer, "SUBSCRIBE"), n_answered % 2 ? 200 : 404,
                       EXPIRES);
  for (guint i = 0; i < N_MANY; i++)
    ullim_sip_subscription_end (all->pdata[i]);
}

#define ADD(path, setting, function)                                                               \
  g_test_add ("/sip-subscription/" path, Fixture, &setting, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  static const Setting udp = {"udp", FALSE}, tcp = {"tcp", FALSE}, online = {"tcp", TRUE},
                       online_udp = {"udp", TRUE};

  g_test_init (&argc, &argv, NULL);
  ADD ("active-udp", udp, test_active);
  ADD ("active-tcp", tcp, test_active);
  ADD ("active-registered-udp", online_udp, test_active);
  ADD ("active-registered-tcp", online, test_active);
  ADD ("notify-first", tcp, test_notify_first);
  ADD ("pending", tcp, test_pending);
  ADD ("list", tcp, test_list);
  ADD ("refresh", tcp, test_refresh);
  ADD ("end", tcp, test_end);
  ADD ("stop", online, test_stop);
  ADD ("stop-silence", online, test_stop_silence);
  ADD ("restart", online, test_restart);
  ADD ("refused", tcp, test_refused);
  ADD ("renewed", tcp, test_renewed);
  ADD ("ends", tcp, test_ends);
  ADD ("deactivated", tcp, test_deactivated);
  ADD ("481", tcp, test_481);
  ADD ("423", tcp, test_423);
  ADD ("retry-after", tcp, test_retry_after);
  ADD ("ladder", tcp, test_ladder);
  ADD ("new-line", online, test_new_line);
  ADD ("moved", online, test_moved);
  ADD ("challenge", tcp, test_challenge);
  ADD ("wrong-password", tcp, test_wrong_password);
  ADD ("strangers-udp", udp, test_strangers);
  ADD ("strangers-tcp", tcp, test_strangers);
  ADD ("damaged", tcp, test_damaged);
  ADD ("too-long", tcp, test_too_long);
  ADD ("window", tcp, test_window);
  g_test_add ("/sip-events-silence/no-notify", Fixture, &tcp, set_up, test_no_notify, tear_down);
  g_test_add ("/sip-events-silence/no-answer", Fixture, &udp, set_up, test_no_answer, tear_down);
  return g_test_run ();
}
