/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Session descriptions, read line by line (RFC 8866 section 5 and its grammar in section 9). What
 * is neither used nor passed on (u, e, p, t, r, z, k) is checked for its form and dropped. The
 * order of lines within a section is not insisted on: devices get it wrong, and it decides nothing.
 */
#define G_LOG_DOMAIN "sdp"

#include "sdp.h"

#include <string.h>

#define MAX_ORIGIN_FIELDS 6

G_DEFINE_QUARK (ullim - sdp - error - quark, ullim_sdp_error)

static const char *const direction_names[] = {
    [ULLIM_SDP_INACTIVE] = "inactive",
    [ULLIM_SDP_SENDONLY] = "sendonly",
    [ULLIM_SDP_RECVONLY] = "recvonly",
    [ULLIM_SDP_SENDRECV] = "sendrecv",
};

/* ---- life ---- */

static void
attribute_free (gpointer data)
{
  UllimSdpAttribute *attribute = data;

  g_free (attribute->name);
  g_free (attribute->value);
  g_free (attribute);
}

static void
section_init (UllimSdpSection *section)
{
  section->bandwidths = g_ptr_array_new_with_free_func (g_free);
  section->attributes = g_ptr_array_new_with_free_func (attribute_free);
}

static void
section_clear (UllimSdpSection *section)
{
  g_free (section->title);
  g_free (section->address);
  g_ptr_array_unref (section->bandwidths);
  g_ptr_array_unref (section->attributes);
}

static void
media_free (gpointer data)
{
  UllimSdpMedia *media = data;

  section_clear (&media->section);
  g_free (media->type);
  g_free (media->protocol);
  g_ptr_array_unref (media->formats);
  g_free (media);
}

static UllimSdp *
sdp_alloc (void)
{
  UllimSdp *sdp = g_new0 (UllimSdp, 1);

  section_init (&sdp->section);
  sdp->media = g_ptr_array_new_with_free_func (media_free);
  return sdp;
}

UllimSdp *
ullim_sdp_new (const char *address, guint64 session_id, guint64 version)
{
  UllimSdp *sdp;

  g_return_val_if_fail (address != NULL, NULL);

  sdp = sdp_alloc ();
  sdp->section.address = g_strdup (address);
  sdp->user = g_strdup ("-");
  sdp->session_id = session_id;
  sdp->version = version;
  sdp->origin = g_strdup (address);
  sdp->name = g_strdup ("-");
  return sdp;
}

void
ullim_sdp_free (UllimSdp *sdp)
{
  if (!sdp)
    return;
  section_clear (&sdp->section);
  g_free (sdp->user);
  g_free (sdp->origin);
  g_free (sdp->name);
  g_ptr_array_unref (sdp->media);
  g_free (sdp);
}

/* ---- reading ---- */

static gboolean
fail (GError **error, UllimSdpError code, const char *what, const char *line)
{
  g_set_error (error, ULLIM_SDP_ERROR, code, "%s in line %.16s", what, line);
  return FALSE;
}

static gboolean
bad_syntax (GError **error, const char *line)
{
  return fail (error, ULLIM_SDP_ERROR_SYNTAX, "Bad syntax", line);
}

/* "token" of RFC 8866 section 9. */
static gboolean
is_token (const char *text)
{
  if (!*text)
    return FALSE;
  for (; *text; text++) {
    if (!g_ascii_isalnum (*text) && !strchr ("!#$%&'*+-.^_`{|}~", *text))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_visible (const char *text)
{
  if (!*text)
    return FALSE;
  for (; *text; text++) {
    if ((guchar) *text <= ' ' || *text == 0x7f)
      return FALSE;
  }
  return TRUE;
}

/* Slashes join tokens. */
static gboolean
is_protocol (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", -1);

  for (char **part = parts; *part; part++) {
    if (!is_token (*part))
      return FALSE;
  }
  return parts[0] != NULL;
}

/* A host name or an address: what can be asked for or connected to. */
static gboolean
is_host (const char *text)
{
  if (!*text)
    return FALSE;
  for (; *text; text++) {
    if (!g_ascii_isalnum (*text) && !strchr (".-:_", *text))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_number (const char *text, guint64 max, guint64 *out)
{
  return g_ascii_isdigit (*text) && g_ascii_string_to_unsigned (text, 10, 0, max, out, NULL);
}

/* o=user id version IN IP4 address (section 5.2) */
static gboolean
read_origin (UllimSdp *sdp, const char *line, const char *value, GError **error)
{
  g_auto (GStrv) fields = g_strsplit (value, " ", MAX_ORIGIN_FIELDS + 1);

  if (sdp->origin || g_strv_length (fields) != MAX_ORIGIN_FIELDS || !is_visible (fields[0]) ||
      !read_number (fields[1], G_MAXUINT64, &sdp->session_id) ||
      !read_number (fields[2], G_MAXUINT64, &sdp->version) || strcmp (fields[3], "IN") != 0 ||
      (strcmp (fields[4], "IP4") != 0 && strcmp (fields[4], "IP6") != 0) || !is_host (fields[5]))
    return bad_syntax (error, line);
  sdp->user = g_strdup (fields[0]);
  sdp->origin = g_strdup (fields[5]);
  return TRUE;
}

/* c=IN IP4 address[/ttl[/count]] (section 5.7); of several in one section the first counts. */
static gboolean
read_connection (UllimSdpSection *section, const char *line, const char *value, GError **error)
{
  g_auto (GStrv) fields = g_strsplit (value, " ", 4);

  if (g_strv_length (fields) != 3 || strcmp (fields[0], "IN") != 0 ||
      (strcmp (fields[1], "IP4") != 0 && strcmp (fields[1], "IP6") != 0))
    return bad_syntax (error, line);
  fields[2][strcspn (fields[2], "/")] = '\0';
  if (!is_host (fields[2]))
    return bad_syntax (error, line);
  if (!section->address)
    section->address = g_strdup (fields[2]);
  return TRUE;
}

/* a=name or a=name:value (section 5.13) */
static gboolean
read_attribute (UllimSdpSection *section, const char *line, const char *value, GError **error)
{
  const char        *colon = strchr (value, ':');
  g_autofree char   *name = colon ? g_strndup (value, colon - value) : g_strdup (value);
  UllimSdpAttribute *attribute;

  if (section->attributes->len >= ULLIM_SDP_MAX_ATTRIBUTES)
    return fail (error, ULLIM_SDP_ERROR_TOO_LONG, "Too many attributes", line);
  if (!is_token (name))
    return bad_syntax (error, line);
  attribute = g_new0 (UllimSdpAttribute, 1);
  attribute->name = g_steal_pointer (&name);
  attribute->value = colon ? g_strdup (colon + 1) : NULL;
  g_ptr_array_add (section->attributes, attribute);
  return TRUE;
}

/* b=type:value (section 5.8) */
static gboolean
read_bandwidth (UllimSdpSection *section, const char *line, const char *value, GError **error)
{
  const char      *colon = strchr (value, ':');
  g_autofree char *type = colon ? g_strndup (value, colon - value) : NULL;
  guint64          number;

  if (section->bandwidths->len >= ULLIM_SDP_MAX_BANDWIDTHS)
    return fail (error, ULLIM_SDP_ERROR_TOO_LONG, "Too many bandwidths", line);
  if (!type || !is_token (type) || !read_number (colon + 1, G_MAXUINT64, &number))
    return bad_syntax (error, line);
  g_ptr_array_add (section->bandwidths, g_strdup (value));
  return TRUE;
}

static gboolean
read_port (UllimSdpMedia *media, char *text)
{
  char   *slash = strchr (text, '/');
  guint64 port;
  guint64 n_ports = 1;

  if (slash)
    *slash = '\0';
  if (!read_number (text, G_MAXUINT16, &port) ||
      (slash && (!read_number (slash + 1, G_MAXUINT16, &n_ports) || n_ports == 0)))
    return FALSE;
  media->port = port;
  media->n_ports = n_ports;
  return TRUE;
}

/* m=type port[/count] protocol format… (section 5.14) */
static gboolean
read_media (UllimSdp *sdp, const char *line, const char *value, GError **error)
{
  g_auto (GStrv) fields = g_strsplit (value, " ", -1);
  guint          n = g_strv_length (fields);
  UllimSdpMedia *media;

  if (sdp->media->len >= ULLIM_SDP_MAX_MEDIA || n > 3 + ULLIM_SDP_MAX_FORMATS)
    return fail (error, ULLIM_SDP_ERROR_TOO_LONG, "Too many media or formats", line);
  if (n < 4 || !is_token (fields[0]) || !is_protocol (fields[2]))
    return bad_syntax (error, line);
  media = ullim_sdp_add_media (sdp, fields[0], 0, fields[2]);
  if (!read_port (media, fields[1]))
    return bad_syntax (error, line);
  for (guint i = 3; i < n; i++) {
    if (!is_token (fields[i]))
      return bad_syntax (error, line);
    g_ptr_array_add (media->formats, g_strdup (fields[i]));
  }
  return TRUE;
}

static gboolean
read_session_line (UllimSdp *sdp, const char *line, const char *value, GError **error)
{
  switch (line[0]) {
  case 'o':
    return read_origin (sdp, line, value, error);
  case 's':
    if (sdp->name)
      return bad_syntax (error, line);
    sdp->name = g_strdup (value);
    return TRUE;
  case 'u':
  case 'e':
  case 'p':
  case 't':
  case 'r':
  case 'z':
    return *value ? TRUE : bad_syntax (error, line);
  default:
    return bad_syntax (error, line);
  }
}

static gboolean
read_line (UllimSdp *sdp, UllimSdpSection **section, const char *line, GError **error)
{
  const char *value = line + 2;

  if (!line[0] || line[1] != '=')
    return bad_syntax (error, line);
  switch (line[0]) {
  case 'm':
    if (!read_media (sdp, line, value, error))
      return FALSE;
    *section = &((UllimSdpMedia *) g_ptr_array_index (sdp->media, sdp->media->len - 1))->section;
    return TRUE;
  case 'c':
    return read_connection (*section, line, value, error);
  case 'b':
    return read_bandwidth (*section, line, value, error);
  case 'a':
    return read_attribute (*section, line, value, error);
  case 'i':
    if ((*section)->title)
      return bad_syntax (error, line);
    (*section)->title = g_strdup (value);
    return TRUE;
  case 'k':
    return TRUE; /* obsolete, and never to be used (section 5.12) */
  default:
    if (sdp->media->len > 0)
      return bad_syntax (error, line);
    return read_session_line (sdp, line, value, error);
  }
}

static gboolean
read_lines (UllimSdp *sdp, const char *text, GError **error)
{
  UllimSdpSection *section = &sdp->section;
  gboolean         first = TRUE;

  while (*text) {
    gsize            span = strcspn (text, "\n");
    gsize            length = span > 0 && text[span - 1] == '\r' ? span - 1 : span;
    g_autofree char *line = g_strndup (text, length);

    text += span + (text[span] == '\n');
    if (length > ULLIM_SDP_MAX_LINE)
      return fail (error, ULLIM_SDP_ERROR_TOO_LONG, "Too many bytes", line);
    if (strchr (line, '\r'))
      return bad_syntax (error, line);
    if (first && strcmp (line, "v=0") != 0)
      return bad_syntax (error, line);
    if (!first && !(length == 0 && !*text) && !read_line (sdp, &section, line, error))
      return FALSE;
    first = FALSE;
  }
  if (!sdp->origin || !sdp->name)
    return fail (error, ULLIM_SDP_ERROR_SYNTAX, "No origin or name", "o= or s=");
  return TRUE;
}

UllimSdp *
ullim_sdp_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (UllimSdp) sdp = NULL;
  g_autofree char     *copy = NULL;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  if (length > ULLIM_SDP_MAX_BYTES) {
    fail (error, ULLIM_SDP_ERROR_TOO_LONG, "Too many bytes", "v=");
    return NULL;
  }
  if (length > 0 && !g_utf8_validate_len (text, length, NULL)) { /* refuses NUL, too */
    fail (error, ULLIM_SDP_ERROR_ENCODING, "Not UTF-8", "v=");
    return NULL;
  }
  sdp = sdp_alloc ();
  copy = g_strndup (text, length);
  return read_lines (sdp, copy, error) ? g_steal_pointer (&sdp) : NULL;
}

/* ---- making ---- */

static gboolean
has_line_end (const char *text)
{
  return text && strpbrk (text, "\r\n");
}

UllimSdpMedia *
ullim_sdp_add_media (UllimSdp *sdp, const char *type, guint16 port, const char *protocol)
{
  UllimSdpMedia *media;

  g_return_val_if_fail (is_token (type) && is_protocol (protocol), NULL);

  media = g_new0 (UllimSdpMedia, 1);
  section_init (&media->section);
  media->type = g_strdup (type);
  media->port = port;
  media->n_ports = 1;
  media->protocol = g_strdup (protocol);
  media->formats = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (sdp->media, media);
  return media;
}

void
ullim_sdp_media_add_format (UllimSdpMedia *media, const char *format)
{
  g_return_if_fail (is_token (format));

  g_ptr_array_add (media->formats, g_strdup (format));
}

void
ullim_sdp_section_add (UllimSdpSection *section, const char *name, const char *value)
{
  UllimSdpAttribute *attribute;

  g_return_if_fail (is_token (name) && !has_line_end (value));

  attribute = g_new0 (UllimSdpAttribute, 1);
  attribute->name = g_strdup (name);
  attribute->value = g_strdup (value);
  g_ptr_array_add (section->attributes, attribute);
}

/* ---- writing ---- */

static const char *
address_type (const char *address)
{
  return strchr (address, ':') ? "IP6" : "IP4";
}

static void
write_section (GString *text, const UllimSdpSection *section)
{
  if (section->title)
    g_string_append_printf (text, "i=%s\r\n", section->title);
  if (section->address)
    g_string_append_printf (text, "c=IN %s %s\r\n", address_type (section->address),
                            section->address);
  for (guint i = 0; i < section->bandwidths->len; i++)
    g_string_append_printf (text, "b=%s\r\n", (char *) g_ptr_array_index (section->bandwidths, i));
}

static void
write_attributes (GString *text, const UllimSdpSection *section)
{
  for (guint i = 0; i < section->attributes->len; i++) {
    const UllimSdpAttribute *attribute = g_ptr_array_index (section->attributes, i);

    g_string_append_printf (text, "a=%s%s%s\r\n", attribute->name, attribute->value ? ":" : "",
                            attribute->value ? attribute->value : "");
  }
}

static void
write_media (GString *text, const UllimSdpMedia *media)
{
  g_string_append_printf (text, "m=%s %u", media->type, media->port);
  if (media->n_ports > 1)
    g_string_append_printf (text, "/%u", media->n_ports);
  g_string_append_printf (text, " %s", media->protocol);
  for (guint i = 0; i < media->formats->len; i++)
    g_string_append_printf (text, " %s", (char *) g_ptr_array_index (media->formats, i));
  g_string_append (text, "\r\n");
  write_section (text, &media->section);
  write_attributes (text, &media->section);
}

char *
ullim_sdp_to_string (const UllimSdp *sdp)
{
  GString *text = g_string_new ("v=0\r\n");

  g_string_append_printf (
      text, "o=%s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " IN %s %s\r\ns=%s\r\n", sdp->user,
      sdp->session_id, sdp->version, address_type (sdp->origin), sdp->origin, sdp->name);
  write_section (text, &sdp->section);
  g_string_append (text, "t=0 0\r\n");
  write_attributes (text, &sdp->section);
  for (guint i = 0; i < sdp->media->len; i++)
    write_media (text, g_ptr_array_index (sdp->media, i));
  return g_string_free (text, FALSE);
}

/* ---- asking ---- */

const char *
ullim_sdp_section_get (const UllimSdpSection *section, const char *name)
{
  for (guint i = 0; i < section->attributes->len; i++) {
    const UllimSdpAttribute *attribute = g_ptr_array_index (section->attributes, i);

    if (strcmp (attribute->name, name) == 0)
      return attribute->value ? attribute->value : "";
  }
  return NULL;
}

const char *
ullim_sdp_media_address (const UllimSdp *sdp, const UllimSdpMedia *media)
{
  return media->section.address ? media->section.address : sdp->section.address;
}

static gboolean
find_direction (const UllimSdpSection *section, UllimSdpDirection *out)
{
  for (guint i = 0; i < G_N_ELEMENTS (direction_names); i++) {
    if (ullim_sdp_section_get (section, direction_names[i])) {
      *out = i;
      return TRUE;
    }
  }
  return FALSE;
}

UllimSdpDirection
ullim_sdp_media_direction (const UllimSdp *sdp, const UllimSdpMedia *media)
{
  UllimSdpDirection direction = ULLIM_SDP_SENDRECV;

  if (!find_direction (&media->section, &direction))
    find_direction (&sdp->section, &direction);
  return direction;
}

const char *
ullim_sdp_direction_name (UllimSdpDirection direction)
{
  g_return_val_if_fail (direction <= ULLIM_SDP_SENDRECV, NULL);

  return direction_names[direction];
}

UllimSdpDirection
ullim_sdp_direction_answer (UllimSdpDirection offered)
{
  g_return_val_if_fail (offered <= ULLIM_SDP_SENDRECV, ULLIM_SDP_INACTIVE);

  return ((offered & ULLIM_SDP_SENDONLY) ? ULLIM_SDP_RECVONLY : 0) |
         ((offered & ULLIM_SDP_RECVONLY) ? ULLIM_SDP_SENDONLY : 0);
}
