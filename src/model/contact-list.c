/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sorted list of all people. The sequence is always in order: what an entry is sorted by (rank,
 * collation key) is a copy that changes only when the entry is moved, so a burst can put that off
 * to its end, and look-ups in between still find their way.
 */
#define G_LOG_DOMAIN "contact-list"

#include "contact-list.h"

#include <string.h>

#include "contact-private.h"

/* Up to this many moves at the end of a burst are told one by one: a view redraws two rows for
 * each, but everything between the first and the last place of a range. */
#define MAX_SINGLE_MOVES 8

typedef struct {
  UllimContactList *list;    /* not owned: it owns this */
  UllimContact     *contact; /* owned */
  char             *collate; /* owned, GRefString: sort key of the name */
  GSequenceIter    *iter;
  guint             rank;         /* the higher the nearer to the top */
  guint             old_position; /* while a burst ends */
  gboolean          is_dirty;     /* waits for the burst's end */
} Entry;

/* Who has an address: a chain, because several may share it. */
typedef struct _Use Use;
struct _Use {
  Entry *entry;
  Use   *next; /* owned */
};

struct _UllimContactList {
  GObject parent_instance;

  UllimContactOrder order;
  GSequence        *entries;   /* owned, owns the entries */
  GSequence        *moving;    /* owned: where entries are between old place and new one */
  GHashTable       *by_key;    /* owned: own copy of an address key to Use */
  GHashTable       *by_id;     /* owned: own copy of an id to Entry */
  GHashTable       *by_uid;    /* owned: the data's uid to Entry */
  GHashTable       *groups;    /* owned: own copy of a name to the number of people in it */
  GPtrArray        *dirty;     /* owned: Entry */
  GSequenceIter    *last_iter; /* nullable: what was asked for last, ... */
  guint             last_position;
  guint             bursts;
  gboolean          groups_differ; /* to be told */
};

enum { ITEM_CHANGED, BURST_ENDED, GROUPS_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static GType
ullim_contact_list_get_item_type (GListModel *model)
{
  return ULLIM_TYPE_CONTACT;
}

static guint
ullim_contact_list_get_n_items (GListModel *model)
{
  return (guint) g_sequence_get_length (ULLIM_CONTACT_LIST (model)->entries);
}

static gpointer
ullim_contact_list_get_item (GListModel *model, guint position)
{
  UllimContactList *self = ULLIM_CONTACT_LIST (model);
  GSequenceIter    *iter;
  Entry            *entry;

  if (position > G_MAXINT)
    return NULL;
  /* Whoever reads the whole list asks for one after the other. */
  if (self->last_iter && position == self->last_position + 1)
    iter = g_sequence_iter_next (self->last_iter);
  else
    iter = g_sequence_get_iter_at_pos (self->entries, (int) position);
  if (g_sequence_iter_is_end (iter))
    return NULL;
  self->last_iter = iter;
  self->last_position = position;
  entry = g_sequence_get (iter);
  return g_object_ref (entry->contact);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ullim_contact_list_get_item_type;
  iface->get_n_items = ullim_contact_list_get_n_items;
  iface->get_item = ullim_contact_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (UllimContactList,
                               ullim_contact_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* ---- order ---- */

static guint
rank_of (UllimContact *contact)
{
  return ullim_contact_get_presence (contact)->state;
}

static int
entry_compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const Entry            *first = a;
  const Entry            *second = b;
  const UllimContactList *self = data;
  gint64                  first_id;
  gint64                  second_id;
  int                     order;

  if (self->order == ULLIM_CONTACT_BY_PRESENCE && first->rank != second->rank)
    return first->rank > second->rank ? -1 : 1;
  order = strcmp (first->collate, second->collate);
  if (order != 0)
    return order;
  first_id = ullim_contact_get_id (first->contact);
  second_id = ullim_contact_get_id (second->contact);
  return (first_id > second_id) - (first_id < second_id);
}

static guint
entry_position (const Entry *entry)
{
  return (guint) g_sequence_iter_get_position (entry->iter);
}

/* Whether what @entry is sorted by is no longer true. */
static gboolean
is_out_of_date (const UllimContactList *self, const Entry *entry)
{
  if (entry->collate != ullim_contact_get_collate_key (entry->contact))
    return TRUE;
  return self->order == ULLIM_CONTACT_BY_PRESENCE && entry->rank != rank_of (entry->contact);
}

static void
refresh_sort_key (Entry *entry)
{
  entry->rank = rank_of (entry->contact);
  g_clear_pointer (&entry->collate, g_ref_string_release);
  entry->collate = g_ref_string_acquire (ullim_contact_get_collate_key (entry->contact));
}

static gboolean
is_in_place (UllimContactList *self, const Entry *entry)
{
  GSequenceIter *previous = g_sequence_iter_prev (entry->iter);
  GSequenceIter *next = g_sequence_iter_next (entry->iter);

  if (previous != entry->iter && entry_compare (g_sequence_get (previous), entry, self) > 0)
    return FALSE;
  return g_sequence_iter_is_end (next) || entry_compare (entry, g_sequence_get (next), self) < 0;
}

static void
take_out (UllimContactList *self, Entry *entry)
{
  self->last_iter = NULL;
  g_sequence_move (entry->iter, g_sequence_get_end_iter (self->moving));
}

static void
put_in (UllimContactList *self, Entry *entry)
{
  self->last_iter = NULL;
  g_sequence_move (entry->iter, g_sequence_search (self->entries, entry, entry_compare, self));
}

static void
move_one (UllimContactList *self, Entry *entry)
{
  guint from = entry_position (entry);

  refresh_sort_key (entry);
  if (is_in_place (self, entry))
    return;
  take_out (self, entry);
  g_list_model_items_changed (G_LIST_MODEL (self), from, 1, 0);
  put_in (self, entry);
  g_list_model_items_changed (G_LIST_MODEL (self), entry_position (entry), 0, 1);
}

/* (element-type Entry): one items-changed from the first to the last place that somebody left or
 * came to: outside of it the order is as it was, since those who did not move kept theirs. */
static void
move_many (UllimContactList *self, GPtrArray *movers)
{
  guint first = G_MAXUINT;
  guint last = 0;

  for (guint i = 0; i < movers->len; i++) {
    Entry *entry = movers->pdata[i];

    entry->old_position = entry_position (entry);
  }
  for (guint i = 0; i < movers->len; i++) {
    take_out (self, movers->pdata[i]);
    refresh_sort_key (movers->pdata[i]);
  }
  for (guint i = 0; i < movers->len; i++)
    put_in (self, movers->pdata[i]);
  for (guint i = 0; i < movers->len; i++) {
    Entry *entry = movers->pdata[i];
    guint  position = entry_position (entry);

    if (position == entry->old_position)
      continue;
    first = MIN (first, MIN (position, entry->old_position));
    last = MAX (last, MAX (position, entry->old_position));
  }
  if (first <= last)
    g_list_model_items_changed (G_LIST_MODEL (self), first, last - first + 1, last - first + 1);
}

/* An entry waits for its turn with the sort key by which it was placed. */
static void
move_all (UllimContactList *self, GPtrArray *movers)
{
  if (movers->len > MAX_SINGLE_MOVES) {
    move_many (self, movers);
    return;
  }
  for (guint i = 0; i < movers->len; i++)
    move_one (self, movers->pdata[i]);
}

/* ---- looking up ---- */

static void
add_use (UllimContactList *self, Entry *entry, const char *key)
{
  Use  *use = g_new (Use, 1);
  Use **end;
  Use  *head = g_hash_table_lookup (self->by_key, key);

  use->entry = entry;
  use->next = NULL;
  if (!head) {
    g_hash_table_insert (self->by_key, g_strdup (key), use);
    return;
  }
  for (end = &head->next; *end; end = &(*end)->next)
    ;
  *end = use;
}

static void
remove_use (UllimContactList *self, Entry *entry, const char *key)
{
  Use  *head = g_hash_table_lookup (self->by_key, key);
  Use  *rest = head;
  Use **at = &rest;
  Use  *gone;

  while (*at && (*at)->entry != entry)
    at = &(*at)->next;
  if (!*at)
    return;
  gone = *at;
  *at = gone->next;
  g_free (gone);
  if (!rest)
    g_hash_table_remove (self->by_key, key);
  else if (rest != head)
    g_hash_table_insert (self->by_key, g_strdup (key), rest);
}

static gboolean
data_has_key (const UllimContactData *data, const char *key)
{
  for (guint i = 0; data && i < data->addresses->len; i++) {
    if (g_str_equal (((const UllimContactAddress *) data->addresses->pdata[i])->key, key))
      return TRUE;
  }
  return FALSE;
}

/* Those of @data's addresses that are not in @but as well: who was first stays it. */
static void
add_uses (UllimContactList       *self,
          Entry                  *entry,
          const UllimContactData *data,
          const UllimContactData *but)
{
  for (guint i = 0; i < data->addresses->len; i++) {
    const UllimContactAddress *address = data->addresses->pdata[i];

    if (!data_has_key (but, address->key))
      add_use (self, entry, address->key);
  }
}

static void
remove_uses (UllimContactList       *self,
             Entry                  *entry,
             const UllimContactData *data,
             const UllimContactData *but)
{
  for (guint i = 0; i < data->addresses->len; i++) {
    const UllimContactAddress *address = data->addresses->pdata[i];

    if (!data_has_key (but, address->key))
      remove_use (self, entry, address->key);
  }
}

static void
count_groups (UllimContactList *self, const UllimContactData *data, int step)
{
  for (guint i = 0; i < data->groups->len; i++) {
    const char *group = data->groups->pdata[i];
    int         count = GPOINTER_TO_INT (g_hash_table_lookup (self->groups, group));

    if (count == 0 || count + step == 0)
      self->groups_differ = TRUE;
    if (count + step == 0)
      g_hash_table_remove (self->groups, group);
    else
      g_hash_table_insert (self->groups, g_strdup (group), GINT_TO_POINTER (count + step));
  }
}

static void
tell_groups (UllimContactList *self)
{
  if (!self->groups_differ || self->bursts > 0)
    return;
  self->groups_differ = FALSE;
  g_signal_emit (self, signals[GROUPS_CHANGED], 0);
}

static void
index_uid (UllimContactList *self, Entry *entry, const UllimContactData *data)
{
  if (data->uid)
    g_hash_table_replace (self->by_uid, data->uid, entry);
}

static void
forget_uid (UllimContactList *self, const Entry *entry, const UllimContactData *data)
{
  if (data->uid && g_hash_table_lookup (self->by_uid, data->uid) == entry)
    g_hash_table_remove (self->by_uid, data->uid);
}

/* ---- changes ---- */

static void
take_over_data (UllimContactList *self, Entry *entry, const UllimContactData *before)
{
  const UllimContactData *data = ullim_contact_get_data (entry->contact);

  forget_uid (self, entry, before);
  index_uid (self, entry, data);
  remove_uses (self, entry, before, data);
  add_uses (self, entry, data, before);
  count_groups (self, data, 1);
  count_groups (self, before, -1);
}

static void
on_contact_changed (UllimContact *contact, const UllimContactData *before, gpointer user_data)
{
  Entry                       *entry = user_data;
  g_autoptr (UllimContactList) self = g_object_ref (entry->list);

  if (before)
    take_over_data (self, entry, before);
  if (self->bursts > 0) {
    if (!entry->is_dirty)
      g_ptr_array_add (self->dirty, entry);
    entry->is_dirty = TRUE;
    return;
  }
  if (is_out_of_date (self, entry))
    move_one (self, entry);
  g_signal_emit (self, signals[ITEM_CHANGED], 0, contact);
  tell_groups (self);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  ullim_contact_set_listener (entry->contact, NULL, NULL);
  g_object_unref (entry->contact);
  g_ref_string_release (entry->collate);
  g_free (entry);
}

static void
use_free (gpointer data)
{
  Use *use = data;

  while (use) {
    Use *next = use->next;

    g_free (use);
    use = next;
  }
}

static void
ullim_contact_list_finalize (GObject *object)
{
  UllimContactList *self = ULLIM_CONTACT_LIST (object);
  GHashTableIter    iter;
  gpointer          use;

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &use))
    use_free (use);
  g_hash_table_unref (self->by_key);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->by_uid);
  g_hash_table_unref (self->groups);
  g_ptr_array_unref (self->dirty);
  g_sequence_free (self->entries);
  g_sequence_free (self->moving);
  G_OBJECT_CLASS (ullim_contact_list_parent_class)->finalize (object);
}

static void
ullim_contact_list_class_init (UllimContactListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_contact_list_finalize;
  signals[ITEM_CHANGED] =
      g_signal_new ("item-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, ULLIM_TYPE_CONTACT);
  signals[BURST_ENDED] = g_signal_new ("burst-ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[GROUPS_CHANGED] = g_signal_new ("groups-changed", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ullim_contact_list_init (UllimContactList *self)
{
  self->entries = g_sequence_new (entry_free);
  self->moving = g_sequence_new (entry_free);
  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->by_uid = g_hash_table_new (g_str_hash, g_str_equal);
  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->dirty = g_ptr_array_new ();
}

UllimContactList *
ullim_contact_list_new (void)
{
  return g_object_new (ULLIM_TYPE_CONTACT_LIST, NULL);
}

/* Returns: (nullable): the new entry, not yet in the order; %NULL if the contact is in a list */
static Entry *
register_entry (UllimContactList *self, UllimContact *contact)
{
  const UllimContactData *data = ullim_contact_get_data (contact);
  gint64                  id = ullim_contact_get_id (contact);
  Entry                  *entry;

  if (g_hash_table_contains (self->by_id, &id))
    return NULL;
  entry = g_new0 (Entry, 1);
  if (!ullim_contact_set_listener (contact, on_contact_changed, entry)) {
    g_free (entry);
    return NULL;
  }
  entry->list = self;
  entry->contact = g_object_ref (contact);
  refresh_sort_key (entry);
  g_hash_table_insert (self->by_id, g_memdup2 (&id, sizeof id), entry);
  index_uid (self, entry, data);
  add_uses (self, entry, data, NULL);
  count_groups (self, data, 1);
  return entry;
}

void
ullim_contact_list_add (UllimContactList *self, UllimContact *contact)
{
  Entry *entry;

  g_return_if_fail (ULLIM_IS_CONTACT_LIST (self));
  g_return_if_fail (ULLIM_IS_CONTACT (contact));

  entry = register_entry (self, contact);
  if (!entry)
    return;
  self->last_iter = NULL;
  entry->iter = g_sequence_insert_sorted (self->entries, entry, entry_compare, self);
  g_list_model_items_changed (G_LIST_MODEL (self), entry_position (entry), 0, 1);
  tell_groups (self);
}

void
ullim_contact_list_add_all (UllimContactList *self, GPtrArray *contacts)
{
  guint before;
  guint after;

  g_return_if_fail (ULLIM_IS_CONTACT_LIST (self));

  before = (guint) g_sequence_get_length (self->entries);
  for (guint i = 0; i < contacts->len; i++) {
    Entry *entry = register_entry (self, contacts->pdata[i]);

    if (entry)
      entry->iter = g_sequence_insert_sorted (self->entries, entry, entry_compare, self);
  }
  after = (guint) g_sequence_get_length (self->entries);
  if (after == before)
    return;
  self->last_iter = NULL;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, after);
  tell_groups (self);
}

static Entry *
find_entry (UllimContactList *self, UllimContact *contact)
{
  Entry *entry = ullim_contact_get_listener_data (contact, on_contact_changed);

  return entry && entry->list == self ? entry : NULL;
}

void
ullim_contact_list_remove (UllimContactList *self, UllimContact *contact)
{
  g_autoptr (UllimContact) hold = g_object_ref (contact);
  const UllimContactData  *data = ullim_contact_get_data (contact);
  gint64                   id = ullim_contact_get_id (contact);
  Entry                   *entry = find_entry (self, contact);
  guint                    position;

  if (!entry)
    return;
  position = entry_position (entry);
  if (entry->is_dirty)
    g_ptr_array_remove_fast (self->dirty, entry);
  g_hash_table_remove (self->by_id, &id);
  forget_uid (self, entry, data);
  remove_uses (self, entry, data, NULL);
  count_groups (self, data, -1);
  self->last_iter = NULL;
  g_sequence_remove (entry->iter);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  tell_groups (self);
}

UllimContact *
ullim_contact_list_find (UllimContactList *self, const char *key)
{
  Use *use = g_hash_table_lookup (self->by_key, key);

  return use ? use->entry->contact : NULL;
}

UllimContact *
ullim_contact_list_find_id (UllimContactList *self, gint64 id)
{
  Entry *entry = g_hash_table_lookup (self->by_id, &id);

  return entry ? entry->contact : NULL;
}

UllimContact *
ullim_contact_list_find_uid (UllimContactList *self, const char *uid)
{
  Entry *entry = g_hash_table_lookup (self->by_uid, uid);

  return entry ? entry->contact : NULL;
}

gboolean
ullim_contact_list_set_address_presence (UllimContactList    *self,
                                         const char          *key,
                                         const UllimPresence *presence)
{
  g_autoptr (GPtrArray) contacts = NULL;
  Use                  *use = g_hash_table_lookup (self->by_key, key);

  if (!use)
    return FALSE;
  if (!use->next) {
    ullim_contact_set_address_presence (use->entry->contact, key, presence);
    return TRUE;
  }
  /* Whoever hears of the first change may change the list. */
  contacts = g_ptr_array_new_with_free_func (g_object_unref);
  for (; use; use = use->next)
    g_ptr_array_add (contacts, g_object_ref (use->entry->contact));
  for (guint i = 0; i < contacts->len; i++)
    ullim_contact_set_address_presence (contacts->pdata[i], key, presence);
  return TRUE;
}

void
ullim_contact_list_begin_burst (UllimContactList *self)
{
  g_return_if_fail (ULLIM_IS_CONTACT_LIST (self));

  self->bursts++;
}

void
ullim_contact_list_end_burst (UllimContactList *self)
{
  g_autoptr (GPtrArray) movers = g_ptr_array_new ();
  gboolean              any;

  g_return_if_fail (ULLIM_IS_CONTACT_LIST (self));
  g_return_if_fail (self->bursts > 0);

  if (--self->bursts > 0)
    return;
  any = self->dirty->len > 0;
  for (guint i = 0; i < self->dirty->len; i++) {
    Entry *entry = self->dirty->pdata[i];

    entry->is_dirty = FALSE;
    if (is_out_of_date (self, entry))
      g_ptr_array_add (movers, entry);
  }
  g_ptr_array_set_size (self->dirty, 0);
  move_all (self, movers);
  if (any)
    g_signal_emit (self, signals[BURST_ENDED], 0);
  tell_groups (self);
}

UllimContactOrder
ullim_contact_list_get_order (UllimContactList *self)
{
  return self->order;
}

static void
refresh_each (gpointer data, gpointer user_data)
{
  refresh_sort_key (data);
}

void
ullim_contact_list_set_order (UllimContactList *self, UllimContactOrder order)
{
  guint n = (guint) g_sequence_get_length (self->entries);

  g_return_if_fail (ULLIM_IS_CONTACT_LIST (self));

  if (self->order == order)
    return;
  self->order = order;
  g_sequence_foreach (self->entries, refresh_each, NULL);
  self->last_iter = NULL;
  g_sequence_sort (self->entries, entry_compare, self);
  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n, n);
}

guint
ullim_contact_list_get_position (UllimContactList *self, UllimContact *contact)
{
  Entry *entry = find_entry (self, contact);

  g_return_val_if_fail (entry != NULL, 0);
  return entry_position (entry);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

char **
ullim_contact_list_get_groups (UllimContactList *self)
{
  GPtrArray     *names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer       name;

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}
