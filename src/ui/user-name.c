/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * User names that every SIP program can type and show.
 */
#define G_LOG_DOMAIN "user-name"

#include "user-name.h"

#include <string.h>

#define MAX_SUGGESTED_CHARS 24

char *
ullim_user_name_suggest (const char *name)
{
  g_autofree char    *ascii = g_str_to_ascii (name, NULL);
  g_autofree char    *first = g_ascii_strdown (ascii, -1);
  g_autoptr (GString) user = g_string_new (NULL);

  for (const char *p = g_strstrip (first); *p && *p != ' ' && user->len < MAX_SUGGESTED_CHARS; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (user, *p);
  if (user->len == 0)
    return g_ascii_strdown (
        ullim_user_name_is_valid (g_get_user_name ()) ? g_get_user_name () : "me", -1);
  return g_string_free (g_steal_pointer (&user), FALSE);
}

gboolean
ullim_user_name_is_valid (const char *user)
{
  return *user &&
         strspn (user, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") ==
             strlen (user);
}
