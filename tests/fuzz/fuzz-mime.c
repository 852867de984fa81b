/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Multipart bodies and list notifications in them: the first line is the Content-Type. What was
 * split is joined and split the same; a list that was read is written and read the same.
 */
#include "fuzz.h"
#include "mime.h"
#include "presence-list.h"

#include <string.h>

#define MAX_SLICE_BYTES (1024 * 1024)

static void
check_joined (const GPtrArray *parts)
{
  g_autofree char      *type = NULL;
  g_autoptr (GBytes)    body = ullim_mime_join (parts, "multipart/mixed", &type);
  g_autoptr (GError)    error = NULL;
  g_autoptr (GPtrArray) again = ullim_mime_split (type, body, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, parts->len);
  for (guint i = 0; i < parts->len; i++) {
    const UllimMimePart *before = parts->pdata[i];
    const UllimMimePart *after = again->pdata[i];

    g_assert_cmpstr (after->type, ==, before->type);
    g_assert_true (g_bytes_equal (after->body, before->body));
  }
}

static void
check_written (const UllimPresenceList *list)
{
  g_autoptr (GPtrArray)         slices = ullim_presence_list_write (list, MAX_SLICE_BYTES);
  const UllimPresenceListSlice *slice = slices->pdata[0];
  g_autoptr (GError)            error = NULL;
  g_autoptr (UllimPresenceList) read = NULL;

  g_assert_cmpuint (slices->len, ==, 1);
  read = ullim_presence_list_parse (slice->type, slice->body, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (read->items->len, ==, list->items->len);
  for (guint i = 0; i < list->items->len; i++) {
    const UllimPresenceListItem *before = list->items->pdata[i];
    const UllimPresenceListItem *after = read->items->pdata[i];

    g_assert_cmpstr (after->uri, ==, before->uri);
    g_assert_cmpstr (after->name, ==, before->name);
    g_assert_cmpint (after->state, ==, before->state);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8         *newline = size > 0 ? memchr (data, '\n', size) : NULL;
  gsize                 head = newline ? (gsize) (newline - data) : size;
  g_autofree char      *type = size > 0 ? g_strndup ((const char *) data, head) : g_strdup ("");
  gsize                 start = newline ? head + 1 : size;
  g_autoptr (GBytes)    body = g_bytes_new (data + start, size - start);
  g_autoptr (GError)    error = NULL;
  g_autoptr (GPtrArray) parts = ullim_mime_split (type, body, &error);
  g_autoptr (UllimPresenceList) list = ullim_presence_list_parse (type, body, NULL);

  g_assert_true (!parts == !!error);
  if (parts)
    check_joined (parts);
  if (list)
    check_written (list);
  return 0;
}
