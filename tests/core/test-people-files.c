/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Books as vCard files: what is exported from a book that was imported is, byte by byte, what was
 * exported before; what is there already is brought up to date without a loss.
 */
#include "people-service-private.h"
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  StoreFixture        store;
  UllimRoster        *roster;
  UllimPeopleService *people;
  guint               longest_us; /* between two turns of the main loop */
} Fixture;

typedef struct {
  guint added;
  guint changed;
  guint skipped;
} Counts;

static GAsyncResult *
wait_result (GAsyncResult **result)
{
  return support_wait_ptr ((gpointer *) result, "the address book");
}

static void
open_book (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  fixture->roster = ullim_roster_new (fixture->store.db);
  fixture->people = ullim_people_service_new ();
  ullim_people_service_load_async (fixture->people, fixture->roster, NULL, support_async_result,
                                   &result);
  g_assert_true (ullim_people_service_load_finish (fixture->people, wait_result (&result), NULL));
}

static void
close_book (Fixture *fixture)
{
  support_wait_alone (fixture->people);
  g_assert_finalize_object (g_steal_pointer (&fixture->people));
  support_wait_alone (fixture->roster);
  g_assert_finalize_object (g_steal_pointer (&fixture->roster));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  store_fixture_set_up (&fixture->store, NULL);
  open_book (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close_book (fixture);
  store_fixture_tear_down (&fixture->store, NULL);
}

/* Another profile, with nobody in it. */
static void
start_empty (Fixture *fixture)
{
  static guint number;

  close_book (fixture);
  store_fixture_close (&fixture->store);
  g_free (fixture->store.path);
  fixture->store.path = g_strdup_printf ("%s/%u.db", fixture->store.folder, ++number);
  store_fixture_reopen (&fixture->store);
  open_book (fixture);
}

static GFile *
file_named (Fixture *fixture, const char *name)
{
  return g_file_new_build_filename (fixture->store.folder, name, NULL);
}

static UllimContactList *
contacts_of (Fixture *fixture)
{
  return ullim_people_service_get_contacts (fixture->people);
}

static guint
count (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (contacts_of (fixture)));
}

static gboolean
import_file (Fixture *fixture, GFile *file, Counts *counts, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ullim_people_service_import_async (fixture->people, file, NULL, support_async_result, &result);
  return ullim_people_service_import_finish (fixture->people, wait_result (&result), &counts->added,
                                             &counts->changed, &counts->skipped, error);
}

static Counts
import (Fixture *fixture, const char *text)
{
  g_autoptr (GFile)  file = file_named (fixture, "in.vcf");
  g_autoptr (GError) error = NULL;
  Counts             counts;

  g_file_set_contents (g_file_peek_path (file), text, -1, &error);
  g_assert_no_error (error);
  g_assert_true (import_file (fixture, file, &counts, &error));
  g_assert_no_error (error);
  return counts;
}

static char *export(Fixture *fixture, GPtrArray *contacts)
{
  g_autoptr (GFile)        file = file_named (fixture, "out.vcf");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  char                    *text = NULL;

  ullim_people_service_export_async (fixture->people, contacts, file, NULL, support_async_result,
                                     &result);
  g_assert_true (
      ullim_people_service_export_finish (fixture->people, wait_result (&result), &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (g_file_peek_path (file), &text, NULL, NULL));
  return text;
}

#define assert_counts(counts, n_added, n_changed, n_skipped)                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    Counts counts_ = counts;                                                                       \
    g_assert_cmpuint (counts_.added, ==, n_added);                                                 \
    g_assert_cmpuint (counts_.changed, ==, n_changed);                                             \
    g_assert_cmpuint (counts_.skipped, ==, n_skipped);                                             \
  }                                                                                                \
  G_STMT_END

/* 4.0 and 3.0, foreign and repeated properties, labels, a picture, nobody's address, a shared
 * number, a name in Korean, no UID, no name. */
static const char book[] =
    "BEGIN:VCARD\r\nVERSION:4.0\r\nPRODID:-//Another//EN\r\nUID:urn:uuid:one\r\nFN:홍길동\r\n"
    "N:홍;길동;;;\r\nIMPP;PREF=1:sip:hong@example.org\r\nitem1.TEL;TYPE=home:+82-2-1\r\n"
    "item1.X-ABLABEL:집\r\nCATEGORIES:친구,Work\r\nNOTE:one\\, two\\nthree\r\n"
    "PHOTO:data:image/"
    "png;base64,iVBORw0KGgo=\r\nX-FOREIGN;X-P=\"a;b\":some\\;thing\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nN:A;Ann;;;\nTEL;TYPE=CELL,VOICE:+82-2-1\nX-SIP:ann@h\n"
    "EMAIL;TYPE=INTERNET:ann@example.org\nREV:2020-01-02T03:04:05Z\nEND:VCARD\n"
    "BEGIN:VCARD\r\nVERSION:4.0\r\nEMAIL:only@example.org\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:4.0\r\nIMPP:sip:nameless@h\r\nX-ULLIM-FAVOURITE:1\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nFN:Choir\r\nMEMBER:urn:uuid:one\r\nEND:VCARD\r\n";

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  UllimContact    *hong;

  assert_counts (import (fixture, book), 5, 0, 0);
  g_assert_cmpuint (count (fixture), ==, 5);
  hong = ullim_contact_list_find_uid (contacts_of (fixture), "urn:uuid:one");
  g_assert_cmpstr (ullim_contact_get_display_name (hong), ==, "홍길동");
  g_assert_true (ullim_contact_is_in_group (hong, "친구"));
  g_assert_true (ullim_contact_get_data (hong)->has_photo);
  g_assert_true (
      ullim_contact_get_data (ullim_contact_list_find (contacts_of (fixture), "nameless@h"))
          ->is_favourite);
  g_assert_cmpstr (
      ullim_contact_get_display_name (ullim_contact_list_find (contacts_of (fixture), "ann@h")), ==,
      "Ann");
  first = export(fixture, NULL);
  g_assert_nonnull (strstr (first, "X-FOREIGN;X-P=\"a;b\":some\\;thing\r\n"));
  g_assert_nonnull (strstr (first, "item1.X-ABLABEL:집\r\n"));
  g_assert_nonnull (strstr (first, "MEMBER:urn:uuid:one\r\n"));

  start_empty (fixture);
  assert_counts (import (fixture, first), 5, 0, 0);
  second = export(fixture, NULL);
  g_assert_cmpstr (first, ==, second);

  /* The files that made it say nothing new, with or without UIDs. */
  assert_counts (import (fixture, first), 0, 0, 0);
  assert_counts (import (fixture, book), 0, 0, 0);
  g_assert_cmpuint (count (fixture), ==, 5);
}

static void
test_merge (Fixture *fixture, gconstpointer data)
{
  UllimContact    *ann;
  g_autofree char *text = NULL;

  assert_counts (import (fixture, "BEGIN:VCARD\nVERSION:4.0\nUID:1\nFN:Ann\nIMPP:sip:ann@h\n"
                                  "TEL:+821\nCATEGORIES:Work\nX-A:1\nEND:VCARD\n"),
                 1, 0, 0);
  ann = ullim_contact_list_find (contacts_of (fixture), "ann@h");
  /* The same address: what is new is added. Only the same number: somebody else. */
  assert_counts (import (fixture,
                         "BEGIN:VCARD\nVERSION:4.0\nUID:2\nFN:Annie\nIMPP:sips:ann@H\nX-B:2\n"
                         "CATEGORIES:Choir\nEND:VCARD\n"
                         "BEGIN:VCARD\nVERSION:4.0\nUID:3\nFN:Dan\nTEL:+821\nEND:VCARD\n"
                         "BEGIN:VCARD\nVERSION:4.0\nUID:4\nFN:ANN\nTEL:+821\nX-C:3\nEND:VCARD\n"),
                 1, 1, 0);
  g_assert_cmpstr (ullim_contact_get_display_name (ann), ==, "Ann");
  g_assert_true (ullim_contact_is_in_group (ann, "Work"));
  g_assert_true (ullim_contact_is_in_group (ann, "Choir"));
  /* The same card: it is brought up to date. */
  assert_counts (import (fixture, "BEGIN:VCARD\nVERSION:4.0\nUID:1\nFN:Anna\nEND:VCARD\n"), 0, 1,
                 0);
  g_assert_cmpstr (ullim_contact_get_display_name (ann), ==, "Anna");
  text = export(fixture, NULL);
  g_assert_cmpstr (
      text, ==,
      "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:1\r\nFN:Anna\r\nIMPP:sip:ann@h\r\nTEL:+821\r\n"
      "CATEGORIES:Work,Choir\r\nX-A:1\r\nX-B:2\r\nX-C:3\r\nEND:VCARD\r\n"
      "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:3\r\nFN:Dan\r\nTEL:+821\r\nEND:VCARD\r\n");
}

/* One person twice in a file; and a card that cannot be read. */
static void
test_odd (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) long_card = g_string_new ("BEGIN:VCARD\nVERSION:4.0\nFN:Long\nNOTE:");
  g_autofree char    *nobody = NULL;

  assert_counts (import (fixture, "BEGIN:VCARD\nVERSION:4.0\nUID:1\nFN:A\nIMPP:sip:a@h\nEND:VCARD\n"
                                  "BEGIN:VCARD\nVERSION:4.0\nUID:1\nFN:A\nTEL:+1\nEND:VCARD\n"
                                  "BEGIN:VCARD\nVERSION:4.0\nUID:2\nFN:B\nno colon\n"),
                 1, 0, 1);
  g_assert_true (ullim_contact_list_find (contacts_of (fixture), "a@h") ==
                 ullim_contact_list_find (contacts_of (fixture), "tel:+1"));
  for (guint i = 0; i < ULLIM_ROSTER_MAX_CARD_BYTES; i += 8)
    g_string_append (long_card, "12345678");
  g_string_append (long_card, "\nEND:VCARD\n");
  assert_counts (import (fixture, long_card->str), 0, 0, 1);
  g_assert_cmpuint (count (fixture), ==, 1);
}

/* What would make a person too long for the book is left out; the others of the file are not. */
static void
test_too_long (Fixture *fixture, gconstpointer data)
{
  g_autofree char *filler = g_strnfill (ULLIM_ROSTER_MAX_CARD_BYTES * 2 / 3, 'x');
  g_autofree char *first =
      g_strconcat ("BEGIN:VCARD\nVERSION:4.0\nUID:1\nFN:A\nX-A:", filler, "\nEND:VCARD\n", NULL);
  g_autofree char *second =
      g_strconcat ("BEGIN:VCARD\nVERSION:4.0\nUID:1\nFN:B\nX-B:", filler,
                   "\nEND:VCARD\nBEGIN:VCARD\nVERSION:4.0\nUID:2\nFN:C\nEND:VCARD\n", NULL);

  assert_counts (import (fixture, first), 1, 0, 0);
  assert_counts (import (fixture, second), 1, 0, 0);
  g_assert_cmpstr (
      ullim_contact_get_display_name (ullim_contact_list_find_uid (contacts_of (fixture), "1")), ==,
      "A");
}

/* A picture that is too large gives way; the person does not. */
static void
test_large_photo (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *bytes = g_malloc0 (ULLIM_ROSTER_MAX_CARD_BYTES);
  g_autofree char   *encoded = g_base64_encode (bytes, ULLIM_ROSTER_MAX_CARD_BYTES);
  g_autofree char   *card = g_strconcat ("BEGIN:VCARD\nVERSION:4.0\nUID:1\nFN:A\nIMPP:sip:a@h\n"
                                           "PHOTO:data:image/jpeg;base64,",
                                         encoded, "\nEND:VCARD\n", NULL);

  assert_counts (import (fixture, card), 1, 0, 0);
  g_assert_false (
      ullim_contact_get_data (ullim_contact_list_find_id (contacts_of (fixture), 1))->has_photo);
}

static void
test_chosen (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();
  g_autofree char      *text = NULL;

  import (fixture, book);
  g_ptr_array_add (chosen, ullim_contact_list_find (contacts_of (fixture), "nameless@h"));
  text = export(fixture, chosen);
  g_assert_true (g_str_has_prefix (text, "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:sip:nameless@h\r\n"));
  g_assert_null (strstr (text + 1, "BEGIN:VCARD"));
}

static void
test_errors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile)        none = file_named (fixture, "absent.vcf");
  g_autoptr (GFile)        text = file_named (fixture, "text.vcf");
  g_autoptr (GFile)        nowhere = file_named (fixture, "absent/out.vcf");
  g_autoptr (GError)       absent_error = NULL;
  g_autoptr (GError)       type_error = NULL;
  g_autoptr (GError)       write_error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  Counts                   counts;

  g_assert_false (import_file (fixture, none, &counts, &absent_error));
  g_assert_error (absent_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_file_set_contents (g_file_peek_path (text), "no card at all\n", -1, NULL);
  g_assert_false (import_file (fixture, text, &counts, &type_error));
  g_assert_error (type_error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_FILE_TYPE);
  ullim_people_service_export_async (fixture->people, NULL, nowhere, NULL, support_async_result,
                                     &result);
  g_assert_false (
      ullim_people_service_export_finish (fixture->people, wait_result (&result), &write_error));
  g_assert_error (write_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static char *
make_large_book (guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text,
                            "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:%08x\r\nFN:Person %u\r\n"
                            "IMPP:sip:p%u@example.org\r\nTEL:+82-2-%u\r\nCATEGORIES:G%u\r\n"
                            "ADR:;;Street %u;Town;;;\r\nEND:VCARD\r\n",
                            i, i, i, i, i % 20, i);
  return g_string_free (text, FALSE);
}

/* Given up, an export leaves the file that was there, and none where there was none. */
static void
test_given_up (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = {"old.vcf", "new.vcf"};
  g_autofree char         *large = make_large_book (500);

  import (fixture, large);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GFile)        file = file_named (fixture, names[i]);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError)       error = NULL;
    g_autofree char         *left = NULL;

    if (i == 0)
      g_file_set_contents (g_file_peek_path (file), "old", -1, NULL);
    ullim_people_service_export_async (fixture->people, NULL, file, cancellable,
                                       support_async_result, &result);
    g_cancellable_cancel (cancellable);
    g_assert_false (
        ullim_people_service_export_finish (fixture->people, wait_result (&result), &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_file_get_contents (g_file_peek_path (file), &left, NULL, NULL);
    g_assert_cmpstr (left, ==, i == 0 ? "old" : NULL);
  }
}

static void
on_progress (UllimPeopleService *people, guint done, guint total, guint *last)
{
  g_assert_cmpuint (done, <=, total);
  *last = done;
}

static gboolean
on_turn (gpointer data)
{
  static gint64 last_us;
  guint        *longest_us = data;
  gint64        now_us = g_get_monotonic_time ();

  if (last_us)
    *longest_us = MAX (*longest_us, (guint) (now_us - last_us));
  last_us = now_us;
  return G_SOURCE_CONTINUE;
}

static void
test_ten_thousand (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = make_large_book (10000);
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  guint            source = g_timeout_add (1, on_turn, &fixture->longest_us);
  gint64           start = g_get_monotonic_time ();
  guint            done = 0;

  g_signal_connect (fixture->people, "import-progress", G_CALLBACK (on_progress), &done);
  assert_counts (import (fixture, large), 10000, 0, 0);
  g_test_message ("import: %.0f ms, the main loop held %.1f ms at most",
                  (double) (g_get_monotonic_time () - start) / 1000.0,
                  (double) fixture->longest_us / 1000.0);
  g_assert_cmpuint (done, ==, 10000);
  start = g_get_monotonic_time ();
  text = export(fixture, NULL);
  g_test_message ("export: %.0f ms", (double) (g_get_monotonic_time () - start) / 1000.0);
  g_assert_cmpstr (text, ==, large);
  fixture->longest_us = 0;
  start = g_get_monotonic_time ();
  close_book (fixture);
  store_fixture_close (&fixture->store);
  store_fixture_reopen (&fixture->store);
  open_book (fixture);
  g_test_message ("load: %.0f ms, the main loop held %.1f ms at most",
                  (double) (g_get_monotonic_time () - start) / 1000.0,
                  (double) fixture->longest_us / 1000.0);
  g_assert_cmpuint (count (fixture), ==, 10000);
  g_source_remove (source);
  start = g_get_monotonic_time ();
  assert_counts (import (fixture, large), 0, 0, 0);
  g_test_message ("the same again: %.0f ms", (double) (g_get_monotonic_time () - start) / 1000.0);
  again = export(fixture, NULL);
  g_assert_cmpstr (again, ==, large);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)
  ADD ("/people-files/round-trip", test_round_trip);
  ADD ("/people-files/merge", test_merge);
  ADD ("/people-files/odd", test_odd);
  ADD ("/people-files/too-long", test_too_long);
  ADD ("/people-files/large-photo", test_large_photo);
  ADD ("/people-files/chosen", test_chosen);
  ADD ("/people-files/errors", test_errors);
  ADD ("/people-files/given-up", test_given_up);
  ADD ("/people-files/ten-thousand", test_ten_thousand);
  return g_test_run ();
}
