/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks for one name. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ULLIM_TYPE_NAME_DIALOG (ullim_name_dialog_get_type ())
G_DECLARE_FINAL_TYPE (UllimNameDialog, ullim_name_dialog, ULLIM, NAME_DIALOG, GtkDialog)

/**
 * ullim_name_dialog_new:
 * @label: with a mnemonic
 * @name: what it is now
 * @max_bytes: longest name
 *
 * Signal "named" (const char *name): without blanks around it, never ""; the dialog destroys itself
 * after it.
 */
GtkWidget *ullim_name_dialog_new (GtkWindow  *parent,
                                  const char *title,
                                  const char *label,
                                  const char *name,
                                  gsize       max_bytes);

G_END_DECLS
