/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Draws a conversation's row. One renderer serves ten thousand rows: only those in sight are drawn,
 * each with three text layouts.
 */
#define G_LOG_DOMAIN "person-cell"

#include "ullim-config.h"

#include "person-cell.h"
#include "presence-badge.h"
#include "presence-text.h"
#include "row-painter.h"
#include "state-text.h"

#include <glib/gi18n-lib.h>

#define ROW_HEIGHT 64
#define AVATAR_SIZE 40
#define GLYPH_SIZE 16
#define BADGE_HEIGHT 20
#define PRESENCE_SIZE 14

struct _UllimPersonCell {
  GtkCellRendererText parent_instance;

  UllimRowPainter   *painter;      /* owned */
  UllimConversation *conversation; /* owned, nullable */
  UllimPresence     *presence;     /* owned, nullable: of its person */
  UllimSearchHit    *hit;          /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (UllimPersonCell, ullim_person_cell, GTK_TYPE_CELL_RENDERER_TEXT)

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

/* The avatar with the presence over its lower corner. */
static void
draw_avatar (UllimPersonCell *self, const UllimRowCanvas *canvas, const char *name)
{
  double x = canvas->area.x + ULLIM_ROW_MARGIN + AVATAR_SIZE - PRESENCE_SIZE + 1;
  double y = canvas->area.y + (canvas->area.height + AVATAR_SIZE) / 2.0 - PRESENCE_SIZE + 1;

  x = ullim_row_canvas_mirror (canvas, x, PRESENCE_SIZE);
  cairo_save (canvas->cr);
  if (self->presence)
    ullim_presence_badge_cut_out (canvas->cr, x, y, PRESENCE_SIZE);
  ullim_row_painter_draw_avatar (self->painter, canvas, name, NULL);
  cairo_restore (canvas->cr);
  gtk_style_context_save (canvas->style);
  gtk_style_context_set_state (canvas->style, canvas->state);
  ullim_presence_badge_draw (canvas->cr, self->presence, x, y, PRESENCE_SIZE, canvas->style);
  gtk_style_context_restore (canvas->style);
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

  draw_avatar (self, canvas, name);
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

  ullim_row_painter_draw_avatar (self->painter, canvas, name, NULL);
  ullim_row_canvas_draw_name (canvas, name, ullim_search_hit_get_time (self->hit), FALSE, 0);
  ullim_search_hit_get_match (self->hit, &start, &end);
  if (end > start)
    mark_range (layout, pango_attr_weight_new (PANGO_WEIGHT_BOLD), start, end);
  ullim_row_canvas_draw_line (canvas, layout, 0, 0, 0.8);
}

static void
ullim_person_cell_render (GtkCellRenderer     *cell,
                          cairo_t             *cr,
                          GtkWidget           *widget,
                          const GdkRectangle  *background_area,
                          const GdkRectangle  *cell_area,
                          GtkCellRendererState flags)
{
  UllimPersonCell *self = ULLIM_PERSON_CELL (cell);
  UllimRowCanvas   canvas;

  ullim_row_canvas_init (&canvas, cell, cr, widget, background_area, flags,
                         2 * ULLIM_ROW_MARGIN + AVATAR_SIZE);
  if (self->hit)
    draw_hit (self, &canvas);
  else if (self->conversation)
    draw_conversation (self, &canvas);
}

static void
ullim_person_cell_get_preferred_width (GtkCellRenderer *cell,
                                       GtkWidget       *widget,
                                       int             *minimum,
                                       int             *natural)
{
  if (minimum)
    *minimum = 3 * ULLIM_ROW_MARGIN + AVATAR_SIZE + BADGE_HEIGHT;
  if (natural)
    *natural = 3 * ULLIM_ROW_MARGIN + AVATAR_SIZE + BADGE_HEIGHT;
}

static void
ullim_person_cell_get_preferred_height (GtkCellRenderer *cell,
                                        GtkWidget       *widget,
                                        int             *minimum,
                                        int             *natural)
{
  if (minimum)
    *minimum = ROW_HEIGHT;
  if (natural)
    *natural = ROW_HEIGHT;
}

static void
ullim_person_cell_get_preferred_height_for_width (GtkCellRenderer *cell,
                                                  GtkWidget       *widget,
                                                  int              width,
                                                  int             *minimum,
                                                  int             *natural)
{
  ullim_person_cell_get_preferred_height (cell, widget, minimum, natural);
}

static GtkSizeRequestMode
ullim_person_cell_get_request_mode (GtkCellRenderer *cell)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
ullim_person_cell_dispose (GObject *object)
{
  UllimPersonCell *self = ULLIM_PERSON_CELL (object);

  g_clear_object (&self->conversation);
  g_clear_object (&self->hit);
  g_clear_pointer (&self->presence, ullim_presence_free);
  g_clear_pointer (&self->painter, ullim_row_painter_free);
  G_OBJECT_CLASS (ullim_person_cell_parent_class)->dispose (object);
}

static void
ullim_person_cell_class_init (UllimPersonCellClass *klass)
{
  GtkCellRendererClass *cell_class = GTK_CELL_RENDERER_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_person_cell_dispose;
  cell_class->render = ullim_person_cell_render;
  cell_class->get_preferred_width = ullim_person_cell_get_preferred_width;
  cell_class->get_preferred_height = ullim_person_cell_get_preferred_height;
  cell_class->get_preferred_height_for_width = ullim_person_cell_get_preferred_height_for_width;
  cell_class->get_request_mode = ullim_person_cell_get_request_mode;
}

static void
ullim_person_cell_init (UllimPersonCell *self)
{
  self->painter = ullim_row_painter_new (AVATAR_SIZE);
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
