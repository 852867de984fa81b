/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accounts. The running server keeps all of them in memory (about 300 bytes each): a request is
 * checked without the disk.
 */
#define G_LOG_DOMAIN "server-accounts"

#include "server-accounts.h"

#include "server-log.h"

#include <string.h>

struct _UllimServerAccounts {
  GHashTable *by_name; /* (owned): name -> UllimServerAccount */
};

typedef struct {
  UllimServerAccounts *self;
  GHashTable          *by_name; /* owned: the new copy */
  void (*reloaded) (gpointer);
  gpointer data;
} Reload;

static void
account_free (UllimServerAccount *account)
{
  g_free (account->name);
  for (guint i = 0; i < ULLIM_SERVER_N_ALGORITHMS; i++)
    g_free (account->ha1[i]);
  g_free (account);
}

static GHashTable *
read_table (UllimServerSqlite *sqlite)
{
  GHashTable *by_name =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) account_free);
  sqlite3_stmt *statement =
      ullim_server_sqlite_prepare (sqlite, "SELECT name, ha1_md5, ha1_sha256 FROM accounts");

  while (statement && sqlite3_step (statement) == SQLITE_ROW) {
    UllimServerAccount *account = g_new0 (UllimServerAccount, 1);

    account->name = g_strdup ((const char *) sqlite3_column_text (statement, 0));
    for (guint i = 0; i < ULLIM_SERVER_N_ALGORITHMS; i++)
      account->ha1[i] = g_strdup ((const char *) sqlite3_column_text (statement, i + 1));
    g_hash_table_replace (by_name, account->name, account);
  }
  if (statement)
    sqlite3_reset (statement);
  return by_name;
}

UllimServerAccounts *
ullim_server_accounts_new (UllimServerSqlite *sqlite)
{
  UllimServerAccounts *self = g_new0 (UllimServerAccounts, 1);

  self->by_name = read_table (sqlite);
  return self;
}

void
ullim_server_accounts_free (UllimServerAccounts *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->by_name);
  g_free (self);
}

const UllimServerAccount *
ullim_server_accounts_find (UllimServerAccounts *self, const char *name)
{
  return name ? g_hash_table_lookup (self->by_name, name) : NULL;
}

/* Tells whose password is another than in the copy before. */
static void
mark_renewed (GHashTable *before, GHashTable *by_name)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, by_name);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    UllimServerAccount       *account = value;
    const UllimServerAccount *old = g_hash_table_lookup (before, account->name);

    for (guint i = 0; old && i < ULLIM_SERVER_N_ALGORITHMS; i++)
      account->renewed |= strcmp (old->ha1[i], account->ha1[i]) != 0;
  }
}

static gboolean
read_again (UllimServerSqlite *sqlite, gpointer data)
{
  Reload *reload = data;

  reload->by_name = read_table (sqlite);
  return TRUE;
}

static void
on_read_again (gboolean ok, gpointer data)
{
  Reload *reload = data;

  if (ok) {
    mark_renewed (reload->self->by_name, reload->by_name);
    g_hash_table_unref (reload->self->by_name);
    reload->self->by_name = g_steal_pointer (&reload->by_name);
    ullim_server_event ("accounts count=%u", g_hash_table_size (reload->self->by_name));
    reload->reloaded (reload->data);
  }
  g_clear_pointer (&reload->by_name, g_hash_table_unref);
  g_free (reload);
}

void
ullim_server_accounts_reload (UllimServerAccounts *self,
                              UllimServerDb       *db,
                              void (*reloaded) (gpointer),
                              gpointer data)
{
  Reload *reload = g_new0 (Reload, 1);

  *reload = (Reload){self, NULL, reloaded, data};
  ullim_server_db_submit (db, read_again, on_read_again, reload);
}

/* ---- command line ---- */

gboolean
ullim_server_accounts_name_is_valid (const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || length > ULLIM_SERVER_MAX_NAME)
    return FALSE;
  for (const char *p = name; *p; p++) {
    if (!g_ascii_isalnum (*p) && !strchr ("-_.+", *p))
      return FALSE;
  }
  return TRUE;
}

static gboolean
account_exists (UllimServerSqlite *sqlite, const char *name)
{
  sqlite3_stmt *statement =
      ullim_server_sqlite_prepare (sqlite, "SELECT 1 FROM accounts WHERE name = ?");
  gboolean found;

  if (!statement)
    return FALSE;
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  found = sqlite3_step (statement) == SQLITE_ROW;
  sqlite3_reset (statement);
  return found;
}

static gboolean
check_name (UllimServerSqlite *sqlite, const char *name, gboolean must_exist, GError **error)
{
  if (!ullim_server_accounts_name_is_valid (name) ||
      g_ascii_strcasecmp (name, ULLIM_SERVER_ECHO) == 0) {
    g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_INVALID,
                 "\"%s\" cannot be a name: use letters, digits, \"-\", \"_\", \".\" and \"+\", at "
                 "most %d; \"" ULLIM_SERVER_ECHO "\" is taken.",
                 name, ULLIM_SERVER_MAX_NAME);
    return FALSE;
  }
  if (account_exists (sqlite, name) != must_exist) {
    g_set_error (error, ULLIM_SERVER_ERROR,
                 must_exist ? ULLIM_SERVER_ERROR_MISSING : ULLIM_SERVER_ERROR_EXISTS,
                 must_exist ? "There is no account \"%s\"." : "The account \"%s\" exists already.",
                 name);
    return FALSE;
  }
  return TRUE;
}

/* The spelling under which the account was made is the one that enters the hash: the user name of
 * the credentials is compared with case. */
static char *
stored_name (UllimServerSqlite *sqlite, const char *name)
{
  sqlite3_stmt *statement =
      ullim_server_sqlite_prepare (sqlite, "SELECT name FROM accounts WHERE name = ?");
  char *found = NULL;

  if (statement) {
    sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
    if (sqlite3_step (statement) == SQLITE_ROW)
      found = g_strdup ((const char *) sqlite3_column_text (statement, 0));
    sqlite3_reset (statement);
  }
  return found ? found : g_strdup (name);
}

static gboolean
delete_rows (UllimServerSqlite *sqlite, const char *sql, const char *name)
{
  sqlite3_stmt *statement = ullim_server_sqlite_prepare (sqlite, sql);

  if (statement)
    sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  return ullim_server_sqlite_run (sqlite, statement);
}

static gboolean
write_account (UllimServerSqlite *sqlite,
               const char        *name,
               const char        *domain,
               const char        *password)
{
  sqlite3_stmt *statement = ullim_server_sqlite_prepare (
      sqlite,
      "INSERT INTO accounts (name, ha1_md5, ha1_sha256, created) VALUES (?1, ?2, ?3, unixepoch())"
      " ON CONFLICT (name) DO UPDATE SET ha1_md5 = ?2, ha1_sha256 = ?3");
  char ha1[ULLIM_SERVER_N_ALGORITHMS][ULLIM_DIGEST_HEX_SIZE];

  if (!statement)
    return FALSE;
  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  for (guint i = 0; i < ULLIM_SERVER_N_ALGORITHMS; i++) {
    ullim_digest_ha1 (i, name, domain, password, ha1[i]);
    sqlite3_bind_text (statement, i + 2, ha1[i], -1, SQLITE_STATIC);
  }
  return ullim_server_sqlite_run (sqlite, statement);
}

gboolean
ullim_server_accounts_store (UllimServerSqlite *sqlite,
                             const char        *name,
                             const char        *password,
                             gboolean           replace,
                             GError           **error)
{
  g_autofree char *domain = NULL;
  g_autofree char *spelling = NULL;

  if (!check_name (sqlite, name, replace, error))
    return FALSE;
  if (!*password || strlen (password) > ULLIM_SERVER_MAX_PASSWORD ||
      !g_utf8_validate (password, -1, NULL)) {
    g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_INVALID,
                 "The password must be UTF-8, not empty, and at most %d bytes.",
                 ULLIM_SERVER_MAX_PASSWORD);
    return FALSE;
  }
  domain = ullim_server_sqlite_setting (sqlite, "domain");
  spelling = stored_name (sqlite, name);
  if (!ullim_server_sqlite_exec (sqlite, "BEGIN IMMEDIATE") ||
      !write_account (sqlite, spelling, domain ? domain : "", password) ||
      !delete_rows (sqlite, "DELETE FROM bindings WHERE name = ?", spelling) ||
      !ullim_server_sqlite_exec (sqlite, "COMMIT")) {
    ullim_server_sqlite_set_error (sqlite, "store the account", error);
    ullim_server_sqlite_exec (sqlite, "ROLLBACK");
    return FALSE;
  }
  return TRUE;
}

gboolean
ullim_server_accounts_remove (UllimServerSqlite *sqlite, const char *name, GError **error)
{
  g_autofree char *spelling = stored_name (sqlite, name);

  if (!check_name (sqlite, name, TRUE, error))
    return FALSE;
  if (!ullim_server_sqlite_exec (sqlite, "BEGIN IMMEDIATE") ||
      !delete_rows (sqlite, "DELETE FROM waiting WHERE name = ?", spelling) ||
      !delete_rows (sqlite, "DELETE FROM bindings WHERE name = ?", spelling) ||
      !delete_rows (sqlite, "DELETE FROM documents WHERE name = ?", spelling) ||
      !delete_rows (sqlite, "DELETE FROM watchers WHERE name = ?", spelling) ||
      !delete_rows (sqlite, "DELETE FROM watchers WHERE watcher = ?", spelling) ||
      !delete_rows (sqlite, "DELETE FROM accounts WHERE name = ?", spelling) ||
      !ullim_server_sqlite_exec (sqlite, "COMMIT")) {
    ullim_server_sqlite_set_error (sqlite, "remove the account", error);
    ullim_server_sqlite_exec (sqlite, "ROLLBACK");
    return FALSE;
  }
  return TRUE;
}

GPtrArray *
ullim_server_accounts_list (UllimServerSqlite *sqlite)
{
  GPtrArray    *names = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *statement =
      ullim_server_sqlite_prepare (sqlite, "SELECT name FROM accounts ORDER BY name");

  while (statement && sqlite3_step (statement) == SQLITE_ROW)
    g_ptr_array_add (names, g_strdup ((const char *) sqlite3_column_text (statement, 0)));
  if (statement)
    sqlite3_reset (statement);
  return names;
}
