/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conversations and their messages on disk: append, page, search, mark read. Rows are plain
 * structs; every call is asynchronous and its callback runs on the main thread, after the commit if
 * it writes. Calls take effect in the order in which they are made. Cancelling a read interrupts
 * it; a write is cancelled only until it runs, then the answer tells what is on disk. Errors are
 * %ULLIM_PROBLEM_ERROR: _DISK_FULL, _DATABASE_DAMAGED, _DATABASE (also for an id that there is
 * not).
 */
#pragma once

#include "db.h"
#include "message.h"

G_BEGIN_DECLS

/** ULLIM_HISTORY_MAX_PAGE: most messages that one page holds. */
#define ULLIM_HISTORY_MAX_PAGE 500
/** ULLIM_HISTORY_MAX_HITS: most hits that one search returns. */
#define ULLIM_HISTORY_MAX_HITS 200

/**
 * UllimMessageRow:
 *
 * A message as stored. @id orders the timeline: it grows with each message that is written. @cseq
 * with @call_id and the peer tells a repeated incoming message from a new one.
 */
typedef struct {
  gint64         id;
  gint64         conversation_id;
  UllimDirection direction;
  gint64         time_us;
  char          *call_id;
  guint32        cseq;
  char          *text;
  UllimDelivery  delivery;
  UllimProblem   problem;
} UllimMessageRow;

UllimMessageRow *ullim_message_row_new (void);
void             ullim_message_row_free (UllimMessageRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimMessageRow, ullim_message_row_free)

/**
 * UllimConversationRow:
 *
 * A conversation as stored, with a summary of its newest message.
 */
typedef struct {
  gint64         id;
  gint64         account_id;
  char          *peer;
  char          *key;
  char          *name;      /* nullable */
  char          *last_text; /* nullable, at most 200 characters */
  gint64         last_time_us;
  UllimDirection last_direction;
  UllimDelivery  last_delivery;
  guint          unread;
  char          *draft; /* nullable */
} UllimConversationRow;

UllimConversationRow *ullim_conversation_row_new (void);
void                  ullim_conversation_row_free (UllimConversationRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimConversationRow, ullim_conversation_row_free)

#define ULLIM_TYPE_HISTORY (ullim_history_get_type ())
G_DECLARE_FINAL_TYPE (UllimHistory, ullim_history, ULLIM, HISTORY, GObject)

UllimHistory *ullim_history_new (UllimDb *db);

/**
 * ullim_history_load_conversations_async:
 *
 * All of them, newest first. 10,000 in one call.
 */
void ullim_history_load_conversations_async (UllimHistory       *self,
                                             GCancellable       *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer            user_data);
/** Returns: (transfer full) (element-type UllimConversationRow) (nullable) */
GPtrArray *
ullim_history_load_conversations_finish (UllimHistory *self, GAsyncResult *result, GError **error);

/** ullim_history_open_conversation_async: finds it by (account, key) or makes it */
void ullim_history_open_conversation_async (UllimHistory       *self,
                                            gint64              account_id,
                                            const char         *peer,
                                            const char         *key,
                                            const char         *name,
                                            GCancellable       *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer            user_data);
/** Returns: (transfer full) (nullable) */
UllimConversationRow *
ullim_history_open_conversation_finish (UllimHistory *self, GAsyncResult *result, GError **error);

/**
 * ullim_history_receive_async:
 * @peer: sender's address-of-record, @key: its comparison key, @name: (nullable): its display name
 * @message: (transfer none): id and conversation_id are ignored
 *
 * One transaction: drops a repeated message (same account, key, call-id, cseq), else finds or makes
 * the conversation, appends, counts it as unread.
 */
void ullim_history_receive_async (UllimHistory          *self,
                                  gint64                 account_id,
                                  const char            *peer,
                                  const char            *key,
                                  const char            *name,
                                  const UllimMessageRow *message,
                                  GCancellable          *cancellable,
                                  GAsyncReadyCallback    callback,
                                  gpointer               user_data);
/**
 * ullim_history_receive_finish:
 * @conversation: (out) (transfer full) (nullable): the conversation as it is now
 * @message: (out) (transfer full) (nullable): the message with its id; %NULL if it was a repetition
 *
 * Returns: %TRUE if it is on disk now (also when it was there already)
 */
gboolean ullim_history_receive_finish (UllimHistory          *self,
                                       GAsyncResult          *result,
                                       UllimConversationRow **conversation,
                                       UllimMessageRow      **message,
                                       GError               **error);

/** ullim_history_compose_async: appends an outgoing message, QUEUED; clears the draft */
void ullim_history_compose_async (UllimHistory          *self,
                                  const UllimMessageRow *message,
                                  GCancellable          *cancellable,
                                  GAsyncReadyCallback    callback,
                                  gpointer               user_data);
/** Returns: (transfer full) (nullable): the message with its id */
UllimMessageRow *
ullim_history_compose_finish (UllimHistory *self, GAsyncResult *result, GError **error);

/**
 * ullim_history_set_delivery_async:
 * @delivery: not RECEIVED
 *
 * Of an outgoing message. Answers overtake one another, so a step back is ignored, and succeeds:
 * DELIVERED is final, and ACCEPTED only becomes DELIVERED or FAILED.
 */
void ullim_history_set_delivery_async (UllimHistory       *self,
                                       gint64              message_id,
                                       UllimDelivery       delivery,
                                       UllimProblem        problem,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean
ullim_history_set_delivery_finish (UllimHistory *self, GAsyncResult *result, GError **error);

/**
 * ullim_history_page_async:
 * @before: messages with a smaller id than this, newest of them; 0: no bound
 * @after: messages with a greater id than this, oldest of them; 0: no bound. Exactly one of both
 * may be set; with neither: the newest
 * @count: 1..%ULLIM_HISTORY_MAX_PAGE
 */
void ullim_history_page_async (UllimHistory       *self,
                               gint64              conversation_id,
                               gint64              before,
                               gint64              after,
                               guint               count,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data);
/**
 * ullim_history_page_finish:
 * @more: (out): whether there is more in that direction
 *
 * Returns: (transfer full) (element-type UllimMessageRow) (nullable): oldest first
 */
GPtrArray *ullim_history_page_finish (UllimHistory *self,
                                      GAsyncResult *result,
                                      gboolean     *more,
                                      GError      **error);

/**
 * ullim_history_page_around_async: up to @count messages around @message_id, half on each side
 * @count: 2..%ULLIM_HISTORY_MAX_PAGE
 */
void ullim_history_page_around_async (UllimHistory       *self,
                                      gint64              conversation_id,
                                      gint64              message_id,
                                      guint               count,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
/** Returns: (transfer full) (element-type UllimMessageRow) (nullable): oldest first */
GPtrArray *ullim_history_page_around_finish (UllimHistory *self,
                                             GAsyncResult *result,
                                             gboolean     *more_before,
                                             gboolean     *more_after,
                                             GError      **error);

/** ullim_history_outbox_async: every outgoing message that is QUEUED or SENDING, oldest first */
void ullim_history_outbox_async (UllimHistory       *self,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
/** Returns: (transfer full) (element-type UllimMessageRow) (nullable) */
GPtrArray *ullim_history_outbox_finish (UllimHistory *self, GAsyncResult *result, GError **error);

/** ullim_history_mark_read_async: sets its count of unread messages to 0 */
void     ullim_history_mark_read_async (UllimHistory       *self,
                                        gint64              conversation_id,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
gboolean ullim_history_mark_read_finish (UllimHistory *self, GAsyncResult *result, GError **error);

/** ullim_history_set_draft_async: @draft: (nullable): what was typed and not yet sent */
void     ullim_history_set_draft_async (UllimHistory       *self,
                                        gint64              conversation_id,
                                        const char         *draft,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
gboolean ullim_history_set_draft_finish (UllimHistory *self, GAsyncResult *result, GError **error);

/** ullim_history_delete_message_async: takes a message that was never sent (outgoing, QUEUED or
 *  FAILED) out of the history; any other is an error */
void ullim_history_delete_message_async (UllimHistory       *self,
                                         gint64              message_id,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
gboolean
ullim_history_delete_message_finish (UllimHistory *self, GAsyncResult *result, GError **error);

/**
 * ullim_history_search_async:
 * @text: what to find: every word of it, anywhere inside words, in any script; any bytes, of which
 *   %ULLIM_SEARCH_MAX_BYTES, %ULLIM_SEARCH_MAX_WORDS (search-text.h) count
 * @conversation_id: only there; 0 for all
 * @before: only messages with a smaller id; 0 for all (next page of hits)
 * @count: 1..%ULLIM_HISTORY_MAX_HITS
 *
 * Newest first.
 */
void ullim_history_search_async (UllimHistory       *self,
                                 const char         *text,
                                 gint64              conversation_id,
                                 gint64              before,
                                 guint               count,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
/** Returns: (transfer full) (element-type UllimMessageRow) (nullable) */
GPtrArray *ullim_history_search_finish (UllimHistory *self, GAsyncResult *result, GError **error);

G_END_DECLS
