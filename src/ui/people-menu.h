/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The context menus of the list of people. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"
#include "people-group.h"

G_BEGIN_DECLS

/** ullim_people_menu_for_contact: Returns: (transfer none): a menu that belongs to @widget until
 * the next one does */
GtkWidget *
ullim_people_menu_for_contact (GtkWidget *widget, UllimEngine *engine, UllimContact *contact);

/** ullim_people_menu_for_group: Returns: (transfer none) (nullable): %NULL: nothing can be done
 * with it */
GtkWidget *ullim_people_menu_for_group (GtkWidget *widget, UllimPeopleGroup *group);

G_END_DECLS
