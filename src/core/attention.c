/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decides what deserves the user's attention: every message in a conversation that is not before
 * the user's eyes, unless they do not want to be disturbed. Whoever draws connects to the signals.
 */
#define G_LOG_DOMAIN "attention"

#include "attention.h"

struct _UllimAttention {
  GObject parent_instance;

  UllimConversation *focus; /* owned, nullable */
  gboolean           is_silent;
};

enum { NOTIFY_MESSAGE, WITHDRAW, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimAttention, ullim_attention, G_TYPE_OBJECT)

static void
ullim_attention_dispose (GObject *object)
{
  g_clear_object (&ULLIM_ATTENTION (object)->focus);
  G_OBJECT_CLASS (ullim_attention_parent_class)->dispose (object);
}

static void
ullim_attention_class_init (UllimAttentionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_attention_dispose;

  signals[NOTIFY_MESSAGE] =
      g_signal_new ("notify-message", ULLIM_TYPE_ATTENTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, ULLIM_TYPE_CONVERSATION, ULLIM_TYPE_MESSAGE);
  signals[WITHDRAW] = g_signal_new ("withdraw", ULLIM_TYPE_ATTENTION, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, ULLIM_TYPE_CONVERSATION);
}

static void
ullim_attention_init (UllimAttention *self)
{
}

UllimAttention *
ullim_attention_new (void)
{
  return g_object_new (ULLIM_TYPE_ATTENTION, NULL);
}

void
ullim_attention_set_focus (UllimAttention *self, UllimConversation *conversation)
{
  if (!g_set_object (&self->focus, conversation))
    return;
  if (conversation)
    g_signal_emit (self, signals[WITHDRAW], 0, conversation);
}

UllimConversation *
ullim_attention_get_focus (UllimAttention *self)
{
  return self->focus;
}

void
ullim_attention_set_silent (UllimAttention *self, gboolean silent)
{
  self->is_silent = silent;
}

void
ullim_attention_message (UllimAttention    *self,
                         UllimConversation *conversation,
                         UllimMessage      *message)
{
  if (conversation != self->focus && !self->is_silent)
    g_signal_emit (self, signals[NOTIFY_MESSAGE], 0, conversation, message);
}
