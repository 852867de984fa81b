/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XCAP diff documents, RFC 5874 section 3.
 */
#define G_LOG_DOMAIN "xcap-diff"

#include "xcap-diff.h"

#include "xml-writer.h"

#include <string.h>

#define NS "urn:ietf:params:xml:ns:xcap-diff"

static void
document_free (UllimXcapDiffDocument *document)
{
  g_free (document->sel);
  g_free (document->previous_etag);
  g_free (document->new_etag);
  g_free (document);
}

UllimXcapDiff *
ullim_xcap_diff_new (const char *root)
{
  UllimXcapDiff *diff = g_new0 (UllimXcapDiff, 1);

  diff->root = g_strdup (root);
  diff->documents = g_ptr_array_new_with_free_func ((GDestroyNotify) document_free);
  return diff;
}

void
ullim_xcap_diff_free (UllimXcapDiff *diff)
{
  g_free (diff->root);
  g_ptr_array_unref (diff->documents);
  g_free (diff);
}

void
ullim_xcap_diff_add (UllimXcapDiff *diff,
                     const char    *sel,
                     const char    *previous_etag,
                     const char    *new_etag)
{
  UllimXcapDiffDocument *document = g_new0 (UllimXcapDiffDocument, 1);

  document->sel = g_strdup (sel);
  document->previous_etag = g_strdup (previous_etag);
  document->new_etag = g_strdup (new_etag);
  g_ptr_array_add (diff->documents, document);
}

static gboolean
fits (const char *text, gsize max_bytes)
{
  return !text || (*text && strlen (text) <= max_bytes);
}

static void
read_document (UllimXcapDiff *diff, const UllimXmlNode *node)
{
  const char *sel = ullim_xml_attribute (node, "sel");
  const char *previous_etag = ullim_xml_attribute (node, "previous-etag");
  const char *new_etag = ullim_xml_attribute (node, "new-etag");

  if (sel && fits (sel, ULLIM_XCAP_DIFF_MAX_URI_BYTES) &&
      fits (previous_etag, ULLIM_XCAP_DIFF_MAX_ETAG_BYTES) &&
      fits (new_etag, ULLIM_XCAP_DIFF_MAX_ETAG_BYTES))
    ullim_xcap_diff_add (diff, *sel == '/' ? sel + 1 : sel, previous_etag, new_etag);
}

UllimXcapDiff *
ullim_xcap_diff_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (UllimXmlNode) node = NULL;
  const char              *root;
  g_autofree char         *bare = NULL;
  UllimXcapDiff           *diff;

  if (length > ULLIM_XCAP_DIFF_MAX_BYTES) {
    g_set_error_literal (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_LIMIT,
                         "The XCAP diff is too long");
    return NULL;
  }
  node = ullim_xml_parse (data, length, error);
  if (!node)
    return NULL;
  root = ullim_xml_attribute (node, "xcap-root");
  if (!ullim_xml_is (node, NS, "xcap-diff") || !root ||
      !fits (root, ULLIM_XCAP_DIFF_MAX_URI_BYTES)) {
    g_set_error_literal (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_CONTENT,
                         "Not an XCAP diff with a root");
    return NULL;
  }
  bare = g_strdup (root);
  if (g_str_has_suffix (bare, "/"))
    bare[strlen (bare) - 1] = '\0';
  diff = ullim_xcap_diff_new (bare);
  for (UllimXmlNode *document = ullim_xml_child (node, NS, "document");
       document && diff->documents->len < ULLIM_XCAP_DIFF_MAX_DOCUMENTS;
       document = ullim_xml_next (document, NS, "document"))
    read_document (diff, document);
  return diff;
}

char *
ullim_xcap_diff_to_string (const UllimXcapDiff *diff)
{
  UllimXmlWriter  *writer = ullim_xml_writer_new ();
  g_autofree char *root = g_strconcat (diff->root, "/", NULL);

  ullim_xml_writer_start (writer, "xcap-diff");
  ullim_xml_writer_attribute (writer, "xmlns", NS);
  ullim_xml_writer_attribute (writer, "xcap-root", root);
  for (guint i = 0; i < diff->documents->len; i++) {
    const UllimXcapDiffDocument *document = diff->documents->pdata[i];

    ullim_xml_writer_start (writer, "document");
    ullim_xml_writer_attribute (writer, "previous-etag", document->previous_etag);
    ullim_xml_writer_attribute (writer, "new-etag", document->new_etag);
    ullim_xml_writer_attribute (writer, "sel", document->sel);
    ullim_xml_writer_end (writer);
  }
  ullim_xml_writer_end (writer);
  return ullim_xml_writer_finish (writer);
}
