/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text of a bubble: a GtkLabel that knows its width without laying the text out four times.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ULLIM_TYPE_MESSAGE_TEXT (ullim_message_text_get_type ())
G_DECLARE_FINAL_TYPE (UllimMessageText, ullim_message_text, ULLIM, MESSAGE_TEXT, GtkLabel)

/** ullim_message_text_new: a wrapping, selectable label; its style class `text` may have no padding
 */
GtkWidget *ullim_message_text_new (void);

/**
 * ullim_message_text_has_long_run:
 *
 * Pango looks for a place to break a line over and over again in a text that has none: the time
 * grows with the square of its length, to many seconds for 64 KiB. Such a text must be wrapped at
 * any character.
 *
 * Returns: whether @text has a very long run without a blank
 */
gboolean ullim_message_text_has_long_run (const char *text);

/** ullim_message_text_set_wrap: wraps the label as its text needs it; after the text was set */
void ullim_message_text_set_wrap (UllimMessageText *self);

G_END_DECLS
