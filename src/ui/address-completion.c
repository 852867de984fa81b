/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of a GtkEntryCompletion are filled anew for each text: a handful out of thousands.
 */
#define G_LOG_DOMAIN "address-completion"

#include "address-completion.h"

#include "people-rows.h"
#include "person-filter.h"
#include "state-text.h"

/* Rows offered at most, and characters from which on. */
#define MAX_ROWS 6
#define MIN_CHARACTERS 1

enum { COLUMN_LABEL, COLUMN_ADDRESS, N_COLUMNS };

typedef struct {
  UllimContactList  *contacts; /* owned */
  UllimPeopleRows   *book;     /* owned, nullable: in the book */
  UllimPersonFilter *history;  /* owned */
  GtkListStore      *store;    /* owned */
  gboolean           is_choosing;
} Completion;

static void
completion_free (Completion *self)
{
  g_object_unref (self->contacts);
  g_clear_object (&self->book);
  g_object_unref (self->history);
  g_object_unref (self->store);
  g_free (self);
}

static void
add_row (Completion *self, const char *name, const char *uri)
{
  const char      *address = ullim_state_text_address (uri);
  g_autofree char *label = g_strcmp0 (name, address) == 0
                               ? g_strdup (address)
                               : g_strdup_printf ("%s  ·  %s", name, address);

  gtk_list_store_insert_with_values (self->store, NULL, -1, COLUMN_LABEL, label, COLUMN_ADDRESS,
                                     address, -1);
}

static void
add_contacts (Completion *self)
{
  GListModel *found = G_LIST_MODEL (self->book);
  guint       n = MIN (g_list_model_get_n_items (found), MAX_ROWS);

  for (guint i = 0; i < n; i++) {
    g_autoptr (UllimContact) contact = g_list_model_get_item (found, i);

    if (ullim_contact_get_uri (contact))
      add_row (self, ullim_contact_get_display_name (contact), ullim_contact_get_uri (contact));
  }
}

static void
add_history (Completion *self)
{
  GListModel *found = G_LIST_MODEL (self->history);
  guint       n = g_list_model_get_n_items (found);
  int         rows = gtk_tree_model_iter_n_children (GTK_TREE_MODEL (self->store), NULL);

  for (guint i = 0; i < n && rows < MAX_ROWS; i++) {
    g_autoptr (UllimConversation) conversation = g_list_model_get_item (found, i);

    if (ullim_contact_list_find (self->contacts, ullim_conversation_get_key (conversation)))
      continue;
    add_row (self, ullim_conversation_get_name (conversation),
             ullim_conversation_get_peer (conversation));
    rows++;
  }
}

static void
on_changed (GtkEntry *entry, Completion *self)
{
  const char *text = gtk_entry_get_text (entry);

  gtk_list_store_clear (self->store);
  if (self->is_choosing || g_utf8_strlen (text, -1) < MIN_CHARACTERS)
    return;
  if (self->book) {
    ullim_people_rows_set_search (self->book, text);
    add_contacts (self);
  }
  ullim_person_filter_set_text (self->history, text);
  add_history (self);
}

static gboolean
on_match_selected (GtkEntryCompletion *completion,
                   GtkTreeModel       *model,
                   GtkTreeIter        *iter,
                   Completion         *self)
{
  GtkEntry        *entry = GTK_ENTRY (gtk_entry_completion_get_entry (completion));
  g_autofree char *address = NULL;

  gtk_tree_model_get (model, iter, COLUMN_ADDRESS, &address, -1);
  self->is_choosing = TRUE;
  gtk_entry_set_text (entry, address);
  gtk_editable_set_position (GTK_EDITABLE (entry), -1);
  self->is_choosing = FALSE;
  return TRUE;
}

/* The store holds nothing but matches. */
static gboolean
match_all (GtkEntryCompletion *completion, const char *key, GtkTreeIter *iter, gpointer unused)
{
  return TRUE;
}

void
ullim_address_completion_attach (GtkEntry *entry, UllimEngine *engine, gboolean strangers_only)
{
  g_autoptr (GtkEntryCompletion) completion = gtk_entry_completion_new ();
  Completion                    *self = g_new0 (Completion, 1);

  self->contacts =
      g_object_ref (ullim_people_service_get_contacts (ullim_engine_get_people (engine)));
  self->book = strangers_only ? NULL : ullim_people_rows_new (self->contacts);
  self->history = ullim_person_filter_new (ullim_engine_get_conversations (engine));
  self->store = gtk_list_store_new (N_COLUMNS, G_TYPE_STRING, G_TYPE_STRING);
  gtk_entry_completion_set_model (completion, GTK_TREE_MODEL (self->store));
  gtk_entry_completion_set_text_column (completion, COLUMN_LABEL);
  gtk_entry_completion_set_match_func (completion, match_all, NULL, NULL);
  gtk_entry_completion_set_minimum_key_length (completion, MIN_CHARACTERS);
  g_signal_connect (completion, "match-selected", G_CALLBACK (on_match_selected), self);
  /* Before the completion's own handler, which looks into the store. */
  g_signal_connect_data (entry, "changed", G_CALLBACK (on_changed), self,
                         (GClosureNotify) (GCallback) completion_free, 0);
  gtk_entry_set_completion (entry, completion);
}
