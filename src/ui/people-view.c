/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The buddy list: one tree view in fixed-height mode over people-rows. The rows change under the
 * user's eyes, so what the cursor is on is kept as an object, and put back after each change
 * without scrolling.
 */
#define G_LOG_DOMAIN "people-view"

#include "ullim-config.h"

#include "people-view.h"

#include "contact-cell.h"
#include "list-adapter.h"
#include "people-actions.h"
#include "people-drag.h"
#include "people-menu.h"
#include "people-rows.h"

/* From so many rows more or less on, the tree view is given its model anew: it then takes all at
 * once. */
#define BATCH_ROWS 100
/* So many rows that look different are told to the tree view at a time. */
#define TELL_ROWS 200

struct _UllimPeopleView {
  GtkStack parent_instance;

  GtkScrolledWindow *scroller;
  GtkTreeView       *tree;
  GtkWidget         *invite_button;

  UllimEngine      *engine;       /* owned */
  UllimPeopleRows  *rows;         /* owned */
  UllimListAdapter *adapter;      /* owned */
  UllimPhotoCache  *photos;       /* owned */
  UllimPeopleDrag  *drag;         /* owned */
  GObject          *cursor_item;  /* owned, nullable: contact or group */
  UllimPeopleGroup *cursor_group; /* owned, nullable: in which it stood */
  guint             syncing;      /* > 0 while the rows change */
  double            scrolled_to;  /* before they did */
  guint             tell_from;    /* rows still to be told */
  guint             tell_to;
  guint             tell_id;
};

G_DEFINE_FINAL_TYPE (UllimPeopleView, ullim_people_view, GTK_TYPE_STACK)

enum { CONTACT_ACTIVATED, COLLAPSED_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static UllimContactList *
contacts_of (UllimPeopleView *self)
{
  return ullim_people_service_get_contacts (ullim_engine_get_people (self->engine));
}

/* Returns: (transfer full) (nullable): a contact or a group */
static GObject *
item_at (UllimPeopleView *self, GtkTreePath *path)
{
  int row = path ? gtk_tree_path_get_indices (path)[0] : -1;

  return row < 0 ? NULL : g_list_model_get_item (G_LIST_MODEL (self->rows), (guint) row);
}

static GObject *
item_at_cursor (UllimPeopleView *self)
{
  g_autoptr (GtkTreePath) path = NULL;

  gtk_tree_view_get_cursor (self->tree, &path, NULL);
  return item_at (self, path);
}

static void
show_page (UllimPeopleView *self)
{
  const char *page = "list";

  if (g_list_model_get_n_items (G_LIST_MODEL (self->rows)) == 0)
    page = ullim_people_rows_is_searching (self->rows) ? "nothing" : "empty";
  gtk_stack_set_visible_child_name (GTK_STACK (self), page);
}

/* --- Rows that change --- */

static void
put_cursor (UllimPeopleView *self, int row, gboolean scrolls)
{
  GtkAdjustment          *scroll = gtk_scrolled_window_get_vadjustment (self->scroller);
  double                  value = gtk_adjustment_get_value (scroll);
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices (row, -1);

  self->syncing++;
  gtk_tree_view_set_cursor (self->tree, path, NULL, FALSE);
  if (!scrolls)
    gtk_adjustment_set_value (scroll, value);
  self->syncing--;
}

static void
restore_cursor (UllimPeopleView *self)
{
  g_autoptr (GObject)     now = NULL;
  g_autoptr (GtkTreePath) path = NULL;
  int                     row;

  if (!self->cursor_item)
    return;
  row = ullim_people_rows_find (self->rows, self->cursor_item, self->cursor_group);
  gtk_tree_view_get_cursor (self->tree, &path, NULL);
  if (row >= 0 && (!path || gtk_tree_path_get_indices (path)[0] != row))
    put_cursor (self, row, FALSE);
}

static void
on_updated (UllimPeopleView *self)
{
  self->syncing++;
  self->scrolled_to =
      gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (self->scroller));
}

/* Before the adapter tells the tree view. */
static void
on_rows_will_change (UllimPeopleView *self, guint position, guint removed, guint added)
{
  if (removed + added > BATCH_ROWS)
    gtk_tree_view_set_model (self->tree, NULL);
}

static void
on_rows_did_change (UllimPeopleView *self, guint position, guint removed, guint added)
{
  if (gtk_tree_view_get_model (self->tree))
    return;
  gtk_tree_view_set_model (self->tree, GTK_TREE_MODEL (self->adapter));
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller),
                            self->scrolled_to);
}

static gboolean
on_tell (gpointer data)
{
  UllimPeopleView *self = data;
  guint            n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));

  self->tell_to = MIN (self->tell_to, n);
  for (guint i = 0; i < TELL_ROWS && self->tell_from < self->tell_to; i++)
    ullim_list_adapter_item_changed (self->adapter, self->tell_from++);
  if (self->tell_from < self->tell_to)
    return G_SOURCE_CONTINUE;
  self->tell_from = self->tell_to = 0;
  self->tell_id = 0;
  return G_SOURCE_REMOVE;
}

/* All that is in sight is drawn anew at once; screen readers, who may hold on to rows that are not,
 * are told in idle moments. */
static void
on_rows_changed (UllimPeopleView *self, guint position, guint n_rows)
{
  if (self->tell_from < self->tell_to) {
    self->tell_from = MIN (self->tell_from, position);
    self->tell_to = MAX (self->tell_to, position + n_rows);
  } else {
    self->tell_from = position;
    self->tell_to = position + n_rows;
  }
  gtk_widget_queue_draw (GTK_WIDGET (self->tree));
  if (self->tell_id == 0)
    self->tell_id = g_idle_add (on_tell, self);
}

static void
on_settled (UllimPeopleView *self)
{
  restore_cursor (self);
  self->syncing--;
  show_page (self);
}

static void
on_photo_loaded (UllimPeopleView *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self->tree));
}

static void
on_data_changed (UllimPeopleView *self, UllimContact *contact)
{
  ullim_people_rows_forget_text (self->rows, contact);
}

static void
render_row (GtkTreeViewColumn *column,
            GtkCellRenderer   *cell,
            GtkTreeModel      *model,
            GtkTreeIter       *iter,
            gpointer           data)
{
  g_autoptr (GObject) item = ullim_list_adapter_get_item (ULLIM_LIST_ADAPTER (model), iter);

  if (ULLIM_IS_CONTACT (item))
    ullim_contact_cell_show_contact (ULLIM_CONTACT_CELL (cell), ULLIM_CONTACT (item));
  else if (item)
    ullim_contact_cell_show_group (ULLIM_CONTACT_CELL (cell), ULLIM_PEOPLE_GROUP (item));
}

/* --- The user --- */

static void
on_cursor_changed (UllimPeopleView *self)
{
  g_autoptr (GtkTreePath) path = NULL;
  g_autoptr (GObject)     item = NULL;

  if (self->syncing > 0)
    return;
  gtk_tree_view_get_cursor (self->tree, &path, NULL);
  item = item_at (self, path);
  if (!item)
    return;
  g_set_object (&self->cursor_item, item);
  g_set_object (&self->cursor_group, ullim_people_rows_get_group (
                                         self->rows, (guint) gtk_tree_path_get_indices (path)[0]));
}

static void
set_collapsed (UllimPeopleView *self, UllimPeopleGroup *group, gboolean collapsed)
{
  if (ullim_people_group_get_collapsed (group) == collapsed)
    return;
  ullim_people_rows_set_collapsed (self->rows, group, collapsed);
  g_signal_emit (self, signals[COLLAPSED_CHANGED], 0);
}

static void
activate (UllimPeopleView *self, GObject *item)
{
  if (ULLIM_IS_CONTACT (item)) {
    g_signal_emit (self, signals[CONTACT_ACTIVATED], 0, item);
  } else if (item) {
    UllimPeopleGroup *group = ULLIM_PEOPLE_GROUP (item);

    set_collapsed (self, group, !ullim_people_group_get_collapsed (group));
  }
}

static void
on_row_activated (UllimPeopleView *self, GtkTreePath *path)
{
  g_autoptr (GObject) item = item_at (self, path);

  activate (self, item);
}

static gboolean
run_action (UllimPeopleView *self, const char *name, GVariant *target)
{
  ullim_people_actions_activate (GTK_WIDGET (self), name, target);
  return GDK_EVENT_STOP;
}

static gboolean
on_contact_key (UllimPeopleView *self, UllimContact *contact, guint key)
{
  gint64 id = ullim_contact_get_id (contact);

  if (key == GDK_KEY_Delete || key == GDK_KEY_KP_Delete)
    return run_action (self, "remove", g_variant_new_int64 (id));
  if (key == GDK_KEY_F2)
    return run_action (self, "edit", g_variant_new_int64 (id));
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_group_key (UllimPeopleView *self, UllimPeopleGroup *group, guint key)
{
  gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  if (key == GDK_KEY_F2 && ullim_people_group_get_name (group))
    return run_action (self, "rename-group",
                       g_variant_new_string (ullim_people_group_get_name (group)));
  if (key != GDK_KEY_Left && key != GDK_KEY_Right)
    return GDK_EVENT_PROPAGATE;
  set_collapsed (self, group, (key == GDK_KEY_Left) != is_rtl);
  return GDK_EVENT_STOP;
}

static gboolean
on_key (UllimPeopleView *self, GdkEventKey *event)
{
  g_autoptr (GObject) item = item_at_cursor (self);

  if (!item || (event->state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  if (ULLIM_IS_CONTACT (item))
    return on_contact_key (self, ULLIM_CONTACT (item), event->keyval);
  return on_group_key (self, ULLIM_PEOPLE_GROUP (item), event->keyval);
}

static void
show_menu (UllimPeopleView *self, GtkTreePath *path, GdkEvent *event)
{
  g_autoptr (GObject) item = item_at (self, path);
  GtkWidget          *menu;
  GdkRectangle        area;

  if (!item)
    return;
  if (ULLIM_IS_CONTACT (item))
    menu =
        ullim_people_menu_for_contact (GTK_WIDGET (self->tree), self->engine, ULLIM_CONTACT (item));
  else
    menu = ullim_people_menu_for_group (GTK_WIDGET (self->tree), ULLIM_PEOPLE_GROUP (item));
  if (!menu)
    return;
  if (event) {
    gtk_menu_popup_at_pointer (GTK_MENU (menu), event);
    return;
  }
  gtk_tree_view_get_cell_area (self->tree, path, NULL, &area);
  gtk_menu_popup_at_rect (GTK_MENU (menu), gtk_tree_view_get_bin_window (self->tree), &area,
                          GDK_GRAVITY_SOUTH_WEST, GDK_GRAVITY_NORTH_WEST, NULL);
}

static gboolean
on_popup_menu (UllimPeopleView *self)
{
  g_autoptr (GtkTreePath) path = NULL;

  gtk_tree_view_get_cursor (self->tree, &path, NULL);
  show_menu (self, path, NULL);
  return TRUE;
}

static gboolean
on_button (UllimPeopleView *self, GdkEventButton *event)
{
  g_autoptr (GtkTreePath) path = NULL;

  if (!gdk_event_triggers_context_menu ((GdkEvent *) event) ||
      !gtk_tree_view_get_path_at_pos (self->tree, (int) event->x, (int) event->y, &path, NULL, NULL,
                                      NULL))
    return GDK_EVENT_PROPAGATE;
  gtk_tree_view_set_cursor (self->tree, path, NULL, FALSE);
  show_menu (self, path, (GdkEvent *) event);
  return GDK_EVENT_STOP;
}

static void
on_local_server_changed (UllimPeopleView *self)
{
  gtk_widget_set_visible (self->invite_button,
                          ullim_local_server_exists (ullim_engine_get_local_server (self->engine)));
}

static void
ullim_people_view_dispose (GObject *object)
{
  UllimPeopleView *self = ULLIM_PEOPLE_VIEW (object);

  self->syncing++;
  g_clear_handle_id (&self->tell_id, g_source_remove);
  if (self->drag)
    g_object_run_dispose (G_OBJECT (self->drag));
  g_clear_object (&self->drag);
  if (self->tree)
    gtk_tree_view_set_model (self->tree, NULL);
  g_clear_object (&self->adapter);
  g_clear_object (&self->rows);
  if (self->photos)
    g_object_run_dispose (G_OBJECT (self->photos));
  g_clear_object (&self->photos);
  g_clear_object (&self->cursor_item);
  g_clear_object (&self->cursor_group);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (ullim_people_view_parent_class)->dispose (object);
}

static void
ullim_people_view_class_init (UllimPeopleViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType           type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_people_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/people-view.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimPeopleView, scroller);
  gtk_widget_class_bind_template_child (widget_class, UllimPeopleView, tree);
  gtk_widget_class_bind_template_child (widget_class, UllimPeopleView, invite_button);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_cursor_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
  gtk_widget_class_bind_template_callback (widget_class, on_button);
  gtk_widget_class_bind_template_callback (widget_class, on_popup_menu);

  signals[CONTACT_ACTIVATED] = g_signal_new ("contact-activated", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                             NULL, NULL, G_TYPE_NONE, 1, ULLIM_TYPE_CONTACT);
  signals[COLLAPSED_CHANGED] = g_signal_new ("collapsed-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                             NULL, NULL, G_TYPE_NONE, 0);
}

static void
ullim_people_view_init (UllimPeopleView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ullim_people_drag_accept_files (GTK_WIDGET (self));
}

static void
add_column (UllimPeopleView *self)
{
  GtkTreeViewColumn *column = gtk_tree_view_column_new ();
  GtkCellRenderer   *cell = ullim_contact_cell_new (self->photos);

  gtk_tree_view_column_set_sizing (column, GTK_TREE_VIEW_COLUMN_FIXED);
  gtk_tree_view_column_pack_start (column, cell, TRUE);
  gtk_tree_view_column_set_cell_data_func (column, cell, render_row, NULL, NULL);
  gtk_tree_view_append_column (self->tree, column);
}

static void
connect_rows (UllimPeopleView *self)
{
  g_signal_connect_object (self->rows, "updated", G_CALLBACK (on_updated), self, G_CONNECT_SWAPPED);
  /* Around the adapter's own handler: the order of connection is the order of the calls. */
  g_signal_connect_object (self->rows, "items-changed", G_CALLBACK (on_rows_will_change), self,
                           G_CONNECT_SWAPPED);
  self->adapter = ullim_list_adapter_new (G_LIST_MODEL (self->rows));
  g_signal_connect_object (self->rows, "items-changed", G_CALLBACK (on_rows_did_change), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rows, "rows-changed", G_CALLBACK (on_rows_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rows, "settled", G_CALLBACK (on_settled), self, G_CONNECT_SWAPPED);
}

GtkWidget *
ullim_people_view_new (UllimEngine *engine)
{
  UllimPeopleView    *self = g_object_new (ULLIM_TYPE_PEOPLE_VIEW, NULL);
  UllimPeopleService *people = ullim_engine_get_people (engine);

  self->engine = g_object_ref (engine);
  self->rows = ullim_people_rows_new (contacts_of (self));
  self->photos = ullim_photo_cache_new (people, ULLIM_CONTACT_CELL_PHOTO_SIZE,
                                        gtk_widget_get_scale_factor (GTK_WIDGET (self)));
  add_column (self);
  connect_rows (self);
  g_signal_connect_object (people, "changed", G_CALLBACK (on_data_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->photos, "loaded", G_CALLBACK (on_photo_loaded), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ullim_engine_get_local_server (engine), "notify",
                           G_CALLBACK (on_local_server_changed), self, G_CONNECT_SWAPPED);
  on_local_server_changed (self);
  self->drag = ullim_people_drag_new (self->tree, self->rows, people);
  gtk_tree_view_set_model (self->tree, GTK_TREE_MODEL (self->adapter));
  show_page (self);
  return GTK_WIDGET (self);
}

void
ullim_people_view_set_search (UllimPeopleView *self, const char *text)
{
  ullim_people_rows_set_search (self->rows, text);
}

void
ullim_people_view_activate_first (UllimPeopleView *self)
{
  g_autoptr (GObject) first = g_list_model_get_item (G_LIST_MODEL (self->rows), 0);

  if (ULLIM_IS_CONTACT (first))
    activate (self, first);
}

void
ullim_people_view_focus_list (UllimPeopleView *self)
{
  /* In place of an empty list stands a word about it. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self->tree)))
    gtk_widget_grab_focus (GTK_WIDGET (self->tree));
}

void
ullim_people_view_reveal (UllimPeopleView *self, UllimContact *contact)
{
  int row;

  ullim_people_rows_update (self->rows);
  row = ullim_people_rows_find (self->rows, contact, NULL);
  if (row < 0)
    return;
  put_cursor (self, row, TRUE);
  g_set_object (&self->cursor_item, G_OBJECT (contact));
  g_set_object (&self->cursor_group, ullim_people_rows_get_group (self->rows, (guint) row));
}

void
ullim_people_view_set_collapsed (UllimPeopleView *self, const char *const *ids)
{
  ullim_people_rows_set_collapsed_ids (self->rows, ids);
}

char **
ullim_people_view_get_collapsed (UllimPeopleView *self)
{
  return ullim_people_rows_get_collapsed_ids (self->rows);
}
