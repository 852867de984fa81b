/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The group server as a child process. It is told to end when its standard input closes, so it
 * never outlives us, however we end. Its output, one line per address it listens on and then
 * "ready", is read line by line; what it said last is the reason when it ends before that.
 */
#define G_LOG_DOMAIN "local-server"

#include "local-server.h"

#include "problem.h"
#include "sip-tls.h"
#include "ullim-config.h"
#include "uri.h"

#include <glib/gstdio.h>
#include <signal.h>

#define PORT 5060
#define TLS_PORT 5061
#define FIRST_PAUSE_S 1
#define LONGEST_PAUSE_S 60
/* A server that ran so long did not fail at start: the next pause is short again. */
#define STABLE_US (60 * G_USEC_PER_SEC)
#define MAX_LINE_BYTES 4096

struct _UllimLocalServer {
  GObject parent_instance;

  char             *data_dir; /* owned: the server's own folder */
  GCancellable     *cancellable;
  GSubprocess      *process; /* owned, nullable */
  GDataInputStream *output;  /* owned, nullable */
  GTask            *start;   /* owned, nullable: somebody waits for "ready" */
  char             *words;   /* owned, nullable: its last line that we did not understand */
  gint64            started_us;
  guint             timer; /* restart */
  guint             pause_s;
  guint16           port;
  guint16           tls_port;
  gboolean          any_port; /* the remembered ports are taken: let the system choose */
  gboolean          wanted;
  gboolean          running;
};

enum { PROP_0, PROP_RUNNING, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (UllimLocalServer, ullim_local_server, G_TYPE_OBJECT)

static void launch (UllimLocalServer *self);

static void
ullim_local_server_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_RUNNING:
    g_value_set_boolean (value, ULLIM_LOCAL_SERVER (object)->running);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ullim_local_server_dispose (GObject *object)
{
  UllimLocalServer *self = ULLIM_LOCAL_SERVER (object);

  ullim_local_server_stop (self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->output);
  g_clear_object (&self->process);
  G_OBJECT_CLASS (ullim_local_server_parent_class)->dispose (object);
}

static void
ullim_local_server_finalize (GObject *object)
{
  UllimLocalServer *self = ULLIM_LOCAL_SERVER (object);

  g_free (self->data_dir);
  g_free (self->words);
  G_OBJECT_CLASS (ullim_local_server_parent_class)->finalize (object);
}

static void
ullim_local_server_class_init (UllimLocalServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ullim_local_server_get_property;
  object_class->dispose = ullim_local_server_dispose;
  object_class->finalize = ullim_local_server_finalize;

  props[PROP_RUNNING] =
      g_param_spec_boolean ("running", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
ullim_local_server_init (UllimLocalServer *self)
{
  self->cancellable = g_cancellable_new ();
  self->port = PORT;
  self->tls_port = TLS_PORT;
}

UllimLocalServer *
ullim_local_server_new (const char *data_dir)
{
  UllimLocalServer *self = g_object_new (ULLIM_TYPE_LOCAL_SERVER, NULL);

  self->data_dir = g_build_filename (data_dir, "server", NULL);
  return self;
}

gboolean
ullim_local_server_exists (UllimLocalServer *self)
{
  g_autofree char *db = g_build_filename (self->data_dir, "server.db", NULL);

  return g_file_test (db, G_FILE_TEST_EXISTS);
}

char *
ullim_local_server_get_proxy (UllimLocalServer *self)
{
  /* Over the loopback there is nobody to hide from, and no certificate to go wrong. */
  return g_strdup_printf ("sip:127.0.0.1:%u;transport=tcp", self->port);
}

guint
ullim_local_server_get_tls_port (UllimLocalServer *self)
{
  return self->tls_port;
}

char *
ullim_local_server_get_ca_file (UllimLocalServer *self)
{
  return g_build_filename (self->data_dir, "ca.pem", NULL);
}

static void
on_certificate_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)           task = user_data;
  g_autoptr (GTlsCertificate) leaf = NULL;
  char                       *pem = NULL;
  gsize                       length;
  GError                     *error = NULL;

  if (g_file_load_contents_finish (G_FILE (source), result, &pem, &length, NULL, &error)) {
    leaf = g_tls_certificate_new_from_pem (pem, (gssize) length, &error);
    /* The key stands in the same file. */
    explicit_bzero (pem, length);
    g_free (pem);
  }
  if (leaf)
    g_task_return_pointer (task, ullim_sip_tls_fingerprint (leaf), g_free);
  else
    g_task_return_error (task, error);
}

void
ullim_local_server_read_fingerprint_async (UllimLocalServer   *self,
                                           GCancellable       *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer            user_data)
{
  GTask            *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char  *path = g_build_filename (self->data_dir, "agent.pem", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_task_set_source_tag (task, ullim_local_server_read_fingerprint_async);
  g_file_load_contents_async (file, cancellable, on_certificate_read, task);
}

char *
ullim_local_server_read_fingerprint_finish (UllimLocalServer *self,
                                            GAsyncResult     *result,
                                            GError          **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Beside our own program, in its build folder, where it was installed, or on the path. */
static char *
find_program (void)
{
  const char      *set = g_getenv ("ULLIM_SERVER");
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self ? g_path_get_dirname (self) : NULL;
  g_autofree char *beside = folder ? g_build_filename (folder, "ullim-server", NULL) : NULL;
  g_autofree char *built =
      folder ? g_build_filename (folder, "..", "server", "ullim-server", NULL) : NULL;
  const char *const places[] = {set, beside, built, ULLIM_BIN_DIR "/ullim-server"};

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    if (places[i] && g_file_test (places[i], G_FILE_TEST_IS_EXECUTABLE))
      return g_strdup (places[i]);
  }
  return g_find_program_in_path ("ullim-server");
}

static GSubprocess *
spawn (UllimLocalServer *self, const char *const *arguments, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                 G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char      *program = find_program ();
  g_autoptr (GError)    failure = NULL;
  GSubprocess          *process;

  if (!program) {
    g_set_error_literal (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_LOCAL_SERVER,
                         "The program ullim-server is not installed");
    return NULL;
  }
  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (gpointer) "--data-dir");
  g_ptr_array_add (argv, self->data_dir);
  for (; *arguments; arguments++)
    g_ptr_array_add (argv, (gpointer) *arguments);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &failure);
  if (!process)
    g_set_error_literal (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_LOCAL_SERVER, failure->message);
  return process;
}

/* A command that runs and ends */

static void
on_command_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GSubprocess      *process = G_SUBPROCESS (source);
  g_autofree char  *output = NULL;
  GError           *error = NULL;

  if (!g_subprocess_communicate_utf8_finish (process, result, &output, NULL, &error))
    g_task_return_error (task, error);
  else if (g_subprocess_get_successful (process))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_LOCAL_SERVER, "%s",
                             output && *output ? g_strstrip (output) : "ullim-server failed");
}

/* @input: (nullable): for its standard input */
static void
run_async (UllimLocalServer   *self,
           const char *const  *arguments,
           const char         *input,
           GCancellable       *cancellable,
           GAsyncReadyCallback callback,
           gpointer            user_data)
{
  g_autoptr (GTask)       task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GSubprocess) process = NULL;
  GError                 *error = NULL;

  g_task_set_source_tag (task, run_async);
  process = spawn (self, arguments, &error);
  if (!process) {
    g_task_return_error (task, error);
    return;
  }
  g_subprocess_communicate_utf8_async (process, input, cancellable, on_command_done,
                                       g_steal_pointer (&task));
}

static gboolean
run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The ports are remembered, so that the address that was given to others stays true. */

static char *
ports_path (UllimLocalServer *self)
{
  return g_build_filename (self->data_dir, "ports", NULL);
}

static void
on_ports_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_warning ("the server's ports could not be written down: %s", error->message);
}

static void
remember_ports (UllimLocalServer *self)
{
  g_autofree char   *path = ports_path (self);
  g_autoptr (GFile)  file = g_file_new_for_path (path);
  g_autofree char   *text = g_strdup_printf ("%u %u\n", self->port, self->tls_port);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL,
                                       on_ports_written, NULL);
}

static void
take_ports (UllimLocalServer *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \n", -1);
  guint64        port;
  guint64        tls_port;

  if (g_strv_length (words) < 2 ||
      !g_ascii_string_to_unsigned (words[0], 10, 1, G_MAXUINT16, &port, NULL) ||
      !g_ascii_string_to_unsigned (words[1], 10, 1, G_MAXUINT16, &tls_port, NULL))
    return;
  self->port = (guint16) port;
  self->tls_port = (guint16) tls_port;
}

/* The server itself */

static void
set_running (UllimLocalServer *self, gboolean running)
{
  if (self->running == running)
    return;
  self->running = running;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
}

static void
fail_start (UllimLocalServer *self, const char *words)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->start);

  if (task)
    g_task_return_new_error (task, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_LOCAL_SERVER, "%s", words);
}

static void
on_ready (UllimLocalServer *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->start);

  g_message ("the group server listens on port %u, TLS on %u", self->port, self->tls_port);
  self->any_port = FALSE;
  remember_ports (self);
  set_running (self, TRUE);
  if (task)
    g_task_return_boolean (task, TRUE);
}

static void
take_line (UllimLocalServer *self, const char *line)
{
  const char *colon = strrchr (line, ':');
  guint64     port;

  if (g_str_equal (line, "ready")) {
    on_ready (self);
  } else if (g_str_has_prefix (line, "listening ") && colon &&
             g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &port, NULL)) {
    if (g_str_has_prefix (line, "listening tls:"))
      self->tls_port = (guint16) port;
    else if (g_str_has_prefix (line, "listening tcp:"))
      self->port = (guint16) port;
  } else if (*line) {
    g_free (self->words);
    self->words = g_utf8_make_valid (line, MIN ((gssize) strlen (line), MAX_LINE_BYTES));
  }
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UllimLocalServer) self = user_data;
  GDataInputStream            *output = G_DATA_INPUT_STREAM (source);
  g_autofree char             *line = NULL;

  line = g_data_input_stream_read_line_finish (output, result, NULL, NULL);
  /* At its end on_ended() takes over. */
  if (!line || output != self->output)
    return;
  take_line (self, line);
  g_data_input_stream_read_line_async (output, G_PRIORITY_DEFAULT, self->cancellable, on_line,
                                       g_object_ref (self));
}

static gboolean
on_restart (gpointer data)
{
  UllimLocalServer *self = data;

  self->timer = 0;
  launch (self);
  return G_SOURCE_REMOVE;
}

static void
restart_later (UllimLocalServer *self)
{
  if (g_get_monotonic_time () - self->started_us > STABLE_US)
    self->pause_s = 0;
  self->pause_s =
      self->pause_s == 0 ? FIRST_PAUSE_S : MIN (self->pause_s * 2, (guint) LONGEST_PAUSE_S);
  self->timer = g_timeout_add_seconds (self->pause_s, on_restart, self);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UllimLocalServer) self = user_data;
  GSubprocess                 *process = G_SUBPROCESS (source);
  gboolean                     was_running = self->running;

  g_subprocess_wait_finish (process, result, NULL);
  if (process != self->process)
    return;
  g_clear_object (&self->process);
  g_clear_object (&self->output);
  set_running (self, FALSE);
  if (!self->wanted)
    return;
  g_warning ("the group server ended: %s", self->words ? self->words : "no word");
  if (!was_running && !self->any_port) {
    /* Most likely its ports are taken. */
    self->any_port = TRUE;
    launch (self);
    return;
  }
  self->any_port = FALSE;
  fail_start (self, self->words ? self->words : "The group server ended at once");
  restart_later (self);
}

static void
launch (UllimLocalServer *self)
{
  g_autofree char   *port = g_strdup_printf ("%u", self->any_port ? 0 : self->port);
  g_autofree char   *tls_port = g_strdup_printf ("%u", self->any_port ? 0 : self->tls_port);
  const char *const  arguments[] = {"serve",  "--port",      port, "--tls-port",
                                    tls_port, "--until-eof", NULL};
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->words, g_free);
  self->process = spawn (self, arguments, &error);
  if (!self->process) {
    fail_start (self, error->message);
    return;
  }
  self->started_us = g_get_monotonic_time ();
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT, self->cancellable, on_line,
                                       g_object_ref (self));
  g_subprocess_wait_async (self->process, self->cancellable, on_ended, g_object_ref (self));
}

static void
on_ports_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UllimLocalServer) self = user_data;
  g_autofree char             *text = NULL;

  if (g_file_load_contents_finish (G_FILE (source), result, &text, NULL, NULL, NULL))
    take_ports (self, text);
  if (self->wanted && !self->process)
    launch (self);
}

void
ullim_local_server_start_async (UllimLocalServer   *self,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char  *path = ports_path (self);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_task_set_source_tag (task, ullim_local_server_start_async);
  if (self->running) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  if (self->start) {
    g_task_return_new_error (task, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_LOCAL_SERVER,
                             "It is being started already");
    return;
  }
  self->start = g_steal_pointer (&task);
  self->wanted = TRUE;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (!self->process)
    g_file_load_contents_async (file, self->cancellable, on_ports_read, g_object_ref (self));
}

gboolean
ullim_local_server_start_finish (UllimLocalServer *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ullim_local_server_stop (UllimLocalServer *self)
{
  self->wanted = FALSE;
  g_clear_handle_id (&self->timer, g_source_remove);
  fail_start (self, "The group server was stopped");
  if (!self->process)
    return;
  /* Both ways, because it may not read its signals or its input just now. */
  g_subprocess_send_signal (self->process, SIGTERM);
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
}

/* Founding a group */

static char *
choose_domain (void)
{
  g_autofree char     *name = g_ascii_strdown (g_get_host_name (), -1);
  g_autofree char     *text = g_strconcat ("sip:x@", name, NULL);
  g_autoptr (UllimUri) uri = ullim_uri_parse (text, NULL);

  if (!uri || !uri->host || g_str_has_prefix (name, "localhost"))
    return g_strdup ("localhost");
  return g_strdup (uri->host);
}

typedef struct {
  char *user;
  char *password;
  char *domain;
} Founding;

static void
founding_free (gpointer data)
{
  Founding *founding = data;

  explicit_bzero (founding->password, strlen (founding->password));
  g_free (founding->user);
  g_free (founding->password);
  g_free (founding->domain);
  g_free (founding);
}

static void
on_founded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError           *error = NULL;

  if (!ullim_local_server_start_finish (ULLIM_LOCAL_SERVER (source), result, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_user_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  UllimLocalServer *self = ULLIM_LOCAL_SERVER (source);
  GError           *error = NULL;

  if (!run_finish (result, &error))
    g_task_return_error (task, error);
  else
    ullim_local_server_start_async (self, g_task_get_cancellable (task), on_founded,
                                    g_object_ref (task));
}

static void
on_initialised (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  UllimLocalServer *self = ULLIM_LOCAL_SERVER (source);
  Founding         *founding = g_task_get_task_data (task);
  const char *const arguments[] = {"user", "add", founding->user, NULL};
  g_autofree char  *input = g_strconcat (founding->password, "\n", NULL);
  GError           *error = NULL;

  if (!run_finish (result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  run_async (self, arguments, input, g_task_get_cancellable (task), on_user_added,
             g_object_ref (task));
}

void
ullim_local_server_create_async (UllimLocalServer   *self,
                                 const char         *user,
                                 const char         *password,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  GTask            *task = g_task_new (self, cancellable, callback, user_data);
  Founding         *founding = g_new0 (Founding, 1);
  g_autofree char  *domain = choose_domain ();
  const char *const arguments[] = {"init", "--domain", domain, NULL};

  founding->user = g_strdup (user);
  founding->password = g_strdup (password);
  founding->domain = g_strdup (domain);
  g_task_set_source_tag (task, ullim_local_server_create_async);
  g_task_set_task_data (task, founding, founding_free);
  run_async (self, arguments, NULL, cancellable, on_initialised, task);
}

gboolean
ullim_local_server_create_finish (UllimLocalServer *self,
                                  GAsyncResult     *result,
                                  char            **address,
                                  char            **proxy,
                                  char            **ca_file,
                                  GError          **error)
{
  const Founding *founding = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *address = g_strdup_printf ("sip:%s@%s", founding->user, founding->domain);
  *proxy = ullim_local_server_get_proxy (self);
  *ca_file = ullim_local_server_get_ca_file (self);
  return TRUE;
}

void
ullim_local_server_add_user_async (UllimLocalServer   *self,
                                   const char         *user,
                                   const char         *password,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  const char *const arguments[] = {"user", "add", user, NULL};
  g_autofree char  *input = g_strconcat (password, "\n", NULL);

  run_async (self, arguments, input, cancellable, callback, user_data);
}

gboolean
ullim_local_server_add_user_finish (UllimLocalServer *self, GAsyncResult *result, GError **error)
{
  return run_finish (result, error);
}
