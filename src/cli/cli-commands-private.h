/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The functions of the table of commands. Each owns its job.
 */
#pragma once

#include "cli-job.h"

G_BEGIN_DECLS

/* cli-chat-commands */
void ullim_cli_run_message (UllimCliJob *job);
void ullim_cli_run_history (UllimCliJob *job);
void ullim_cli_run_search (UllimCliJob *job);
void ullim_cli_run_conversations (UllimCliJob *job);
void ullim_cli_run_read (UllimCliJob *job);
void ullim_cli_run_retry (UllimCliJob *job);

/* cli-people-commands */
void ullim_cli_run_people (UllimCliJob *job);
void ullim_cli_run_person_add (UllimCliJob *job);
void ullim_cli_run_person_remove (UllimCliJob *job);
void ullim_cli_run_person_group (UllimCliJob *job);
void ullim_cli_run_export (UllimCliJob *job);
void ullim_cli_run_import (UllimCliJob *job);

/* cli-presence-commands */
void ullim_cli_run_presence (UllimCliJob *job);
void ullim_cli_run_watch (UllimCliJob *job);
void ullim_cli_run_unwatch (UllimCliJob *job);
void ullim_cli_run_watchers (UllimCliJob *job);
void ullim_cli_run_allow (UllimCliJob *job);
void ullim_cli_run_deny (UllimCliJob *job);
void ullim_cli_run_block (UllimCliJob *job);
void ullim_cli_run_unblock (UllimCliJob *job);

G_END_DECLS
