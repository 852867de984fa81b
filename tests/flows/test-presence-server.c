/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presence of three people through the real group server: they come, change, go, and see each other
 * again after the server was killed.
 */
#include "person.h"
#include "presence-person.h"
#include "server-fixture.h"
#include "support.h"

#define N_PEOPLE 3

static const char *const names[N_PEOPLE] = {"alice", "bob", "carol"};
static const char *const addresses[N_PEOPLE] = {"sip:alice@example.test", "sip:bob@example.test",
                                                "sip:carol@example.test"};

typedef struct {
  ServerFixture *server;
  char          *dirs[N_PEOPLE];
  Person        *people[N_PEOPLE]; /* nullable */
} Fixture;

static void
come (Fixture *fixture, guint i, const char *proxy)
{
  g_autofree char *password = g_strconcat ("secret-", names[i], NULL);

  fixture->people[i] = person_new (fixture->dirs[i]);
  person_join (fixture->people[i], addresses[i], proxy, password, fixture->server->ca_file, NULL);
  person_wait_state (fixture->people[i], ULLIM_CONNECTION_ONLINE);
}

static void
go (Fixture *fixture, guint i)
{
  person_stop (g_steal_pointer (&fixture->people[i]));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *const users[] = {"alice", "bob", "carol", NULL};

  fixture->server = server_fixture_new (users);
  for (guint i = 0; i < N_PEOPLE; i++)
    fixture->dirs[i] = support_temp_dir ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < N_PEOPLE; i++)
    if (fixture->people[i])
      go (fixture, i);
  server_fixture_free (fixture->server);
  for (guint i = 0; i < N_PEOPLE; i++)
    support_temp_dir_free (fixture->dirs[i]);
}

static UllimPresenceService *
presence_of (Fixture *fixture, guint i)
{
  return ullim_engine_get_presence (fixture->people[i]->engine);
}

/* All see @i so, but those who are not there. */
static void
all_see (Fixture *fixture, guint i, UllimPresenceState state)
{
  for (guint j = 0; j < N_PEOPLE; j++)
    if (j != i && fixture->people[j])
      presence_person_wait (fixture->people[j], addresses[i], state, FALSE);
}

static void
all_come (Fixture *fixture, const char *proxy)
{
  for (guint i = 0; i < N_PEOPLE; i++)
    come (fixture, i, proxy);
  /* Each has added the others: who adds somebody allows them to see. */
  for (guint i = 0; i < N_PEOPLE; i++)
    for (guint j = 0; j < N_PEOPLE; j++)
      if (i != j)
        presence_person_add (fixture->people[i], addresses[j], names[j]);
  for (guint i = 0; i < N_PEOPLE; i++)
    all_see (fixture, i, ULLIM_PRESENCE_AVAILABLE);
}

static void
test_come_change_go (Fixture *fixture, gconstpointer data)
{
  ServerFixture    *server = fixture->server;
  const char *const proxies[] = {server->tcp, server->udp, server->tls};
  const char       *proxy = proxies[GPOINTER_TO_UINT (data)];

  all_come (fixture, proxy);
  ullim_presence_service_set_own (presence_of (fixture, 1), ULLIM_OWN_BUSY, "회의 중");
  all_see (fixture, 1, ULLIM_PRESENCE_BUSY);
  g_assert_cmpstr (presence_person_find (fixture->people[0], addresses[1])->note, ==, "회의 중");
  ullim_presence_service_set_own (presence_of (fixture, 1), ULLIM_OWN_DND, NULL);
  all_see (fixture, 1, ULLIM_PRESENCE_DND);
  ullim_presence_service_set_own (presence_of (fixture, 1), ULLIM_OWN_AWAY, NULL);
  all_see (fixture, 1, ULLIM_PRESENCE_AWAY);
  ullim_presence_service_set_calls (presence_of (fixture, 1), 1);
  all_see (fixture, 1, ULLIM_PRESENCE_ON_THE_PHONE);
  ullim_presence_service_set_own (presence_of (fixture, 1), ULLIM_OWN_INVISIBLE, "hidden");
  all_see (fixture, 1, ULLIM_PRESENCE_OFFLINE);
  g_assert_null (presence_person_find (fixture->people[0], addresses[1])->note);
  ullim_presence_service_set_calls (presence_of (fixture, 1), 0);
  ullim_presence_service_set_own (presence_of (fixture, 1), ULLIM_OWN_AVAILABLE, NULL);
  all_see (fixture, 1, ULLIM_PRESENCE_AVAILABLE);
  go (fixture, 1);
  all_see (fixture, 1, ULLIM_PRESENCE_OFFLINE);
  come (fixture, 1, proxy);
  all_see (fixture, 1, ULLIM_PRESENCE_AVAILABLE);
  presence_person_wait (fixture->people[1], addresses[0], ULLIM_PRESENCE_AVAILABLE, FALSE);
}

static void
all_are_stale (Fixture *fixture)
{
  for (guint i = 0; i < N_PEOPLE; i++)
    for (guint j = 0; j < N_PEOPLE; j++)
      if (i != j)
        presence_person_wait (fixture->people[i], addresses[j], ULLIM_PRESENCE_AVAILABLE, TRUE);
}

/* Nothing is called offline because the server died, and nobody has to do anything afterwards. */
static void
test_server_killed (Fixture *fixture, gconstpointer data)
{
  all_come (fixture, fixture->server->tcp);
  server_fixture_kill (fixture->server);
  all_are_stale (fixture);
  ullim_presence_service_set_own (presence_of (fixture, 2), ULLIM_OWN_BUSY, "meanwhile");
  server_fixture_start (fixture->server);
  for (guint i = 0; i < N_PEOPLE; i++)
    ullim_engine_reconnect (fixture->people[i]->engine, fixture->people[i]->account);
  all_see (fixture, 0, ULLIM_PRESENCE_AVAILABLE);
  all_see (fixture, 1, ULLIM_PRESENCE_AVAILABLE);
  all_see (fixture, 2, ULLIM_PRESENCE_BUSY);
}

static void
test_permission (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimMessage) refused = NULL;

  come (fixture, 0, fixture->server->tcp);
  come (fixture, 1, fixture->server->tcp);
  presence_person_watch (fixture->people[0], addresses[1]);
  presence_person_wait_unknown (fixture->people[0], addresses[1], ULLIM_PRESENCE_REASON_PENDING);
  presence_person_wait_asked (fixture->people[1], 1);
  presence_person_decide (fixture->people[1], addresses[0], ULLIM_PERMISSION_ALLOWED);
  presence_person_wait (fixture->people[0], addresses[1], ULLIM_PRESENCE_AVAILABLE, FALSE);
  presence_person_decide (fixture->people[1], addresses[0], ULLIM_PERMISSION_DENIED);
  presence_person_wait_unknown (fixture->people[0], addresses[1], ULLIM_PRESENCE_REASON_DENIED);
  presence_person_decide (fixture->people[1], addresses[0], ULLIM_PERMISSION_BLOCKED);
  refused = person_send (fixture->people[0], addresses[1], "hello?");
  person_wait_delivery (refused, ULLIM_DELIVERY_FAILED);
  g_assert_cmpuint (fixture->people[1]->received->len, ==, 0);
  g_assert_cmpint (presence_person_find (fixture->people[0], addresses[1])->reason, ==,
                   ULLIM_PRESENCE_REASON_DENIED);
}

/* Asked while they are away: the request waits for them, at the server, then on their disk. */
static void
test_asked_while_away (Fixture *fixture, gconstpointer data)
{
  come (fixture, 0, fixture->server->tcp);
  presence_person_watch (fixture->people[0], addresses[1]);
  presence_person_wait_unknown (fixture->people[0], addresses[1], ULLIM_PRESENCE_REASON_PENDING);
  go (fixture, 0);
  come (fixture, 1, fixture->server->tcp);
  presence_person_wait_asked (fixture->people[1], 1);
  go (fixture, 1);
  come (fixture, 1, fixture->server->tcp);
  presence_person_wait_loaded (fixture->people[1]);
  presence_person_wait_asked (fixture->people[1], 1);
}

static void
test_nobody_of_that_name (Fixture *fixture, gconstpointer data)
{
  come (fixture, 0, fixture->server->tcp);
  presence_person_watch (fixture->people[0], "sip:mallory@example.test");
  presence_person_wait_unknown (fixture->people[0], "sip:mallory@example.test",
                                ULLIM_PRESENCE_REASON_NO_SUCH_PERSON);
}

#define ADD(name, number, function)                                                                \
  g_test_add ("/presence-server/" name, Fixture, GUINT_TO_POINTER (number), set_up, function,      \
              tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("tcp", 0, test_come_change_go);
  ADD ("udp", 1, test_come_change_go);
  ADD ("tls", 2, test_come_change_go);
  ADD ("server-killed", 0, test_server_killed);
  ADD ("permission", 0, test_permission);
  ADD ("asked-while-away", 0, test_asked_while_away);
  ADD ("nobody-of-that-name", 0, test_nobody_of_that_name);
  return g_test_run ();
}
