/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * make-history DIR CONVERSATIONS MESSAGES: a data folder as after years of use, for the benches.
 *
 * One account that listens on loopback and registers nowhere. A tenth of the messages are in the
 * first conversation, the others are spread unevenly over all. The rows are those that the program
 * itself would write, by the store's own connection, but in one transaction.
 */
#include <stdlib.h>

#include "bench-text.h"
#include "history-private.h"

#define SEED 20020517

/* The newest message is one minute old, and there is one every two minutes. */
#define US_PER_MESSAGE ((gint64) 120 * G_USEC_PER_SEC)

static void
check (gboolean ok, GError *error)
{
  if (!ok)
    g_error ("%s", error->message);
}

static UllimDbStatement *
prepare (UllimDbConnection *connection, const char *sql)
{
  GError           *error = NULL;
  UllimDbStatement *statement = ullim_db_connection_prepare (connection, sql, &error);

  check (statement != NULL, error);
  return statement;
}

static void
run (UllimDbConnection *connection, UllimDbStatement *statement)
{
  GError *error = NULL;

  check (ullim_db_connection_run (connection, statement, &error), error);
  ullim_db_statement_release (statement);
}

static void
execute (UllimDbConnection *connection, const char *sql)
{
  GError *error = NULL;

  check (ullim_db_connection_execute (connection, sql, &error), error);
}

static void
make_conversations (UllimDbConnection *connection, BenchText *text, guint n)
{
  for (guint i = 1; i <= n; i++) {
    g_autofree char  *peer = g_strdup_printf ("sip:friend%05u@example.org", i);
    g_autofree char  *name = g_strdup_printf ("%s %s", bench_text_korean (text, 100 + i % 1000),
                                              bench_text_english (text, 100 + i / 10));
    UllimDbStatement *statement = prepare (
        connection,
        "INSERT INTO conversation (id, account_id, peer, key, name) VALUES (?1, 1, ?2, ?2, ?3)");

    sqlite3_bind_int64 (statement, 1, i);
    sqlite3_bind_text (statement, 2, peer, -1, SQLITE_STATIC);
    sqlite3_bind_text (statement, 3, name, -1, SQLITE_STATIC);
    run (connection, statement);
  }
}

static guint
choose_conversation (BenchText *text, guint n)
{
  double x;

  if (bench_text_random (text, 10) == 0)
    return 1;
  x = bench_text_random (text, 1 << 30) / (double) (1 << 30);
  return 1 + (guint) (x * x * n);
}

static void
make_message (UllimDbConnection *connection,
              BenchText         *text,
              guint              id,
              guint              conversation,
              gint64             time)
{
  GError           *error = NULL;
  g_autofree char  *body = bench_text_message (text);
  g_autofree char  *call_id = g_strdup_printf ("%08x-%08x@192.0.2.7", id, id * 2654435761u);
  gboolean          outgoing = bench_text_random (text, 2) == 1;
  UllimDbStatement *statement = prepare (
      connection,
      "INSERT INTO message (id, conversation_id, direction, time_us, cseq, delivery, problem,"
      " call_id, text) VALUES (?1, ?2, ?3, ?4, 1, ?5, 0, ?6, ?7)");

  sqlite3_bind_int64 (statement, 1, id);
  sqlite3_bind_int64 (statement, 2, conversation);
  sqlite3_bind_int (statement, 3, outgoing);
  sqlite3_bind_int64 (statement, 4, time);
  sqlite3_bind_int (statement, 5, outgoing ? ULLIM_DELIVERY_DELIVERED : ULLIM_DELIVERY_RECEIVED);
  sqlite3_bind_text (statement, 6, call_id, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 7, body, -1, SQLITE_STATIC);
  run (connection, statement);
  check (ullim_search_index_add (connection, id, conversation, body, &error), error);
}

static void
make_messages (UllimDbConnection *connection, BenchText *text, guint n_conversations, guint n)
{
  gint64 start = g_get_real_time () - (gint64) (n + 1) * US_PER_MESSAGE;

  for (guint i = 1; i <= n; i++)
    make_message (connection, text, i,
                  i <= n_conversations ? i : choose_conversation (text, n_conversations),
                  start + (gint64) i * US_PER_MESSAGE);
}

static void
summarize (UllimDbConnection *connection)
{
  execute (connection,
           "UPDATE conversation SET (last_id, last_time_us, last_direction, last_delivery,"
           " last_text) = (SELECT coalesce (max (message.id), 0), coalesce (time_us, 0),"
           " coalesce (direction, 0), coalesce (delivery, 0), substr (text, 1, 200) FROM message"
           " WHERE conversation_id = conversation.id);"
           "UPDATE conversation SET unread = id % 7 WHERE id % 20 = 3;");
}

int
main (int argc, char **argv)
{
  GError                       *error = NULL;
  g_autofree char              *path = NULL;
  g_autoptr (BenchText)         text = bench_text_new (SEED);
  g_autoptr (UllimDbConnection) connection = NULL;

  if (argc != 4) {
    g_printerr ("usage: make-history DIR CONVERSATIONS MESSAGES\n");
    return 2;
  }
  path = g_build_filename (argv[1], "ullim.db", NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_printerr ("make-history: %s exists\n", path);
    return 1;
  }
  connection = ullim_db_connection_open (path, &error);
  check (connection != NULL, error);
  execute (connection, "PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; BEGIN");
  execute (connection, "INSERT INTO account (address, display_name, listen, registers)"
                       " VALUES ('sip:alice@127.0.0.1', 'Alice', 'udp:127.0.0.1:0', 0)");
  make_conversations (connection, text, (guint) strtoul (argv[2], NULL, 10));
  make_messages (connection, text, (guint) strtoul (argv[2], NULL, 10),
                 (guint) strtoul (argv[3], NULL, 10));
  summarize (connection);
  execute (connection, "COMMIT");
  return 0;
}
