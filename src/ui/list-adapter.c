/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A flat GtkTreeModel over a GListModel. An iter is a position; it is valid until the list changes,
 * which is all that a tree view asks of a model without GTK_TREE_MODEL_ITERS_PERSIST.
 */
#define G_LOG_DOMAIN "list-adapter"

#include "list-adapter.h"

struct _UllimListAdapter {
  GObject parent_instance;

  GListModel *list;   /* owned */
  guint       n_rows; /* that the tree view knows of: while it is let go, the list may be ahead */
  int         stamp;
};

static guint
position_of (GtkTreeIter *iter)
{
  return GPOINTER_TO_UINT (iter->user_data);
}

static gboolean
set_iter (UllimListAdapter *self, GtkTreeIter *iter, guint position)
{
  if (position >= self->n_rows) {
    iter->stamp = 0;
    return FALSE;
  }
  iter->stamp = self->stamp;
  iter->user_data = GUINT_TO_POINTER (position);
  return TRUE;
}

static GtkTreeModelFlags
ullim_list_adapter_get_flags (GtkTreeModel *model)
{
  return GTK_TREE_MODEL_LIST_ONLY;
}

static int
ullim_list_adapter_get_n_columns (GtkTreeModel *model)
{
  return 1;
}

static GType
ullim_list_adapter_get_column_type (GtkTreeModel *model, int column)
{
  return G_TYPE_OBJECT;
}

static gboolean
ullim_list_adapter_get_iter (GtkTreeModel *model, GtkTreeIter *iter, GtkTreePath *path)
{
  int position = gtk_tree_path_get_indices (path)[0];

  if (gtk_tree_path_get_depth (path) != 1 || position < 0) {
    iter->stamp = 0;
    return FALSE;
  }
  return set_iter (ULLIM_LIST_ADAPTER (model), iter, (guint) position);
}

static GtkTreePath *
ullim_list_adapter_get_path (GtkTreeModel *model, GtkTreeIter *iter)
{
  return gtk_tree_path_new_from_indices ((int) position_of (iter), -1);
}

static void
ullim_list_adapter_get_value (GtkTreeModel *model, GtkTreeIter *iter, int column, GValue *value)
{
  g_value_init (value, G_TYPE_OBJECT);
  g_value_take_object (value, ullim_list_adapter_get_item (ULLIM_LIST_ADAPTER (model), iter));
}

static gboolean
ullim_list_adapter_iter_next (GtkTreeModel *model, GtkTreeIter *iter)
{
  return set_iter (ULLIM_LIST_ADAPTER (model), iter, position_of (iter) + 1);
}

static gboolean
ullim_list_adapter_iter_previous (GtkTreeModel *model, GtkTreeIter *iter)
{
  guint position = position_of (iter);

  if (position == 0) {
    iter->stamp = 0;
    return FALSE;
  }
  return set_iter (ULLIM_LIST_ADAPTER (model), iter, position - 1);
}

static gboolean
ullim_list_adapter_iter_nth_child (GtkTreeModel *model,
                                   GtkTreeIter  *iter,
                                   GtkTreeIter  *parent,
                                   int           n)
{
  if (parent || n < 0) {
    iter->stamp = 0;
    return FALSE;
  }
  return set_iter (ULLIM_LIST_ADAPTER (model), iter, (guint) n);
}

static gboolean
ullim_list_adapter_iter_children (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *parent)
{
  return ullim_list_adapter_iter_nth_child (model, iter, parent, 0);
}

static gboolean
ullim_list_adapter_iter_has_child (GtkTreeModel *model, GtkTreeIter *iter)
{
  return FALSE;
}

static int
ullim_list_adapter_iter_n_children (GtkTreeModel *model, GtkTreeIter *iter)
{
  return iter ? 0 : (int) ULLIM_LIST_ADAPTER (model)->n_rows;
}

static gboolean
ullim_list_adapter_iter_parent (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *child)
{
  iter->stamp = 0;
  return FALSE;
}

static void
tree_model_init (GtkTreeModelIface *iface)
{
  iface->get_flags = ullim_list_adapter_get_flags;
  iface->get_n_columns = ullim_list_adapter_get_n_columns;
  iface->get_column_type = ullim_list_adapter_get_column_type;
  iface->get_iter = ullim_list_adapter_get_iter;
  iface->get_path = ullim_list_adapter_get_path;
  iface->get_value = ullim_list_adapter_get_value;
  iface->iter_next = ullim_list_adapter_iter_next;
  iface->iter_previous = ullim_list_adapter_iter_previous;
  iface->iter_children = ullim_list_adapter_iter_children;
  iface->iter_has_child = ullim_list_adapter_iter_has_child;
  iface->iter_n_children = ullim_list_adapter_iter_n_children;
  iface->iter_nth_child = ullim_list_adapter_iter_nth_child;
  iface->iter_parent = ullim_list_adapter_iter_parent;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (UllimListAdapter,
                               ullim_list_adapter,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_TREE_MODEL, tree_model_init))

/* Without a view there is nobody to tell ten thousand times. */
static gboolean
has_listeners (UllimListAdapter *self)
{
  static const char *const names[] = {"row-inserted", "row-deleted"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    guint id = g_signal_lookup (names[i], GTK_TYPE_TREE_MODEL);

    if (g_signal_has_handler_pending (self, id, 0, TRUE))
      return TRUE;
  }
  return FALSE;
}

/*
 * The list has changed already when it says so; a tree model must speak of one row at a time, and
 * the tree view counts along: only paths and iters of rows that stand where they will stay are
 * handed out.
 */
static void
on_items_changed (GListModel       *list,
                  guint             position,
                  guint             removed,
                  guint             added,
                  UllimListAdapter *self)
{
  GtkTreeModel *model = GTK_TREE_MODEL (self);

  self->stamp++;
  self->n_rows = g_list_model_get_n_items (list);
  if (!has_listeners (self))
    return;
  for (guint i = removed; i > 0; i--) {
    g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) (position + i - 1), -1);

    gtk_tree_model_row_deleted (model, path);
  }
  for (guint i = 0; i < added; i++) {
    g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) (position + i), -1);
    GtkTreeIter             iter;

    if (set_iter (self, &iter, position + i))
      gtk_tree_model_row_inserted (model, path, &iter);
  }
}

static void
ullim_list_adapter_finalize (GObject *object)
{
  UllimListAdapter *self = ULLIM_LIST_ADAPTER (object);

  g_clear_object (&self->list);
  G_OBJECT_CLASS (ullim_list_adapter_parent_class)->finalize (object);
}

static void
ullim_list_adapter_class_init (UllimListAdapterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_list_adapter_finalize;
}

static void
ullim_list_adapter_init (UllimListAdapter *self)
{
  self->stamp = 1;
}

UllimListAdapter *
ullim_list_adapter_new (GListModel *list)
{
  UllimListAdapter *self = g_object_new (ULLIM_TYPE_LIST_ADAPTER, NULL);

  self->list = g_object_ref (list);
  self->n_rows = g_list_model_get_n_items (list);
  g_signal_connect_object (list, "items-changed", G_CALLBACK (on_items_changed), self, 0);
  return self;
}

GListModel *
ullim_list_adapter_get_list (UllimListAdapter *self)
{
  return self->list;
}

gpointer
ullim_list_adapter_get_item (UllimListAdapter *self, GtkTreeIter *iter)
{
  return g_list_model_get_item (self->list, position_of (iter));
}

void
ullim_list_adapter_item_changed (UllimListAdapter *self, guint position)
{
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) position, -1);
  GtkTreeIter             iter;

  if (set_iter (self, &iter, position))
    gtk_tree_model_row_changed (GTK_TREE_MODEL (self), path, &iter);
}
