/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the rows of all lists of people are drawn with: avatar, name with a time at the end, a lower
 * line. One painter serves one tree view. The avatar is painted from libhandy's own style, so that
 * it looks like the HdyAvatar of the conversation's header without being a widget. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** Distance from the row's edges and between avatar and text, px. */
#define ULLIM_ROW_MARGIN 12
/** Between two things on one line, px. */
#define ULLIM_ROW_GAP 10
/** Opacity of what is less important. */
#define ULLIM_ROW_DIM_ALPHA 0.62

typedef struct _UllimRowPainter UllimRowPainter;

/**
 * UllimRowCanvas:
 * @area: the whole row
 * @text: the part after the avatar, as if text ran from left to right
 *
 * One row while it is drawn.
 */
typedef struct {
  cairo_t         *cr;
  GtkWidget       *widget;
  GtkStyleContext *style;
  GdkRectangle     area;
  GdkRectangle     text;
  GdkRGBA          color;
  GtkStateFlags    state;
} UllimRowCanvas;

/** ullim_row_painter_new: @avatar_size: px */
UllimRowPainter *ullim_row_painter_new (int avatar_size);
void             ullim_row_painter_free (UllimRowPainter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimRowPainter, ullim_row_painter_free)

/** ullim_row_canvas_init: from what a cell renderer is asked to draw; @indent: px before the text
 */
void ullim_row_canvas_init (UllimRowCanvas      *canvas,
                            GtkCellRenderer     *cell,
                            cairo_t             *cr,
                            GtkWidget           *widget,
                            const GdkRectangle  *area,
                            GtkCellRendererState flags,
                            int                  indent);

/** ullim_row_canvas_mirror: Returns: @x of a thing @width wide, mirrored where text runs from right
 *  to left */
double ullim_row_canvas_mirror (const UllimRowCanvas *canvas, double x, double width);

/** ullim_row_canvas_middle: Returns: y of the middle of the lower line */
double ullim_row_canvas_middle (const UllimRowCanvas *canvas);

/** ullim_row_canvas_layout: Returns: (transfer full): one line, cut with an ellipsis; @text:
 * (nullable) */
PangoLayout *ullim_row_canvas_layout (const UllimRowCanvas *canvas,
                                      const char           *text,
                                      double                scale,
                                      gboolean              bold);

/** ullim_row_canvas_draw_layout: in the row's colour, with its opacity times @alpha */
void ullim_row_canvas_draw_layout (const UllimRowCanvas *canvas,
                                   PangoLayout          *layout,
                                   double                x,
                                   double                y,
                                   double                alpha);

/**
 * ullim_row_painter_draw_avatar:
 * @name: whose initials and colour it has
 * @picture: (nullable): drawn in their place, at least as large as the avatar
 *
 * At the start of the row. Returns: its left edge
 */
double ullim_row_painter_draw_avatar (UllimRowPainter      *self,
                                      const UllimRowCanvas *canvas,
                                      const char           *name,
                                      cairo_surface_t      *picture);

/** ullim_row_canvas_draw_name: the upper line: name at the start, time at the end. @time_us: us
 *  since the epoch, 0: none; @end: px left free at the end */
void ullim_row_canvas_draw_name (const UllimRowCanvas *canvas,
                                 const char           *name,
                                 gint64                time_us,
                                 gboolean              bold,
                                 int                   end);

/** ullim_row_canvas_draw_line: the lower line; @start, @end: px taken by what else is there */
void ullim_row_canvas_draw_line (const UllimRowCanvas *canvas,
                                 PangoLayout          *layout,
                                 int                   start,
                                 int                   end,
                                 double                alpha);

G_END_DECLS
