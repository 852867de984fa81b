/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-journal.h"

#include "cli-event.h"
#include "support.h"

static void
add (UllimCliJournal *journal, const char *name, const char *state)
{
  g_autoptr (JsonObject) event = ullim_cli_event_new (name);

  ullim_cli_event_add (event, "state", state);
  ullim_cli_journal_add (journal, event);
}

static gboolean
wait_end (UllimCliJournal *journal, GAsyncResult **result, GError **error)
{
  g_autoptr (GAsyncResult) owned = NULL;

  support_wait_ptr ((gpointer *) result, "the end of a wait");
  owned = g_steal_pointer (result);
  return ullim_cli_journal_wait_finish (journal, owned, error);
}

static void
test_before (void)
{
  g_autoptr (UllimCliJournal) journal = ullim_cli_journal_new ();
  g_autoptr (GError)          error = NULL;
  GAsyncResult               *result = NULL;

  add (journal, "message-state", "queued");
  add (journal, "message-state", "delivered");
  ullim_cli_journal_wait_async (journal, "message-state", "state", "delivered", 5, NULL,
                                support_async_result, &result);
  g_assert_true (wait_end (journal, &result, &error));
  g_assert_no_error (error);

  /* It is taken: the next wait for the same sees none. */
  ullim_cli_journal_wait_async (journal, "message-state", "state", "delivered", 1, NULL,
                                support_async_result, &result);
  g_assert_false (wait_end (journal, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static void
test_after (void)
{
  g_autoptr (UllimCliJournal) journal = ullim_cli_journal_new ();
  g_autoptr (GError)          error = NULL;
  GAsyncResult               *result = NULL;

  ullim_cli_journal_wait_async (journal, "registered", NULL, NULL, 5, NULL, support_async_result,
                                &result);
  add (journal, "message", NULL);
  add (journal, "registered", NULL);
  g_assert_true (wait_end (journal, &result, &error));
  g_assert_no_error (error);
}

static void
test_cancel (void)
{
  g_autoptr (UllimCliJournal) journal = ullim_cli_journal_new ();
  g_autoptr (GCancellable)    cancellable = g_cancellable_new ();
  g_autoptr (GError)          error = NULL;
  GAsyncResult               *result = NULL;

  ullim_cli_journal_wait_async (journal, "registered", NULL, NULL, 5, cancellable,
                                support_async_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (wait_end (journal, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_finalize_object (g_steal_pointer (&journal));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-journal/before", test_before);
  g_test_add_func ("/cli-journal/after", test_after);
  g_test_add_func ("/cli-journal/cancel", test_cancel);
  return g_test_run ();
}
