/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is watched: everybody of the address book, over the account by which they are spoken to, at
 * each of their addresses that is no telephone number. Who is added may see the user in turn.
 */
#define G_LOG_DOMAIN "presence-service-people"

#include "presence-service-private.h"

/* How one person is watched now. */
typedef struct {
  UllimAccount *account;   /* owned, nullable */
  GPtrArray    *addresses; /* owned, of UllimContactAddress */
} Booking;

static void
booking_free (gpointer data)
{
  Booking *booking = data;

  g_clear_object (&booking->account);
  g_ptr_array_unref (booking->addresses);
  g_free (booking);
}

GHashTable *
ullim_presence_service_booked_new (void)
{
  return g_hash_table_new_full (NULL, NULL, g_object_unref, booking_free);
}

/* Account 0 stands for the first one. */
static UllimAccount *
account_for (UllimPresenceService *self, gint64 id)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->accounts); i++) {
    g_autoptr (UllimAccount) account = g_list_model_get_item (self->accounts, i);

    if (id == 0 || ullim_account_get_id (account) == id)
      return g_steal_pointer (&account);
  }
  return NULL;
}

static Booking *
booking_new (UllimPresenceService *self, const UllimContactData *data)
{
  Booking *booking = g_new0 (Booking, 1);

  booking->account = account_for (self, data->account_id);
  booking->addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_contact_address_free);
  for (guint i = 0; booking->account && i < data->addresses->len; i++) {
    const UllimContactAddress *address = data->addresses->pdata[i];

    if (!g_str_has_prefix (address->uri, "tel:"))
      g_ptr_array_add (booking->addresses, ullim_contact_address_new (address->uri, address->key));
  }
  return booking;
}

static gboolean
has_key (const Booking *booking, const char *key)
{
  for (guint i = 0; i < booking->addresses->len; i++) {
    const UllimContactAddress *address = booking->addresses->pdata[i];

    if (g_str_equal (address->key, key))
      return TRUE;
  }
  return FALSE;
}

static void
watch (UllimPresenceService *self, const Booking *booking)
{
  UllimContactList  *contacts = ullim_people_service_get_contacts (self->people);
  UllimPresenceLine *line = ullim_presence_service_find_line (self, booking->account);

  for (guint i = 0; line && i < booking->addresses->len; i++) {
    const UllimContactAddress *address = booking->addresses->pdata[i];
    const UllimPresence       *presence;

    ullim_presence_watch_add (line->watch, address->uri, address->key);
    /* Somebody else may have watched them already. */
    presence = ullim_presence_watch_find (line->watch, address->key);
    ullim_contact_list_set_address_presence (contacts, address->key, presence);
  }
}

/* @next: (nullable): how they are watched from now on. */
static void
unwatch (UllimPresenceService *self, const Booking *booking, const Booking *next)
{
  UllimContactList   *contacts = ullim_people_service_get_contacts (self->people);
  UllimPresenceLine  *line = ullim_presence_service_find_line (self, booking->account);
  const UllimPresence nothing = {.reason = ULLIM_PRESENCE_REASON_NOT_ASKED};

  for (guint i = 0; i < booking->addresses->len; i++) {
    const UllimContactAddress *address = booking->addresses->pdata[i];

    if (line)
      ullim_presence_watch_remove (line->watch, address->key);
    if (next && !has_key (next, address->key))
      ullim_contact_list_set_address_presence (contacts, address->key, &nothing);
  }
}

static gboolean
same (const Booking *a, const Booking *b)
{
  if (a->account != b->account || a->addresses->len != b->addresses->len)
    return FALSE;
  for (guint i = 0; i < a->addresses->len; i++)
    if (!has_key (a, ((UllimContactAddress *) b->addresses->pdata[i])->key))
      return FALSE;
  return TRUE;
}

/* Returns whether they are watched at others than before. */
static gboolean
book (UllimPresenceService *self, UllimContact *contact)
{
  Booking *fresh = booking_new (self, ullim_contact_get_data (contact));
  Booking *old = g_hash_table_lookup (self->booked, contact);

  if (old && same (old, fresh)) {
    booking_free (fresh);
    return FALSE;
  }
  /* Before the old one goes: who is in both is not asked anew. */
  watch (self, fresh);
  if (old)
    unwatch (self, old, fresh);
  g_hash_table_insert (self->booked, g_object_ref (contact), fresh);
  return TRUE;
}

/* The whole book, in slices */

typedef struct {
  UllimPresenceService *self;     /* owned */
  GPtrArray            *contacts; /* owned, of UllimContact */
  guint                 next;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->self);
  g_ptr_array_unref (reading->contacts);
  g_free (reading);
}

static UllimPresenceProgress
on_read_on (gpointer data)
{
  Reading          *reading = data;
  UllimContact     *contact;
  UllimContactList *contacts;

  if (!reading->self->people || reading->next == reading->contacts->len)
    return ULLIM_PRESENCE_DONE;
  contact = reading->contacts->pdata[reading->next++];
  contacts = ullim_people_service_get_contacts (reading->self->people);
  /* They may have been removed meanwhile. */
  if (ullim_contact_list_find_id (contacts, ullim_contact_get_id (contact)) == contact)
    book (reading->self, contact);
  return ULLIM_PRESENCE_MORE;
}

void
ullim_presence_service_book_again (UllimPresenceService *self)
{
  GListModel *model;
  Reading    *reading;

  if (!self->people)
    return;
  model = G_LIST_MODEL (ullim_people_service_get_contacts (self->people));
  reading = g_new0 (Reading, 1);
  reading->self = g_object_ref (self);
  reading->contacts = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (reading->contacts, g_list_model_get_item (model, i));
  ullim_presence_intake_push (self->intake, on_read_on, reading, reading_free);
}

/* Changes */

/* Adding somebody allows them to see the user, unless it was decided otherwise before. */
static void
allow (UllimPresenceService *self, UllimContact *contact)
{
  const Booking *booking = g_hash_table_lookup (self->booked, contact);

  for (guint i = 0; booking && i < booking->addresses->len; i++) {
    const UllimContactAddress *address = booking->addresses->pdata[i];
    UllimWatcher              *watcher =
        ullim_presence_permissions_find (self->permissions, booking->account, address->key);

    if (!watcher || ullim_watcher_get_permission (watcher) == ULLIM_PERMISSION_ASKED)
      ullim_presence_service_decide_async (self, booking->account, address->uri,
                                           ULLIM_PERMISSION_ALLOWED, NULL, NULL, NULL);
  }
}

static void
on_changed (UllimPeopleService *people, UllimContact *contact, UllimPresenceService *self)
{
  if (book (self, contact))
    allow (self, contact);
}

static void
on_removed (UllimPeopleService *people, UllimContact *contact, UllimPresenceService *self)
{
  const Booking *booking = g_hash_table_lookup (self->booked, contact);

  if (booking)
    unwatch (self, booking, NULL);
  g_hash_table_remove (self->booked, contact);
}

void
ullim_presence_service_set_people (UllimPresenceService *self, UllimPeopleService *people)
{
  g_return_if_fail (self->people == NULL);
  g_return_if_fail (self->accounts != NULL);
  self->people = g_object_ref (people);
  ullim_presence_intake_set_contacts (self->intake, ullim_people_service_get_contacts (people));
  g_signal_connect_object (people, "added", G_CALLBACK (on_changed), self, 0);
  g_signal_connect_object (people, "changed", G_CALLBACK (on_changed), self, 0);
  g_signal_connect_object (people, "removed", G_CALLBACK (on_removed), self, 0);
  ullim_presence_service_book_again (self);
}
