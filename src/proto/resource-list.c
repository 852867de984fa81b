/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Resource lists, RFC 4826 section 3: values, reading, writing.
 */
#define G_LOG_DOMAIN "resource-list"

#include "resource-list.h"

#include "uri.h"
#include "xml-writer.h"

#include <string.h>

#define NS "urn:ietf:params:xml:ns:resource-lists"

/* ---- values ---- */

static GPtrArray *
nodes_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_xml_node_free);
}

static void
entry_free (UllimResourceEntry *entry)
{
  g_free (entry->uri);
  g_free (entry->display_name);
  g_ptr_array_unref (entry->foreign);
  g_free (entry);
}

UllimResourceList *
ullim_resource_list_new (const char *name, const char *display_name)
{
  UllimResourceList *list = g_new0 (UllimResourceList, 1);

  list->name = g_strdup (name);
  list->display_name = g_strdup (display_name);
  list->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  list->lists = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_resource_list_free);
  list->foreign = nodes_new ();
  return list;
}

void
ullim_resource_list_free (UllimResourceList *list)
{
  g_free (list->name);
  g_free (list->display_name);
  g_ptr_array_unref (list->entries);
  g_ptr_array_unref (list->lists);
  g_ptr_array_unref (list->foreign);
  g_free (list);
}

UllimResourceEntry *
ullim_resource_list_add (UllimResourceList *list, const char *uri, const char *display_name)
{
  UllimResourceEntry *entry = g_new0 (UllimResourceEntry, 1);

  entry->uri = g_strdup (uri);
  entry->display_name = g_strdup (display_name);
  entry->foreign = nodes_new ();
  g_ptr_array_add (list->entries, entry);
  return entry;
}

UllimResourceList *
ullim_resource_list_add_list (UllimResourceList *list, const char *name, const char *display_name)
{
  UllimResourceList *added = ullim_resource_list_new (name, display_name);

  g_ptr_array_add (list->lists, added);
  return added;
}

static gboolean
nodes_equal (const GPtrArray *a, const GPtrArray *b)
{
  gboolean is_equal = a->len == b->len;

  for (guint i = 0; is_equal && i < a->len; i++)
    is_equal = ullim_xml_equal (a->pdata[i], b->pdata[i]);
  return is_equal;
}

static gboolean
entry_equal (const UllimResourceEntry *a, const UllimResourceEntry *b)
{
  return strcmp (a->uri, b->uri) == 0 && g_strcmp0 (a->display_name, b->display_name) == 0 &&
         nodes_equal (a->foreign, b->foreign);
}

gboolean
ullim_resource_list_equal (const UllimResourceList *a, const UllimResourceList *b)
{
  gboolean is_equal = g_strcmp0 (a->name, b->name) == 0 &&
                      g_strcmp0 (a->display_name, b->display_name) == 0 &&
                      a->entries->len == b->entries->len && a->lists->len == b->lists->len &&
                      nodes_equal (a->foreign, b->foreign);

  for (guint i = 0; is_equal && i < a->entries->len; i++)
    is_equal = entry_equal (a->entries->pdata[i], b->entries->pdata[i]);
  for (guint i = 0; is_equal && i < a->lists->len; i++)
    is_equal = ullim_resource_list_equal (a->lists->pdata[i], b->lists->pdata[i]);
  return is_equal;
}

static void
collect_uris (const UllimResourceList *list, GHashTable *seen, GPtrArray *uris)
{
  for (guint i = 0; i < list->entries->len; i++) {
    const UllimResourceEntry *entry = list->entries->pdata[i];
    g_autoptr (UllimUri)      uri = ullim_uri_parse (entry->uri, NULL);

    if (g_hash_table_add (seen, uri ? ullim_uri_key (uri) : g_strdup (entry->uri)))
      g_ptr_array_add (uris, g_strdup (entry->uri));
  }
  for (guint i = 0; i < list->lists->len; i++)
    collect_uris (list->lists->pdata[i], seen, uris);
}

GPtrArray *
ullim_resource_list_get_uris (const UllimResourceList *document)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray             *uris = g_ptr_array_new_with_free_func (g_free);

  collect_uris (document, seen, uris);
  return uris;
}

/* ---- reading ---- */

typedef struct {
  guint    n_entries;
  GError **error;
} Reading;

static gboolean
refuse (Reading *reading, UllimXmlError code, const char *what)
{
  g_set_error (reading->error, ULLIM_XML_ERROR, code, "Resource list refused: %s", what);
  return FALSE;
}

static void
read_display_name (const UllimXmlNode *node, char **display_name)
{
  g_free (*display_name);
  *display_name = ullim_xml_dup_text_cut (node, ULLIM_RESOURCE_LIST_MAX_NAME_BYTES);
}

static gboolean
read_entry (const UllimXmlNode *node, UllimResourceList *list, Reading *reading)
{
  const char         *uri = ullim_xml_attribute (node, "uri");
  UllimResourceEntry *entry;

  if (!uri || !*uri)
    return refuse (reading, ULLIM_XML_ERROR_CONTENT, "an entry without a URI");
  if (strlen (uri) > ULLIM_RESOURCE_LIST_MAX_URI_BYTES ||
      ++reading->n_entries > ULLIM_RESOURCE_LIST_MAX_ENTRIES)
    return refuse (reading, ULLIM_XML_ERROR_LIMIT, "too many entries, or a URI too long");
  entry = ullim_resource_list_add (list, uri, NULL);
  for (UllimXmlNode *child = ullim_xml_child (node, NULL, NULL); child;
       child = ullim_xml_next (child, NULL, NULL)) {
    if (ullim_xml_is (child, NS, "display-name"))
      read_display_name (child, &entry->display_name);
    else
      g_ptr_array_add (entry->foreign, ullim_xml_copy (child));
  }
  return TRUE;
}

static gboolean
read_list (const UllimXmlNode *node, UllimResourceList *list, Reading *reading)
{
  for (UllimXmlNode *child = ullim_xml_child (node, NULL, NULL); child;
       child = ullim_xml_next (child, NULL, NULL)) {
    gboolean is_fine = TRUE;

    if (ullim_xml_is (child, NS, "entry") && node->parent) {
      is_fine = read_entry (child, list, reading);
    } else if (ullim_xml_is (child, NS, "list")) {
      const char *name = ullim_xml_attribute (child, "name");

      if (name && strlen (name) > ULLIM_RESOURCE_LIST_MAX_NAME_BYTES)
        return refuse (reading, ULLIM_XML_ERROR_LIMIT, "the name of a list is too long");
      is_fine = read_list (child, ullim_resource_list_add_list (list, name, NULL), reading);
    } else if (ullim_xml_is (child, NS, "display-name") && node->parent) {
      read_display_name (child, &list->display_name);
    } else {
      g_ptr_array_add (list->foreign, ullim_xml_copy (child));
    }
    if (!is_fine)
      return FALSE;
  }
  return TRUE;
}

UllimResourceList *
ullim_resource_list_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (UllimXmlNode)      root = ullim_xml_parse (data, length, error);
  g_autoptr (UllimResourceList) document = ullim_resource_list_new (NULL, NULL);
  Reading                       reading = {0, error};

  if (!root)
    return NULL;
  if (!ullim_xml_is (root, NS, "resource-lists")) {
    refuse (&reading, ULLIM_XML_ERROR_CONTENT, "it is something else");
    return NULL;
  }
  return read_list (root, document, &reading) ? g_steal_pointer (&document) : NULL;
}

/* ---- writing ---- */

static void
write_nodes (UllimXmlWriter *writer, const GPtrArray *nodes)
{
  for (guint i = 0; i < nodes->len; i++)
    ullim_xml_writer_node (writer, nodes->pdata[i]);
}

static void
write_entry (UllimXmlWriter *writer, const UllimResourceEntry *entry)
{
  ullim_xml_writer_start (writer, "entry");
  ullim_xml_writer_attribute (writer, "uri", entry->uri);
  if (entry->display_name)
    ullim_xml_writer_element (writer, "display-name", entry->display_name);
  write_nodes (writer, entry->foreign);
  ullim_xml_writer_end (writer);
}

static void
write_content (UllimXmlWriter *writer, const UllimResourceList *list)
{
  for (guint i = 0; i < list->entries->len; i++)
    write_entry (writer, list->entries->pdata[i]);
  for (guint i = 0; i < list->lists->len; i++) {
    const UllimResourceList *child = list->lists->pdata[i];

    ullim_xml_writer_start (writer, "list");
    ullim_xml_writer_attribute (writer, "name", child->name);
    if (child->display_name)
      ullim_xml_writer_element (writer, "display-name", child->display_name);
    write_content (writer, child);
    ullim_xml_writer_end (writer);
  }
  write_nodes (writer, list->foreign);
}

char *
ullim_resource_list_to_string (const UllimResourceList *document)
{
  UllimXmlWriter *writer = ullim_xml_writer_new ();

  ullim_xml_writer_start (writer, "resource-lists");
  ullim_xml_writer_attribute (writer, "xmlns", NS);
  write_content (writer, document);
  ullim_xml_writer_end (writer);
  return ullim_xml_writer_finish (writer);
}

char *
ullim_resource_list_write (GPtrArray *uris)
{
  UllimXmlWriter *writer = ullim_xml_writer_new ();

  ullim_xml_writer_start (writer, "resource-lists");
  ullim_xml_writer_attribute (writer, "xmlns", NS);
  ullim_xml_writer_start (writer, "list");
  for (guint i = 0; i < uris->len; i++) {
    ullim_xml_writer_start (writer, "entry");
    ullim_xml_writer_attribute (writer, "uri", uris->pdata[i]);
    ullim_xml_writer_end (writer);
  }
  ullim_xml_writer_end (writer);
  ullim_xml_writer_end (writer);
  return ullim_xml_writer_finish (writer);
}
