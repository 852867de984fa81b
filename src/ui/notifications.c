/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One notification per conversation: a newer message takes the place of the older one, and reading
 * the conversation takes it away. One per request to see the user, until it is answered here or on
 * another device.
 */
#define G_LOG_DOMAIN "notifications"

#include "ullim-config.h"

#include "notifications.h"

#include "request-bar.h"

#include <glib/gi18n-lib.h>

/* Characters of a message that a notification shows. */
#define BODY_MAX_CHARS 200

struct _UllimNotifications {
  GObject parent_instance;

  GApplication *application; /* weak */
  UllimEngine  *engine;      /* owned */
  GHashTable   *requests;    /* owned: UllimWatcher to the id of its notification */
};

G_DEFINE_FINAL_TYPE (UllimNotifications, ullim_notifications, G_TYPE_OBJECT)

static char *
notification_id (UllimConversation *conversation)
{
  return g_strdup_printf ("conversation-%" G_GINT64_FORMAT,
                          ullim_conversation_get_id (conversation));
}

static char *
shorten (const char *text)
{
  const char      *end;
  g_autofree char *start = NULL;

  if (g_utf8_strlen (text, -1) <= BODY_MAX_CHARS)
    return g_strdup (text);
  end = g_utf8_offset_to_pointer (text, BODY_MAX_CHARS);
  start = g_strndup (text, (gsize) (end - text));
  return g_strconcat (start, "…", NULL);
}

static void
on_notify_message (UllimNotifications *self, UllimConversation *conversation, UllimMessage *message)
{
  g_autoptr (GNotification) notification =
      g_notification_new (ullim_conversation_get_name (conversation));
  g_autofree char *body = shorten (ullim_message_get_text (message));
  g_autofree char *id = notification_id (conversation);

  if (!self->application)
    return;
  g_notification_set_body (notification, body);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.show-conversation", "x",
                                                ullim_conversation_get_id (conversation));
  g_application_send_notification (self->application, id, notification);
}

static void
on_withdraw (UllimNotifications *self, UllimConversation *conversation)
{
  g_autofree char *id = notification_id (conversation);

  if (self->application)
    g_application_withdraw_notification (self->application, id);
}

/* Requests */

static char *
request_id (UllimWatcher *watcher)
{
  return g_strdup_printf ("request-%" G_GINT64_FORMAT "-%s",
                          ullim_account_get_id (ullim_watcher_get_account (watcher)),
                          ullim_watcher_get_key (watcher));
}

static void
add_decision (GNotification  *notification,
              UllimWatcher   *watcher,
              const char     *label,
              UllimPermission permission)
{
  g_notification_add_button_with_target (notification, label, "app.decide", "(xsi)",
                                         ullim_account_get_id (ullim_watcher_get_account (watcher)),
                                         ullim_watcher_get_uri (watcher), (gint32) permission);
}

/* Whoever looks at the window sees the request there. */
static gboolean
is_window_active (UllimNotifications *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self->application));

  return window && gtk_window_is_active (window);
}

static void
on_permission_requested (UllimNotifications *self, UllimWatcher *watcher)
{
  UllimPresenceService     *presence = ullim_engine_get_presence (self->engine);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char          *body = NULL;
  char                     *id;

  if (!self->application || ullim_presence_service_is_silent (presence) || is_window_active (self))
    return;
  notification = g_notification_new (ullim_watcher_get_name (watcher));
  body = ullim_request_text (watcher);
  id = request_id (watcher);
  g_notification_set_body (notification, body);
  add_decision (notification, watcher, _ ("Allow"), ULLIM_PERMISSION_ALLOWED);
  add_decision (notification, watcher, _ ("Deny"), ULLIM_PERMISSION_DENIED);
  g_notification_set_default_action (notification, "app.show-window");
  g_application_send_notification (self->application, id, notification);
  g_hash_table_insert (self->requests, g_object_ref (watcher), id);
}

static void
on_watchers_changed (UllimNotifications *self)
{
  GHashTableIter iter;
  gpointer       watcher, id;

  g_hash_table_iter_init (&iter, self->requests);
  while (g_hash_table_iter_next (&iter, &watcher, &id)) {
    if (ullim_watcher_get_permission (watcher) == ULLIM_PERMISSION_ASKED)
      continue;
    if (self->application)
      g_application_withdraw_notification (self->application, id);
    g_hash_table_iter_remove (&iter);
  }
}

static void
ullim_notifications_dispose (GObject *object)
{
  UllimNotifications *self = ULLIM_NOTIFICATIONS (object);

  g_clear_weak_pointer (&self->application);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->requests, g_hash_table_unref);
  G_OBJECT_CLASS (ullim_notifications_parent_class)->dispose (object);
}

static void
ullim_notifications_class_init (UllimNotificationsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_notifications_dispose;
}

static void
ullim_notifications_init (UllimNotifications *self)
{
  self->requests = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
}

UllimNotifications *
ullim_notifications_new (GtkApplication *application, UllimEngine *engine)
{
  UllimNotifications   *self = g_object_new (ULLIM_TYPE_NOTIFICATIONS, NULL);
  UllimAttention       *attention = ullim_engine_get_attention (engine);
  UllimPresenceService *presence = ullim_engine_get_presence (engine);

  g_set_weak_pointer (&self->application, G_APPLICATION (application));
  self->engine = g_object_ref (engine);
  g_signal_connect_object (attention, "notify-message", G_CALLBACK (on_notify_message), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (attention, "withdraw", G_CALLBACK (on_withdraw), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (presence, "permission-requested", G_CALLBACK (on_permission_requested),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ullim_presence_service_get_watchers (presence), "items-changed",
                           G_CALLBACK (on_watchers_changed), self, G_CONNECT_SWAPPED);
  return self;
}
