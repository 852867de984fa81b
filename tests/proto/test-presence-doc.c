/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presence documents: as the programs of the world write them, as literal readers want them, and
 * that what is written is read the same.
 */
#include "presence-doc.h"

#include <string.h>

#define NS "xmlns='urn:ietf:params:xml:ns:pidf'"
#define NS_DM "xmlns:dm='urn:ietf:params:xml:ns:pidf:data-model'"
#define NS_RPID "xmlns:rpid='urn:ietf:params:xml:ns:pidf:rpid'"
#define OPEN "<status><basic>open</basic></status>"

static const struct {
  const char           *who;
  const char           *text;
  UllimPresenceBasic    basic;
  UllimPresenceActivity activity;
  const char           *note;
} documents[] = {
    {"RFC 3863",
     "<impp:presence xmlns:impp='urn:ietf:params:xml:ns:pidf' entity='pres:a@example.com'>"
     "<impp:tuple id='sg89ae'><impp:status><impp:basic> open </impp:basic></impp:status>"
     "<impp:contact priority='0.8'>tel:+09012345678</impp:contact></impp:tuple></impp:presence>",
     ULLIM_PRESENCE_BASIC_OPEN, ULLIM_PRESENCE_ACTIVITY_AVAILABLE, NULL},
    {"baresip",
     "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\r\n<presence " NS "\r\n " NS_DM
     "\r\n " NS_RPID "\r\n entity='sip:a@127.0.0.1'>\r\n"
     "<dm:person id='p4159'><rpid:activities/></dm:person>\r\n<tuple id='t4109'>\r\n<status>\r\n"
     "<basic>open</basic>\r\n</status>\r\n<contact>sip:a@127.0.0.1</contact>\r\n</tuple>\r\n"
     "</presence>\r\n",
     ULLIM_PRESENCE_BASIC_OPEN, ULLIM_PRESENCE_ACTIVITY_AVAILABLE, NULL},
    {"Linphone",
     "<presence " NS_DM " " NS_RPID
     " xmlns:pidfonline='http://www.linphone.org/xsds/pidfonline.xsd'"
     " entity='sip:a@h' " NS "><tuple id='jwk5vo'><status><basic>open</basic>"
     "<pidfonline:online/></status><contact priority='0.8'>sip:a@h</contact>"
     "<timestamp>2026-05-01T10:00:00Z</timestamp></tuple>"
     "<dm:person id='x'><rpid:activities><rpid:away/></rpid:activities></dm:person></presence>",
     ULLIM_PRESENCE_BASIC_OPEN, ULLIM_PRESENCE_ACTIVITY_AWAY, NULL},
    {"Asterisk",
     "<presence entity='sip:100@h' " NS " xmlns:pp='urn:ietf:params:xml:ns:pidf:person'"
     " xmlns:es='urn:ietf:params:xml:ns:pidf:rpid:status:rpid-status'"
     " xmlns:ep='urn:ietf:params:xml:ns:pidf:rpid:rpid-person'>"
     "<note>On the phone</note><tuple id='100'><status><basic>open</basic></status>"
     "<contact priority='1'>sip:100@h</contact></tuple>"
     "<pp:person><status><ep:activities><ep:busy/></ep:activities></status></pp:person></presence>",
     ULLIM_PRESENCE_BASIC_OPEN, ULLIM_PRESENCE_ACTIVITY_ON_THE_PHONE, "On the phone"},
    {"FreeSWITCH",
     "<?xml version='1.0' encoding='UTF-8'?> \n<presence " NS " " NS_DM " " NS_RPID
     " xmlns:c='urn:ietf:params:xml:ns:pidf:cipid' entity='pres:1000@h'>"
     "<tuple id='t6a5ed77e'>" OPEN "</tuple><dm:person id='p06360c4a'><rpid:activities>"
     "<rpid:on-the-phone/></rpid:activities><dm:note>On The Phone</dm:note></dm:person></presence>",
     ULLIM_PRESENCE_BASIC_OPEN, ULLIM_PRESENCE_ACTIVITY_ON_THE_PHONE, "On The Phone"},
    {"Blink",
     "<presence " NS " xmlns:agp-pidf='urn:ag-projects:xml:ns:pidf' " NS_DM " " NS_RPID
     " entity='a@h'><tuple id='SID-1'><status><basic>open</basic>"
     "<agp-pidf:extended>busy</agp-pidf:extended></status><agp-pidf:device-info id='1'/>"
     "<contact>sip:a@h</contact><note xml:lang='en'>coding</note></tuple></presence>",
     ULLIM_PRESENCE_BASIC_OPEN, ULLIM_PRESENCE_ACTIVITY_BUSY, "coding"},
    {"Kamailio, nobody there",
     "<presence " NS
     " entity='sip:a@h'><tuple id='1'><status><basic>closed</basic></status></tuple>"
     "</presence>",
     ULLIM_PRESENCE_BASIC_CLOSED, ULLIM_PRESENCE_ACTIVITY_AVAILABLE, NULL},
    {"two devices, one closed",
     "<presence " NS " " NS_RPID " entity='sip:a@h'><tuple id='1'><status><basic>closed</basic>"
     "<rpid:activities><rpid:dnd/></rpid:activities></status></tuple><tuple id='2'>" OPEN
     "<rpid:activities><rpid:lunch/></rpid:activities></tuple></presence>",
     ULLIM_PRESENCE_BASIC_OPEN, ULLIM_PRESENCE_ACTIVITY_AWAY, NULL},
    {"several activities",
     "<presence " NS " " NS_DM " " NS_RPID " entity='sip:a@h'><dm:person id='p'><rpid:activities>"
     "<rpid:away/><rpid:meeting/><rpid:busy/><rpid:unknown/></rpid:activities></dm:person>"
     "</presence>",
     ULLIM_PRESENCE_BASIC_NONE, ULLIM_PRESENCE_ACTIVITY_MEETING, NULL},
    {"do not disturb as another activity",
     "<presence " NS " " NS_DM " " NS_RPID " entity='sip:a@h'><dm:person id='p'><rpid:activities>"
     "<rpid:other> Do not disturb</rpid:other></rpid:activities></dm:person></presence>",
     ULLIM_PRESENCE_BASIC_NONE, ULLIM_PRESENCE_ACTIVITY_DND, NULL},
};

static UllimPresenceDoc *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  UllimPresenceDoc  *doc = ullim_presence_doc_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return doc;
}

static void
test_documents (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (documents); i++) {
    g_autoptr (UllimPresenceDoc) doc = parse (documents[i].text);

    g_test_message ("%s", documents[i].who);
    g_assert_cmpint (ullim_presence_doc_basic (doc), ==, documents[i].basic);
    g_assert_cmpint (ullim_presence_doc_activity (doc), ==, documents[i].activity);
    g_assert_cmpstr (ullim_presence_doc_note (doc, NULL), ==, documents[i].note);
  }
}

static void
test_fields (void)
{
  g_autoptr (UllimPresenceDoc) doc = parse (
      "<presence " NS " " NS_DM " " NS_RPID " entity='sip:a@h' xml:lang='en'>"
      "<tuple id='t1'>" OPEN "<dm:deviceID>mac:1</dm:deviceID>"
      "<contact priority='0.25'>sip:a@1.2.3.4</contact><note>tuple</note>"
      "<timestamp>2026-05-01T10:00:00.5+09:00</timestamp></tuple>"
      "<tuple id='t2'><status/><contact priority='9'>sip:b</contact></tuple>"
      "<note>hello</note><note xml:lang='ko-KR'>안녕</note>"
      "<dm:person id='p'><rpid:user-input since='2026-05-01T00:00:00Z'>idle</rpid:user-input>"
      "<dm:note>hello</dm:note><dm:timestamp>1969-05-01T00:00:00Z</dm:timestamp></dm:person>"
      "<dm:device id='d'><rpid:user-input>idle</rpid:user-input><dm:deviceID>mac:1"
      "</dm:deviceID></dm:device></presence>");
  UllimPresenceTuple *tuple = doc->tuples->pdata[0];

  g_assert_cmpstr (doc->entity, ==, "sip:a@h");
  g_assert_cmpuint (doc->tuples->len, ==, 2);
  g_assert_cmpstr (tuple->id, ==, "t1");
  g_assert_cmpstr (tuple->device_id, ==, "mac:1");
  g_assert_cmpstr (tuple->contact, ==, "sip:a@1.2.3.4");
  g_assert_cmpint (tuple->priority, ==, 250);
  g_assert_cmpint (tuple->timestamp_us, ==, G_GINT64_CONSTANT (1777597200500000));
  g_assert_true (tuple->idle.is_idle);
  g_assert_cmpint (tuple->idle.since_us, ==, 0);
  tuple = doc->tuples->pdata[1];
  g_assert_cmpint (tuple->basic, ==, ULLIM_PRESENCE_BASIC_NONE);
  g_assert_cmpint (tuple->priority, ==, -1);
  g_assert_false (tuple->idle.is_idle);
  g_assert_cmpuint (doc->notes->len, ==, 2);
  g_assert_cmpstr (ullim_presence_doc_note (doc, "ko"), ==, "안녕");
  g_assert_cmpstr (ullim_presence_doc_note (doc, "k"), ==, "hello");
  g_assert_cmpstr (ullim_presence_doc_note (doc, NULL), ==, "hello");
  g_assert_true (doc->idle.is_idle);
  g_assert_cmpint (doc->idle.since_us, ==, G_GINT64_CONSTANT (1777593600000000));
  g_assert_cmpint (doc->timestamp_us, ==, 0);
}

static const struct {
  const char   *text;
  UllimXmlError code;
} refused[] = {
    {"<presence entity='sip:a@h'/>", ULLIM_XML_ERROR_CONTENT},
    {"<presence " NS "/>", ULLIM_XML_ERROR_CONTENT},
    {"<presence " NS " entity=''/>", ULLIM_XML_ERROR_CONTENT},
    {"<list " NS " entity='sip:a@h'/>", ULLIM_XML_ERROR_CONTENT},
    {"<presence " NS " entity='sip:a@h'>", ULLIM_XML_ERROR_SYNTAX},
    {"", ULLIM_XML_ERROR_SYNTAX},
};

static void
test_refused (void)
{
  g_autofree char *spaces = g_strnfill (ULLIM_PRESENCE_MAX_BYTES, ' ');
  g_autofree char *text =
      g_strconcat ("<presence " NS " entity='a:b'>", spaces, "</presence>", NULL);
  g_autoptr (GError) long_error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (ullim_presence_doc_parse (refused[i].text, strlen (refused[i].text), &error));
    g_assert_error (error, ULLIM_XML_ERROR, (int) refused[i].code);
  }
  g_assert_null (ullim_presence_doc_parse (text, strlen (text), &long_error));
  g_assert_error (long_error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_LIMIT);
}

static void
test_limits (void)
{
  g_autoptr (GString)          text = g_string_new ("<presence " NS " entity='sip:a@h'>");
  g_autofree char             *words = g_strnfill (ULLIM_PRESENCE_MAX_NOTE_BYTES - 1, 'x');
  g_autoptr (UllimPresenceDoc) doc = NULL;
  const char                  *note;

  for (guint i = 0; i <= ULLIM_PRESENCE_MAX_TUPLES; i++)
    g_string_append_printf (text, "<tuple id='t%u'>" OPEN "</tuple>", i);
  for (guint i = 0; i <= ULLIM_PRESENCE_MAX_NOTES; i++)
    g_string_append_printf (text, "<note xml:lang='l%u'>%s울림</note>", i, words);
  g_string_append (text, "</presence>");
  doc = parse (text->str);
  g_assert_cmpuint (doc->tuples->len, ==, ULLIM_PRESENCE_MAX_TUPLES);
  g_assert_cmpuint (doc->notes->len, ==, ULLIM_PRESENCE_MAX_NOTES);
  note = ullim_presence_doc_note (doc, NULL);
  g_assert_cmpstr (note, ==, words);
}

static void
check_written_is_read (UllimPresenceDoc *doc)
{
  g_autofree char             *text = ullim_presence_doc_to_string (doc);
  g_autoptr (UllimPresenceDoc) read = parse (text);
  g_autofree char             *again = ullim_presence_doc_to_string (read);

  g_assert_cmpstr (again, ==, text);
  g_assert_cmpint (ullim_presence_doc_basic (read), ==, ullim_presence_doc_basic (doc));
  g_assert_cmpint (ullim_presence_doc_activity (read), ==, ullim_presence_doc_activity (doc));
}

static void
test_write (void)
{
  g_autoptr (UllimPresenceDoc) doc = ullim_presence_doc_new ("sip:a&b@h");
  g_autoptr (UllimPresenceDoc) copy = NULL;
  g_autofree char             *text = NULL;
  UllimPresenceTuple          *tuple =
      ullim_presence_doc_add_tuple (doc, "7:a", ULLIM_PRESENCE_BASIC_CLOSED);

  tuple->contact = g_strdup ("sip:a@1.2.3.4");
  tuple->priority = 80;
  tuple->device_id = g_strdup ("urn:uuid:1");
  ullim_presence_doc_add_tuple (doc, "t2", ULLIM_PRESENCE_BASIC_OPEN);
  doc->activity = ULLIM_PRESENCE_ACTIVITY_DND;
  doc->timestamp_us = G_GINT64_CONSTANT (1777593600000000);
  doc->idle = (UllimPresenceIdle){TRUE, doc->timestamp_us};
  ullim_presence_doc_add_note (doc, "ko", "<회의>");
  copy = ullim_presence_doc_copy (doc);
  text = ullim_presence_doc_to_string (copy);
  g_assert_cmpstr (
      text, ==,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<presence xmlns=\"urn:ietf:params:xml:ns:pidf\""
      " xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\""
      " xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"sip:a&amp;b@h\">"
      "<tuple id=\"t2\"><status><basic>open</basic></status></tuple>"
      "<tuple id=\"t7-a\"><status><basic>closed</basic></status>"
      "<dm:deviceID>urn:uuid:1</dm:deviceID><contact priority=\"0.080\">sip:a@1.2.3.4</contact>"
      "</tuple><note xml:lang=\"ko\">&lt;회의&gt;</note><dm:person id=\"person\"><rpid:activities>"
      "<rpid:busy/><rpid:other>dnd</rpid:other></rpid:activities>"
      "<rpid:user-input since=\"2026-05-01T00:00:00Z\">idle</rpid:user-input>"
      "<dm:note xml:lang=\"ko\">&lt;회의&gt;</dm:note><dm:timestamp>2026-05-01T00:00:00Z"
      "</dm:timestamp></dm:person></presence>\n");
  check_written_is_read (doc);
}

/* What baresip looks for, byte for byte. */
static void
test_literal_readers (void)
{
  static const struct {
    UllimPresenceActivity activity;
    const char           *bytes;
  } literal[] = {
      {ULLIM_PRESENCE_ACTIVITY_AVAILABLE, "<basic>open</basic>"},
      {ULLIM_PRESENCE_ACTIVITY_AWAY, "<rpid:away/>"},
      {ULLIM_PRESENCE_ACTIVITY_VACATION, "<rpid:away/>"},
      {ULLIM_PRESENCE_ACTIVITY_BUSY, "<rpid:busy/>"},
      {ULLIM_PRESENCE_ACTIVITY_MEETING, "<rpid:busy/>"},
      {ULLIM_PRESENCE_ACTIVITY_ON_THE_PHONE, "<rpid:on-the-phone/>"},
      {ULLIM_PRESENCE_ACTIVITY_DND, "<rpid:busy/>"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (literal); i++) {
    g_autoptr (UllimPresenceDoc) doc = ullim_presence_doc_new ("sip:a@h");
    g_autofree char             *text = NULL;

    ullim_presence_doc_add_tuple (doc, "t", ULLIM_PRESENCE_BASIC_OPEN);
    doc->activity = literal[i].activity;
    text = ullim_presence_doc_to_string (doc);
    g_assert_nonnull (strstr (text, literal[i].bytes));
    check_written_is_read (doc);
  }
}

static void
test_names (void)
{
  UllimPresenceActivity activity;

  for (guint i = 0; i < ULLIM_PRESENCE_N_ACTIVITIES; i++) {
    g_assert_true (ullim_presence_activity_from_name (ullim_presence_activity_name (i), &activity));
    g_assert_cmpint (activity, ==, i);
  }
  g_assert_false (ullim_presence_activity_from_name ("Away", &activity));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/presence-doc/documents", test_documents);
  g_test_add_func ("/presence-doc/fields", test_fields);
  g_test_add_func ("/presence-doc/refused", test_refused);
  g_test_add_func ("/presence-doc/limits", test_limits);
  g_test_add_func ("/presence-doc/write", test_write);
  g_test_add_func ("/presence-doc/literal-readers", test_literal_readers);
  g_test_add_func ("/presence-doc/names", test_names);
  return g_test_run ();
}
