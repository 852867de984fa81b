/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The choice of an account in a dialog, hidden where there is only one, and what may be typed as an
 * address there. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

/** ullim_account_choice_fill: @label: hidden with @combo; @chosen:
 *  (nullable): %NULL: the first one */
void ullim_account_choice_fill (GtkComboBoxText *combo,
                                GtkWidget       *label,
                                UllimEngine     *engine,
                                UllimAccount    *chosen);

/** ullim_account_choice_get: Returns: (transfer full) (nullable): %NULL if there is none */
UllimAccount *ullim_account_choice_get (GtkComboBoxText *combo, UllimEngine *engine);

/** ullim_account_choice_hint: @account: (nullable); Returns: (transfer full): how addresses look
 *  there */
char *ullim_account_choice_hint (UllimAccount *account);

G_END_DECLS
