/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One notification per conversation: a newer message takes the place of the older one, and reading
 * the conversation takes it away.
 */
#define G_LOG_DOMAIN "notifications"

#include "notifications.h"

/* Characters of a message that a notification shows. */
#define BODY_MAX_CHARS 200

struct _UllimNotifications {
  GObject parent_instance;

  GApplication *application; /* weak */
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

static void
ullim_notifications_dispose (GObject *object)
{
  g_clear_weak_pointer (&ULLIM_NOTIFICATIONS (object)->application);
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
}

UllimNotifications *
ullim_notifications_new (GApplication *application, UllimAttention *attention)
{
  UllimNotifications *self = g_object_new (ULLIM_TYPE_NOTIFICATIONS, NULL);

  g_set_weak_pointer (&self->application, application);
  g_signal_connect_object (attention, "notify-message", G_CALLBACK (on_notify_message), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (attention, "withdraw", G_CALLBACK (on_withdraw), self,
                           G_CONNECT_SWAPPED);
  return self;
}
