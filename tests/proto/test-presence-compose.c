/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One presence out of several devices', rule by rule.
 */
#include "presence-compose.h"

#include <string.h>

#define MAX_DEVICES 3

typedef struct {
  UllimPresenceBasic    basic;
  UllimPresenceActivity activity;
  const char           *note;
} Device;

#define OPEN ULLIM_PRESENCE_BASIC_OPEN
#define CLOSED ULLIM_PRESENCE_BASIC_CLOSED
#define AVAILABLE ULLIM_PRESENCE_ACTIVITY_AVAILABLE
#define AWAY ULLIM_PRESENCE_ACTIVITY_AWAY
#define BUSY ULLIM_PRESENCE_ACTIVITY_BUSY
#define VACATION ULLIM_PRESENCE_ACTIVITY_VACATION
#define CALL ULLIM_PRESENCE_ACTIVITY_ON_THE_PHONE
#define DND ULLIM_PRESENCE_ACTIVITY_DND

/* The first device published last. */
static const struct {
  Device devices[MAX_DEVICES];
  guint  n;
  Device result;
} cases[] = {
    {{{0}}, 0, {CLOSED, AVAILABLE, NULL}},
    {{{OPEN, BUSY, "x"}}, 1, {OPEN, BUSY, "x"}},
    {{{OPEN, AWAY, NULL}, {OPEN, AVAILABLE, NULL}}, 2, {OPEN, AVAILABLE, NULL}},
    {{{OPEN, AWAY, NULL}, {OPEN, AWAY, NULL}}, 2, {OPEN, AWAY, NULL}},
    {{{OPEN, AVAILABLE, NULL}, {OPEN, DND, NULL}, {OPEN, CALL, NULL}}, 3, {OPEN, DND, NULL}},
    {{{OPEN, AWAY, NULL}, {OPEN, CALL, NULL}}, 2, {OPEN, CALL, NULL}},
    {{{OPEN, AVAILABLE, NULL}, {OPEN, BUSY, NULL}}, 2, {OPEN, BUSY, NULL}},
    {{{CLOSED, DND, "gone"}, {OPEN, AWAY, NULL}}, 2, {OPEN, AWAY, NULL}},
    {{{CLOSED, VACATION, "sea"}, {CLOSED, AVAILABLE, NULL}}, 2, {CLOSED, VACATION, "sea"}},
    {{{OPEN, AVAILABLE, "new"}, {OPEN, AVAILABLE, "old"}}, 2, {OPEN, AVAILABLE, "new"}},
    {{{OPEN, AVAILABLE, "new"}, {OPEN, BUSY, "old"}}, 2, {OPEN, BUSY, "old"}},
    {{{OPEN, AVAILABLE, "new"}, {OPEN, BUSY, NULL}}, 2, {OPEN, BUSY, "new"}},
};

static UllimPresenceDoc *
make_doc (const Device *device)
{
  UllimPresenceDoc *doc = ullim_presence_doc_new ("sip:device@h");

  ullim_presence_doc_add_tuple (doc, "t4109", device->basic);
  doc->activity = device->activity;
  if (device->note)
    ullim_presence_doc_add_note (doc, NULL, device->note);
  return doc;
}

static void
test_rules (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) docs =
        g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_presence_doc_free);
    UllimPresenceSource          sources[MAX_DEVICES];
    g_autoptr (UllimPresenceDoc) doc = NULL;
    g_autofree char             *text = NULL;

    for (guint k = 0; k < cases[i].n; k++) {
      g_ptr_array_add (docs, make_doc (&cases[i].devices[k]));
      sources[k] = (UllimPresenceSource){docs->pdata[k], 1000 - k};
    }
    doc = ullim_presence_compose ("sip:a@h", sources, cases[i].n);
    text = ullim_presence_doc_to_string (doc);
    g_test_message ("case %u: %s", i, text);
    g_assert_cmpstr (doc->entity, ==, "sip:a@h");
    g_assert_cmpuint (doc->tuples->len, ==, MAX (cases[i].n, 1));
    g_assert_cmpint (ullim_presence_doc_basic (doc), ==, cases[i].result.basic);
    g_assert_cmpint (doc->activity, ==, cases[i].result.activity);
    g_assert_cmpstr (ullim_presence_doc_note (doc, NULL), ==, cases[i].result.note);
    g_assert_cmpint (doc->timestamp_us, ==, cases[i].n > 0 ? 1000 : 0);
  }
}

/* Devices of one make with one id stay two. */
static void
test_ids (void)
{
  Device                       device = {OPEN, AVAILABLE, NULL};
  Device                       off = {CLOSED, AVAILABLE, NULL};
  g_autoptr (UllimPresenceDoc) first = make_doc (&off);
  g_autoptr (UllimPresenceDoc) second = make_doc (&device);
  UllimPresenceSource          sources[] = {{first, 2}, {second, 1}};
  g_autoptr (UllimPresenceDoc) doc = ullim_presence_compose ("sip:a@h", sources, 2);
  UllimPresenceTuple          *tuples[] = {doc->tuples->pdata[0], doc->tuples->pdata[1]};

  g_assert_cmpstr (tuples[0]->id, ==, "t4109");
  g_assert_cmpint (tuples[0]->basic, ==, OPEN);
  g_assert_cmpstr (tuples[1]->id, ==, "t4109-2");
  g_assert_cmpint (tuples[1]->basic, ==, CLOSED);
}

static void
test_idle (void)
{
  Device                       device = {OPEN, AWAY, NULL};
  g_autoptr (UllimPresenceDoc) first = make_doc (&device);
  g_autoptr (UllimPresenceDoc) second = make_doc (&device);
  UllimPresenceSource          sources[] = {{first, 2}, {second, 1}};
  g_autoptr (UllimPresenceDoc) one_idle = NULL;
  g_autoptr (UllimPresenceDoc) both_idle = NULL;

  first->idle = (UllimPresenceIdle){TRUE, 5};
  one_idle = ullim_presence_compose ("sip:a@h", sources, 2);
  g_assert_false (one_idle->idle.is_idle);
  ((UllimPresenceTuple *) second->tuples->pdata[0])->idle = (UllimPresenceIdle){TRUE, 7};
  both_idle = ullim_presence_compose ("sip:a@h", sources, 2);
  g_assert_true (both_idle->idle.is_idle);
  g_assert_cmpint (both_idle->idle.since_us, ==, 7);
}

/* However much is published, what comes out can be read. */
static void
test_size (void)
{
  g_autofree char             *words = g_strnfill (ULLIM_PRESENCE_MAX_NOTE_BYTES - 4, 'x');
  g_autofree char             *id = g_strnfill (ULLIM_PRESENCE_MAX_ID_BYTES - 4, 'i');
  g_autoptr (UllimPresenceDoc) big = ullim_presence_doc_new ("sip:a@h");
  UllimPresenceSource          sources[] = {{big, 1}, {big, 2}, {big, 3}};
  g_autoptr (UllimPresenceDoc) doc = NULL;
  g_autoptr (UllimPresenceDoc) read = NULL;
  g_autofree char             *text = NULL;

  for (guint i = 0; i < ULLIM_PRESENCE_MAX_TUPLES; i++) {
    UllimPresenceTuple *tuple = ullim_presence_doc_add_tuple (big, id, OPEN);

    tuple->contact = g_strdup (id);
    tuple->device_id = g_strdup (id);
  }
  for (guint i = 0; i < ULLIM_PRESENCE_MAX_NOTES; i++) {
    g_autofree char *note = g_strdup_printf ("%u%s", i, words);

    ullim_presence_doc_add_note (big, NULL, note);
  }
  doc = ullim_presence_compose ("sip:a@h", sources, G_N_ELEMENTS (sources));
  g_assert_cmpuint (doc->tuples->len, ==, ULLIM_PRESENCE_MAX_COMPOSED_TUPLES);
  text = ullim_presence_doc_to_string (doc);
  read = ullim_presence_doc_parse (text, strlen (text), NULL);
  g_assert_nonnull (read);
  g_assert_cmpuint (read->tuples->len, ==, ULLIM_PRESENCE_MAX_COMPOSED_TUPLES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/presence-compose/rules", test_rules);
  g_test_add_func ("/presence-compose/ids", test_ids);
  g_test_add_func ("/presence-compose/idle", test_idle);
  g_test_add_func ("/presence-compose/size", test_size);
  return g_test_run ();
}
