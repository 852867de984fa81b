/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The dialog. Many may have asked: a tree view in fixed-height mode shows them, and the buttons
 * below decide about the one that is selected.
 */
#define G_LOG_DOMAIN "watchers-dialog"

#include "ullim-config.h"

#include "watchers-dialog.h"

#include "decision.h"
#include "list-adapter.h"
#include "state-text.h"

#include <glib/gi18n-lib.h>

#define ROW_PADDING 8

struct _UllimWatchersDialog {
  GtkDialog parent_instance;

  GtkStack         *stack;
  GtkTreeView      *view;
  GtkTreeSelection *selection;
  GtkContainer     *buttons;

  UllimPresenceService *service; /* owned */
  UllimListAdapter     *adapter; /* owned */
  char                 *key;     /* owned, nullable: of whom the buttons are about */
};

G_DEFINE_FINAL_TYPE (UllimWatchersDialog, ullim_watchers_dialog, GTK_TYPE_DIALOG)

static const struct {
  UllimPermission permission;
  const char     *label;
} decisions[] = {
    {ULLIM_PERMISSION_ALLOWED, N_ ("_Allow")},
    {ULLIM_PERMISSION_DENIED, N_ ("D_eny")},
    {ULLIM_PERMISSION_BLOCKED, N_ ("_Block")},
    /* Translators: takes a person out of the list of those who may or may not see the user. */
    {ULLIM_PERMISSION_ASKED, N_ ("_Remove")},
};

/* Returns: (transfer full) (nullable) */
static UllimWatcher *
get_selected (UllimWatchersDialog *self)
{
  GtkTreeModel *model;
  GtkTreeIter   iter;

  if (!gtk_tree_selection_get_selected (self->selection, &model, &iter))
    return NULL;
  return ullim_list_adapter_get_item (ULLIM_LIST_ADAPTER (model), &iter);
}

static void
update_buttons (UllimWatchersDialog *self)
{
  g_autoptr (UllimWatcher) watcher = get_selected (self);
  g_autoptr (GList)        children = gtk_container_get_children (self->buttons);
  guint                    i = 0;

  for (GList *child = children; child; child = child->next, i++)
    gtk_widget_set_sensitive (gtk_bin_get_child (GTK_BIN (child->data)),
                              watcher && ullim_watcher_get_permission (watcher) !=
                                             decisions[i].permission);
}

static void
on_selected (UllimWatchersDialog *self)
{
  update_buttons (self);
}

static void
on_decision (UllimWatchersDialog *self, GtkButton *button)
{
  g_autoptr (UllimWatcher) watcher = get_selected (self);
  guint decision = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "decision"));

  if (!watcher)
    return;
  g_free (self->key);
  self->key = g_strdup (ullim_watcher_get_key (watcher));
  ullim_decision_make (GTK_WIDGET (self), self->service, ullim_watcher_get_account (watcher),
                       ullim_watcher_get_uri (watcher), decisions[decision].permission);
}

static void
render_name (GtkTreeViewColumn *column,
             GtkCellRenderer   *cell,
             GtkTreeModel      *model,
             GtkTreeIter       *iter,
             gpointer           data)
{
  g_autoptr (UllimWatcher) watcher = ullim_list_adapter_get_item (ULLIM_LIST_ADAPTER (model), iter);
  const char              *name = ullim_watcher_get_name (watcher);
  const char              *address = ullim_state_text_address (ullim_watcher_get_uri (watcher));
  g_autofree char         *markup = g_markup_printf_escaped ("%s\n<small>%s</small>", name,
                                                     g_str_equal (name, address) ? "" : address);

  g_object_set (cell, "markup", markup, NULL);
}

static void
render_permission (GtkTreeViewColumn *column,
                   GtkCellRenderer   *cell,
                   GtkTreeModel      *model,
                   GtkTreeIter       *iter,
                   gpointer           data)
{
  g_autoptr (UllimWatcher) watcher = ullim_list_adapter_get_item (ULLIM_LIST_ADAPTER (model), iter);

  g_object_set (cell, "text", ullim_decision_text (ullim_watcher_get_permission (watcher)), NULL);
}

static void
add_columns (UllimWatchersDialog *self)
{
  GtkTreeViewColumn *column = gtk_tree_view_column_new ();
  GtkCellRenderer   *name = gtk_cell_renderer_text_new ();
  GtkCellRenderer   *permission = gtk_cell_renderer_text_new ();

  g_object_set (name, "ellipsize", PANGO_ELLIPSIZE_END, "xpad", 12, "ypad", ROW_PADDING, NULL);
  g_object_set (permission, "xpad", 12, "xalign", 1.0, NULL);
  gtk_tree_view_column_set_sizing (column, GTK_TREE_VIEW_COLUMN_FIXED);
  gtk_tree_view_column_pack_start (column, name, TRUE);
  gtk_tree_view_column_pack_end (column, permission, FALSE);
  gtk_tree_view_column_set_cell_data_func (column, name, render_name, NULL, NULL);
  gtk_tree_view_column_set_cell_data_func (column, permission, render_permission, NULL, NULL);
  gtk_tree_view_append_column (self->view, column);
}

static void
add_buttons (UllimWatchersDialog *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (decisions); i++) {
    GtkWidget *button = gtk_button_new_with_mnemonic (_ (decisions[i].label));

    g_object_set_data (G_OBJECT (button), "decision", GUINT_TO_POINTER (i));
    g_signal_connect_object (button, "clicked", G_CALLBACK (on_decision), self, G_CONNECT_SWAPPED);
    gtk_widget_show (button);
    gtk_container_add (self->buttons, button);
    gtk_widget_set_can_focus (gtk_widget_get_parent (button), FALSE);
  }
}

/* Who was decided about moves in the list: the mark goes with them. */
static void
select_again (UllimWatchersDialog *self)
{
  GListModel *watchers = ullim_presence_service_get_watchers (self->service);
  guint       n = g_list_model_get_n_items (watchers);

  for (guint i = 0; self->key && i < n; i++) {
    g_autoptr (UllimWatcher) watcher = g_list_model_get_item (watchers, i);
    g_autoptr (GtkTreePath)  path = NULL;

    if (!g_str_equal (ullim_watcher_get_key (watcher), self->key))
      continue;
    path = gtk_tree_path_new_from_indices ((int) i, -1);
    gtk_tree_selection_select_path (self->selection, path);
    return;
  }
}

static void
on_watchers_changed (UllimWatchersDialog *self)
{
  gboolean any = g_list_model_get_n_items (ullim_list_adapter_get_list (self->adapter)) > 0;

  gtk_stack_set_visible_child_name (self->stack, any ? "list" : "empty");
  gtk_widget_set_visible (GTK_WIDGET (self->buttons), any);
  select_again (self);
  update_buttons (self);
}

static void
ullim_watchers_dialog_response (GtkDialog *dialog, int response)
{
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
ullim_watchers_dialog_dispose (GObject *object)
{
  UllimWatchersDialog *self = ULLIM_WATCHERS_DIALOG (object);

  if (self->view)
    gtk_tree_view_set_model (self->view, NULL);
  g_clear_object (&self->adapter);
  g_clear_object (&self->service);
  g_clear_pointer (&self->key, g_free);
  G_OBJECT_CLASS (ullim_watchers_dialog_parent_class)->dispose (object);
}

static void
ullim_watchers_dialog_class_init (UllimWatchersDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_watchers_dialog_dispose;
  GTK_DIALOG_CLASS (klass)->response = ullim_watchers_dialog_response;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/ullim/Ullim/ui/watchers-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimWatchersDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, UllimWatchersDialog, view);
  gtk_widget_class_bind_template_child (widget_class, UllimWatchersDialog, selection);
  gtk_widget_class_bind_template_child (widget_class, UllimWatchersDialog, buttons);
  gtk_widget_class_bind_template_callback (widget_class, on_selected);
}

static void
ullim_watchers_dialog_init (UllimWatchersDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_columns (self);
  add_buttons (self);
}

GtkWidget *
ullim_watchers_dialog_new (GtkWindow *parent, UllimPresenceService *service)
{
  UllimWatchersDialog *self =
      g_object_new (ULLIM_TYPE_WATCHERS_DIALOG, "use-header-bar", 1, "transient-for", parent, NULL);
  GListModel *watchers = ullim_presence_service_get_watchers (service);

  self->service = g_object_ref (service);
  self->adapter = ullim_list_adapter_new (watchers);
  gtk_tree_view_set_model (self->view, GTK_TREE_MODEL (self->adapter));
  g_signal_connect_object (watchers, "items-changed", G_CALLBACK (on_watchers_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  on_watchers_changed (self);
  return GTK_WIDGET (self);
}
