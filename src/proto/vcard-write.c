/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing vCards 4.0, RFC 6350 section 3: lines of at most 75 bytes, folded between characters.
 */
#define G_LOG_DOMAIN "vcard-write"

#include "vcard.h"

#include <string.h>

#define MAX_LINE_BYTES 75

static void
append_folded (GString *out, const char *line)
{
  gsize room = MAX_LINE_BYTES;

  for (const char *p = line; *p;) {
    const char *next = g_utf8_next_char (p);
    gsize       length = next - p;

    if (length > room) {
      g_string_append (out, "\r\n ");
      room = MAX_LINE_BYTES - 1;
    }
    /* A line end that somebody forgot to escape must not begin another property. */
    g_string_append_len (out, *p == '\r' || *p == '\n' ? " " : p, length);
    room -= length;
    p = next;
  }
  g_string_append (out, "\r\n");
}

static void
append_property (GString *out, const UllimVcardProperty *property)
{
  g_autoptr (GString) line = g_string_new (property->group);

  if (property->group)
    g_string_append_c (line, '.');
  g_string_append (line, property->name);
  for (guint i = 0; i < property->params->len; i++) {
    const UllimVcardParam *param = property->params->pdata[i];

    g_string_append_printf (line, ";%s=%s", param->name, param->value);
  }
  g_string_append_c (line, ':');
  g_string_append (line, property->value);
  append_folded (out, line->str);
}

char *
ullim_vcard_to_string (const UllimVcard *card)
{
  GString         *out = g_string_new ("BEGIN:VCARD\r\nVERSION:4.0\r\n");
  g_autofree char *full_name = ullim_vcard_get_text (card, "FN");

  if (!full_name) {
    g_autofree char       *name = ullim_vcard_get_display_name (card);
    g_autoptr (UllimVcard) named = ullim_vcard_new ();

    ullim_vcard_set_text (named, "FN", name ? name : "?");
    append_property (out, named->properties->pdata[0]);
  }
  for (guint i = 0; i < card->properties->len; i++)
    append_property (out, card->properties->pdata[i]);
  g_string_append (out, "END:VCARD\r\n");
  return g_string_free (out, FALSE);
}
