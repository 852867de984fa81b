/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The heights of a long column of rows, most of them only estimated, as a Fenwick tree: where a row
 * begins, and which row is at a place, in O(log n). Pixels. Not thread-safe.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _UllimHeightTree UllimHeightTree;

UllimHeightTree *ullim_height_tree_new (void);
void             ullim_height_tree_free (UllimHeightTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimHeightTree, ullim_height_tree_free)

/** ullim_height_tree_get_length: Returns: number of rows */
guint ullim_height_tree_get_length (const UllimHeightTree *self);

/**
 * ullim_height_tree_splice:
 * @position: first row concerned; at most the length
 * @removed: rows taken out there
 * @added: rows put in there
 * @height: height of each row put in
 *
 * O(added) at the end of the column, O(n) elsewhere.
 */
void ullim_height_tree_splice (UllimHeightTree *self,
                               guint            position,
                               guint            removed,
                               guint            added,
                               int              height);

int  ullim_height_tree_get (const UllimHeightTree *self, guint row);
void ullim_height_tree_set (UllimHeightTree *self, guint row, int height);

/**
 * ullim_height_tree_get_offset:
 * @row: a row, or the length
 *
 * Returns: sum of the heights before @row
 */
gint64 ullim_height_tree_get_offset (const UllimHeightTree *self, guint row);

/** ullim_height_tree_get_total: Returns: sum of all heights */
gint64 ullim_height_tree_get_total (const UllimHeightTree *self);

/**
 * ullim_height_tree_find:
 * @y: a place; what is outside of the column counts as its nearest row
 *
 * Returns: the row that covers @y; 0 for an empty column
 */
guint ullim_height_tree_find (const UllimHeightTree *self, gint64 y);

G_END_DECLS
