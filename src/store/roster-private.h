/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the roster (roster*.c) share. Private to store/. Functions that take a
 * connection run on the database thread.
 */
#pragma once

#include "db-private.h"
#include "roster.h"

G_BEGIN_DECLS

UllimDb *ullim_roster_get_db (UllimRoster *self);

/** ullim_roster_remove_account: its people are spoken to over the first account from now on; what
 * was decided for it, and its copies of a server's documents, are gone */
gboolean
ullim_roster_remove_account (UllimDbConnection *connection, gint64 account_id, GError **error);

G_END_DECLS
