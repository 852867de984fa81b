/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People from a vCard file: read and taken apart on a worker thread, compared with the book when
 * its turn has come, saved in one transaction. Who is known is found by UID; else by a SIP address,
 * or by a telephone number and the same name: a number may be shared by a family.
 */
#define G_LOG_DOMAIN "people-import"

#include "people-card.h"
#include "people-service-private.h"

#include <string.h>

#define READ_BYTES (256 * 1024)
#define TEL_PREFIX "tel:"

typedef struct {
  UllimContactData *data; /* owned */
  char             *text; /* owned */
} ImportCard;

typedef struct {
  GFile     *file;  /* owned */
  GPtrArray *cards; /* owned, nullable: (element-type ImportCard) */
  guint      added;
  guint      changed;
  guint      skipped;
} ImportData;

static void
import_card_free (gpointer data)
{
  ImportCard *card = data;

  ullim_contact_data_free (card->data);
  g_free (card->text);
  g_free (card);
}

static void
import_data_free (gpointer data)
{
  ImportData *import = data;

  g_object_unref (import->file);
  g_clear_pointer (&import->cards, g_ptr_array_unref);
  g_free (import);
}

/* ---- on the worker thread ---- */

/* Whatever the file is (a pipe has no size), no more than the limit is read. */
static GByteArray *
read_file (GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GByteArray)       content = g_byte_array_new ();
  g_autofree guint8           *buffer = g_malloc (READ_BYTES);
  gssize                       n;

  if (!stream)
    return NULL;
  while ((n = g_input_stream_read (G_INPUT_STREAM (stream), buffer, READ_BYTES, cancellable,
                                   error)) > 0) {
    if (content->len + (gsize) n > ULLIM_PEOPLE_MAX_FILE_BYTES) {
      g_set_error_literal (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_OVER_LIMIT,
                           "the file is too large");
      return NULL;
    }
    g_byte_array_append (content, buffer, (guint) n);
  }
  return n < 0 ? NULL : g_steal_pointer (&content);
}

static GPtrArray *
parse_file (const GByteArray *content, guint *n_damaged, GError **error)
{
  g_autoptr (GError) reason = NULL;
  GPtrArray         *cards =
      ullim_vcard_parse_all ((const char *) content->data, content->len, n_damaged, &reason);
  UllimProblem problem;

  if (cards)
    return cards;
  problem = g_error_matches (reason, ULLIM_VCARD_ERROR, ULLIM_VCARD_ERROR_LIMIT)
                ? ULLIM_PROBLEM_OVER_LIMIT
                : ULLIM_PROBLEM_FILE_TYPE;
  g_set_error (error, ULLIM_PROBLEM_ERROR, (int) problem, "%s", reason->message);
  return NULL;
}

/* One that is in the file twice becomes one. */
static void
join_twins (GPtrArray *cards)
{
  g_autoptr (GHashTable) by_uid = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint                  kept = 0;

  for (guint i = 0; i < cards->len; i++) {
    UllimVcard *card = cards->pdata[i];
    UllimVcard *twin;
    char       *uid;

    ullim_people_card_ensure_uid (card);
    uid = ullim_vcard_get_text (card, "UID");
    twin = g_hash_table_lookup (by_uid, uid);
    if (twin) {
      ullim_vcard_merge (twin, card, TRUE);
      ullim_vcard_free (card);
      g_free (uid);
    } else {
      g_hash_table_insert (by_uid, uid, card);
      cards->pdata[kept++] = card;
    }
  }
  for (guint i = kept; i < cards->len; i++)
    cards->pdata[i] = NULL;
}

static void
take_cards (ImportData *import, GPtrArray *cards)
{
  import->cards = g_ptr_array_new_with_free_func (import_card_free);
  for (guint i = 0; i < cards->len && cards->pdata[i]; i++) {
    UllimVcard *card = cards->pdata[i];
    char       *text = ullim_people_card_to_string (card, ULLIM_ROSTER_MAX_CARD_BYTES);
    ImportCard *one;

    if (!text) {
      import->skipped++;
      continue;
    }
    one = g_new0 (ImportCard, 1);
    one->text = text;
    one->data = ullim_people_card_read (card);
    g_ptr_array_add (import->cards, one);
  }
}

static void
clear_card (UllimVcard *card)
{
  if (card)
    ullim_vcard_free (card);
}

static void
import_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  ImportData            *import = task_data;
  GError                *error = NULL;
  g_autoptr (GByteArray) content = read_file (import->file, cancellable, &error);
  g_autoptr (GPtrArray)  cards = NULL;

  if (content)
    cards = parse_file (content, &import->skipped, &error);
  if (!cards) {
    g_task_return_error (task, error);
    return;
  }
  g_ptr_array_set_free_func (cards, (GDestroyNotify) clear_card);
  join_twins (cards);
  take_cards (import, cards);
  g_task_return_boolean (task, TRUE);
}

/* ---- comparing with the book ---- */

static gboolean
has_same_name (UllimContact *contact, const UllimContactData *data)
{
  g_autofree char *own = NULL;
  g_autofree char *other = NULL;

  if (!data->name || !ullim_contact_get_data (contact)->name)
    return FALSE;
  own = g_utf8_casefold (ullim_contact_get_data (contact)->name, -1);
  other = g_utf8_casefold (data->name, -1);
  return g_str_equal (own, other);
}

static UllimContact *
find_by_address (UllimContactList *contacts, const UllimContactData *data)
{
  for (guint i = 0; i < data->addresses->len; i++) {
    const UllimContactAddress *address = data->addresses->pdata[i];
    UllimContact              *contact = ullim_contact_list_find (contacts, address->key);

    if (contact && (!g_str_has_prefix (address->key, TEL_PREFIX) || has_same_name (contact, data)))
      return contact;
  }
  return NULL;
}

static UllimPeopleEdit *
make_edit (UllimContactList *contacts, const ImportCard *card)
{
  UllimContact    *same = ullim_contact_list_find_uid (contacts, card->data->uid);
  UllimContact    *contact = same ? same : find_by_address (contacts, card->data);
  UllimPeopleEdit *edit =
      ullim_people_edit_new (contact ? ULLIM_PEOPLE_MERGE : ULLIM_PEOPLE_ADD, contact, NULL);

  edit->card = g_strdup (card->text);
  edit->is_same = same != NULL;
  return edit;
}

static GPtrArray *
prepare_import (UllimPeopleService *self, GTask *task, GError **error)
{
  ImportData *import = g_task_get_task_data (task);
  GPtrArray  *edits = ullim_people_edits_new ();

  ullim_people_service_emit_progress (self, 0, import->cards->len);
  for (guint i = 0; i < import->cards->len; i++)
    g_ptr_array_add (edits,
                     make_edit (ullim_people_service_get_contacts (self), import->cards->pdata[i]));
  g_ptr_array_set_size (import->cards, 0);
  return edits;
}

static void
complete_import (UllimPeopleService *self, GTask *task, GPtrArray *edits)
{
  ImportData            *import = g_task_get_task_data (task);
  g_autoptr (GHashTable) changed = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < edits->len; i++) {
    const UllimPeopleEdit *edit = edits->pdata[i];

    if (edit->kind == ULLIM_PEOPLE_ADD)
      import->added++;
    else if (!edit->is_unchanged)
      g_hash_table_add (changed, edit->contact);
  }
  import->changed = g_hash_table_size (changed);
  ullim_people_service_emit_progress (self, edits->len, edits->len);
  g_task_return_boolean (task, TRUE);
}

static void
on_parsed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask  *task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error)) {
    ullim_people_service_queue (g_task_get_source_object (task), task, prepare_import,
                                complete_import);
  } else {
    g_task_return_error (task, error);
    g_object_unref (task);
  }
}

void
ullim_people_service_import_async (UllimPeopleService *self,
                                   GFile              *file,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_PEOPLE_SERVICE (self));
  g_return_if_fail (G_IS_FILE (file));

  GTask            *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) parsing = g_task_new (NULL, cancellable, on_parsed, task);
  ImportData       *import = g_new0 (ImportData, 1);

  import->file = g_object_ref (file);
  g_task_set_source_tag (task, ullim_people_service_import_async);
  g_task_set_task_data (task, import, import_data_free);
  g_task_set_source_tag (parsing, import_thread);
  /* Owned by @task, which outlives the work. The thread may be the last to let go of its own task,
   * so that has no source. */
  g_task_set_task_data (parsing, import, NULL);
  g_task_run_in_thread (parsing, import_thread);
}

gboolean
ullim_people_service_import_finish (UllimPeopleService *self,
                                    GAsyncResult       *result,
                                    guint              *added,
                                    guint              *changed,
                                    guint              *skipped,
                                    GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  const ImportData *import = g_task_get_task_data (G_TASK (result));

  if (added)
    *added = import->added;
  if (changed)
    *changed = import->changed;
  if (skipped)
    *skipped = import->skipped;
  return g_task_propagate_boolean (G_TASK (result), error);
}
