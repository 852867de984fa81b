/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A column of the main window. It asks for no more than a column needs, whatever long line is in
 * it: a leaflet folds by what its children would like to have. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ULLIM_TYPE_PANE (ullim_pane_get_type ())
G_DECLARE_FINAL_TYPE (UllimPane, ullim_pane, ULLIM, PANE, GtkBox)

G_END_DECLS
