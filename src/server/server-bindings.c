/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Three tables over the same bindings: by person, by contact for requests inside dialogs, and by
 * flow to know which connections matter. Changes are gathered per person and written together every
 * few seconds: a person who loses the last seconds in a crash is asked to register again sooner
 * than a message is lost, because a message that finds nobody is kept.
 */
#define G_LOG_DOMAIN "server-bindings"

#include "server-bindings.h"

#include "server-log.h"

#include <string.h>

struct _UllimServerBindings {
  GHashTable *people;  /* (owned): name -> GPtrArray of bindings */
  GHashTable *targets; /* (owned): target -> binding (weak) */
  GHashTable *flows;   /* (owned): flow -> number of bindings */
  GHashTable *dirty;   /* (owned): set of names whose UDP bindings changed */
  guint       count;
};

/* ---- one binding ---- */

char *
ullim_server_bindings_target (const char *user, const char *host, const char *port)
{
  g_autofree char *lower = g_ascii_strdown (host ? host : "", -1);

  return g_strconcat (user ? user : "", "@", lower, ":", port && *port ? port : "5060", NULL);
}

static char *
target_of (const char *contact)
{
  su_home_t home[1] = {SU_HOME_INIT (home)};
  url_t    *url;
  char     *target;

  su_home_init (home);
  url = url_hdup (home, (const url_t *) contact);
  target = url ? ullim_server_bindings_target (url->url_user, url->url_host, url->url_port)
               : g_strdup (contact);
  su_home_deinit (home);
  return target;
}

UllimServerBinding *
ullim_server_binding_new (const char *contact,
                          const char *flow,
                          tport_t    *tport,
                          const char *instance,
                          guint32     reg_id,
                          const char *call_id,
                          guint32     cseq,
                          gint64      expires_s)
{
  UllimServerBinding *binding = g_new0 (UllimServerBinding, 1);

  binding->contact = g_strdup (contact);
  binding->target = target_of (contact);
  binding->flow = g_strdup (flow);
  binding->tport = tport ? tport_ref (tport) : NULL;
  binding->instance = g_strdup (instance);
  binding->reg_id = reg_id;
  binding->call_id = g_strdup (call_id);
  binding->cseq = cseq;
  binding->expires_s = expires_s;
  binding->heard_us = g_get_monotonic_time ();
  return binding;
}

void
ullim_server_binding_free (UllimServerBinding *binding)
{
  g_free (binding->contact);
  g_free (binding->target);
  g_free (binding->flow);
  if (binding->tport)
    tport_unref (binding->tport);
  g_free (binding->instance);
  g_free (binding->call_id);
  g_free (binding);
}

gboolean
ullim_server_binding_is_usable (const UllimServerBinding *binding, gint64 now_s)
{
  if (binding->expires_s <= now_s)
    return FALSE;
  return !binding->tport ||
         (!tport_is_closed (binding->tport) && !tport_is_shutdown (binding->tport) &&
          tport_is_clear_to_send (binding->tport));
}

/* ---- the tables ---- */

static void
index_add (UllimServerBindings *self, UllimServerBinding *binding)
{
  guint users = GPOINTER_TO_UINT (g_hash_table_lookup (self->flows, binding->flow));

  g_hash_table_replace (self->flows, g_strdup (binding->flow), GUINT_TO_POINTER (users + 1));
  g_hash_table_replace (self->targets, binding->target, binding);
  self->count++;
}

static void
index_remove (UllimServerBindings *self, UllimServerBinding *binding)
{
  guint users = GPOINTER_TO_UINT (g_hash_table_lookup (self->flows, binding->flow));

  if (users > 1)
    g_hash_table_replace (self->flows, g_strdup (binding->flow), GUINT_TO_POINTER (users - 1));
  else
    g_hash_table_remove (self->flows, binding->flow);
  if (g_hash_table_lookup (self->targets, binding->target) == binding)
    g_hash_table_remove (self->targets, binding->target);
  self->count--;
}

static void
mark_dirty (UllimServerBindings *self, const char *name, const UllimServerBinding *binding)
{
  if (!binding->tport && !g_hash_table_contains (self->dirty, name))
    g_hash_table_add (self->dirty, g_strdup (name));
}

static void
drop (UllimServerBindings *self, const char *name, GPtrArray *bindings, guint i)
{
  UllimServerBinding *binding = g_ptr_array_index (bindings, i);

  index_remove (self, binding);
  mark_dirty (self, name, binding);
  g_ptr_array_remove_index (bindings, i); /* frees it */
}

static void
drop_unusable (UllimServerBindings *self, const char *name, GPtrArray *bindings, gint64 now_s)
{
  for (guint i = bindings->len; i-- > 0;) {
    UllimServerBinding *binding = g_ptr_array_index (bindings, i);

    if (ullim_server_binding_is_usable (binding, now_s))
      continue;
    ullim_server_event ("unbound name=%s flow=%s why=%s", name, binding->flow,
                        binding->expires_s <= now_s ? "expired" : "closed");
    drop (self, name, bindings, i);
  }
}

static gboolean
matches (const UllimServerBinding *binding,
         const char               *contact,
         const char               *instance,
         guint32                   reg_id)
{
  if (instance && binding->instance)
    return strcmp (instance, binding->instance) == 0 && reg_id == binding->reg_id;
  return strcmp (contact, binding->contact) == 0;
}

static void
read_row (UllimServerBindings *self, sqlite3_stmt *row)
{
  ullim_server_bindings_put (
      self, (const char *) sqlite3_column_text (row, 0),
      ullim_server_binding_new (
          (const char *) sqlite3_column_text (row, 1), (const char *) sqlite3_column_text (row, 2),
          NULL, (const char *) sqlite3_column_text (row, 3),
          (guint32) sqlite3_column_int64 (row, 4), (const char *) sqlite3_column_text (row, 5),
          (guint32) sqlite3_column_int64 (row, 6), sqlite3_column_int64 (row, 7)));
}

UllimServerBindings *
ullim_server_bindings_new (UllimServerSqlite *sqlite)
{
  UllimServerBindings *self = g_new0 (UllimServerBindings, 1);
  sqlite3_stmt        *row = ullim_server_sqlite_prepare (
             sqlite, "SELECT name, contact, flow, instance, reg_id, call_id, cseq, expires"
                            " FROM bindings"
                            " WHERE expires > unixepoch()");

  self->people =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->targets = g_hash_table_new (g_str_hash, g_str_equal);
  self->flows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->dirty = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  while (row && sqlite3_step (row) == SQLITE_ROW)
    read_row (self, row);
  if (row)
    sqlite3_reset (row);
  g_hash_table_remove_all (self->dirty);
  return self;
}

void
ullim_server_bindings_free (UllimServerBindings *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->targets);
  g_hash_table_unref (self->people);
  g_hash_table_unref (self->flows);
  g_hash_table_unref (self->dirty);
  g_free (self);
}

GPtrArray *
ullim_server_bindings_list (UllimServerBindings *self, const char *name, gint64 now_s)
{
  GPtrArray *bindings = g_hash_table_lookup (self->people, name);

  if (!bindings)
    return NULL;
  drop_unusable (self, name, bindings, now_s);
  if (bindings->len > 0)
    return bindings;
  g_hash_table_remove (self->people, name);
  return NULL;
}

UllimServerBinding *
ullim_server_bindings_match (UllimServerBindings *self,
                             const char          *name,
                             const char          *contact,
                             const char          *instance,
                             guint32              reg_id)
{
  GPtrArray *bindings = g_hash_table_lookup (self->people, name);

  for (guint i = 0; bindings && i < bindings->len; i++) {
    UllimServerBinding *binding = g_ptr_array_index (bindings, i);

    if (matches (binding, contact, instance, reg_id))
      return binding;
  }
  return NULL;
}

void
ullim_server_bindings_put (UllimServerBindings *self, const char *name, UllimServerBinding *binding)
{
  GPtrArray *bindings = g_hash_table_lookup (self->people, name);

  if (!bindings) {
    bindings = g_ptr_array_new_full (1, (GDestroyNotify) ullim_server_binding_free);
    g_hash_table_insert (self->people, g_strdup (name), bindings);
  }
  for (guint i = bindings->len; i-- > 0;) {
    if (matches (g_ptr_array_index (bindings, i), binding->contact, binding->instance,
                 binding->reg_id))
      drop (self, name, bindings, i);
  }
  g_ptr_array_add (bindings, binding);
  index_add (self, binding);
  mark_dirty (self, name, binding);
}

void
ullim_server_bindings_refresh (UllimServerBindings *self,
                               const char          *name,
                               UllimServerBinding  *binding,
                               const char          *call_id,
                               guint32              cseq,
                               gint64               expires_s)
{
  if (strcmp (binding->call_id, call_id) != 0) {
    g_free (binding->call_id);
    binding->call_id = g_strdup (call_id);
  }
  binding->cseq = cseq;
  binding->expires_s = expires_s;
  binding->heard_us = g_get_monotonic_time ();
  mark_dirty (self, name, binding);
}

void
ullim_server_bindings_remove (UllimServerBindings      *self,
                              const char               *name,
                              const UllimServerBinding *binding)
{
  GPtrArray *bindings = g_hash_table_lookup (self->people, name);

  if (!bindings)
    return;
  for (guint i = bindings->len; i-- > 0;) {
    if (!binding || g_ptr_array_index (bindings, i) == binding)
      drop (self, name, bindings, i);
  }
  if (bindings->len == 0)
    g_hash_table_remove (self->people, name);
}

UllimServerBinding *
ullim_server_bindings_find_target (UllimServerBindings *self, const char *target, gint64 now_s)
{
  UllimServerBinding *binding = g_hash_table_lookup (self->targets, target);

  return binding && ullim_server_binding_is_usable (binding, now_s) ? binding : NULL;
}

gboolean
ullim_server_bindings_has_flow (UllimServerBindings *self, const char *flow)
{
  return g_hash_table_contains (self->flows, flow);
}

void
ullim_server_bindings_sweep (UllimServerBindings *self, gint64 now_s)
{
  GHashTableIter iter;
  gpointer       name;
  gpointer       bindings;

  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, &name, &bindings)) {
    drop_unusable (self, name, bindings, now_s);
    if (((GPtrArray *) bindings)->len == 0)
      g_hash_table_iter_remove (&iter);
  }
}

void
ullim_server_bindings_retain (UllimServerBindings *self,
                              gboolean (*keep) (const char *name, gpointer data),
                              gpointer data)
{
  GHashTableIter iter;
  gpointer       name;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    GPtrArray *bindings = value;

    if (keep (name, data))
      continue;
    ullim_server_event ("unbound name=%s flow=* why=account", (const char *) name);
    while (bindings->len > 0)
      drop (self, name, bindings, bindings->len - 1);
    g_hash_table_iter_remove (&iter);
  }
}

guint
ullim_server_bindings_count (UllimServerBindings *self)
{
  return self->count;
}

/* ---- writing behind ---- */

typedef struct {
  GPtrArray *names;    /* (owned): whose rows are written anew */
  GPtrArray *bindings; /* (owned): copies, in step with @owners */
  GPtrArray *owners;   /* names, weak: of @names */
} Flush;

static void
flush_free (Flush *flush)
{
  g_ptr_array_unref (flush->bindings);
  g_ptr_array_unref (flush->owners);
  g_ptr_array_unref (flush->names);
  g_free (flush);
}

static gboolean
write_binding (UllimServerSqlite *sqlite, const char *name, const UllimServerBinding *binding)
{
  sqlite3_stmt *insert = ullim_server_sqlite_prepare (
      sqlite, "INSERT OR REPLACE INTO bindings VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

  if (!insert)
    return FALSE;
  sqlite3_bind_text (insert, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_text (insert, 2, binding->contact, -1, SQLITE_STATIC);
  sqlite3_bind_text (insert, 3, binding->flow, -1, SQLITE_STATIC);
  sqlite3_bind_text (insert, 4, binding->instance, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (insert, 5, binding->reg_id);
  sqlite3_bind_text (insert, 6, binding->call_id, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (insert, 7, binding->cseq);
  sqlite3_bind_int64 (insert, 8, binding->expires_s);
  return ullim_server_sqlite_run (sqlite, insert);
}

static gboolean
write_flush (UllimServerSqlite *sqlite, gpointer data)
{
  Flush   *flush = data;
  gboolean written = TRUE;

  for (guint i = 0; i < flush->names->len && written; i++) {
    sqlite3_stmt *clear =
        ullim_server_sqlite_prepare (sqlite, "DELETE FROM bindings WHERE name = ?");

    if (clear)
      sqlite3_bind_text (clear, 1, g_ptr_array_index (flush->names, i), -1, SQLITE_STATIC);
    written = ullim_server_sqlite_run (sqlite, clear);
  }
  for (guint i = 0; i < flush->bindings->len && written; i++)
    written = write_binding (sqlite, g_ptr_array_index (flush->owners, i),
                             g_ptr_array_index (flush->bindings, i));
  return written;
}

static void
on_flushed (gboolean ok, gpointer data)
{
  if (!ok)
    g_warning ("registrations are not stored: after a restart people must register again");
  flush_free (data);
}

static void
copy_bindings (UllimServerBindings *self, const char *name, Flush *flush)
{
  GPtrArray *bindings = g_hash_table_lookup (self->people, name);

  for (guint i = 0; bindings && i < bindings->len; i++) {
    const UllimServerBinding *b = g_ptr_array_index (bindings, i);

    if (b->tport)
      continue;
    g_ptr_array_add (flush->bindings,
                     ullim_server_binding_new (b->contact, b->flow, NULL, b->instance, b->reg_id,
                                               b->call_id, b->cseq, b->expires_s));
    g_ptr_array_add (flush->owners, (gpointer) name);
  }
}

void
ullim_server_bindings_flush (UllimServerBindings *self, UllimServerDb *db)
{
  GHashTableIter iter;
  gpointer       name;
  Flush         *flush;

  if (g_hash_table_size (self->dirty) == 0)
    return;
  flush = g_new0 (Flush, 1);
  flush->names = g_ptr_array_new_with_free_func (g_free);
  flush->bindings = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_server_binding_free);
  flush->owners = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, self->dirty);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    g_hash_table_iter_steal (&iter);
    g_ptr_array_add (flush->names, name);
    copy_bindings (self, name, flush);
  }
  ullim_server_db_submit (db, write_flush, on_flushed, flush);
}
