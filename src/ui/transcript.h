/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages of a timeline as a scrolled column. A virtual list: only the rows in sight are
 * widgets, and they are recycled; of the others only a height is kept. What the eye rests on stays
 * where it is when pages come and go around it. Put it into a GtkScrolledWindow.
 */
#pragma once

#include <gtk/gtk.h>

#include "timeline.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_TRANSCRIPT (ullim_transcript_get_type ())
G_DECLARE_FINAL_TYPE (UllimTranscript, ullim_transcript, ULLIM, TRANSCRIPT, GtkContainer)

/**
 * Signals of UllimTranscript:
 *
 * older-wanted (): the user comes near the first loaded message, and there are older ones.
 * newer-wanted (): the same for the last one.
 *
 * Property "at-newest" (boolean): the newest message of all is in sight.
 */

GtkWidget *ullim_transcript_new (void);

/**
 * ullim_transcript_set_timeline:
 * @timeline: (nullable)
 * @name: (nullable): name of the other side
 *
 * Shows its end.
 */
void
ullim_transcript_set_timeline (UllimTranscript *self, UllimTimeline *timeline, const char *name);

/** ullim_transcript_set_name: @name: (nullable): new name of the other side */
void ullim_transcript_set_name (UllimTranscript *self, const char *name);

/** ullim_transcript_get_at_newest: whether the newest message of all is in sight */
gboolean ullim_transcript_get_at_newest (UllimTranscript *self);

/** ullim_transcript_scroll_to_end: shows the last loaded message */
void ullim_transcript_scroll_to_end (UllimTranscript *self);

/**
 * ullim_transcript_scroll_to_message:
 * @flash: whether to mark it for a moment
 *
 * Returns: whether it is loaded; if not, nothing is done
 */
gboolean ullim_transcript_scroll_to_message (UllimTranscript *self, gint64 id, gboolean flash);

/**
 * ullim_transcript_set_first_unread:
 * @id: message before which the line "New Messages" stands; 0 for none
 */
void ullim_transcript_set_first_unread (UllimTranscript *self, gint64 id);

/** ullim_transcript_get_first_unread: Returns: its id, or 0 */
gint64 ullim_transcript_get_first_unread (UllimTranscript *self);

/** ullim_transcript_set_highlight: @query: (nullable): its words are marked in every text */
void ullim_transcript_set_highlight (UllimTranscript *self, const char *query);

/** ullim_transcript_warm_up: makes the rows of a first sight, one by one while nothing else is to
 * be done, so that the first conversation opens as fast as the others */
void ullim_transcript_warm_up (UllimTranscript *self);

/** ullim_transcript_get_n_rows: Returns: how many row widgets there are, for tests */
guint ullim_transcript_get_n_rows (UllimTranscript *self);

G_END_DECLS
