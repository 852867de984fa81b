/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Enter key goes to the input method first. One that takes it (to choose a candidate, to end a
 * composition) has it; one that only writes what was being composed and passes the key on, as
 * Korean ones do, has completed the text by then: it is sent with its last syllable.
 */
#define G_LOG_DOMAIN "message-entry"

#include "ullim-config.h"

#include "message-entry.h"

#include <glib/gi18n.h>

#include "chat-service.h"
#include "message-text.h"

#define MAX_LINES 6
/* From so many bytes before the limit on, what is left is told. */
#define WARN_BYTES 2048

struct _UllimMessageEntry {
  GtkBox parent_instance;

  GtkWidget *emoji;
  GtkWidget *scroller;
  GtkWidget *view;
  GtkWidget *placeholder;
  GtkWidget *count;
  GtkWidget *send;
  gboolean   busy;
  gboolean   composing; /* whether an input method holds text that is not in the buffer yet */
};

enum { SIGNAL_SEND, SIGNAL_CHANGED, SIGNAL_SCROLL, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimMessageEntry, ullim_message_entry, GTK_TYPE_BOX)

static GtkTextBuffer *
buffer_of (UllimMessageEntry *self)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
}

char *
ullim_message_entry_get_text (UllimMessageEntry *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer_of (self), &start, &end);
  return gtk_text_buffer_get_text (buffer_of (self), &start, &end, FALSE);
}

static gboolean
is_blank (const char *text)
{
  while (g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return *text == '\0';
}

static void
update_count (UllimMessageEntry *self, const char *text)
{
  gsize            bytes = strlen (text);
  gboolean         over = bytes > ULLIM_CHAT_MAX_TEXT_BYTES;
  g_autofree char *words = NULL;
  GtkStyleContext *style = gtk_widget_get_style_context (self->count);
  gulong           length;
  gulong           chars;

  gtk_widget_set_visible (self->count, bytes > ULLIM_CHAT_MAX_TEXT_BYTES - WARN_BYTES);
  if (!gtk_widget_get_visible (self->count))
    return;
  /* The limit is in bytes; people count characters, so theirs are estimated from this text. */
  length = (gulong) g_utf8_strlen (text, -1);
  if (over)
    chars = ((bytes - ULLIM_CHAT_MAX_TEXT_BYTES) * length + bytes - 1) / bytes;
  else
    chars = (ULLIM_CHAT_MAX_TEXT_BYTES - bytes) * length / bytes;
  if (over)
    words = g_strdup_printf (
        ngettext ("Too long by about %ld character", "Too long by about %ld characters", chars),
        (long) chars);
  else
    words = g_strdup_printf (
        ngettext ("About %ld character left", "About %ld characters left", chars), (long) chars);
  gtk_label_set_text (GTK_LABEL (self->count), words);
  if (over)
    gtk_style_context_add_class (style, "error");
  else
    gtk_style_context_remove_class (style, "error");
}

static void
update (UllimMessageEntry *self)
{
  g_autofree char *text = ullim_message_entry_get_text (self);
  gboolean         fits = strlen (text) <= ULLIM_CHAT_MAX_TEXT_BYTES;

  gtk_widget_set_sensitive (self->send, !self->busy && fits && !is_blank (text));
  gtk_widget_set_visible (self->placeholder, *text == '\0' && !self->composing);
  update_count (self, text);
  if (ullim_message_text_has_long_run (text))
    gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->view), GTK_WRAP_CHAR);
  else
    gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->view), GTK_WRAP_WORD_CHAR);
}

static void
on_buffer_changed (UllimMessageEntry *self)
{
  update (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_preedit_changed (UllimMessageEntry *self, const char *preedit)
{
  self->composing = preedit && *preedit;
  update (self);
}

static void
on_send_clicked (UllimMessageEntry *self)
{
  if (gtk_widget_get_sensitive (self->send))
    g_signal_emit (self, signals[SIGNAL_SEND], 0);
  gtk_widget_grab_focus (self->view);
}

static void
on_emoji_clicked (UllimMessageEntry *self)
{
  gtk_widget_grab_focus (self->view);
  /* The chooser points at the cursor. */
  gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self->view),
                                      gtk_text_buffer_get_insert (buffer_of (self)));
  g_signal_emit_by_name (self->view, "insert-emoji");
}

static gboolean
is_enter (const GdkEventKey *event)
{
  return event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter ||
         event->keyval == GDK_KEY_ISO_Enter;
}

static gboolean
on_enter (UllimMessageEntry *self, GdkEventKey *event)
{
  if (gtk_text_view_im_context_filter_keypress (GTK_TEXT_VIEW (self->view), event))
    return GDK_EVENT_STOP;
  if (self->busy)
    return GDK_EVENT_STOP;
  if (event->state & GDK_SHIFT_MASK)
    gtk_text_buffer_insert_interactive_at_cursor (buffer_of (self), "\n", 1, TRUE);
  else if (!self->composing)
    on_send_clicked (self);
  gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self->view),
                                      gtk_text_buffer_get_insert (buffer_of (self)));
  return GDK_EVENT_STOP;
}

/* A page of the few lines here is no use: these keys move the conversation. */
static gboolean
on_key_press (UllimMessageEntry *self, GdkEventKey *event)
{
  if (is_enter (event))
    return on_enter (self, event);
  if (event->keyval == GDK_KEY_Page_Up || event->keyval == GDK_KEY_KP_Page_Up)
    g_signal_emit (self, signals[SIGNAL_SCROLL], 0, GTK_SCROLL_PAGE_BACKWARD);
  else if (event->keyval == GDK_KEY_Page_Down || event->keyval == GDK_KEY_KP_Page_Down)
    g_signal_emit (self, signals[SIGNAL_SCROLL], 0, GTK_SCROLL_PAGE_FORWARD);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
on_style_updated (UllimMessageEntry *self)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (self->view, "Ag");
  int                     margins = gtk_text_view_get_top_margin (GTK_TEXT_VIEW (self->view)) +
                gtk_text_view_get_bottom_margin (GTK_TEXT_VIEW (self->view));
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller),
                                              height * MAX_LINES + margins);
}

void
ullim_message_entry_set_text (UllimMessageEntry *self, const char *text)
{
  gtk_text_buffer_set_text (buffer_of (self), text ? text : "", -1);
}

void
ullim_message_entry_set_busy (UllimMessageEntry *self, gboolean busy)
{
  self->busy = busy;
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), !busy);
  update (self);
}

void
ullim_message_entry_focus (UllimMessageEntry *self)
{
  gtk_widget_grab_focus (self->view);
}

gboolean
ullim_message_entry_type (UllimMessageEntry *self, GdkEventKey *event)
{
  gunichar c = gdk_keyval_to_unicode (event->keyval);

  if (event->state & (GDK_CONTROL_MASK | GDK_MOD1_MASK | GDK_SUPER_MASK) || !g_unichar_isgraph (c))
    return FALSE;
  gtk_widget_grab_focus (self->view);
  return gtk_widget_event (self->view, (GdkEvent *) event);
}

static void
ullim_message_entry_class_init (UllimMessageEntryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType           type = ULLIM_TYPE_MESSAGE_ENTRY;

  signals[SIGNAL_SEND] =
      g_signal_new ("send", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_SCROLL] = g_signal_new ("scroll", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, GTK_TYPE_SCROLL_TYPE);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/message-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimMessageEntry, emoji);
  gtk_widget_class_bind_template_child (widget_class, UllimMessageEntry, scroller);
  gtk_widget_class_bind_template_child (widget_class, UllimMessageEntry, view);
  gtk_widget_class_bind_template_child (widget_class, UllimMessageEntry, placeholder);
  gtk_widget_class_bind_template_child (widget_class, UllimMessageEntry, count);
  gtk_widget_class_bind_template_child (widget_class, UllimMessageEntry, send);
  gtk_widget_class_bind_template_callback (widget_class, on_preedit_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_send_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_emoji_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_key_press);
  gtk_widget_class_bind_template_callback (widget_class, on_style_updated);
}

static void
ullim_message_entry_init (UllimMessageEntry *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (buffer_of (self), "changed", G_CALLBACK (on_buffer_changed), self,
                           G_CONNECT_SWAPPED);
  on_style_updated (self);
  update (self);
}

GtkWidget *
ullim_message_entry_new (void)
{
  return g_object_new (ULLIM_TYPE_MESSAGE_ENTRY, NULL);
}
