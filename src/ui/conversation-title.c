/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The title. Of somebody who is watched the lower line tells the presence, of others the address.
 */
#define G_LOG_DOMAIN "conversation-title"

#include "ullim-config.h"

#include "conversation-title.h"

#include "presence-badge.h"
#include "presence-text.h"
#include "state-text.h"

struct _UllimConversationTitle {
  GtkBox parent_instance;

  GtkLabel           *name_label;
  GtkWidget          *line;
  UllimPresenceBadge *badge;
  GtkLabel           *line_label;

  UllimPresenceService *service;      /* owned */
  UllimConversation    *conversation; /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (UllimConversationTitle, ullim_conversation_title, GTK_TYPE_BOX)

const UllimPresence *
ullim_conversation_presence (UllimPresenceService *service, UllimConversation *conversation)
{
  return ullim_presence_service_find (service, ullim_conversation_get_account (conversation),
                                      ullim_conversation_get_key (conversation));
}

static void
update (UllimConversationTitle *self)
{
  const char          *name, *address;
  const UllimPresence *presence;
  g_autofree char     *line = NULL;
  g_autofree char     *tip = NULL;

  if (!self->conversation)
    return;
  name = ullim_conversation_get_name (self->conversation);
  address = ullim_state_text_address (ullim_conversation_get_peer (self->conversation));
  presence = ullim_conversation_presence (self->service, self->conversation);
  if (presence)
    line = ullim_presence_text_line (presence);
  else if (!g_str_equal (name, address))
    line = g_strdup (address);
  tip = presence && line ? g_strdup_printf ("%s\n%s", address, line) : g_strdup (address);
  gtk_label_set_text (self->name_label, name);
  gtk_label_set_text (self->line_label, line ? line : "");
  gtk_widget_set_visible (self->line, line != NULL);
  ullim_presence_badge_set_presence (self->badge, presence);
  gtk_widget_set_visible (GTK_WIDGET (self->badge), presence != NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tip);
}

static void
on_presence_changed (UllimConversationTitle *self,
                     UllimAccount           *account,
                     const char             *uri,
                     const char             *key)
{
  if (self->conversation && account == ullim_conversation_get_account (self->conversation) &&
      g_str_equal (key, ullim_conversation_get_key (self->conversation)))
    update (self);
}

static void
ullim_conversation_title_dispose (GObject *object)
{
  UllimConversationTitle *self = ULLIM_CONVERSATION_TITLE (object);

  if (self->conversation)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_clear_object (&self->conversation);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (ullim_conversation_title_parent_class)->dispose (object);
}

static void
ullim_conversation_title_class_init (UllimConversationTitleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_conversation_title_dispose;
  g_type_ensure (ULLIM_TYPE_PRESENCE_BADGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/ullim/Ullim/ui/conversation-title.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimConversationTitle, name_label);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationTitle, line);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationTitle, badge);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationTitle, line_label);
}

static void
ullim_conversation_title_init (UllimConversationTitle *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ullim_conversation_title_set_service (UllimConversationTitle *self, UllimPresenceService *service)
{
  g_return_if_fail (self->service == NULL);

  self->service = g_object_ref (service);
  g_signal_connect_object (service, "presence-changed", G_CALLBACK (on_presence_changed), self,
                           G_CONNECT_SWAPPED);
}

void
ullim_conversation_title_set_conversation (UllimConversationTitle *self,
                                           UllimConversation      *conversation)
{
  if (self->conversation == conversation)
    return;
  if (self->conversation)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_set_object (&self->conversation, conversation);
  gtk_widget_set_visible (GTK_WIDGET (self), conversation != NULL);
  if (!conversation)
    return;
  g_signal_connect_object (conversation, "notify::name", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}
