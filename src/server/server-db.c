/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A queue in, a queue out, and an eventfd that wakes Sofia's loop. Under load the work that piled
 * up during one commit shares the next: one fsync for all of it.
 */
#define G_LOG_DOMAIN "server-db"

#include "server-db.h"

#include "server-log.h"

#include <sys/eventfd.h>
#include <unistd.h>

/* Pieces of work in one transaction: bounds how long the first of them waits for its answer. */
#define MAX_GROUP 512

typedef struct {
  UllimServerDbWork work;
  UllimServerDbDone done;
  gpointer          data;
  gboolean          ok;
} Job;

struct _UllimServerDb {
  su_root_t         *root;
  UllimServerSqlite *sqlite; /* owned; database thread */
  GThread           *thread;
  GAsyncQueue       *in;
  GAsyncQueue       *out;
  int                wake_fd;
  int                wake_index; /* in the root's table of descriptors */
  guint              pending;    /* main thread: submitted, not yet done */
  void (*changed) (gpointer);
  gpointer changed_data;
  gint     was_changed; /* atomic: set by the database thread */
};

static Job stop_job;

static void
wake_main (UllimServerDb *self)
{
  guint64 one = 1;

  if (write (self->wake_fd, &one, sizeof one) < 0)
    g_warning ("cannot wake the main loop");
}

/* ---- database thread ---- */

static void
run_group (UllimServerDb *self, GPtrArray *group)
{
  gboolean begun = ullim_server_sqlite_exec (self->sqlite, "BEGIN IMMEDIATE");
  gboolean committed;

  for (guint i = 0; begun && i < group->len; i++) {
    Job *job = g_ptr_array_index (group, i);

    job->ok = job->work (self->sqlite, job->data);
  }
  committed = begun && ullim_server_sqlite_exec (self->sqlite, "COMMIT");
  if (!committed) {
    g_warning ("nothing can be stored: %s",
               sqlite3_errmsg (ullim_server_sqlite_handle (self->sqlite)));
    if (begun)
      ullim_server_sqlite_exec (self->sqlite, "ROLLBACK");
  }
  for (guint i = 0; i < group->len; i++) {
    Job *job = g_ptr_array_index (group, i);

    job->ok = job->ok && committed;
    g_async_queue_push (self->out, job);
  }
  g_ptr_array_set_size (group, 0);
  wake_main (self);
}

/* data_version changes only when another connection has written. */
static void
look_for_changes (UllimServerDb *self, gint64 *version)
{
  gint64 now = ullim_server_sqlite_int (self->sqlite, "PRAGMA data_version", *version);

  if (now != *version) {
    *version = now;
    g_atomic_int_set (&self->was_changed, 1);
    wake_main (self);
  }
}

static gpointer
database_thread (gpointer data)
{
  UllimServerDb        *self = data;
  g_autoptr (GPtrArray) group = g_ptr_array_new ();
  gint64                version = ullim_server_sqlite_int (self->sqlite, "PRAGMA data_version", 0);
  gint64                looked = g_get_monotonic_time ();
  gboolean              stopping = FALSE;

  while (!stopping) {
    Job *job = g_async_queue_timeout_pop (self->in, ULLIM_SERVER_DB_WATCH_MS * 1000);

    for (; job; job = group->len < MAX_GROUP ? g_async_queue_try_pop (self->in) : NULL) {
      if (job == &stop_job) {
        stopping = TRUE;
        break;
      }
      g_ptr_array_add (group, job);
    }
    if (group->len > 0)
      run_group (self, group);
    if (g_get_monotonic_time () - looked >= ULLIM_SERVER_DB_WATCH_MS * 1000) {
      looked = g_get_monotonic_time ();
      look_for_changes (self, &version);
    }
  }
  return NULL;
}

/* ---- main thread ---- */

static void
take_done (UllimServerDb *self)
{
  Job *job;

  while ((job = g_async_queue_try_pop (self->out))) {
    self->pending--;
    job->done (job->ok, job->data);
    g_free (job);
  }
}

static int
on_wake (su_root_magic_t *magic, su_wait_t *wait, su_wakeup_arg_t *arg)
{
  UllimServerDb *self = (UllimServerDb *) arg;
  guint64        count;

  if (read (self->wake_fd, &count, sizeof count) < 0)
    return 0;
  take_done (self);
  if (g_atomic_int_compare_and_exchange (&self->was_changed, 1, 0) && self->changed)
    self->changed (self->changed_data);
  return 0;
}

UllimServerDb *
ullim_server_db_new (su_root_t *root, UllimServerSqlite *sqlite)
{
  UllimServerDb *self = g_new0 (UllimServerDb, 1);
  su_wait_t      wait[1] = {SU_WAIT_INIT};

  self->root = root;
  self->sqlite = sqlite;
  self->in = g_async_queue_new ();
  self->out = g_async_queue_new ();
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->wake_fd < 0 || su_wait_create (wait, self->wake_fd, SU_WAIT_IN) < 0)
    g_error ("cannot make an event descriptor");
  self->wake_index = su_root_register (root, wait, on_wake, (su_wakeup_arg_t *) self, 0);
  self->thread = g_thread_new ("ullim-db", database_thread, self);
  return self;
}

void
ullim_server_db_submit (UllimServerDb    *self,
                        UllimServerDbWork work,
                        UllimServerDbDone done,
                        gpointer          data)
{
  Job *job = g_new (Job, 1);

  *job = (Job){work, done, data, FALSE};
  self->pending++;
  g_async_queue_push (self->in, job);
}

void
ullim_server_db_watch (UllimServerDb *self, void (*changed) (gpointer), gpointer data)
{
  self->changed = changed;
  self->changed_data = data;
}

void
ullim_server_db_drain (UllimServerDb *self)
{
  while (self->pending > 0) {
    Job *job = g_async_queue_pop (self->out);

    self->pending--;
    job->done (job->ok, job->data);
    g_free (job);
  }
}

void
ullim_server_db_free (UllimServerDb *self)
{
  if (!self)
    return;
  ullim_server_db_drain (self);
  g_async_queue_push (self->in, &stop_job);
  g_thread_join (self->thread);
  su_root_deregister (self->root, self->wake_index);
  close (self->wake_fd);
  g_async_queue_unref (self->in);
  g_async_queue_unref (self->out);
  ullim_server_sqlite_close (self->sqlite);
  g_free (self);
}
