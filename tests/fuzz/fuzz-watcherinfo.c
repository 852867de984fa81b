/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Watcher information: what was read is written and read the same, and may update what is known.
 */
#include "fuzz.h"
#include "watcherinfo.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError)           error = NULL;
  g_autoptr (UllimWatcherinfo) info = ullim_watcherinfo_parse ((const char *) data, size, &error);
  g_autoptr (UllimWatcherinfo) known = ullim_watcherinfo_new ("sip:a@h", 1, TRUE);
  g_autoptr (UllimWatcherinfo) read = NULL;
  g_autofree char             *text = NULL;
  g_autofree char             *again = NULL;

  g_assert_true (!info == !!error);
  if (!info)
    return 0;
  text = ullim_watcherinfo_to_string (info);
  read = ullim_watcherinfo_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  again = ullim_watcherinfo_to_string (read);
  g_assert_cmpstr (again, ==, text);
  ullim_watcherinfo_add (known, "1", "sip:b@h", "subscribe", ULLIM_WATCHER_PENDING);
  if (ullim_watcherinfo_update (known, info))
    g_assert_cmpuint (known->version, >=, MIN (info->version, 1));
  for (guint i = 0; i < known->watchers->len; i++) {
    const UllimWatcherinfoEntry *watcher = known->watchers->pdata[i];

    g_assert_cmpint (watcher->status, !=, ULLIM_WATCHER_TERMINATED);
  }
  return 0;
}
