/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the history (history*.c) share. Private to store/. Functions that take a
 * connection run on the database thread.
 */
#pragma once

#include "db-private.h"
#include "history.h"

G_BEGIN_DECLS

UllimDb *ullim_history_get_db (UllimHistory *self);

/** Columns of a message and of a conversation, in the order the readers below expect. */
#define ULLIM_MESSAGE_COLUMNS                                                                      \
  "message.id, message.conversation_id, message.direction, message.time_us, message.call_id, "     \
  "message.cseq, message.text, message.delivery, message.problem"
#define ULLIM_CONVERSATION_COLUMNS                                                                 \
  "id, account_id, peer, key, name, last_text, last_time_us, last_direction, last_delivery, "      \
  "unread, draft"

/** ullim_message_row_read: Returns: (transfer full): the row that @statement stands on */
UllimMessageRow      *ullim_message_row_read (UllimDbStatement *statement);
UllimMessageRow      *ullim_message_row_copy (const UllimMessageRow *row);
UllimConversationRow *ullim_conversation_row_read (UllimDbStatement *statement);

/** ullim_message_rows_new: Returns: (transfer full): an empty array that owns its rows */
GPtrArray *ullim_message_rows_new (void);

/** ullim_message_rows_collect: steps @statement to its end, adding each row to @rows */
gboolean ullim_message_rows_collect (UllimDbConnection *connection,
                                     UllimDbStatement  *statement,
                                     GPtrArray         *rows,
                                     GError           **error);

/** ullim_conversation_row_load: Returns: (transfer full) (nullable) */
UllimConversationRow *
ullim_conversation_row_load (UllimDbConnection *connection, gint64 id, GError **error);

/**
 * ullim_conversation_find_or_make:
 * @name: (nullable)
 *
 * Returns: its id, 0 on error
 */
gint64 ullim_conversation_find_or_make (UllimDbConnection *connection,
                                        gint64             account_id,
                                        const char        *peer,
                                        const char        *key,
                                        const char        *name,
                                        GError           **error);

/** ullim_search_index_add, _remove: the full-text index follows the message */
gboolean ullim_search_index_add (UllimDbConnection *connection,
                                 gint64             message_id,
                                 gint64             conversation_id,
                                 const char        *text,
                                 GError           **error);
gboolean ullim_search_index_remove (UllimDbConnection *connection,
                                    gint64             message_id,
                                    gint64             conversation_id,
                                    const char        *text,
                                    GError           **error);

/** ullim_history_remove_account: all its conversations and messages */
gboolean
ullim_history_remove_account (UllimDbConnection *connection, gint64 account_id, GError **error);

G_END_DECLS
