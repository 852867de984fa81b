/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tree that the XML reader makes: looking about in it, changing it. Names resolve as Namespaces
 * in XML 1.0 says; the namespace of an element is its own, whatever prefix it was written with.
 */
#define G_LOG_DOMAIN "xml-node"

#include "xml.h"

#include <string.h>

static void
attribute_free (UllimXmlAttribute *attribute)
{
  g_free (attribute->ns);
  g_free (attribute->name);
  g_free (attribute->value);
  g_free (attribute);
}

UllimXmlNode *
ullim_xml_element_new (const char *ns, const char *name)
{
  UllimXmlNode *node = g_new0 (UllimXmlNode, 1);

  node->ns = g_strdup (ns);
  node->name = g_strdup (name);
  return node;
}

UllimXmlNode *
ullim_xml_text_new (const char *text)
{
  UllimXmlNode *node = g_new0 (UllimXmlNode, 1);

  node->text = g_strdup (text);
  return node;
}

/* As deep as the tree, which has a limit. */
void
ullim_xml_node_free (UllimXmlNode *node)
{
  UllimXmlNode *child = node->first;

  while (child) {
    UllimXmlNode *next = child->next;

    ullim_xml_node_free (child);
    child = next;
  }
  g_free (node->ns);
  g_free (node->name);
  g_free (node->text);
  g_clear_pointer (&node->attributes, g_ptr_array_unref);
  g_free (node);
}

/* ---- looking ---- */

static gboolean
matches (const UllimXmlNode *node, const char *ns, const char *name)
{
  return node->name && (!ns || strcmp (node->ns, ns) == 0) &&
         (!name || strcmp (node->name, name) == 0);
}

gboolean
ullim_xml_is (const UllimXmlNode *node, const char *ns, const char *name)
{
  return matches (node, ns, name);
}

static UllimXmlNode *
first_match (UllimXmlNode *node, const char *ns, const char *name)
{
  while (node && !matches (node, ns, name))
    node = node->next;
  return node;
}

UllimXmlNode *
ullim_xml_child (const UllimXmlNode *parent, const char *ns, const char *name)
{
  return first_match (parent->first, ns, name);
}

UllimXmlNode *
ullim_xml_next (const UllimXmlNode *node, const char *ns, const char *name)
{
  return first_match (node->next, ns, name);
}

static UllimXmlAttribute *
find_attribute (const UllimXmlNode *node, const char *ns, const char *name, guint *index)
{
  for (guint i = 0; node->attributes && i < node->attributes->len; i++) {
    UllimXmlAttribute *attribute = node->attributes->pdata[i];

    if (strcmp (attribute->name, name) == 0 && strcmp (attribute->ns, ns) == 0) {
      if (index)
        *index = i;
      return attribute;
    }
  }
  return NULL;
}

const char *
ullim_xml_attribute_ns (const UllimXmlNode *node, const char *ns, const char *name)
{
  UllimXmlAttribute *attribute = find_attribute (node, ns, name, NULL);

  return attribute ? attribute->value : NULL;
}

const char *
ullim_xml_attribute (const UllimXmlNode *node, const char *name)
{
  return ullim_xml_attribute_ns (node, "", name);
}

static const char *
inherited (const UllimXmlNode *node, const char *ns, const char *name)
{
  for (; node; node = node->parent) {
    const char *value = ullim_xml_attribute_ns (node, ns, name);

    if (value)
      return value;
  }
  return NULL;
}

const char *
ullim_xml_lang (const UllimXmlNode *node)
{
  return inherited (node, ULLIM_XML_NS_XML, "lang");
}

const char *
ullim_xml_lookup_prefix (const UllimXmlNode *node, const char *prefix)
{
  const char *ns;

  if (strcmp (prefix, "xml") == 0)
    return ULLIM_XML_NS_XML;
  ns = inherited (node, ULLIM_XML_NS_XMLNS, prefix);
  return ns || *prefix ? ns : "";
}

char *
ullim_xml_dup_text (const UllimXmlNode *node)
{
  GString *out = g_string_new (NULL);

  for (const UllimXmlNode *child = node->first; child; child = child->next) {
    if (child->text)
      g_string_append (out, child->text);
  }
  return g_strstrip (g_string_free (out, FALSE));
}

char *
ullim_xml_cut (const char *text, gsize max_bytes)
{
  gsize length = strlen (text);

  if (length > max_bytes) {
    length = max_bytes;
    /* Back over the rest of a character that would be cut in two. */
    while (length > 0 && (text[length] & 0xc0) == 0x80)
      length--;
  }
  return g_strndup (text, length);
}

char *
ullim_xml_dup_text_cut (const UllimXmlNode *node, gsize max_bytes)
{
  g_autofree char *text = ullim_xml_dup_text (node);

  return ullim_xml_cut (text, max_bytes);
}

/* ---- changing ---- */

void
ullim_xml_set_attribute (UllimXmlNode *node, const char *ns, const char *name, const char *value)
{
  guint              index;
  UllimXmlAttribute *attribute = find_attribute (node, ns, name, &index);

  if (attribute && value) {
    g_free (attribute->value);
    attribute->value = g_strdup (value);
  } else if (attribute) {
    g_ptr_array_remove_index (node->attributes, index);
  } else if (value) {
    attribute = g_new0 (UllimXmlAttribute, 1);
    attribute->ns = g_strdup (ns);
    attribute->name = g_strdup (name);
    attribute->value = g_strdup (value);
    if (!node->attributes)
      node->attributes = g_ptr_array_new_with_free_func ((GDestroyNotify) attribute_free);
    g_ptr_array_add (node->attributes, attribute);
  }
}

void
ullim_xml_insert (UllimXmlNode *parent, UllimXmlNode *child, UllimXmlNode *before)
{
  child->parent = parent;
  child->next = before;
  child->prev = before ? before->prev : parent->last;
  if (child->prev)
    child->prev->next = child;
  else
    parent->first = child;
  if (before)
    before->prev = child;
  else
    parent->last = child;
}

UllimXmlNode *
ullim_xml_unlink (UllimXmlNode *node)
{
  UllimXmlNode *parent = node->parent;

  if (!parent)
    return node;
  if (node->prev)
    node->prev->next = node->next;
  else
    parent->first = node->next;
  if (node->next)
    node->next->prev = node->prev;
  else
    parent->last = node->prev;
  node->parent = node->prev = node->next = NULL;
  return node;
}

UllimXmlNode *
ullim_xml_copy (const UllimXmlNode *node)
{
  UllimXmlNode *copy =
      node->name ? ullim_xml_element_new (node->ns, node->name) : ullim_xml_text_new (node->text);

  for (guint i = 0; node->attributes && i < node->attributes->len; i++) {
    UllimXmlAttribute *attribute = node->attributes->pdata[i];

    ullim_xml_set_attribute (copy, attribute->ns, attribute->name, attribute->value);
  }
  for (const UllimXmlNode *child = node->first; child; child = child->next)
    ullim_xml_insert (copy, ullim_xml_copy (child), NULL);
  return copy;
}

/* ---- measuring and comparing ---- */

static gboolean
measure (const UllimXmlNode *node, guint depth, guint *n_elements, gsize *n_bytes)
{
  if (node->text) {
    *n_bytes += strlen (node->text);
    return *n_bytes <= ULLIM_XML_MAX_BYTES;
  }
  if (depth > ULLIM_XML_MAX_DEPTH || ++*n_elements > ULLIM_XML_MAX_ELEMENTS)
    return FALSE;
  for (guint i = 0; node->attributes && i < node->attributes->len; i++) {
    UllimXmlAttribute *attribute = node->attributes->pdata[i];

    *n_bytes += strlen (attribute->name) + strlen (attribute->value);
  }
  for (const UllimXmlNode *child = node->first; child; child = child->next) {
    if (!measure (child, depth + 1, n_elements, n_bytes))
      return FALSE;
  }
  return (!node->attributes || node->attributes->len <= ULLIM_XML_MAX_ATTRIBUTES) &&
         *n_bytes <= ULLIM_XML_MAX_BYTES;
}

gboolean
ullim_xml_is_within_limits (const UllimXmlNode *root)
{
  guint n_elements = 0;
  gsize n_bytes = 0;

  return measure (root, 1, &n_elements, &n_bytes);
}

/* Whether each attribute of @a that is no declaration is in @b too. */
static gboolean
has_attributes_of (const UllimXmlNode *a, const UllimXmlNode *b)
{
  for (guint i = 0; a->attributes && i < a->attributes->len; i++) {
    UllimXmlAttribute *attribute = a->attributes->pdata[i];

    if (strcmp (attribute->ns, ULLIM_XML_NS_XMLNS) != 0 &&
        g_strcmp0 (ullim_xml_attribute_ns (b, attribute->ns, attribute->name), attribute->value))
      return FALSE;
  }
  return TRUE;
}

gboolean
ullim_xml_equal (const UllimXmlNode *a, const UllimXmlNode *b)
{
  const UllimXmlNode *child_a;
  const UllimXmlNode *child_b;

  if (!a || !b)
    return a == b;
  if (g_strcmp0 (a->ns, b->ns) != 0 || g_strcmp0 (a->name, b->name) != 0 ||
      g_strcmp0 (a->text, b->text) != 0)
    return FALSE;
  if (!has_attributes_of (a, b) || !has_attributes_of (b, a))
    return FALSE;
  for (child_a = a->first, child_b = b->first; child_a && child_b;
       child_a = child_a->next, child_b = child_b->next) {
    if (!ullim_xml_equal (child_a, child_b))
      return FALSE;
  }
  return child_a == child_b;
}
