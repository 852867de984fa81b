/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-input.h"

#include "support.h"

static UllimCliInput *
input_of (const char *bytes, gssize length)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (bytes, length, NULL);

  return ullim_cli_input_new (stream);
}

static char *
next (UllimCliInput *input, GError **error)
{
  GAsyncResult            *result = NULL;
  g_autoptr (GAsyncResult) owned = NULL;

  ullim_cli_input_read_async (input, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "a line");
  owned = result;
  return ullim_cli_input_read_finish (input, owned, error);
}

static void
assert_next (UllimCliInput *input, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *line = next (input, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (line, ==, expected);
}

static void
test_lines (void)
{
  g_autoptr (UllimCliInput) input = input_of ("one\r\n\n둘\nlast without end", -1);

  assert_next (input, "one");
  assert_next (input, "");
  assert_next (input, "둘");
  assert_next (input, "last without end");
  assert_next (input, NULL);
}

static void
test_not_utf8 (void)
{
  g_autoptr (UllimCliInput) input = input_of ("a\xff\nb\n", -1);
  g_autoptr (GError)        error = NULL;

  g_assert_null (next (input, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  assert_next (input, "b");
}

static void
test_too_long (void)
{
  g_autoptr (GString)       text = g_string_new (NULL);
  g_autoptr (UllimCliInput) input = NULL;
  g_autoptr (GError)        error = NULL;

  for (guint i = 0; i < 3 * ULLIM_CLI_MAX_LINE_BYTES; i++)
    g_string_append_c (text, 'x');
  g_string_append (text, "\nafter\n");
  input = input_of (text->str, text->len);

  g_assert_null (next (input, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  assert_next (input, "after");
  assert_next (input, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-input/lines", test_lines);
  g_test_add_func ("/cli-input/not-utf8", test_not_utf8);
  g_test_add_func ("/cli-input/too-long", test_too_long);
  return g_test_run ();
}
