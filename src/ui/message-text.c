/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A wrapping GtkLabel asks for its width by laying out the text unwrapped, as narrow as can be, and
 * at its greatest width. That was most of the time of a frame in which twenty bubbles come into
 * sight. Here a text that is surely too long for one line is as wide as a bubble may be, without
 * looking, and nothing is ever narrower than some characters.
 */
#define G_LOG_DOMAIN "message-text"

#include "message-text.h"

/* Widths of a text, in characters of average width. */
#define MAX_CHARS 58
#define MIN_CHARS 12
/* A line of so many characters is wider than MAX_CHARS average ones, whatever they are. */
#define SURELY_LONG_CHARS (4 * MAX_CHARS)

#define LONG_RUN_BYTES 1000

struct _UllimMessageText {
  GtkLabel parent_instance;

  int char_width; /* px, 0: not known yet */
};

G_DEFINE_FINAL_TYPE (UllimMessageText, ullim_message_text, GTK_TYPE_LABEL)

gboolean
ullim_message_text_has_long_run (const char *text)
{
  guint run = 0;

  for (; *text; text++) {
    run = g_ascii_isspace (*text) ? 0 : run + 1;
    if (run > LONG_RUN_BYTES)
      return TRUE;
  }
  return FALSE;
}

void
ullim_message_text_set_wrap (UllimMessageText *self)
{
  const char *text = gtk_label_get_text (GTK_LABEL (self));

  gtk_label_set_line_wrap_mode (GTK_LABEL (self), ullim_message_text_has_long_run (text)
                                                      ? PANGO_WRAP_CHAR
                                                      : PANGO_WRAP_WORD_CHAR);
}

static int
char_width (UllimMessageText *self)
{
  PangoContext     *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics;

  if (self->char_width == 0) {
    metrics = pango_context_get_metrics (context, NULL, NULL);
    self->char_width =
        MAX (PANGO_PIXELS_CEIL (pango_font_metrics_get_approximate_char_width (metrics)), 1);
    pango_font_metrics_unref (metrics);
  }
  return self->char_width;
}

static gboolean
has_long_line (const char *text)
{
  guint chars = 0;

  for (; *text; text = g_utf8_next_char (text)) {
    chars = *text == '\n' ? 0 : chars + 1;
    if (chars > SURELY_LONG_CHARS)
      return TRUE;
  }
  return FALSE;
}

static int
unwrapped_width (UllimMessageText *self, const char *text)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoRectangle          extents;

  pango_layout_get_extents (layout, NULL, &extents);
  return PANGO_PIXELS_CEIL (extents.width);
}

static void
ullim_message_text_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  UllimMessageText *self = ULLIM_MESSAGE_TEXT (widget);
  const char       *text = gtk_label_get_text (GTK_LABEL (self));
  int               most = MAX_CHARS * char_width (self);

  *natural = has_long_line (text) ? most : MIN (unwrapped_width (self, text), most);
  *minimum = MIN (*natural, MIN_CHARS * char_width (self));
}

static void
ullim_message_text_style_updated (GtkWidget *widget)
{
  ULLIM_MESSAGE_TEXT (widget)->char_width = 0;
  GTK_WIDGET_CLASS (ullim_message_text_parent_class)->style_updated (widget);
}

static void
ullim_message_text_class_init (UllimMessageTextClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->get_preferred_width = ullim_message_text_get_preferred_width;
  widget_class->style_updated = ullim_message_text_style_updated;
}

static void
ullim_message_text_init (UllimMessageText *self)
{
  GtkLabel *label = GTK_LABEL (self);

  gtk_label_set_line_wrap (label, TRUE);
  gtk_label_set_selectable (label, TRUE);
  gtk_label_set_track_visited_links (label, FALSE);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self)), "text");
}

GtkWidget *
ullim_message_text_new (void)
{
  return g_object_new (ULLIM_TYPE_MESSAGE_TEXT, NULL);
}
