/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accounts come, change and go: on disk first, then in the list, then on the wire.
 */
#define G_LOG_DOMAIN "engine-accounts"

#include "chat-service-private.h"
#include "engine-private.h"
#include "uri.h"

typedef struct {
  UllimAccountSettings *settings; /* owned */
  char                 *password; /* owned, nullable */
  gboolean              ephemeral;
  gboolean              adds;    /* rather than changes */
  gboolean              same;    /* nothing but perhaps the password is new */
  UllimAccount         *account; /* owned, nullable: the one to change */
} Change;

static void
free_password (char *password)
{
  if (password)
    explicit_bzero (password, strlen (password));
  g_free (password);
}

static void
change_free (gpointer data)
{
  Change *change = data;

  ullim_account_settings_free (change->settings);
  free_password (change->password);
  g_clear_object (&change->account);
  g_free (change);
}

static UllimAccount *
find_account (UllimEngine *self, const char *address)
{
  GListModel          *model = G_LIST_MODEL (self->accounts);
  g_autoptr (UllimUri) wanted = ullim_uri_parse (address, NULL);
  g_autofree char     *wanted_key = wanted ? ullim_uri_key (wanted) : NULL;

  for (guint i = 0; wanted && i < g_list_model_get_n_items (model); i++) {
    g_autoptr (UllimAccount) account = g_list_model_get_item (model, i);
    g_autoptr (UllimUri)     uri = ullim_uri_parse (ullim_account_get_address (account), NULL);
    g_autofree char         *key = uri ? ullim_uri_key (uri) : NULL;

    if (g_strcmp0 (key, wanted_key) == 0)
      return g_steal_pointer (&account);
  }
  return NULL;
}

/* The address as typed becomes an address-of-record. */
static gboolean
normalise (UllimAccountSettings *settings, GError **error)
{
  g_autoptr (GError)   reason = NULL;
  g_autoptr (UllimUri) uri =
      ullim_uri_parse_typed (settings->address ? settings->address : "", NULL, &reason);

  if (!uri || uri->scheme == ULLIM_URI_TEL || !uri->user) {
    g_set_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_ADDRESS,
                 "Not the address of an account: %s",
                 reason ? reason->message : "it has no name or no host");
    return FALSE;
  }
  g_free (settings->address);
  settings->address = ullim_uri_to_aor (uri);
  return TRUE;
}

static void
finish_change (GTask *task)
{
  UllimEngine     *self = g_task_get_source_object (task);
  Change          *change = g_task_get_task_data (task);
  UllimConnection *connection;

  if (self->stopped) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The engine was stopped");
    return;
  }
  connection = ullim_engine_find_connection (self, change->account);
  if (!change->same || ullim_account_get_state (change->account) == ULLIM_CONNECTION_OFF)
    ullim_connection_start (connection);
  else if (change->password)
    ullim_connection_set_password (connection, change->password);
  g_task_return_pointer (task, g_object_ref (change->account), g_object_unref);
}

static void
on_password_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)  task = user_data;
  g_autoptr (GError) error = NULL;

  /* It is remembered for this run all the same. */
  if (!ullim_secrets_store_finish (ULLIM_SECRETS (source), result, &error))
    g_message ("the password is not in the keyring: %s", error->message);
  finish_change (task);
}

static void
apply (Change *change)
{
  const UllimAccountSettings *known = ullim_account_get_settings (change->account);

  change->same = ullim_account_settings_equal (known, change->settings);
  if (!change->same)
    ullim_account_set_settings (change->account, change->settings);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  UllimEngine      *self = g_task_get_source_object (task);
  Change           *change = g_task_get_task_data (task);
  GError           *error = NULL;
  gint64            id = ullim_accounts_save_finish (ULLIM_ACCOUNTS (source), result, &error);

  if (id == 0) {
    g_task_return_error (task, error);
    return;
  }
  /* Looked up again: another change may have added it meanwhile. */
  if (!change->account)
    change->account = find_account (self, change->settings->address);
  if (change->account)
    apply (change);
  else
    change->account = g_object_ref (ullim_engine_take_account (self, id, change->settings));
  if (change->password && !change->ephemeral) {
    ullim_secrets_store_async (self->secrets, change->settings->address, change->password, NULL,
                               on_password_stored, g_object_ref (task));
    return;
  }
  if (change->password)
    ullim_secrets_remember (self->secrets, change->settings->address, change->password);
  finish_change (task);
}

static void
save (GTask *task, Change *change)
{
  UllimEngine *self = g_task_get_source_object (task);
  GError      *error = NULL;

  g_task_set_task_data (task, change, change_free);
  if (!normalise (change->settings, &error)) {
    g_task_return_error (task, error);
    return;
  }
  if (!change->account)
    change->account = find_account (self, change->settings->address);
  if (change->adds && change->account && !change->settings->pin) {
    const UllimAccountSettings *known = ullim_account_get_settings (change->account);

    /* Who says again where an account lives does not take back whom it trusts. */
    change->settings->pin = g_strdup (known->pin);
  }
  ullim_accounts_save_async (self->store,
                             change->account ? ullim_account_get_id (change->account) : 0,
                             change->settings, NULL, on_saved, g_object_ref (task));
}

void
ullim_engine_add_account_async (UllimEngine                *self,
                                const UllimAccountSettings *settings,
                                const char                 *password,
                                gboolean                    ephemeral,
                                GCancellable               *cancellable,
                                GAsyncReadyCallback         callback,
                                gpointer                    user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Change           *change = g_new0 (Change, 1);

  g_task_set_source_tag (task, ullim_engine_add_account_async);
  change->settings = ullim_account_settings_copy (settings);
  change->password = g_strdup (password);
  change->ephemeral = ephemeral;
  change->adds = TRUE;
  save (task, change);
}

UllimAccount *
ullim_engine_add_account_finish (UllimEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
ullim_engine_change_account_async (UllimEngine                *self,
                                   UllimAccount               *account,
                                   const UllimAccountSettings *settings,
                                   GCancellable               *cancellable,
                                   GAsyncReadyCallback         callback,
                                   gpointer                    user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Change           *change = g_new0 (Change, 1);

  g_task_set_source_tag (task, ullim_engine_change_account_async);
  change->settings = ullim_account_settings_copy (settings);
  change->account = g_object_ref (account);
  save (task, change);
}

gboolean
ullim_engine_change_account_finish (UllimEngine *self, GAsyncResult *result, GError **error)
{
  g_autoptr (UllimAccount) account = g_task_propagate_pointer (G_TASK (result), error);

  return account != NULL;
}

/* Removal: off the wire, off the disk, out of the list */

static void
on_secret_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ullim_secrets_clear_finish (ULLIM_SECRETS (source), result, &error))
    g_debug ("a password stays in the keyring: %s", error->message);
}

static void
on_removed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  UllimEngine      *self = g_task_get_source_object (task);
  UllimAccount     *account = g_task_get_task_data (task);
  GError           *error = NULL;
  guint             position;

  if (!ullim_accounts_remove_finish (ULLIM_ACCOUNTS (source), result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  ullim_secrets_clear_async (self->secrets, ullim_account_get_address (account), NULL,
                             on_secret_cleared, NULL);
  ullim_chat_service_remove_account (self->chat, account);
  g_hash_table_remove (self->syncs, account);
  ullim_presence_service_remove_account (self->presence, account);
  ullim_people_service_account_removed (self->people, ullim_account_get_id (account));
  g_hash_table_remove (self->connections, account);
  if (g_list_store_find (self->accounts, account, &position))
    g_list_store_remove (self->accounts, position);
  g_task_return_boolean (task, TRUE);
}

static void
on_stopped_for_removal (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)  task = user_data;
  g_autoptr (GError) error = NULL;
  UllimEngine       *self = g_task_get_source_object (task);
  UllimAccount      *account = g_task_get_task_data (task);

  if (!ullim_connection_stop_finish (ULLIM_CONNECTION (source), result, &error))
    g_debug ("a connection did not stop well: %s", error->message);
  ullim_accounts_remove_async (self->store, ullim_account_get_id (account), NULL, on_removed,
                               g_object_ref (task));
}

void
ullim_engine_remove_account_async (UllimEngine        *self,
                                   UllimAccount       *account,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  GTask           *task = g_task_new (self, cancellable, callback, user_data);
  UllimConnection *connection = ullim_engine_find_connection (self, account);

  g_task_set_source_tag (task, ullim_engine_remove_account_async);
  g_task_set_task_data (task, g_object_ref (account), g_object_unref);
  ullim_connection_stop_async (connection, NULL, on_stopped_for_removal, task);
}

gboolean
ullim_engine_remove_account_finish (UllimEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Password, certificate, patience */

void
ullim_engine_remember_password (UllimEngine *self, const char *address, const char *password)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse_typed (address, NULL, NULL);
  g_autofree char     *aor = uri ? ullim_uri_to_aor (uri) : NULL;

  if (aor)
    ullim_secrets_remember (self->secrets, aor, password);
}

static void
on_new_password_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError           *error = NULL;

  if (!ullim_secrets_store_finish (ULLIM_SECRETS (source), result, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
ullim_engine_set_password_async (UllimEngine        *self,
                                 UllimAccount       *account,
                                 const char         *password,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  GTask           *task = g_task_new (self, cancellable, callback, user_data);
  UllimConnection *connection = ullim_engine_find_connection (self, account);

  g_task_set_source_tag (task, ullim_engine_set_password_async);
  if (connection)
    ullim_connection_set_password (connection, password);
  ullim_secrets_store_async (self->secrets, ullim_account_get_address (account), password,
                             cancellable, on_new_password_stored, task);
}

gboolean
ullim_engine_set_password_finish (UllimEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_pin_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (ullim_accounts_save_finish (ULLIM_ACCOUNTS (source), result, &error) == 0)
    g_warning ("the trusted certificate is not on disk: %s", error->message);
}

void
ullim_engine_trust_certificate (UllimEngine *self, UllimAccount *account, const char *fingerprint)
{
  g_autoptr (UllimAccountSettings) settings =
      ullim_account_settings_copy (ullim_account_get_settings (account));
  UllimConnection *connection = ullim_engine_find_connection (self, account);

  g_return_if_fail (connection != NULL);
  g_free (settings->pin);
  settings->pin = g_strdup (fingerprint);
  ullim_account_set_settings (account, settings);
  ullim_accounts_save_async (self->store, ullim_account_get_id (account), settings, NULL,
                             on_pin_saved, NULL);
  ullim_connection_set_pin (connection, fingerprint);
}

void
ullim_engine_reconnect (UllimEngine *self, UllimAccount *account)
{
  UllimConnection *connection = ullim_engine_find_connection (self, account);

  if (connection)
    ullim_connection_reconnect (connection);
}
