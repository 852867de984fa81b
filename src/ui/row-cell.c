/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One renderer serves ten thousand rows: its size is asked for again and again, and is a constant.
 */
#define G_LOG_DOMAIN "row-cell"

#include "row-cell.h"

#include "presence-badge.h"

#define PRESENCE_SIZE 14
/* By how much it stands out of the avatar's corner. */
#define PRESENCE_OUT 2

typedef struct {
  UllimRowPainter *painter; /* owned, made when first needed */
} UllimRowCellPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (UllimRowCell, ullim_row_cell, GTK_TYPE_CELL_RENDERER_TEXT)

static UllimRowPainter *
get_painter (UllimRowCell *self)
{
  UllimRowCellPrivate *priv = ullim_row_cell_get_instance_private (self);

  if (!priv->painter)
    priv->painter = ullim_row_painter_new (ULLIM_ROW_CELL_GET_CLASS (self)->avatar_size);
  return priv->painter;
}

static void
ullim_row_cell_render (GtkCellRenderer     *cell,
                       cairo_t             *cr,
                       GtkWidget           *widget,
                       const GdkRectangle  *background_area,
                       const GdkRectangle  *cell_area,
                       GtkCellRendererState flags)
{
  UllimRowCell      *self = ULLIM_ROW_CELL (cell);
  UllimRowCellClass *klass = ULLIM_ROW_CELL_GET_CLASS (self);
  UllimRowCanvas     canvas;

  ullim_row_canvas_init (&canvas, cell, cr, widget, background_area, flags,
                         2 * ULLIM_ROW_MARGIN + klass->avatar_size);
  klass->draw (self, &canvas);
}

static void
ullim_row_cell_get_preferred_width (GtkCellRenderer *cell,
                                    GtkWidget       *widget,
                                    int             *minimum,
                                    int             *natural)
{
  int width = ULLIM_ROW_CELL_GET_CLASS (cell)->min_width;

  if (minimum)
    *minimum = width;
  if (natural)
    *natural = width;
}

static void
ullim_row_cell_get_preferred_height (GtkCellRenderer *cell,
                                     GtkWidget       *widget,
                                     int             *minimum,
                                     int             *natural)
{
  int height = ULLIM_ROW_CELL_GET_CLASS (cell)->height;

  if (minimum)
    *minimum = height;
  if (natural)
    *natural = height;
}

static void
ullim_row_cell_get_preferred_height_for_width (GtkCellRenderer *cell,
                                               GtkWidget       *widget,
                                               int              width,
                                               int             *minimum,
                                               int             *natural)
{
  ullim_row_cell_get_preferred_height (cell, widget, minimum, natural);
}

static GtkSizeRequestMode
ullim_row_cell_get_request_mode (GtkCellRenderer *cell)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
ullim_row_cell_finalize (GObject *object)
{
  UllimRowCellPrivate *priv = ullim_row_cell_get_instance_private (ULLIM_ROW_CELL (object));

  g_clear_pointer (&priv->painter, ullim_row_painter_free);
  G_OBJECT_CLASS (ullim_row_cell_parent_class)->finalize (object);
}

static void
ullim_row_cell_class_init (UllimRowCellClass *klass)
{
  GtkCellRendererClass *cell_class = GTK_CELL_RENDERER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ullim_row_cell_finalize;
  cell_class->render = ullim_row_cell_render;
  cell_class->get_preferred_width = ullim_row_cell_get_preferred_width;
  cell_class->get_preferred_height = ullim_row_cell_get_preferred_height;
  cell_class->get_preferred_height_for_width = ullim_row_cell_get_preferred_height_for_width;
  cell_class->get_request_mode = ullim_row_cell_get_request_mode;
}

static void
ullim_row_cell_init (UllimRowCell *self)
{
}

void
ullim_row_cell_draw_avatar (UllimRowCell         *self,
                            const UllimRowCanvas *canvas,
                            const char           *name,
                            cairo_surface_t      *picture,
                            const UllimPresence  *presence)
{
  int    size = ULLIM_ROW_CELL_GET_CLASS (self)->avatar_size;
  double x = canvas->area.x + ULLIM_ROW_MARGIN + size - PRESENCE_SIZE + PRESENCE_OUT;
  double y = canvas->area.y + (canvas->area.height + size) / 2.0 - PRESENCE_SIZE + PRESENCE_OUT;

  x = ullim_row_canvas_mirror (canvas, x, PRESENCE_SIZE);
  cairo_save (canvas->cr);
  if (presence)
    ullim_presence_badge_cut_out (canvas->cr, x, y, PRESENCE_SIZE);
  ullim_row_painter_draw_avatar (get_painter (self), canvas, name, picture);
  cairo_restore (canvas->cr);
  if (!presence)
    return;
  gtk_style_context_save (canvas->style);
  gtk_style_context_set_state (canvas->style, canvas->state);
  ullim_presence_badge_draw (canvas->cr, presence, x, y, PRESENCE_SIZE, canvas->style);
  gtk_style_context_restore (canvas->style);
}
