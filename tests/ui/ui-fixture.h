/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A window for tests of widgets: it has the program's style, and one can wait until it is drawn.
 */
#pragma once

#include <gtk/gtk.h>

#include "message.h"

/** ui_fixture_init: GTK, libhandy, style and icons; Returns: whether there is a screen */
gboolean ui_fixture_init (int *argc, char ***argv);

/** ui_fixture_window: Returns: (transfer full): a shown window with @child; gtk_widget_destroy() it
 */
GtkWidget *ui_fixture_window (GtkWidget *child, int width, int height);

/** ui_fixture_settle: until layout and drawing have followed what was changed */
void ui_fixture_settle (GtkWidget *widget);

/** ui_fixture_find: Returns: (transfer none) (nullable): the first widget under @root of that style
 *  class */
GtkWidget *ui_fixture_find (GtkWidget *root, const char *style_class);

/** ui_fixture_key: presses a key on @widget; Returns: whether it was handled */
gboolean ui_fixture_key (GtkWidget *widget, guint keyval, GdkModifierType state);

/** ui_fixture_message: Returns: (transfer full): a message of minute @id */
UllimMessage *ui_fixture_message (gint64 id, UllimDirection direction, const char *text);
