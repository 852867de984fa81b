/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One person who is watched.
 */
#define G_LOG_DOMAIN "presence-watched"

#include "presence-watched.h"

#include "mime.h"
#include "presence-read.h"
#include "uri.h"

UllimPresenceWatched *
ullim_presence_watched_new (UllimPresenceWatch *watch, const char *uri, const char *key)
{
  UllimPresenceWatched *watched = g_rc_box_new0 (UllimPresenceWatched);
  g_autoptr (UllimUri)  parsed = ullim_uri_parse (uri, NULL);

  watched->watch = watch;
  watched->uri = g_strdup (uri);
  watched->key = g_strdup (key);
  if (parsed && parsed->user && parsed->host) {
    watched->host = g_ref_string_new_intern (parsed->host);
    watched->port = parsed->port;
  }
  watched->presence =
      ullim_presence_new (ULLIM_PRESENCE_UNKNOWN, ULLIM_PRESENCE_REASON_NOT_ASKED, NULL);
  return watched;
}

UllimPresenceWatched *
ullim_presence_watched_ref (UllimPresenceWatched *watched)
{
  return g_rc_box_acquire (watched);
}

static void
watched_clear (gpointer data)
{
  UllimPresenceWatched *watched = data;

  g_free (watched->uri);
  g_free (watched->key);
  g_clear_pointer (&watched->host, g_ref_string_release);
  ullim_presence_free (watched->presence);
  g_clear_pointer (&watched->partial, ullim_presence_partial_free);
  g_clear_object (&watched->subscription);
}

void
ullim_presence_watched_unref (UllimPresenceWatched *watched)
{
  g_rc_box_release_full (watched, watched_clear);
}

static gboolean
is_known (const UllimPresenceWatched *watched)
{
  return watched->presence->reason == ULLIM_PRESENCE_REASON_NONE;
}

static gboolean
take (UllimPresenceWatched *watched, UllimPresence *fresh)
{
  g_autoptr (UllimPresence) news = fresh;
  const UllimPresence      *old = watched->presence;

  /* Who does not say since when: since it was told first. */
  if (news->reason == ULLIM_PRESENCE_REASON_NONE && news->since_us == 0)
    news->since_us =
        is_known (watched) && old->state == news->state ? old->since_us : g_get_real_time ();
  if (ullim_presence_equal (old, news))
    return FALSE;
  ullim_presence_free (watched->presence);
  watched->presence = g_steal_pointer (&news);
  return TRUE;
}

static UllimPresenceDoc *
read_partial (UllimPresenceWatched *watched, const char *data, gsize size, GError **error)
{
  if (!watched->partial)
    watched->partial = ullim_presence_partial_new ();
  if (ullim_presence_partial_update (watched->partial, data, size, error))
    return ullim_presence_partial_get_doc (watched->partial);
  g_clear_pointer (&watched->partial, ullim_presence_partial_free);
  return NULL;
}

gboolean
ullim_presence_watched_take_body (UllimPresenceWatched *watched,
                                  const char           *type,
                                  GBytes               *body,
                                  gboolean             *needs_full)
{
  g_autoptr (UllimPresenceDoc) doc = NULL;
  g_autoptr (GError)           error = NULL;
  gsize                        size;
  const char                  *data = g_bytes_get_data (body, &size);

  *needs_full = FALSE;
  if (ullim_mime_is (type, ULLIM_PRESENCE_PARTIAL_CONTENT_TYPE)) {
    doc = read_partial (watched, data, size, &error);
    *needs_full = doc == NULL;
  } else if (ullim_mime_is (type, ULLIM_PRESENCE_CONTENT_TYPE)) {
    g_clear_pointer (&watched->partial, ullim_presence_partial_free);
    doc = ullim_presence_doc_parse (data, size, &error);
  }
  if (doc)
    return take (watched, ullim_presence_read_doc (doc, g_get_real_time ()));
  g_message ("presence that makes no sense was left aside: %s",
             error ? error->message : "its type is not understood");
  return FALSE;
}

gboolean
ullim_presence_watched_take_reason (UllimPresenceWatched *watched, UllimPresenceReason reason)
{
  if (reason == ULLIM_PRESENCE_REASON_NOT_ASKED && is_known (watched))
    return ullim_presence_watched_take_stale (watched);
  return take (watched, ullim_presence_new (ULLIM_PRESENCE_UNKNOWN, reason, NULL));
}

gboolean
ullim_presence_watched_take_stale (UllimPresenceWatched *watched)
{
  if (!is_known (watched) || watched->presence->is_stale)
    return FALSE;
  watched->presence->is_stale = TRUE;
  return TRUE;
}
