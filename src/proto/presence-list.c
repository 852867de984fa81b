/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * List notifications, RFC 4662 sections 4 and 5.
 */
#define G_LOG_DOMAIN "presence-list"

#include "presence-list.h"

#include "mime.h"
#include "xml-writer.h"

#include <string.h>

#define NS "urn:ietf:params:xml:ns:rlmi"
#define TYPE_WITH_ROOT                                                                             \
  "multipart/related;type=\"" ULLIM_PRESENCE_LIST_CONTENT_TYPE "\";start=\"<%s>\""
#define ONLY_INSTANCE "1"

/* Upper bounds of what surrounds the entries of a slice, and each entry: markup, headers of its
 * part, boundary, Content-ID. */
#define SLICE_OVERHEAD_BYTES 512
#define ITEM_OVERHEAD_BYTES 280
#define MAX_ESCAPE_BYTES 6

static const char *const state_names[] = {
    [ULLIM_PRESENCE_LIST_NONE] = "",
    [ULLIM_PRESENCE_LIST_PENDING] = "pending",
    [ULLIM_PRESENCE_LIST_ACTIVE] = "active",
    [ULLIM_PRESENCE_LIST_TERMINATED] = "terminated",
};

static void
item_free (UllimPresenceListItem *item)
{
  g_free (item->uri);
  g_free (item->name);
  g_free (item->instance);
  g_free (item->reason);
  g_free (item->type);
  g_clear_pointer (&item->body, g_bytes_unref);
  g_free (item);
}

UllimPresenceList *
ullim_presence_list_new (const char *uri, guint32 version, gboolean is_full)
{
  UllimPresenceList *list = g_new0 (UllimPresenceList, 1);

  list->uri = g_strdup (uri);
  list->version = version;
  list->is_full = is_full;
  list->items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);
  return list;
}

void
ullim_presence_list_free (UllimPresenceList *list)
{
  g_free (list->uri);
  g_ptr_array_unref (list->items);
  g_free (list);
}

UllimPresenceListItem *
ullim_presence_list_add (UllimPresenceList *list, const char *uri, UllimPresenceListState state)
{
  UllimPresenceListItem *item = g_new0 (UllimPresenceListItem, 1);

  item->uri = g_strdup (uri);
  item->state = state;
  g_ptr_array_add (list->items, item);
  return item;
}

/* ---- reading ---- */

static gboolean
is_short (const char *text)
{
  return text && *text && strlen (text) <= ULLIM_PRESENCE_LIST_MAX_URI_BYTES;
}

/* What is no state we know is like none: the entry is there, nothing is known of it. */
static UllimPresenceListState
parse_state (const char *text)
{
  for (guint i = ULLIM_PRESENCE_LIST_PENDING; text && i < G_N_ELEMENTS (state_names); i++) {
    if (g_ascii_strcasecmp (text, state_names[i]) == 0)
      return i;
  }
  return ULLIM_PRESENCE_LIST_NONE;
}

static void
read_instance (const UllimXmlNode *node, GHashTable *parts, UllimPresenceListItem *item)
{
  const char    *id = ullim_xml_attribute (node, "id");
  const char    *reason = ullim_xml_attribute (node, "reason");
  const char    *cid = ullim_xml_attribute (node, "cid");
  UllimMimePart *part = cid && parts ? g_hash_table_lookup (parts, cid) : NULL;

  item->state = parse_state (ullim_xml_attribute (node, "state"));
  item->instance = is_short (id) ? g_strdup (id) : NULL;
  item->reason = is_short (reason) ? g_strdup (reason) : NULL;
  if (part) {
    item->type = g_strdup (part->type);
    item->body = g_bytes_ref (part->body);
  }
}

static void
read_resource (const UllimXmlNode *node, GHashTable *parts, UllimPresenceList *list)
{
  const char      *uri = ullim_xml_attribute (node, "uri");
  UllimXmlNode    *name_node = ullim_xml_child (node, NS, "name");
  UllimXmlNode    *instance = ullim_xml_child (node, NS, "instance");
  g_autofree char *name = NULL;

  if (!is_short (uri))
    return;
  if (name_node)
    name = ullim_xml_dup_text_cut (name_node, ULLIM_PRESENCE_LIST_MAX_NAME_BYTES);
  do {
    UllimPresenceListItem *item = ullim_presence_list_add (list, uri, ULLIM_PRESENCE_LIST_NONE);

    item->name = name && *name ? g_strdup (name) : NULL;
    if (instance) {
      read_instance (instance, parts, item);
      instance = ullim_xml_next (instance, NS, "instance");
    }
  } while (instance);
}

static gboolean
is_true (const char *text)
{
  return g_strcmp0 (text, "true") == 0 || g_strcmp0 (text, "1") == 0;
}

static UllimPresenceList *
read_list (const UllimXmlNode *root, GHashTable *parts, GError **error)
{
  const char        *uri = ullim_xml_attribute (root, "uri");
  const char        *version = ullim_xml_attribute (root, "version");
  guint64            number;
  UllimPresenceList *list;

  if (!ullim_xml_is (root, NS, "list") || !is_short (uri) || !version ||
      !g_ascii_string_to_unsigned (version, 10, 0, G_MAXUINT32, &number, NULL)) {
    g_set_error (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_CONTENT, "Not a list notification");
    return NULL;
  }
  list = ullim_presence_list_new (uri, number, is_true (ullim_xml_attribute (root, "fullState")));
  for (UllimXmlNode *node = ullim_xml_child (root, NS, "resource"); node;
       node = ullim_xml_next (node, NS, "resource"))
    read_resource (node, parts, list);
  return list;
}

static UllimPresenceList *
parse_root (GBytes *body, GHashTable *parts, GError **error)
{
  gsize                    size;
  const char              *data = g_bytes_get_data (body, &size);
  g_autoptr (UllimXmlNode) root = ullim_xml_parse (data ? data : "", size, error);

  return root ? read_list (root, parts, error) : NULL;
}

/* The root is the part that "start" names, or the first (RFC 2387 section 3.2). */
static UllimMimePart *
find_root (const char *type, const GPtrArray *parts)
{
  g_autofree char *start = ullim_mime_param (type, "start");
  UllimMimePart   *named = start ? ullim_mime_find (parts, start) : NULL;

  return named ? named : parts->pdata[0];
}

UllimPresenceList *
ullim_presence_list_parse (const char *type, GBytes *body, GError **error)
{
  g_autoptr (GPtrArray)  parts = NULL;
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
  UllimMimePart         *root;

  if (ullim_mime_is (type, ULLIM_PRESENCE_LIST_CONTENT_TYPE))
    return parse_root (body, NULL, error);
  parts = ullim_mime_split (type, body, error);
  if (!parts)
    return NULL;
  root = find_root (type, parts);
  for (guint i = 0; i < parts->len; i++) {
    UllimMimePart *part = parts->pdata[i];

    if (part->id && part != root)
      g_hash_table_insert (by_id, part->id, part);
  }
  return parse_root (root->body, by_id, error);
}

/* ---- writing ---- */

static gsize
escaped_length (const char *text)
{
  gsize length = 0;

  for (const char *p = text ? text : ""; *p; p++)
    length += g_ascii_isgraph (*p) && !strchr ("&<>\"", *p) ? 1 : MAX_ESCAPE_BYTES;
  return length;
}

static gsize
item_length (const UllimPresenceListItem *item, gboolean with_body)
{
  gsize length = ITEM_OVERHEAD_BYTES + escaped_length (item->uri) + escaped_length (item->name) +
                 escaped_length (item->instance) + escaped_length (item->reason);

  if (with_body && item->body)
    length += g_bytes_get_size (item->body) + strlen (item->type);
  return length;
}

typedef struct {
  UllimXmlWriter *writer;
  GPtrArray      *parts;
  guint32         version;
} SliceWriter;

static char *
make_id (guint32 version, guint number)
{
  return g_strdup_printf ("%u-%u@rlmi", version, number);
}

static void
write_instance (SliceWriter *slice, const UllimPresenceListItem *item, gboolean with_body)
{
  g_autofree char *id = make_id (slice->version, slice->parts->len);

  if (item->state == ULLIM_PRESENCE_LIST_NONE)
    return;
  ullim_xml_writer_start (slice->writer, "instance");
  ullim_xml_writer_attribute (slice->writer, "id", item->instance ? item->instance : ONLY_INSTANCE);
  ullim_xml_writer_attribute (slice->writer, "state", state_names[item->state]);
  ullim_xml_writer_attribute (slice->writer, "reason", item->reason);
  if (with_body && item->body) {
    ullim_xml_writer_attribute (slice->writer, "cid", id);
    g_ptr_array_add (slice->parts, ullim_mime_part_new (item->type, id, item->body));
  }
  ullim_xml_writer_end (slice->writer);
}

static void
write_item (SliceWriter *slice, const UllimPresenceListItem *item, gboolean with_body)
{
  ullim_xml_writer_start (slice->writer, "resource");
  ullim_xml_writer_attribute (slice->writer, "uri", item->uri);
  if (item->name)
    ullim_xml_writer_element (slice->writer, "name", item->name);
  write_instance (slice, item, with_body);
  ullim_xml_writer_end (slice->writer);
}

static void
start_slice (SliceWriter *slice, const UllimPresenceList *list, guint32 version)
{
  g_autofree char *text = g_strdup_printf ("%u", version);

  slice->version = version;
  slice->writer = ullim_xml_writer_new ();
  slice->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_mime_part_free);
  /* The place of the root, which is known last. */
  g_ptr_array_add (slice->parts, NULL);
  ullim_xml_writer_start (slice->writer, "list");
  ullim_xml_writer_attribute (slice->writer, "xmlns", NS);
  ullim_xml_writer_attribute (slice->writer, "uri", list->uri);
  ullim_xml_writer_attribute (slice->writer, "version", text);
  ullim_xml_writer_attribute (slice->writer, "fullState",
                              list->is_full && version == list->version ? "true" : "false");
}

static UllimPresenceListSlice *
finish_slice (SliceWriter *slice)
{
  UllimPresenceListSlice *done = g_new0 (UllimPresenceListSlice, 1);
  g_autofree char        *id = make_id (slice->version, 0);
  g_autofree char        *type = g_strdup_printf (TYPE_WITH_ROOT, id);
  g_autoptr (GBytes)      body = NULL;
  char                   *text;

  ullim_xml_writer_end (slice->writer);
  text = ullim_xml_writer_finish (slice->writer);
  body = g_bytes_new_take (text, strlen (text));
  slice->parts->pdata[0] =
      ullim_mime_part_new (ULLIM_PRESENCE_LIST_CONTENT_TYPE ";charset=\"UTF-8\"", id, body);
  done->body = ullim_mime_join (slice->parts, type, &done->type);
  g_ptr_array_unref (slice->parts);
  return done;
}

static void
slice_free (UllimPresenceListSlice *slice)
{
  g_free (slice->type);
  g_bytes_unref (slice->body);
  g_free (slice);
}

GPtrArray *
ullim_presence_list_write (const UllimPresenceList *list, gsize max_bytes)
{
  GPtrArray  *slices = g_ptr_array_new_with_free_func ((GDestroyNotify) slice_free);
  gsize       overhead = SLICE_OVERHEAD_BYTES + escaped_length (list->uri);
  gsize       length = overhead;
  SliceWriter slice;

  start_slice (&slice, list, list->version);
  for (guint i = 0; i < list->items->len; i++) {
    const UllimPresenceListItem *item = list->items->pdata[i];
    gboolean                     with_body = overhead + item_length (item, TRUE) <= max_bytes;
    gsize                        own = item_length (item, with_body);

    if (length + own > max_bytes && length > overhead) {
      g_ptr_array_add (slices, finish_slice (&slice));
      start_slice (&slice, list, list->version + slices->len);
      length = overhead;
    }
    write_item (&slice, item, with_body);
    length += own;
  }
  g_ptr_array_add (slices, finish_slice (&slice));
  return slices;
}
