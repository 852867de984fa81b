/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drag and drop in the list of people. The tree view's own is for models that reorder; here a drop
 * changes a person, and the list follows.
 */
#define G_LOG_DOMAIN "people-drag"

#include "people-drag.h"

#include "people-actions.h"

/* The list scrolls while the pointer is so near to its edge, px, by so many px each so often. */
#define SCROLL_EDGE 24
#define SCROLL_STEP 12
#define SCROLL_INTERVAL_MS 30

struct _UllimPeopleDrag {
  GObject parent_instance;

  GtkTreeView        *tree;   /* weak */
  UllimPeopleRows    *rows;   /* owned */
  UllimPeopleService *people; /* owned */
  int                 pressed_row;
  UllimContact       *contact; /* owned, nullable: who is dragged */
  UllimPeopleGroup   *from;    /* owned, nullable */
  int                 scroll_step;
  guint               scroll_id;
};

G_DEFINE_FINAL_TYPE (UllimPeopleDrag, ullim_people_drag, G_TYPE_OBJECT)

static const GtkTargetEntry targets[] = {
    {(char *) "application/x-ullim-person", GTK_TARGET_SAME_WIDGET, 0}};

/* --- What it means --- */

static void
remove_group (UllimContactData *data, const char *name)
{
  guint index;

  if (g_ptr_array_find_with_equal_func (data->groups, name, g_str_equal, &index))
    g_ptr_array_remove_index (data->groups, index);
}

static gboolean
add_group (UllimContactData *data, const char *name)
{
  if (g_ptr_array_find_with_equal_func (data->groups, name, g_str_equal, NULL) ||
      data->groups->len >= ULLIM_CONTACT_MAX_GROUPS)
    return FALSE;
  g_ptr_array_add (data->groups, g_strdup (name));
  return TRUE;
}

static gboolean
is_kind (UllimPeopleGroup *group, UllimPeopleGroupKind kind)
{
  return group && ullim_people_group_get_kind (group) == kind;
}

UllimContactData *
ullim_people_drag_moved (const UllimContactData *data,
                         UllimPeopleGroup       *from,
                         UllimPeopleGroup       *to,
                         gboolean                copies)
{
  g_autoptr (UllimContactData) moved = ullim_contact_data_copy (data);

  if (from == to)
    return NULL;
  if (is_kind (to, ULLIM_PEOPLE_GROUP_FAVOURITES)) {
    moved->is_favourite = TRUE;
    return data->is_favourite ? NULL : g_steal_pointer (&moved);
  }
  if (is_kind (to, ULLIM_PEOPLE_GROUP_NAMED)) {
    gboolean is_new = add_group (moved, ullim_people_group_get_name (to));

    if (!copies && is_kind (from, ULLIM_PEOPLE_GROUP_NAMED)) {
      remove_group (moved, ullim_people_group_get_name (from));
      is_new = TRUE;
    }
    return is_new ? g_steal_pointer (&moved) : NULL;
  }
  if (is_kind (from, ULLIM_PEOPLE_GROUP_FAVOURITES))
    moved->is_favourite = FALSE;
  else if (is_kind (from, ULLIM_PEOPLE_GROUP_NAMED))
    remove_group (moved, ullim_people_group_get_name (from));
  else
    return NULL;
  return g_steal_pointer (&moved);
}

/* --- The source --- */

static gboolean
on_button_press (UllimPeopleDrag *self, GdkEventButton *event)
{
  g_autoptr (GtkTreePath) path = NULL;

  self->pressed_row = -1;
  if (gtk_tree_view_get_path_at_pos (self->tree, (int) event->x, (int) event->y, &path, NULL, NULL,
                                     NULL))
    self->pressed_row = gtk_tree_path_get_indices (path)[0];
  return GDK_EVENT_PROPAGATE;
}

static void
on_drag_begin (UllimPeopleDrag *self, GdkDragContext *context)
{
  g_autoptr (GObject)     item = NULL;
  g_autoptr (GtkTreePath) path = NULL;
  cairo_surface_t        *icon;

  if (self->pressed_row >= 0)
    item = g_list_model_get_item (G_LIST_MODEL (self->rows), (guint) self->pressed_row);
  if (!ULLIM_IS_CONTACT (item)) {
    gtk_drag_cancel (context);
    return;
  }
  g_set_object (&self->contact, ULLIM_CONTACT (item));
  g_set_object (&self->from, ullim_people_rows_get_group (self->rows, (guint) self->pressed_row));
  path = gtk_tree_path_new_from_indices (self->pressed_row, -1);
  icon = gtk_tree_view_create_row_drag_icon (self->tree, path);
  gtk_drag_set_icon_surface (context, icon);
  cairo_surface_destroy (icon);
}

static void
stop_scrolling (UllimPeopleDrag *self)
{
  g_clear_handle_id (&self->scroll_id, g_source_remove);
}

static void
on_drag_end (UllimPeopleDrag *self)
{
  stop_scrolling (self);
  g_clear_object (&self->contact);
  g_clear_object (&self->from);
}

/* What is dragged is known here: the data are only the sign that it was dropped. */
static void
on_drag_data_get (UllimPeopleDrag *self, GdkDragContext *context, GtkSelectionData *selection)
{
  gint64 id = self->contact ? ullim_contact_get_id (self->contact) : 0;

  gtk_selection_data_set (selection, gtk_selection_data_get_target (selection), 8,
                          (const guchar *) &id, sizeof id);
  g_signal_stop_emission_by_name (self->tree, "drag-data-get");
}

/* --- The target --- */

/* Returns: (nullable): the group of the row there; %NULL below all of them */
static UllimPeopleGroup *
group_at (UllimPeopleDrag *self, int x, int y)
{
  g_autoptr (GtkTreePath) path = NULL;

  if (!gtk_tree_view_get_dest_row_at_pos (self->tree, x, y, &path, NULL))
    return NULL;
  return ullim_people_rows_get_group (self->rows, (guint) gtk_tree_path_get_indices (path)[0]);
}

static gboolean
on_scroll (gpointer data)
{
  UllimPeopleDrag *self = data;
  GtkAdjustment   *scroll = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->tree));

  gtk_adjustment_set_value (scroll, gtk_adjustment_get_value (scroll) + self->scroll_step);
  return G_SOURCE_CONTINUE;
}

static void
scroll_at (UllimPeopleDrag *self, int y)
{
  int height = gtk_widget_get_allocated_height (GTK_WIDGET (self->tree));

  if (y >= SCROLL_EDGE && y < height - SCROLL_EDGE) {
    stop_scrolling (self);
    return;
  }
  self->scroll_step = y < SCROLL_EDGE ? -SCROLL_STEP : SCROLL_STEP;
  if (self->scroll_id == 0)
    self->scroll_id = g_timeout_add (SCROLL_INTERVAL_MS, on_scroll, self);
}

/* GTK suggests to copy; people are moved unless Ctrl is held. */
static GdkDragAction
wanted_action (UllimPeopleDrag *self)
{
  GdkKeymap *keymap = gdk_keymap_get_for_display (gtk_widget_get_display (GTK_WIDGET (self->tree)));

  return gdk_keymap_get_modifier_state (keymap) & GDK_CONTROL_MASK ? GDK_ACTION_COPY
                                                                   : GDK_ACTION_MOVE;
}

static void
mark_group (UllimPeopleDrag *self, UllimPeopleGroup *group)
{
  g_autoptr (GtkTreePath) path = NULL;
  int                     row = group ? ullim_people_rows_find (self->rows, group, NULL) : -1;

  if (row >= 0)
    path = gtk_tree_path_new_from_indices (row, -1);
  gtk_tree_view_set_drag_dest_row (self->tree, path, GTK_TREE_VIEW_DROP_INTO_OR_BEFORE);
}

static gboolean
on_drag_motion (UllimPeopleDrag *self, GdkDragContext *context, int x, int y, guint time)
{
  GdkDragAction                action = wanted_action (self);
  g_autoptr (UllimContactData) moved = NULL;
  UllimPeopleGroup            *to;

  if (gtk_drag_dest_find_target (GTK_WIDGET (self->tree), context, NULL) == GDK_NONE ||
      !self->contact)
    return FALSE;
  to = group_at (self, x, y);
  moved = ullim_people_drag_moved (ullim_contact_get_data (self->contact), self->from, to,
                                   action == GDK_ACTION_COPY);
  mark_group (self, moved ? to : NULL);
  scroll_at (self, y);
  gdk_drag_status (context, moved ? action : 0, time);
  return TRUE;
}

static void
on_drag_leave (UllimPeopleDrag *self)
{
  stop_scrolling (self);
  mark_group (self, NULL);
}

static gboolean
on_drag_drop (UllimPeopleDrag *self, GdkDragContext *context, int x, int y, guint time)
{
  g_autoptr (UllimContactData) moved = NULL;
  GdkAtom target = gtk_drag_dest_find_target (GTK_WIDGET (self->tree), context, NULL);

  if (target == GDK_NONE || !self->contact)
    return FALSE;
  moved = ullim_people_drag_moved (
      ullim_contact_get_data (self->contact), self->from, group_at (self, x, y),
      gdk_drag_context_get_selected_action (context) == GDK_ACTION_COPY);
  if (moved)
    ullim_people_service_change_async (self->people, self->contact, moved, NULL,
                                       ullim_people_actions_on_changed, NULL);
  gtk_drag_finish (context, moved != NULL, FALSE, time);
  return TRUE;
}

/* --- Files --- */

static void
on_files_received (GtkWidget        *widget,
                   GdkDragContext   *context,
                   int               x,
                   int               y,
                   GtkSelectionData *selection,
                   guint             info,
                   guint             time)
{
  g_auto (GStrv) uris = gtk_selection_data_get_uris (selection);

  for (guint i = 0; uris && uris[i]; i++)
    ullim_people_actions_activate (widget, "import-file", g_variant_new_string (uris[i]));
  gtk_drag_finish (context, uris && uris[0], FALSE, time);
}

void
ullim_people_drag_accept_files (GtkWidget *widget)
{
  gtk_drag_dest_set (widget, GTK_DEST_DEFAULT_ALL, NULL, 0, GDK_ACTION_COPY);
  gtk_drag_dest_add_uri_targets (widget);
  g_signal_connect (widget, "drag-data-received", G_CALLBACK (on_files_received), NULL);
}

/* --- The object --- */

static void
ullim_people_drag_dispose (GObject *object)
{
  UllimPeopleDrag *self = ULLIM_PEOPLE_DRAG (object);

  stop_scrolling (self);
  if (self->tree)
    g_signal_handlers_disconnect_by_data (self->tree, self);
  g_clear_weak_pointer (&self->tree);
  g_clear_object (&self->rows);
  g_clear_object (&self->people);
  g_clear_object (&self->contact);
  g_clear_object (&self->from);
  G_OBJECT_CLASS (ullim_people_drag_parent_class)->dispose (object);
}

static void
ullim_people_drag_class_init (UllimPeopleDragClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_people_drag_dispose;
}

static void
ullim_people_drag_init (UllimPeopleDrag *self)
{
  self->pressed_row = -1;
}

static void
connect (UllimPeopleDrag *self, const char *signal, GCallback handler)
{
  g_signal_connect_object (self->tree, signal, handler, self, G_CONNECT_SWAPPED);
}

UllimPeopleDrag *
ullim_people_drag_new (GtkTreeView *tree, UllimPeopleRows *rows, UllimPeopleService *people)
{
  UllimPeopleDrag *self = g_object_new (ULLIM_TYPE_PEOPLE_DRAG, NULL);
  GtkWidget       *widget = GTK_WIDGET (tree);

  g_set_weak_pointer (&self->tree, tree);
  self->rows = g_object_ref (rows);
  self->people = g_object_ref (people);
  connect (self, "button-press-event", G_CALLBACK (on_button_press));
  gtk_drag_source_set (widget, GDK_BUTTON1_MASK, targets, G_N_ELEMENTS (targets),
                       GDK_ACTION_MOVE | GDK_ACTION_COPY);
  gtk_drag_dest_set (widget, 0, targets, G_N_ELEMENTS (targets), GDK_ACTION_MOVE | GDK_ACTION_COPY);
  connect (self, "drag-begin", G_CALLBACK (on_drag_begin));
  connect (self, "drag-end", G_CALLBACK (on_drag_end));
  connect (self, "drag-data-get", G_CALLBACK (on_drag_data_get));
  connect (self, "drag-motion", G_CALLBACK (on_drag_motion));
  connect (self, "drag-leave", G_CALLBACK (on_drag_leave));
  connect (self, "drag-drop", G_CALLBACK (on_drag_drop));
  return self;
}
