/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the user tells of themselves. One tuple stands for this device (RFC 3863 section 4.1.2);
 * what the user does is said of the person (RFC 4479 section 3.2).
 */
#define G_LOG_DOMAIN "presence-own"

#include "presence-own.h"

#include <string.h>

#include "presence-doc.h"

void
ullim_presence_own_clear (UllimPresenceOwn *own)
{
  g_clear_pointer (&own->note, g_free);
}

char *
ullim_presence_own_clean_note (const char *note)
{
  g_autofree char *clean = g_utf8_make_valid (note ? note : "", -1);

  if (strlen (clean) > ULLIM_PRESENCE_OWN_MAX_NOTE_BYTES) {
    char *end = g_utf8_find_prev_char (clean, clean + ULLIM_PRESENCE_OWN_MAX_NOTE_BYTES + 1);

    *end = '\0';
  }
  for (char *at = clean; *at; at++)
    if ((guchar) *at < ' ' || *at == 0x7f)
      *at = ' ';
  g_strstrip (clean);
  return *clean ? g_steal_pointer (&clean) : NULL;
}

UllimPresenceState
ullim_presence_own_told (const UllimPresenceOwn *own)
{
  if (own->chosen == ULLIM_OWN_INVISIBLE)
    return ULLIM_PRESENCE_OFFLINE;
  if (own->chosen == ULLIM_OWN_DND)
    return ULLIM_PRESENCE_DND;
  if (own->n_calls > 0)
    return ULLIM_PRESENCE_ON_THE_PHONE;
  switch (own->chosen) {
  case ULLIM_OWN_BUSY:
    return ULLIM_PRESENCE_BUSY;
  case ULLIM_OWN_AWAY:
    return ULLIM_PRESENCE_AWAY;
  case ULLIM_OWN_AVAILABLE:
  case ULLIM_OWN_DND:
  case ULLIM_OWN_INVISIBLE:
  default:
    return own->idle_since_us != 0 ? ULLIM_PRESENCE_AWAY : ULLIM_PRESENCE_AVAILABLE;
  }
}

static UllimPresenceActivity
activity_of (UllimPresenceState state)
{
  switch (state) {
  case ULLIM_PRESENCE_AWAY:
    return ULLIM_PRESENCE_ACTIVITY_AWAY;
  case ULLIM_PRESENCE_BUSY:
    return ULLIM_PRESENCE_ACTIVITY_BUSY;
  case ULLIM_PRESENCE_DND:
    return ULLIM_PRESENCE_ACTIVITY_DND;
  case ULLIM_PRESENCE_ON_THE_PHONE:
    return ULLIM_PRESENCE_ACTIVITY_ON_THE_PHONE;
  case ULLIM_PRESENCE_UNKNOWN:
  case ULLIM_PRESENCE_OFFLINE:
  case ULLIM_PRESENCE_AVAILABLE:
  default:
    return ULLIM_PRESENCE_ACTIVITY_AVAILABLE;
  }
}

/* The tuple's id: the same as long as this installation lives, an XML name, short. */
static char *
tuple_id (const char *instance_id)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, instance_id, -1);

  sum[12] = '\0';
  return g_strconcat ("d", sum, NULL);
}

GBytes *
ullim_presence_own_document (const UllimPresenceOwn *own,
                             const char             *address,
                             const char             *instance_id)
{
  UllimPresenceState           told = ullim_presence_own_told (own);
  gboolean                     is_open = told != ULLIM_PRESENCE_OFFLINE;
  g_autofree char             *id = tuple_id (instance_id);
  g_autoptr (UllimPresenceDoc) doc = ullim_presence_doc_new (address);
  UllimPresenceTuple          *tuple = ullim_presence_doc_add_tuple (
               doc, id, is_open ? ULLIM_PRESENCE_BASIC_OPEN : ULLIM_PRESENCE_BASIC_CLOSED);
  char *text;

  tuple->device_id = g_strdup (instance_id);
  if (is_open) {
    tuple->contact = g_strdup (address);
    tuple->timestamp_us = own->changed_us;
    doc->activity = activity_of (told);
    doc->timestamp_us = own->changed_us;
    if (own->note)
      ullim_presence_doc_add_note (doc, NULL, own->note);
    doc->idle.is_idle = own->idle_since_us != 0;
    doc->idle.since_us = own->idle_since_us;
  }
  text = ullim_presence_doc_to_string (doc);
  return g_bytes_new_take (text, strlen (text));
}
