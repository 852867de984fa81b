/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The XML reader: what is read, how names resolve, and that what is hostile is refused at once; the
 * tree's changes; and that what the writer writes is read the same.
 */
#include "xml-writer.h"

#include <string.h>

#define NS "urn:example:a"
/* Whatever takes longer is not proportional to the length; a sanitizer on a busy machine included.
 */
#define MAX_SECONDS 5

static UllimXmlNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  UllimXmlNode      *root = ullim_xml_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return root;
}

static void
test_names (void)
{
  g_autoptr (UllimXmlNode) root =
      parse ("\xef\xbb\xbf<?xml version='1.0' encoding='ISO-8859-1'?><!-- <!DOCTYPE a> --><p:a"
             " xmlns:p='" NS "' xmlns='urn:b' p:k='1' k='2' xml:lang='ko'>\n <b k='3'>울림</b>"
             "<p:b xml:lang='en'/><c xmlns=''/></p:a>");
  UllimXmlNode    *child;
  g_autofree char *text = NULL;

  g_assert_true (ullim_xml_is (root, NS, "a"));
  g_assert_false (ullim_xml_is (root, "urn:b", "a"));
  g_assert_cmpstr (ullim_xml_attribute (root, "k"), ==, "2");
  g_assert_cmpstr (ullim_xml_attribute_ns (root, NS, "k"), ==, "1");
  g_assert_null (ullim_xml_attribute (root, "p"));
  child = ullim_xml_child (root, "urn:b", NULL);
  g_assert_true (child == root->first);
  text = ullim_xml_dup_text (child);
  g_assert_cmpstr (text, ==, "울림");
  g_assert_cmpstr (ullim_xml_lang (child), ==, "ko");
  child = ullim_xml_next (child, NULL, "b");
  g_assert_true (ullim_xml_is (child, NS, "b"));
  g_assert_cmpstr (ullim_xml_lang (child), ==, "en");
  child = ullim_xml_child (root, "", "c");
  g_assert_nonnull (child);
  g_assert_null (ullim_xml_next (child, NULL, NULL));
  g_assert_cmpstr (ullim_xml_lookup_prefix (child, ""), ==, "");
  g_assert_cmpstr (ullim_xml_lookup_prefix (child, "p"), ==, NS);
  g_assert_cmpstr (ullim_xml_lookup_prefix (root, ""), ==, "urn:b");
  g_assert_null (ullim_xml_lookup_prefix (root, "q"));
  g_assert_cmpstr (ullim_xml_lookup_prefix (root, "xml"), ==, ULLIM_XML_NS_XML);
}

static void
test_text (void)
{
  g_autoptr (UllimXmlNode) root = parse (
      "<a k='&lt;&#x20;&quot;'> 1 &amp; <!-- no -->2<b>x</b><![CDATA[<3>&]]>&#54620;\r\n</a>");
  g_autofree char *text = ullim_xml_dup_text (root);

  g_assert_cmpstr (text, ==, "1 & 2<3>&한");
  g_assert_cmpstr (ullim_xml_attribute (root, "k"), ==, "< \"");
}

static const struct {
  const char   *text;
  UllimXmlError code;
} refused[] = {
    {"", ULLIM_XML_ERROR_SYNTAX},
    {"text", ULLIM_XML_ERROR_SYNTAX},
    {"<a>", ULLIM_XML_ERROR_SYNTAX},
    {"<a></b>", ULLIM_XML_ERROR_SYNTAX},
    {"<a/><b/>", ULLIM_XML_ERROR_SYNTAX},
    {"<a/>text", ULLIM_XML_ERROR_SYNTAX},
    {"<a k='1' k='2'/>", ULLIM_XML_ERROR_SYNTAX},
    {"<a k='", ULLIM_XML_ERROR_SYNTAX},
    {"<a><!-- ", ULLIM_XML_ERROR_SYNTAX},
    {"<a><![CDATA[</a>", ULLIM_XML_ERROR_SYNTAX},
    {"<a>\xff</a>", ULLIM_XML_ERROR_SYNTAX},
    {"<a>&#0;</a>", ULLIM_XML_ERROR_SYNTAX},
    {"<p:a/>", ULLIM_XML_ERROR_SYNTAX},
    {"<a p:k='1'/>", ULLIM_XML_ERROR_SYNTAX},
    {"<p:a:b xmlns:p='u'/>", ULLIM_XML_ERROR_SYNTAX},
    {"<a xmlns:p='u' p:k:l='1'/>", ULLIM_XML_ERROR_SYNTAX},
    {"<a>&unknown;</a>", ULLIM_XML_ERROR_SYNTAX},
    {"<!DOCTYPE a><a/>", ULLIM_XML_ERROR_FORBIDDEN},
    {"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", ULLIM_XML_ERROR_FORBIDDEN},
    {"<!DOCTYPE a [<!ENTITY x 'xx'><!ENTITY y '&x;&x;'>]><a>&y;</a>", ULLIM_XML_ERROR_FORBIDDEN},
    {"<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE a [<!ENTITY x SYSTEM 'http://h/'>]><a>&x;</a>",
     ULLIM_XML_ERROR_FORBIDDEN},
    {"<a><!ELEMENT a ANY></a>", ULLIM_XML_ERROR_FORBIDDEN},
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (ullim_xml_parse (refused[i].text, strlen (refused[i].text), &error));
    g_assert_error (error, ULLIM_XML_ERROR, (int) refused[i].code);
  }
  g_assert_null (ullim_xml_parse ("<a>\0</a>", 8, NULL));
  g_assert_null (ullim_xml_parse ("\xfe\xff\0<\0a\0/\0>", 10, NULL));
}

/* @head, @piece @n times, @tail. */
static GString *
repeat (const char *head, const char *piece, guint n, const char *tail)
{
  GString *out = g_string_new (head);

  for (guint i = 0; i < n; i++)
    g_string_append (out, piece);
  g_string_append (out, tail);
  return out;
}

static void
check_limit (GString *text, gboolean is_fine)
{
  g_autoptr (GError)       error = NULL;
  g_autoptr (UllimXmlNode) root = NULL;

  g_test_timer_start ();
  root = ullim_xml_parse (text->str, text->len, &error);
  g_test_message ("%.3f s for %" G_GSIZE_FORMAT " bytes", g_test_timer_elapsed (), text->len);
  if (is_fine)
    g_assert_no_error (error);
  else
    g_assert_error (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_LIMIT);
  g_assert_true (is_fine == (root != NULL));
  g_assert_cmpfloat (g_test_timer_elapsed (), <, MAX_SECONDS);
  g_string_free (text, TRUE);
}

static GString *
nested (guint depth)
{
  GString *text = repeat ("", "<a>", depth, "");

  for (guint i = 0; i < depth; i++)
    g_string_append (text, "</a>");
  return text;
}

static GString *
with_attributes (guint n)
{
  GString *text = g_string_new ("<a");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, " k%u=''", i);
  return g_string_append (text, "/>");
}

static void
test_limits (void)
{
  check_limit (nested (ULLIM_XML_MAX_DEPTH), TRUE);
  check_limit (nested (ULLIM_XML_MAX_DEPTH + 1), FALSE);
  check_limit (nested (100000), FALSE);
  check_limit (with_attributes (ULLIM_XML_MAX_ATTRIBUTES), TRUE);
  check_limit (with_attributes (ULLIM_XML_MAX_ATTRIBUTES + 1), FALSE);
  check_limit (with_attributes (100000), FALSE);
  check_limit (repeat ("<a>", "<b/>", ULLIM_XML_MAX_ELEMENTS - 1, "</a>"), TRUE);
  check_limit (repeat ("<a>", "<b/>", ULLIM_XML_MAX_ELEMENTS, "</a>"), FALSE);
  check_limit (repeat ("<a>", "<b></b>", 100000, "</a>"), FALSE);
  check_limit (repeat ("<a>", "x", ULLIM_XML_MAX_BYTES - 7, "</a>"), TRUE);
  check_limit (repeat ("<a k='", "x", ULLIM_XML_MAX_BYTES - 9, "'/>"), TRUE);
  check_limit (repeat ("<a><!--", "x", ULLIM_XML_MAX_BYTES - 14, "--></a>"), TRUE);
  check_limit (repeat ("<a>", "x<!---->", ULLIM_XML_MAX_BYTES / 8 - 1, "</a>"), TRUE);
  check_limit (repeat ("<a>", "<![CDATA[x]]>", ULLIM_XML_MAX_BYTES / 13 - 1, "</a>"), TRUE);
  check_limit (repeat ("<a>", "x&amp;", ULLIM_XML_MAX_BYTES / 6 - 2, "</a>"), TRUE);
  check_limit (repeat ("<a>", "x", ULLIM_XML_MAX_BYTES - 6, "</a>"), FALSE);
}

static void
test_write (void)
{
  UllimXmlWriter          *writer = ullim_xml_writer_new ();
  g_autofree char         *text = NULL;
  g_autoptr (UllimXmlNode) foreign =
      parse ("<p:x xmlns:p='urn:p' p:k='1'><y xml:lang='ko'/></p:x>");
  g_autoptr (UllimXmlNode) read = NULL;
  g_autofree char         *inner = NULL;

  ullim_xml_writer_start (writer, "a");
  ullim_xml_writer_attribute (writer, "xmlns", NS);
  ullim_xml_writer_attribute (writer, "none", NULL);
  ullim_xml_writer_attribute (writer, "k", "\"<>&'\r\n\t");
  ullim_xml_writer_element (writer, "empty", NULL);
  ullim_xml_writer_node (writer, foreign);
  ullim_xml_writer_text (writer, "]]><b>&\r\n \x01");
  ullim_xml_writer_end (writer);
  text = ullim_xml_writer_finish (writer);
  g_assert_cmpstr (
      text, ==,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<a xmlns=\"" NS "\" k=\"&quot;&lt;&gt;&amp;'&#13;&#10;&#9;\"><empty/>"
      "<x xmlns=\"urn:p\" xmlns:n1=\"urn:p\" n1:k=\"1\"><y xmlns=\"\" xml:lang=\"ko\"/>"
      "</x>]]&gt;&lt;b&gt;&amp;&#13;\n \xef\xbf\xbd</a>\n");
  read = parse (text);
  g_assert_cmpstr (ullim_xml_attribute (read, "k"), ==, "\"<>&'\r\n\t");
  g_assert_true (ullim_xml_equal (ullim_xml_child (read, NULL, "x"), foreign));
  inner = ullim_xml_dup_text (read);
  g_assert_cmpstr (inner, ==, "]]><b>&\r\n \xef\xbf\xbd");
}

static void
test_change (void)
{
  g_autoptr (UllimXmlNode) root = parse ("<a><b/><c/></a>");
  g_autoptr (UllimXmlNode) copy = ullim_xml_copy (root);
  g_autoptr (UllimXmlNode) expected = parse ("<a k='1'><d/><c>x</c></a>");
  UllimXmlNode            *c = ullim_xml_child (root, NULL, "c");

  g_assert_true (ullim_xml_equal (root, copy));
  ullim_xml_insert (root, ullim_xml_element_new ("", "d"), c);
  g_assert_false (ullim_xml_equal (root, copy));
  ullim_xml_node_free (ullim_xml_unlink (ullim_xml_child (root, NULL, "b")));
  ullim_xml_insert (c, ullim_xml_text_new ("x"), NULL);
  ullim_xml_set_attribute (root, "", "k", "0");
  ullim_xml_set_attribute (root, "", "k", "1");
  ullim_xml_set_attribute (root, "", "z", "1");
  ullim_xml_set_attribute (root, "", "z", NULL);
  g_assert_true (ullim_xml_equal (root, expected));
  g_assert_true (ullim_xml_equal (expected, root));
  g_assert_false (ullim_xml_equal (root, NULL));
  g_assert_true (ullim_xml_is_within_limits (root));
  for (guint depth = 1; depth < ULLIM_XML_MAX_DEPTH; depth++) {
    UllimXmlNode *deeper = ullim_xml_element_new ("", "e");

    ullim_xml_insert (c, deeper, NULL);
    c = deeper;
  }
  g_assert_false (ullim_xml_is_within_limits (root));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xml/names", test_names);
  g_test_add_func ("/xml/text", test_text);
  g_test_add_func ("/xml/refused", test_refused);
  g_test_add_func ("/xml/limits", test_limits);
  g_test_add_func ("/xml/write", test_write);
  g_test_add_func ("/xml/change", test_change);
  return g_test_run ();
}
