/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Multipart bodies, RFC 2046 section 5.1: lines may end in CRLF, or in LF as some write. Own code,
 * since Sofia's reader asserts on what strangers may send.
 */
#define G_LOG_DOMAIN "mime"

#include "mime.h"

#include <string.h>

G_DEFINE_QUARK (ullim - mime - error - quark, ullim_mime_error)

#define DEFAULT_TYPE "text/plain"
#define BLANK " \t"
#define SPECIALS " \t\r\n;=\",()<>@:\\/[]?"
#define BOUNDARY_PREFIX "ullim-"
#define BOUNDARY_HASH_BYTES 32

static gboolean
refuse (GError **error, UllimMimeError code, const char *what)
{
  g_set_error (error, ULLIM_MIME_ERROR, code, "Multipart refused: %s", what);
  return FALSE;
}

/* ---- Content-Type ---- */

gboolean
ullim_mime_is (const char *type, const char *media)
{
  gsize length = strlen (media);

  if (!type)
    return FALSE;
  type += strspn (type, BLANK);
  return g_ascii_strncasecmp (type, media, length) == 0 &&
         (type[length] == '\0' || strchr ("; \t", type[length]));
}

/* A token or a quoted string at *@at, which moves behind it; NULL if there is none. */
static char *
read_value (const char **at)
{
  GString    *out;
  const char *p = *at;

  if (*p != '"') {
    gsize length = strcspn (p, SPECIALS);

    *at = p + length;
    return length > 0 ? g_strndup (p, length) : NULL;
  }
  out = g_string_new (NULL);
  for (p++; *p && *p != '"'; p++) {
    if (*p == '\\' && p[1])
      p++;
    g_string_append_c (out, *p);
  }
  if (*p != '"') {
    g_string_free (out, TRUE);
    return NULL;
  }
  *at = p + 1;
  return g_string_free (out, FALSE);
}

char *
ullim_mime_param (const char *type, const char *name)
{
  const char *p = strchr (type, ';');

  if (strlen (type) > ULLIM_MIME_MAX_TYPE_BYTES)
    return NULL;
  while (p && *p == ';') {
    const char      *start = p + 1 + strspn (p + 1, BLANK);
    gsize            length = strcspn (start, SPECIALS);
    g_autofree char *value = NULL;

    p = start + length + strspn (start + length, BLANK);
    if (*p != '=')
      return NULL;
    p += 1 + strspn (p + 1, BLANK);
    value = read_value (&p);
    if (!value)
      return NULL;
    if (length == strlen (name) && g_ascii_strncasecmp (start, name, length) == 0)
      return g_steal_pointer (&value);
    p += strspn (p, BLANK);
  }
  return NULL;
}

/* ---- parts ---- */

UllimMimePart *
ullim_mime_part_new (const char *type, const char *id, GBytes *body)
{
  UllimMimePart *part = g_new0 (UllimMimePart, 1);

  part->type = g_strdup (type);
  part->id = g_strdup (id);
  part->body = g_bytes_ref (body);
  return part;
}

void
ullim_mime_part_free (UllimMimePart *part)
{
  g_free (part->type);
  g_free (part->id);
  g_bytes_unref (part->body);
  g_free (part);
}

static char *
strip_brackets (const char *id)
{
  gsize length = strlen (id);

  if (length >= 2 && id[0] == '<' && id[length - 1] == '>')
    return g_strndup (id + 1, length - 2);
  return g_strdup (id);
}

UllimMimePart *
ullim_mime_find (const GPtrArray *parts, const char *id)
{
  g_autofree char *plain = strip_brackets (id);

  for (guint i = 0; i < parts->len; i++) {
    UllimMimePart *part = parts->pdata[i];

    if (g_strcmp0 (part->id, plain) == 0)
      return part;
  }
  return NULL;
}

/* ---- splitting ---- */

/* The header fields of a part; lines that are folded are one field (RFC 5322 section 2.2.3). */
typedef struct {
  char *type;
  char *id;
  char *encoding;
} Fields;

static void
fields_clear (Fields *fields)
{
  g_free (fields->type);
  g_free (fields->id);
  g_free (fields->encoding);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fields, fields_clear)

static gboolean
take_field (Fields *fields, char *line, GError **error)
{
  char *colon = strchr (line, ':');
  char *value;

  if (!colon)
    return refuse (error, ULLIM_MIME_ERROR_SYNTAX, "a header without a colon");
  *colon = '\0';
  g_strchomp (line);
  value = g_strstrip (colon + 1);
  if (g_ascii_strcasecmp (line, "Content-Type") == 0 && !fields->type) {
    fields->type = g_strdup (value);
  } else if (g_ascii_strcasecmp (line, "Content-ID") == 0 && !fields->id) {
    fields->id = strip_brackets (value);
  } else if (g_ascii_strcasecmp (line, "Content-Transfer-Encoding") == 0 && !fields->encoding) {
    fields->encoding = g_strdup (value);
  }
  return TRUE;
}

static gboolean
read_fields (const char *data, gsize length, Fields *fields, GError **error)
{
  g_autofree char *text = g_strndup (data, length);
  g_auto (GStrv)   lines = NULL;

  if (!g_utf8_validate_len (data, length, NULL))
    return refuse (error, ULLIM_MIME_ERROR_SYNTAX, "a header that is not UTF-8");
  /* Unfold: a line end before white space is as good as white space. */
  for (char *p = text; *p; p++) {
    if (*p == '\r')
      *p = ' ';
    else if (*p == '\n' && p[1] != '\0' && strchr (BLANK, p[1]))
      *p = ' ';
  }
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    g_strstrip (lines[i]);
    if (*lines[i] && !take_field (fields, lines[i], error))
      return FALSE;
  }
  return TRUE;
}

/* Where the empty line ends that ends the headers; 0 if there is none. */
static gsize
find_body (const char *data, gsize length)
{
  const char *end = data + length;
  const char *line = data;

  while (line < end && line - data <= ULLIM_MIME_MAX_HEADER_BYTES) {
    const char *newline = memchr (line, '\n', end - line);

    if (!newline)
      return 0;
    if (newline == line || (newline == line + 1 && *line == '\r'))
      return newline + 1 - data;
    line = newline + 1;
  }
  return 0;
}

static GBytes *
decode (GBytes *body, const char *encoding, GError **error)
{
  static const char *const plain[] = {"binary", "8bit", "7bit", NULL};

  for (guint i = 0; plain[i]; i++) {
    if (!encoding || g_ascii_strcasecmp (encoding, plain[i]) == 0)
      return g_bytes_ref (body);
  }
  if (g_ascii_strcasecmp (encoding, "base64") == 0) {
    gsize            size;
    const char      *data = g_bytes_get_data (body, &size);
    g_autofree char *text = g_strndup (data ? data : "", size);
    guchar          *decoded = g_base64_decode (text, &size);

    return g_bytes_new_take (decoded, size);
  }
  refuse (error, ULLIM_MIME_ERROR_SYNTAX, "an unknown transfer encoding");
  return NULL;
}

static UllimMimePart *
read_part (GBytes *whole, gsize start, gsize length, GError **error)
{
  const char        *data = (const char *) g_bytes_get_data (whole, NULL) + start;
  gsize              body_start = find_body (data, length);
  g_auto (Fields)    fields = {0};
  g_autoptr (GBytes) raw = NULL;
  g_autoptr (GBytes) body = NULL;

  if (body_start == 0) {
    refuse (error, ULLIM_MIME_ERROR_SYNTAX, "a part without an end of its headers");
    return NULL;
  }
  if (!read_fields (data, body_start, &fields, error))
    return NULL;
  raw = g_bytes_new_from_bytes (whole, start + body_start, length - body_start);
  body = decode (raw, fields.encoding, error);
  return body ? ullim_mime_part_new (fields.type ? fields.type : DEFAULT_TYPE, fields.id, body)
              : NULL;
}

typedef enum {
  LINE_CONTENT,
  LINE_DELIMITER,
  LINE_END,
} LineKind;

static LineKind
classify (const char *line, gsize length, const char *delimiter, gsize delimiter_length)
{
  LineKind kind = LINE_DELIMITER;

  if (length < delimiter_length || memcmp (line, delimiter, delimiter_length) != 0)
    return LINE_CONTENT;
  line += delimiter_length;
  length -= delimiter_length;
  if (length >= 2 && line[0] == '-' && line[1] == '-') {
    kind = LINE_END;
    line += 2;
    length -= 2;
  }
  /* Padding is allowed; anything else makes it another boundary. */
  for (gsize i = 0; i < length; i++) {
    if (!strchr (" \t\r", line[i]) || line[i] == '\0')
      return LINE_CONTENT;
  }
  return kind;
}

/* The line end before a delimiter belongs to the delimiter. */
static gsize
content_end (const char *data, gsize start, gsize line)
{
  if (line > start && data[line - 1] == '\n')
    line--;
  if (line > start && data[line - 1] == '\r')
    line--;
  return line;
}

/* One line; says at *@start where the open part begins, -1 before the first. */
static gboolean
end_part (GBytes *body, gssize start, gsize line, GPtrArray *parts, GError **error)
{
  const char    *data = g_bytes_get_data (body, NULL);
  gsize          end;
  UllimMimePart *part;

  if (start < 0)
    return TRUE;
  if (parts->len >= ULLIM_MIME_MAX_PARTS)
    return refuse (error, ULLIM_MIME_ERROR_LIMIT, "too many parts");
  /* A part without headers and body is one line end, which its headers need. */
  end = content_end (data, start, line);
  part = read_part (
      body, start,
      find_body (data + start, line - start) > end - start ? line - start : end - start, error);
  if (part)
    g_ptr_array_add (parts, part);
  return part != NULL;
}

static gboolean
split (GBytes *body, const char *boundary, GPtrArray *parts, GError **error)
{
  g_autofree char *delimiter = g_strconcat ("--", boundary, NULL);
  gsize            delimiter_length = strlen (delimiter);
  gsize            size;
  const char      *data = g_bytes_get_data (body, &size);
  gssize           start = -1;

  for (gsize line = 0; line < size;) {
    const char *newline = memchr (data + line, '\n', size - line);
    gsize       length = (newline ? (gsize) (newline - data) : size) - line;
    LineKind    kind = classify (data + line, length, delimiter, delimiter_length);

    if (kind != LINE_CONTENT && !end_part (body, start, line, parts, error))
      return FALSE;
    if (kind == LINE_END)
      return parts->len > 0 || refuse (error, ULLIM_MIME_ERROR_SYNTAX, "no parts");
    line += length + 1;
    if (kind == LINE_DELIMITER)
      start = MIN (line, size);
  }
  return refuse (error, ULLIM_MIME_ERROR_SYNTAX, "cut off");
}

GPtrArray *
ullim_mime_split (const char *type, GBytes *body, GError **error)
{
  g_autoptr (GPtrArray) parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_mime_part_free);
  g_autofree char *boundary = NULL;

  if (g_bytes_get_size (body) > ULLIM_MIME_MAX_BYTES) {
    refuse (error, ULLIM_MIME_ERROR_LIMIT, "too long");
    return NULL;
  }
  if (g_ascii_strncasecmp (type + strspn (type, BLANK), "multipart/", 10) == 0)
    boundary = ullim_mime_param (type, "boundary");
  if (!boundary || !*boundary || strlen (boundary) > ULLIM_MIME_MAX_BOUNDARY_BYTES) {
    refuse (error, ULLIM_MIME_ERROR_TYPE, "no boundary");
    return NULL;
  }
  return split (body, boundary, parts, error) ? g_steal_pointer (&parts) : NULL;
}

/* ---- joining ---- */

/* A hash of the content, which the content cannot hold. */
static char *
make_boundary (const GPtrArray *parts)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < parts->len; i++) {
    const UllimMimePart *part = parts->pdata[i];
    gsize                size;
    const guchar        *data = g_bytes_get_data (part->body, &size);

    g_checksum_update (checksum, data, size);
  }
  return g_strdup_printf (BOUNDARY_PREFIX "%.*s", BOUNDARY_HASH_BYTES,
                          g_checksum_get_string (checksum));
}

static void
append_text (GByteArray *out, const char *text)
{
  g_byte_array_append (out, (const guint8 *) text, strlen (text));
}

static void
append_part (GByteArray *out, const UllimMimePart *part, const char *boundary)
{
  gsize            size;
  const guint8    *data = g_bytes_get_data (part->body, &size);
  g_autofree char *id = part->id ? g_strdup_printf ("Content-ID: <%s>\r\n", part->id) : NULL;
  g_autofree char *head = g_strdup_printf ("--%s\r\nContent-Transfer-Encoding: binary\r\n%s"
                                           "Content-Type: %s\r\n\r\n",
                                           boundary, id ? id : "", part->type);

  append_text (out, head);
  if (size > 0)
    g_byte_array_append (out, data, size);
  append_text (out, "\r\n");
}

GBytes *
ullim_mime_join (const GPtrArray *parts, const char *type, char **full_type)
{
  g_autofree char *boundary = make_boundary (parts);
  GByteArray      *out = g_byte_array_new ();

  for (guint i = 0; i < parts->len; i++)
    append_part (out, parts->pdata[i], boundary);
  append_text (out, "--");
  append_text (out, boundary);
  append_text (out, "--\r\n");
  /* Without quotes, which it does not need: liblinphone takes them for a part of it. */
  *full_type = g_strdup_printf ("%s;boundary=%s", type, boundary);
  return g_byte_array_free_to_bytes (out);
}
