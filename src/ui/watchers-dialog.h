/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may see the user: everybody who asked or was decided about, changeable. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_WATCHERS_DIALOG (ullim_watchers_dialog_get_type ())
G_DECLARE_FINAL_TYPE (UllimWatchersDialog, ullim_watchers_dialog, ULLIM, WATCHERS_DIALOG, GtkDialog)

/** ullim_watchers_dialog_new: Returns: (transfer none): destroys itself when it is closed */
GtkWidget *ullim_watchers_dialog_new (GtkWindow *parent, UllimPresenceService *service);

G_END_DECLS
