/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random passwords: 16 characters of 30, without 0/o, 1/l/i and the like.
 */
#define G_LOG_DOMAIN "passphrase"

#include "passphrase.h"

#include <string.h>
#include <sys/random.h>

#define N_CHARS 16
#define GROUP_CHARS 4

static const char alphabet[] = "abcdefghjkmnpqrstuvwxyz2345678";

/* A byte below this bound is spread evenly over the alphabet. */
#define FAIR_BOUND (256 - 256 % (sizeof alphabet - 1))

char *
ullim_passphrase_new (void)
{
  g_autoptr (GString) password = g_string_new (NULL);
  guint               chars = 0;

  while (chars < N_CHARS) {
    guint8 byte;

    if (getrandom (&byte, sizeof byte, 0) != sizeof byte)
      return NULL;
    if (byte >= FAIR_BOUND)
      continue;
    if (chars > 0 && chars % GROUP_CHARS == 0)
      g_string_append_c (password, '-');
    g_string_append_c (password, alphabet[byte % (sizeof alphabet - 1)]);
    chars++;
  }
  return g_string_free (g_steal_pointer (&password), FALSE);
}
