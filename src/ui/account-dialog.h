/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The accounts: their states, adding, changing, removing. Main thread.
 */
#pragma once

#include <gtk/gtk.h>
#include <handy.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_ACCOUNT_DIALOG (ullim_account_dialog_get_type ())
G_DECLARE_FINAL_TYPE (UllimAccountDialog, ullim_account_dialog, ULLIM, ACCOUNT_DIALOG, HdyWindow)

/** ullim_account_dialog_new: @account: (nullable): the one to change at once */
GtkWidget *ullim_account_dialog_new (GtkWindow *parent, UllimEngine *engine, UllimAccount *account);

G_END_DECLS
