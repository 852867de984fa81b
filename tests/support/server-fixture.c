/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"

#include "support.h"

#include <glib/gstdio.h>
#include <signal.h>

#define DOMAIN "example.test"

static GSubprocess *
spawn (ServerFixture *server, GSubprocessFlags flags, const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError)    error = NULL;
  GSubprocess          *process;

  g_assert_nonnull (g_getenv ("ULLIM_SERVER"));
  g_ptr_array_add (argv, (gpointer) g_getenv ("ULLIM_SERVER"));
  g_ptr_array_add (argv, (gpointer) "--data-dir");
  g_ptr_array_add (argv, server->dir);
  for (; *arguments; arguments++)
    g_ptr_array_add (argv, (gpointer) *arguments);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_newv ((const char *const *) argv->pdata, flags, &error);
  g_assert_no_error (error);
  return process;
}

static void
run (ServerFixture *server, const char *input, const char *const *arguments)
{
  g_autoptr (GSubprocess) process =
      spawn (server, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, arguments);
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8 (process, input, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
}

static void
take_line (ServerFixture *server, const char *line)
{
  const char *colon = strrchr (line, ':');

  if (g_str_has_prefix (line, "listening tcp:"))
    server->port = (guint) g_ascii_strtoull (colon + 1, NULL, 10);
  else if (g_str_has_prefix (line, "listening tls:"))
    server->tls_port = (guint) g_ascii_strtoull (colon + 1, NULL, 10);
  else if (g_str_has_prefix (line, "listening http:"))
    server->http_port = (guint) g_ascii_strtoull (colon + 1, NULL, 10);
  else if (g_str_has_prefix (line, "listening https:"))
    server->https_port = (guint) g_ascii_strtoull (colon + 1, NULL, 10);
}

void
server_fixture_start (ServerFixture *server)
{
  g_autofree char  *port = g_strdup_printf ("%u", server->port);
  g_autofree char  *tls_port = g_strdup_printf ("%u", server->tls_port);
  const char *const arguments[] = {
      "serve",       "--listen", "127.0.0.1",    "--port", port,          "--tls-port", tls_port,
      "--http-port", "0",        "--https-port", "0",      "--until-eof", NULL};
  g_autoptr (GDataInputStream) output = NULL;

  server->process =
      spawn (server, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, arguments);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server->process));
  /* The rest of its output is not read; it writes no more than these lines. */
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
  while (TRUE) {
    g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, NULL);

    if (!line)
      g_error ("the server ended instead of listening");
    if (g_str_equal (line, "ready"))
      break;
    take_line (server, line);
  }
  g_assert_cmpuint (server->port, >, 0);
  g_assert_cmpuint (server->tls_port, >, 0);
}

static void
init (ServerFixture *server)
{
  const char *const arguments[] = {"init", "--domain", DOMAIN, NULL};

  run (server, NULL, arguments);
}

ServerFixture *
server_fixture_new (const char *const *users)
{
  ServerFixture *server = g_new0 (ServerFixture, 1);

  server->dir = support_temp_dir ();
  server->domain = g_strdup (DOMAIN);
  server->ca_file = g_build_filename (server->dir, "ca.pem", NULL);
  init (server);
  for (; users && *users; users++) {
    g_autofree char  *input = g_strdup_printf ("secret-%s\n", *users);
    const char *const arguments[] = {"user", "add", *users, NULL};

    run (server, input, arguments);
  }
  server_fixture_start (server);
  server->tcp = g_strdup_printf ("sip:127.0.0.1:%u;transport=tcp", server->port);
  server->udp = g_strdup_printf ("sip:127.0.0.1:%u;transport=udp", server->port);
  server->tls = g_strdup_printf ("sip:127.0.0.1:%u;transport=tls", server->tls_port);
  return server;
}

static void
end (ServerFixture *server, int signal_number)
{
  if (!server->process)
    return;
  g_subprocess_send_signal (server->process, signal_number);
  g_subprocess_wait (server->process, NULL, NULL);
  g_clear_object (&server->process);
}

void
server_fixture_stop (ServerFixture *server)
{
  end (server, SIGTERM);
}

void
server_fixture_kill (ServerFixture *server)
{
  end (server, SIGKILL);
}

void
server_fixture_new_certificate (ServerFixture *server)
{
  char             *old_dir = server->dir;
  const char *const files[] = {"ca.pem", "agent.pem", "cafile.pem", NULL};

  g_assert_null (server->process);
  server->dir = support_temp_dir ();
  init (server);
  for (guint i = 0; files[i]; i++) {
    g_autofree char *from = g_build_filename (server->dir, files[i], NULL);
    g_autofree char *to = g_build_filename (old_dir, files[i], NULL);

    g_assert_cmpint (g_rename (from, to), ==, 0);
  }
  support_temp_dir_free (server->dir);
  server->dir = old_dir;
}

void
server_fixture_free (ServerFixture *server)
{
  end (server, SIGTERM);
  support_temp_dir_free (server->dir);
  g_free (server->domain);
  g_free (server->tcp);
  g_free (server->udp);
  g_free (server->tls);
  g_free (server->ca_file);
  g_free (server);
}
