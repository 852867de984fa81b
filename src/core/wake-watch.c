/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Three sources of one signal: GNetworkMonitor, logind's PrepareForSleep, and, where there is no
 * logind (in a sandbox, for example), the wall clock running away from the monotonic one, which
 * stands still during sleep. All are asynchronous and each may be absent.
 */
#define G_LOG_DOMAIN "wake-watch"

#include "wake-watch.h"

/* Changes come in bursts: link, addresses, routes. */
#define SETTLE_MS 1000
#define CLOCK_CHECK_S 20
#define CLOCK_JUMP_US (10 * G_USEC_PER_SEC)

struct _UllimWakeWatch {
  GObject parent_instance;

  GCancellable    *cancellable;  /* owned */
  GDBusConnection *bus;          /* owned, nullable */
  guint            subscription; /* to PrepareForSleep */
  guint            settle;       /* timer */
  guint            clock;        /* timer */
  gint64           offset_us;    /* wall clock minus monotonic clock */
};

enum { WAKE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimWakeWatch, ullim_wake_watch, G_TYPE_OBJECT)

static void
ullim_wake_watch_dispose (GObject *object)
{
  UllimWakeWatch *self = ULLIM_WAKE_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->settle, g_source_remove);
  g_clear_handle_id (&self->clock, g_source_remove);
  if (self->subscription)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_object (&self->bus);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (ullim_wake_watch_parent_class)->dispose (object);
}

static void
ullim_wake_watch_class_init (UllimWakeWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_wake_watch_dispose;

  signals[WAKE] = g_signal_new ("wake", ULLIM_TYPE_WAKE_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static gboolean
on_settled (gpointer data)
{
  UllimWakeWatch *self = data;

  self->settle = 0;
  g_signal_emit (self, signals[WAKE], 0);
  return G_SOURCE_REMOVE;
}

void
ullim_wake_watch_poke (UllimWakeWatch *self)
{
  /* Not put off by each further change: a line that flaps for ever is looked after all the same. */
  if (self->settle == 0)
    self->settle = g_timeout_add (SETTLE_MS, on_settled, self);
}

static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, UllimWakeWatch *self)
{
  g_debug ("the network changed, %s", available ? "available" : "not available");
  ullim_wake_watch_poke (self);
}

static void
on_prepare_for_sleep (GDBusConnection *bus,
                      const char      *sender,
                      const char      *path,
                      const char      *interface,
                      const char      *signal,
                      GVariant        *parameters,
                      gpointer         user_data)
{
  gboolean going_to_sleep = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &going_to_sleep);
  if (!going_to_sleep)
    ullim_wake_watch_poke (user_data);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError)          error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  UllimWakeWatch             *self;

  if (!bus) {
    g_debug ("no system bus: %s", error->message);
    return;
  }
  self = user_data;
  if (g_cancellable_is_cancelled (self->cancellable) || g_dbus_connection_is_closed (bus))
    return;
  self->bus = g_steal_pointer (&bus);
  g_dbus_connection_set_exit_on_close (self->bus, FALSE);
  self->subscription = g_dbus_connection_signal_subscribe (
      self->bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
      "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_prepare_for_sleep, self, NULL);
}

static gint64
clock_offset (void)
{
  return g_get_real_time () - g_get_monotonic_time ();
}

static gboolean
on_clock_check (gpointer data)
{
  UllimWakeWatch *self = data;
  gint64          offset = clock_offset ();

  if (ABS (offset - self->offset_us) > CLOCK_JUMP_US) {
    g_debug ("the clock jumped by %" G_GINT64_FORMAT " s",
             (offset - self->offset_us) / G_USEC_PER_SEC);
    ullim_wake_watch_poke (self);
  }
  self->offset_us = offset;
  return G_SOURCE_CONTINUE;
}

static void
find_monitor (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  /* Making the monitor asks NetworkManager and waits for it: not on the main thread. It picks the
   * default main context for its signals all the same. */
  g_task_return_pointer (task, g_object_ref (g_network_monitor_get_default ()), g_object_unref);
}

static void
on_monitor (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GNetworkMonitor) monitor = g_task_propagate_pointer (G_TASK (result), NULL);

  if (monitor)
    g_signal_connect_object (monitor, "network-changed", G_CALLBACK (on_network_changed), user_data,
                             0);
}

static void
ullim_wake_watch_init (UllimWakeWatch *self)
{
  g_autoptr (GTask) task = NULL;

  self->cancellable = g_cancellable_new ();
  self->offset_us = clock_offset ();
  self->clock = g_timeout_add_seconds (CLOCK_CHECK_S, on_clock_check, self);
  task = g_task_new (NULL, self->cancellable, on_monitor, self);
  g_task_run_in_thread (task, find_monitor);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_bus, self);
}

UllimWakeWatch *
ullim_wake_watch_new (void)
{
  return g_object_new (ULLIM_TYPE_WAKE_WATCH, NULL);
}
