/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole client without a screen: brings the parts up in order (database, accounts,
 * conversations, connections) and down in the opposite one.
 */
#define G_LOG_DOMAIN "engine"

#include "engine.h"

#include "chat-service-private.h"
#include "engine-private.h"

enum { CERTIFICATE_QUESTION, PASSWORD_NEEDED, LISTENING, LOADED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimEngine, ullim_engine, G_TYPE_OBJECT)

static void
ullim_engine_dispose (GObject *object)
{
  UllimEngine *self = ULLIM_ENGINE (object);

  self->stopped = TRUE;
  g_clear_object (&self->watch);
  g_clear_object (&self->idle_watch);
  g_hash_table_remove_all (self->syncs);
  g_clear_object (&self->presence);
  g_hash_table_remove_all (self->connections);
  g_clear_object (&self->chat);
  g_clear_object (&self->names);
  g_clear_object (&self->people);
  g_clear_object (&self->attention);
  g_clear_object (&self->conversations);
  g_clear_object (&self->accounts);
  g_clear_object (&self->local_server);
  g_clear_object (&self->stack);
  g_clear_object (&self->secrets);
  g_clear_object (&self->store);
  g_clear_object (&self->roster);
  g_clear_object (&self->history);
  g_clear_object (&self->db);
  G_OBJECT_CLASS (ullim_engine_parent_class)->dispose (object);
}

static void
ullim_engine_finalize (GObject *object)
{
  UllimEngine *self = ULLIM_ENGINE (object);

  g_hash_table_unref (self->syncs);
  g_hash_table_unref (self->connections);
  g_free (self->data_dir);
  g_free (self->instance_id);
  G_OBJECT_CLASS (ullim_engine_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, guint n_params, GType second)
{
  return g_signal_new (name, ULLIM_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       n_params, ULLIM_TYPE_ACCOUNT, second);
}

static void
ullim_engine_class_init (UllimEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ullim_engine_dispose;
  object_class->finalize = ullim_engine_finalize;
  /* GLib makes its C locale at the first number that is read. If two threads do so at once, the one
     that waited may find errno set, and g_ascii_string_to_unsigned() refuses a good number. */
  g_ascii_strtod ("0", NULL);

  signals[CERTIFICATE_QUESTION] = new_signal ("certificate-question", 2, ULLIM_TYPE_CERTIFICATE);
  signals[PASSWORD_NEEDED] = new_signal ("password-needed", 1, G_TYPE_NONE);
  signals[LISTENING] = new_signal ("listening", 2, G_TYPE_STRING);
  signals[LOADED] = g_signal_new ("loaded", ULLIM_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
on_own_changed (UllimPresenceService *presence, UllimEngine *self)
{
  ullim_attention_set_silent (self->attention, ullim_presence_service_is_silent (presence));
}

static void
ullim_engine_init (UllimEngine *self)
{
  self->accounts = g_list_store_new (ULLIM_TYPE_ACCOUNT);
  self->connections = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->syncs = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  self->conversations = ullim_conversation_list_new ();
  self->people = ullim_people_service_new ();
  self->names = ullim_chat_names_new (self->conversations, self->people);
  self->presence = ullim_presence_service_new ();
  self->attention = ullim_attention_new ();
  self->secrets = ullim_secrets_new ();
  g_signal_connect_object (self->presence, "own-changed", G_CALLBACK (on_own_changed), self, 0);
}

/* The group server has found its ports: the accounts that live on it follow. */
static void
on_server_running (UllimLocalServer *server, GParamSpec *pspec, UllimEngine *self)
{
  GListModel      *model = G_LIST_MODEL (self->accounts);
  g_autofree char *proxy = ullim_local_server_get_proxy (server);
  g_autofree char *ca_file = ullim_local_server_get_ca_file (server);
  gboolean         running;

  g_object_get (server, "running", &running, NULL);
  if (!running)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (UllimAccount)         account = g_list_model_get_item (model, i);
    g_autoptr (UllimAccountSettings) settings =
        ullim_account_settings_copy (ullim_account_get_settings (account));

    if (g_strcmp0 (settings->ca_file, ca_file) != 0)
      continue;
    if (g_strcmp0 (settings->proxy, proxy) == 0) {
      ullim_engine_reconnect (self, account);
      continue;
    }
    g_free (settings->proxy);
    settings->proxy = g_strdup (proxy);
    ullim_engine_change_account_async (self, account, settings, NULL, NULL, NULL);
  }
}

UllimEngine *
ullim_engine_new (const char *data_dir)
{
  UllimEngine *self = g_object_new (ULLIM_TYPE_ENGINE, NULL);

  self->data_dir = g_strdup (data_dir);
  self->local_server = ullim_local_server_new (data_dir);
  g_signal_connect_object (self->local_server, "notify::running", G_CALLBACK (on_server_running),
                           self, 0);
  return self;
}

GListModel *
ullim_engine_get_accounts (UllimEngine *self)
{
  return G_LIST_MODEL (self->accounts);
}

UllimConversationList *
ullim_engine_get_conversations (UllimEngine *self)
{
  return self->conversations;
}

UllimChatService *
ullim_engine_get_chat (UllimEngine *self)
{
  return self->chat;
}

UllimPeopleService *
ullim_engine_get_people (UllimEngine *self)
{
  return self->people;
}

UllimPresenceService *
ullim_engine_get_presence (UllimEngine *self)
{
  return self->presence;
}

UllimAttention *
ullim_engine_get_attention (UllimEngine *self)
{
  return self->attention;
}

UllimLocalServer *
ullim_engine_get_local_server (UllimEngine *self)
{
  return self->local_server;
}

UllimConnection *
ullim_engine_find_connection (UllimEngine *self, UllimAccount *account)
{
  return g_hash_table_lookup (self->connections, account);
}

static void
on_certificate_question (UllimConnection  *connection,
                         UllimCertificate *certificate,
                         UllimEngine      *self)
{
  g_signal_emit (self, signals[CERTIFICATE_QUESTION], 0, ullim_connection_get_account (connection),
                 certificate);
}

static void
on_password_needed (UllimConnection *connection, UllimEngine *self)
{
  g_signal_emit (self, signals[PASSWORD_NEEDED], 0, ullim_connection_get_account (connection));
}

static void
on_listening (UllimConnection *connection, const char *url, UllimEngine *self)
{
  g_signal_emit (self, signals[LISTENING], 0, ullim_connection_get_account (connection), url);
}

UllimAccount *
ullim_engine_take_account (UllimEngine *self, gint64 id, const UllimAccountSettings *settings)
{
  g_autoptr (UllimAccount) account = ullim_account_new (id, settings);
  UllimConnection         *connection =
      ullim_connection_new (self->stack, self->secrets, account, self->instance_id);

  g_signal_connect_object (connection, "certificate-question", G_CALLBACK (on_certificate_question),
                           self, 0);
  g_signal_connect_object (connection, "password-needed", G_CALLBACK (on_password_needed), self, 0);
  g_signal_connect_object (connection, "listening", G_CALLBACK (on_listening), self, 0);
  g_hash_table_insert (self->connections, account, connection);
  ullim_chat_service_add_account (self->chat, account);
  ullim_chat_service_set_connection (self->chat, connection);
  ullim_presence_service_add_connection (self->presence, connection);
  g_list_store_append (self->accounts, account);
  ullim_engine_sync_account (self, account);
  return account;
}

static void
on_wake (UllimWakeWatch *watch, UllimEngine *self)
{
  GHashTableIter iter;
  gpointer       connection;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, NULL, &connection))
    ullim_connection_reconnect (connection);
}

/* Start */

static void
on_server_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ullim_local_server_start_finish (ULLIM_LOCAL_SERVER (source), result, &error))
    g_warning ("the group server did not start: %s", error->message);
}

static void
on_idle_changed (UllimIdleWatch *watch, gint64 since_us, UllimEngine *self)
{
  ullim_presence_service_set_idle (self->presence, since_us);
}

static void
connect_all (UllimEngine *self)
{
  GHashTableIter iter;
  gpointer       account;
  gpointer       connection;

  self->idle_watch = ullim_idle_watch_new (ULLIM_IDLE_AFTER_S);
  g_signal_connect_object (self->idle_watch, "changed", G_CALLBACK (on_idle_changed), self, 0);
  self->watch = ullim_wake_watch_new ();
  g_signal_connect_object (self->watch, "wake", G_CALLBACK (on_wake), self, 0);
  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, &account, &connection))
    /* One that was added meanwhile runs already. */
    if (ullim_account_get_state (account) == ULLIM_CONNECTION_OFF)
      ullim_connection_start (connection);
  if (ullim_local_server_exists (self->local_server))
    ullim_local_server_start_async (self->local_server, NULL, on_server_started, NULL);
}

/* Stopped while it was starting: the start ends here. */
static gboolean
is_stopped (GTask *task)
{
  UllimEngine *self = g_task_get_source_object (task);

  if (self->stopped)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The engine was stopped");
  return self->stopped;
}

static void
on_people_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UllimEngine) self = user_data;
  UllimPeopleService     *people = ULLIM_PEOPLE_SERVICE (source);
  g_autoptr (GError)      error = NULL;
  gboolean                loaded = ullim_people_service_load_finish (people, result, &error);

  if (self->stopped)
    return;
  if (loaded)
    ullim_presence_service_set_people (self->presence, people);
  else
    g_warning ("the address book could not be read: %s", error->message);
  self->loaded = TRUE;
  self->has_people = loaded;
  ullim_engine_sync_all (self);
  g_signal_emit (self, signals[LOADED], 0);
}

gboolean
ullim_engine_is_loaded (UllimEngine *self)
{
  return self->loaded;
}

/* Not before it is known who is blocked; the people themselves may come later. */
static void
on_presence_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UllimEngine) self = user_data;
  g_autoptr (GError)      error = NULL;

  gboolean loaded =
      ullim_presence_service_load_finish (ULLIM_PRESENCE_SERVICE (source), result, &error);

  if (self->stopped)
    return;
  self->has_permissions = loaded;
  if (!loaded)
    g_warning ("who may see the user's presence could not be read: %s", error->message);
  connect_all (self);
  ullim_people_service_load_async (self->people, self->roster, NULL, on_people_loaded,
                                   g_object_ref (self));
}

static void
on_chat_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  UllimEngine      *self = g_task_get_source_object (task);
  GError           *error = NULL;

  if (!ullim_chat_service_load_all_finish (ULLIM_CHAT_SERVICE (source), result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  if (is_stopped (task))
    return;
  ullim_presence_service_load_async (self->presence, self->roster, G_LIST_MODEL (self->accounts),
                                     self->instance_id, NULL, on_presence_loaded,
                                     g_object_ref (self));
  g_task_return_boolean (task, TRUE);
}

static void
on_accounts (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)     task = user_data;
  UllimEngine          *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) rows = NULL;
  GError               *error = NULL;

  rows = ullim_accounts_load_finish (ULLIM_ACCOUNTS (source), result, &self->instance_id, &error);
  if (!rows) {
    g_task_return_error (task, error);
    return;
  }
  for (guint i = 0; i < rows->len; i++) {
    const UllimAccountRow *row = rows->pdata[i];

    ullim_engine_take_account (self, row->id, row->settings);
  }
  ullim_chat_service_load_async (self->chat, g_task_get_cancellable (task), on_chat_loaded,
                                 g_object_ref (task));
}

static void
on_db (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)   task = user_data;
  UllimEngine        *self = g_task_get_source_object (task);
  GError             *error = NULL;
  g_autoptr (UllimDb) db = ullim_db_open_finish (result, &error);

  if (!db) {
    g_task_return_error (task, error);
    return;
  }
  if (is_stopped (task))
    return;
  self->db = g_steal_pointer (&db);
  self->history = ullim_history_new (self->db);
  self->store = ullim_accounts_new (self->db);
  self->roster = ullim_roster_new (self->db);
  self->stack = ullim_sip_stack_new ();
  self->chat = ullim_chat_service_new (self->history, self->conversations, self->attention);
  ullim_chat_service_set_presence (self->chat, self->presence);
  ullim_accounts_load_async (self->store, g_task_get_cancellable (task), on_accounts,
                             g_object_ref (task));
}

void
ullim_engine_start_async (UllimEngine        *self,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  GTask           *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *path = g_build_filename (self->data_dir, "ullim.db", NULL);

  g_task_set_source_tag (task, ullim_engine_start_async);
  g_return_if_fail (self->db == NULL);
  ullim_db_open_async (path, cancellable, on_db, task);
}

gboolean
ullim_engine_start_finish (UllimEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Stop */

static void
on_db_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError           *error = NULL;

  if (!ullim_db_close_finish (ULLIM_DB (source), result, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
close_db (GTask *task)
{
  UllimEngine *self = g_task_get_source_object (task);

  ullim_local_server_stop (self->local_server);
  if (self->db)
    ullim_db_close_async (self->db, NULL, on_db_closed, g_object_ref (task));
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_connection_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)  task = user_data;
  g_autoptr (GError) error = NULL;
  UllimEngine       *self = g_task_get_source_object (task);

  if (!ullim_connection_stop_finish (ULLIM_CONNECTION (source), result, &error))
    g_debug ("a connection did not stop well: %s", error->message);
  if (--self->stopping == 0)
    close_db (task);
}

void
ullim_engine_stop_async (UllimEngine        *self,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GList) connections = g_hash_table_get_values (self->connections);

  g_task_set_source_tag (task, ullim_engine_stop_async);
  g_return_if_fail (!self->stopped);
  self->stopped = TRUE;
  g_clear_object (&self->watch);
  g_clear_object (&self->idle_watch);
  self->stopping = g_list_length (connections);
  for (GList *link = connections; link; link = link->next)
    ullim_connection_stop_async (link->data, NULL, on_connection_stopped, g_object_ref (task));
  if (!connections)
    close_db (task);
}

gboolean
ullim_engine_stop_finish (UllimEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
