/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wake signal: once for a burst, and nothing left behind at any moment of its life.
 */
#include "wake-watch.h"

#include "support.h"

static void
on_wake (UllimWakeWatch *watch, guint *count)
{
  (*count)++;
}

static gboolean
has_woken (gpointer data)
{
  return *(guint *) data > 0;
}

static void
test_burst (void)
{
  UllimWakeWatch *watch = ullim_wake_watch_new ();
  guint           count = 0;

  g_signal_connect (watch, "wake", G_CALLBACK (on_wake), &count);
  for (guint i = 0; i < 10; i++)
    ullim_wake_watch_poke (watch);
  g_assert_cmpuint (count, ==, 0);
  support_wait (has_woken, &count, "the wake");
  g_assert_cmpuint (count, ==, 1);
  g_assert_finalize_object (watch);
}

static void
test_at_once (void)
{
  for (guint i = 0; i < 20; i++) {
    UllimWakeWatch *watch = ullim_wake_watch_new ();

    ullim_wake_watch_poke (watch);
    g_assert_finalize_object (watch);
  }
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

int
main (int argc, char **argv)
{
  /* There is no system bus in a test, and there may be one on the machine. */
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wake-watch/burst", test_burst);
  g_test_add_func ("/wake-watch/at-once", test_at_once);
  return g_test_run ();
}
