/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may see the user's presence. A decision is on disk before it holds.
 */
#define G_LOG_DOMAIN "presence-permissions"

#include "presence-permissions.h"

#include "uri.h"

struct _UllimPresencePermissions {
  GObject parent_instance;

  UllimRoster *roster;   /* owned, nullable until loaded */
  GListStore  *watchers; /* owned, of UllimWatcher */
  GHashTable  *by_key;   /* owned: Id -> UllimWatcher */
  guint        n_asked;
};

/* What a watcher is found by. */
typedef struct {
  gint64 account_id;
  char  *key; /* owned */
} Id;

enum { REQUESTED, DECIDED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimPresencePermissions, ullim_presence_permissions, G_TYPE_OBJECT)

static guint
id_hash (gconstpointer data)
{
  const Id *id = data;

  return g_str_hash (id->key) ^ g_int64_hash (&id->account_id);
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
  const Id *left = a;
  const Id *right = b;

  return left->account_id == right->account_id && g_str_equal (left->key, right->key);
}

static Id *
id_new (UllimWatcher *watcher)
{
  Id *id = g_new0 (Id, 1);

  id->account_id = ullim_account_get_id (ullim_watcher_get_account (watcher));
  id->key = g_strdup (ullim_watcher_get_key (watcher));
  return id;
}

static void
id_free (gpointer data)
{
  g_free (((Id *) data)->key);
  g_free (data);
}

static void
ullim_presence_permissions_dispose (GObject *object)
{
  UllimPresencePermissions *self = ULLIM_PRESENCE_PERMISSIONS (object);

  g_hash_table_remove_all (self->by_key);
  g_clear_object (&self->watchers);
  g_clear_object (&self->roster);
  G_OBJECT_CLASS (ullim_presence_permissions_parent_class)->dispose (object);
}

static void
ullim_presence_permissions_finalize (GObject *object)
{
  g_hash_table_unref (ULLIM_PRESENCE_PERMISSIONS (object)->by_key);
  G_OBJECT_CLASS (ullim_presence_permissions_parent_class)->finalize (object);
}

static guint
new_signal (const char *name)
{
  return g_signal_new (name, ULLIM_TYPE_PRESENCE_PERMISSIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                       NULL, G_TYPE_NONE, 1, ULLIM_TYPE_WATCHER);
}

static void
ullim_presence_permissions_class_init (UllimPresencePermissionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ullim_presence_permissions_dispose;
  object_class->finalize = ullim_presence_permissions_finalize;

  signals[REQUESTED] = new_signal ("requested");
  signals[DECIDED] = new_signal ("decided");
}

static void
ullim_presence_permissions_init (UllimPresencePermissions *self)
{
  self->watchers = g_list_store_new (ULLIM_TYPE_WATCHER);
  self->by_key = g_hash_table_new_full (id_hash, id_equal, id_free, g_object_unref);
}

UllimPresencePermissions *
ullim_presence_permissions_new (void)
{
  return g_object_new (ULLIM_TYPE_PRESENCE_PERMISSIONS, NULL);
}

GListModel *
ullim_presence_permissions_get_watchers (UllimPresencePermissions *self)
{
  return G_LIST_MODEL (self->watchers);
}

guint
ullim_presence_permissions_get_n_asked (UllimPresencePermissions *self)
{
  return self->n_asked;
}

UllimWatcher *
ullim_presence_permissions_find (UllimPresencePermissions *self,
                                 UllimAccount             *account,
                                 const char               *key)
{
  const Id id = {ullim_account_get_id (account), (char *) key};

  return g_hash_table_lookup (self->by_key, &id);
}

/* The list: who waits for an answer first, who asked last before others, then by address. */

static gboolean
is_asked (UllimWatcher *watcher)
{
  return ullim_watcher_get_permission (watcher) == ULLIM_PERMISSION_ASKED;
}

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  UllimWatcher *left = ULLIM_WATCHER ((gpointer) a);
  UllimWatcher *right = ULLIM_WATCHER ((gpointer) b);
  gint64        earlier = ullim_watcher_get_asked_us (left);
  gint64        later = ullim_watcher_get_asked_us (right);

  if (is_asked (left) != is_asked (right))
    return is_asked (left) ? -1 : 1;
  if (earlier != later)
    return earlier > later ? -1 : 1;
  return g_strcmp0 (ullim_watcher_get_key (left), ullim_watcher_get_key (right));
}

static void
insert (UllimPresencePermissions *self, UllimWatcher *watcher)
{
  g_hash_table_insert (self->by_key, id_new (watcher), g_object_ref (watcher));
  self->n_asked += is_asked (watcher);
  g_list_store_insert_sorted (self->watchers, watcher, compare, NULL);
}

static void
take_out (UllimPresencePermissions *self, UllimWatcher *watcher)
{
  g_autoptr (UllimWatcher) kept = g_object_ref (watcher);
  const Id                 id = {ullim_account_get_id (ullim_watcher_get_account (watcher)),
                                 (char *) ullim_watcher_get_key (watcher)};
  guint                    position;

  self->n_asked -= is_asked (watcher);
  g_hash_table_remove (self->by_key, &id);
  if (g_list_store_find (self->watchers, watcher, &position))
    g_list_store_remove (self->watchers, position);
}

void
ullim_presence_permissions_remove_account (UllimPresencePermissions *self, UllimAccount *account)
{
  GListModel *model = G_LIST_MODEL (self->watchers);

  for (guint i = g_list_model_get_n_items (model); i-- > 0;) {
    g_autoptr (UllimWatcher) watcher = g_list_model_get_item (model, i);

    if (ullim_watcher_get_account (watcher) == account)
      take_out (self, watcher);
  }
}

/* From disk */

static UllimAccount *
find_account (GListModel *accounts, gint64 id)
{
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (UllimAccount) account = g_list_model_get_item (accounts, i);

    if (ullim_account_get_id (account) == id)
      return account; /* the list keeps it */
  }
  return NULL;
}

static void
take_rows (UllimPresencePermissions *self, GListModel *accounts, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++) {
    const UllimPermissionRow *row = rows->pdata[i];
    UllimAccount             *account = find_account (accounts, row->account_id);
    g_autoptr (UllimWatcher)  watcher = NULL;

    if (!account || ullim_presence_permissions_find (self, account, row->key))
      continue;
    watcher =
        ullim_watcher_new (account, row->uri, row->key, row->name, row->permission, row->asked_us);
    insert (self, watcher);
  }
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)         task = user_data;
  UllimPresencePermissions *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray)     rows = NULL;
  GError                   *error = NULL;

  rows = ullim_roster_load_permissions_finish (ULLIM_ROSTER (source), result, &error);
  if (!rows) {
    g_task_return_error (task, error);
    return;
  }
  take_rows (self, g_task_get_task_data (task), rows);
  g_task_return_boolean (task, TRUE);
}

void
ullim_presence_permissions_load_async (UllimPresencePermissions *self,
                                       UllimRoster              *roster,
                                       GListModel               *accounts,
                                       GCancellable             *cancellable,
                                       GAsyncReadyCallback       callback,
                                       gpointer                  user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_presence_permissions_load_async);
  g_task_set_task_data (task, g_object_ref (accounts), g_object_unref);
  self->roster = g_object_ref (roster);
  ullim_roster_load_permissions_async (roster, cancellable, on_loaded, task);
}

gboolean
ullim_presence_permissions_load_finish (UllimPresencePermissions *self,
                                        GAsyncResult             *result,
                                        GError                  **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Asking */

/* The name they gave themselves; not the address that stands for a missing one. */
static const char *
own_name (UllimWatcher *watcher)
{
  const char *name = ullim_watcher_get_name (watcher);

  return g_str_has_suffix (ullim_watcher_get_uri (watcher), name) ? NULL : name;
}

static UllimPermissionRow
row_of (UllimWatcher *watcher)
{
  return (UllimPermissionRow){
      .account_id = ullim_account_get_id (ullim_watcher_get_account (watcher)),
      .uri = (char *) ullim_watcher_get_uri (watcher),
      .key = (char *) ullim_watcher_get_key (watcher),
      .name = (char *) own_name (watcher),
      .permission = ullim_watcher_get_permission (watcher),
      .asked_us = ullim_watcher_get_asked_us (watcher),
  };
}

static void
on_request_kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ullim_roster_save_permission_finish (ULLIM_ROSTER (source), result, &error))
    g_warning ("who asked for permission is not on disk: %s", error->message);
}

static void
keep_request (UllimPresencePermissions *self, UllimWatcher *watcher)
{
  const UllimPermissionRow row = row_of (watcher);

  if (self->roster)
    ullim_roster_save_permission_async (self->roster, &row, NULL, on_request_kept, NULL);
}

static void
rename_watcher (UllimPresencePermissions *self, UllimWatcher *watcher, const char *name)
{
  if (!name || g_strcmp0 (ullim_watcher_get_name (watcher), name) == 0)
    return;
  ullim_watcher_set_name (watcher, name);
  keep_request (self, watcher);
}

void
ullim_presence_permissions_ask (UllimPresencePermissions *self,
                                UllimAccount             *account,
                                const char               *uri,
                                const char               *key,
                                const char               *name)
{
  UllimWatcher            *known = ullim_presence_permissions_find (self, account, key);
  g_autoptr (UllimWatcher) watcher = NULL;

  if (known) {
    if (is_asked (known))
      rename_watcher (self, known, name);
    return;
  }
  if (self->n_asked >= ULLIM_PRESENCE_MAX_ASKED) {
    g_message ("too many ask for permission");
    return;
  }
  watcher = ullim_watcher_new (account, uri, key, name, ULLIM_PERMISSION_ASKED, g_get_real_time ());
  insert (self, watcher);
  keep_request (self, watcher);
  g_signal_emit (self, signals[REQUESTED], 0, watcher);
}

/* Deciding */

typedef struct {
  UllimWatcher   *watcher; /* owned: the known one, or a new one that is not in the list yet */
  UllimPermission permission;
} Decision;

static void
decision_free (gpointer data)
{
  g_object_unref (((Decision *) data)->watcher);
  g_free (data);
}

/* Taken back, and they never asked: nothing is left to be said of them. */
static gboolean
is_forgotten (const Decision *decision)
{
  return decision->permission == ULLIM_PERMISSION_ASKED &&
         ullim_watcher_get_asked_us (decision->watcher) == 0;
}

static void
apply (UllimPresencePermissions *self, const Decision *decision)
{
  UllimWatcher *made = decision->watcher;
  UllimWatcher *known = ullim_presence_permissions_find (self, ullim_watcher_get_account (made),
                                                         ullim_watcher_get_key (made));
  /* Looked up again: somebody may have asked meanwhile. */
  g_autoptr (UllimWatcher) watcher = g_object_ref (known ? known : made);

  if (known)
    take_out (self, known);
  ullim_watcher_set_permission (watcher, decision->permission);
  if (!is_forgotten (decision))
    insert (self, watcher);
  g_signal_emit (self, signals[DECIDED], 0, watcher);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)         task = user_data;
  UllimPresencePermissions *self = g_task_get_source_object (task);
  const Decision           *decision = g_task_get_task_data (task);
  UllimRoster              *roster = ULLIM_ROSTER (source);
  GError                   *error = NULL;
  gboolean                  saved;

  if (is_forgotten (decision))
    saved = ullim_roster_remove_permission_finish (roster, result, &error);
  else
    saved = ullim_roster_save_permission_finish (roster, result, &error);
  if (!saved) {
    g_task_return_error (task, error);
    return;
  }
  if (self->watchers)
    apply (self, decision);
  g_task_return_boolean (task, TRUE);
}

static void
save (UllimPresencePermissions *self, GTask *task, const Decision *decision)
{
  UllimPermissionRow row = row_of (decision->watcher);

  row.permission = decision->permission;
  if (is_forgotten (decision))
    ullim_roster_remove_permission_async (self->roster, row.account_id, row.key, NULL, on_saved,
                                          task);
  else
    ullim_roster_save_permission_async (self->roster, &row, NULL, on_saved, task);
}

void
ullim_presence_permissions_decide_async (UllimPresencePermissions *self,
                                         UllimAccount             *account,
                                         const char               *uri,
                                         UllimPermission           permission,
                                         GCancellable             *cancellable,
                                         GAsyncReadyCallback       callback,
                                         gpointer                  user_data)
{
  g_autoptr (GTask)    task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError)   error = NULL;
  g_autoptr (UllimUri) parsed = ullim_uri_parse (uri, &error);
  g_autofree char     *aor = NULL;
  g_autofree char     *key = NULL;
  UllimWatcher        *known;
  Decision            *decision;

  g_task_set_source_tag (task, ullim_presence_permissions_decide_async);
  if (!parsed || !self->roster) {
    g_task_return_new_error (task, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_ADDRESS, "%s",
                             parsed ? "The data is not loaded yet" : error->message);
    return;
  }
  aor = ullim_uri_to_aor (parsed);
  key = ullim_uri_key (parsed);
  known = ullim_presence_permissions_find (self, account, key);
  decision = g_new0 (Decision, 1);
  decision->permission = permission;
  decision->watcher =
      known ? g_object_ref (known) : ullim_watcher_new (account, aor, key, NULL, permission, 0);
  g_task_set_task_data (task, decision, decision_free);
  save (self, g_object_ref (task), decision);
}

gboolean
ullim_presence_permissions_decide_finish (UllimPresencePermissions *self,
                                          GAsyncResult             *result,
                                          GError                  **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
