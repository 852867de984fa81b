/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Full-text search: every word, anywhere inside words, in any script, newest first.
 */
#include "store-fixture.h"

#define BOB "sip:bob@example.org"
#define CAROL "sip:carol@example.org"

static void
assert_hits (StoreFixture *fixture, const char *query, const char *texts)
{
  g_autoptr (GPtrArray) rows = store_search (fixture->history, query, 0, 0, 50);
  g_autofree char      *found = store_texts (rows);

  g_assert_cmpstr (found, ==, texts);
}

static void
receive_all (StoreFixture *fixture, const char *const *texts)
{
  for (guint i = 0; texts[i]; i++)
    store_receive (fixture->history, 1, BOB, "a", i, texts[i]);
}

static void
test_words (StoreFixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
      "오늘 회의는 세 시입니다",
      "주간회의록을 보내 주세요",
      "회사 의자",
      "Hello World",
      "othello",
      "ABC-1234 값",
      NULL,
  };

  receive_all (fixture, texts);
  assert_hits (fixture, "회의", "주간회의록을 보내 주세요|오늘 회의는 세 시입니다");
  assert_hits (fixture, "회의록", "주간회의록을 보내 주세요");
  assert_hits (fixture, "회", "회사 의자|주간회의록을 보내 주세요|오늘 회의는 세 시입니다");
  assert_hits (fixture, "시입 오늘", "오늘 회의는 세 시입니다");
  assert_hits (fixture, "hello", "othello|Hello World");
  assert_hits (fixture, "WORLD ell", "Hello World");
  assert_hits (fixture, "lo", "othello|Hello World");
  assert_hits (fixture, "w", "Hello World");
  assert_hits (fixture, "c-12", "ABC-1234 값");
  assert_hits (fixture, "-", "ABC-1234 값");
  assert_hits (fixture, "4 값", "ABC-1234 값");
  assert_hits (fixture, "없는말", "");
  assert_hits (fixture, "hellos", "");
  assert_hits (fixture, "회의 hello", "");
}

static void
test_scripts (StoreFixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
      "日本語の文章",    "Привет, мир", "مرحبا بالعالم", "שלום", "ไทยแลนด์",
      "👍🏽 좋아", "Straße",      "한글",          NULL,
  };

  receive_all (fixture, texts);
  assert_hits (fixture, "本語", "日本語の文章");
  assert_hits (fixture, "МИР", "Привет, мир");
  assert_hits (fixture, "عالم", "مرحبا بالعالم");
  assert_hits (fixture, "לום", "שלום");
  assert_hits (fixture, "แลนด์", "ไทยแลนด์");
  assert_hits (fixture, "👍", "👍🏽 좋아");
  assert_hits (fixture, "STRASSE", "Straße");
  /* The query in jamo, as a Mac's file name would have it. */
  assert_hits (fixture, "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "한글");
}

/* Repeated characters, of which a Korean chat has many. */
static void
test_runs (StoreFixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
      "ㅋㅋㅋ", "아 ㅋㅋㅋㅋㅠㅠ", "ㅋㅋㅋㅋㅋㅋㅋㅋㅋ", "wooooow!!!!!", NULL,
  };

  receive_all (fixture, texts);
  assert_hits (fixture, "ㅋㅋ", "ㅋㅋㅋㅋㅋㅋㅋㅋㅋ|아 ㅋㅋㅋㅋㅠㅠ|ㅋㅋㅋ");
  assert_hits (fixture, "ㅋㅋㅋㅋ", "ㅋㅋㅋㅋㅋㅋㅋㅋㅋ|아 ㅋㅋㅋㅋㅠㅠ");
  assert_hits (fixture, "ㅋㅋㅋㅋㅋㅋㅋ", "ㅋㅋㅋㅋㅋㅋㅋㅋㅋ");
  assert_hits (fixture, "ㅋㅋㅋㅋㅋㅋㅋㅋㅋ", "ㅋㅋㅋㅋㅋㅋㅋㅋㅋ");
  assert_hits (fixture, "ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ", "");
  assert_hits (fixture, "ㅠㅠ", "아 ㅋㅋㅋㅋㅠㅠ");
  assert_hits (fixture, "woooo", "wooooow!!!!!");
  assert_hits (fixture, "!!!!!", "wooooow!!!!!");
}

/* What means something to SQL, FTS5 or LIKE is text like any other. */
static void
test_operators (StoreFixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
      "say \"hi\" now",
      "it's 100% a_b*",
      "a AND b OR NOT NEAR(c)",
      "col: {x} ^y -z",
      "\x01\x02 bell",
      "back\\slash",
      NULL,
  };
  static const char *const queries[][2] = {
      {"\"hi\"", "say \"hi\" now"},
      {"\"", "say \"hi\" now"},
      {"'", "it's 100% a_b*"},
      {"a_b*", "it's 100% a_b*"},
      {"0%", "it's 100% a_b*"},
      {"AND OR NOT", "a AND b OR NOT NEAR(c)"},
      {"NEAR(c)", "a AND b OR NOT NEAR(c)"},
      {"^y", "col: {x} ^y -z"},
      {"col:", "col: {x} ^y -z"},
      {"-z {x}", "col: {x} ^y -z"},
      {"\x02", "\x01\x02 bell"},
      {"\\", "back\\slash"},
      {"*", "it's 100% a_b*"},
      {"' OR 1=1 --", ""},
      {"\"\"\"", ""},
      {"grams:a", ""},
  };

  receive_all (fixture, texts);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    assert_hits (fixture, queries[i][0], queries[i][1]);
}

static void
test_odd_queries (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char    *long_query = g_strnfill (10000, 'a');
  g_autoptr (GString) many = g_string_new (NULL);

  store_receive (fixture->history, 1, BOB, "a", 1, "text");
  assert_hits (fixture, "", "");
  assert_hits (fixture, " \n\t ", "");
  assert_hits (fixture, "\xff\xfe", "");
  assert_hits (fixture, long_query, "");
  for (guint i = 0; i < 5000; i++)
    g_string_append (many, "\" ");
  assert_hits (fixture, many->str, "");
}

static void
test_empty_text (StoreFixture *fixture, gconstpointer data)
{
  g_assert_cmpint (store_receive (fixture->history, 1, BOB, "a", 1, ""), !=, 0);
  g_assert_cmpint (store_receive (fixture->history, 1, BOB, "a", 2, "\xff not UTF-8"), !=, 0);
  assert_hits (fixture, "not", "\xff not UTF-8");
}

static void
test_conversation (StoreFixture *fixture, gconstpointer data)
{
  gint64 bob = store_open_conversation (fixture->history, 1, BOB);
  gint64 carol = store_open_conversation (fixture->history, 1, CAROL);
  gint64 nobody = store_open_conversation (fixture->history, 1, "sip:dave@example.org");

  store_receive (fixture->history, 1, BOB, "a", 1, "lunch with bob");
  store_receive (fixture->history, 1, CAROL, "a", 1, "lunch with carol");
  store_compose (fixture->history, bob, "Lunch!");
  for (gint64 id = 0; id <= nobody; id++) {
    g_autoptr (GPtrArray) rows = store_search (fixture->history, "lunch", id, 0, 50);
    g_autofree char      *texts = store_texts (rows);

    g_assert_cmpstr (texts, ==,
                     id == 0       ? "Lunch!|lunch with carol|lunch with bob"
                     : id == bob   ? "Lunch!|lunch with bob"
                     : id == carol ? "lunch with carol"
                                   : "");
  }
}

/* Page after page, each hit once. */
static void
test_paging (StoreFixture *fixture, gconstpointer data)
{
  gint64 before = 0;
  guint  expected = 25;

  for (guint i = 1; i <= 25; i++) {
    g_autofree char *text = g_strdup_printf ("쪽 %u", i);

    store_receive (fixture->history, 1, BOB, "a", i, text);
    store_receive (fixture->history, 1, BOB, "b", i, "another");
  }
  for (guint page = 0; page < 4; page++) {
    g_autoptr (GPtrArray) rows = store_search (fixture->history, "쪽", 0, before, 7);

    g_assert_cmpuint (rows->len, ==, MIN (expected, 7));
    for (guint i = 0; i < rows->len; i++) {
      const UllimMessageRow *row = rows->pdata[i];
      g_autofree char       *text = g_strdup_printf ("쪽 %u", expected--);

      g_assert_cmpstr (row->text, ==, text);
      before = row->id;
    }
  }
  g_assert_cmpuint (expected, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/history-search/" name, StoreFixture, NULL, store_fixture_set_up, function,         \
              store_fixture_tear_down)
  ADD ("words", test_words);
  ADD ("scripts", test_scripts);
  ADD ("runs", test_runs);
  ADD ("operators", test_operators);
  ADD ("odd-queries", test_odd_queries);
  ADD ("empty-text", test_empty_text);
  ADD ("conversation", test_conversation);
  ADD ("paging", test_paging);
  return g_test_run ();
}
