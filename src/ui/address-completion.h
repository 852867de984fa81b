/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Completes an address while it is typed, from the address book and from whom one has written to.
 * Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

/** ullim_address_completion_attach: @strangers_only: only who is not in the address book yet */
void
ullim_address_completion_attach (GtkEntry *entry, UllimEngine *engine, gboolean strangers_only);

G_END_DECLS
