/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Folding text and cutting it into grams, for the full-text search.
 */
#define G_LOG_DOMAIN "search-text"

#include "search-text.h"

#include <string.h>

/* FTS5's "ascii" tokenizer cuts at ASCII characters that are neither letter nor digit; these go
 * into the index as private-use characters, at this offset. */
#define PUNCTUATION_OFFSET 0xe000

/* Stands before a conversation's id; no folded text is likely to hold it. */
#define CONVERSATION_MARK 0xe0ff

/* Scripts from here on (CJK, kana, Hangul, emoji) have so many characters that a pair of them is
 * rare enough; those below are alphabets. */
#define FIRST_WIDE 0x2e80

/* Runs of one character, as chats are full of (ㅋㅋㅋㅋ, !!!!), have the same few grams whatever
 * their length; so lengths of 4, 8 and 16 have a gram each. */
#define MIN_RUN 4
#define MAX_RUN 16

/* Characters that folding leaves as they are, of those that chats are full of. */
static gboolean
is_stable (gunichar c)
{
  return (c >= 0xac00 && c <= 0xd7a3) || /* Hangul syllables */
         (c >= 0x3131 && c <= 0x318e) || /* letters of Hangul typed alone: ㅋㅋ */
         (c >= 0x4e00 && c <= 0x9fff) || /* ideographs */
         (c >= 0x2010 && c <= 0x2027) || /* dashes, quotation marks, ellipsis */
         (c >= 0x1f300 && c <= 0x1faff); /* emoji */
}

/* Whether folding it means no more than ASCII case. */
static gboolean
is_plain (const char *text)
{
  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    if ((guchar) *p >= 0x80 && !is_stable (g_utf8_get_char (p)))
      return FALSE;
  }
  return TRUE;
}

char *
ullim_search_fold (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *folded = NULL;

  if (is_plain (valid))
    return g_ascii_strdown (valid, -1);
  folded = g_utf8_casefold (valid, -1);
  /* Canonical, not compatibility: that would join the end of ㅋㅋㅠㅠ to ㅋ큐ㅠ. */
  return g_utf8_normalize (folded, -1, G_NORMALIZE_DEFAULT_COMPOSE);
}

static void
append_character (GString *grams, gunichar c)
{
  if (c < 0x80 && !g_ascii_isalnum (c))
    c += PUNCTUATION_OFFSET;
  g_string_append_unichar (grams, c);
}

static void
append_gram (GString *grams, const gunichar *characters, gsize n)
{
  for (gsize i = 0; i < n; i++)
    append_character (grams, characters[i]);
  g_string_append_c (grams, ' ');
}

static gboolean
is_triple (const gunichar *c)
{
  return c[0] < FIRST_WIDE && c[1] < FIRST_WIDE && c[2] < FIRST_WIDE;
}

/* Returns: how often c[0] is repeated, itself included, at most %MAX_RUN times */
static gsize
run_length (const gunichar *c, gsize length)
{
  gsize n = 1;

  while (n < length && n < MAX_RUN && c[n] == c[0])
    n++;
  return n;
}

static gboolean
is_run_start (const gunichar *characters, gsize i)
{
  return i == 0 || characters[i - 1] != characters[i];
}

/* All grams of @length characters, white space being in none. */
static void
append_all_grams (GString *grams, const gunichar *c, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    if (g_unichar_isspace (c[i]))
      continue;
    append_gram (grams, c + i, 1);
    if (i + 1 >= length || g_unichar_isspace (c[i + 1]))
      continue;
    append_gram (grams, c + i, 2);
    if (i + 2 < length && !g_unichar_isspace (c[i + 2]) && is_triple (c + i))
      append_gram (grams, c + i, 3);
    for (gsize n = MIN_RUN; is_run_start (c, i) && n <= run_length (c + i, length - i); n *= 2)
      append_gram (grams, c + i, n);
  }
}

static void
append_conversation (GString *grams, gint64 conversation_id)
{
  g_string_append_unichar (grams, CONVERSATION_MARK);
  g_string_append_printf (grams, "%" G_GINT64_FORMAT, conversation_id);
}

char *
ullim_search_grams (const char *text, gint64 conversation_id)
{
  glong                length;
  g_autofree char     *folded = ullim_search_fold (text);
  g_autofree gunichar *characters = g_utf8_to_ucs4_fast (folded, -1, &length);
  g_autoptr (GString)  grams = g_string_sized_new (strlen (folded) * 8 + 32);

  append_all_grams (grams, characters, (gsize) length);
  append_conversation (grams, conversation_id);
  return g_string_free (g_steal_pointer (&grams), FALSE);
}

/* Each gram once: FTS5 would go through its list once more for each time it is named. */
static void
append_query_gram (GString *match, guint *n_grams, const gunichar *characters, gsize n)
{
  g_autoptr (GString) gram = g_string_new ("\"");

  append_gram (gram, characters, n);
  gram->str[gram->len - 1] = '"';
  if (*n_grams >= ULLIM_SEARCH_MAX_GRAMS || strstr (match->str, gram->str))
    return;
  (*n_grams)++;
  g_string_append (match, gram->str);
  g_string_append_c (match, ' ');
}

/* Of a run that begins at @c: the longest that has a gram. */
static void
append_query_run (GString *match, guint *n_grams, const gunichar *c, gsize length)
{
  gsize run = run_length (c, length);
  gsize n = MIN_RUN;

  if (run < MIN_RUN)
    return;
  while (n * 2 <= run)
    n *= 2;
  append_query_gram (match, n_grams, c, n);
}

/* The fewest grams that cover the word: triples where there are, else pairs. */
static void
append_word (GString *match, guint *n_grams, const char *word)
{
  glong                length;
  g_autofree gunichar *c = g_utf8_to_ucs4_fast (word, -1, &length);

  if (length == 1)
    append_query_gram (match, n_grams, c, 1);
  for (glong i = 0; i + 1 < length; i++) {
    if (is_run_start (c, (gsize) i))
      append_query_run (match, n_grams, c + i, (gsize) (length - i));
    if (i + 2 < length && is_triple (c + i))
      append_query_gram (match, n_grams, c + i, 3);
    else if (i == 0 || !is_triple (c + i - 1))
      append_query_gram (match, n_grams, c + i, 2);
  }
}

/* Returns: the words of @folded, at most %ULLIM_SEARCH_MAX_WORDS */
static char **
split_words (const char *folded)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  const char           *start = NULL;

  for (const char *p = folded;; p = g_utf8_next_char (p)) {
    gboolean inside = *p && !g_unichar_isspace (g_utf8_get_char (p));

    if (inside && !start) {
      start = p;
    } else if (!inside && start) {
      g_ptr_array_add (words, g_strndup (start, (gsize) (p - start)));
      start = NULL;
    }
    if (!*p || words->len == ULLIM_SEARCH_MAX_WORDS)
      break;
  }
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

/* Cuts a long query between two characters. */
static char *
shorten (const char *text)
{
  gsize length = strnlen (text, ULLIM_SEARCH_MAX_BYTES + 1);

  if (length > ULLIM_SEARCH_MAX_BYTES) {
    length = ULLIM_SEARCH_MAX_BYTES;
    while (length > 0 && ((guchar) text[length] & 0xc0) == 0x80)
      length--;
  }
  return g_strndup (text, length);
}

UllimSearchQuery *
ullim_search_query_new (const char *text, gint64 conversation_id)
{
  g_autofree char    *shortened = shorten (text);
  g_autofree char    *folded = ullim_search_fold (shortened);
  g_auto (GStrv)      words = split_words (folded);
  g_autoptr (GString) match = g_string_new (NULL);
  UllimSearchQuery   *query;
  guint               n_grams = 0;

  if (!words[0])
    return NULL;
  if (conversation_id != 0) {
    g_string_append_c (match, '"');
    append_conversation (match, conversation_id);
    g_string_append (match, "\" ");
  }
  for (guint i = 0; words[i]; i++)
    append_word (match, &n_grams, words[i]);
  query = g_new0 (UllimSearchQuery, 1);
  query->words = g_steal_pointer (&words);
  query->match = g_string_free (g_steal_pointer (&match), FALSE);
  return query;
}

void
ullim_search_query_free (UllimSearchQuery *query)
{
  g_strfreev (query->words);
  g_free (query->match);
  g_free (query);
}

gboolean
ullim_search_query_matches (const UllimSearchQuery *query, const char *text)
{
  g_autofree char *folded = ullim_search_fold (text);

  for (guint i = 0; query->words[i]; i++) {
    if (!strstr (folded, query->words[i]))
      return FALSE;
  }
  return TRUE;
}
