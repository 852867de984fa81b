/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decides, without a screen, what deserves the user's attention. Main thread.
 */
#pragma once

#include "conversation.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_ATTENTION (ullim_attention_get_type ())
G_DECLARE_FINAL_TYPE (UllimAttention, ullim_attention, ULLIM, ATTENTION, GObject)

/**
 * Signals of UllimAttention:
 *
 * notify-message (UllimConversation *, UllimMessage *): show it: the conversation is not before the
 *   user's eyes.
 * withdraw (UllimConversation *): it has been seen.
 */

UllimAttention *ullim_attention_new (void);

/** ullim_attention_set_focus: @conversation: (nullable): what the user looks at now */
void ullim_attention_set_focus (UllimAttention *self, UllimConversation *conversation);
/** ullim_attention_get_focus: Returns: (transfer none) (nullable) */
UllimConversation *ullim_attention_get_focus (UllimAttention *self);

/** ullim_attention_set_silent: for core/: do not disturb: nothing deserves attention while it holds
 */
void ullim_attention_set_silent (UllimAttention *self, gboolean silent);

/** ullim_attention_message: for core/: @message has arrived */
void ullim_attention_message (UllimAttention    *self,
                              UllimConversation *conversation,
                              UllimMessage      *message);

G_END_DECLS
