/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XCAP diff documents.
 */
#include "xcap-diff.h"
#include "xml.h"

#include <string.h>

#define HEAD "<xcap-diff xmlns='urn:ietf:params:xml:ns:xcap-diff' "

static void
test_read (void)
{
  static const char text[] =
      HEAD "xcap-root='https://h:1/x/' xmlns:o='urn:o'>"
           "<document new-etag='1' sel='/lists/users/a/index'/>"
           "<o:document sel='no'/>"
           "<document previous-etag='1' new-etag='2' sel='b'><body/></document>"
           "<element sel='no'/><document/><document sel=''/>"
           "<document previous-etag='3' sel='c'/></xcap-diff>";
  g_autoptr (GError)           error = NULL;
  g_autoptr (UllimXcapDiff)    diff = ullim_xcap_diff_parse (text, strlen (text), &error);
  const UllimXcapDiffDocument *document;

  g_assert_no_error (error);
  g_assert_cmpstr (diff->root, ==, "https://h:1/x");
  g_assert_cmpuint (diff->documents->len, ==, 3);
  document = diff->documents->pdata[0];
  g_assert_cmpstr (document->sel, ==, "lists/users/a/index");
  g_assert_cmpstr (document->new_etag, ==, "1");
  g_assert_null (document->previous_etag);
  document = diff->documents->pdata[2];
  g_assert_cmpstr (document->previous_etag, ==, "3");
  g_assert_null (document->new_etag);
}

static void
test_write (void)
{
  g_autoptr (UllimXcapDiff) diff = ullim_xcap_diff_new ("http://h/x");
  g_autoptr (UllimXcapDiff) again = NULL;
  g_autofree char          *text = NULL;

  ullim_xcap_diff_add (diff, "a&b", NULL, "1");
  ullim_xcap_diff_add (diff, "c", "2", NULL);
  text = ullim_xcap_diff_to_string (diff);
  g_assert_cmpstr (
      text, ==,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<xcap-diff xmlns=\"urn:ietf:params:xml:ns:xcap-diff\" xcap-root=\"http://h/x/\">"
      "<document new-etag=\"1\" sel=\"a&amp;b\"/>"
      "<document previous-etag=\"2\" sel=\"c\"/></xcap-diff>\n");
  again = ullim_xcap_diff_parse (text, strlen (text), NULL);
  g_assert_cmpstr (again->root, ==, "http://h/x");
  g_assert_cmpuint (again->documents->len, ==, 2);
}

static void
test_refused (void)
{
  g_autofree char *long_root = g_strnfill (ULLIM_XCAP_DIFF_MAX_URI_BYTES + 1, 'x');
  g_autofree char *too_long = g_strconcat (HEAD "xcap-root='", long_root, "'/>", NULL);
  g_autofree char *spaces = g_strnfill (ULLIM_XCAP_DIFF_MAX_BYTES, ' ');
  g_autofree char *too_big = g_strconcat (HEAD "xcap-root='h'>", spaces, "</xcap-diff>", NULL);
  const struct {
    const char *text;
    gint        code;
  } cases[] = {
      {"", ULLIM_XML_ERROR_SYNTAX},         {"<xcap-diff xcap-root='h'/>", ULLIM_XML_ERROR_CONTENT},
      {HEAD "/>", ULLIM_XML_ERROR_CONTENT}, {HEAD "xcap-root=''/>", ULLIM_XML_ERROR_CONTENT},
      {too_long, ULLIM_XML_ERROR_CONTENT},  {too_big, ULLIM_XML_ERROR_LIMIT},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (ullim_xcap_diff_parse (cases[i].text, strlen (cases[i].text), &error));
    g_assert_error (error, ULLIM_XML_ERROR, cases[i].code);
  }
}

static void
test_many (void)
{
  g_autoptr (UllimXcapDiff) diff = ullim_xcap_diff_new ("h");
  g_autoptr (UllimXcapDiff) again = NULL;
  g_autofree char          *text = NULL;

  for (guint i = 0; i <= ULLIM_XCAP_DIFF_MAX_DOCUMENTS; i++)
    ullim_xcap_diff_add (diff, "s", NULL, "1");
  text = ullim_xcap_diff_to_string (diff);
  again = ullim_xcap_diff_parse (text, strlen (text), NULL);
  g_assert_cmpuint (again->documents->len, ==, ULLIM_XCAP_DIFF_MAX_DOCUMENTS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xcap-diff/read", test_read);
  g_test_add_func ("/xcap-diff/write", test_write);
  g_test_add_func ("/xcap-diff/refused", test_refused);
  g_test_add_func ("/xcap-diff/many", test_many);
  return g_test_run ();
}
