/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading XML 1.0 with libxml2, whose only user this is: its SAX2 events build our tree,
 * without one of its own in between. Before it sees a byte one pass over the tags holds the
 * document to our limits: libxml2 compares every attribute of an element with every other, and
 * would parse a DTD before telling of it.
 */
#define G_LOG_DOMAIN "xml"

#include "xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

G_DEFINE_QUARK (ullim - xml - error - quark, ullim_xml_error)

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static gboolean
refuse (GError **error, UllimXmlError code, const char *what)
{
  g_set_error (error, ULLIM_XML_ERROR, code, "XML refused: %s", what);
  return FALSE;
}

/* ---- the pass over the tags ---- */

typedef struct {
  const char *at;
  const char *end;
  guint       depth;
  guint       n_elements;
  GError    **error;
} Scan;

static gboolean
starts_with (Scan *scan, const char *token)
{
  gsize length = strlen (token);

  return (gsize) (scan->end - scan->at) >= length && memcmp (scan->at, token, length) == 0;
}

/* @token ends in ">". */
static gboolean
skip_past (Scan *scan, const char *token)
{
  gsize       length = strlen (token);
  const char *found = scan->at;

  while ((found = memchr (found, '>', scan->end - found))) {
    found++;
    if ((gsize) (found - scan->at) >= length && memcmp (found - length, token, length) == 0) {
      scan->at = found;
      return TRUE;
    }
  }
  return refuse (scan->error, ULLIM_XML_ERROR_SYNTAX, "it ends too early");
}

/* The ">" of the tag that starts here; counts its attributes. */
static const char *
find_tag_end (Scan *scan, guint *n_attributes)
{
  char quote = '\0';

  *n_attributes = 0;
  for (const char *p = scan->at + 1; p < scan->end; p++) {
    if (quote != '\0')
      quote = *p == quote ? '\0' : quote;
    else if (*p == '"' || *p == '\'')
      quote = *p;
    else if (*p == '=')
      *n_attributes += 1;
    else if (*p == '>')
      return p;
  }
  return NULL;
}

static gboolean
scan_tag (Scan *scan)
{
  guint       n_attributes;
  const char *tag = scan->at;
  const char *end = find_tag_end (scan, &n_attributes);

  if (!end)
    return refuse (scan->error, ULLIM_XML_ERROR_SYNTAX, "it ends within a tag");
  if (n_attributes > ULLIM_XML_MAX_ATTRIBUTES)
    return refuse (scan->error, ULLIM_XML_ERROR_LIMIT, "too many attributes");
  scan->at = end + 1;
  if (tag[1] == '/') {
    scan->depth -= scan->depth > 0;
    return TRUE;
  }
  if (++scan->n_elements > ULLIM_XML_MAX_ELEMENTS)
    return refuse (scan->error, ULLIM_XML_ERROR_LIMIT, "too many elements");
  if (scan->depth >= ULLIM_XML_MAX_DEPTH)
    return refuse (scan->error, ULLIM_XML_ERROR_LIMIT, "nested too deep");
  scan->depth += end[-1] != '/';
  return TRUE;
}

static gboolean
scan_markup (Scan *scan)
{
  if (starts_with (scan, "<!--")) {
    scan->at += strlen ("<!--");
    return skip_past (scan, "-->");
  }
  if (starts_with (scan, "<![CDATA["))
    return skip_past (scan, "]]>");
  if (starts_with (scan, "<?"))
    return skip_past (scan, "?>");
  if (starts_with (scan, "<!"))
    return refuse (scan->error, ULLIM_XML_ERROR_FORBIDDEN, "a document type declaration");
  return scan_tag (scan);
}

/* Follows the same tokens as libxml2 up to the first fault, where both stop. */
static gboolean
check_limits (const char *data, gsize length, GError **error)
{
  Scan scan = {data, data + length, 0, 0, error};

  if (length > ULLIM_XML_MAX_BYTES)
    return refuse (error, ULLIM_XML_ERROR_LIMIT, "too long");
  if (length == 0)
    return refuse (error, ULLIM_XML_ERROR_SYNTAX, "empty");
  if (!g_utf8_validate_len (data, length, NULL))
    return refuse (error, ULLIM_XML_ERROR_SYNTAX, "not UTF-8");
  while ((scan.at = memchr (scan.at, '<', scan.end - scan.at))) {
    if (!scan_markup (&scan))
      return FALSE;
  }
  return TRUE;
}

/* ---- the tree ---- */

typedef struct {
  xmlParserCtxt *parser;
  UllimXmlNode  *root;    /* owned */
  UllimXmlNode  *current; /* the open element */
  GString       *text;    /* of the open element, up to here */
  GError       **error;
  gboolean       is_refused;
} Build;

static void
stop (Build *build, UllimXmlError code, const char *what)
{
  if (!build->is_refused)
    refuse (build->error, code, what);
  build->is_refused = TRUE;
  xmlStopParser (build->parser);
}

static void
set_attribute (UllimXmlNode  *node,
               const xmlChar *ns,
               const xmlChar *name,
               const char    *value,
               gsize          length)
{
  g_autofree char *copy = g_strndup (value, length);

  ullim_xml_set_attribute (node, ns ? (const char *) ns : "", name ? (const char *) name : "",
                           copy);
}

/* Comments and sections split a text: it is whole again here. White space alone is layout. */
static void
end_text (Build *build)
{
  if (build->text->str[strspn (build->text->str, " \t\r\n")] != '\0')
    ullim_xml_insert (build->current, ullim_xml_text_new (build->text->str), NULL);
  g_string_truncate (build->text, 0);
}

/* Each namespace is a prefix and a URI; each attribute a name, a prefix, a URI, and where its value
 * begins and ends. */
static void
on_start_element (void           *user_data,
                  const xmlChar  *name,
                  const xmlChar  *prefix,
                  const xmlChar  *ns,
                  int             n_namespaces,
                  const xmlChar **namespaces,
                  int             n_attributes,
                  int             n_defaulted,
                  const xmlChar **attributes)
{
  Build        *build = user_data;
  UllimXmlNode *node = ullim_xml_element_new (ns ? (const char *) ns : "", (const char *) name);
  /* libxml2 lets a name with several colons pass as one without prefix. */
  gboolean is_bare = (prefix && !ns) || strchr ((const char *) name, ':');

  if (build->current) {
    end_text (build);
    ullim_xml_insert (build->current, node, NULL);
  } else {
    build->root = node;
  }
  build->current = node;
  for (int i = 0; i < n_namespaces; i++, namespaces += 2) {
    const char *uri = namespaces[1] ? (const char *) namespaces[1] : "";

    set_attribute (node, (const xmlChar *) ULLIM_XML_NS_XMLNS, namespaces[0], uri, strlen (uri));
  }
  for (int i = 0; i < n_attributes; i++, attributes += 5) {
    is_bare |= (attributes[1] && !attributes[2]) || strchr ((const char *) attributes[0], ':');
    set_attribute (node, attributes[2], attributes[0], (const char *) attributes[3],
                   attributes[4] - attributes[3]);
  }
  if (is_bare)
    stop (build, ULLIM_XML_ERROR_SYNTAX, "an undeclared prefix");
}

static void
on_end_element (void *user_data, const xmlChar *name, const xmlChar *prefix, const xmlChar *ns)
{
  Build *build = user_data;

  end_text (build);
  build->current = build->current->parent;
}

static void
on_text (void *user_data, const xmlChar *text, int length)
{
  Build *build = user_data;

  if (build->current)
    g_string_append_len (build->text, (const char *) text, length);
}

static void
on_doctype (void          *user_data,
            const xmlChar *name,
            const xmlChar *external_id,
            const xmlChar *system_id)
{
  stop (user_data, ULLIM_XML_ERROR_FORBIDDEN, "a document type declaration");
}

/* libxml2 prints what it finds unless somebody takes it; what a stranger sent is no news. */
static void
on_parser_error (void *user_data, xmlError *error)
{
}

static xmlSAXHandler handler = {
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = on_start_element,
    .endElementNs = on_end_element,
    .characters = on_text,
    .ignorableWhitespace = on_text,
    .cdataBlock = on_text,
    .internalSubset = on_doctype,
    .serror = (xmlStructuredErrorFunc) on_parser_error,
};

/* XML_PARSE_NOENT: "&amp;" in an attribute is wanted as "&"; without a DTD there are no other
 * entities. */
static xmlParserCtxt *
open_parser (Build *build, const char *data, gsize length)
{
  static gsize   is_ready = 0;
  xmlParserCtxt *parser;

  if (g_once_init_enter (&is_ready)) {
    xmlInitParser ();
    g_once_init_leave (&is_ready, 1);
  }
  parser = xmlCreateMemoryParserCtxt (data, length);
  g_assert (parser != NULL);
  *parser->sax = handler;
  parser->userData = build;
  xmlCtxtUseOptions (parser, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC);
  return parser;
}

static gboolean
read_all (Build *build)
{
  xmlParseDocument (build->parser);
  if (build->is_refused)
    return FALSE;
  if (!build->parser->wellFormed || !build->root)
    return refuse (build->error, ULLIM_XML_ERROR_SYNTAX, "not well-formed");
  return TRUE;
}

UllimXmlNode *
ullim_xml_parse (const char *data, gsize length, GError **error)
{
  Build    build = {.error = error};
  gboolean is_fine;

  if (length >= strlen (BYTE_ORDER_MARK) &&
      memcmp (data, BYTE_ORDER_MARK, strlen (BYTE_ORDER_MARK)) == 0) {
    data += strlen (BYTE_ORDER_MARK);
    length -= strlen (BYTE_ORDER_MARK);
  }
  if (!check_limits (data, length, error))
    return NULL;
  build.parser = open_parser (&build, data, length);
  build.text = g_string_new (NULL);
  is_fine = read_all (&build);
  /* We made the tree, not the parser. */
  g_assert (build.parser->myDoc == NULL);
  xmlFreeParserCtxt (build.parser);
  g_string_free (build.text, TRUE);
  if (!is_fine)
    g_clear_pointer (&build.root, ullim_xml_node_free);
  return build.root;
}
