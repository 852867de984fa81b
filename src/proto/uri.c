/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SIP, SIPS and tel URIs: RFC 3261 sections 19.1 and 25.1, RFC 3966. The user part is kept decoded,
 * except where the decoded character would mean something else: reserved characters, "%" itself,
 * what is no UTF-8, and characters that cannot be seen. A "%" followed by two hexadecimal digits in
 * UllimUri.user is therefore always such an escape.
 */
#define G_LOG_DOMAIN "uri"

#include "uri.h"

#include <arpa/inet.h>
#include <string.h>

/* RFC 3261 section 25.1 */
#define MARK "-_.!~*'()"
#define USER_UNRESERVED "&=+$,;?/"
#define PARAM_UNRESERVED "[]/:&+$"
#define HEADER_UNRESERVED "[]/?:+$"
/* RFC 3966 section 3 */
#define VISUAL_SEPARATORS "-.()"

#define MAX_HOST_BYTES 253
#define MAX_LABEL_BYTES 63
#define MAX_PORT 65535
#define DEFAULT_PORT 5060
#define DEFAULT_TLS_PORT 5061

G_DEFINE_QUARK (ullim - uri - error - quark, ullim_uri_error)

static const char *const scheme_names[] = {
    [ULLIM_URI_SIP] = "sip",
    [ULLIM_URI_SIPS] = "sips",
    [ULLIM_URI_TEL] = "tel",
};

static gboolean
syntax_error (GError **error, const char *what)
{
  g_set_error (error, ULLIM_URI_ERROR, ULLIM_URI_ERROR_SYNTAX, "Not an address: %s", what);
  return FALSE;
}

static gboolean
is_one_of (char c, const char *set)
{
  return c != '\0' && strchr (set, c) != NULL;
}

static gboolean
is_unreserved (char c)
{
  return g_ascii_isalnum (c) || is_one_of (c, MARK);
}

static gboolean
is_escape (const char *at)
{
  return at[0] == '%' && g_ascii_isxdigit (at[1]) && g_ascii_isxdigit (at[2]);
}

static char
escaped_char (const char *at)
{
  return (char) (g_ascii_xdigit_value (at[1]) << 4 | g_ascii_xdigit_value (at[2]));
}

static void
append_escaped (GString *out, char c)
{
  g_string_append_printf (out, "%%%02X", (guchar) c);
}

/* Whether all of @text is unreserved, escaped or in @extra. */
static gboolean
is_made_of (const char *text, const char *extra)
{
  for (const char *p = text; *p; p++) {
    if (is_escape (p))
      p += 2;
    else if (!is_unreserved (*p) && !is_one_of (*p, extra))
      return FALSE;
  }
  return TRUE;
}

/* ---- the user part ---- */

/* Whether an escaped character would mean something else without its escape. */
static gboolean
stays_escaped (char c)
{
  return c == '%' || g_ascii_iscntrl (c) || is_one_of (c, USER_UNRESERVED);
}

/* Undoes the escapes that do not change the meaning; NULL if a character may not stand there.
 * Without @with_utf8 all that is not ASCII is escaped. */
static GString *
unescape_user (const char *raw, gboolean with_utf8)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *p = raw; *p; p++) {
    gboolean is_escaped = is_escape (p);
    char     c = is_escaped ? escaped_char (p) : *p;
    gboolean is_ascii = (guchar) c < 0x80;

    if (!is_escaped && is_ascii && !is_unreserved (c) && !is_one_of (c, USER_UNRESERVED))
      return NULL;
    if (is_ascii ? is_escaped && stays_escaped (c) : !with_utf8)
      append_escaped (out, c);
    else
      g_string_append_c (out, c);
    if (is_escaped)
      p += 2;
  }
  return g_steal_pointer (&out);
}

/* What cannot be seen stays escaped, so that two addresses that look alike are alike. */
static char *
escape_invisible (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    const char *end = g_utf8_next_char (p);

    if (*p == ' ' || g_unichar_isgraph (g_utf8_get_char (p)))
      g_string_append_len (out, p, end - p);
    else
      for (const char *byte = p; byte < end; byte++)
        append_escaped (out, *byte);
  }
  return g_string_free (out, FALSE);
}

static char *
decode_user (const char *raw)
{
  g_autoptr (GString) decoded = unescape_user (raw, TRUE);

  if (decoded && !g_utf8_validate (decoded->str, decoded->len, NULL)) {
    g_string_free (decoded, TRUE);
    decoded = unescape_user (raw, FALSE);
  }
  return decoded ? escape_invisible (decoded->str) : NULL;
}

static void
append_user (GString *out, const char *user)
{
  for (const char *p = user; *p; p++) {
    if (is_escape (p) || is_unreserved (*p) || is_one_of (*p, USER_UNRESERVED))
      g_string_append_c (out, *p);
    else
      append_escaped (out, *p);
  }
}

/* ---- host and port ---- */

static gboolean
is_host_name (const char *host)
{
  g_auto (GStrv) labels = NULL;
  const char    *last = NULL;

  if (strlen (host) > MAX_HOST_BYTES)
    return FALSE;
  labels = g_strsplit (host, ".", -1);
  for (int i = 0; labels[i]; i++) {
    gsize length = strlen (labels[i]);

    /* "_" is in no host name by RFC 1123, but in many private networks. */
    if (length == 0 || length > MAX_LABEL_BYTES || labels[i][0] == '-' ||
        labels[i][length - 1] == '-' ||
        strspn (labels[i], "abcdefghijklmnopqrstuvwxyz0123456789-_") != length)
      return FALSE;
    last = labels[i];
  }
  /* Otherwise it is a damaged IPv4 address. */
  return last && strspn (last, "0123456789") != strlen (last);
}

/* Returns: the host in its one canonical spelling, or NULL */
static char *
canonical_host (const char *text)
{
  gsize            length = strlen (text);
  g_autofree char *host = g_ascii_strdown (text, -1);
  char             address[INET6_ADDRSTRLEN];
  struct in6_addr  ipv6;
  struct in_addr   ipv4;

  if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
    host[length - 1] = '\0';
    if (inet_pton (AF_INET6, host + 1, &ipv6) != 1)
      return NULL;
    return g_strdup_printf ("[%s]", inet_ntop (AF_INET6, &ipv6, address, sizeof address));
  }
  if (inet_pton (AF_INET, host, &ipv4) == 1)
    return g_steal_pointer (&host);
  /* The dot of the root is the same name. */
  if (length > 1 && host[length - 1] == '.')
    host[length - 1] = '\0';
  return is_host_name (host) ? g_steal_pointer (&host) : NULL;
}

static gboolean
parse_port (const char *text, guint16 *port)
{
  guint64 value = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 1, MAX_PORT, &value, NULL))
    return FALSE;
  *port = (guint16) value;
  return TRUE;
}

static gboolean
parse_hostport (const char *text, char **host, guint16 *port)
{
  const char      *bracket = text[0] == '[' ? strchr (text, ']') : NULL;
  const char      *colon = strchr (bracket ? bracket : text, ':');
  g_autofree char *name = colon ? g_strndup (text, colon - text) : g_strdup (text);

  *port = 0;
  *host = canonical_host (name);
  if (*host && (!colon || parse_port (colon + 1, port)))
    return TRUE;
  g_clear_pointer (host, g_free);
  return FALSE;
}

/* ---- parameters and headers ---- */

/* Whether @text is a list of name[=value]; @needs_value: an element without "=" is an error. */
static gboolean
is_list (const char *text, const char *separator, const char *extra, gboolean needs_value)
{
  g_auto (GStrv)         elements = g_strsplit (text, separator, -1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!elements[0])
    return FALSE;
  for (int i = 0; elements[i]; i++) {
    char *value = strchr (elements[i], '=');

    if (value)
      *value++ = '\0';
    else if (needs_value)
      return FALSE;
    if (elements[i][0] == '\0' || !is_made_of (elements[i], extra) ||
        (value && !is_made_of (value, extra)))
      return FALSE;
    /* A parameter may stand once only; a header may be repeated (RFC 3261 section 19.1.1). */
    if (!needs_value && !g_hash_table_add (seen, g_ascii_strdown (elements[i], -1)))
      return FALSE;
  }
  return TRUE;
}

/* Takes ";params?headers" off @rest. */
static gboolean
split_tail (UllimUri *uri, char *rest, GError **error)
{
  char *params = rest + strcspn (rest, ";?");
  char *headers = strchr (params, '?');

  if (headers) {
    *headers++ = '\0';
    if (!is_list (headers, "&", HEADER_UNRESERVED, TRUE))
      return syntax_error (error, "damaged headers");
    uri->headers = g_strdup (headers);
  }
  if (*params) {
    *params++ = '\0';
    if (!is_list (params, ";", PARAM_UNRESERVED, FALSE))
      return syntax_error (error, "damaged parameters");
    uri->params = g_strdup (params);
  }
  return TRUE;
}

/* ---- the schemes ---- */

/* sip and sips: RFC 3261 section 25.1 */
static gboolean
parse_sip (UllimUri *uri, char *rest, GError **error)
{
  char *at = strchr (rest, '@');

  if (at) {
    *at = '\0';
    if (*rest == '\0')
      return syntax_error (error, "empty name before @");
    if (strchr (rest, ':'))
      return syntax_error (error, "a colon in the name");
    uri->user = decode_user (rest);
    if (!uri->user)
      return syntax_error (error, "a character in the name that must be escaped");
    rest = at + 1;
  }
  if (!split_tail (uri, rest, error))
    return FALSE;
  if (!parse_hostport (rest, &uri->host, &uri->port))
    return syntax_error (error, "damaged host or port");
  return TRUE;
}

/* A number without its visual separators; NULL if it is none. */
static char *
bare_number (const char *text, const char *separators)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean            global = text[0] == '+';

  for (const char *p = text; *p; p++) {
    if (is_one_of (*p, separators))
      continue;
    if (*p == '+' ? p != text
        : global  ? !g_ascii_isdigit (*p)
                  : !g_ascii_isxdigit (*p) && !is_one_of (*p, "*#"))
      return NULL;
    g_string_append_c (out, g_ascii_toupper (*p));
  }
  if (out->len < (global ? 2 : 1))
    return NULL;
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* RFC 3966 section 3; a local number without phone-context is read too: links on pages lack it. */
static gboolean
parse_tel (UllimUri *uri, char *rest, GError **error)
{
  if (!split_tail (uri, rest, error))
    return FALSE;
  if (uri->headers)
    return syntax_error (error, "headers in a telephone number");
  uri->user = bare_number (rest, VISUAL_SEPARATORS);
  if (!uri->user)
    return syntax_error (error, "not a telephone number");
  return TRUE;
}

/* Returns: where the part after the colon starts, or NULL if @text has no scheme */
static const char *
after_scheme (const char *text)
{
  const char *p = text;

  if (!g_ascii_isalpha (*p))
    return NULL;
  while (g_ascii_isalnum (*p) || is_one_of (*p, "+-."))
    p++;
  return *p == ':' ? p + 1 : NULL;
}

static gboolean
parse_scheme (const char *text, const char *end, UllimUriScheme *scheme, GError **error)
{
  gsize length = end - text - 1;

  for (guint i = 0; i < G_N_ELEMENTS (scheme_names); i++) {
    if (strlen (scheme_names[i]) == length &&
        !g_ascii_strncasecmp (text, scheme_names[i], length)) {
      *scheme = i;
      return TRUE;
    }
  }
  g_set_error (error, ULLIM_URI_ERROR, ULLIM_URI_ERROR_SCHEME, "Not a SIP or telephone address");
  return FALSE;
}

static gboolean
check_size (const char *text, GError **error)
{
  if (strnlen (text, ULLIM_URI_MAX_BYTES + 1) <= ULLIM_URI_MAX_BYTES)
    return TRUE;
  g_set_error (error, ULLIM_URI_ERROR, ULLIM_URI_ERROR_TOO_LONG, "Address too long");
  return FALSE;
}

UllimUri *
ullim_uri_parse (const char *text, GError **error)
{
  g_autoptr (UllimUri) uri = g_new0 (UllimUri, 1);
  g_autofree char     *rest = NULL;
  g_autofree char     *canonical = NULL;
  const char          *start;

  g_return_val_if_fail (text != NULL, NULL);

  if (!check_size (text, error))
    return NULL;
  start = after_scheme (text);
  if (!start || !g_utf8_validate (text, -1, NULL)) {
    syntax_error (error, start ? "not UTF-8" : "no scheme");
    return NULL;
  }
  if (!parse_scheme (text, start, &uri->scheme, error))
    return NULL;
  rest = g_strdup (start);
  if (uri->scheme == ULLIM_URI_TEL ? !parse_tel (uri, rest, error) : !parse_sip (uri, rest, error))
    return NULL;
  /* What is read can be written: escapes count. */
  canonical = ullim_uri_to_string (uri);
  return check_size (canonical, error) ? g_steal_pointer (&uri) : NULL;
}

void
ullim_uri_free (UllimUri *uri)
{
  if (!uri)
    return;
  g_free (uri->user);
  g_free (uri->host);
  g_free (uri->params);
  g_free (uri->headers);
  g_free (uri);
}

/* ---- what people type ---- */

/* Full-width Latin, as a Korean or Japanese input method leaves it, becomes ASCII; composed form;
 * white space of every kind becomes a blank. */
static char *
plain_text (const char *text)
{
  g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
  GString         *out = g_string_new (NULL);

  for (const char *p = composed; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c >= 0xff01 && c <= 0xff5e)
      c -= 0xff01 - '!';
    else if (g_unichar_isspace (c))
      c = ' ';
    else if (c == 0x200b || c == 0x2060 || c == 0xfeff)
      continue; /* invisible marks that come along with a copied address */
    g_string_append_unichar (out, c);
  }
  return g_strstrip (g_string_free (out, FALSE));
}

static gboolean
has_known_scheme (const char *text)
{
  const char    *end = after_scheme (text);
  UllimUriScheme scheme;

  return end && parse_scheme (text, end, &scheme, NULL);
}

/* Of "Name <address>" and of words around an address, the address; NULL if it is not one only. */
static char *
pick_address (const char *text)
{
  const char    *open = strrchr (text, '<');
  const char    *close = open ? strchr (open, '>') : NULL;
  g_auto (GStrv) words = NULL;
  const char    *found = NULL;

  if (close)
    return g_strstrip (g_strndup (open + 1, close - open - 1));
  if (!strchr (text, ' '))
    return g_strdup (text);
  words = g_strsplit (text, " ", -1);
  for (int i = 0; words[i]; i++) {
    if (!strchr (words[i], '@') && !has_known_scheme (words[i]))
      continue;
    if (found)
      return NULL;
    found = words[i];
  }
  return found ? g_strdup (found) : NULL;
}

/* No top-level domain mixes Latin with other letters: what follows "example.org" in
 * "example.org에게" is a particle of the sentence. */
static void
cut_particle (char *host)
{
  char *dot = strrchr (host, '.');
  char *label = dot ? dot + 1 : host;

  if (!g_ascii_isalnum (*label))
    return;
  for (char *p = label; *p; p++) {
    if ((guchar) *p >= 0x80) {
      *p = '\0';
      return;
    }
  }
}

/* The host of @text, which has a scheme, from the language of its people to that of DNS
 * (RFC 5890). */
static char *
with_ascii_host (const char *text)
{
  const char      *at = strrchr (text, '@');
  const char      *start = at ? at + 1 : after_scheme (text);
  gsize            length = strcspn (start, ":;?");
  g_autofree char *host = g_strndup (start, length);
  g_autofree char *ascii = NULL;

  if (start[0] == '[' || g_str_is_ascii (host))
    return g_strdup (text);
  cut_particle (host);
  ascii = g_hostname_to_ascii (host);
  if (!ascii)
    return g_strdup (text);
  return g_strdup_printf ("%.*s%s%s", (int) (start - text), text, ascii, start + length);
}

static gboolean
is_numeric_host (const char *text)
{
  g_autofree char *host = NULL;
  guint16          port;
  struct in_addr   ipv4;

  return parse_hostport (text, &host, &port) &&
         (host[0] == '[' || inet_pton (AF_INET, host, &ipv4) == 1);
}

/* A phone number as people write it, or NULL. "1001" is taken for a name: the number of a desk. */
static char *
typed_number (const char *text)
{
  gboolean         is_written_as_number = text[0] == '+' || strpbrk (text, VISUAL_SEPARATORS " ");
  g_autofree char *number = NULL;

  if (!is_written_as_number ||
      strspn (text, "+0123456789*#" VISUAL_SEPARATORS " ") != strlen (text))
    return NULL;
  number = bare_number (text, VISUAL_SEPARATORS " ");
  return g_steal_pointer (&number);
}

/* A name or a number without a host. */
static char *
complete_name (const char *name, const char *default_host)
{
  g_autofree char    *number = typed_number (name);
  g_autofree char    *host = NULL;
  guint16             port;
  g_autoptr (GString) out = g_string_new ("sip:");

  if (!default_host || !parse_hostport (default_host, &host, &port))
    return number && number[0] == '+' ? g_strconcat ("tel:", number, NULL) : NULL;
  append_user (out, number ? number : name);
  g_string_append_printf (out, "@%s", default_host);
  /* RFC 3261 section 19.1.6 */
  if (number)
    g_string_append (out, ";user=phone");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char *
complete_typed (const char *text, const char *default_host)
{
  g_autofree char *number = typed_number (text);
  g_autofree char *address = number ? g_strdup (text) : pick_address (text);
  g_autofree char *full = NULL;

  if (!address || !*address)
    return NULL;
  if (after_scheme (address))
    full = g_strdup (address);
  else if (strchr (address, '@') || is_numeric_host (address))
    full = g_strconcat ("sip:", address, NULL);
  else
    return complete_name (address, default_host);
  return has_known_scheme (full) ? with_ascii_host (full) : g_steal_pointer (&full);
}

UllimUri *
ullim_uri_parse_typed (const char *text, const char *default_host, GError **error)
{
  g_autofree char *plain = NULL;
  g_autofree char *full = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (!check_size (text, error))
    return NULL;
  if (!g_utf8_validate (text, -1, NULL)) {
    syntax_error (error, "not UTF-8");
    return NULL;
  }
  plain = plain_text (text);
  full = complete_typed (plain, default_host);
  if (!full) {
    syntax_error (error, "neither a name, an address nor a number");
    return NULL;
  }
  return ullim_uri_parse (full, error);
}

/* ---- writing and comparing ---- */

static GString *
start_text (const UllimUri *uri)
{
  GString *out = g_string_new (scheme_names[uri->scheme]);

  g_string_append_c (out, ':');
  if (uri->scheme == ULLIM_URI_TEL)
    return g_string_append (out, uri->user);
  if (uri->user) {
    append_user (out, uri->user);
    g_string_append_c (out, '@');
  }
  g_string_append (out, uri->host);
  if (uri->port)
    g_string_append_printf (out, ":%u", uri->port);
  return out;
}

char *
ullim_uri_to_string (const UllimUri *uri)
{
  GString *out = start_text (uri);

  if (uri->params)
    g_string_append_printf (out, ";%s", uri->params);
  if (uri->headers)
    g_string_append_printf (out, "?%s", uri->headers);
  return g_string_free (out, FALSE);
}

char *
ullim_uri_to_aor (const UllimUri *uri)
{
  return g_string_free (start_text (uri), FALSE);
}

/* All escapes undone, but for those that would give no text. */
static void
append_key_user (GString *out, const char *user)
{
  g_autofree char *decoded = g_uri_unescape_string (user, NULL);

  g_string_append (out, decoded && g_utf8_validate (decoded, -1, NULL) ? decoded : user);
}

char *
ullim_uri_key (const UllimUri *uri)
{
  guint16  usual = uri->scheme == ULLIM_URI_SIPS ? DEFAULT_TLS_PORT : DEFAULT_PORT;
  GString *out = g_string_new (NULL);

  if (uri->scheme == ULLIM_URI_TEL) {
    g_string_append_printf (out, "tel:%s", uri->user);
    return g_string_free (out, FALSE);
  }
  if (uri->user) {
    append_key_user (out, uri->user);
    g_string_append_c (out, '@');
  }
  g_string_append (out, uri->host);
  if (uri->port && uri->port != usual)
    g_string_append_printf (out, ":%u", uri->port);
  return g_string_free (out, FALSE);
}

char *
ullim_uri_param (const UllimUri *uri, const char *name)
{
  g_auto (GStrv) elements = g_strsplit (uri->params ? uri->params : "", ";", -1);

  for (int i = 0; elements[i]; i++) {
    char *value = strchr (elements[i], '=');
    char *decoded;

    if (value)
      *value++ = '\0';
    if (g_ascii_strcasecmp (elements[i], name) != 0)
      continue;
    decoded = g_uri_unescape_string (value ? value : "", NULL);
    if (decoded && g_utf8_validate (decoded, -1, NULL))
      return decoded;
    g_free (decoded);
    return g_strdup (value);
  }
  return NULL;
}
