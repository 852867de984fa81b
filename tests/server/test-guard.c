/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-guard.h"
#include "server-limits.h"

#include <string.h>

static gboolean
allows (const char *text)
{
  return ullim_server_guard_allows (text, strlen (text), 0, 0);
}

static char *
head_with (const char *part, guint n, const char *end)
{
  GString *text = g_string_new ("OPTIONS sip:h SIP/2.0\r\n");

  for (guint i = 0; i < n; i++)
    g_string_append (text, part);
  g_string_append (text, end);
  return g_string_free (text, FALSE);
}

static void
test_parts (void)
{
  g_autofree char *few = head_with ("v:x\r\n", ULLIM_SERVER_MAX_PARTS - 2, "\r\n");
  g_autofree char *many = head_with ("v:x\r\n", ULLIM_SERVER_MAX_PARTS + 1, "\r\n");
  g_autofree char *commas = head_with ("v:x,x,x,x\r\n", ULLIM_SERVER_MAX_PARTS / 2, "\r\n");
  g_autofree char *body = head_with ("v:x\r\n", 3, "\r\nx,x,x,\n,\n,\n,\n");
  g_autofree char *long_body = g_strnfill (ULLIM_SERVER_MAX_HEAD * 2, ',');
  g_autofree char *whole = g_strconcat (body, long_body, NULL);

  g_assert_true (allows (""));
  g_assert_true (allows ("\r\n\r\n"));
  g_assert_true (allows (few));
  g_assert_false (allows (many));
  g_assert_false (allows (commas));
  g_assert_true (allows (whole)); /* what a body holds does not count */
}

static void
test_bytes (void)
{
  g_autofree char *value = g_strnfill (ULLIM_SERVER_MAX_HEAD, 'y');
  g_autofree char *line = g_strconcat ("OPTIONS sip:h SIP/2.0\r\nX: ", value, NULL);

  g_assert_false (allows (line));
  g_assert_true (ullim_server_guard_allows (NULL, 0, ULLIM_SERVER_MAX_HEAD, 0));
  g_assert_false (ullim_server_guard_allows ("abc", 3, ULLIM_SERVER_MAX_HEAD, 0));
  g_assert_false (ullim_server_guard_allows ("\r\nx", 3, 0, ULLIM_SERVER_MAX_PARTS + 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/guard/parts", test_parts);
  g_test_add_func ("/guard/bytes", test_bytes);
  return g_test_run ();
}
