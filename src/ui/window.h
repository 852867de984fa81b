/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The main window: people at the left, the conversation at the right, folded into one column where
 * it is narrow; before that the first start, and in place of all of it the page that says why the
 * data cannot be opened. Main thread.
 */
#pragma once

#include <gtk/gtk.h>
#include <handy.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_WINDOW (ullim_window_get_type ())
G_DECLARE_FINAL_TYPE (UllimWindow, ullim_window, ULLIM, WINDOW, HdyApplicationWindow)

/** ullim_window_new: @settings: (nullable): where size and place are remembered */
UllimWindow *
ullim_window_new (GtkApplication *application, UllimEngine *engine, GSettings *settings);

/** ullim_window_show_started: the engine has its data: show people, or the first start */
void ullim_window_show_started (UllimWindow *self);

/** ullim_window_show_failure: the engine could not start: say why, and what to do */
void ullim_window_show_failure (UllimWindow *self, const GError *error, const char *data_dir);

/** ullim_window_show_conversation: @message_id: a message to jump to, or 0 */
void ullim_window_show_conversation (UllimWindow       *self,
                                     UllimConversation *conversation,
                                     gint64             message_id);

/** ullim_window_remember_size: for the next start */
void ullim_window_remember_size (UllimWindow *self);

G_END_DECLS
