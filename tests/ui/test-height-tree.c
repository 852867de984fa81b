/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "height-tree.h"

/* The tree against plain additions. */
static void
check (UllimHeightTree *tree, GArray *plain)
{
  gint64 sum = 0;

  g_assert_cmpuint (ullim_height_tree_get_length (tree), ==, plain->len);
  for (guint i = 0; i < plain->len; i++) {
    int height = g_array_index (plain, int, i);

    g_assert_cmpint (ullim_height_tree_get (tree, i), ==, height);
    g_assert_cmpint (ullim_height_tree_get_offset (tree, i), ==, sum);
    if (height > 0) {
      g_assert_cmpuint (ullim_height_tree_find (tree, sum), ==, i);
      g_assert_cmpuint (ullim_height_tree_find (tree, sum + height - 1), ==, i);
    }
    sum += height;
  }
  g_assert_cmpint (ullim_height_tree_get_total (tree), ==, sum);
}

static void
test_empty (void)
{
  g_autoptr (UllimHeightTree) tree = ullim_height_tree_new ();

  g_assert_cmpuint (ullim_height_tree_get_length (tree), ==, 0);
  g_assert_cmpint (ullim_height_tree_get_total (tree), ==, 0);
  g_assert_cmpuint (ullim_height_tree_find (tree, 0), ==, 0);
  g_assert_cmpuint (ullim_height_tree_find (tree, -5), ==, 0);
  g_assert_cmpuint (ullim_height_tree_find (tree, 5), ==, 0);
  ullim_height_tree_free (NULL);
}

static void
test_places (void)
{
  g_autoptr (UllimHeightTree) tree = ullim_height_tree_new ();

  ullim_height_tree_splice (tree, 0, 0, 3, 10);
  ullim_height_tree_set (tree, 1, 100);
  g_assert_cmpint (ullim_height_tree_get_offset (tree, 0), ==, 0);
  g_assert_cmpint (ullim_height_tree_get_offset (tree, 1), ==, 10);
  g_assert_cmpint (ullim_height_tree_get_offset (tree, 2), ==, 110);
  g_assert_cmpint (ullim_height_tree_get_offset (tree, 3), ==, 120);
  g_assert_cmpuint (ullim_height_tree_find (tree, -1), ==, 0);
  g_assert_cmpuint (ullim_height_tree_find (tree, 9), ==, 0);
  g_assert_cmpuint (ullim_height_tree_find (tree, 10), ==, 1);
  g_assert_cmpuint (ullim_height_tree_find (tree, 109), ==, 1);
  g_assert_cmpuint (ullim_height_tree_find (tree, 110), ==, 2);
  g_assert_cmpuint (ullim_height_tree_find (tree, 120), ==, 2);
  g_assert_cmpuint (ullim_height_tree_find (tree, G_MAXINT64), ==, 2);
}

static void
splice_both (UllimHeightTree *tree,
             GArray          *plain,
             guint            position,
             guint            removed,
             guint            added,
             int              height)
{
  ullim_height_tree_splice (tree, position, removed, added, height);
  if (removed > 0)
    g_array_remove_range (plain, position, removed);
  for (guint i = 0; i < added; i++)
    g_array_insert_val (plain, position, height);
}

static void
test_random (void)
{
  for (int round = 0; round < 20; round++) {
    g_autoptr (UllimHeightTree) tree = ullim_height_tree_new ();
    g_autoptr (GArray)          plain = g_array_new (FALSE, FALSE, sizeof (int));

    for (int step = 0; step < 60; step++) {
      guint position = (guint) g_test_rand_int_range (0, (int) plain->len + 1);
      guint removed = (guint) g_test_rand_int_range (0, (int) (plain->len - position) + 1) / 2;

      splice_both (tree, plain, position, removed, (guint) g_test_rand_int_range (0, 30),
                   g_test_rand_int_range (0, 90));
      for (int change = 0; change < 10 && plain->len > 0; change++) {
        guint row = (guint) g_test_rand_int_range (0, (int) plain->len);
        int   height = g_test_rand_int_range (0, 5000);

        ullim_height_tree_set (tree, row, height);
        g_array_index (plain, int, row) = height;
      }
      check (tree, plain);
    }
  }
}

/* Heights of a million rows do not fit into an int. */
static void
test_large (void)
{
  g_autoptr (UllimHeightTree) tree = ullim_height_tree_new ();

  ullim_height_tree_splice (tree, 0, 0, 1000000, 50000);
  g_assert_cmpint (ullim_height_tree_get_total (tree), ==, 50000000000);
  g_assert_cmpuint (ullim_height_tree_find (tree, 49999999999), ==, 999999);
  g_assert_cmpuint (ullim_height_tree_find (tree, 25000000000), ==, 500000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/height-tree/empty", test_empty);
  g_test_add_func ("/height-tree/places", test_places);
  g_test_add_func ("/height-tree/random", test_random);
  g_test_add_func ("/height-tree/large", test_large);
  return g_test_run ();
}
