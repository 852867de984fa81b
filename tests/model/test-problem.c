/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Problems: a distinct word for each, and the way back from an error.
 */
#include "problem.h"

static void
test_names (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (int i = 0; i < ULLIM_N_PROBLEMS; i++) {
    const char *name = ullim_problem_name (i);

    g_assert_nonnull (name);
    g_assert_cmpstr (name, !=, "unknown");
    g_assert_true (g_hash_table_add (seen, (gpointer) name));
  }
  g_assert_cmpstr (ullim_problem_name (ULLIM_N_PROBLEMS), ==, "unknown");
  g_assert_cmpstr (ullim_problem_name ((UllimProblem) -1), ==, "unknown");
  g_assert_cmpstr (ullim_problem_name (ULLIM_PROBLEM_NAME_NOT_FOUND), ==, "name-not-found");
}

static void
test_from_error (void)
{
  g_autoptr (GError) ours = g_error_new (ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DISK_FULL, "full");
  g_autoptr (GError) other = g_error_new (G_FILE_ERROR, G_FILE_ERROR_NOSPC, "full");

  g_assert_cmpint (ullim_problem_from_error (NULL), ==, ULLIM_PROBLEM_NONE);
  g_assert_cmpint (ullim_problem_from_error (ours), ==, ULLIM_PROBLEM_DISK_FULL);
  g_assert_cmpint (ullim_problem_from_error (other), ==, ULLIM_PROBLEM_PROTOCOL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/problem/names", test_names);
  g_test_add_func ("/problem/from-error", test_from_error);
  return g_test_run ();
}
