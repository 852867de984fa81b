/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether somebody sits at this computer. Idle time comes from the first that is there: Mutter,
 * which tells by itself; the X server, where it is the session's own; KDE's ScreenSaver, which has
 * to be asked again and again. The lock comes from logind and from the ScreenSaver services, of
 * which any will do. Each may be absent, come late, or go.
 */
#define G_LOG_DOMAIN "idle-watch"

#include "idle-watch.h"

#include "idle-x11.h"

#define MUTTER_NAME "org.gnome.Mutter.IdleMonitor"
#define MUTTER_PATH "/org/gnome/Mutter/IdleMonitor/Core"
#define SAVER_NAME "org.freedesktop.ScreenSaver"
#define SAVER_PATH "/org/freedesktop/ScreenSaver"
#define GNOME_SAVER_NAME "org.gnome.ScreenSaver"
#define LOGIND_NAME "org.freedesktop.login1"
#define LOGIND_SESSION "org.freedesktop.login1.Session"
#define LOGIND_PATH "/org/freedesktop/login1/session/auto"
#define PROPERTIES "org.freedesktop.DBus.Properties"

/* How often KDE is asked, at most; how late it may be noticed that somebody is back. */
#define POLL_S 10
#define RETURN_POLL_S 2

/* Who says that the screen is locked. */
enum { LOCK_LOGIND, LOCK_SAVER, LOCK_GNOME_SAVER, N_LOCKS };

struct _UllimIdleWatch {
  GObject parent_instance;

  guint            idle_after_s;
  GCancellable    *cancellable; /* owned */
  GDBusConnection *session;     /* owned, nullable */
  GDBusConnection *system;      /* owned, nullable */
  guint            session_signals[3];
  guint            system_signal;
  guint            mutter_name; /* watch of the bus name */
  guint32          idle_id;     /* Mutter's watches, 0: none */
  guint32          active_id;
  UllimIdleX11    *x11;    /* owned, nullable */
  guint            poll;   /* timer */
  guint64          polled; /* KDE's last answer, and when */
  gint64           polled_us;
  gboolean         polls_ms; /* it counts in ms, not in s */
  gint64           idle_since_us;
  gint64           locked_since_us[N_LOCKS];
  gint64           told_us;
};

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimIdleWatch, ullim_idle_watch, G_TYPE_OBJECT)

static void
drop_session (UllimIdleWatch *self)
{
  g_clear_handle_id (&self->mutter_name, g_bus_unwatch_name);
  g_clear_handle_id (&self->poll, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (self->session_signals); i++)
    if (self->session_signals[i] != 0)
      g_dbus_connection_signal_unsubscribe (self->session, self->session_signals[i]);
  if (self->system_signal != 0)
    g_dbus_connection_signal_unsubscribe (self->system, self->system_signal);
  g_clear_object (&self->session);
  g_clear_object (&self->system);
}

static void
ullim_idle_watch_dispose (GObject *object)
{
  UllimIdleWatch *self = ULLIM_IDLE_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  if (self->cancellable)
    drop_session (self);
  g_clear_pointer (&self->x11, ullim_idle_x11_free);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (ullim_idle_watch_parent_class)->dispose (object);
}

static void
ullim_idle_watch_class_init (UllimIdleWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_idle_watch_dispose;

  signals[CHANGED] = g_signal_new ("changed", ULLIM_TYPE_IDLE_WATCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
ullim_idle_watch_init (UllimIdleWatch *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
tell (UllimIdleWatch *self)
{
  gint64 since_us = self->idle_since_us;

  for (guint i = 0; i < N_LOCKS; i++) {
    gint64 locked_us = self->locked_since_us[i];

    if (locked_us != 0 && (since_us == 0 || locked_us < since_us))
      since_us = locked_us;
  }
  /* Since when does not change while nobody is there: who is idle may be locked out later. */
  if (since_us != 0 && self->told_us != 0)
    return;
  if (since_us == self->told_us)
    return;
  g_debug ("%s", since_us != 0 ? "nobody is here" : "somebody is here");
  self->told_us = since_us;
  g_signal_emit (self, signals[CHANGED], 0, since_us);
}

static void
set_idle (UllimIdleWatch *self, gint64 since_us)
{
  self->idle_since_us = since_us;
  tell (self);
}

static void
set_locked (UllimIdleWatch *self, guint who, gboolean locked)
{
  if (locked == (self->locked_since_us[who] != 0))
    return;
  self->locked_since_us[who] = locked ? g_get_real_time () : 0;
  tell (self);
}

static void
on_x11 (gint64 since_us, gpointer data)
{
  set_idle (data, since_us);
}

/* Mutter: watches that fire by themselves */

static void
call_mutter (UllimIdleWatch     *self,
             const char         *method,
             GVariant           *arguments,
             GAsyncReadyCallback done)
{
  g_dbus_connection_call (self->session, MUTTER_NAME, MUTTER_PATH, MUTTER_NAME, method, arguments,
                          done ? G_VARIANT_TYPE ("(u)") : NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          self->cancellable, done, self);
}

/* Returns NULL when it was cancelled, and @data is gone; or when nobody answers. */
static GVariant *
answer (GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (!value && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("not answered: %s", error->message);
  return value;
}

static void
on_idle_watch_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) value = answer (source, result);

  if (value)
    g_variant_get (value, "(u)", &((UllimIdleWatch *) data)->idle_id);
}

static void
on_active_watch_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) value = answer (source, result);

  if (value)
    g_variant_get (value, "(u)", &((UllimIdleWatch *) data)->active_id);
}

static void
on_watch_fired (GDBusConnection *bus,
                const char      *sender,
                const char      *path,
                const char      *interface,
                const char      *signal,
                GVariant        *parameters,
                gpointer         data)
{
  UllimIdleWatch *self = data;
  guint32         id = 0;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(u)")))
    g_variant_get (parameters, "(u)", &id);
  if (id != 0 && id == self->idle_id) {
    call_mutter (self, "AddUserActiveWatch", NULL, on_active_watch_added);
    set_idle (self, g_get_real_time () - (gint64) self->idle_after_s * G_USEC_PER_SEC);
  } else if (id != 0 && id == self->active_id) {
    self->active_id = 0;
    set_idle (self, 0);
  }
}

static void
on_mutter_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  UllimIdleWatch *self = data;

  call_mutter (self, "AddIdleWatch", g_variant_new ("(t)", (guint64) self->idle_after_s * 1000),
               on_idle_watch_added);
}

/* KDE: asked again and again */

static void ask_saver (UllimIdleWatch *self);

static gboolean
on_poll (gpointer data)
{
  UllimIdleWatch *self = data;

  self->poll = 0;
  ask_saver (self);
  return G_SOURCE_REMOVE;
}

/* The specification says seconds, and some versions answer milliseconds: what grows by more than a
 * hundred in a second counts the latter. */
static gint64
idle_us (UllimIdleWatch *self, guint64 idle)
{
  gint64 now = g_get_monotonic_time ();

  if (self->polled_us != 0 && idle > self->polled &&
      (idle - self->polled) * G_USEC_PER_SEC > 100 * (guint64) (now - self->polled_us))
    self->polls_ms = TRUE;
  self->polled = idle;
  self->polled_us = now;
  return (gint64) MIN (idle, G_MAXUINT32) * (self->polls_ms ? 1000 : G_USEC_PER_SEC);
}

static void
on_saver_idle (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) value = answer (source, result);
  UllimIdleWatch      *self = data;
  guint32              idle = 0;
  gint64               us;

  if (!value)
    return;
  g_variant_get (value, "(u)", &idle);
  us = idle_us (self, idle);
  if (us < (gint64) self->idle_after_s * G_USEC_PER_SEC)
    set_idle (self, 0);
  else if (self->idle_since_us == 0)
    set_idle (self, g_get_real_time () - us);
  self->poll = g_timeout_add_seconds (
      self->idle_since_us != 0 ? RETURN_POLL_S : MIN (POLL_S, MAX (self->idle_after_s / 2, 1)),
      on_poll, self);
}

static void
ask_saver (UllimIdleWatch *self)
{
  g_dbus_connection_call (self->session, SAVER_NAME, SAVER_PATH, SAVER_NAME, "GetSessionIdleTime",
                          NULL, G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          self->cancellable, on_saver_idle, self);
}

/* Under Wayland the X server sees only part of what the user does. */
static gboolean
is_x11_session (void)
{
  const char *type = g_getenv ("XDG_SESSION_TYPE");

  if (!g_getenv ("DISPLAY") || g_getenv ("WAYLAND_DISPLAY"))
    return FALSE;
  return !type || g_strcmp0 (type, "wayland") != 0;
}

static void
begin_without_mutter (UllimIdleWatch *self)
{
  if (self->x11 || self->poll != 0)
    return;
  if (is_x11_session ())
    self->x11 = ullim_idle_x11_new (self->idle_after_s, on_x11, self);
  else if (self->session)
    ask_saver (self);
}

static void
on_mutter_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  UllimIdleWatch *self = data;

  /* It is there again soon, or was never there. */
  if (self->idle_id == 0)
    begin_without_mutter (self);
  self->active_id = 0;
  set_idle (self, 0);
}

/* The lock */

static void
on_saver_active (GDBusConnection *bus,
                 const char      *sender,
                 const char      *path,
                 const char      *interface,
                 const char      *signal,
                 GVariant        *parameters,
                 gpointer         data)
{
  gboolean active = FALSE;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &active);
  set_locked (data, g_str_equal (interface, SAVER_NAME) ? LOCK_SAVER : LOCK_GNOME_SAVER, active);
}

static void
on_locked_hint (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) value = answer (source, result);
  g_autoptr (GVariant) hint = NULL;

  if (!value)
    return;
  g_variant_get (value, "(v)", &hint);
  if (g_variant_is_of_type (hint, G_VARIANT_TYPE_BOOLEAN))
    set_locked (data, LOCK_LOGIND, g_variant_get_boolean (hint));
}

static void
ask_logind (UllimIdleWatch *self)
{
  g_dbus_connection_call (self->system, LOGIND_NAME, LOGIND_PATH, PROPERTIES, "Get",
                          g_variant_new ("(ss)", LOGIND_SESSION, "LockedHint"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          self->cancellable, on_locked_hint, self);
}

/* The signal comes from the session's real path, which we need not know: ours is asked again. */
static void
on_session_properties (GDBusConnection *bus,
                       const char      *sender,
                       const char      *path,
                       const char      *interface,
                       const char      *signal,
                       GVariant        *parameters,
                       gpointer         data)
{
  ask_logind (data);
}

/* Buses */

static GDBusConnection *
take_bus (GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection   *bus = g_bus_get_finish (result, &error);

  if (!bus) {
    g_debug ("no bus: %s", error->message);
  } else if (g_dbus_connection_is_closed (bus)) {
    g_clear_object (&bus);
  } else {
    g_dbus_connection_set_exit_on_close (bus, FALSE);
  }
  return bus;
}

static guint
listen_to (GDBusConnection    *bus,
           const char         *sender,
           const char         *interface,
           const char         *member,
           const char         *arg0,
           GDBusSignalCallback callback,
           UllimIdleWatch     *self)
{
  return g_dbus_connection_signal_subscribe (bus, sender, interface, member, NULL, arg0,
                                             G_DBUS_SIGNAL_FLAGS_NONE, callback, self, NULL);
}

static void
on_session_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimIdleWatch) self = data;
  GDBusConnection           *bus = take_bus (result);

  if (!self->cancellable) {
    g_clear_object (&bus);
    return;
  }
  self->session = bus;
  if (!bus) {
    begin_without_mutter (self);
    return;
  }
  self->session_signals[0] =
      listen_to (bus, MUTTER_NAME, MUTTER_NAME, "WatchFired", NULL, on_watch_fired, self);
  self->session_signals[1] =
      listen_to (bus, SAVER_NAME, SAVER_NAME, "ActiveChanged", NULL, on_saver_active, self);
  self->session_signals[2] = listen_to (bus, GNOME_SAVER_NAME, GNOME_SAVER_NAME, "ActiveChanged",
                                        NULL, on_saver_active, self);
  self->mutter_name = g_bus_watch_name_on_connection (bus, MUTTER_NAME, 0, on_mutter_appeared,
                                                      on_mutter_vanished, self, NULL);
}

static void
on_system_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimIdleWatch) self = data;
  GDBusConnection           *bus = take_bus (result);

  if (!self->cancellable || !bus) {
    g_clear_object (&bus);
    return;
  }
  self->system = bus;
  self->system_signal = listen_to (bus, LOGIND_NAME, PROPERTIES, "PropertiesChanged",
                                   LOGIND_SESSION, on_session_properties, self);
  ask_logind (self);
}

UllimIdleWatch *
ullim_idle_watch_new (guint idle_after_s)
{
  UllimIdleWatch *self = g_object_new (ULLIM_TYPE_IDLE_WATCH, NULL);

  self->idle_after_s = idle_after_s;
  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, on_session_bus, g_object_ref (self));
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_system_bus, g_object_ref (self));
  return self;
}
