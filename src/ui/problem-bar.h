/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Says in a sentence what keeps an account from being online and offers the way out: try now, enter
 * the password, look at the certificate. Hidden while all is well. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ULLIM_TYPE_PROBLEM_BAR (ullim_problem_bar_get_type ())
G_DECLARE_FINAL_TYPE (UllimProblemBar, ullim_problem_bar, ULLIM, PROBLEM_BAR, GtkRevealer)

/** ullim_problem_bar_set_accounts: @accounts: list of UllimAccount; the worst one is shown */
void ullim_problem_bar_set_accounts (UllimProblemBar *self, GListModel *accounts);

G_END_DECLS
