/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTTP Digest: RFC 3261 section 22 for its use in SIP, RFC 7616 section 3.4 for the arithmetic,
 * RFC 8760 for the algorithms. SHA-512/256 is OpenSSL's because GLib has none.
 */
#define G_LOG_DOMAIN "digest"

#include "digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

/* Parameters of one challenge, known and unknown ones. */
#define MAX_PARAMS 32
/* Room that what is hashed usually fits in, so that no copy of a password is left behind. */
#define USUAL_INPUT_BYTES 1024

/* ---- the arithmetic ---- */

static const char *const algorithm_names[ULLIM_DIGEST_N_ALGORITHMS] = {
    [ULLIM_DIGEST_MD5] = "MD5",
    [ULLIM_DIGEST_SHA256] = "SHA-256",
    [ULLIM_DIGEST_SHA512_256] = "SHA-512-256",
};

gboolean
ullim_digest_algorithm_from_name (const char *name, UllimDigestAlgorithm *algorithm)
{
  for (guint i = 0; i < ULLIM_DIGEST_N_ALGORITHMS; i++) {
    if (!name || g_ascii_strcasecmp (name, algorithm_names[i]) == 0) {
      *algorithm = i;
      return TRUE;
    }
  }
  return FALSE;
}

const char *
ullim_digest_algorithm_name (UllimDigestAlgorithm algorithm)
{
  g_return_val_if_fail (algorithm < ULLIM_DIGEST_N_ALGORITHMS, NULL);

  return algorithm_names[algorithm];
}

static void
hash_sha512_256 (const GString *text, char *out)
{
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int  length = 0;

  if (!EVP_Digest (text->str, text->len, hash, &length, EVP_sha512_256 (), NULL))
    g_error ("OpenSSL cannot compute SHA-512/256");
  for (guint i = 0; i < length; i++)
    g_snprintf (out + 2 * i, 3, "%02x", hash[i]);
}

/* H() of the parts joined by ":", up to the NULL that ends them. MD5 is GLib's because a system
 * policy may take it out of OpenSSL. */
static void G_GNUC_NULL_TERMINATED
hash_joined (UllimDigestAlgorithm algorithm, char *out, const char *first, ...)
{
  GString *text = g_string_sized_new (USUAL_INPUT_BYTES);
  va_list  parts;

  va_start (parts, first);
  g_string_append (text, first);
  for (const char *part; (part = va_arg (parts, const char *));) {
    g_string_append_c (text, ':');
    g_string_append (text, part);
  }
  va_end (parts);

  if (algorithm == ULLIM_DIGEST_SHA512_256) {
    hash_sha512_256 (text, out);
  } else {
    GChecksumType    type = algorithm == ULLIM_DIGEST_MD5 ? G_CHECKSUM_MD5 : G_CHECKSUM_SHA256;
    g_autofree char *hash = g_compute_checksum_for_data (type, (guchar *) text->str, text->len);

    g_strlcpy (out, hash, ULLIM_DIGEST_HEX_SIZE);
  }
  OPENSSL_cleanse (text->str, text->len);
  g_string_free (text, TRUE);
}

void
ullim_digest_ha1 (UllimDigestAlgorithm algorithm,
                  const char          *user,
                  const char          *realm,
                  const char          *password,
                  char                *out)
{
  g_return_if_fail (algorithm < ULLIM_DIGEST_N_ALGORITHMS);

  hash_joined (algorithm, out, user, realm, password, NULL);
}

void
ullim_digest_response (UllimDigestAlgorithm algorithm,
                       const char          *ha1,
                       const char          *nonce,
                       const char          *nc,
                       const char          *cnonce,
                       const char          *qop,
                       const char          *method,
                       const char          *uri,
                       char                *out)
{
  char ha2[ULLIM_DIGEST_HEX_SIZE];

  g_return_if_fail (algorithm < ULLIM_DIGEST_N_ALGORITHMS);
  g_return_if_fail (!qop || (nc && cnonce));

  hash_joined (algorithm, ha2, method, uri, NULL);
  if (qop)
    hash_joined (algorithm, out, ha1, nonce, nc, cnonce, qop, ha2, NULL);
  else
    hash_joined (algorithm, out, ha1, nonce, ha2, NULL);
}

/* ---- reading ---- */

static gboolean
is_space (char c)
{
  /* CR and LF only come from a folded header (RFC 3261 section 7.3.1). */
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *
skip_space (const char *p)
{
  while (is_space (*p))
    p++;
  return p;
}

static gboolean
is_token_char (char c)
{
  return g_ascii_isalnum (c) || (c && strchr ("-.!%*_+`'~", c));
}

static char *
read_token (const char **at)
{
  const char *start = *at;

  while (is_token_char (**at))
    (*at)++;
  return *at > start ? g_strndup (start, *at - start) : NULL;
}

/* Returns: what stands between the quotes, without its backslashes; NULL if damaged */
static char *
read_quoted (const char **at)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const char         *p = *at + 1;

  for (; *p && *p != '"'; p++) {
    if (*p == '\\')
      p++;
    /* A line end in a value could become a header of its own in what we send. */
    if (g_ascii_iscntrl (*p) && *p != '\t')
      return NULL;
    g_string_append_c (out, *p);
  }
  if (*p != '"')
    return NULL;
  *at = p + 1;
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Unquoted values in the wild hold more than a token may: base64 nonces, URIs. */
static char *
read_bare (const char **at)
{
  const char *start = *at;

  while (g_ascii_isgraph (**at) && **at != ',' && **at != '"')
    (*at)++;
  return *at > start ? g_strndup (start, *at - start) : NULL;
}

static char **
find_field (UllimDigestParams *params, const char *name)
{
  const struct {
    const char *name;
    char      **field;
  } fields[] = {
      {"username", &params->username}, {"realm", &params->realm},
      {"nonce", &params->nonce},       {"uri", &params->uri},
      {"response", &params->response}, {"algorithm", &params->algorithm},
      {"opaque", &params->opaque},     {"qop", &params->qop},
      {"cnonce", &params->cnonce},     {"nc", &params->nc},
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (strcmp (name, fields[i].name) == 0)
      return fields[i].field;
  return NULL;
}

/* Reads one name=value; FALSE if damaged or repeated. */
static gboolean
read_param (UllimDigestParams *params, const char **at, GHashTable *seen)
{
  g_autofree char *written = read_token (at);
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;
  char           **field;

  *at = skip_space (*at);
  if (!written || **at != '=')
    return FALSE;
  *at = skip_space (*at + 1);
  value = **at == '"' ? read_quoted (at) : read_bare (at);
  *at = skip_space (*at);
  if (!value || (**at && **at != ','))
    return FALSE;
  name = g_ascii_strdown (written, -1);
  field = find_field (params, name);
  if (strcmp (name, "stale") == 0)
    params->stale = g_ascii_strcasecmp (value, "true") == 0;
  else if (field && !*field)
    *field = g_steal_pointer (&value);
  return g_hash_table_add (seen, g_steal_pointer (&name)) && g_hash_table_size (seen) <= MAX_PARAMS;
}

/* Skips the word "Digest"; NULL if another scheme stands there. */
static const char *
skip_scheme (const char *header)
{
  const char      *p = skip_space (header);
  const char      *start = p;
  g_autofree char *scheme = read_token (&p);

  if (*skip_space (p) == '=')
    return start;
  if (!scheme || g_ascii_strcasecmp (scheme, "Digest") != 0 || !is_space (*p))
    return NULL;
  return skip_space (p);
}

UllimDigestParams *
ullim_digest_params_parse (const char *header)
{
  g_autoptr (UllimDigestParams) params = g_new0 (UllimDigestParams, 1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char            *p;

  g_return_val_if_fail (header != NULL, NULL);

  if (strnlen (header, ULLIM_DIGEST_MAX_HEADER_BYTES + 1) > ULLIM_DIGEST_MAX_HEADER_BYTES ||
      !g_utf8_validate (header, -1, NULL))
    return NULL;
  p = skip_scheme (header);
  if (!p)
    return NULL;
  while (*p) {
    /* Empty elements of a list are no error (RFC 9110 section 5.6.1.2). */
    if (*p != ',' && !read_param (params, &p, seen))
      return NULL;
    if (*p)
      p = skip_space (p + 1);
  }
  return g_hash_table_size (seen) > 0 ? g_steal_pointer (&params) : NULL;
}

void
ullim_digest_params_free (UllimDigestParams *params)
{
  if (!params)
    return;
  g_free (params->username);
  g_free (params->realm);
  g_free (params->nonce);
  g_free (params->uri);
  g_free (params->response);
  g_free (params->algorithm);
  g_free (params->opaque);
  g_free (params->qop);
  g_free (params->cnonce);
  g_free (params->nc);
  g_free (params);
}

/* ---- answering ---- */

static gboolean
is_quotable (const char *value)
{
  for (const char *p = value; *p; p++)
    if (g_ascii_iscntrl (*p) && *p != '\t')
      return FALSE;
  return TRUE;
}

static void
append_quoted (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, ", %s=\"", name);
  for (const char *p = value; *p; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_c (out, '\\');
    g_string_append_c (out, *p);
  }
  g_string_append_c (out, '"');
}

/* Which protection to use: NULL is the form of RFC 2069, for servers that offer none. */
static gboolean
choose_qop (const char *offered, const char **qop)
{
  g_auto (GStrv) list = g_strsplit_set (offered ? offered : "", ", \t", -1);
  gboolean       any = FALSE;

  *qop = NULL;
  for (int i = 0; list[i]; i++) {
    any |= *list[i] != '\0';
    if (g_ascii_strcasecmp (list[i], "auth") == 0)
      *qop = "auth";
  }
  return *qop || !any;
}

char *
ullim_digest_answer (const UllimDigestParams *challenge,
                     const char              *user,
                     const char              *password,
                     const char              *method,
                     const char              *uri,
                     guint32                  nc,
                     const char              *cnonce)
{
  g_autoptr (GString)  out = NULL;
  UllimDigestAlgorithm algorithm;
  const char          *qop;
  char                 count[9];
  char                 ha1[ULLIM_DIGEST_HEX_SIZE];
  char                 response[ULLIM_DIGEST_HEX_SIZE];

  if (!challenge->realm || !challenge->nonce ||
      !ullim_digest_algorithm_from_name (challenge->algorithm, &algorithm) ||
      !choose_qop (challenge->qop, &qop) || !is_quotable (user) || !is_quotable (uri) ||
      !is_quotable (cnonce))
    return NULL;

  g_snprintf (count, sizeof count, "%08x", nc);
  ullim_digest_ha1 (algorithm, user, challenge->realm, password, ha1);
  ullim_digest_response (algorithm, ha1, challenge->nonce, count, cnonce, qop, method, uri,
                         response);
  OPENSSL_cleanse (ha1, sizeof ha1);

  out = g_string_new ("Digest");
  append_quoted (out, "username", user);
  append_quoted (out, "realm", challenge->realm);
  append_quoted (out, "nonce", challenge->nonce);
  append_quoted (out, "uri", uri);
  append_quoted (out, "response", response);
  /* Named only where the challenge names it: before RFC 2617 there was none. */
  if (challenge->algorithm)
    g_string_append_printf (out, ", algorithm=%s", ullim_digest_algorithm_name (algorithm));
  if (challenge->opaque)
    append_quoted (out, "opaque", challenge->opaque);
  if (qop) {
    append_quoted (out, "cnonce", cnonce);
    g_string_append_printf (out, ", qop=%s, nc=%s", qop, count);
  }
  /* The first parameter follows the scheme without a comma. */
  g_string_erase (out, strlen ("Digest"), 1);
  return g_string_free (g_steal_pointer (&out), FALSE);
}
