/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A widget that leaves the run is not unbound: when the eye turns back it is still right.
 */
#define G_LOG_DOMAIN "transcript-rows"

#include "transcript-rows.h"

#include "text-match.h"
#include "time-text.h"

/* Messages of one sender that are no farther apart than this stand together. */
#define GROUP_US (5 * G_TIME_SPAN_MINUTE)

UllimTranscriptRows *
ullim_transcript_rows_new (GtkContainer *owner)
{
  UllimTranscriptRows *self = g_new0 (UllimTranscriptRows, 1);

  self->owner = owner;
  self->shown = g_ptr_array_new ();
  self->spare = g_ptr_array_new ();
  self->expanded = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return self;
}

void
ullim_transcript_rows_free (UllimTranscriptRows *self)
{
  g_clear_object (&self->timeline);
  g_ptr_array_unref (self->shown);
  g_ptr_array_unref (self->spare);
  g_hash_table_unref (self->expanded);
  g_strfreev (self->words);
  g_free (self->name);
  g_free (self);
}

UllimMessage *
ullim_transcript_rows_message (UllimTranscriptRows *self, guint index)
{
  g_autoptr (UllimMessage) message = g_list_model_get_item (G_LIST_MODEL (self->timeline), index);

  return message;
}

static gboolean
same_day (UllimMessage *a, UllimMessage *b)
{
  return ullim_time_text_day_number (ullim_message_get_time (a)) ==
         ullim_time_text_day_number (ullim_message_get_time (b));
}

static gboolean
belong_together (UllimTranscriptRows *self, UllimMessage *before, UllimMessage *after)
{
  gint64 gap = ullim_message_get_time (after) - ullim_message_get_time (before);

  return ullim_message_get_direction (before) == ullim_message_get_direction (after) &&
         ABS (gap) < GROUP_US && same_day (before, after) &&
         ullim_message_get_id (after) != self->first_unread;
}

static UllimBubbleFlags
flags_at (UllimTranscriptRows *self, guint index, UllimMessage *message)
{
  UllimMessage    *before = index > 0 ? ullim_transcript_rows_message (self, index - 1) : NULL;
  UllimMessage    *after = ullim_transcript_rows_message (self, index + 1);
  gint64           id = ullim_message_get_id (message);
  UllimBubbleFlags flags = 0;

  if (!before || !same_day (before, message))
    flags |= ULLIM_BUBBLE_DAY;
  if (id == self->first_unread)
    flags |= ULLIM_BUBBLE_UNREAD;
  if (!before || !belong_together (self, before, message))
    flags |= ULLIM_BUBBLE_GROUP_START;
  if (!after || !belong_together (self, message, after))
    flags |= ULLIM_BUBBLE_GROUP_END;
  if (g_hash_table_contains (self->expanded, &id))
    flags |= ULLIM_BUBBLE_EXPANDED;
  return flags;
}

/* --- Widgets --- */

static void
on_expand (GtkContainer *owner, UllimMessageBubble *row)
{
  UllimMessage        *message = ullim_message_bubble_get_message (row);
  UllimTranscriptRows *self = g_object_get_data (G_OBJECT (row), "rows");
  gint64               id;

  if (!message)
    return;
  id = ullim_message_get_id (message);
  g_hash_table_add (self->expanded, g_memdup2 (&id, sizeof id));
  gtk_widget_queue_resize (GTK_WIDGET (owner));
}

static GtkWidget *
new_row (UllimTranscriptRows *self)
{
  GtkWidget *row = ullim_message_bubble_new ();

  /* The owner lives longer than its rows, and than us; a row may outlive both, held by a menu. */
  g_object_set_data (G_OBJECT (row), "rows", self);
  g_signal_connect_object (row, "expand", G_CALLBACK (on_expand), self->owner, G_CONNECT_SWAPPED);
  if (self->window)
    gtk_widget_set_parent_window (row, self->window);
  gtk_widget_set_parent (row, GTK_WIDGET (self->owner));
  ullim_message_bubble_set_highlight (ULLIM_MESSAGE_BUBBLE (row),
                                      (const char *const *) self->words);
  return row;
}

void
ullim_transcript_rows_make_spare (UllimTranscriptRows *self, int width)
{
  g_autoptr (UllimMessage) sample = ullim_message_new (
      0, ULLIM_DIRECTION_OUTGOING, 0, "", "OK 네 😀", ULLIM_DELIVERY_DELIVERED, ULLIM_PROBLEM_NONE);
  GtkWidget *row = new_row (self);
  int        height;

  gtk_widget_set_child_visible (row, FALSE);
  /* Computes styles and loads fonts, for which there must be something to measure. */
  ullim_message_bubble_bind (ULLIM_MESSAGE_BUBBLE (row), sample,
                             ULLIM_BUBBLE_GROUP_START | ULLIM_BUBBLE_GROUP_END, NULL, 0);
  gtk_widget_get_preferred_height_for_width (row, width, NULL, &height);
  ullim_message_bubble_bind (ULLIM_MESSAGE_BUBBLE (row), NULL, 0, NULL, 0);
  g_ptr_array_add (self->spare, row);
}

static gboolean
shows (GtkWidget *row, UllimMessage *message)
{
  return ullim_message_bubble_get_message (ULLIM_MESSAGE_BUBBLE (row)) == message;
}

/* Takes the row that shows @message already, if there is one. */
static GtkWidget *
take (UllimTranscriptRows *self, UllimMessage *message)
{
  if (self->pinned && shows (self->pinned, message))
    return g_steal_pointer (&self->pinned);
  for (guint i = 0; i < self->spare->len; i++) {
    if (shows (self->spare->pdata[i], message))
      return g_ptr_array_remove_index_fast (self->spare, i);
  }
  if (self->spare->len > 0)
    return g_ptr_array_remove_index_fast (self->spare, self->spare->len - 1);
  return new_row (self);
}

static void
put_away (UllimTranscriptRows *self, GtkWidget *row)
{
  if (gtk_container_get_focus_child (self->owner) == row && !self->pinned)
    self->pinned = row;
  else
    g_ptr_array_add (self->spare, row);
}

static void
put_all_away (UllimTranscriptRows *self)
{
  for (guint i = 0; i < self->shown->len; i++)
    put_away (self, self->shown->pdata[i]);
  g_ptr_array_set_size (self->shown, 0);
}

void
ullim_transcript_rows_drop_first (UllimTranscriptRows *self)
{
  put_away (self, g_ptr_array_remove_index (self->shown, 0));
  self->first++;
}

void
ullim_transcript_rows_drop_last (UllimTranscriptRows *self)
{
  put_away (self, g_ptr_array_remove_index (self->shown, self->shown->len - 1));
}

/* --- The run --- */

guint
ullim_transcript_rows_get_end (UllimTranscriptRows *self)
{
  return self->first + self->shown->len;
}

GtkWidget *
ullim_transcript_rows_get (UllimTranscriptRows *self, guint index)
{
  if (index < self->first || index >= ullim_transcript_rows_get_end (self))
    return NULL;
  return self->shown->pdata[index - self->first];
}

/* Gives @index a row, which is not in the run. */
static GtkWidget *
extend (UllimTranscriptRows *self, guint index, UllimMessage *message)
{
  gboolean   before = self->shown->len > 0 && index + 1 == self->first;
  GtkWidget *row;

  if (!before && index != ullim_transcript_rows_get_end (self))
    put_all_away (self);
  row = take (self, message);
  if (before || self->shown->len == 0)
    self->first = index;
  g_ptr_array_insert (self->shown, before ? 0 : -1, row);
  return row;
}

GtkWidget *
ullim_transcript_rows_bind (UllimTranscriptRows *self, guint index)
{
  UllimMessage *message = ullim_transcript_rows_message (self, index);
  GtkWidget    *row = ullim_transcript_rows_get (self, index);

  if (!row)
    row = extend (self, index, message);
  ullim_message_bubble_bind (ULLIM_MESSAGE_BUBBLE (row), message, flags_at (self, index, message),
                             self->name, ullim_time_text_day_number (g_get_real_time ()));
  ullim_message_bubble_set_flash (ULLIM_MESSAGE_BUBBLE (row),
                                  ullim_message_get_id (message) == self->flash_id);
  return row;
}

/* The message of the pinned row may be gone. */
static void
check_pinned (UllimTranscriptRows *self)
{
  UllimMessage *message;

  if (!self->pinned)
    return;
  message = ullim_message_bubble_get_message (ULLIM_MESSAGE_BUBBLE (self->pinned));
  if (!self->timeline ||
      !ullim_timeline_find (self->timeline, ullim_message_get_id (message), NULL))
    ullim_transcript_rows_unpin (self);
}

void
ullim_transcript_rows_items_changed (UllimTranscriptRows *self,
                                     guint                position,
                                     guint                removed,
                                     guint                added)
{
  if (self->shown->len > 0 && position + removed <= self->first)
    self->first = self->first + added - removed;
  else if (position < ullim_transcript_rows_get_end (self))
    put_all_away (self);
  check_pinned (self);
}

gboolean
ullim_transcript_rows_unpin (UllimTranscriptRows *self)
{
  if (!self->pinned)
    return FALSE;
  g_ptr_array_add (self->spare, g_steal_pointer (&self->pinned));
  return TRUE;
}

void
ullim_transcript_rows_remove (UllimTranscriptRows *self, GtkWidget *row)
{
  if (self->pinned == row)
    self->pinned = NULL;
  g_ptr_array_remove (self->shown, row);
  g_ptr_array_remove (self->spare, row);
}

static void
each (GPtrArray *rows, GtkCallback callback, gpointer user_data)
{
  for (guint left = rows->len; left > 0; left--) {
    if (left <= rows->len)
      callback (rows->pdata[rows->len - left], user_data);
  }
}

void
ullim_transcript_rows_forall (UllimTranscriptRows *self, GtkCallback callback, gpointer user_data)
{
  each (self->shown, callback, user_data);
  each (self->spare, callback, user_data);
  if (self->pinned)
    callback (self->pinned, user_data);
}

/* --- What all rows share --- */

static void
set_row_window (GtkWidget *row, gpointer window)
{
  gtk_widget_set_parent_window (row, window);
}

void
ullim_transcript_rows_set_window (UllimTranscriptRows *self, GdkWindow *window)
{
  self->window = window;
  ullim_transcript_rows_forall (self, set_row_window, window);
}

static void
unbind (GtkWidget *row, gpointer user_data)
{
  ullim_message_bubble_bind (ULLIM_MESSAGE_BUBBLE (row), NULL, 0, NULL, 0);
}

void
ullim_transcript_rows_set_timeline (UllimTranscriptRows *self,
                                    UllimTimeline       *timeline,
                                    const char          *name)
{
  put_all_away (self);
  ullim_transcript_rows_unpin (self);
  ullim_transcript_rows_forall (self, unbind, NULL);
  g_hash_table_remove_all (self->expanded);
  self->first_unread = self->flash_id = 0;
  g_set_object (&self->timeline, timeline);
  ullim_transcript_rows_set_name (self, name);
}

void
ullim_transcript_rows_set_name (UllimTranscriptRows *self, const char *name)
{
  g_free (self->name);
  self->name = g_strdup (name);
}

static void
highlight (GtkWidget *row, gpointer words)
{
  ullim_message_bubble_set_highlight (ULLIM_MESSAGE_BUBBLE (row), words);
}

void
ullim_transcript_rows_set_query (UllimTranscriptRows *self, const char *query)
{
  /* Until now the rows hold the old ones. */
  g_auto (GStrv) old = self->words;

  self->words = query && *query ? ullim_text_match_words (query) : NULL;
  ullim_transcript_rows_forall (self, highlight, self->words);
}

static void
set_flash (GtkWidget *row, gpointer id)
{
  UllimMessage *message = ullim_message_bubble_get_message (ULLIM_MESSAGE_BUBBLE (row));

  ullim_message_bubble_set_flash (ULLIM_MESSAGE_BUBBLE (row),
                                  message && ullim_message_get_id (message) == *(gint64 *) id);
}

void
ullim_transcript_rows_set_flash (UllimTranscriptRows *self, gint64 id)
{
  self->flash_id = id;
  ullim_transcript_rows_forall (self, set_flash, &id);
}
