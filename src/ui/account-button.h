/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's own picture in the header with the presence that is told; its popover offers another,
 * and lists the accounts with their states in words. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_ACCOUNT_BUTTON (ullim_account_button_get_type ())
G_DECLARE_FINAL_TYPE (UllimAccountButton,
                      ullim_account_button,
                      ULLIM,
                      ACCOUNT_BUTTON,
                      GtkMenuButton)

/** ullim_account_button_set_engine: @settings: (nullable): for the last notes */
void ullim_account_button_set_engine (UllimAccountButton *self,
                                      UllimEngine        *engine,
                                      GSettings          *settings);

/** ullim_account_button_edit_note: opens the popover with the cursor in the note */
void ullim_account_button_edit_note (UllimAccountButton *self);

G_END_DECLS
