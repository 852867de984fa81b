/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The row widgets of a transcript: which message each shows, and how. A run of neighbouring
 * messages has rows; the other widgets are spare. Where rows stand is the transcript's business
 * alone. Main thread.
 */
#pragma once

#include "message-bubble.h"
#include "timeline.h"

G_BEGIN_DECLS

/**
 * UllimTranscriptRows:
 * @shown: rows of the messages from @first on, in order
 * @spare: shown to nobody; bound to what they showed last
 * @pinned: (nullable): out of the run, but the focus is in it, so it stays what it is
 *
 * The transcript may read these three; the rest is private.
 */
typedef struct {
  GPtrArray *shown;
  guint      first;
  GPtrArray *spare;
  GtkWidget *pinned;

  GtkContainer  *owner;    /* weak: it owns the widgets */
  GdkWindow     *window;   /* weak, nullable */
  UllimTimeline *timeline; /* owned, nullable */
  char          *name;     /* owned, nullable */
  char         **words;    /* owned, nullable: to mark */
  GHashTable    *expanded; /* owned, set of gint64: ids of messages shown whole */
  gint64         first_unread;
  gint64         flash_id;
} UllimTranscriptRows;

/** ullim_transcript_rows_new: @owner: the transcript: parent of the rows, and their container */
UllimTranscriptRows *ullim_transcript_rows_new (GtkContainer *owner);
void                 ullim_transcript_rows_free (UllimTranscriptRows *self);

/** ullim_transcript_rows_set_window: @window: (nullable): where rows put their own windows */
void ullim_transcript_rows_set_window (UllimTranscriptRows *self, GdkWindow *window);

/** ullim_transcript_rows_set_timeline: @timeline: (nullable); @name: (nullable): of the other side
 */
void ullim_transcript_rows_set_timeline (UllimTranscriptRows *self,
                                         UllimTimeline       *timeline,
                                         const char          *name);
void ullim_transcript_rows_set_name (UllimTranscriptRows *self, const char *name);

/** ullim_transcript_rows_set_query: @query: (nullable): its words are marked */
void ullim_transcript_rows_set_query (UllimTranscriptRows *self, const char *query);

/** ullim_transcript_rows_set_flash: @id: message to mark as the one looked for, or 0 */
void ullim_transcript_rows_set_flash (UllimTranscriptRows *self, gint64 id);

/** ullim_transcript_rows_message: Returns: (transfer none) (nullable): the message at @index; it
 * lives as long as it is in the timeline */
UllimMessage *ullim_transcript_rows_message (UllimTranscriptRows *self, guint index);

/**
 * ullim_transcript_rows_bind:
 *
 * The run grows by @index if that is next to it, else begins anew there.
 *
 * Returns: (transfer none): the row of the message at @index, up to date
 */
GtkWidget *ullim_transcript_rows_bind (UllimTranscriptRows *self, guint index);

/** ullim_transcript_rows_get: Returns: (transfer none) (nullable): its row, if it has one */
GtkWidget *ullim_transcript_rows_get (UllimTranscriptRows *self, guint index);

/** ullim_transcript_rows_get_end: Returns: index after the last message that has a row */
guint ullim_transcript_rows_get_end (UllimTranscriptRows *self);

void ullim_transcript_rows_drop_first (UllimTranscriptRows *self);
void ullim_transcript_rows_drop_last (UllimTranscriptRows *self);

/** ullim_transcript_rows_items_changed: follows the timeline's signal of that name */
void ullim_transcript_rows_items_changed (UllimTranscriptRows *self,
                                          guint                position,
                                          guint                removed,
                                          guint                added);

/** ullim_transcript_rows_make_spare: makes a row before it is needed; @width: px, of a row */
void ullim_transcript_rows_make_spare (UllimTranscriptRows *self, int width);

/** ullim_transcript_rows_unpin: Returns: whether a row was pinned; it is spare now */
gboolean ullim_transcript_rows_unpin (UllimTranscriptRows *self);

/** ullim_transcript_rows_remove: @row is about to leave its container */
void ullim_transcript_rows_remove (UllimTranscriptRows *self, GtkWidget *row);

/** ullim_transcript_rows_forall: @callback may remove the row */
void
ullim_transcript_rows_forall (UllimTranscriptRows *self, GtkCallback callback, gpointer user_data);

G_END_DECLS
