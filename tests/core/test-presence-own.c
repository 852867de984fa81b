/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is told of oneself: by choice, idleness and calls; and the document that says it, read back
 * as others read it.
 */
#include "presence-own.h"
#include "presence-read.h"

#define ADDRESS "sip:alice@example.org"
#define INSTANCE "urn:uuid:c2c0f4b6-6f5e-4a5c-9b3e-1d0a4f1c2b3a"
#define SINCE (G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC)

static const struct {
  UllimOwnPresence   chosen;
  gboolean           is_idle;
  guint              n_calls;
  UllimPresenceState told;
} cases[] = {
    {ULLIM_OWN_AVAILABLE, FALSE, 0, ULLIM_PRESENCE_AVAILABLE},
    {ULLIM_OWN_AVAILABLE, TRUE, 0, ULLIM_PRESENCE_AWAY},
    {ULLIM_OWN_AVAILABLE, TRUE, 1, ULLIM_PRESENCE_ON_THE_PHONE},
    {ULLIM_OWN_AWAY, FALSE, 0, ULLIM_PRESENCE_AWAY},
    {ULLIM_OWN_AWAY, FALSE, 2, ULLIM_PRESENCE_ON_THE_PHONE},
    {ULLIM_OWN_BUSY, TRUE, 0, ULLIM_PRESENCE_BUSY},
    {ULLIM_OWN_BUSY, FALSE, 1, ULLIM_PRESENCE_ON_THE_PHONE},
    {ULLIM_OWN_DND, TRUE, 1, ULLIM_PRESENCE_DND},
    {ULLIM_OWN_INVISIBLE, FALSE, 1, ULLIM_PRESENCE_OFFLINE},
};

static UllimPresence *
read_back (GBytes *document)
{
  g_autoptr (GError)           error = NULL;
  g_autoptr (UllimPresenceDoc) doc = ullim_presence_doc_parse (g_bytes_get_data (document, NULL),
                                                               g_bytes_get_size (document), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (doc->entity, ==, ADDRESS);
  g_assert_cmpuint (doc->tuples->len, ==, 1);
  g_assert_cmpstr (((UllimPresenceTuple *) doc->tuples->pdata[0])->device_id, ==, INSTANCE);
  return ullim_presence_read_doc (doc, g_get_real_time ());
}

static void
test_told (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const UllimPresenceOwn    own = {.chosen = cases[i].chosen,
                                     .note = (char *) "a <note> & more",
                                     .idle_since_us = cases[i].is_idle ? SINCE : 0,
                                     .n_calls = cases[i].n_calls,
                                     .changed_us = SINCE + G_USEC_PER_SEC};
    g_autoptr (GBytes)        document = ullim_presence_own_document (&own, ADDRESS, INSTANCE);
    g_autoptr (UllimPresence) seen = read_back (document);

    g_assert_cmpint (ullim_presence_own_told (&own), ==, cases[i].told);
    g_assert_cmpint (seen->state, ==, cases[i].told);
    g_assert_cmpint (seen->reason, ==, ULLIM_PRESENCE_REASON_NONE);
    if (cases[i].told == ULLIM_PRESENCE_OFFLINE) {
      g_assert_null (seen->note);
      g_assert_cmpint (seen->since_us, ==, 0);
    } else {
      g_assert_cmpstr (seen->note, ==, "a <note> & more");
      g_assert_cmpint (seen->since_us, ==, cases[i].is_idle ? SINCE : SINCE + G_USEC_PER_SEC);
    }
  }
}

static void
test_note (void)
{
  g_autofree char    *clean = ullim_presence_own_clean_note (" two\n lines\x07 \xff ");
  g_autofree char    *none = ullim_presence_own_clean_note (" \t ");
  g_autofree char    *null = ullim_presence_own_clean_note (NULL);
  g_autofree char    *cut = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_cmpstr (clean, ==, "two  lines  \xef\xbf\xbd");
  g_assert_null (none);
  g_assert_null (null);
  for (guint i = 0; i < 500; i++)
    g_string_append (text, "가");
  cut = ullim_presence_own_clean_note (text->str);
  g_assert_cmpuint (strlen (cut), ==, ULLIM_PRESENCE_OWN_MAX_NOTE_BYTES / 3 * 3);
  g_assert_true (g_utf8_validate (cut, -1, NULL));
}

/* The same device is told by the same tuple, another by another. */
static void
test_devices (void)
{
  const UllimPresenceOwn own = {.chosen = ULLIM_OWN_AVAILABLE, .changed_us = SINCE};
  g_autoptr (GBytes)     first = ullim_presence_own_document (&own, ADDRESS, INSTANCE);
  g_autoptr (GBytes)     again = ullim_presence_own_document (&own, ADDRESS, INSTANCE);
  g_autoptr (GBytes)     other = ullim_presence_own_document (&own, ADDRESS, "urn:uuid:other");

  g_assert_true (g_bytes_equal (first, again));
  g_assert_false (g_bytes_equal (first, other));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/presence-own/told", test_told);
  g_test_add_func ("/presence-own/note", test_note);
  g_test_add_func ("/presence-own/devices", test_devices);
  return g_test_run ();
}
