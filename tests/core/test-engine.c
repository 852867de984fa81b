/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine's start and stop, on folders that are good, taken, damaged and not writable; accounts
 * that come, change and go.
 */
#include "engine.h"

#include "person.h"
#include "support.h"

static UllimProblem
try_to_start (const char *dir)
{
  UllimEngine             *engine = ullim_engine_new (dir);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  g_autoptr (GError)       error = NULL;

  ullim_engine_start_async (engine, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the engine to start or fail");
  ullim_engine_start_finish (engine, result, &error);
  g_clear_object (&result);
  ullim_engine_stop_async (engine, NULL, support_async_result, &stopped);
  support_wait_ptr ((gpointer *) &stopped, "the engine to stop");
  g_assert_true (ullim_engine_stop_finish (engine, stopped, NULL));
  g_clear_object (&stopped);
  support_wait_alone (engine);
  g_assert_finalize_object (engine);
  return ullim_problem_from_error (error);
}

static void
test_start_stop (void)
{
  char *dir = support_temp_dir ();

  g_assert_cmpint (try_to_start (dir), ==, ULLIM_PROBLEM_NONE);
  g_assert_cmpint (try_to_start (dir), ==, ULLIM_PROBLEM_NONE);
  support_temp_dir_free (dir);
}

static void
test_in_use (void)
{
  char   *dir = support_temp_dir ();
  Person *person = person_new (dir);

  g_assert_cmpint (try_to_start (dir), ==, ULLIM_PROBLEM_IN_USE);
  person_stop (person);
  g_assert_cmpint (try_to_start (dir), ==, ULLIM_PROBLEM_NONE);
  support_temp_dir_free (dir);
}

static void
test_damaged (void)
{
  char              *dir = support_temp_dir ();
  g_autofree char   *path = g_build_filename (dir, "ullim.db", NULL);
  g_autofree char   *garbage = g_strnfill (8192, '?');
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, garbage, 8192, &error));
  g_assert_cmpint (try_to_start (dir), ==, ULLIM_PROBLEM_DATABASE_DAMAGED);
  support_temp_dir_free (dir);
}

static void
test_not_writable (void)
{
  /* Not even the superuser can make a folder there. */
  g_assert_cmpint (try_to_start ("/sys/ullim-test"), ==, ULLIM_PROBLEM_DISK_READ_ONLY);
}

/* Stopped at any moment of its start. */
static void
test_stop_while_starting (void)
{
  char *dir = support_temp_dir ();

  for (guint turns = 0; turns < 30; turns++) {
    UllimEngine             *engine = ullim_engine_new (dir);
    g_autoptr (GAsyncResult) started = NULL;
    g_autoptr (GAsyncResult) stopped = NULL;

    ullim_engine_start_async (engine, NULL, support_async_result, &started);
    for (guint i = 0; i < turns; i++)
      g_main_context_iteration (NULL, started == NULL);
    ullim_engine_stop_async (engine, NULL, support_async_result, &stopped);
    support_wait_ptr ((gpointer *) &stopped, "the engine to stop");
    support_wait_ptr ((gpointer *) &started, "the start to end");
    g_assert_true (ullim_engine_stop_finish (engine, stopped, NULL));
    g_clear_object (&started);
    g_clear_object (&stopped);
    support_wait_alone (engine);
    g_assert_finalize_object (engine);
  }
  support_temp_dir_free (dir);
}

static UllimAccount *
add (Person *person, const char *address)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();
  g_autoptr (GAsyncResult)         result = NULL;
  UllimAccount                    *account;

  settings->address = g_strdup (address);
  settings->registers = FALSE;
  settings->listen = g_strsplit ("tcp:127.0.0.1:0", " ", -1);
  ullim_engine_add_account_async (person->engine, settings, NULL, TRUE, NULL, support_async_result,
                                  &result);
  support_wait_ptr ((gpointer *) &result, "the account");
  account = ullim_engine_add_account_finish (person->engine, result, NULL);
  return account;
}

static void
test_accounts (void)
{
  char                    *dir = support_temp_dir ();
  Person                  *person = person_new (dir);
  GListModel              *accounts = ullim_engine_get_accounts (person->engine);
  g_autoptr (UllimAccount) first = add (person, "alice@127.0.0.1");
  g_autoptr (UllimAccount) again = add (person, "sip:alice@127.0.0.1");
  g_autoptr (UllimAccount) second = add (person, "sip:bob@127.0.0.1");
  g_autoptr (UllimAccount) kept = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  UllimConversation       *conversation;

  g_assert_null (add (person, "no one"));
  g_assert_null (add (person, ""));
  g_assert_true (first == again);
  g_assert_cmpstr (ullim_account_get_address (first), ==, "sip:alice@127.0.0.1");
  g_assert_cmpuint (g_list_model_get_n_items (accounts), ==, 2);

  g_set_object (&person->account, first);
  conversation = person_open (person, "sip:carol@127.0.0.1:1");
  ullim_engine_remove_account_async (person->engine, first, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the removal");
  g_assert_true (ullim_engine_remove_account_finish (person->engine, result, NULL));
  g_clear_object (&result);
  g_clear_object (&person->account);
  g_assert_cmpuint (g_list_model_get_n_items (accounts), ==, 1);
  g_assert_cmpuint (
      g_list_model_get_n_items (G_LIST_MODEL (ullim_engine_get_conversations (person->engine))), ==,
      0);
  g_assert_finalize_object (conversation);
  g_clear_object (&again);
  g_assert_finalize_object (g_steal_pointer (&first));

  g_clear_object (&second);
  person_stop (person);
  person = person_new (dir);
  accounts = ullim_engine_get_accounts (person->engine);
  g_assert_cmpuint (g_list_model_get_n_items (accounts), ==, 1);
  kept = g_list_model_get_item (accounts, 0);
  g_assert_cmpstr (ullim_account_get_address (kept), ==, "sip:bob@127.0.0.1");
  g_clear_object (&kept);
  person_stop (person);
  support_temp_dir_free (dir);
}

/* Changes that overtake one another end in the last one. */
static void
test_change_in_a_hurry (void)
{
  char                    *dir = support_temp_dir ();
  Person                  *person = person_new (dir);
  g_autoptr (UllimAccount) account = add (person, "sip:alice@127.0.0.1");

  g_set_object (&person->account, account);
  for (guint i = 0; i < 10; i++) {
    g_autoptr (UllimAccountSettings) settings =
        ullim_account_settings_copy (ullim_account_get_settings (account));

    g_free (settings->display_name);
    settings->display_name = g_strdup_printf ("Alice %u", i);
    ullim_engine_change_account_async (person->engine, account, settings, NULL, NULL, NULL);
  }
  /* Comes after them all in the database's queue. */
  g_object_unref (person_open (person, "sip:carol@127.0.0.1"));
  g_assert_cmpstr (ullim_account_get_display_name (account), ==, "Alice 9");
  person_wait_state (person, ULLIM_CONNECTION_ONLINE);
  g_clear_object (&account);
  person_stop (person);
  support_temp_dir_free (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/start-stop", test_start_stop);
  g_test_add_func ("/engine/stop-while-starting", test_stop_while_starting);
  g_test_add_func ("/engine/in-use", test_in_use);
  g_test_add_func ("/engine/damaged", test_damaged);
  g_test_add_func ("/engine/not-writable", test_not_writable);
  g_test_add_func ("/engine/accounts", test_accounts);
  g_test_add_func ("/engine/change-in-a-hurry", test_change_in_a_hurry);
  return g_test_run ();
}
