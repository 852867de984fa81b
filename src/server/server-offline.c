/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One queue per person: how much waits is known here, the messages themselves are read when they
 * are delivered.
 */
#define G_LOG_DOMAIN "server-offline"

#include "server-offline.h"

#include "server-log.h"
#include "server-stored.h"

#include <sofia-sip/sip_header.h>

/* Rows that are read at one time. */
#define BATCH 16
#define WAITING_S (ULLIM_SERVER_WAITING_DAYS * 24 * 60 * 60)

typedef struct {
  char    *name;
  guint    count;   /* at least the rows there are; set right when a read finds none */
  guint    storing; /* of them not committed yet */
  gsize    bytes;
  gboolean delivering;
  gboolean again; /* registered while the last attempt was failing */
} Queue;

struct _UllimServerOffline {
  UllimServerDb       *db;       /* weak */
  nta_agent_t         *nta;      /* weak */
  UllimServerForks    *forks;    /* weak */
  UllimServerBindings *bindings; /* weak */
  GHashTable          *queues;   /* (owned): name -> Queue */
  GHashTable          *recent;   /* (owned): set of GBytes: digests of what was kept */
};

static void
queue_free (Queue *queue)
{
  g_free (queue->name);
  g_free (queue);
}

static Queue *
ensure_queue (UllimServerOffline *self, const char *name)
{
  Queue *queue = g_hash_table_lookup (self->queues, name);

  if (!queue) {
    queue = g_new0 (Queue, 1);
    queue->name = g_strdup (name);
    g_hash_table_insert (self->queues, queue->name, queue);
  }
  return queue;
}

static void
on_counted (const char *name, guint count, gsize bytes, gpointer data)
{
  Queue *queue = ensure_queue (data, name);

  queue->count = count;
  queue->bytes = bytes;
}

UllimServerOffline *
ullim_server_offline_new (UllimServerSqlite   *sqlite,
                          nta_agent_t         *nta,
                          UllimServerForks    *forks,
                          UllimServerBindings *bindings)
{
  UllimServerOffline *self = g_new0 (UllimServerOffline, 1);

  self->nta = nta;
  self->forks = forks;
  self->bindings = bindings;
  self->queues = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) queue_free);
  self->recent =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  ullim_server_stored_count (sqlite, on_counted, self);
  ullim_server_stored_digests (sqlite, self->recent);
  return self;
}

void
ullim_server_offline_set_db (UllimServerOffline *self, UllimServerDb *db)
{
  self->db = db;
}

void
ullim_server_offline_free (UllimServerOffline *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->queues);
  g_hash_table_unref (self->recent);
  g_free (self);
}

gboolean
ullim_server_offline_has_waiting (UllimServerOffline *self, const char *name)
{
  const Queue *queue = g_hash_table_lookup (self->queues, name);

  return queue && queue->count > 0;
}

/* ---- keeping ---- */

typedef struct {
  UllimServerOffline    *self;
  UllimServerStored     *stored; /* owned; the database thread's until it is written */
  gboolean               try_now;
  UllimServerOfflineKept kept;
  gpointer               data;
} Keep;

static void
keep_free (Keep *keep)
{
  ullim_server_stored_free (keep->stored);
  g_free (keep);
}

static gboolean
store (UllimServerSqlite *sqlite, gpointer data)
{
  return ullim_server_stored_write (((Keep *) data)->stored, sqlite);
}

static void
on_stored (gboolean ok, gpointer data)
{
  Keep                    *keep = data;
  UllimServerOffline      *self = keep->self;
  const UllimServerStored *stored = keep->stored;
  Queue                   *queue = ensure_queue (self, stored->name);

  queue->storing--;
  if (!ok || stored->id == 0) {
    /* Not stored, or stored before: the place that was reserved is free again. */
    queue->count -= MIN (queue->count, 1);
    queue->bytes -= MIN (queue->bytes, ullim_server_stored_size (stored));
  }
  /* Beyond that they start anew, and the database alone tells repetitions. */
  if (g_hash_table_size (self->recent) >= ULLIM_SERVER_STORED_MAX_DIGESTS)
    g_hash_table_remove_all (self->recent);
  if (ok)
    g_hash_table_add (self->recent, g_bytes_ref (stored->digest));
  ullim_server_event ("%s name=%s id=%" G_GINT64_FORMAT,
                      !ok          ? "not-kept"
                      : stored->id ? "kept"
                                   : "kept-before",
                      stored->name, stored->id);
  keep->kept (ok ? 202 : 500, stored->id, keep->data);
  if (ok && keep->try_now)
    ullim_server_offline_deliver (self, stored->name);
  keep_free (keep);
}

void
ullim_server_offline_keep (UllimServerOffline    *self,
                           const char            *name,
                           msg_t                 *msg,
                           gboolean               try_now,
                           UllimServerOfflineKept kept,
                           gpointer               data)
{
  Queue *queue = ensure_queue (self, name);
  Keep  *keep;
  gsize  size;

  keep = g_new0 (Keep, 1);
  keep->self = self;
  keep->stored = ullim_server_stored_new (name, sip_object (msg));
  keep->try_now = try_now;
  keep->kept = kept;
  keep->data = data;
  size = ullim_server_stored_size (keep->stored);
  if (queue->count >= ULLIM_SERVER_MAX_WAITING ||
      queue->bytes + size > ULLIM_SERVER_MAX_WAITING_BYTES) {
    kept (480, 0, data);
    keep_free (keep);
    return;
  }
  /* Counted now, so that what comes next goes behind it even before the commit. */
  queue->count++;
  queue->storing++;
  queue->bytes += size;
  ullim_server_db_submit (self->db, store, on_stored, keep);
}

gboolean
ullim_server_offline_was_kept (UllimServerOffline *self, msg_t *msg)
{
  g_autoptr (GBytes) digest = ullim_server_stored_digest (sip_object (msg));

  return g_hash_table_contains (self->recent, digest);
}

/* ---- deleting ---- */

typedef struct {
  UllimServerOffline *self;
  gint64              id;
} Deletion;

static gboolean
delete_row (UllimServerSqlite *sqlite, gpointer data)
{
  return ullim_server_stored_delete (sqlite, ((Deletion *) data)->id);
}

static void
on_deleted (gboolean ok, gpointer data)
{
  Deletion *deletion = data;

  if (!ok)
    g_warning ("a delivered message cannot be deleted: it will come again after a restart");
  g_free (deletion);
}

static void
delete_soon (UllimServerOffline *self, gint64 id)
{
  Deletion *deletion = g_new (Deletion, 1);

  *deletion = (Deletion){self, id};
  ullim_server_db_submit (self->db, delete_row, on_deleted, deletion);
}

void
ullim_server_offline_forget (UllimServerOffline *self, gint64 id)
{
  if (id != 0)
    delete_soon (self, id);
}

/* ---- delivering ---- */

typedef struct {
  UllimServerOffline *self;
  char               *name;
  GPtrArray          *rows; /* (owned): set by the database thread */
  guint               next;
} Delivery;

static void send_next (Delivery *delivery);

static void
delivery_free (Delivery *delivery)
{
  g_free (delivery->name);
  g_ptr_array_unref (delivery->rows);
  g_free (delivery);
}

static gboolean
read_rows (UllimServerSqlite *sqlite, gpointer data)
{
  Delivery *delivery = data;

  return ullim_server_stored_read (sqlite, delivery->name, BATCH, delivery->rows);
}

/* Ends a round: with more to read, the next one; after a failure, when the person registers. */
static void
end_delivery (Delivery *delivery, gboolean failed)
{
  UllimServerOffline *self = delivery->self;
  Queue              *queue = ensure_queue (self, delivery->name);
  gboolean            again = queue->again || (!failed && queue->count > 0);

  queue->delivering = FALSE;
  queue->again = FALSE;
  if (!failed && delivery->rows->len == 0) {
    /* Nothing is on disk: what is being written starts a round itself. */
    queue->count = queue->storing;
    queue->bytes = queue->storing ? queue->bytes : 0;
    again = FALSE;
  }
  if (again)
    ullim_server_offline_deliver (self, delivery->name);
  delivery_free (delivery);
}

static void
on_rows (gboolean ok, gpointer data)
{
  Delivery *delivery = data;

  if (!ok || delivery->rows->len == 0)
    end_delivery (delivery, !ok);
  else
    send_next (delivery);
}

/* Whether another attempt may succeed. What a client refuses for good must not block the queue. 482
 * (merged) is said while the client still works on, or has just answered, an earlier attempt, which
 * may have failed; 404 and 410 by one that is just closing a line: they say nothing about the
 * message. */
static gboolean
may_succeed_later (int status)
{
  return status == 401 || status == 404 || status == 407 || status == 410 || status == 408 ||
         status == 430 || status == 480 || status == 481 || status == 482 || status == 486 ||
         (status >= 500 && status < 600);
}

/* One message on its way; it may be waited for by slower devices after the next one has left. */
typedef struct {
  Delivery           *delivery; /* weak: until the outcome */
  gint64              id;
  gsize               bytes;
  gboolean            taken;
  UllimServerOffline *self; /* weak */
} Attempt;

static void
on_outcome (int status, msg_t *best, gpointer data)
{
  Attempt  *attempt = data;
  Delivery *delivery = g_steal_pointer (&attempt->delivery);
  Queue    *queue = ensure_queue (delivery->self, delivery->name);

  attempt->taken = status < 300;
  ullim_server_event ("%s name=%s id=%" G_GINT64_FORMAT " status=%d",
                      attempt->taken               ? "delivered"
                      : may_succeed_later (status) ? "undelivered"
                                                   : "refused",
                      delivery->name, attempt->id, status);
  if (!attempt->taken && may_succeed_later (status)) {
    end_delivery (delivery, TRUE);
    return;
  }
  queue->count -= MIN (queue->count, 1);
  queue->bytes -= MIN (queue->bytes, attempt->bytes);
  delete_soon (delivery->self, attempt->id);
  delivery->next++;
  send_next (delivery);
}

static void
on_finished (gboolean taken, gpointer data)
{
  Attempt *attempt = data;

  if (taken && !attempt->taken)
    delete_soon (attempt->self, attempt->id); /* a device took it late */
  if (attempt->delivery)
    delivery_free (attempt->delivery);
  g_free (attempt);
}

static const UllimServerForkHandlers delivery_handlers = {NULL, on_outcome, on_finished};

static Attempt *
attempt_new (Delivery *delivery, const UllimServerStored *row)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->self = delivery->self;
  attempt->delivery = delivery;
  attempt->id = row->id;
  attempt->bytes = ullim_server_stored_size (row);
  return attempt;
}

static void
send_next (Delivery *delivery)
{
  UllimServerOffline *self = delivery->self;
  gint64              now_s = g_get_real_time () / G_USEC_PER_SEC;
  GPtrArray          *bindings = ullim_server_bindings_list (self->bindings, delivery->name, now_s);
  const UllimServerStored *row;
  Attempt                 *attempt;
  UllimServerFork         *fork;
  msg_t                   *msg;

  if (!bindings || delivery->next >= delivery->rows->len) {
    end_delivery (delivery, delivery->next < delivery->rows->len);
    return;
  }
  row = g_ptr_array_index (delivery->rows, delivery->next);
  attempt = attempt_new (delivery, row);
  msg = ullim_server_stored_to_message (
      row, self->nta, ((UllimServerBinding *) g_ptr_array_index (bindings, 0))->contact);
  if (!msg) {
    g_warning ("a stored message of %s cannot be read", delivery->name);
    on_outcome (400, NULL, attempt);
    on_finished (FALSE, attempt);
    return;
  }
  fork = ullim_server_fork_new (self->forks, msg, ULLIM_SERVER_MESSAGE_WAIT_MS, &delivery_handlers,
                                attempt);
  for (guint i = 0; i < bindings->len; i++) {
    const UllimServerBinding *binding = g_ptr_array_index (bindings, i);

    ullim_server_fork_add (fork, binding->contact, binding->flow, binding->tport, NULL);
  }
  msg_destroy (msg);
  ullim_server_fork_start (fork);
}

void
ullim_server_offline_deliver (UllimServerOffline *self, const char *name)
{
  Queue    *queue = g_hash_table_lookup (self->queues, name);
  Delivery *delivery;

  if (!queue || queue->count == 0 ||
      !ullim_server_bindings_list (self->bindings, name, g_get_real_time () / G_USEC_PER_SEC))
    return;
  if (queue->delivering) {
    queue->again = TRUE;
    return;
  }
  queue->delivering = TRUE;
  delivery = g_new0 (Delivery, 1);
  delivery->self = self;
  delivery->name = g_strdup (name);
  delivery->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_server_stored_free);
  ullim_server_db_submit (self->db, read_rows, on_rows, delivery);
}

/* ---- upkeep ---- */

void
ullim_server_offline_retry (UllimServerOffline *self)
{
  GHashTableIter iter;
  gpointer       name;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->queues);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    const Queue *queue = value;

    if (!queue->delivering)
      ullim_server_offline_deliver (self, name);
  }
}

static gboolean
delete_orphans (UllimServerSqlite *sqlite, gpointer data)
{
  return ullim_server_stored_delete_orphans (sqlite);
}

static void
on_orphans_deleted (gboolean ok, gpointer data)
{
  if (!ok)
    g_warning ("messages for removed accounts cannot be deleted");
}

void
ullim_server_offline_retain (UllimServerOffline *self,
                             gboolean (*keep) (const char *name, gpointer data),
                             gpointer data)
{
  GHashTableIter iter;
  gpointer       name;
  gpointer       value;
  gboolean       orphans = FALSE;

  g_hash_table_iter_init (&iter, self->queues);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    Queue *queue = value;

    if (keep (name, data))
      continue;
    orphans |= queue->count > 0;
    queue->count = queue->storing;
    queue->bytes = 0;
  }
  /* After what is being stored: the database works in order. */
  if (orphans)
    ullim_server_db_submit (self->db, delete_orphans, on_orphans_deleted, self);
}

static gboolean
delete_old (UllimServerSqlite *sqlite, gpointer data)
{
  return ullim_server_stored_delete_older (sqlite, WAITING_S);
}

static void
on_old_deleted (gboolean ok, gpointer data)
{
  if (!ok)
    g_warning ("old messages cannot be deleted");
}

void
ullim_server_offline_expire (UllimServerOffline *self)
{
  ullim_server_db_submit (self->db, delete_old, on_old_deleted, self);
}
