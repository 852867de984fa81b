/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An event as ullim-cli prints it: a name, a time, named fields in order (docs/cli.md).
 */
#pragma once

#include <json-glib/json-glib.h>

#include "conversation.h"
#include "presence.h"
#include "watcher.h"

G_BEGIN_DECLS

/** ullim_cli_event_new: Returns: (transfer full): an event of that name, with the time of now */
JsonObject *ullim_cli_event_new (const char *name);

/** ullim_cli_event_add: adds a text field; %NULL is left out */
void ullim_cli_event_add (JsonObject *event, const char *field, const char *value);
void ullim_cli_event_add_int (JsonObject *event, const char *field, gint64 value);
void ullim_cli_event_add_bool (JsonObject *event, const char *field, gboolean value);
/** ullim_cli_event_add_list: @values: (element-type utf8): left out when empty */
void ullim_cli_event_add_list (JsonObject *event, const char *field, GPtrArray *values);
/** ullim_cli_event_add_time: @time_us: us since the epoch, written as ISO 8601 in UTC */
void ullim_cli_event_add_time (JsonObject *event, const char *field, gint64 time_us);
/** ullim_cli_event_add_problem: adds `problem` and `text`; nothing for %ULLIM_PROBLEM_NONE */
void ullim_cli_event_add_problem (JsonObject *event, UllimProblem problem);

/** ullim_cli_event_add_presence: adds `state`, `reason`, `note`, `stale` and `since` */
void ullim_cli_event_add_presence (JsonObject *event, const UllimPresence *presence);

/** ullim_cli_event_for_presence: Returns: (transfer full): `presence` of somebody */
JsonObject *ullim_cli_event_for_presence (UllimAccount        *account,
                                          const char          *uri,
                                          const UllimPresence *presence);
/** ullim_cli_event_for_watcher: Returns: (transfer full): account, uri, name, permission, asked */
JsonObject *ullim_cli_event_for_watcher (const char *name, UllimWatcher *watcher);

/** ullim_cli_event_for_message: Returns: (transfer full): id, direction, peer, text, state, sent */
JsonObject *ullim_cli_event_for_message (const char        *name,
                                         UllimConversation *conversation,
                                         UllimMessage      *message);

/** ullim_cli_event_to_json: Returns: (transfer full): one line of JSON without its line end */
char *ullim_cli_event_to_json (JsonObject *event);

/** ullim_cli_event_to_text: Returns: (transfer full): `TIME NAME field=value …`, without line end
 */
char *ullim_cli_event_to_text (JsonObject *event);

/** ullim_cli_event_has: whether @field of @event, as text, is @value */
gboolean ullim_cli_event_has (JsonObject *event, const char *field, const char *value);

G_END_DECLS
