/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Somebody who asked: what is shown of them, and when they tell of a change.
 */
#include "watcher.h"

static void
on_count (UllimWatcher *watcher, guint *count)
{
  (*count)++;
}

static void
test_watcher (void)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();
  g_autoptr (UllimAccount)         account = NULL;
  g_autoptr (UllimWatcher)         watcher = NULL;
  guint                            changes = 0;

  settings->address = g_strdup ("sip:me@example.org");
  account = ullim_account_new (1, settings);
  watcher = ullim_watcher_new (account, "sip:eve@example.org", "eve@example.org", "",
                               ULLIM_PERMISSION_ASKED, 17);
  g_signal_connect (watcher, "changed", G_CALLBACK (on_count), &changes);
  g_assert_cmpstr (ullim_watcher_get_name (watcher), ==, "eve@example.org");
  g_assert_cmpint (ullim_watcher_get_asked_us (watcher), ==, 17);
  ullim_watcher_set_name (watcher, NULL);
  ullim_watcher_set_permission (watcher, ULLIM_PERMISSION_ASKED);
  g_assert_cmpuint (changes, ==, 0);
  ullim_watcher_set_name (watcher, "Eve");
  ullim_watcher_set_permission (watcher, ULLIM_PERMISSION_BLOCKED);
  g_assert_cmpuint (changes, ==, 2);
  g_assert_cmpstr (ullim_watcher_get_name (watcher), ==, "Eve");
  g_assert_cmpint (ullim_watcher_get_permission (watcher), ==, ULLIM_PERMISSION_BLOCKED);
  g_assert_true (ullim_watcher_get_account (watcher) == account);
}

static void
test_names (void)
{
  g_assert_cmpstr (ullim_permission_name (ULLIM_PERMISSION_ASKED), ==, "asked");
  g_assert_cmpstr (ullim_permission_name (ULLIM_PERMISSION_ALLOWED), ==, "allowed");
  g_assert_cmpstr (ullim_permission_name (ULLIM_PERMISSION_DENIED), ==, "denied");
  g_assert_cmpstr (ullim_permission_name (ULLIM_PERMISSION_BLOCKED), ==, "blocked");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watcher/watcher", test_watcher);
  g_test_add_func ("/watcher/names", test_names);
  return g_test_run ();
}
