/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One message as the transcript shows it: what stands before it (a day, the line before the unread
 * ones), its bubble, and why it failed. Rows are recycled: binding one anew is cheap.
 */
#pragma once

#include <gtk/gtk.h>

#include "message.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_MESSAGE_BUBBLE (ullim_message_bubble_get_type ())
G_DECLARE_FINAL_TYPE (UllimMessageBubble, ullim_message_bubble, ULLIM, MESSAGE_BUBBLE, GtkBox)

/**
 * UllimBubbleFlags: what the neighbours of a message make of its row.
 * @ULLIM_BUBBLE_DAY: the first one of its day
 * @ULLIM_BUBBLE_UNREAD: the first one that is not read
 * @ULLIM_BUBBLE_GROUP_START: the one before is not of the same sender and minutes
 * @ULLIM_BUBBLE_GROUP_END: the one after is not
 * @ULLIM_BUBBLE_EXPANDED: a very long text is shown whole
 */
typedef enum {
  ULLIM_BUBBLE_DAY = 1 << 0,
  ULLIM_BUBBLE_UNREAD = 1 << 1,
  ULLIM_BUBBLE_GROUP_START = 1 << 2,
  ULLIM_BUBBLE_GROUP_END = 1 << 3,
  ULLIM_BUBBLE_EXPANDED = 1 << 4,
} UllimBubbleFlags;

/**
 * Signals of UllimMessageBubble:
 *
 * expand (): the user wants to see the whole text.
 *
 * Its buttons and menu activate the actions "message.retry" (x), "message.discard" (x) and
 * "message.open-link" (s) of whoever holds the transcript.
 */

GtkWidget *ullim_message_bubble_new (void);

/**
 * ullim_message_bubble_bind:
 * @message: (nullable): %NULL lets go of the one shown
 * @name: name of the other side
 * @today: day number (ullim_time_text_day_number()) by which days are named
 */
void ullim_message_bubble_bind (UllimMessageBubble *self,
                                UllimMessage       *message,
                                UllimBubbleFlags    flags,
                                const char         *name,
                                guint               today);

/** ullim_message_bubble_get_message: Returns: (transfer none) (nullable) */
UllimMessage *ullim_message_bubble_get_message (UllimMessageBubble *self);

/**
 * ullim_message_bubble_set_highlight:
 * @words: (nullable): words to mark, lower case (ullim_text_match_words()); not copied: they live
 *   until the next call
 */
void ullim_message_bubble_set_highlight (UllimMessageBubble *self, const char *const *words);

/** ullim_message_bubble_set_flash: whether the row is marked as the one that was looked for */
void ullim_message_bubble_set_flash (UllimMessageBubble *self, gboolean flash);

/** ullim_message_bubble_copy: puts the text that is selected in it, else all of it, on the
 * clipboard */
void ullim_message_bubble_copy (UllimMessageBubble *self);

G_END_DECLS
