/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts as a search compares them: normalised, without case. Pure function, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ullim_text_fold: @text: UTF-8; Returns: (transfer full): equal for texts that differ in case or
 *  in how their characters are composed */
char *ullim_text_fold (const char *text);

G_END_DECLS
