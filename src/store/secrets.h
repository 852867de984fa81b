/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passwords in the desktop's keyring by libsecret: asynchronous, with a time-out of our own; the
 * memory of this run stands in where there is no keyring. Never a file.
 */
#pragma once

#include <gio/gio.h>

#include "problem.h"

G_BEGIN_DECLS

/** ULLIM_SECRETS_TIMEOUT_MS: how long the keyring may be silent. */
#define ULLIM_SECRETS_TIMEOUT_MS 5000

#define ULLIM_TYPE_SECRETS (ullim_secrets_get_type ())
G_DECLARE_FINAL_TYPE (UllimSecrets, ullim_secrets, ULLIM, SECRETS, GObject)

UllimSecrets *ullim_secrets_new (void);

/** ullim_secrets_remember: @password: (nullable): for this run only, without the keyring */
void ullim_secrets_remember (UllimSecrets *self, const char *address, const char *password);

void ullim_secrets_lookup_async (UllimSecrets       *self,
                                 const char         *address,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
/** Returns: (transfer full) (nullable): %NULL without @error: none is stored;
 * %ULLIM_PROBLEM_KEYRING: locked, absent or silent */
char *ullim_secrets_lookup_finish (UllimSecrets *self, GAsyncResult *result, GError **error);

/** ullim_secrets_store_async: remembers it for this run in any case; an error says that it is not
 * in the keyring */
void     ullim_secrets_store_async (UllimSecrets       *self,
                                    const char         *address,
                                    const char         *password,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean ullim_secrets_store_finish (UllimSecrets *self, GAsyncResult *result, GError **error);

void     ullim_secrets_clear_async (UllimSecrets       *self,
                                    const char         *address,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean ullim_secrets_clear_finish (UllimSecrets *self, GAsyncResult *result, GError **error);

G_END_DECLS
