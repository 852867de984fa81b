/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The address book as resource lists: merged from every pair of versions, and what comes of it.
 */
#include "people-lists.h"

#include <string.h>

#define HEAD "<resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\">"
#define TAIL "</resource-lists>"
#define ENTRY(name) "<entry uri=\"sip:" name "@h\"/>"

/* "bob friends,work;carol": people, each with one address, which is their name, and their groups.
 */
static GPtrArray *
make_people (const char *text)
{
  GPtrArray *people = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_listed_person_free);
  g_auto (GStrv) parts = g_strsplit (text, ";", -1);

  for (guint i = 0; parts[i] && *parts[i]; i++) {
    g_auto (GStrv)     words = g_strsplit (parts[i], " ", 2);
    g_auto (GStrv)     groups = g_strsplit (words[1] ? words[1] : "", ",", -1);
    g_autofree char   *uid = g_strconcat ("uid-", words[0], NULL);
    UllimListedPerson *person;

    person = ullim_listed_person_new (uid, words[0]);
    g_ptr_array_add (person->uris, g_strconcat ("sip:", words[0], "@h", NULL));
    g_ptr_array_add (person->keys, g_strconcat (words[0], "@h", NULL));
    for (guint j = 0; groups[j]; j++)
      g_ptr_array_add (person->groups, g_strdup (groups[j]));
    g_ptr_array_add (people, person);
  }
  return people;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* "+dave@h friends" is new, "-bob@h" is gone, "~carol@h +work -friends" changed; in order. */
static char *
describe (GPtrArray *changes)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  GString              *out = g_string_new (NULL);

  for (guint i = 0; i < changes->len; i++) {
    const UllimListChange *change = changes->pdata[i];
    GString               *line = g_string_new (change->is_gone ? "-" : change->uri ? "+" : "~");

    g_string_append (line, change->key);
    for (guint j = 0; j < change->joined->len; j++)
      g_string_append_printf (line, " +%s", (char *) change->joined->pdata[j]);
    for (guint j = 0; j < change->left->len; j++)
      g_string_append_printf (line, " -%s", (char *) change->left->pdata[j]);
    g_ptr_array_add (lines, g_string_free (line, FALSE));
  }
  g_ptr_array_sort (lines, compare_texts);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (out, "%s%s", i ? ";" : "", (char *) lines->pdata[i]);
  return g_string_free (out, FALSE);
}

static char *
merge (const char *people, const char *base, const char *theirs, char **described)
{
  g_autoptr (GPtrArray) listed = make_people (people);
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError)    error = NULL;
  char                 *merged = ullim_people_lists_merge (listed, base, theirs, &changes, &error);

  g_assert_no_error (error);
  *described = describe (changes);
  return merged;
}

/* The document of @people, begun or continued from @base. */
static char *
document_of (const char *people, const char *base)
{
  g_autofree char *described = NULL;
  char            *document = merge (people, base, base, &described);

  g_assert_cmpstr (described, ==, "");
  return document;
}

static void
test_merges (void)
{
  static const struct {
    const char *base;
    const char *ours;
    const char *theirs;
    const char *changes; /* here */
    const char *merged;  /* people that the document has then */
  } cases[] = {
      {"bob", "bob", "bob", "", "bob"},
      {"bob", "bob", "bob;carol", "+carol@h", "bob;carol"},
      {"bob", "bob;dave", "bob;carol", "+carol@h", "bob;carol;dave"},
      {"bob;carol", "bob", "bob;carol", "", "bob"},
      {"bob;carol", "bob;carol", "carol", "-bob@h", "carol"},
      {"bob;carol", "carol", "bob", "-carol@h", ""},
      {"bob", "bob friends", "bob", "", "bob friends"},
      {"bob", "bob", "bob friends", "~bob@h +friends", "bob friends"},
      {"bob friends", "bob friends,work", "bob", "~bob@h -friends", "bob work"},
      {"bob", "bob a", "bob b", "~bob@h +b", "bob a,b"},
      {"bob a;carol a", "carol a", "bob a;carol a;dave a", "+dave@h +a", "carol a;dave a"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *base = document_of (cases[i].base, NULL);
    g_autofree char *theirs = document_of (cases[i].theirs, base);
    g_autofree char *described = NULL;
    g_autofree char *merged = merge (cases[i].ours, base, theirs, &described);
    g_autofree char *expected = document_of (cases[i].merged, merged);

    g_test_message ("%s | %s | %s", cases[i].base, cases[i].ours, cases[i].theirs);
    g_assert_cmpstr (described, ==, cases[i].changes);
    /* Whoever has these people finds nothing to change in it. */
    g_assert_cmpstr (expected, ==, merged);
  }
}

static void
test_first_meeting (void)
{
  g_autofree char *theirs = document_of ("carol work", NULL);
  g_autofree char *described = NULL;
  g_autofree char *merged = merge ("bob", NULL, theirs, &described);
  g_autofree char *both = document_of ("bob;carol work", merged);

  g_assert_cmpstr (described, ==, "+carol@h +work");
  g_assert_cmpstr (both, ==, merged);
}

static void
test_nothing_to_keep (void)
{
  g_autofree char *described = NULL;
  g_autofree char *merged = merge ("", NULL, NULL, &described);

  g_assert_null (merged);
  g_assert_cmpstr (described, ==, "");
}

/* A document that was begun anew, by whomever, takes nobody away. */
static void
test_begun_anew (void)
{
  g_autofree char *base = document_of ("bob;carol", NULL);
  g_autofree char *theirs = document_of ("dave", NULL);
  g_autofree char *described = NULL;
  g_autofree char *merged = merge ("bob;carol", base, theirs, &described);

  g_assert_cmpstr (described, ==, "+dave@h");
  g_assert_nonnull (strstr (merged, "sip:bob@h"));
  g_assert_nonnull (strstr (merged, "sip:carol@h"));
}

static void
test_what_others_wrote_stays (void)
{
  static const char theirs[] = HEAD "<list name=\"a\" "
                                    "xmlns:x=\"urn:x\"><display-name>Friends</display-name>" ENTRY (
                                        "bob") "<entry uri=\"http://h/other\"/><list "
                                               "name=\"inner\">" ENTRY ("carol") "</list><x:own>1</"
                                                                                 "x:own></"
                                                                                 "list>" TAIL;
  g_autofree char *described = NULL;
  g_autofree char *merged = merge ("dave Friends", NULL, theirs, &described);

  g_assert_cmpstr (described, ==, "+bob@h +Friends;+carol@h +inner");
  g_assert_nonnull (strstr (merged, "http://h/other"));
  g_assert_nonnull (strstr (merged, ">1</own>"));
  g_assert_nonnull (strstr (merged, "sip:dave@h"));
  g_clear_pointer (&described, g_free);
  /* And when bob leaves, only he does. */
  {
    g_autofree char *next = merge ("dave Friends;carol inner", merged, merged, &described);

    g_assert_cmpstr (described, ==, "");
    g_assert_null (strstr (next, "sip:bob@h"));
    g_assert_nonnull (strstr (next, "http://h/other"));
  }
}

static void
test_several_addresses (void)
{
  g_autoptr (GPtrArray)  people = make_people ("bob");
  g_autoptr (GPtrArray)  changes = NULL;
  UllimListedPerson     *bob = people->pdata[0];
  g_autofree char       *document = NULL;
  g_autofree char       *same = NULL;
  const UllimListChange *change;

  g_ptr_array_add (bob->uris, g_strdup ("tel:+8210"));
  g_ptr_array_add (bob->keys, g_strdup ("tel:+8210"));
  document = ullim_people_lists_merge (people, NULL, NULL, &changes, NULL);
  g_clear_pointer (&changes, g_ptr_array_unref);
  g_ptr_array_set_size (people, 0);
  same = ullim_people_lists_merge (people, NULL, document, &changes, NULL);
  g_assert_cmpstr (same, ==, document);
  g_assert_cmpuint (changes->len, ==, 2);
  for (guint i = 0; i < 2; i++) {
    change = changes->pdata[i];
    g_assert_cmpuint (change->uids->len, ==, 1);
    g_assert_cmpstr (change->uids->pdata[0], ==, "uid-bob");
    g_assert_cmpstr (change->name, ==, "bob");
  }
}

static void
test_damage (void)
{
  g_autoptr (GPtrArray) people = make_people ("bob");
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError)    error = NULL;
  g_autofree char      *theirs = document_of ("bob", NULL);
  g_autofree char      *merged = NULL;

  g_assert_null (ullim_people_lists_merge (people, NULL, "<no", &changes, &error));
  g_assert_error (error, ULLIM_XML_ERROR, (gint) ULLIM_XML_ERROR_SYNTAX);
  g_assert_null (changes);
  /* What was stored here does not matter so much. */
  merged = ullim_people_lists_merge (people, "<no", theirs, &changes, NULL);
  g_assert_cmpstr (merged, ==, theirs);
}

static void
test_many (void)
{
  GString         *text = g_string_new (NULL);
  g_autofree char *document = NULL;
  g_autofree char *described = NULL;
  g_autofree char *merged = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (text, "p%u g%u;", i, i % 20);
  document = document_of (text->str, NULL);
  g_string_append (text, "one-more");
  g_test_timer_start ();
  merged = merge (text->str, document, document, &described);
  g_test_message ("merged ten thousand in %.0f ms", g_test_timer_elapsed () * 1000);
  g_assert_cmpstr (described, ==, "");
  g_assert_nonnull (strstr (merged, "sip:one-more@h"));
  g_string_free (text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/people-lists/merges", test_merges);
  g_test_add_func ("/people-lists/first-meeting", test_first_meeting);
  g_test_add_func ("/people-lists/nothing-to-keep", test_nothing_to_keep);
  g_test_add_func ("/people-lists/begun-anew", test_begun_anew);
  g_test_add_func ("/people-lists/others", test_what_others_wrote_stays);
  g_test_add_func ("/people-lists/several-addresses", test_several_addresses);
  g_test_add_func ("/people-lists/damage", test_damage);
  g_test_add_func ("/people-lists/many", test_many);
  return g_test_run ();
}
