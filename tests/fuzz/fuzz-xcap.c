/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first line is an XCAP URI, the rest is put there: what a PUT takes, a GET finds.
 */
#include "fuzz.h"
#include "xcap-node.h"

#include <string.h>

#define DOCUMENT                                                                                   \
  "<r xmlns=\"urn:l\" xmlns:p=\"urn:p\"><l n=\"a\"><e u=\"1\"/><e u=\"2\">x</e></l>"               \
  "<l n=\"b\" p:x=\"y\"/><p:o/></r>"

static const char *
default_ns (const char *auid)
{
  return "urn:l";
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char              *text = (const char *) data;
  const char              *line = size ? memchr (text, '\n', size) : NULL;
  g_autofree char         *target = line ? g_strndup (text, line - text) : NULL;
  g_autoptr (UllimXcapUri) uri = target ? ullim_xcap_uri_parse (target, default_ns) : NULL;
  UllimXmlNode            *root;
  g_autofree char         *before = NULL;
  g_autofree char         *after = NULL;
  UllimXcapResult          result;

  if (!uri || !uri->steps)
    return 0;
  root = ullim_xml_parse (DOCUMENT, strlen (DOCUMENT), NULL);
  before = ullim_xcap_node_get (root, uri);
  result = ullim_xcap_node_put (&root, uri, line + 1, size - (line + 1 - text));
  after = ullim_xcap_node_get (root, uri);
  if (result <= ULLIM_XCAP_REPLACED) {
    g_assert_nonnull (after);
    g_assert_true ((result == ULLIM_XCAP_REPLACED) == (before != NULL));
    result = ullim_xcap_node_delete (root, uri);
    g_assert_true (result == ULLIM_XCAP_REPLACED || result == ULLIM_XCAP_CANNOT_DELETE);
  } else {
    g_assert_nonnull (ullim_xcap_result_name (result));
  }
  ullim_xml_node_free (root);
  return 0;
}
