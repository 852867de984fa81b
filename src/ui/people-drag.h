/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drags people between the groups of their list, and takes address book files that are dropped on
 * it. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "people-rows.h"
#include "people-service.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PEOPLE_DRAG (ullim_people_drag_get_type ())
G_DECLARE_FINAL_TYPE (UllimPeopleDrag, ullim_people_drag, ULLIM, PEOPLE_DRAG, GObject)

/** ullim_people_drag_new: @tree: not owned; must outlive the object or its dispose. With Ctrl a
 *  person stays in the old group too; below all groups they are in none */
UllimPeopleDrag *
ullim_people_drag_new (GtkTreeView *tree, UllimPeopleRows *rows, UllimPeopleService *people);

/** ullim_people_drag_accept_files: a file dropped on @widget is imported (people.import-file) */
void ullim_people_drag_accept_files (GtkWidget *widget);

/** ullim_people_drag_moved: Returns: (transfer full) (nullable): what a person's data becomes when
 *  they are dragged @from a group to another; %NULL: nothing changes. @to: (nullable): none;
 *  @copies: whether they stay in the old one */
UllimContactData *ullim_people_drag_moved (const UllimContactData *data,
                                           UllimPeopleGroup       *from,
                                           UllimPeopleGroup       *to,
                                           gboolean                copies);

G_END_DECLS
