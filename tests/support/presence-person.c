/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "presence-person.h"

#include "support.h"
#include "uri.h"

static char *
key_of (const char *uri)
{
  g_autoptr (UllimUri) parsed = ullim_uri_parse (uri, NULL);

  g_assert_nonnull (parsed);
  return ullim_uri_key (parsed);
}

static UllimPresenceService *
presence_of (Person *person)
{
  return ullim_engine_get_presence (person->engine);
}

static gboolean
is_loaded (gpointer data)
{
  return ullim_engine_is_loaded (((Person *) data)->engine);
}

void
presence_person_wait_loaded (Person *person)
{
  support_wait (is_loaded, person, "the engine to have loaded all");
}

void
presence_person_watch (Person *person, const char *uri)
{
  g_autoptr (GError) error = NULL;

  ullim_presence_service_watch (presence_of (person), person->account, uri, &error);
  g_assert_no_error (error);
}

void
presence_person_unwatch (Person *person, const char *uri)
{
  ullim_presence_service_unwatch (presence_of (person), person->account, uri);
}

const UllimPresence *
presence_person_find (Person *person, const char *uri)
{
  g_autofree char *key = key_of (uri);

  return ullim_presence_service_find (presence_of (person), person->account, key);
}

typedef struct {
  Person             *person;
  const char         *uri;
  UllimPresenceState  state;
  UllimPresenceReason reason;
  UllimPermission     permission;
  gboolean            is_stale;
  guint               n_asked;
} Wait;

static gboolean
is_seen (gpointer data)
{
  const Wait          *wait = data;
  const UllimPresence *presence = presence_person_find (wait->person, wait->uri);

  return presence && presence->state == wait->state && presence->reason == wait->reason &&
         presence->is_stale == wait->is_stale;
}

static void
wait_seen (const Wait *wait)
{
  g_autofree char *what =
      g_strdup_printf ("%s to see %s as %s %s%s", ullim_account_get_address (wait->person->account),
                       wait->uri, ullim_presence_state_name (wait->state),
                       wait->reason ? ullim_presence_reason_name (wait->reason) : "",
                       wait->is_stale ? " (stale)" : "");

  support_wait (is_seen, (gpointer) wait, what);
}

void
presence_person_wait (Person *person, const char *uri, UllimPresenceState state, gboolean is_stale)
{
  wait_seen (&(Wait){.person = person, .uri = uri, .state = state, .is_stale = is_stale});
}

void
presence_person_wait_unknown (Person *person, const char *uri, UllimPresenceReason reason)
{
  wait_seen (&(Wait){.person = person, .uri = uri, .reason = reason});
}

static gboolean
is_asked (gpointer data)
{
  const Wait *wait = data;

  return ullim_presence_service_get_n_asked (presence_of (wait->person)) == wait->n_asked;
}

void
presence_person_wait_asked (Person *person, guint n_asked)
{
  Wait wait = {.person = person, .n_asked = n_asked};

  support_wait (is_asked, &wait, "somebody to ask for permission");
}

void
presence_person_decide (Person *person, const char *uri, UllimPermission permission)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  ullim_presence_service_decide_async (presence_of (person), person->account, uri, permission, NULL,
                                       support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the decision");
  ullim_presence_service_decide_finish (presence_of (person), result, &error);
  g_assert_no_error (error);
}

static gboolean
is_permitted (gpointer data)
{
  const Wait      *wait = data;
  GListModel      *watchers = ullim_presence_service_get_watchers (presence_of (wait->person));
  g_autofree char *key = key_of (wait->uri);

  for (guint i = 0; i < g_list_model_get_n_items (watchers); i++) {
    g_autoptr (UllimWatcher) watcher = g_list_model_get_item (watchers, i);

    if (g_str_equal (ullim_watcher_get_key (watcher), key))
      return ullim_watcher_get_permission (watcher) == wait->permission;
  }
  return FALSE;
}

void
presence_person_wait_permission (Person *person, const char *uri, UllimPermission permission)
{
  Wait wait = {.person = person, .uri = uri, .permission = permission};

  support_wait (is_permitted, &wait, ullim_permission_name (permission));
}

UllimContact *
presence_person_add (Person *person, const char *uri, const char *name)
{
  UllimPeopleService          *people = ullim_engine_get_people (person->engine);
  g_autoptr (UllimContactData) data = ullim_contact_data_new ();
  g_autoptr (UllimContact)     contact = NULL;
  g_autoptr (GAsyncResult)     result = NULL;
  g_autoptr (GError)           error = NULL;
  g_autofree char             *key = key_of (uri);

  presence_person_wait_loaded (person);
  data->name = g_strdup (name);
  data->account_id = ullim_account_get_id (person->account);
  g_ptr_array_add (data->addresses, ullim_contact_address_new (uri, key));
  ullim_people_service_add_async (people, data, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the person to be added");
  contact = ullim_people_service_add_finish (people, result, &error);
  g_assert_no_error (error);
  return contact; /* the list keeps it */
}
