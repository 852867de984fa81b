/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A message as it waits for somebody: the text of its headers and its body, in a table. Functions
 * with an UllimServerSqlite run on the database thread, the others on any.
 */
#pragma once

#include "server-sqlite.h"

#include <sofia-sip/nta.h>

G_BEGIN_DECLS

/** ULLIM_SERVER_STORED_MAX_DIGESTS: how many repetitions can be told without the database. */
#define ULLIM_SERVER_STORED_MAX_DIGESTS 100000

/**
 * UllimServerStored:
 * @id: the row; 0 while it is not stored
 * @name: whom it waits for
 * @headers: without those of the way it came
 * @digest: (nullable): from ullim_server_stored_digest(); %NULL if it was read from the table
 */
typedef struct {
  gint64  id;
  char   *name;
  char   *headers;
  GBytes *body;
  GBytes *digest;
} UllimServerStored;

/** ullim_server_stored_new: Returns: (transfer full): a copy of what is kept of @sip */
UllimServerStored *ullim_server_stored_new (const char *name, const sip_t *sip);
void               ullim_server_stored_free (UllimServerStored *self);

/** ullim_server_stored_size: Returns: bytes that count against the limit of its receiver */
gsize ullim_server_stored_size (const UllimServerStored *self);

/** ullim_server_stored_digest: Returns: (transfer full): equal for two sendings of one message */
GBytes *ullim_server_stored_digest (const sip_t *sip);

/**
 * ullim_server_stored_to_message:
 *
 * The same From, To, Call-ID, CSeq and Date, in a new request to @uri.
 *
 * Returns: (transfer full) (nullable): %NULL if the headers cannot be read
 */
msg_t *
ullim_server_stored_to_message (const UllimServerStored *self, nta_agent_t *nta, const char *uri);

/** ullim_server_stored_write: Sets @self's id, unless the same message was written before. Returns:
 * whether it is in the table, now or before; if not, nothing of it is */
gboolean ullim_server_stored_write (UllimServerStored *self, UllimServerSqlite *sqlite);

/** ullim_server_stored_read: adds the oldest @n that wait for @name to @out; Returns: success */
gboolean
ullim_server_stored_read (UllimServerSqlite *sqlite, const char *name, guint n, GPtrArray *out);

/** ullim_server_stored_count: tells @found how much waits for each person */
void ullim_server_stored_count (
    UllimServerSqlite *sqlite,
    void (*found) (const char *name, guint count, gsize bytes, gpointer data),
    gpointer data);

/** ullim_server_stored_digests: adds those of the latest messages to the set @out */
void ullim_server_stored_digests (UllimServerSqlite *sqlite, GHashTable *out);

gboolean ullim_server_stored_delete (UllimServerSqlite *sqlite, gint64 id);

/** ullim_server_stored_delete_orphans: what waits for accounts that are gone */
gboolean ullim_server_stored_delete_orphans (UllimServerSqlite *sqlite);

/** ullim_server_stored_delete_older: what came more than @age_s ago, and the digests of it */
gboolean ullim_server_stored_delete_older (UllimServerSqlite *sqlite, gint64 age_s);

G_END_DECLS
