/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presence documents as values (RFC 3863, 4479, 4480); reading and writing them is beside this.
 */
#define G_LOG_DOMAIN "presence-doc"

#include "presence-doc-private.h"

#include <string.h>

static const char *const activity_names[ULLIM_PRESENCE_N_ACTIVITIES] = {
    [ULLIM_PRESENCE_ACTIVITY_AVAILABLE] = "available",
    [ULLIM_PRESENCE_ACTIVITY_AWAY] = "away",
    [ULLIM_PRESENCE_ACTIVITY_VACATION] = "vacation",
    [ULLIM_PRESENCE_ACTIVITY_BUSY] = "busy",
    [ULLIM_PRESENCE_ACTIVITY_MEETING] = "meeting",
    [ULLIM_PRESENCE_ACTIVITY_ON_THE_PHONE] = "on-the-phone",
    [ULLIM_PRESENCE_ACTIVITY_DND] = "dnd",
};

const char *
ullim_presence_activity_name (UllimPresenceActivity activity)
{
  g_return_val_if_fail ((guint) activity < G_N_ELEMENTS (activity_names), NULL);

  return activity_names[activity];
}

gboolean
ullim_presence_activity_from_name (const char *name, UllimPresenceActivity *activity)
{
  for (guint i = 0; i < G_N_ELEMENTS (activity_names); i++) {
    if (strcmp (name, activity_names[i]) == 0) {
      *activity = i;
      return TRUE;
    }
  }
  return FALSE;
}

/* ---- making and freeing ---- */

static void
note_free (UllimPresenceNote *note)
{
  g_free (note->lang);
  g_free (note->text);
  g_free (note);
}

static GPtrArray *
notes_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) note_free);
}

void
ullim_presence_notes_add (GPtrArray *notes, const char *lang, const char *text)
{
  UllimPresenceNote *note;

  if (*text == '\0' || notes->len >= ULLIM_PRESENCE_MAX_NOTES)
    return;
  for (guint i = 0; i < notes->len; i++) {
    note = notes->pdata[i];
    if (strcmp (note->text, text) == 0 && g_strcmp0 (note->lang, lang) == 0)
      return;
  }
  note = g_new0 (UllimPresenceNote, 1);
  note->lang = g_strdup (lang);
  note->text = g_strdup (text);
  g_ptr_array_add (notes, note);
}

static void
copy_notes (GPtrArray *to, const GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++) {
    const UllimPresenceNote *note = from->pdata[i];

    ullim_presence_notes_add (to, note->lang, note->text);
  }
}

/* An id is an NCName, which begins with a letter; of those in ASCII all readers think alike. */
static char *
make_id (const char *text)
{
  GString *out = g_string_new (NULL);

  if (!g_ascii_isalpha (*text) && *text != '_')
    g_string_append_c (out, 't');
  for (const char *p = text; *p; p++)
    g_string_append_c (out, g_ascii_isalnum (*p) || strchr ("-_.", *p) ? *p : '-');
  return g_string_free (out, FALSE);
}

UllimPresenceTuple *
ullim_presence_tuple_new (const char *id, UllimPresenceBasic basic)
{
  UllimPresenceTuple *tuple = g_new0 (UllimPresenceTuple, 1);

  tuple->id = make_id (id);
  tuple->basic = basic;
  tuple->priority = -1;
  tuple->notes = notes_new ();
  return tuple;
}

static void
tuple_free (UllimPresenceTuple *tuple)
{
  g_free (tuple->id);
  g_free (tuple->device_id);
  g_free (tuple->contact);
  g_ptr_array_unref (tuple->notes);
  g_free (tuple);
}

UllimPresenceTuple *
ullim_presence_tuple_copy (const UllimPresenceTuple *tuple)
{
  UllimPresenceTuple *copy = ullim_presence_tuple_new (tuple->id, tuple->basic);

  copy->device_id = g_strdup (tuple->device_id);
  copy->activity = tuple->activity;
  copy->contact = g_strdup (tuple->contact);
  copy->priority = tuple->priority;
  copy->idle = tuple->idle;
  copy->timestamp_us = tuple->timestamp_us;
  copy_notes (copy->notes, tuple->notes);
  return copy;
}

UllimPresenceDoc *
ullim_presence_doc_new (const char *entity)
{
  UllimPresenceDoc *doc = g_new0 (UllimPresenceDoc, 1);

  doc->entity = g_strdup (entity);
  doc->tuples = g_ptr_array_new_with_free_func ((GDestroyNotify) tuple_free);
  doc->notes = notes_new ();
  return doc;
}

void
ullim_presence_doc_free (UllimPresenceDoc *doc)
{
  g_free (doc->entity);
  g_ptr_array_unref (doc->tuples);
  g_ptr_array_unref (doc->notes);
  g_free (doc);
}

UllimPresenceTuple *
ullim_presence_doc_add_tuple (UllimPresenceDoc *doc, const char *id, UllimPresenceBasic basic)
{
  UllimPresenceTuple *tuple = ullim_presence_tuple_new (id, basic);

  g_ptr_array_add (doc->tuples, tuple);
  return tuple;
}

void
ullim_presence_doc_add_note (UllimPresenceDoc *doc, const char *lang, const char *text)
{
  ullim_presence_notes_add (doc->notes, lang, text);
}

UllimPresenceDoc *
ullim_presence_doc_copy (const UllimPresenceDoc *doc)
{
  UllimPresenceDoc *copy = ullim_presence_doc_new (doc->entity);

  for (guint i = 0; i < doc->tuples->len; i++)
    g_ptr_array_add (copy->tuples, ullim_presence_tuple_copy (doc->tuples->pdata[i]));
  copy->activity = doc->activity;
  copy->idle = doc->idle;
  copy->timestamp_us = doc->timestamp_us;
  copy_notes (copy->notes, doc->notes);
  return copy;
}

/* ---- the one answer ---- */

UllimPresenceBasic
ullim_presence_doc_basic (const UllimPresenceDoc *doc)
{
  UllimPresenceBasic basic = ULLIM_PRESENCE_BASIC_NONE;

  for (guint i = 0; i < doc->tuples->len; i++) {
    const UllimPresenceTuple *tuple = doc->tuples->pdata[i];

    basic = MAX (basic, tuple->basic);
  }
  return basic;
}

UllimPresenceActivity
ullim_presence_doc_activity (const UllimPresenceDoc *doc)
{
  UllimPresenceActivity activity = doc->activity;

  for (guint i = 0; i < doc->tuples->len && doc->activity == 0; i++) {
    const UllimPresenceTuple *tuple = doc->tuples->pdata[i];

    if (tuple->basic != ULLIM_PRESENCE_BASIC_CLOSED)
      activity = MAX (activity, tuple->activity);
  }
  return activity;
}

/* Whether @have is @want, or @want in one of its countries ("ko-KR" for "ko"). */
static gboolean
is_language (const char *have, const char *want)
{
  gsize length = strlen (want);

  return have && g_ascii_strncasecmp (have, want, length) == 0 &&
         (have[length] == '\0' || have[length] == '-');
}

static const char *
pick_note (const GPtrArray *notes, const char *lang)
{
  for (guint i = 0; lang && i < notes->len; i++) {
    const UllimPresenceNote *note = notes->pdata[i];

    if (is_language (note->lang, lang))
      return note->text;
  }
  return notes->len > 0 ? ((UllimPresenceNote *) notes->pdata[0])->text : NULL;
}

const char *
ullim_presence_doc_note (const UllimPresenceDoc *doc, const char *lang)
{
  const char *text = pick_note (doc->notes, lang);

  for (guint i = 0; !text && i < doc->tuples->len; i++) {
    const UllimPresenceTuple *tuple = doc->tuples->pdata[i];

    text = pick_note (tuple->notes, lang);
  }
  return text;
}
