/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command under way. The function that runs it owns it, and ends it, now or in a callback, with
 * ullim_cli_job_finish() or _fail().
 */
#pragma once

#include "cli-session.h"

G_BEGIN_DECLS

#define ULLIM_CLI_MAX_WORDS 3

/**
 * UllimCliJob:
 * @session: owned
 * @name: name of the command; static
 * @words: (array zero-terminated=1): owned: its arguments
 * @conversation: (nullable): owned: the one it works on
 * @permission: what it decides about somebody
 */
typedef struct {
  UllimCliSession   *session;
  const char        *name;
  char              *words[ULLIM_CLI_MAX_WORDS + 1];
  UllimConversation *conversation;
  UllimPermission    permission;
} UllimCliJob;

/** ullim_cli_job_new: @name: static */
UllimCliJob *ullim_cli_job_new (UllimCliSession *session, const char *name);

/** ullim_cli_job_finish: @error: (nullable): why the command failed; frees @job */
void ullim_cli_job_finish (UllimCliJob *job, const GError *error);
/** ullim_cli_job_fail: it failed for a reason said in @message, for the user; frees @job */
void ullim_cli_job_fail (UllimCliJob *job, const char *message);

/** ullim_cli_job_get_account: Returns: (transfer none) (nullable): who speaks; if nobody does, the
 *  job has failed with a sentence that says so, and is freed */
UllimAccount *ullim_cli_job_get_account (UllimCliJob *job);

G_END_DECLS
