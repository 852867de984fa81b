/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A conversation of one account with one peer. Main thread.
 */
#pragma once

#include "account.h"
#include "message.h"
#include "timeline.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_CONVERSATION (ullim_conversation_get_type ())
G_DECLARE_FINAL_TYPE (UllimConversation, ullim_conversation, ULLIM, CONVERSATION, GObject)

/**
 * Properties, each with notify: "name" (string: what the user calls the peer, else the name the
 * peer gives itself, else its address without scheme), "last-text" (string, nullable: one line),
 * "last-time" (int64, us, 0 if nothing was said), "unread" (uint), "draft" (string, nullable),
 * "last-delivery" (int).
 */

/**
 * ullim_conversation_new:
 * @id: row id
 * @peer: the peer's address-of-record
 * @key: comparison key of @peer (ullim_uri_key())
 * @name: (nullable): the peer's display name
 */
UllimConversation *ullim_conversation_new (gint64        id,
                                           UllimAccount *account,
                                           const char   *peer,
                                           const char   *key,
                                           const char   *name);

gint64        ullim_conversation_get_id (UllimConversation *self);
UllimAccount *ullim_conversation_get_account (UllimConversation *self);
const char   *ullim_conversation_get_peer (UllimConversation *self);
const char   *ullim_conversation_get_key (UllimConversation *self);
const char   *ullim_conversation_get_name (UllimConversation *self);
void          ullim_conversation_set_name (UllimConversation *self, const char *name);
/** ullim_conversation_set_book_name: (nullable): what the address book calls the peer */
void           ullim_conversation_set_book_name (UllimConversation *self, const char *name);
const char    *ullim_conversation_get_last_text (UllimConversation *self);
gint64         ullim_conversation_get_last_time (UllimConversation *self);
UllimDelivery  ullim_conversation_get_last_delivery (UllimConversation *self);
UllimDirection ullim_conversation_get_last_direction (UllimConversation *self);
guint          ullim_conversation_get_unread (UllimConversation *self);
void           ullim_conversation_set_unread (UllimConversation *self, guint unread);
const char    *ullim_conversation_get_draft (UllimConversation *self);
void           ullim_conversation_set_draft (UllimConversation *self, const char *draft);

/**
 * ullim_conversation_set_last:
 * @text: (nullable): shortened to one line
 */
void ullim_conversation_set_last (UllimConversation *self,
                                  const char        *text,
                                  gint64             time_us,
                                  UllimDirection     direction,
                                  UllimDelivery      delivery);

/** ullim_conversation_get_timeline: Returns: (transfer none): empty until core/ loads it */
UllimTimeline *ullim_conversation_get_timeline (UllimConversation *self);

G_END_DECLS
