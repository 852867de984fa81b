/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A nonce is its number, which says where its slot is, and 96 random bits that only the slot and
 * whoever was challenged know. A count may come late (requests overtake each other over UDP), so
 * the last 32 counts are remembered one by one.
 */
#define G_LOG_DOMAIN "server-nonces"

#include "server-nonces.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW 32
#define NUMBER_DIGITS 16
/* Random bytes are fetched in bulk: one call per challenge would be dear. */
#define POOL_BYTES 3072
#define SECRET_BYTES 12

typedef struct {
  guint64 number;
  guint8  secret[SECRET_BYTES];
  guint32 made_s;
  guint32 highest;      /* greatest count used */
  guint32 seen;         /* bit n: count highest - n was used */
  guint64 last_request; /* the one that used the greatest count */
} Slot;

struct _UllimServerNonces {
  guint64 next;
  guint8  pool[POOL_BYTES];
  guint   pool_used;
  Slot    ring[ULLIM_SERVER_NONCE_RING];
};

UllimServerNonces *
ullim_server_nonces_new (void)
{
  UllimServerNonces *self = g_new0 (UllimServerNonces, 1);

  self->next = 1;
  self->pool_used = POOL_BYTES;
  return self;
}

void
ullim_server_nonces_free (UllimServerNonces *self)
{
  g_free (self);
}

static void
fetch_secret (UllimServerNonces *self, guint8 *secret)
{
  if (self->pool_used + SECRET_BYTES > POOL_BYTES) {
    if (RAND_bytes (self->pool, POOL_BYTES) != 1)
      g_error ("no random numbers");
    self->pool_used = 0;
  }
  memcpy (secret, self->pool + self->pool_used, SECRET_BYTES);
  memset (self->pool + self->pool_used, 0, SECRET_BYTES);
  self->pool_used += SECRET_BYTES;
}

static void
write_hex (const guint8 *bytes, guint n, char *out)
{
  static const char digits[] = "0123456789abcdef";

  for (guint i = 0; i < n; i++) {
    *out++ = digits[bytes[i] >> 4];
    *out++ = digits[bytes[i] & 15];
  }
  *out = '\0';
}

static void
write_nonce (const Slot *slot, char *out)
{
  guint64 number = GUINT64_TO_BE (slot->number);

  write_hex ((const guint8 *) &number, sizeof number, out);
  write_hex (slot->secret, SECRET_BYTES, out + NUMBER_DIGITS);
}

void
ullim_server_nonces_make (UllimServerNonces *self, gint64 now_s, char *out)
{
  Slot *slot = &self->ring[self->next % ULLIM_SERVER_NONCE_RING];

  memset (slot, 0, sizeof *slot);
  slot->number = self->next++;
  slot->made_s = (guint32) now_s;
  fetch_secret (self, slot->secret);
  write_nonce (slot, out);
}

static Slot *
find_slot (UllimServerNonces *self, const char *nonce)
{
  char    expected[ULLIM_SERVER_NONCE_SIZE];
  char    number[NUMBER_DIGITS + 1];
  Slot   *slot;
  guint64 value;

  if (strlen (nonce) != ULLIM_SERVER_NONCE_SIZE - 1)
    return NULL;
  g_strlcpy (number, nonce, sizeof number);
  value = strtoull (number, NULL, 16);
  slot = &self->ring[value % ULLIM_SERVER_NONCE_RING];
  if (value == 0 || slot->number != value)
    return NULL;
  write_nonce (slot, expected);
  return strcmp (nonce, expected) == 0 ? slot : NULL;
}

UllimServerNonceUse
ullim_server_nonces_use (UllimServerNonces *self,
                         const char        *nonce,
                         guint32            count,
                         guint64            request,
                         gint64             now_s)
{
  Slot   *slot = find_slot (self, nonce);
  guint32 behind;

  if (!slot || count == 0 || now_s - slot->made_s > ULLIM_SERVER_NONCE_LIFE_S)
    return ULLIM_SERVER_NONCE_STALE;
  if (count > slot->highest) {
    guint32 ahead = count - slot->highest;

    slot->seen = (ahead < WINDOW ? slot->seen << ahead : 0) | 1;
    slot->highest = count;
    slot->last_request = request;
    return ULLIM_SERVER_NONCE_FRESH;
  }
  behind = slot->highest - count;
  if (behind == 0 && request == slot->last_request)
    return ULLIM_SERVER_NONCE_REPEATED;
  if (behind >= WINDOW || (slot->seen & (1u << behind)))
    return ULLIM_SERVER_NONCE_STALE;
  slot->seen |= 1u << behind;
  return ULLIM_SERVER_NONCE_FRESH;
}
