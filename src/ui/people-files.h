/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Address book files in and out: asks for the file, says how far it is and what came of it. Main
 * thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "notice-bar.h"
#include "people-service.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PEOPLE_FILES (ullim_people_files_get_type ())
G_DECLARE_FINAL_TYPE (UllimPeopleFiles, ullim_people_files, ULLIM, PEOPLE_FILES, GObject)

/** ullim_people_files_new: @window, @notices: not owned; must outlive the object or its dispose */
UllimPeopleFiles *
ullim_people_files_new (GtkWindow *window, UllimPeopleService *people, UllimNoticeBar *notices);

void ullim_people_files_choose_import (UllimPeopleFiles *self);
void ullim_people_files_choose_export (UllimPeopleFiles *self);
/** ullim_people_files_import: without asking */
void ullim_people_files_import (UllimPeopleFiles *self, GFile *file);

/** ullim_people_files_text: Returns: (transfer full): "12 added, 3 updated, 1 could not be read" */
char *ullim_people_files_text (guint added, guint changed, guint skipped);

G_END_DECLS
