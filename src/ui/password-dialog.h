/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks for an account's password. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "account.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PASSWORD_DIALOG (ullim_password_dialog_get_type ())
G_DECLARE_FINAL_TYPE (UllimPasswordDialog, ullim_password_dialog, ULLIM, PASSWORD_DIALOG, GtkDialog)

/** ullim_password_dialog_new: "response" is %GTK_RESPONSE_OK when a password was given */
GtkWidget *ullim_password_dialog_new (GtkWindow *parent, UllimAccount *account);

/** ullim_password_dialog_get_password: Returns: (transfer none) */
const char *ullim_password_dialog_get_password (UllimPasswordDialog *self);

G_END_DECLS
