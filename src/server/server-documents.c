/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table and its copy in memory. Each document is a slot with the changes that wait for their
 * turn: one is judged, written and told before the next is judged.
 */
#define G_LOG_DOMAIN "server-documents"

#include "server-documents.h"

#include "server-log.h"

#include <openssl/rand.h>
#include <string.h>

#define ETAG_BYTES ((ULLIM_SERVER_ETAG_SIZE - 1) / 2)

static const char *const usages[] = {ULLIM_SERVER_RESOURCE_LISTS, ULLIM_SERVER_RLS_SERVICES,
                                     ULLIM_SERVER_PRES_RULES};

typedef struct {
  UllimServerDocumentsListener callback;
  gpointer                     data;
} Listener;

struct _UllimServerDocuments {
  UllimServerDb *db;        /* weak */
  GHashTable    *slots;     /* (owned): "auid/name" -> Slot */
  GArray        *listeners; /* of Listener */
};

typedef struct {
  char                *key;      /* owned */
  UllimServerDocument *document; /* owned, nullable */
  GQueue               waiting;  /* of Change */
  gboolean             is_busy;  /* one is being written */
} Slot;

typedef struct {
  UllimServerDocumentsChange change;
  UllimServerDocumentsDone   done;
  gpointer                   data;
  UllimServerDocuments      *self;
  Slot                      *slot;
  UllimServerDocument       *document; /* owned: what is written; its body is NULL to remove it */
} Change;

static void
document_free (UllimServerDocument *document)
{
  if (!document)
    return;
  g_free (document->name);
  g_clear_pointer (&document->body, g_bytes_unref);
  g_free (document);
}

static void
slot_free (gpointer data)
{
  Slot *slot = data;

  g_warn_if_fail (g_queue_is_empty (&slot->waiting));
  document_free (slot->document);
  g_free (slot->key);
  g_free (slot);
}

/* The constant that is equal to @auid, which lives as long as the program. */
static const char *
known_usage (const char *auid)
{
  for (guint i = 0; i < G_N_ELEMENTS (usages); i++) {
    if (strcmp (auid, usages[i]) == 0)
      return usages[i];
  }
  return NULL;
}

static Slot *
get_slot (UllimServerDocuments *self, const char *auid, const char *name)
{
  g_autofree char *key = g_strconcat (auid, "/", name, NULL);
  Slot            *slot = g_hash_table_lookup (self->slots, key);

  if (!slot) {
    slot = g_new0 (Slot, 1);
    slot->key = g_steal_pointer (&key);
    g_queue_init (&slot->waiting);
    g_hash_table_insert (self->slots, slot->key, slot);
  }
  return slot;
}

static void
drop_if_empty (UllimServerDocuments *self, Slot *slot)
{
  if (!slot->document && !slot->is_busy && g_queue_is_empty (&slot->waiting))
    g_hash_table_remove (self->slots, slot->key);
}

static UllimServerDocument *
document_new (const char *auid, const char *name, GBytes *body)
{
  UllimServerDocument *document = g_new0 (UllimServerDocument, 1);

  document->auid = auid;
  document->name = g_strdup (name);
  document->body = body;
  return document;
}

static void
read_all (UllimServerDocuments *self, UllimServerSqlite *sqlite)
{
  sqlite3_stmt *statement =
      ullim_server_sqlite_prepare (sqlite, "SELECT auid, name, etag, body FROM documents");

  while (statement && sqlite3_step (statement) == SQLITE_ROW) {
    const char *auid = known_usage ((const char *) sqlite3_column_text (statement, 0));
    const char *name = (const char *) sqlite3_column_text (statement, 1);
    Slot       *slot;

    if (!auid)
      continue;
    slot = get_slot (self, auid, name);
    slot->document = document_new (
        auid, name,
        g_bytes_new (sqlite3_column_blob (statement, 3), sqlite3_column_bytes (statement, 3)));
    g_strlcpy (slot->document->etag, (const char *) sqlite3_column_text (statement, 2),
               ULLIM_SERVER_ETAG_SIZE);
  }
  if (statement)
    sqlite3_reset (statement);
}

UllimServerDocuments *
ullim_server_documents_new (UllimServerSqlite *sqlite)
{
  UllimServerDocuments *self = g_new0 (UllimServerDocuments, 1);

  self->slots = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, slot_free);
  self->listeners = g_array_new (FALSE, FALSE, sizeof (Listener));
  read_all (self, sqlite);
  return self;
}

void
ullim_server_documents_free (UllimServerDocuments *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->slots);
  g_array_unref (self->listeners);
  g_free (self);
}

void
ullim_server_documents_set_db (UllimServerDocuments *self, UllimServerDb *db)
{
  self->db = db;
}

const UllimServerDocument *
ullim_server_documents_find (UllimServerDocuments *self, const char *auid, const char *name)
{
  g_autofree char *key = g_strconcat (auid, "/", name, NULL);
  Slot            *slot = g_hash_table_lookup (self->slots, key);

  return slot ? slot->document : NULL;
}

void
ullim_server_documents_listen (UllimServerDocuments        *self,
                               UllimServerDocumentsListener listener,
                               gpointer                     data)
{
  Listener entry = {listener, data};

  g_array_append_val (self->listeners, entry);
}

static void
tell (UllimServerDocuments      *self,
      const char                *auid,
      const char                *name,
      const UllimServerDocument *document,
      const char                *previous_etag)
{
  for (guint i = 0; i < self->listeners->len; i++) {
    Listener *listener = &g_array_index (self->listeners, Listener, i);

    listener->callback (auid, name, document, previous_etag, listener->data);
  }
}

/* ---- database thread ---- */

/* Nothing is kept for an account that was removed in the meantime. */
static gboolean
write_document (UllimServerSqlite *sqlite, const UllimServerDocument *document)
{
  gsize         size;
  const void   *bytes = g_bytes_get_data (document->body, &size);
  sqlite3_stmt *statement = ullim_server_sqlite_prepare (
      sqlite, "INSERT OR REPLACE INTO documents (auid, name, etag, body)"
              " SELECT ?1, name, ?3, ?4 FROM accounts WHERE name = ?2");

  if (!statement)
    return FALSE;
  sqlite3_bind_text (statement, 1, document->auid, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, document->name, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 3, document->etag, -1, SQLITE_STATIC);
  sqlite3_bind_blob64 (statement, 4, bytes, size, SQLITE_STATIC);
  return ullim_server_sqlite_run (sqlite, statement) &&
         sqlite3_changes (ullim_server_sqlite_handle (sqlite)) == 1;
}

static gboolean
delete_document (UllimServerSqlite *sqlite, const UllimServerDocument *document)
{
  sqlite3_stmt *statement =
      ullim_server_sqlite_prepare (sqlite, "DELETE FROM documents WHERE auid = ? AND name = ?");

  if (!statement)
    return FALSE;
  sqlite3_bind_text (statement, 1, document->auid, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, document->name, -1, SQLITE_STATIC);
  return ullim_server_sqlite_run (sqlite, statement);
}

static gboolean
write_change (UllimServerSqlite *sqlite, gpointer data)
{
  const UllimServerDocument *document = ((Change *) data)->document;

  return document->body ? write_document (sqlite, document) : delete_document (sqlite, document);
}

/* ---- changing ---- */

static void run_waiting (UllimServerDocuments *self, Slot *slot);

static void
take_over (UllimServerDocuments *self, Slot *slot, UllimServerDocument *owned)
{
  UllimServerDocument *before = g_steal_pointer (&slot->document);

  if (owned->body)
    slot->document = owned;
  tell (self, owned->auid, owned->name, slot->document, before ? before->etag : NULL);
  if (!owned->body)
    document_free (owned);
  document_free (before);
}

static void
on_written (gboolean ok, gpointer data)
{
  Change *change = data;
  Slot   *slot = change->slot;

  slot->is_busy = FALSE;
  if (ok)
    take_over (change->self, slot, g_steal_pointer (&change->document));
  change->done (ok, slot->document, change->data);
  run_waiting (change->self, slot);
  document_free (change->document);
  g_free (change);
}

static void
make_etag (char *out)
{
  guint8 bytes[ETAG_BYTES];

  if (RAND_bytes (bytes, sizeof bytes) != 1)
    g_error ("no randomness");
  for (guint i = 0; i < ETAG_BYTES; i++)
    g_snprintf (out + 2 * i, 3, "%02x", bytes[i]);
}

static void
run_waiting (UllimServerDocuments *self, Slot *slot)
{
  while (!slot->is_busy && !g_queue_is_empty (&slot->waiting)) {
    Change *change = g_queue_pop_head (&slot->waiting);

    if (!change->change (slot->document, &change->document->body, change->data)) {
      slot->is_busy = TRUE; /* keeps the slot while its owner may ask for more */
      change->done (TRUE, slot->document, change->data);
      slot->is_busy = FALSE;
      document_free (change->document);
      g_free (change);
      continue;
    }
    make_etag (change->document->etag);
    slot->is_busy = TRUE;
    ullim_server_db_submit (self->db, write_change, on_written, change);
  }
  drop_if_empty (self, slot);
}

void
ullim_server_documents_change (UllimServerDocuments      *self,
                               const char                *auid,
                               const char                *name,
                               UllimServerDocumentsChange change,
                               UllimServerDocumentsDone   done,
                               gpointer                   data)
{
  Slot   *slot = get_slot (self, auid, name);
  Change *entry = g_new0 (Change, 1);

  *entry = (Change){change, done, data, self, slot, document_new (known_usage (auid), name, NULL)};
  g_queue_push_tail (&slot->waiting, entry);
  run_waiting (self, slot);
}

/* ---- what others removed ---- */

typedef struct {
  UllimServerDocuments *self;
  GHashTable           *present; /* owned: "auid/name", a set */
} Reload;

static gboolean
read_keys (UllimServerSqlite *sqlite, gpointer data)
{
  Reload       *reload = data;
  sqlite3_stmt *statement =
      ullim_server_sqlite_prepare (sqlite, "SELECT auid || '/' || name FROM documents");
  int result = SQLITE_ERROR;

  while (statement && (result = sqlite3_step (statement)) == SQLITE_ROW)
    g_hash_table_add (reload->present,
                      g_strdup ((const char *) sqlite3_column_text (statement, 0)));
  if (statement)
    sqlite3_reset (statement);
  return result == SQLITE_DONE;
}

static void
on_keys_read (gboolean ok, gpointer data)
{
  Reload        *reload = data;
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, reload->self->slots);
  while (ok && g_hash_table_iter_next (&iter, NULL, &value)) {
    Slot *slot = value;

    if (!slot->document || g_hash_table_contains (reload->present, slot->key))
      continue;
    g_clear_pointer (&slot->document, document_free);
    if (!slot->is_busy)
      g_hash_table_iter_remove (&iter);
  }
  g_hash_table_unref (reload->present);
  g_free (reload);
}

void
ullim_server_documents_reload (UllimServerDocuments *self)
{
  Reload *reload = g_new (Reload, 1);

  *reload = (Reload){self, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL)};
  ullim_server_db_submit (self->db, read_keys, on_keys_read, reload);
}
