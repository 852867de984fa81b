/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The events that were printed and that no `wait` has taken yet, and the one wait under way.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** ULLIM_CLI_MAX_EVENTS: events kept for a later wait; the oldest are forgotten. */
#define ULLIM_CLI_MAX_EVENTS 10000
/** ULLIM_CLI_WAIT_DEFAULT_S: how long `wait` waits when it is not told. */
#define ULLIM_CLI_WAIT_DEFAULT_S 10
/** ULLIM_CLI_WAIT_MAX_S: the longest wait. */
#define ULLIM_CLI_WAIT_MAX_S 86400

#define ULLIM_TYPE_CLI_JOURNAL (ullim_cli_journal_get_type ())
G_DECLARE_FINAL_TYPE (UllimCliJournal, ullim_cli_journal, ULLIM, CLI_JOURNAL, GObject)

UllimCliJournal *ullim_cli_journal_new (void);

/** ullim_cli_journal_add: an event has been printed; ends the wait under way if it matches */
void ullim_cli_journal_add (UllimCliJournal *self, JsonObject *event);

/**
 * ullim_cli_journal_wait_async:
 * @name: name of the event
 * @field: (nullable): a field that must be there
 * @value: (nullable): its value, as text
 * @seconds: 1..%ULLIM_CLI_WAIT_MAX_S
 *
 * Takes the oldest matching event, or waits for one; one wait at a time.
 */
void ullim_cli_journal_wait_async (UllimCliJournal    *self,
                                   const char         *name,
                                   const char         *field,
                                   const char         *value,
                                   guint               seconds,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
/** ullim_cli_journal_wait_finish: @error: %G_IO_ERROR_TIMED_OUT or cancelled */
gboolean
ullim_cli_journal_wait_finish (UllimCliJournal *self, GAsyncResult *result, GError **error);

G_END_DECLS
