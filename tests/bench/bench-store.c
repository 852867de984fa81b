/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How fast the history is with 10,000 conversations and 1,000,000 messages, one conversation
 * holding 100,000 of them. Prints a table; fails where a figure is over its limit.
 */
#include <glib/gstdio.h>
#include <stdlib.h>

#include "bench-text.h"
#include "store-fixture.h"

#define N_CONVERSATIONS 10000
#define N_MESSAGES 1000000
#define LONG_CONVERSATION 1
#define PAGE 100
#define HITS 50

/* Limits, ms: of the median, but for the search. */
#define MAX_LOAD_MS 30
#define MAX_PAGE_MS 10
#define MAX_SEARCH_P99_MS 50

/* Limits that hold on any machine: searching against reading all texts once, and messages that
 * wait together against one after the other. */
#define MAX_SEARCH_RATIO 0.2
#define MIN_GROUP_RATIO 2.0

typedef struct {
  StoreFixture store;
  BenchText   *text;
  double       scan_ms; /* reading all texts once */
  gboolean     failed;
} Bench;

static void
run_command (const char *program, const char *first, const char *second, const char *third)
{
  const char        *argv[] = {program, first, second, third, NULL};
  g_autoptr (GError) error = NULL;
  int                status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN,
                NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
}

/* The large history is made once for each build folder; each run has a copy, because it adds to it.
 * The copy is on the same disk: its commits are what is measured. */
static char *
prepare_folder (void)
{
  g_autofree char *made = g_test_build_filename (G_TEST_BUILT, "bench-history", NULL);
  g_autofree char *part = g_strconcat (made, ".part", NULL);
  char            *copy = g_strconcat (made, ".copy", NULL);

  if (!g_file_test (made, G_FILE_TEST_IS_DIR)) {
    g_print ("making %d messages...\n", N_MESSAGES);
    run_command ("rm", "-rf", part, NULL);
    run_command (g_getenv ("MAKE_HISTORY"), part, G_STRINGIFY (N_CONVERSATIONS),
                 G_STRINGIFY (N_MESSAGES));
    g_assert_cmpint (g_rename (part, made), ==, 0);
  }
  run_command ("rm", "-rf", copy, NULL);
  run_command ("cp", "-r", made, copy);
  return copy;
}

static double
ms_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1000.0;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
percentile (GArray *sorted, guint percent)
{
  return g_array_index (sorted, double, (sorted->len - 1) * percent / 100);
}

/* @limit: of the percentile @limited, ms; 0 for none. Sorts @times. */
static void
report (Bench *bench, const char *what, GArray *times, guint limited, double limit)
{
  gboolean over;

  g_array_sort (times, compare_doubles);
  over = limit > 0 && percentile (times, limited) > limit;
  g_print ("%-44s %6u %9.2f %9.2f %9.2f%s\n", what, times->len, percentile (times, 50),
           percentile (times, 99), percentile (times, 100), over ? "  OVER ITS LIMIT" : "");
  if (over)
    bench->failed = TRUE;
}

static void
report_ratio (Bench *bench, const char *what, double ratio, gboolean holds)
{
  g_print ("%-44s %16.2f%s\n", what, ratio, holds ? "" : "  OVER ITS LIMIT");
  if (!holds)
    bench->failed = TRUE;
}

/* What a search without an index would take: the yardstick of this machine. */
static void
bench_scan (Bench *bench)
{
  gint64 start = g_get_monotonic_time ();

  store_execute (bench->store.path, "SELECT count (*) FROM message WHERE text LIKE '%zxqvkj%'");
  bench->scan_ms = ms_since (start);
  g_print ("%-44s %16.2f\n", "read all texts once (LIKE), ms", bench->scan_ms);
}

static void
bench_load (Bench *bench)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < 20; i++) {
    gint64                start = g_get_monotonic_time ();
    g_autoptr (GPtrArray) rows = store_conversations (bench->store.history);
    double                ms = ms_since (start);

    g_assert_cmpuint (rows->len, ==, N_CONVERSATIONS);
    g_array_append_val (times, ms);
  }
  report (bench, "load 10,000 conversations", times, 50, MAX_LOAD_MS);
}

static void
bench_pages (Bench *bench)
{
  g_autoptr (GArray) newest = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) back = g_array_new (FALSE, FALSE, sizeof (double));
  gint64             before = 0;

  for (guint i = 0; i < 200; i++) {
    gint64                start = g_get_monotonic_time ();
    g_autoptr (GPtrArray) rows = store_page (bench->store.history, 1 + i * 37, 0, 0, PAGE, NULL);
    double                ms = ms_since (start);

    g_assert_cmpuint (rows->len, >, 0);
    g_array_append_val (newest, ms);
  }
  for (guint i = 0; i < 1000; i++) {
    gint64                start = g_get_monotonic_time ();
    g_autoptr (GPtrArray) rows =
        store_page (bench->store.history, LONG_CONVERSATION, before, 0, PAGE, NULL);
    double ms = ms_since (start);

    g_assert_cmpuint (rows->len, ==, PAGE);
    before = ((UllimMessageRow *) rows->pdata[0])->id;
    g_array_append_val (back, ms);
  }
  report (bench, "open a conversation: its newest 100", newest, 50, MAX_PAGE_MS);
  report (bench, "page back by 100 through 100,000", back, 50, MAX_PAGE_MS);
}

typedef char *(*MakeQuery) (Bench *bench);

static char *
frequent_korean (Bench *bench)
{
  const char *word;

  do
    word = bench_text_korean (bench->text, bench_text_random (bench->text, 100));
  while (g_utf8_strlen (word, -1) < 2);
  return g_strdup (word);
}

static char *
middling_korean (Bench *bench)
{
  return g_strdup (bench_text_korean (bench->text, 100 + bench_text_random (bench->text, 3000)));
}

static char *
rare_korean (Bench *bench)
{
  return g_strdup (bench_text_korean (bench->text, 10000 + bench_text_random (bench->text, 20000)));
}

static char *
one_syllable (Bench *bench)
{
  g_autofree char *word = middling_korean (bench);

  return g_utf8_substring (word, 0, 1);
}

static char *
english_part (Bench *bench)
{
  const char *word;

  do
    word = bench_text_english (bench->text, bench_text_random (bench->text, 3000));
  while (strlen (word) < 3);
  return g_strndup (word, 3);
}

static char *
two_letters (Bench *bench)
{
  g_autofree char *part = english_part (bench);

  return g_strndup (part, 2);
}

static char *
rare_english (Bench *bench)
{
  return g_strdup (bench_text_english (bench->text, 5000 + bench_text_random (bench->text, 25000)));
}

static char *
laughter (Bench *bench)
{
  guint               n = 2 + bench_text_random (bench->text, 18);
  g_autoptr (GString) text = g_string_new (NULL);

  while (n-- > 0)
    g_string_append (text, "ㅋ");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
several_words (Bench *bench)
{
  g_autofree char *first = frequent_korean (bench);
  g_autofree char *second = middling_korean (bench);
  g_autofree char *third = english_part (bench);

  return g_strjoin (" ", first, second, bench_text_random (bench->text, 2) ? third : NULL, NULL);
}

static char *
no_hit (Bench *bench)
{
  static const char *const nothing[] = {"뷁쉛", "zxqvkj", "뷁", "회의뷁", "theqzx", "오늘 zxqvkj"};

  return g_strdup (nothing[bench_text_random (bench->text, G_N_ELEMENTS (nothing))]);
}

static double
search_once (Bench *bench, const char *query, gint64 conversation_id, gint64 *before)
{
  gint64                start = g_get_monotonic_time ();
  g_autoptr (GPtrArray) rows =
      store_search (bench->store.history, query, conversation_id, *before, HITS);
  double ms = ms_since (start);

  *before = rows->len > 0 ? ((UllimMessageRow *) rows->pdata[rows->len - 1])->id : 1;
  if (g_getenv ("BENCH_VERBOSE") && ms > 20)
    g_print ("    %.1f ms: %s in %d: %u\n", ms, query, (int) conversation_id, rows->len);
  return ms;
}

/* Each query with its first and second page of hits; all of them also go into @all. */
static void
bench_search (Bench *bench, const char *what, MakeQuery make, gint64 conversation_id, GArray *all)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < 200; i++) {
    g_autofree char *query = make (bench);
    gint64           before = 0;
    double           first = search_once (bench, query, conversation_id, &before);
    double           second = search_once (bench, query, conversation_id, &before);

    g_array_append_val (times, first);
    g_array_append_val (times, second);
  }
  g_array_append_vals (all, times->data, times->len);
  report (bench, what, times, 0, 0);
}

static void
bench_searches (Bench *bench)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (double));
  double             p99;

  bench_search (bench, "search: frequent Korean words", frequent_korean, 0, all);
  bench_search (bench, "search: middling Korean words", middling_korean, 0, all);
  bench_search (bench, "search: rare Korean words", rare_korean, 0, all);
  bench_search (bench, "search: one syllable", one_syllable, 0, all);
  bench_search (bench, "search: three English letters", english_part, 0, all);
  bench_search (bench, "search: two English letters", two_letters, 0, all);
  bench_search (bench, "search: rare English words", rare_english, 0, all);
  bench_search (bench, "search: two or three words", several_words, 0, all);
  bench_search (bench, "search: 2 to 19 times the same letter", laughter, 0, all);
  bench_search (bench, "search: no hit", no_hit, 0, all);
  bench_search (bench, "search in 100,000: frequent", frequent_korean, LONG_CONVERSATION, all);
  bench_search (bench, "search in 100,000: rare", rare_english, LONG_CONVERSATION, all);
  bench_search (bench, "search in 60 messages: frequent", frequent_korean, 6000, all);
  report (bench, "search: all", all, 99, MAX_SEARCH_P99_MS);
  p99 = percentile (all, 99);
  report_ratio (bench, "ratio: search (p99) to reading all texts", p99 / bench->scan_ms,
                p99 <= bench->scan_ms * MAX_SEARCH_RATIO);
}

typedef struct {
  guint n_waiting;
} Commits;

static void
on_received (GObject *source, GAsyncResult *result, gpointer data)
{
  Commits           *commits = data;
  g_autoptr (GError) error = NULL;

  ullim_history_receive_finish (ULLIM_HISTORY (source), result, NULL, NULL, &error);
  g_assert_no_error (error);
  commits->n_waiting--;
}

static gboolean
has_room (gpointer data)
{
  return ((Commits *) data)->n_waiting < 64;
}

static gboolean
is_idle (gpointer data)
{
  return ((Commits *) data)->n_waiting == 0;
}

/* Returns: messages per second */
static double
bench_commits (Bench *bench, const char *what, guint n, gboolean grouped)
{
  Commits commits = {0};
  gint64  start = g_get_monotonic_time ();
  double  ms;

  for (guint i = 0; i < n; i++) {
    g_autofree char *text = bench_text_message (bench->text);
    g_autofree char *call_id = g_uuid_string_random ();
    g_autofree char *peer =
        g_strdup_printf ("sip:friend%05u@example.org", bench_text_random (bench->text, 100) + 1);
    UllimMessageRow row = {.call_id = call_id, .cseq = i, .text = text, .time_us = start};

    ullim_history_receive_async (bench->store.history, 1, peer, peer, NULL, &row, NULL, on_received,
                                 &commits);
    commits.n_waiting++;
    support_wait (grouped ? has_room : is_idle, &commits, "commits");
  }
  support_wait (is_idle, &commits, "the last commits");
  ms = ms_since (start);
  g_print ("%-44s %6u %9.3f ms each, %.0f per second\n", what, n, ms / n, n * 1000.0 / ms);
  return n * 1000.0 / ms;
}

int
main (int argc, char **argv)
{
  Bench            bench = {0};
  g_autofree char *folder = NULL;
  gint64           start;
  double           single;
  double           grouped;

  g_test_init (&argc, &argv, NULL);
  folder = prepare_folder ();
  bench.store.path = g_build_filename (folder, "ullim.db", NULL);
  bench.text = bench_text_new (20020517);
  bench_scan (&bench);
  start = g_get_monotonic_time ();
  store_fixture_reopen (&bench.store);
  g_print ("%-44s %16.2f\n", "open the database, ms", ms_since (start));
  g_print ("%-44s %6s %9s %9s %9s\n", "", "n", "p50 ms", "p99 ms", "max ms");
  bench_load (&bench);
  bench_pages (&bench);
  bench_searches (&bench);
  single = bench_commits (&bench, "receive, one after the other (FULL)", 1000, FALSE);
  grouped = bench_commits (&bench, "receive, up to 64 waiting (FULL)", 20000, TRUE);
  report_ratio (&bench, "ratio: waiting together to one by one", grouped / single,
                grouped >= single * MIN_GROUP_RATIO);
  store_fixture_close (&bench.store);
  run_command ("rm", "-rf", folder, NULL);
  g_free (bench.store.path);
  bench_text_free (bench.text);
  return bench.failed;
}
