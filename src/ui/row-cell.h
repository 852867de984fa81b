/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the rows of all lists of people are: equally high, as the tree view's fixed-height mode
 * wants, with an avatar and its presence at the start. A list's own cell draws the rest. Main
 * thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "presence.h"
#include "row-painter.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_ROW_CELL (ullim_row_cell_get_type ())
G_DECLARE_DERIVABLE_TYPE (UllimRowCell, ullim_row_cell, ULLIM, ROW_CELL, GtkCellRendererText)

/**
 * UllimRowCellClass:
 * @avatar_size, @min_width, @height: px, set by the class
 * @draw: draws the row
 */
struct _UllimRowCellClass {
  GtkCellRendererTextClass parent_class;

  int avatar_size;
  int min_width;
  int height;
  void (*draw) (UllimRowCell *self, const UllimRowCanvas *canvas);
};

/** ullim_row_cell_draw_avatar: @picture: (nullable): in the place of @name's initials; @presence:
 *  (nullable): drawn over its lower corner */
void ullim_row_cell_draw_avatar (UllimRowCell         *self,
                                 const UllimRowCanvas *canvas,
                                 const char           *name,
                                 cairo_surface_t      *picture,
                                 const UllimPresence  *presence);

G_END_DECLS
