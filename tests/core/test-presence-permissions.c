/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may see: asked, decided, taken back, over a restart; and a flood of people who ask.
 */
#include "presence-permissions.h"

#include "accounts.h"
#include "support.h"

typedef struct {
  char                     *dir;
  UllimDb                  *db;
  UllimRoster              *roster;
  GListStore               *accounts;
  UllimAccount             *account;
  UllimPresencePermissions *permissions;
  guint                     n_requested;
  guint                     n_decided;
} Fixture;

static void
on_requested (UllimPresencePermissions *permissions, UllimWatcher *watcher, Fixture *fixture)
{
  fixture->n_requested++;
}

static void
on_decided (UllimPresencePermissions *permissions, UllimWatcher *watcher, Fixture *fixture)
{
  fixture->n_decided++;
}

static void
load (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  fixture->permissions = ullim_presence_permissions_new ();
  g_signal_connect (fixture->permissions, "requested", G_CALLBACK (on_requested), fixture);
  g_signal_connect (fixture->permissions, "decided", G_CALLBACK (on_decided), fixture);
  ullim_presence_permissions_load_async (fixture->permissions, fixture->roster,
                                         G_LIST_MODEL (fixture->accounts), NULL,
                                         support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the permissions");
  ullim_presence_permissions_load_finish (fixture->permissions, result, &error);
  g_assert_no_error (error);
}

static gint64
make_account (Fixture *fixture, const UllimAccountSettings *settings)
{
  g_autoptr (UllimAccounts) accounts = ullim_accounts_new (fixture->db);
  g_autoptr (GAsyncResult)  result = NULL;
  g_autoptr (GError)        error = NULL;
  gint64                    id;

  ullim_accounts_save_async (accounts, 0, settings, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the account");
  id = ullim_accounts_save_finish (accounts, result, &error);
  g_assert_no_error (error);
  return id;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();
  g_autoptr (GAsyncResult)         result = NULL;
  g_autoptr (GError)               error = NULL;
  g_autofree char                 *path = NULL;

  fixture->dir = support_temp_dir ();
  path = g_build_filename (fixture->dir, "ullim.db", NULL);
  ullim_db_open_async (path, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the database");
  fixture->db = ullim_db_open_finish (result, &error);
  g_assert_no_error (error);
  settings->address = g_strdup ("sip:me@example.org");
  fixture->account = ullim_account_new (make_account (fixture, settings), settings);
  fixture->accounts = g_list_store_new (ULLIM_TYPE_ACCOUNT);
  g_list_store_append (fixture->accounts, fixture->account);
  fixture->roster = ullim_roster_new (fixture->db);
  load (fixture);
}

/* Writes what is under way, and drops it. */
static void
unload (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray)    rows = NULL;

  ullim_roster_load_permissions_async (fixture->roster, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the disk");
  rows = ullim_roster_load_permissions_finish (fixture->roster, result, NULL);
  g_assert_nonnull (rows);
  g_assert_finalize_object (fixture->permissions);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  unload (fixture);
  ullim_db_close_async (fixture->db, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the database to close");
  g_assert_true (ullim_db_close_finish (fixture->db, result, NULL));
  g_clear_object (&result);
  g_object_unref (fixture->roster);
  g_object_unref (fixture->db);
  g_object_unref (fixture->accounts);
  g_assert_finalize_object (fixture->account);
  support_temp_dir_free (fixture->dir);
}

static void
decide (Fixture *fixture, const char *uri, UllimPermission permission)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  ullim_presence_permissions_decide_async (fixture->permissions, fixture->account, uri, permission,
                                           NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the decision");
  ullim_presence_permissions_decide_finish (fixture->permissions, result, &error);
  g_assert_no_error (error);
}

static void
ask (Fixture *fixture, const char *key, const char *name)
{
  g_autofree char *uri = g_strconcat ("sip:", key, NULL);

  ullim_presence_permissions_ask (fixture->permissions, fixture->account, uri, key, name);
}

static void
assert_list (Fixture *fixture, const char *expected)
{
  GListModel         *model = ullim_presence_permissions_get_watchers (fixture->permissions);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (UllimWatcher) watcher = g_list_model_get_item (model, i);

    g_string_append_printf (text, "%s=%s ", ullim_watcher_get_key (watcher),
                            ullim_permission_name (ullim_watcher_get_permission (watcher)));
  }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_ask_and_decide (Fixture *fixture, gconstpointer data)
{
  UllimWatcher *bob;

  ask (fixture, "bob@b.org", NULL);
  ask (fixture, "bob@b.org", "Bob");
  ask (fixture, "carol@c.org", NULL);
  g_assert_cmpuint (fixture->n_requested, ==, 2);
  g_assert_cmpuint (ullim_presence_permissions_get_n_asked (fixture->permissions), ==, 2);
  bob = ullim_presence_permissions_find (fixture->permissions, fixture->account, "bob@b.org");
  g_assert_cmpstr (ullim_watcher_get_name (bob), ==, "Bob");
  decide (fixture, "sip:carol@c.org", ULLIM_PERMISSION_DENIED);
  decide (fixture, "sips:DAN@D.org;transport=tcp", ULLIM_PERMISSION_BLOCKED);
  assert_list (fixture, "bob@b.org=asked carol@c.org=denied DAN@d.org=blocked ");
  g_assert_cmpuint (ullim_presence_permissions_get_n_asked (fixture->permissions), ==, 1);
  g_assert_cmpuint (fixture->n_decided, ==, 2);
  /* What was decided is not asked again. */
  ask (fixture, "carol@c.org", "Carol");
  ask (fixture, "DAN@d.org", "Dan");
  g_assert_cmpuint (fixture->n_requested, ==, 2);
  unload (fixture);
  load (fixture);
  assert_list (fixture, "bob@b.org=asked carol@c.org=denied DAN@d.org=blocked ");
  bob = ullim_presence_permissions_find (fixture->permissions, fixture->account, "bob@b.org");
  g_assert_cmpstr (ullim_watcher_get_name (bob), ==, "Bob");
}

/* Taken back: who asked waits again; of who never did nothing is left. */
static void
test_take_back (Fixture *fixture, gconstpointer data)
{
  ask (fixture, "bob@b.org", NULL);
  decide (fixture, "sip:bob@b.org", ULLIM_PERMISSION_BLOCKED);
  decide (fixture, "sip:carol@c.org", ULLIM_PERMISSION_BLOCKED);
  decide (fixture, "sip:bob@b.org", ULLIM_PERMISSION_ASKED);
  decide (fixture, "sip:carol@c.org", ULLIM_PERMISSION_ASKED);
  assert_list (fixture, "bob@b.org=asked ");
  g_assert_cmpuint (ullim_presence_permissions_get_n_asked (fixture->permissions), ==, 1);
  unload (fixture);
  load (fixture);
  assert_list (fixture, "bob@b.org=asked ");
}

static void
test_flood (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 2 * ULLIM_PRESENCE_MAX_ASKED; i++) {
    g_autofree char *key = g_strdup_printf ("p%u@flood.org", i);

    ask (fixture, key, NULL);
  }
  g_assert_cmpuint (fixture->n_requested, ==, ULLIM_PRESENCE_MAX_ASKED);
  g_assert_cmpuint (ullim_presence_permissions_get_n_asked (fixture->permissions), ==,
                    ULLIM_PRESENCE_MAX_ASKED);
  decide (fixture, "sip:p0@flood.org", ULLIM_PERMISSION_DENIED);
  ask (fixture, "bob@b.org", NULL);
  g_assert_cmpuint (fixture->n_requested, ==, ULLIM_PRESENCE_MAX_ASKED + 1);
}

static void
test_no_address (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  ullim_presence_permissions_decide_async (fixture->permissions, fixture->account, "not a URI",
                                           ULLIM_PERMISSION_ALLOWED, NULL, support_async_result,
                                           &result);
  support_wait_ptr ((gpointer *) &result, "the refusal");
  g_assert_false (ullim_presence_permissions_decide_finish (fixture->permissions, result, &error));
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_ADDRESS);
}

static void
test_account_removed (Fixture *fixture, gconstpointer data)
{
  ask (fixture, "bob@b.org", NULL);
  decide (fixture, "sip:carol@c.org", ULLIM_PERMISSION_ALLOWED);
  ullim_presence_permissions_remove_account (fixture->permissions, fixture->account);
  assert_list (fixture, "");
  g_assert_cmpuint (ullim_presence_permissions_get_n_asked (fixture->permissions), ==, 0);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/presence-permissions/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("ask-and-decide", test_ask_and_decide);
  ADD ("take-back", test_take_back);
  ADD ("flood", test_flood);
  ADD ("no-address", test_no_address);
  ADD ("account-removed", test_account_removed);
  return g_test_run ();
}
