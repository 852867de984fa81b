/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * URIs, from the wire and from the keyboard: what was read can be written and is read the same.
 */
#include "fuzz.h"
#include "uri.h"

#include <string.h>

static void
check_same (const UllimUri *uri)
{
  g_autofree char     *text = ullim_uri_to_string (uri);
  g_autofree char     *aor = ullim_uri_to_aor (uri);
  g_autofree char     *key = ullim_uri_key (uri);
  g_autofree char     *maddr = ullim_uri_param (uri, "maddr");
  g_autoptr (GError)   error = NULL;
  g_autoptr (UllimUri) again = ullim_uri_parse (text, &error);
  g_autoptr (UllimUri) named = ullim_uri_parse (aor, NULL);
  g_autofree char     *text_again = NULL;
  g_autofree char     *key_again = NULL;

  g_assert_no_error (error);
  text_again = ullim_uri_to_string (again);
  key_again = ullim_uri_key (named);
  g_assert_cmpstr (text_again, ==, text);
  g_assert_cmpstr (again->user, ==, uri->user);
  g_assert_cmpstr (again->host, ==, uri->host);
  g_assert_cmpstr (key_again, ==, key);
  g_assert_true (g_str_is_ascii (text));
  g_assert_true (g_utf8_validate (key, -1, NULL));
  g_assert_true (!maddr || g_utf8_validate (maddr, -1, NULL));
  /* Nothing that could break out of <...> or of the line. */
  g_assert_null (strpbrk (text, "<>\" \t\r\n"));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char     *text = g_strndup ((const char *) data, size);
  g_autoptr (UllimUri) read = ullim_uri_parse (text, NULL);
  g_autoptr (UllimUri) typed = ullim_uri_parse_typed (text, "example.org:5070", NULL);
  g_autoptr (UllimUri) direct = ullim_uri_parse_typed (text, NULL, NULL);

  if (read)
    check_same (read);
  if (typed)
    check_same (typed);
  if (direct)
    check_same (direct);
  return 0;
}
