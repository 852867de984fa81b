/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presence between two engines without any server: asked for, allowed, told, denied, blocked, gone.
 */
#include "person.h"
#include "presence-person.h"
#include "support.h"

typedef struct {
  char   *alice_dir;
  char   *bob_dir;
  Person *alice;
  Person *bob; /* nullable */
  char   *alice_address;
  char   *bob_address;
  guint   n_requests;
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
on_requested (UllimPresenceService *presence, UllimWatcher *watcher, Fixture *fixture)
{
  fixture->n_requests++;
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
  g_signal_connect (ullim_engine_get_presence (fixture->bob->engine), "permission-requested",
                    G_CALLBACK (on_requested), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  person_stop (fixture->alice);
  if (fixture->bob)
    person_stop (fixture->bob);
  support_temp_dir_free (fixture->alice_dir);
  support_temp_dir_free (fixture->bob_dir);
  g_free (fixture->alice_address);
  g_free (fixture->bob_address);
}

static void
allow_and_see (Fixture *fixture)
{
  presence_person_watch (fixture->alice, fixture->bob_address);
  presence_person_wait_unknown (fixture->alice, fixture->bob_address,
                                ULLIM_PRESENCE_REASON_PENDING);
  presence_person_wait_asked (fixture->bob, 1);
  presence_person_decide (fixture->bob, fixture->alice_address, ULLIM_PERMISSION_ALLOWED);
  presence_person_wait (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_AVAILABLE, FALSE);
}

static void
test_asked_and_allowed (Fixture *fixture, gconstpointer data)
{
  UllimPresenceService *bob = ullim_engine_get_presence (fixture->bob->engine);
  UllimPresenceService *alice = ullim_engine_get_presence (fixture->alice->engine);

  allow_and_see (fixture);
  g_assert_cmpuint (fixture->n_requests, ==, 1);
  g_assert_cmpuint (ullim_presence_service_get_n_asked (bob), ==, 0);
  ullim_presence_service_set_own (bob, ULLIM_OWN_BUSY, "in a hurry\nreally");
  presence_person_wait (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_BUSY, FALSE);
  g_assert_cmpstr (presence_person_find (fixture->alice, fixture->bob_address)->note, ==,
                   "in a hurry really");
  ullim_presence_service_set_own (bob, ULLIM_OWN_DND, NULL);
  presence_person_wait (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_DND, FALSE);
  g_assert_null (presence_person_find (fixture->alice, fixture->bob_address)->note);
  ullim_presence_service_set_calls (bob, 1);
  ullim_presence_service_set_own (bob, ULLIM_OWN_AVAILABLE, NULL);
  presence_person_wait (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_ON_THE_PHONE, FALSE);
  ullim_presence_service_set_calls (bob, 0);
  ullim_presence_service_set_own (bob, ULLIM_OWN_INVISIBLE, "not for them");
  presence_person_wait (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_OFFLINE, FALSE);
  g_assert_null (presence_person_find (fixture->alice, fixture->bob_address)->note);
  ullim_presence_service_set_own (bob, ULLIM_OWN_AVAILABLE, NULL);
  presence_person_wait (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_AVAILABLE, FALSE);
  /* She never chose to see him change: what she tells is untouched by all this. */
  g_assert_cmpint (ullim_presence_service_get_told (alice), ==, ULLIM_PRESENCE_AVAILABLE);
}

static void
test_idle (Fixture *fixture, gconstpointer data)
{
  UllimPresenceService *bob = ullim_engine_get_presence (fixture->bob->engine);
  gint64                since_us = (g_get_real_time () / G_USEC_PER_SEC - 400) * G_USEC_PER_SEC;

  allow_and_see (fixture);
  ullim_presence_service_set_idle (bob, since_us);
  g_assert_cmpint (ullim_presence_service_get_told (bob), ==, ULLIM_PRESENCE_AWAY);
  g_assert_cmpint (ullim_presence_service_get_own (bob), ==, ULLIM_OWN_AVAILABLE);
  presence_person_wait (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_AWAY, FALSE);
  g_assert_cmpint (presence_person_find (fixture->alice, fixture->bob_address)->since_us, ==,
                   since_us);
  ullim_presence_service_set_idle (bob, 0);
  presence_person_wait (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_AVAILABLE, FALSE);
}

/* What was known stays, but as old; and what comes next is the truth again. */
static void
test_gone_and_back (Fixture *fixture, gconstpointer data)
{
  g_autofree char *listen =
      g_strdup_printf ("udp:%s tcp:%s", strchr (fixture->bob_address, '@') + 1,
                       strchr (fixture->bob_address, '@') + 1);
  Person *again;

  allow_and_see (fixture);
  person_stop (g_steal_pointer (&fixture->bob));
  presence_person_wait (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_OFFLINE, FALSE);
  again = person_new (fixture->bob_dir);
  fixture->bob = again;
  person_wait_state (again, ULLIM_CONNECTION_ONLINE);
  /* The permission is on disk; she asks again by herself, or because she wants to know now. */
  presence_person_unwatch (fixture->alice, fixture->bob_address);
  presence_person_watch (fixture->alice, fixture->bob_address);
  presence_person_wait (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_AVAILABLE, FALSE);
  g_assert_cmpuint (ullim_presence_service_get_n_asked (ullim_engine_get_presence (again->engine)),
                    ==, 0);
}

static void
test_denied (Fixture *fixture, gconstpointer data)
{
  presence_person_watch (fixture->alice, fixture->bob_address);
  presence_person_wait_asked (fixture->bob, 1);
  presence_person_decide (fixture->bob, fixture->alice_address, ULLIM_PERMISSION_DENIED);
  presence_person_wait_unknown (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_REASON_DENIED);
  /* Also who asks anew is told so at once, and nobody is asked again. */
  presence_person_unwatch (fixture->alice, fixture->bob_address);
  presence_person_watch (fixture->alice, fixture->bob_address);
  presence_person_wait_unknown (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_REASON_DENIED);
  g_assert_cmpuint (fixture->n_requests, ==, 1);
}

static void
test_blocked (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage)      refused = NULL;
  g_autoptr (UllimMessage)      taken = NULL;
  g_autoptr (UllimMessage)      to_her = NULL;
  g_autoptr (UllimConversation) conversation = NULL;

  allow_and_see (fixture);
  presence_person_decide (fixture->bob, fixture->alice_address, ULLIM_PERMISSION_BLOCKED);
  presence_person_wait_unknown (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_REASON_DENIED);
  refused = person_send (fixture->alice, fixture->bob_address, "let me in");
  person_wait_delivery (refused, ULLIM_DELIVERY_FAILED);
  g_assert_cmpint (ullim_message_get_problem (refused), ==, ULLIM_PROBLEM_FORBIDDEN);
  g_assert_cmpuint (fixture->bob->received->len, ==, 0);
  /* He may write to her all the same, and that unblocks nothing. */
  to_her = person_send (fixture->bob, fixture->alice_address, "no");
  person_wait_delivery (to_her, ULLIM_DELIVERY_DELIVERED);
  conversation = person_open (fixture->bob, fixture->alice_address);
  g_assert_true (ullim_presence_service_is_blocked (
      ullim_engine_get_presence (fixture->bob->engine), fixture->bob->account,
      ullim_conversation_get_key (conversation)));
  presence_person_decide (fixture->bob, fixture->alice_address, ULLIM_PERMISSION_ASKED);
  taken = person_send (fixture->alice, fixture->bob_address, "thank you");
  person_wait_delivery (taken, ULLIM_DELIVERY_DELIVERED);
  g_assert_cmpstr (fixture->bob->received->pdata[0], ==, "thank you");
}

/* A program that answers nobody's SUBSCRIBE is not offline: it is not known. */
static void
test_nobody_there (Fixture *fixture, gconstpointer data)
{
  g_autofree char *nobody = g_strdup_printf ("sip:nobody@127.0.0.1:%u", person_free_port ());

  presence_person_watch (fixture->alice, nobody);
  presence_person_wait_unknown (fixture->alice, nobody, ULLIM_PRESENCE_REASON_NOT_ASKED);
}

/* To be added is to be seen: both sides add, nobody is asked. */
static void
test_added (Fixture *fixture, gconstpointer data)
{
  UllimContact *contact;

  presence_person_add (fixture->bob, fixture->alice_address, "Alice");
  presence_person_wait_permission (fixture->bob, fixture->alice_address, ULLIM_PERMISSION_ALLOWED);
  contact = presence_person_add (fixture->alice, fixture->bob_address, "Bob");
  presence_person_wait (fixture->alice, fixture->bob_address, ULLIM_PRESENCE_AVAILABLE, FALSE);
  g_assert_cmpint (ullim_contact_get_presence (contact)->state, ==, ULLIM_PRESENCE_AVAILABLE);
  g_assert_cmpuint (fixture->n_requests, ==, 0);
}

/* Conversations are called what the user calls people. */
static gboolean
is_called (gpointer data)
{
  return g_str_equal (ullim_conversation_get_name (data), "Al");
}

static gboolean
is_not_called (gpointer data)
{
  return !is_called (data);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  UllimPeopleService           *people = ullim_engine_get_people (fixture->bob->engine);
  g_autoptr (UllimConversation) conversation = person_open (fixture->bob, fixture->alice_address);
  g_autofree char              *before = g_strdup (ullim_conversation_get_name (conversation));
  UllimContact *contact = presence_person_add (fixture->bob, fixture->alice_address, "Al");

  support_wait (is_called, conversation, "the conversation's new name");
  ullim_people_service_remove_async (people, contact, NULL, NULL, NULL);
  support_wait (is_not_called, conversation, "the conversation's old name");
  g_assert_cmpstr (ullim_conversation_get_name (conversation), ==, before);
}

/* Do not disturb: what comes counts as unread, and nothing else happens. */
static void
on_notify_message (UllimAttention    *attention,
                   UllimConversation *conversation,
                   UllimMessage      *message,
                   guint             *n_notices)
{
  (*n_notices)++;
}

static void
test_do_not_disturb (Fixture *fixture, gconstpointer data)
{
  UllimPresenceService    *bob = ullim_engine_get_presence (fixture->bob->engine);
  UllimAttention          *attention = ullim_engine_get_attention (fixture->bob->engine);
  UllimConversationList   *list = ullim_engine_get_conversations (fixture->bob->engine);
  g_autoptr (UllimMessage) quiet = NULL;
  g_autoptr (UllimMessage) loud = NULL;
  guint                    n_notices = 0;

  g_signal_connect (attention, "notify-message", G_CALLBACK (on_notify_message), &n_notices);
  ullim_presence_service_set_own (bob, ULLIM_OWN_DND, NULL);
  g_assert_true (ullim_presence_service_is_silent (bob));
  quiet = person_send (fixture->alice, fixture->bob_address, "psst");
  person_wait_received (fixture->bob, 1);
  g_assert_cmpuint (n_notices, ==, 0);
  g_assert_cmpuint (ullim_conversation_list_get_unread (list), ==, 1);
  ullim_presence_service_set_own (bob, ULLIM_OWN_AVAILABLE, NULL);
  loud = person_send (fixture->alice, fixture->bob_address, "hey");
  person_wait_received (fixture->bob, 2);
  g_assert_cmpuint (n_notices, ==, 1);
  g_signal_handlers_disconnect_by_data (attention, &n_notices);
}

/* What was chosen holds after a restart. */
static void
test_kept (Fixture *fixture, gconstpointer data)
{
  UllimPresenceService *bob = ullim_engine_get_presence (fixture->bob->engine);

  ullim_presence_service_set_own (bob, ULLIM_OWN_INVISIBLE, "배터리 없음");
  person_stop (g_steal_pointer (&fixture->bob));
  fixture->bob = person_new (fixture->bob_dir);
  presence_person_wait_loaded (fixture->bob);
  bob = ullim_engine_get_presence (fixture->bob->engine);
  g_assert_cmpint (ullim_presence_service_get_own (bob), ==, ULLIM_OWN_INVISIBLE);
  g_assert_cmpstr (ullim_presence_service_get_own_note (bob), ==, "배터리 없음");
  g_assert_cmpint (ullim_presence_service_get_told (bob), ==, ULLIM_PRESENCE_OFFLINE);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/presence-direct/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("asked-and-allowed", test_asked_and_allowed);
  ADD ("idle", test_idle);
  ADD ("gone-and-back", test_gone_and_back);
  ADD ("denied", test_denied);
  ADD ("blocked", test_blocked);
  ADD ("nobody-there", test_nobody_there);
  ADD ("added", test_added);
  ADD ("names", test_names);
  ADD ("do-not-disturb", test_do_not_disturb);
  ADD ("kept", test_kept);
  return g_test_run ();
}
