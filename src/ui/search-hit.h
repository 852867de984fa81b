/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A message found by the search over all conversations, as an object for lists. Main thread.
 */
#pragma once

#include "conversation.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_SEARCH_HIT (ullim_search_hit_get_type ())
G_DECLARE_FINAL_TYPE (UllimSearchHit, ullim_search_hit, ULLIM, SEARCH_HIT, GObject)

/**
 * ullim_search_hit_new:
 * @needle: what was searched for; the snippet shows the text around it
 */
UllimSearchHit *
ullim_search_hit_new (UllimConversation *conversation, UllimMessage *message, const char *needle);

/** ullim_search_hit_get_conversation: Returns: (transfer none) */
UllimConversation *ullim_search_hit_get_conversation (UllimSearchHit *self);
gint64             ullim_search_hit_get_message_id (UllimSearchHit *self);
/** ullim_search_hit_get_time: Returns: us since the epoch */
gint64 ullim_search_hit_get_time (UllimSearchHit *self);
/** ullim_search_hit_get_snippet: Returns: one line around the place that was found */
const char *ullim_search_hit_get_snippet (UllimSearchHit *self);
/** ullim_search_hit_get_match: where in the snippet, in bytes, it was found; an empty range if the
 * needle itself is not in it */
void ullim_search_hit_get_match (UllimSearchHit *self, guint *start, guint *end);

G_END_DECLS
