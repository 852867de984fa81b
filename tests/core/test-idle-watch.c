/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Idle time and lock, from services that the test plays on a bus of its own: Mutter, KDE, logind;
 * and that with none of them nobody is ever idle.
 */
#include "idle-watch.h"

#include "support.h"

#define IDLE_S 1

typedef struct {
  GTestDBus       *bus;
  GDBusConnection *service; /* what the test plays; the watch has the shared connection */
  UllimIdleWatch  *watch;   /* nullable */
  guint            registered[2];
  guint            n_registered;
  guint            owned;
  gboolean         owns;
  guint            n_idle_watches;
  guint            n_active_watches;
  guint32          idle; /* KDE's answer */
  gboolean         locked;
  gint64           since_us;
  guint            n_changes;
} Fixture;

static const char interfaces[] =
    "<node><interface name='org.gnome.Mutter.IdleMonitor'>"
    "<method name='AddIdleWatch'><arg type='t' direction='in'/><arg type='u' "
    "direction='out'/></method>"
    "<method name='AddUserActiveWatch'><arg type='u' direction='out'/></method>"
    "</interface><interface name='org.freedesktop.ScreenSaver'>"
    "<method name='GetSessionIdleTime'><arg type='u' direction='out'/></method>"
    "</interface><interface name='org.freedesktop.login1.Session'>"
    "<property name='LockedHint' type='b' access='read'/></interface></node>";

static void
on_call (GDBusConnection       *bus,
         const char            *sender,
         const char            *path,
         const char            *interface,
         const char            *method,
         GVariant              *arguments,
         GDBusMethodInvocation *invocation,
         gpointer               data)
{
  Fixture *fixture = data;
  guint32  answer = fixture->idle;

  if (g_str_equal (method, "AddIdleWatch")) {
    guint64 ms;

    g_variant_get (arguments, "(t)", &ms);
    g_assert_cmpuint (ms, ==, IDLE_S * 1000);
    answer = 100 + ++fixture->n_idle_watches;
  } else if (g_str_equal (method, "AddUserActiveWatch")) {
    answer = 200 + ++fixture->n_active_watches;
  }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", answer));
}

static GVariant *
on_get (GDBusConnection *bus,
        const char      *sender,
        const char      *path,
        const char      *interface,
        const char      *property,
        GError         **error,
        gpointer         data)
{
  return g_variant_new_boolean (((Fixture *) data)->locked);
}

static const GDBusInterfaceVTable vtable = {on_call, on_get, NULL, {NULL}};

static void
on_owned (GDBusConnection *bus, const char *name, gpointer data)
{
  ((Fixture *) data)->owns = TRUE;
}

static void
play (Fixture *fixture, const char *name, const char *path, const char *interface)
{
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interfaces, NULL);
  GDBusInterfaceInfo       *info = g_dbus_node_info_lookup_interface (node, interface);

  fixture->registered[fixture->n_registered++] = g_dbus_connection_register_object (
      fixture->service, path, info, &vtable, fixture, NULL, NULL);
  fixture->owned =
      g_bus_own_name_on_connection (fixture->service, name, 0, on_owned, NULL, fixture, NULL);
  support_wait_flag (&fixture->owns, name);
}

static void
emit (Fixture *fixture, const char *path, const char *interface, const char *signal, GVariant *args)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (fixture->service, NULL, path, interface, signal, args, &error);
  g_assert_no_error (error);
}

static void
on_changed (UllimIdleWatch *watch, gint64 since_us, Fixture *fixture)
{
  fixture->since_us = since_us;
  fixture->n_changes++;
}

static void
begin (Fixture *fixture)
{
  fixture->watch = ullim_idle_watch_new (IDLE_S);
  g_signal_connect (fixture->watch, "changed", G_CALLBACK (on_changed), fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_unsetenv ("DISPLAY");
  g_unsetenv ("WAYLAND_DISPLAY");
  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->bus);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (fixture->bus), TRUE);
  fixture->service =
      g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (fixture->bus),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
is_alone (gpointer watch)
{
  return G_OBJECT (watch)->ref_count == 1;
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

/* The next test must not be given the shared connection of this one. */
static void
let_go (GBusType type)
{
  GDBusConnection *bus = g_bus_get_sync (type, NULL, NULL);

  /* None was made, or it was called off midway. */
  if (!bus)
    return;
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  g_object_add_weak_pointer (G_OBJECT (bus), (gpointer *) &bus);
  g_object_unref (bus);
  support_wait (is_gone, &bus, "the shared connection to go");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  support_wait (is_alone, fixture->watch, "the buses");
  g_assert_finalize_object (fixture->watch);
  let_go (G_BUS_TYPE_SESSION);
  let_go (G_BUS_TYPE_SYSTEM);
  for (guint i = 0; i < fixture->n_registered; i++)
    g_dbus_connection_unregister_object (fixture->service, fixture->registered[i]);
  if (fixture->owned)
    g_bus_unown_name (fixture->owned);
  g_dbus_connection_close_sync (fixture->service, NULL, NULL);
  g_clear_object (&fixture->service);
  g_test_dbus_stop (fixture->bus);
  g_clear_object (&fixture->bus);
}

static gboolean
is_idle (gpointer data)
{
  return ((Fixture *) data)->since_us != 0;
}

static gboolean
is_there (gpointer data)
{
  return ((Fixture *) data)->since_us == 0;
}

static gboolean
has_idle_watch (gpointer data)
{
  return ((Fixture *) data)->n_idle_watches > 0;
}

/* Fires again and again, until the watch knows its number. */
static gboolean
fires_idle (gpointer data)
{
  emit (data, "/org/gnome/Mutter/IdleMonitor/Core", "org.gnome.Mutter.IdleMonitor", "WatchFired",
        g_variant_new ("(u)", 101));
  return is_idle (data);
}

static gboolean
fires_active (gpointer data)
{
  emit (data, "/org/gnome/Mutter/IdleMonitor/Core", "org.gnome.Mutter.IdleMonitor", "WatchFired",
        g_variant_new ("(u)", 200 + ((Fixture *) data)->n_active_watches));
  return is_there (data);
}

static void
test_mutter (Fixture *fixture, gconstpointer data)
{
  play (fixture, "org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core",
        "org.gnome.Mutter.IdleMonitor");
  begin (fixture);
  support_wait (has_idle_watch, fixture, "the idle watch");
  g_assert_cmpuint (fixture->n_changes, ==, 0);
  support_wait (fires_idle, fixture, "to be idle");
  g_assert_cmpint (fixture->since_us, <=, g_get_real_time () - IDLE_S * G_USEC_PER_SEC);
  support_wait (fires_active, fixture, "to be there");
  support_wait (fires_idle, fixture, "to be idle again");
}

static gboolean
counts_up (gpointer data)
{
  Fixture *fixture = data;

  fixture->idle = 500;
  return is_idle (data);
}

static void
test_kde (Fixture *fixture, gconstpointer data)
{
  play (fixture, "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver",
        "org.freedesktop.ScreenSaver");
  begin (fixture);
  support_wait (counts_up, fixture, "to be idle");
  fixture->idle = 0;
  support_wait (is_there, fixture, "to be there");
}

static gboolean
locks (gpointer data)
{
  emit (data, "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged",
        g_variant_new ("(b)", TRUE));
  return is_idle (data);
}

static void
test_lock (Fixture *fixture, gconstpointer data)
{
  play (fixture, "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver",
        "org.freedesktop.ScreenSaver");
  begin (fixture);
  support_wait (locks, fixture, "the lock to count");
  emit (fixture, "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged",
        g_variant_new ("(b)", FALSE));
  support_wait (is_there, fixture, "the lock to end");
}

static void
test_logind (Fixture *fixture, gconstpointer data)
{
  fixture->locked = TRUE;
  play (fixture, "org.freedesktop.login1", "/org/freedesktop/login1/session/auto",
        "org.freedesktop.login1.Session");
  begin (fixture);
  support_wait (is_idle, fixture, "the lock that was there before");
  fixture->locked = FALSE;
  emit (fixture, "/org/freedesktop/login1/session/_31", "org.freedesktop.DBus.Properties",
        "PropertiesChanged",
        g_variant_new ("(sa{sv}as)", "org.freedesktop.login1.Session", NULL, NULL));
  support_wait (is_there, fixture, "the lock to end");
}

/* An X server of its own, and a pointer that xdotool moves. */

typedef struct {
  GSubprocess *server;
  char        *display;
} Screen;

static gboolean
start_screen (Screen *screen)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char             *number = NULL;

  screen->server =
      g_subprocess_launcher_spawn (launcher, NULL, "Xvfb", "-displayfd", "1", "-screen", "0",
                                   "320x200x24", "-nolisten", "tcp", "-noreset", NULL);
  if (!screen->server)
    return FALSE;
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (screen->server));
  number = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (number);
  screen->display = g_strconcat (":", number, NULL);
  g_setenv ("DISPLAY", screen->display, TRUE);
  g_setenv ("XDG_SESSION_TYPE", "x11", TRUE);
  return TRUE;
}

static void
stop_screen (Screen *screen)
{
  g_subprocess_force_exit (screen->server);
  g_subprocess_wait (screen->server, NULL, NULL);
  g_object_unref (screen->server);
  g_free (screen->display);
}

static gboolean
moves_pointer (gpointer data)
{
  static guint            x = 0;
  g_autofree char        *to = g_strdup_printf ("%u", x++ % 300);
  g_autoptr (GSubprocess) tool = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL,
                                                   "xdotool", "mousemove", to, to, NULL);

  g_assert_true (g_subprocess_wait (tool, NULL, NULL));
  return is_there (data);
}

static void
test_x11 (Fixture *fixture, gconstpointer data)
{
#ifdef HAVE_XCB_SCREENSAVER
  g_autofree char *server = g_find_program_in_path ("Xvfb");
  g_autofree char *tool = g_find_program_in_path ("xdotool");
  Screen           screen = {NULL};

  if (!server || !tool || !start_screen (&screen)) {
    begin (fixture);
    g_test_skip ("no Xvfb or no xdotool");
    return;
  }
  begin (fixture);
  support_wait (is_idle, fixture, "to be idle");
  support_wait (moves_pointer, fixture, "to be there");
  support_wait (is_idle, fixture, "to be idle again");
  /* The server dies: nobody is idle for ever, and the program lives. */
  stop_screen (&screen);
  support_wait (is_there, fixture, "to be there without a server");
#else
  begin (fixture);
  g_test_skip ("built without xcb-screensaver");
#endif
}

/* Nobody to ask: let go at once, and while it is being set up. */
static void
test_alone (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  g_object_run_dispose (G_OBJECT (fixture->watch));
  support_wait (is_alone, fixture->watch, "the buses");
  g_assert_cmpuint (fixture->n_changes, ==, 0);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/idle-watch/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("mutter", test_mutter);
  ADD ("kde", test_kde);
  ADD ("lock", test_lock);
  ADD ("logind", test_logind);
  ADD ("x11", test_x11);
  ADD ("alone", test_alone);
  return g_test_run ();
}
