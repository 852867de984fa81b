/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The page of a program without accounts: three ways to begin. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_FIRST_START (ullim_first_start_get_type ())
G_DECLARE_FINAL_TYPE (UllimFirstStart, ullim_first_start, ULLIM, FIRST_START, GtkBox)

/**
 * ullim_first_start_new:
 *
 * Signal "done": there is an account and the user wants to go on.
 */
GtkWidget *ullim_first_start_new (UllimEngine *engine);

G_END_DECLS
