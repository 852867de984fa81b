/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cache of pictures, least recently drawn out first. Whoever scrolls past ten thousand people
 * asks for pictures faster than they can be read: only the last ones asked for are still wanted.
 */
#define G_LOG_DOMAIN "photo-cache"

#include "photo-cache.h"

#include <gdk/gdk.h>

#include "picture.h"

/* Asked for and not begun; the oldest are forgotten: they are asked for again if they are drawn. */
#define MAX_WANTED 64

typedef struct {
  UllimContact    *contact; /* owned */
  cairo_surface_t *surface; /* owned, nullable */
  gboolean         is_known;
  gboolean         is_wanted;
  guint            serial; /* of its picture: one that was read before a change is late */
  GList            link;   /* in @recent, first drawn last */
} Entry;

struct _UllimPhotoCache {
  GObject parent_instance;

  UllimPeopleService *people; /* owned */
  int                 size;
  int                 scale;
  GHashTable         *entries; /* owned: UllimContact to Entry */
  GQueue              recent;  /* of Entry, the last drawn first */
  GQueue              wanted;  /* of Entry, the last asked for first */
  guint               n_loading;
  guint               last_serial;
  GCancellable       *cancellable; /* owned */
};

G_DEFINE_FINAL_TYPE (UllimPhotoCache, ullim_photo_cache, G_TYPE_OBJECT)

enum { LOADED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void load_next (UllimPhotoCache *self);

static void
on_photo_changed (UllimPhotoCache *self, UllimContact *contact)
{
  Entry *entry = g_hash_table_lookup (self->entries, contact);

  if (!entry)
    return;
  entry->is_known = FALSE;
  entry->serial = ++self->last_serial;
  g_clear_pointer (&entry->surface, cairo_surface_destroy);
  g_signal_emit (self, signals[LOADED], 0, contact);
}

static void
drop (UllimPhotoCache *self, Entry *entry)
{
  g_queue_unlink (&self->recent, &entry->link);
  if (entry->is_wanted)
    g_queue_remove (&self->wanted, entry);
  g_signal_handlers_disconnect_by_func (entry->contact, on_photo_changed, self);
  g_hash_table_remove (self->entries, entry->contact);
  g_clear_pointer (&entry->surface, cairo_surface_destroy);
  g_object_unref (entry->contact);
  g_free (entry);
}

typedef struct {
  UllimPhotoCache *cache;   /* owned */
  UllimContact    *contact; /* owned */
  guint            serial;
} Job;

static void
job_free (Job *job)
{
  g_object_unref (job->cache);
  g_object_unref (job->contact);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

static void
finish (Job *job, GdkPixbuf *pixbuf)
{
  UllimPhotoCache *self = job->cache;
  Entry           *entry = g_hash_table_lookup (self->entries, job->contact);

  self->n_loading--;
  if (entry && !entry->is_known && entry->serial == job->serial) {
    entry->is_known = TRUE;
    if (pixbuf)
      entry->surface = gdk_cairo_surface_create_from_pixbuf (pixbuf, self->scale, NULL);
    g_signal_emit (self, signals[LOADED], 0, job->contact);
  }
  load_next (self);
}

static void
on_decoded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job)       job = data;
  g_autoptr (GError)    error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = g_task_propagate_pointer (G_TASK (result), &error);

  if (!pixbuf)
    g_debug ("A picture cannot be shown: %s", error->message);
  finish (job, pixbuf);
}

static void
decode_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  UllimPhotoCache *self = source;
  GError          *error = NULL;
  GdkPixbuf       *pixbuf = ullim_picture_decode (data, self->size * self->scale, &error);

  if (pixbuf)
    g_task_return_pointer (task, pixbuf, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job)    job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask)  task = NULL;
  GBytes            *bytes =
      ullim_people_service_load_photo_finish (ULLIM_PEOPLE_SERVICE (source), result, &error);

  if (!bytes) {
    if (error)
      g_debug ("A picture cannot be read: %s", error->message);
    finish (job, NULL);
    return;
  }
  task = g_task_new (job->cache, job->cache->cancellable, on_decoded, job);
  g_task_set_task_data (task, bytes, (GDestroyNotify) g_bytes_unref);
  g_task_run_in_thread (task, decode_in_thread);
  g_steal_pointer (&job);
}

static void
load_next (UllimPhotoCache *self)
{
  while (self->n_loading < ULLIM_PHOTO_CACHE_MAX_LOADING && self->wanted.length > 0 &&
         !g_cancellable_is_cancelled (self->cancellable)) {
    Entry *entry = g_queue_pop_head (&self->wanted);
    Job   *job = g_new0 (Job, 1);

    entry->is_wanted = FALSE;
    job->cache = g_object_ref (self);
    job->contact = g_object_ref (entry->contact);
    job->serial = entry->serial;
    self->n_loading++;
    ullim_people_service_load_photo_async (self->people, entry->contact, self->cancellable, on_read,
                                           job);
  }
}

static void
want (UllimPhotoCache *self, Entry *entry)
{
  if (entry->is_wanted)
    return;
  if (self->wanted.length >= MAX_WANTED) {
    Entry *oldest = g_queue_pop_tail (&self->wanted);

    oldest->is_wanted = FALSE;
  }
  entry->is_wanted = TRUE;
  g_queue_push_head (&self->wanted, entry);
  load_next (self);
}

static Entry *
add (UllimPhotoCache *self, UllimContact *contact)
{
  Entry *entry = g_new0 (Entry, 1);

  if (self->recent.length >= ULLIM_PHOTO_CACHE_MAX_KEPT)
    drop (self, self->recent.tail->data);
  entry->contact = g_object_ref (contact);
  entry->link.data = entry;
  entry->serial = ++self->last_serial;
  g_queue_push_head_link (&self->recent, &entry->link);
  g_hash_table_insert (self->entries, contact, entry);
  g_signal_connect_object (contact, "photo-changed", G_CALLBACK (on_photo_changed), self,
                           G_CONNECT_SWAPPED);
  return entry;
}

cairo_surface_t *
ullim_photo_cache_get (UllimPhotoCache *self, UllimContact *contact)
{
  Entry *entry = g_hash_table_lookup (self->entries, contact);

  if (!entry && !ullim_contact_get_data (contact)->has_photo)
    return NULL;
  if (!entry) {
    entry = add (self, contact);
  } else {
    g_queue_unlink (&self->recent, &entry->link);
    g_queue_push_head_link (&self->recent, &entry->link);
  }
  if (!entry->is_known && ullim_contact_get_data (contact)->has_photo)
    want (self, entry);
  return entry->surface;
}

static void
ullim_photo_cache_dispose (GObject *object)
{
  UllimPhotoCache *self = ULLIM_PHOTO_CACHE (object);

  g_cancellable_cancel (self->cancellable);
  while (self->recent.length > 0)
    drop (self, self->recent.tail->data);
  g_clear_object (&self->people);
  G_OBJECT_CLASS (ullim_photo_cache_parent_class)->dispose (object);
}

static void
ullim_photo_cache_finalize (GObject *object)
{
  UllimPhotoCache *self = ULLIM_PHOTO_CACHE (object);

  g_hash_table_unref (self->entries);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (ullim_photo_cache_parent_class)->finalize (object);
}

static void
ullim_photo_cache_class_init (UllimPhotoCacheClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ullim_photo_cache_dispose;
  object_class->finalize = ullim_photo_cache_finalize;

  signals[LOADED] = g_signal_new ("loaded", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, ULLIM_TYPE_CONTACT);
}

static void
ullim_photo_cache_init (UllimPhotoCache *self)
{
  self->cancellable = g_cancellable_new ();
  self->entries = g_hash_table_new (NULL, NULL);
  g_queue_init (&self->recent);
  g_queue_init (&self->wanted);
}

UllimPhotoCache *
ullim_photo_cache_new (UllimPeopleService *people, int size, int scale)
{
  UllimPhotoCache *self = g_object_new (ULLIM_TYPE_PHOTO_CACHE, NULL);

  self->people = g_object_ref (people);
  self->size = size;
  self->scale = scale;
  return self;
}
