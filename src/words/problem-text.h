/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What went wrong, in words: a sentence that names the layer and one that says what to do.
 * Shared by the window and the command line. Main thread.
 */
#pragma once

#include "problem.h"

G_BEGIN_DECLS

/**
 * ullim_problem_text:
 *
 * Returns: (transfer none): translated sentences; "" for %ULLIM_PROBLEM_NONE
 */
const char *ullim_problem_text (UllimProblem problem);

G_END_DECLS
