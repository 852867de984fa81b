/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XCAP URIs and what they do to a document.
 */
#include "xcap-node.h"
#include "xml-writer.h"

#include <string.h>

#define NS "urn:l"
#define DOCUMENT                                                                                   \
  "<r xmlns=\"" NS "\" xmlns:p=\"urn:p\"><l n=\"a\"><e u=\"1\"/><e u=\"2\">x</e></l>"              \
  "<l n=\"b\" p:x=\"y\"/><p:o/></r>"
#define ROOT "lists/users/sip:a@h/index/~~/"

static const char *
default_ns (const char *auid)
{
  return strcmp (auid, "lists") == 0 ? NS : NULL;
}

static UllimXcapUri *
parse_uri (const char *text)
{
  UllimXcapUri *uri = ullim_xcap_uri_parse (text, default_ns);

  g_assert_nonnull (uri);
  return uri;
}

static void
test_documents (void)
{
  g_autoptr (UllimXcapUri) uri = parse_uri ("resource-lists/users/sip%3Aa%40h/index");
  g_autoptr (UllimXcapUri) global = parse_uri ("xcap-caps/global/index");
  g_autofree char         *built = ullim_xcap_uri_build ("http://h/x", "lists", "sip:a b@[::1]");
  g_autofree char         *again = ullim_xcap_uri_build ("http://h/x/", "lists", "sip:a@h");

  g_assert_cmpstr (uri->auid, ==, "resource-lists");
  g_assert_cmpstr (uri->user, ==, "sip:a@h");
  g_assert_cmpstr (uri->document, ==, "index");
  g_assert_null (uri->steps);
  g_assert_null (global->user);
  g_assert_cmpstr (built, ==, "http://h/x/lists/users/sip:a%20b@%5B::1%5D/index");
  g_assert_cmpstr (again, ==, "http://h/x/lists/users/sip:a@h/index");
}

static void
test_refused (void)
{
  static const char *const texts[] = {
      "",
      "a",
      "a/b/c/d",
      "a/users/x/index/more",
      "a/global/x/index",
      "a/users/%zz/index",
      "a/users/%00/index",
      ROOT,
      ROOT "/",
      ROOT "r/",
      ROOT "r//l",
      ROOT "r/l%5b",
      ROOT "r/l%5b0%5d",
      ROOT "r/l%5b1%5d%5b1%5d",
      ROOT "r/l%5b@n=a%5d",
      ROOT "r/l%5b@n=%22a%5d",
      ROOT "r/@n/l",
      ROOT "@n",
      ROOT "q:r",
      ROOT "r/namespace::*",
      ROOT "r?xmlns(p=urn:p",
      ROOT "r?x=y",
      ROOT "%ff",
      "other/users/x/index/~~/r", /* no default namespace */
      ROOT "r/r/r/r/r/r/r/r/r/r/r/r/r/r/r/r/r",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (ullim_xcap_uri_parse (texts[i], default_ns))
      g_error ("was read: %s", texts[i]);
  }
}

static void
test_get (void)
{
  static const struct {
    const char *selector;
    const char *found; /* NULL: nothing */
  } cases[] = {
      {"r/l%5b@n=%22a%22%5d/e%5b2%5d", "<e xmlns=\"" NS "\" u=\"2\">x</e>"},
      {"r/l%5b1%5d/e%5b@u='1'%5d", "<e xmlns=\"" NS "\" u=\"1\"/>"},
      {"r/*%5b3%5d", "<o xmlns=\"urn:p\"/>"},
      {"r/q:o?xmlns(q=urn:p)", "<o xmlns=\"urn:p\"/>"},
      {"q:r/q:l%5b2%5d/@n?xmlns(q=" NS ")", "b"},
      {"r/l%5b@q:x=%22y%22%5d/@n?xmlns(q=urn:p)", "b"},
      {"r/l%5b@q:x=%22y%22%5d/@q:x?xmlns(a=b)xmlns(q=urn:p)", "y"},
      {"r/l%5b2%5d%5b@n=%22b%22%5d/@n", "b"},
      {"r/l%5b2%5d%5b@n=%22a%22%5d/@n", NULL},
      {"r/l", NULL}, /* two */
      {"r/l%5b1%5d/@m", NULL},
      {"r/o", NULL},
      {"l", NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char         *text = g_strconcat (ROOT, cases[i].selector, NULL);
    g_autoptr (UllimXcapUri) uri = parse_uri (text);
    g_autoptr (UllimXmlNode) root = ullim_xml_parse (DOCUMENT, strlen (DOCUMENT), NULL);
    g_autofree char         *found = ullim_xcap_node_get (root, uri);

    g_test_message ("%s", cases[i].selector);
    g_assert_cmpstr (found, ==, cases[i].found);
  }
}

static char *
to_text (UllimXmlNode *root)
{
  UllimXmlWriter *writer = ullim_xml_writer_new ();

  ullim_xml_writer_node (writer, root);
  return ullim_xml_writer_finish (writer);
}

static void
test_put (void)
{
  static const struct {
    const char     *selector;
    const char     *data;
    UllimXcapResult result;
    const char     *part; /* that is in the document afterwards */
  } cases[] = {
      {"r/l%5b1%5d/e%5b@u=%223%22%5d", "<e u=\"3\"/>", ULLIM_XCAP_CREATED,
       "<e u=\"2\">x</e><e u=\"3\"/></l>"},
      {"r/l%5b1%5d/e%5b1%5d%5b@u=%220%22%5d", "<e u=\"0\"/>", ULLIM_XCAP_CREATED,
       "<l n=\"a\"><e u=\"0\"/><e u=\"1\"/>"},
      {"r/l%5b1%5d/e%5b2%5d", "<e>y</e>", ULLIM_XCAP_REPLACED, "<e u=\"1\"/><e>y</e></l>"},
      {"r/l%5b2%5d/e", "<p:e xmlns:p=\"" NS "\"/>", ULLIM_XCAP_CREATED, "<e/></l>"},
      {"r/q:n?xmlns(q=urn:p)", "<p:n/>", ULLIM_XCAP_CREATED, "<n xmlns=\"urn:p\"/></r>"},
      {"r", "<r/>", ULLIM_XCAP_CANNOT_INSERT, NULL}, /* in no namespace */
      {"r", "<r xmlns=\"" NS "\"><l/></r>", ULLIM_XCAP_REPLACED, "<r xmlns=\"" NS "\"><l/></r>"},
      {"r/l%5b1%5d/@n", "c&amp;\"", ULLIM_XCAP_REPLACED, "<l n=\"c&amp;&quot;\">"},
      {"r/l%5b1%5d/@m", "", ULLIM_XCAP_CREATED, "<l n=\"a\" m=\"\">"},
      {"r/l%5b1%5d/@n", "<", ULLIM_XCAP_NOT_ATTRIBUTE_VALUE, NULL},
      {"r/l%5b1%5d/@n", "&x;", ULLIM_XCAP_NOT_ATTRIBUTE_VALUE, NULL},
      {"r/l%5b@n=%22a%22%5d/@n", "c", ULLIM_XCAP_CANNOT_INSERT, NULL},
      {"r/l%5b9%5d/@n", "c", ULLIM_XCAP_NO_PARENT, NULL},
      {"r/l/e", "<e/>", ULLIM_XCAP_NO_PARENT, NULL},
      {"r/l%5b1%5d/e", "<e/>", ULLIM_XCAP_CANNOT_INSERT, NULL},
      {"r/l%5b1%5d/e%5b4%5d", "<e/>", ULLIM_XCAP_CANNOT_INSERT, NULL},
      {"r/l%5b1%5d/f", "<e/>", ULLIM_XCAP_CANNOT_INSERT, NULL},
      {"s", "<s xmlns=\"" NS "\"/>", ULLIM_XCAP_CANNOT_INSERT, NULL},
      {"r/l%5b1%5d/f", "x", ULLIM_XCAP_NOT_XML_FRAGMENT, NULL},
      {"r/l%5b1%5d/f", "<f/><f/>", ULLIM_XCAP_NOT_XML_FRAGMENT, NULL},
      {"r/l%5b1%5d/f", "</scope><scope>", ULLIM_XCAP_NOT_XML_FRAGMENT, NULL},
      {"r/l%5b1%5d/f", "<z:f/>", ULLIM_XCAP_NOT_XML_FRAGMENT, NULL},
      {"r/l%5b1%5d/f", "", ULLIM_XCAP_NOT_XML_FRAGMENT, NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char         *text = g_strconcat (ROOT, cases[i].selector, NULL);
    g_autoptr (UllimXcapUri) uri = parse_uri (text);
    UllimXmlNode            *root = ullim_xml_parse (DOCUMENT, strlen (DOCUMENT), NULL);
    UllimXcapResult          result =
        ullim_xcap_node_put (&root, uri, cases[i].data, strlen (cases[i].data));
    g_autofree char *after = to_text (root);

    g_test_message ("%s %s", cases[i].selector, cases[i].data);
    g_assert_cmpint (result, ==, cases[i].result);
    g_assert_true ((result <= ULLIM_XCAP_REPLACED) == !ullim_xcap_result_name (result));
    if (cases[i].part)
      g_assert_nonnull (strstr (after, cases[i].part));
    ullim_xml_node_free (root);
  }
}

static void
test_delete (void)
{
  static const struct {
    const char     *selector;
    UllimXcapResult result;
    const char     *part;
  } cases[] = {
      {"r/l%5b1%5d/e%5b@u=%221%22%5d", ULLIM_XCAP_REPLACED, "<l n=\"a\"><e u=\"2\">x</e></l>"},
      {"r/l%5b2%5d/@n", ULLIM_XCAP_REPLACED, "y\"/>"},
      {"r/l%5b2%5d", ULLIM_XCAP_REPLACED, "</l><o xmlns=\"urn:p\"/></r>"},
      {"r/l%5b1%5d", ULLIM_XCAP_CANNOT_DELETE, NULL},
      {"r", ULLIM_XCAP_CANNOT_DELETE, NULL},
      {"r/l", ULLIM_XCAP_NOT_FOUND, NULL},
      {"r/l%5b1%5d/@m", ULLIM_XCAP_NOT_FOUND, NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char         *text = g_strconcat (ROOT, cases[i].selector, NULL);
    g_autoptr (UllimXcapUri) uri = parse_uri (text);
    g_autoptr (UllimXmlNode) root = ullim_xml_parse (DOCUMENT, strlen (DOCUMENT), NULL);
    g_autofree char         *after = NULL;

    g_test_message ("%s", cases[i].selector);
    g_assert_cmpint (ullim_xcap_node_delete (root, uri), ==, cases[i].result);
    after = to_text (root);
    if (cases[i].part)
      g_assert_nonnull (strstr (after, cases[i].part));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xcap/documents", test_documents);
  g_test_add_func ("/xcap/refused", test_refused);
  g_test_add_func ("/xcap/get", test_get);
  g_test_add_func ("/xcap/put", test_put);
  g_test_add_func ("/xcap/delete", test_delete);
  return g_test_run ();
}
