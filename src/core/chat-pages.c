/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is read again: the timeline's pages, and search.
 */
#define G_LOG_DOMAIN "chat-pages"

#include "chat-service-private.h"

typedef enum {
  PAGE_NEWEST,
  PAGE_AROUND,
  PAGE_OLDER,
  PAGE_NEWER,
} PageKind;

typedef struct {
  UllimConversation *conversation; /* owned */
  PageKind           kind;
} PageJob;

static void
page_job_free (gpointer data)
{
  PageJob *job = data;

  g_object_unref (job->conversation);
  g_free (job);
}

/* The object that stands for @row: the one that is shown or waits to be sent, because others follow
 * its delivery; else a new one. */
static UllimMessage *
message_of (UllimChatService *self, UllimConversation *conversation, const UllimMessageRow *row)
{
  gint64 account_id = ullim_account_get_id (ullim_conversation_get_account (conversation));
  UllimChatOutbox *outbox = ullim_chat_service_find_outbox (self, account_id);
  UllimMessage    *message;

  message = ullim_timeline_find (ullim_conversation_get_timeline (conversation), row->id, NULL);
  if (!message && outbox)
    message = ullim_chat_outbox_find (outbox, row->id);
  return message ? g_object_ref (message) : ullim_chat_service_message_new (row);
}

static GPtrArray *
messages_of (UllimChatService *self, UllimConversation *conversation, GPtrArray *rows)
{
  GPtrArray *messages = g_ptr_array_new_full (rows->len, g_object_unref);

  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (messages, message_of (self, conversation, rows->pdata[i]));
  return messages;
}

/* Adds what came into being after the page was read. */
static void
add_newer_than_page (GPtrArray *messages, UllimTimeline *timeline)
{
  GListModel *model = G_LIST_MODEL (timeline);
  gint64      last = 0;

  if (ullim_timeline_get_has_newer (timeline))
    return;
  if (messages->len > 0)
    last = ullim_message_get_id (messages->pdata[messages->len - 1]);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (UllimMessage) message = g_list_model_get_item (model, i);

    if (ullim_message_get_id (message) > last)
      g_ptr_array_add (messages, g_steal_pointer (&message));
  }
}

static void
apply_page (UllimChatService *self, PageJob *job, GPtrArray *rows, gboolean before, gboolean after)
{
  UllimTimeline        *timeline = ullim_conversation_get_timeline (job->conversation);
  g_autoptr (GPtrArray) messages = messages_of (self, job->conversation, rows);

  switch (job->kind) {
  case PAGE_NEWEST:
    add_newer_than_page (messages, timeline);
    ullim_timeline_replace (timeline, messages, before, FALSE);
    break;
  case PAGE_AROUND:
    ullim_timeline_replace (timeline, messages, before, after);
    break;
  case PAGE_OLDER:
    ullim_timeline_prepend_page (timeline, messages, before);
    ullim_timeline_trim (timeline, ULLIM_CHAT_WINDOW, FALSE);
    break;
  case PAGE_NEWER:
  default:
    ullim_timeline_append_page (timeline, messages, after);
    ullim_timeline_trim (timeline, ULLIM_CHAT_WINDOW, TRUE);
    break;
  }
  g_hash_table_add (self->loaded, g_object_ref (job->conversation));
}

static void
on_page (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)     task = user_data;
  UllimChatService     *self = g_task_get_source_object (task);
  PageJob              *job = g_task_get_task_data (task);
  UllimHistory         *history = ULLIM_HISTORY (source);
  g_autoptr (GPtrArray) rows = NULL;
  GError               *error = NULL;
  gboolean              before = FALSE;
  gboolean              after = FALSE;

  if (job->kind == PAGE_AROUND)
    rows = ullim_history_page_around_finish (history, result, &before, &after, &error);
  else
    rows = ullim_history_page_finish (history, result, job->kind == PAGE_NEWER ? &after : &before,
                                      &error);
  g_hash_table_remove (self->loading, job->conversation);
  if (!rows) {
    g_task_return_error (task, error);
    return;
  }
  apply_page (self, job, rows, before, after);
  g_task_return_boolean (task, TRUE);
}

/* Id of the first or last message of the window, 0 if it is empty. */
static gint64
edge_id (UllimConversation *conversation, gboolean last)
{
  GListModel              *model = G_LIST_MODEL (ullim_conversation_get_timeline (conversation));
  guint                    n_items = g_list_model_get_n_items (model);
  g_autoptr (UllimMessage) message = g_list_model_get_item (model, last ? n_items - 1 : 0);

  return message ? ullim_message_get_id (message) : 0;
}

static gboolean
has_nothing_to_load (UllimConversation *conversation, PageKind kind)
{
  UllimTimeline *timeline = ullim_conversation_get_timeline (conversation);

  if (kind == PAGE_OLDER)
    return !ullim_timeline_get_has_older (timeline);
  if (kind == PAGE_NEWER)
    return !ullim_timeline_get_has_newer (timeline);
  return FALSE;
}

static void
load (UllimChatService   *self,
      UllimConversation  *conversation,
      PageKind            kind,
      gint64              around,
      GCancellable       *cancellable,
      GAsyncReadyCallback callback,
      gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  gint64            id = ullim_conversation_get_id (conversation);
  PageJob          *job;

  g_task_set_source_tag (task, load);
  if (g_hash_table_contains (self->loading, conversation) ||
      has_nothing_to_load (conversation, kind)) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  job = g_new0 (PageJob, 1);
  job->conversation = g_object_ref (conversation);
  job->kind = kind;
  g_task_set_task_data (task, job, page_job_free);
  g_hash_table_add (self->loading, g_object_ref (conversation));
  if (kind == PAGE_AROUND) {
    ullim_history_page_around_async (self->history, id, around, ULLIM_CHAT_PAGE, cancellable,
                                     on_page, g_steal_pointer (&task));
    return;
  }
  ullim_history_page_async (self->history, id,
                            kind == PAGE_OLDER ? edge_id (conversation, FALSE) : 0,
                            kind == PAGE_NEWER ? edge_id (conversation, TRUE) : 0, ULLIM_CHAT_PAGE,
                            cancellable, on_page, g_steal_pointer (&task));
}

void
ullim_chat_service_load_newest_async (UllimChatService   *self,
                                      UllimConversation  *conversation,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data)
{
  load (self, conversation, PAGE_NEWEST, 0, cancellable, callback, user_data);
}

void
ullim_chat_service_load_around_async (UllimChatService   *self,
                                      UllimConversation  *conversation,
                                      gint64              message_id,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data)
{
  load (self, conversation, PAGE_AROUND, message_id, cancellable, callback, user_data);
}

void
ullim_chat_service_load_older_async (UllimChatService   *self,
                                     UllimConversation  *conversation,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data)
{
  load (self, conversation, PAGE_OLDER, 0, cancellable, callback, user_data);
}

void
ullim_chat_service_load_newer_async (UllimChatService   *self,
                                     UllimConversation  *conversation,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data)
{
  load (self, conversation, PAGE_NEWER, 0, cancellable, callback, user_data);
}

gboolean
ullim_chat_service_load_finish (UllimChatService *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ullim_chat_hit_free (UllimChatHit *hit)
{
  if (!hit)
    return;
  g_object_unref (hit->conversation);
  g_object_unref (hit->message);
  g_free (hit);
}

static GPtrArray *
hits_of (UllimChatService *self, GPtrArray *rows)
{
  GPtrArray *hits = g_ptr_array_new_full (rows->len, (GDestroyNotify) ullim_chat_hit_free);

  for (guint i = 0; i < rows->len; i++) {
    const UllimMessageRow *row = rows->pdata[i];
    UllimConversation     *conversation =
        ullim_conversation_list_find_id (self->conversations, row->conversation_id);
    UllimChatHit *hit;

    if (!conversation)
      continue;
    hit = g_new0 (UllimChatHit, 1);
    hit->conversation = g_object_ref (conversation);
    hit->message = ullim_chat_service_message_new (row);
    g_ptr_array_add (hits, hit);
  }
  return hits;
}

static void
on_hits (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)     task = user_data;
  g_autoptr (GPtrArray) rows = NULL;
  GError               *error = NULL;

  rows = ullim_history_search_finish (ULLIM_HISTORY (source), result, &error);
  if (!rows)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, hits_of (g_task_get_source_object (task), rows),
                           (GDestroyNotify) g_ptr_array_unref);
}

void
ullim_chat_service_search_async (UllimChatService   *self,
                                 const char         *text,
                                 UllimConversation  *conversation,
                                 gint64              before_id,
                                 guint               count,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_chat_service_search_async);
  ullim_history_search_async (
      self->history, text, conversation ? ullim_conversation_get_id (conversation) : 0, before_id,
      CLAMP (count, 1, ULLIM_HISTORY_MAX_HITS), cancellable, on_hits, task);
}

GPtrArray *
ullim_chat_service_search_finish (UllimChatService *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
