/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sorted list of all conversations. One entry per conversation is shared by the sequence, which
 * gives the order and the position in O(log n), and by the hash tables. A conversation whose newest
 * message or name changes moves by itself.
 */
#define G_LOG_DOMAIN "conversation-list"

#include "conversation-list.h"

typedef struct {
  UllimConversation *conversation; /* owned */
  const char        *key;          /* of the conversation */
  char              *collate;      /* owned: sort key of the name */
  gint64             account_id;
  gint64             id;
  guint              unread; /* as counted in the list's sum */
  gulong             handler;
  GSequenceIter     *iter;
} Entry;

struct _UllimConversationList {
  GObject parent_instance;

  GSequence  *entries; /* owned, owns the entries */
  GSequence  *moving;  /* owned: where an entry is between its old place and its new one */
  GHashTable *by_key;  /* owned: Entry as a set, by account and key */
  GHashTable *by_id;   /* owned: gint64 * in the entry to the entry */
  guint       unread;
};

enum { PROP_0, PROP_UNREAD, N_PROPS };

static GParamSpec *props[N_PROPS];

enum { ITEM_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static GType
ullim_conversation_list_get_item_type (GListModel *model)
{
  return ULLIM_TYPE_CONVERSATION;
}

static guint
ullim_conversation_list_get_n_items (GListModel *model)
{
  return (guint) g_sequence_get_length (ULLIM_CONVERSATION_LIST (model)->entries);
}

static gpointer
ullim_conversation_list_get_item (GListModel *model, guint position)
{
  UllimConversationList *self = ULLIM_CONVERSATION_LIST (model);
  GSequenceIter         *iter;
  Entry                 *entry;

  if (position > G_MAXINT)
    return NULL;
  iter = g_sequence_get_iter_at_pos (self->entries, (int) position);
  if (g_sequence_iter_is_end (iter))
    return NULL;
  entry = g_sequence_get (iter);
  return g_object_ref (entry->conversation);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ullim_conversation_list_get_item_type;
  iface->get_n_items = ullim_conversation_list_get_n_items;
  iface->get_item = ullim_conversation_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (UllimConversationList,
                               ullim_conversation_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_signal_handler (&entry->handler, entry->conversation);
  g_clear_object (&entry->conversation);
  g_free (entry->collate);
  g_free (entry);
}

static guint
entry_hash (gconstpointer data)
{
  const Entry *entry = data;

  return g_str_hash (entry->key) ^ (guint) entry->account_id * 2654435761u;
}

static gboolean
entry_equal (gconstpointer a, gconstpointer b)
{
  const Entry *first = a;
  const Entry *second = b;

  return first->account_id == second->account_id && g_str_equal (first->key, second->key);
}

/* Newest message first; those in which nothing was said come last, by name. */
static int
entry_compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Entry *first = a;
  const Entry *second = b;
  gint64       first_time = ullim_conversation_get_last_time (first->conversation);
  gint64       second_time = ullim_conversation_get_last_time (second->conversation);
  int          order;

  if (first_time != second_time)
    return first_time > second_time ? -1 : 1;
  order = strcmp (first->collate, second->collate);
  if (order != 0)
    return order;
  return (first->id > second->id) - (first->id < second->id);
}

static void
ullim_conversation_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  UllimConversationList *self = ULLIM_CONVERSATION_LIST (object);

  switch (id) {
  case PROP_UNREAD:
    g_value_set_uint (value, self->unread);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ullim_conversation_list_finalize (GObject *object)
{
  UllimConversationList *self = ULLIM_CONVERSATION_LIST (object);

  g_hash_table_unref (self->by_key);
  g_hash_table_unref (self->by_id);
  g_sequence_free (self->entries);
  g_sequence_free (self->moving);
  G_OBJECT_CLASS (ullim_conversation_list_parent_class)->finalize (object);
}

static void
ullim_conversation_list_class_init (UllimConversationListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ullim_conversation_list_get_property;
  object_class->finalize = ullim_conversation_list_finalize;

  props[PROP_UNREAD] =
      g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[ITEM_CHANGED] =
      g_signal_new ("item-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, ULLIM_TYPE_CONVERSATION);
}

static void
ullim_conversation_list_init (UllimConversationList *self)
{
  self->entries = g_sequence_new (entry_free);
  self->moving = g_sequence_new (entry_free);
  self->by_key = g_hash_table_new (entry_hash, entry_equal);
  self->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
}

UllimConversationList *
ullim_conversation_list_new (void)
{
  return g_object_new (ULLIM_TYPE_CONVERSATION_LIST, NULL);
}

static void
set_unread (UllimConversationList *self, guint unread)
{
  if (self->unread == unread)
    return;
  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
}

static char *
collate_key (UllimConversation *conversation)
{
  return g_utf8_collate_key (ullim_conversation_get_name (conversation), -1);
}

static Entry *
find_entry (UllimConversationList *self, UllimConversation *conversation)
{
  gint64 id = ullim_conversation_get_id (conversation);
  Entry *entry = g_hash_table_lookup (self->by_id, &id);

  return entry && entry->conversation == conversation ? entry : NULL;
}

static gboolean
is_in_place (Entry *entry)
{
  GSequenceIter *previous = g_sequence_iter_prev (entry->iter);
  GSequenceIter *next = g_sequence_iter_next (entry->iter);

  if (previous != entry->iter && entry_compare (g_sequence_get (previous), entry, NULL) > 0)
    return FALSE;
  if (!g_sequence_iter_is_end (next) && entry_compare (entry, g_sequence_get (next), NULL) > 0)
    return FALSE;
  return TRUE;
}

static void
move_entry (UllimConversationList *self, Entry *entry)
{
  guint from = (guint) g_sequence_iter_get_position (entry->iter);

  if (is_in_place (entry))
    return;
  g_sequence_move (entry->iter, g_sequence_get_end_iter (self->moving));
  g_list_model_items_changed (G_LIST_MODEL (self), from, 1, 0);
  g_sequence_move (entry->iter, g_sequence_search (self->entries, entry, entry_compare, NULL));
  g_list_model_items_changed (G_LIST_MODEL (self),
                              (guint) g_sequence_iter_get_position (entry->iter), 0, 1);
}

static void
on_notify (UllimConversation *conversation, GParamSpec *pspec, UllimConversationList *self)
{
  Entry *entry = find_entry (self, conversation);

  g_return_if_fail (entry != NULL);
  if (g_str_equal (pspec->name, "unread")) {
    guint unread = ullim_conversation_get_unread (conversation);
    guint sum = self->unread - entry->unread + unread;

    entry->unread = unread;
    set_unread (self, sum);
  } else if (g_str_equal (pspec->name, "name")) {
    g_free (entry->collate);
    entry->collate = collate_key (conversation);
    move_entry (self, entry);
  } else if (g_str_equal (pspec->name, "last-time")) {
    move_entry (self, entry);
  }
  g_signal_emit (self, signals[ITEM_CHANGED], 0, conversation);
}

/* Puts a new entry into the hash tables; %NULL if the conversation is there already. */
static Entry *
register_entry (UllimConversationList *self, UllimConversation *conversation)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->conversation = g_object_ref (conversation);
  entry->key = ullim_conversation_get_key (conversation);
  entry->account_id = ullim_account_get_id (ullim_conversation_get_account (conversation));
  entry->id = ullim_conversation_get_id (conversation);
  if (g_hash_table_contains (self->by_key, entry) ||
      g_hash_table_contains (self->by_id, &entry->id)) {
    entry_free (entry);
    return NULL;
  }
  g_hash_table_add (self->by_key, entry);
  g_hash_table_insert (self->by_id, &entry->id, entry);
  entry->collate = collate_key (conversation);
  entry->unread = ullim_conversation_get_unread (conversation);
  /* One handler per conversation, disconnected with the entry: thousands of closures watched by one
   * object (g_signal_connect_object) are removed in quadratic time. */
  entry->handler = g_signal_connect (conversation, "notify", G_CALLBACK (on_notify), self);
  return entry;
}

void
ullim_conversation_list_add (UllimConversationList *self, UllimConversation *conversation)
{
  Entry *entry = register_entry (self, conversation);

  if (!entry)
    return;
  entry->iter = g_sequence_insert_sorted (self->entries, entry, entry_compare, NULL);
  g_list_model_items_changed (G_LIST_MODEL (self),
                              (guint) g_sequence_iter_get_position (entry->iter), 0, 1);
  set_unread (self, self->unread + entry->unread);
}

void
ullim_conversation_list_add_all (UllimConversationList *self, GPtrArray *conversations)
{
  guint before = (guint) g_sequence_get_length (self->entries);
  guint after;
  guint unread = self->unread;

  for (guint i = 0; i < conversations->len; i++) {
    Entry *entry = register_entry (self, conversations->pdata[i]);

    if (!entry)
      continue;
    entry->iter = g_sequence_append (self->entries, entry);
    unread += entry->unread;
  }
  after = (guint) g_sequence_get_length (self->entries);
  if (after == before)
    return;
  g_sequence_sort (self->entries, entry_compare, NULL);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, after);
  set_unread (self, unread);
}

void
ullim_conversation_list_remove (UllimConversationList *self, UllimConversation *conversation)
{
  Entry *entry = find_entry (self, conversation);
  guint  position;
  guint  unread;

  if (!entry)
    return;
  position = (guint) g_sequence_iter_get_position (entry->iter);
  unread = self->unread - entry->unread;
  g_hash_table_remove (self->by_key, entry);
  g_hash_table_remove (self->by_id, &entry->id);
  g_sequence_remove (entry->iter);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  set_unread (self, unread);
}

UllimConversation *
ullim_conversation_list_find (UllimConversationList *self, gint64 account_id, const char *key)
{
  const Entry wanted = {.account_id = account_id, .key = key};
  Entry      *entry = g_hash_table_lookup (self->by_key, &wanted);

  return entry ? entry->conversation : NULL;
}

UllimConversation *
ullim_conversation_list_find_id (UllimConversationList *self, gint64 id)
{
  Entry *entry = g_hash_table_lookup (self->by_id, &id);

  return entry ? entry->conversation : NULL;
}

guint
ullim_conversation_list_get_position (UllimConversationList *self, UllimConversation *conversation)
{
  Entry *entry = find_entry (self, conversation);

  g_return_val_if_fail (entry != NULL, 0);
  return (guint) g_sequence_iter_get_position (entry->iter);
}

guint
ullim_conversation_list_get_unread (UllimConversationList *self)
{
  return self->unread;
}
