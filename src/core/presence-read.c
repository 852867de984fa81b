/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the wire says of a person, as what the user is shown.
 */
#define G_LOG_DOMAIN "presence-read"

#include "presence-read.h"

#include <string.h>

static UllimPresenceState
state_of (UllimPresenceActivity activity)
{
  switch (activity) {
  case ULLIM_PRESENCE_ACTIVITY_AWAY:
  case ULLIM_PRESENCE_ACTIVITY_VACATION:
    return ULLIM_PRESENCE_AWAY;
  case ULLIM_PRESENCE_ACTIVITY_BUSY:
  case ULLIM_PRESENCE_ACTIVITY_MEETING:
    return ULLIM_PRESENCE_BUSY;
  case ULLIM_PRESENCE_ACTIVITY_ON_THE_PHONE:
    return ULLIM_PRESENCE_ON_THE_PHONE;
  case ULLIM_PRESENCE_ACTIVITY_DND:
    return ULLIM_PRESENCE_DND;
  case ULLIM_PRESENCE_ACTIVITY_AVAILABLE:
  default:
    return ULLIM_PRESENCE_AVAILABLE;
  }
}

static gint64
told_at (const UllimPresenceDoc *doc)
{
  gint64 newest = doc->timestamp_us;

  for (guint i = 0; i < doc->tuples->len; i++) {
    const UllimPresenceTuple *tuple = doc->tuples->pdata[i];

    if (tuple->basic == ULLIM_PRESENCE_BASIC_OPEN)
      newest = MAX (newest, tuple->timestamp_us);
  }
  return newest;
}

/* The reader's language without its country: "ko" of "ko_KR.UTF-8". */
static const char *
language (char *buffer, gsize size)
{
  g_strlcpy (buffer, g_get_language_names ()[0], size);
  buffer[strcspn (buffer, "_.@")] = '\0';
  return buffer;
}

UllimPresence *
ullim_presence_read_doc (const UllimPresenceDoc *doc, gint64 now_us)
{
  UllimPresenceBasic    basic = ullim_presence_doc_basic (doc);
  UllimPresenceActivity activity = ullim_presence_doc_activity (doc);
  UllimPresenceState    state = state_of (activity);
  char                  lang[16];
  UllimPresence        *presence;

  if (basic == ULLIM_PRESENCE_BASIC_CLOSED)
    state = ULLIM_PRESENCE_OFFLINE;
  else if (basic == ULLIM_PRESENCE_BASIC_NONE && activity == ULLIM_PRESENCE_ACTIVITY_AVAILABLE)
    state = ULLIM_PRESENCE_UNKNOWN; /* a document that says nothing */
  else if (state == ULLIM_PRESENCE_AVAILABLE && doc->idle.is_idle)
    state = ULLIM_PRESENCE_AWAY;
  presence = ullim_presence_new (state,
                                 state == ULLIM_PRESENCE_UNKNOWN ? ULLIM_PRESENCE_REASON_NO_SERVICE
                                                                 : ULLIM_PRESENCE_REASON_NONE,
                                 ullim_presence_doc_note (doc, language (lang, sizeof lang)));
  presence->since_us =
      doc->idle.is_idle && doc->idle.since_us > 0 ? doc->idle.since_us : told_at (doc);
  presence->since_us = CLAMP (presence->since_us, 0, now_us);
  return presence;
}

UllimPresenceReason
ullim_presence_read_status (int status)
{
  switch (status) {
  case 401:
  case 403:
  case 407:
  case 603:
  case 606:
    return ULLIM_PRESENCE_REASON_DENIED;
  case 404:
  case 410:
  case 604:
    return ULLIM_PRESENCE_REASON_NO_SUCH_PERSON;
  case 0:
  case 408:
  case 500:
  case 502:
  case 503:
  case 504:
    return ULLIM_PRESENCE_REASON_NOT_ASKED;
  case 405:
  case 406:
  case 415:
  case 416:
  case 420:
  case 480:
  case 489:
  case 501:
  default:
    return ULLIM_PRESENCE_REASON_NO_SERVICE;
  }
}

UllimPresenceReason
ullim_presence_read_item (const UllimPresenceListItem *item)
{
  switch (item->state) {
  case ULLIM_PRESENCE_LIST_PENDING:
    return ULLIM_PRESENCE_REASON_PENDING;
  case ULLIM_PRESENCE_LIST_ACTIVE:
    return ULLIM_PRESENCE_REASON_NO_SERVICE;
  case ULLIM_PRESENCE_LIST_TERMINATED:
    if (g_strcmp0 (item->reason, "rejected") == 0)
      return ULLIM_PRESENCE_REASON_DENIED;
    if (g_strcmp0 (item->reason, "noresource") == 0)
      return ULLIM_PRESENCE_REASON_NO_SUCH_PERSON;
    return ULLIM_PRESENCE_REASON_NOT_ASKED;
  case ULLIM_PRESENCE_LIST_NONE:
  default:
    return ULLIM_PRESENCE_REASON_NOT_ASKED;
  }
}
