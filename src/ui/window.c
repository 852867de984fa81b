/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The main window. It lays out the panes and leads from one to the other; what is in them is
 * theirs. The conversation view is made with the first conversation that is opened.
 */
#define G_LOG_DOMAIN "window"

#include "ullim-config.h"

#include "window.h"

#include "account-button.h"
#include "blocked-bar.h"
#include "conversation-title.h"
#include "conversation-view.h"
#include "decision.h"
#include "first-start.h"
#include "new-conversation.h"
#include "pane.h"
#include "people-actions.h"
#include "presence-text.h"
#include "problem-bar.h"
#include "problem-text.h"
#include "request-bar.h"
#include "sidebar.h"
#include "state-text.h"
#include "stranger-bar.h"

#include <glib/gi18n-lib.h>

struct _UllimWindow {
  HdyApplicationWindow parent_instance;

  GtkStack               *pages;
  GtkBox                 *first_start_page;
  HdyStatusPage          *failure_page;
  GtkLabel               *folder_label;
  HdyLeaflet             *leaflet;
  GtkBox                 *sidebar;
  HdyHeaderBar           *sidebar_header;
  GtkBox                 *content;
  HdyHeaderBar           *content_header;
  UllimConversationTitle *title;
  GtkStack               *content_stack;
  GtkWidget              *search_button;
  GtkWidget              *conversation_menu_button;
  UllimProblemBar        *problem_bar;
  UllimProblemBar        *folded_problem_bar;
  UllimRequestBar        *request_bar;
  UllimBlockedBar        *blocked_bar;
  UllimStrangerBar       *stranger_bar;

  UllimAccountButton        *account_button;
  UllimSidebar              *lists;
  UllimConversationListView *list;   /* of @lists */
  UllimPeopleActions        *people; /* owned */
  UllimConversationView     *view;   /* NULL until it is made in an idle moment, or needed */

  UllimEngine       *engine;       /* owned */
  GSettings         *settings;     /* owned, nullable */
  UllimConversation *conversation; /* owned, nullable: the one shown */
  guint              view_source;
};

G_DEFINE_FINAL_TYPE (UllimWindow, ullim_window, HDY_TYPE_APPLICATION_WINDOW)

static gboolean
is_on_main_page (UllimWindow *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), "main") == 0;
}

/* Whether the shown conversation, if any, is before the user's eyes. */
static gboolean
is_content_visible (UllimWindow *self)
{
  return is_on_main_page (self) &&
         (!hdy_leaflet_get_folded (self->leaflet) ||
          hdy_leaflet_get_visible_child (self->leaflet) == GTK_WIDGET (self->content));
}

static void
on_place_changed (UllimWindow *self)
{
  gboolean seen = is_content_visible (self) && gtk_window_is_active (GTK_WINDOW (self));

  if (self->list)
    ullim_conversation_list_view_set_marks (self->list, !hdy_leaflet_get_folded (self->leaflet));
  if (self->engine)
    ullim_attention_set_focus (ullim_engine_get_attention (self->engine),
                               seen ? self->conversation : NULL);
}

static void
set_action_enabled (UllimWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* A header bar keeps what is in it to itself. */
static void
update_title (UllimWindow *self)
{
  AtkObject  *accessible = gtk_widget_get_accessible (GTK_WIDGET (self->content_header));
  const char *name = "", *address = "";

  if (self->conversation) {
    name = ullim_conversation_get_name (self->conversation);
    address = ullim_state_text_address (ullim_conversation_get_peer (self->conversation));
  }
  gtk_widget_set_visible (self->search_button, self->conversation != NULL);
  gtk_widget_set_visible (self->conversation_menu_button, self->conversation != NULL);
  atk_object_set_name (accessible, name);
  atk_object_set_description (accessible, address);
}

static void
on_stranger_changed (UllimWindow *self)
{
  UllimContact *contact = ullim_stranger_bar_get_contact (self->stranger_bar);

  set_action_enabled (self, "add-peer", self->conversation && !contact);
  set_action_enabled (self, "edit-peer", contact != NULL);
}

static void
on_blocked_changed (UllimWindow *self)
{
  gboolean is_blocked = ullim_blocked_bar_is_blocked (self->blocked_bar);

  set_action_enabled (self, "block", self->conversation && !is_blocked);
  set_action_enabled (self, "unblock", is_blocked);
}

/* What one tells of oneself is said where it is not the usual. */
static void
on_own_changed (UllimWindow *self)
{
  UllimPresenceService *presence = ullim_engine_get_presence (self->engine);
  UllimOwnPresence      own = ullim_presence_service_get_own (presence);

  hdy_header_bar_set_subtitle (self->sidebar_header,
                               own == ULLIM_OWN_AVAILABLE ? NULL : ullim_presence_text_own (own));
}

static void
ensure_view (UllimWindow *self)
{
  if (self->view)
    return;
  self->view = ULLIM_CONVERSATION_VIEW (ullim_conversation_view_new (self->engine));
  gtk_widget_show (GTK_WIDGET (self->view));
  gtk_stack_add_named (self->content_stack, GTK_WIDGET (self->view), "conversation");
}

/* Shows @conversation at the right, whether or not that pane is in sight. */
static void
set_conversation (UllimWindow *self, UllimConversation *conversation)
{
  if (self->conversation == conversation)
    return;
  if (self->conversation)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_set_object (&self->conversation, conversation);
  if (conversation)
    g_signal_connect_object (conversation, "notify::name", G_CALLBACK (update_title), self,
                             G_CONNECT_SWAPPED);
  if (conversation)
    ensure_view (self);
  if (self->view)
    ullim_conversation_view_set_conversation (self->view, conversation);
  gtk_stack_set_visible_child_name (self->content_stack, conversation ? "conversation" : "empty");
  ullim_conversation_title_set_conversation (self->title, conversation);
  ullim_blocked_bar_set_conversation (self->blocked_bar, conversation);
  ullim_stranger_bar_set_conversation (self->stranger_bar, conversation);
  on_stranger_changed (self);
  set_action_enabled (self, "search", conversation != NULL);
  update_title (self);
  on_place_changed (self);
}

void
ullim_window_show_conversation (UllimWindow       *self,
                                UllimConversation *conversation,
                                gint64             message_id)
{
  if (!is_on_main_page (self))
    return;
  set_conversation (self, conversation);
  ullim_conversation_list_view_select (self->list, conversation);
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->content));
  if (message_id != 0)
    ullim_conversation_view_show_message (self->view, message_id);
  ullim_conversation_view_focus_entry (self->view);
}

static void
on_conversation_selected (UllimWindow *self, UllimConversation *conversation)
{
  set_conversation (self, conversation);
}

static void
on_conversation_activated (UllimWindow *self, UllimConversation *conversation)
{
  ullim_window_show_conversation (self, conversation, 0);
}

static void
on_message_activated (UllimWindow *self, UllimConversation *conversation, gint64 message_id)
{
  ullim_window_show_conversation (self, conversation, message_id);
}

/* The account of the shown conversation may have been removed. */
static void
on_conversations_changed (UllimWindow *self)
{
  UllimConversationList *list = ullim_engine_get_conversations (self->engine);

  if (self->conversation &&
      ullim_conversation_list_find_id (list, ullim_conversation_get_id (self->conversation)) !=
          self->conversation) {
    set_conversation (self, NULL);
    ullim_conversation_list_view_select (self->list, NULL);
  }
}

static void
on_first_start_done (UllimWindow *self, UllimAccount *account)
{
  GListModel *conversations = G_LIST_MODEL (ullim_engine_get_conversations (self->engine));
  g_autoptr (UllimConversation) first = NULL;

  gtk_stack_set_transition_type (self->pages, GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  gtk_stack_set_visible_child_name (self->pages, "main");
  first = g_list_model_get_item (conversations, 0);
  if (first)
    ullim_window_show_conversation (self, first, 0);
}

static void
destroy_child (GtkWidget *child, gpointer data)
{
  gtk_widget_destroy (child);
}

static void
show_first_start (UllimWindow *self)
{
  GtkWidget *page = ullim_first_start_new (self->engine);

  gtk_container_foreach (GTK_CONTAINER (self->first_start_page), destroy_child, NULL);
  g_signal_connect_object (page, "done", G_CALLBACK (on_first_start_done), self, G_CONNECT_SWAPPED);
  gtk_box_pack_start (self->first_start_page, page, TRUE, TRUE, 0);
  gtk_widget_show (page);
  gtk_stack_set_visible_child_name (self->pages, "first-start");
}

/* The last account removed: begin anew. The first account of a first start is that page's own
 * affair. */
static void
on_accounts_changed (UllimWindow *self)
{
  guint n = g_list_model_get_n_items (ullim_engine_get_accounts (self->engine));

  set_action_enabled (self, "new-conversation", n > 0);
  if (n == 0 && is_on_main_page (self)) {
    set_conversation (self, NULL);
    show_first_start (self);
  }
}

static gboolean
on_idle (gpointer data)
{
  UllimWindow *self = ULLIM_WINDOW (data);

  self->view_source = 0;
  ensure_view (self);
  return G_SOURCE_REMOVE;
}

/* The first conversation opens as fast as the others; the list is on the screen by then. */
static void
prepare_view (UllimWindow *self)
{
  if (!self->view && self->view_source == 0)
    self->view_source = g_idle_add_full (G_PRIORITY_LOW, on_idle, self, NULL);
}

void
ullim_window_show_started (UllimWindow *self)
{
  GListModel *accounts = ullim_engine_get_accounts (self->engine);

  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (on_accounts_changed), self,
                           G_CONNECT_SWAPPED);
  if (g_list_model_get_n_items (accounts) > 0) {
    gtk_stack_set_visible_child_name (self->pages, "main");
    prepare_view (self);
  } else {
    show_first_start (self);
  }
  on_accounts_changed (self);
  on_place_changed (self);
}

void
ullim_window_show_failure (UllimWindow *self, const GError *error, const char *data_dir)
{
  const char *text = ullim_problem_text (ullim_problem_from_error (error));

  hdy_status_page_set_description (self->failure_page, text);
  /* The page hides its own labels from screen readers. */
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->failure_page)), text);
  gtk_label_set_text (self->folder_label, data_dir);
  gtk_stack_set_visible_child_name (self->pages, "failure");
}

/* Actions */

static void
on_conversation_opened (UllimWindow *self, UllimConversation *conversation)
{
  ullim_window_show_conversation (self, conversation, 0);
}

static void
new_conversation (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimWindow *self = data;
  GtkWidget   *dialog;

  if (!is_on_main_page (self))
    return;
  dialog = ullim_new_conversation_new (GTK_WINDOW (self), self->engine);
  g_signal_connect_object (dialog, "opened", G_CALLBACK (on_conversation_opened), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
search (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimWindow *self = data;

  if (!is_on_main_page (self) || !self->view)
    return;
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->content));
  ullim_conversation_view_open_search (self->view);
}

static void
search_all (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimWindow *self = data;

  if (!is_on_main_page (self))
    return;
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
  ullim_sidebar_focus_search (self->lists);
}

static void
go (UllimWindow *self, int step)
{
  g_autoptr (UllimConversation) neighbour = NULL;

  if (!is_on_main_page (self))
    return;
  neighbour = ullim_conversation_list_view_get_neighbour (self->list, step);
  if (neighbour)
    ullim_window_show_conversation (self, neighbour, 0);
}

static void
go_next (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  go (data, 1);
}

static void
go_previous (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  go (data, -1);
}

static void
go_back (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimWindow *self = data;

  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
  ullim_sidebar_focus_list (self->lists);
}

static void
decide (UllimWindow *self, UllimPermission permission)
{
  if (self->conversation)
    ullim_decision_make (GTK_WIDGET (self), ullim_engine_get_presence (self->engine),
                         ullim_conversation_get_account (self->conversation),
                         ullim_conversation_get_peer (self->conversation), permission);
}

static void
show_people (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimWindow *self = data;

  if (!is_on_main_page (self))
    return;
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
  ullim_sidebar_show_people (self->lists);
}

static void
show_chats (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimWindow *self = data;

  if (!is_on_main_page (self))
    return;
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
  ullim_sidebar_show_chats (self->lists);
}

static void
add_person (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  if (is_on_main_page (data))
    ullim_people_actions_activate (GTK_WIDGET (data), "add", g_variant_new_string (""));
}

static void
add_peer (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimWindow *self = data;
  const char  *peer = ullim_conversation_get_peer (self->conversation);

  ullim_people_actions_activate (GTK_WIDGET (self), "add",
                                 g_variant_new_string (ullim_state_text_address (peer)));
}

static void
edit_peer (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimWindow  *self = data;
  UllimContact *contact = ullim_stranger_bar_get_contact (self->stranger_bar);

  ullim_people_actions_activate (GTK_WIDGET (self), "edit",
                                 g_variant_new_int64 (ullim_contact_get_id (contact)));
}

static void
block (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  decide (data, ULLIM_PERMISSION_BLOCKED);
}

static void
unblock (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  decide (data, ULLIM_PERMISSION_ASKED);
}

static void
edit_note (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  UllimWindow *self = data;

  if (!is_on_main_page (self))
    return;
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
  ullim_account_button_edit_note (self->account_button);
}

static const GActionEntry actions[] = {
    {.name = "new-conversation", .activate = new_conversation},
    {.name = "search", .activate = search},
    {.name = "search-all", .activate = search_all},
    {.name = "next-conversation", .activate = go_next},
    {.name = "previous-conversation", .activate = go_previous},
    {.name = "back", .activate = go_back},
    {.name = "people", .activate = show_people},
    {.name = "chats", .activate = show_chats},
    {.name = "add-person", .activate = add_person},
    {.name = "add-peer", .activate = add_peer},
    {.name = "edit-peer", .activate = edit_peer},
    {.name = "block", .activate = block},
    {.name = "unblock", .activate = unblock},
    {.name = "edit-note", .activate = edit_note},
};

/* Escape goes back in a folded window, once nothing inside wants it. */
static gboolean
ullim_window_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  UllimWindow *self = ULLIM_WINDOW (widget);

  if (GTK_WIDGET_CLASS (ullim_window_parent_class)->key_press_event (widget, event))
    return GDK_EVENT_STOP;
  if (event->keyval != GDK_KEY_Escape || !is_content_visible (self) ||
      !hdy_leaflet_get_folded (self->leaflet))
    return GDK_EVENT_PROPAGATE;
  go_back (NULL, NULL, self);
  return GDK_EVENT_STOP;
}

void
ullim_window_remember_size (UllimWindow *self)
{
  GtkWindow *window = GTK_WINDOW (self);
  int        width, height;

  if (!self->settings)
    return;
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));
  if (gtk_window_is_maximized (window))
    return;
  gtk_window_get_size (window, &width, &height);
  g_settings_set (self->settings, "window-size", "(ii)", width, height);
}

static void
restore_size (UllimWindow *self)
{
  int width, height;

  if (!self->settings)
    return;
  g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

/* What becomes of the program is its own affair; without accounts it ends. */
static gboolean
ullim_window_delete_event (GtkWidget *widget, GdkEventAny *event)
{
  UllimWindow    *self = ULLIM_WINDOW (widget);
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (widget));

  ullim_window_remember_size (self);
  g_action_group_activate_action (G_ACTION_GROUP (application),
                                  is_on_main_page (self) ? "close-window" : "quit", NULL);
  return GDK_EVENT_STOP;
}

static void
ullim_window_dispose (GObject *object)
{
  UllimWindow *self = ULLIM_WINDOW (object);

  g_clear_handle_id (&self->view_source, g_source_remove);
  if (self->people)
    g_object_run_dispose (G_OBJECT (self->people));
  g_clear_object (&self->people);
  if (self->conversation)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_clear_object (&self->conversation);
  g_clear_object (&self->engine);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ullim_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/window.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, first_start_page);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, failure_page);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, folder_label);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, content);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, content_header);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, sidebar_header);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, title);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, content_stack);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, conversation_menu_button);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, problem_bar);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, folded_problem_bar);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, request_bar);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, blocked_bar);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, stranger_bar);
  gtk_widget_class_bind_template_child (widget_class, UllimWindow, account_button);
  gtk_widget_class_bind_template_callback (widget_class, on_place_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_blocked_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_stranger_changed);
}

static void
ullim_window_class_init (UllimWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_window_dispose;
  widget_class->key_press_event = ullim_window_key_press_event;
  widget_class->delete_event = ullim_window_delete_event;
  g_type_ensure (ULLIM_TYPE_ACCOUNT_BUTTON);
  g_type_ensure (ULLIM_TYPE_BLOCKED_BAR);
  g_type_ensure (ULLIM_TYPE_CONVERSATION_TITLE);
  g_type_ensure (ULLIM_TYPE_PANE);
  g_type_ensure (ULLIM_TYPE_STRANGER_BAR);
  g_type_ensure (ULLIM_TYPE_PROBLEM_BAR);
  g_type_ensure (ULLIM_TYPE_REQUEST_BAR);
  bind_template (widget_class);
}

static void
ullim_window_init (UllimWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  set_action_enabled (self, "search", FALSE);
  set_action_enabled (self, "add-peer", FALSE);
  set_action_enabled (self, "edit-peer", FALSE);
  set_action_enabled (self, "block", FALSE);
  set_action_enabled (self, "unblock", FALSE);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (on_place_changed), NULL);
}

/* The panes' parts that show or change presence. */
static void
connect_presence (UllimWindow *self)
{
  UllimPresenceService *presence = ullim_engine_get_presence (self->engine);

  ullim_account_button_set_engine (self->account_button, self->engine, self->settings);
  ullim_request_bar_set_engine (self->request_bar, self->engine);
  ullim_conversation_title_set_service (self->title, presence);
  ullim_blocked_bar_set_service (self->blocked_bar, presence);
  g_signal_connect_object (presence, "own-changed", G_CALLBACK (on_own_changed), self,
                           G_CONNECT_SWAPPED);
  on_own_changed (self);
}

static void
on_contact_activated (UllimWindow *self, UllimContact *contact)
{
  ullim_people_actions_activate (GTK_WIDGET (self), "open",
                                 g_variant_new_int64 (ullim_contact_get_id (contact)));
}

static void
on_contact_added (UllimWindow *self, UllimContact *contact)
{
  ullim_people_view_reveal (ullim_sidebar_get_people (self->lists), contact);
}

static void
connect (UllimWindow *self, gpointer object, const char *signal, GCallback handler)
{
  g_signal_connect_object (object, signal, handler, self, G_CONNECT_SWAPPED);
}

/* The left pane, and what is done there. */
static void
make_lists (UllimWindow *self)
{
  GtkWidget *lists = ullim_sidebar_new (self->engine, self->settings);

  self->lists = ULLIM_SIDEBAR (lists);
  self->list = ullim_sidebar_get_chats (self->lists);
  self->people = ullim_people_actions_new (GTK_WINDOW (self), self->engine, self->settings,
                                           ullim_sidebar_get_notices (self->lists));
  connect (self, self->list, "conversation-selected", G_CALLBACK (on_conversation_selected));
  connect (self, self->list, "conversation-activated", G_CALLBACK (on_conversation_activated));
  connect (self, self->list, "message-activated", G_CALLBACK (on_message_activated));
  connect (self, ullim_sidebar_get_people (self->lists), "contact-activated",
           G_CALLBACK (on_contact_activated));
  connect (self, self->people, "opened", G_CALLBACK (on_conversation_opened));
  connect (self, self->people, "added", G_CALLBACK (on_contact_added));
  ullim_stranger_bar_set_engine (self->stranger_bar, self->engine);
  gtk_widget_show (lists);
  gtk_box_pack_start (self->sidebar, lists, TRUE, TRUE, 0);
}

UllimWindow *
ullim_window_new (GtkApplication *application, UllimEngine *engine, GSettings *settings)
{
  UllimWindow *self = g_object_new (ULLIM_TYPE_WINDOW, "application", application, NULL);

  self->engine = g_object_ref (engine);
  self->settings = settings ? g_object_ref (settings) : NULL;
  make_lists (self);
  g_signal_connect_object (ullim_engine_get_conversations (engine), "items-changed",
                           G_CALLBACK (on_conversations_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  connect_presence (self);
  ullim_problem_bar_set_accounts (self->problem_bar, ullim_engine_get_accounts (engine));
  ullim_problem_bar_set_accounts (self->folded_problem_bar, ullim_engine_get_accounts (engine));
  restore_size (self);
  return self;
}
