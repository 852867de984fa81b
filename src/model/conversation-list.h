/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All conversations, the one with the newest message first, then by name, as a GListModel of
 * UllimConversation: a GSequence for the order, hash tables for look-up. A conversation that moves
 * is one items-changed where it was and one where it is now. Main thread.
 */
#pragma once

#include "conversation.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_CONVERSATION_LIST (ullim_conversation_list_get_type ())
G_DECLARE_FINAL_TYPE (UllimConversationList,
                      ullim_conversation_list,
                      ULLIM,
                      CONVERSATION_LIST,
                      GObject)

/** Properties: "unread" (uint): sum over all conversations. */

/**
 * Signals of UllimConversationList:
 *
 * item-changed (UllimConversation *): a property of one in the list changed; it has moved already
 *   if it had to.
 */

UllimConversationList *ullim_conversation_list_new (void);

/** ullim_conversation_list_add: one that is there already (same account and key) is ignored */
void ullim_conversation_list_add (UllimConversationList *self, UllimConversation *conversation);

/** ullim_conversation_list_add_all: (element-type UllimConversation): one items-changed */
void ullim_conversation_list_add_all (UllimConversationList *self, GPtrArray *conversations);

void ullim_conversation_list_remove (UllimConversationList *self, UllimConversation *conversation);

/** ullim_conversation_list_find: Returns: (transfer none) (nullable) */
UllimConversation *
ullim_conversation_list_find (UllimConversationList *self, gint64 account_id, const char *key);
/** ullim_conversation_list_find_id: Returns: (transfer none) (nullable) */
UllimConversation *ullim_conversation_list_find_id (UllimConversationList *self, gint64 id);

/** ullim_conversation_list_get_position: Returns: its index; it must be in the list */
guint ullim_conversation_list_get_position (UllimConversationList *self,
                                            UllimConversation     *conversation);

guint ullim_conversation_list_get_unread (UllimConversationList *self);

G_END_DECLS
