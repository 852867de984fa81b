/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conversations are called what the address book calls their peers. Main thread. For core/ only.
 */
#pragma once

#include "conversation-list.h"
#include "people-service.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_CHAT_NAMES (ullim_chat_names_get_type ())
G_DECLARE_FINAL_TYPE (UllimChatNames, ullim_chat_names, ULLIM, CHAT_NAMES, GObject)

UllimChatNames *ullim_chat_names_new (UllimConversationList *conversations,
                                      UllimPeopleService    *people);

G_END_DECLS
