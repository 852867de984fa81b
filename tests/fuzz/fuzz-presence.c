/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presence documents and patches of one: what was read is written and read the same, alone and
 * composed with another.
 */
#include "fuzz.h"
#include "presence-compose.h"
#include "presence-partial.h"

#include <string.h>

static const char full[] =
    "<p:pidf-full xmlns='urn:ietf:params:xml:ns:pidf' xmlns:p='urn:ietf:params:xml:ns:pidf-diff'"
    " entity='sip:a@h' version='1'><tuple id='t1'><status><basic>open</basic></status>"
    "<contact priority='0.8'>sip:a@h</contact></tuple><tuple id='t2'><status><basic>closed</basic>"
    "</status></tuple><note xml:lang='en'>words</note></p:pidf-full>";

static void
check_same (const UllimPresenceDoc *doc)
{
  g_autofree char             *text = ullim_presence_doc_to_string (doc);
  g_autoptr (GError)           error = NULL;
  g_autoptr (UllimPresenceDoc) read = ullim_presence_doc_parse (text, strlen (text), &error);
  g_autofree char             *again = NULL;

  /* Escapes may make it longer than what was read. */
  if (g_error_matches (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_LIMIT))
    return;
  g_assert_no_error (error);
  again = ullim_presence_doc_to_string (read);
  g_assert_cmpstr (again, ==, text);
  g_assert_cmpint (ullim_presence_doc_basic (read), ==, ullim_presence_doc_basic (doc));
  g_assert_cmpint (ullim_presence_doc_activity (read), ==, ullim_presence_doc_activity (doc));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError)           error = NULL;
  g_autoptr (UllimPresenceDoc) doc = ullim_presence_doc_parse ((const char *) data, size, &error);
  g_autoptr (UllimPresencePartial) partial = ullim_presence_partial_new ();
  g_autoptr (UllimPresenceDoc)     patched = NULL;

  g_assert_true (!doc == !!error);
  g_assert_true (ullim_presence_partial_update (partial, full, strlen (full), NULL));
  ullim_presence_partial_update (partial, (const char *) data, size, NULL);
  patched = ullim_presence_partial_get_doc (partial);
  g_assert_nonnull (patched);
  check_same (patched);
  if (doc) {
    UllimPresenceSource          sources[] = {{doc, 2}, {patched, 1}};
    g_autoptr (UllimPresenceDoc) composed = ullim_presence_compose ("sip:a@h", sources, 2);

    check_same (doc);
    check_same (composed);
  }
  return 0;
}
