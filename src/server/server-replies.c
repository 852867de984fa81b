/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A hash table and a queue in order of age.
 */
#define G_LOG_DOMAIN "server-replies"

#include "server-replies.h"

#include <openssl/rand.h>
#include <string.h>

typedef struct _Reply Reply;
struct _Reply {
  guint64 key;
  gint64  until_s;
  char   *to_tag;  /* owned, nullable */
  char   *headers; /* owned, nullable */
  int     status;  /* 0: not answered yet */
  Reply  *younger;
};

struct _UllimServerReplies {
  guint64     seed;
  GHashTable *by_key; /* (owned): key -> Reply */
  Reply      *oldest;
  Reply      *youngest;
};

static void
reply_free (Reply *reply)
{
  g_free (reply->to_tag);
  g_free (reply->headers);
  g_slice_free (Reply, reply);
}

UllimServerReplies *
ullim_server_replies_new (void)
{
  UllimServerReplies *self = g_new0 (UllimServerReplies, 1);

  if (RAND_bytes ((unsigned char *) &self->seed, sizeof self->seed) != 1)
    g_error ("no random numbers");
  self->by_key =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) reply_free);
  return self;
}

void
ullim_server_replies_free (UllimServerReplies *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->by_key);
  g_free (self);
}

/* FNV-1a from a secret start, with a final mixing: nobody can aim at another's entry, because
 * neither the seed nor a key is ever seen outside. */
static guint64
add_text (guint64 hash, const char *text)
{
  for (; text && *text; text++)
    hash = (hash ^ (guint8) *text) * G_GUINT64_CONSTANT (1099511628211);
  return (hash ^ 0xff) * G_GUINT64_CONSTANT (1099511628211);
}

guint64
ullim_server_replies_key (UllimServerReplies *self,
                          const char         *branch,
                          const char         *sent_by,
                          const char         *method,
                          const char         *call_id,
                          guint32             cseq)
{
  guint64 hash = self->seed ^ cseq;

  hash = add_text (add_text (add_text (add_text (hash, branch), sent_by), method), call_id);
  hash ^= hash >> 32;
  hash *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  return hash ^ (hash >> 32);
}

static void
forget_oldest (UllimServerReplies *self)
{
  Reply *reply = self->oldest;

  self->oldest = reply->younger;
  if (!self->oldest)
    self->youngest = NULL;
  g_hash_table_remove (self->by_key, &reply->key);
}

gboolean
ullim_server_replies_begin (UllimServerReplies *self, guint64 key, gint64 now_s)
{
  Reply *reply;

  while (self->oldest && (self->oldest->until_s < now_s ||
                          g_hash_table_size (self->by_key) >= ULLIM_SERVER_MAX_REPLIES))
    forget_oldest (self);
  if (g_hash_table_contains (self->by_key, &key))
    return FALSE;

  reply = g_slice_new0 (Reply);
  reply->key = key;
  reply->until_s = now_s + ULLIM_SERVER_REPLY_LIFE_S;
  if (self->youngest)
    self->youngest->younger = reply;
  else
    self->oldest = reply;
  self->youngest = reply;
  g_hash_table_insert (self->by_key, &reply->key, reply);
  return TRUE;
}

void
ullim_server_replies_end (UllimServerReplies *self,
                          guint64             key,
                          int                 status,
                          const char         *to_tag,
                          const char         *headers)
{
  Reply *reply = g_hash_table_lookup (self->by_key, &key);

  if (!reply)
    return;
  reply->status = status;
  g_free (reply->to_tag);
  reply->to_tag = g_strdup (to_tag);
  g_free (reply->headers);
  reply->headers = g_strdup (headers);
}

int
ullim_server_replies_find (UllimServerReplies *self,
                           guint64             key,
                           const char        **to_tag,
                           const char        **headers)
{
  Reply *reply = g_hash_table_lookup (self->by_key, &key);

  *to_tag = reply ? reply->to_tag : NULL;
  *headers = reply ? reply->headers : NULL;
  return reply ? reply->status : 0;
}
