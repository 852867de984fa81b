/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The permissions' side of the synchronisation. Whether messages are blocked, too, stays on the
 * device where it was decided: presence rules have no word for it.
 */
#define G_LOG_DOMAIN "permission-sync"

#include "permission-sync.h"

#include "document-sync.h"
#include "permission-rules.h"
#include "pres-rules.h"
#include "presence-service-private.h"

struct _UllimPermissionSync {
  GObject parent_instance;

  UllimAccount         *account;  /* owned */
  UllimPresenceService *presence; /* owned */
  UllimDocumentSync    *sync;     /* owned */
};

G_DEFINE_FINAL_TYPE (UllimPermissionSync, ullim_permission_sync, G_TYPE_OBJECT)

static void
ullim_permission_sync_dispose (GObject *object)
{
  UllimPermissionSync *self = ULLIM_PERMISSION_SYNC (object);

  if (self->sync)
    ullim_document_sync_stop (self->sync);
  g_clear_object (&self->sync);
  g_clear_object (&self->account);
  g_clear_object (&self->presence);
  G_OBJECT_CLASS (ullim_permission_sync_parent_class)->dispose (object);
}

static void
ullim_permission_sync_class_init (UllimPermissionSyncClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_permission_sync_dispose;
}

static void
ullim_permission_sync_init (UllimPermissionSync *self)
{
}

/* ---- for the worker thread ---- */

typedef struct {
  GPtrArray *people;    /* of UllimRuledPerson */
  GPtrArray *changes;   /* nullable, of UllimRuledPerson */
  guint      n_pending; /* decisions under way */
  GError    *error;     /* nullable: of the first that failed */
} Snapshot;

static void
snapshot_free (gpointer data)
{
  Snapshot *snapshot = data;

  g_ptr_array_unref (snapshot->people);
  g_clear_pointer (&snapshot->changes, g_ptr_array_unref);
  g_clear_error (&snapshot->error);
  g_free (snapshot);
}

static UllimRuling
ruling_of (UllimPermission permission)
{
  switch (permission) {
  case ULLIM_PERMISSION_ALLOWED:
    return ULLIM_RULING_ALLOW;
  case ULLIM_PERMISSION_DENIED:
  case ULLIM_PERMISSION_BLOCKED:
    return ULLIM_RULING_DENY;
  case ULLIM_PERMISSION_ASKED:
  default:
    return ULLIM_RULING_ASK;
  }
}

static gpointer
take_snapshot (gpointer owner)
{
  UllimPermissionSync *self = owner;
  GListModel          *watchers = ullim_presence_service_get_watchers (self->presence);
  Snapshot            *snapshot = g_new0 (Snapshot, 1);

  snapshot->people = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_ruled_person_free);
  for (guint i = 0; i < g_list_model_get_n_items (watchers); i++) {
    g_autoptr (UllimWatcher) watcher = g_list_model_get_item (watchers, i);
    UllimRuling              ruling = ruling_of (ullim_watcher_get_permission (watcher));

    if (ullim_watcher_get_account (watcher) == self->account && ruling != ULLIM_RULING_ASK)
      g_ptr_array_add (snapshot->people,
                       ullim_ruled_person_new (ullim_watcher_get_uri (watcher),
                                               ullim_watcher_get_key (watcher), ruling));
  }
  return snapshot;
}

static char *
merge (gpointer data, const char *base, const char *theirs, GError **error)
{
  Snapshot *snapshot = data;

  return ullim_permission_rules_merge (snapshot->people, base, theirs, &snapshot->changes, error);
}

/* ---- taking over ---- */

static void
finish_one (Snapshot *snapshot, GTask *task)
{
  if (--snapshot->n_pending > 0)
    return;
  if (snapshot->error)
    g_task_return_error (task, g_steal_pointer (&snapshot->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_decided (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)  task = user_data;
  g_autoptr (GError) error = NULL;
  Snapshot          *snapshot = g_task_get_task_data (task);

  if (!ullim_presence_service_decide_finish (ULLIM_PRESENCE_SERVICE (source), result, &error) &&
      !snapshot->error)
    snapshot->error = g_steal_pointer (&error);
  finish_one (snapshot, task);
}

static UllimPermission
permission_for (UllimRuling ruling)
{
  switch (ruling) {
  case ULLIM_RULING_ALLOW:
    return ULLIM_PERMISSION_ALLOWED;
  case ULLIM_RULING_DENY:
    return ULLIM_PERMISSION_DENIED;
  case ULLIM_RULING_ASK:
  default:
    return ULLIM_PERMISSION_ASKED;
  }
}

static void
apply (gpointer owner, gpointer data, GTask *owned)
{
  g_autoptr (GTask)    task = owned;
  UllimPermissionSync *self = owner;
  Snapshot            *snapshot = data;

  g_task_set_task_data (task, snapshot, NULL);
  snapshot->n_pending = 1;
  for (guint i = 0; i < snapshot->changes->len; i++) {
    const UllimRuledPerson *person = snapshot->changes->pdata[i];

    snapshot->n_pending++;
    ullim_presence_service_decide_async (self->presence, self->account, person->uri,
                                         permission_for (person->ruling), NULL, on_decided,
                                         g_object_ref (task));
  }
  finish_one (snapshot, task);
}

/* ---- */

static void
on_watcher_decided (UllimPresencePermissions *permissions,
                    UllimWatcher             *watcher,
                    UllimPermissionSync      *self)
{
  if (ullim_watcher_get_account (watcher) == self->account)
    ullim_document_sync_touch (self->sync);
}

UllimPermissionSync *
ullim_permission_sync_new (UllimDocuments       *documents,
                           UllimPresenceService *presence,
                           UllimRoster          *roster)
{
  static const UllimDocumentSyncKind kind = {
      .auid = "pres-rules",
      .content_type = ULLIM_PRES_RULES_CONTENT_TYPE,
      .snapshot = take_snapshot,
      .merge = merge,
      .apply = apply,
      .free_snapshot = snapshot_free,
  };
  UllimPermissionSync *self = g_object_new (ULLIM_TYPE_PERMISSION_SYNC, NULL);

  self->account = g_object_ref (ullim_documents_get_account (documents));
  self->presence = g_object_ref (presence);
  self->sync = ullim_document_sync_new (documents, roster, &kind, self);
  g_signal_connect_object (presence->permissions, "decided", G_CALLBACK (on_watcher_decided), self,
                           0);
  return self;
}
