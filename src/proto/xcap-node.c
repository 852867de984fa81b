/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading and changing one node, RFC 4825 sections 8.2.1 to 8.2.7: a PUT or DELETE is taken only if
 * a GET of the same URI would find what was put, or nothing.
 */
#define G_LOG_DOMAIN "xcap-node"

#include "xcap-node.h"

#include "xml-writer.h"

#include <string.h>

const char *
ullim_xcap_result_name (UllimXcapResult result)
{
  switch (result) {
  case ULLIM_XCAP_NO_PARENT:
    return "no-parent";
  case ULLIM_XCAP_CANNOT_INSERT:
    return "cannot-insert";
  case ULLIM_XCAP_CANNOT_DELETE:
    return "cannot-delete";
  case ULLIM_XCAP_NOT_XML_FRAGMENT:
    return "not-xml-frag";
  case ULLIM_XCAP_NOT_ATTRIBUTE_VALUE:
    return "not-xml-att-value";
  default:
    return NULL;
  }
}

/* ---- finding ---- */

static gboolean
has_attribute (const UllimXmlNode *node, const UllimXcapStep *step)
{
  return !step->attribute ||
         g_strcmp0 (ullim_xml_attribute_ns (node, step->attribute_ns, step->attribute),
                    step->value) == 0;
}

/* The one child that fits; with several, @n_found says how many. */
static UllimXmlNode *
take_step (const UllimXmlNode *parent, const UllimXcapStep *step, guint *n_found)
{
  UllimXmlNode *found = NULL;
  guint         position = 0;

  *n_found = 0;
  for (UllimXmlNode *child = ullim_xml_child (parent, step->ns, step->name); child;
       child = ullim_xml_next (child, step->ns, step->name)) {
    position++;
    if ((step->position && step->position != position) || !has_attribute (child, step))
      continue;
    found = child;
    ++*n_found;
  }
  return *n_found == 1 ? found : NULL;
}

/* The element to which the first @n steps lead. */
static UllimXmlNode *
follow (UllimXmlNode *document, const UllimXcapUri *uri, guint n)
{
  UllimXmlNode *node = document;
  guint         n_found;

  for (guint i = 0; node && i < n; i++)
    node = take_step (node, uri->steps->pdata[i], &n_found);
  return node;
}

/* A path begins above the root, so the root stands below a node of its own for the while. */
static UllimXmlNode *
lift (UllimXmlNode *root)
{
  UllimXmlNode *document = ullim_xml_element_new ("", "");

  ullim_xml_insert (document, root, NULL);
  return document;
}

static UllimXmlNode *
lower (UllimXmlNode *document)
{
  UllimXmlNode *root = ullim_xml_unlink (document->first);

  ullim_xml_node_free (document);
  return root;
}

/* ---- reading ---- */

static char *
write_fragment (const UllimXmlNode *node)
{
  UllimXmlWriter  *writer = ullim_xml_writer_new ();
  g_autofree char *text = NULL;

  ullim_xml_writer_node (writer, node);
  text = ullim_xml_writer_finish (writer);
  return g_strchomp (g_strdup (strchr (text, '\n') + 1)); /* without the declaration */
}

char *
ullim_xcap_node_get (UllimXmlNode *root, const UllimXcapUri *uri)
{
  UllimXmlNode *document = lift (root);
  UllimXmlNode *node = follow (document, uri, uri->steps->len);
  char         *text = NULL;

  if (node && uri->attribute)
    text = g_strdup (ullim_xml_attribute_ns (node, uri->attribute_ns, uri->attribute));
  else if (node)
    text = write_fragment (node);
  lower (document);
  return text;
}

/* ---- a fragment ---- */

static void
declare (GString *out, const UllimXmlNode *scope, GHashTable *seen)
{
  for (; scope; scope = scope->parent) {
    for (guint i = 0; scope->attributes && i < scope->attributes->len; i++) {
      const UllimXmlAttribute *attribute = scope->attributes->pdata[i];
      g_autofree char         *escaped = NULL;

      if (strcmp (attribute->ns, ULLIM_XML_NS_XMLNS) != 0 ||
          !g_hash_table_add (seen, attribute->name))
        continue;
      escaped = g_markup_escape_text (attribute->value, -1);
      g_string_append_printf (out, " xmlns%s%s=\"%s\"", *attribute->name ? ":" : "",
                              attribute->name, escaped);
    }
  }
}

/* What is put is read as if it stood where it is put: with the prefixes that are declared there. */
static UllimXmlNode *
read_fragment (const char *data, gsize length, const UllimXmlNode *scope)
{
  g_autoptr (GHashTable)   seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (UllimXmlNode) wrapper = NULL;
  GString                 *text = g_string_new ("<scope");
  UllimXmlNode            *element;

  declare (text, scope, seen);
  g_string_append_c (text, '>');
  g_string_append_len (text, data, length);
  g_string_append (text, "</scope>");
  wrapper = ullim_xml_parse (text->str, text->len, NULL);
  g_string_free (text, TRUE);
  element = wrapper ? wrapper->first : NULL;
  return element && element->name && !element->next ? ullim_xml_unlink (element) : NULL;
}

/* AttValue without its quotes (XML section 2.3): neither "<" nor a lone "&". */
static char *
read_attribute_value (const char *data, gsize length)
{
  g_autoptr (UllimXmlNode) wrapper = NULL;
  GString                 *text = g_string_new ("<scope value=\"");

  for (gsize i = 0; i < length; i++) {
    if (data[i] == '"')
      g_string_append (text, "&quot;");
    else
      g_string_append_c (text, data[i]);
  }
  g_string_append (text, "\"/>");
  wrapper = ullim_xml_parse (text->str, text->len, NULL);
  g_string_free (text, TRUE);
  return wrapper ? g_strdup (ullim_xml_attribute (wrapper, "value")) : NULL;
}

/* ---- changing ---- */

static UllimXcapResult
put_attribute (UllimXmlNode *document, const UllimXcapUri *uri, const char *data, gsize length)
{
  UllimXmlNode    *node = follow (document, uri, uri->steps->len);
  g_autofree char *value = read_attribute_value (data, length);
  gboolean         is_there;

  if (!node)
    return ULLIM_XCAP_NO_PARENT;
  if (!value)
    return ULLIM_XCAP_NOT_ATTRIBUTE_VALUE;
  is_there = ullim_xml_attribute_ns (node, uri->attribute_ns, uri->attribute) != NULL;
  ullim_xml_set_attribute (node, uri->attribute_ns, uri->attribute, value);
  if (follow (document, uri, uri->steps->len) != node)
    return ULLIM_XCAP_CANNOT_INSERT;
  return is_there ? ULLIM_XCAP_REPLACED : ULLIM_XCAP_CREATED;
}

/* Section 8.2.3: at its position among its like where one is said, otherwise after the last. */
static UllimXmlNode *
place_for (UllimXmlNode *parent, const UllimXcapStep *step)
{
  UllimXmlNode *last = NULL;
  guint         position = 0;

  for (UllimXmlNode *child = ullim_xml_child (parent, step->ns, step->name); child;
       child = ullim_xml_next (child, step->ns, step->name)) {
    if (++position == step->position)
      return child;
    last = child;
  }
  return last ? last->next : NULL;
}

static UllimXcapResult
put_element (UllimXmlNode *document, const UllimXcapUri *uri, const char *data, gsize length)
{
  const UllimXcapStep *step = uri->steps->pdata[uri->steps->len - 1];
  UllimXmlNode        *parent = follow (document, uri, uri->steps->len - 1);
  UllimXmlNode        *element;
  UllimXmlNode        *before;
  guint                n_found;

  if (!parent)
    return ULLIM_XCAP_NO_PARENT;
  element = read_fragment (data, length, parent);
  if (!element)
    return ULLIM_XCAP_NOT_XML_FRAGMENT;
  before = take_step (parent, step, &n_found);
  if (n_found == 1) {
    ullim_xml_insert (parent, element, before);
    ullim_xml_node_free (ullim_xml_unlink (before));
  } else if (n_found == 0 && parent != document) {
    ullim_xml_insert (parent, element, place_for (parent, step));
  } else {
    ullim_xml_node_free (element);
    return ULLIM_XCAP_CANNOT_INSERT;
  }
  if (follow (document, uri, uri->steps->len) != element)
    return ULLIM_XCAP_CANNOT_INSERT;
  return n_found ? ULLIM_XCAP_REPLACED : ULLIM_XCAP_CREATED;
}

UllimXcapResult
ullim_xcap_node_put (UllimXmlNode **root, const UllimXcapUri *uri, const char *data, gsize length)
{
  UllimXmlNode   *document = lift (*root);
  UllimXcapResult result = uri->attribute ? put_attribute (document, uri, data, length)
                                          : put_element (document, uri, data, length);

  *root = lower (document);
  return result;
}

static UllimXcapResult
delete_node (UllimXmlNode *document, const UllimXcapUri *uri)
{
  UllimXmlNode *node = follow (document, uri, uri->steps->len);

  if (!node ||
      (uri->attribute && !ullim_xml_attribute_ns (node, uri->attribute_ns, uri->attribute)))
    return ULLIM_XCAP_NOT_FOUND;
  if (uri->attribute) {
    ullim_xml_set_attribute (node, uri->attribute_ns, uri->attribute, NULL);
    return ULLIM_XCAP_REPLACED;
  }
  if (node->parent == document)
    return ULLIM_XCAP_CANNOT_DELETE;
  ullim_xml_node_free (ullim_xml_unlink (node));
  return follow (document, uri, uri->steps->len) ? ULLIM_XCAP_CANNOT_DELETE : ULLIM_XCAP_REPLACED;
}

UllimXcapResult
ullim_xcap_node_delete (UllimXmlNode *root, const UllimXcapUri *uri)
{
  UllimXmlNode   *document = lift (root);
  UllimXcapResult result = delete_node (document, uri);

  lower (document);
  return result;
}
