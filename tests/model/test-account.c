/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accounts: settings are copied, derived names follow them, state notifies once per change.
 */
#include "account.h"

static void
on_count (UllimAccount *account, GParamSpec *pspec, guint *count)
{
  (*count)++;
}

static void
on_settings_changed (UllimAccount *account, guint *count)
{
  (*count)++;
}

static UllimAccount *
make (const char *address, const char *name)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();

  settings->address = g_strdup (address);
  settings->display_name = g_strdup (name);
  return ullim_account_new (7, settings);
}

static void
test_settings (void)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();
  UllimAccount                    *account = make ("sip:alice@example.org", NULL);
  const UllimAccountSettings      *kept;
  const char *const                listen[] = {"udp:127.0.0.1:0", NULL};
  guint                            changed = 0;
  guint                            named = 0;

  g_assert_true (settings->registers);
  settings->address = g_strdup ("sip:bob@example.net");
  settings->proxy = g_strdup ("sip:127.0.0.1:5060;transport=tcp");
  settings->listen = g_strdupv ((char **) listen);
  settings->pin = g_strdup ("AA:BB");
  g_signal_connect (account, "settings-changed", G_CALLBACK (on_settings_changed), &changed);
  g_signal_connect (account, "notify::display-name", G_CALLBACK (on_count), &named);
  ullim_account_set_settings (account, settings);
  g_assert_cmpuint (changed, ==, 1);
  g_assert_cmpuint (named, ==, 1);
  kept = ullim_account_get_settings (account);
  g_assert_true (kept != settings);
  g_assert_cmpstr (kept->listen[0], ==, "udp:127.0.0.1:0");
  g_assert_cmpstr (kept->proxy, ==, settings->proxy);
  g_assert_cmpstr (kept->pin, ==, "AA:BB");
  g_assert_cmpstr (ullim_account_get_address (account), ==, "sip:bob@example.net");
  g_assert_cmpint (ullim_account_get_id (account), ==, 7);
  g_assert_finalize_object (account);
}

static void
test_settings_equal (void)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();
  g_autoptr (UllimAccountSettings) copy = NULL;
  const char *const                listen[] = {"udp:127.0.0.1:0", NULL};
  char **const texts[] = {&settings->address,  &settings->display_name, &settings->auth_user,
                          &settings->proxy,    &settings->ca_file,      &settings->pin,
                          &settings->xcap_root};

  copy = ullim_account_settings_copy (settings);
  g_assert_true (ullim_account_settings_equal (settings, copy));
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    *texts[i] = g_strdup ("x");
    g_assert_false (ullim_account_settings_equal (settings, copy));
    g_clear_pointer (texts[i], g_free);
  }
  settings->listen = g_strdupv ((char **) listen);
  g_assert_false (ullim_account_settings_equal (settings, copy));
  copy->listen = g_strdupv ((char **) listen);
  g_assert_true (ullim_account_settings_equal (settings, copy));
  settings->registers = FALSE;
  g_assert_false (ullim_account_settings_equal (settings, copy));
}

static void
test_names (void)
{
  UllimAccount *plain = make ("sip:alice@Example.org", "");
  UllimAccount *named = make ("sip:alice@example.org", "Alice Kim");
  UllimAccount *odd = make ("no address", NULL);

  g_assert_cmpstr (ullim_account_get_display_name (plain), ==, "alice");
  g_assert_cmpstr (ullim_account_get_host (plain), ==, "example.org");
  g_assert_cmpstr (ullim_account_get_display_name (named), ==, "Alice Kim");
  g_assert_cmpstr (ullim_account_get_display_name (odd), ==, "no address");
  g_assert_cmpstr (ullim_account_get_host (odd), ==, "");
  g_assert_finalize_object (plain);
  g_assert_finalize_object (named);
  g_assert_finalize_object (odd);
}

static void
test_state (void)
{
  UllimAccount    *account = make ("sip:alice@example.org", NULL);
  guint            count = 0;
  int              state;
  int              problem;
  gint64           retry;
  g_autofree char *detail = NULL;

  g_signal_connect (account, "notify", G_CALLBACK (on_count), &count);
  ullim_account_set_state (account, ULLIM_CONNECTION_WAITING, ULLIM_PROBLEM_REFUSED, "no", 5);
  g_assert_cmpuint (count, ==, 4);
  ullim_account_set_state (account, ULLIM_CONNECTION_WAITING, ULLIM_PROBLEM_REFUSED, "no", 5);
  g_assert_cmpuint (count, ==, 4);
  g_object_get (account, "state", &state, "problem", &problem, "problem-detail", &detail,
                "retry-time", &retry, NULL);
  g_assert_cmpint (state, ==, ULLIM_CONNECTION_WAITING);
  g_assert_cmpint (problem, ==, ULLIM_PROBLEM_REFUSED);
  g_assert_cmpstr (detail, ==, "no");
  g_assert_cmpint (retry, ==, 5);
  ullim_account_set_state (account, ULLIM_CONNECTION_ONLINE, ULLIM_PROBLEM_NONE, NULL, 0);
  g_assert_null (ullim_account_get_problem_detail (account));
  g_assert_cmpint (ullim_account_get_retry_time (account), ==, 0);
  g_assert_cmpint (ullim_account_get_problem (account), ==, ULLIM_PROBLEM_NONE);
  g_assert_finalize_object (account);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/account/settings", test_settings);
  g_test_add_func ("/account/settings-equal", test_settings_equal);
  g_test_add_func ("/account/names", test_names);
  g_test_add_func ("/account/state", test_state);
  return g_test_run ();
}
