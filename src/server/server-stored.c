/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables "waiting" and "recent". A message leaves as a new request with the same From, To,
 * Call-ID, CSeq and Date: a client that got it just before a crash of the server recognises the
 * repetition. "recent" does the same for us with what a sender sends again.
 */
#define G_LOG_DOMAIN "server-stored"

#include "server-stored.h"

#include <sofia-sip/nta_stateless.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <string.h>

/* Bytes of a message's digest that are kept. */
#define DIGEST_BYTES 16

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
GBytes *
ullim_server_stored_digest (const sip_t *sip)
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

UllimServerStored *
ullim_server_stored_new (const char *name, const sip_t *sip)
{
  UllimServerStored *self = g_new0 (UllimServerStored, 1);

  self->name = g_strdup (name);
  self->headers = headers_to_keep (sip);
  self->body = sip->sip_payload ? g_bytes_new (sip->sip_payload->pl_data, sip->sip_payload->pl_len)
                                : g_bytes_new (NULL, 0);
  self->digest = ullim_server_stored_digest (sip);
  return self;
}

void
ullim_server_stored_free (UllimServerStored *self)
{
  g_free (self->name);
  g_free (self->headers);
  g_bytes_unref (self->body);
  g_clear_pointer (&self->digest, g_bytes_unref);
  g_free (self);
}

gsize
ullim_server_stored_size (const UllimServerStored *self)
{
  return g_bytes_get_size (self->body) + strlen (self->headers);
}

msg_t *
ullim_server_stored_to_message (const UllimServerStored *self, nta_agent_t *nta, const char *uri)
{
  msg_t      *msg = nta_msg_create (nta, 0);
  sip_t      *sip = sip_object (msg);
  su_home_t  *home = msg_home (msg);
  gsize       length;
  const void *body = g_bytes_get_data (self->body, &length);

  if (sip_add_tl (msg, sip,
                  SIPTAG_REQUEST (
                      sip_request_create (home, SIP_METHOD_MESSAGE, URL_STRING_MAKE (uri), NULL)),
                  SIPTAG_HEADER_STR (self->headers),
                  TAG_IF (length > 0, SIPTAG_PAYLOAD (sip_payload_create (home, body, length))),
                  TAG_END ()) < 0 ||
      !sip->sip_request || !sip->sip_from || !sip->sip_to || !sip->sip_call_id || !sip->sip_cseq) {
    msg_destroy (msg);
    return NULL;
  }
  return msg;
}

/* ---- writing ---- */

/* Returns FALSE for failure; *is_new tells a first time from a repetition. */
static gboolean
write_digest (UllimServerSqlite *sqlite, GBytes *digest, gboolean *is_new)
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
write_row (UllimServerStored *self, UllimServerSqlite *sqlite)
{
  sqlite3_stmt *insert = ullim_server_sqlite_prepare (
      sqlite, "INSERT INTO waiting (name, headers, body, received) VALUES (?, ?, ?, unixepoch())");

  if (!insert)
    return FALSE;
  sqlite3_bind_text (insert, 1, self->name, -1, SQLITE_STATIC);
  sqlite3_bind_text (insert, 2, self->headers, -1, SQLITE_STATIC);
  /* An empty blob must not become NULL. */
  sqlite3_bind_blob (insert, 3,
                     g_bytes_get_size (self->body) ? g_bytes_get_data (self->body, NULL) : "",
                     g_bytes_get_size (self->body), SQLITE_STATIC);
  if (!ullim_server_sqlite_run (sqlite, insert))
    return FALSE;
  self->id = sqlite3_last_insert_rowid (ullim_server_sqlite_handle (sqlite));
  return TRUE;
}

gboolean
ullim_server_stored_write (UllimServerStored *self, UllimServerSqlite *sqlite)
{
  gboolean is_new = FALSE;
  gboolean written;

  if (!ullim_server_sqlite_exec (sqlite, "SAVEPOINT keep"))
    return FALSE;
  written = write_digest (sqlite, self->digest, &is_new) && (!is_new || write_row (self, sqlite));
  if (!written)
    ullim_server_sqlite_exec (sqlite, "ROLLBACK TO keep");
  ullim_server_sqlite_exec (sqlite, "RELEASE keep");
  return written;
}

/* ---- reading ---- */

gboolean
ullim_server_stored_read (UllimServerSqlite *sqlite, const char *name, guint n, GPtrArray *out)
{
  sqlite3_stmt *row = ullim_server_sqlite_prepare (
      sqlite, "SELECT id, headers, body FROM waiting WHERE name = ? ORDER BY id LIMIT ?");

  if (!row)
    return FALSE;
  sqlite3_bind_text (row, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (row, 2, n);
  while (sqlite3_step (row) == SQLITE_ROW) {
    UllimServerStored *stored = g_new0 (UllimServerStored, 1);

    stored->id = sqlite3_column_int64 (row, 0);
    stored->name = g_strdup (name);
    stored->headers = g_strdup ((const char *) sqlite3_column_text (row, 1));
    stored->body = g_bytes_new (sqlite3_column_blob (row, 2), sqlite3_column_bytes (row, 2));
    g_ptr_array_add (out, stored);
  }
  sqlite3_reset (row);
  return TRUE;
}

void
ullim_server_stored_count (
    UllimServerSqlite *sqlite,
    void (*found) (const char *name, guint count, gsize bytes, gpointer data),
    gpointer data)
{
  sqlite3_stmt *row = ullim_server_sqlite_prepare (
      sqlite,
      "SELECT name, count(*), sum(length(body) + length(headers)) FROM waiting GROUP BY name");

  while (row && sqlite3_step (row) == SQLITE_ROW)
    found ((const char *) sqlite3_column_text (row, 0), sqlite3_column_int (row, 1),
           sqlite3_column_int64 (row, 2), data);
  if (row)
    sqlite3_reset (row);
}

void
ullim_server_stored_digests (UllimServerSqlite *sqlite, GHashTable *out)
{
  sqlite3_stmt *row = ullim_server_sqlite_prepare (
      sqlite, "SELECT digest FROM recent ORDER BY received DESC LIMIT " G_STRINGIFY (
                  ULLIM_SERVER_STORED_MAX_DIGESTS));

  while (row && sqlite3_step (row) == SQLITE_ROW)
    g_hash_table_add (out,
                      g_bytes_new (sqlite3_column_blob (row, 0), sqlite3_column_bytes (row, 0)));
  if (row)
    sqlite3_reset (row);
}

/* ---- deleting ---- */

gboolean
ullim_server_stored_delete (UllimServerSqlite *sqlite, gint64 id)
{
  sqlite3_stmt *statement =
      ullim_server_sqlite_prepare (sqlite, "DELETE FROM waiting WHERE id = ?");

  if (statement)
    sqlite3_bind_int64 (statement, 1, id);
  return ullim_server_sqlite_run (sqlite, statement);
}

gboolean
ullim_server_stored_delete_orphans (UllimServerSqlite *sqlite)
{
  return ullim_server_sqlite_run (
      sqlite, ullim_server_sqlite_prepare (
                  sqlite, "DELETE FROM waiting WHERE name NOT IN (SELECT name FROM accounts)"));
}

gboolean
ullim_server_stored_delete_older (UllimServerSqlite *sqlite, gint64 age_s)
{
  static const char *const statements[] = {
      "DELETE FROM waiting WHERE received < unixepoch() - ?",
      "DELETE FROM recent WHERE received < unixepoch() - ?",
  };

  for (guint i = 0; i < G_N_ELEMENTS (statements); i++) {
    sqlite3_stmt *statement = ullim_server_sqlite_prepare (sqlite, statements[i]);

    if (statement)
      sqlite3_bind_int64 (statement, 1, age_s);
    if (!ullim_server_sqlite_run (sqlite, statement))
      return FALSE;
  }
  return TRUE;
}
