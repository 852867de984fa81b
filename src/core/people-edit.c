/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One change of the address book: from a person's vCard as it is stored to the one that shall be.
 * The transformation is pure and runs on a worker thread.
 */
#define G_LOG_DOMAIN "people-edit"

#include "people-card.h"
#include "people-service-private.h"

#include <string.h>

static const guint8 png_magic[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
static const guint8 jpeg_magic[] = {0xff, 0xd8, 0xff};

UllimPeopleEdit *
ullim_people_edit_new (UllimPeopleEditKind kind, UllimContact *contact, UllimContactData *data)
{
  UllimPeopleEdit *edit = g_new0 (UllimPeopleEdit, 1);

  edit->kind = kind;
  edit->data = data;
  if (contact) {
    edit->contact = g_object_ref (contact);
    edit->id = ullim_contact_get_id (contact);
  }
  return edit;
}

void
ullim_people_edit_free (UllimPeopleEdit *edit)
{
  if (!edit)
    return;
  g_clear_object (&edit->contact);
  ullim_contact_data_free (edit->data);
  g_free (edit->card);
  g_free (edit->base);
  g_clear_pointer (&edit->photo, g_bytes_unref);
  g_free (edit);
}

GPtrArray *
ullim_people_edits_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_people_edit_free);
}

const char *
ullim_people_photo_type (GBytes *photo)
{
  gsize         size;
  gconstpointer bytes = g_bytes_get_data (photo, &size);

  if (size >= sizeof png_magic && memcmp (bytes, png_magic, sizeof png_magic) == 0)
    return "image/png";
  if (size >= sizeof jpeg_magic && memcmp (bytes, jpeg_magic, sizeof jpeg_magic) == 0)
    return "image/jpeg";
  return NULL;
}

/* Returns: (nullable): what @text is to be merged with or replaced by */
static UllimVcard *
parse (const char *text, GError **error)
{
  g_autoptr (GError) local = NULL;
  UllimVcard        *card = ullim_people_card_parse (text, &local);

  if (!card)
    g_set_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_PROTOCOL, "%s", local->message);
  return card;
}

static gboolean
change_card (UllimVcard *card, const UllimPeopleEdit *edit, GError **error)
{
  g_autoptr (UllimVcard) other = NULL;

  switch (edit->kind) {
  case ULLIM_PEOPLE_MERGE:
    other = parse (edit->card, error);
    if (!other)
      return FALSE;
    ullim_vcard_merge (card, other, edit->is_same);
    break;
  case ULLIM_PEOPLE_PHOTO:
    ullim_vcard_set_photo (card, edit->photo ? ullim_people_photo_type (edit->photo) : NULL,
                           edit->photo);
    break;
  case ULLIM_PEOPLE_ADD:
  case ULLIM_PEOPLE_CHANGE:
    if (edit->data && !(edit->kind == ULLIM_PEOPLE_ADD && edit->card))
      ullim_people_card_write (card, edit->data);
    break;
  case ULLIM_PEOPLE_REMOVE:
    break;
  }
  return TRUE;
}

/* From what the edit starts. */
static UllimVcard *
start_card (const UllimPeopleEdit *edit, GError **error)
{
  const char *text = edit->kind == ULLIM_PEOPLE_ADD ? edit->card : edit->base;

  return text ? parse (text, error) : ullim_vcard_new ();
}

static gboolean
transform (UllimPeopleEdit *edit, GError **error)
{
  gint64                 account_id = edit->data ? edit->data->account_id : 0;
  g_autoptr (UllimVcard) card = start_card (edit, error);
  g_autofree char       *text = NULL;

  if (!card || !change_card (card, edit, error))
    return FALSE;
  ullim_people_card_ensure_uid (card);
  text = ullim_people_card_to_string (card, ULLIM_ROSTER_MAX_CARD_BYTES);
  if (!text && edit->kind == ULLIM_PEOPLE_MERGE) {
    /* What is there stays as it is, and the rest of the file is taken all the same. */
    edit->is_unchanged = TRUE;
    return TRUE;
  }
  if (!text) {
    g_set_error_literal (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_OVER_LIMIT,
                         "a vCard is too long");
    return FALSE;
  }
  g_free (edit->card);
  edit->card = g_steal_pointer (&text);
  ullim_contact_data_free (edit->data);
  edit->data = ullim_people_card_read (card);
  edit->data->account_id = account_id;
  return TRUE;
}

gboolean
ullim_people_edit_transform_all (GPtrArray *edits, GError **error)
{
  /* Two edits may concern one person: the second starts where the first ended. */
  g_autoptr (GHashTable) latest = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < edits->len; i++) {
    UllimPeopleEdit       *edit = edits->pdata[i];
    const UllimPeopleEdit *earlier = edit->id ? g_hash_table_lookup (latest, &edit->id) : NULL;

    if (edit->kind == ULLIM_PEOPLE_REMOVE)
      continue;
    if (earlier) {
      g_free (edit->base);
      edit->base = g_strdup (earlier->card);
    }
    if (!transform (edit, error))
      return FALSE;
    if (edit->id && !edit->is_unchanged)
      g_hash_table_insert (latest, &edit->id, edit);
  }
  return TRUE;
}
