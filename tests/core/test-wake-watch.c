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
on_name_owned (GDBusConnection *bus, const char *name, gpointer owned)
{
  *(gboolean *) owned = TRUE;
}

typedef struct {
  GDBusConnection *bus;
  guint            count;
} Sleeper;

/* Tells again and again that the machine woke, until the watch listens and hears it. */
static gboolean
has_resumed (gpointer data)
{
  Sleeper           *sleeper = data;
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (sleeper->bus, NULL, "/org/freedesktop/login1",
                                 "org.freedesktop.login1.Manager", "PrepareForSleep",
                                 g_variant_new ("(b)", FALSE), &error);
  g_assert_no_error (error);
  return sleeper->count > 0;
}

/* A bus of our own in the place of the system's, and ourselves as logind. */
static void
test_resume (gconstpointer data)
{
  GTestDBus                  *test_bus = (GTestDBus *) data;
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GError)          error = NULL;
  UllimWakeWatch             *watch;
  Sleeper                     sleeper = {0};
  gboolean                    owned = FALSE;
  guint                       name;

  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (test_bus), TRUE);
  bus = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (test_bus),
                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                    G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                NULL, NULL, &error);
  g_assert_no_error (error);
  name = g_bus_own_name_on_connection (bus, "org.freedesktop.login1", G_BUS_NAME_OWNER_FLAGS_NONE,
                                       on_name_owned, NULL, &owned, NULL);
  support_wait_flag (&owned, "the name");
  sleeper.bus = bus;

  watch = ullim_wake_watch_new ();
  g_signal_connect (watch, "wake", G_CALLBACK (on_wake), &sleeper.count);
  support_wait (has_resumed, &sleeper, "the wake");
  g_assert_finalize_object (watch);
  g_bus_unown_name (name);
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
  g_autoptr (GTestDBus) test_bus = NULL;
  int                   result;

  /* Until a test has its own, there is no system bus, even if the machine has one. */
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);
  test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  /* Before there are threads: it forks a child that lives on, and what locks they hold at that
     moment it would wait for at its end. */
  g_test_dbus_up (test_bus);
  g_test_add_func ("/wake-watch/burst", test_burst);
  g_test_add_func ("/wake-watch/at-once", test_at_once);
  g_test_add_data_func ("/wake-watch/resume", test_bus, test_resume);
  result = g_test_run ();
  g_test_dbus_down (test_bus);
  return result;
}
