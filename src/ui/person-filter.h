/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The conversations whose name or address contains what the user types, as a GListModel in the
 * order of the whole list. Main thread.
 */
#pragma once

#include "conversation-list.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PERSON_FILTER (ullim_person_filter_get_type ())
G_DECLARE_FINAL_TYPE (UllimPersonFilter, ullim_person_filter, ULLIM, PERSON_FILTER, GObject)

/** ullim_person_filter_new: Returns: (transfer full): empty until a text is set */
UllimPersonFilter *ullim_person_filter_new (UllimConversationList *conversations);

/**
 * ullim_person_filter_set_text:
 * @text: (nullable): what to look for, in any case; with %NULL or "" the filter is empty
 *
 * One items-changed. Takes a few milliseconds for ten thousand conversations.
 */
void ullim_person_filter_set_text (UllimPersonFilter *self, const char *text);

G_END_DECLS
