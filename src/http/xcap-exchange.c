/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Send, read to the end, or give up: whatever comes first of the end, the limit, the time and the
 * caller's change of mind.
 */
#define G_LOG_DOMAIN "xcap-exchange"

#include "xcap-exchange-private.h"

#include "xcap-client.h"

#define CHUNK_BYTES (64 * 1024)

typedef struct {
  SoupSession  *session; /* owned */
  SoupMessage  *message; /* owned */
  GCancellable *caller;  /* (nullable) owned */
  gulong        caller_handler;
  GCancellable *deadline; /* cancelled by the timer and by the caller */
  guint         timer;
  GInputStream *stream; /* owned */
  GByteArray   *body;
} Exchange;

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_cancellable_disconnect (exchange->caller, exchange->caller_handler);
  g_clear_handle_id (&exchange->timer, g_source_remove);
  g_clear_object (&exchange->caller);
  g_object_unref (exchange->deadline);
  g_clear_object (&exchange->stream);
  g_object_unref (exchange->message);
  g_object_unref (exchange->session);
  g_clear_pointer (&exchange->body, g_byte_array_unref);
  g_free (exchange);
}

static gboolean
on_time_out (gpointer data)
{
  Exchange *exchange = data;

  exchange->timer = 0;
  g_cancellable_cancel (exchange->deadline);
  return G_SOURCE_REMOVE;
}

static void
on_caller_cancelled (GCancellable *caller, gpointer data)
{
  g_cancellable_cancel (data);
}

static void
fail (GTask *task, const GError *reason)
{
  Exchange *exchange = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (reason->domain == G_TLS_ERROR)
    g_task_return_new_error (task, ULLIM_XCAP_ERROR, ULLIM_XCAP_ERROR_CERTIFICATE, "TLS: %s",
                             reason->message);
  else if (g_cancellable_is_cancelled (exchange->deadline))
    g_task_return_new_error (task, ULLIM_XCAP_ERROR, ULLIM_XCAP_ERROR_CONNECTION,
                             "No whole answer within %d s", ULLIM_XCAP_TIMEOUT_S);
  else
    g_task_return_new_error (task, ULLIM_XCAP_ERROR, ULLIM_XCAP_ERROR_CONNECTION, "%s",
                             reason->message);
}

static void read_chunk (GTask *owned);

static void
on_chunk (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)  task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  Exchange *exchange = g_task_get_task_data (task);

  if (!chunk) {
    fail (task, error);
    return;
  }
  if (g_bytes_get_size (chunk) == 0) {
    g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&exchange->body)),
                           (GDestroyNotify) g_bytes_unref);
    return;
  }
  if (exchange->body->len + g_bytes_get_size (chunk) > ULLIM_XCAP_MAX_BYTES) {
    g_cancellable_cancel (exchange->deadline);
    g_task_return_new_error (task, ULLIM_XCAP_ERROR, ULLIM_XCAP_ERROR_REFUSED,
                             "The answer is longer than %d bytes", ULLIM_XCAP_MAX_BYTES);
    return;
  }
  g_byte_array_append (exchange->body, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
  read_chunk (g_steal_pointer (&task));
}

static void
read_chunk (GTask *owned)
{
  Exchange *exchange = g_task_get_task_data (owned);

  g_input_stream_read_bytes_async (exchange->stream, CHUNK_BYTES, G_PRIORITY_DEFAULT,
                                   exchange->deadline, on_chunk, owned);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)  task = user_data;
  g_autoptr (GError) error = NULL;
  Exchange          *exchange = g_task_get_task_data (task);

  exchange->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (exchange->stream)
    read_chunk (g_steal_pointer (&task));
  else
    fail (task, error);
}

void
ullim_xcap_exchange_async (SoupSession        *session,
                           SoupMessage        *message,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  GTask    *task = g_task_new (NULL, cancellable, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);

  g_task_set_source_tag (task, ullim_xcap_exchange_async);
  g_task_set_task_data (task, exchange, exchange_free);
  exchange->session = g_object_ref (session);
  exchange->message = g_object_ref (message);
  exchange->deadline = g_cancellable_new ();
  exchange->body = g_byte_array_new ();
  exchange->timer = g_timeout_add_seconds (ULLIM_XCAP_TIMEOUT_S, on_time_out, exchange);
  if (cancellable) {
    exchange->caller = g_object_ref (cancellable);
    exchange->caller_handler =
        g_cancellable_connect (cancellable, G_CALLBACK (on_caller_cancelled),
                               g_object_ref (exchange->deadline), g_object_unref);
  }
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, exchange->deadline, on_sent, task);
}

GBytes *
ullim_xcap_exchange_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
