/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Resource lists: read, written, and merged after two devices edited them.
 */
#include "resource-list.h"

#include <string.h>

#define HEAD "<resource-lists xmlns='urn:ietf:params:xml:ns:resource-lists'>"
#define TAIL "</resource-lists>"

static UllimResourceList *
parse_content (const char *content)
{
  g_autofree char   *text = g_strconcat (HEAD, content, TAIL, NULL);
  g_autoptr (GError) error = NULL;
  UllimResourceList *list = ullim_resource_list_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return list;
}

static void
test_read (void)
{
  g_autoptr (UllimResourceList) document = parse_content (
      "<list name='friends'><display-name xml:lang='ko'> 친구 </display-name>"
      "<entry uri='sip:joe@example.com'><display-name>Joe</display-name><x xmlns='urn:x'>1</x>"
      "</entry><entry uri='sip:Nancy@EXAMPLE.com'/>"
      "<list name='close'><entry uri='sips:Nancy@example.com'/><entry uri='tel:+821'/></list>"
      "<entry-ref ref='resource-lists/users/x'/><external anchor='http://h/'/></list>");
  g_autoptr (UllimResourceList) again = NULL;
  g_autoptr (GPtrArray)         uris = ullim_resource_list_get_uris (document);
  g_autofree char              *text = ullim_resource_list_to_string (document);
  UllimResourceList            *friends = document->lists->pdata[0];
  UllimResourceEntry           *joe = friends->entries->pdata[0];

  g_assert_cmpstr (friends->name, ==, "friends");
  g_assert_cmpstr (friends->display_name, ==, "친구");
  g_assert_cmpuint (friends->entries->len, ==, 2);
  g_assert_cmpuint (friends->lists->len, ==, 1);
  g_assert_cmpuint (friends->foreign->len, ==, 2);
  g_assert_cmpstr (joe->uri, ==, "sip:joe@example.com");
  g_assert_cmpstr (joe->display_name, ==, "Joe");
  g_assert_cmpuint (joe->foreign->len, ==, 1);
  g_assert_cmpuint (uris->len, ==, 3);
  g_assert_cmpstr (uris->pdata[2], ==, "tel:+821");
  again = ullim_resource_list_parse (text, strlen (text), NULL);
  g_assert_true (ullim_resource_list_equal (document, again));
  g_assert_nonnull (strstr (text, "ref=\"resource-lists/users/x\"/>"));
}

static const struct {
  const char   *text;
  UllimXmlError code;
} refused[] = {
    {"<list/>", ULLIM_XML_ERROR_CONTENT},
    {"<resource-lists/>", ULLIM_XML_ERROR_CONTENT},
    {HEAD "<list><entry/></list>" TAIL, ULLIM_XML_ERROR_CONTENT},
    {HEAD "<list>" TAIL, ULLIM_XML_ERROR_SYNTAX},
};

static void
test_refused (void)
{
  g_autoptr (GString) text = g_string_new (HEAD "<list>");
  g_autofree char    *uri = g_strnfill (ULLIM_RESOURCE_LIST_MAX_URI_BYTES + 1, 'x');
  g_autofree char *long_uri = g_strconcat (HEAD "<list><entry uri='", uri, "'/></list>" TAIL, NULL);
  g_autoptr (GError)            error = NULL;
  g_autoptr (UllimResourceList) longest = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) own = NULL;

    g_assert_null (ullim_resource_list_parse (refused[i].text, strlen (refused[i].text), &own));
    g_assert_error (own, ULLIM_XML_ERROR, (int) refused[i].code);
  }
  g_assert_null (ullim_resource_list_parse (long_uri, strlen (long_uri), NULL));
  for (guint i = 0; i < ULLIM_RESOURCE_LIST_MAX_ENTRIES; i++)
    g_string_append_printf (text, "<entry uri='sip:%u@h'/>", i);
  g_string_append (text, "</list>" TAIL);
  longest = ullim_resource_list_parse (text->str, text->len, &error);
  g_assert_no_error (error);
  g_string_insert (text, strlen (HEAD "<list>"), "<entry uri='sip:x@h'/>");
  g_assert_null (ullim_resource_list_parse (text->str, text->len, &error));
  g_assert_error (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_LIMIT);
}

#define A "<entry uri='sip:a@h'/>"
#define A_NAMED "<entry uri='sip:a@h'><display-name>A</display-name></entry>"
#define A_OTHER "<entry uri='sip:a@h'><display-name>Other</display-name></entry>"
#define A_SIPS "<entry uri='sips:a@H'/>"
#define B "<entry uri='sip:b@h'/>"
#define C "<entry uri='sip:c@h'/>"
#define REF "<entry-ref ref='x'/>"
#define LIST(name, content) "<list name='" name "'>" content "</list>"
#define SHOWN(name, shown, content) LIST (name, "<display-name>" shown "</display-name>" content)

static const struct {
  const char *what;
  const char *base, *ours, *theirs, *result;
} merges[] = {
    {"nothing changed", LIST ("1", A B), LIST ("1", A B), LIST ("1", A B), LIST ("1", A B)},
    {"both added", LIST ("1", A), LIST ("1", A B), LIST ("1", A C), LIST ("1", A C B)},
    {"both added the same", LIST ("1", A), LIST ("1", A B), LIST ("1", A B), LIST ("1", A B)},
    {"base unknown", NULL, LIST ("1", A B), LIST ("1", C), LIST ("1", C A B)},
    {"we removed", LIST ("1", A B), LIST ("1", B), LIST ("1", A B), LIST ("1", B)},
    {"they removed", LIST ("1", A B), LIST ("1", A B), LIST ("1", A), LIST ("1", A)},
    {"removed and added", LIST ("1", A B), LIST ("1", B), LIST ("1", A B C), LIST ("1", B C)},
    {"we removed what they changed", LIST ("1", A), LIST ("1", ""), LIST ("1", A_NAMED),
     LIST ("1", A_NAMED)},
    {"they removed what we changed", LIST ("1", A), LIST ("1", A_NAMED), LIST ("1", ""),
     LIST ("1", A_NAMED)},
    {"we renamed", LIST ("1", A), LIST ("1", A_NAMED), LIST ("1", A), LIST ("1", A_NAMED)},
    {"they renamed", LIST ("1", A), LIST ("1", A), LIST ("1", A_NAMED), LIST ("1", A_NAMED)},
    {"both renamed", LIST ("1", A), LIST ("1", A_NAMED), LIST ("1", A_OTHER), LIST ("1", A_NAMED)},
    {"moved", LIST ("1", A) LIST ("2", B), LIST ("1", "") LIST ("2", B A),
     LIST ("1", A) LIST ("2", B), LIST ("1", "") LIST ("2", B A)},
    {"moved by us, removed by them", LIST ("1", A) LIST ("2", ""), LIST ("1", "") LIST ("2", A),
     LIST ("1", "") LIST ("2", ""), LIST ("1", "") LIST ("2", A)},
    {"list added by both", "", LIST ("1", A), LIST ("2", B), LIST ("2", B) LIST ("1", A)},
    {"list removed", LIST ("1", A) LIST ("2", B), LIST ("2", B), LIST ("1", A) LIST ("2", B),
     LIST ("2", B)},
    {"list removed, added to", LIST ("1", A), "", LIST ("1", A B), LIST ("1", B)},
    {"list renamed by them", SHOWN ("1", "x", A), SHOWN ("1", "x", A B), SHOWN ("1", "y", A),
     SHOWN ("1", "y", A B)},
    {"list renamed by us", SHOWN ("1", "x", A), SHOWN ("1", "z", A), SHOWN ("1", "x", A C),
     SHOWN ("1", "z", A C)},
    {"two spellings of one address", LIST ("1", A), LIST ("1", A A_SIPS), LIST ("1", A B),
     LIST ("1", A B A_SIPS)},
    {"respelled", LIST ("1", A), LIST ("1", A_SIPS), LIST ("1", A B), LIST ("1", A_SIPS B)},
    {"nested", LIST ("1", LIST ("2", A)), LIST ("1", LIST ("2", A B)), LIST ("1", LIST ("2", "") C),
     LIST ("1", C LIST ("2", B))},
    {"references", LIST ("1", REF), LIST ("1", REF A), LIST ("1", ""), LIST ("1", A)},
    {"references added", LIST ("1", ""), LIST ("1", REF), LIST ("1", REF), LIST ("1", REF)},
};

static void
test_merge (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (merges); i++) {
    g_autoptr (UllimResourceList) base = merges[i].base ? parse_content (merges[i].base) : NULL;
    g_autoptr (UllimResourceList) ours = parse_content (merges[i].ours);
    g_autoptr (UllimResourceList) theirs = parse_content (merges[i].theirs);
    g_autoptr (UllimResourceList) expected = parse_content (merges[i].result);
    g_autoptr (UllimResourceList) result = ullim_resource_list_merge (base, ours, theirs);
    g_autofree char              *text = ullim_resource_list_to_string (result);
    g_autofree char              *wanted = ullim_resource_list_to_string (expected);

    g_test_message ("%s", merges[i].what);
    g_assert_cmpstr (text, ==, wanted);
  }
}

static void
test_request (void)
{
  g_autoptr (UllimResourceList) document = ullim_resource_list_new (NULL, NULL);
  UllimResourceList            *list = ullim_resource_list_add_list (document, NULL, NULL);
  g_autofree char              *text = NULL;

  ullim_resource_list_add (list, "sip:a@h?x=1&y=2", NULL);
  ullim_resource_list_add (list, "sip:b@h", "<B>");
  text = ullim_resource_list_to_string (document);
  g_assert_cmpstr (text, ==,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\"><list>"
                   "<entry uri=\"sip:a@h?x=1&amp;y=2\"/><entry uri=\"sip:b@h\">"
                   "<display-name>&lt;B&gt;</display-name></entry></list></resource-lists>\n");
}

/* Written in one go: what a reader makes of it. */
static void
test_write (void)
{
  g_autoptr (GPtrArray)         uris = g_ptr_array_new ();
  g_autoptr (GPtrArray)         read = NULL;
  g_autoptr (UllimResourceList) list = NULL;
  g_autoptr (GError)            error = NULL;
  g_autofree char              *text = NULL;

  g_ptr_array_add (uris, (char *) "sip:a&b@example.org");
  g_ptr_array_add (uris, (char *) "sip:c@example.org;x=\"<\"");
  text = ullim_resource_list_write (uris);
  list = ullim_resource_list_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->lists->len, ==, 1);
  g_assert_cmpuint (list->entries->len, ==, 0);
  read = ((UllimResourceList *) list->lists->pdata[0])->entries;
  g_ptr_array_ref (read);
  g_assert_cmpuint (read->len, ==, uris->len);
  for (guint i = 0; i < uris->len; i++)
    g_assert_cmpstr (((UllimResourceEntry *) read->pdata[i])->uri, ==, uris->pdata[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resource-list/read", test_read);
  g_test_add_func ("/resource-list/refused", test_refused);
  g_test_add_func ("/resource-list/merge", test_merge);
  g_test_add_func ("/resource-list/request", test_request);
  g_test_add_func ("/resource-list/write", test_write);
  return g_test_run ();
}
