/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bar over the conversation with somebody who is blocked.
 */
#define G_LOG_DOMAIN "blocked-bar"

#include "ullim-config.h"

#include "blocked-bar.h"

#include <glib/gi18n-lib.h>

struct _UllimBlockedBar {
  GtkRevealer parent_instance;

  GtkLabel *label;

  UllimPresenceService *service;      /* owned */
  UllimConversation    *conversation; /* owned, nullable */
  gboolean              is_blocked;
};

G_DEFINE_FINAL_TYPE (UllimBlockedBar, ullim_blocked_bar, GTK_TYPE_REVEALER)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
update (UllimBlockedBar *self)
{
  g_autofree char *text = NULL;

  self->is_blocked =
      self->conversation && ullim_presence_service_is_blocked (
                                self->service, ullim_conversation_get_account (self->conversation),
                                ullim_conversation_get_key (self->conversation));
  if (self->is_blocked) {
    text = g_strdup_printf (
        /* Translators: %s is a person's name. */
        _ ("You blocked %s: their messages and calls do not reach you, and they do not see "
           "whether you are there."),
        ullim_conversation_get_name (self->conversation));
    gtk_label_set_text (self->label, text);
  }
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), self->is_blocked);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
ullim_blocked_bar_dispose (GObject *object)
{
  UllimBlockedBar *self = ULLIM_BLOCKED_BAR (object);

  g_clear_object (&self->conversation);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (ullim_blocked_bar_parent_class)->dispose (object);
}

static void
ullim_blocked_bar_class_init (UllimBlockedBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_blocked_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/blocked-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimBlockedBar, label);

  signals[CHANGED] = g_signal_new ("changed", ULLIM_TYPE_BLOCKED_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
ullim_blocked_bar_init (UllimBlockedBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ullim_blocked_bar_set_service (UllimBlockedBar *self, UllimPresenceService *service)
{
  g_return_if_fail (self->service == NULL);

  self->service = g_object_ref (service);
  g_signal_connect_object (ullim_presence_service_get_watchers (service), "items-changed",
                           G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

void
ullim_blocked_bar_set_conversation (UllimBlockedBar *self, UllimConversation *conversation)
{
  if (g_set_object (&self->conversation, conversation))
    update (self);
}

gboolean
ullim_blocked_bar_is_blocked (UllimBlockedBar *self)
{
  return self->is_blocked;
}
