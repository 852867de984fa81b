/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A person: what is shown of them, and the best of what is told about their addresses.
 */
#include "contact.h"

static void
on_count (UllimContact *contact, guint *count)
{
  (*count)++;
}

static UllimContact *
make (const char *name, const char *nickname, const char *const *keys)
{
  UllimContactData *data = ullim_contact_data_new ();

  data->uid = g_strdup ("urn:uuid:1");
  data->name = g_strdup (name);
  data->nickname = g_strdup (nickname);
  for (; *keys; keys++) {
    g_autofree char *uri = g_strconcat ("sip:", *keys, NULL);

    g_ptr_array_add (data->addresses, ullim_contact_address_new (uri, *keys));
  }
  return ullim_contact_new (1, data);
}

static void
test_names (void)
{
  const char *const        one[] = {"bob@example.org", NULL};
  const char *const        none[] = {NULL};
  g_autoptr (UllimContact) full = make ("Robert", "Bob", one);
  g_autoptr (UllimContact) named = make ("Robert", NULL, one);
  g_autoptr (UllimContact) address = make (NULL, NULL, one);
  g_autoptr (UllimContact) nobody = make (NULL, NULL, none);

  g_assert_cmpstr (ullim_contact_get_display_name (full), ==, "Bob");
  g_assert_cmpstr (ullim_contact_get_display_name (named), ==, "Robert");
  g_assert_cmpstr (ullim_contact_get_display_name (address), ==, "bob@example.org");
  g_assert_cmpstr (ullim_contact_get_uri (address), ==, "sip:bob@example.org");
  g_assert_cmpstr (ullim_contact_get_display_name (nobody), ==, "");
  g_assert_null (ullim_contact_get_uri (nobody));
}

static void
test_copy (void)
{
  g_autoptr (UllimContactData) data = ullim_contact_data_new ();
  g_autoptr (UllimContactData) copy = NULL;
  g_autoptr (UllimContact)     contact = NULL;

  data->uid = g_strdup ("u");
  data->account_id = 7;
  data->note = g_strdup ("note");
  data->is_favourite = TRUE;
  data->has_photo = TRUE;
  g_ptr_array_add (data->addresses, ullim_contact_address_new ("tel:+821", "tel:+821"));
  g_ptr_array_add (data->groups, g_strdup ("Work"));
  copy = ullim_contact_data_copy (data);
  g_assert_cmpstr (copy->uid, ==, "u");
  g_assert_cmpint (copy->account_id, ==, 7);
  g_assert_cmpstr (copy->note, ==, "note");
  g_assert_true (copy->is_favourite && copy->has_photo);
  contact = ullim_contact_new (1, g_steal_pointer (&copy));
  g_assert_true (ullim_contact_has_address (contact, "tel:+821"));
  g_assert_false (ullim_contact_has_address (contact, "tel:+82"));
  g_assert_true (ullim_contact_is_in_group (contact, "Work"));
  g_assert_false (ullim_contact_is_in_group (contact, "work"));
}

static void
tell (UllimContact *contact, const char *key, UllimPresence presence)
{
  ullim_contact_set_address_presence (contact, key, &presence);
}

static void
assert_state (UllimContact *contact, UllimPresenceState state, UllimPresenceReason reason)
{
  g_assert_cmpint (ullim_contact_get_presence (contact)->state, ==, state);
  g_assert_cmpint (ullim_contact_get_presence (contact)->reason, ==, reason);
}

static void
test_best (void)
{
  const char *const        keys[] = {"a", "b", "c", NULL};
  g_autoptr (UllimContact) contact = make ("A", NULL, keys);
  guint                    changes = 0;

  g_signal_connect (contact, "presence-changed", G_CALLBACK (on_count), &changes);
  assert_state (contact, ULLIM_PRESENCE_UNKNOWN, ULLIM_PRESENCE_REASON_NOT_ASKED);
  g_assert_null (ullim_contact_get_address_presence (contact, "a"));
  tell (contact, "a", (UllimPresence){.reason = ULLIM_PRESENCE_REASON_NO_SERVICE});
  assert_state (contact, ULLIM_PRESENCE_UNKNOWN, ULLIM_PRESENCE_REASON_NO_SERVICE);
  tell (contact, "b", (UllimPresence){.reason = ULLIM_PRESENCE_REASON_PENDING});
  assert_state (contact, ULLIM_PRESENCE_UNKNOWN, ULLIM_PRESENCE_REASON_PENDING);
  tell (contact, "c", (UllimPresence){.state = ULLIM_PRESENCE_AWAY});
  assert_state (contact, ULLIM_PRESENCE_AWAY, ULLIM_PRESENCE_REASON_NONE);
  tell (contact, "c", (UllimPresence){.state = ULLIM_PRESENCE_AWAY});
  tell (contact, "elsewhere", (UllimPresence){.state = ULLIM_PRESENCE_AVAILABLE});
  g_assert_cmpuint (changes, ==, 3);

  /* What was told last, and may be wrong now, gives way to who is there. */
  tell (contact, "a", (UllimPresence){.state = ULLIM_PRESENCE_AVAILABLE, .is_stale = TRUE});
  assert_state (contact, ULLIM_PRESENCE_AWAY, ULLIM_PRESENCE_REASON_NONE);
  tell (contact, "c", (UllimPresence){.state = ULLIM_PRESENCE_OFFLINE});
  assert_state (contact, ULLIM_PRESENCE_AVAILABLE, ULLIM_PRESENCE_REASON_NONE);
  g_assert_true (ullim_contact_get_presence (contact)->is_stale);
}

/* What is told of an address stays with the address when the person is edited. */
static void
test_edit (void)
{
  const char *const        keys[] = {"a", "b", NULL};
  const char *const        others[] = {"c", "b", "d", NULL};
  g_autoptr (UllimContact) contact = make ("A", NULL, keys);
  g_autoptr (UllimContact) donor = make ("A", NULL, others);
  guint                    changes = 0;

  g_signal_connect (contact, "changed", G_CALLBACK (on_count), &changes);
  tell (contact, "a", (UllimPresence){.state = ULLIM_PRESENCE_AVAILABLE});
  tell (contact, "b", (UllimPresence){.state = ULLIM_PRESENCE_BUSY});
  ullim_contact_set_data (contact, ullim_contact_data_copy (ullim_contact_get_data (donor)));
  g_assert_cmpuint (changes, ==, 1);
  assert_state (contact, ULLIM_PRESENCE_BUSY, ULLIM_PRESENCE_REASON_NONE);
  g_assert_null (ullim_contact_get_address_presence (contact, "a"));
  g_assert_null (ullim_contact_get_address_presence (contact, "c"));
  tell (contact, "d", (UllimPresence){.state = ULLIM_PRESENCE_AVAILABLE});
  assert_state (contact, ULLIM_PRESENCE_AVAILABLE, ULLIM_PRESENCE_REASON_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contact/names", test_names);
  g_test_add_func ("/contact/copy", test_copy);
  g_test_add_func ("/contact/best", test_best);
  g_test_add_func ("/contact/edit", test_edit);
  return g_test_run ();
}
