/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The conversations, the newest first, and what a search in them and over all messages found. Main
 * thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_CONVERSATION_LIST_VIEW (ullim_conversation_list_view_get_type ())
G_DECLARE_FINAL_TYPE (UllimConversationListView,
                      ullim_conversation_list_view,
                      ULLIM,
                      CONVERSATION_LIST_VIEW,
                      GtkBox)

/**
 * Signals of UllimConversationListView:
 *
 * conversation-selected (UllimConversation *): by arrow keys: show it, stay in the list.
 * conversation-activated (UllimConversation *): by click or Enter: show it and go there.
 * message-activated (UllimConversation *, int64 message id): a found message: jump to it.
 */

GtkWidget *ullim_conversation_list_view_new (UllimEngine *engine);

/** ullim_conversation_list_view_select: @conversation: (nullable): no signal is emitted */
void ullim_conversation_list_view_select (UllimConversationListView *self,
                                          UllimConversation         *conversation);

/**
 * ullim_conversation_list_view_get_neighbour:
 * @step: -1 for the one above the selected one, 1 for the one below
 *
 * Returns: (transfer full) (nullable)
 */
UllimConversation *ullim_conversation_list_view_get_neighbour (UllimConversationListView *self,
                                                               int                        step);

/**
 * ullim_conversation_list_view_set_marks:
 * @marks: whether the selected conversation is marked: not where it is out of sight beside the list
 */
void ullim_conversation_list_view_set_marks (UllimConversationListView *self, gboolean marks);

/** ullim_conversation_list_view_focus_list: puts the keyboard on the selected conversation */
void ullim_conversation_list_view_focus_list (UllimConversationListView *self);

/** ullim_conversation_list_view_focus_rows: puts the keyboard on what was found */
void ullim_conversation_list_view_focus_rows (UllimConversationListView *self);

/** ullim_conversation_list_view_set_search: shows who matches; "": all conversations */
void ullim_conversation_list_view_set_search (UllimConversationListView *self, const char *text);
/** ullim_conversation_list_view_search_messages: looks for the same text in all messages */
void ullim_conversation_list_view_search_messages (UllimConversationListView *self);
/** ullim_conversation_list_view_activate_first: of what was found: a person, else a message */
void ullim_conversation_list_view_activate_first (UllimConversationListView *self);

G_END_DECLS
