/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's half of digest authentication. Sofia's own module knows MD5 only, so the check is
 * ours. An unknown name and a wrong password are answered alike.
 */
#define G_LOG_DOMAIN "server-auth"

#include "server-auth.h"

#include "server-nonces.h"

#include <openssl/crypto.h>
#include <sofia-sip/msg_header.h>
#include <sofia-sip/url.h>
#include <stdlib.h>
#include <string.h>

/* Longest parameter that is read; a longer one makes the credentials worthless. */
#define MAX_PARAM 512
#define NC_DIGITS 8

struct _UllimServerAuth {
  char                *realm;
  UllimServerAccounts *accounts; /* weak */
  UllimServerNonces   *nonces;
  guint64              n_http_requests; /* none is the repetition of another */
};

typedef struct {
  char username[MAX_PARAM];
  char realm[MAX_PARAM];
  char nonce[MAX_PARAM];
  char uri[MAX_PARAM];
  char response[MAX_PARAM];
  char algorithm[MAX_PARAM];
  char cnonce[MAX_PARAM];
  char qop[MAX_PARAM];
  char nc[MAX_PARAM];
} Credentials;

UllimServerAuth *
ullim_server_auth_new (const char *realm, UllimServerAccounts *accounts)
{
  UllimServerAuth *self = g_new0 (UllimServerAuth, 1);

  self->realm = g_strdup (realm);
  self->accounts = accounts;
  self->nonces = ullim_server_nonces_new ();
  return self;
}

void
ullim_server_auth_free (UllimServerAuth *self)
{
  if (!self)
    return;
  g_free (self->realm);
  ullim_server_nonces_free (self->nonces);
  g_free (self);
}

/* Copies an unquoted parameter; FALSE if it does not fit. An absent one becomes "". */
static gboolean
read_param (const msg_auth_t *header, const char *name, char *out)
{
  const char *value = msg_header_find_param (header->au_common, name);
  gsize       n = 0;
  gboolean    quoted;

  out[0] = '\0';
  if (!value)
    return TRUE;
  quoted = *value == '"';
  for (const char *p = value + quoted; *p && !(quoted && *p == '"'); p++) {
    if (quoted && *p == '\\' && p[1])
      p++;
    if (n + 1 >= MAX_PARAM)
      return FALSE;
    out[n++] = *p;
  }
  out[n] = '\0';
  return TRUE;
}

static gboolean
read_credentials (const msg_auth_t *header, Credentials *out)
{
  return g_ascii_strcasecmp (header->au_scheme, "Digest") == 0 &&
         read_param (header, "username=", out->username) &&
         read_param (header, "realm=", out->realm) && read_param (header, "nonce=", out->nonce) &&
         read_param (header, "uri=", out->uri) && read_param (header, "response=", out->response) &&
         read_param (header, "algorithm=", out->algorithm) &&
         read_param (header, "cnonce=", out->cnonce) && read_param (header, "qop=", out->qop) &&
         read_param (header, "nc=", out->nc);
}

/* A client that knows RFC 2069 only sends neither qop nor count: each nonce is good for one use. */
static gboolean
read_count (const Credentials *credentials, guint32 *count)
{
  char *end;

  *count = 1;
  if (!credentials->qop[0])
    return TRUE;
  if (g_ascii_strcasecmp (credentials->qop, "auth") != 0 || strlen (credentials->nc) != NC_DIGITS)
    return FALSE;
  *count = strtoul (credentials->nc, &end, 16);
  return *end == '\0' && g_ascii_isxdigit (credentials->nc[0]);
}

static gboolean
response_is_right (const Credentials   *credentials,
                   const char          *ha1,
                   UllimDigestAlgorithm algorithm,
                   const char          *uri,
                   const char          *method)
{
  char        expected[ULLIM_DIGEST_HEX_SIZE];
  const char *qop = credentials->qop[0] ? credentials->qop : NULL;
  gsize       length;

  ullim_digest_response (algorithm, ha1, credentials->nonce, credentials->nc, credentials->cnonce,
                         qop, method, uri, expected);
  length = strlen (expected);
  return strlen (credentials->response) == length &&
         CRYPTO_memcmp (credentials->response, expected, length) == 0;
}

/* RFC 7616 section 3.4.6, as leniently as programs and RFC 3261 section 22.4 need it: a REGISTER
 * can only be for the sender, whatever a proxy made of its Request-URI; some programs (SIPp) name
 * no user; parameters and ports get lost on the way. What is left is the person who is meant. */
static gboolean
is_meant_for (char *digest_uri, const sip_request_t *line)
{
  const url_t *target = line->rq_url;
  url_t        meant;

  if (line->rq_method == sip_method_register || !target->url_user)
    return TRUE;
  if (url_d (&meant, digest_uri) != 0 || !meant.url_host ||
      (meant.url_type != url_sip && meant.url_type != url_sips))
    return FALSE;
  return !meant.url_user || (g_ascii_strcasecmp (meant.url_user, target->url_user) == 0 &&
                             g_ascii_strcasecmp (meant.url_host, target->url_host) == 0);
}

/* Whose password is in the response; everything but the nonce and what it is for. */
static const UllimServerAccount *
find_proved (UllimServerAuth   *self,
             const Credentials *credentials,
             const char        *uri,
             const char        *method,
             guint32           *count)
{
  const UllimServerAccount *account;
  UllimDigestAlgorithm      algorithm;

  if (g_ascii_strcasecmp (credentials->realm, self->realm) != 0 ||
      !read_count (credentials, count) ||
      !ullim_digest_algorithm_from_name (credentials->algorithm[0] ? credentials->algorithm : NULL,
                                         &algorithm) ||
      algorithm >= ULLIM_SERVER_N_ALGORITHMS)
    return NULL;
  account = ullim_server_accounts_find (self->accounts, credentials->username);
  return account && response_is_right (credentials, account->ha1[algorithm], algorithm, uri, method)
             ? account
             : NULL;
}

static gboolean
is_stale (UllimServerAuth *self, const Credentials *credentials, guint32 count, guint64 key)
{
  return ullim_server_nonces_use (self->nonces, credentials->nonce, count, key,
                                  g_get_monotonic_time () / G_USEC_PER_SEC) ==
         ULLIM_SERVER_NONCE_STALE;
}

const UllimServerAccount *
ullim_server_auth_check (UllimServerAuth     *self,
                         const msg_auth_t    *header,
                         const sip_request_t *line,
                         guint64              key,
                         gboolean            *stale)
{
  Credentials credentials;

  *stale = FALSE;
  for (; header; header = header->au_next) {
    const UllimServerAccount *account;
    guint32                   count;

    if (!read_credentials (header, &credentials))
      continue;
    account = find_proved (self, &credentials, credentials.uri, line->rq_method_name, &count);
    if (!account || !is_meant_for (credentials.uri, line)) /* changes the text, hence last */
      continue;
    *stale = is_stale (self, &credentials, count, key);
    return *stale ? NULL : account;
  }
  return NULL;
}

static gboolean
copy_param (const char *value, char *out)
{
  return g_strlcpy (out, value ? value : "", MAX_PARAM) < MAX_PARAM;
}

/* Some programs name the whole URI instead of its path (RFC 7616 section 3.4.1 allows both). */
static gboolean
is_target (const char *uri, const char *target)
{
  const char *host = strstr (uri, "://");
  const char *path = host ? strchr (host + 3, '/') : NULL;

  return strcmp (uri, target) == 0 || (*uri != '/' && path && strcmp (path, target) == 0);
}

const UllimServerAccount *
ullim_server_auth_check_http (UllimServerAuth *self,
                              const char      *header,
                              const char      *method,
                              const char      *target,
                              gboolean        *stale)
{
  g_autoptr (UllimDigestParams) params = header ? ullim_digest_params_parse (header) : NULL;
  const UllimServerAccount     *account;
  Credentials                   credentials;
  guint32                       count;

  *stale = FALSE;
  if (!params || !params->uri || !is_target (params->uri, target) ||
      !copy_param (params->username, credentials.username) ||
      !copy_param (params->realm, credentials.realm) ||
      !copy_param (params->nonce, credentials.nonce) ||
      !copy_param (params->response, credentials.response) ||
      !copy_param (params->algorithm, credentials.algorithm) ||
      !copy_param (params->cnonce, credentials.cnonce) ||
      !copy_param (params->qop, credentials.qop) || !copy_param (params->nc, credentials.nc))
    return NULL;
  account = find_proved (self, &credentials, params->uri, method, &count);
  if (account)
    *stale = is_stale (self, &credentials, count, ++self->n_http_requests);
  return *stale ? NULL : account;
}

static gboolean
calls_itself (const char *user_agent, const char *const *prefixes)
{
  for (; user_agent && *prefixes; prefixes++) {
    if (g_str_has_prefix (user_agent, *prefixes))
      return TRUE;
  }
  return FALSE;
}

/* RFC 8760 section 2.4 wants the strongest first, and a client that picks by itself. Many programs
 * take the first challenge or give up: so MD5, which all know, comes first, SHA-256 first to those
 * that are known to choose well, and MD5 alone to those that fail at the sight of another name. */
guint
ullim_server_auth_challenge (UllimServerAuth *self,
                             const char      *user_agent,
                             gboolean         stale,
                             char            *out[ULLIM_SERVER_N_ALGORITHMS])
{
  static const char *const choose_well[] = {"Ullim/", "Linphone", NULL};
  static const char *const know_md5_only[] = {"baresip v0.", "baresip v1.", NULL};
  gboolean                 strongest_first = calls_itself (user_agent, choose_well);
  char                     nonce[ULLIM_SERVER_NONCE_SIZE];
  guint n = calls_itself (user_agent, know_md5_only) ? 1 : ULLIM_SERVER_N_ALGORITHMS;

  ullim_server_nonces_make (self->nonces, g_get_monotonic_time () / G_USEC_PER_SEC, nonce);
  for (guint i = 0; i < n; i++) {
    UllimDigestAlgorithm algorithm = strongest_first ? n - 1 - i : i;

    out[i] = g_strconcat ("Digest realm=\"", self->realm, "\", nonce=\"", nonce,
                          "\", algorithm=", ullim_digest_algorithm_name (algorithm),
                          ", qop=\"auth\"", stale ? ", stale=true" : "", NULL);
  }
  return n;
}
