/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-domain.h"
#include "server-sqlite.h"

#include <string.h>

static void
test_good (void)
{
  static const char *const pairs[][2] = {
      {"example.org", "example.org"},
      {"Group.Example.ORG", "group.example.org"},
      {"localhost", "localhost"},
      {"3com.example", "3com.example"},
      {"xn--bj0bj06e.test", "xn--bj0bj06e.test"},
      {"한글.test", "xn--bj0bj06e.test"},
      {"BÜCHER.example", "xn--bcher-kva.example"},
      {"192.0.2.1", "192.0.2.1"},
      {"::1", "[::1]"},
      {"[2001:DB8:0:0::1]", "[2001:db8::1]"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char   *domain = ullim_server_domain_parse (pairs[i][0], &error);

    g_assert_no_error (error);
    g_assert_cmpstr (domain, ==, pairs[i][1]);
  }
}

static void
test_bad (void)
{
  static const char *const bad[] = {
      NULL,        "",
      ".",         "-x",
      "x-",        "a..b",
      "a.",        "1.2.3.4.5",
      "1.2.3",     "256.1.1.1",
      "a b",       "a@b.test",
      "a_b.test",  "[::1",
      "[]",        "fe80::1%lo",
      "::1:::2",   "[192.0.2.1]",
      "a.-b.test", "group.test:5060",
      "\xff.test", "[group.test]",
  };
  char             label[70];
  g_autofree char *longest = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char   *domain = ullim_server_domain_parse (bad[i], &error);

    g_assert_null (domain);
    g_assert_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_INVALID);
  }
  memset (label, 'a', 64);
  strcpy (label + 64, ".org");
  g_assert_null (ullim_server_domain_parse (label, NULL));
  longest = ullim_server_domain_parse (label + 1, NULL);
  g_assert_cmpstr (longest, ==, label + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain/good", test_good);
  g_test_add_func ("/domain/bad", test_bad);
  return g_test_run ();
}
