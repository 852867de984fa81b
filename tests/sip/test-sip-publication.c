/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The publisher against a server that says whatever it is told to.
 */
#include "sip-publication.h"

#include <string.h>

#include "raw-peer.h"
#include "sip-person.h"
#include "support.h"

#define TYPE "application/pidf+xml"

typedef struct {
  UllimSipStack       *stack;
  RawPeer             *peer;
  Person              *person;
  UllimSipPublication *publication;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *proxy = NULL;
  UllimSipConfig   config = {.address = "sip:alice@example.test", .registers = TRUE};

  fixture->stack = ullim_sip_stack_new ();
  fixture->peer = raw_peer_new ();
  proxy = g_strdup_printf ("sip:127.0.0.1:%u;transport=tcp", raw_peer_get_port (fixture->peer));
  config.proxy = proxy;
  config.password = "secret";
  fixture->person = person_new (fixture->stack, config);
  ullim_sip_agent_start (fixture->person->agent);
  person_wait (fixture->person, ULLIM_SIP_ONLINE);
  fixture->publication = ullim_sip_publication_new (fixture->person->agent, "presence");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->publication));
  person_free (fixture->person);
  stack_free (fixture->stack);
  raw_peer_free (fixture->peer);
}

static void
set (Fixture *fixture, const char *text)
{
  g_autoptr (GBytes) body = text ? g_bytes_new (text, strlen (text)) : NULL;

  ullim_sip_publication_set (fixture->publication, text ? TYPE : NULL, body);
}

typedef struct {
  UllimSipPublication     *publication;
  UllimSipPublicationState state;
} Expectation;

static gboolean
has_state (gpointer data)
{
  Expectation *expected = data;

  return ullim_sip_publication_get_state (expected->publication) == expected->state;
}

static void
wait_state (Fixture *fixture, UllimSipPublicationState state)
{
  Expectation expected = {fixture->publication, state};

  support_wait (has_state, &expected, "publication state");
}

static void
assert_header (const RawMessage *message, const char *name, const char *value)
{
  g_autofree char *found = raw_message_get (message, name);

  g_assert_cmpstr (found, ==, value);
}

/* The next PUBLISH: @body NULL for none. */
static RawMessage *
expect (Fixture *fixture, const char *body, const char *if_match)
{
  RawMessage *request = raw_peer_wait (fixture->peer, "PUBLISH");

  g_assert_cmpmem (request->body->data, request->body->len, body ? body : "",
                   body ? strlen (body) : 0);
  assert_header (request, "SIP-If-Match", if_match);
  assert_header (request, "Event", "presence");
  assert_header (request, "Content-Type", body ? TYPE : NULL);
  return request;
}

static void
accept (const RawMessage *request, const char *etag, guint expires_s)
{
  g_autofree char *extra = g_strdup_printf ("SIP-ETag: %s\r\nExpires: %u\r\n", etag, expires_s);

  raw_message_reply (request, 200, extra);
}

static void
publish (Fixture *fixture)
{
  set (fixture, "one");
  accept (expect (fixture, "one", NULL), "e1", 600);
  wait_state (fixture, ULLIM_SIP_PUBLICATION_PUBLISHED);
}

static void
test_modify (Fixture *fixture, gconstpointer data)
{
  RawMessage *request;

  set (fixture, "one");
  request = expect (fixture, "one", NULL);
  g_assert_true (g_str_has_prefix (request->head, "PUBLISH sip:alice@example.test SIP/2.0\r\n"));
  assert_header (request, "Contact", NULL);
  assert_header (request, "Expires", "600");
  /* While one is under way only the last goes out. */
  set (fixture, "two");
  set (fixture, "three");
  accept (request, "e1", 600);
  accept (expect (fixture, "three", "e1"), "e2", 600);
  wait_state (fixture, ULLIM_SIP_PUBLICATION_PUBLISHED);
  set (fixture, "four");
  g_assert_cmpint (ullim_sip_publication_get_state (fixture->publication), ==,
                   ULLIM_SIP_PUBLICATION_WAITING);
  accept (expect (fixture, "four", "e2"), "e3", 600);
  wait_state (fixture, ULLIM_SIP_PUBLICATION_PUBLISHED);
  g_assert_cmpuint (raw_peer_count (fixture->peer, "PUBLISH"), ==, 0);
}

static void
test_refresh (Fixture *fixture, gconstpointer data)
{
  set (fixture, "one");
  accept (expect (fixture, "one", NULL), "e1", 1);
  accept (expect (fixture, NULL, "e1"), "e2", 600);
  wait_state (fixture, ULLIM_SIP_PUBLICATION_PUBLISHED);
  set (fixture, "two");
  accept (expect (fixture, "two", "e2"), "e3", 600);
  wait_state (fixture, ULLIM_SIP_PUBLICATION_PUBLISHED);
}

static void
test_412 (Fixture *fixture, gconstpointer data)
{
  publish (fixture);
  set (fixture, "two");
  raw_message_reply (expect (fixture, "two", "e1"), 412, NULL);
  accept (expect (fixture, "two", NULL), "n1", 600);
  wait_state (fixture, ULLIM_SIP_PUBLICATION_PUBLISHED);
  set (fixture, "three");
  accept (expect (fixture, "three", "n1"), "n2", 600);
  wait_state (fixture, ULLIM_SIP_PUBLICATION_PUBLISHED);
}

/* One that says so for ever is not asked in a circle. */
static void
test_412_again (Fixture *fixture, gconstpointer data)
{
  gint64 begun = g_get_monotonic_time ();

  publish (fixture);
  set (fixture, "two");
  raw_message_reply (expect (fixture, "two", "e1"), 412, NULL);
  raw_message_reply (expect (fixture, "two", NULL), 412, NULL);
  expect (fixture, "two", NULL);
  g_assert_cmpint (g_get_monotonic_time () - begun, >, G_USEC_PER_SEC);
}

static void
test_423 (Fixture *fixture, gconstpointer data)
{
  RawMessage *request;

  set (fixture, "one");
  raw_message_reply (expect (fixture, "one", NULL), 423, "Min-Expires: 1200\r\n");
  request = expect (fixture, "one", NULL);
  assert_header (request, "Expires", "1200");
  accept (request, "e", 1200);
  wait_state (fixture, ULLIM_SIP_PUBLICATION_PUBLISHED);
}

static void
test_challenge (Fixture *fixture, gconstpointer data)
{
  g_autofree char *credentials = NULL;
  RawMessage      *request;

  set (fixture, "one");
  raw_message_reply (expect (fixture, "one", NULL), 407,
                     "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n");
  request = expect (fixture, "one", NULL);
  credentials = raw_message_get (request, "Proxy-Authorization");
  g_assert_nonnull (credentials);
  accept (request, "e1", 600);
  wait_state (fixture, ULLIM_SIP_PUBLICATION_PUBLISHED);
  set (fixture, "two");
  accept (expect (fixture, "two", "e1"), "e2", 600);
  wait_state (fixture, ULLIM_SIP_PUBLICATION_PUBLISHED);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  static const int statuses[] = {403, 404, 405, 489, 501};

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autofree char *text = g_strdup_printf ("%d", statuses[i]);

    set (fixture, text);
    raw_message_reply (expect (fixture, text, NULL), statuses[i], NULL);
    wait_state (fixture, ULLIM_SIP_PUBLICATION_REFUSED);
    g_assert_cmpint (ullim_sip_publication_get_status (fixture->publication), ==, statuses[i]);
    set (fixture, "something else");
    g_assert_cmpint (ullim_sip_publication_get_state (fixture->publication), ==,
                     ULLIM_SIP_PUBLICATION_REFUSED);
    g_object_unref (fixture->publication);
    fixture->publication = ullim_sip_publication_new (fixture->person->agent, "presence");
  }
  g_assert_cmpuint (raw_peer_count (fixture->peer, "PUBLISH"), ==, 0);
}

static void
test_ladder (Fixture *fixture, gconstpointer data)
{
  gint64 begun;

  set (fixture, "one");
  raw_message_reply (expect (fixture, "one", NULL), 503, "Retry-After: 3\r\n");
  begun = g_get_monotonic_time ();
  /* Nothing new changes what the server asked for. */
  set (fixture, "two");
  accept (expect (fixture, "two", NULL), "e", 600);
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, 3 * G_USEC_PER_SEC);
  wait_state (fixture, ULLIM_SIP_PUBLICATION_PUBLISHED);
}

static void
remove_now (Fixture *fixture, GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  support_wait_ptr ((gpointer *) result, "removed");
  g_assert_true (ullim_sip_publication_remove_finish (fixture->publication, *result, &error));
  g_assert_no_error (error);
}

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  RawMessage              *request;

  publish (fixture);
  ullim_sip_publication_remove_async (fixture->publication, NULL, support_async_result, &result);
  request = expect (fixture, NULL, "e1");
  assert_header (request, "Expires", "0");
  raw_message_reply (request, 200, "Expires: 0\r\n");
  remove_now (fixture, &result);
  g_assert_cmpint (ullim_sip_publication_get_state (fixture->publication), ==,
                   ULLIM_SIP_PUBLICATION_WAITING);
  /* And what comes after it is published anew. */
  set (fixture, "two");
  accept (expect (fixture, "two", NULL), "e2", 600);
  wait_state (fixture, ULLIM_SIP_PUBLICATION_PUBLISHED);
}

/* The tag that has to be known for it comes with the answer. */
static void
test_remove_early (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  RawMessage              *request;

  set (fixture, "one");
  request = expect (fixture, "one", NULL);
  ullim_sip_publication_remove_async (fixture->publication, NULL, support_async_result, &result);
  accept (request, "e1", 600);
  request = expect (fixture, NULL, "e1");
  assert_header (request, "Expires", "0");
  raw_message_reply (request, 200, "Expires: 0\r\n");
  remove_now (fixture, &result);
}

static void
test_remove_silence (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  gint64                   begun = g_get_monotonic_time ();

  /* There is nothing to be removed. */
  ullim_sip_publication_remove_async (fixture->publication, NULL, support_async_result, &result);
  remove_now (fixture, &result);
  g_clear_object (&result);
  publish (fixture);
  begun = g_get_monotonic_time ();
  ullim_sip_publication_remove_async (fixture->publication, NULL, support_async_result, &result);
  remove_now (fixture, &result);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 2 * G_USEC_PER_SEC);
}

static void
test_remove_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  publish (fixture);
  ullim_sip_publication_remove_async (fixture->publication, cancellable, support_async_result,
                                      &result);
  g_cancellable_cancel (cancellable);
  support_wait_ptr ((gpointer *) &result, "cancelled");
  g_assert_false (ullim_sip_publication_remove_finish (fixture->publication, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* What the server still has is modified, not doubled. */
static void
test_new_line (Fixture *fixture, gconstpointer data)
{
  publish (fixture);
  ullim_sip_agent_reconnect (fixture->person->agent);
  raw_message_reply (expect (fixture, "one", "e1"), 412, NULL);
  accept (expect (fixture, "one", NULL), "e2", 600);
  wait_state (fixture, ULLIM_SIP_PUBLICATION_PUBLISHED);
}

static void
test_no_server (void)
{
  UllimSipStack                  *stack = ullim_sip_stack_new ();
  Person                         *person = person_new_direct (stack, "alice", NULL);
  g_autoptr (GBytes)              body = g_bytes_new_static ("x", 1);
  g_autoptr (UllimSipPublication) publication = NULL;

  publication = ullim_sip_publication_new (person->agent, "presence");
  ullim_sip_publication_set (publication, TYPE, body);
  g_assert_cmpint (ullim_sip_publication_get_state (publication), ==,
                   ULLIM_SIP_PUBLICATION_REFUSED);
  g_assert_cmpint (ullim_sip_publication_get_status (publication), ==, 0);
  g_clear_object (&publication);
  person_free (person);
  stack_free (stack);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/sip-publication/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("modify", test_modify);
  ADD ("refresh", test_refresh);
  ADD ("412", test_412);
  ADD ("412-again", test_412_again);
  ADD ("423", test_423);
  ADD ("challenge", test_challenge);
  ADD ("refused", test_refused);
  ADD ("ladder", test_ladder);
  ADD ("remove", test_remove);
  ADD ("remove-early", test_remove_early);
  ADD ("remove-silence", test_remove_silence);
  ADD ("remove-cancelled", test_remove_cancelled);
  ADD ("new-line", test_new_line);
  g_test_add_func ("/sip-publication/no-server", test_no_server);
  return g_test_run ();
}
