/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presence in words. Main thread.
 */
#pragma once

#include "presence.h"

G_BEGIN_DECLS

/**
 * ullim_presence_text:
 *
 * Returns: (transfer full): what is known and since when, or why it is not known, without the note:
 *   "Available", "Away since 14:05", "Unknown: waits for their permission", "Connection lost; away
 *   at 14:05"
 */
char *ullim_presence_text (const UllimPresence *presence);

/** ullim_presence_text_line: Returns: (transfer full): ullim_presence_text() and the note in one
 *  line: "Busy: in a meeting" */
char *ullim_presence_text_line (const UllimPresence *presence);

/** ullim_presence_text_state: Returns: (transfer none): "Available", "On the phone" */
const char *ullim_presence_text_state (UllimPresenceState state);

/** ullim_presence_text_own: Returns: (transfer none): a choice: "Do not disturb" */
const char *ullim_presence_text_own (UllimOwnPresence own);

/** ullim_presence_text_own_state: Returns: with which shape a choice is shown */
UllimPresenceState ullim_presence_text_own_state (UllimOwnPresence own);

G_END_DECLS
