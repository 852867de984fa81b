/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The window program: one instance per data folder, the engine beneath it, its actions. Main
 * thread.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ULLIM_TYPE_APPLICATION (ullim_application_get_type ())
G_DECLARE_FINAL_TYPE (UllimApplication, ullim_application, ULLIM, APPLICATION, GtkApplication)

UllimApplication *ullim_application_new (void);

G_END_DECLS
