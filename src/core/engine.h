/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole client without a screen. Owns the database, the accounts and their connections, the
 * conversations and the services; the window and the command line stand on this. Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "account.h"
#include "attention.h"
#include "certificate.h"
#include "chat-service.h"
#include "conversation-list.h"
#include "local-server.h"
#include "people-service.h"
#include "presence-service.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_ENGINE (ullim_engine_get_type ())
G_DECLARE_FINAL_TYPE (UllimEngine, ullim_engine, ULLIM, ENGINE, GObject)

/**
 * Signals of UllimEngine:
 *
 * certificate-question (UllimAccount *, UllimCertificate *): a server's certificate is unknown or
 * is not the one that was pinned; ask the user, then ullim_engine_trust_certificate().
 * password-needed (UllimAccount *): there is no password or it was refused; ask, then
 *   ullim_engine_set_password_async().
 * listening (UllimAccount *, const char *url): a transport is bound.
 * loaded (): what comes after the start has come: the address book, permissions, own presence.
 */

/**
 * ullim_engine_new:
 * @data_dir: folder of the database; made at start, private to the user
 */
UllimEngine *ullim_engine_new (const char *data_dir);

/**
 * ullim_engine_start_async:
 *
 * Locks the data folder, opens the database, loads accounts and conversations, connects the
 * accounts, sends what waits. Completes when the conversations are loaded, before any account is
 * online. Errors: %ULLIM_PROBLEM_IN_USE, _DISK_FULL, _DISK_READ_ONLY, _DATABASE_DAMAGED,
 * _DATABASE_NEWER, ...
 */
void     ullim_engine_start_async (UllimEngine        *self,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
gboolean ullim_engine_start_finish (UllimEngine *self, GAsyncResult *result, GError **error);

/** ullim_engine_is_loaded: whether "loaded" was emitted: people are in their list now */
gboolean ullim_engine_is_loaded (UllimEngine *self);

/** ullim_engine_stop_async: un-registers, writes what waits, closes. Takes at most about 3 s. */
void     ullim_engine_stop_async (UllimEngine        *self,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
gboolean ullim_engine_stop_finish (UllimEngine *self, GAsyncResult *result, GError **error);

/** ullim_engine_get_accounts: Returns: (transfer none): GListModel of UllimAccount */
GListModel            *ullim_engine_get_accounts (UllimEngine *self);
UllimConversationList *ullim_engine_get_conversations (UllimEngine *self);
/** ullim_engine_get_chat: Returns: (transfer none) (nullable): %NULL until the engine has started
 */
UllimChatService *ullim_engine_get_chat (UllimEngine *self);
/** ullim_engine_get_people: Returns: (transfer none): from the beginning; empty until loaded */
UllimPeopleService *ullim_engine_get_people (UllimEngine *self);
/** ullim_engine_get_presence: Returns: (transfer none): from the beginning */
UllimPresenceService *ullim_engine_get_presence (UllimEngine *self);
UllimAttention       *ullim_engine_get_attention (UllimEngine *self);
UllimLocalServer     *ullim_engine_get_local_server (UllimEngine *self);

/**
 * ullim_engine_add_account_async:
 * @settings: an account with the same address takes them over, but keeps its pin if they have none
 * @password: (nullable)
 * @ephemeral: whether the password is kept out of the keyring (--password-file)
 *
 * Stores it and connects it; does not wait for the registration.
 */
void ullim_engine_add_account_async (UllimEngine                *self,
                                     const UllimAccountSettings *settings,
                                     const char                 *password,
                                     gboolean                    ephemeral,
                                     GCancellable               *cancellable,
                                     GAsyncReadyCallback         callback,
                                     gpointer                    user_data);
/** Returns: (transfer full) (nullable) */
UllimAccount *
ullim_engine_add_account_finish (UllimEngine *self, GAsyncResult *result, GError **error);

/**
 * ullim_engine_create_group_async:
 * @user: user name of the first person of the group
 * @display_name: (nullable)
 * @password: its password
 *
 * A group on this computer in one step: makes and starts the server, adds the account, opens the
 * conversation with Echo. %ULLIM_PROBLEM_LOCAL_SERVER with the server's own words.
 */
void ullim_engine_create_group_async (UllimEngine        *self,
                                      const char         *user,
                                      const char         *display_name,
                                      const char         *password,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
/** Returns: (transfer full) (nullable) */
UllimAccount *
ullim_engine_create_group_finish (UllimEngine *self, GAsyncResult *result, GError **error);

/** ullim_engine_change_account_async: new settings for an account; reconnects it */
void ullim_engine_change_account_async (UllimEngine                *self,
                                        UllimAccount               *account,
                                        const UllimAccountSettings *settings,
                                        GCancellable               *cancellable,
                                        GAsyncReadyCallback         callback,
                                        gpointer                    user_data);
gboolean
ullim_engine_change_account_finish (UllimEngine *self, GAsyncResult *result, GError **error);

/** ullim_engine_remove_account_async: un-registers it and deletes it with its conversations */
void ullim_engine_remove_account_async (UllimEngine        *self,
                                        UllimAccount       *account,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
gboolean
ullim_engine_remove_account_finish (UllimEngine *self, GAsyncResult *result, GError **error);

/** ullim_engine_remember_password: for this run only, without the keyring; before the start it
 *  spares the account a first try without a password */
void ullim_engine_remember_password (UllimEngine *self, const char *address, const char *password);

/** ullim_engine_set_password_async: tries it at once and keeps it in the keyring */
void     ullim_engine_set_password_async (UllimEngine        *self,
                                          UllimAccount       *account,
                                          const char         *password,
                                          GCancellable       *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
gboolean ullim_engine_set_password_finish (UllimEngine *self, GAsyncResult *result, GError **error);

/** ullim_engine_trust_certificate: pins @fingerprint for the account and tries again */
void
ullim_engine_trust_certificate (UllimEngine *self, UllimAccount *account, const char *fingerprint);

/** ullim_engine_reconnect: the user wants to try now */
void ullim_engine_reconnect (UllimEngine *self, UllimAccount *account);

G_END_DECLS
