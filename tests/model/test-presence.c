/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presence as a value, and its names.
 */
#include "presence.h"

static void
test_value (void)
{
  g_autoptr (UllimPresence) away =
      ullim_presence_new (ULLIM_PRESENCE_AWAY, ULLIM_PRESENCE_REASON_NONE, "at lunch");
  g_autoptr (UllimPresence) copy = ullim_presence_copy (away);

  g_assert_true (ullim_presence_equal (away, copy));
  g_assert_true (away->note != copy->note);
  copy->is_stale = TRUE;
  g_assert_false (ullim_presence_equal (away, copy));
  copy->is_stale = FALSE;
  copy->since_us = 1;
  g_assert_false (ullim_presence_equal (away, copy));
  copy->since_us = 0;
  g_clear_pointer (&copy->note, g_free);
  g_assert_false (ullim_presence_equal (away, copy));
  g_assert_false (ullim_presence_equal (away, NULL));
  g_assert_true (ullim_presence_equal (NULL, NULL));
  g_assert_null (ullim_presence_copy (NULL));
}

/* Each state and reason has a name of its own. */
static void
test_names (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < ULLIM_PRESENCE_N_STATES; i++)
    g_assert_true (g_hash_table_add (seen, (char *) ullim_presence_state_name (i)));
  g_assert_cmpstr (ullim_presence_state_name (ULLIM_PRESENCE_ON_THE_PHONE), ==, "on-the-phone");
  g_assert_null (ullim_presence_reason_name (ULLIM_PRESENCE_REASON_NONE));
  for (guint i = 1; i <= ULLIM_PRESENCE_REASON_NO_SUCH_PERSON; i++)
    g_assert_true (g_hash_table_add (seen, (char *) ullim_presence_reason_name (i)));
}

static void
test_own_names (void)
{
  UllimOwnPresence own = ULLIM_OWN_AVAILABLE;

  for (guint i = 0; i < ULLIM_OWN_N_PRESENCES; i++) {
    g_assert_true (ullim_own_presence_from_name (ullim_own_presence_name (i), &own));
    g_assert_cmpuint (own, ==, i);
  }
  g_assert_false (ullim_own_presence_from_name ("asleep", &own));
  g_assert_false (ullim_own_presence_from_name (NULL, &own));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/presence/value", test_value);
  g_test_add_func ("/presence/names", test_names);
  g_test_add_func ("/presence/own-names", test_own_names);
  return g_test_run ();
}
