/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is there: joins what the user tells, who is watched and who may see what, for all accounts.
 */
#define G_LOG_DOMAIN "presence-service"

#include "presence-service.h"

#include "presence-service-private.h"
#include "uri.h"

enum { OWN_CHANGED, PRESENCE_CHANGED, PERMISSION_REQUESTED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimPresenceService, ullim_presence_service, G_TYPE_OBJECT)

static void
line_free (gpointer data)
{
  UllimPresenceLine *line = data;

  g_object_unref (line->requests);
  g_object_unref (line->teller);
  g_object_unref (line->watch);
  g_free (line);
}

static void
ullim_presence_service_dispose (GObject *object)
{
  UllimPresenceService *self = ULLIM_PRESENCE_SERVICE (object);

  g_hash_table_remove_all (self->booked);
  g_hash_table_remove_all (self->lines);
  g_clear_object (&self->intake);
  g_clear_object (&self->permissions);
  g_clear_object (&self->people);
  g_clear_object (&self->accounts);
  g_clear_object (&self->roster);
  G_OBJECT_CLASS (ullim_presence_service_parent_class)->dispose (object);
}

static void
ullim_presence_service_finalize (GObject *object)
{
  UllimPresenceService *self = ULLIM_PRESENCE_SERVICE (object);

  ullim_presence_own_clear (&self->own);
  g_hash_table_unref (self->booked);
  g_hash_table_unref (self->lines);
  g_free (self->instance_id);
  G_OBJECT_CLASS (ullim_presence_service_parent_class)->finalize (object);
}

static void
ullim_presence_service_class_init (UllimPresenceServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ullim_presence_service_dispose;
  object_class->finalize = ullim_presence_service_finalize;

  signals[OWN_CHANGED] = g_signal_new ("own-changed", ULLIM_TYPE_PRESENCE_SERVICE,
                                       G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PRESENCE_CHANGED] = g_signal_new (
      "presence-changed", ULLIM_TYPE_PRESENCE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 4, ULLIM_TYPE_ACCOUNT, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
      G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_POINTER);
  signals[PERMISSION_REQUESTED] =
      g_signal_new ("permission-requested", ULLIM_TYPE_PRESENCE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, ULLIM_TYPE_WATCHER);
}

static void
on_requested (UllimPresencePermissions *permissions,
              UllimWatcher             *watcher,
              UllimPresenceService     *self)
{
  g_signal_emit (self, signals[PERMISSION_REQUESTED], 0, watcher);
}

static void
ullim_presence_service_init (UllimPresenceService *self)
{
  self->intake = ullim_presence_intake_new ();
  self->permissions = ullim_presence_permissions_new ();
  self->own.changed_us = g_get_real_time ();
  self->lines = g_hash_table_new_full (NULL, NULL, g_object_unref, line_free);
  self->booked = ullim_presence_service_booked_new ();
  g_signal_connect_object (self->permissions, "requested", G_CALLBACK (on_requested), self, 0);
}

UllimPresenceService *
ullim_presence_service_new (void)
{
  return g_object_new (ULLIM_TYPE_PRESENCE_SERVICE, NULL);
}

/* Own */

static void
tell_own (UllimPresenceService *self)
{
  GHashTableIter iter;
  gpointer       line;

  if (!self->instance_id)
    return;
  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &line))
    ullim_presence_teller_set_own (((UllimPresenceLine *) line)->teller, &self->own,
                                   self->instance_id);
}

static void
own_changed (UllimPresenceService *self)
{
  self->own.changed_us = g_get_real_time ();
  tell_own (self);
  g_signal_emit (self, signals[OWN_CHANGED], 0);
}

static void
on_own_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ullim_roster_save_own_finish (ULLIM_ROSTER (source), result, &error))
    g_warning ("the chosen presence is not on disk: %s", error->message);
}

static void
save_own (UllimPresenceService *self)
{
  if (self->roster)
    ullim_roster_save_own_async (self->roster, self->own.chosen, self->own.note, NULL, on_own_saved,
                                 NULL);
}

void
ullim_presence_service_set_own (UllimPresenceService *self, UllimOwnPresence own, const char *note)
{
  g_autofree char *clean = ullim_presence_own_clean_note (note);

  g_return_if_fail (own < ULLIM_OWN_N_PRESENCES);
  self->is_own_chosen = TRUE;
  if (self->own.chosen == own && g_strcmp0 (self->own.note, clean) == 0)
    return;
  self->own.chosen = own;
  g_free (self->own.note);
  self->own.note = g_steal_pointer (&clean);
  save_own (self);
  own_changed (self);
}

UllimOwnPresence
ullim_presence_service_get_own (UllimPresenceService *self)
{
  return self->own.chosen;
}

const char *
ullim_presence_service_get_own_note (UllimPresenceService *self)
{
  return self->own.note;
}

UllimPresenceState
ullim_presence_service_get_told (UllimPresenceService *self)
{
  return ullim_presence_own_told (&self->own);
}

gboolean
ullim_presence_service_is_silent (UllimPresenceService *self)
{
  return self->own.chosen == ULLIM_OWN_DND;
}

void
ullim_presence_service_set_idle (UllimPresenceService *self, gint64 since_us)
{
  if (self->own.idle_since_us == since_us)
    return;
  self->own.idle_since_us = since_us;
  own_changed (self);
}

gint64
ullim_presence_service_get_idle_since (UllimPresenceService *self)
{
  return self->own.idle_since_us;
}

void
ullim_presence_service_set_calls (UllimPresenceService *self, guint n_calls)
{
  gboolean same = (self->own.n_calls > 0) == (n_calls > 0);

  self->own.n_calls = n_calls;
  if (!same)
    own_changed (self);
}

/* Others */

UllimPresenceLine *
ullim_presence_service_find_line (UllimPresenceService *self, UllimAccount *account)
{
  return account ? g_hash_table_lookup (self->lines, account) : NULL;
}

gboolean
ullim_presence_service_watch (UllimPresenceService *self,
                              UllimAccount         *account,
                              const char           *uri,
                              GError              **error)
{
  UllimPresenceLine   *line = ullim_presence_service_find_line (self, account);
  g_autoptr (GError)   reason = NULL;
  g_autoptr (UllimUri) parsed = ullim_uri_parse (uri, &reason);
  g_autofree char     *aor = NULL;
  g_autofree char     *key = NULL;

  if (!parsed || !line || parsed->scheme == ULLIM_URI_TEL) {
    g_set_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_ADDRESS, "%s",
                 reason ? reason->message : "Not an address whose presence can be asked for");
    return FALSE;
  }
  aor = ullim_uri_to_aor (parsed);
  key = ullim_uri_key (parsed);
  ullim_presence_watch_add (line->watch, aor, key);
  return TRUE;
}

void
ullim_presence_service_unwatch (UllimPresenceService *self, UllimAccount *account, const char *uri)
{
  UllimPresenceLine   *line = ullim_presence_service_find_line (self, account);
  g_autoptr (UllimUri) parsed = ullim_uri_parse (uri, NULL);
  g_autofree char     *key = parsed ? ullim_uri_key (parsed) : NULL;

  if (line && key)
    ullim_presence_watch_remove (line->watch, key);
}

const UllimPresence *
ullim_presence_service_find (UllimPresenceService *self, UllimAccount *account, const char *key)
{
  UllimPresenceLine *line = ullim_presence_service_find_line (self, account);

  return line ? ullim_presence_watch_find (line->watch, key) : NULL;
}

static UllimAccount *
account_of (UllimPresenceService *self, UllimPresenceWatch *watch)
{
  GHashTableIter iter;
  gpointer       account;
  gpointer       line;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, &account, &line))
    if (((UllimPresenceLine *) line)->watch == watch)
      return account;
  return NULL;
}

static void
on_presence_changed (UllimPresenceWatch   *watch,
                     const char           *uri,
                     const char           *key,
                     const UllimPresence  *presence,
                     UllimPresenceService *self)
{
  UllimAccount *account = account_of (self, watch);

  if (self->people)
    ullim_contact_list_set_address_presence (ullim_people_service_get_contacts (self->people), key,
                                             presence);
  if (account)
    g_signal_emit (self, signals[PRESENCE_CHANGED], 0, account, uri, key, presence);
}

/* Accounts */

static void
on_agent_changed (UllimConnection *connection, UllimPresenceService *self)
{
  UllimPresenceLine *line =
      ullim_presence_service_find_line (self, ullim_connection_get_account (connection));

  if (line)
    ullim_presence_watch_set_agent (line->watch, ullim_connection_get_agent (connection));
}

void
ullim_presence_service_add_connection (UllimPresenceService *self, UllimConnection *connection)
{
  UllimAccount      *account = ullim_connection_get_account (connection);
  UllimPresenceLine *line = g_new0 (UllimPresenceLine, 1);

  line->watch = ullim_presence_watch_new (account, self->intake);
  line->teller = ullim_presence_teller_new (connection, self->permissions);
  line->requests = ullim_presence_requests_new (connection, self->permissions, self->intake);
  g_hash_table_insert (self->lines, g_object_ref (account), line);
  g_signal_connect_object (line->watch, "presence-changed", G_CALLBACK (on_presence_changed), self,
                           0);
  g_signal_connect_object (line->teller, "heard", G_CALLBACK (ullim_presence_watch_ask_again),
                           line->watch, G_CONNECT_SWAPPED);
  g_signal_connect_object (connection, "agent-changed", G_CALLBACK (on_agent_changed), self, 0);
  on_agent_changed (connection, self);
  if (self->instance_id)
    ullim_presence_teller_set_own (line->teller, &self->own, self->instance_id);
}

void
ullim_presence_service_remove_account (UllimPresenceService *self, UllimAccount *account)
{
  ullim_presence_permissions_remove_account (self->permissions, account);
  g_hash_table_remove (self->lines, account);
}

/* Permission */

GListModel *
ullim_presence_service_get_watchers (UllimPresenceService *self)
{
  return ullim_presence_permissions_get_watchers (self->permissions);
}

guint
ullim_presence_service_get_n_asked (UllimPresenceService *self)
{
  return ullim_presence_permissions_get_n_asked (self->permissions);
}

gboolean
ullim_presence_service_is_blocked (UllimPresenceService *self,
                                   UllimAccount         *account,
                                   const char           *key)
{
  UllimWatcher *watcher = ullim_presence_permissions_find (self->permissions, account, key);

  return watcher && ullim_watcher_get_permission (watcher) == ULLIM_PERMISSION_BLOCKED;
}

static void
on_decided (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError           *error = NULL;

  if (ullim_presence_permissions_decide_finish (ULLIM_PRESENCE_PERMISSIONS (source), result,
                                                &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ullim_presence_service_decide_async (UllimPresenceService *self,
                                     UllimAccount         *account,
                                     const char           *uri,
                                     UllimPermission       permission,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_presence_service_decide_async);
  ullim_presence_permissions_decide_async (self->permissions, account, uri, permission, cancellable,
                                           on_decided, task);
}

gboolean
ullim_presence_service_decide_finish (UllimPresenceService *self,
                                      GAsyncResult         *result,
                                      GError              **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* From disk */

static void
on_own_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)     task = user_data;
  UllimPresenceService *self = g_task_get_source_object (task);
  GError               *error = NULL;
  UllimOwnPresence      own;
  g_autofree char      *note = NULL;

  if (!ullim_roster_load_own_finish (ULLIM_ROSTER (source), result, &own, &note, &error)) {
    g_task_return_error (task, error);
    return;
  }
  if (self->is_own_chosen) {
    save_own (self);
  } else {
    self->own.chosen = own;
    g_free (self->own.note);
    self->own.note = ullim_presence_own_clean_note (note);
  }
  own_changed (self);
  g_task_return_boolean (task, TRUE);
}

static void
on_permissions_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)     task = user_data;
  UllimPresenceService *self = g_task_get_source_object (task);
  GError               *error = NULL;

  if (!ullim_presence_permissions_load_finish (ULLIM_PRESENCE_PERMISSIONS (source), result,
                                               &error)) {
    g_task_return_error (task, error);
    return;
  }
  ullim_roster_load_own_async (self->roster, g_task_get_cancellable (task), on_own_loaded,
                               g_object_ref (task));
}

static void
on_accounts_changed (GListModel           *accounts,
                     guint                 position,
                     guint                 n_removed,
                     guint                 n_added,
                     UllimPresenceService *self)
{
  ullim_presence_service_book_again (self);
}

void
ullim_presence_service_load_async (UllimPresenceService *self,
                                   UllimRoster          *roster,
                                   GListModel           *accounts,
                                   const char           *instance_id,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_presence_service_load_async);
  self->roster = g_object_ref (roster);
  self->accounts = g_object_ref (accounts);
  self->instance_id = g_strdup (instance_id);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (on_accounts_changed), self, 0);
  ullim_presence_permissions_load_async (self->permissions, roster, accounts, cancellable,
                                         on_permissions_loaded, task);
}

gboolean
ullim_presence_service_load_finish (UllimPresenceService *self,
                                    GAsyncResult         *result,
                                    GError              **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
