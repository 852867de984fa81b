/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Search in one conversation: a word, how many messages have it, and the way from one to the next.
 */
#pragma once

#include <handy.h>

#include "chat-service.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_MESSAGE_SEARCH_BAR (ullim_message_search_bar_get_type ())
G_DECLARE_FINAL_TYPE (UllimMessageSearchBar,
                      ullim_message_search_bar,
                      ULLIM,
                      MESSAGE_SEARCH_BAR,
                      HdySearchBar)

/**
 * Signals of UllimMessageSearchBar:
 *
 * query-changed (const char * (nullable)): what to mark in the texts; %NULL when it is closed.
 * hit (gint64): id of the message to show.
 */

GtkWidget *ullim_message_search_bar_new (void);

/** ullim_message_search_bar_set_chat: @chat: who searches */
void ullim_message_search_bar_set_chat (UllimMessageSearchBar *self, UllimChatService *chat);

/** ullim_message_search_bar_set_conversation: @conversation: (nullable): closes the search */
void ullim_message_search_bar_set_conversation (UllimMessageSearchBar *self,
                                                UllimConversation     *conversation);

/** ullim_message_search_bar_open: shows it with the cursor in it */
void ullim_message_search_bar_open (UllimMessageSearchBar *self);

G_END_DECLS
