/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Watcher information documents, RFC 3858 section 4.
 */
#define G_LOG_DOMAIN "watcherinfo"

#include "watcherinfo.h"

#include "xml-writer.h"

#include <string.h>

#define NS "urn:ietf:params:xml:ns:watcherinfo"
#define PACKAGE "presence"

static const char *const status_names[] = {
    [ULLIM_WATCHER_PENDING] = "pending",
    [ULLIM_WATCHER_ACTIVE] = "active",
    [ULLIM_WATCHER_WAITING] = "waiting",
    [ULLIM_WATCHER_TERMINATED] = "terminated",
};

static void
watcher_free (UllimWatcherinfoEntry *watcher)
{
  g_free (watcher->id);
  g_free (watcher->uri);
  g_free (watcher->name);
  g_free (watcher->event);
  g_free (watcher);
}

UllimWatcherinfo *
ullim_watcherinfo_new (const char *resource, guint32 version, gboolean is_full)
{
  UllimWatcherinfo *info = g_new0 (UllimWatcherinfo, 1);

  info->resource = g_strdup (resource);
  info->version = version;
  info->is_full = is_full;
  info->watchers = g_ptr_array_new_with_free_func ((GDestroyNotify) watcher_free);
  return info;
}

void
ullim_watcherinfo_free (UllimWatcherinfo *info)
{
  g_free (info->resource);
  g_ptr_array_unref (info->watchers);
  g_free (info);
}

UllimWatcherinfoEntry *
ullim_watcherinfo_add (UllimWatcherinfo  *info,
                       const char        *id,
                       const char        *uri,
                       const char        *event,
                       UllimWatcherStatus status)
{
  UllimWatcherinfoEntry *watcher = g_new0 (UllimWatcherinfoEntry, 1);

  watcher->id = g_strdup (id);
  watcher->uri = g_strdup (uri);
  watcher->event = g_strdup (event);
  watcher->status = status;
  g_ptr_array_add (info->watchers, watcher);
  return watcher;
}

/* ---- reading ---- */

static gboolean
is_short (const char *text, gsize max_bytes)
{
  return text && *text && strlen (text) <= max_bytes;
}

static gboolean
parse_status (const char *text, UllimWatcherStatus *status)
{
  for (guint i = 0; text && i < G_N_ELEMENTS (status_names); i++) {
    if (strcmp (text, status_names[i]) == 0) {
      *status = i;
      return TRUE;
    }
  }
  return FALSE;
}

static void
read_watcher (const UllimXmlNode *node, UllimWatcherinfo *info)
{
  g_autofree char       *uri = ullim_xml_dup_text (node);
  const char            *id = ullim_xml_attribute (node, "id");
  const char            *event = ullim_xml_attribute (node, "event");
  const char            *name = ullim_xml_attribute (node, "display-name");
  const char            *expiration = ullim_xml_attribute (node, "expiration");
  guint64                seconds = 0;
  UllimWatcherStatus     status;
  UllimWatcherinfoEntry *watcher;

  if (info->watchers->len >= ULLIM_WATCHERINFO_MAX_WATCHERS ||
      !is_short (uri, ULLIM_WATCHERINFO_MAX_URI_BYTES) ||
      !is_short (id, ULLIM_WATCHERINFO_MAX_URI_BYTES) ||
      !is_short (event, ULLIM_WATCHERINFO_MAX_NAME_BYTES) ||
      !parse_status (ullim_xml_attribute (node, "status"), &status))
    return;
  watcher = ullim_watcherinfo_add (info, id, uri, event, status);
  watcher->name = name && *name ? ullim_xml_cut (name, ULLIM_WATCHERINFO_MAX_NAME_BYTES) : NULL;
  if (expiration && g_ascii_string_to_unsigned (expiration, 10, 0, G_MAXUINT32, &seconds, NULL))
    watcher->expires_s = seconds;
}

static void
read_lists (const UllimXmlNode *root, UllimWatcherinfo *info)
{
  for (UllimXmlNode *list = ullim_xml_child (root, NS, "watcher-list"); list;
       list = ullim_xml_next (list, NS, "watcher-list")) {
    const char *resource = ullim_xml_attribute (list, "resource");

    if (g_strcmp0 (ullim_xml_attribute (list, "package"), PACKAGE) != 0)
      continue;
    if (!info->resource && is_short (resource, ULLIM_WATCHERINFO_MAX_URI_BYTES))
      info->resource = g_strdup (resource);
    for (UllimXmlNode *node = ullim_xml_child (list, NS, "watcher"); node;
         node = ullim_xml_next (node, NS, "watcher"))
      read_watcher (node, info);
  }
}

UllimWatcherinfo *
ullim_watcherinfo_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (UllimXmlNode) root = NULL;
  const char              *version;
  guint64                  number;
  UllimWatcherinfo        *info;

  if (length > ULLIM_WATCHERINFO_MAX_BYTES) {
    g_set_error (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_LIMIT, "Watcher information too long");
    return NULL;
  }
  root = ullim_xml_parse (data, length, error);
  if (!root)
    return NULL;
  version = ullim_xml_attribute (root, "version");
  if (!ullim_xml_is (root, NS, "watcherinfo") || !version ||
      !g_ascii_string_to_unsigned (version, 10, 0, G_MAXUINT32, &number, NULL)) {
    g_set_error (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_CONTENT, "Not watcher information");
    return NULL;
  }
  info = ullim_watcherinfo_new (NULL, number,
                                g_strcmp0 (ullim_xml_attribute (root, "state"), "full") == 0);
  read_lists (root, info);
  return info;
}

/* ---- writing ---- */

static void
write_watcher (UllimXmlWriter *writer, const UllimWatcherinfoEntry *watcher)
{
  g_autofree char *expiration = NULL;

  if (watcher->expires_s > 0)
    expiration = g_strdup_printf ("%u", watcher->expires_s);
  ullim_xml_writer_start (writer, "watcher");
  ullim_xml_writer_attribute (writer, "id", watcher->id);
  ullim_xml_writer_attribute (writer, "event", watcher->event);
  ullim_xml_writer_attribute (writer, "status", status_names[watcher->status]);
  ullim_xml_writer_attribute (writer, "display-name", watcher->name);
  ullim_xml_writer_attribute (writer, "expiration", expiration);
  ullim_xml_writer_text (writer, watcher->uri);
  ullim_xml_writer_end (writer);
}

char *
ullim_watcherinfo_to_string (const UllimWatcherinfo *info)
{
  UllimXmlWriter  *writer = ullim_xml_writer_new ();
  g_autofree char *version = g_strdup_printf ("%u", info->version);

  ullim_xml_writer_start (writer, "watcherinfo");
  ullim_xml_writer_attribute (writer, "xmlns", NS);
  ullim_xml_writer_attribute (writer, "version", version);
  ullim_xml_writer_attribute (writer, "state", info->is_full ? "full" : "partial");
  ullim_xml_writer_start (writer, "watcher-list");
  ullim_xml_writer_attribute (writer, "resource", info->resource);
  ullim_xml_writer_attribute (writer, "package", PACKAGE);
  for (guint i = 0; i < info->watchers->len; i++)
    write_watcher (writer, info->watchers->pdata[i]);
  ullim_xml_writer_end (writer);
  ullim_xml_writer_end (writer);
  return ullim_xml_writer_finish (writer);
}

/* ---- updating ---- */

static void
copy_watcher (UllimWatcherinfo *info, const UllimWatcherinfoEntry *from)
{
  UllimWatcherinfoEntry *watcher =
      ullim_watcherinfo_add (info, from->id, from->uri, from->event, from->status);

  watcher->name = g_strdup (from->name);
  watcher->expires_s = from->expires_s;
}

static GHashTable *
index_watchers (const UllimWatcherinfo *info)
{
  GHashTable *index = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < info->watchers->len; i++) {
    UllimWatcherinfoEntry *watcher = info->watchers->pdata[i];

    g_hash_table_insert (index, watcher->id, watcher);
  }
  return index;
}

/* Of @from, those that still watch and of whom @newer says nothing. */
static void
copy_others (UllimWatcherinfo *to, const UllimWatcherinfo *from, GHashTable *newer)
{
  for (guint i = 0; i < from->watchers->len; i++) {
    const UllimWatcherinfoEntry *watcher = from->watchers->pdata[i];

    if (watcher->status != ULLIM_WATCHER_TERMINATED &&
        (!newer || !g_hash_table_contains (newer, watcher->id)) &&
        to->watchers->len < ULLIM_WATCHERINFO_MAX_WATCHERS)
      copy_watcher (to, watcher);
  }
}

gboolean
ullim_watcherinfo_update (UllimWatcherinfo *info, const UllimWatcherinfo *news)
{
  g_autoptr (UllimWatcherinfo) merged = NULL;
  g_autoptr (GHashTable)       newer = index_watchers (news);

  if (!news->is_full && news->version <= info->version)
    return TRUE;
  if (!news->is_full && news->version - 1 != info->version)
    return FALSE;
  merged =
      ullim_watcherinfo_new (news->resource ? news->resource : info->resource, news->version, TRUE);
  if (!news->is_full)
    copy_others (merged, info, newer);
  copy_others (merged, news, NULL);
  g_free (info->resource);
  g_ptr_array_unref (info->watchers);
  info->resource = g_steal_pointer (&merged->resource);
  info->watchers = g_steal_pointer (&merged->watchers);
  info->version = merged->version;
  merged->watchers = g_ptr_array_new ();
  return TRUE;
}
