/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of conversations. They are shown by one tree view in fixed-height mode over either all
 * conversations or the filter; found messages by a second one below. The list moves rows while the
 * user looks at it, so what is selected is kept as an object and put back after each change.
 */
#define G_LOG_DOMAIN "conversation-list-view"

#include "ullim-config.h"

#include "conversation-list-view.h"
#include "conversation-title.h"
#include "list-adapter.h"
#include "person-cell.h"
#include "person-filter.h"

#include <glib/gi18n-lib.h>

/* Found messages shown at most. */
#define MAX_HITS 50
/* Height of the people found while there are found messages below them. */
#define PEOPLE_HEIGHT_IN_SEARCH 290

/* From so many changed rows on, the tree view is given its model anew: it then takes all at once.
 */
#define BATCH_ROWS 100

struct _UllimConversationListView {
  GtkBox parent_instance;

  GtkStack          *stack;
  GtkWidget         *people_heading;
  GtkScrolledWindow *people_scroller;
  GtkTreeView       *people;
  GtkTreeSelection  *selection;
  GtkWidget         *hits_heading;
  GtkWidget         *hits_scroller;
  GtkTreeView       *hits;

  UllimEngine       *engine;         /* owned */
  UllimListAdapter  *all;            /* owned */
  UllimPersonFilter *filter;         /* owned */
  UllimListAdapter  *filtered;       /* owned */
  GListStore        *found;          /* owned, of UllimSearchHit */
  UllimConversation *selected;       /* owned, nullable */
  GCancellable      *search_running; /* owned, nullable */
  char              *search;         /* owned, nullable: what is looked for */
  guint              syncing;        /* > 0 while the selection is changed by us */
  gboolean           marks;          /* whether the selected conversation is marked */
};

G_DEFINE_FINAL_TYPE (UllimConversationListView, ullim_conversation_list_view, GTK_TYPE_BOX)

enum { CONVERSATION_SELECTED, CONVERSATION_ACTIVATED, MESSAGE_ACTIVATED, N_SIGNALS };

static guint signals[N_SIGNALS];

static gboolean
is_searching (UllimConversationListView *self)
{
  return self->search != NULL;
}

static void
show_rows (UllimConversationListView *self)
{
  guint people = g_list_model_get_n_items (
      ullim_list_adapter_get_list (is_searching (self) ? self->filtered : self->all));
  guint    hits = g_list_model_get_n_items (G_LIST_MODEL (self->found));
  gboolean searching = is_searching (self);

  gtk_widget_set_visible (self->people_heading, searching && people > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->people_scroller), people > 0);
  gtk_widget_set_visible (self->hits_heading, hits > 0);
  gtk_widget_set_visible (self->hits_scroller, hits > 0);
  gtk_widget_set_vexpand (GTK_WIDGET (self->people_scroller), hits == 0);
  gtk_scrolled_window_set_max_content_height (self->people_scroller,
                                              hits > 0 ? PEOPLE_HEIGHT_IN_SEARCH : -1);
  if (people + hits > 0)
    gtk_stack_set_visible_child_name (self->stack, "lists");
  else
    gtk_stack_set_visible_child_name (self->stack, searching ? "nothing" : "empty");
}

/* Puts the selection back on the row where the selected conversation stands now. */
static void
sync_selection (UllimConversationListView *self)
{
  UllimConversationList  *list = ullim_engine_get_conversations (self->engine);
  g_autoptr (GtkTreePath) path = NULL;

  self->syncing++;
  if (!self->selected || !self->marks || is_searching (self) ||
      ullim_conversation_list_find_id (list, ullim_conversation_get_id (self->selected)) !=
          self->selected) {
    gtk_tree_selection_unselect_all (self->selection);
  } else {
    path = gtk_tree_path_new_from_indices (
        (int) ullim_conversation_list_get_position (list, self->selected), -1);
    gtk_tree_selection_select_path (self->selection, path);
  }
  self->syncing--;
}

/* Before the adapter tells the tree view, which then moves its cursor on its own account. */
static void
on_list_will_change (UllimConversationListView *self, guint position, guint removed, guint added)
{
  self->syncing++;
  if (removed + added > BATCH_ROWS && !is_searching (self))
    gtk_tree_view_set_model (self->people, NULL);
}

static void
on_list_changed (UllimConversationListView *self, guint position, guint removed, guint added)
{
  if (!gtk_tree_view_get_model (self->people))
    gtk_tree_view_set_model (self->people, GTK_TREE_MODEL (self->all));
  self->syncing--;
  /* A row that moves is taken out and put back: its place is known only then. */
  if (!is_searching (self) && added > 0)
    sync_selection (self);
  show_rows (self);
}

static void
on_item_changed (UllimConversationListView *self, UllimConversation *conversation)
{
  if (is_searching (self))
    gtk_widget_queue_draw (GTK_WIDGET (self->people));
  else
    ullim_list_adapter_item_changed (
        self->all, ullim_conversation_list_get_position (
                       ullim_engine_get_conversations (self->engine), conversation));
}

static void
render_person (GtkTreeViewColumn *column,
               GtkCellRenderer   *cell,
               GtkTreeModel      *model,
               GtkTreeIter       *iter,
               gpointer           data)
{
  UllimConversationListView    *self = data;
  g_autoptr (UllimConversation) conversation =
      ullim_list_adapter_get_item (ULLIM_LIST_ADAPTER (model), iter);

  ullim_person_cell_show_conversation (
      ULLIM_PERSON_CELL (cell), conversation,
      ullim_conversation_presence (ullim_engine_get_presence (self->engine), conversation));
}

static void
render_hit (GtkTreeViewColumn *column,
            GtkCellRenderer   *cell,
            GtkTreeModel      *model,
            GtkTreeIter       *iter,
            gpointer           data)
{
  g_autoptr (UllimSearchHit) hit = ullim_list_adapter_get_item (ULLIM_LIST_ADAPTER (model), iter);

  ullim_person_cell_show_hit (ULLIM_PERSON_CELL (cell), hit);
}

static void
on_presence_changed (UllimConversationListView *self,
                     UllimAccount              *account,
                     const char                *uri,
                     const char                *key)
{
  UllimConversation *conversation = ullim_conversation_list_find (
      ullim_engine_get_conversations (self->engine), ullim_account_get_id (account), key);

  if (conversation)
    on_item_changed (self, conversation);
}

static void
add_column (UllimConversationListView *self, GtkTreeView *view, GtkTreeCellDataFunc render)
{
  GtkTreeViewColumn *column = gtk_tree_view_column_new ();
  GtkCellRenderer   *cell = ullim_person_cell_new ();

  gtk_tree_view_column_set_sizing (column, GTK_TREE_VIEW_COLUMN_FIXED);
  gtk_tree_view_column_pack_start (column, cell, TRUE);
  gtk_tree_view_column_set_cell_data_func (column, cell, render, self, NULL);
  gtk_tree_view_append_column (view, column);
}

static gpointer
item_at (GtkTreeView *view, GtkTreePath *path)
{
  GtkTreeModel *model = gtk_tree_view_get_model (view);
  GtkTreeIter   iter;

  if (!model || !gtk_tree_model_get_iter (model, &iter, path))
    return NULL;
  return ullim_list_adapter_get_item (ULLIM_LIST_ADAPTER (model), &iter);
}

static void
on_selection_changed (UllimConversationListView *self, GtkTreeSelection *selection)
{
  g_autoptr (UllimConversation) conversation = NULL;
  GtkTreeModel                 *model;
  GtkTreeIter                   iter;

  if (self->syncing > 0 || !self->marks ||
      !gtk_tree_selection_get_selected (selection, &model, &iter))
    return;
  conversation = ullim_list_adapter_get_item (ULLIM_LIST_ADAPTER (model), &iter);
  if (!g_set_object (&self->selected, conversation))
    return;
  g_signal_emit (self, signals[CONVERSATION_SELECTED], 0, conversation);
}

static void
activate_person (UllimConversationListView *self, GtkTreePath *path)
{
  g_autoptr (UllimConversation) conversation = item_at (self->people, path);

  if (!conversation)
    return;
  g_set_object (&self->selected, conversation);
  g_signal_emit (self, signals[CONVERSATION_ACTIVATED], 0, conversation);
}

static void
on_person_activated (UllimConversationListView *self, GtkTreePath *path)
{
  activate_person (self, path);
}

static void
activate_hit (UllimConversationListView *self, GtkTreePath *path)
{
  g_autoptr (UllimSearchHit) hit = item_at (self->hits, path);
  UllimConversation         *conversation;

  if (!hit)
    return;
  conversation = ullim_search_hit_get_conversation (hit);
  g_set_object (&self->selected, conversation);
  g_signal_emit (self, signals[MESSAGE_ACTIVATED], 0, conversation,
                 ullim_search_hit_get_message_id (hit));
}

static void
on_hit_activated (UllimConversationListView *self, GtkTreePath *path)
{
  activate_hit (self, path);
}

static void
clear_found (UllimConversationListView *self)
{
  g_cancellable_cancel (self->search_running);
  g_clear_object (&self->search_running);
  g_list_store_remove_all (self->found);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimConversationListView) self = data;
  g_autoptr (GError)                    error = NULL;
  g_autoptr (GPtrArray)                 objects = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray)                 hits =
      ullim_chat_service_search_finish (ULLIM_CHAT_SERVICE (source), result, &error);

  if (!hits) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_warning ("Search failed: %s", error->message);
    return;
  }
  if (!self->engine || !self->search)
    return;
  for (guint i = 0; i < hits->len; i++) {
    UllimChatHit *hit = hits->pdata[i];

    g_ptr_array_add (objects, ullim_search_hit_new (hit->conversation, hit->message, self->search));
  }
  g_list_store_splice (self->found, 0, g_list_model_get_n_items (G_LIST_MODEL (self->found)),
                       objects->pdata, objects->len);
  show_rows (self);
}

static void
ullim_conversation_list_view_dispose (GObject *object)
{
  UllimConversationListView *self = ULLIM_CONVERSATION_LIST_VIEW (object);

  g_cancellable_cancel (self->search_running);
  g_clear_object (&self->search_running);
  self->syncing++;
  if (self->people) {
    gtk_tree_view_set_model (self->people, NULL);
    gtk_tree_view_set_model (self->hits, NULL);
  }
  g_clear_object (&self->selected);
  g_clear_object (&self->all);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->found);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->search, g_free);
  G_OBJECT_CLASS (ullim_conversation_list_view_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/ullim/Ullim/ui/conversation-list-view.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimConversationListView, stack);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationListView, people_heading);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationListView, people_scroller);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationListView, people);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationListView, selection);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationListView, hits_heading);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationListView, hits_scroller);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationListView, hits);
  gtk_widget_class_bind_template_callback (widget_class, on_selection_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_person_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_hit_activated);
}

static void
ullim_conversation_list_view_class_init (UllimConversationListViewClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_conversation_list_view_dispose;
  bind_template (GTK_WIDGET_CLASS (klass));

  signals[CONVERSATION_SELECTED] =
      g_signal_new ("conversation-selected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, ULLIM_TYPE_CONVERSATION);
  signals[CONVERSATION_ACTIVATED] =
      g_signal_new ("conversation-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, ULLIM_TYPE_CONVERSATION);
  signals[MESSAGE_ACTIVATED] =
      g_signal_new ("message-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    2, ULLIM_TYPE_CONVERSATION, G_TYPE_INT64);
}

static void
ullim_conversation_list_view_init (UllimConversationListView *self)
{
  self->marks = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  add_column (self, self->people, render_person);
  add_column (self, self->hits, render_hit);
}

GtkWidget *
ullim_conversation_list_view_new (UllimEngine *engine)
{
  UllimConversationListView   *self = g_object_new (ULLIM_TYPE_CONVERSATION_LIST_VIEW, NULL);
  UllimConversationList       *list = ullim_engine_get_conversations (engine);
  g_autoptr (UllimListAdapter) found = NULL;

  self->engine = g_object_ref (engine);
  self->filter = ullim_person_filter_new (list);
  self->filtered = ullim_list_adapter_new (G_LIST_MODEL (self->filter));
  self->found = g_list_store_new (ULLIM_TYPE_SEARCH_HIT);
  found = ullim_list_adapter_new (G_LIST_MODEL (self->found));
  gtk_tree_view_set_model (self->hits, GTK_TREE_MODEL (found));

  /* Around the adapter's own handler: the order of connection is the order of the calls. */
  g_signal_connect_object (list, "items-changed", G_CALLBACK (on_list_will_change), self,
                           G_CONNECT_SWAPPED);
  self->all = ullim_list_adapter_new (G_LIST_MODEL (list));
  g_signal_connect_object (list, "items-changed", G_CALLBACK (on_list_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "item-changed", G_CALLBACK (on_item_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ullim_engine_get_presence (engine), "presence-changed",
                           G_CALLBACK (on_presence_changed), self, G_CONNECT_SWAPPED);
  gtk_tree_view_set_model (self->people, GTK_TREE_MODEL (self->all));
  show_rows (self);
  return GTK_WIDGET (self);
}

void
ullim_conversation_list_view_select (UllimConversationListView *self,
                                     UllimConversation         *conversation)
{
  g_autoptr (GtkTreePath) path = NULL;

  g_set_object (&self->selected, conversation);
  sync_selection (self);
  if (!conversation || is_searching (self))
    return;
  path = gtk_tree_path_new_from_indices (
      (int) ullim_conversation_list_get_position (ullim_engine_get_conversations (self->engine),
                                                  conversation),
      -1);
  gtk_tree_view_scroll_to_cell (self->people, path, NULL, FALSE, 0, 0);
}

UllimConversation *
ullim_conversation_list_view_get_neighbour (UllimConversationListView *self, int step)
{
  UllimConversationList *list = ullim_engine_get_conversations (self->engine);
  GListModel            *model = G_LIST_MODEL (list);
  int                    n = (int) g_list_model_get_n_items (model);
  int                    position = step > 0 ? -1 : n;

  if (self->selected && ullim_conversation_list_find_id (
                            list, ullim_conversation_get_id (self->selected)) == self->selected)
    position = (int) ullim_conversation_list_get_position (list, self->selected);
  position += step;
  return position >= 0 && position < n ? g_list_model_get_item (model, (guint) position) : NULL;
}

void
ullim_conversation_list_view_set_marks (UllimConversationListView *self, gboolean marks)
{
  if (self->marks == marks)
    return;
  self->marks = marks;
  sync_selection (self);
}

void
ullim_conversation_list_view_focus_list (UllimConversationListView *self)
{
  g_autoptr (GtkTreePath) path = NULL;
  UllimConversationList  *list = ullim_engine_get_conversations (self->engine);

  /* In place of an empty list stands a word about it. */
  if (!gtk_widget_get_mapped (GTK_WIDGET (self->people)))
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self->people));
  if (!self->selected || is_searching (self) ||
      ullim_conversation_list_find_id (list, ullim_conversation_get_id (self->selected)) !=
          self->selected)
    return;
  path = gtk_tree_path_new_from_indices (
      (int) ullim_conversation_list_get_position (list, self->selected), -1);
  self->syncing++;
  gtk_tree_view_set_cursor (self->people, path, NULL, FALSE);
  self->syncing--;
  sync_selection (self);
}

void
ullim_conversation_list_view_focus_rows (UllimConversationListView *self)
{
  gtk_widget_grab_focus (gtk_widget_get_visible (GTK_WIDGET (self->people_scroller))
                             ? GTK_WIDGET (self->people)
                             : GTK_WIDGET (self->hits));
}

void
ullim_conversation_list_view_set_search (UllimConversationListView *self, const char *text)
{
  if (g_strcmp0 (text, self->search ? self->search : "") == 0)
    return;
  g_free (self->search);
  self->search = *text ? g_strdup (text) : NULL;
  /* Without its model, the tree view takes a new set of rows in one go. */
  self->syncing++;
  gtk_tree_view_set_model (self->people, NULL);
  ullim_person_filter_set_text (self->filter, text);
  gtk_tree_view_set_model (self->people,
                           GTK_TREE_MODEL (is_searching (self) ? self->filtered : self->all));
  self->syncing--;
  if (!is_searching (self))
    clear_found (self);
  sync_selection (self);
  show_rows (self);
}

void
ullim_conversation_list_view_search_messages (UllimConversationListView *self)
{
  g_cancellable_cancel (self->search_running);
  g_clear_object (&self->search_running);
  if (!self->search)
    return;
  self->search_running = g_cancellable_new ();
  ullim_chat_service_search_async (ullim_engine_get_chat (self->engine), self->search, NULL, 0,
                                   MAX_HITS, self->search_running, on_found, g_object_ref (self));
}

void
ullim_conversation_list_view_activate_first (UllimConversationListView *self)
{
  g_autoptr (GtkTreePath) first = gtk_tree_path_new_first ();

  if (!is_searching (self))
    return;
  if (g_list_model_get_n_items (G_LIST_MODEL (self->filter)) > 0)
    activate_person (self, first);
  else
    activate_hit (self, first);
}
