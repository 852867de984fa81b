/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text as the full-text search sees it. Pure functions. Private to store/.
 *
 * Both texts and queries are folded (case, Unicode compatibility forms) and cut at white space
 * into words, the words into grams: every character, every pair, and every triple of
 * characters of alphabets. A message is found by the grams of the query, then compared with it.
 * Grams rather than words, so that 회의 finds 주간회의록; pairs because a Korean word often has
 * only two syllables; triples because pairs of Latin letters are in half of all messages.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ULLIM_SEARCH_MAX_BYTES: what of a query comes after these is ignored. */
#define ULLIM_SEARCH_MAX_BYTES 4096
/** ULLIM_SEARCH_MAX_WORDS: words of a query beyond these are ignored. */
#define ULLIM_SEARCH_MAX_WORDS 16
/** ULLIM_SEARCH_MAX_GRAMS: grams of a query beyond these are left to the comparison. */
#define ULLIM_SEARCH_MAX_GRAMS 32

/** ullim_search_fold: @text: any bytes; Returns: (transfer full): valid UTF-8, folded */
char *ullim_search_fold (const char *text);

/**
 * ullim_search_grams:
 * @conversation_id: becomes a gram of its own
 *
 * Returns: (transfer full): all grams of @text for the index, separated by spaces; a gram holds no
 *   ASCII character but small letters and digits
 */
char *ullim_search_grams (const char *text, gint64 conversation_id);

/** UllimSearchQuery: what is looked for */
typedef struct {
  char **words; /* owned: folded words */
  char  *match; /* owned: FTS5 expression: its grams */
} UllimSearchQuery;

/**
 * ullim_search_query_new:
 * @text: what the user typed: any bytes
 * @conversation_id: only there; 0 for all
 *
 * Returns: (transfer full) (nullable): %NULL if there is no word in it
 */
UllimSearchQuery *ullim_search_query_new (const char *text, gint64 conversation_id);
void              ullim_search_query_free (UllimSearchQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimSearchQuery, ullim_search_query_free)

/** ullim_search_query_matches: whether each word of @query is somewhere in @text */
gboolean ullim_search_query_matches (const UllimSearchQuery *query, const char *text);

G_END_DECLS
