/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XML: a tree that was read is within the limits, and is written and read the same.
 */
#include "fuzz.h"
#include "xml-writer.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError)       error = NULL;
  g_autoptr (UllimXmlNode) root = ullim_xml_parse ((const char *) data, size, &error);
  g_autoptr (UllimXmlNode) copy = NULL;
  g_autoptr (UllimXmlNode) again = NULL;
  g_autofree char         *text = NULL;
  UllimXmlWriter          *writer;

  g_assert_true (!root == !!error);
  if (!root)
    return 0;
  g_assert_true (ullim_xml_is_within_limits (root));
  copy = ullim_xml_copy (root);
  g_assert_true (ullim_xml_equal (root, copy));
  writer = ullim_xml_writer_new ();
  ullim_xml_writer_node (writer, root);
  text = ullim_xml_writer_finish (writer);
  again = ullim_xml_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_true (ullim_xml_equal (root, again));
  return 0;
}
