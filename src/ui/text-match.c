/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Character by character, so that the offsets are those of the text as it stands: folding the whole
 * text first could change its length.
 */
#define G_LOG_DOMAIN "text-match"

#include "text-match.h"

char **
ullim_text_match_words (const char *query)
{
  g_autofree char *lower = g_utf8_strdown (query, -1);
  g_auto (GStrv)   pieces = g_strsplit_set (lower, " \t\r\n", -1);
  GPtrArray       *words = g_ptr_array_new ();

  for (guint i = 0; pieces[i] && words->len < ULLIM_TEXT_MATCH_MAX_WORDS; i++) {
    if (*pieces[i])
      g_ptr_array_add (words, g_strdup (pieces[i]));
  }
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (words, FALSE);
}

/* Returns: the end of @word at the beginning of @text, or %NULL */
static const char *
match_at (const char *text, const char *word)
{
  while (*word) {
    if (!*text || g_unichar_tolower (g_utf8_get_char (text)) != g_utf8_get_char (word))
      return NULL;
    text = g_utf8_next_char (text);
    word = g_utf8_next_char (word);
  }
  return text;
}

gboolean
ullim_text_match_next (const char        *text,
                       gsize              from,
                       const char *const *words,
                       gsize             *start,
                       gsize             *end)
{
  for (const char *p = text + from; *p; p = g_utf8_next_char (p)) {
    for (guint i = 0; words[i]; i++) {
      const char *after = match_at (p, words[i]);

      if (!after)
        continue;
      *start = p - text;
      *end = after - text;
      return TRUE;
    }
  }
  return FALSE;
}
