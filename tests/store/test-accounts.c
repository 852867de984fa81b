/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accounts and the identity of the installation, as rows.
 */
#include "store-fixture.h"

static GPtrArray *
load (StoreFixture *fixture, char **instance_id)
{
  g_autoptr (UllimAccounts) accounts = ullim_accounts_new (fixture->db);
  g_autoptr (GAsyncResult)  result = NULL;
  g_autoptr (GError)        error = NULL;
  GPtrArray                *rows;

  ullim_accounts_load_async (accounts, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the accounts");
  rows = ullim_accounts_load_finish (accounts, result, instance_id, &error);
  g_assert_no_error (error);
  return rows;
}

static gint64
save (StoreFixture *fixture, gint64 id, const UllimAccountSettings *settings)
{
  g_autoptr (UllimAccounts) accounts = ullim_accounts_new (fixture->db);
  g_autoptr (GAsyncResult)  result = NULL;
  g_autoptr (GError)        error = NULL;
  gint64                    saved;

  ullim_accounts_save_async (accounts, id, settings, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "an account to be saved");
  saved = ullim_accounts_save_finish (accounts, result, &error);
  g_assert_true ((saved == 0) == (error != NULL));
  return saved;
}

static void
remove_account (StoreFixture *fixture, gint64 id)
{
  g_autoptr (UllimAccounts) accounts = ullim_accounts_new (fixture->db);
  g_autoptr (GAsyncResult)  result = NULL;

  ullim_accounts_remove_async (accounts, id, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "an account to be removed");
  g_assert_true (ullim_accounts_remove_finish (accounts, result, NULL));
}

static UllimAccountSettings *
settings_for (const char *address)
{
  UllimAccountSettings *settings = ullim_account_settings_new ();

  settings->address = g_strdup (address);
  settings->registers = TRUE;
  return settings;
}

static void
test_instance_id (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char      *first = NULL;
  g_autofree char      *second = NULL;
  g_autoptr (GPtrArray) none = load (fixture, &first);
  g_autoptr (GPtrArray) none_again = NULL;

  g_assert_cmpuint (none->len, ==, 0);
  g_assert_true (g_str_has_prefix (first, "urn:uuid:"));
  g_assert_true (g_uuid_string_is_valid (first + strlen ("urn:uuid:")));
  store_fixture_close (fixture);
  store_fixture_reopen (fixture);
  none_again = load (fixture, &second);
  g_assert_cmpstr (first, ==, second);
}

static void
assert_settings (const UllimAccountSettings *found, const UllimAccountSettings *expected)
{
  g_assert_cmpstr (found->address, ==, expected->address);
  g_assert_cmpstr (found->display_name, ==, expected->display_name);
  g_assert_cmpstr (found->auth_user, ==, expected->auth_user);
  g_assert_cmpstr (found->proxy, ==, expected->proxy);
  g_assert_cmpint (found->registers, ==, expected->registers);
  g_assert_cmpstr (found->ca_file, ==, expected->ca_file);
  g_assert_cmpstr (found->pin, ==, expected->pin);
  g_assert_cmpstr (found->xcap_root, ==, expected->xcap_root);
  g_assert_true ((found->listen == NULL) == (expected->listen == NULL));
  if (found->listen)
    g_assert_cmpstrv (found->listen, expected->listen);
}

static void
test_settings (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (UllimAccountSettings) alice = settings_for ("sip:alice@example.org");
  g_autoptr (UllimAccountSettings) bob = settings_for ("sip:bob@example.org");
  g_autoptr (GPtrArray)            rows = NULL;
  gint64                           alice_id;
  gint64                           bob_id;

  alice->display_name = g_strdup ("앨리스");
  alice->auth_user = g_strdup ("al");
  alice->proxy = g_strdup ("sip:proxy.example.org;transport=tls");
  alice->listen = g_strsplit ("udp:127.0.0.1:0 tcp:[::1]:5060", " ", -1);
  alice->registers = FALSE;
  alice->ca_file = g_strdup ("/etc/ca.pem");
  alice->pin = g_strdup ("AB:CD");
  alice->xcap_root = g_strdup ("https://example.org/xcap-root");
  alice_id = save (fixture, 0, alice);
  bob_id = save (fixture, 0, bob);
  store_fixture_close (fixture);
  store_fixture_reopen (fixture);

  rows = load (fixture, NULL);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpint (((UllimAccountRow *) rows->pdata[0])->id, ==, alice_id);
  assert_settings (((UllimAccountRow *) rows->pdata[0])->settings, alice);
  g_assert_cmpint (((UllimAccountRow *) rows->pdata[1])->id, ==, bob_id);
  assert_settings (((UllimAccountRow *) rows->pdata[1])->settings, bob);
}

static void
test_change (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (UllimAccountSettings) alice = settings_for ("sip:alice@example.org");
  g_autoptr (UllimAccountSettings) bob = settings_for ("sip:bob@example.org");
  g_autoptr (GPtrArray)            rows = NULL;
  gint64                           id = save (fixture, 0, alice);

  /* By address, then by id. */
  alice->display_name = g_strdup ("Alice");
  g_assert_cmpint (save (fixture, 0, alice), ==, id);
  g_free (alice->address);
  alice->address = g_strdup ("sip:alice@example.com");
  g_assert_cmpint (save (fixture, id, alice), ==, id);

  g_assert_cmpint (save (fixture, 0, bob), !=, id);
  g_assert_cmpint (save (fixture, id, bob), ==, 0);   /* the address is taken */
  g_assert_cmpint (save (fixture, 4711, bob), ==, 0); /* there is no such account */
  rows = load (fixture, NULL);
  g_assert_cmpuint (rows->len, ==, 2);
  assert_settings (((UllimAccountRow *) rows->pdata[0])->settings, alice);
}

/* @data: how many of bob's messages there are for each of alice's: with few the index is made
 * again, with many alice's are taken out of it. */
static void
test_remove (StoreFixture *fixture, gconstpointer data)
{
  const guint                      n_alice = 20;
  const guint                      n_bob = n_alice * GPOINTER_TO_UINT (data);
  g_autoptr (UllimAccountSettings) alice = settings_for ("sip:alice@example.org");
  g_autoptr (UllimAccountSettings) bob = settings_for ("sip:bob@example.org");
  gint64                           alice_id = save (fixture, 0, alice);
  gint64                           bob_id = save (fixture, 0, bob);

  for (guint i = 0; i < n_alice; i++) {
    store_receive (fixture->history, alice_id, "sip:carol@example.org", "a", i, "to alice 안녕");
    for (guint k = 0; k < n_bob / n_alice; k++)
      store_receive (fixture->history, bob_id, "sip:carol@example.org", "a", k * n_alice + i,
                     "to bob 안녕");
  }
  remove_account (fixture, alice_id);
  remove_account (fixture, 4711);

  g_autoptr (GPtrArray) rows = load (fixture, NULL);
  g_autoptr (GPtrArray) conversations = store_conversations (fixture->history);
  g_autoptr (GPtrArray) hits = store_search (fixture->history, "안녕", 0, 0, 200);
  g_autoptr (GPtrArray) gone = store_search (fixture->history, "alice", 0, 0, 200);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpuint (conversations->len, ==, n_bob > 0 ? 1 : 0);
  if (n_bob > 0)
    g_assert_cmpint (((UllimConversationRow *) conversations->pdata[0])->account_id, ==, bob_id);
  g_assert_cmpuint (hits->len, ==, n_bob);
  g_assert_cmpuint (gone->len, ==, 0);
  /* Its id is not given to another, who would inherit something. */
  g_assert_cmpint (save (fixture, 0, alice), >, bob_id);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/accounts/" name, StoreFixture, NULL, store_fixture_set_up, function,               \
              store_fixture_tear_down)
#define ADD_REMOVE(name, others)                                                                   \
  g_test_add ("/accounts/" name, StoreFixture, GUINT_TO_POINTER (others), store_fixture_set_up,    \
              test_remove, store_fixture_tear_down)
  ADD ("instance-id", test_instance_id);
  ADD ("settings", test_settings);
  ADD ("change", test_change);
  ADD_REMOVE ("remove-all", 0);
  ADD_REMOVE ("remove-most", 1);
  ADD_REMOVE ("remove-few", 9);
  return g_test_run ();
}
