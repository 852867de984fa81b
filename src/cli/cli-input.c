/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GDataInputStream reads lines too, but of any length: here a line has a limit.
 */
#define G_LOG_DOMAIN "cli-input"

#include "ullim-config.h"

#include "cli-input.h"

#include <glib/gi18n.h>
#include <string.h>

#define CHUNK_BYTES 4096

struct _UllimCliInput {
  GObject parent_instance;

  GInputStream *stream;   /* owned */
  GByteArray   *buffer;   /* owned: read, not yet handed out */
  gboolean      skipping; /* the rest of an overlong line */
};

G_DEFINE_FINAL_TYPE (UllimCliInput, ullim_cli_input, G_TYPE_OBJECT)

static void
ullim_cli_input_finalize (GObject *object)
{
  UllimCliInput *self = ULLIM_CLI_INPUT (object);

  g_clear_object (&self->stream);
  g_clear_pointer (&self->buffer, g_byte_array_unref);
  G_OBJECT_CLASS (ullim_cli_input_parent_class)->finalize (object);
}

static void
ullim_cli_input_class_init (UllimCliInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_cli_input_finalize;
}

static void
ullim_cli_input_init (UllimCliInput *self)
{
  self->buffer = g_byte_array_new ();
}

/* Takes the first @length bytes and the @skip after them off the buffer, then answers @task with
 * them: the caller may ask for the next line before this returns. */
static void
return_line (UllimCliInput *self, GTask *task, gsize length, gsize skip)
{
  g_autofree char *line = NULL;

  if (length > 0 && self->buffer->data[length - 1] == '\r') {
    length--;
    skip++;
  }
  if (g_utf8_validate_len ((const char *) self->buffer->data, length, NULL))
    line = g_strndup ((const char *) self->buffer->data, length);
  g_byte_array_remove_range (self->buffer, 0, length + skip);

  if (line)
    g_task_return_pointer (task, g_steal_pointer (&line), g_free);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                             _ ("The line is not valid UTF-8"));
}

/* Returns: whether the task was answered from the buffer. */
static gboolean
take_line (UllimCliInput *self, GTask *task)
{
  guint8 *end = self->buffer->len ? memchr (self->buffer->data, '\n', self->buffer->len) : NULL;
  gsize   length;

  if (!end) {
    if (self->buffer->len > ULLIM_CLI_MAX_LINE_BYTES) {
      self->skipping = TRUE;
      g_byte_array_set_size (self->buffer, 0);
    }
    return FALSE;
  }

  length = end - self->buffer->data;
  if (self->skipping || length > ULLIM_CLI_MAX_LINE_BYTES) {
    self->skipping = FALSE;
    g_byte_array_remove_range (self->buffer, 0, length + 1);
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                             _ ("The line is longer than %d bytes"), ULLIM_CLI_MAX_LINE_BYTES);
  } else {
    return_line (self, task, length, 1);
  }
  return TRUE;
}

static void
finish_input (UllimCliInput *self, GTask *task)
{
  if (self->buffer->len == 0 || self->skipping) {
    g_task_return_pointer (task, NULL, NULL);
    return;
  }
  return_line (self, task, self->buffer->len, 0);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)  task = data;
  UllimCliInput     *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (!bytes) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  if (g_bytes_get_size (bytes) == 0) {
    finish_input (self, task);
    return;
  }
  g_byte_array_append (self->buffer, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!take_line (self, task))
    g_input_stream_read_bytes_async (self->stream, CHUNK_BYTES, G_PRIORITY_DEFAULT,
                                     g_task_get_cancellable (task), on_read, g_object_ref (task));
}

UllimCliInput *
ullim_cli_input_new (GInputStream *stream)
{
  UllimCliInput *self = g_object_new (ULLIM_TYPE_CLI_INPUT, NULL);

  self->stream = g_object_ref (stream);
  return self;
}

void
ullim_cli_input_read_async (UllimCliInput      *self,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_cli_input_read_async);
  if (take_line (self, task))
    return;
  g_input_stream_read_bytes_async (self->stream, CHUNK_BYTES, G_PRIORITY_DEFAULT, cancellable,
                                   on_read, g_object_ref (task));
}

char *
ullim_cli_input_read_finish (UllimCliInput *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
