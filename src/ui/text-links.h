/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds links in what people write, and turns the text into Pango markup. Only schemes that are
 * safe to hand to the desktop are links: http, https, mailto, sip, sips, tel. Pure functions, any
 * thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ULLIM_TEXT_LINKS_MAX_BYTES: a longer run of characters is not a link. */
#define ULLIM_TEXT_LINKS_MAX_BYTES 2048
/** ULLIM_TEXT_LINKS_MAX_LINKS: of one text; what follows stays plain. */
#define ULLIM_TEXT_LINKS_MAX_LINKS 200

/**
 * ullim_text_links_next:
 * @text: valid UTF-8
 * @from: byte offset to search from, at a character
 * @start: (out): byte offset of the link
 * @end: (out): byte offset after it
 *
 * A link begins with one of the schemes, or with "www.", at the beginning of a word. Punctuation
 * that ends the sentence around it, and a bracket that was opened before it, are not part of it.
 *
 * Returns: whether there is one
 */
gboolean ullim_text_links_next (const char *text, gsize from, gsize *start, gsize *end);

/**
 * ullim_text_links_to_markup:
 * @text: valid UTF-8
 *
 * Returns: (transfer full) (nullable): @text, wholly escaped, each link an `a` element; %NULL if
 *   there is no link in it: then it can be shown as plain text
 */
char *ullim_text_links_to_markup (const char *text);

/** ullim_text_links_is_safe: whether @uri has one of the schemes and no control characters */
gboolean ullim_text_links_is_safe (const char *uri);

G_END_DECLS
