/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's decisions about who may see them, from wherever they are made. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

/**
 * ullim_decision_make:
 * @over: (nullable): a widget of the window over which a failure is said
 *
 * As ullim_presence_service_decide_async(); a failure is said in a dialog.
 */
void ullim_decision_make (GtkWidget            *over,
                          UllimPresenceService *service,
                          UllimAccount         *account,
                          const char           *uri,
                          UllimPermission       permission);

/** ullim_decision_add: takes @watcher into the address book, which lets them see the user too */
void ullim_decision_add (GtkWidget *over, UllimEngine *engine, UllimWatcher *watcher);

/** ullim_decision_text: Returns: (transfer none): "May see you", "Blocked" */
const char *ullim_decision_text (UllimPermission permission);

G_END_DECLS
