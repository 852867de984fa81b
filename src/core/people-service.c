/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The address book: what each change means, as edits for the queue (people-queue.c). Files are in
 * people-import.c and people-export.c.
 */
#define G_LOG_DOMAIN "people-service"

#include "people-card.h"
#include "people-service-private.h"
#include "uri.h"

#include <string.h>

/* Where the account of somebody removed is kept until they are restored or forgotten. */
#define ACCOUNT_PROPERTY "X-ULLIM-ACCOUNT"
#define CARD_END "END:VCARD\r\n"
/* How long contacts are made at start before the main loop has its turn, us; they are sorted in
 * besides. */
#define SLICE_US 2000
#define SLICE_CHECK 64

struct _UllimPeopleService {
  GObject parent_instance;

  UllimContactList *contacts; /* owned */
  UllimRoster      *roster;   /* owned, nullable */
  UllimPeopleQueue *queue;    /* owned */
};

enum { ADDED, CHANGED, REMOVED, IMPORT_PROGRESS, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimPeopleService, ullim_people_service, G_TYPE_OBJECT)

static void
ullim_people_service_finalize (GObject *object)
{
  UllimPeopleService *self = ULLIM_PEOPLE_SERVICE (object);

  ullim_people_queue_free (self->queue);
  g_clear_object (&self->roster);
  g_object_unref (self->contacts);
  G_OBJECT_CLASS (ullim_people_service_parent_class)->finalize (object);
}

static guint
new_contact_signal (UllimPeopleServiceClass *klass, const char *name)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 1, ULLIM_TYPE_CONTACT);
}

static void
ullim_people_service_class_init (UllimPeopleServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_people_service_finalize;
  signals[ADDED] = new_contact_signal (klass, "added");
  signals[CHANGED] = new_contact_signal (klass, "changed");
  signals[REMOVED] = new_contact_signal (klass, "removed");
  signals[IMPORT_PROGRESS] =
      g_signal_new ("import-progress", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void
ullim_people_service_init (UllimPeopleService *self)
{
  self->contacts = ullim_contact_list_new ();
  self->queue = ullim_people_queue_new (self);
}

UllimPeopleService *
ullim_people_service_new (void)
{
  return g_object_new (ULLIM_TYPE_PEOPLE_SERVICE, NULL);
}

UllimContactList *
ullim_people_service_get_contacts (UllimPeopleService *self)
{
  g_return_val_if_fail (ULLIM_IS_PEOPLE_SERVICE (self), NULL);

  return self->contacts;
}

UllimRoster *
ullim_people_service_get_roster (UllimPeopleService *self)
{
  return self->roster;
}

UllimPeopleQueue *
ullim_people_service_get_queue (UllimPeopleService *self)
{
  return self->queue;
}

void
ullim_people_service_emit_added (UllimPeopleService *self, UllimContact *contact)
{
  g_signal_emit (self, signals[ADDED], 0, contact);
}

void
ullim_people_service_emit_changed (UllimPeopleService *self, UllimContact *contact)
{
  g_signal_emit (self, signals[CHANGED], 0, contact);
}

void
ullim_people_service_emit_removed (UllimPeopleService *self, UllimContact *contact)
{
  g_signal_emit (self, signals[REMOVED], 0, contact);
}

void
ullim_people_service_emit_progress (UllimPeopleService *self, guint done, guint total)
{
  g_signal_emit (self, signals[IMPORT_PROGRESS], 0, done, total);
}

static GTask *
new_task (UllimPeopleService *self,
          gpointer            source_tag,
          GCancellable       *cancellable,
          GAsyncReadyCallback callback,
          gpointer            user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  return task;
}

static gboolean
boolean_finish (UllimPeopleService *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gpointer
pointer_finish (UllimPeopleService *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- loading ---- */

typedef struct {
  GPtrArray *rows; /* owned */
  guint      next; /* of them */
} LoadData;

static void
load_data_free (gpointer data)
{
  LoadData *load = data;

  g_clear_pointer (&load->rows, g_ptr_array_unref);
  g_free (load);
}

/* A slice is sorted in and told on at once: there is no end at which ten thousand come together. */
static gboolean
on_load_slice (gpointer data)
{
  GTask                *task = data;
  UllimPeopleService   *self = g_task_get_source_object (task);
  LoadData             *load = g_task_get_task_data (task);
  gint64                deadline = g_get_monotonic_time () + SLICE_US;
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func (g_object_unref);

  while (load->next < load->rows->len) {
    UllimContactRow *row = load->rows->pdata[load->next++];

    g_ptr_array_add (contacts, ullim_contact_new (row->id, g_steal_pointer (&row->data)));
    if (load->next % SLICE_CHECK == 0 && g_get_monotonic_time () > deadline)
      break;
  }
  ullim_contact_list_add_all (self->contacts, contacts);
  if (load->next < load->rows->len)
    return G_SOURCE_CONTINUE;
  ullim_people_queue_start (self->queue);
  g_task_return_boolean (task, TRUE);
  return G_SOURCE_REMOVE;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)   task = user_data;
  UllimPeopleService *self = g_task_get_source_object (task);
  LoadData           *load = g_task_get_task_data (task);
  GError             *error = NULL;

  load->rows = ullim_roster_load_finish (ULLIM_ROSTER (source), result, &error);
  if (!load->rows) {
    g_clear_object (&self->roster);
    ullim_people_queue_start (self->queue);
    g_task_return_error (task, error);
    return;
  }
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_load_slice, g_steal_pointer (&task), g_object_unref);
}

void
ullim_people_service_load_async (UllimPeopleService *self,
                                 UllimRoster        *roster,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_PEOPLE_SERVICE (self));
  g_return_if_fail (ULLIM_IS_ROSTER (roster));
  g_return_if_fail (self->roster == NULL);

  GTask *task = new_task (self, ullim_people_service_load_async, cancellable, callback, user_data);

  self->roster = g_object_ref (roster);
  g_task_set_task_data (task, g_new0 (LoadData, 1), load_data_free);
  ullim_roster_load_async (roster, cancellable, on_loaded, task);
}

gboolean
ullim_people_service_load_finish (UllimPeopleService *self, GAsyncResult *result, GError **error)
{
  return boolean_finish (self, result, error);
}

void
ullim_people_service_account_removed (UllimPeopleService *self, gint64 account_id)
{
  g_autoptr (GPtrArray) theirs = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel           *model = G_LIST_MODEL (self->contacts);
  guint                 n = g_list_model_get_n_items (model);

  for (guint i = 0; i < n; i++) {
    g_autoptr (UllimContact) contact = g_list_model_get_item (model, i);

    if (ullim_contact_get_data (contact)->account_id == account_id)
      g_ptr_array_add (theirs, g_steal_pointer (&contact));
  }
  ullim_contact_list_begin_burst (self->contacts);
  for (guint i = 0; i < theirs->len; i++) {
    UllimContactData *data = ullim_contact_data_copy (ullim_contact_get_data (theirs->pdata[i]));

    data->account_id = 0;
    ullim_contact_set_data (theirs->pdata[i], data);
  }
  ullim_contact_list_end_burst (self->contacts);
  for (guint i = 0; i < theirs->len; i++)
    ullim_people_service_emit_changed (self, theirs->pdata[i]);
}

/* ---- addresses ---- */

char *
ullim_people_service_parse_address (UllimAccount *account,
                                    const char   *typed,
                                    char        **key,
                                    GError      **error)
{
  g_autoptr (GError)   reason = NULL;
  g_autoptr (UllimUri) uri = NULL;

  g_return_val_if_fail (typed != NULL, NULL);

  uri = ullim_uri_parse_typed (typed, account ? ullim_account_get_host (account) : NULL, &reason);
  if (!uri) {
    g_set_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_ADDRESS, "%s", reason->message);
    return NULL;
  }
  if (key)
    *key = ullim_uri_key (uri);
  return ullim_uri_to_aor (uri);
}

/* Returns: (transfer full) (nullable): a copy with the keys of its addresses, each once */
static UllimContactData *
check_data (const UllimContactData *data, GError **error)
{
  g_autoptr (UllimContactData) copy = ullim_contact_data_copy (data);
  g_autoptr (GHashTable)       keys = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < copy->addresses->len;) {
    UllimContactAddress *address = copy->addresses->pdata[i];
    g_autoptr (GError)   reason = NULL;

    g_free (address->key);
    address->key = address->uri ? ullim_people_card_make_key (address->uri, &reason) : NULL;
    if (!address->key) {
      g_set_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_ADDRESS, "%s",
                   reason ? reason->message : "no address");
      return NULL;
    }
    if (g_hash_table_add (keys, address->key))
      i++;
    else
      g_ptr_array_remove_index (copy->addresses, i);
  }
  if (copy->addresses->len <= ULLIM_CONTACT_MAX_ADDRESSES &&
      copy->groups->len <= ULLIM_CONTACT_MAX_GROUPS)
    return g_steal_pointer (&copy);
  g_set_error_literal (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_OVER_LIMIT,
                       "too many addresses or groups");
  return NULL;
}

/* ---- adding ---- */

static UllimContact *
find_by_address (UllimPeopleService *self, const UllimContactData *data)
{
  UllimContact *found = data->uid ? ullim_contact_list_find_uid (self->contacts, data->uid) : NULL;

  for (guint i = 0; !found && i < data->addresses->len; i++) {
    const UllimContactAddress *address = data->addresses->pdata[i];

    found = ullim_contact_list_find (self->contacts, address->key);
  }
  return found;
}

static void
fill_text (char **text, const char *with)
{
  if (!*text)
    *text = g_strdup (with);
}

/* Returns: (transfer full): what is known of @contact, and what @data knows besides */
static UllimContactData *
fill_data (UllimContact *contact, const UllimContactData *data)
{
  UllimContactData *filled = ullim_contact_data_copy (ullim_contact_get_data (contact));

  fill_text (&filled->name, data->name);
  fill_text (&filled->nickname, data->nickname);
  fill_text (&filled->note, data->note);
  filled->is_favourite |= data->is_favourite;
  for (guint i = 0; i < data->addresses->len; i++) {
    const UllimContactAddress *address = data->addresses->pdata[i];

    if (!ullim_contact_has_address (contact, address->key) &&
        filled->addresses->len < ULLIM_CONTACT_MAX_ADDRESSES)
      g_ptr_array_add (filled->addresses, ullim_contact_address_new (address->uri, address->key));
  }
  for (guint i = 0; i < data->groups->len; i++) {
    if (!ullim_contact_is_in_group (contact, data->groups->pdata[i]) &&
        filled->groups->len < ULLIM_CONTACT_MAX_GROUPS)
      g_ptr_array_add (filled->groups, g_strdup (data->groups->pdata[i]));
  }
  return filled;
}

static GPtrArray *
prepare_add (UllimPeopleService *self, GTask *task, GError **error)
{
  UllimContactData *data = g_task_get_task_data (task);
  UllimContact     *contact = find_by_address (self, data);
  GPtrArray        *edits = ullim_people_edits_new ();

  if (contact) {
    g_ptr_array_add (
        edits, ullim_people_edit_new (ULLIM_PEOPLE_CHANGE, contact, fill_data (contact, data)));
  } else {
    g_ptr_array_add (
        edits, ullim_people_edit_new (ULLIM_PEOPLE_ADD, NULL, ullim_contact_data_copy (data)));
  }
  return edits;
}

/* The result is the contact of the one edit. */
static void
complete_with_contact (UllimPeopleService *self, GTask *task, GPtrArray *edits)
{
  const UllimPeopleEdit *edit = edits->pdata[0];

  g_task_return_pointer (task, g_object_ref (edit->contact), g_object_unref);
}

void
ullim_people_service_add_async (UllimPeopleService     *self,
                                const UllimContactData *data,
                                GCancellable           *cancellable,
                                GAsyncReadyCallback     callback,
                                gpointer                user_data)
{
  g_return_if_fail (ULLIM_IS_PEOPLE_SERVICE (self));
  g_return_if_fail (data != NULL);

  GError           *error = NULL;
  UllimContactData *copy = check_data (data, &error);
  GTask *task = new_task (self, ullim_people_service_add_async, cancellable, callback, user_data);

  if (!copy) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }
  if (!copy->uid) {
    g_autofree char *uuid = g_uuid_string_random ();

    copy->uid = g_strconcat ("urn:uuid:", uuid, NULL);
  }
  g_task_set_task_data (task, copy, (GDestroyNotify) ullim_contact_data_free);
  ullim_people_service_queue (self, task, prepare_add, complete_with_contact);
}

UllimContact *
ullim_people_service_add_finish (UllimPeopleService *self, GAsyncResult *result, GError **error)
{
  return pointer_finish (self, result, error);
}

/* ---- edits that are known from the start ---- */

static GPtrArray *
prepare_edits (UllimPeopleService *self, GTask *task, GError **error)
{
  return g_ptr_array_ref (g_task_get_task_data (task));
}

static void
complete_edits (UllimPeopleService *self, GTask *task, GPtrArray *edits)
{
  g_task_return_boolean (task, TRUE);
}

/* One who is gone cannot be changed. */
static void
complete_one (UllimPeopleService *self, GTask *task, GPtrArray *edits)
{
  if (edits->len > 0)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_NOT_FOUND,
                             "they are no longer in the address book");
}

static void
queue_edits (UllimPeopleService *self, GTask *task, GPtrArray *edits, UllimPeopleComplete complete)
{
  g_task_set_task_data (task, edits, (GDestroyNotify) g_ptr_array_unref);
  ullim_people_service_queue (self, task, prepare_edits, complete);
}

static void
queue_edit (UllimPeopleService *self,
            GTask              *task,
            UllimPeopleEdit    *edit,
            UllimPeopleComplete complete)
{
  GPtrArray *edits = ullim_people_edits_new ();

  g_ptr_array_add (edits, edit);
  queue_edits (self, task, edits, complete);
}

void
ullim_people_service_edit_async (UllimPeopleService *self,
                                 GPtrArray          *edits,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_PEOPLE_SERVICE (self));

  queue_edits (self,
               new_task (self, ullim_people_service_edit_async, cancellable, callback, user_data),
               edits, complete_edits);
}

gboolean
ullim_people_service_edit_finish (UllimPeopleService *self, GAsyncResult *result, GError **error)
{
  return boolean_finish (self, result, error);
}

void
ullim_people_service_change_async (UllimPeopleService     *self,
                                   UllimContact           *contact,
                                   const UllimContactData *data,
                                   GCancellable           *cancellable,
                                   GAsyncReadyCallback     callback,
                                   gpointer                user_data)
{
  g_return_if_fail (ULLIM_IS_PEOPLE_SERVICE (self));
  g_return_if_fail (ULLIM_IS_CONTACT (contact));
  g_return_if_fail (data != NULL);

  GError           *error = NULL;
  UllimContactData *copy = check_data (data, &error);
  GTask            *task =
      new_task (self, ullim_people_service_change_async, cancellable, callback, user_data);

  if (copy) {
    queue_edit (self, task, ullim_people_edit_new (ULLIM_PEOPLE_CHANGE, contact, copy),
                complete_one);
  } else {
    g_task_return_error (task, error);
    g_object_unref (task);
  }
}

gboolean
ullim_people_service_change_finish (UllimPeopleService *self, GAsyncResult *result, GError **error)
{
  return boolean_finish (self, result, error);
}

/* ---- removing and restoring ---- */

/* The account is no part of a vCard that leaves the house, but of this one. */
static char *
add_account (const char *card, gint64 account_id)
{
  g_autofree char *body = NULL;

  if (account_id == 0 || !g_str_has_suffix (card, CARD_END))
    return g_strdup (card);
  body = g_strndup (card, strlen (card) - strlen (CARD_END));
  return g_strdup_printf ("%s" ACCOUNT_PROPERTY ":%" G_GINT64_FORMAT "\r\n" CARD_END, body,
                          account_id);
}

static void
complete_removal (UllimPeopleService *self, GTask *task, GPtrArray *edits)
{
  const UllimPeopleEdit *edit = edits->len > 0 ? edits->pdata[0] : NULL;

  if (edit && edit->card)
    g_task_return_pointer (
        task, add_account (edit->card, ullim_contact_get_data (edit->contact)->account_id), g_free);
  else
    complete_one (self, task, edits);
}

void
ullim_people_service_remove_async (UllimPeopleService *self,
                                   UllimContact       *contact,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_PEOPLE_SERVICE (self));
  g_return_if_fail (ULLIM_IS_CONTACT (contact));

  queue_edit (self,
              new_task (self, ullim_people_service_remove_async, cancellable, callback, user_data),
              ullim_people_edit_new (ULLIM_PEOPLE_REMOVE, contact, NULL), complete_removal);
}

char *
ullim_people_service_remove_finish (UllimPeopleService *self, GAsyncResult *result, GError **error)
{
  return pointer_finish (self, result, error);
}

/* Whoever has come back by another way gets what the card knows besides. */
static GPtrArray *
prepare_restore (UllimPeopleService *self, GTask *task, GError **error)
{
  const char            *text = g_task_get_task_data (task);
  g_autoptr (GError)     reason = NULL;
  g_autoptr (UllimVcard) card = ullim_people_card_parse (text, &reason);
  g_autofree char       *account = NULL;
  g_autofree char       *uid = NULL;
  UllimPeopleEdit       *edit;
  UllimContact          *contact;
  GPtrArray             *edits;

  if (!card) {
    g_set_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_PROTOCOL, "%s", reason->message);
    return NULL;
  }
  uid = ullim_vcard_get_text (card, "UID");
  account = ullim_vcard_get_text (card, ACCOUNT_PROPERTY);
  ullim_vcard_set_text (card, ACCOUNT_PROPERTY, NULL);
  contact = uid ? ullim_contact_list_find_uid (self->contacts, uid) : NULL;
  edit = ullim_people_edit_new (contact ? ULLIM_PEOPLE_MERGE : ULLIM_PEOPLE_ADD, contact, NULL);
  edit->card = ullim_vcard_to_string (card);
  if (!contact && account) {
    edit->data = ullim_contact_data_new ();
    edit->data->account_id = g_ascii_strtoll (account, NULL, 10);
  }
  edits = ullim_people_edits_new ();
  g_ptr_array_add (edits, edit);
  return edits;
}

void
ullim_people_service_restore_async (UllimPeopleService *self,
                                    const char         *card,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_PEOPLE_SERVICE (self));
  g_return_if_fail (card != NULL);

  GTask *task =
      new_task (self, ullim_people_service_restore_async, cancellable, callback, user_data);

  g_task_set_task_data (task, g_strdup (card), g_free);
  ullim_people_service_queue (self, task, prepare_restore, complete_with_contact);
}

UllimContact *
ullim_people_service_restore_finish (UllimPeopleService *self, GAsyncResult *result, GError **error)
{
  return pointer_finish (self, result, error);
}

/* ---- groups ---- */

typedef struct {
  char *from; /* owned */
  char *to;   /* owned, nullable */
} Renaming;

static void
renaming_free (gpointer data)
{
  Renaming *renaming = data;

  g_free (renaming->from);
  g_free (renaming->to);
  g_free (renaming);
}

static UllimContactData *
rename_group (UllimContact *contact, const Renaming *renaming)
{
  UllimContactData *data = ullim_contact_data_copy (ullim_contact_get_data (contact));

  for (guint i = data->groups->len; i-- > 0;) {
    if (g_str_equal (data->groups->pdata[i], renaming->from))
      g_ptr_array_remove_index (data->groups, i);
  }
  if (renaming->to && !ullim_contact_is_in_group (contact, renaming->to))
    g_ptr_array_add (data->groups, g_strdup (renaming->to));
  return data;
}

static GPtrArray *
prepare_rename (UllimPeopleService *self, GTask *task, GError **error)
{
  const Renaming *renaming = g_task_get_task_data (task);
  GListModel     *model = G_LIST_MODEL (self->contacts);
  guint           n = g_list_model_get_n_items (model);
  GPtrArray      *edits = ullim_people_edits_new ();

  for (guint i = 0; i < n; i++) {
    g_autoptr (UllimContact) contact = g_list_model_get_item (model, i);

    if (ullim_contact_is_in_group (contact, renaming->from))
      g_ptr_array_add (edits, ullim_people_edit_new (ULLIM_PEOPLE_CHANGE, contact,
                                                     rename_group (contact, renaming)));
  }
  return edits;
}

void
ullim_people_service_rename_group_async (UllimPeopleService *self,
                                         const char         *from,
                                         const char         *to,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_PEOPLE_SERVICE (self));
  g_return_if_fail (from != NULL);

  GTask *task =
      new_task (self, ullim_people_service_rename_group_async, cancellable, callback, user_data);
  Renaming *renaming = g_new0 (Renaming, 1);

  renaming->from = g_strdup (from);
  renaming->to = g_strdup (to);
  g_task_set_task_data (task, renaming, renaming_free);
  ullim_people_service_queue (self, task, prepare_rename, complete_edits);
}

gboolean
ullim_people_service_rename_group_finish (UllimPeopleService *self,
                                          GAsyncResult       *result,
                                          GError            **error)
{
  return boolean_finish (self, result, error);
}

/* ---- pictures ---- */

static void
photo_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GPtrArray             *rows = task_data;
  const UllimContactRow *row = rows->len > 0 ? rows->pdata[0] : NULL;
  g_autoptr (UllimVcard) card = row ? ullim_people_card_parse (row->card, NULL) : NULL;
  GBytes                *photo = card ? ullim_vcard_get_photo (card, NULL) : NULL;

  g_task_return_pointer (task, photo, (GDestroyNotify) g_bytes_unref);
}

static void
on_photo (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError           *error = NULL;
  GBytes           *photo = g_task_propagate_pointer (G_TASK (result), &error);

  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, photo, (GDestroyNotify) g_bytes_unref);
}

static void
on_photo_card (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask            *task = user_data;
  GError           *error = NULL;
  GPtrArray        *rows = ullim_roster_cards_finish (ULLIM_ROSTER (source), result, &error);
  g_autoptr (GTask) parsing = NULL;

  if (!rows) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }
  /* Without a source: the thread may be the last to let go of it. */
  parsing = g_task_new (NULL, g_task_get_cancellable (task), on_photo, task);
  g_task_set_source_tag (parsing, photo_thread);
  g_task_set_task_data (parsing, rows, (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (parsing, photo_thread);
}

void
ullim_people_service_load_photo_async (UllimPeopleService *self,
                                       UllimContact       *contact,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_PEOPLE_SERVICE (self));
  g_return_if_fail (ULLIM_IS_CONTACT (contact));

  GTask *task =
      new_task (self, ullim_people_service_load_photo_async, cancellable, callback, user_data);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64             id = ullim_contact_get_id (contact);

  if (!self->roster || !ullim_contact_get_data (contact)->has_photo) {
    g_task_return_pointer (task, NULL, NULL);
    g_object_unref (task);
    return;
  }
  g_array_append_val (ids, id);
  ullim_roster_cards_async (self->roster, ids, cancellable, on_photo_card, task);
}

GBytes *
ullim_people_service_load_photo_finish (UllimPeopleService *self,
                                        GAsyncResult       *result,
                                        GError            **error)
{
  return pointer_finish (self, result, error);
}

static gboolean
check_photo (GBytes *photo, GError **error)
{
  if (g_bytes_get_size (photo) > ULLIM_PEOPLE_MAX_PHOTO_BYTES) {
    g_set_error_literal (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_OVER_LIMIT,
                         "the picture is too large");
    return FALSE;
  }
  if (ullim_people_photo_type (photo))
    return TRUE;
  g_set_error_literal (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_FILE_TYPE, "neither PNG nor JPEG");
  return FALSE;
}

void
ullim_people_service_set_photo_async (UllimPeopleService *self,
                                      UllimContact       *contact,
                                      GBytes             *photo,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_PEOPLE_SERVICE (self));
  g_return_if_fail (ULLIM_IS_CONTACT (contact));

  GTask *task =
      new_task (self, ullim_people_service_set_photo_async, cancellable, callback, user_data);
  GError          *error = NULL;
  UllimPeopleEdit *edit;

  if (photo && !check_photo (photo, &error)) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }
  edit = ullim_people_edit_new (ULLIM_PEOPLE_PHOTO, contact, NULL);
  edit->photo = photo ? g_bytes_ref (photo) : NULL;
  queue_edit (self, task, edit, complete_one);
}

gboolean
ullim_people_service_set_photo_finish (UllimPeopleService *self,
                                       GAsyncResult       *result,
                                       GError            **error)
{
  return boolean_finish (self, result, error);
}
