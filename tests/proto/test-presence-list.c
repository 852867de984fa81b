/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * List notifications: the example of RFC 4662, and that ours, sliced, are read as they were meant.
 */
#include "presence-list.h"

#include "mime.h"
#include "xml.h"

#include <string.h>

/* After RFC 4662 section 6, shortened. */
static const char example_type[] =
    "multipart/related;type=\"application/rlmi+xml\";start=\"<nXYxAE@pres.vancouver.example.com>\";"
    "boundary=\"50UBfW7LSCVLtggUPe5z\"";
static const char example[] =
    "--50UBfW7LSCVLtggUPe5z\r\n"
    "Content-Transfer-Encoding: binary\r\n"
    "Content-ID: <nXYxAE@pres.vancouver.example.com>\r\n"
    "Content-Type: application/rlmi+xml;charset=\"UTF-8\"\r\n\r\n"
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
    "<list xmlns=\"urn:ietf:params:xml:ns:rlmi\" "
    "uri=\"sip:adam-friends@pres.vancouver.example.com\""
    " version=\"1\" fullState=\"true\">\r\n"
    "<name xml:lang=\"en\">Buddy List at COM</name>\r\n"
    "<resource uri=\"sip:bob@vancouver.example.com\"><name>Bob Smith</name>\r\n"
    "<instance id=\"juwigmtboe\" state=\"active\" cid=\"bUZBsM@pres.vancouver.example.com\"/>"
    "</resource>\r\n"
    "<resource uri=\"sip:dave@vancouver.example.com\"><name>Dave Jones</name>"
    "<instance id=\"hqzsuxtfyq\" state=\"active\" cid=\"ZvSvkz@pres.vancouver.example.com\"/>"
    "<instance id=\"two\" state=\"terminated\" reason=\"rejected\"/></resource>\r\n"
    "<resource uri=\"sip:ed@dallas.example.net\"/>\r\n"
    "<resource uri=\"sip:jim@vancouver.example.com\"><instance id=\"oflzxqzuvg\" "
    "state=\"pending\"/>"
    "</resource><resource/></list>\r\n"
    "--50UBfW7LSCVLtggUPe5z\r\n"
    "Content-Transfer-Encoding: binary\r\n"
    "Content-ID: <bUZBsM@pres.vancouver.example.com>\r\n"
    "Content-Type: application/pidf+xml;charset=\"UTF-8\"\r\n\r\n"
    "<presence/>\r\n"
    "--50UBfW7LSCVLtggUPe5z--\r\n";

static UllimPresenceListItem *
item_of (const UllimPresenceList *list, guint index)
{
  return list->items->pdata[index];
}

static void
test_example (void)
{
  g_autoptr (GBytes)            body = g_bytes_new_static (example, strlen (example));
  g_autoptr (GError)            error = NULL;
  g_autoptr (UllimPresenceList) list = ullim_presence_list_parse (example_type, body, &error);
  UllimPresenceListItem        *item;

  g_assert_no_error (error);
  g_assert_cmpstr (list->uri, ==, "sip:adam-friends@pres.vancouver.example.com");
  g_assert_cmpuint (list->version, ==, 1);
  g_assert_true (list->is_full);
  g_assert_cmpuint (list->items->len, ==, 5);
  item = item_of (list, 0);
  g_assert_cmpstr (item->uri, ==, "sip:bob@vancouver.example.com");
  g_assert_cmpstr (item->name, ==, "Bob Smith");
  g_assert_cmpstr (item->instance, ==, "juwigmtboe");
  g_assert_cmpint (item->state, ==, ULLIM_PRESENCE_LIST_ACTIVE);
  g_assert_true (ullim_mime_is (item->type, "application/pidf+xml"));
  g_assert_cmpmem (g_bytes_get_data (item->body, NULL), g_bytes_get_size (item->body),
                   "<presence/>", 11);
  item = item_of (list, 1);
  g_assert_cmpint (item->state, ==, ULLIM_PRESENCE_LIST_ACTIVE);
  g_assert_null (item->body);
  item = item_of (list, 2);
  g_assert_cmpstr (item->uri, ==, "sip:dave@vancouver.example.com");
  g_assert_cmpstr (item->name, ==, "Dave Jones");
  g_assert_cmpint (item->state, ==, ULLIM_PRESENCE_LIST_TERMINATED);
  g_assert_cmpstr (item->reason, ==, "rejected");
  item = item_of (list, 3);
  g_assert_cmpint (item->state, ==, ULLIM_PRESENCE_LIST_NONE);
  g_assert_null (item->name);
  item = item_of (list, 4);
  g_assert_cmpint (item->state, ==, ULLIM_PRESENCE_LIST_PENDING);
}

#define LIST "<list xmlns='urn:ietf:params:xml:ns:rlmi' uri='sip:l@h' "

static void
test_alone (void)
{
  static const char             text[] = LIST "version='0' fullState='1'/>";
  g_autoptr (GBytes)            body = g_bytes_new_static (text, strlen (text));
  g_autoptr (UllimPresenceList) list =
      ullim_presence_list_parse ("application/rlmi+xml;charset=utf-8", body, NULL);

  g_assert_true (list->is_full);
  g_assert_cmpuint (list->items->len, ==, 0);
}

static void
test_refused (void)
{
  static const char *const refused[] = {
      "",
      LIST "/>",
      LIST "version='-1'/>",
      LIST "version='4294967296'/>",
      "<list uri='sip:l@h' version='1'/>",
      "<list xmlns='urn:ietf:params:xml:ns:rlmi' version='1'/>",
      "<list",
  };
  g_autoptr (GBytes) whole = g_bytes_new_static (example, strlen (example));
  g_autoptr (GError) type_error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GBytes) body = g_bytes_new_static (refused[i], strlen (refused[i]));
    g_autoptr (GError) error = NULL;

    g_assert_null (ullim_presence_list_parse ("application/rlmi+xml", body, &error));
    g_assert_true (error->domain == ULLIM_XML_ERROR);
  }
  g_assert_null (ullim_presence_list_parse ("application/pidf+xml", whole, &type_error));
  g_assert_error (type_error, ULLIM_MIME_ERROR, ULLIM_MIME_ERROR_TYPE);
}

static void
add_people (UllimPresenceList *list, guint n, const char *document)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char       *uri = g_strdup_printf ("sip:person&%u@example.org", i);
    UllimPresenceListItem *item = ullim_presence_list_add (list, uri, ULLIM_PRESENCE_LIST_ACTIVE);

    if (document) {
      item->type = g_strdup ("application/pidf+xml");
      item->body = g_bytes_new (document, strlen (document));
    }
  }
}

/* All that the slices tell, together. */
static UllimPresenceList *
read_slices (const GPtrArray *slices, guint32 version, gboolean is_full, gsize max_bytes)
{
  UllimPresenceList *all = ullim_presence_list_new ("sip:l@h", version, is_full);

  for (guint i = 0; i < slices->len; i++) {
    const UllimPresenceListSlice *slice = slices->pdata[i];
    g_autoptr (GError)            error = NULL;
    g_autoptr (UllimPresenceList) read =
        ullim_presence_list_parse (slice->type, slice->body, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (g_bytes_get_size (slice->body), <=, max_bytes);
    g_assert_cmpstr (read->uri, ==, "sip:l@h");
    g_assert_cmpuint (read->version, ==, version + i);
    g_assert_true (read->is_full == (is_full && i == 0));
    g_ptr_array_extend_and_steal (all->items, g_steal_pointer (&read->items));
    read->items = g_ptr_array_new ();
  }
  return all;
}

static void
check_written (guint n, const char *document, gsize max_bytes, guint min_slices, guint max_slices)
{
  g_autoptr (UllimPresenceList) list = ullim_presence_list_new ("sip:l@h", 7, TRUE);
  g_autoptr (UllimPresenceList) read = NULL;
  g_autoptr (GPtrArray)         slices = NULL;

  add_people (list, n, document);
  slices = ullim_presence_list_write (list, max_bytes);
  g_assert_cmpuint (slices->len, >=, min_slices);
  g_assert_cmpuint (slices->len, <=, max_slices);
  read = read_slices (slices, 7, TRUE, max_bytes);
  g_assert_cmpuint (read->items->len, ==, n);
  for (guint i = 0; i < n; i++) {
    g_assert_cmpstr (item_of (read, i)->uri, ==, item_of (list, i)->uri);
    g_assert_cmpint (item_of (read, i)->state, ==, ULLIM_PRESENCE_LIST_ACTIVE);
    g_assert_true (document ? g_bytes_equal (item_of (read, i)->body, item_of (list, i)->body)
                            : !item_of (read, i)->body);
  }
}

static void
test_write (void)
{
  g_autofree char *document = g_strnfill (600, 'x');

  check_written (0, NULL, 1000, 1, 1);
  check_written (1, "<presence/>", 4000, 1, 1);
  check_written (100, document, 1700, 100, 100);
  check_written (1000, document, 64000, 9, 18);
  check_written (10000, document, 1024 * 1024, 6, 12);
  check_written (10000, NULL, 4 * 1024 * 1024, 1, 1);
}

static void
test_write_fields (void)
{
  g_autoptr (UllimPresenceList) list = ullim_presence_list_new ("sip:l@h", 3, FALSE);
  UllimPresenceListItem *item = ullim_presence_list_add (list, "sip:a@h", ULLIM_PRESENCE_LIST_NONE);
  g_autofree char       *big = g_strnfill (5000, 'x');
  g_autoptr (GPtrArray)  slices = NULL;
  g_autoptr (UllimPresenceList) read = NULL;

  item->name = g_strdup ("<울림> & \"");
  item = ullim_presence_list_add (list, "sip:b@h", ULLIM_PRESENCE_LIST_TERMINATED);
  item->reason = g_strdup ("rejected");
  item->instance = g_strdup ("i");
  item = ullim_presence_list_add (list, "sip:c@h", ULLIM_PRESENCE_LIST_ACTIVE);
  item->type = g_strdup ("text/plain");
  item->body = g_bytes_new (big, strlen (big));
  slices = ullim_presence_list_write (list, 3000);
  read = read_slices (slices, 3, FALSE, 3000);
  g_assert_cmpuint (slices->len, ==, 1);
  g_assert_cmpstr (item_of (read, 0)->name, ==, "<울림> & \"");
  g_assert_cmpint (item_of (read, 0)->state, ==, ULLIM_PRESENCE_LIST_NONE);
  g_assert_cmpstr (item_of (read, 1)->reason, ==, "rejected");
  g_assert_cmpstr (item_of (read, 1)->instance, ==, "i");
  /* Too long for any slice: the state is told, the document is not. */
  g_assert_cmpint (item_of (read, 2)->state, ==, ULLIM_PRESENCE_LIST_ACTIVE);
  g_assert_null (item_of (read, 2)->body);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/presence-list/example", test_example);
  g_test_add_func ("/presence-list/alone", test_alone);
  g_test_add_func ("/presence-list/refused", test_refused);
  g_test_add_func ("/presence-list/write", test_write);
  g_test_add_func ("/presence-list/write-fields", test_write_fields);
  return g_test_run ();
}
