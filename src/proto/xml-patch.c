/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XML patch operations, RFC 5261 section 4. A selector is a path of element names with predicates
 * on attributes, on the text of a child, or on the position, and may end in an attribute or in
 * text().
 */
#define G_LOG_DOMAIN "xml-patch"

#include "xml-patch.h"

#include "xml-cursor-private.h"

#include <string.h>

/* Where a selector leads. */
typedef struct {
  UllimXmlNode *node;
  char         *attribute_ns; /* owned; NULL: not an attribute */
  char         *attribute;    /* owned */
  gboolean      is_text;
} Target;

static void
target_clear (Target *target)
{
  g_free (target->attribute_ns);
  g_free (target->attribute);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Target, target_clear)

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_CONTENT, "Patch refused: %s", what);
  return FALSE;
}

/* ---- selectors ---- */

static const char *
lookup_prefix (const char *prefix, gconstpointer scope)
{
  return ullim_xml_lookup_prefix (scope, prefix);
}

/* A name without a prefix is in the default namespace of @scope, if it is an element's (RFC 5261
 * section 4.2.2). */
static UllimXmlCursor
begin (const char *selector, const UllimXmlNode *scope)
{
  return (UllimXmlCursor){selector, ullim_xml_lookup_prefix (scope, ""), lookup_prefix, scope};
}

static gboolean
child_has_text (const UllimXmlNode *node, const char *ns, const char *name, const char *text)
{
  for (UllimXmlNode *child = ullim_xml_child (node, ns, name); child;
       child = ullim_xml_next (child, ns, name)) {
    g_autofree char *own = ullim_xml_dup_text (child);

    if (strcmp (own, text) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
keep_only (GPtrArray *nodes, guint position)
{
  gpointer kept = position >= 1 && position <= nodes->len ? nodes->pdata[position - 1] : NULL;

  g_ptr_array_set_size (nodes, 0);
  if (kept)
    g_ptr_array_add (nodes, kept);
}

static gboolean
filter_by_value (UllimXmlCursor *cursor, GPtrArray *nodes)
{
  gboolean         is_attribute = ullim_xml_cursor_skip (cursor, "@");
  const char      *default_ns = is_attribute ? "" : cursor->default_ns;
  g_autofree char *ns = NULL;
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;

  if (!ullim_xml_cursor_read_qname (cursor, default_ns, &ns, &name) ||
      !ullim_xml_cursor_skip (cursor, "=") || !(value = ullim_xml_cursor_read_quoted (cursor)))
    return FALSE;
  for (guint i = nodes->len; i-- > 0;) {
    const UllimXmlNode *node = nodes->pdata[i];
    gboolean fits = is_attribute ? g_strcmp0 (ullim_xml_attribute_ns (node, ns, name), value) == 0
                                 : child_has_text (node, ns, name, value);

    if (!fits)
      g_ptr_array_remove_index (nodes, i);
  }
  return TRUE;
}

/* After "[". */
static gboolean
filter (UllimXmlCursor *cursor, GPtrArray *nodes)
{
  if (g_ascii_isdigit (*cursor->at)) {
    char *end;

    keep_only (nodes, MIN (g_ascii_strtoull (cursor->at, &end, 10), G_MAXUINT));
    cursor->at = end;
  } else if (!filter_by_value (cursor, nodes)) {
    return FALSE;
  }
  return ullim_xml_cursor_skip (cursor, "]");
}

/* One step down from each of @nodes; position counts among the children of all, so it is exact only
 * where one parent is left, and with several the patch is refused in the end as not unique. */
static GPtrArray *
take_step (UllimXmlCursor *cursor, GPtrArray *nodes)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  g_autofree char      *ns = NULL;
  g_autofree char      *name = NULL;

  if (!ullim_xml_cursor_skip (cursor, "*") &&
      !ullim_xml_cursor_read_qname (cursor, cursor->default_ns, &ns, &name))
    return NULL;
  for (guint i = 0; i < nodes->len; i++) {
    for (UllimXmlNode *child = ullim_xml_child (nodes->pdata[i], ns, name); child;
         child = ullim_xml_next (child, ns, name))
      g_ptr_array_add (found, child);
  }
  while (ullim_xml_cursor_skip (cursor, "[")) {
    if (!filter (cursor, found))
      return NULL;
  }
  return g_steal_pointer (&found);
}

/* The last step where it is none to an element; TRUE with nothing set where it is one. */
static gboolean
read_end (UllimXmlCursor *cursor, Target *target)
{
  if (ullim_xml_cursor_skip (cursor, "@"))
    return ullim_xml_cursor_read_qname (cursor, "", &target->attribute_ns, &target->attribute);
  target->is_text = ullim_xml_cursor_skip (cursor, "text()");
  return TRUE;
}

static gboolean
follow (UllimXmlCursor *cursor, UllimXmlNode *document, Target *target)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  g_ptr_array_add (nodes, document);
  ullim_xml_cursor_skip (cursor, "/");
  for (guint i = 0; i < ULLIM_XML_MAX_SELECTOR_STEPS; i++) {
    g_autoptr (GPtrArray) found = take_step (cursor, nodes);

    if (!found)
      return FALSE;
    g_ptr_array_set_size (nodes, 0);
    g_ptr_array_extend_and_steal (nodes, g_steal_pointer (&found));
    if (!ullim_xml_cursor_skip (cursor, "/"))
      break;
    if (!read_end (cursor, target))
      return FALSE;
    if (target->attribute || target->is_text)
      break;
  }
  if (*cursor->at != '\0' || nodes->len != 1)
    return FALSE;
  target->node = nodes->pdata[0];
  return TRUE;
}

/* A path begins above the root, so the root stands below a node of its own for the while. */
static gboolean
find (UllimXmlNode *root, const UllimXmlNode *operation, Target *target)
{
  const char              *selector = ullim_xml_attribute (operation, "sel");
  g_autoptr (UllimXmlNode) document = ullim_xml_element_new ("", "");
  UllimXmlCursor           cursor = begin (selector, operation);
  gboolean                 is_found;

  if (!selector || strlen (selector) > ULLIM_XML_MAX_SELECTOR_BYTES)
    return FALSE;
  ullim_xml_insert (document, root, NULL);
  is_found = follow (&cursor, document, target);
  ullim_xml_unlink (root);
  return is_found;
}

/* ---- operations ---- */

static void
insert_copies (const UllimXmlNode *operation, UllimXmlNode *parent, UllimXmlNode *before)
{
  for (const UllimXmlNode *child = operation->first; child; child = child->next)
    ullim_xml_insert (parent, ullim_xml_copy (child), before);
}

static void
set_text (UllimXmlNode *node, const char *text)
{
  for (UllimXmlNode *child = node->first; child;) {
    UllimXmlNode *next = child->next;

    if (child->text)
      ullim_xml_node_free (ullim_xml_unlink (child));
    child = next;
  }
  if (*text)
    ullim_xml_insert (node, ullim_xml_text_new (text), node->first);
}

static gboolean
add_attribute (UllimXmlNode *node, const UllimXmlNode *operation, const char *type, GError **error)
{
  UllimXmlCursor   cursor = begin (type, operation);
  g_autofree char *text = ullim_xml_dup_text (operation);
  g_autofree char *ns = NULL;
  g_autofree char *name = NULL;

  if (!ullim_xml_cursor_skip (&cursor, "@") ||
      !ullim_xml_cursor_read_qname (&cursor, "", &ns, &name) || *cursor.at)
    return refuse (error, "only attributes and elements can be added");
  ullim_xml_set_attribute (node, ns, name, text);
  return TRUE;
}

static gboolean
add (const Target *target, const UllimXmlNode *operation, GError **error)
{
  const char   *pos = ullim_xml_attribute (operation, "pos");
  const char   *type = ullim_xml_attribute (operation, "type");
  UllimXmlNode *node = target->node;

  if (target->attribute || target->is_text)
    return refuse (error, "something is added to an element only");
  if (type)
    return add_attribute (node, operation, type, error);
  if (!pos)
    insert_copies (operation, node, NULL);
  else if (strcmp (pos, "prepend") == 0)
    insert_copies (operation, node, node->first);
  else if (strcmp (pos, "before") == 0 && node->parent)
    insert_copies (operation, node->parent, node);
  else if (strcmp (pos, "after") == 0 && node->parent)
    insert_copies (operation, node->parent, node->next);
  else
    return refuse (error, "no such place");
  return TRUE;
}

static gboolean
replace (const Target *target, const UllimXmlNode *operation, GError **error)
{
  g_autofree char *text = ullim_xml_dup_text (operation);
  UllimXmlNode    *child = ullim_xml_child (operation, NULL, NULL);

  if (target->attribute) {
    if (!ullim_xml_attribute_ns (target->node, target->attribute_ns, target->attribute))
      return refuse (error, "no such attribute");
    ullim_xml_set_attribute (target->node, target->attribute_ns, target->attribute, text);
  } else if (target->is_text) {
    set_text (target->node, text);
  } else {
    if (!target->node->parent || !child || ullim_xml_next (child, NULL, NULL))
      return refuse (error, "an element is replaced by one other, and not the root");
    ullim_xml_insert (target->node->parent, ullim_xml_copy (child), target->node);
    ullim_xml_node_free (ullim_xml_unlink (target->node));
  }
  return TRUE;
}

static gboolean
remove_target (const Target *target, GError **error)
{
  if (target->attribute)
    ullim_xml_set_attribute (target->node, target->attribute_ns, target->attribute, NULL);
  else if (target->is_text)
    set_text (target->node, "");
  else if (target->node->parent)
    ullim_xml_node_free (ullim_xml_unlink (target->node));
  else
    return refuse (error, "the root cannot be removed");
  return TRUE;
}

gboolean
ullim_xml_patch (UllimXmlNode *root, const UllimXmlNode *operation, GError **error)
{
  g_auto (Target) target = {0};
  gboolean        is_done = FALSE;

  if (!find (root, operation, &target))
    return refuse (error, "a selector is not understood or does not fit");
  if (strcmp (operation->name, "add") == 0)
    is_done = add (&target, operation, error);
  else if (strcmp (operation->name, "replace") == 0)
    is_done = replace (&target, operation, error);
  else if (strcmp (operation->name, "remove") == 0)
    is_done = remove_target (&target, error);
  else
    refuse (error, "no such operation");
  if (is_done && !ullim_xml_is_within_limits (root))
    is_done = refuse (error, "the document would be too big");
  return is_done;
}
