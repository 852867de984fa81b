/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Search entry, switcher, the two views. A search is that of the view which is shown, and goes over
 * to the other one with the user.
 */
#define G_LOG_DOMAIN "sidebar"

#include "ullim-config.h"

#include "sidebar.h"

#include <glib/gi18n-lib.h>

#define PEOPLE "people"
#define CHATS "chats"

struct _UllimSidebar {
  GtkBox parent_instance;

  GtkSearchEntry *search_entry;
  GtkStack       *stack;
  GtkWidget      *add_button;
  GtkWidget      *menu_button;
  GtkWidget      *chats_button;
  UllimNoticeBar *notices;

  UllimPeopleView           *people;
  UllimConversationListView *chats;
  UllimConversationList     *conversations; /* owned, nullable until made */
  GSettings                 *settings;      /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (UllimSidebar, ullim_sidebar, GTK_TYPE_BOX)

static gboolean
shows_people (UllimSidebar *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), PEOPLE) == 0;
}

static const char *
search_text (UllimSidebar *self)
{
  return gtk_entry_get_text (GTK_ENTRY (self->search_entry));
}

/* The view that is not shown is left in peace. */
static void
apply_search (UllimSidebar *self)
{
  const char *text = search_text (self);
  gboolean    is_people = shows_people (self);

  ullim_people_view_set_search (self->people, is_people ? text : "");
  ullim_conversation_list_view_set_search (self->chats, is_people ? "" : text);
  gtk_widget_set_visible (self->chats_button, is_people && *text);
}

static void
on_search_text_changed (UllimSidebar *self)
{
  apply_search (self);
}

/* A moment after the last key. */
static void
on_search_settled (UllimSidebar *self)
{
  if (!shows_people (self))
    ullim_conversation_list_view_search_messages (self->chats);
}

static void
on_stop_search (UllimSidebar *self)
{
  gtk_entry_set_text (GTK_ENTRY (self->search_entry), "");
}

/* Enter takes the first who was found. */
static void
on_search_activate (UllimSidebar *self)
{
  if (*search_text (self) == '\0')
    return;
  if (shows_people (self))
    ullim_people_view_activate_first (self->people);
  else
    ullim_conversation_list_view_activate_first (self->chats);
}

static gboolean
on_search_key (UllimSidebar *self, GdkEventKey *event)
{
  if (event->keyval != GDK_KEY_Down && event->keyval != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;
  if (shows_people (self))
    ullim_people_view_focus_list (self->people);
  else
    ullim_conversation_list_view_focus_rows (self->chats);
  return GDK_EVENT_STOP;
}

static void
on_view_changed (UllimSidebar *self)
{
  gboolean is_people = shows_people (self);

  if (!self->chats || !self->people)
    return;
  gtk_widget_set_visible (self->add_button, is_people);
  gtk_widget_set_visible (self->menu_button, is_people);
  apply_search (self);
  if (!is_people && *search_text (self))
    ullim_conversation_list_view_search_messages (self->chats);
  if (self->settings)
    g_settings_set_string (self->settings, "sidebar-view", is_people ? PEOPLE : CHATS);
}

static void
on_chats_clicked (UllimSidebar *self)
{
  gtk_stack_set_visible_child_name (self->stack, CHATS);
  gtk_entry_grab_focus_without_selecting (GTK_ENTRY (self->search_entry));
}

static void
on_unread_changed (UllimSidebar *self)
{
  guint            unread = ullim_conversation_list_get_unread (self->conversations);
  g_autofree char *title = NULL;

  if (unread > 0)
    /* Translators: the view of conversations, with the number of messages not read yet. */
    title = g_strdup_printf (_ ("Chats (%u)"), unread);
  gtk_container_child_set (GTK_CONTAINER (self->stack), GTK_WIDGET (self->chats), "title",
                           title ? title : _ ("Chats"), NULL);
}

static void
on_collapsed_changed (UllimSidebar *self)
{
  g_auto (GStrv) ids = ullim_people_view_get_collapsed (self->people);

  if (self->settings)
    g_settings_set_strv (self->settings, "collapsed-groups", (const char *const *) ids);
}

static void
ullim_sidebar_dispose (GObject *object)
{
  UllimSidebar *self = ULLIM_SIDEBAR (object);

  self->people = NULL;
  self->chats = NULL;
  g_clear_object (&self->conversations);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ullim_sidebar_parent_class)->dispose (object);
}

static void
ullim_sidebar_class_init (UllimSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_sidebar_dispose;
  g_type_ensure (ULLIM_TYPE_NOTICE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimSidebar, search_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, UllimSidebar, add_button);
  gtk_widget_class_bind_template_child (widget_class, UllimSidebar, menu_button);
  gtk_widget_class_bind_template_child (widget_class, UllimSidebar, chats_button);
  gtk_widget_class_bind_template_child (widget_class, UllimSidebar, notices);
  gtk_widget_class_bind_template_callback (widget_class, on_search_text_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_settled);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_key);
  gtk_widget_class_bind_template_callback (widget_class, on_view_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_chats_clicked);
}

static void
ullim_sidebar_init (UllimSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
restore (UllimSidebar *self)
{
  g_autofree char *view =
      self->settings ? g_settings_get_string (self->settings, "sidebar-view") : g_strdup (PEOPLE);
  g_auto (GStrv) collapsed =
      self->settings ? g_settings_get_strv (self->settings, "collapsed-groups") : NULL;

  if (collapsed)
    ullim_people_view_set_collapsed (self->people, (const char *const *) collapsed);
  gtk_stack_set_visible_child_name (self->stack, view);
}

GtkWidget *
ullim_sidebar_new (UllimEngine *engine, GSettings *settings)
{
  UllimSidebar *self = g_object_new (ULLIM_TYPE_SIDEBAR, NULL);
  GtkWidget    *people = ullim_people_view_new (engine);
  GtkWidget    *chats = ullim_conversation_list_view_new (engine);

  self->conversations = g_object_ref (ullim_engine_get_conversations (engine));
  gtk_widget_show (people);
  gtk_widget_show (chats);
  gtk_stack_add_titled (self->stack, people, PEOPLE, _ ("People"));
  gtk_stack_add_titled (self->stack, chats, CHATS, _ ("Chats"));
  self->people = ULLIM_PEOPLE_VIEW (people);
  self->chats = ULLIM_CONVERSATION_LIST_VIEW (chats);
  self->settings = settings ? g_object_ref (settings) : NULL;
  g_signal_connect_object (people, "collapsed-changed", G_CALLBACK (on_collapsed_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->conversations, "notify::unread", G_CALLBACK (on_unread_changed),
                           self, G_CONNECT_SWAPPED);
  on_unread_changed (self);
  restore (self);
  return GTK_WIDGET (self);
}

UllimPeopleView *
ullim_sidebar_get_people (UllimSidebar *self)
{
  return self->people;
}

UllimConversationListView *
ullim_sidebar_get_chats (UllimSidebar *self)
{
  return self->chats;
}

UllimNoticeBar *
ullim_sidebar_get_notices (UllimSidebar *self)
{
  return self->notices;
}

void
ullim_sidebar_show_people (UllimSidebar *self)
{
  gtk_stack_set_visible_child_name (self->stack, PEOPLE);
  ullim_sidebar_focus_list (self);
}

void
ullim_sidebar_show_chats (UllimSidebar *self)
{
  gtk_stack_set_visible_child_name (self->stack, CHATS);
  ullim_sidebar_focus_list (self);
}

void
ullim_sidebar_focus_list (UllimSidebar *self)
{
  if (shows_people (self))
    ullim_people_view_focus_list (self->people);
  else
    ullim_conversation_list_view_focus_list (self->chats);
}

void
ullim_sidebar_focus_search (UllimSidebar *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}
