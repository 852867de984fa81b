/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One run of ullim-cli: an engine, whose signals are printed as events, and the commands of
 * standard input, run one after another.
 */
#pragma once

#include "cli-journal.h"
#include "cli-options.h"
#include "engine.h"

G_BEGIN_DECLS

/** ULLIM_CLI_DRAIN_S: how long the end of the input waits for what was written to go out. */
#define ULLIM_CLI_DRAIN_S 10

#define ULLIM_TYPE_CLI_SESSION (ullim_cli_session_get_type ())
G_DECLARE_FINAL_TYPE (UllimCliSession, ullim_cli_session, ULLIM, CLI_SESSION, GObject)

/**
 * Signals of UllimCliSession:
 *
 * line (const char *line): a command to run; it ends with ullim_cli_session_done(), now or later,
 * and the next line is read only then. finished (): the engine has stopped; read
 * ullim_cli_session_get_failed().
 */

/** ullim_cli_session_new: @options: (transfer none): must outlive the session */
UllimCliSession *ullim_cli_session_new (const UllimCliOptions *options);

void ullim_cli_session_start (UllimCliSession *self);

/** ullim_cli_session_quit: ends the session now; what was not sent stays queued on disk */
void ullim_cli_session_quit (UllimCliSession *self);

/** ullim_cli_session_get_failed: Returns: whether a command failed or could not be read */
gboolean ullim_cli_session_get_failed (UllimCliSession *self);

/* What the commands stand on. */

UllimEngine     *ullim_cli_session_get_engine (UllimCliSession *self);
UllimCliJournal *ullim_cli_session_get_journal (UllimCliSession *self);
GCancellable    *ullim_cli_session_get_cancellable (UllimCliSession *self);
/** ullim_cli_session_get_account: Returns: (transfer none) (nullable): who speaks */
UllimAccount *ullim_cli_session_get_account (UllimCliSession *self);
/** ullim_cli_session_get_asked: Returns: (transfer none) (nullable): the account whose certificate
 *  has that fingerprint and waits for trust */
UllimAccount *ullim_cli_session_get_asked (UllimCliSession *self, const char *fingerprint);

/** ullim_cli_session_emit: prints @event; (transfer full) */
void ullim_cli_session_emit (UllimCliSession *self, JsonObject *event);

/** ullim_cli_session_track: @message was written in this run */
void ullim_cli_session_track (UllimCliSession   *self,
                              UllimConversation *conversation,
                              UllimMessage      *message);
/** ullim_cli_session_find: Returns: (transfer none) (nullable): a message that failed or was
 * written in this run */
UllimMessage *
ullim_cli_session_find (UllimCliSession *self, gint64 id, UllimConversation **conversation);

/** ullim_cli_session_done: the command is over; @error: (nullable): why it failed */
void ullim_cli_session_done (UllimCliSession *self, const char *command, const GError *error);

G_END_DECLS
