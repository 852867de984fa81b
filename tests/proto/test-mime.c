/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Multipart bodies: what is split into what, what is refused, and that what is joined is split the
 * same.
 */
#include "mime.h"

#include <string.h>

#define TYPE "multipart/related;boundary=b"

static GPtrArray *
split (const char *type, const char *text, GError **error)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  return ullim_mime_split (type, body, error);
}

static void
check_part (const GPtrArray *parts, guint index, const char *type, const char *id, const char *body)
{
  const UllimMimePart *part = parts->pdata[index];
  gsize                size;
  const char          *data = g_bytes_get_data (part->body, &size);

  g_assert_cmpstr (part->type, ==, type);
  g_assert_cmpstr (part->id, ==, id);
  g_assert_cmpmem (data, size, body, strlen (body));
}

static void
test_type (void)
{
  static const char type[] =
      " Multipart/Related ; TYPE=\"a/b; \\\"c\\\"\" ;boundary=x_1;empty=\"\"";
  static const struct {
    const char *name;
    const char *value;
  } params[] = {{"type", "a/b; \"c\""}, {"Boundary", "x_1"}, {"empty", ""}, {"start", NULL}};
  static const char *const damaged[] = {
      "a/b", "a/b;", "a/b;x", "a/b;x=", "a/b;x=\"1", "a/b;=1", "a/b;y=1;;x=1", "a/b;y=1 x=1"};

  g_assert_true (ullim_mime_is (type, "multipart/related"));
  g_assert_true (ullim_mime_is ("text/plain", "text/plain"));
  g_assert_false (ullim_mime_is ("text/plainer", "text/plain"));
  g_assert_false (ullim_mime_is ("text", "text/plain"));
  g_assert_false (ullim_mime_is (NULL, "text/plain"));
  for (guint i = 0; i < G_N_ELEMENTS (params); i++) {
    g_autofree char *value = ullim_mime_param (type, params[i].name);

    g_assert_cmpstr (value, ==, params[i].value);
  }
  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++)
    g_assert_null (ullim_mime_param (damaged[i], "x"));
}

static void
test_split (void)
{
  g_autoptr (GError)    error = NULL;
  g_autoptr (GPtrArray) parts =
      split (TYPE,
             "preamble\r\n--bb\r\n--b \t\r\n"
             "content-type:  application/rlmi+xml;\r\n charset=\"UTF-8\"\r\n"
             "Content-ID: <a@h>\r\nX-Other: <>\r\n\r\none\r\n--bx\r\n\r\n"
             "--b\r\nContent-ID: x\r\n\r\n--b\r\n\r\n--b\n\ntwo\n\r\n"
             "--b\r\nContent-Transfer-Encoding: BASE64\r\n\r\n7Jq4\r\n66a8"
             "\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
             "--b--\r\n--b\r\nepilogue",
             &error);

  g_assert_no_error (error);
  g_assert_cmpuint (parts->len, ==, 6);
  check_part (parts, 0, "application/rlmi+xml;   charset=\"UTF-8\"", "a@h", "one\r\n--bx\r\n");
  check_part (parts, 1, "text/plain", "x", "");
  check_part (parts, 2, "text/plain", NULL, "");
  check_part (parts, 3, "text/plain", NULL, "two\n");
  check_part (parts, 4, "text/plain", NULL, "울림");
  check_part (parts, 5, "text/plain", NULL, "");
  g_assert_true (ullim_mime_find (parts, "<a@h>") == parts->pdata[0]);
  g_assert_true (ullim_mime_find (parts, "x") == parts->pdata[1]);
  g_assert_null (ullim_mime_find (parts, "a"));
}

static const struct {
  const char    *type;
  const char    *body;
  UllimMimeError code;
} refused[] = {
    {"text/plain;boundary=b", "--b\r\n\r\nx\r\n--b--", ULLIM_MIME_ERROR_TYPE},
    {"multipart/mixed", "--b\r\n\r\nx\r\n--b--", ULLIM_MIME_ERROR_TYPE},
    {"multipart/mixed;boundary=\"\"", "--\r\n\r\nx\r\n----", ULLIM_MIME_ERROR_TYPE},
    {TYPE, "", ULLIM_MIME_ERROR_SYNTAX},
    {TYPE, "--b--", ULLIM_MIME_ERROR_SYNTAX},
    {TYPE, "--b", ULLIM_MIME_ERROR_SYNTAX},
    {TYPE, "--b\r\n--b--", ULLIM_MIME_ERROR_SYNTAX},
    {TYPE, "--b\r\n\r\nx\r\n", ULLIM_MIME_ERROR_SYNTAX},
    {TYPE, "--b\r\n\r\nx --b--", ULLIM_MIME_ERROR_SYNTAX},
    {TYPE, "--b\r\nno header\r\n\r\nx\r\n--b--", ULLIM_MIME_ERROR_SYNTAX},
    {TYPE, "--b\r\nContent-ID: x\r\n--b--", ULLIM_MIME_ERROR_SYNTAX},
    {TYPE, "--b\r\nContent-ID: \xff\r\n\r\nx\r\n--b--", ULLIM_MIME_ERROR_SYNTAX},
    {TYPE, "--b\r\nContent-Transfer-Encoding: rot13\r\n\r\nx\r\n--b--", ULLIM_MIME_ERROR_SYNTAX},
};

static void
test_refused (void)
{
  g_autofree char *boundary = g_strnfill (ULLIM_MIME_MAX_BOUNDARY_BYTES + 1, 'b');
  g_autofree char *type = g_strconcat ("multipart/mixed;boundary=", boundary, NULL);
  g_autofree char *text = g_strconcat ("--", boundary, "\r\n\r\nx\r\n--", boundary, "--", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("case %u", i);
    g_assert_null (split (refused[i].type, refused[i].body, &error));
    g_assert_error (error, ULLIM_MIME_ERROR, (int) refused[i].code);
  }
  g_assert_null (split (type, text, NULL));
  /* One byte less is a boundary. */
  type[strlen (type) - 1] = '\0';
  boundary[strlen (boundary) - 1] = '\0';
  g_free (g_steal_pointer (&text));
  text = g_strconcat ("--", boundary, "\r\n\r\nx\r\n--", boundary, "--", NULL);
  {
    g_autoptr (GPtrArray) parts = split (type, text, NULL);

    g_assert_nonnull (parts);
  }
}

/* A NUL in the header of a part, at which Sofia's reader asserts. */
static void
test_nul (void)
{
  static const char  text[] = "--b\r\nContent-ID: \0\r\n\r\nx\r\n--b--";
  g_autoptr (GBytes) body = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (ullim_mime_split (TYPE, body, &error));
  g_assert_error (error, ULLIM_MIME_ERROR, ULLIM_MIME_ERROR_SYNTAX);
}

static void
check_repeated (const char *piece, guint n, gboolean is_fine)
{
  g_autoptr (GString)   text = g_string_new (NULL);
  g_autoptr (GError)    error = NULL;
  g_autoptr (GPtrArray) parts = NULL;

  for (guint i = 0; i < n; i++)
    g_string_append (text, piece);
  g_string_append (text, "\r\n--b--");
  parts = split (TYPE, text->str, &error);
  g_assert_true (is_fine == (parts != NULL));
  if (!is_fine)
    g_assert_error (error, ULLIM_MIME_ERROR, ULLIM_MIME_ERROR_LIMIT);
}

static void
test_limits (void)
{
  g_autofree char   *longest = g_strnfill (ULLIM_MIME_MAX_HEADER_BYTES + 1, 'x');
  g_autofree char   *head = g_strconcat ("--b\r\nX: ", longest, "\r\n\r\n\r\n--b--", NULL);
  g_autoptr (GError) error = NULL;

  check_repeated ("--b\r\n\r\n", ULLIM_MIME_MAX_PARTS, TRUE);
  check_repeated ("--b\r\n\r\n", ULLIM_MIME_MAX_PARTS + 1, FALSE);
  check_repeated ("--b\r\n\r\n", ULLIM_MIME_MAX_BYTES / 7 + 1, FALSE);
  g_assert_null (split (TYPE, head, &error));
  g_assert_error (error, ULLIM_MIME_ERROR, ULLIM_MIME_ERROR_SYNTAX);
}

static void
test_join (void)
{
  g_autoptr (GPtrArray) parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_mime_part_free);
  g_autoptr (GBytes)    empty = g_bytes_new (NULL, 0);
  g_autoptr (GBytes)    text = g_bytes_new_static ("\r\n--ullim-\r\n\0", 13);
  g_autofree char      *type = NULL;
  g_autoptr (GBytes)    body = NULL;
  g_autoptr (GError)    error = NULL;
  g_autoptr (GPtrArray) read = NULL;

  g_ptr_array_add (parts, ullim_mime_part_new ("a/b;c=\"d\"", "1@h", text));
  g_ptr_array_add (parts, ullim_mime_part_new ("text/plain", NULL, empty));
  body = ullim_mime_join (parts, "multipart/related;type=\"a/b\"", &type);
  g_assert_true (ullim_mime_is (type, "multipart/related"));
  read = ullim_mime_split (type, body, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (read->len, ==, 2);
  check_part (read, 1, "text/plain", NULL, "");
  g_assert_cmpstr (((UllimMimePart *) read->pdata[0])->id, ==, "1@h");
  g_assert_true (g_bytes_equal (((UllimMimePart *) read->pdata[0])->body, text));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mime/type", test_type);
  g_test_add_func ("/mime/split", test_split);
  g_test_add_func ("/mime/refused", test_refused);
  g_test_add_func ("/mime/nul", test_nul);
  g_test_add_func ("/mime/limits", test_limits);
  g_test_add_func ("/mime/join", test_join);
  return g_test_run ();
}
