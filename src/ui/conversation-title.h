/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The middle of the conversation's header: with whom one speaks, whether they are there, their
 * note. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_CONVERSATION_TITLE (ullim_conversation_title_get_type ())
G_DECLARE_FINAL_TYPE (UllimConversationTitle,
                      ullim_conversation_title,
                      ULLIM,
                      CONVERSATION_TITLE,
                      GtkBox)

void ullim_conversation_title_set_service (UllimConversationTitle *self,
                                           UllimPresenceService   *service);

/** ullim_conversation_title_set_conversation: @conversation: (nullable) */
void ullim_conversation_title_set_conversation (UllimConversationTitle *self,
                                                UllimConversation      *conversation);

/** ullim_conversation_presence: Returns: (transfer none) (nullable): what is known of the peer */
const UllimPresence *ullim_conversation_presence (UllimPresenceService *service,
                                                  UllimConversation    *conversation);

G_END_DECLS
