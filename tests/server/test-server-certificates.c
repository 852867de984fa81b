/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-certificates.h"
#include "server-sqlite.h"
#include "support.h"

#include <glib/gstdio.h>

static GTlsCertificate *
read_file (const char *dir, const char *name)
{
  g_autofree char   *path = g_build_filename (dir, name, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate   *certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return certificate;
}

/* GIO's judgement of the server's certificate, with the group's authority as the only one. */
static GTlsCertificateFlags
judge (const char *dir, const char *host)
{
  g_autoptr (GTlsCertificate)    leaf = read_file (dir, "agent.pem");
  g_autoptr (GTlsCertificate)    ca = read_file (dir, "ca.pem");
  g_autoptr (GInetAddress)       number = g_inet_address_new_from_string (host);
  g_autoptr (GSocketConnectable) identity = NULL;

  if (number)
    identity = G_SOCKET_CONNECTABLE (g_inet_socket_address_new (number, 5061));
  else
    identity = g_network_address_new (host, 5061);
  return g_tls_certificate_verify (leaf, identity, ca);
}

static void
make (const char *dir, const char *domain)
{
  g_autoptr (GError) error = NULL;

  ullim_server_certificates_make (dir, domain, &error);
  g_assert_no_error (error);
}

static void
test_names (void)
{
  char *dir = support_temp_dir ();

  make (dir, "group.test");
  g_assert_cmpint (judge (dir, "group.test"), ==, 0);
  g_assert_cmpint (judge (dir, "localhost"), ==, 0);
  g_assert_cmpint (judge (dir, "127.0.0.1"), ==, 0);
  g_assert_cmpint (judge (dir, "::1"), ==, 0);
  g_assert_cmpint (judge (dir, "other.test"), ==, G_TLS_CERTIFICATE_BAD_IDENTITY);
  support_temp_dir_free (dir);
}

static void
test_addresses (void)
{
  static const char *const domains[][2] = {{"192.0.2.7", "192.0.2.7"},
                                           {"[2001:db8::7]", "2001:db8::7"}};

  for (guint i = 0; i < G_N_ELEMENTS (domains); i++) {
    char *dir = support_temp_dir ();

    make (dir, domains[i][0]);
    g_assert_cmpint (judge (dir, domains[i][1]), ==, 0);
    support_temp_dir_free (dir);
  }
}

/* The authority stays; the certificate is made anew only when it must be. */
static void
test_again (void)
{
  char            *dir = support_temp_dir ();
  g_autofree char *agent = g_build_filename (dir, "agent.pem", NULL);
  g_autofree char *ca = g_build_filename (dir, "ca.pem", NULL);
  g_autofree char *first = NULL;
  g_autofree char *first_ca = NULL;
  g_autofree char *same = NULL;
  g_autofree char *other = NULL;
  g_autofree char *same_ca = NULL;
  GStatBuf         info;

  make (dir, "group.test");
  g_assert_true (g_file_get_contents (agent, &first, NULL, NULL));
  g_assert_true (g_file_get_contents (ca, &first_ca, NULL, NULL));
  g_assert_cmpint (g_stat (agent, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  make (dir, "group.test");
  g_assert_true (g_file_get_contents (agent, &same, NULL, NULL));
  g_assert_cmpstr (first, ==, same);
  make (dir, "renamed.test");
  g_assert_true (g_file_get_contents (agent, &other, NULL, NULL));
  g_assert_true (g_file_get_contents (ca, &same_ca, NULL, NULL));
  g_assert_cmpstr (first, !=, other);
  g_assert_cmpstr (first_ca, ==, same_ca);
  g_assert_cmpint (judge (dir, "renamed.test"), ==, 0);
  support_temp_dir_free (dir);
}

/* A certificate from elsewhere is not ours to replace. */
static void
test_foreign (void)
{
  char            *dir = support_temp_dir ();
  char            *elsewhere = support_temp_dir ();
  g_autofree char *agent = g_build_filename (dir, "agent.pem", NULL);
  g_autofree char *foreign = g_build_filename (elsewhere, "agent.pem", NULL);
  g_autofree char *text = NULL;
  g_autofree char *after = NULL;

  make (dir, "group.test");
  make (elsewhere, "other.test");
  g_assert_true (g_file_get_contents (foreign, &text, NULL, NULL));
  g_assert_true (g_file_set_contents (agent, text, -1, NULL));
  make (dir, "group.test");
  g_assert_true (g_file_get_contents (agent, &after, NULL, NULL));
  g_assert_cmpstr (text, ==, after);
  support_temp_dir_free (dir);
  support_temp_dir_free (elsewhere);
}

static void
test_no_folder (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ullim_server_certificates_make ("/nonexistent/folder", "group.test", &error));
  g_assert_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_FILE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/certificates/names", test_names);
  g_test_add_func ("/certificates/addresses", test_addresses);
  g_test_add_func ("/certificates/again", test_again);
  g_test_add_func ("/certificates/foreign", test_foreign);
  g_test_add_func ("/certificates/no-folder", test_no_folder);
  return g_test_run ();
}
