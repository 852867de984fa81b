/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the wire says, as what the user is shown: nobody is offline who was not told to be.
 */
#include "presence-read.h"

#include <string.h>

#define HEAD                                                                                       \
  "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:d='urn:ietf:params:xml:ns:pidf:data-model'" \
  " xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' entity='sip:b@c'>"
#define OPEN "<tuple id='t'><status><basic>open</basic></status></tuple>"
#define CLOSED "<tuple id='t'><status><basic>closed</basic></status></tuple>"
#define DOES(what) "<d:person id='p'><r:activities>" what "</r:activities></d:person>"
#define TAIL "</presence>"
#define NOW (G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC)

static const struct {
  const char         *text;
  UllimPresenceState  state;
  UllimPresenceReason reason;
} documents[] = {
    {HEAD OPEN TAIL, ULLIM_PRESENCE_AVAILABLE, ULLIM_PRESENCE_REASON_NONE},
    {HEAD CLOSED TAIL, ULLIM_PRESENCE_OFFLINE, ULLIM_PRESENCE_REASON_NONE},
    {HEAD TAIL, ULLIM_PRESENCE_UNKNOWN, ULLIM_PRESENCE_REASON_NO_SERVICE},
    {HEAD OPEN DOES ("<r:away/>") TAIL, ULLIM_PRESENCE_AWAY, ULLIM_PRESENCE_REASON_NONE},
    {HEAD OPEN DOES ("<r:busy/>") TAIL, ULLIM_PRESENCE_BUSY, ULLIM_PRESENCE_REASON_NONE},
    {HEAD OPEN DOES ("<r:meeting/>") TAIL, ULLIM_PRESENCE_BUSY, ULLIM_PRESENCE_REASON_NONE},
    {HEAD OPEN DOES ("<r:vacation/>") TAIL, ULLIM_PRESENCE_AWAY, ULLIM_PRESENCE_REASON_NONE},
    {HEAD OPEN DOES ("<r:on-the-phone/>") TAIL, ULLIM_PRESENCE_ON_THE_PHONE,
     ULLIM_PRESENCE_REASON_NONE},
    {HEAD OPEN DOES ("<r:busy/><r:other>dnd</r:other>") TAIL, ULLIM_PRESENCE_DND,
     ULLIM_PRESENCE_REASON_NONE},
    /* Who is gone is gone, whatever they did last. */
    {HEAD CLOSED DOES ("<r:busy/>") TAIL, ULLIM_PRESENCE_OFFLINE, ULLIM_PRESENCE_REASON_NONE},
    {HEAD OPEN "<d:person id='p'><r:user-input since='2023-11-14T22:00:00Z'>idle</r:user-input>"
               "</d:person>" TAIL,
     ULLIM_PRESENCE_AWAY, ULLIM_PRESENCE_REASON_NONE},
};

static void
test_documents (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (documents); i++) {
    g_autoptr (GError)           error = NULL;
    g_autoptr (UllimPresenceDoc) doc =
        ullim_presence_doc_parse (documents[i].text, strlen (documents[i].text), &error);
    g_autoptr (UllimPresence) presence = NULL;

    g_assert_no_error (error);
    presence = ullim_presence_read_doc (doc, NOW);
    g_assert_cmpint (presence->state, ==, documents[i].state);
    g_assert_cmpint (presence->reason, ==, documents[i].reason);
    g_assert_false (presence->is_stale);
  }
}

/* Since when: of being idle, or of the document; never in the future, whatever their clock says. */
static void
test_since (void)
{
  static const struct {
    gint64 idle_us;
    gint64 told_us;
    gint64 since_us;
  } times[] = {
      {NOW - 10, NOW - 5, NOW - 10},       {0, NOW - 5, NOW - 5},   {0, 0, 0},
      {0, NOW + 99 * G_USEC_PER_SEC, NOW}, {NOW + 1, NOW - 5, NOW}, {0, -7, 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    g_autoptr (UllimPresenceDoc) doc = ullim_presence_doc_new ("sip:b@c");
    g_autoptr (UllimPresence)    presence = NULL;

    ullim_presence_doc_add_tuple (doc, "t", ULLIM_PRESENCE_BASIC_OPEN);
    doc->idle.is_idle = times[i].idle_us != 0;
    doc->idle.since_us = times[i].idle_us;
    doc->timestamp_us = times[i].told_us;
    presence = ullim_presence_read_doc (doc, NOW);
    g_assert_cmpint (presence->since_us, ==, times[i].since_us);
  }
}

static void
test_statuses (void)
{
  static const struct {
    int                 status;
    UllimPresenceReason reason;
  } statuses[] = {
      {403, ULLIM_PRESENCE_REASON_DENIED},         {603, ULLIM_PRESENCE_REASON_DENIED},
      {404, ULLIM_PRESENCE_REASON_NO_SUCH_PERSON}, {604, ULLIM_PRESENCE_REASON_NO_SUCH_PERSON},
      {405, ULLIM_PRESENCE_REASON_NO_SERVICE},     {489, ULLIM_PRESENCE_REASON_NO_SERVICE},
      {501, ULLIM_PRESENCE_REASON_NO_SERVICE},     {480, ULLIM_PRESENCE_REASON_NO_SERVICE},
      {408, ULLIM_PRESENCE_REASON_NOT_ASKED},      {503, ULLIM_PRESENCE_REASON_NOT_ASKED},
      {0, ULLIM_PRESENCE_REASON_NOT_ASKED},
  };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    g_assert_cmpint (ullim_presence_read_status (statuses[i].status), ==, statuses[i].reason);
}

static void
test_items (void)
{
  static const struct {
    UllimPresenceListState state;
    const char            *reason;
    UllimPresenceReason    expected;
  } items[] = {
      {ULLIM_PRESENCE_LIST_PENDING, NULL, ULLIM_PRESENCE_REASON_PENDING},
      {ULLIM_PRESENCE_LIST_ACTIVE, NULL, ULLIM_PRESENCE_REASON_NO_SERVICE},
      {ULLIM_PRESENCE_LIST_TERMINATED, "rejected", ULLIM_PRESENCE_REASON_DENIED},
      {ULLIM_PRESENCE_LIST_TERMINATED, "noresource", ULLIM_PRESENCE_REASON_NO_SUCH_PERSON},
      {ULLIM_PRESENCE_LIST_TERMINATED, "timeout", ULLIM_PRESENCE_REASON_NOT_ASKED},
      {ULLIM_PRESENCE_LIST_TERMINATED, NULL, ULLIM_PRESENCE_REASON_NOT_ASKED},
      {ULLIM_PRESENCE_LIST_NONE, NULL, ULLIM_PRESENCE_REASON_NOT_ASKED},
  };

  for (guint i = 0; i < G_N_ELEMENTS (items); i++) {
    const UllimPresenceListItem item = {.state = items[i].state,
                                        .reason = (char *) items[i].reason};

    g_assert_cmpint (ullim_presence_read_item (&item), ==, items[i].expected);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/presence-read/documents", test_documents);
  g_test_add_func ("/presence-read/since", test_since);
  g_test_add_func ("/presence-read/statuses", test_statuses);
  g_test_add_func ("/presence-read/items", test_items);
  return g_test_run ();
}
