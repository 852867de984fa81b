/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells whether a text is nothing but a few emoji, which are then shown larger. Pure function, any
 * thread. Unicode Technical Standard 51, section 1.4.9 (emoji sequences).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ullim_emoji_text_count:
 * @text: valid UTF-8
 * @max: most emoji that are counted
 *
 * Returns: how many emoji @text consists of, white space aside; 0 if there is anything else in it,
 *   or more than @max
 */
guint ullim_emoji_text_count (const char *text, guint max);

G_END_DECLS
