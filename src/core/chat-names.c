/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conversations are called what the address book calls their peers: nickname before name. After any
 * change all are looked at once, in the next idle moment: an import may be ten thousand changes.
 */
#define G_LOG_DOMAIN "chat-names"

#include "chat-names.h"

struct _UllimChatNames {
  GObject parent_instance;

  UllimConversationList *conversations; /* owned */
  UllimPeopleService    *people;        /* owned */
  guint                  source;
};

G_DEFINE_FINAL_TYPE (UllimChatNames, ullim_chat_names, G_TYPE_OBJECT)

static void
ullim_chat_names_dispose (GObject *object)
{
  UllimChatNames *self = ULLIM_CHAT_NAMES (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_object (&self->conversations);
  g_clear_object (&self->people);
  G_OBJECT_CLASS (ullim_chat_names_parent_class)->dispose (object);
}

static void
ullim_chat_names_class_init (UllimChatNamesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_chat_names_dispose;
}

static void
ullim_chat_names_init (UllimChatNames *self)
{
}

static const char *
name_of (UllimChatNames *self, const char *key)
{
  UllimContactList       *contacts = ullim_people_service_get_contacts (self->people);
  UllimContact           *contact = ullim_contact_list_find (contacts, key);
  const UllimContactData *data = contact ? ullim_contact_get_data (contact) : NULL;

  if (!data)
    return NULL;
  return data->nickname ? data->nickname : data->name;
}

static void
name (UllimChatNames *self, UllimConversation *conversation)
{
  ullim_conversation_set_book_name (conversation,
                                    name_of (self, ullim_conversation_get_key (conversation)));
}

static gboolean
on_idle (gpointer data)
{
  UllimChatNames       *self = data;
  GListModel           *model = G_LIST_MODEL (self->conversations);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);

  self->source = 0;
  /* A copy: a new name may move its conversation within the list. */
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (all, g_list_model_get_item (model, i));
  for (guint i = 0; i < all->len; i++)
    name (self, all->pdata[i]);
  return G_SOURCE_REMOVE;
}

static void
schedule (UllimChatNames *self)
{
  if (self->source == 0)
    self->source = g_idle_add (on_idle, self);
}

static void
on_conversations_changed (GListModel     *model,
                          guint           position,
                          guint           n_removed,
                          guint           n_added,
                          UllimChatNames *self)
{
  if (n_added > n_removed)
    schedule (self);
}

UllimChatNames *
ullim_chat_names_new (UllimConversationList *conversations, UllimPeopleService *people)
{
  UllimChatNames   *self = g_object_new (ULLIM_TYPE_CHAT_NAMES, NULL);
  UllimContactList *contacts = ullim_people_service_get_contacts (people);

  self->conversations = g_object_ref (conversations);
  self->people = g_object_ref (people);
  g_signal_connect_object (conversations, "items-changed", G_CALLBACK (on_conversations_changed),
                           self, 0);
  /* Those who are loaded come without a signal of the service. */
  g_signal_connect_object (contacts, "items-changed", G_CALLBACK (on_conversations_changed), self,
                           0);
  g_signal_connect_object (people, "added", G_CALLBACK (schedule), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (people, "changed", G_CALLBACK (schedule), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (people, "removed", G_CALLBACK (schedule), self, G_CONNECT_SWAPPED);
  return self;
}
