/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands of ullim-cli: a table of names, help and functions (docs/cli.md).
 */
#pragma once

#include "cli-session.h"

G_BEGIN_DECLS

/** ullim_cli_commands_help: Returns: (transfer full): each command and each event, explained */
char *ullim_cli_commands_help (void);

/**
 * ullim_cli_commands_run:
 * @line: one line of input, not blank
 *
 * Runs it; ends with ullim_cli_session_done(), now or later.
 */
void ullim_cli_commands_run (UllimCliSession *session, const char *line);

G_END_DECLS
