/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passwords with each kind of keyring a desktop may have: none, none that answers, a locked one, an
 * open one. Each case has a process of its own, because GIO keeps its bus connection for the life
 * of a process.
 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "secrets.h"
#include "support.h"

/* libsecret 0.20.5 forgets to free the entity tag of the keyring file it wrote. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#define BEGIN_LIBRARY_LEAK __lsan_disable ()
#define END_LIBRARY_LEAK __lsan_enable ()
#else
#define BEGIN_LIBRARY_LEAK
#define END_LIBRARY_LEAK
#endif

#define ALICE "sip:alice@example.org"

static char *
look_up (UllimSecrets *secrets, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ullim_secrets_lookup_async (secrets, ALICE, cancellable, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "a password to be looked up");
  return ullim_secrets_lookup_finish (secrets, result, error);
}

static gboolean
store (UllimSecrets *secrets, const char *password, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ullim_secrets_store_async (secrets, ALICE, password, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "a password to be stored");
  return ullim_secrets_store_finish (secrets, result, error);
}

static gboolean
clear (UllimSecrets *secrets, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ullim_secrets_clear_async (secrets, ALICE, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "a password to be cleared");
  return ullim_secrets_clear_finish (secrets, result, error);
}

static void
assert_found (UllimSecrets *secrets, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *password = look_up (secrets, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (password, ==, expected);
}

static void
assert_no_keyring (UllimSecrets *secrets)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (look_up (secrets, NULL, &error));
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_KEYRING);
}

/* Without a keyring everything works for the length of this run, and the caller is told. */
static void
assert_memory_stands_in (UllimSecrets *secrets)
{
  g_autoptr (GError) error = NULL;

  assert_no_keyring (secrets);
  g_assert_false (store (secrets, "one", &error));
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_KEYRING);
  assert_found (secrets, "one");
  ullim_secrets_remember (secrets, ALICE, "two");
  assert_found (secrets, "two");
  ullim_secrets_remember (secrets, ALICE, NULL);
  assert_no_keyring (secrets);
  ullim_secrets_remember (secrets, ALICE, "three");
  g_clear_error (&error);
  g_assert_false (clear (secrets, &error));
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_KEYRING);
  assert_no_keyring (secrets);
}

/* Runs this test again in a process of its own; Returns: whether this is it */
static gboolean
in_own_process (void)
{
  if (g_test_subprocess ())
    return TRUE;
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  return FALSE;
}

/* A private session bus. libsecret keeps its connection to it, so it cannot be taken down in order
 * (g_test_dbus_stop() would wait for the last reference): GTestDBus sees to it that the daemon ends
 * with this process. */
static GTestDBus *
start_bus (void)
{
  static GTestDBus *bus;

  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  return bus;
}

static void
test_no_bus (void)
{
  if (!in_own_process ())
    return;
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_autoptr (UllimSecrets) secrets = ullim_secrets_new ();
  assert_memory_stands_in (secrets);
}

static void
test_no_service (void)
{
  if (!in_own_process ())
    return;
  start_bus ();
  g_autoptr (UllimSecrets) secrets = ullim_secrets_new ();
  assert_memory_stands_in (secrets);
}

#ifdef HAVE_LIBSECRET

static void
assert_clears (UllimSecrets *secrets)
{
  g_autoptr (GError) error = NULL;

  BEGIN_LIBRARY_LEAK;
  g_assert_true (clear (secrets, &error));
  END_LIBRARY_LEAK;
  g_assert_no_error (error);
}

static void
test_file (void)
{
  if (!in_own_process ())
    return;
  char              *folder = support_temp_dir ();
  g_autofree char   *path = g_build_filename (folder, "keyring", NULL);
  g_autoptr (GError) error = NULL;

  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
  g_autoptr (UllimSecrets) first = ullim_secrets_new ();
  assert_found (first, NULL);
  BEGIN_LIBRARY_LEAK;
  g_assert_true (store (first, "비밀 \"word\"", &error));
  END_LIBRARY_LEAK;
  g_assert_no_error (error);

  /* As after a restart: nothing is in memory. */
  g_autoptr (UllimSecrets) second = ullim_secrets_new ();
  assert_found (second, "비밀 \"word\"");
  assert_clears (second);
  assert_found (second, NULL);
  assert_clears (second);
  support_temp_dir_free (folder);
}

/* A service that hangs: it has the name, takes each call, and says nothing until told to. */
typedef struct {
  GDBusConnection *connection;
  GMutex           mutex;
  GPtrArray       *calls; /* of GDBusMessage, under the mutex */
} Silent;

/* GIO's worker thread. */
static GDBusMessage *
on_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  Silent *silent = data;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    return message;
  g_mutex_lock (&silent->mutex);
  g_ptr_array_add (silent->calls, message);
  g_mutex_unlock (&silent->mutex);
  return NULL;
}

static void
silent_start (Silent *silent, const char *address)
{
  g_autoptr (GError)   error = NULL;
  g_autoptr (GVariant) answer = NULL;

  g_mutex_init (&silent->mutex);
  silent->calls = g_ptr_array_new_with_free_func (g_object_unref);
  silent->connection =
      g_dbus_connection_new_for_address_sync (address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_add_filter (silent->connection, on_message, silent, NULL);
  answer = g_dbus_connection_call_sync (
      silent->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", "org.freedesktop.secrets", 4), G_VARIANT_TYPE ("(u)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

/* Answers all calls of before: too late. */
static guint
silent_answer (Silent *silent)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&silent->mutex);
  guint                                  n = silent->calls->len;

  for (guint i = 0; i < n; i++) {
    g_autoptr (GDBusMessage) reply = g_dbus_message_new_method_error_literal (
        silent->calls->pdata[i], "org.freedesktop.DBus.Error.Failed", "late");

    g_dbus_connection_send_message (silent->connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL,
                                    NULL);
  }
  g_ptr_array_set_size (silent->calls, 0);
  return n;
}

static void
silent_stop (Silent *silent)
{
  g_dbus_connection_close_sync (silent->connection, NULL, NULL);
  g_clear_object (&silent->connection);
  g_ptr_array_unref (silent->calls);
  g_mutex_clear (&silent->mutex);
}

static gboolean
has_call (gpointer data)
{
  Silent                                *silent = data;
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&silent->mutex);

  return silent->calls->len > 0;
}

/* Three requests: one waits for its time-out, one is cancelled, one is answered in time. */
static void
run_silent (Silent *silent)
{
  g_autoptr (UllimSecrets) secrets = ullim_secrets_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GAsyncResult) timed_out = NULL;
  g_autoptr (GError)       error = NULL;
  gint64                   start = g_get_monotonic_time ();

  ullim_secrets_lookup_async (secrets, ALICE, cancellable, support_async_result, &cancelled);
  support_wait (has_call, silent, "the service to be asked");
  g_cancellable_cancel (cancellable);
  support_wait_ptr ((gpointer *) &cancelled, "the cancellation");
  g_assert_null (ullim_secrets_lookup_finish (secrets, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  ullim_secrets_lookup_async (secrets, ALICE, NULL, support_async_result, &timed_out);
  support_wait_ptr ((gpointer *) &timed_out, "the time-out");
  g_assert_null (ullim_secrets_lookup_finish (secrets, timed_out, &error));
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_KEYRING);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, ULLIM_SECRETS_TIMEOUT_MS * 1000 / 2);
  g_clear_error (&error);
  g_clear_object (&cancelled);
  g_clear_object (&timed_out);

  g_assert_cmpuint (silent_answer (silent), >, 0);
  ullim_secrets_lookup_async (secrets, ALICE, NULL, support_async_result, &timed_out);
  support_wait (has_call, silent, "the service to be asked again");
  silent_answer (silent);
  support_wait_ptr ((gpointer *) &timed_out, "the answer");
  g_assert_null (ullim_secrets_lookup_finish (secrets, timed_out, &error));
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_KEYRING);
  g_clear_object (&timed_out);
  g_assert_finalize_object (g_steal_pointer (&secrets));
}

static void
test_silent (void)
{
  if (!in_own_process ())
    return;
  GTestDBus *bus = start_bus ();
  Silent     silent;

  silent_start (&silent, g_test_dbus_get_bus_address (bus));
  run_silent (&silent);
  silent_stop (&silent);
}

/* gnome-keyring's own daemon on the private bus, in a home of its own. Returns: its pid */
static GPid
start_keyring (void)
{
  const char *argv[] = {"gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets",
                        NULL};
  g_autoptr (GError) error = NULL;
  GPid               pid;
  int                input;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL,
                            G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                                G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                            NULL, NULL, &pid, &input, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (write (input, "test", 4), ==, 4);
  close (input);
  return pid;
}

static gboolean
has_secret_service (gpointer bus)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
      g_variant_new ("(s)", "org.freedesktop.secrets"), G_VARIANT_TYPE ("(b)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  gboolean has = FALSE;

  if (answer)
    g_variant_get (answer, "(b)", &has);
  return has;
}

static void
lock_keyring (GDBusConnection *bus)
{
  g_autoptr (GError)   error = NULL;
  const char *const    collections[] = {"/org/freedesktop/secrets/collection/login", NULL};
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      bus, "org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service",
      "Lock", g_variant_new ("(^ao)", collections), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

static void
run_keyring (GDBusConnection *bus)
{
  g_autoptr (UllimSecrets) first = ullim_secrets_new ();
  g_autoptr (UllimSecrets) second = ullim_secrets_new ();
  g_autoptr (UllimSecrets) third = ullim_secrets_new ();
  g_autoptr (GError)       error = NULL;

  assert_found (first, NULL);
  g_assert_true (store (first, "one", &error));
  g_assert_no_error (error);
  assert_found (second, "one");
  lock_keyring (bus);
  /* libsecret asks for the keyring's password, and nobody is there to be asked. 0.20.5 then logs a
   * critical and never answers, so our time-out does; later ones say that there is no password, and
   * that it is locked is for us to find out. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR);
  assert_no_keyring (second);
  g_assert_false (store (third, "two", &error));
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_KEYRING);
  assert_found (third, "two");
}

static void
test_keyring (void)
{
  g_autofree char *program = g_find_program_in_path ("gnome-keyring-daemon");

  if (!program) {
    g_test_skip ("gnome-keyring-daemon is not installed");
    return;
  }
  if (!in_own_process ())
    return;
  char            *folder = support_temp_dir ();
  GDBusConnection *connection;
  GPid             pid;

  g_setenv ("HOME", folder, TRUE);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);
  /* No display: nobody to ask for a password. */
  g_unsetenv ("DISPLAY");
  g_unsetenv ("WAYLAND_DISPLAY");
  start_bus ();
  connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  pid = start_keyring ();
  support_wait (has_secret_service, connection, "the keyring to start");
  run_keyring (connection);
  g_assert_cmpint (kill (pid, SIGTERM), ==, 0);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  g_object_unref (connection);
  support_temp_dir_free (folder);
}

#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secrets/no-bus", test_no_bus);
  g_test_add_func ("/secrets/no-service", test_no_service);
#ifdef HAVE_LIBSECRET
  g_test_add_func ("/secrets/file", test_file);
  g_test_add_func ("/secrets/silent", test_silent);
  g_test_add_func ("/secrets/keyring", test_keyring);
#endif
  return g_test_run ();
}
