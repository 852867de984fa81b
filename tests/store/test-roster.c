/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People, permissions, documents and the user's own presence as rows.
 */
#include "roster.h"

#include <string.h>

#include "store-fixture.h"

static GAsyncResult *
wait_result (GAsyncResult **result)
{
  return support_wait_ptr ((gpointer *) result, "the roster");
}

static UllimContactRow *
make_row (gint64 id, const char *uid, const char *name, gint64 account_id)
{
  UllimContactRow *row = g_new0 (UllimContactRow, 1);

  row->id = id;
  row->data = ullim_contact_data_new ();
  row->data->uid = g_strdup (uid);
  row->data->name = g_strdup (name);
  row->data->account_id = account_id;
  row->card = g_strdup_printf ("card of %s", name);
  return row;
}

static GPtrArray *
rows_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_contact_row_free);
}

/* @rows: (transfer full) */
static GPtrArray *
save (StoreFixture *fixture, GPtrArray *rows, UllimProblem *problem)
{
  g_autoptr (UllimRoster)  roster = ullim_roster_new (fixture->db);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  GPtrArray               *saved;

  ullim_roster_save_async (roster, rows, NULL, support_async_result, &result);
  saved = ullim_roster_save_finish (roster, wait_result (&result), &error);
  g_assert_true ((saved == NULL) == (error != NULL));
  *problem = ullim_problem_from_error (error);
  return saved;
}

static gint64
save_one (StoreFixture *fixture, UllimContactRow *row)
{
  GPtrArray            *rows = rows_new ();
  g_autoptr (GPtrArray) saved = NULL;
  UllimProblem          problem;

  g_ptr_array_add (rows, row);
  saved = save (fixture, rows, &problem);
  g_assert_cmpint (problem, ==, ULLIM_PROBLEM_NONE);
  return ((UllimContactRow *) saved->pdata[0])->id;
}

static GPtrArray *
load (StoreFixture *fixture)
{
  g_autoptr (UllimRoster)  roster = ullim_roster_new (fixture->db);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  GPtrArray               *rows;

  ullim_roster_load_async (roster, NULL, support_async_result, &result);
  rows = ullim_roster_load_finish (roster, wait_result (&result), &error);
  g_assert_no_error (error);
  return rows;
}

static GPtrArray *
load_cards (StoreFixture *fixture, GArray *ids)
{
  g_autoptr (UllimRoster)  roster = ullim_roster_new (fixture->db);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  GPtrArray               *rows;

  ullim_roster_cards_async (roster, ids, NULL, support_async_result, &result);
  rows = ullim_roster_cards_finish (roster, wait_result (&result), &error);
  g_assert_no_error (error);
  return rows;
}

static void
test_people (StoreFixture *fixture, gconstpointer data)
{
  UllimContactRow           *bob = make_row (0, "u1", "Bob", 2);
  g_autoptr (GPtrArray)      rows = NULL;
  const UllimContactRow     *found;
  const UllimContactAddress *address;
  gint64                     id;

  bob->data->nickname = g_strdup ("밥");
  bob->data->note = g_strdup ("one\ntwo");
  bob->data->is_favourite = TRUE;
  bob->data->has_photo = TRUE;
  g_ptr_array_add (bob->data->addresses,
                   ullim_contact_address_new ("sip:bob@example.org", "bob@example.org"));
  g_ptr_array_add (bob->data->addresses, ullim_contact_address_new ("tel:+821", "tel:+821"));
  g_ptr_array_add (bob->data->groups, g_strdup ("Work, mostly"));
  g_ptr_array_add (bob->data->groups, g_strdup ("친구"));
  id = save_one (fixture, bob);
  store_fixture_close (fixture);
  store_fixture_reopen (fixture);

  rows = load (fixture);
  g_assert_cmpuint (rows->len, ==, 1);
  found = rows->pdata[0];
  g_assert_cmpint (found->id, ==, id);
  g_assert_null (found->card);
  g_assert_cmpstr (found->data->uid, ==, "u1");
  g_assert_cmpint (found->data->account_id, ==, 2);
  g_assert_cmpstr (found->data->name, ==, "Bob");
  g_assert_cmpstr (found->data->nickname, ==, "밥");
  g_assert_cmpstr (found->data->note, ==, "one\ntwo");
  g_assert_true (found->data->is_favourite && found->data->has_photo);
  g_assert_cmpuint (found->data->addresses->len, ==, 2);
  address = found->data->addresses->pdata[1];
  g_assert_cmpstr (address->uri, ==, "tel:+821");
  g_assert_cmpstr (address->key, ==, "tel:+821");
  g_assert_cmpuint (found->data->groups->len, ==, 2);
  g_assert_cmpstr (found->data->groups->pdata[0], ==, "Work, mostly");
}

/* By id, by uid; and those who are asked for, in the order of ids. */
static void
test_change (StoreFixture *fixture, gconstpointer data)
{
  gint64                first = save_one (fixture, make_row (0, "u1", "A", 0));
  gint64                second = save_one (fixture, make_row (0, "u2", "B", 0));
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) some = NULL;
  g_autoptr (GArray)    ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_assert_cmpint (save_one (fixture, make_row (0, "u1", "AA", 0)), ==, first);
  g_assert_cmpint (save_one (fixture, make_row (second, "u2", "BB", 0)), ==, second);
  rows = load_cards (fixture, NULL);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpstr (((UllimContactRow *) rows->pdata[0])->card, ==, "card of AA");
  g_array_append_val (ids, second);
  g_array_append_val (ids, first);
  some = load_cards (fixture, ids);
  g_assert_cmpuint (some->len, ==, 2);
  g_assert_cmpint (((UllimContactRow *) some->pdata[0])->id, ==, first);
  g_assert_cmpstr (((UllimContactRow *) some->pdata[1])->card, ==, "card of BB");
}

/* All of them, or none. */
static void
test_refused (StoreFixture *fixture, gconstpointer data)
{
  GPtrArray            *rows = rows_new ();
  GPtrArray            *large = rows_new ();
  g_autoptr (GPtrArray) none = NULL;
  UllimContactRow      *row = make_row (0, "u2", "B", 0);
  UllimProblem          problem;

  g_ptr_array_add (rows, make_row (0, "u1", "A", 0));
  g_ptr_array_add (rows, make_row (4711, "u3", "C", 0));
  g_assert_null (save (fixture, rows, &problem));
  g_assert_cmpint (problem, ==, ULLIM_PROBLEM_DATABASE);
  g_free (row->card);
  row->card = g_strnfill (ULLIM_ROSTER_MAX_CARD_BYTES + 1, 'x');
  g_ptr_array_add (large, row);
  g_assert_null (save (fixture, large, &problem));
  g_assert_cmpint (problem, ==, ULLIM_PROBLEM_TOO_LARGE);
  none = load (fixture);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_full (StoreFixture *fixture, gconstpointer data)
{
  GPtrArray            *rows = rows_new ();
  GPtrArray            *one = rows_new ();
  g_autoptr (GPtrArray) saved = NULL;
  UllimProblem          problem;

  for (guint i = 0; i < ULLIM_ROSTER_MAX_PEOPLE; i++) {
    g_autofree char *uid = g_strdup_printf ("u%u", i);

    g_ptr_array_add (rows, make_row (0, uid, "A", 0));
  }
  saved = save (fixture, rows, &problem);
  g_assert_cmpuint (saved->len, ==, ULLIM_ROSTER_MAX_PEOPLE);
  g_ptr_array_add (one, make_row (0, "one too many", "A", 0));
  g_assert_null (save (fixture, one, &problem));
  g_assert_cmpint (problem, ==, ULLIM_PROBLEM_TOO_LARGE);
  save_one (fixture, make_row (0, "u0", "B", 0));
}

static void
test_remove (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (UllimRoster)  roster = ullim_roster_new (fixture->db);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GArray)       ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray)    rows = NULL;
  gint64                   first = save_one (fixture, make_row (0, "u1", "A", 0));
  gint64                   second = save_one (fixture, make_row (0, "u2", "B", 0));

  g_array_append_val (ids, first);
  ullim_roster_remove_async (roster, ids, NULL, support_async_result, &result);
  g_assert_true (ullim_roster_remove_finish (roster, wait_result (&result), NULL));
  rows = load (fixture);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpint (((UllimContactRow *) rows->pdata[0])->id, ==, second);
}

/* ---- permissions ---- */

static void
save_permission (StoreFixture   *fixture,
                 gint64          account_id,
                 const char     *key,
                 UllimPermission permission,
                 gint64          asked_us)
{
  g_autoptr (UllimRoster)  roster = ullim_roster_new (fixture->db);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char         *uri = g_strconcat ("sip:", key, NULL);
  UllimPermissionRow       row = {account_id, uri, (char *) key, NULL, permission, asked_us};

  ullim_roster_save_permission_async (roster, &row, NULL, support_async_result, &result);
  g_assert_true (ullim_roster_save_permission_finish (roster, wait_result (&result), NULL));
}

static void
assert_permissions (StoreFixture *fixture, const char *expected)
{
  g_autoptr (UllimRoster)  roster = ullim_roster_new (fixture->db);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray)    rows = NULL;
  g_autoptr (GString)      text = g_string_new (NULL);

  ullim_roster_load_permissions_async (roster, NULL, support_async_result, &result);
  rows = ullim_roster_load_permissions_finish (roster, wait_result (&result), NULL);
  for (guint i = 0; i < rows->len; i++) {
    const UllimPermissionRow *row = rows->pdata[i];

    g_string_append_printf (text, "%d/%s/%s ", (int) row->account_id, row->key,
                            ullim_permission_name (row->permission));
  }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_permissions (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (UllimRoster)  roster = ullim_roster_new (fixture->db);
  g_autoptr (GAsyncResult) result = NULL;

  save_permission (fixture, 1, "a@h", ULLIM_PERMISSION_ASKED, 10);
  save_permission (fixture, 2, "a@h", ULLIM_PERMISSION_BLOCKED, 0);
  save_permission (fixture, 1, "b@h", ULLIM_PERMISSION_DENIED, 20);
  assert_permissions (fixture, "1/b@h/denied 1/a@h/asked 2/a@h/blocked ");
  save_permission (fixture, 1, "a@h", ULLIM_PERMISSION_ALLOWED, 30);
  ullim_roster_remove_permission_async (roster, 1, "b@h", NULL, support_async_result, &result);
  g_assert_true (ullim_roster_remove_permission_finish (roster, wait_result (&result), NULL));
  g_clear_object (&result);
  g_clear_object (&roster);
  store_fixture_close (fixture);
  /* What the file should not say opens no door. */
  store_execute (fixture->path, "INSERT INTO permission VALUES (3, 'c@h', 'sip:c@h', NULL, 99, 0)");
  store_fixture_reopen (fixture);
  assert_permissions (fixture, "1/a@h/allowed 2/a@h/blocked 3/c@h/asked ");
}

/* ---- documents ---- */

static void
save_document (StoreFixture *fixture, gint64 account_id, const char *text, const char *etag)
{
  g_autoptr (UllimRoster)  roster = ullim_roster_new (fixture->db);
  g_autoptr (GAsyncResult) result = NULL;

  ullim_roster_save_document_async (roster, account_id, "resource-lists", text, etag, NULL,
                                    support_async_result, &result);
  g_assert_true (ullim_roster_save_document_finish (roster, wait_result (&result), NULL));
}

static void
assert_document (StoreFixture *fixture, gint64 account_id, const char *text, const char *etag)
{
  g_autoptr (UllimRoster)  roster = ullim_roster_new (fixture->db);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char         *found = NULL;
  g_autofree char         *found_etag = NULL;

  ullim_roster_load_document_async (roster, account_id, "resource-lists", NULL,
                                    support_async_result, &result);
  g_assert_true (
      ullim_roster_load_document_finish (roster, wait_result (&result), &found, &found_etag, NULL));
  g_assert_cmpstr (found, ==, text);
  g_assert_cmpstr (found_etag, ==, etag);
}

static void
test_documents (StoreFixture *fixture, gconstpointer data)
{
  assert_document (fixture, 1, NULL, NULL);
  save_document (fixture, 1, "<a/>", "e1");
  save_document (fixture, 2, "<b/>", NULL);
  save_document (fixture, 1, "<c/>", "e2");
  assert_document (fixture, 1, "<c/>", "e2");
  assert_document (fixture, 2, "<b/>", NULL);
  save_document (fixture, 1, NULL, NULL);
  assert_document (fixture, 1, NULL, NULL);
}

/* ---- own presence ---- */

static void
assert_own (StoreFixture *fixture, UllimOwnPresence own, const char *note)
{
  g_autoptr (UllimRoster)  roster = ullim_roster_new (fixture->db);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char         *found_note = NULL;
  UllimOwnPresence         found = ULLIM_OWN_INVISIBLE;

  ullim_roster_load_own_async (roster, NULL, support_async_result, &result);
  g_assert_true (
      ullim_roster_load_own_finish (roster, wait_result (&result), &found, &found_note, NULL));
  g_assert_cmpint (found, ==, own);
  g_assert_cmpstr (found_note, ==, note);
}

static void
test_own (StoreFixture *fixture, gconstpointer data)
{
  const char *const       notes[] = {"at lunch", NULL};
  const UllimOwnPresence  owns[] = {ULLIM_OWN_DND, ULLIM_OWN_AWAY};
  g_autoptr (UllimRoster) roster = NULL;

  assert_own (fixture, ULLIM_OWN_AVAILABLE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (notes); i++) {
    g_autoptr (GAsyncResult) result = NULL;

    roster = ullim_roster_new (fixture->db);
    ullim_roster_save_own_async (roster, owns[i], notes[i], NULL, support_async_result, &result);
    g_assert_true (ullim_roster_save_own_finish (roster, wait_result (&result), NULL));
    g_clear_object (&result);
    g_clear_object (&roster);
    store_fixture_close (fixture);
    store_fixture_reopen (fixture);
    assert_own (fixture, owns[i], notes[i]);
  }
}

/* ---- accounts ---- */

static void
test_account_removed (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (UllimAccounts) accounts = ullim_accounts_new (fixture->db);
  g_autoptr (GAsyncResult)  result = NULL;
  g_autoptr (GPtrArray)     rows = NULL;

  save_one (fixture, make_row (0, "u1", "A", 1));
  save_one (fixture, make_row (0, "u2", "B", 2));
  save_permission (fixture, 1, "a@h", ULLIM_PERMISSION_ALLOWED, 0);
  save_permission (fixture, 2, "a@h", ULLIM_PERMISSION_ALLOWED, 0);
  save_document (fixture, 1, "<a/>", NULL);
  save_document (fixture, 2, "<b/>", NULL);
  ullim_accounts_remove_async (accounts, 1, NULL, support_async_result, &result);
  g_assert_true (ullim_accounts_remove_finish (accounts, wait_result (&result), NULL));
  rows = load (fixture);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpint (((UllimContactRow *) rows->pdata[0])->data->account_id, ==, 0);
  g_assert_cmpint (((UllimContactRow *) rows->pdata[1])->data->account_id, ==, 2);
  assert_permissions (fixture, "2/a@h/allowed ");
  assert_document (fixture, 1, NULL, NULL);
  assert_document (fixture, 2, "<b/>", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add (name, StoreFixture, NULL, store_fixture_set_up, function, store_fixture_tear_down)
  ADD ("/roster/people", test_people);
  ADD ("/roster/change", test_change);
  ADD ("/roster/refused", test_refused);
  ADD ("/roster/full", test_full);
  ADD ("/roster/remove", test_remove);
  ADD ("/roster/permissions", test_permissions);
  ADD ("/roster/documents", test_documents);
  ADD ("/roster/own", test_own);
  ADD ("/roster/account-removed", test_account_removed);
  return g_test_run ();
}
