/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The address book's side of the synchronisation: who is here, as values for the worker thread, and
 * what the merge brought, as one edit of the book.
 */
#define G_LOG_DOMAIN "people-sync"

#include "people-sync.h"

#include "document-sync.h"
#include "people-lists.h"
#include "people-service-private.h"
#include "uri.h"

struct _UllimPeopleSync {
  GObject parent_instance;

  UllimAccount       *account;  /* owned */
  UllimPeopleService *people;   /* owned */
  GListModel         *accounts; /* owned */
  UllimDocumentSync  *sync;     /* owned */
};

G_DEFINE_FINAL_TYPE (UllimPeopleSync, ullim_people_sync, G_TYPE_OBJECT)

static void
ullim_people_sync_dispose (GObject *object)
{
  UllimPeopleSync *self = ULLIM_PEOPLE_SYNC (object);

  if (self->sync)
    ullim_document_sync_stop (self->sync);
  g_clear_object (&self->sync);
  g_clear_object (&self->account);
  g_clear_object (&self->people);
  g_clear_object (&self->accounts);
  G_OBJECT_CLASS (ullim_people_sync_parent_class)->dispose (object);
}

static void
ullim_people_sync_class_init (UllimPeopleSyncClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_people_sync_dispose;
}

static void
ullim_people_sync_init (UllimPeopleSync *self)
{
}

/* Account 0 stands for the first one. */
static gboolean
is_ours (UllimPeopleSync *self, const UllimContactData *data)
{
  g_autoptr (UllimAccount) first = g_list_model_get_item (self->accounts, 0);

  return data->account_id == ullim_account_get_id (self->account) ||
         (data->account_id == 0 && first == self->account);
}

/* ---- for the worker thread ---- */

typedef struct {
  GPtrArray *people;  /* of UllimListedPerson */
  GPtrArray *changes; /* nullable, of UllimListChange */
} Snapshot;

static void
snapshot_free (gpointer data)
{
  Snapshot *snapshot = data;

  g_ptr_array_unref (snapshot->people);
  g_clear_pointer (&snapshot->changes, g_ptr_array_unref);
  g_free (snapshot);
}

/* What the user calls them: that is what the other devices show, too. */
static UllimListedPerson *
list_person (const UllimContactData *data)
{
  const char        *name = data->nickname && *data->nickname ? data->nickname : data->name;
  UllimListedPerson *person = ullim_listed_person_new (data->uid, NULL);

  person->name = name && *name ? ullim_xml_cut (name, ULLIM_RESOURCE_LIST_MAX_NAME_BYTES) : NULL;
  for (guint i = 0; i < data->addresses->len; i++) {
    const UllimContactAddress *address = data->addresses->pdata[i];

    if (strlen (address->uri) > ULLIM_RESOURCE_LIST_MAX_URI_BYTES)
      continue;
    g_ptr_array_add (person->uris, g_strdup (address->uri));
    g_ptr_array_add (person->keys, g_strdup (address->key));
  }
  for (guint i = 0; i < data->groups->len; i++)
    g_ptr_array_add (person->groups, g_strdup (data->groups->pdata[i]));
  return person;
}

static gpointer
take_snapshot (gpointer owner)
{
  UllimPeopleSync *self = owner;
  GListModel      *contacts = G_LIST_MODEL (ullim_people_service_get_contacts (self->people));
  Snapshot        *snapshot;

  /* An empty book that is only not read yet must not look like one that was emptied. */
  if (!ullim_people_service_get_roster (self->people))
    return NULL;
  snapshot = g_new0 (Snapshot, 1);
  snapshot->people = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_listed_person_free);
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++) {
    g_autoptr (UllimContact) contact = g_list_model_get_item (contacts, i);
    const UllimContactData  *data = ullim_contact_get_data (contact);

    if (is_ours (self, data))
      g_ptr_array_add (snapshot->people, list_person (data));
  }
  return snapshot;
}

static char *
merge (gpointer data, const char *base, const char *theirs, GError **error)
{
  Snapshot *snapshot = data;

  return ullim_people_lists_merge (snapshot->people, base, theirs, &snapshot->changes, error);
}

/* ---- taking over ---- */

/* What becomes of each person whom changes concern; several changes may concern one. */
typedef struct {
  UllimPeopleSync *self;
  GHashTable      *known; /* owned: UllimContact -> UllimContactData (owned) */
  GPtrArray       *added; /* owned, of UllimContactData */
} Edits;

static UllimContactData *
data_to_change (Edits *edits, UllimContact *contact)
{
  UllimContactData *data = g_hash_table_lookup (edits->known, contact);

  if (!data) {
    data = ullim_contact_data_copy (ullim_contact_get_data (contact));
    g_hash_table_insert (edits->known, g_object_ref (contact), data);
  }
  return data;
}

static UllimContactData *
data_to_add (Edits *edits, const UllimListChange *change)
{
  UllimContactData *data;

  for (guint i = 0; i < edits->added->len; i++) {
    data = edits->added->pdata[i];
    for (guint j = 0; j < change->uids->len; j++) {
      if (g_strcmp0 (data->uid, change->uids->pdata[j]) == 0)
        return data;
    }
  }
  data = ullim_contact_data_new ();
  data->uid = g_strdup (change->uids->len > 0 ? change->uids->pdata[0] : NULL);
  data->account_id = ullim_account_get_id (edits->self->account);
  g_ptr_array_add (edits->added, data);
  return data;
}

/* Whose address it is, or to whom it is to be added. */
static UllimContactData *
find_data (Edits *edits, const UllimListChange *change)
{
  UllimContactList *contacts = ullim_people_service_get_contacts (edits->self->people);
  UllimContact     *contact = ullim_contact_list_find (contacts, change->key);

  for (guint i = 0; !contact && change->uri && i < change->uids->len; i++)
    contact = ullim_contact_list_find_uid (contacts, change->uids->pdata[i]);
  if (contact)
    return is_ours (edits->self, ullim_contact_get_data (contact)) ? data_to_change (edits, contact)
                                                                   : NULL;
  return change->uri ? data_to_add (edits, change) : NULL;
}

static gboolean
find_address (const UllimContactData *data, const char *key, guint *index)
{
  for (guint i = 0; i < data->addresses->len; i++) {
    const UllimContactAddress *address = data->addresses->pdata[i];

    if (g_str_equal (address->key, key)) {
      *index = i;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
find_group (const UllimContactData *data, const char *group, guint *index)
{
  for (guint i = 0; i < data->groups->len; i++) {
    if (g_str_equal (data->groups->pdata[i], group)) {
      *index = i;
      return TRUE;
    }
  }
  return FALSE;
}

static void
change_groups (UllimContactData *data, const UllimListChange *change)
{
  guint index;

  for (guint i = 0; i < change->left->len; i++) {
    if (find_group (data, change->left->pdata[i], &index))
      g_ptr_array_remove_index (data->groups, index);
  }
  for (guint i = 0; i < change->joined->len; i++) {
    const char *group = change->joined->pdata[i];

    if (strlen (group) <= ULLIM_CONTACT_MAX_NAME_BYTES &&
        data->groups->len < ULLIM_CONTACT_MAX_GROUPS && !find_group (data, group, &index))
      g_ptr_array_add (data->groups, g_strdup (group));
  }
}

static void
change_data (UllimContactData *data, const UllimListChange *change)
{
  guint index;

  if (change->is_gone) {
    if (find_address (data, change->key, &index))
      g_ptr_array_remove_index (data->addresses, index);
    return;
  }
  if (change->uri && !find_address (data, change->key, &index) &&
      data->addresses->len < ULLIM_CONTACT_MAX_ADDRESSES)
    g_ptr_array_add (data->addresses, ullim_contact_address_new (change->uri, change->key));
  if (change->name) {
    char **name = data->nickname ? &data->nickname : &data->name;

    g_free (*name);
    *name = ullim_xml_cut (change->name, ULLIM_CONTACT_MAX_NAME_BYTES);
  }
  change_groups (data, change);
}

/* Who has no address left was removed on another device. */
static GPtrArray *
edits_to_queue (Edits *edits)
{
  GPtrArray     *queue = ullim_people_edits_new ();
  GHashTableIter iter;
  gpointer       contact;
  gpointer       data;

  g_hash_table_iter_init (&iter, edits->known);
  while (g_hash_table_iter_next (&iter, &contact, &data)) {
    gboolean is_gone = ((UllimContactData *) data)->addresses->len == 0;

    g_ptr_array_add (
        queue, ullim_people_edit_new (is_gone ? ULLIM_PEOPLE_REMOVE : ULLIM_PEOPLE_CHANGE, contact,
                                      is_gone ? NULL : ullim_contact_data_copy (data)));
  }
  for (guint i = 0; i < edits->added->len; i++)
    g_ptr_array_add (queue,
                     ullim_people_edit_new (ULLIM_PEOPLE_ADD, NULL,
                                            ullim_contact_data_copy (edits->added->pdata[i])));
  return queue;
}

static void
on_edited (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError           *error = NULL;

  if (ullim_people_service_edit_finish (ULLIM_PEOPLE_SERVICE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
apply (gpointer owner, gpointer data, GTask *task)
{
  UllimPeopleSync *self = owner;
  Snapshot        *snapshot = data;
  Edits            edits = {
                 self,
                 g_hash_table_new_full (NULL, NULL, g_object_unref, (GDestroyNotify) ullim_contact_data_free),
                 g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_contact_data_free)};

  for (guint i = 0; i < snapshot->changes->len; i++) {
    const UllimListChange *change = snapshot->changes->pdata[i];
    UllimContactData      *concerned = find_data (&edits, change);

    if (concerned)
      change_data (concerned, change);
  }
  if (g_hash_table_size (edits.known) + edits.added->len > 0) {
    g_debug ("%s: %u changed and %u added elsewhere", ullim_account_get_address (self->account),
             g_hash_table_size (edits.known), edits.added->len);
    ullim_people_service_edit_async (self->people, edits_to_queue (&edits), NULL, on_edited, task);
  } else {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
  }
  g_hash_table_unref (edits.known);
  g_ptr_array_unref (edits.added);
}

/* ---- */

static void
on_people_changed (UllimPeopleService *people, UllimContact *contact, UllimPeopleSync *self)
{
  ullim_document_sync_touch (self->sync);
}

UllimPeopleSync *
ullim_people_sync_new (UllimDocuments     *documents,
                       UllimPeopleService *people,
                       UllimRoster        *roster,
                       GListModel         *accounts)
{
  static const UllimDocumentSyncKind kind = {
      .auid = "resource-lists",
      .content_type = ULLIM_RESOURCE_LIST_CONTENT_TYPE,
      .snapshot = take_snapshot,
      .merge = merge,
      .apply = apply,
      .free_snapshot = snapshot_free,
  };
  static const char *const signals[] = {"added", "changed", "removed"};
  UllimPeopleSync         *self = g_object_new (ULLIM_TYPE_PEOPLE_SYNC, NULL);

  self->account = g_object_ref (ullim_documents_get_account (documents));
  self->people = g_object_ref (people);
  self->accounts = g_object_ref (accounts);
  self->sync = ullim_document_sync_new (documents, roster, &kind, self);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (people, signals[i], G_CALLBACK (on_people_changed), self, 0);
  return self;
}
