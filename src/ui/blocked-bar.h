/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Says over a conversation that its person is blocked, and offers to end that. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_BLOCKED_BAR (ullim_blocked_bar_get_type ())
G_DECLARE_FINAL_TYPE (UllimBlockedBar, ullim_blocked_bar, ULLIM, BLOCKED_BAR, GtkRevealer)

/**
 * Signals of UllimBlockedBar: "changed" (): whether the person is blocked is another now
 */

void ullim_blocked_bar_set_service (UllimBlockedBar *self, UllimPresenceService *service);

/** ullim_blocked_bar_set_conversation: @conversation: (nullable) */
void ullim_blocked_bar_set_conversation (UllimBlockedBar *self, UllimConversation *conversation);

/** ullim_blocked_bar_is_blocked: Returns: whether the conversation's person is */
gboolean ullim_blocked_bar_is_blocked (UllimBlockedBar *self);

G_END_DECLS
