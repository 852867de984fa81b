/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one bounded XML reader (XML 1.0, Namespaces in XML 1.0): bytes in, a small tree out. There is
 * no DTD, no entity but the five of XML itself, no network. All formats above read from this tree.
 * Pure functions, any thread; one tree belongs to one thread at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Longest document, deepest nesting, most elements, and most attributes of one element (namespace
 * declarations count) that are read. */
#define ULLIM_XML_MAX_BYTES (4 * 1024 * 1024)
#define ULLIM_XML_MAX_DEPTH 32
#define ULLIM_XML_MAX_ELEMENTS 65536
#define ULLIM_XML_MAX_ATTRIBUTES 64

/** Namespaces of xml:lang and of namespace declarations. */
#define ULLIM_XML_NS_XML "http://www.w3.org/XML/1998/namespace"
#define ULLIM_XML_NS_XMLNS "http://www.w3.org/2000/xmlns/"

#define ULLIM_XML_ERROR (ullim_xml_error_quark ())
GQuark ullim_xml_error_quark (void);

/**
 * UllimXmlError:
 * @ULLIM_XML_ERROR_LIMIT: over one of the limits above, or of the format's own
 * @ULLIM_XML_ERROR_FORBIDDEN: a document type declaration or an entity of its own
 * @ULLIM_XML_ERROR_SYNTAX: not well-formed, not UTF-8, or an undeclared prefix
 * @ULLIM_XML_ERROR_CONTENT: well-formed, but not the kind of document that was asked for
 *
 * The errors of this reader and of all formats that read from it.
 */
typedef enum {
  ULLIM_XML_ERROR_LIMIT,
  ULLIM_XML_ERROR_FORBIDDEN,
  ULLIM_XML_ERROR_SYNTAX,
  ULLIM_XML_ERROR_CONTENT,
} UllimXmlError;

typedef struct _UllimXmlNode UllimXmlNode;

/**
 * UllimXmlAttribute:
 * @ns: the namespace, "" for a name without prefix
 */
typedef struct {
  char *ns;
  char *name;
  char *value;
} UllimXmlAttribute;

/**
 * UllimXmlNode:
 * @ns: namespace of an element, "" for none; %NULL for text
 * @name: local name of an element; %NULL for text
 * @text: %NULL for an element
 * @attributes: (element-type UllimXmlAttribute): with the namespace declarations; %NULL if none
 *
 * An element or a piece of text. Text of white space only is left out by the reader, and so are
 * comments and processing instructions. Fields are for reading.
 */
struct _UllimXmlNode {
  UllimXmlNode *parent;
  UllimXmlNode *first;
  UllimXmlNode *last;
  UllimXmlNode *prev;
  UllimXmlNode *next;
  char         *ns;
  char         *name;
  char         *text;
  GPtrArray    *attributes;
};

/**
 * ullim_xml_parse:
 * @data: (array length=length): a document in UTF-8; another encoding that it declares is ignored
 * @length: its bytes
 * @error: return location for a %ULLIM_XML_ERROR
 *
 * Time and memory are proportional to @length.
 *
 * Returns: (transfer full) (nullable): the root element
 */
UllimXmlNode *ullim_xml_parse (const char *data, gsize length, GError **error);

/** ullim_xml_node_free: frees @node with all below it; it must not be part of a tree */
void ullim_xml_node_free (UllimXmlNode *node);

/** ullim_xml_is: whether @node is the element @name of @ns; @ns: (nullable): %NULL is any */
gboolean ullim_xml_is (const UllimXmlNode *node, const char *ns, const char *name);

/**
 * ullim_xml_child:
 * @ns: (nullable): %NULL for any
 * @name: (nullable): %NULL for any
 *
 * Returns: (transfer none) (nullable): the first child element that is @name of @ns
 */
UllimXmlNode *ullim_xml_child (const UllimXmlNode *parent, const char *ns, const char *name);

/** ullim_xml_next: Returns: (transfer none) (nullable): the next such element beside @node */
UllimXmlNode *ullim_xml_next (const UllimXmlNode *node, const char *ns, const char *name);

/** ullim_xml_attribute: Returns: (transfer none) (nullable): the value of an attribute without
 * prefix */
const char *ullim_xml_attribute (const UllimXmlNode *node, const char *name);

/** ullim_xml_attribute_ns: Returns: (transfer none) (nullable): the same with a namespace */
const char *ullim_xml_attribute_ns (const UllimXmlNode *node, const char *ns, const char *name);

/** ullim_xml_lang: Returns: (transfer none) (nullable): the xml:lang that applies at @node */
const char *ullim_xml_lang (const UllimXmlNode *node);

/**
 * ullim_xml_lookup_prefix:
 * @prefix: a prefix, "" for the default namespace
 *
 * Returns: (transfer none) (nullable): what it stands for at @node, by the declarations there
 */
const char *ullim_xml_lookup_prefix (const UllimXmlNode *node, const char *prefix);

/** ullim_xml_dup_text: Returns: (transfer full): the text right inside @node, without white space
 * at its ends; "" if there is none */
char *ullim_xml_dup_text (const UllimXmlNode *node);

/** ullim_xml_dup_text_cut: the same through ullim_xml_cut() */
char *ullim_xml_dup_text_cut (const UllimXmlNode *node, gsize max_bytes);

/** ullim_xml_cut: Returns: (transfer full): @text, of at most @max_bytes, cut between characters */
char *ullim_xml_cut (const char *text, gsize max_bytes);

/* ---- changing a tree ---- */

/** ullim_xml_element_new: Returns: (transfer full): an element; @ns: "" for none */
UllimXmlNode *ullim_xml_element_new (const char *ns, const char *name);

/** ullim_xml_text_new: Returns: (transfer full) */
UllimXmlNode *ullim_xml_text_new (const char *text);

/** ullim_xml_copy: Returns: (transfer full): @node and all below it, without a parent */
UllimXmlNode *ullim_xml_copy (const UllimXmlNode *node);

/** ullim_xml_insert: @child: (transfer full); @before: (nullable): a child of @parent, %NULL: at
 * the end */
void ullim_xml_insert (UllimXmlNode *parent, UllimXmlNode *child, UllimXmlNode *before);

/** ullim_xml_unlink: takes @node out of its tree; Returns: (transfer full): @node */
UllimXmlNode *ullim_xml_unlink (UllimXmlNode *node);

/** ullim_xml_set_attribute: @value: (nullable): %NULL removes it */
void
ullim_xml_set_attribute (UllimXmlNode *node, const char *ns, const char *name, const char *value);

/** ullim_xml_is_within_limits: whether a changed tree is one that the reader would have read */
gboolean ullim_xml_is_within_limits (const UllimXmlNode *root);

/** ullim_xml_equal: whether two trees say the same: order of attributes and namespace declarations
 * do not count; (nullable) both */
gboolean ullim_xml_equal (const UllimXmlNode *a, const UllimXmlNode *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimXmlNode, ullim_xml_node_free)

G_END_DECLS
