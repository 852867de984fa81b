/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was acknowledged outlives a kill -9 at any moment, exactly once: a child process stores
 * messages and says which are stored, the parent kills it, hundreds of times, and looks. Like a
 * SIP peer the child sends again what was not acknowledged.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store-fixture.h"

#define N_KILLS 300

/* Acknowledgements after which the child is killed, at most; messages that wait at a time. */
#define MAX_ACKNOWLEDGED 25
#define MAX_WAITING 8

#define BOB "sip:bob@example.org"

/* The child. */

static guint n_waiting;

static void
on_received (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *line = g_strdup_printf ("%u\n", GPOINTER_TO_UINT (data));

  g_assert_true (ullim_history_receive_finish (ULLIM_HISTORY (source), result, NULL, NULL, &error));
  g_assert_cmpint (write (STDOUT_FILENO, line, strlen (line)), ==, strlen (line));
  n_waiting--;
}

static gboolean
has_room (gpointer data)
{
  return n_waiting < MAX_WAITING;
}

/* Stores messages from @number on until it is killed. */
static void
run_child (const char *path, guint number)
{
  g_autoptr (GError) error = NULL;
  UllimDb           *db = store_open (path, &error);
  UllimHistory      *history;

  g_assert_no_error (error);
  history = ullim_history_new (db);
  for (;; number++) {
    g_autofree char *text = g_strdup_printf ("message %u", number);
    UllimMessageRow  row = {.call_id = text, .cseq = number, .text = text};

    n_waiting++;
    ullim_history_receive_async (history, 1, BOB, BOB, NULL, &row, NULL, on_received,
                                 GUINT_TO_POINTER (number));
    support_wait (has_room, NULL, "room for another message");
  }
}

/* The parent. */

typedef struct {
  GHashTable *acknowledged; /* numbers */
  guint       first;        /* the first that is not acknowledged */
} Acknowledged;

static void
note (Acknowledged *acknowledged, const char *line)
{
  guint number = (guint) strtoul (line, NULL, 10);

  g_hash_table_add (acknowledged->acknowledged, GUINT_TO_POINTER (number));
  while (g_hash_table_contains (acknowledged->acknowledged, GUINT_TO_POINTER (acknowledged->first)))
    acknowledged->first++;
}

static GPid
start_child (const char *path, guint number, FILE **output)
{
  g_autofree char   *first = g_strdup_printf ("%u", number);
  const char        *argv[] = {"/proc/self/exe", "--child", path, first, NULL};
  g_autoptr (GError) error = NULL;
  GPid               pid;
  int                fd;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                            NULL, &fd, NULL, &error);
  g_assert_no_error (error);
  *output = fdopen (fd, "r");
  return pid;
}

static void
run_and_kill (const char *path, Acknowledged *acknowledged, GRand *rand)
{
  int   n = g_rand_int_range (rand, 0, MAX_ACKNOWLEDGED);
  char  line[32];
  int   status;
  FILE *output;
  GPid  pid = start_child (path, acknowledged->first, &output);

  for (int i = 0; i < n && fgets (line, sizeof line, output); i++)
    note (acknowledged, line);
  /* Not a wait for anything: a random moment. */
  g_usleep ((gulong) g_rand_int_range (rand, 0, n == 0 ? 30000 : 1500));
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  /* What it said before it died counts, but for a line that was cut. */
  while (fgets (line, sizeof line, output) && strchr (line, '\n'))
    note (acknowledged, line);
  fclose (output);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
  g_spawn_close_pid (pid);
}

/* Returns: the numbers of all stored messages; fails if one is there twice */
static GHashTable *
collect (UllimHistory *history, gint64 conversation)
{
  GHashTable *numbers = g_hash_table_new (NULL, NULL);
  gint64      after = 0;
  gboolean    more = TRUE;

  while (more) {
    g_autoptr (GPtrArray) rows = store_page (history, conversation, 0, after > 0 ? after : -1,
                                             ULLIM_HISTORY_MAX_PAGE, &more);

    for (guint i = 0; i < rows->len; i++) {
      const UllimMessageRow *row = rows->pdata[i];

      g_assert_cmpstr (row->text, ==, row->call_id);
      g_assert_true (g_hash_table_add (numbers, GUINT_TO_POINTER (row->cseq)));
      after = row->id;
    }
  }
  return numbers;
}

static void
verify (StoreFixture *fixture, Acknowledged *acknowledged)
{
  g_autoptr (GPtrArray)       conversations = NULL;
  g_autoptr (GHashTable)      numbers = NULL;
  g_autoptr (GPtrArray)       hits = NULL;
  GHashTableIter              iter;
  gpointer                    number;
  const UllimConversationRow *bob;

  store_fixture_reopen (fixture);
  conversations = store_conversations (fixture->history);
  g_assert_cmpuint (conversations->len, ==, 1);
  bob = conversations->pdata[0];
  numbers = collect (fixture->history, bob->id);
  g_hash_table_iter_init (&iter, acknowledged->acknowledged);
  while (g_hash_table_iter_next (&iter, &number, NULL))
    g_assert_true (g_hash_table_contains (numbers, number));
  /* The summary and the index tell the same story. */
  g_assert_cmpuint (bob->unread, ==, g_hash_table_size (numbers));
  hits = store_search (fixture->history, bob->last_text, bob->id, 0, 1);
  g_assert_cmpuint (hits->len, ==, 1);
  store_fixture_close (fixture);
}

static void
test_kill (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (NULL, NULL);
  g_autoptr (GRand)      rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  Acknowledged           acknowledged = {numbers, 1};

  store_receive (fixture->history, 1, BOB, "message 0", 0, "message 0");
  store_fixture_close (fixture);
  for (guint i = 1; i <= N_KILLS; i++) {
    run_and_kill (fixture->path, &acknowledged, rand);
    if (i % 25 == 0)
      verify (fixture, &acknowledged);
  }
  g_test_message ("%u acknowledged in %d lives", g_hash_table_size (numbers), N_KILLS);
  g_assert_cmpuint (g_hash_table_size (numbers), >, N_KILLS);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--child") == 0)
    run_child (argv[2], (guint) strtoul (argv[3], NULL, 10));
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store-kill/kill", StoreFixture, NULL, store_fixture_set_up, test_kill,
              store_fixture_tear_down);
  return g_test_run ();
}
