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
#include "window.h"

G_BEGIN_DECLS

struct _UllimApplication {
  GtkApplication parent_instance;

  UllimStartOptions  *options;       /* owned */
  UllimEngine        *engine;        /* owned, nullable */
  UllimNotifications *notifications; /* owned, nullable */
  UllimQuestions     *questions;     /* owned, nullable */
  UllimWindow        *window;        /* owned by GTK, nullable */
  GSettings          *settings;      /* owned, nullable */
  GCancellable       *cancellable;   /* owned: of the start */
  gboolean            is_started;
  gboolean            is_stopping;
  gboolean            has_stopped;
  guint               sigterm_id;
  guint               sigint_id;
  guint               stop_timeout_id;
};

/** ullim_application_add_actions: the "app." actions but "quit" and "start-again", which
 * application.c adds itself; all keyboard shortcuts */
void ullim_application_add_actions (UllimApplication *self);

G_END_DECLS
