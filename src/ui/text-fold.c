/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Folds texts for comparison, fast for what most names are made of.
 */
#define G_LOG_DOMAIN "text-fold"

#include "text-fold.h"

#include <string.h>

/* Kana, Han and Hangul syllables: they have no case and are composed already. */
static gboolean
is_plain (gunichar c)
{
  return (c >= 0x3041 && c <= 0x3096) || (c >= 0x30a1 && c <= 0x30fa) ||
         (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3);
}

static char *
fold_any (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);

  return normal ? g_utf8_casefold (normal, -1) : g_strdup (text);
}

/* Ten thousand names are folded between two keys: the common scripts without the full tables. */
char *
ullim_text_fold (const char *text)
{
  gsize            length = strlen (text);
  g_autofree char *folded = g_malloc (length + 1);
  char            *end = folded;

  for (const char *p = text; *p;) {
    const char *next = g_utf8_next_char (p);

    if (next == p + 1)
      *end++ = g_ascii_tolower (*p);
    else if (is_plain (g_utf8_get_char (p)))
      end = mempcpy (end, p, (gsize) (next - p));
    else
      return fold_any (text);
    p = next;
  }
  *end = '\0';
  return g_steal_pointer (&folded);
}
