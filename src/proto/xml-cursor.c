/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names end where the syntax of a path goes on; which characters a name may have is not judged: one
 * that no document can have is met nowhere.
 */
#define G_LOG_DOMAIN "xml-cursor"

#include "xml-cursor-private.h"

#include <string.h>

#define NAME_ENDS ":/[]=@()'\" \t\r\n*."

gboolean
ullim_xml_cursor_skip (UllimXmlCursor *cursor, const char *token)
{
  if (!g_str_has_prefix (cursor->at, token))
    return FALSE;
  cursor->at += strlen (token);
  return TRUE;
}

static char *
read_name (UllimXmlCursor *cursor)
{
  gsize length = strcspn (cursor->at, NAME_ENDS);
  char *name;

  /* "." may stand within a name. */
  while (length > 0 && cursor->at[length] == '.')
    length += 1 + strcspn (cursor->at + length + 1, NAME_ENDS);
  name = g_strndup (cursor->at, length);
  cursor->at += length;
  return name;
}

gboolean
ullim_xml_cursor_read_qname (UllimXmlCursor *cursor, const char *default_ns, char **ns, char **name)
{
  g_autofree char *first = read_name (cursor);

  if (ullim_xml_cursor_skip (cursor, ":")) {
    *ns = g_strdup (cursor->lookup (first, cursor->data));
    *name = read_name (cursor);
  } else {
    *ns = g_strdup (default_ns);
    *name = g_steal_pointer (&first);
  }
  return *ns && **name != '\0';
}

char *
ullim_xml_cursor_read_quoted (UllimXmlCursor *cursor)
{
  char        quote = *cursor->at;
  const char *end = quote == '"' || quote == '\'' ? strchr (cursor->at + 1, quote) : NULL;
  char       *text;

  if (!end)
    return NULL;
  text = g_strndup (cursor->at + 1, end - cursor->at - 1);
  cursor->at = end + 1;
  return text;
}
