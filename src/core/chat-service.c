/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text conversations: opening them, writing in them. What is written is on disk before anything
 * else happens to it; the outbox of its account then sends it.
 */
#define G_LOG_DOMAIN "chat-service"

#include "chat-service.h"

#include "chat-service-private.h"
#include "chat-text.h"
#include "uri.h"

enum { MESSAGE_RECEIVED, MESSAGE_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimChatService, ullim_chat_service, G_TYPE_OBJECT)

static void
ullim_chat_service_dispose (GObject *object)
{
  UllimChatService *self = ULLIM_CHAT_SERVICE (object);

  g_hash_table_remove_all (self->outboxes);
  g_hash_table_remove_all (self->loaded);
  g_hash_table_remove_all (self->loading);
  g_clear_object (&self->history);
  g_clear_object (&self->conversations);
  g_clear_object (&self->attention);
  g_clear_object (&self->presence);
  G_OBJECT_CLASS (ullim_chat_service_parent_class)->dispose (object);
}

static void
ullim_chat_service_finalize (GObject *object)
{
  UllimChatService *self = ULLIM_CHAT_SERVICE (object);

  g_hash_table_unref (self->outboxes);
  g_hash_table_unref (self->loaded);
  g_hash_table_unref (self->loading);
  G_OBJECT_CLASS (ullim_chat_service_parent_class)->finalize (object);
}

static guint
new_signal (const char *name)
{
  return g_signal_new (name, ULLIM_TYPE_CHAT_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 2, ULLIM_TYPE_CONVERSATION, ULLIM_TYPE_MESSAGE);
}

static void
ullim_chat_service_class_init (UllimChatServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ullim_chat_service_dispose;
  object_class->finalize = ullim_chat_service_finalize;

  signals[MESSAGE_RECEIVED] = new_signal ("message-received");
  signals[MESSAGE_CHANGED] = new_signal ("message-changed");
}

static void
ullim_chat_service_init (UllimChatService *self)
{
  self->outboxes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  self->loaded = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->loading = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

UllimChatService *
ullim_chat_service_new (UllimHistory          *history,
                        UllimConversationList *conversations,
                        UllimAttention        *attention)
{
  UllimChatService *self = g_object_new (ULLIM_TYPE_CHAT_SERVICE, NULL);

  self->history = g_object_ref (history);
  self->conversations = g_object_ref (conversations);
  self->attention = g_object_ref (attention);
  return self;
}

void
ullim_chat_service_set_presence (UllimChatService *self, UllimPresenceService *presence)
{
  g_set_object (&self->presence, presence);
}

UllimMessage *
ullim_chat_service_message_new (const UllimMessageRow *row)
{
  return ullim_message_new (row->id, row->direction, row->time_us, row->call_id, row->text,
                            row->delivery, row->problem);
}

UllimChatOutbox *
ullim_chat_service_find_outbox (UllimChatService *self, gint64 account_id)
{
  return g_hash_table_lookup (self->outboxes, &account_id);
}

void
ullim_chat_service_emit_received (UllimChatService  *self,
                                  UllimConversation *conversation,
                                  UllimMessage      *message)
{
  g_signal_emit (self, signals[MESSAGE_RECEIVED], 0, conversation, message);
}

void
ullim_chat_service_note_last (UllimConversation *conversation, UllimMessage *message)
{
  ullim_conversation_set_last (
      conversation, ullim_message_get_text (message), ullim_message_get_time (message),
      ullim_message_get_direction (message), ullim_message_get_delivery (message));
}

static gboolean
is_last (UllimConversation *conversation, UllimMessage *message)
{
  return ullim_conversation_get_last_direction (conversation) == ULLIM_DIRECTION_OUTGOING &&
         ullim_conversation_get_last_time (conversation) == ullim_message_get_time (message);
}

static void
on_message_changed (UllimChatOutbox   *outbox,
                    UllimConversation *conversation,
                    UllimMessage      *message,
                    UllimChatService  *self)
{
  if (is_last (conversation, message))
    ullim_chat_service_note_last (conversation, message);
  g_signal_emit (self, signals[MESSAGE_CHANGED], 0, conversation, message);
}

void
ullim_chat_service_add_account (UllimChatService *self, UllimAccount *account)
{
  gint64           id = ullim_account_get_id (account);
  UllimChatOutbox *outbox = ullim_chat_outbox_new (self->history, account);

  g_signal_connect_object (outbox, "message-changed", G_CALLBACK (on_message_changed), self, 0);
  g_hash_table_insert (self->outboxes, g_memdup2 (&id, sizeof id), outbox);
}

static GPtrArray *
conversations_of (UllimChatService *self, UllimAccount *account)
{
  GListModel *model = G_LIST_MODEL (self->conversations);
  GPtrArray  *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (UllimConversation) conversation = g_list_model_get_item (model, i);

    if (ullim_conversation_get_account (conversation) == account)
      g_ptr_array_add (found, g_steal_pointer (&conversation));
  }
  return found;
}

void
ullim_chat_service_remove_account (UllimChatService *self, UllimAccount *account)
{
  gint64                id = ullim_account_get_id (account);
  g_autoptr (GPtrArray) conversations = conversations_of (self, account);

  for (guint i = 0; i < conversations->len; i++) {
    ullim_conversation_list_remove (self->conversations, conversations->pdata[i]);
    g_hash_table_remove (self->loaded, conversations->pdata[i]);
    if (ullim_attention_get_focus (self->attention) == conversations->pdata[i])
      ullim_attention_set_focus (self->attention, NULL);
  }
  g_hash_table_remove (self->outboxes, &id);
}

void
ullim_chat_service_set_connection (UllimChatService *self, UllimConnection *connection)
{
  gint64 id = ullim_account_get_id (ullim_connection_get_account (connection));

  g_signal_connect_object (connection, "message-received",
                           G_CALLBACK (ullim_chat_service_on_incoming), self, 0);
  ullim_chat_outbox_set_connection (ullim_chat_service_find_outbox (self, id), connection);
}

static UllimConversation *
conversation_new (UllimAccount *account, const UllimConversationRow *row)
{
  return ullim_conversation_new (row->id, account, row->peer, row->key, row->name);
}

static void
apply_summary (UllimConversation *conversation, const UllimConversationRow *row)
{
  ullim_conversation_set_name (conversation, row->name);
  ullim_conversation_set_last (conversation, row->last_text, row->last_time_us, row->last_direction,
                               row->last_delivery);
}

static UllimConversation *
conversation_from_row (UllimChatService *self, const UllimConversationRow *row)
{
  UllimChatOutbox   *outbox = ullim_chat_service_find_outbox (self, row->account_id);
  UllimConversation *conversation;

  if (!outbox)
    return NULL;
  conversation = conversation_new (ullim_chat_outbox_get_account (outbox), row);
  apply_summary (conversation, row);
  ullim_conversation_set_unread (conversation, row->unread);
  ullim_conversation_set_draft (conversation, row->draft);
  return conversation;
}

UllimConversation *
ullim_chat_service_take_row (UllimChatService *self, const UllimConversationRow *row)
{
  UllimConversation *known = ullim_conversation_list_find_id (self->conversations, row->id);
  g_autoptr (UllimConversation) made = NULL;

  if (known) {
    apply_summary (known, row);
    return known;
  }
  made = conversation_from_row (self, row);
  if (made)
    ullim_conversation_list_add (self->conversations, made);
  return made;
}

void
ullim_chat_service_append (UllimChatService  *self,
                           UllimConversation *conversation,
                           UllimMessage      *message)
{
  UllimTimeline *timeline;

  /* A timeline that was never loaded stays empty: its first page will bring the message. */
  if (!g_hash_table_contains (self->loaded, conversation))
    return;
  timeline = ullim_conversation_get_timeline (conversation);
  ullim_timeline_append (timeline, message);
  if (g_list_model_get_n_items (G_LIST_MODEL (timeline)) >= 2 * ULLIM_CHAT_WINDOW)
    ullim_timeline_trim (timeline, ULLIM_CHAT_WINDOW, TRUE);
}

/* Start: conversations, then the outbox */

static void
on_outbox (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)     task = user_data;
  UllimChatService     *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) rows = NULL;
  GError               *error = NULL;

  rows = ullim_history_outbox_finish (ULLIM_HISTORY (source), result, &error);
  if (!rows) {
    g_task_return_error (task, error);
    return;
  }
  for (guint i = 0; i < rows->len; i++) {
    UllimMessageRow   *row = rows->pdata[i];
    UllimConversation *conversation =
        ullim_conversation_list_find_id (self->conversations, row->conversation_id);
    g_autoptr (UllimMessage) message = NULL;
    UllimAccount            *account;

    if (!conversation)
      continue;
    row->delivery = ULLIM_DELIVERY_QUEUED;
    message = ullim_chat_service_message_new (row);
    account = ullim_conversation_get_account (conversation);
    ullim_chat_outbox_push (ullim_chat_service_find_outbox (self, ullim_account_get_id (account)),
                            conversation, message);
  }
  g_task_return_boolean (task, TRUE);
}

static void
on_conversations (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)     task = user_data;
  UllimChatService     *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) conversations = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) rows = NULL;
  GError               *error = NULL;

  rows = ullim_history_load_conversations_finish (ULLIM_HISTORY (source), result, &error);
  if (!rows) {
    g_task_return_error (task, error);
    return;
  }
  for (guint i = 0; i < rows->len; i++) {
    UllimConversation *conversation = conversation_from_row (self, rows->pdata[i]);

    if (conversation)
      g_ptr_array_add (conversations, conversation);
  }
  ullim_conversation_list_add_all (self->conversations, conversations);
  ullim_history_outbox_async (self->history, g_task_get_cancellable (task), on_outbox,
                              g_object_ref (task));
}

void
ullim_chat_service_load_async (UllimChatService   *self,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_chat_service_load_async);
  ullim_history_load_conversations_async (self->history, cancellable, on_conversations, task);
}

gboolean
ullim_chat_service_load_all_finish (UllimChatService *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Opening */

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)                task = user_data;
  UllimChatService                *self = g_task_get_source_object (task);
  g_autoptr (UllimConversationRow) row = NULL;
  UllimConversation               *conversation;
  GError                          *error = NULL;

  row = ullim_history_open_conversation_finish (ULLIM_HISTORY (source), result, &error);
  if (!row) {
    g_task_return_error (task, error);
    return;
  }
  conversation = ullim_chat_service_take_row (self, row);
  if (conversation)
    g_task_return_pointer (task, g_object_ref (conversation), g_object_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                             "The account was removed meanwhile");
}

void
ullim_chat_service_open_async (UllimChatService   *self,
                               UllimAccount       *account,
                               const char         *address,
                               const char         *name,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr (GTask)    task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError)   error = NULL;
  g_autoptr (UllimUri) uri = NULL;
  g_autofree char     *peer = NULL;
  g_autofree char     *key = NULL;
  UllimConversation   *known;

  g_task_set_source_tag (task, ullim_chat_service_open_async);
  uri = ullim_uri_parse_typed (address, ullim_account_get_host (account), &error);
  if (!uri) {
    g_task_return_new_error (task, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_ADDRESS, "%s",
                             error->message);
    return;
  }
  peer = ullim_uri_to_aor (uri);
  key = ullim_uri_key (uri);
  known = ullim_conversation_list_find (self->conversations, ullim_account_get_id (account), key);
  if (known) {
    g_task_return_pointer (task, g_object_ref (known), g_object_unref);
    return;
  }
  ullim_history_open_conversation_async (self->history, ullim_account_get_id (account), peer, key,
                                         name, cancellable, on_opened, g_steal_pointer (&task));
}

UllimConversation *
ullim_chat_service_open_finish (UllimChatService *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Writing */

static void
push (UllimChatService *self, UllimConversation *conversation, UllimMessage *message)
{
  gint64 account_id = ullim_account_get_id (ullim_conversation_get_account (conversation));
  UllimChatOutbox *outbox = ullim_chat_service_find_outbox (self, account_id);

  if (outbox)
    ullim_chat_outbox_push (outbox, conversation, message);
}

static void
on_composed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)           task = user_data;
  UllimChatService           *self = g_task_get_source_object (task);
  UllimConversation          *conversation = g_task_get_task_data (task);
  g_autoptr (UllimMessageRow) row = NULL;
  g_autoptr (UllimMessage)    message = NULL;
  GError                     *error = NULL;

  row = ullim_history_compose_finish (ULLIM_HISTORY (source), result, &error);
  if (!row) {
    g_task_return_error (task, error);
    return;
  }
  message = ullim_chat_service_message_new (row);
  ullim_conversation_set_draft (conversation, NULL);
  ullim_chat_service_append (self, conversation, message);
  ullim_chat_service_note_last (conversation, message);
  g_task_return_pointer (task, g_object_ref (message), g_object_unref);
  /* After the caller knows its message: states that follow are about something it has. */
  g_signal_emit (self, signals[MESSAGE_CHANGED], 0, conversation, message);
  push (self, conversation, message);
}

void
ullim_chat_service_send_async (UllimChatService   *self,
                               UllimConversation  *conversation,
                               const char         *text,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr (GTask)     task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char      *cleaned = ullim_chat_text_outgoing (text);
  g_autofree char      *call_id = g_uuid_string_random ();
  const UllimMessageRow row = {.conversation_id = ullim_conversation_get_id (conversation),
                               .direction = ULLIM_DIRECTION_OUTGOING,
                               .time_us = g_get_real_time (),
                               .call_id = call_id,
                               .text = cleaned,
                               .delivery = ULLIM_DELIVERY_QUEUED};

  g_task_set_source_tag (task, ullim_chat_service_send_async);
  if (strlen (cleaned) > ULLIM_CHAT_MAX_TEXT_BYTES) {
    g_task_return_new_error (task, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_TOO_LARGE,
                             "The text is over %d bytes", ULLIM_CHAT_MAX_TEXT_BYTES);
    return;
  }
  g_task_set_task_data (task, g_object_ref (conversation), g_object_unref);
  /* Not cancellable from here on: once it is written it goes out. */
  ullim_history_compose_async (self->history, &row, NULL, on_composed, g_steal_pointer (&task));
}

UllimMessage *
ullim_chat_service_send_finish (UllimChatService *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct {
  UllimChatService  *service;      /* owned */
  UllimConversation *conversation; /* owned */
  UllimMessage      *message;      /* owned */
} Act;

static Act *
act_new (UllimChatService *service, UllimConversation *conversation, UllimMessage *message)
{
  Act *act = g_new0 (Act, 1);

  act->service = g_object_ref (service);
  act->conversation = g_object_ref (conversation);
  act->message = g_object_ref (message);
  return act;
}

static void
act_free (Act *act)
{
  g_object_unref (act->message);
  g_object_unref (act->conversation);
  g_object_unref (act->service);
  g_free (act);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Act, act_free)

static void
on_requeued (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Act)    act = user_data;
  g_autoptr (GError) error = NULL;

  if (!ullim_history_set_delivery_finish (ULLIM_HISTORY (source), result, &error)) {
    g_warning ("a message could not be queued again: %s", error->message);
    ullim_message_set_delivery (act->message, ULLIM_DELIVERY_FAILED,
                                ullim_problem_from_error (error));
    on_message_changed (NULL, act->conversation, act->message, act->service);
    return;
  }
  push (act->service, act->conversation, act->message);
}

void
ullim_chat_service_retry (UllimChatService  *self,
                          UllimConversation *conversation,
                          UllimMessage      *message)
{
  if (ullim_message_get_delivery (message) != ULLIM_DELIVERY_FAILED)
    return;
  ullim_message_set_delivery (message, ULLIM_DELIVERY_QUEUED, ULLIM_PROBLEM_NONE);
  on_message_changed (NULL, conversation, message, self);
  ullim_history_set_delivery_async (self->history, ullim_message_get_id (message),
                                    ULLIM_DELIVERY_QUEUED, ULLIM_PROBLEM_NONE, NULL, on_requeued,
                                    act_new (self, conversation, message));
}

static void
on_deleted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ullim_history_delete_message_finish (ULLIM_HISTORY (source), result, &error))
    g_warning ("a message could not be deleted: %s", error->message);
}

/* What the list says of a conversation whose newest message was discarded. */
static void
note_new_last (UllimConversation *conversation)
{
  GListModel              *model = G_LIST_MODEL (ullim_conversation_get_timeline (conversation));
  guint                    n_items = g_list_model_get_n_items (model);
  g_autoptr (UllimMessage) last = n_items > 0 ? g_list_model_get_item (model, n_items - 1) : NULL;

  if (last)
    ullim_chat_service_note_last (conversation, last);
  else
    ullim_conversation_set_last (conversation, NULL, 0, ULLIM_DIRECTION_INCOMING,
                                 ULLIM_DELIVERY_RECEIVED);
}

void
ullim_chat_service_discard (UllimChatService  *self,
                            UllimConversation *conversation,
                            UllimMessage      *message)
{
  gint64 account_id = ullim_account_get_id (ullim_conversation_get_account (conversation));
  UllimChatOutbox *outbox = ullim_chat_service_find_outbox (self, account_id);
  UllimDelivery    delivery = ullim_message_get_delivery (message);
  gboolean         was_last = is_last (conversation, message);

  if (delivery != ULLIM_DELIVERY_FAILED && delivery != ULLIM_DELIVERY_QUEUED)
    return;
  if (outbox && !ullim_chat_outbox_cancel (outbox, conversation, message))
    return;
  ullim_history_delete_message_async (self->history, ullim_message_get_id (message), NULL,
                                      on_deleted, NULL);
  ullim_timeline_remove (ullim_conversation_get_timeline (conversation),
                         ullim_message_get_id (message));
  if (was_last)
    note_new_last (conversation);
}

/* Small things that are kept */

static void
on_marked_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ullim_history_mark_read_finish (ULLIM_HISTORY (source), result, &error))
    g_warning ("what was read could not be written down: %s", error->message);
}

void
ullim_chat_service_mark_read (UllimChatService *self, UllimConversation *conversation)
{
  if (ullim_conversation_get_unread (conversation) == 0)
    return;
  ullim_conversation_set_unread (conversation, 0);
  ullim_history_mark_read_async (self->history, ullim_conversation_get_id (conversation), NULL,
                                 on_marked_read, NULL);
}

static void
on_draft_kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ullim_history_set_draft_finish (ULLIM_HISTORY (source), result, &error))
    g_warning ("a draft could not be kept: %s", error->message);
}

void
ullim_chat_service_set_draft (UllimChatService  *self,
                              UllimConversation *conversation,
                              const char        *draft)
{
  const char *given = draft && *draft ? draft : NULL;

  if (g_strcmp0 (given, ullim_conversation_get_draft (conversation)) == 0)
    return;
  ullim_conversation_set_draft (conversation, given);
  ullim_history_set_draft_async (self->history, ullim_conversation_get_id (conversation), given,
                                 NULL, on_draft_kept, NULL);
}
