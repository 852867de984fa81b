/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decisions. What comes of them is seen where the watchers are shown; only a failure, such as a
 * full disk, is worth words.
 */
#define G_LOG_DOMAIN "decision"

#include "ullim-config.h"

#include "decision.h"

#include "problem-text.h"

#include <glib/gi18n-lib.h>

static void
say_failure (GtkWidget *over, const GError *error)
{
  GtkWidget *toplevel = over ? gtk_widget_get_toplevel (over) : NULL;
  GtkWidget *dialog;

  g_message ("A decision could not be kept: %s", error->message);
  if (!GTK_IS_WINDOW (toplevel) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  dialog =
      gtk_message_dialog_new (GTK_WINDOW (toplevel), GTK_DIALOG_MODAL, GTK_MESSAGE_ERROR,
                              GTK_BUTTONS_CLOSE, "%s", _ ("This could not be kept on the disk"));
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s",
                                            ullim_problem_text (ullim_problem_from_error (error)));
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_decided (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) over = data;
  g_autoptr (GError)    error = NULL;

  if (!ullim_presence_service_decide_finish (ULLIM_PRESENCE_SERVICE (source), result, &error))
    say_failure (over, error);
}

void
ullim_decision_make (GtkWidget            *over,
                     UllimPresenceService *service,
                     UllimAccount         *account,
                     const char           *uri,
                     UllimPermission       permission)
{
  ullim_presence_service_decide_async (service, account, uri, permission, NULL, on_decided,
                                       over ? g_object_ref (over) : NULL);
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget)    over = data;
  g_autoptr (GError)       error = NULL;
  g_autoptr (UllimContact) contact =
      ullim_people_service_add_finish (ULLIM_PEOPLE_SERVICE (source), result, &error);

  if (!contact)
    say_failure (over, error);
}

void
ullim_decision_add (GtkWidget *over, UllimEngine *engine, UllimWatcher *watcher)
{
  g_autoptr (UllimContactData) data = ullim_contact_data_new ();
  UllimAccount                *account = ullim_watcher_get_account (watcher);
  const char                  *uri = ullim_watcher_get_uri (watcher);
  const char                  *name = ullim_watcher_get_name (watcher);

  ullim_decision_make (over, ullim_engine_get_presence (engine), account, uri,
                       ULLIM_PERMISSION_ALLOWED);
  /* A name that is only the address again is none. */
  if (!g_str_has_suffix (uri, name))
    data->name = g_strdup (name);
  data->account_id = ullim_account_get_id (account);
  g_ptr_array_add (data->addresses,
                   ullim_contact_address_new (uri, ullim_watcher_get_key (watcher)));
  ullim_people_service_add_async (ullim_engine_get_people (engine), data, NULL, on_added,
                                  over ? g_object_ref (over) : NULL);
}

const char *
ullim_decision_text (UllimPermission permission)
{
  switch (permission) {
  case ULLIM_PERMISSION_ALLOWED:
    return _ ("May see you");
  case ULLIM_PERMISSION_DENIED:
    return _ ("May not see you");
  case ULLIM_PERMISSION_BLOCKED:
    return _ ("Blocked");
  case ULLIM_PERMISSION_ASKED:
  default:
    return _ ("Waits for your answer");
  }
}
