/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * User names from people's names, and passwords made for people.
 */
#include "passphrase.h"
#include "user-name.h"

#include <string.h>

static void
test_suggest (void)
{
  static const struct {
    const char *name;
    const char *user;
  } cases[] = {
      {"Alice Kim", "alice"}, {"  Bob ", "bob"}, {"José", "jose"},
      {"O'Neil", "oneil"},    {"R2 D2", "r2"},
  };
  g_autofree char *korean = ullim_user_name_suggest ("김민지");
  g_autofree char *empty = ullim_user_name_suggest ("");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *user = ullim_user_name_suggest (cases[i].name);

    g_assert_cmpstr (user, ==, cases[i].user);
  }
  g_assert_true (ullim_user_name_is_valid (korean));
  g_assert_true (ullim_user_name_is_valid (empty));
}

static void
test_valid (void)
{
  g_assert_true (ullim_user_name_is_valid ("alice.kim-2_x"));
  g_assert_false (ullim_user_name_is_valid (""));
  g_assert_false (ullim_user_name_is_valid ("alice kim"));
  g_assert_false (ullim_user_name_is_valid ("alice@host"));
  g_assert_false (ullim_user_name_is_valid ("민지"));
}

static void
test_passphrase (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 1000; i++) {
    char *password = ullim_passphrase_new ();

    g_assert_nonnull (password);
    g_assert_cmpuint (strlen (password), ==, 19);
    g_assert_true (
        g_regex_match_simple ("^([a-hjkmnp-z2-8]{4}-){3}[a-hjkmnp-z2-8]{4}$", password, 0, 0));
    g_assert_true (g_hash_table_add (seen, password));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/user-name/suggest", test_suggest);
  g_test_add_func ("/user-name/valid", test_valid);
  g_test_add_func ("/user-name/passphrase", test_passphrase);
  return g_test_run ();
}
