/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One queue per person. A message waits as the text of its headers and its body, and leaves as a
 * new request with the same From, To, Call-ID, CSeq and Date: a client that got it just before a
 * crash of the server recognises the repetition.
 */
#define G_LOG_DOMAIN "server-offline"

#include "server-offline.h"

#include "server-log.h"

#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <string.h>

/* Rows that are read at one time. */
#define BATCH 16
/* Bytes of a message's digest that are kept. */
#define DIGEST_BYTES 16
/* Digests in memory; beyond that they start anew, and the database alone tells repetitions. */
#define MAX_RECENT 100000
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

typedef struct {
  gint64  id;
  char   *headers;
  GBytes *body;
} Row;

static void
row_free (Row *row)
{
  g_free (row->headers);
  g_bytes_unref (row->body);
  g_free (row);
}

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
read_counts (UllimServerOffline *self, UllimServerSqlite *sqlite)
{
  sqlite3_stmt *row = ullim_server_sqlite_prepare (
      sqlite,
      "SELECT name, count(*), sum(length(body) + length(headers)) FROM waiting GROUP BY name");

  while (row && sqlite3_step (row) == SQLITE_ROW) {
    Queue *queue = ensure_queue (self, (const char *) sqlite3_column_text (row, 0));

    queue->count = sqlite3_column_int (row, 1);
    queue->bytes = sqlite3_column_int64 (row, 2);
  }
  if (row)
    sqlite3_reset (row);
}

static void
read_recent (UllimServerOffline *self, UllimServerSqlite *sqlite)
{
  sqlite3_stmt *row = ullim_server_sqlite_prepare (
      sqlite, "SELECT digest FROM recent ORDER BY received DESC LIMIT " G_STRINGIFY (MAX_RECENT));

  while (row && sqlite3_step (row) == SQLITE_ROW)
    g_hash_table_add (self->recent,
                      g_bytes_new (sqlite3_column_blob (row, 0), sqlite3_column_bytes (row, 0)));
  if (row)
    sqlite3_reset (row);
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
  read_counts (self, sqlite);
  read_recent (self, sqlite);
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

/* ---- what is kept of a message ---- */

static void
add_to_checksum (GChecksum *sum, const char *text)
{
  if (text)
    g_checksum_update (sum, (const guchar *) text, -1);
  g_checksum_update (sum, (const guchar *) "", 1);
}

/* Two sendings of one message are equal in these; a client that sends it again after a crash keeps
 * Call-ID and Date, but challenges raise its CSeq, so that counts only where there is no Date. */
static GBytes *
message_digest (const sip_t *sip)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8                digest[32];
  gsize                 length = sizeof digest;
  char                  when[32];

  g_snprintf (when, sizeof when, "%s%lu", sip->sip_date ? "d" : "c",
              sip->sip_date ? (gulong) sip->sip_date->d_time : (gulong) sip->sip_cseq->cs_seq);
  add_to_checksum (sum, sip->sip_from->a_url->url_user);
  add_to_checksum (sum, sip->sip_from->a_url->url_host);
  add_to_checksum (sum, sip->sip_to->a_url->url_user);
  add_to_checksum (sum, sip->sip_request->rq_url->url_user);
  add_to_checksum (sum, sip->sip_call_id->i_id);
  add_to_checksum (sum, when);
  add_to_checksum (sum, sip->sip_content_type ? sip->sip_content_type->c_type : NULL);
  if (sip->sip_payload && sip->sip_payload->pl_data)
    g_checksum_update (sum, (const guchar *) sip->sip_payload->pl_data, sip->sip_payload->pl_len);
  g_checksum_get_digest (sum, digest, &length);
  return g_bytes_new (digest, DIGEST_BYTES);
}

static void
add_header (GString *text, su_home_t *home, const void *header)
{
  const sip_header_t *h = header;
  char               *value;

  if (!h)
    return;
  value = sip_header_as_string (home, h);
  if (value && !strpbrk (value, "\r\n"))
    g_string_append_printf (text, "%s: %s\r\n", h->sh_class->hc_name, value);
  su_free (home, value);
}

/* Content-Length, Via and the way here belong to the transport, credentials to nobody. */
static char *
headers_to_keep (const sip_t *sip)
{
  GString  *text = g_string_new (NULL);
  su_home_t home[1] = {SU_HOME_INIT (home)};

  su_home_init (home);
  add_header (text, home, sip->sip_from);
  add_header (text, home, sip->sip_to);
  add_header (text, home, sip->sip_call_id);
  add_header (text, home, sip->sip_cseq);
  add_header (text, home, sip->sip_date ? sip->sip_date : sip_date_create (home, 0));
  add_header (text, home, sip->sip_content_type);
  add_header (text, home, sip->sip_content_encoding);
  add_header (text, home, sip->sip_content_disposition);
  add_header (text, home, sip->sip_content_language);
  add_header (text, home, sip->sip_subject);
  add_header (text, home, sip->sip_priority);
  add_header (text, home, sip->sip_in_reply_to);
  add_header (text, home, sip->sip_user_agent);
  su_home_deinit (home);
  return g_string_free (text, FALSE);
}

/* ---- keeping ---- */

typedef struct {
  UllimServerOffline    *self;
  char                  *name;
  char                  *headers;
  GBytes                *body;
  GBytes                *digest;
  gboolean               try_now;
  UllimServerOfflineKept kept;
  gpointer               data;
  gint64                 id; /* set by the database thread */
} Keep;

static void
keep_free (Keep *keep)
{
  g_free (keep->name);
  g_free (keep->headers);
  g_bytes_unref (keep->body);
  g_bytes_unref (keep->digest);
  g_free (keep);
}

/* Returns FALSE for failure; *is_new tells a first time from a repetition. */
static gboolean
store_digest (UllimServerSqlite *sqlite, GBytes *digest, gboolean *is_new)
{
  sqlite3_stmt *insert =
      ullim_server_sqlite_prepare (sqlite, "INSERT OR IGNORE INTO recent VALUES (?, unixepoch())");

  if (insert)
    sqlite3_bind_blob (insert, 1, g_bytes_get_data (digest, NULL), g_bytes_get_size (digest),
                       SQLITE_STATIC);
  if (!ullim_server_sqlite_run (sqlite, insert))
    return FALSE;
  *is_new = sqlite3_changes (ullim_server_sqlite_handle (sqlite)) > 0;
  return TRUE;
}

static gboolean
store_row (UllimServerSqlite *sqlite, Keep *keep)
{
  sqlite3_stmt *insert = ullim_server_sqlite_prepare (
      sqlite, "INSERT INTO waiting (name, headers, body, received) VALUES (?, ?, ?, unixepoch())");

  if (!insert)
    return FALSE;
  sqlite3_bind_text (insert, 1, keep->name, -1, SQLITE_STATIC);
  sqlite3_bind_text (insert, 2, keep->headers, -1, SQLITE_STATIC);
  /* An empty blob must not become NULL. */
  sqlite3_bind_blob (insert, 3,
                     g_bytes_get_size (keep->body) ? g_bytes_get_data (keep->body, NULL) : "",
                     g_bytes_get_size (keep->body), SQLITE_STATIC);
  if (!ullim_server_sqlite_run (sqlite, insert))
    return FALSE;
  keep->id = sqlite3_last_insert_rowid (ullim_server_sqlite_handle (sqlite));
  return TRUE;
}

static gboolean
store (UllimServerSqlite *sqlite, gpointer data)
{
  Keep    *keep = data;
  gboolean is_new = FALSE;
  gboolean stored;

  if (!ullim_server_sqlite_exec (sqlite, "SAVEPOINT keep"))
    return FALSE;
  stored = store_digest (sqlite, keep->digest, &is_new) && (!is_new || store_row (sqlite, keep));
  if (!stored)
    ullim_server_sqlite_exec (sqlite, "ROLLBACK TO keep");
  ullim_server_sqlite_exec (sqlite, "RELEASE keep");
  return stored;
}

static gsize
size_of (GBytes *body, const char *headers)
{
  return g_bytes_get_size (body) + strlen (headers);
}

static void
on_stored (gboolean ok, gpointer data)
{
  Keep               *keep = data;
  UllimServerOffline *self = keep->self;
  Queue              *queue = ensure_queue (self, keep->name);

  queue->storing--;
  if (!ok || keep->id == 0) {
    /* Not stored, or stored before: the place that was reserved is free again. */
    queue->count -= MIN (queue->count, 1);
    queue->bytes -= MIN (queue->bytes, size_of (keep->body, keep->headers));
  }
  if (g_hash_table_size (self->recent) >= MAX_RECENT)
    g_hash_table_remove_all (self->recent);
  if (ok)
    g_hash_table_add (self->recent, g_bytes_ref (keep->digest));
  ullim_server_event ("%s name=%s id=%" G_GINT64_FORMAT,
                      !ok        ? "not-kept"
                      : keep->id ? "kept"
                                 : "kept-before",
                      keep->name, keep->id);
  keep->kept (ok ? 202 : 500, keep->id, keep->data);
  if (ok && keep->try_now)
    ullim_server_offline_deliver (self, keep->name);
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
  const sip_t *sip = sip_object (msg);
  Queue       *queue = ensure_queue (self, name);
  Keep        *keep;
  gsize        size;

  keep = g_new0 (Keep, 1);
  keep->self = self;
  keep->name = g_strdup (name);
  keep->headers = headers_to_keep (sip);
  keep->body = sip->sip_payload ? g_bytes_new (sip->sip_payload->pl_data, sip->sip_payload->pl_len)
                                : g_bytes_new (NULL, 0);
  keep->digest = message_digest (sip);
  keep->try_now = try_now;
  keep->kept = kept;
  keep->data = data;
  size = size_of (keep->body, keep->headers);
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
  g_autoptr (GBytes) digest = message_digest (sip_object (msg));

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
  Deletion     *deletion = data;
  sqlite3_stmt *statement =
      ullim_server_sqlite_prepare (sqlite, "DELETE FROM waiting WHERE id = ?");

  if (statement)
    sqlite3_bind_int64 (statement, 1, deletion->id);
  return ullim_server_sqlite_run (sqlite, statement);
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
  Delivery     *delivery = data;
  sqlite3_stmt *row = ullim_server_sqlite_prepare (
      sqlite,
      "SELECT id, headers, body FROM waiting WHERE name = ? ORDER BY id LIMIT " G_STRINGIFY (
          BATCH));

  if (!row)
    return FALSE;
  sqlite3_bind_text (row, 1, delivery->name, -1, SQLITE_STATIC);
  while (sqlite3_step (row) == SQLITE_ROW) {
    Row *copy = g_new (Row, 1);

    copy->id = sqlite3_column_int64 (row, 0);
    copy->headers = g_strdup ((const char *) sqlite3_column_text (row, 1));
    copy->body = g_bytes_new (sqlite3_column_blob (row, 2), sqlite3_column_bytes (row, 2));
    g_ptr_array_add (delivery->rows, copy);
  }
  sqlite3_reset (row);
  return TRUE;
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
attempt_new (Delivery *delivery, const Row *row)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->self = delivery->self;
  attempt->delivery = delivery;
  attempt->id = row->id;
  attempt->bytes = size_of (row->body, row->headers);
  return attempt;
}

static msg_t *
make_message (UllimServerOffline *self, const Row *row, const char *uri)
{
  msg_t      *msg = nta_msg_create (self->nta, 0);
  sip_t      *sip = sip_object (msg);
  su_home_t  *home = msg_home (msg);
  gsize       length;
  const void *body = g_bytes_get_data (row->body, &length);

  if (sip_add_tl (msg, sip,
                  SIPTAG_REQUEST (
                      sip_request_create (home, SIP_METHOD_MESSAGE, URL_STRING_MAKE (uri), NULL)),
                  SIPTAG_HEADER_STR (row->headers),
                  TAG_IF (length > 0, SIPTAG_PAYLOAD (sip_payload_create (home, body, length))),
                  TAG_END ()) < 0 ||
      !sip->sip_request || !sip->sip_from || !sip->sip_to || !sip->sip_call_id || !sip->sip_cseq) {
    msg_destroy (msg);
    return NULL;
  }
  return msg;
}

static void
send_next (Delivery *delivery)
{
  UllimServerOffline *self = delivery->self;
  gint64              now_s = g_get_real_time () / G_USEC_PER_SEC;
  GPtrArray          *bindings = ullim_server_bindings_list (self->bindings, delivery->name, now_s);
  const Row          *row;
  Attempt            *attempt;
  UllimServerFork    *fork;
  msg_t              *msg;

  if (!bindings || delivery->next >= delivery->rows->len) {
    end_delivery (delivery, delivery->next < delivery->rows->len);
    return;
  }
  row = g_ptr_array_index (delivery->rows, delivery->next);
  attempt = attempt_new (delivery, row);
  msg = make_message (self, row, ((UllimServerBinding *) g_ptr_array_index (bindings, 0))->contact);
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
  delivery->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) row_free);
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
  return ullim_server_sqlite_run (
      sqlite, ullim_server_sqlite_prepare (
                  sqlite, "DELETE FROM waiting WHERE name NOT IN (SELECT name FROM accounts)"));
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
  static const char *const statements[] = {
      "DELETE FROM waiting WHERE received < unixepoch() - ?",
      "DELETE FROM recent WHERE received < unixepoch() - ?",
  };

  for (guint i = 0; i < G_N_ELEMENTS (statements); i++) {
    sqlite3_stmt *statement = ullim_server_sqlite_prepare (sqlite, statements[i]);

    if (statement)
      sqlite3_bind_int64 (statement, 1, WAITING_S);
    if (!ullim_server_sqlite_run (sqlite, statement))
      return FALSE;
  }
  return TRUE;
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
