/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading vCards (RFC 6350 section 3), and turning what 3.0 (RFC 2426) has otherwise into 4.0:
 * TYPE=pref, types without a name, and binary values in base64.
 */
#define G_LOG_DOMAIN "vcard-read"

#include "vcard-private.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* ---- lines ---- */

typedef struct {
  const char *at;
  const char *end;
} Lines;

/* The next line with what is folded onto it (section 3.2); line ends are CRLF, or LF. Some programs
 * fold within a character: only the whole line is text. */
static GString *
next_line (Lines *lines)
{
  GString *line;

  if (lines->at >= lines->end)
    return NULL;
  line = g_string_new (NULL);
  do {
    const char *newline = memchr (lines->at, '\n', lines->end - lines->at);
    const char *end = newline ? newline : lines->end;

    for (const char *p = lines->at; p < end; p++) {
      if (*p != '\r')
        g_string_append_c (line, *p);
    }
    lines->at = newline ? newline + 1 : lines->end;
    if (lines->at >= lines->end || (*lines->at != ' ' && *lines->at != '\t'))
      break;
    lines->at++;
  } while (TRUE);
  return line;
}

/* ---- one property ---- */

static gsize
name_length (const char *text)
{
  gsize length = 0;

  while (g_ascii_isalnum (text[length]) || text[length] == '-' || text[length] == '_')
    length++;
  return length;
}

/* Where a parameter ends: at ";" or ":" outside of quotes; NULL if there is neither. */
static const char *
param_end (const char *text)
{
  gboolean is_quoted = FALSE;

  for (const char *p = text; *p; p++) {
    if (*p == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted && (*p == ';' || *p == ':'))
      return p;
  }
  return NULL;
}

static void
add_param (UllimVcardProperty *property, const char *name, gsize length, const char *value)
{
  UllimVcardParam *param = g_new0 (UllimVcardParam, 1);

  param->name = g_strndup (name, length);
  param->value = g_strdup (value);
  g_ptr_array_add (property->params, param);
}

/* One from behind its ";" up to @end. A value without a name was a type in older cards. */
static gboolean
read_param (const char *start, const char *end, UllimVcardProperty *property)
{
  gsize            length = name_length (start);
  g_autofree char *value = NULL;

  if (length == 0)
    return FALSE;
  if (start + length == end) {
    value = g_strndup (start, length);
    add_param (property, "TYPE", strlen ("TYPE"), value);
    return TRUE;
  }
  if (start[length] != '=')
    return FALSE;
  value = g_strndup (start + length + 1, end - start - length - 1);
  add_param (property, start, length, value);
  return TRUE;
}

static UllimVcardProperty *
read_property (const char *line)
{
  g_autoptr (UllimVcardProperty) property = NULL;
  gsize                          length = name_length (line);
  g_autofree char               *group = NULL;
  g_autofree char               *name = NULL;

  if (line[length] == '.' && length > 0) {
    group = g_strndup (line, length);
    line += length + 1;
    length = name_length (line);
  }
  name = g_strndup (line, length);
  property = ullim_vcard_property_new (name, "");
  property->group = g_steal_pointer (&group);
  line += length;
  while (*line == ';') {
    const char *end = param_end (line + 1);

    if (!end || !read_param (line + 1, end, property))
      return NULL;
    line = end;
  }
  if (length == 0 || *line != ':')
    return NULL;
  g_free (property->value);
  property->value = g_strdup (line + 1);
  return g_steal_pointer (&property);
}

/* ---- from 3.0 to 4.0 ---- */

/* "pref" among the types is PREF=1; the others stay. */
static void
convert_pref (UllimVcardProperty *property)
{
  gboolean is_preferred = FALSE;

  for (guint i = property->params->len; i-- > 0;) {
    UllimVcardParam    *param = property->params->pdata[i];
    g_auto (GStrv)      types = g_strsplit (param->value, ",", -1);
    g_autoptr (GString) kept = g_string_new (NULL);
    gboolean            is_here = FALSE;

    if (g_ascii_strcasecmp (param->name, "TYPE") != 0)
      continue;
    for (guint k = 0; types[k]; k++) {
      if (g_ascii_strcasecmp (types[k], "pref") == 0)
        is_here = TRUE;
      else
        g_string_append_printf (kept, "%s%s", kept->len > 0 ? "," : "", types[k]);
    }
    is_preferred |= is_here;
    if (is_here && kept->len == 0) {
      g_ptr_array_remove_index (property->params, i);
    } else if (is_here) {
      g_free (param->value);
      param->value = g_strdup (kept->str);
    }
  }
  if (is_preferred)
    ullim_vcard_property_set_param (property, "PREF", "1");
}

static char *
media_type (const UllimVcardProperty *property)
{
  static const char *const kinds[][2] = {
      {"PHOTO", "image"}, {"LOGO", "image"}, {"SOUND", "audio"}, {"KEY", "application"}};
  g_autofree char *type = ullim_vcard_property_param (property, "TYPE");

  for (guint i = 0; type && i < G_N_ELEMENTS (kinds); i++) {
    if (g_ascii_strcasecmp (property->name, kinds[i][0]) == 0 && type[name_length (type)] == '\0' &&
        *type) {
      g_autofree char *lower = g_ascii_strdown (type, -1);

      return g_strconcat (kinds[i][1], "/", lower, NULL);
    }
  }
  return g_strdup ("application/octet-stream");
}

/* FALSE if the encoding is unknown here. */
static gboolean
convert_encoding (UllimVcardProperty *property)
{
  g_autofree char *encoding = ullim_vcard_property_param (property, "ENCODING");
  g_autofree char *type = NULL;
  g_autofree char *value = NULL;

  if (!encoding)
    return TRUE;
  if (g_ascii_strcasecmp (encoding, "b") != 0 && g_ascii_strcasecmp (encoding, "base64") != 0)
    return g_ascii_strcasecmp (encoding, "8bit") == 0;
  type = media_type (property);
  value = g_strconcat ("data:", type, ";base64,", property->value, NULL);
  g_free (property->value);
  property->value = g_steal_pointer (&value);
  ullim_vcard_property_set_param (property, "ENCODING", NULL);
  ullim_vcard_property_set_param (property, "TYPE", NULL);
  ullim_vcard_property_set_param (property, "VALUE", NULL);
  return TRUE;
}

/* ---- cards ---- */

typedef struct {
  UllimVcard *card; /* owned; NULL between cards */
  gboolean    is_damaged;
  gboolean    has_odd_bytes; /* somewhere in the file */
  gboolean    is_old;
  GPtrArray  *cards;
  guint       n_damaged;
} Reading;

static gboolean
is_known_version (const char *version)
{
  return strcmp (version, "4.0") == 0 || strcmp (version, "3.0") == 0 ||
         strcmp (version, "2.1") == 0;
}

static gboolean
convert (UllimVcard *card)
{
  for (guint i = 0; i < card->properties->len; i++) {
    UllimVcardProperty *property = card->properties->pdata[i];

    convert_pref (property);
    ullim_vcard_property_set_param (property, "CHARSET", NULL);
    if (!convert_encoding (property))
      return FALSE;
  }
  return TRUE;
}

static void
end_card (Reading *reading, gboolean is_whole)
{
  if (!reading->card)
    return;
  if (!is_whole || reading->is_damaged || (reading->is_old && !convert (reading->card)) ||
      reading->card->properties->len == 0) {
    reading->n_damaged++;
    g_clear_pointer (&reading->card, ullim_vcard_free);
  } else {
    g_ptr_array_add (reading->cards, g_steal_pointer (&reading->card));
  }
}

static void
start_card (Reading *reading)
{
  /* One within another, or one without its end. */
  end_card (reading, FALSE);
  reading->card = ullim_vcard_new ();
  reading->is_damaged = FALSE;
  reading->is_old = FALSE;
}

static gboolean
is_line (const GString *line, const char *text)
{
  gsize length = strlen (text);

  return g_ascii_strncasecmp (line->str, text, length) == 0 &&
         line->str[length + strspn (line->str + length, " \t")] == '\0';
}

static void
read_line (Reading *reading, const GString *line)
{
  g_autoptr (UllimVcardProperty) property = NULL;

  if (is_line (line, "BEGIN:VCARD")) {
    start_card (reading);
  } else if (is_line (line, "END:VCARD")) {
    end_card (reading, TRUE);
  } else if (!g_utf8_validate_len (line->str, line->len, NULL)) {
    reading->is_damaged = reading->has_odd_bytes = TRUE;
  } else if (reading->card && *line->str) {
    property = line->len <= ULLIM_VCARD_MAX_PROPERTY_BYTES ? read_property (line->str) : NULL;
    if (!property || reading->card->properties->len >= ULLIM_VCARD_MAX_PROPERTIES) {
      reading->is_damaged = TRUE;
    } else if (g_ascii_strcasecmp (property->name, "VERSION") == 0) {
      g_strchomp (property->value);
      reading->is_damaged |= !is_known_version (property->value);
      reading->is_old = strcmp (property->value, "4.0") != 0;
    } else {
      reading->is_damaged |= g_ascii_strcasecmp (property->name, "BEGIN") == 0 ||
                             g_ascii_strcasecmp (property->name, "END") == 0;
      g_ptr_array_add (reading->card->properties, g_steal_pointer (&property));
    }
  }
}

static gboolean
read_all (Lines *lines, Reading *reading, GError **error)
{
  GString *line;

  while ((line = next_line (lines)) && reading->cards->len <= ULLIM_VCARD_MAX_CARDS) {
    read_line (reading, line);
    g_string_free (line, TRUE);
  }
  if (line)
    g_string_free (line, TRUE);
  end_card (reading, FALSE);
  if (reading->cards->len > ULLIM_VCARD_MAX_CARDS) {
    g_set_error (error, ULLIM_VCARD_ERROR, ULLIM_VCARD_ERROR_LIMIT, "Too many cards");
    return FALSE;
  }
  if (reading->cards->len == 0 && reading->has_odd_bytes) {
    g_set_error (error, ULLIM_VCARD_ERROR, ULLIM_VCARD_ERROR_ENCODING, "Not UTF-8");
    return FALSE;
  }
  if (reading->cards->len == 0 && reading->n_damaged == 0) {
    g_set_error (error, ULLIM_VCARD_ERROR, ULLIM_VCARD_ERROR_CONTENT, "No card");
    return FALSE;
  }
  return TRUE;
}

GPtrArray *
ullim_vcard_parse_all (const char *data, gsize length, guint *n_damaged, GError **error)
{
  g_autoptr (GPtrArray) cards = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_vcard_free);
  Lines                 lines = {data, data + length};
  Reading               reading = {.cards = cards};

  if (length > ULLIM_VCARD_MAX_BYTES) {
    g_set_error (error, ULLIM_VCARD_ERROR, ULLIM_VCARD_ERROR_LIMIT, "Too long");
    return NULL;
  }
  if (length >= strlen (BYTE_ORDER_MARK) &&
      memcmp (data, BYTE_ORDER_MARK, strlen (BYTE_ORDER_MARK)) == 0)
    lines.at += strlen (BYTE_ORDER_MARK);
  if (!read_all (&lines, &reading, error))
    return NULL;
  if (n_damaged)
    *n_damaged = reading.n_damaged;
  return g_steal_pointer (&cards);
}
