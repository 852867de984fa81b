/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A person's document is written once for all who watch, when the first of them is told.
 */
#define G_LOG_DOMAIN "server-presence"

#include "server-presence.h"

#include "presence-compose.h"
#include "server-accounts.h"
#include "server-limits.h"
#include "server-log.h"
#include "server-wheel.h"

#include <openssl/rand.h>
#include <string.h>

typedef struct {
  char                *name;
  GPtrArray           *publications;
  gsize                bytes;                                /* of them */
  GBytes              *views[ULLIM_SERVER_N_PRESENCE_VIEWS]; /* owned, nullable: not written yet */
  UllimServerPresence *owner;                                /* weak */
} Person;

typedef struct {
  UllimServerWheelItem wheel; /* first */
  Person              *person;
  char                 etag[ULLIM_SERVER_ENTITY_TAG_SIZE];
  UllimPresenceDoc    *doc;
  GBytes              *body; /* as it came */
  gint64               published_us;
} Publication;

struct _UllimServerPresence {
  char             *domain;
  GHashTable       *people; /* (owned): name -> Person */
  UllimServerWheel *wheel;
  guint64           run;  /* in entity tags, so that those of an earlier run are not known */
  guint32           next; /* the same */
  void (*changed) (const char *name, gpointer data);
  gpointer data;
};

/* ---- life ---- */

static gint64
now_s (void)
{
  return g_get_monotonic_time () / G_USEC_PER_SEC;
}

static void
publication_free (Publication *publication)
{
  ullim_server_wheel_remove (&publication->wheel);
  ullim_presence_doc_free (publication->doc);
  g_bytes_unref (publication->body);
  g_free (publication);
}

static void
forget_views (Person *person)
{
  for (guint i = 0; i < ULLIM_SERVER_N_PRESENCE_VIEWS; i++)
    g_clear_pointer (&person->views[i], g_bytes_unref);
}

static void
person_free (Person *person)
{
  forget_views (person);
  g_ptr_array_unref (person->publications);
  g_free (person->name);
  g_free (person);
}

static Person *
ensure_person (UllimServerPresence *self, const char *name)
{
  Person *person = g_hash_table_lookup (self->people, name);

  if (!person) {
    person = g_new0 (Person, 1);
    person->owner = self;
    person->name = g_strdup (name);
    person->publications = g_ptr_array_new_with_free_func ((GDestroyNotify) publication_free);
    g_hash_table_insert (self->people, person->name, person);
  }
  return person;
}

UllimServerPresence *
ullim_server_presence_new (const char *domain,
                           void (*changed) (const char *name, gpointer data),
                           gpointer data)
{
  UllimServerPresence *self = g_new0 (UllimServerPresence, 1);

  self->domain = g_strdup (domain);
  self->changed = changed;
  self->data = data;
  self->people =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) person_free);
  self->wheel = ullim_server_wheel_new (now_s ());
  if (RAND_bytes ((unsigned char *) &self->run, sizeof self->run) != 1)
    g_error ("no random numbers");
  return self;
}

void
ullim_server_presence_free (UllimServerPresence *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->people);
  ullim_server_wheel_free (self->wheel);
  g_free (self->domain);
  g_free (self);
}

/* ---- documents ---- */

static char *
entity_of (UllimServerPresence *self, const char *name)
{
  return g_strdup_printf ("sip:%s@%s", name, self->domain);
}

/* What is over the limit is made shorter: notes first, then all but one device. */
static char *
write_within_limit (UllimPresenceDoc *doc)
{
  char *text = ullim_presence_doc_to_string (doc);

  if (strlen (text) <= ULLIM_SERVER_MAX_PRESENCE)
    return text;
  g_free (text);
  g_ptr_array_set_size (doc->notes, 0);
  text = ullim_presence_doc_to_string (doc);
  if (strlen (text) <= ULLIM_SERVER_MAX_PRESENCE)
    return text;
  g_free (text);
  g_ptr_array_set_size (doc->tuples, 1);
  return ullim_presence_doc_to_string (doc);
}

static UllimPresenceDoc *
compose_full (Person *person)
{
  g_autofree char                *entity = entity_of (person->owner, person->name);
  guint                           n = person->publications->len;
  g_autofree UllimPresenceSource *sources = g_new (UllimPresenceSource, n + 1);
  UllimPresenceDoc               *doc;

  for (guint i = 0; i < n; i++) {
    const Publication *publication = person->publications->pdata[i];

    sources[i] = (UllimPresenceSource){publication->doc, publication->published_us};
  }
  doc = ullim_presence_compose (entity, sources, n);
  if (strcmp (person->name, ULLIM_SERVER_ECHO) == 0)
    ((UllimPresenceTuple *) doc->tuples->pdata[0])->basic = ULLIM_PRESENCE_BASIC_OPEN;
  return doc;
}

static UllimPresenceDoc *
compose_view (Person *person, UllimServerPresenceView view)
{
  g_autoptr (UllimPresenceDoc) full = NULL;
  g_autofree char             *entity = NULL;
  UllimPresenceBasic           basic = ULLIM_PRESENCE_BASIC_CLOSED;
  UllimPresenceDoc            *doc;

  if (view == ULLIM_SERVER_PRESENCE_FULL)
    return compose_full (person);
  entity = entity_of (person->owner, person->name);
  if (view == ULLIM_SERVER_PRESENCE_OFFLINE)
    return ullim_presence_compose (entity, NULL, 0);
  full = compose_full (person);
  basic = ullim_presence_doc_basic (full);
  doc = ullim_presence_doc_new (entity);
  ullim_presence_doc_add_tuple (doc, "person", basic);
  return doc;
}

GBytes *
ullim_server_presence_body (UllimServerPresence    *self,
                            const char             *name,
                            UllimServerPresenceView view)
{
  Person *person = ensure_person (self, name);

  if (!person->views[view]) {
    g_autoptr (UllimPresenceDoc) doc = compose_view (person, view);
    char                        *text = write_within_limit (doc);

    person->views[view] = g_bytes_new_take (text, strlen (text));
  }
  return g_bytes_ref (person->views[view]);
}

static void
person_changed (Person *person)
{
  forget_views (person);
  person->owner->changed (person->name, person->owner->data);
}

/* ---- publications ---- */

static void
make_etag (UllimServerPresence *self, Publication *publication)
{
  self->next++;
  g_snprintf (publication->etag, sizeof publication->etag, "%08x%08x",
              (guint32) self->run ^ (self->next * 2654435761u), self->next);
}

static Publication *
find (Person *person, const char *etag)
{
  for (guint i = 0; i < person->publications->len; i++) {
    Publication *publication = person->publications->pdata[i];

    if (strcmp (publication->etag, etag) == 0)
      return publication;
  }
  return NULL;
}

static const char *
device_of (const UllimPresenceDoc *doc)
{
  return doc->tuples->len == 1 ? ((UllimPresenceTuple *) doc->tuples->pdata[0])->device_id : NULL;
}

/* What the same device has published before it died: it came back and does not know of it any more.
 */
static Publication *
find_device (Person *person, const UllimPresenceDoc *doc)
{
  const char *device = device_of (doc);

  for (guint i = 0; device && i < person->publications->len; i++) {
    Publication *publication = person->publications->pdata[i];

    if (g_strcmp0 (device_of (publication->doc), device) == 0)
      return publication;
  }
  return NULL;
}

static void
remove_publication (Person *person, Publication *publication)
{
  person->bytes -= g_bytes_get_size (publication->body);
  g_ptr_array_remove (person->publications, publication);
  person_changed (person);
}

/* Room for one more device: what would end first goes. */
static void
make_room (Person *person)
{
  Publication *first;

  if (person->publications->len < ULLIM_SERVER_MAX_PUBLICATIONS)
    return;
  first = person->publications->pdata[0];
  for (guint i = 1; i < person->publications->len; i++) {
    Publication *other = person->publications->pdata[i];

    if (other->wheel.due_s < first->wheel.due_s)
      first = other;
  }
  person->bytes -= g_bytes_get_size (first->body);
  g_ptr_array_remove (person->publications, first);
}

static int
read_body (Person *person, Publication *publication, GBytes *body, UllimPresenceDoc **doc)
{
  gsize       length;
  const char *data = g_bytes_get_data (body, &length);
  gsize       before = publication ? g_bytes_get_size (publication->body) : 0;

  if (length > ULLIM_SERVER_MAX_PUBLICATION ||
      person->bytes - before + length > ULLIM_SERVER_MAX_PUBLICATION_BYTES)
    return 413;
  *doc = ullim_presence_doc_parse (data, length, NULL);
  return *doc ? 0 : 400;
}

static void
take_body (Person *person, Publication *publication, GBytes *body, UllimPresenceDoc *doc)
{
  if (publication->doc) {
    person->bytes -= g_bytes_get_size (publication->body);
    ullim_presence_doc_free (publication->doc);
    g_bytes_unref (publication->body);
  }
  publication->doc = doc;
  publication->body = g_bytes_ref (body);
  publication->published_us = g_get_real_time ();
  person->bytes += g_bytes_get_size (body);
}

static Publication *
publication_new (Person *person)
{
  Publication *publication = g_new0 (Publication, 1);

  make_room (person);
  publication->person = person;
  g_ptr_array_add (person->publications, publication);
  return publication;
}

int
ullim_server_presence_publish (UllimServerPresence *self,
                               const char          *name,
                               const char          *if_match,
                               GBytes              *body,
                               guint                expires_s,
                               char                 etag[ULLIM_SERVER_ENTITY_TAG_SIZE])
{
  Person           *person = ensure_person (self, name);
  Publication      *publication = if_match ? find (person, if_match) : NULL;
  UllimPresenceDoc *doc = NULL;
  gboolean          is_same = body && publication && g_bytes_equal (body, publication->body);
  int               status;

  if (if_match && !publication)
    return 412;
  if (!publication && (!body || expires_s == 0))
    return body ? 200 : 400;
  if (expires_s == 0) {
    g_strlcpy (etag, publication->etag, ULLIM_SERVER_ENTITY_TAG_SIZE);
    remove_publication (person, publication);
    return 200;
  }
  if (body && !is_same && (status = read_body (person, publication, body, &doc)))
    return status;
  if (!publication)
    publication = find_device (person, doc);
  if (!publication)
    publication = publication_new (person);
  make_etag (self, publication);
  g_strlcpy (etag, publication->etag, ULLIM_SERVER_ENTITY_TAG_SIZE);
  ullim_server_wheel_set (self->wheel, &publication->wheel, now_s () + expires_s);
  if (doc) {
    take_body (person, publication, body, doc);
    person_changed (person);
  }
  return 200;
}

static void
on_expired (UllimServerWheelItem *item, gpointer data)
{
  Publication *publication = (Publication *) item;

  ullim_server_event ("unpublished name=%s why=expired", publication->person->name);
  remove_publication (publication->person, publication);
}

void
ullim_server_presence_tick (UllimServerPresence *self, gint64 now)
{
  ullim_server_wheel_advance (self->wheel, now, on_expired, self);
}

void
ullim_server_presence_retain (UllimServerPresence *self,
                              gboolean (*keep) (const char *name, gpointer data),
                              gpointer data)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  GHashTableIter        iter;
  gpointer              name;
  gpointer              value;

  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    if (strcmp (name, ULLIM_SERVER_ECHO) != 0 && !keep (name, data))
      g_ptr_array_add (gone, value);
  }
  for (guint i = 0; i < gone->len; i++) {
    Person          *person = gone->pdata[i];
    g_autofree char *copy = g_strdup (person->name);

    g_hash_table_remove (self->people, copy);
    self->changed (copy, self->data);
  }
}
