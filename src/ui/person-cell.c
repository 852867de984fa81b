/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Draws a conversation's row. One renderer serves ten thousand rows: only those in sight are drawn,
 * each with three text layouts.
 */
#define G_LOG_DOMAIN "person-cell"

#include "ullim-config.h"

#include "person-cell.h"
#include "presence-text.h"
#include "state-text.h"

#include <glib/gi18n-lib.h>

#define ROW_HEIGHT 64
#define AVATAR_SIZE 40
#define GLYPH_SIZE 16
#define BADGE_HEIGHT 20

struct _UllimPersonCell {
  UllimRowCell parent_instance;

  UllimConversation *conversation; /* owned, nullable */
  UllimPresence     *presence;     /* owned, nullable: of its person */
  UllimSearchHit    *hit;          /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (UllimPersonCell, ullim_person_cell, ULLIM_TYPE_ROW_CELL)

static void
rounded_rectangle (cairo_t *cr, double x, double y, double width, double height)
{
  double radius = height / 2;

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -(G_PI / 2), (G_PI / 2));
  cairo_arc (cr, x + radius, y + radius, radius, (G_PI / 2), 3 * G_PI / 2);
  cairo_close_path (cr);
}

/* Draws the number of unread messages at the end of the lower line. Returns: the width it took. */
static int
draw_badge (const UllimRowCanvas *canvas, guint unread, double middle)
{
  g_autofree char        *number = NULL;
  g_autoptr (PangoLayout) layout = NULL;
  GdkRGBA                 back, front;
  PangoRectangle          ink;
  double                  x, width;

  if (unread == 0)
    return 0;
  number = unread > 999 ? g_strdup ("999+") : g_strdup_printf ("%u", unread);
  layout = ullim_row_canvas_layout (canvas, number, PANGO_SCALE_SMALL, TRUE);
  if (!gtk_style_context_lookup_color (canvas->style, "theme_selected_bg_color", &back) ||
      !gtk_style_context_lookup_color (canvas->style, "theme_selected_fg_color", &front))
    return 0;
  pango_layout_get_pixel_extents (layout, &ink, NULL);
  width = MAX (BADGE_HEIGHT, ink.width + 12);
  x = ullim_row_canvas_mirror (canvas, canvas->text.x + canvas->text.width - width, width);
  gdk_cairo_set_source_rgba (canvas->cr, canvas->state & GTK_STATE_FLAG_SELECTED ? &front : &back);
  rounded_rectangle (canvas->cr, x, middle - BADGE_HEIGHT / 2.0, width, BADGE_HEIGHT);
  cairo_fill (canvas->cr);
  gdk_cairo_set_source_rgba (canvas->cr, canvas->state & GTK_STATE_FLAG_SELECTED ? &back : &front);
  cairo_move_to (canvas->cr, x + (width - ink.width) / 2 - ink.x,
                 middle - ink.height / 2.0 - ink.y);
  pango_cairo_show_layout (canvas->cr, layout);
  return (int) width + ULLIM_ROW_GAP;
}

/* Draws the state of an own message at the start of the lower line. Returns: the width it took. */
static int
draw_delivery (const UllimRowCanvas *canvas, UllimDelivery delivery, double middle)
{
  const char             *name = ullim_state_text_delivery_icon (delivery);
  g_autoptr (GtkIconInfo) info = NULL;
  g_autoptr (GdkPixbuf)   pixbuf = NULL;
  GdkRGBA                 color = canvas->color;
  cairo_surface_t        *surface;
  int                     scale = gtk_widget_get_scale_factor (canvas->widget);

  if (!name)
    return 0;
  info = gtk_icon_theme_lookup_icon_for_scale (gtk_icon_theme_get_default (), name, GLYPH_SIZE,
                                               scale, GTK_ICON_LOOKUP_FORCE_SIZE);
  if (!info)
    return 0;
  if (delivery == ULLIM_DELIVERY_FAILED && !(canvas->state & GTK_STATE_FLAG_SELECTED))
    gtk_style_context_lookup_color (canvas->style, "error_color", &color);
  else
    color.alpha *= ULLIM_ROW_DIM_ALPHA;
  pixbuf = gtk_icon_info_load_symbolic (info, &color, NULL, NULL, NULL, NULL, NULL);
  if (!pixbuf)
    return 0;
  surface =
      gdk_cairo_surface_create_from_pixbuf (pixbuf, scale, gtk_widget_get_window (canvas->widget));
  gtk_render_icon_surface (canvas->style, canvas->cr, surface,
                           ullim_row_canvas_mirror (canvas, canvas->text.x, GLYPH_SIZE),
                           middle - GLYPH_SIZE / 2.0);
  cairo_surface_destroy (surface);
  return GLYPH_SIZE + 4;
}

static void
mark_range (PangoLayout *layout, PangoAttribute *attribute, guint start, guint end)
{
  PangoAttrList *attributes = pango_layout_get_attributes (layout);

  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (attributes, attribute);
  pango_layout_set_attributes (layout, attributes);
}

static void
draw_conversation (UllimPersonCell *self, const UllimRowCanvas *canvas)
{
  UllimConversation      *conversation = self->conversation;
  const char             *name = ullim_conversation_get_name (conversation);
  const char             *draft = ullim_conversation_get_draft (conversation);
  const char             *text = ullim_conversation_get_last_text (conversation);
  guint                   unread = ullim_conversation_get_unread (conversation);
  double                  middle = ullim_row_canvas_middle (canvas);
  g_autoptr (PangoLayout) layout = NULL;
  g_autofree char        *line = NULL;
  int                     start = 0, end;

  ullim_row_cell_draw_avatar (ULLIM_ROW_CELL (self), canvas, name, NULL, self->presence);
  ullim_row_canvas_draw_name (canvas, name, ullim_conversation_get_last_time (conversation),
                              unread > 0, 0);
  end = draw_badge (canvas, unread, middle);
  if (draft)
    /* Translators: the last line of a conversation in which a message has been begun. */
    line = g_strdup_printf (_ ("Draft: %s"), draft);
  else if (text)
    line = g_strdup (text);
  else
    line = g_strdup (ullim_state_text_address (ullim_conversation_get_peer (conversation)));
  if (!draft && ullim_conversation_get_last_direction (conversation) == ULLIM_DIRECTION_OUTGOING)
    start = draw_delivery (canvas, ullim_conversation_get_last_delivery (conversation), middle);
  layout = ullim_row_canvas_layout (canvas, line, 1.0, FALSE);
  if (draft)
    mark_range (layout, pango_attr_style_new (PANGO_STYLE_ITALIC), 0, G_MAXUINT);
  ullim_row_canvas_draw_line (canvas, layout, start, end, unread > 0 ? 0.9 : ULLIM_ROW_DIM_ALPHA);
}

static void
draw_hit (UllimPersonCell *self, const UllimRowCanvas *canvas)
{
  const char *name = ullim_conversation_get_name (ullim_search_hit_get_conversation (self->hit));
  g_autoptr (PangoLayout) layout =
      ullim_row_canvas_layout (canvas, ullim_search_hit_get_snippet (self->hit), 1.0, FALSE);
  guint start, end;

  ullim_row_cell_draw_avatar (ULLIM_ROW_CELL (self), canvas, name, NULL, NULL);
  ullim_row_canvas_draw_name (canvas, name, ullim_search_hit_get_time (self->hit), FALSE, 0);
  ullim_search_hit_get_match (self->hit, &start, &end);
  if (end > start)
    mark_range (layout, pango_attr_weight_new (PANGO_WEIGHT_BOLD), start, end);
  ullim_row_canvas_draw_line (canvas, layout, 0, 0, 0.8);
}

static void
ullim_person_cell_draw (UllimRowCell *cell, const UllimRowCanvas *canvas)
{
  UllimPersonCell *self = ULLIM_PERSON_CELL (cell);

  if (self->hit)
    draw_hit (self, canvas);
  else if (self->conversation)
    draw_conversation (self, canvas);
}

static void
ullim_person_cell_dispose (GObject *object)
{
  UllimPersonCell *self = ULLIM_PERSON_CELL (object);

  g_clear_object (&self->conversation);
  g_clear_object (&self->hit);
  g_clear_pointer (&self->presence, ullim_presence_free);
  G_OBJECT_CLASS (ullim_person_cell_parent_class)->dispose (object);
}

static void
ullim_person_cell_class_init (UllimPersonCellClass *klass)
{
  UllimRowCellClass *row_class = ULLIM_ROW_CELL_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_person_cell_dispose;
  row_class->avatar_size = AVATAR_SIZE;
  row_class->min_width = 3 * ULLIM_ROW_MARGIN + AVATAR_SIZE + BADGE_HEIGHT;
  row_class->height = ROW_HEIGHT;
  row_class->draw = ullim_person_cell_draw;
}

static void
ullim_person_cell_init (UllimPersonCell *self)
{
}

GtkCellRenderer *
ullim_person_cell_new (void)
{
  return g_object_new (ULLIM_TYPE_PERSON_CELL, NULL);
}

/* What a screen reader says of a conversation's row. */
static char *
describe (UllimConversation *conversation, const UllimPresence *presence)
{
  GString    *words = g_string_new (ullim_conversation_get_name (conversation));
  const char *text = ullim_conversation_get_last_text (conversation);
  guint       unread = ullim_conversation_get_unread (conversation);

  if (presence) {
    g_autofree char *state = ullim_presence_text (presence);

    g_string_append_printf (words, ", %s", state);
  }
  if (unread > 0) {
    g_string_append (words, ", ");
    g_string_append_printf (words, ngettext ("%u unread message", "%u unread messages", unread),
                            unread);
  }
  if (text) {
    g_autofree char *time =
        ullim_state_text_list_time (ullim_conversation_get_last_time (conversation));

    g_string_append_printf (words, ", %s, %s", text, time);
  }
  return g_string_free (words, FALSE);
}

void
ullim_person_cell_show_conversation (UllimPersonCell     *self,
                                     UllimConversation   *conversation,
                                     const UllimPresence *presence)
{
  g_autofree char *words = describe (conversation, presence);

  g_clear_pointer (&self->presence, ullim_presence_free);
  self->presence = ullim_presence_copy (presence);

  g_set_object (&self->conversation, conversation);
  g_clear_object (&self->hit);
  g_object_set (self, "text", words, NULL);
}

void
ullim_person_cell_show_hit (UllimPersonCell *self, UllimSearchHit *hit)
{
  g_autofree char *words = g_strdup_printf (
      "%s, %s", ullim_conversation_get_name (ullim_search_hit_get_conversation (hit)),
      ullim_search_hit_get_snippet (hit));

  g_set_object (&self->hit, hit);
  g_clear_object (&self->conversation);
  g_object_set (self, "text", words, NULL);
}
