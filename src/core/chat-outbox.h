/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one account still has to send: a lane per conversation, in order, one message at a time in
 * each. Main thread. For core/ only.
 */
#pragma once

#include "connection.h"
#include "conversation.h"
#include "history.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_CHAT_OUTBOX (ullim_chat_outbox_get_type ())
G_DECLARE_FINAL_TYPE (UllimChatOutbox, ullim_chat_outbox, ULLIM, CHAT_OUTBOX, GObject)

/** Signal "message-changed" (UllimConversation *, UllimMessage *): its delivery changed. */

UllimChatOutbox *ullim_chat_outbox_new (UllimHistory *history, UllimAccount *account);

UllimAccount *ullim_chat_outbox_get_account (UllimChatOutbox *self);

/** ullim_chat_outbox_set_connection: @connection: (nullable): the line to send on */
void ullim_chat_outbox_set_connection (UllimChatOutbox *self, UllimConnection *connection);

/** ullim_chat_outbox_push: @message is QUEUED and on disk; it goes out when its turn comes */
void ullim_chat_outbox_push (UllimChatOutbox   *self,
                             UllimConversation *conversation,
                             UllimMessage      *message);

/** ullim_chat_outbox_cancel: Returns: whether @message will not be sent: it was not there, or
 *  could still be taken out; %FALSE while it is on the wire */
gboolean ullim_chat_outbox_cancel (UllimChatOutbox   *self,
                                   UllimConversation *conversation,
                                   UllimMessage      *message);

/** ullim_chat_outbox_find: Returns: (transfer none) (nullable): the waiting message of that id */
UllimMessage *ullim_chat_outbox_find (UllimChatOutbox *self, gint64 message_id);

G_END_DECLS
