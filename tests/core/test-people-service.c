/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The address book over a real database: what is shown is on disk, and comes back after a restart;
 * books go through files without a loss.
 */
#include "people-service-private.h"
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  StoreFixture        store;
  UllimRoster        *roster;
  UllimPeopleService *people;
  GString            *log; /* of signals */
} Fixture;

static void
on_added (UllimPeopleService *people, UllimContact *contact, Fixture *fixture)
{
  g_assert_true (ullim_contact_list_find_id (ullim_people_service_get_contacts (people),
                                             ullim_contact_get_id (contact)) == contact);
  g_string_append_printf (fixture->log, "+%s ", ullim_contact_get_display_name (contact));
}

static void
on_changed (UllimPeopleService *people, UllimContact *contact, Fixture *fixture)
{
  g_string_append_printf (fixture->log, "~%s ", ullim_contact_get_display_name (contact));
}

static void
on_removed (UllimPeopleService *people, UllimContact *contact, Fixture *fixture)
{
  g_assert_null (ullim_contact_list_find_id (ullim_people_service_get_contacts (people),
                                             ullim_contact_get_id (contact)));
  g_string_append_printf (fixture->log, "-%s ", ullim_contact_get_display_name (contact));
}

static GAsyncResult *
wait_result (GAsyncResult **result)
{
  return support_wait_ptr ((gpointer *) result, "the address book");
}

static void
open_book (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  fixture->roster = ullim_roster_new (fixture->store.db);
  fixture->people = ullim_people_service_new ();
  g_signal_connect (fixture->people, "added", G_CALLBACK (on_added), fixture);
  g_signal_connect (fixture->people, "changed", G_CALLBACK (on_changed), fixture);
  g_signal_connect (fixture->people, "removed", G_CALLBACK (on_removed), fixture);
  ullim_people_service_load_async (fixture->people, fixture->roster, NULL, support_async_result,
                                   &result);
  g_assert_true (ullim_people_service_load_finish (fixture->people, wait_result (&result), &error));
  g_assert_no_error (error);
}

static void
close_book (Fixture *fixture)
{
  support_wait_alone (fixture->people);
  g_assert_finalize_object (g_steal_pointer (&fixture->people));
  support_wait_alone (fixture->roster);
  g_assert_finalize_object (g_steal_pointer (&fixture->roster));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  store_fixture_set_up (&fixture->store, NULL);
  fixture->log = g_string_new (NULL);
  open_book (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close_book (fixture);
  g_string_free (fixture->log, TRUE);
  store_fixture_tear_down (&fixture->store, NULL);
}

static void
restart (Fixture *fixture)
{
  close_book (fixture);
  store_fixture_close (&fixture->store);
  store_fixture_reopen (&fixture->store);
  open_book (fixture);
}

#define assert_log(fixture, expected)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_cmpstr ((fixture)->log->str, ==, expected);                                           \
    g_string_truncate ((fixture)->log, 0);                                                         \
  }                                                                                                \
  G_STMT_END

static UllimContactList *
contacts_of (Fixture *fixture)
{
  return ullim_people_service_get_contacts (fixture->people);
}

static guint
count (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (contacts_of (fixture)));
}

static UllimContactData *
make_data (const char *name, const char *uri, const char *group)
{
  UllimContactData *data = ullim_contact_data_new ();

  data->name = g_strdup (name);
  if (uri)
    g_ptr_array_add (data->addresses, ullim_contact_address_new (uri, NULL));
  if (group)
    g_ptr_array_add (data->groups, g_strdup (group));
  return data;
}

/* Returns: (transfer none) */
static UllimContact *
add (Fixture *fixture, const char *name, const char *uri, const char *group)
{
  g_autoptr (GAsyncResult)     result = NULL;
  g_autoptr (GError)           error = NULL;
  g_autoptr (UllimContactData) data = make_data (name, uri, group);
  g_autoptr (UllimContact)     contact = NULL;

  ullim_people_service_add_async (fixture->people, data, NULL, support_async_result, &result);
  contact = ullim_people_service_add_finish (fixture->people, wait_result (&result), &error);
  g_assert_no_error (error);
  return contact;
}

static void
change (Fixture *fixture, UllimContact *contact, const UllimContactData *data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  ullim_people_service_change_async (fixture->people, contact, data, NULL, support_async_result,
                                     &result);
  ullim_people_service_change_finish (fixture->people, wait_result (&result), &error);
  g_assert_no_error (error);
}

static char *
remove_person (Fixture *fixture, UllimContact *contact)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  char                    *card;

  ullim_people_service_remove_async (fixture->people, contact, NULL, support_async_result, &result);
  card = ullim_people_service_remove_finish (fixture->people, wait_result (&result), &error);
  g_assert_no_error (error);
  return card;
}

static void
test_add (Fixture *fixture, gconstpointer data)
{
  UllimContact *bob = add (fixture, "Bob", "sip:bob@example.org", "Work");

  assert_log (fixture, "+Bob ");
  g_assert_cmpstr (ullim_contact_get_data (bob)->uid, !=, NULL);
  /* Who is there already gets what was missing. */
  g_assert_true (add (fixture, "Robert", "sips:bob@EXAMPLE.org", "Chess") == bob);
  assert_log (fixture, "~Bob ");
  g_assert_cmpuint (ullim_contact_get_data (bob)->addresses->len, ==, 1);
  g_assert_true (ullim_contact_is_in_group (bob, "Chess"));
  g_assert_true (add (fixture, NULL, "sip:bob@example.org", NULL) == bob);
  assert_log (fixture, "");

  restart (fixture);
  bob = ullim_contact_list_find (contacts_of (fixture), "bob@example.org");
  g_assert_cmpuint (count (fixture), ==, 1);
  g_assert_cmpstr (ullim_contact_get_data (bob)->name, ==, "Bob");
  g_assert_true (ullim_contact_is_in_group (bob, "Work"));
  g_assert_true (ullim_contact_is_in_group (bob, "Chess"));
  assert_log (fixture, "");
}

/* Two who ask at the same time for the same person get the same. */
static void
test_add_twice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult)     first_result = NULL;
  g_autoptr (GAsyncResult)     second_result = NULL;
  g_autoptr (UllimContactData) bob = make_data ("Bob", "sip:bob@h", NULL);
  g_autoptr (UllimContact)     first = NULL;
  g_autoptr (UllimContact)     second = NULL;

  ullim_people_service_add_async (fixture->people, bob, NULL, support_async_result, &first_result);
  ullim_people_service_add_async (fixture->people, bob, NULL, support_async_result, &second_result);
  wait_result (&first_result);
  wait_result (&second_result);
  first = ullim_people_service_add_finish (fixture->people, first_result, NULL);
  second = ullim_people_service_add_finish (fixture->people, second_result, NULL);
  g_assert_true (first == second);
  g_assert_cmpuint (count (fixture), ==, 1);
  assert_log (fixture, "+Bob ");
}

static void
assert_add_fails (Fixture *fixture, const UllimContactData *data, UllimProblem problem)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  ullim_people_service_add_async (fixture->people, data, NULL, support_async_result, &result);
  g_assert_null (ullim_people_service_add_finish (fixture->people, wait_result (&result), &error));
  g_assert_error (error, ULLIM_PROBLEM_ERROR, (int) problem);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimContactData) nonsense = make_data ("Bob", "not an address", NULL);
  g_autoptr (UllimContactData) many = make_data ("Bob", NULL, NULL);
  g_autoptr (GCancellable)     cancellable = g_cancellable_new ();
  g_autoptr (UllimContactData) bob = make_data ("Bob", "sip:bob@h", NULL);
  g_autoptr (GAsyncResult)     result = NULL;
  g_autoptr (GError)           error = NULL;

  for (guint i = 0; i <= ULLIM_CONTACT_MAX_GROUPS; i++)
    g_ptr_array_add (many->groups, g_strdup_printf ("g%u", i));
  assert_add_fails (fixture, nonsense, ULLIM_PROBLEM_ADDRESS);
  assert_add_fails (fixture, many, ULLIM_PROBLEM_OVER_LIMIT);
  g_cancellable_cancel (cancellable);
  ullim_people_service_add_async (fixture->people, bob, cancellable, support_async_result, &result);
  g_assert_null (ullim_people_service_add_finish (fixture->people, wait_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count (fixture), ==, 0);
  assert_log (fixture, "");
}

static void
test_change (Fixture *fixture, gconstpointer data)
{
  UllimContact                *bob = add (fixture, "Bob", "sip:bob@h", "Work");
  g_autoptr (UllimContactData) other = ullim_contact_data_copy (ullim_contact_get_data (bob));

  g_free (other->name);
  other->name = g_strdup ("Robert");
  other->nickname = g_strdup ("Bobby");
  other->note = g_strdup ("line\nline");
  other->is_favourite = TRUE;
  other->account_id = 3;
  g_ptr_array_set_size (other->groups, 0);
  g_ptr_array_insert (other->addresses, 0, ullim_contact_address_new ("tel:+82-10-1", NULL));
  change (fixture, bob, other);
  assert_log (fixture, "+Bob ~Bobby ");
  change (fixture, bob, ullim_contact_get_data (bob));
  assert_log (fixture, "");

  restart (fixture);
  bob = ullim_contact_list_find (contacts_of (fixture), "bob@h");
  g_assert_cmpstr (ullim_contact_get_display_name (bob), ==, "Bobby");
  g_assert_cmpstr (ullim_contact_get_data (bob)->name, ==, "Robert");
  g_assert_cmpstr (ullim_contact_get_data (bob)->note, ==, "line\nline");
  g_assert_true (ullim_contact_get_data (bob)->is_favourite);
  g_assert_cmpint (ullim_contact_get_data (bob)->account_id, ==, 3);
  g_assert_cmpuint (ullim_contact_get_data (bob)->groups->len, ==, 0);
  g_assert_cmpuint (ullim_contact_get_data (bob)->addresses->len, ==, 2);
  g_assert_true (ullim_contact_list_find (contacts_of (fixture), "tel:+82101") == bob);
  g_assert_true (g_str_has_prefix (ullim_contact_get_uri (bob), "tel:"));
}

static void
test_undo (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimContact)     bob = g_object_ref (add (fixture, "Bob", "sip:bob@h", "Work"));
  g_autoptr (UllimContactData) other = ullim_contact_data_copy (ullim_contact_get_data (bob));
  g_autoptr (GAsyncResult)     result = NULL;
  g_autoptr (GAsyncResult)     late_result = NULL;
  g_autoptr (UllimContact)     back = NULL;
  g_autoptr (GError)           error = NULL;
  g_autofree char             *card = NULL;
  g_autofree char             *uid = g_strdup (other->uid);

  other->account_id = 7;
  change (fixture, bob, other);
  card = remove_person (fixture, bob);
  assert_log (fixture, "+Bob ~Bob -Bob ");
  g_assert_cmpuint (count (fixture), ==, 0);
  ullim_people_service_change_async (fixture->people, bob, other, NULL, support_async_result,
                                     &late_result);
  g_assert_false (
      ullim_people_service_change_finish (fixture->people, wait_result (&late_result), &error));
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_NOT_FOUND);

  ullim_people_service_restore_async (fixture->people, card, NULL, support_async_result, &result);
  back = ullim_people_service_restore_finish (fixture->people, wait_result (&result), NULL);
  assert_log (fixture, "+Bob ");
  g_assert_cmpstr (ullim_contact_get_data (back)->uid, ==, uid);
  g_assert_cmpint (ullim_contact_get_data (back)->account_id, ==, 7);
  g_clear_object (&back);
  g_clear_object (&result);
  g_clear_object (&late_result);
  restart (fixture);
  g_assert_cmpuint (count (fixture), ==, 1);
  g_assert_nonnull (ullim_contact_list_find_uid (contacts_of (fixture), uid));
}

static void
rename_group (Fixture *fixture, const char *from, const char *to)
{
  g_autoptr (GAsyncResult) result = NULL;

  ullim_people_service_rename_group_async (fixture->people, from, to, NULL, support_async_result,
                                           &result);
  g_assert_true (
      ullim_people_service_rename_group_finish (fixture->people, wait_result (&result), NULL));
}

static void
test_groups (Fixture *fixture, gconstpointer data)
{
  UllimContact *a = add (fixture, "A", "sip:a@h", "Work");
  UllimContact *b = add (fixture, "B", "sip:b@h", "Work");
  UllimContact *c = add (fixture, "C", "sip:c@h", "Choir");

  rename_group (fixture, "Work", "Choir");
  g_assert_true (ullim_contact_is_in_group (a, "Choir"));
  g_assert_false (ullim_contact_is_in_group (b, "Work"));
  rename_group (fixture, "Nobody", "Everybody");
  rename_group (fixture, "Choir", NULL);
  g_assert_cmpuint (ullim_contact_get_data (a)->groups->len, ==, 0);
  g_assert_cmpuint (ullim_contact_get_data (c)->groups->len, ==, 0);
  assert_log (fixture, "+A +B +C ~A ~B ~A ~B ~C ");
}

static void
on_photo_changed (UllimContact *contact, guint *changes)
{
  (*changes)++;
}

static UllimProblem
set_photo (Fixture *fixture, UllimContact *contact, const void *bytes, gsize length)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  g_autoptr (GBytes)       photo = bytes ? g_bytes_new (bytes, length) : NULL;

  ullim_people_service_set_photo_async (fixture->people, contact, photo, NULL, support_async_result,
                                        &result);
  ullim_people_service_set_photo_finish (fixture->people, wait_result (&result), &error);
  return ullim_problem_from_error (error);
}

static GBytes *
load_photo (Fixture *fixture, UllimContact *contact)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  GBytes                  *photo;

  ullim_people_service_load_photo_async (fixture->people, contact, NULL, support_async_result,
                                         &result);
  photo = ullim_people_service_load_photo_finish (fixture->people, wait_result (&result), &error);
  g_assert_no_error (error);
  return photo;
}

static void
test_photo (Fixture *fixture, gconstpointer data)
{
  static const char  png[] = "\x89PNG\r\n\x1a\n....";
  UllimContact      *bob = add (fixture, "Bob", "sip:bob@h", NULL);
  g_autofree char   *large = g_malloc0 (ULLIM_PEOPLE_MAX_PHOTO_BYTES + 1);
  g_autoptr (GBytes) none = load_photo (fixture, bob);
  g_autoptr (GBytes) photo = NULL;
  g_autoptr (GBytes) again = NULL;
  guint              changes = 0;

  g_signal_connect (bob, "photo-changed", G_CALLBACK (on_photo_changed), &changes);
  g_assert_null (none);
  g_assert_cmpint (set_photo (fixture, bob, "GIF89a", 6), ==, ULLIM_PROBLEM_FILE_TYPE);
  memcpy (large, png, sizeof png);
  g_assert_cmpint (set_photo (fixture, bob, large, ULLIM_PEOPLE_MAX_PHOTO_BYTES + 1), ==,
                   ULLIM_PROBLEM_OVER_LIMIT);
  g_assert_cmpuint (changes, ==, 0);
  g_assert_cmpint (set_photo (fixture, bob, png, sizeof png), ==, ULLIM_PROBLEM_NONE);
  g_assert_cmpuint (changes, ==, 1);
  photo = load_photo (fixture, bob);
  g_assert_cmpmem (g_bytes_get_data (photo, NULL), g_bytes_get_size (photo), png, sizeof png);
  g_assert_cmpint (set_photo (fixture, bob, large, ULLIM_PEOPLE_MAX_PHOTO_BYTES), ==,
                   ULLIM_PROBLEM_NONE);

  restart (fixture);
  bob = ullim_contact_list_find (contacts_of (fixture), "bob@h");
  g_assert_true (ullim_contact_get_data (bob)->has_photo);
  again = load_photo (fixture, bob);
  g_assert_cmpuint (g_bytes_get_size (again), ==, ULLIM_PEOPLE_MAX_PHOTO_BYTES);
  g_assert_cmpint (set_photo (fixture, bob, NULL, 0), ==, ULLIM_PROBLEM_NONE);
  g_assert_false (ullim_contact_get_data (bob)->has_photo);
}

static void
test_address (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();
  g_autoptr (UllimAccount)         account = NULL;
  g_autoptr (GError)               error = NULL;
  g_autofree char                 *key = NULL;
  g_autofree char                 *uri = NULL;
  g_autofree char                 *tel = NULL;

  settings->address = g_strdup ("sip:me@example.org");
  account = ullim_account_new (1, settings);
  uri = ullim_people_service_parse_address (account, " bob ", &key, NULL);
  g_assert_cmpstr (uri, ==, "sip:bob@example.org");
  g_assert_cmpstr (key, ==, "bob@example.org");
  tel = ullim_people_service_parse_address (NULL, "+82 10 1234", NULL, NULL);
  g_assert_cmpstr (tel, ==, "tel:+82101234");
  g_assert_null (ullim_people_service_parse_address (account, "a@b@c", NULL, &error));
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_ADDRESS);
}

/* Over the first account from then on, without anything else happening to them. */
static void
test_account_removed (Fixture *fixture, gconstpointer data)
{
  UllimContact                *bob = add (fixture, "Bob", "sip:bob@h", NULL);
  g_autoptr (UllimContactData) other = ullim_contact_data_copy (ullim_contact_get_data (bob));

  other->account_id = 5;
  change (fixture, bob, other);
  ullim_people_service_account_removed (fixture->people, 6);
  assert_log (fixture, "+Bob ~Bob ");
  ullim_people_service_account_removed (fixture->people, 5);
  assert_log (fixture, "~Bob ");
  g_assert_cmpint (ullim_contact_get_data (bob)->account_id, ==, 0);
}

/* What is asked for before the book is open is refused, or waits until it is read. */
static void
test_early (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimPeopleService) early = ullim_people_service_new ();
  g_autoptr (UllimContactData)   bob = make_data ("Bob", "sip:bob@h", NULL);
  g_autoptr (GAsyncResult)       result = NULL;
  g_autoptr (GAsyncResult)       loaded = NULL;
  g_autoptr (UllimContact)       contact = NULL;

  add (fixture, "Bob", "sip:bob@h", NULL);
  ullim_people_service_load_async (early, fixture->roster, NULL, support_async_result, &loaded);
  ullim_people_service_add_async (early, bob, NULL, support_async_result, &result);
  contact = ullim_people_service_add_finish (early, wait_result (&result), NULL);
  g_assert_nonnull (contact);
  g_assert_cmpuint (
      g_list_model_get_n_items (G_LIST_MODEL (ullim_people_service_get_contacts (early))), ==, 1);
  wait_result (&loaded);
}

static void
test_batch (Fixture *fixture, gconstpointer data)
{
  UllimContact            *a = add (fixture, "A", "sip:a@h", NULL);
  UllimContact            *b = add (fixture, "B", "sip:b@h", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  GPtrArray               *edits = ullim_people_edits_new ();
  UllimContactData        *changed = make_data ("AA", "sip:a@h", NULL);

  g_string_truncate (fixture->log, 0);
  g_ptr_array_add (edits, ullim_people_edit_new (ULLIM_PEOPLE_CHANGE, a, changed));
  g_ptr_array_add (edits, ullim_people_edit_new (ULLIM_PEOPLE_REMOVE, b, NULL));
  for (guint i = 0; i < 3; i++) {
    g_autofree char *uri = g_strdup_printf ("sip:c%u@h", i);

    g_ptr_array_add (edits,
                     ullim_people_edit_new (ULLIM_PEOPLE_ADD, NULL, make_data ("C", uri, NULL)));
  }
  ullim_people_service_edit_async (fixture->people, edits, NULL, support_async_result, &result);
  g_assert_true (ullim_people_service_edit_finish (fixture->people, wait_result (&result), NULL));
  assert_log (fixture, "~AA +C +C +C -B ");
  g_clear_object (&result);
  restart (fixture);
  g_assert_cmpuint (count (fixture), ==, 4);
  g_assert_nonnull (ullim_contact_list_find (contacts_of (fixture), "c2@h"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)
  ADD ("/people-service/add", test_add);
  ADD ("/people-service/add-twice", test_add_twice);
  ADD ("/people-service/refused", test_refused);
  ADD ("/people-service/change", test_change);
  ADD ("/people-service/undo", test_undo);
  ADD ("/people-service/groups", test_groups);
  ADD ("/people-service/photo", test_photo);
  ADD ("/people-service/address", test_address);
  ADD ("/people-service/account-removed", test_account_removed);
  ADD ("/people-service/early", test_early);
  ADD ("/people-service/batch", test_batch);
  return g_test_run ();
}
