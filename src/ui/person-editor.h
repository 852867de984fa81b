/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the address book says of a person, to be changed: names, picture, addresses, groups, note,
 * account, and whether they may see the user. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PERSON_EDITOR (ullim_person_editor_get_type ())
G_DECLARE_FINAL_TYPE (UllimPersonEditor, ullim_person_editor, ULLIM, PERSON_EDITOR, GtkDialog)

/** ullim_person_editor_new: it destroys itself when it is done */
GtkWidget *ullim_person_editor_new (GtkWindow *parent, UllimEngine *engine, UllimContact *contact);

G_END_DECLS
