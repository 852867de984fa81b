/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The queue between the main thread and the database thread.
 *
 * Writes that wait together share one transaction: at synchronous=FULL the commit is nearly the
 * whole cost of a small write, and nobody waits longer for it. There is no timer: while one batch
 * commits, the next gathers. A savepoint for each job would be the textbook way to keep one
 * failure from the others, but it makes the full-text index write itself out at each of them;
 * failures are rare, so instead the batch is rolled back and its jobs run again one by one.
 */
#define G_LOG_DOMAIN "db"

#include "db-private.h"

#include "problem.h"

/* Bounds of a batch: how many jobs, and how long the first may wait for its commit. */
#define MAX_BATCH_JOBS 256
#define MAX_BATCH_US (20 * 1000)

/* Longest time that answers hold the main loop in one go, us. */
#define MAX_DISPATCH_US (4 * 1000)

typedef enum { JOB_READ, JOB_WRITE, JOB_CLOSE } JobKind;

typedef struct {
  JobKind     kind;
  GTask      *task;  /* owned; nullable for JOB_CLOSE */
  UllimDbWork work;  /* nullable for JOB_CLOSE */
  GError     *error; /* owned, nullable: set when it failed */
} Job;

/* What both threads know; lives as long as either needs it. */
typedef struct {
  GAsyncQueue  *queue; /* of Job: main -> database thread */
  GMainContext *context;
  char         *path;
  GMutex        mutex;
  GQueue        done;      /* of Job: database thread -> main, under the mutex */
  gboolean      announced; /* a source for `done` is in the context, under the mutex */
} Channel;

struct _UllimDb {
  GObject  parent_instance;
  Channel *channel; /* shared with the thread */
  gboolean closed;
};

G_DEFINE_FINAL_TYPE (UllimDb, ullim_db, G_TYPE_OBJECT)

static Job *
job_new (JobKind kind, GTask *task, UllimDbWork work)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  job->task = task;
  job->work = work;
  return job;
}

/* Main thread: the task's callback, and the end of the task and its data. */
static void
job_answer (Job *job)
{
  if (job->task && job->error)
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  else if (job->task)
    g_task_return_boolean (job->task, TRUE);
  g_clear_error (&job->error);
  g_clear_object (&job->task);
  g_free (job);
}

static void
channel_clear (gpointer data)
{
  Channel *channel = data;

  g_assert (g_queue_is_empty (&channel->done));
  g_async_queue_unref (channel->queue);
  g_main_context_unref (channel->context);
  g_mutex_clear (&channel->mutex);
  g_free (channel->path);
}

static void
channel_unref (gpointer channel)
{
  g_atomic_rc_box_release_full (channel, channel_clear);
}

static Job *
channel_next_answer (Channel *channel)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&channel->mutex);
  Job                                   *job = g_queue_pop_head (&channel->done);

  if (!job)
    channel->announced = FALSE;
  return job;
}

static gboolean
on_answers (gpointer data)
{
  Channel *channel = data;
  gint64   deadline = g_get_monotonic_time () + MAX_DISPATCH_US;

  while (g_get_monotonic_time () < deadline) {
    Job *job = channel_next_answer (channel);

    if (!job)
      return G_SOURCE_REMOVE;
    job_answer (job);
  }
  return G_SOURCE_CONTINUE;
}

/* Database thread: hands finished jobs to the main thread, in order. */
static void
channel_answer (Channel *channel, Job **jobs, guint n_jobs)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&channel->mutex);
  g_autoptr (GSource)                    source = NULL;

  for (guint i = 0; i < n_jobs; i++)
    g_queue_push_tail (&channel->done, jobs[i]);
  if (channel->announced)
    return;
  channel->announced = TRUE;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[ullim] database answers");
  g_source_set_callback (source, on_answers, g_atomic_rc_box_acquire (channel), channel_unref);
  g_source_attach (source, channel->context);
}

static gboolean
job_was_cancelled (Job *job)
{
  return g_cancellable_set_error_if_cancelled (g_task_get_cancellable (job->task), &job->error);
}

static gboolean
job_run (Job *job, UllimDbConnection *connection)
{
  gboolean ok = job->work (connection, g_task_get_task_data (job->task), &job->error);

  g_assert (ok == (job->error == NULL));
  return ok;
}

static void
run_read (Job *job, UllimDbConnection *connection)
{
  if (job_was_cancelled (job))
    return;
  ullim_db_connection_set_cancellable (connection, g_task_get_cancellable (job->task));
  job_run (job, connection);
  ullim_db_connection_set_cancellable (connection, NULL);
}

static void
roll_back (UllimDbConnection *connection)
{
  /* A full disk or an I/O error makes SQLite roll back by itself. */
  if (ullim_db_connection_in_transaction (connection))
    ullim_db_connection_execute (connection, "ROLLBACK", NULL);
}

static void
run_write_alone (Job *job, UllimDbConnection *connection)
{
  if (job_was_cancelled (job))
    return;
  if (!ullim_db_connection_execute (connection, "BEGIN IMMEDIATE", &job->error))
    return;
  if (!job_run (job, connection) ||
      !ullim_db_connection_execute (connection, "COMMIT", &job->error))
    roll_back (connection);
}

/* Runs jobs from the queue until it is empty, holds no write, or the batch is large enough. */
static gboolean
run_batch (GPtrArray *batch, Job **next, Channel *channel, UllimDbConnection *connection)
{
  gint64 deadline = g_get_monotonic_time () + MAX_BATCH_US;

  while (*next && (*next)->kind == JOB_WRITE && batch->len < MAX_BATCH_JOBS &&
         g_get_monotonic_time () < deadline) {
    Job *job = *next;

    *next = NULL;
    g_ptr_array_add (batch, job);
    if (!job_was_cancelled (job) && !job_run (job, connection))
      return FALSE;
    *next = g_async_queue_try_pop (channel->queue);
  }
  return TRUE;
}

static void
run_each_alone (GPtrArray *batch, UllimDbConnection *connection)
{
  for (guint i = 0; i < batch->len; i++) {
    Job *job = batch->pdata[i];

    g_clear_error (&job->error);
    run_write_alone (job, connection);
  }
}

/* None of the batch is on disk, so none is answered as if it were. */
static void
fail_all (GPtrArray *batch, const GError *error)
{
  for (guint i = 0; i < batch->len; i++) {
    Job *job = batch->pdata[i];

    if (!job->error)
      job->error = g_error_copy (error);
  }
}

static void
run_writes (Job **next, Channel *channel, UllimDbConnection *connection)
{
  g_autoptr (GPtrArray) batch = g_ptr_array_new ();
  g_autoptr (GError)    error = NULL;

  if (!ullim_db_connection_execute (connection, "BEGIN IMMEDIATE", &error)) {
    g_ptr_array_add (batch, g_steal_pointer (next));
    fail_all (batch, error);
  } else if (!run_batch (batch, next, channel, connection)) {
    roll_back (connection);
    if (batch->len > 1)
      run_each_alone (batch, connection);
  } else if (!ullim_db_connection_execute (connection, "COMMIT", &error)) {
    roll_back (connection);
    fail_all (batch, error);
  }
  channel_answer (channel, (Job **) batch->pdata, batch->len);
}

/* Returns: the job that asked to close */
static Job *
serve (Channel *channel, UllimDbConnection *connection)
{
  Job *next = NULL;

  while (TRUE) {
    if (!next)
      next = g_async_queue_pop (channel->queue);
    if (next->kind == JOB_CLOSE)
      return next;
    if (next->kind == JOB_WRITE) {
      run_writes (&next, channel, connection);
    } else {
      run_read (next, connection);
      channel_answer (channel, &next, 1);
      next = NULL;
    }
  }
}

static gpointer
db_thread (gpointer data)
{
  Channel           *channel = data;
  Job               *opening = g_async_queue_pop (channel->queue);
  UllimDbConnection *connection = ullim_db_connection_open (channel->path, &opening->error);

  channel_answer (channel, &opening, 1);
  if (connection) {
    Job *closing = serve (channel, connection);

    ullim_db_connection_close (connection);
    if (closing->task)
      channel_answer (channel, &closing, 1);
    else
      g_free (closing);
  }
  channel_unref (channel);
  return NULL;
}

static void
submit (UllimDb *self, Job *job)
{
  if (!self->closed) {
    self->closed = job->kind == JOB_CLOSE;
    g_async_queue_push (self->channel->queue, job);
    return;
  }
  g_set_error_literal (&job->error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DATABASE,
                       "the database is closed");
  channel_answer (self->channel, &job, 1);
}

void
ullim_db_read (UllimDb *self, GTask *task, UllimDbWork work)
{
  submit (self, job_new (JOB_READ, task, work));
}

void
ullim_db_write (UllimDb *self, GTask *task, UllimDbWork work)
{
  /* What is on disk is on disk: a late cancellation must not hide it. */
  g_task_set_check_cancellable (task, FALSE);
  submit (self, job_new (JOB_WRITE, task, work));
}

void
ullim_db_open_async (const char         *path,
                     GCancellable       *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer            user_data)
{
  g_return_if_fail (path != NULL);

  g_autoptr (UllimDb) self = g_object_new (ULLIM_TYPE_DB, NULL);
  GTask              *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_db_open_async);
  self->channel->path = g_canonicalize_filename (path, NULL);
  g_async_queue_push (self->channel->queue, job_new (JOB_READ, task, NULL));
  g_thread_unref (g_thread_new ("ullim-db", db_thread, g_atomic_rc_box_acquire (self->channel)));
  g_task_set_task_data (task, g_steal_pointer (&self), g_object_unref);
}

UllimDb *
ullim_db_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  GTask   *task = G_TASK (result);
  UllimDb *self = g_task_get_task_data (task);

  if (g_task_propagate_boolean (task, error))
    return g_object_ref (self);
  return NULL;
}

void
ullim_db_close_async (UllimDb            *self,
                      GCancellable       *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_DB (self));

  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_db_close_async);
  g_task_set_check_cancellable (task, FALSE);
  submit (self, job_new (JOB_CLOSE, task, NULL));
}

gboolean
ullim_db_close_finish (UllimDb *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
ullim_db_finalize (GObject *object)
{
  UllimDb *self = ULLIM_DB (object);

  /* Nobody waits: the thread closes the file in its own time. */
  if (!self->closed)
    g_async_queue_push (self->channel->queue, job_new (JOB_CLOSE, NULL, NULL));
  channel_unref (self->channel);
  G_OBJECT_CLASS (ullim_db_parent_class)->finalize (object);
}

static void
ullim_db_class_init (UllimDbClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_db_finalize;
}

static void
ullim_db_init (UllimDb *self)
{
  self->channel = g_atomic_rc_box_new0 (Channel);
  /* What may remain in it is the closing job of a database that did not open. */
  self->channel->queue = g_async_queue_new_full (g_free);
  self->channel->context = g_main_context_ref_thread_default ();
  g_mutex_init (&self->channel->mutex);
  g_queue_init (&self->channel->done);
}
