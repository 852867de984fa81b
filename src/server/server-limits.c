/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Token buckets. A source that was quiet long enough has a full bucket and need not be remembered,
 * so memory follows the traffic of the last seconds and has an end.
 */
#define G_LOG_DOMAIN "server-limits"

#include "server-limits.h"

#define BURST_SECONDS (ULLIM_SERVER_BURST / ULLIM_SERVER_RATE)
#define OVERFLOW_SOURCE "*"

typedef struct {
  double tokens;
  gint64 at_us;
} Bucket;

struct _UllimServerLimits {
  guint       rate;
  GHashTable *buckets; /* (owned): source -> Bucket */
};

UllimServerLimits *
ullim_server_limits_new (guint rate)
{
  UllimServerLimits *self = g_new0 (UllimServerLimits, 1);

  self->rate = rate;
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
ullim_server_limits_free (UllimServerLimits *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->buckets);
  g_free (self);
}

static double
capacity (UllimServerLimits *self)
{
  return (double) self->rate * BURST_SECONDS;
}

static void
refill (UllimServerLimits *self, Bucket *bucket, gint64 now_us)
{
  bucket->tokens += (double) (now_us - bucket->at_us) * self->rate / G_USEC_PER_SEC;
  bucket->tokens = MIN (bucket->tokens, capacity (self));
  bucket->at_us = now_us;
}

static Bucket *
find_bucket (UllimServerLimits *self, const char *source, gint64 now_us)
{
  Bucket *bucket = g_hash_table_lookup (self->buckets, source);

  if (bucket)
    return bucket;
  if (g_hash_table_size (self->buckets) >= ULLIM_SERVER_MAX_SOURCES) {
    source = OVERFLOW_SOURCE;
    if ((bucket = g_hash_table_lookup (self->buckets, source)))
      return bucket;
  }
  bucket = g_new (Bucket, 1);
  *bucket = (Bucket){capacity (self), now_us};
  g_hash_table_insert (self->buckets, g_strdup (source), bucket);
  return bucket;
}

gboolean
ullim_server_limits_take (UllimServerLimits *self, const char *source, double cost, gint64 now_us)
{
  Bucket *bucket;

  if (self->rate == 0)
    return TRUE;
  bucket = find_bucket (self, source, now_us);
  refill (self, bucket, now_us);
  if (bucket->tokens < MIN (cost, 1))
    return FALSE;
  bucket->tokens = MIN (bucket->tokens - cost, capacity (self));
  return TRUE;
}

void
ullim_server_limits_sweep (UllimServerLimits *self, gint64 now_us)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Bucket *bucket = value;

    refill (self, bucket, now_us);
    if (bucket->tokens >= capacity (self))
      g_hash_table_iter_remove (&iter);
  }
}

guint
ullim_server_limits_count (UllimServerLimits *self)
{
  return g_hash_table_size (self->buckets);
}
