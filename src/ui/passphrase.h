/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passwords that are made for people, to be read aloud and typed off. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ullim_passphrase_new:
 *
 * Returns: (transfer full): four groups of four characters that are not mistaken for one another,
 *   about 78 bits from the system's random source; %NULL if that fails
 */
char *ullim_passphrase_new (void);

G_END_DECLS
