/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * User names of SIP addresses made from people's names. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ullim_user_name_suggest:
 * @name: a person's name
 *
 * Returns: (transfer full): small letters and digits of it; the login name where the script of
 *   @name has none
 */
char *ullim_user_name_suggest (const char *name);

/** ullim_user_name_is_valid: Returns: whether it is made of letters, digits, dot, dash, underscore
 */
gboolean ullim_user_name_is_valid (const char *user);

G_END_DECLS
