/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A database in a scratch folder, and the calls of the history as if they were synchronous.
 */
#pragma once

#include "accounts.h"
#include "history.h"
#include "support.h"

typedef struct {
  char         *folder;
  char         *path;
  UllimDb      *db;
  UllimHistory *history;
} StoreFixture;

/** g_test_add() set-up and tear-down */
void store_fixture_set_up (StoreFixture *fixture, gconstpointer data);
void store_fixture_tear_down (StoreFixture *fixture, gconstpointer data);

/** store_open: Returns: (transfer full) (nullable) */
UllimDb *store_open (const char *path, GError **error);
/** store_close: closes it and drops the reference */
void store_close (UllimDb *db);

/** store_fixture_close, _reopen: the same file again, as after a restart */
void store_fixture_close (StoreFixture *fixture);
void store_fixture_reopen (StoreFixture *fixture);

/** store_execute: @sql in another connection; the database must be closed */
void store_execute (const char *path, const char *sql);

/** store_receive: one message from @key; Returns: its id, 0 if it was a repetition */
gint64 store_receive (UllimHistory *history,
                      gint64        account_id,
                      const char   *key,
                      const char   *call_id,
                      guint32       cseq,
                      const char   *text);
/** store_open_conversation: Returns: its id */
gint64 store_open_conversation (UllimHistory *history, gint64 account_id, const char *key);
/** store_compose: Returns: its id */
gint64 store_compose (UllimHistory *history, gint64 conversation_id, const char *text);
void   store_set_delivery (UllimHistory *history, gint64 id, UllimDelivery delivery);

/** Returns: (transfer full) (element-type UllimConversationRow) */
GPtrArray *store_conversations (UllimHistory *history);
/** Returns: (transfer full) (element-type UllimMessageRow) */
GPtrArray *store_page (UllimHistory *history,
                       gint64        conversation_id,
                       gint64        before,
                       gint64        after,
                       guint         count,
                       gboolean     *more);
GPtrArray *store_search (UllimHistory *history,
                         const char   *text,
                         gint64        conversation_id,
                         gint64        before,
                         guint         count);

/** store_texts: Returns: (transfer full): the rows' texts, "|" between them */
char *store_texts (GPtrArray *rows);
