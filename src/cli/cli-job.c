/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The beginning and the end of every command.
 */
#define G_LOG_DOMAIN "cli-job"

#include "ullim-config.h"

#include "cli-job.h"

#include <glib/gi18n.h>

static void
job_free (UllimCliJob *job)
{
  for (guint i = 0; i < ULLIM_CLI_MAX_WORDS; i++)
    g_free (job->words[i]);
  g_clear_object (&job->conversation);
  g_object_unref (job->session);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimCliJob, job_free)

UllimCliJob *
ullim_cli_job_new (UllimCliSession *session, const char *name)
{
  UllimCliJob *job = g_new0 (UllimCliJob, 1);

  job->session = g_object_ref (session);
  job->name = name;
  return job;
}

void
ullim_cli_job_finish (UllimCliJob *job, const GError *error)
{
  g_autoptr (UllimCliJob) owned = job;

  ullim_cli_session_done (owned->session, owned->name, error);
}

void
ullim_cli_job_fail (UllimCliJob *job, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (G_OPTION_ERROR, G_OPTION_ERROR_FAILED, message);

  ullim_cli_job_finish (job, error);
}

UllimAccount *
ullim_cli_job_get_account (UllimCliJob *job)
{
  UllimAccount *account = ullim_cli_session_get_account (job->session);

  if (!account)
    ullim_cli_job_fail (job, _ ("There is no account: start with --account"));
  return account;
}
