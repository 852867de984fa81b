/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "Start a group on this computer" as one step: the server, the first account on it, and Echo in
 * the address book and the list of conversations, so that there is somebody to write to.
 */
#define G_LOG_DOMAIN "engine-group"

#include "engine-private.h"

#define ECHO_USER "echo"

typedef struct {
  char         *display_name; /* nullable */
  char         *password;
  UllimAccount *account; /* nullable until it is made */
} Group;

static void
group_free (gpointer data)
{
  Group *group = data;

  explicit_bzero (group->password, strlen (group->password));
  g_free (group->password);
  g_free (group->display_name);
  g_clear_object (&group->account);
  g_free (group);
}

static void
on_echo_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)        task = user_data;
  g_autoptr (GError)       error = NULL;
  g_autoptr (UllimContact) echo = NULL;
  Group                   *group = g_task_get_task_data (task);

  echo = ullim_people_service_add_finish (ULLIM_PEOPLE_SERVICE (source), result, &error);
  if (!echo)
    g_warning ("Echo could not be added: %s", error->message);
  g_task_return_pointer (task, g_object_ref (group->account), g_object_unref);
}

static void
add_echo (UllimEngine *self, GTask *task)
{
  g_autoptr (UllimContactData) echo = ullim_contact_data_new ();
  Group                       *group = g_task_get_task_data (task);
  g_autofree char             *key = NULL;
  g_autofree char *uri = ullim_people_service_parse_address (group->account, ECHO_USER, &key, NULL);

  echo->name = g_strdup ("Echo");
  echo->account_id = ullim_account_get_id (group->account);
  g_ptr_array_add (echo->addresses, ullim_contact_address_new (uri, key));
  ullim_people_service_add_async (self->people, echo, NULL, on_echo_added, g_object_ref (task));
}

static void
on_echo_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)             task = user_data;
  g_autoptr (GError)            error = NULL;
  g_autoptr (UllimConversation) echo = NULL;

  echo = ullim_chat_service_open_finish (ULLIM_CHAT_SERVICE (source), result, &error);
  if (!echo)
    g_warning ("Echo could not be opened: %s", error->message);
  add_echo (g_task_get_source_object (task), task);
}

static void
on_account_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  UllimEngine      *self = ULLIM_ENGINE (source);
  Group            *group = g_task_get_task_data (task);
  GError           *error = NULL;

  group->account = ullim_engine_add_account_finish (self, result, &error);
  if (!group->account)
    g_task_return_error (task, error);
  else
    ullim_chat_service_open_async (self->chat, group->account, ECHO_USER, "Echo", NULL,
                                   on_echo_opened, g_object_ref (task));
}

static void
on_server_created (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)                task = user_data;
  Group                           *group = g_task_get_task_data (task);
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();
  GError                          *error = NULL;

  if (!ullim_local_server_create_finish (ULLIM_LOCAL_SERVER (source), result, &settings->address,
                                         &settings->proxy, &settings->ca_file, &error)) {
    g_task_return_error (task, error);
    return;
  }
  settings->display_name = g_strdup (group->display_name);
  ullim_engine_add_account_async (g_task_get_source_object (task), settings, group->password, FALSE,
                                  NULL, on_account_added, g_object_ref (task));
}

void
ullim_engine_create_group_async (UllimEngine        *self,
                                 const char         *user,
                                 const char         *display_name,
                                 const char         *password,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Group *group = g_new0 (Group, 1);

  group->display_name = g_strdup (display_name);
  group->password = g_strdup (password);
  g_task_set_source_tag (task, ullim_engine_create_group_async);
  g_task_set_task_data (task, group, group_free);
  ullim_local_server_create_async (self->local_server, user, password, cancellable,
                                   on_server_created, task);
}

UllimAccount *
ullim_engine_create_group_finish (UllimEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
