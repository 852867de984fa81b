/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Subscriptions to somebody without a server, by a watcher made of text, and by our own subscriber.
 */
#include "sip-notifier.h"

#include <string.h>

#include "raw-peer.h"
#include "sip-person.h"
#include "sip-subscription.h"
#include "support.h"

#define TYPE "application/pidf+xml"

typedef struct {
  UllimSipStack *stack;
  RawPeer       *peer;
  Person        *bob;
  GPtrArray     *notifiers; /* of UllimSipNotifier */
  guint          n_ended;
  guint          n_dialogs;
} Fixture;

/* What a SUBSCRIBE says; the rest is as it has to be. */
typedef struct {
  const char *from;
  const char *expires;
  guint       dialog;
  guint       cseq;
  const char *to_tag; /* within a dialog */
} Subscribe;

static void
on_ended (UllimSipNotifier *notifier, Fixture *fixture)
{
  fixture->n_ended++;
}

static void
on_subscribe (UllimSipAgent *agent, UllimSipNotifier *notifier, Fixture *fixture)
{
  g_ptr_array_add (fixture->notifiers, g_object_ref (notifier));
  g_signal_connect (notifier, "ended", G_CALLBACK (on_ended), fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->stack = ullim_sip_stack_new ();
  fixture->peer = raw_peer_new ();
  fixture->bob = person_new_direct (fixture->stack, "bob", NULL);
  fixture->notifiers = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (fixture->bob->agent, "subscribe-received", G_CALLBACK (on_subscribe), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->bob->agent, fixture);
  for (guint i = 0; i < fixture->notifiers->len; i++)
    g_signal_handlers_disconnect_by_data (fixture->notifiers->pdata[i], fixture);
  g_ptr_array_unref (fixture->notifiers);
  person_free (fixture->bob);
  stack_free (fixture->stack);
  raw_peer_free (fixture->peer);
}

static guint16
bob_port (Fixture *fixture)
{
  return g_ascii_strtoull (strrchr (fixture->bob->address, ':') + 1, NULL, 10);
}

static void
send_subscribe (Fixture *fixture, Subscribe subscribe)
{
  guint            port = raw_peer_get_port (fixture->peer);
  guint            n = ++fixture->n_dialogs;
  g_autofree char *text = g_strdup_printf (
      "SUBSCRIBE %s SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bKs%u\r\n"
      "Max-Forwards: 70\r\nFrom: %s;tag=w%u\r\nTo: <sip:bob@127.0.0.1>%s%s\r\n"
      "Call-ID: watch-%u\r\nCSeq: %u SUBSCRIBE\r\nContact: <sip:eve@127.0.0.1:%u>\r\n"
      "Event: presence\r\nAccept: " TYPE "\r\n%s%s%sContent-Length: 0\r\n\r\n",
      fixture->bob->address, port, n,
      subscribe.from ? subscribe.from : "\"Eve \\\"E\\\"\" <sip:eve@example.test>",
      subscribe.dialog, subscribe.to_tag ? ";tag=" : "", subscribe.to_tag ? subscribe.to_tag : "",
      subscribe.dialog, subscribe.cseq ? subscribe.cseq : 1, port,
      subscribe.expires ? "Expires: " : "", subscribe.expires ? subscribe.expires : "",
      subscribe.expires ? "\r\n" : "");

  raw_peer_send_udp (fixture->peer, bob_port (fixture), text);
}

typedef struct {
  Fixture *fixture;
  guint    n;
} Expectation;

static gboolean
has_notifiers (gpointer data)
{
  Expectation *expected = data;

  return expected->fixture->notifiers->len >= expected->n;
}

static gboolean
has_ended (gpointer data)
{
  Expectation *expected = data;

  return expected->fixture->n_ended >= expected->n;
}

static UllimSipNotifier *
wait_notifier (Fixture *fixture, guint n)
{
  Expectation expected = {fixture, n};

  support_wait (has_notifiers, &expected, "somebody subscribes");
  return fixture->notifiers->pdata[n - 1];
}

static void
wait_ended (Fixture *fixture, guint n)
{
  Expectation expected = {fixture, n};

  support_wait (has_ended, &expected, "ended");
}

static int
answer_status (Fixture *fixture)
{
  return raw_peer_wait_answer (fixture->peer, "SUBSCRIBE")->status;
}

/* Takes the next NOTIFY and answers it. */
static RawMessage *
expect (Fixture *fixture, const char *state, const char *body)
{
  RawMessage      *notify = raw_peer_wait (fixture->peer, "NOTIFY");
  g_autofree char *found = raw_message_get (notify, "Subscription-State");
  g_autofree char *event = raw_message_get (notify, "Event");

  if (!g_str_has_prefix (found, state))
    g_error ("expected %s, got %s", state, found);
  g_assert_cmpstr (event, ==, "presence");
  g_assert_cmpmem (notify->body->data, notify->body->len, body ? body : "",
                   body ? strlen (body) : 0);
  raw_message_reply (notify, 200, NULL);
  return notify;
}

static GBytes *
bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
notify (UllimSipNotifier *notifier, const char *text)
{
  g_autoptr (GBytes) body = bytes (text);

  ullim_sip_notifier_notify (notifier, TYPE, body);
}

/* Returns: the To tag of the dialog. */
static char *
watch (Fixture *fixture, guint dialog)
{
  g_autoptr (GBytes) body = bytes ("<now/>");
  guint              n = fixture->notifiers->len + 1;
  RawMessage        *answer;
  g_autofree char   *to = NULL;

  send_subscribe (fixture, (Subscribe){.dialog = dialog, .expires = "600"});
  ullim_sip_notifier_accept (wait_notifier (fixture, n), FALSE, TYPE, body);
  answer = raw_peer_wait_answer (fixture->peer, "SUBSCRIBE");
  g_assert_cmpint (answer->status, ==, 200);
  to = raw_message_get (answer, "To");
  expect (fixture, "active;expires=", "<now/>");
  return g_strdup (strstr (to, "tag=") + strlen ("tag="));
}

static void
assert_expires (const RawMessage *message, guint least, guint most)
{
  g_autofree char *expires = raw_message_get (message, "Expires");

  g_assert_nonnull (expires);
  g_assert_cmpuint (g_ascii_strtoull (expires, NULL, 10), >=, least);
  g_assert_cmpuint (g_ascii_strtoull (expires, NULL, 10), <=, most);
}

/* ---- In order ---- */

static void
test_active (Fixture *fixture, gconstpointer data)
{
  g_autofree char  *tag = watch (fixture, 1);
  UllimSipNotifier *notifier = fixture->notifiers->pdata[0];

  g_assert_nonnull (tag);
  g_assert_cmpstr (ullim_sip_notifier_get_from (notifier), ==, "sip:eve@example.test");
  g_assert_cmpstr (ullim_sip_notifier_get_name (notifier), ==, "Eve \"E\"");
  g_assert_cmpstr (ullim_sip_notifier_get_event (notifier), ==, "presence");
  notify (notifier, "<then/>");
  expect (fixture, "active", "<then/>");
  ullim_sip_notifier_end (notifier, "rejected");
  expect (fixture, "terminated;reason=rejected", NULL);
  g_assert_cmpuint (fixture->n_ended, ==, 1);
  notify (notifier, "<never/>");
}

static void
test_pending (Fixture *fixture, gconstpointer data)
{
  UllimSipNotifier *notifier;

  send_subscribe (fixture, (Subscribe){.dialog = 1});
  notifier = wait_notifier (fixture, 1);
  ullim_sip_notifier_accept (notifier, TRUE, NULL, NULL);
  g_assert_cmpint (answer_status (fixture), ==, 202);
  expect (fixture, "pending", NULL);
  notify (notifier, "<allowed/>");
  expect (fixture, "active", "<allowed/>");
}

/* Of many changes while a NOTIFY is under way only the last is told. */
static void
test_coalesced (Fixture *fixture, gconstpointer data)
{
  g_autofree char  *tag = watch (fixture, 1);
  UllimSipNotifier *notifier = fixture->notifiers->pdata[0];
  RawMessage       *under_way;

  notify (notifier, "<1/>");
  under_way = raw_peer_wait (fixture->peer, "NOTIFY");
  notify (notifier, "<2/>");
  notify (notifier, "<3/>");
  raw_message_reply (under_way, 200, NULL);
  expect (fixture, "active", "<3/>");
  g_assert_cmpuint (raw_peer_count (fixture->peer, "NOTIFY"), ==, 0);
}

static void
test_refresh (Fixture *fixture, gconstpointer data)
{
  g_autofree char *tag = watch (fixture, 1);

  send_subscribe (fixture, (Subscribe){.dialog = 1, .cseq = 2, .to_tag = tag, .expires = "900000"});
  assert_expires (raw_peer_wait_answer (fixture->peer, "SUBSCRIBE"), 1, ULLIM_SIP_NOTIFIER_MAX_S);
  expect (fixture, "active", "<now/>");
  g_assert_cmpuint (fixture->notifiers->len, ==, 1);
  g_assert_cmpuint (fixture->n_ended, ==, 0);
}

static void
test_unsubscribe (Fixture *fixture, gconstpointer data)
{
  g_autofree char *tag = watch (fixture, 1);

  send_subscribe (fixture, (Subscribe){.dialog = 1, .cseq = 2, .to_tag = tag, .expires = "0"});
  g_assert_cmpint (answer_status (fixture), ==, 200);
  wait_ended (fixture, 1);
  expect (fixture, "terminated", "<now/>");
}

static void
test_fetch (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) body = bytes ("<once/>");

  send_subscribe (fixture, (Subscribe){.dialog = 1, .expires = "0"});
  ullim_sip_notifier_accept (wait_notifier (fixture, 1), FALSE, TYPE, body);
  g_assert_cmpint (answer_status (fixture), ==, 200);
  expect (fixture, "terminated", "<once/>");
  wait_ended (fixture, 1);
}

/* ---- Refused ---- */

static void
test_rejected (Fixture *fixture, gconstpointer data)
{
  send_subscribe (fixture, (Subscribe){.dialog = 1});
  ullim_sip_notifier_reject (wait_notifier (fixture, 1), 403);
  g_assert_cmpint (answer_status (fixture), ==, 403);
  g_assert_cmpuint (fixture->n_ended, ==, 1);
  /* Nothing is told to them, neither by mistake. */
  notify (fixture->notifiers->pdata[0], "<secret/>");
  send_subscribe (fixture, (Subscribe){.dialog = 2, .expires = "30"});
  g_assert_cmpint (answer_status (fixture), ==, 423);
  g_assert_cmpuint (raw_peer_count (fixture->peer, "NOTIFY"), ==, 0);
}

static void
test_undecided (Fixture *fixture, gconstpointer data)
{
  send_subscribe (fixture, (Subscribe){.dialog = 1});
  wait_notifier (fixture, 1);
  wait_ended (fixture, 1);
  g_assert_cmpint (answer_status (fixture), ==, 480);
  ullim_sip_notifier_accept (fixture->notifiers->pdata[0], TRUE, NULL, NULL);
  g_assert_cmpuint (raw_peer_count (fixture->peer, "NOTIFY"), ==, 0);
}

static void
test_limit_each (Fixture *fixture, gconstpointer data)
{
  g_autofree char *retry_after = NULL;
  RawMessage      *answer;

  for (guint i = 1; i <= ULLIM_SIP_MAX_NOTIFIERS_EACH; i++)
    g_free (watch (fixture, i));
  send_subscribe (fixture, (Subscribe){.dialog = 100});
  answer = raw_peer_wait_answer (fixture->peer, "SUBSCRIBE");
  g_assert_cmpint (answer->status, ==, 503);
  retry_after = raw_message_get (answer, "Retry-After");
  g_assert_nonnull (retry_after);
  /* Somebody else is not affected. */
  send_subscribe (fixture, (Subscribe){.dialog = 101, .from = "<sip:carol@example.test>"});
  ullim_sip_notifier_reject (wait_notifier (fixture, ULLIM_SIP_MAX_NOTIFIERS_EACH + 1), 403);
  g_assert_cmpint (answer_status (fixture), ==, 403);
  /* And who leaves makes room. */
  ullim_sip_notifier_end (fixture->notifiers->pdata[0], "deactivated");
  expect (fixture, "terminated;reason=deactivated", NULL);
  g_free (watch (fixture, 102));
}

static void
test_481 (Fixture *fixture, gconstpointer data)
{
  g_autofree char *tag = watch (fixture, 1);

  notify (fixture->notifiers->pdata[0], "<x/>");
  raw_message_reply (raw_peer_wait (fixture->peer, "NOTIFY"), 481, NULL);
  wait_ended (fixture, 1);
  notify (fixture->notifiers->pdata[0], "<y/>");
  send_subscribe (fixture, (Subscribe){.dialog = 1, .cseq = 2, .to_tag = tag, .expires = "600"});
  g_assert_cmpint (answer_status (fixture), ==, 481);
  g_assert_cmpuint (raw_peer_count (fixture->peer, "NOTIFY"), ==, 0);
}

/* What was told at last is waited for, also what waited itself. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char         *tag = watch (fixture, 1);
  RawMessage              *under_way;

  notify (fixture->notifiers->pdata[0], "<under-way/>");
  under_way = raw_peer_wait (fixture->peer, "NOTIFY");
  notify (fixture->notifiers->pdata[0], "<bye/>");
  ullim_sip_agent_stop_async (fixture->bob->agent, NULL, support_async_result, &result);
  g_assert_cmpuint (fixture->n_ended, ==, 1);
  raw_message_reply (under_way, 200, NULL);
  expect (fixture, "terminated;reason=giveup", "<bye/>");
  support_wait_ptr ((gpointer *) &result, "stopped");
}

static void
test_stop_silence (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char         *tag = watch (fixture, 1);
  gint64                   begun = g_get_monotonic_time ();

  ullim_sip_agent_stop_async (fixture->bob->agent, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "stopped");
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 2 * G_USEC_PER_SEC);
}

/* What was not told yet is not told with a rejection. */
static void
test_no_leak (Fixture *fixture, gconstpointer data)
{
  g_autofree char *tag = watch (fixture, 1);
  RawMessage      *under_way;

  notify (fixture->notifiers->pdata[0], "<1/>");
  under_way = raw_peer_wait (fixture->peer, "NOTIFY");
  notify (fixture->notifiers->pdata[0], "<secret/>");
  ullim_sip_notifier_end (fixture->notifiers->pdata[0], "rejected");
  raw_message_reply (under_way, 200, NULL);
  expect (fixture, "terminated;reason=rejected", NULL);
}

/* ---- With our own subscriber ---- */

static void
on_notified (UllimSipSubscription *subscription,
             const char           *content_type,
             GBytes               *body,
             GString              *heard)
{
  if (body)
    g_string_append_len (heard, g_bytes_get_data (body, NULL), g_bytes_get_size (body));
}

typedef struct {
  UllimSipSubscription     *subscription;
  UllimSipSubscriptionState state;
  GString                  *heard;
  const char               *text;
} Heard;

static gboolean
is_heard (gpointer data)
{
  Heard *expected = data;

  return ullim_sip_subscription_get_state (expected->subscription) == expected->state &&
         strcmp (expected->heard->str, expected->text) == 0;
}

static void
test_own (Fixture *fixture, gconstpointer data)
{
  const char                      *transport = data;
  g_autoptr (GBytes)               body = bytes ("one ");
  g_autoptr (GString)              heard = g_string_new (NULL);
  g_autofree char                 *resource = NULL;
  g_autoptr (UllimSipSubscription) subscription = NULL;
  Person                          *alice = person_new_direct (fixture->stack, "alice", "Alice");
  Heard                            expected = {NULL, 0, heard, ""};

  resource = g_strdup_printf ("%s;transport=%s", fixture->bob->address, transport);
  subscription = ullim_sip_subscription_new (
      alice->agent,
      &(UllimSipSubscriptionSettings){
          .resource = resource, .event = "presence", .accept = TYPE, .expires_s = 600});
  g_signal_connect (subscription, "notified", G_CALLBACK (on_notified), heard);
  expected.subscription = subscription;
  ullim_sip_notifier_accept (wait_notifier (fixture, 1), TRUE, NULL, NULL);
  expected.state = ULLIM_SIP_SUBSCRIPTION_PENDING;
  support_wait (is_heard, &expected, "pending");
  ullim_sip_notifier_notify (fixture->notifiers->pdata[0], TYPE, body);
  expected.state = ULLIM_SIP_SUBSCRIPTION_ACTIVE;
  expected.text = "one ";
  support_wait (is_heard, &expected, "active");
  notify (fixture->notifiers->pdata[0], "two");
  expected.text = "one two";
  support_wait (is_heard, &expected, "changed");
  ullim_sip_notifier_end (fixture->notifiers->pdata[0], "rejected");
  expected.state = ULLIM_SIP_SUBSCRIPTION_REFUSED;
  support_wait (is_heard, &expected, "rejected");
  g_assert_cmpint (ullim_sip_subscription_get_status (subscription), ==, 403);
  ullim_sip_subscription_renew (subscription);
  ullim_sip_notifier_accept (wait_notifier (fixture, 2), FALSE, TYPE, body);
  expected.state = ULLIM_SIP_SUBSCRIPTION_ACTIVE;
  expected.text = "one twoone ";
  support_wait (is_heard, &expected, "again");
  ullim_sip_subscription_end (subscription);
  wait_ended (fixture, 2);
  person_free (alice);
}

/* Somebody who is not there: the next try is later. */
static void
test_nobody (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString)              heard = g_string_new (NULL);
  g_autofree char                 *resource = NULL;
  g_autoptr (UllimSipSubscription) subscription = NULL;
  Heard                            expected = {NULL, ULLIM_SIP_SUBSCRIPTION_ASKING, heard, ""};
  RawPeer                         *gone = raw_peer_new ();

  resource = g_strdup_printf ("sip:nobody@127.0.0.1:%u;transport=tcp", raw_peer_get_port (gone));
  raw_peer_free (gone);
  subscription = ullim_sip_subscription_new (
      fixture->bob->agent,
      &(UllimSipSubscriptionSettings){.resource = resource, .event = "presence", .expires_s = 600});
  expected.subscription = subscription;
  support_wait (is_heard, &expected, "asking");
  expected.state = ULLIM_SIP_SUBSCRIPTION_WAITING;
  support_wait (is_heard, &expected, "waiting");
  ullim_sip_subscription_end (subscription);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/sip-notifier/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("active", test_active);
  ADD ("pending", test_pending);
  ADD ("coalesced", test_coalesced);
  ADD ("refresh", test_refresh);
  ADD ("unsubscribe", test_unsubscribe);
  ADD ("fetch", test_fetch);
  ADD ("rejected", test_rejected);
  ADD ("undecided", test_undecided);
  ADD ("limit-each", test_limit_each);
  ADD ("481", test_481);
  ADD ("stop", test_stop);
  ADD ("stop-silence", test_stop_silence);
  ADD ("no-leak", test_no_leak);
  g_test_add ("/sip-notifier/own/udp", Fixture, "udp", set_up, test_own, tear_down);
  g_test_add ("/sip-notifier/own/tcp", Fixture, "tcp", set_up, test_own, tear_down);
  ADD ("nobody", test_nobody);
  return g_test_run ();
}
