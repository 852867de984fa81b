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

G_END_DECLS
