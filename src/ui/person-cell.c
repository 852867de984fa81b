/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Draws a person's row. One renderer serves ten thousand rows: only those in sight are drawn, each
 * with three text layouts. The avatar is painted from libhandy's own style, so that it looks like
 * the HdyAvatar of the conversation's header without being a widget.
 */
#define G_LOG_DOMAIN "person-cell"

#include "ullim-config.h"

#include "person-cell.h"
#include "state-text.h"

#include <glib/gi18n-lib.h>
#include <handy.h>

#define ROW_HEIGHT 64
#define AVATAR_SIZE 40
#define MARGIN 12
#define GAP 10
#define GLYPH_SIZE 16
#define BADGE_HEIGHT 20
#define DIM_ALPHA 0.62
/* As many colours as HdyAvatar has. */
#define N_AVATAR_COLORS 14

struct _UllimPersonCell {
  GtkCellRendererText parent_instance;

  GtkStyleContext   *avatars[N_AVATAR_COLORS]; /* owned, made when first needed */
  UllimConversation *conversation;             /* owned, nullable */
  UllimSearchHit    *hit;                      /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (UllimPersonCell, ullim_person_cell, GTK_TYPE_CELL_RENDERER_TEXT)

/* What a row is drawn with. */
typedef struct {
  cairo_t         *cr;
  GtkWidget       *widget;
  GtkStyleContext *style;
  GdkRectangle     area; /* the whole row */
  GdkRectangle     text; /* the part right of the avatar */
  GdkRGBA          color;
  GtkStateFlags    state;
} Canvas;

/* Mirrors a rectangle of the row where text runs from right to left. */
static double
mirrored (const Canvas *canvas, double x, double width)
{
  if (gtk_widget_get_direction (canvas->widget) != GTK_TEXT_DIR_RTL)
    return x;
  return 2 * canvas->area.x + canvas->area.width - x - width;
}

static GtkStyleContext *
avatar_style (UllimPersonCell *self, GtkWidget *widget, const char *name)
{
  guint                     color = g_str_hash (name) % N_AVATAR_COLORS;
  g_autofree char          *color_class = NULL;
  g_autoptr (GtkWidgetPath) path = NULL;
  GtkStyleContext          *style = self->avatars[color];

  if (style)
    return style;
  path = gtk_widget_path_new ();
  color_class = g_strdup_printf ("color%u", color + 1);
  gtk_widget_path_append_type (path, HDY_TYPE_AVATAR);
  gtk_widget_path_iter_set_object_name (path, -1, "avatar");
  gtk_widget_path_iter_add_class (path, -1, color_class);
  style = gtk_style_context_new ();
  gtk_style_context_set_screen (style, gtk_widget_get_screen (widget));
  gtk_style_context_set_path (style, path);
  gtk_style_context_set_scale (style, gtk_widget_get_scale_factor (widget));
  self->avatars[color] = style;
  return style;
}

/* The first letters of the first and the last word; a Hangul or Han name is written as one word and
 * gives one letter. */
static char *
initials (const char *name)
{
  g_autoptr (GString) letters = g_string_new (NULL);
  g_autofree char    *normal = g_utf8_normalize (name, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  g_autofree char    *stripped = NULL;
  const char         *last;

  if (!normal)
    return g_strdup ("");
  stripped = g_strstrip (g_utf8_strup (normal, -1));
  if (!*stripped)
    return g_strdup ("");
  g_string_append_unichar (letters, g_utf8_get_char (stripped));
  last = strrchr (stripped, ' ');
  if (last && last[1])
    g_string_append_unichar (letters, g_utf8_get_char (last + 1));
  return g_string_free (g_steal_pointer (&letters), FALSE);
}

static void
draw_avatar (UllimPersonCell *self, const Canvas *canvas, const char *name)
{
  GtkStyleContext        *style = avatar_style (self, canvas->widget, name);
  g_autofree char        *letters = initials (name);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (canvas->widget, letters);
  PangoFontDescription   *font = NULL;
  PangoRectangle          ink;
  double                  x = mirrored (canvas, canvas->area.x + MARGIN, AVATAR_SIZE);
  double                  y = canvas->area.y + (canvas->area.height - AVATAR_SIZE) / 2.0;

  gtk_render_background (style, canvas->cr, x, y, AVATAR_SIZE, AVATAR_SIZE);
  font = pango_font_description_copy (
      pango_context_get_font_description (pango_layout_get_context (layout)));
  pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_font_description_set_absolute_size (font, AVATAR_SIZE * 0.42 * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_get_pixel_extents (layout, &ink, NULL);
  gtk_render_layout (style, canvas->cr, x + (AVATAR_SIZE - ink.width) / 2.0 - ink.x,
                     y + (AVATAR_SIZE - ink.height) / 2.0 - ink.y, layout);
}

static void
draw_layout (const Canvas *canvas, PangoLayout *layout, double x, double y, double alpha)
{
  cairo_set_source_rgba (canvas->cr, canvas->color.red, canvas->color.green, canvas->color.blue,
                         canvas->color.alpha * alpha);
  cairo_move_to (canvas->cr, x, y);
  pango_cairo_show_layout (canvas->cr, layout);
}

static PangoLayout *
text_layout (const Canvas *canvas, const char *text, double scale, gboolean bold)
{
  PangoLayout              *layout = gtk_widget_create_pango_layout (canvas->widget, text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  if (scale != 1.0)
    pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  return layout;
}

/* The upper line: name at the start, time at the end. */
static void
draw_name (const Canvas *canvas, const char *name, gint64 time_us, gboolean bold)
{
  g_autofree char        *time = time_us > 0 ? ullim_state_text_list_time (time_us) : NULL;
  g_autoptr (PangoLayout) name_layout = text_layout (canvas, name, 1.0, bold);
  g_autoptr (PangoLayout) time_layout = text_layout (canvas, time, PANGO_SCALE_SMALL, FALSE);
  double                  middle = canvas->area.y + canvas->area.height / 2.0;
  int                     time_width = 0, time_height, name_width, name_height, width;

  if (time)
    pango_layout_get_pixel_size (time_layout, &time_width, &time_height);
  width = MAX (0, canvas->text.width - (time ? time_width + GAP : 0));
  pango_layout_get_pixel_size (name_layout, &name_width, &name_height);
  name_width = MIN (name_width, width);
  pango_layout_set_width (name_layout, name_width * PANGO_SCALE);
  draw_layout (canvas, name_layout, mirrored (canvas, canvas->text.x, name_width),
               middle - name_height - 1, 1.0);
  if (time)
    draw_layout (
        canvas, time_layout,
        mirrored (canvas, canvas->text.x + canvas->text.width - time_width, time_width),
        middle - name_height - 1 +
            (pango_layout_get_baseline (name_layout) - pango_layout_get_baseline (time_layout)) /
                (double) PANGO_SCALE,
        DIM_ALPHA);
}

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
draw_badge (const Canvas *canvas, guint unread, double middle)
{
  g_autofree char        *number = NULL;
  g_autoptr (PangoLayout) layout = NULL;
  GdkRGBA                 back, front;
  PangoRectangle          ink;
  double                  x, width;

  if (unread == 0)
    return 0;
  number = unread > 999 ? g_strdup ("999+") : g_strdup_printf ("%u", unread);
  layout = text_layout (canvas, number, PANGO_SCALE_SMALL, TRUE);
  if (!gtk_style_context_lookup_color (canvas->style, "theme_selected_bg_color", &back) ||
      !gtk_style_context_lookup_color (canvas->style, "theme_selected_fg_color", &front))
    return 0;
  pango_layout_get_pixel_extents (layout, &ink, NULL);
  width = MAX (BADGE_HEIGHT, ink.width + 12);
  x = mirrored (canvas, canvas->text.x + canvas->text.width - width, width);
  gdk_cairo_set_source_rgba (canvas->cr, canvas->state & GTK_STATE_FLAG_SELECTED ? &front : &back);
  rounded_rectangle (canvas->cr, x, middle - BADGE_HEIGHT / 2.0, width, BADGE_HEIGHT);
  cairo_fill (canvas->cr);
  gdk_cairo_set_source_rgba (canvas->cr, canvas->state & GTK_STATE_FLAG_SELECTED ? &back : &front);
  cairo_move_to (canvas->cr, x + (width - ink.width) / 2 - ink.x,
                 middle - ink.height / 2.0 - ink.y);
  pango_cairo_show_layout (canvas->cr, layout);
  return (int) width + GAP;
}

/* Draws the state of an own message at the start of the lower line. Returns: the width it took. */
static int
draw_delivery (const Canvas *canvas, UllimDelivery delivery, double middle)
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
    color.alpha *= DIM_ALPHA;
  pixbuf = gtk_icon_info_load_symbolic (info, &color, NULL, NULL, NULL, NULL, NULL);
  if (!pixbuf)
    return 0;
  surface =
      gdk_cairo_surface_create_from_pixbuf (pixbuf, scale, gtk_widget_get_window (canvas->widget));
  gtk_render_icon_surface (canvas->style, canvas->cr, surface,
                           mirrored (canvas, canvas->text.x, GLYPH_SIZE),
                           middle - GLYPH_SIZE / 2.0);
  cairo_surface_destroy (surface);
  return GLYPH_SIZE + 4;
}

/* Draws the lower line. Returns the layout's place by itself: @start and @end are what glyph and
 * badge took. */
static void
draw_line (const Canvas *canvas,
           PangoLayout  *layout,
           int           start,
           int           end,
           double        middle,
           double        alpha)
{
  int width = canvas->text.width - start - end;
  int text_width, height;

  if (width <= 0)
    return;
  pango_layout_get_pixel_size (layout, &text_width, &height);
  text_width = MIN (text_width, width);
  pango_layout_set_width (layout, text_width * PANGO_SCALE);
  draw_layout (canvas, layout, mirrored (canvas, canvas->text.x + start, text_width),
               middle - height / 2.0, alpha);
}

static double
lower_middle (const Canvas *canvas)
{
  return canvas->area.y + canvas->area.height / 2.0 + 12;
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
draw_conversation (UllimPersonCell *self, const Canvas *canvas)
{
  UllimConversation      *conversation = self->conversation;
  const char             *name = ullim_conversation_get_name (conversation);
  const char             *draft = ullim_conversation_get_draft (conversation);
  const char             *text = ullim_conversation_get_last_text (conversation);
  guint                   unread = ullim_conversation_get_unread (conversation);
  double                  middle = lower_middle (canvas);
  g_autoptr (PangoLayout) layout = NULL;
  g_autofree char        *line = NULL;
  int                     start = 0, end;

  draw_avatar (self, canvas, name);
  draw_name (canvas, name, ullim_conversation_get_last_time (conversation), unread > 0);
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
  layout = text_layout (canvas, line, 1.0, FALSE);
  if (draft)
    mark_range (layout, pango_attr_style_new (PANGO_STYLE_ITALIC), 0, G_MAXUINT);
  draw_line (canvas, layout, start, end, middle, unread > 0 ? 0.9 : DIM_ALPHA);
}

static void
draw_hit (UllimPersonCell *self, const Canvas *canvas)
{
  const char *name = ullim_conversation_get_name (ullim_search_hit_get_conversation (self->hit));
  g_autoptr (PangoLayout) layout =
      text_layout (canvas, ullim_search_hit_get_snippet (self->hit), 1.0, FALSE);
  guint start, end;

  draw_avatar (self, canvas, name);
  draw_name (canvas, name, ullim_search_hit_get_time (self->hit), FALSE);
  ullim_search_hit_get_match (self->hit, &start, &end);
  if (end > start)
    mark_range (layout, pango_attr_weight_new (PANGO_WEIGHT_BOLD), start, end);
  draw_line (canvas, layout, 0, 0, lower_middle (canvas), 0.8);
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
  Canvas           canvas = {.cr = cr, .widget = widget, .area = *background_area};
  int              indent = MARGIN + AVATAR_SIZE + MARGIN;

  canvas.style = gtk_widget_get_style_context (widget);
  canvas.state = gtk_cell_renderer_get_state (cell, widget, flags);
  canvas.text = canvas.area;
  canvas.text.x += indent;
  canvas.text.width -= indent + MARGIN;
  gtk_style_context_get_color (canvas.style, canvas.state, &canvas.color);
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
    *minimum = 3 * MARGIN + AVATAR_SIZE + BADGE_HEIGHT;
  if (natural)
    *natural = 3 * MARGIN + AVATAR_SIZE + BADGE_HEIGHT;
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

  for (guint i = 0; i < N_AVATAR_COLORS; i++)
    g_clear_object (&self->avatars[i]);
  g_clear_object (&self->conversation);
  g_clear_object (&self->hit);
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
}

GtkCellRenderer *
ullim_person_cell_new (void)
{
  return g_object_new (ULLIM_TYPE_PERSON_CELL, NULL);
}

/* What a screen reader says of a conversation's row. */
static char *
describe (UllimConversation *conversation)
{
  GString    *words = g_string_new (ullim_conversation_get_name (conversation));
  const char *text = ullim_conversation_get_last_text (conversation);
  guint       unread = ullim_conversation_get_unread (conversation);

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
ullim_person_cell_show_conversation (UllimPersonCell *self, UllimConversation *conversation)
{
  g_autofree char *words = describe (conversation);

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
