/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How texts and queries are folded and cut into grams.
 */
#include "search-text.h"

#include <string.h>

static void
test_fold (void)
{
  static const struct {
    const char *text, *folded;
  } cases[] = {
      {"", ""},
      {"Hello, World", "hello, world"},
      {"회의 OK", "회의 ok"},
      {"STRASSE straße", "strasse strasse"},
      {"ÀÉ", "àé"},
      {"e\xcc\x81", "é"},                                           /* combining accent */
      {"\xe1\x84\x92\xe1\x85\xac\xe1\x84\x8b\xe1\x85\xb4", "회의"}, /* jamo, as macOS writes */
      {"아 ㅋㅋㅠㅠ", "아 ㅋㅋㅠㅠ"},
      {"É ㅋㅠ", "é ㅋㅠ"}, /* full-width forms */
      {"ПРИВЕТ", "привет"},
      {"a\xff"
       "b",
       "a\xef\xbf\xbd"
       "b"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *folded = ullim_search_fold (cases[i].text);

    g_assert_cmpstr (folded, ==, cases[i].folded);
  }
}

static void
test_grams (void)
{
  static const struct {
    const char *text, *grams;
  } cases[] = {
      {"", "\xee\x83\xbf"
           "7"},
      {"회의록", "회 회의 의 의록 록 \xee\x83\xbf"
                 "7"},
      {"abcd", "a ab abc b bc bcd c cd d \xee\x83\xbf"
               "7"},
      {" a\nb ", "a b \xee\x83\xbf"
                 "7"},
      {"A회", "a a회 회 \xee\x83\xbf"
              "7"},
      {"\"*", "\xee\x80\xa2 \xee\x80\xa2\xee\x80\xaa \xee\x80\xaa \xee\x83\xbf"
              "7"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *grams = ullim_search_grams (cases[i].text, 7);

    g_assert_cmpstr (grams, ==, cases[i].grams);
  }
}

static void
test_query (void)
{
  static const struct {
    const char *text, *match;
    gint64      conversation_id;
  } cases[] = {
      {"회", "\"회\" ", 0},
      {"회의록", "\"회의\" \"의록\" ", 0},
      {"the", "\"the\" ", 0},
      {"them ok", "\"the\" \"hem\" \"ok\" ", 0},
      {"abc회의", "\"abc\" \"c회\" \"회의\" ", 0},
      {"회ab의", "\"회a\" \"ab\" \"b의\" ", 0},
      {"x",
       "\"\xee\x83\xbf"
       "12\" \"x\" ",
       12},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (UllimSearchQuery) query =
        ullim_search_query_new (cases[i].text, cases[i].conversation_id);

    g_assert_cmpstr (query->match, ==, cases[i].match);
  }
  g_assert_null (ullim_search_query_new ("", 0));
  g_assert_null (ullim_search_query_new (" \t\n\xc2\xa0", 3));
}

static void
test_matches (void)
{
  static const struct {
    const char *query, *text;
    gboolean    matches;
  } cases[] = {
      {"회의", "주간회의록", TRUE},
      {"회 의", "의회", TRUE},
      {"회의", "회 의", FALSE},
      {"HELLO", "say hello", TRUE},
      {"hello you", "you say hello", TRUE},
      {"hello me", "you say hello", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (UllimSearchQuery) query = ullim_search_query_new (cases[i].query, 0);

    g_assert_cmpint (ullim_search_query_matches (query, cases[i].text), ==, cases[i].matches);
  }
}

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *p = text; (p = strstr (p, part)); p += strlen (part))
    n++;
  return n;
}

static void
test_limits (void)
{
  g_autoptr (GString)          long_word = g_string_new (NULL);
  g_autoptr (GString)          many_words = g_string_new (NULL);
  g_autoptr (UllimSearchQuery) one = NULL;
  g_autoptr (UllimSearchQuery) many = NULL;

  for (guint i = 0; i < 10000; i++) {
    g_string_append_unichar (long_word, 0xac00 + i);
    g_string_append (many_words, "나 ");
  }
  one = ullim_search_query_new (long_word->str, 0);
  g_assert_cmpuint (g_strv_length (one->words), ==, 1);
  g_assert_cmpuint (count (one->match, "\""), ==, 2 * ULLIM_SEARCH_MAX_GRAMS);
  /* What the index is not asked is compared; what is beyond the limit is not. */
  g_string_truncate (long_word, ULLIM_SEARCH_MAX_BYTES / 3 * 3);
  g_assert_true (ullim_search_query_matches (one, long_word->str));
  g_string_truncate (long_word, long_word->len - 3);
  g_assert_false (ullim_search_query_matches (one, long_word->str));
  many = ullim_search_query_new (many_words->str, 0);
  g_assert_cmpuint (g_strv_length (many->words), ==, ULLIM_SEARCH_MAX_WORDS);
}

/* Whatever stands in a text, its grams hold nothing that FTS5 would cut or interpret. */
static void
test_any_bytes (void)
{
  for (guint seed = 0; seed < 2000; seed++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    char              text[64] = {0};

    for (guint i = 0; i < sizeof text - 1; i++)
      text[i] = (char) g_rand_int_range (rand, 1, 256);

    g_autofree char             *grams = ullim_search_grams (text, 1);
    g_autoptr (UllimSearchQuery) query = ullim_search_query_new (text, 1);

    g_assert_true (g_utf8_validate (grams, -1, NULL));
    for (const char *p = grams; *p; p++)
      g_assert_true ((guchar) *p >= 0x80 || *p == ' ' || g_ascii_isdigit (*p) ||
                     g_ascii_islower (*p));
    g_assert_nonnull (query);
    g_assert_true (ullim_search_query_matches (query, text));
    g_assert_cmpuint (count (query->match, "\"") % 2, ==, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search-text/fold", test_fold);
  g_test_add_func ("/search-text/grams", test_grams);
  g_test_add_func ("/search-text/query", test_query);
  g_test_add_func ("/search-text/matches", test_matches);
  g_test_add_func ("/search-text/limits", test_limits);
  g_test_add_func ("/search-text/any-bytes", test_any_bytes);
  return g_test_run ();
}
