/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who wants to see the user's presence and waits for an answer: one after the other, until each has
 * one. Hidden while nobody asks. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_REQUEST_BAR (ullim_request_bar_get_type ())
G_DECLARE_FINAL_TYPE (UllimRequestBar, ullim_request_bar, ULLIM, REQUEST_BAR, GtkRevealer)

void ullim_request_bar_set_engine (UllimRequestBar *self, UllimEngine *engine);

/** ullim_request_text: Returns: (transfer full): "Bob (bob@example.org) wants to see when you are
 *  there" */
char *ullim_request_text (UllimWatcher *watcher);

G_END_DECLS
