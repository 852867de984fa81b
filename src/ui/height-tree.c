/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A Fenwick tree beside the plain heights: sums[i - 1] holds the sum of the heights of the rows
 * (i - lowbit (i), i]. Rows come in pages, so a change of the structure before the end simply
 * builds the sums anew: 100,000 additions take a fraction of a millisecond.
 */
#define G_LOG_DOMAIN "height-tree"

#include "height-tree.h"

struct _UllimHeightTree {
  GArray *heights; /* owned, of int */
  GArray *sums;    /* owned, of gint64 */
};

#define HEIGHT(self, row) g_array_index ((self)->heights, int, row)
#define SUM(self, i) g_array_index ((self)->sums, gint64, (i) -1)

static guint
lowbit (guint i)
{
  return i & -i;
}

UllimHeightTree *
ullim_height_tree_new (void)
{
  UllimHeightTree *self = g_new0 (UllimHeightTree, 1);

  self->heights = g_array_new (FALSE, FALSE, sizeof (int));
  self->sums = g_array_new (FALSE, FALSE, sizeof (gint64));
  return self;
}

void
ullim_height_tree_free (UllimHeightTree *self)
{
  if (!self)
    return;
  g_array_unref (self->heights);
  g_array_unref (self->sums);
  g_free (self);
}

guint
ullim_height_tree_get_length (const UllimHeightTree *self)
{
  return self->heights->len;
}

/* Fills the sums from node @first (counted from 1) on; those before it are right already. */
static void
build (UllimHeightTree *self, guint first)
{
  g_array_set_size (self->sums, self->heights->len);
  for (guint i = first; i <= self->heights->len; i++) {
    gint64 sum = HEIGHT (self, i - 1);

    for (guint child = i - 1; child > i - lowbit (i); child -= lowbit (child))
      sum += SUM (self, child);
    SUM (self, i) = sum;
  }
}

void
ullim_height_tree_splice (UllimHeightTree *self,
                          guint            position,
                          guint            removed,
                          guint            added,
                          int              height)
{
  g_return_if_fail (position + removed <= self->heights->len);
  g_return_if_fail (height >= 0);

  if (removed > 0)
    g_array_remove_range (self->heights, position, removed);
  if (added > 0) {
    g_autofree int *fresh = g_new (int, added);

    for (guint i = 0; i < added; i++)
      fresh[i] = height;
    g_array_insert_vals (self->heights, position, fresh, added);
  }
  build (self, position + 1);
}

int
ullim_height_tree_get (const UllimHeightTree *self, guint row)
{
  g_return_val_if_fail (row < self->heights->len, 0);
  return HEIGHT (self, row);
}

void
ullim_height_tree_set (UllimHeightTree *self, guint row, int height)
{
  gint64 delta;

  g_return_if_fail (row < self->heights->len);
  g_return_if_fail (height >= 0);

  delta = (gint64) height - HEIGHT (self, row);
  if (delta == 0)
    return;
  HEIGHT (self, row) = height;
  for (guint i = row + 1; i <= self->heights->len; i += lowbit (i))
    SUM (self, i) += delta;
}

gint64
ullim_height_tree_get_offset (const UllimHeightTree *self, guint row)
{
  gint64 sum = 0;

  g_return_val_if_fail (row <= self->heights->len, 0);
  for (guint i = row; i > 0; i -= lowbit (i))
    sum += SUM (self, i);
  return sum;
}

gint64
ullim_height_tree_get_total (const UllimHeightTree *self)
{
  return ullim_height_tree_get_offset (self, self->heights->len);
}

guint
ullim_height_tree_find (const UllimHeightTree *self, gint64 y)
{
  guint length = self->heights->len;
  guint before = 0;

  if (length == 0 || y < 0)
    return 0;
  /* Descends: @before is the greatest number of rows known to end at or above y. */
  for (guint step = 1u << g_bit_storage (length); step > 0; step >>= 1) {
    guint next = before + step;

    if (next > length || SUM (self, next) > y)
      continue;
    y -= SUM (self, next);
    before = next;
  }
  return MIN (before, length - 1);
}
