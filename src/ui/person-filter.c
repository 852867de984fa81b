/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Filters people by name and address while the user types. The folded text of each conversation is
 * made once per search and kept in step with the list's order; a text that goes on from the last
 * one looks only at what that had found.
 */
#define G_LOG_DOMAIN "person-filter"

#include "person-filter.h"

#include <string.h>

#include "text-fold.h"

typedef struct {
  UllimConversation *conversation; /* owned */
  char              *folded;       /* owned: name and address, normalised, without case */
} Candidate;

struct _UllimPersonFilter {
  GObject parent_instance;

  UllimConversationList *conversations; /* owned */
  GPtrArray             *candidates;    /* owned, of Candidate; NULL: to be made anew */
  GPtrArray             *matches;       /* owned, of Candidate * in @candidates */
  char                  *needle;        /* owned, nullable, folded */
  guint                  refresh_id;
};

static GType
ullim_person_filter_get_item_type (GListModel *model)
{
  return ULLIM_TYPE_CONVERSATION;
}

static guint
ullim_person_filter_get_n_items (GListModel *model)
{
  return ULLIM_PERSON_FILTER (model)->matches->len;
}

static gpointer
ullim_person_filter_get_item (GListModel *model, guint position)
{
  UllimPersonFilter *self = ULLIM_PERSON_FILTER (model);
  Candidate         *candidate;

  if (position >= self->matches->len)
    return NULL;
  candidate = self->matches->pdata[position];
  return g_object_ref (candidate->conversation);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ullim_person_filter_get_item_type;
  iface->get_n_items = ullim_person_filter_get_n_items;
  iface->get_item = ullim_person_filter_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (UllimPersonFilter,
                               ullim_person_filter,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
candidate_free (gpointer data)
{
  Candidate *candidate = data;

  g_object_unref (candidate->conversation);
  g_free (candidate->folded);
  g_free (candidate);
}

static void
make_candidates (UllimPersonFilter *self)
{
  GListModel *list = G_LIST_MODEL (self->conversations);
  guint       n = g_list_model_get_n_items (list);

  self->candidates = g_ptr_array_new_full (n, candidate_free);
  for (guint i = 0; i < n; i++) {
    Candidate       *candidate = g_new0 (Candidate, 1);
    g_autofree char *both = NULL;

    candidate->conversation = g_list_model_get_item (list, i);
    both = g_strconcat (ullim_conversation_get_name (candidate->conversation), "\n",
                        ullim_conversation_get_peer (candidate->conversation), NULL);
    candidate->folded = ullim_text_fold (both);
    g_ptr_array_add (self->candidates, candidate);
  }
}

static GPtrArray *
find_matches (GPtrArray *candidates, const char *needle)
{
  GPtrArray *matches = g_ptr_array_new ();

  for (guint i = 0; i < candidates->len; i++) {
    Candidate *candidate = candidates->pdata[i];

    if (strstr (candidate->folded, needle))
      g_ptr_array_add (matches, candidate);
  }
  return matches;
}

static void
take_matches (UllimPersonFilter *self, GPtrArray *matches)
{
  guint before = self->matches->len;

  g_ptr_array_unref (self->matches);
  self->matches = matches;
  if (before > 0 || matches->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, before, matches->len);
}

static void
forget_candidates (UllimPersonFilter *self)
{
  /* The old ones must live until nobody shows them any more. */
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->candidates);

  if (self->needle) {
    make_candidates (self);
    take_matches (self, find_matches (self->candidates, self->needle));
  } else {
    take_matches (self, g_ptr_array_new ());
  }
}

static gboolean
on_refresh (gpointer data)
{
  UllimPersonFilter *self = data;

  self->refresh_id = 0;
  forget_candidates (self);
  return G_SOURCE_REMOVE;
}

/* Names and order change while a search is open: gathered, and done when there is time. */
static void
on_list_changed (UllimPersonFilter *self)
{
  if (self->candidates && !self->refresh_id)
    self->refresh_id = g_idle_add (on_refresh, self);
}

static void
ullim_person_filter_finalize (GObject *object)
{
  UllimPersonFilter *self = ULLIM_PERSON_FILTER (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_ptr_array_unref (self->matches);
  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  g_clear_object (&self->conversations);
  g_free (self->needle);
  G_OBJECT_CLASS (ullim_person_filter_parent_class)->finalize (object);
}

static void
ullim_person_filter_class_init (UllimPersonFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_person_filter_finalize;
}

static void
ullim_person_filter_init (UllimPersonFilter *self)
{
  self->matches = g_ptr_array_new ();
}

UllimPersonFilter *
ullim_person_filter_new (UllimConversationList *conversations)
{
  UllimPersonFilter *self = g_object_new (ULLIM_TYPE_PERSON_FILTER, NULL);

  self->conversations = g_object_ref (conversations);
  g_signal_connect_object (conversations, "items-changed", G_CALLBACK (on_list_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
ullim_person_filter_set_text (UllimPersonFilter *self, const char *text)
{
  g_autofree char *needle = text && *text ? ullim_text_fold (text) : NULL;
  gboolean         goes_on = needle && self->needle && strstr (needle, self->needle);

  if (g_strcmp0 (needle, self->needle) == 0)
    return;
  g_free (self->needle);
  self->needle = g_steal_pointer (&needle);
  if (!self->needle) {
    g_clear_handle_id (&self->refresh_id, g_source_remove);
    forget_candidates (self);
    return;
  }
  if (!self->candidates)
    make_candidates (self);
  take_matches (self, find_matches (goes_on ? self->matches : self->candidates, self->needle));
}
