/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The database thread: order, group commit, and each way in which a file or a disk can fail.
 */
#include <glib/gstdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db-private.h"
#include "store-fixture.h"

#define BOB "sip:bob@example.org"

/* User and group that own nothing (Debian's and most others' nobody). */
#define NOBODY 65534

static void
assert_no_db (const char *path, UllimProblem problem)
{
  g_autoptr (GError) error = NULL;
  UllimDb           *db = store_open (path, &error);

  g_assert_null (db);
  g_assert_error (error, ULLIM_PROBLEM_ERROR, (int) problem);
}

static guint
permissions (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return info.st_mode & 0777;
}

static void
test_private (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);

  g_assert_cmpuint (permissions (folder), ==, 0700);
  g_assert_cmpuint (permissions (fixture->path), ==, 0600);
}

static void
test_in_use (StoreFixture *fixture, gconstpointer data)
{
  assert_no_db (fixture->path, ULLIM_PROBLEM_IN_USE);
  store_fixture_close (fixture);
  store_fixture_reopen (fixture);
}

static void
test_reopen_keeps (StoreFixture *fixture, gconstpointer data)
{
  gint64 id = store_receive (fixture->history, 1, BOB, "a", 1, "kept");

  store_fixture_close (fixture);
  store_fixture_reopen (fixture);

  g_autoptr (GPtrArray) hits = store_search (fixture->history, "kept", 0, 0, 10);
  g_assert_cmpuint (hits->len, ==, 1);
  g_assert_cmpint (((UllimMessageRow *) hits->pdata[0])->id, ==, id);
}

/* Puts @contents at the fixture's path, expects @problem, and that nothing was touched. */
static void
assert_refuses_file (StoreFixture *fixture, const char *contents, gsize size, UllimProblem problem)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *after = NULL;
  gsize              after_size;

  g_file_set_contents (fixture->path, contents, (gssize) size, &error);
  g_assert_no_error (error);
  assert_no_db (fixture->path, problem);
  g_file_get_contents (fixture->path, &after, &after_size, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (after, after_size, contents, size);
}

static void
test_damaged (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *contents = NULL;
  gsize              size;

  store_receive (fixture->history, 1, BOB, "a", 1, "text");
  store_fixture_close (fixture);
  g_file_get_contents (fixture->path, &contents, &size, &error);
  g_assert_no_error (error);

  assert_refuses_file (fixture, "this is no database at all", 26, ULLIM_PROBLEM_DATABASE_DAMAGED);
  /* The second half is missing. */
  assert_refuses_file (fixture, contents, size / 2, ULLIM_PROBLEM_DATABASE_DAMAGED);
  /* The page that holds the schema is overwritten. */
  memset (contents + 100, 0xa5, 2000);
  assert_refuses_file (fixture, contents, size, ULLIM_PROBLEM_DATABASE_DAMAGED);
}

static void
assert_refuses_after (StoreFixture *fixture, const char *sql, UllimProblem problem)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *contents = NULL;
  gsize              size;

  store_execute (fixture->path, sql);
  g_file_get_contents (fixture->path, &contents, &size, &error);
  g_assert_no_error (error);
  assert_refuses_file (fixture, contents, size, problem);
}

static void
test_newer (StoreFixture *fixture, gconstpointer data)
{
  store_fixture_close (fixture);
  assert_refuses_after (fixture, "PRAGMA user_version = 1000000", ULLIM_PROBLEM_DATABASE_NEWER);
}

static void
test_foreign (StoreFixture *fixture, gconstpointer data)
{
  store_fixture_close (fixture);
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  g_assert_true (g_file_set_contents (fixture->path, "", 0, NULL));
  assert_refuses_after (fixture, "CREATE TABLE other (x)", ULLIM_PROBLEM_DATABASE_DAMAGED);
}

/* A page in the middle is found damaged only when it is read; that must be said then. */
static void
test_damaged_later (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray)    conversations = NULL;
  g_autoptr (GPtrArray)    rows = NULL;
  g_autoptr (GError)       error = NULL;
  g_autofree char         *contents = NULL;
  gsize                    size;
  const gsize              page = 4096;

  for (guint i = 0; i < 300; i++)
    store_receive (fixture->history, 1, BOB, "a", i, "a text that fills the pages of the file");
  store_fixture_close (fixture);
  g_file_get_contents (fixture->path, &contents, &size, &error);
  g_assert_no_error (error);
  /* All pages but those of the schema and the conversations. */
  for (gsize at = size / 2 / page * page; at < size; at += page)
    memset (contents + at, 0xa5, page);
  g_file_set_contents (fixture->path, contents, (gssize) size, &error);
  g_assert_no_error (error);

  store_fixture_reopen (fixture);
  conversations = store_conversations (fixture->history);
  ullim_history_page_async (fixture->history, 1, 0, 0, 500, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "a page");
  rows = ullim_history_page_finish (fixture->history, result, NULL, &error);
  g_assert_null (rows);
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DATABASE_DAMAGED);
}

static void
run_read_only (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "ullim.db", NULL);
  g_autofree char *below = g_build_filename (folder, "new", "ullim.db", NULL);
  g_autofree char *locked = g_build_filename (folder, "locked.db", NULL);

  /* Permissions do not bind root. */
  if (geteuid () == 0) {
    g_assert_cmpint (setresuid (NOBODY, NOBODY, NOBODY), ==, 0);
    /* So that the leak checker may still look at us. */
    prctl (PR_SET_DUMPABLE, 1);
  }
  assert_no_db (path, ULLIM_PROBLEM_DISK_READ_ONLY);
  assert_no_db (below, ULLIM_PROBLEM_DISK_READ_ONLY);
  assert_no_db (locked, ULLIM_PROBLEM_DISK_READ_ONLY);
}

static void
test_read_only (void)
{
  char            *folder;
  g_autofree char *lock = NULL;

  if (g_test_subprocess ()) {
    run_read_only (g_getenv ("TEST_FOLDER"));
    return;
  }
  folder = support_temp_dir ();
  lock = g_build_filename (folder, "locked.db.lock", NULL);
  g_assert_true (g_file_set_contents (lock, "", 0, NULL));
  g_assert_cmpint (g_chmod (lock, 0666), ==, 0);
  g_assert_cmpint (g_chmod (folder, 0555), ==, 0);
  g_setenv ("TEST_FOLDER", folder, TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  support_temp_dir_free (folder);
}

static void
set_file_size_limit (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = MIN (bytes, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

typedef struct {
  guint n_waiting;
  guint n_stored;
  guint n_full;
} Outcome;

static void
on_received (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome           *outcome = data;
  g_autoptr (GError) error = NULL;

  outcome->n_waiting--;
  if (ullim_history_receive_finish (ULLIM_HISTORY (source), result, NULL, NULL, &error)) {
    outcome->n_stored++;
  } else {
    g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DISK_FULL);
    outcome->n_full++;
  }
}

static gboolean
is_settled (gpointer data)
{
  return ((Outcome *) data)->n_waiting == 0;
}

/* @n messages, 20 at a time, each of some 3 KB. */
static void
receive_many (StoreFixture *fixture, const char *call_id, guint n, Outcome *outcome)
{
  g_autofree char *text = g_strnfill (3000, 'x');
  UllimMessageRow  row = {.call_id = (char *) call_id, .text = text};

  for (guint i = 0; i < n; i++) {
    row.cseq = i;
    outcome->n_waiting++;
    ullim_history_receive_async (fixture->history, 1, BOB, BOB, NULL, &row, NULL, on_received,
                                 outcome);
    if (i % 20 == 19)
      support_wait (is_settled, outcome, "the messages to be stored or refused");
  }
  support_wait (is_settled, outcome, "the messages to be stored or refused");
}

static guint
count_unread (StoreFixture *fixture)
{
  g_autoptr (GPtrArray) rows = store_conversations (fixture->history);

  return rows->len ? ((UllimConversationRow *) rows->pdata[0])->unread : 0;
}

static void
run_full_disk (void)
{
  StoreFixture fixture = {0};
  Outcome      outcome = {0};

  signal (SIGXFSZ, SIG_IGN);
  store_fixture_set_up (&fixture, NULL);
  set_file_size_limit (500 * 1000);
  receive_many (&fixture, "a", 400, &outcome);
  g_assert_cmpuint (outcome.n_stored, >, 0);
  g_assert_cmpuint (outcome.n_full, >, 0);
  /* What was acknowledged is there, what was refused is not: now, after the next start, and when
   * there is room again. */
  g_assert_cmpuint (count_unread (&fixture), ==, outcome.n_stored);
  store_fixture_close (&fixture);
  set_file_size_limit (RLIM_INFINITY);
  store_fixture_reopen (&fixture);
  g_assert_cmpuint (count_unread (&fixture), ==, outcome.n_stored);
  receive_many (&fixture, "b", 10, &outcome);
  g_assert_cmpuint (count_unread (&fixture), ==, outcome.n_stored);
  store_fixture_tear_down (&fixture, NULL);
}

static void
test_full_disk (void)
{
  if (g_test_subprocess ()) {
    run_full_disk ();
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

static void
test_full_at_first (void)
{
  if (g_test_subprocess ()) {
    char            *folder = support_temp_dir ();
    g_autofree char *path = g_build_filename (folder, "ullim.db", NULL);

    signal (SIGXFSZ, SIG_IGN);
    set_file_size_limit (10000);
    assert_no_db (path, ULLIM_PROBLEM_DISK_FULL);
    set_file_size_limit (RLIM_INFINITY);
    /* Half a schema must not have stayed behind. */
    UllimDb *db = store_open (path, NULL);
    g_assert_nonnull (db);
    store_close (db);
    support_temp_dir_free (folder);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

/* Jobs of the test itself: each notes the order in which it ran and was answered. */
typedef struct {
  const char *sql;
  GError     *error;  /* result */
  GString    *answer; /* borrowed */
  char        name;
} TestJob;

static gboolean
run_sql (UllimDbConnection *connection, gpointer data, GError **error)
{
  return ullim_db_connection_execute (connection, ((TestJob *) data)->sql, error);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  TestJob *job = data;

  g_task_propagate_boolean (G_TASK (result), &job->error);
  g_string_append_c (job->answer, job->error ? g_ascii_toupper (job->name) : job->name);
}

static void
submit (StoreFixture *fixture, TestJob *job, gboolean writes, GCancellable *cancellable)
{
  GTask *task = g_task_new (fixture->db, cancellable, on_answered, job);

  g_task_set_task_data (task, job, NULL);
  (writes ? ullim_db_write : ullim_db_read) (fixture->db, task, run_sql);
}

static gboolean
has_four (gpointer data)
{
  return ((GString *) data)->len == 4;
}

/* One of a batch fails after it wrote something: the others stay, its own writing does not. */
static void
test_one_fails (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) answer = g_string_new (NULL);
  TestJob             jobs[] = {
                  {"INSERT INTO setting VALUES ('a', 1)", NULL, answer, 'a'},
                  {"INSERT INTO setting VALUES ('b', 1); INSERT INTO setting VALUES ('a', 2)", NULL, answer,
                   'b'},
                  {"INSERT INTO setting VALUES ('c', 1)", NULL, answer, 'c'},
                  {"SELECT abs (iif ((SELECT group_concat (name, '') FROM setting) = 'ac', 0, "
                               "-9223372036854775808))",
                   NULL, answer, 'd'},
  };

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    submit (fixture, &jobs[i], i < 3, NULL);
  support_wait (has_four, answer, "four answers");
  g_assert_cmpstr (answer->str, ==, "aBcd");
  g_assert_error (jobs[1].error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DATABASE);
  g_clear_error (&jobs[1].error);
}

static void
test_cancel (StoreFixture *fixture, gconstpointer data)
{
  static const char *const forever =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
  g_autoptr (GString)      answer = g_string_new (NULL);
  g_autoptr (GCancellable) early = g_cancellable_new ();
  g_autoptr (GCancellable) late = g_cancellable_new ();
  TestJob                  jobs[] = {
                       {forever, NULL, answer, 'a'},
                       {forever, NULL, answer, 'b'},
                       {"INSERT INTO setting VALUES ('c', 1)", NULL, answer, 'c'},
                       {"INSERT INTO setting VALUES ('c', 2)", NULL, answer, 'd'},
  };

  g_cancellable_cancel (early);
  submit (fixture, &jobs[0], FALSE, late);
  submit (fixture, &jobs[1], FALSE, early);
  submit (fixture, &jobs[2], TRUE, early);
  submit (fixture, &jobs[3], TRUE, late);
  g_usleep (20000); /* so that the first may be running when it is cancelled */
  g_cancellable_cancel (late);
  support_wait (has_four, answer, "four answers");
  g_assert_cmpstr (answer->str, ==, "ABCD");
  for (guint i = 0; i < 4; i++) {
    g_assert_error (jobs[i].error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&jobs[i].error);
  }
}

/* What was asked before the closing is done, what is asked after it is refused. */
static void
test_close (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GString)      answer = g_string_new (NULL);
  g_autoptr (GAsyncResult) result = NULL;
  TestJob                  jobs[] = {
                       {"INSERT INTO setting VALUES ('a', 1)", NULL, answer, 'a'},
                       {"INSERT INTO setting VALUES ('b', 1)", NULL, answer, 'b'},
                       {"INSERT INTO setting VALUES ('c', 1)", NULL, answer, 'c'},
                       {"SELECT 1", NULL, answer, 'd'},
  };

  submit (fixture, &jobs[0], TRUE, NULL);
  submit (fixture, &jobs[1], TRUE, NULL);
  ullim_db_close_async (fixture->db, NULL, support_async_result, &result);
  submit (fixture, &jobs[2], TRUE, NULL);
  submit (fixture, &jobs[3], FALSE, NULL);
  support_wait_ptr ((gpointer *) &result, "the database to close");
  support_wait (has_four, answer, "four answers");
  for (guint i = 0; i < 4; i++) {
    if (i < 2)
      g_assert_no_error (jobs[i].error);
    else
      g_assert_error (jobs[i].error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DATABASE);
    g_clear_error (&jobs[i].error);
  }
  g_clear_object (&result);
  g_assert_finalize_object (g_steal_pointer (&fixture->history));
  g_assert_finalize_object (g_steal_pointer (&fixture->db));
  store_fixture_reopen (fixture);
}

static gboolean
can_open (gpointer data)
{
  StoreFixture *fixture = data;

  fixture->db = store_open (fixture->path, NULL);
  return fixture->db != NULL;
}

/* Dropped instead of closed: the thread lets go of the file by itself. */
static void
test_drop (StoreFixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->history));
  g_assert_finalize_object (g_steal_pointer (&fixture->db));
  support_wait (can_open, fixture, "the file to be free");
  fixture->history = ullim_history_new (fixture->db);
}

static void
test_cancel_open (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  store_fixture_close (fixture);
  ullim_db_open_async (fixture->path, cancellable, support_async_result, &result);
  g_cancellable_cancel (cancellable);
  support_wait_ptr ((gpointer *) &result, "the database to open");
  g_assert_null (ullim_db_open_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  support_wait (can_open, fixture, "the file to be free");
  fixture->history = ullim_history_new (fixture->db);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/db/" name, StoreFixture, NULL, store_fixture_set_up, function,                     \
              store_fixture_tear_down)
  ADD ("private", test_private);
  ADD ("in-use", test_in_use);
  ADD ("reopen-keeps", test_reopen_keeps);
  ADD ("damaged", test_damaged);
  ADD ("damaged-later", test_damaged_later);
  ADD ("newer", test_newer);
  ADD ("foreign", test_foreign);
  g_test_add_func ("/db/read-only", test_read_only);
  g_test_add_func ("/db/full-disk", test_full_disk);
  g_test_add_func ("/db/full-at-first", test_full_at_first);
  ADD ("one-fails", test_one_fails);
  ADD ("cancel", test_cancel);
  ADD ("close", test_close);
  ADD ("drop", test_drop);
  ADD ("cancel-open", test_cancel_open);
  return g_test_run ();
}
