/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a message is written: a text of several lines that grows with what is in it, an emoji
 * chooser and a send button. Knows no conversation.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ULLIM_TYPE_MESSAGE_ENTRY (ullim_message_entry_get_type ())
G_DECLARE_FINAL_TYPE (UllimMessageEntry, ullim_message_entry, ULLIM, MESSAGE_ENTRY, GtkBox)

/**
 * Signals of UllimMessageEntry:
 *
 * send (): the user wants the text to be sent; it is sendable.
 * changed (): the text changed, by the user or not.
 * scroll (int: GtkScrollType): a key that moves the transcript was pressed.
 */

GtkWidget *ullim_message_entry_new (void);

/** ullim_message_entry_get_text: Returns: (transfer full): the text as it stands */
char *ullim_message_entry_get_text (UllimMessageEntry *self);

/** ullim_message_entry_set_text: @text: (nullable): %NULL empties it */
void ullim_message_entry_set_text (UllimMessageEntry *self, const char *text);

/** ullim_message_entry_set_busy: while a text is being stored it can be neither changed nor sent */
void ullim_message_entry_set_busy (UllimMessageEntry *self, gboolean busy);

/** ullim_message_entry_focus: puts the cursor into the text */
void ullim_message_entry_focus (UllimMessageEntry *self);

/**
 * ullim_message_entry_type:
 * @event: a key pressed elsewhere in the window
 *
 * Returns: whether it was a character, and went into the text
 */
gboolean ullim_message_entry_type (UllimMessageEntry *self, GdkEventKey *event);

G_END_DECLS
