/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A script that says `wait registered` after the fact must not hang: events wait to be waited for.
 */
#define G_LOG_DOMAIN "cli-journal"

#include "ullim-config.h"

#include "cli-journal.h"

#include <glib/gi18n.h>

#include "cli-event.h"

typedef struct {
  char    *name;
  char    *field;
  char    *value;
  GSource *timeout;
  gulong   cancelled_id;
} Wait;

struct _UllimCliJournal {
  GObject parent_instance;

  GQueue events; /* element-type JsonObject, oldest first */
  GTask *task;   /* owned: the wait under way, its data is a Wait */
};

G_DEFINE_FINAL_TYPE (UllimCliJournal, ullim_cli_journal, G_TYPE_OBJECT)

static void
wait_free (gpointer data)
{
  Wait *wait = data;

  if (wait->timeout) {
    g_source_destroy (wait->timeout);
    g_source_unref (wait->timeout);
  }
  g_free (wait->name);
  g_free (wait->field);
  g_free (wait->value);
  g_free (wait);
}

static void
ullim_cli_journal_finalize (GObject *object)
{
  UllimCliJournal *self = ULLIM_CLI_JOURNAL (object);

  g_queue_clear_full (&self->events, (GDestroyNotify) json_object_unref);
  G_OBJECT_CLASS (ullim_cli_journal_parent_class)->finalize (object);
}

static void
ullim_cli_journal_class_init (UllimCliJournalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_cli_journal_finalize;
}

static void
ullim_cli_journal_init (UllimCliJournal *self)
{
  g_queue_init (&self->events);
}

UllimCliJournal *
ullim_cli_journal_new (void)
{
  return g_object_new (ULLIM_TYPE_CLI_JOURNAL, NULL);
}

static gboolean
matches (const Wait *wait, JsonObject *event)
{
  return ullim_cli_event_has (event, "event", wait->name) &&
         (!wait->field || ullim_cli_event_has (event, wait->field, wait->value));
}

/* Takes the wait out of the journal first: its callback may start the next one. */
static GTask *
take_task (UllimCliJournal *self)
{
  GTask *task = g_steal_pointer (&self->task);
  Wait  *wait = g_task_get_task_data (task);

  g_source_destroy (wait->timeout);
  if (wait->cancelled_id)
    g_signal_handler_disconnect (g_task_get_cancellable (task), wait->cancelled_id);
  return task;
}

void
ullim_cli_journal_add (UllimCliJournal *self, JsonObject *event)
{
  if (self->task && matches (g_task_get_task_data (self->task), event)) {
    g_autoptr (GTask) task = take_task (self);

    g_task_return_boolean (task, TRUE);
    return;
  }
  g_queue_push_tail (&self->events, json_object_ref (event));
  if (g_queue_get_length (&self->events) > ULLIM_CLI_MAX_EVENTS)
    json_object_unref (g_queue_pop_head (&self->events));
}

static gboolean
take_event (UllimCliJournal *self, const Wait *wait)
{
  for (GList *l = self->events.head; l; l = l->next) {
    if (matches (wait, l->data)) {
      json_object_unref (l->data);
      g_queue_delete_link (&self->events, l);
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
on_timeout (gpointer data)
{
  UllimCliJournal  *self = data;
  g_autoptr (GTask) task = take_task (self);
  const Wait       *wait = g_task_get_task_data (task);

  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _ ("No event “%s” came in time"),
                           wait->name);
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  UllimCliJournal  *self = data;
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  Wait             *wait = g_task_get_task_data (task);

  /* Disconnecting from inside the handler would deadlock; it is emitted only once anyway. */
  g_source_destroy (wait->timeout);
  g_task_return_error_if_cancelled (task);
}

void
ullim_cli_journal_wait_async (UllimCliJournal    *self,
                              const char         *name,
                              const char         *field,
                              const char         *value,
                              guint               seconds,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Wait             *wait = g_new0 (Wait, 1);

  g_return_if_fail (!self->task);

  g_task_set_source_tag (task, ullim_cli_journal_wait_async);
  g_task_set_task_data (task, wait, wait_free);
  if (g_task_return_error_if_cancelled (task))
    return;

  wait->name = g_strdup (name);
  wait->field = g_strdup (field);
  wait->value = g_strdup (value);
  if (take_event (self, wait)) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  wait->timeout = g_timeout_source_new_seconds (seconds);
  g_source_set_callback (wait->timeout, on_timeout, self, NULL);
  g_source_attach (wait->timeout, NULL);
  if (cancellable)
    wait->cancelled_id =
        g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_cancelled), self);
  self->task = g_steal_pointer (&task);
}

gboolean
ullim_cli_journal_wait_finish (UllimCliJournal *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
