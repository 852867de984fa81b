/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One presence out of several: the rules are numbered in the header.
 */
#define G_LOG_DOMAIN "presence-compose"

#include "presence-compose.h"

#include "presence-doc-private.h"

/* Of an id that gets a number behind it. */
#define MAX_STEM_BYTES (ULLIM_PRESENCE_MAX_ID_BYTES - 12)

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const UllimPresenceSource *first = *(UllimPresenceSource *const *) a;
  const UllimPresenceSource *second = *(UllimPresenceSource *const *) b;

  return (first->published_us < second->published_us) -
         (first->published_us > second->published_us);
}

static gboolean
has_tuple (const UllimPresenceDoc *doc, const char *id)
{
  for (guint i = 0; i < doc->tuples->len; i++) {
    if (g_str_equal (((UllimPresenceTuple *) doc->tuples->pdata[i])->id, id))
      return TRUE;
  }
  return FALSE;
}

/* Rule 1. */
static void
add_tuple (UllimPresenceDoc *doc, const UllimPresenceTuple *tuple)
{
  UllimPresenceTuple *copy = ullim_presence_tuple_copy (tuple);

  for (guint number = 2; has_tuple (doc, copy->id); number++) {
    g_free (copy->id);
    copy->id = g_strdup_printf ("%.*s-%u", MAX_STEM_BYTES, tuple->id, number);
  }
  g_ptr_array_set_size (copy->notes, 0);
  g_ptr_array_add (doc->tuples, copy);
}

static void
add_tuples (UllimPresenceDoc *doc, const GPtrArray *sources, gboolean is_open)
{
  for (guint i = 0; i < sources->len; i++) {
    const GPtrArray *tuples = ((UllimPresenceSource *) sources->pdata[i])->doc->tuples;

    for (guint k = 0; k < tuples->len; k++) {
      const UllimPresenceTuple *tuple = tuples->pdata[k];

      if ((tuple->basic == ULLIM_PRESENCE_BASIC_OPEN) == is_open &&
          doc->tuples->len < ULLIM_PRESENCE_MAX_COMPOSED_TUPLES)
        add_tuple (doc, tuple);
    }
  }
}

/* Rule 2: those that count, newest first. */
static GPtrArray *
pick_sources (const UllimPresenceSource *sources, guint n_sources, gboolean only_open)
{
  GPtrArray *picked = g_ptr_array_new ();

  for (guint i = 0; i < n_sources; i++) {
    if (!only_open || ullim_presence_doc_basic (sources[i].doc) == ULLIM_PRESENCE_BASIC_OPEN)
      g_ptr_array_add (picked, (gpointer) &sources[i]);
  }
  g_ptr_array_sort (picked, compare_newest_first);
  return picked;
}

/* Rule 3. */
static UllimPresenceActivity
compose_activity (const GPtrArray *sources)
{
  UllimPresenceActivity greatest = ULLIM_PRESENCE_ACTIVITY_AVAILABLE;
  gboolean              is_available = FALSE;

  for (guint i = 0; i < sources->len; i++) {
    const UllimPresenceSource *source = sources->pdata[i];
    UllimPresenceActivity      activity = ullim_presence_doc_activity (source->doc);

    greatest = MAX (greatest, activity);
    is_available |= activity == ULLIM_PRESENCE_ACTIVITY_AVAILABLE;
  }
  if (greatest == ULLIM_PRESENCE_ACTIVITY_AWAY && is_available)
    return ULLIM_PRESENCE_ACTIVITY_AVAILABLE;
  return greatest;
}

/* Rule 4; the note of a tuple does as the person's. */
static void
compose_notes (UllimPresenceDoc *doc, const GPtrArray *sources)
{
  const UllimPresenceDoc *from = NULL;

  for (guint i = 0; i < sources->len; i++) {
    const UllimPresenceDoc *other = ((UllimPresenceSource *) sources->pdata[i])->doc;
    gboolean                fits = ullim_presence_doc_activity (other) == doc->activity;

    if (!ullim_presence_doc_note (other, NULL))
      continue;
    if (!from || (fits && ullim_presence_doc_activity (from) != doc->activity))
      from = other;
  }
  if (!from)
    return;
  for (guint i = 0; i < from->notes->len; i++) {
    const UllimPresenceNote *note = from->notes->pdata[i];

    ullim_presence_notes_add (doc->notes, note->lang, note->text);
  }
  if (doc->notes->len == 0)
    ullim_presence_notes_add (doc->notes, NULL, ullim_presence_doc_note (from, NULL));
}

/* A device is idle if it says so of the person, or of all its tuples. */
static UllimPresenceIdle
idle_of (const UllimPresenceDoc *doc)
{
  UllimPresenceIdle idle = doc->idle;

  for (guint i = 0; i < doc->tuples->len && !doc->idle.is_idle; i++) {
    const UllimPresenceTuple *tuple = doc->tuples->pdata[i];

    if (!tuple->idle.is_idle)
      return doc->idle;
    idle.is_idle = TRUE;
    idle.since_us = MAX (idle.since_us, tuple->idle.since_us);
  }
  return idle;
}

/* Rule 5. */
static UllimPresenceIdle
compose_idle (const GPtrArray *sources)
{
  UllimPresenceIdle idle = {FALSE, 0};

  for (guint i = 0; i < sources->len; i++) {
    UllimPresenceIdle own = idle_of (((UllimPresenceSource *) sources->pdata[i])->doc);

    if (!own.is_idle)
      return (UllimPresenceIdle){FALSE, 0};
    idle.is_idle = TRUE;
    idle.since_us = MAX (idle.since_us, own.since_us);
  }
  return idle;
}

UllimPresenceDoc *
ullim_presence_compose (const char *entity, const UllimPresenceSource *sources, guint n_sources)
{
  UllimPresenceDoc     *doc = ullim_presence_doc_new (entity);
  g_autoptr (GPtrArray) all = pick_sources (sources, n_sources, FALSE);
  g_autoptr (GPtrArray) counted = NULL;

  add_tuples (doc, all, TRUE);
  add_tuples (doc, all, FALSE);
  if (doc->tuples->len == 0 && n_sources == 0)
    ullim_presence_doc_add_tuple (doc, "offline", ULLIM_PRESENCE_BASIC_CLOSED);
  counted = pick_sources (sources, n_sources,
                          ullim_presence_doc_basic (doc) == ULLIM_PRESENCE_BASIC_OPEN);
  doc->activity = compose_activity (counted);
  compose_notes (doc, counted);
  doc->idle = compose_idle (counted);
  if (all->len > 0)
    doc->timestamp_us = ((UllimPresenceSource *) all->pdata[0])->published_us;
  return doc;
}
