/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The questions of the engine that only the user can answer, as dialogs over the window: is this
 * certificate to be trusted, what is the password. Each is asked once by itself; the problem bar
 * offers it again. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_QUESTIONS (ullim_questions_get_type ())
G_DECLARE_FINAL_TYPE (UllimQuestions, ullim_questions, ULLIM, QUESTIONS, GObject)

/** ullim_questions_new: @window: not owned; must outlive the object or dispose it */
UllimQuestions *ullim_questions_new (UllimEngine *engine, GtkWindow *window);

/** ullim_questions_show_certificate: asks again about the last certificate of @account */
void ullim_questions_show_certificate (UllimQuestions *self, UllimAccount *account);

/** ullim_questions_ask_password: asks for the password of @account */
void ullim_questions_ask_password (UllimQuestions *self, UllimAccount *account);

G_END_DECLS
