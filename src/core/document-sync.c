/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One run at a time: load what was agreed on, GET, merge, take over, PUT, store. A PUT is guarded
 * by the entity tag that was read (RFC 4825 section 7.11): where another device was quicker the run
 * begins anew.
 */
#define G_LOG_DOMAIN "document-sync"

#include "document-sync.h"

#include <string.h>

/* Pauses after failures; the last is repeated. */
static const guint ladder_s[] = {5, 30, 300, 3600};
/* Runs that another device may spoil before the ladder is climbed. */
#define MAX_COLLISIONS 10
#define COLLISION_PAUSE_MS 200

struct _UllimDocumentSync {
  GObject parent_instance;

  UllimDocuments              *documents; /* owned */
  UllimRoster                 *roster;    /* owned */
  const UllimDocumentSyncKind *kind;
  gpointer                     owner; /* not owned; NULL when stopped */
  GCancellable                *cancellable;
  guint                        timer;
  gboolean                     is_running;
  gboolean                     is_touched; /* something changed during a run */
  gboolean                     has_base;   /* it was loaded */
  char                        *base;       /* owned, nullable: what was agreed on */
  char                        *base_etag;  /* owned, nullable: as HTTP has it */
  char                        *their_etag; /* owned, nullable: of this run */
  char                        *theirs;     /* owned, nullable: of this run */
  char                        *merged;     /* owned, nullable: of this run */
  gpointer                     snapshot;   /* owned, nullable: of this run */
  guint                        n_failures;
  guint                        n_collisions;
};

G_DEFINE_FINAL_TYPE (UllimDocumentSync, ullim_document_sync, G_TYPE_OBJECT)

static void begin (UllimDocumentSync *self);

static void
clear_run (UllimDocumentSync *self)
{
  g_clear_pointer (&self->their_etag, g_free);
  g_clear_pointer (&self->theirs, g_free);
  g_clear_pointer (&self->merged, g_free);
  if (self->snapshot)
    g_clear_pointer (&self->snapshot, self->kind->free_snapshot);
}

static void
ullim_document_sync_dispose (GObject *object)
{
  UllimDocumentSync *self = ULLIM_DOCUMENT_SYNC (object);

  ullim_document_sync_stop (self);
  clear_run (self);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->documents);
  g_clear_object (&self->roster);
  g_clear_pointer (&self->base, g_free);
  g_clear_pointer (&self->base_etag, g_free);
  G_OBJECT_CLASS (ullim_document_sync_parent_class)->dispose (object);
}

static void
ullim_document_sync_class_init (UllimDocumentSyncClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_document_sync_dispose;
}

static void
ullim_document_sync_init (UllimDocumentSync *self)
{
  self->cancellable = g_cancellable_new ();
}

void
ullim_document_sync_stop (UllimDocumentSync *self)
{
  self->owner = NULL;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  if (self->documents)
    g_signal_handlers_disconnect_by_data (self->documents, self);
}

/* ---- when ---- */

static gboolean
on_timer (gpointer data)
{
  UllimDocumentSync *self = data;

  self->timer = 0;
  begin (self);
  return G_SOURCE_REMOVE;
}

/* A run that waits for longer is brought forward, one that comes sooner stays. */
static void
schedule (UllimDocumentSync *self, guint delay_ms)
{
  if (!self->owner)
    return;
  if (self->is_running) {
    self->is_touched = TRUE;
    return;
  }
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (delay_ms, on_timer, self);
}

void
ullim_document_sync_touch (UllimDocumentSync *self)
{
  schedule (self, ULLIM_DOCUMENT_SYNC_DELAY_MS);
}

static void
end_run (UllimDocumentSync *self)
{
  clear_run (self);
  self->is_running = FALSE;
  if (self->is_touched) {
    self->is_touched = FALSE;
    schedule (self, ULLIM_DOCUMENT_SYNC_DELAY_MS);
  }
}

static void
fail (UllimDocumentSync *self, const GError *error)
{
  guint step = MIN (self->n_failures, G_N_ELEMENTS (ladder_s) - 1);

  clear_run (self);
  self->is_running = FALSE;
  if (!self->owner || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, ULLIM_XCAP_ERROR, ULLIM_XCAP_ERROR_CHANGED) &&
      self->n_collisions++ < MAX_COLLISIONS) {
    schedule (self, g_random_int_range (1, COLLISION_PAUSE_MS));
    return;
  }
  self->n_failures++;
  self->n_collisions = 0;
  self->is_touched = FALSE;
  g_debug ("%s: %s; again in %u s", self->kind->auid, error->message, ladder_s[step]);
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add_seconds (ladder_s[step], on_timer, self);
}

/* ---- a run, last step first ---- */

static void
on_base_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UllimDocumentSync) self = user_data;
  g_autoptr (GError)            error = NULL;

  /* Without it the next run starts from the version before: nothing is lost by that. */
  if (!ullim_roster_save_document_finish (ULLIM_ROSTER (source), result, &error))
    g_debug ("%s: what was agreed on is not stored: %s", self->kind->auid, error->message);
  end_run (self);
}

/* @etag: (nullable) */
static void
agree (UllimDocumentSync *self, const char *etag)
{
  gboolean is_same =
      g_strcmp0 (self->base, self->merged) == 0 && g_strcmp0 (self->base_etag, etag) == 0;

  self->n_failures = 0;
  self->n_collisions = 0;
  if (is_same) {
    end_run (self);
    return;
  }
  g_free (self->base);
  self->base = g_steal_pointer (&self->merged);
  g_free (self->base_etag);
  self->base_etag = g_strdup (etag);
  ullim_roster_save_document_async (
      self->roster, ullim_account_get_id (ullim_documents_get_account (self->documents)),
      self->kind->auid, self->base, self->base_etag, NULL, on_base_saved, g_object_ref (self));
}

static void
on_put (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UllimDocumentSync) self = user_data;
  g_autoptr (GError)            error = NULL;
  g_autofree char              *etag = NULL;

  if (ullim_xcap_client_put_finish (ULLIM_XCAP_CLIENT (source), result, &etag, &error))
    agree (self, etag);
  else
    fail (self, error);
}

static void
put (UllimDocumentSync *self)
{
  UllimXcapClient   *client = ullim_documents_get_client (self->documents);
  g_autoptr (GBytes) document = NULL;

  if (!self->merged) {
    end_run (self);
    return;
  }
  if (g_strcmp0 (self->merged, self->theirs) == 0) {
    agree (self, self->their_etag);
    return;
  }
  if (!client) { /* the line went; "available" begins anew */
    end_run (self);
    return;
  }
  document = g_bytes_new (self->merged, strlen (self->merged));
  ullim_xcap_client_put_async (client, self->kind->auid, self->kind->content_type, document,
                               self->their_etag, self->cancellable, on_put, g_object_ref (self));
}

static void
on_applied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  UllimDocumentSync *self = ULLIM_DOCUMENT_SYNC (source);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    fail (self, error);
  else if (self->owner)
    put (self);
}

static void
merge_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  UllimDocumentSync *self = source;
  GError            *error = NULL;
  /* The run's own fields are left alone by the main thread until this is done. */
  char *merged =
      self->kind->merge (self->snapshot, self->theirs ? self->base : NULL, self->theirs, &error);

  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, merged, g_free);
}

static void
on_merged (GObject *source, GAsyncResult *result, gpointer user_data)
{
  UllimDocumentSync *self = ULLIM_DOCUMENT_SYNC (source);
  g_autoptr (GError) error = NULL;
  GTask             *task;

  self->merged = g_task_propagate_pointer (G_TASK (result), &error);
  if (error) {
    fail (self, error);
    return;
  }
  if (!self->owner)
    return;
  task = g_task_new (self, self->cancellable, on_applied, NULL);
  g_task_set_source_tag (task, on_merged);
  self->kind->apply (self->owner, self->snapshot, task);
}

static void
merge (UllimDocumentSync *self)
{
  g_autoptr (GTask) task = NULL;

  self->snapshot = self->owner ? self->kind->snapshot (self->owner) : NULL;
  if (!self->snapshot) {
    end_run (self);
    return;
  }
  task = g_task_new (self, self->cancellable, on_merged, NULL);
  g_task_set_source_tag (task, merge);
  g_task_run_in_thread (task, merge_in_thread);
}

static gboolean
take_document (UllimDocumentSync *self, GBytes *body, GError **error)
{
  gsize       size;
  const char *data = g_bytes_get_data (body, &size);

  if (!g_utf8_validate (data, size, NULL)) {
    g_set_error_literal (error, ULLIM_XCAP_ERROR, ULLIM_XCAP_ERROR_REFUSED,
                         "The document is not UTF-8");
    return FALSE;
  }
  self->theirs = g_strndup (data, size);
  return TRUE;
}

static void
on_got (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UllimDocumentSync) self = user_data;
  g_autoptr (GError)            error = NULL;
  g_autoptr (GBytes)            body =
      ullim_xcap_client_get_finish (ULLIM_XCAP_CLIENT (source), result, &self->their_etag, &error);

  if (g_error_matches (error, ULLIM_XCAP_ERROR, ULLIM_XCAP_ERROR_NOT_FOUND)) {
    g_clear_error (&error);
    g_clear_pointer (&self->their_etag, g_free);
  } else if (!error && !body) {
    self->theirs = g_strdup (self->base);
    g_free (self->their_etag);
    self->their_etag = g_strdup (self->base_etag);
  } else if (!error) {
    take_document (self, body, &error);
  }
  if (error)
    fail (self, error);
  else
    merge (self);
}

static void
get (UllimDocumentSync *self)
{
  UllimXcapClient *client = ullim_documents_get_client (self->documents);

  if (!client) {
    end_run (self);
    return;
  }
  ullim_xcap_client_get_async (client, self->kind->auid, self->base ? self->base_etag : NULL,
                               self->cancellable, on_got, g_object_ref (self));
}

static void
on_base (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UllimDocumentSync) self = user_data;
  g_autoptr (GError)            error = NULL;

  self->has_base = ullim_roster_load_document_finish (ULLIM_ROSTER (source), result, &self->base,
                                                      &self->base_etag, &error);
  if (self->has_base)
    get (self);
  else
    fail (self, error);
}

static void
begin (UllimDocumentSync *self)
{
  if (self->is_running || !self->owner || !ullim_documents_get_client (self->documents))
    return;
  self->is_running = TRUE;
  if (self->has_base)
    get (self);
  else
    ullim_roster_load_document_async (
        self->roster, ullim_account_get_id (ullim_documents_get_account (self->documents)),
        self->kind->auid, self->cancellable, on_base, g_object_ref (self));
}

/* ---- what the server tells ---- */

static void
on_available (UllimDocuments *documents, UllimDocumentSync *self)
{
  self->n_failures = 0;
  schedule (self, 0);
}

static void
on_changed (UllimDocuments *documents, const char *auid, const char *etag, UllimDocumentSync *self)
{
  g_autofree char *quoted = etag ? g_strdup_printf ("\"%s\"", etag) : NULL;

  if (g_strcmp0 (auid, self->kind->auid) == 0 && g_strcmp0 (quoted, self->base_etag) != 0)
    schedule (self, 0);
}

UllimDocumentSync *
ullim_document_sync_new (UllimDocuments              *documents,
                         UllimRoster                 *roster,
                         const UllimDocumentSyncKind *kind,
                         gpointer                     owner)
{
  UllimDocumentSync *self = g_object_new (ULLIM_TYPE_DOCUMENT_SYNC, NULL);

  self->documents = g_object_ref (documents);
  self->roster = g_object_ref (roster);
  self->kind = kind;
  self->owner = owner;
  g_signal_connect_object (documents, "available", G_CALLBACK (on_available), self, 0);
  g_signal_connect_object (documents, "changed", G_CALLBACK (on_changed), self, 0);
  schedule (self, 0);
  return self;
}
