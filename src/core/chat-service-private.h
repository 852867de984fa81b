/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The insides of the chat service, shared by its files: chat-service.c (what is written),
 * chat-incoming.c (what arrives), chat-pages.c (what is read again). For core/ only.
 */
#pragma once

#include "attention.h"
#include "chat-outbox.h"
#include "chat-service.h"
#include "connection.h"
#include "conversation-list.h"
#include "history.h"
#include "presence-service.h"

G_BEGIN_DECLS

struct _UllimChatService {
  GObject parent_instance;

  UllimHistory          *history;       /* owned */
  UllimConversationList *conversations; /* owned */
  UllimAttention        *attention;     /* owned */
  UllimPresenceService  *presence;      /* owned, nullable: nobody is blocked */
  GHashTable            *outboxes;      /* owned: gint64 * account id -> UllimChatOutbox */
  GHashTable            *loaded;        /* owned: set of UllimConversation: timeline is loaded */
  GHashTable            *loading;       /* owned: set of UllimConversation: a page is on its way */
  guint                  receiving;     /* incoming messages that wait for their commit */
};

UllimChatService *ullim_chat_service_new (UllimHistory          *history,
                                          UllimConversationList *conversations,
                                          UllimAttention        *attention);

/** ullim_chat_service_set_presence: who is blocked there does not get through */
void ullim_chat_service_set_presence (UllimChatService *self, UllimPresenceService *presence);

/** ullim_chat_service_add_account: its conversations can be loaded now */
void ullim_chat_service_add_account (UllimChatService *self, UllimAccount *account);
/** ullim_chat_service_remove_account: forgets the account and takes its conversations out of the
 *  list */
void ullim_chat_service_remove_account (UllimChatService *self, UllimAccount *account);
/** ullim_chat_service_set_connection: messages of its account come and go over @connection */
void ullim_chat_service_set_connection (UllimChatService *self, UllimConnection *connection);

/** ullim_chat_service_load_async: conversations and what still has to be sent */
void ullim_chat_service_load_async (UllimChatService   *self,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean
ullim_chat_service_load_all_finish (UllimChatService *self, GAsyncResult *result, GError **error);

UllimChatOutbox *ullim_chat_service_find_outbox (UllimChatService *self, gint64 account_id);

/** ullim_chat_service_take_row: Returns: (transfer none) (nullable): the conversation of @row,
 *  made and listed if it is new; %NULL if its account is gone. Name and summary follow @row; of one
 *  that is known the unread count does not */
UllimConversation *ullim_chat_service_take_row (UllimChatService           *self,
                                                const UllimConversationRow *row);

/** ullim_chat_service_note_last: @message is the newest of @conversation */
void ullim_chat_service_note_last (UllimConversation *conversation, UllimMessage *message);

/** ullim_chat_service_append: puts a new message at the end of a loaded timeline */
void ullim_chat_service_append (UllimChatService  *self,
                                UllimConversation *conversation,
                                UllimMessage      *message);

UllimMessage *ullim_chat_service_message_new (const UllimMessageRow *row);

void ullim_chat_service_emit_received (UllimChatService  *self,
                                       UllimConversation *conversation,
                                       UllimMessage      *message);

/** ullim_chat_service_on_incoming: handler of UllimConnection::message-received */
void ullim_chat_service_on_incoming (UllimConnection  *connection,
                                     UllimSipIncoming *incoming,
                                     UllimChatService *self);

G_END_DECLS
