/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text-match.h"

#include <string.h>

typedef struct {
  const char *text;
  const char *query;
  const char *marked; /* the text with what is found between < and > */
} Case;

static const Case cases[] = {
    {"Hello World", "world", "Hello <World>"},
    {"Hello World", "o", "Hell<o> W<o>rld"},
    {"Hello World", "WORLD hello", "<Hello> <World>"},
    {"Hello", "x", "Hello"},
    {"Hello", "", "Hello"},
    {"Hello", "  ", "Hello"},
    {"aaa", "aa", "<aa>a"},
    {"한국어로 회의합니다", "회의", "한국어로 <회의>합니다"},
    {"ÄÖÜ äöü", "äö", "<ÄÖ>Ü <äö>ü"},
    {"İstanbul", "stan", "İ<stan>bul"},
    {"ab", "abc", "ab"},
};

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (GStrv)      words = ullim_text_match_words (cases[i].query);
    g_autoptr (GString) marked = g_string_new (NULL);
    const char         *text = cases[i].text;
    gsize               done = 0;
    gsize               start, end;

    while (ullim_text_match_next (text, done, (const char *const *) words, &start, &end)) {
      g_string_append_len (marked, text + done, start - done);
      g_string_append_printf (marked, "<%.*s>", (int) (end - start), text + start);
      done = end;
    }
    g_string_append (marked, text + done);
    g_assert_cmpstr (marked->str, ==, cases[i].marked);
  }
}

static void
test_many_words (void)
{
  g_autofree char *query = g_strnfill (1000, ' ');
  g_auto (GStrv)   words = NULL;

  for (guint i = 0; i < 1000; i += 2)
    query[i] = 'a';
  words = ullim_text_match_words (query);
  g_assert_cmpuint (g_strv_length (words), ==, ULLIM_TEXT_MATCH_MAX_WORDS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-match/table", test_table);
  g_test_add_func ("/text-match/many-words", test_many_words);
  return g_test_run ();
}
