/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the words of a search in a text, without regard to case, to mark them where they stand.
 * Pure functions, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ULLIM_TEXT_MATCH_MAX_WORDS: words of a search that are marked. */
#define ULLIM_TEXT_MATCH_MAX_WORDS 16

/** ullim_text_match_words: Returns: (transfer full): the words of @query in lower case */
char **ullim_text_match_words (const char *query);

/**
 * ullim_text_match_next:
 * @text: valid UTF-8
 * @from: byte offset to search from, at a character
 * @words: from ullim_text_match_words()
 * @start: (out): byte offset of the first place where one of the words stands
 * @end: (out): byte offset after it
 *
 * Returns: whether there is one
 */
gboolean ullim_text_match_next (const char        *text,
                                gsize              from,
                                const char *const *words,
                                gsize             *start,
                                gsize             *end);

G_END_DECLS
