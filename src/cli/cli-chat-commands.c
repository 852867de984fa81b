/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing, reading and finding messages.
 */
#define G_LOG_DOMAIN "cli-chat-commands"

#include "ullim-config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli-commands-private.h"
#include "cli-event.h"

#define HISTORY_DEFAULT 20
#define SEARCH_HITS 50

static UllimChatService *
chat_of (UllimCliJob *job)
{
  return ullim_engine_get_chat (ullim_cli_session_get_engine (job->session));
}

/* Finds the conversation with the first argument, then calls @next, which owns the job. */

static void
open_conversation (UllimCliJob *job, GAsyncReadyCallback next)
{
  UllimAccount *account = ullim_cli_job_get_account (job);

  if (!account)
    return;
  ullim_chat_service_open_async (chat_of (job), account, job->words[0], NULL,
                                 ullim_cli_session_get_cancellable (job->session), next, job);
}

static gboolean
take_conversation (UllimCliJob *job, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;

  job->conversation = ullim_chat_service_open_finish (chat_of (job), result, &error);
  if (!job->conversation)
    ullim_cli_job_finish (job, error);
  return job->conversation != NULL;
}

/* message URI TEXT */

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimCliJob             *job = data;
  g_autoptr (GError)       error = NULL;
  g_autoptr (UllimMessage) message = ullim_chat_service_send_finish (chat_of (job), result, &error);

  if (message)
    ullim_cli_session_track (job->session, job->conversation, message);
  ullim_cli_job_finish (job, error);
}

/* \n is a line break, \t a tab, \\ a backslash; any other backslash is itself. */
static char *
unescape (const char *text)
{
  GString *out = g_string_sized_new (strlen (text));

  for (const char *p = text; *p; p++) {
    if (*p == '\\' && p[1] && strchr ("nt\\", p[1])) {
      p++;
      g_string_append_c (out, *p == 'n' ? '\n' : *p == 't' ? '\t' : '\\');
    } else {
      g_string_append_c (out, *p);
    }
  }
  return g_string_free (out, FALSE);
}

static void
on_opened_to_send (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimCliJob     *job = data;
  g_autofree char *text = NULL;

  if (!take_conversation (job, result))
    return;
  text = unescape (job->words[1]);
  ullim_chat_service_send_async (chat_of (job), job->conversation, text,
                                 ullim_cli_session_get_cancellable (job->session), on_sent, job);
}

void
ullim_cli_run_message (UllimCliJob *job)
{
  open_conversation (job, on_opened_to_send);
}

/* history URI [N] */

static guint
wanted_rows (UllimCliJob *job)
{
  guint64 n = HISTORY_DEFAULT;

  if (job->words[1])
    g_ascii_string_to_unsigned (job->words[1], 10, 1, ULLIM_CHAT_WINDOW, &n, NULL);
  return n;
}

static void
print_history (UllimCliJob *job)
{
  GListModel *timeline = G_LIST_MODEL (ullim_conversation_get_timeline (job->conversation));
  guint       n = g_list_model_get_n_items (timeline);
  guint       count = MIN (n, wanted_rows (job));
  JsonObject *end;

  for (guint i = n - count; i < n; i++) {
    g_autoptr (UllimMessage) message = g_list_model_get_item (timeline, i);

    ullim_cli_session_emit (job->session,
                            ullim_cli_event_for_message ("history", job->conversation, message));
  }
  end = ullim_cli_event_new ("history-end");
  ullim_cli_event_add (end, "peer", ullim_conversation_get_peer (job->conversation));
  ullim_cli_event_add_int (end, "count", count);
  ullim_cli_session_emit (job->session, end);
}

static void
on_page_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimCliJob       *job = data;
  g_autoptr (GError) error = NULL;
  UllimTimeline     *timeline = ullim_conversation_get_timeline (job->conversation);

  if (!ullim_chat_service_load_finish (chat_of (job), result, &error)) {
    ullim_cli_job_finish (job, error);
  } else if (ullim_timeline_get_has_older (timeline) &&
             g_list_model_get_n_items (G_LIST_MODEL (timeline)) < wanted_rows (job)) {
    ullim_chat_service_load_older_async (chat_of (job), job->conversation,
                                         ullim_cli_session_get_cancellable (job->session),
                                         on_page_loaded, job);
  } else {
    print_history (job);
    ullim_cli_job_finish (job, NULL);
  }
}

static void
on_opened_to_read (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimCliJob *job = data;

  if (take_conversation (job, result))
    ullim_chat_service_load_newest_async (chat_of (job), job->conversation,
                                          ullim_cli_session_get_cancellable (job->session),
                                          on_page_loaded, job);
}

void
ullim_cli_run_history (UllimCliJob *job)
{
  if (job->words[1] &&
      !g_ascii_string_to_unsigned (job->words[1], 10, 1, ULLIM_CHAT_WINDOW, NULL, NULL))
    ullim_cli_job_fail (job, _ ("The number of messages must be from 1 to 1000"));
  else
    open_conversation (job, on_opened_to_read);
}

/* search TEXT */

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimCliJob          *job = data;
  g_autoptr (GError)    error = NULL;
  g_autoptr (GPtrArray) hits = ullim_chat_service_search_finish (chat_of (job), result, &error);
  JsonObject           *end;

  if (!hits) {
    ullim_cli_job_finish (job, error);
    return;
  }
  for (guint i = 0; i < hits->len; i++) {
    UllimChatHit *hit = hits->pdata[i];

    ullim_cli_session_emit (
        job->session, ullim_cli_event_for_message ("search", hit->conversation, hit->message));
  }
  end = ullim_cli_event_new ("search-end");
  ullim_cli_event_add_int (end, "count", hits->len);
  ullim_cli_session_emit (job->session, end);
  ullim_cli_job_finish (job, NULL);
}

void
ullim_cli_run_search (UllimCliJob *job)
{
  ullim_chat_service_search_async (chat_of (job), job->words[0], NULL, 0, SEARCH_HITS,
                                   ullim_cli_session_get_cancellable (job->session), on_found, job);
}

/* conversations */

void
ullim_cli_run_conversations (UllimCliJob *job)
{
  UllimEngine *engine = ullim_cli_session_get_engine (job->session);
  GListModel  *list = G_LIST_MODEL (ullim_engine_get_conversations (engine));
  guint        n = g_list_model_get_n_items (list);
  JsonObject  *end = ullim_cli_event_new ("conversations-end");

  for (guint i = 0; i < n; i++) {
    g_autoptr (UllimConversation) conversation = g_list_model_get_item (list, i);
    UllimAccount                 *account = ullim_conversation_get_account (conversation);
    JsonObject                   *event = ullim_cli_event_new ("conversation");

    ullim_cli_event_add (event, "account", ullim_account_get_address (account));
    ullim_cli_event_add (event, "peer", ullim_conversation_get_peer (conversation));
    ullim_cli_event_add (event, "name", ullim_conversation_get_name (conversation));
    ullim_cli_event_add_int (event, "unread", ullim_conversation_get_unread (conversation));
    ullim_cli_event_add (event, "last", ullim_conversation_get_last_text (conversation));
    ullim_cli_session_emit (job->session, event);
  }
  ullim_cli_event_add_int (end, "count", n);
  ullim_cli_session_emit (job->session, end);
  ullim_cli_job_finish (job, NULL);
}

/* read URI */

static void
on_opened_to_mark (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimCliJob *job = data;

  if (!take_conversation (job, result))
    return;
  ullim_chat_service_mark_read (chat_of (job), job->conversation);
  ullim_cli_job_finish (job, NULL);
}

void
ullim_cli_run_read (UllimCliJob *job)
{
  open_conversation (job, on_opened_to_mark);
}

/* retry ID */

void
ullim_cli_run_retry (UllimCliJob *job)
{
  UllimConversation *conversation = NULL;
  UllimMessage      *message = NULL;
  guint64            id;

  if (g_ascii_string_to_unsigned (job->words[0], 10, 1, G_MAXINT64, &id, NULL))
    message = ullim_cli_session_find (job->session, id, &conversation);
  if (!message || ullim_message_get_delivery (message) != ULLIM_DELIVERY_FAILED) {
    ullim_cli_job_fail (job, _ ("No message of that number has failed in this run"));
    return;
  }
  ullim_chat_service_retry (chat_of (job), conversation, message);
  ullim_cli_job_finish (job, NULL);
}
