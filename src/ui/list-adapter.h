/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any GListModel as a GtkTreeModel with one column, the object. GtkTreeView in fixed-height mode
 * shows ten thousand rows in a few tens of milliseconds where GtkListBox takes seconds; the models
 * stay GListModels. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ULLIM_TYPE_LIST_ADAPTER (ullim_list_adapter_get_type ())
G_DECLARE_FINAL_TYPE (UllimListAdapter, ullim_list_adapter, ULLIM, LIST_ADAPTER, GObject)

/** ullim_list_adapter_new: Returns: (transfer full): column 0 is the GObject of each row */
UllimListAdapter *ullim_list_adapter_new (GListModel *list);

/** ullim_list_adapter_get_list: Returns: (transfer none) */
GListModel *ullim_list_adapter_get_list (UllimListAdapter *self);

/** ullim_list_adapter_get_item: Returns: (transfer full): the object at @iter */
gpointer ullim_list_adapter_get_item (UllimListAdapter *self, GtkTreeIter *iter);

/** ullim_list_adapter_item_changed: what @position shows is no longer right */
void ullim_list_adapter_item_changed (UllimListAdapter *self, guint position);

G_END_DECLS
