/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-limits.h"
#include "server-presence.h"

#include <string.h>

#define LIFE_S 600

typedef UllimServerPresence Presence;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Presence, ullim_server_presence_free)

static guint n_changes;

static void
on_changed (const char *name, gpointer data)
{
  g_assert_cmpstr (name, ==, "alice");
  n_changes++;
}

static Presence *
presence_new (void)
{
  n_changes = 0;
  return ullim_server_presence_new ("group.test", on_changed, NULL);
}

static GBytes *
document (const char *note)
{
  char *text =
      g_strdup_printf ("<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:x@y\">"
                       "<tuple id=\"a\"><status><basic>open</basic></status>"
                       "<note>%s</note></tuple></presence>",
                       note);

  return g_bytes_new_take (text, strlen (text));
}

static int
publish (Presence *presence, const char *match, const char *note, guint life_s, char *etag)
{
  g_autoptr (GBytes) body = note ? document (note) : NULL;

  return ullim_server_presence_publish (presence, "alice", match, body, life_s, etag);
}

static gboolean
shows (Presence *presence, UllimServerPresenceView view, const char *text)
{
  g_autoptr (GBytes) body = ullim_server_presence_body (presence, "alice", view);
  gsize              length;
  const char        *data = g_bytes_get_data (body, &length);

  return g_strstr_len (data, length, text) != NULL;
}

static void
test_views (void)
{
  g_autoptr (Presence) presence = presence_new ();
  char                 etag[ULLIM_SERVER_ENTITY_TAG_SIZE];

  g_assert_true (shows (presence, ULLIM_SERVER_PRESENCE_FULL, "<basic>closed"));
  g_assert_cmpint (publish (presence, NULL, "at home", LIFE_S, etag), ==, 200);
  g_assert_true (shows (presence, ULLIM_SERVER_PRESENCE_FULL, "at home"));
  g_assert_true (shows (presence, ULLIM_SERVER_PRESENCE_FULL, "sip:alice@group.test"));
  g_assert_false (shows (presence, ULLIM_SERVER_PRESENCE_LIMITED, "at home"));
  g_assert_true (shows (presence, ULLIM_SERVER_PRESENCE_LIMITED, "<basic>open"));
  g_assert_true (shows (presence, ULLIM_SERVER_PRESENCE_OFFLINE, "<basic>closed"));
  g_assert_false (shows (presence, ULLIM_SERVER_PRESENCE_OFFLINE, "open"));
}

/* One document for all who watch. */
static void
test_written_once (void)
{
  g_autoptr (Presence) presence = presence_new ();
  g_autoptr (GBytes)   a = ullim_server_presence_body (presence, "alice", 0);
  g_autoptr (GBytes)   b = ullim_server_presence_body (presence, "alice", 0);

  g_assert_true (a == b);
}

static void
test_expiry (void)
{
  g_autoptr (Presence) presence = presence_new ();
  gint64               now_s = g_get_monotonic_time () / G_USEC_PER_SEC;
  char                 etag[ULLIM_SERVER_ENTITY_TAG_SIZE];

  publish (presence, NULL, "here", LIFE_S, etag);
  g_assert_cmpuint (n_changes, ==, 1);
  publish (presence, etag, NULL, LIFE_S, etag);
  g_assert_cmpuint (n_changes, ==, 1);
  ullim_server_presence_tick (presence, now_s + LIFE_S - 2);
  g_assert_true (shows (presence, ULLIM_SERVER_PRESENCE_FULL, "here"));
  ullim_server_presence_tick (presence, now_s + LIFE_S + 2);
  g_assert_cmpuint (n_changes, ==, 2);
  g_assert_true (shows (presence, ULLIM_SERVER_PRESENCE_FULL, "<basic>closed"));
  g_assert_cmpint (publish (presence, etag, NULL, LIFE_S, etag), ==, 412);
}

static int
publish_device (Presence *presence, const char *device, const char *note)
{
  char  etag[ULLIM_SERVER_ENTITY_TAG_SIZE];
  char *text =
      g_strdup_printf ("<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" "
                       "xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" entity=\"sip:x@y\">"
                       "<tuple id=\"a\"><status><basic>open</basic></status>"
                       "<dm:deviceID>%s</dm:deviceID><note>%s</note></tuple></presence>",
                       device, note);
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));

  return ullim_server_presence_publish (presence, "alice", NULL, body, LIFE_S, etag);
}

/* Killed and started again, it does not know what it published. */
static void
test_device_comes_back (void)
{
  g_autoptr (Presence) presence = presence_new ();

  g_assert_cmpint (publish_device (presence, "urn:uuid:1", "died here"), ==, 200);
  g_assert_cmpint (publish_device (presence, "urn:uuid:2", "elsewhere"), ==, 200);
  g_assert_true (shows (presence, ULLIM_SERVER_PRESENCE_FULL, "elsewhere"));
  g_assert_cmpint (publish_device (presence, "urn:uuid:1", "back again"), ==, 200);
  g_assert_true (shows (presence, ULLIM_SERVER_PRESENCE_FULL, "back again"));
  g_assert_true (shows (presence, ULLIM_SERVER_PRESENCE_FULL, "urn:uuid:2"));
  g_assert_cmpint (publish_device (presence, "urn:uuid:2", "last"), ==, 200);
  g_assert_false (shows (presence, ULLIM_SERVER_PRESENCE_FULL, "died here"));
}

static void
test_limits (void)
{
  g_autoptr (Presence) presence = presence_new ();
  g_autofree char     *long_note = g_strnfill (ULLIM_SERVER_MAX_PUBLICATION - 1000, 'x');
  g_autofree char     *first = g_malloc (ULLIM_SERVER_ENTITY_TAG_SIZE);
  char                 etag[ULLIM_SERVER_ENTITY_TAG_SIZE];
  guint                n = 0;

  while (n < 10 && publish (presence, NULL, long_note, LIFE_S, etag) == 200)
    n++;
  g_assert_cmpuint (n, ==, ULLIM_SERVER_MAX_PUBLICATION_BYTES / ULLIM_SERVER_MAX_PUBLICATION);
  g_assert_cmpint (publish (presence, NULL, "short", LIFE_S, etag), ==, 200);
  /* The device that would end first makes room. */
  g_assert_cmpint (publish (presence, NULL, "ends first", LIFE_S / 2, first), ==, 200);
  for (guint i = 0; i < ULLIM_SERVER_MAX_PUBLICATIONS; i++)
    g_assert_cmpint (publish (presence, NULL, "more", LIFE_S + i, etag), ==, 200);
  g_assert_cmpint (publish (presence, first, NULL, LIFE_S, first), ==, 412);
  g_assert_cmpint (publish (presence, etag, NULL, LIFE_S, etag), ==, 200);
}

/* Quotes that become six times as long, at many devices: still it fits a NOTIFY. */
static void
test_composed_length (void)
{
  g_autoptr (Presence) presence = presence_new ();
  g_autofree char     *quotes = g_strnfill (1000, '"');
  g_autoptr (GString)  body = g_string_new ("<presence xmlns='urn:ietf:params:xml:ns:pidf'"
                                             " entity='sip:x@y'>");
  g_autoptr (GBytes)   bytes = NULL;
  g_autoptr (GBytes)   composed = NULL;
  char                 etag[ULLIM_SERVER_ENTITY_TAG_SIZE];

  for (char c = 'a'; c < 'i'; c++)
    g_string_append_printf (body, "<note xml:lang='%c'>%s</note>", c, quotes);
  g_string_append (body, "</presence>");
  bytes = g_bytes_new (body->str, body->len);
  g_assert_cmpint (ullim_server_presence_publish (presence, "alice", NULL, bytes, LIFE_S, etag), ==,
                   200);
  composed = ullim_server_presence_body (presence, "alice", ULLIM_SERVER_PRESENCE_FULL);
  g_assert_cmpuint (g_bytes_get_size (composed), <=, ULLIM_SERVER_MAX_PRESENCE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-presence/views", test_views);
  g_test_add_func ("/server-presence/written-once", test_written_once);
  g_test_add_func ("/server-presence/expiry", test_expiry);
  g_test_add_func ("/server-presence/device-comes-back", test_device_comes_back);
  g_test_add_func ("/server-presence/limits", test_limits);
  g_test_add_func ("/server-presence/composed-length", test_composed_length);
  return g_test_run ();
}
