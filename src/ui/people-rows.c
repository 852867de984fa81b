/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows for the list of people. Whatever changes, the rows are laid out anew from the contact list's
 * order, at most every UPDATE_INTERVAL_MS: some milliseconds for ten thousand people, and only the
 * difference is told on.
 */
#define G_LOG_DOMAIN "people-rows"

#include "people-rows.h"

#include <string.h>

#include "text-fold.h"

/* Changes of that long are taken in together; the first one after a rest is taken in at once. */
#define UPDATE_INTERVAL_MS 100
/* From so many on, the whole order is read anew. */
#define SPLICE_MAX 64
/* So many people's texts are prepared for a search at a time. */
#define FOLD_CHUNK 250

typedef struct {
  UllimPeopleGroup *group;  /* owned */
  GPtrArray        *people; /* owned, of UllimContact in the order array */
  guint             n_available;
  guint             first_row; /* of its header */
  guint             n_rows;
} Section;

struct _UllimPeopleRows {
  GObject parent_instance;

  UllimContactList *contacts;  /* owned */
  GPtrArray        *order;     /* owned, of UllimContact; NULL: to be read anew */
  GHashTable       *sections;  /* owned: id of group to Section */
  GPtrArray        *shown;     /* owned, of Section in @sections, sorted */
  GPtrArray        *rows;      /* owned, of GObject */
  GHashTable       *collapsed; /* owned: ids */
  GHashTable       *touched;   /* owned: contacts and groups that look different */
  GHashTable       *folded;    /* owned: UllimContact to text */
  char             *needle;    /* owned, nullable, folded */
  gboolean          all_touched;
  gint64            updated_us;
  guint             update_id;
  guint             fold_id;
  guint             fold_next;
};

enum { UPDATED, ROWS_CHANGED, SETTLED, N_SIGNALS };

static guint signals[N_SIGNALS];

static GType
ullim_people_rows_get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
ullim_people_rows_get_n_items (GListModel *model)
{
  return ULLIM_PEOPLE_ROWS (model)->rows->len;
}

static gpointer
ullim_people_rows_get_item (GListModel *model, guint position)
{
  GPtrArray *rows = ULLIM_PEOPLE_ROWS (model)->rows;

  return position < rows->len ? g_object_ref (rows->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ullim_people_rows_get_item_type;
  iface->get_n_items = ullim_people_rows_get_n_items;
  iface->get_item = ullim_people_rows_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (UllimPeopleRows,
                               ullim_people_rows,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
section_free (gpointer data)
{
  Section *section = data;

  g_object_unref (section->group);
  g_ptr_array_unref (section->people);
  g_free (section);
}

/* --- Search --- */

static char *
make_text (UllimContact *contact)
{
  const UllimContactData *data = ullim_contact_get_data (contact);
  g_autoptr (GString)     text = g_string_new (ullim_contact_get_display_name (contact));

  if (data->name)
    g_string_append_printf (text, "\n%s", data->name);
  for (guint i = 0; i < data->addresses->len; i++) {
    const UllimContactAddress *address = data->addresses->pdata[i];

    g_string_append_c (text, '\n');
    g_string_append (text, address->uri);
  }
  for (guint i = 0; i < data->groups->len; i++) {
    g_string_append_c (text, '\n');
    g_string_append (text, data->groups->pdata[i]);
  }
  return ullim_text_fold (text->str);
}

static const char *
text_of (UllimPeopleRows *self, UllimContact *contact)
{
  char *text = g_hash_table_lookup (self->folded, contact);

  if (!text) {
    text = make_text (contact);
    g_hash_table_insert (self->folded, g_object_ref (contact), text);
  }
  return text;
}

/* The first key of a search must not wait for ten thousand texts. */
static gboolean
on_fold_idle (gpointer data)
{
  UllimPeopleRows *self = data;

  for (guint i = 0; self->order && i < FOLD_CHUNK && self->fold_next < self->order->len; i++)
    text_of (self, self->order->pdata[self->fold_next++]);
  if (self->order && self->fold_next < self->order->len)
    return G_SOURCE_CONTINUE;
  self->fold_id = 0;
  return G_SOURCE_REMOVE;
}

static void
prepare_texts (UllimPeopleRows *self)
{
  self->fold_next = 0;
  if (g_hash_table_size (self->folded) < self->order->len && self->fold_id == 0)
    self->fold_id = g_idle_add_full (G_PRIORITY_LOW, on_fold_idle, self, NULL);
}

/* --- Layout --- */

static void
read_order (UllimPeopleRows *self)
{
  GListModel *list = G_LIST_MODEL (self->contacts);
  guint       n = g_list_model_get_n_items (list);

  self->order = g_ptr_array_new_full (n, g_object_unref);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->order, g_list_model_get_item (list, i));
}

static Section *
section_of (UllimPeopleRows *self, UllimPeopleGroupKind kind, const char *name)
{
  /* A group may be called "others" too. */
  static const char *const keys[] = {
      [ULLIM_PEOPLE_GROUP_FAVOURITES] = "\nfavourites", [ULLIM_PEOPLE_GROUP_OTHERS] = "\nothers"};
  const char *key = name ? name : keys[kind];
  Section    *section = g_hash_table_lookup (self->sections, key);

  if (section)
    return section;
  section = g_new0 (Section, 1);
  section->group = ullim_people_group_new (kind, name);
  section->people = g_ptr_array_new ();
  g_hash_table_insert (self->sections, g_strdup (key), section);
  return section;
}

static void
put (Section *section, UllimContact *contact, gboolean is_available)
{
  g_ptr_array_add (section->people, contact);
  section->n_available += is_available ? 1 : 0;
}

static void
sort_into_sections (UllimPeopleRows *self)
{
  Section *favourites = section_of (self, ULLIM_PEOPLE_GROUP_FAVOURITES, NULL);
  Section *others = section_of (self, ULLIM_PEOPLE_GROUP_OTHERS, NULL);

  for (guint i = 0; i < self->order->len; i++) {
    UllimContact           *contact = self->order->pdata[i];
    const UllimContactData *data = ullim_contact_get_data (contact);
    const UllimPresence    *presence = ullim_contact_get_presence (contact);
    gboolean is_available = presence->state == ULLIM_PRESENCE_AVAILABLE && !presence->is_stale;

    if (data->is_favourite)
      put (favourites, contact, is_available);
    for (guint j = 0; j < data->groups->len; j++)
      put (section_of (self, ULLIM_PEOPLE_GROUP_NAMED, data->groups->pdata[j]), contact,
           is_available);
    if (!data->is_favourite && data->groups->len == 0)
      put (others, contact, is_available);
  }
}

static int
compare_sections (gconstpointer a, gconstpointer b)
{
  return ullim_people_group_compare ((*(Section *const *) a)->group,
                                     (*(Section *const *) b)->group);
}

static void
clear_sections (UllimPeopleRows *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->sections);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Section *section = value;

    g_ptr_array_set_size (section->people, 0);
    section->n_available = 0;
    section->n_rows = 0;
  }
}

/* "In no group" is a word only beside groups. */
static void
name_others (UllimPeopleRows *self)
{
  gboolean any_named = FALSE;

  for (guint i = 0; i < self->shown->len; i++) {
    Section *section = self->shown->pdata[i];

    any_named =
        any_named || ullim_people_group_get_kind (section->group) == ULLIM_PEOPLE_GROUP_NAMED;
  }
  for (guint i = 0; i < self->shown->len; i++) {
    Section *section = self->shown->pdata[i];

    if (ullim_people_group_set_alone (section->group, !any_named))
      g_hash_table_add (self->touched, section->group);
  }
}

/* The sections with somebody in them, sorted; the others are forgotten. */
static void
choose_sections (UllimPeopleRows *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_ptr_array_set_size (self->shown, 0);
  g_hash_table_iter_init (&iter, self->sections);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Section *section = value;
    gboolean is_collapsed;

    if (section->people->len == 0) {
      g_hash_table_iter_remove (&iter);
      continue;
    }
    is_collapsed =
        g_hash_table_contains (self->collapsed, ullim_people_group_get_id (section->group));
    if (ullim_people_group_set (section->group, section->people->len, section->n_available,
                                is_collapsed))
      g_hash_table_add (self->touched, section->group);
    g_ptr_array_add (self->shown, section);
  }
  g_ptr_array_sort (self->shown, compare_sections);
  name_others (self);
}

static GPtrArray *
lay_out_groups (UllimPeopleRows *self)
{
  GPtrArray *rows = g_ptr_array_new_full (self->rows->len, g_object_unref);

  clear_sections (self);
  sort_into_sections (self);
  choose_sections (self);
  for (guint i = 0; i < self->shown->len; i++) {
    Section *section = self->shown->pdata[i];

    section->first_row = rows->len;
    g_ptr_array_add (rows, g_object_ref (section->group));
    for (guint j = 0;
         !ullim_people_group_get_collapsed (section->group) && j < section->people->len; j++)
      g_ptr_array_add (rows, g_object_ref (section->people->pdata[j]));
    section->n_rows = rows->len - section->first_row;
  }
  return rows;
}

static GPtrArray *
lay_out_matches (UllimPeopleRows *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->order->len; i++)
    if (strstr (text_of (self, self->order->pdata[i]), self->needle))
      g_ptr_array_add (rows, g_object_ref (self->order->pdata[i]));
  return rows;
}

/* --- Telling the difference --- */

static gboolean
looks_different (UllimPeopleRows *self, GPtrArray *before, guint row)
{
  return row >= before->len || before->pdata[row] != self->rows->pdata[row] || self->all_touched ||
         g_hash_table_contains (self->touched, self->rows->pdata[row]);
}

/* Rows that came with items-changed need no telling. */
static void
tell_rows (UllimPeopleRows *self, GPtrArray *before, guint new_first, guint n_new)
{
  guint first = 0, n = 0;

  for (guint old_row = 0, row = 0; row < self->rows->len; row++) {
    gboolean is_new = row >= new_first && row < new_first + n_new;
    gboolean differs = !is_new && looks_different (self, before, old_row);

    if (!is_new)
      old_row++;
    if (differs && n++ == 0)
      first = row;
    if (!differs && n > 0) {
      g_signal_emit (self, signals[ROWS_CHANGED], 0, first, n);
      n = 0;
    }
  }
  if (n > 0)
    g_signal_emit (self, signals[ROWS_CHANGED], 0, first, n);
}

static guint
common_start (GPtrArray *a, GPtrArray *b)
{
  guint n = MIN (a->len, b->len);
  guint i = 0;

  while (i < n && a->pdata[i] == b->pdata[i])
    i++;
  return i;
}

static void
tell_difference (UllimPeopleRows *self, GPtrArray *before)
{
  guint start = common_start (before, self->rows);
  guint removed = before->len > self->rows->len ? before->len - self->rows->len : 0;
  guint added = before->len < self->rows->len ? self->rows->len - before->len : 0;

  g_signal_emit (self, signals[UPDATED], 0);
  if (removed > 0) {
    g_list_model_items_changed (G_LIST_MODEL (self), start, removed, 0);
    g_ptr_array_remove_range (before, start, removed);
  } else if (added > 0) {
    g_list_model_items_changed (G_LIST_MODEL (self), start, 0, added);
  }
  tell_rows (self, before, start, added);
  g_signal_emit (self, signals[SETTLED], 0);
}

static void
update (UllimPeopleRows *self)
{
  g_autoptr (GPtrArray) before = g_ptr_array_ref (self->rows);
  gboolean              was_read = self->order != NULL;

  g_clear_handle_id (&self->update_id, g_source_remove);
  if (!was_read)
    read_order (self);
  if (g_hash_table_size (self->folded) > self->order->len)
    g_hash_table_remove_all (self->folded);
  /* Whom the old rows show must live until the new ones are told. */
  self->rows = self->needle ? lay_out_matches (self) : lay_out_groups (self);
  g_ptr_array_unref (before);
  tell_difference (self, before);
  g_hash_table_remove_all (self->touched);
  self->all_touched = FALSE;
  self->updated_us = g_get_monotonic_time ();
  if (!was_read)
    prepare_texts (self);
}

static gboolean
on_update (gpointer data)
{
  UllimPeopleRows *self = data;

  self->update_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (UllimPeopleRows *self)
{
  gint64 age_ms = (g_get_monotonic_time () - self->updated_us) / 1000;

  if (self->update_id != 0)
    return;
  if (self->updated_us == 0 || age_ms >= UPDATE_INTERVAL_MS)
    self->update_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_update, self, NULL);
  else
    self->update_id = g_timeout_add ((guint) (UPDATE_INTERVAL_MS - age_ms), on_update, self);
}

static void
on_items_changed (UllimPeopleRows *self, guint position, guint removed, guint added)
{
  if (self->order && removed + added <= SPLICE_MAX && position + removed <= self->order->len) {
    if (removed > 0)
      g_ptr_array_remove_range (self->order, position, removed);
    for (guint i = 0; i < added; i++)
      g_ptr_array_insert (self->order, (int) (position + i),
                          g_list_model_get_item (G_LIST_MODEL (self->contacts), position + i));
  } else {
    g_clear_pointer (&self->order, g_ptr_array_unref);
  }
  schedule (self);
}

static void
on_item_changed (UllimPeopleRows *self, UllimContact *contact)
{
  g_hash_table_add (self->touched, contact);
  schedule (self);
}

static void
on_burst_ended (UllimPeopleRows *self)
{
  self->all_touched = TRUE;
  schedule (self);
}

static void
ullim_people_rows_finalize (GObject *object)
{
  UllimPeopleRows *self = ULLIM_PEOPLE_ROWS (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  g_clear_handle_id (&self->fold_id, g_source_remove);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->shown);
  g_hash_table_unref (self->sections);
  g_hash_table_unref (self->touched);
  g_hash_table_unref (self->folded);
  g_hash_table_unref (self->collapsed);
  g_clear_pointer (&self->order, g_ptr_array_unref);
  g_clear_object (&self->contacts);
  g_free (self->needle);
  G_OBJECT_CLASS (ullim_people_rows_parent_class)->finalize (object);
}

static void
ullim_people_rows_class_init (UllimPeopleRowsClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ullim_people_rows_finalize;

  signals[UPDATED] =
      g_signal_new ("updated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ROWS_CHANGED] = g_signal_new ("rows-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[SETTLED] =
      g_signal_new ("settled", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ullim_people_rows_init (UllimPeopleRows *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->shown = g_ptr_array_new ();
  self->sections = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, section_free);
  self->collapsed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->touched = g_hash_table_new (NULL, NULL);
  self->folded = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
}

UllimPeopleRows *
ullim_people_rows_new (UllimContactList *contacts)
{
  UllimPeopleRows *self = g_object_new (ULLIM_TYPE_PEOPLE_ROWS, NULL);

  self->contacts = g_object_ref (contacts);
  g_signal_connect_object (contacts, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (contacts, "item-changed", G_CALLBACK (on_item_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (contacts, "burst-ended", G_CALLBACK (on_burst_ended), self,
                           G_CONNECT_SWAPPED);
  update (self);
  return self;
}

void
ullim_people_rows_update (UllimPeopleRows *self)
{
  if (self->update_id != 0)
    update (self);
}

void
ullim_people_rows_forget_text (UllimPeopleRows *self, UllimContact *contact)
{
  g_hash_table_remove (self->folded, contact);
}

void
ullim_people_rows_set_search (UllimPeopleRows *self, const char *text)
{
  g_autofree char *needle = text && *text ? ullim_text_fold (text) : NULL;

  if (g_strcmp0 (needle, self->needle) == 0)
    return;
  g_free (self->needle);
  self->needle = g_steal_pointer (&needle);
  update (self);
}

gboolean
ullim_people_rows_is_searching (UllimPeopleRows *self)
{
  return self->needle != NULL;
}

void
ullim_people_rows_set_collapsed (UllimPeopleRows *self, UllimPeopleGroup *group, gboolean collapsed)
{
  const char *id = ullim_people_group_get_id (group);

  if (collapsed == g_hash_table_contains (self->collapsed, id))
    return;
  if (collapsed)
    g_hash_table_add (self->collapsed, g_strdup (id));
  else
    g_hash_table_remove (self->collapsed, id);
  update (self);
}

void
ullim_people_rows_set_collapsed_ids (UllimPeopleRows *self, const char *const *ids)
{
  g_hash_table_remove_all (self->collapsed);
  for (guint i = 0; ids[i]; i++)
    g_hash_table_add (self->collapsed, g_strdup (ids[i]));
  update (self);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char **
ullim_people_rows_get_collapsed_ids (UllimPeopleRows *self)
{
  GPtrArray     *ids = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer       id;

  g_hash_table_iter_init (&iter, self->collapsed);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_ptr_array_add (ids, g_strdup (id));
  g_ptr_array_sort (ids, compare_ids);
  g_ptr_array_add (ids, NULL);
  return (char **) g_ptr_array_free (ids, FALSE);
}

UllimPeopleGroup *
ullim_people_rows_get_group (UllimPeopleRows *self, guint position)
{
  for (guint i = 0; !self->needle && i < self->shown->len; i++) {
    Section *section = self->shown->pdata[i];

    if (position >= section->first_row && position < section->first_row + section->n_rows)
      return section->group;
  }
  return NULL;
}

int
ullim_people_rows_find (UllimPeopleRows *self, gpointer item, UllimPeopleGroup *group)
{
  guint row = 0;

  if (item != group && group && g_ptr_array_find (self->rows, group, &row))
    for (row++; row < self->rows->len && !ULLIM_IS_PEOPLE_GROUP (self->rows->pdata[row]); row++)
      if (self->rows->pdata[row] == item)
        return (int) row;
  return g_ptr_array_find (self->rows, item, &row) ? (int) row : -1;
}
