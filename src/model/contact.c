/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A person. Ten thousand of them are held at once: presence is allocated for those addresses only
 * about which something was told.
 */
#define G_LOG_DOMAIN "contact"

#include "contact-private.h"

#include <string.h>

struct _UllimContact {
  GObject              parent_instance;
  gint64               id;
  UllimContactData    *data;      /* owned */
  char                *collate;   /* owned, GRefString: sort key of the name that is shown */
  UllimPresence      **presences; /* owned, nullable: one or NULL for each of data->addresses */
  const UllimPresence *best;      /* in @presences, or not_asked */
  UllimContactListener listener;  /* nullable */
  gpointer             listener_data;
};

enum { CHANGED, PRESENCE_CHANGED, PHOTO_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static const UllimPresence not_asked = {.reason = ULLIM_PRESENCE_REASON_NOT_ASKED};

G_DEFINE_FINAL_TYPE (UllimContact, ullim_contact, G_TYPE_OBJECT)

UllimContactAddress *
ullim_contact_address_new (const char *uri, const char *key)
{
  UllimContactAddress *address = g_new (UllimContactAddress, 1);

  address->uri = g_strdup (uri);
  address->key = g_strdup (key);
  return address;
}

void
ullim_contact_address_free (UllimContactAddress *address)
{
  if (!address)
    return;
  g_free (address->uri);
  g_free (address->key);
  g_free (address);
}

UllimContactData *
ullim_contact_data_new (void)
{
  UllimContactData *data = g_new0 (UllimContactData, 1);

  data->addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_contact_address_free);
  data->groups = g_ptr_array_new_with_free_func (g_free);
  return data;
}

UllimContactData *
ullim_contact_data_copy (const UllimContactData *data)
{
  UllimContactData *copy = ullim_contact_data_new ();

  copy->uid = g_strdup (data->uid);
  copy->account_id = data->account_id;
  copy->name = g_strdup (data->name);
  copy->nickname = g_strdup (data->nickname);
  for (guint i = 0; i < data->addresses->len; i++) {
    const UllimContactAddress *address = data->addresses->pdata[i];

    g_ptr_array_add (copy->addresses, ullim_contact_address_new (address->uri, address->key));
  }
  for (guint i = 0; i < data->groups->len; i++)
    g_ptr_array_add (copy->groups, g_strdup (data->groups->pdata[i]));
  copy->note = g_strdup (data->note);
  copy->is_favourite = data->is_favourite;
  copy->has_photo = data->has_photo;
  return copy;
}

void
ullim_contact_data_free (UllimContactData *data)
{
  if (!data)
    return;
  g_free (data->uid);
  g_free (data->name);
  g_free (data->nickname);
  g_ptr_array_unref (data->addresses);
  g_ptr_array_unref (data->groups);
  g_free (data->note);
  g_free (data);
}

static void
free_presences (UllimPresence **presences, guint n_addresses)
{
  for (guint i = 0; presences && i < n_addresses; i++)
    ullim_presence_free (presences[i]);
  g_free (presences);
}

static void
ullim_contact_finalize (GObject *object)
{
  UllimContact *self = ULLIM_CONTACT (object);

  free_presences (self->presences, self->data->addresses->len);
  g_ref_string_release (self->collate);
  ullim_contact_data_free (self->data);
  G_OBJECT_CLASS (ullim_contact_parent_class)->finalize (object);
}

static guint
new_signal (UllimContactClass *klass, const char *name)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 0);
}

static void
ullim_contact_class_init (UllimContactClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_contact_finalize;
  signals[CHANGED] = new_signal (klass, "changed");
  signals[PRESENCE_CHANGED] = new_signal (klass, "presence-changed");
  signals[PHOTO_CHANGED] = new_signal (klass, "photo-changed");
}

static void
ullim_contact_init (UllimContact *self)
{
  self->best = &not_asked;
}

static const char *
without_scheme (const char *uri)
{
  const char *colon = strchr (uri, ':');

  return colon ? colon + 1 : uri;
}

const char *
ullim_contact_get_display_name (UllimContact *self)
{
  const char *uri = ullim_contact_get_uri (self);

  if (self->data->nickname)
    return self->data->nickname;
  if (self->data->name)
    return self->data->name;
  return uri ? without_scheme (uri) : "";
}

const char *
ullim_contact_get_uri (UllimContact *self)
{
  const UllimContactAddress *first;

  if (self->data->addresses->len == 0)
    return NULL;
  first = self->data->addresses->pdata[0];
  return first->uri;
}

static char *
make_collate_key (UllimContact *self)
{
  g_autofree char *key = g_utf8_collate_key (ullim_contact_get_display_name (self), -1);

  return g_ref_string_new (key);
}

UllimContact *
ullim_contact_new (gint64 id, UllimContactData *data)
{
  UllimContact *self;

  g_return_val_if_fail (data != NULL, NULL);

  self = g_object_new (ULLIM_TYPE_CONTACT, NULL);
  self->id = id;
  self->data = data;
  self->collate = make_collate_key (self);
  return self;
}

gint64
ullim_contact_get_id (UllimContact *self)
{
  return self->id;
}

const UllimContactData *
ullim_contact_get_data (UllimContact *self)
{
  return self->data;
}

/* Returns: data->addresses->len if it is none of theirs */
static guint
find_address (const UllimContactData *data, const char *key)
{
  guint i = 0;

  while (i < data->addresses->len &&
         !g_str_equal (((const UllimContactAddress *) data->addresses->pdata[i])->key, key))
    i++;
  return i;
}

/* Being there counts, then being told just now, then being told anything at all. */
static gboolean
is_better (const UllimPresence *a, const UllimPresence *b)
{
  static const guint telling[] = {
      [ULLIM_PRESENCE_REASON_NONE] = 5,      [ULLIM_PRESENCE_REASON_PENDING] = 4,
      [ULLIM_PRESENCE_REASON_DENIED] = 3,    [ULLIM_PRESENCE_REASON_NO_SERVICE] = 2,
      [ULLIM_PRESENCE_REASON_NOT_ASKED] = 0, [ULLIM_PRESENCE_REASON_NO_SUCH_PERSON] = 1,
  };
  gboolean a_is_there = a->state > ULLIM_PRESENCE_OFFLINE && !a->is_stale;
  gboolean b_is_there = b->state > ULLIM_PRESENCE_OFFLINE && !b->is_stale;

  if (a_is_there != b_is_there)
    return a_is_there;
  if (a->state != b->state)
    return a->state > b->state;
  if (a->is_stale != b->is_stale)
    return b->is_stale;
  return telling[a->reason] > telling[b->reason];
}

static void
choose_best (UllimContact *self)
{
  self->best = &not_asked;
  for (guint i = 0; self->presences && i < self->data->addresses->len; i++) {
    if (self->presences[i] && is_better (self->presences[i], self->best))
      self->best = self->presences[i];
  }
}

/* What was told about an address stays with it. */
static UllimPresence **
move_presences (UllimContact *self, const UllimContactData *data)
{
  UllimPresence **moved;

  if (!self->presences)
    return NULL;
  moved = g_new0 (UllimPresence *, data->addresses->len);
  for (guint i = 0; i < data->addresses->len; i++) {
    const UllimContactAddress *address = data->addresses->pdata[i];
    guint                      before = find_address (self->data, address->key);

    if (before < self->data->addresses->len)
      moved[i] = g_steal_pointer (&self->presences[before]);
  }
  return moved;
}

/* Those who hold the old key see by its address that it is another. */
static void
refresh_collate_key (UllimContact *self)
{
  char *key = make_collate_key (self);

  if (g_str_equal (key, self->collate)) {
    g_ref_string_release (key);
    return;
  }
  g_ref_string_release (self->collate);
  self->collate = key;
}

void
ullim_contact_set_data (UllimContact *self, UllimContactData *data)
{
  g_autoptr (UllimContactData) before = NULL;
  UllimPresence              **presences;

  g_return_if_fail (ULLIM_IS_CONTACT (self));
  g_return_if_fail (data != NULL && data != self->data);

  presences = move_presences (self, data);
  free_presences (self->presences, self->data->addresses->len);
  self->presences = presences;
  before = self->data;
  self->data = data;
  refresh_collate_key (self);
  choose_best (self);
  if (self->listener)
    self->listener (self, before, self->listener_data);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
ullim_contact_photo_changed (UllimContact *self)
{
  g_return_if_fail (ULLIM_IS_CONTACT (self));

  g_signal_emit (self, signals[PHOTO_CHANGED], 0);
}

gboolean
ullim_contact_has_address (UllimContact *self, const char *key)
{
  return find_address (self->data, key) < self->data->addresses->len;
}

gboolean
ullim_contact_is_in_group (UllimContact *self, const char *group)
{
  return g_ptr_array_find_with_equal_func (self->data->groups, group, g_str_equal, NULL);
}

const UllimPresence *
ullim_contact_get_presence (UllimContact *self)
{
  return self->best;
}

const UllimPresence *
ullim_contact_get_address_presence (UllimContact *self, const char *key)
{
  guint i = find_address (self->data, key);

  return self->presences && i < self->data->addresses->len ? self->presences[i] : NULL;
}

void
ullim_contact_set_address_presence (UllimContact        *self,
                                    const char          *key,
                                    const UllimPresence *presence)
{
  guint i;

  g_return_if_fail (ULLIM_IS_CONTACT (self));
  g_return_if_fail (presence != NULL);

  i = find_address (self->data, key);
  if (i == self->data->addresses->len)
    return;
  if (!self->presences)
    self->presences = g_new0 (UllimPresence *, self->data->addresses->len);
  if (ullim_presence_equal (self->presences[i], presence))
    return;
  ullim_presence_free (self->presences[i]);
  self->presences[i] = ullim_presence_copy (presence);
  choose_best (self);
  if (self->listener)
    self->listener (self, NULL, self->listener_data);
  g_signal_emit (self, signals[PRESENCE_CHANGED], 0);
}

gboolean
ullim_contact_set_listener (UllimContact *self, UllimContactListener listener, gpointer user_data)
{
  if (self->listener && listener)
    return FALSE;
  self->listener = listener;
  self->listener_data = user_data;
  return TRUE;
}

gpointer
ullim_contact_get_listener_data (UllimContact *self, UllimContactListener listener)
{
  return self->listener == listener ? self->listener_data : NULL;
}

char *
ullim_contact_get_collate_key (UllimContact *self)
{
  return self->collate;
}
