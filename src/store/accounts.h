/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accounts on disk, without their secrets; and the identity of this installation.
 * Errors are %ULLIM_PROBLEM_ERROR.
 */
#pragma once

#include "account.h"
#include "db.h"

G_BEGIN_DECLS

/** UllimAccountRow: an account as stored */
typedef struct {
  gint64                id;
  UllimAccountSettings *settings; /* owned */
} UllimAccountRow;

void ullim_account_row_free (UllimAccountRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimAccountRow, ullim_account_row_free)

#define ULLIM_TYPE_ACCOUNTS (ullim_accounts_get_type ())
G_DECLARE_FINAL_TYPE (UllimAccounts, ullim_accounts, ULLIM, ACCOUNTS, GObject)

UllimAccounts *ullim_accounts_new (UllimDb *db);

/** ullim_accounts_load_async: all accounts in the order in which they were added */
void ullim_accounts_load_async (UllimAccounts      *self,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
/**
 * ullim_accounts_load_finish:
 * @instance_id: (out) (transfer full): `urn:uuid:…` of this data folder, made at the first call
 *
 * Returns: (transfer full) (element-type UllimAccountRow) (nullable)
 */
GPtrArray *ullim_accounts_load_finish (UllimAccounts *self,
                                       GAsyncResult  *result,
                                       char         **instance_id,
                                       GError       **error);

/** ullim_accounts_save_async: @id: row to change, or 0 for a new one (an account with the same
 *  address is changed instead) */
void ullim_accounts_save_async (UllimAccounts              *self,
                                gint64                      id,
                                const UllimAccountSettings *settings,
                                GCancellable               *cancellable,
                                GAsyncReadyCallback         callback,
                                gpointer                    user_data);
/** Returns: its id, 0 on error */
gint64 ullim_accounts_save_finish (UllimAccounts *self, GAsyncResult *result, GError **error);

/** ullim_accounts_remove_async: with its conversations and messages; its people stay, and
 *  are spoken to over the first account from now on */
void     ullim_accounts_remove_async (UllimAccounts      *self,
                                      gint64              id,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean ullim_accounts_remove_finish (UllimAccounts *self, GAsyncResult *result, GError **error);

G_END_DECLS
