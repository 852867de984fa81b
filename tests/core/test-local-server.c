/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The group server as our child: founding, restart when it dies, other ports when ours are taken,
 * and that it ends with us.
 */
#include "local-server.h"

#include "person.h"
#include "support.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

static gboolean
is_running (gpointer data)
{
  gboolean running;

  g_object_get (data, "running", &running, NULL);
  return running;
}

static gboolean
is_not_running (gpointer data)
{
  return !is_running (data);
}

static gboolean
is_alone (gpointer data)
{
  return G_OBJECT (data)->ref_count == 1;
}

static void
create (UllimLocalServer *server, char **address, char **proxy, char **ca_file, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ullim_local_server_create_async (server, "alice", "secret", NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the group");
  ullim_local_server_create_finish (server, result, address, proxy, ca_file, error);
}

static void
end (UllimLocalServer *server)
{
  ullim_local_server_stop (server);
  support_wait (is_not_running, server, "the server to end");
  support_wait (is_alone, server, "the server to be let go");
  g_assert_finalize_object (server);
}

/* What OpenSSL says of the file, in a form that the client shows. */
static void
assert_fingerprint (UllimLocalServer *server, const char *dir)
{
  g_autofree char         *path = g_build_filename (dir, "server", "tls.pem", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char         *fingerprint = NULL;
  g_autofree char         *output = NULL;
  g_autoptr (GError)       error = NULL;
  g_autoptr (GSubprocess)  openssl =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "openssl", "x509", "-in", path,
                        "-noout", "-fingerprint", "-sha256", NULL);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (openssl, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  ullim_local_server_read_fingerprint_async (server, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the fingerprint");
  fingerprint = ullim_local_server_read_fingerprint_finish (server, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (fingerprint), ==, 95);
  g_assert_cmpstr (strchr (g_strchomp (output), '=') + 1, ==, fingerprint);
}

static void
test_no_certificate (void)
{
  char                    *dir = support_temp_dir ();
  UllimLocalServer        *server = ullim_local_server_new (dir);
  g_autofree char         *folder = g_build_filename (dir, "server", NULL);
  g_autofree char         *path = g_build_filename (folder, "agent.pem", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  ullim_local_server_read_fingerprint_async (server, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the answer");
  g_assert_null (ullim_local_server_read_fingerprint_finish (server, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_clear_object (&result);

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "no certificate", -1, NULL));
  ullim_local_server_read_fingerprint_async (server, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the answer");
  g_assert_null (ullim_local_server_read_fingerprint_finish (server, result, &error));
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_clear_object (&result);
  g_assert_finalize_object (server);
  support_temp_dir_free (dir);
}

static void
test_create (void)
{
  char              *dir = support_temp_dir ();
  UllimLocalServer  *server = ullim_local_server_new (dir);
  g_autofree char   *address = NULL;
  g_autofree char   *proxy = NULL;
  g_autofree char   *again_proxy = NULL;
  g_autofree char   *ca_file = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (ullim_local_server_exists (server));
  create (server, &address, &proxy, &ca_file, &error);
  g_assert_no_error (error);
  g_assert_true (is_running (server));
  g_assert_true (ullim_local_server_exists (server));
  g_assert_true (g_str_has_prefix (address, "sip:alice@"));
  g_assert_true (g_file_test (ca_file, G_FILE_TEST_IS_REGULAR));
  assert_fingerprint (server, dir);
  end (server);

  /* Found again, on the ports that it had. */
  server = ullim_local_server_new (dir);
  {
    g_autoptr (GAsyncResult) result = NULL;

    ullim_local_server_start_async (server, NULL, support_async_result, &result);
    support_wait_ptr ((gpointer *) &result, "the server");
    g_assert_true (ullim_local_server_start_finish (server, result, &error));
  }
  again_proxy = ullim_local_server_get_proxy (server);
  g_assert_cmpstr (again_proxy, ==, proxy);
  end (server);
  support_temp_dir_free (dir);
}

/* Two groups on one computer: the second one takes other ports. */
static void
test_taken_ports (void)
{
  char              *first_dir = support_temp_dir ();
  char              *second_dir = support_temp_dir ();
  UllimLocalServer  *first = ullim_local_server_new (first_dir);
  UllimLocalServer  *second = ullim_local_server_new (second_dir);
  g_autofree char   *address = NULL;
  g_autofree char   *first_proxy = NULL;
  g_autofree char   *second_proxy = NULL;
  g_autofree char   *ca_file = NULL;
  g_autoptr (GError) error = NULL;
  GLogLevelFlags     fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);

  create (first, &address, &first_proxy, &ca_file, &error);
  g_assert_no_error (error);
  g_clear_pointer (&address, g_free);
  g_clear_pointer (&ca_file, g_free);
  create (second, &address, &second_proxy, &ca_file, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first_proxy, !=, second_proxy);
  end (first);
  end (second);
  g_log_set_always_fatal (fatal);
  support_temp_dir_free (first_dir);
  support_temp_dir_free (second_dir);
}

static void
test_missing_program (void)
{
  char              *dir = support_temp_dir ();
  UllimLocalServer  *server = ullim_local_server_new (dir);
  g_autofree char   *program = g_strdup (g_getenv ("ULLIM_SERVER"));
  g_autofree char   *address = NULL;
  g_autofree char   *proxy = NULL;
  g_autofree char   *ca_file = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("ULLIM_SERVER", "/bin/false", TRUE);
  create (server, &address, &proxy, &ca_file, &error);
  g_assert_error (error, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_LOCAL_SERVER);
  g_setenv ("ULLIM_SERVER", program, TRUE);
  end (server);
  support_temp_dir_free (dir);
}

/* The server is the only child that this thread has. */
static void
kill_children (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", (int) getpid ());
  g_autofree char *pids = NULL;
  g_auto (GStrv)   words = NULL;

  g_assert_true (g_file_get_contents (path, &pids, NULL, NULL));
  words = g_strsplit (g_strstrip (pids), " ", -1);
  g_assert_cmpuint (g_strv_length (words), ==, 1);
  g_assert_cmpint (kill ((pid_t) g_ascii_strtoll (words[0], NULL, 10), SIGKILL), ==, 0);
}

/* The whole of "Start a group on this computer". */
static void
test_engine_group (void)
{
  char                         *dir = support_temp_dir ();
  Person                       *person = person_new (dir);
  g_autoptr (GAsyncResult)      result = NULL;
  g_autoptr (GError)            error = NULL;
  g_autoptr (UllimMessage)      message = NULL;
  g_autoptr (UllimConversation) echo = NULL;
  GListModel    *conversations = G_LIST_MODEL (ullim_engine_get_conversations (person->engine));
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);

  ullim_engine_create_group_async (person->engine, "alice", "Alice", "secret", NULL,
                                   support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the group");
  person->account = ullim_engine_create_group_finish (person->engine, result, &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  person_wait_state (person, ULLIM_CONNECTION_ONLINE);
  g_assert_cmpuint (g_list_model_get_n_items (conversations), ==, 1);
  echo = g_list_model_get_item (conversations, 0);
  g_assert_cmpstr (ullim_conversation_get_name (echo), ==, "Echo");
  message = person_send (person, ullim_conversation_get_peer (echo), "hello");
  person_wait_received (person, 1);
  g_assert_cmpstr (person->received->pdata[0], ==, "hello");

  kill_children ();
  support_wait (is_not_running, ullim_engine_get_local_server (person->engine), "its end");
  support_wait (is_running, ullim_engine_get_local_server (person->engine), "its restart");
  person_wait_state (person, ULLIM_CONNECTION_ONLINE);
  g_clear_object (&echo);
  person_stop (person);
  g_log_set_always_fatal (fatal);
  support_temp_dir_free (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local-server/create", test_create);
  g_test_add_func ("/local-server/no-certificate", test_no_certificate);
  g_test_add_func ("/local-server/taken-ports", test_taken_ports);
  g_test_add_func ("/local-server/missing-program", test_missing_program);
  g_test_add_func ("/local-server/engine-group", test_engine_group);
  return g_test_run ();
}
