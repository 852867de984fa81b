/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Draws the parts of rows. Only rows in sight are drawn, each with two or three text layouts.
 */
#define G_LOG_DOMAIN "row-painter"

#include "row-painter.h"

#include <handy.h>

#include "state-text.h"

/* As many colours as HdyAvatar has. */
#define N_AVATAR_COLORS 14
/* From the middle of the row to the middle of its lower line, px. */
#define LOWER_LINE 12

struct _UllimRowPainter {
  int              avatar_size;
  GtkStyleContext *avatars[N_AVATAR_COLORS]; /* owned, made when first needed */
};

UllimRowPainter *
ullim_row_painter_new (int avatar_size)
{
  UllimRowPainter *self = g_new0 (UllimRowPainter, 1);

  self->avatar_size = avatar_size;
  return self;
}

void
ullim_row_painter_free (UllimRowPainter *self)
{
  for (guint i = 0; i < N_AVATAR_COLORS; i++)
    g_clear_object (&self->avatars[i]);
  g_free (self);
}

void
ullim_row_canvas_init (UllimRowCanvas      *canvas,
                       GtkCellRenderer     *cell,
                       cairo_t             *cr,
                       GtkWidget           *widget,
                       const GdkRectangle  *area,
                       GtkCellRendererState flags,
                       int                  indent)
{
  *canvas = (UllimRowCanvas){.cr = cr, .widget = widget, .area = *area, .text = *area};
  canvas->style = gtk_widget_get_style_context (widget);
  canvas->state = gtk_cell_renderer_get_state (cell, widget, flags);
  canvas->text.x += indent;
  canvas->text.width -= indent + ULLIM_ROW_MARGIN;
  gtk_style_context_get_color (canvas->style, canvas->state, &canvas->color);
}

double
ullim_row_canvas_mirror (const UllimRowCanvas *canvas, double x, double width)
{
  if (gtk_widget_get_direction (canvas->widget) != GTK_TEXT_DIR_RTL)
    return x;
  return 2 * canvas->area.x + canvas->area.width - x - width;
}

double
ullim_row_canvas_middle (const UllimRowCanvas *canvas)
{
  return canvas->area.y + canvas->area.height / 2.0 + LOWER_LINE;
}

static GtkStyleContext *
avatar_style (UllimRowPainter *self, GtkWidget *widget, const char *name)
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
draw_initials (GtkStyleContext      *style,
               const UllimRowCanvas *canvas,
               const char           *name,
               double                x,
               double                y,
               int                   size)
{
  g_autofree char        *letters = initials (name);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (canvas->widget, letters);
  PangoFontDescription   *font = NULL;
  PangoRectangle          ink;

  gtk_render_background (style, canvas->cr, x, y, size, size);
  font = pango_font_description_copy (
      pango_context_get_font_description (pango_layout_get_context (layout)));
  pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_font_description_set_absolute_size (font, size * 0.42 * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_get_pixel_extents (layout, &ink, NULL);
  gtk_render_layout (style, canvas->cr, x + (size - ink.width) / 2.0 - ink.x,
                     y + (size - ink.height) / 2.0 - ink.y, layout);
}

static void
draw_picture (cairo_t *cr, cairo_surface_t *picture, double x, double y, int size)
{
  cairo_save (cr);
  cairo_arc (cr, x + size / 2.0, y + size / 2.0, size / 2.0, 0, 2 * G_PI);
  cairo_clip (cr);
  cairo_set_source_surface (cr, picture, x, y);
  cairo_paint (cr);
  cairo_restore (cr);
}

double
ullim_row_painter_draw_avatar (UllimRowPainter      *self,
                               const UllimRowCanvas *canvas,
                               const char           *name,
                               cairo_surface_t      *picture)
{
  int    size = self->avatar_size;
  double x = ullim_row_canvas_mirror (canvas, canvas->area.x + ULLIM_ROW_MARGIN, size);
  double y = canvas->area.y + (canvas->area.height - size) / 2.0;

  if (picture)
    draw_picture (canvas->cr, picture, x, y, size);
  else
    draw_initials (avatar_style (self, canvas->widget, name), canvas, name, x, y, size);
  return x;
}

void
ullim_row_canvas_draw_layout (const UllimRowCanvas *canvas,
                              PangoLayout          *layout,
                              double                x,
                              double                y,
                              double                alpha)
{
  cairo_set_source_rgba (canvas->cr, canvas->color.red, canvas->color.green, canvas->color.blue,
                         canvas->color.alpha * alpha);
  cairo_move_to (canvas->cr, x, y);
  pango_cairo_show_layout (canvas->cr, layout);
}

PangoLayout *
ullim_row_canvas_layout (const UllimRowCanvas *canvas,
                         const char           *text,
                         double                scale,
                         gboolean              bold)
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

void
ullim_row_canvas_draw_name (const UllimRowCanvas *canvas,
                            const char           *name,
                            gint64                time_us,
                            gboolean              bold,
                            int                   end)
{
  g_autofree char        *time = time_us > 0 ? ullim_state_text_list_time (time_us) : NULL;
  g_autoptr (PangoLayout) name_layout = ullim_row_canvas_layout (canvas, name, 1.0, bold);
  g_autoptr (PangoLayout) time_layout =
      ullim_row_canvas_layout (canvas, time, PANGO_SCALE_SMALL, FALSE);
  double middle = canvas->area.y + canvas->area.height / 2.0;
  int    time_width = 0, time_height, name_width, name_height, width;

  if (time)
    pango_layout_get_pixel_size (time_layout, &time_width, &time_height);
  width = MAX (0, canvas->text.width - end - (time ? time_width + ULLIM_ROW_GAP : 0));
  pango_layout_get_pixel_size (name_layout, &name_width, &name_height);
  name_width = MIN (name_width, width);
  pango_layout_set_width (name_layout, name_width * PANGO_SCALE);
  ullim_row_canvas_draw_layout (canvas, name_layout,
                                ullim_row_canvas_mirror (canvas, canvas->text.x, name_width),
                                middle - name_height - 1, 1.0);
  if (time)
    ullim_row_canvas_draw_layout (
        canvas, time_layout,
        ullim_row_canvas_mirror (canvas, canvas->text.x + canvas->text.width - time_width,
                                 time_width),
        middle - name_height - 1 +
            (pango_layout_get_baseline (name_layout) - pango_layout_get_baseline (time_layout)) /
                (double) PANGO_SCALE,
        ULLIM_ROW_DIM_ALPHA);
}

void
ullim_row_canvas_draw_line (const UllimRowCanvas *canvas,
                            PangoLayout          *layout,
                            int                   start,
                            int                   end,
                            double                alpha)
{
  int width = canvas->text.width - start - end;
  int text_width, height;

  if (width <= 0)
    return;
  pango_layout_get_pixel_size (layout, &text_width, &height);
  text_width = MIN (text_width, width);
  pango_layout_set_width (layout, text_width * PANGO_SCALE);
  ullim_row_canvas_draw_layout (
      canvas, layout, ullim_row_canvas_mirror (canvas, canvas->text.x + start, text_width),
      ullim_row_canvas_middle (canvas) - height / 2.0, alpha);
}
