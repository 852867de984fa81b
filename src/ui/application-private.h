/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What application.c and application-actions.c share. Main thread.
 */
#pragma once

#include "application.h"
#include "engine.h"
#include "notifications.h"
#include "questions.h"
#include "start-options.h"
#include "tray.h"
#include "window.h"

G_BEGIN_DECLS

struct _UllimApplication {
  GtkApplication parent_instance;

  UllimStartOptions  *options;       /* owned */
  UllimEngine        *engine;        /* owned, nullable */
  UllimNotifications *notifications; /* owned, nullable */
  UllimQuestions     *questions;     /* owned, nullable */
  UllimTray          *tray;          /* owned, nullable */
  UllimWindow        *window;        /* owned by GTK, nullable */
  GSettings          *settings;      /* owned, nullable */
  GCancellable       *cancellable;   /* owned: of the start */
  gboolean            is_started;
  gboolean            is_stopping;
  gboolean            has_stopped;
  gboolean            was_told; /* that it goes on without its window */
  guint               sigterm_id;
  guint               sigint_id;
  guint               stop_timeout_id;
};

/** ullim_application_add_actions: the "app." actions but "quit" and "start-again", which
 * application.c adds itself; all keyboard shortcuts */
void ullim_application_add_actions (UllimApplication *self);

/** ullim_application_add_background_actions: those that hide and show the window */
void ullim_application_add_background_actions (UllimApplication *self);

/** ullim_application_follow_window: for each new window: the tray says whether it is shown */
void ullim_application_follow_window (UllimApplication *self);

G_END_DECLS
