/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Resource lists, three of them with a line of "----" in between: base, ours, theirs. What was read
 * is written and read the same, and a merge loses no address that one side has and the base has
 * not.
 */
#include "fuzz.h"
#include "resource-list.h"
#include "uri.h"

#include <string.h>

#define SEPARATOR "----\n"

static UllimResourceList *
read_checked (const char *text)
{
  UllimResourceList            *list = ullim_resource_list_parse (text, strlen (text), NULL);
  g_autoptr (GError)            error = NULL;
  g_autoptr (UllimResourceList) again = NULL;
  g_autofree char              *written = NULL;
  g_autofree char              *rewritten = NULL;

  if (!list)
    return NULL;
  written = ullim_resource_list_to_string (list);
  again = ullim_resource_list_parse (written, strlen (written), &error);
  g_assert_no_error (error);
  rewritten = ullim_resource_list_to_string (again);
  g_assert_cmpstr (rewritten, ==, written);
  return list;
}

/* Under their keys, as a list may hold two spellings. */
static GHashTable *
key_set (const UllimResourceList *list)
{
  GHashTable           *keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) uris = ullim_resource_list_get_uris (list);

  for (guint i = 0; i < uris->len; i++) {
    g_autoptr (UllimUri) uri = ullim_uri_parse (uris->pdata[i], NULL);

    g_hash_table_add (keys, uri ? ullim_uri_key (uri) : g_strdup (uris->pdata[i]));
  }
  return keys;
}

static void
check_kept (GHashTable *base, GHashTable *side, GHashTable *merged)
{
  GHashTableIter iter;
  gpointer       key;

  g_hash_table_iter_init (&iter, side);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_assert_true (g_hash_table_contains (base, key) || g_hash_table_contains (merged, key));
}

static void
check_merge (const UllimResourceList *base,
             const UllimResourceList *ours,
             const UllimResourceList *theirs)
{
  g_autoptr (UllimResourceList) merged = ullim_resource_list_merge (base, ours, theirs);
  g_autoptr (GHashTable)        base_keys = key_set (base);
  g_autoptr (GHashTable)        our_keys = key_set (ours);
  g_autoptr (GHashTable)        their_keys = key_set (theirs);
  g_autoptr (GHashTable)        merged_keys = key_set (merged);

  check_kept (base_keys, our_keys, merged_keys);
  check_kept (base_keys, their_keys, merged_keys);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char              *text = g_strndup (size > 0 ? (const char *) data : "", size);
  g_auto (GStrv)                pieces = g_strsplit (text, SEPARATOR, 3);
  guint                         n = g_strv_length (pieces);
  g_autoptr (UllimResourceList) base = read_checked (n > 0 ? pieces[0] : "");
  g_autoptr (UllimResourceList) ours = n > 1 ? read_checked (pieces[1]) : NULL;
  g_autoptr (UllimResourceList) theirs = n > 2 ? read_checked (pieces[2]) : NULL;

  if (base && ours && theirs)
    check_merge (base, ours, theirs);
  return 0;
}
