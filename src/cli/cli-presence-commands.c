/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's own presence, that of others, and who may see what.
 */
#define G_LOG_DOMAIN "cli-presence-commands"

#include "ullim-config.h"

#include <glib/gi18n.h>

#include "cli-commands-private.h"
#include "cli-event.h"

static UllimPresenceService *
presence_of (UllimCliJob *job)
{
  return ullim_engine_get_presence (ullim_cli_session_get_engine (job->session));
}

/* presence STATE [NOTE] */

void
ullim_cli_run_presence (UllimCliJob *job)
{
  UllimOwnPresence own;

  if (!ullim_own_presence_from_name (job->words[0], &own)) {
    ullim_cli_job_fail (job, _ ("The state must be available, away, busy, dnd or invisible"));
    return;
  }
  ullim_presence_service_set_own (presence_of (job), own, job->words[1]);
  ullim_cli_job_finish (job, NULL);
}

/* watch URI, unwatch URI */

/* Returns: (transfer full) (nullable): the address meant; if it is none, the job has failed. */
static char *
parse_address (UllimCliJob *job, UllimAccount **account, char **key)
{
  g_autoptr (GError) error = NULL;
  char              *uri;

  *account = ullim_cli_job_get_account (job);
  if (!*account)
    return NULL;
  uri = ullim_people_service_parse_address (*account, job->words[0], key, &error);
  if (!uri)
    ullim_cli_job_finish (job, error);
  return uri;
}

void
ullim_cli_run_watch (UllimCliJob *job)
{
  UllimAccount        *account;
  const UllimPresence *known;
  g_autoptr (GError)   error = NULL;
  g_autofree char     *key = NULL;
  g_autofree char     *uri = parse_address (job, &account, &key);

  if (!uri)
    return;
  /* Who is watched already has told before anybody listened here. */
  known = ullim_presence_service_find (presence_of (job), account, key);
  if (known)
    ullim_cli_session_emit (job->session, ullim_cli_event_for_presence (account, uri, known));
  ullim_presence_service_watch (presence_of (job), account, uri, &error);
  ullim_cli_job_finish (job, error);
}

void
ullim_cli_run_unwatch (UllimCliJob *job)
{
  UllimAccount    *account;
  g_autofree char *uri = parse_address (job, &account, NULL);

  if (!uri)
    return;
  ullim_presence_service_unwatch (presence_of (job), account, uri);
  ullim_cli_job_finish (job, NULL);
}

/* watchers */

void
ullim_cli_run_watchers (UllimCliJob *job)
{
  GListModel *watchers = ullim_presence_service_get_watchers (presence_of (job));
  guint       n = g_list_model_get_n_items (watchers);
  JsonObject *end;

  for (guint i = 0; i < n; i++) {
    g_autoptr (UllimWatcher) watcher = g_list_model_get_item (watchers, i);

    ullim_cli_session_emit (job->session, ullim_cli_event_for_watcher ("permission", watcher));
  }
  end = ullim_cli_event_new ("watchers-end");
  ullim_cli_event_add_int (end, "count", n);
  ullim_cli_session_emit (job->session, end);
  ullim_cli_job_finish (job, NULL);
}

/* allow URI, deny URI, person block URI, person unblock URI */

static void
on_decided (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimCliJob       *job = data;
  UllimAccount      *account = ullim_cli_session_get_account (job->session);
  g_autoptr (GError) error = NULL;

  if (ullim_presence_service_decide_finish (ULLIM_PRESENCE_SERVICE (source), result, &error)) {
    JsonObject *event = ullim_cli_event_new ("permission");

    ullim_cli_event_add (event, "account", ullim_account_get_address (account));
    ullim_cli_event_add (event, "uri", job->words[0]);
    ullim_cli_event_add (event, "permission", ullim_permission_name (job->permission));
    ullim_cli_session_emit (job->session, event);
  }
  ullim_cli_job_finish (job, error);
}

static void
decide (UllimCliJob *job, UllimPermission permission)
{
  UllimAccount *account;
  char         *uri = parse_address (job, &account, NULL);

  if (!uri)
    return;
  g_free (job->words[0]);
  job->words[0] = uri;
  job->permission = permission;
  ullim_presence_service_decide_async (presence_of (job), account, uri, permission,
                                       ullim_cli_session_get_cancellable (job->session), on_decided,
                                       job);
}

void
ullim_cli_run_allow (UllimCliJob *job)
{
  decide (job, ULLIM_PERMISSION_ALLOWED);
}

void
ullim_cli_run_deny (UllimCliJob *job)
{
  decide (job, ULLIM_PERMISSION_DENIED);
}

void
ullim_cli_run_block (UllimCliJob *job)
{
  decide (job, ULLIM_PERMISSION_BLOCKED);
}

void
ullim_cli_run_unblock (UllimCliJob *job)
{
  decide (job, ULLIM_PERMISSION_ASKED);
}
