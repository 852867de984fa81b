/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Merging two versions of a resource list that began as one, so that no entry is lost that somebody
 * wants. A list that one side does not have counts there as empty.
 */
#define G_LOG_DOMAIN "resource-list-merge"

#include "resource-list.h"

#include "uri.h"

#include <string.h>

/* Of what both have, and of what one has and the other removed or never had. */
typedef struct {
  gconstpointer base;
  gconstpointer ours;
  gconstpointer theirs;
} Three;

/* ---- finding what belongs together ---- */

typedef char *(*KeyFunc) (gconstpointer item);

static char *
entry_key (gconstpointer item)
{
  const UllimResourceEntry *entry = item;
  g_autoptr (UllimUri)      uri = ullim_uri_parse (entry->uri, NULL);

  return uri ? ullim_uri_key (uri) : g_strdup (entry->uri);
}

static char *
list_key (gconstpointer item)
{
  const UllimResourceList *list = item;

  return g_strdup (list->name ? list->name : list->display_name ? list->display_name : "");
}

/* Items under their keys; one whose key was seen has its number behind it, so that none is lost. */
typedef struct {
  GPtrArray  *keys; /* in the order of the items */
  GHashTable *items;
} Index;

static void
index_clear (Index *index)
{
  g_ptr_array_unref (index->keys);
  g_hash_table_unref (index->items);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Index, index_clear)

static void
index_items (Index *index, const GPtrArray *items, KeyFunc key_of)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  index->keys = g_ptr_array_new_with_free_func (g_free);
  index->items = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; items && i < items->len; i++) {
    char *key = key_of (items->pdata[i]);
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) + 1;

    g_hash_table_insert (counts, g_strdup (key), GUINT_TO_POINTER (count));
    if (count > 1) {
      char *numbered = g_strdup_printf ("%s\n%u", key, count);

      g_free (key);
      key = numbered;
    }
    g_ptr_array_add (index->keys, key);
    g_hash_table_insert (index->items, key, items->pdata[i]);
  }
}

typedef void (*MergeFunc) (const Three *three, UllimResourceList *result);

/* Theirs in their order, then what only we have; @merge decides on each. */
static void
merge_items (const GPtrArray   *base,
             const GPtrArray   *ours,
             const GPtrArray   *theirs,
             KeyFunc            key_of,
             MergeFunc          merge,
             UllimResourceList *result)
{
  g_auto (Index) base_index = {0};
  g_auto (Index) our_index = {0};
  g_auto (Index) their_index = {0};

  index_items (&base_index, base, key_of);
  index_items (&our_index, ours, key_of);
  index_items (&their_index, theirs, key_of);
  for (guint i = 0; i < their_index.keys->len; i++) {
    const char *key = their_index.keys->pdata[i];
    Three       three = {g_hash_table_lookup (base_index.items, key),
                         g_hash_table_lookup (our_index.items, key), theirs->pdata[i]};

    merge (&three, result);
  }
  for (guint i = 0; i < our_index.keys->len; i++) {
    const char *key = our_index.keys->pdata[i];
    Three       three = {g_hash_table_lookup (base_index.items, key), ours->pdata[i], NULL};

    if (!g_hash_table_contains (their_index.items, key))
      merge (&three, result);
  }
}

/* ---- merging what belongs together ---- */

/* Ours where we changed it, or where they did not. */
static const char *
merge_text (const char *base, const char *ours, const char *theirs)
{
  return g_strcmp0 (base, ours) == 0 ? theirs : ours;
}

static gboolean
has_node (const GPtrArray *nodes, const UllimXmlNode *node)
{
  for (guint i = 0; nodes && i < nodes->len; i++) {
    if (ullim_xml_equal (nodes->pdata[i], node))
      return TRUE;
  }
  return FALSE;
}

static void
add_node (GPtrArray *nodes, const UllimXmlNode *node)
{
  if (!has_node (nodes, node))
    g_ptr_array_add (nodes, ullim_xml_copy (node));
}

/* Each is whole and without a key: it stays if neither removed it. */
static void
merge_nodes (const GPtrArray *base,
             const GPtrArray *ours,
             const GPtrArray *theirs,
             GPtrArray       *result)
{
  for (guint i = 0; theirs && i < theirs->len; i++) {
    if (has_node (ours, theirs->pdata[i]) || !has_node (base, theirs->pdata[i]))
      add_node (result, theirs->pdata[i]);
  }
  for (guint i = 0; ours && i < ours->len; i++) {
    if (has_node (theirs, ours->pdata[i]) || !has_node (base, ours->pdata[i]))
      add_node (result, ours->pdata[i]);
  }
}

static gboolean
is_changed (const UllimResourceEntry *base, const UllimResourceEntry *now)
{
  gboolean is_same = base && strcmp (base->uri, now->uri) == 0 &&
                     g_strcmp0 (base->display_name, now->display_name) == 0 &&
                     base->foreign->len == now->foreign->len;

  for (guint i = 0; is_same && i < now->foreign->len; i++)
    is_same = ullim_xml_equal (base->foreign->pdata[i], now->foreign->pdata[i]);
  return !is_same;
}

static void
merge_entry (const Three *three, UllimResourceList *result)
{
  const UllimResourceEntry *base = three->base;
  const UllimResourceEntry *ours = three->ours;
  const UllimResourceEntry *theirs = three->theirs;
  UllimResourceEntry       *merged;

  if ((!ours && !is_changed (base, theirs)) || (!theirs && !is_changed (base, ours)))
    return;
  /* Whoever removed what the other changed does not count. */
  ours = ours ? ours : theirs;
  theirs = theirs ? theirs : ours;
  merged = ullim_resource_list_add (
      result, merge_text (base ? base->uri : NULL, ours->uri, theirs->uri),
      merge_text (base ? base->display_name : NULL, ours->display_name, theirs->display_name));
  merge_nodes (base ? base->foreign : NULL, ours->foreign, theirs->foreign, merged->foreign);
}

static void merge_content (const Three *three, UllimResourceList *result);

static void
merge_list (const Three *three, UllimResourceList *result)
{
  const UllimResourceList      *base = three->base;
  const UllimResourceList      *ours = three->ours;
  const UllimResourceList      *theirs = three->theirs;
  const UllimResourceList      *any = ours ? ours : theirs;
  gboolean                      is_removed = base && (!ours || !theirs);
  g_autoptr (UllimResourceList) merged = ullim_resource_list_new (any->name, NULL);

  merged->display_name = g_strdup (merge_text (base ? base->display_name : NULL, any->display_name,
                                               theirs ? theirs->display_name : any->display_name));
  merge_content (three, merged);
  /* Removed by one, and the other put nothing into it. */
  if (is_removed && merged->entries->len == 0 && merged->lists->len == 0 &&
      merged->foreign->len == 0)
    return;
  g_ptr_array_add (result->lists, g_steal_pointer (&merged));
}

/* As deep as the lists are, which the reader limits. */
static void
merge_content (const Three *three, UllimResourceList *result)
{
  const UllimResourceList *base = three->base;
  const UllimResourceList *ours = three->ours;
  const UllimResourceList *theirs = three->theirs;

  merge_items (base ? base->entries : NULL, ours ? ours->entries : NULL,
               theirs ? theirs->entries : NULL, entry_key, merge_entry, result);
  merge_items (base ? base->lists : NULL, ours ? ours->lists : NULL, theirs ? theirs->lists : NULL,
               list_key, merge_list, result);
  merge_nodes (base ? base->foreign : NULL, ours ? ours->foreign : NULL,
               theirs ? theirs->foreign : NULL, result->foreign);
}

UllimResourceList *
ullim_resource_list_merge (const UllimResourceList *base,
                           const UllimResourceList *ours,
                           const UllimResourceList *theirs)
{
  Three              three = {base, ours, theirs};
  UllimResourceList *result = ullim_resource_list_new (NULL, NULL);

  merge_content (&three, result);
  return result;
}
