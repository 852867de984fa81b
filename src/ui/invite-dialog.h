/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Adds a person to the group on this computer and shows once what that person has to enter.
 * Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_INVITE_DIALOG (ullim_invite_dialog_get_type ())
G_DECLARE_FINAL_TYPE (UllimInviteDialog, ullim_invite_dialog, ULLIM, INVITE_DIALOG, GtkDialog)

GtkWidget *ullim_invite_dialog_new (GtkWindow *parent, UllimEngine *engine);

G_END_DECLS
