/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our version of the document is the agreed one, changed as little as says what is here now; so
 * what others put into it stays where it is. Then the three-way merge of proto/resource-list, and
 * what it brought that is not here yet.
 */
#define G_LOG_DOMAIN "people-lists"

#include "people-lists.h"

#include "uri.h"

#include <string.h>

/* The element that says whose an entry is. A name that is ours alone, without a registry. */
#define PERSON_NS "urn:uuid:5b8a3a0e-3f0b-4c0f-9a44-6c2f7f5d1d57"
#define PERSON "person"
#define UID "uid"
/* In the list without a name: which document it is: one that was begun anew has another. */
#define BOOK "book"
#define ID "id"

UllimListedPerson *
ullim_listed_person_new (const char *uid, const char *name)
{
  UllimListedPerson *person = g_new0 (UllimListedPerson, 1);

  person->uid = g_strdup (uid);
  person->name = g_strdup (name);
  person->uris = g_ptr_array_new_with_free_func (g_free);
  person->keys = g_ptr_array_new_with_free_func (g_free);
  person->groups = g_ptr_array_new_with_free_func (g_free);
  return person;
}

void
ullim_listed_person_free (UllimListedPerson *person)
{
  g_free (person->uid);
  g_free (person->name);
  g_ptr_array_unref (person->uris);
  g_ptr_array_unref (person->keys);
  g_ptr_array_unref (person->groups);
  g_free (person);
}

void
ullim_list_change_free (UllimListChange *change)
{
  g_free (change->key);
  g_free (change->uri);
  g_free (change->name);
  g_ptr_array_unref (change->uids);
  g_ptr_array_unref (change->joined);
  g_ptr_array_unref (change->left);
  g_free (change);
}

static gboolean
has_text (const GPtrArray *texts, const char *text)
{
  for (guint i = 0; i < texts->len; i++) {
    if (strcmp (texts->pdata[i], text) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
add_text (GPtrArray *texts, const char *text)
{
  if (!has_text (texts, text))
    g_ptr_array_add (texts, g_strdup (text));
}

/* Returns: (nullable): the group that a list stands for; NULL: none */
static const char *
group_of (const UllimResourceList *list)
{
  return list->display_name && *list->display_name ? list->display_name
         : list->name && *list->name               ? list->name
                                                   : NULL;
}

static char *
key_of (const UllimResourceEntry *entry)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse (entry->uri, NULL);

  return uri ? ullim_uri_key (uri) : NULL;
}

/* ---- our version ---- */

typedef struct {
  GHashTable *by_key;  /* owned: key (not owned) -> UllimListedPerson */
  GHashTable *covered; /* owned: "key\ngroup", a set */
} Ours;

static char *
cover_name (const char *key, const char *group)
{
  return g_strconcat (key, "\n", group, NULL);
}

static gboolean
is_marked (const UllimResourceEntry *entry)
{
  for (guint i = 0; i < entry->foreign->len; i++) {
    if (ullim_xml_is (entry->foreign->pdata[i], PERSON_NS, PERSON))
      return TRUE;
  }
  return FALSE;
}

static void
mark (UllimResourceEntry *entry, const char *uid)
{
  UllimXmlNode *node;

  if (!uid || is_marked (entry))
    return;
  node = ullim_xml_element_new (PERSON_NS, PERSON);
  ullim_xml_set_attribute (node, "", UID, uid);
  g_ptr_array_add (entry->foreign, node);
}

static gboolean
belongs (const UllimListedPerson *person, const char *group)
{
  return group ? has_text (person->groups, group) : person->groups->len == 0;
}

/* What is in a list that stays; an entry that is no SIP address is another program's. */
static gboolean
keep_entry (Ours *ours, UllimResourceEntry *entry, const char *group)
{
  g_autofree char         *key = key_of (entry);
  const UllimListedPerson *person = key ? g_hash_table_lookup (ours->by_key, key) : NULL;

  if (!key)
    return TRUE;
  if (!person || !belongs (person, group) ||
      !g_hash_table_add (ours->covered, cover_name (key, group ? group : "")))
    return FALSE;
  if (person->name && g_strcmp0 (person->name, entry->display_name) != 0) {
    g_free (entry->display_name);
    entry->display_name = g_strdup (person->name);
  }
  mark (entry, person->uid);
  return TRUE;
}

static void
keep_entries (Ours *ours, UllimResourceList *list)
{
  for (guint i = 0; i < list->entries->len;) {
    if (keep_entry (ours, list->entries->pdata[i], group_of (list)))
      i++;
    else
      g_ptr_array_remove_index (list->entries, i);
  }
}

/* A list that our people have left altogether goes, if nothing else is in it. */
static void
keep_lists (Ours *ours, UllimResourceList *parent)
{
  for (guint i = 0; i < parent->lists->len;) {
    UllimResourceList *list = parent->lists->pdata[i];
    gboolean           was_used = list->entries->len > 0;

    keep_entries (ours, list);
    keep_lists (ours, list);
    if (was_used && list->entries->len == 0 && list->lists->len == 0 && list->foreign->len == 0)
      g_ptr_array_remove_index (parent->lists, i);
    else
      i++;
  }
}

static UllimResourceList *
list_for (UllimResourceList *document, const char *group)
{
  for (guint i = 0; i < document->lists->len; i++) {
    if (g_strcmp0 (group_of (document->lists->pdata[i]), group) == 0)
      return document->lists->pdata[i];
  }
  return ullim_resource_list_add_list (document, group, group);
}

static void
add_missing (Ours                    *ours,
             UllimResourceList       *document,
             const UllimListedPerson *person,
             const char              *group)
{
  UllimResourceList *list = NULL;

  for (guint i = 0; i < person->uris->len; i++) {
    const char         *key = person->keys->pdata[i];
    UllimResourceEntry *entry;

    /* Who shares an address with somebody is not listed a second time. */
    if (g_hash_table_lookup (ours->by_key, key) != person ||
        !g_hash_table_add (ours->covered, cover_name (key, group ? group : "")))
      continue;
    if (!list)
      list = list_for (document, group);
    entry = ullim_resource_list_add (list, person->uris->pdata[i], person->name);
    mark (entry, person->uid);
  }
}

/* @document: changed so that it says what is here */
static void
make_ours (UllimResourceList *document, GPtrArray *people)
{
  Ours ours = {g_hash_table_new (g_str_hash, g_str_equal),
               g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL)};

  for (guint i = people->len; i-- > 0;) {
    UllimListedPerson *person = people->pdata[i];

    for (guint j = person->keys->len; j-- > 0;)
      g_hash_table_insert (ours.by_key, person->keys->pdata[j], person);
  }
  keep_lists (&ours, document);
  for (guint i = 0; i < people->len; i++) {
    const UllimListedPerson *person = people->pdata[i];

    for (guint j = 0; j < person->groups->len; j++)
      add_missing (&ours, document, person, person->groups->pdata[j]);
    if (person->groups->len == 0)
      add_missing (&ours, document, person, NULL);
  }
  g_hash_table_unref (ours.by_key);
  g_hash_table_unref (ours.covered);
}

/* ---- what the merge brought ---- */

/* An address in all its lists. */
typedef struct {
  const char *uri;  /* not owned */
  const char *name; /* not owned, nullable */
  GPtrArray  *uids;
  GPtrArray  *groups;
} Address;

static void
address_free (gpointer data)
{
  Address *address = data;

  g_ptr_array_unref (address->uids);
  g_ptr_array_unref (address->groups);
  g_free (address);
}

static void
collect_uids (const UllimResourceEntry *entry, GPtrArray *uids)
{
  for (guint i = 0; i < entry->foreign->len; i++) {
    const UllimXmlNode *node = entry->foreign->pdata[i];
    const char         *uid =
        ullim_xml_is (node, PERSON_NS, PERSON) ? ullim_xml_attribute (node, UID) : NULL;

    if (uid && *uid)
      add_text (uids, uid);
  }
}

static void
collect (const UllimResourceList *list, GHashTable *addresses, GPtrArray *order)
{
  const char *group = group_of (list);

  for (guint i = 0; i < list->entries->len; i++) {
    const UllimResourceEntry *entry = list->entries->pdata[i];
    char                     *key = key_of (entry);
    Address                  *address = key ? g_hash_table_lookup (addresses, key) : NULL;

    if (!key)
      continue;
    if (!address) {
      address = g_new0 (Address, 1);
      address->uri = entry->uri;
      address->uids = g_ptr_array_new_with_free_func (g_free);
      address->groups = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (addresses, key, address);
      g_ptr_array_add (order, key);
    } else {
      g_free (key);
    }
    if (!address->name && entry->display_name && *entry->display_name)
      address->name = entry->display_name;
    collect_uids (entry, address->uids);
    if (group)
      add_text (address->groups, group);
  }
  for (guint i = 0; i < list->lists->len; i++)
    collect (list->lists->pdata[i], addresses, order);
}

static GHashTable *
addresses_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, address_free);
}

static UllimListChange *
change_new (const char *key)
{
  UllimListChange *change = g_new0 (UllimListChange, 1);

  change->key = g_strdup (key);
  change->uids = g_ptr_array_new_with_free_func (g_free);
  change->joined = g_ptr_array_new_with_free_func (g_free);
  change->left = g_ptr_array_new_with_free_func (g_free);
  return change;
}

static void
add_those_missing (GPtrArray *from, const GPtrArray *in, GPtrArray *to)
{
  for (guint i = 0; i < from->len; i++) {
    if (!in || !has_text (in, from->pdata[i]))
      g_ptr_array_add (to, g_strdup (from->pdata[i]));
  }
}

/* @before: (nullable); @after: (nullable) */
static void
compare (const char *key, const Address *before, const Address *after, GPtrArray *changes)
{
  UllimListChange *change = change_new (key);

  if (after) {
    add_those_missing (after->uids, NULL, change->uids);
    add_those_missing (after->groups, before ? before->groups : NULL, change->joined);
    if (after->name && g_strcmp0 (before ? before->name : NULL, after->name) != 0)
      change->name = g_strdup (after->name);
  }
  if (before && after)
    add_those_missing (before->groups, after->groups, change->left);
  change->uri = before ? NULL : g_strdup (after->uri);
  change->is_gone = !after;
  if (change->uri || change->is_gone || change->name || change->joined->len > 0 ||
      change->left->len > 0)
    g_ptr_array_add (changes, change);
  else
    ullim_list_change_free (change);
}

static GPtrArray *
find_changes (const UllimResourceList *ours, const UllimResourceList *merged)
{
  g_autoptr (GHashTable) before = addresses_new ();
  g_autoptr (GHashTable) after = addresses_new ();
  g_autoptr (GPtrArray)  before_order = g_ptr_array_new ();
  g_autoptr (GPtrArray)  after_order = g_ptr_array_new ();
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_list_change_free);

  collect (ours, before, before_order);
  collect (merged, after, after_order);
  for (guint i = 0; i < after_order->len; i++) {
    const char *key = after_order->pdata[i];

    compare (key, g_hash_table_lookup (before, key), g_hash_table_lookup (after, key), changes);
  }
  for (guint i = 0; i < before_order->len; i++) {
    const char *key = before_order->pdata[i];

    if (!g_hash_table_contains (after, key))
      compare (key, g_hash_table_lookup (before, key), NULL, changes);
  }
  return changes;
}

/* Where one put somebody into a group and the other took them out of another, they are in no group,
 * too: the group holds. */
static void
leave_no_group (UllimResourceList *parent, GHashTable *addresses)
{
  for (guint i = 0; i < parent->lists->len; i++) {
    UllimResourceList *list = parent->lists->pdata[i];

    for (guint j = list->entries->len; j-- > 0 && !group_of (list);) {
      g_autofree char *key = key_of (list->entries->pdata[j]);
      const Address   *address = key ? g_hash_table_lookup (addresses, key) : NULL;

      if (address && address->groups->len > 0)
        g_ptr_array_remove_index (list->entries, j);
    }
    leave_no_group (list, addresses);
  }
}

static void
tidy (UllimResourceList *merged)
{
  g_autoptr (GHashTable) addresses = addresses_new ();
  g_autoptr (GPtrArray)  order = g_ptr_array_new ();

  collect (merged, addresses, order);
  leave_no_group (merged, addresses);
}

/* ---- which document it is ---- */

/* Returns: (nullable) */
static const char *
find_book (const UllimResourceList *document)
{
  for (guint i = 0; i < document->lists->len; i++) {
    const UllimResourceList *list = document->lists->pdata[i];

    for (guint j = 0; j < list->foreign->len; j++) {
      if (ullim_xml_is (list->foreign->pdata[j], PERSON_NS, BOOK))
        return ullim_xml_attribute (list->foreign->pdata[j], ID);
    }
  }
  return NULL;
}

static void
begin_book (UllimResourceList *document)
{
  g_autofree char *id = g_uuid_string_random ();
  UllimXmlNode    *node = ullim_xml_element_new (PERSON_NS, BOOK);

  ullim_xml_set_attribute (node, "", ID, id);
  g_ptr_array_add (list_for (document, NULL)->foreign, node);
}

/* A server may lose its documents, and another device begin a new one: what is not in that was not
 * removed by anybody. */
static gboolean
is_continued (const UllimResourceList *base, const UllimResourceList *theirs)
{
  const char *id = find_book (base);

  return !id || g_strcmp0 (id, find_book (theirs)) == 0;
}

/* ---- */

static UllimResourceList *
parse_or_empty (const char *text, GError **error)
{
  return text ? ullim_resource_list_parse (text, strlen (text), error)
              : ullim_resource_list_new (NULL, NULL);
}

char *
ullim_people_lists_merge (GPtrArray  *people,
                          const char *base,
                          const char *theirs,
                          GPtrArray **changes,
                          GError    **error)
{
  g_autoptr (UllimResourceList) their_document = parse_or_empty (theirs, error);
  g_autoptr (UllimResourceList) base_document = NULL;
  g_autoptr (UllimResourceList) ours = NULL;
  g_autoptr (UllimResourceList) merged = NULL;

  *changes = NULL;
  if (!their_document)
    return NULL;
  /* What was stored here and is damaged counts as unknown: then nothing is removed. */
  base_document = base ? ullim_resource_list_parse (base, strlen (base), NULL) : NULL;
  if (base_document && !is_continued (base_document, their_document))
    g_clear_pointer (&base_document, ullim_resource_list_free);
  ours = parse_or_empty (base_document ? base : NULL, error);
  make_ours (ours, people);
  if (!theirs && people->len > 0)
    begin_book (ours);
  merged = ullim_resource_list_merge (base_document, ours, their_document);
  tidy (merged);
  *changes = find_changes (ours, merged);
  if (ullim_resource_list_equal (merged, their_document))
    return g_strdup (theirs); /* or nothing, where nothing is to be kept */
  return ullim_resource_list_to_string (merged);
}
