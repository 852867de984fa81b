/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-options.h"

#include <string.h>

#include "support.h"

static UllimCliOptions *
parse (const char *option, const char *value, GError **error)
{
  const char *words[] = {"ullim-cli", "--account", "sip:a@example.org", option, value, NULL};
  /* GOption takes out what it knows. */
  char  *argv[G_N_ELEMENTS (words)];
  char **remaining = argv;
  int    argc = G_N_ELEMENTS (words) - 1;

  memcpy (argv, words, sizeof argv);
  return ullim_cli_options_parse (&argc, &remaining, "", error);
}

static void
test_listen (void)
{
  static const struct {
    const char *text;
    gboolean    is_good;
  } cases[] = {
      {"udp:127.0.0.1:0", TRUE},
      {"tcp:[::1]:5060", TRUE},
      {"udp:0.0.0.0:65535", TRUE},
      {"", FALSE},
      {"udp", FALSE},
      {"udp:", FALSE},
      {"udp::", FALSE},
      {"udp:127.0.0.1", FALSE},
      {"udp:127.0.0.1:", FALSE},
      {"tls:127.0.0.1:0", FALSE},
      {"udp:127.0.0.1:x", FALSE},
      {"udp:127.0.0.1:65536", FALSE},
      {"udp:localhost:0", FALSE},
      {"127.0.0.1:5060", FALSE},
      {"udp:[::1:5060", FALSE},
      {"udp:1.2.3:5060", FALSE},
      {"udp:127.0.0.1:-1", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError)          error = NULL;
    g_autoptr (UllimCliOptions) options = parse ("--listen", cases[i].text, &error);

    g_test_message ("%s", cases[i].text);
    g_assert_cmpint (options != NULL, ==, cases[i].is_good);
    if (!cases[i].is_good)
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  }
}

static void
test_ca_file (void)
{
  char            *dir = support_temp_dir ();
  g_autofree char *absent = g_build_filename (dir, "absent.pem", NULL);
  g_autofree char *other = g_build_filename (dir, "other.pem", NULL);
  const char      *files[] = {absent, other};

  g_assert_true (g_file_set_contents (other, "no certificate", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (parse ("--tls-ca", files[i], &error));
    g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    g_assert_nonnull (strstr (error->message, files[i]));
  }
  support_temp_dir_free (dir);
}

static void
test_xcap_root (void)
{
  const char *good[] = {"https://example.org/xcap-root", "http://127.0.0.1:5080/x/",
                        "https://[::1]/"};
  const char *bad[] = {"",         "example.org", "ftp://example.org/",
                       "https://", "https:/x",    "file:///x"};

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError)          error = NULL;
    g_autoptr (UllimCliOptions) options = parse ("--xcap-root", good[i], &error);

    g_assert_no_error (error);
    g_assert_cmpstr (options->settings->xcap_root, ==, good[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (parse ("--xcap-root", bad[i], &error));
    g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-options/listen", test_listen);
  g_test_add_func ("/cli-options/ca-file", test_ca_file);
  g_test_add_func ("/cli-options/xcap-root", test_xcap_root);
  return g_test_run ();
}
