/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Watcher information: the example of RFC 3858, updates full and partial, and what is refused.
 */
#include "watcherinfo.h"

#include "xml.h"

#include <string.h>

#define NS "xmlns='urn:ietf:params:xml:ns:watcherinfo'"

static UllimWatcherinfo *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  UllimWatcherinfo  *info = ullim_watcherinfo_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return info;
}

/* After RFC 3858 section 4.5. */
static void
test_read (void)
{
  g_autoptr (UllimWatcherinfo) info = parse (
      "<?xml version=\"1.0\"?>\n<watcherinfo " NS " version=\"3\" state=\"full\">\n"
      "<watcher-list resource=\"sip:professor@example.net\" package=\"presence\">\n"
      "<watcher status=\"active\" id=\"8ajksjda7s\" duration-subscribed=\"509\" event=\"approved\" "
      ">"
      "sip:userA@example.net</watcher>\n"
      "<watcher status=\"pending\" id=\"hh8juja87s997-ass7\" display-name=\"Mr. Subscriber\" "
      "expiration=\"60\" event=\"subscribe\">sip:userB@example.org</watcher>\n"
      "<watcher status=\"asleep\" id=\"x\" event=\"approved\">sip:c@h</watcher>"
      "<watcher status=\"active\" event=\"approved\">sip:d@h</watcher>"
      "<watcher status=\"active\" id=\"e\" event=\"approved\"/></watcher-list>"
      "<watcher-list resource=\"sip:x@h\" package=\"dialog\"><watcher status=\"active\" id=\"d\" "
      "event=\"approved\">sip:d@h</watcher></watcher-list></watcherinfo>");
  UllimWatcherinfoEntry *watcher;

  g_assert_cmpuint (info->version, ==, 3);
  g_assert_true (info->is_full);
  g_assert_cmpstr (info->resource, ==, "sip:professor@example.net");
  g_assert_cmpuint (info->watchers->len, ==, 2);
  watcher = info->watchers->pdata[0];
  g_assert_cmpint (watcher->status, ==, ULLIM_WATCHER_ACTIVE);
  g_assert_cmpstr (watcher->uri, ==, "sip:userA@example.net");
  g_assert_cmpstr (watcher->event, ==, "approved");
  g_assert_null (watcher->name);
  watcher = info->watchers->pdata[1];
  g_assert_cmpint (watcher->status, ==, ULLIM_WATCHER_PENDING);
  g_assert_cmpstr (watcher->name, ==, "Mr. Subscriber");
  g_assert_cmpuint (watcher->expires_s, ==, 60);
}

static void
test_write (void)
{
  g_autoptr (UllimWatcherinfo) info = ullim_watcherinfo_new ("sip:a@h", 7, FALSE);
  UllimWatcherinfoEntry       *watcher =
      ullim_watcherinfo_add (info, "w1", "sip:b@h?x&y", "subscribe", ULLIM_WATCHER_PENDING);
  g_autofree char *text = NULL;

  watcher->name = g_strdup ("<비>");
  watcher->expires_s = 3600;
  text = ullim_watcherinfo_to_string (info);
  g_assert_cmpstr (text, ==,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<watcherinfo xmlns=\"urn:ietf:params:xml:ns:watcherinfo\" version=\"7\" "
                   "state=\"partial\"><watcher-list resource=\"sip:a@h\" package=\"presence\">"
                   "<watcher id=\"w1\" event=\"subscribe\" status=\"pending\" "
                   "display-name=\"&lt;비&gt;\" expiration=\"3600\">sip:b@h?x&amp;y</watcher>"
                   "</watcher-list></watcherinfo>\n");
}

static gboolean
update (UllimWatcherinfo  *info,
        guint              version,
        gboolean           is_full,
        const char        *id,
        UllimWatcherStatus status)
{
  g_autoptr (UllimWatcherinfo) news = ullim_watcherinfo_new (NULL, version, is_full);

  ullim_watcherinfo_add (news, id, "sip:b@h", "subscribe", status);
  return ullim_watcherinfo_update (info, news);
}

static void
check_watchers (const UllimWatcherinfo *info, const char *ids)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < info->watchers->len; i++)
    g_string_append (text, ((UllimWatcherinfoEntry *) info->watchers->pdata[i])->id);
  g_assert_cmpstr (text->str, ==, ids);
  g_assert_cmpstr (info->resource, ==, "sip:a@h");
  g_assert_true (info->is_full);
}

static void
test_update (void)
{
  g_autoptr (UllimWatcherinfo) info = ullim_watcherinfo_new ("sip:a@h", 0, TRUE);

  g_assert_true (update (info, 4, TRUE, "1", ULLIM_WATCHER_PENDING));
  check_watchers (info, "1");
  g_assert_true (update (info, 5, FALSE, "2", ULLIM_WATCHER_ACTIVE));
  check_watchers (info, "12");
  g_assert_true (update (info, 5, FALSE, "3", ULLIM_WATCHER_ACTIVE));
  check_watchers (info, "12");
  g_assert_false (update (info, 7, FALSE, "3", ULLIM_WATCHER_ACTIVE));
  check_watchers (info, "12");
  g_assert_true (update (info, 6, FALSE, "1", ULLIM_WATCHER_ACTIVE));
  check_watchers (info, "21");
  g_assert_true (update (info, 7, FALSE, "2", ULLIM_WATCHER_TERMINATED));
  check_watchers (info, "1");
  g_assert_true (update (info, 0, TRUE, "9", ULLIM_WATCHER_WAITING));
  check_watchers (info, "9");
}

static void
test_refused (void)
{
  static const char *const refused[] = {
      "",
      "<watcherinfo version='1' state='full'/>",
      "<watcherinfo " NS " state='full'/>",
      "<watcherinfo " NS " version='x' state='full'/>",
      "<watcher " NS " version='1'/>",
  };
  g_autofree char *spaces = g_strnfill (ULLIM_WATCHERINFO_MAX_BYTES + 1, ' ');

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_null (ullim_watcherinfo_parse (refused[i], strlen (refused[i]), NULL));
  g_assert_null (ullim_watcherinfo_parse (spaces, strlen (spaces), NULL));
}

static void
test_limits (void)
{
  g_autoptr (UllimWatcherinfo) info = ullim_watcherinfo_new ("sip:a@h", 0, TRUE);
  g_autoptr (UllimWatcherinfo) read = NULL;
  g_autofree char             *text = NULL;

  for (guint i = 0; i <= ULLIM_WATCHERINFO_MAX_WATCHERS; i++)
    ullim_watcherinfo_add (info, "1", "a:b", "timeout", ULLIM_WATCHER_WAITING);
  text = ullim_watcherinfo_to_string (info);
  read = parse (text);
  g_assert_cmpuint (read->watchers->len, ==, ULLIM_WATCHERINFO_MAX_WATCHERS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watcherinfo/read", test_read);
  g_test_add_func ("/watcherinfo/write", test_write);
  g_test_add_func ("/watcherinfo/update", test_update);
  g_test_add_func ("/watcherinfo/refused", test_refused);
  g_test_add_func ("/watcherinfo/limits", test_limits);
  return g_test_run ();
}
