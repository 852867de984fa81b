/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XCAP URIs, RFC 4825 sections 6.1 to 6.4.
 */
#define G_LOG_DOMAIN "xcap-uri"

#include "xcap-uri.h"

#include "xml-cursor-private.h"
#include "xml.h"

#include <string.h>

#define SEPARATOR "/~~/"
#define MAX_POSITION 1000000

static void
step_free (UllimXcapStep *step)
{
  g_free (step->ns);
  g_free (step->name);
  g_free (step->attribute_ns);
  g_free (step->attribute);
  g_free (step->value);
  g_free (step);
}

void
ullim_xcap_uri_free (UllimXcapUri *uri)
{
  g_free (uri->auid);
  g_free (uri->user);
  g_free (uri->document);
  g_clear_pointer (&uri->steps, g_ptr_array_unref);
  g_free (uri->attribute_ns);
  g_free (uri->attribute);
  g_free (uri);
}

/* ---- the query: xmlns(prefix=namespace)… ---- */

/* Returns: prefix -> namespace, or NULL if it is damaged. */
static GHashTable *
read_query (const char *query)
{
  g_autoptr (GHashTable) prefixes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  while (*query) {
    const char *equals = g_str_has_prefix (query, "xmlns(") ? strchr (query, '=') : NULL;
    const char *end = equals ? strchr (equals, ')') : NULL;

    if (!end)
      return NULL;
    query += strlen ("xmlns(");
    g_hash_table_replace (prefixes, g_strndup (query, equals - query),
                          g_strndup (equals + 1, end - equals - 1));
    query = end + 1;
  }
  return g_steal_pointer (&prefixes);
}

/* ---- the node selector ---- */

static const char *
lookup_prefix (const char *prefix, gconstpointer prefixes)
{
  return g_hash_table_lookup ((GHashTable *) prefixes, prefix);
}

/* The value of a predicate is written as in XML, escapes and all. */
static char *
unescape (const char *text)
{
  static const struct {
    const char *escape;
    char        meaning;
  } escapes[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
  GString *out = g_string_new (NULL);

  while (*text) {
    guint i = 0;

    while (i < G_N_ELEMENTS (escapes) && !g_str_has_prefix (text, escapes[i].escape))
      i++;
    if (i < G_N_ELEMENTS (escapes)) {
      g_string_append_c (out, escapes[i].meaning);
      text += strlen (escapes[i].escape);
    } else {
      g_string_append_c (out, *text++);
    }
  }
  return g_string_free (out, FALSE);
}

static char *
read_value (UllimXmlCursor *cursor)
{
  g_autofree char *text = ullim_xml_cursor_read_quoted (cursor);

  return text ? unescape (text) : NULL;
}

/* After "[": first a position, then an attribute, each at most once. */
static gboolean
read_predicate (UllimXmlCursor *cursor, UllimXcapStep *step)
{
  if (g_ascii_isdigit (*cursor->at)) {
    char   *end;
    guint64 position = g_ascii_strtoull (cursor->at, &end, 10);

    if (step->position || step->attribute || position < 1 || position > MAX_POSITION)
      return FALSE;
    step->position = position;
    cursor->at = end;
  } else if (step->attribute || !ullim_xml_cursor_skip (cursor, "@") ||
             !ullim_xml_cursor_read_qname (cursor, "", &step->attribute_ns, &step->attribute) ||
             !ullim_xml_cursor_skip (cursor, "=") || !(step->value = read_value (cursor))) {
    return FALSE;
  }
  return ullim_xml_cursor_skip (cursor, "]");
}

static gboolean
read_step (UllimXmlCursor *cursor, UllimXcapStep *step)
{
  if (!ullim_xml_cursor_skip (cursor, "*") &&
      !ullim_xml_cursor_read_qname (cursor, cursor->default_ns, &step->ns, &step->name))
    return FALSE;
  while (ullim_xml_cursor_skip (cursor, "[")) {
    if (!read_predicate (cursor, step))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_selector (UllimXmlCursor *cursor, UllimXcapUri *uri)
{
  uri->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) step_free);
  do {
    UllimXcapStep *step;

    if (uri->steps->len > 0 && ullim_xml_cursor_skip (cursor, "@"))
      return ullim_xml_cursor_read_qname (cursor, "", &uri->attribute_ns, &uri->attribute) &&
             !*cursor->at;
    if (uri->steps->len == ULLIM_XCAP_MAX_STEPS)
      return FALSE;
    step = g_new0 (UllimXcapStep, 1);
    g_ptr_array_add (uri->steps, step);
    if (!read_step (cursor, step))
      return FALSE;
  } while (ullim_xml_cursor_skip (cursor, "/"));
  return *cursor->at == '\0';
}

/* ---- the document selector ---- */

static gboolean
read_document (const char *path, UllimXcapUri *uri)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  guint          n = g_strv_length (parts);
  gboolean       is_global = n == 3 && strcmp (parts[1], "global") == 0;

  if (!is_global && !(n == 4 && strcmp (parts[1], "users") == 0))
    return FALSE;
  uri->auid = g_uri_unescape_string (parts[0], "/");
  uri->user = is_global ? NULL : g_uri_unescape_string (parts[2], "/");
  uri->document = g_uri_unescape_string (parts[n - 1], "/");
  return uri->auid && (is_global || uri->user) && uri->document;
}

UllimXcapUri *
ullim_xcap_uri_parse (const char *text, UllimXcapDefaultNs default_ns)
{
  g_autoptr (UllimXcapUri) uri = g_new0 (UllimXcapUri, 1);
  g_auto (GStrv)           halves = NULL;
  const char              *separator;
  g_autofree char         *path = NULL;
  g_autofree char         *selector = NULL;
  g_autofree char         *query = NULL;
  g_autoptr (GHashTable)   prefixes = NULL;
  UllimXmlCursor           cursor;

  if (strlen (text) > ULLIM_XCAP_MAX_URI_BYTES)
    return NULL;
  halves = g_strsplit (text, "?", 2);
  separator = halves[0] ? strstr (halves[0], SEPARATOR) : NULL;
  path = separator ? g_strndup (halves[0], separator - halves[0]) : g_strdup (halves[0]);
  if (!path || !read_document (path, uri))
    return NULL;
  if (!separator)
    return g_steal_pointer (&uri);
  selector = g_uri_unescape_string (separator + strlen (SEPARATOR), NULL);
  query = g_uri_unescape_string (halves[1] ? halves[1] : "", NULL);
  prefixes = query && g_utf8_validate (query, -1, NULL) ? read_query (query) : NULL;
  if (!selector || !g_utf8_validate (selector, -1, NULL) || !prefixes)
    return NULL;
  cursor = (UllimXmlCursor){selector, default_ns (uri->auid), lookup_prefix, prefixes};
  return read_selector (&cursor, uri) ? g_steal_pointer (&uri) : NULL;
}

char *
ullim_xcap_uri_build (const char *root, const char *auid, const char *user)
{
  g_autofree char *escaped = g_uri_escape_string (user, ":@", FALSE);
  const char      *slash = g_str_has_suffix (root, "/") ? "" : "/";

  return g_strconcat (root, slash, auid, "/users/", escaped, "/index", NULL);
}
