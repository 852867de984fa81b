/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fields of a SIP account: address and password; what is seldom needed is folded away.
 * Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "account.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_ACCOUNT_FORM (ullim_account_form_get_type ())
G_DECLARE_FINAL_TYPE (UllimAccountForm, ullim_account_form, ULLIM, ACCOUNT_FORM, GtkBox)

/**
 * Signals of UllimAccountForm:
 *
 * changed: a field changed; ask ullim_account_form_is_complete().
 * activated: Enter in a field of a complete form.
 */

GtkWidget *ullim_account_form_new (void);

/** ullim_account_form_edit: fills it with an account; its address then cannot be changed */
void ullim_account_form_edit (UllimAccountForm *self, UllimAccount *account);

gboolean ullim_account_form_is_complete (UllimAccountForm *self);

/** ullim_account_form_get_settings: Returns: (transfer full) */
UllimAccountSettings *ullim_account_form_get_settings (UllimAccountForm *self);

/** ullim_account_form_get_password: Returns: (transfer none) (nullable): %NULL if none was typed */
const char *ullim_account_form_get_password (UllimAccountForm *self);

G_END_DECLS
