/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The address book: printing it, adding, removing and grouping people, vCard files.
 */
#define G_LOG_DOMAIN "cli-people-commands"

#include "ullim-config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli-commands-private.h"
#include "cli-event.h"

static UllimPeopleService *
people_of (UllimCliJob *job)
{
  return ullim_engine_get_people (ullim_cli_session_get_engine (job->session));
}

/* people [TEXT] */

/* What was decided about whom, by address key: a book of thousands is walked only once. */
static GHashTable *
permissions_by_key (UllimCliJob *job)
{
  UllimEngine *engine = ullim_cli_session_get_engine (job->session);
  GListModel  *watchers = ullim_presence_service_get_watchers (ullim_engine_get_presence (engine));
  GHashTable  *permissions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (watchers); i++) {
    g_autoptr (UllimWatcher) watcher = g_list_model_get_item (watchers, i);
    const char *permission = ullim_permission_name (ullim_watcher_get_permission (watcher));

    g_hash_table_insert (permissions, g_strdup (ullim_watcher_get_key (watcher)),
                         (gpointer) permission);
  }
  return permissions;
}

static gboolean
contains (const char *value, const char *folded)
{
  g_autofree char *own = g_utf8_casefold (value, -1);

  return strstr (own, folded) != NULL;
}

static gboolean
is_meant (UllimContact *contact, const char *folded)
{
  const UllimContactData *data = ullim_contact_get_data (contact);

  if (contains (ullim_contact_get_display_name (contact), folded) ||
      (data->name && contains (data->name, folded)))
    return TRUE;
  for (guint i = 0; i < data->addresses->len; i++) {
    if (contains (((UllimContactAddress *) data->addresses->pdata[i])->uri, folded))
      return TRUE;
  }
  return FALSE;
}

static JsonObject *
event_for_contact (UllimContact *contact, GHashTable *permissions)
{
  const UllimContactData *data = ullim_contact_get_data (contact);
  const UllimPresence    *presence = ullim_contact_get_presence (contact);
  JsonObject             *event = ullim_cli_event_new ("person");
  UllimContactAddress    *first = data->addresses->len ? data->addresses->pdata[0] : NULL;

  ullim_cli_event_add_int (event, "id", ullim_contact_get_id (contact));
  ullim_cli_event_add (event, "name", ullim_contact_get_display_name (contact));
  ullim_cli_event_add (event, "uri", first ? first->uri : NULL);
  ullim_cli_event_add_list (event, "groups", data->groups);
  ullim_cli_event_add_presence (event, presence);
  ullim_cli_event_add_bool (event, "favourite", data->is_favourite);
  ullim_cli_event_add (event, "permission",
                       first ? g_hash_table_lookup (permissions, first->key) : NULL);
  return event;
}

void
ullim_cli_run_people (UllimCliJob *job)
{
  GListModel *people = G_LIST_MODEL (ullim_people_service_get_contacts (people_of (job)));
  g_autoptr (GHashTable) permissions = permissions_by_key (job);
  g_autofree char *folded = job->words[0] ? g_utf8_casefold (job->words[0], -1) : g_strdup ("");
  guint            count = 0;
  JsonObject      *end;

  for (guint i = 0; i < g_list_model_get_n_items (people); i++) {
    g_autoptr (UllimContact) contact = g_list_model_get_item (people, i);

    if (!is_meant (contact, folded))
      continue;
    ullim_cli_session_emit (job->session, event_for_contact (contact, permissions));
    count++;
  }
  end = ullim_cli_event_new ("people-end");
  ullim_cli_event_add_int (end, "count", count);
  ullim_cli_session_emit (job->session, end);
  ullim_cli_job_finish (job, NULL);
}

/* person add URI [NAME] */

static void
on_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError)       error = NULL;
  g_autoptr (UllimContact) contact =
      ullim_people_service_add_finish (ULLIM_PEOPLE_SERVICE (source), result, &error);

  ullim_cli_job_finish (data, error);
}

void
ullim_cli_run_person_add (UllimCliJob *job)
{
  UllimAccount                *account = ullim_cli_job_get_account (job);
  g_autoptr (GError)           error = NULL;
  g_autoptr (UllimContactData) data = ullim_contact_data_new ();
  g_autofree char             *key = NULL;
  g_autofree char             *uri = NULL;

  if (!account)
    return;
  uri = ullim_people_service_parse_address (account, job->words[0], &key, &error);
  if (!uri) {
    ullim_cli_job_finish (job, error);
    return;
  }
  data->account_id = ullim_account_get_id (account);
  data->name = g_strdup (job->words[1]);
  g_ptr_array_add (data->addresses, ullim_contact_address_new (uri, key));
  ullim_people_service_add_async (people_of (job), data,
                                  ullim_cli_session_get_cancellable (job->session), on_added, job);
}

/* Returns: (transfer none) (nullable): whose address the first argument is; if nobody's, the job
 * has failed. */
static UllimContact *
find_contact (UllimCliJob *job)
{
  UllimAccount      *account = ullim_cli_job_get_account (job);
  UllimContact      *contact;
  g_autoptr (GError) error = NULL;
  g_autofree char   *key = NULL;
  g_autofree char   *uri = NULL;

  if (!account)
    return NULL;
  uri = ullim_people_service_parse_address (account, job->words[0], &key, &error);
  if (!uri) {
    ullim_cli_job_finish (job, error);
    return NULL;
  }
  contact = ullim_contact_list_find (ullim_people_service_get_contacts (people_of (job)), key);
  if (!contact)
    ullim_cli_job_fail (job, _ ("Nobody in the address book has this address"));
  return contact;
}

/* person remove URI */

static void
on_removed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *card =
      ullim_people_service_remove_finish (ULLIM_PEOPLE_SERVICE (source), result, &error);

  ullim_cli_job_finish (data, error);
}

void
ullim_cli_run_person_remove (UllimCliJob *job)
{
  UllimContact *contact = find_contact (job);

  if (contact)
    ullim_people_service_remove_async (people_of (job), contact,
                                       ullim_cli_session_get_cancellable (job->session), on_removed,
                                       job);
}

/* person group URI GROUP */

static void
on_grouped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  ullim_people_service_change_finish (ULLIM_PEOPLE_SERVICE (source), result, &error);
  ullim_cli_job_finish (data, error);
}

void
ullim_cli_run_person_group (UllimCliJob *job)
{
  UllimContact                *contact = find_contact (job);
  g_autoptr (UllimContactData) data = NULL;

  if (!contact)
    return;
  if (ullim_contact_is_in_group (contact, job->words[1])) {
    ullim_cli_job_finish (job, NULL);
    return;
  }
  data = ullim_contact_data_copy (ullim_contact_get_data (contact));
  g_ptr_array_add (data->groups, g_strdup (job->words[1]));
  ullim_people_service_change_async (people_of (job), contact, data,
                                     ullim_cli_session_get_cancellable (job->session), on_grouped,
                                     job);
}

/* people export FILE, people import FILE */

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimCliJob       *job = data;
  g_autoptr (GError) error = NULL;

  if (ullim_people_service_export_finish (ULLIM_PEOPLE_SERVICE (source), result, &error)) {
    JsonObject *event = ullim_cli_event_new ("people-exported");

    ullim_cli_event_add (event, "file", job->words[0]);
    ullim_cli_session_emit (job->session, event);
  }
  ullim_cli_job_finish (job, error);
}

void
ullim_cli_run_export (UllimCliJob *job)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (job->words[0]);

  ullim_people_service_export_async (people_of (job), NULL, file,
                                     ullim_cli_session_get_cancellable (job->session), on_exported,
                                     job);
}

static void
on_imported (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimCliJob       *job = data;
  g_autoptr (GError) error = NULL;
  guint              added, changed, skipped;

  if (ullim_people_service_import_finish (ULLIM_PEOPLE_SERVICE (source), result, &added, &changed,
                                          &skipped, &error)) {
    JsonObject *event = ullim_cli_event_new ("people-imported");

    ullim_cli_event_add_int (event, "added", added);
    ullim_cli_event_add_int (event, "changed", changed);
    ullim_cli_event_add_int (event, "skipped", skipped);
    ullim_cli_session_emit (job->session, event);
  }
  ullim_cli_job_finish (job, error);
}

void
ullim_cli_run_import (UllimCliJob *job)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (job->words[0]);

  ullim_people_service_import_async (
      people_of (job), file, ullim_cli_session_get_cancellable (job->session), on_imported, job);
}
