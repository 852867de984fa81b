/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text conversations: what arrives is checked, stored, then acknowledged and shown; what is written
 * is stored, then sent, in order, one at a time per conversation, also after a restart.
 * Errors are %ULLIM_PROBLEM_ERROR. Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "conversation.h"

G_BEGIN_DECLS

/** ULLIM_CHAT_PAGE: messages loaded at a time. */
#define ULLIM_CHAT_PAGE 100
/** ULLIM_CHAT_WINDOW: messages that paging keeps in a timeline. */
#define ULLIM_CHAT_WINDOW 1000
/** ULLIM_CHAT_MAX_TEXT_BYTES: longest text that can be sent or is taken. */
#define ULLIM_CHAT_MAX_TEXT_BYTES (64 * 1024)

#define ULLIM_TYPE_CHAT_SERVICE (ullim_chat_service_get_type ())
G_DECLARE_FINAL_TYPE (UllimChatService, ullim_chat_service, ULLIM, CHAT_SERVICE, GObject)

/**
 * Signals of UllimChatService:
 *
 * message-received (UllimConversation *, UllimMessage *): a new one, stored, and in the timeline if
 *   that was loaded.
 * message-changed (UllimConversation *, UllimMessage *): its delivery changed.
 */

/**
 * ullim_chat_service_open_async:
 * @address: what the user typed: URI, user@host, or a name at the account's host
 *
 * Finds the conversation or makes it. %ULLIM_PROBLEM_ADDRESS if @address is not one.
 */
void ullim_chat_service_open_async (UllimChatService   *self,
                                    UllimAccount       *account,
                                    const char         *address,
                                    const char         *name,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
/** Returns: (transfer full) (nullable) */
UllimConversation *
ullim_chat_service_open_finish (UllimChatService *self, GAsyncResult *result, GError **error);

/**
 * ullim_chat_service_send_async:
 * @text: the text, valid UTF-8, not empty; %ULLIM_PROBLEM_TOO_LARGE over the limit
 *
 * Completes when it is on disk and in the timeline (QUEUED); it then goes out by itself.
 */
void ullim_chat_service_send_async (UllimChatService   *self,
                                    UllimConversation  *conversation,
                                    const char         *text,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
/** Returns: (transfer full) (nullable) */
UllimMessage *
ullim_chat_service_send_finish (UllimChatService *self, GAsyncResult *result, GError **error);

/** ullim_chat_service_retry: a FAILED message is QUEUED again */
void ullim_chat_service_retry (UllimChatService  *self,
                               UllimConversation *conversation,
                               UllimMessage      *message);

/** ullim_chat_service_discard: a FAILED or QUEUED message is taken out of the history; nothing
 *  happens while it is SENDING */
void ullim_chat_service_discard (UllimChatService  *self,
                                 UllimConversation *conversation,
                                 UllimMessage      *message);

/**
 * The timeline's pages. Each is a no-op while one for the same conversation is under way.
 * load_newest puts the window at the end (also the first load), load_around puts it around a
 * message, the others extend it by %ULLIM_CHAT_PAGE and drop what exceeds %ULLIM_CHAT_WINDOW at its
 * other end.
 */
void ullim_chat_service_load_newest_async (UllimChatService   *self,
                                           UllimConversation  *conversation,
                                           GCancellable       *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer            user_data);
void ullim_chat_service_load_around_async (UllimChatService   *self,
                                           UllimConversation  *conversation,
                                           gint64              message_id,
                                           GCancellable       *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer            user_data);
void ullim_chat_service_load_older_async (UllimChatService   *self,
                                          UllimConversation  *conversation,
                                          GCancellable       *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
void ullim_chat_service_load_newer_async (UllimChatService   *self,
                                          UllimConversation  *conversation,
                                          GCancellable       *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
/** ullim_chat_service_load_finish: for all four */
gboolean
ullim_chat_service_load_finish (UllimChatService *self, GAsyncResult *result, GError **error);

/** ullim_chat_service_mark_read: the user has seen all of it */
void ullim_chat_service_mark_read (UllimChatService *self, UllimConversation *conversation);

/** ullim_chat_service_set_draft: @draft: (nullable): kept on disk */
void ullim_chat_service_set_draft (UllimChatService  *self,
                                   UllimConversation *conversation,
                                   const char        *draft);

/**
 * UllimChatHit:
 * @conversation: (not owned by the reader): where it was found
 * @message: the message found; not the object in the timeline
 */
typedef struct {
  UllimConversation *conversation; /* owned */
  UllimMessage      *message;      /* owned */
} UllimChatHit;

void ullim_chat_hit_free (UllimChatHit *hit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimChatHit, ullim_chat_hit_free)

/**
 * ullim_chat_service_search_async:
 * @conversation: (nullable): only there
 * @before_id: only older than this message; 0 for the newest hits
 */
void ullim_chat_service_search_async (UllimChatService   *self,
                                      const char         *text,
                                      UllimConversation  *conversation,
                                      gint64              before_id,
                                      guint               count,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
/** Returns: (transfer full) (element-type UllimChatHit) (nullable): newest first */
GPtrArray *
ullim_chat_service_search_finish (UllimChatService *self, GAsyncResult *result, GError **error);

G_END_DECLS
