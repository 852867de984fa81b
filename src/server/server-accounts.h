/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who belongs to the group: the accounts table, and its copy in memory for the running server.
 * Passwords are never stored, only the hashes HA1 of RFC 7616 section 3.4.2 over name, domain and
 * password, one for each algorithm that is offered: SHA-256 and MD5. SHA-512-256 is not offered: it
 * protects no better here, and common phones fall silent when they see it.
 */
#pragma once

#include "digest.h"
#include "server-db.h"

G_BEGIN_DECLS

/** ULLIM_SERVER_MAX_NAME: longest account name, in bytes. */
#define ULLIM_SERVER_MAX_NAME 64
/** ULLIM_SERVER_MAX_PASSWORD: longest password, in bytes. */
#define ULLIM_SERVER_MAX_PASSWORD 1024
/** ULLIM_SERVER_ECHO: the person who returns what is sent; nobody can have this account. */
#define ULLIM_SERVER_ECHO "echo"

/** ULLIM_SERVER_N_ALGORITHMS: MD5 and SHA-256, the first two of #UllimDigestAlgorithm. */
#define ULLIM_SERVER_N_ALGORITHMS 2

/**
 * UllimServerAccount:
 * @name: the user part of the address
 * @ha1: by #UllimDigestAlgorithm, lower-case hexadecimal
 * @renewed: whether the latest reload brought another password
 */
typedef struct {
  char    *name;
  char    *ha1[ULLIM_SERVER_N_ALGORITHMS];
  gboolean renewed;
} UllimServerAccount;

typedef struct _UllimServerAccounts UllimServerAccounts;

/** ullim_server_accounts_new: reads the table once, on the calling thread */
UllimServerAccounts *ullim_server_accounts_new (UllimServerSqlite *sqlite);
void                 ullim_server_accounts_free (UllimServerAccounts *self);

/** ullim_server_accounts_find: Returns: (transfer none) (nullable): valid until the next reload */
const UllimServerAccount *ullim_server_accounts_find (UllimServerAccounts *self, const char *name);

/**
 * ullim_server_accounts_reload:
 * @reloaded: main thread, when the copy is new
 *
 * Reads the table again on the database thread.
 */
void ullim_server_accounts_reload (UllimServerAccounts *self,
                                   UllimServerDb       *db,
                                   void (*reloaded) (gpointer),
                                   gpointer data);

/* The command line's side: synchronous, on its own connection. */

/** ullim_server_accounts_name_is_valid: letters, digits and "-_.+", nothing else, so that an
 * address needs no escapes */
gboolean ullim_server_accounts_name_is_valid (const char *name);

/** ullim_server_accounts_store: makes the account (@replace is %FALSE) or sets the password of one
 * that is there (%TRUE): its devices must register anew, as one of them may be a thief's */
gboolean ullim_server_accounts_store (UllimServerSqlite *sqlite,
                                      const char        *name,
                                      const char        *password,
                                      gboolean           replace,
                                      GError           **error);

/** ullim_server_accounts_remove: with all that waits for it */
gboolean ullim_server_accounts_remove (UllimServerSqlite *sqlite, const char *name, GError **error);

/** ullim_server_accounts_list: Returns: (transfer full): names in order */
GPtrArray *ullim_server_accounts_list (UllimServerSqlite *sqlite);

G_END_DECLS
