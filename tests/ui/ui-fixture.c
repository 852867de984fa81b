/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-fixture.h"

#include <handy.h>

#include "support.h"

#define RESOURCES "/im/ullim/Ullim"
/* After a change: one frame for the layout, one for what the layout changed, one that draws it. */
#define SETTLE_FRAMES 3

gboolean
ui_fixture_init (int *argc, char ***argv)
{
  g_autoptr (GtkCssProvider) css = gtk_css_provider_new ();

  gtk_disable_setlocale ();
  if (!gtk_init_check (argc, argv))
    return FALSE;
  hdy_init ();
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_default (), RESOURCES "/icons");
  gtk_css_provider_load_from_resource (css, RESOURCES "/conversation.css");
  gtk_style_context_add_provider_for_screen (gdk_screen_get_default (), GTK_STYLE_PROVIDER (css),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  return TRUE;
}

GtkWidget *
ui_fixture_window (GtkWidget *child, int width, int height)
{
  GtkWidget *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);

  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_container_add (GTK_CONTAINER (window), child);
  gtk_widget_show (window);
  ui_fixture_settle (window);
  return window;
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  guint *frames = data;

  return --*frames > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
is_zero (gpointer data)
{
  return *(guint *) data == 0;
}

void
ui_fixture_settle (GtkWidget *widget)
{
  guint frames = SETTLE_FRAMES;

  gtk_widget_add_tick_callback (widget, on_tick, &frames, NULL);
  support_wait (is_zero, &frames, "some frames to be drawn");
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
}

typedef struct {
  const char *style_class;
  GtkWidget  *found;
} Search;

static void
on_child (GtkWidget *child, gpointer data)
{
  Search *search = data;

  if (!search->found)
    search->found = ui_fixture_find (child, search->style_class);
}

GtkWidget *
ui_fixture_find (GtkWidget *root, const char *style_class)
{
  Search search = {style_class, NULL};

  if (gtk_style_context_has_class (gtk_widget_get_style_context (root), style_class))
    return root;
  if (GTK_IS_CONTAINER (root))
    gtk_container_forall (GTK_CONTAINER (root), on_child, &search);
  return search.found;
}

gboolean
ui_fixture_key (GtkWidget *widget, guint keyval, GdkModifierType state)
{
  g_autoptr (GdkEvent) event = gdk_event_new (GDK_KEY_PRESS);
  GdkSeat             *seat = gdk_display_get_default_seat (gtk_widget_get_display (widget));

  gdk_event_set_device (event, gdk_seat_get_keyboard (seat));
  event->key.window = g_object_ref (gtk_widget_get_window (widget));
  event->key.send_event = TRUE;
  event->key.time = GDK_CURRENT_TIME;
  event->key.keyval = keyval;
  event->key.state = state;
  return gtk_widget_event (widget, event);
}

UllimMessage *
ui_fixture_message (gint64 id, UllimDirection direction, const char *text)
{
  gboolean out = direction == ULLIM_DIRECTION_OUTGOING;

  return ullim_message_new (id, direction, id * G_TIME_SPAN_MINUTE, "call-id", text,
                            out ? ULLIM_DELIVERY_DELIVERED : ULLIM_DELIVERY_RECEIVED,
                            ULLIM_PROBLEM_NONE);
}
