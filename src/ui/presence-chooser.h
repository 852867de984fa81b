/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the user tells of themselves: one of five presences and a note. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "presence-service.h"

G_BEGIN_DECLS

/** Notes that are offered again. */
#define ULLIM_PRESENCE_CHOOSER_RECENT_NOTES 3

#define ULLIM_TYPE_PRESENCE_CHOOSER (ullim_presence_chooser_get_type ())
G_DECLARE_FINAL_TYPE (UllimPresenceChooser, ullim_presence_chooser, ULLIM, PRESENCE_CHOOSER, GtkBox)

/** ullim_presence_chooser_set_service: @settings: (nullable): keeps the last notes; without it they
 *  are offered until the program ends */
void ullim_presence_chooser_set_service (UllimPresenceChooser *self,
                                         UllimPresenceService *service,
                                         GSettings            *settings);

/** ullim_presence_chooser_focus_note: puts the cursor into the entry for the note */
void ullim_presence_chooser_focus_note (UllimPresenceChooser *self);

G_END_DECLS
