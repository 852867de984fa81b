/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The right side of the window: one conversation, with what was said, a search in it, and the entry
 * for what is to be said next.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_CONVERSATION_VIEW (ullim_conversation_view_get_type ())
G_DECLARE_FINAL_TYPE (UllimConversationView,
                      ullim_conversation_view,
                      ULLIM,
                      CONVERSATION_VIEW,
                      GtkBox)

GtkWidget *ullim_conversation_view_new (UllimEngine *engine);

/**
 * ullim_conversation_view_set_conversation:
 * @conversation: (nullable): %NULL: the view is empty
 *
 * Shows its end, or its first unread message. What was being written is kept with the conversation
 * that was shown before.
 */
void ullim_conversation_view_set_conversation (UllimConversationView *self,
                                               UllimConversation     *conversation);

/** ullim_conversation_view_show_message: scrolls there, loading it if needed, and marks it briefly
 */
void ullim_conversation_view_show_message (UllimConversationView *self, gint64 message_id);

/** ullim_conversation_view_focus_entry: puts the cursor into the entry */
void ullim_conversation_view_focus_entry (UllimConversationView *self);

/** ullim_conversation_view_open_search: shows the search in this conversation */
void ullim_conversation_view_open_search (UllimConversationView *self);

G_END_DECLS
