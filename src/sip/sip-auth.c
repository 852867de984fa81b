/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Digest for nua: Sofia computes MD5 only, so its client-side plugin is replaced by one that leaves
 * the arithmetic to proto/digest (RFC 7616, RFC 8760) and answers the strongest of several
 * challenges. The plugin runs on Sofia's stack thread; the cache belongs to the main thread.
 */
#define G_LOG_DOMAIN "sip-auth"
#define SOFIA_EXTEND_AUTH_CLIENT 1

#include "sip-auth-private.h"

#include <sofia-sip/auth_client_plugin.h>
#include <sofia-sip/msg_header.h>
#include <string.h>

#include "digest.h"

/** Random bytes of a client nonce. */
#define CNONCE_BYTES 12

typedef struct {
  auth_client_t client;

  char                *challenge; /* of client.ca_home: parameters of the challenge to answer */
  UllimDigestAlgorithm algorithm;
  guint32              nonce_count;
  guint                more; /* challenges of the same response and realm that still follow */
} DigestClient;

static gboolean
is_digest (const msg_auth_t *challenge)
{
  return challenge->au_scheme && g_ascii_strcasecmp (challenge->au_scheme, "Digest") == 0;
}

static char *
join_params (const msg_auth_t *challenge)
{
  if (!challenge->au_params)
    return g_strdup ("");
  return g_strjoinv (", ", (char **) challenge->au_params);
}

/* Returns NULL if it cannot be answered. */
static UllimDigestParams *
read_challenge (const msg_auth_t *challenge, UllimDigestAlgorithm *algorithm)
{
  g_autofree char              *joined = NULL;
  g_autofree char              *probe = NULL;
  g_autoptr (UllimDigestParams) params = NULL;

  if (!is_digest (challenge))
    return NULL;
  joined = join_params (challenge);
  params = ullim_digest_params_parse (joined);
  if (!params || !params->realm || !params->nonce ||
      !ullim_digest_algorithm_from_name (params->algorithm, algorithm))
    return NULL;
  /* What answers a made-up request can answer any: this tests the list of qop. */
  probe = ullim_digest_answer (params, "u", "p", "OPTIONS", "sip:a", 1, "c");
  return probe ? g_steal_pointer (&params) : NULL;
}

static char *
make_cnonce (void)
{
  guint32 bytes[CNONCE_BYTES / 4];

  for (guint i = 0; i < G_N_ELEMENTS (bytes); i++)
    bytes[i] = g_random_int ();
  return g_base64_encode ((const guchar *) bytes, sizeof bytes);
}

static guint
count_following (const msg_auth_t *challenge, const char *realm)
{
  guint n = 0;

  for (const msg_auth_t *next = challenge->au_next; next; next = next->au_next) {
    const char *other = msg_header_find_param (next->au_common, "realm=");

    if (is_digest (next) && g_strcmp0 (other, realm) == 0)
      n++;
  }
  return n;
}

/*
 * nua hands over the challenges of one response one by one. The first that can be answered replaces
 * whatever an earlier response asked; a later one of the same response only if it is stronger.
 */
static int
on_challenge (auth_client_t *client, msg_auth_t const *challenge)
{
  DigestClient                 *self = (DigestClient *) client;
  gboolean                      is_first = self->more == 0;
  UllimDigestAlgorithm          algorithm;
  g_autoptr (UllimDigestParams) params = read_challenge (challenge, &algorithm);
  g_autofree char              *joined = NULL;
  gboolean                      had_one = self->challenge != NULL;

  self->more = count_following (challenge, client->ca_realm);
  if (!params || (!is_first && self->challenge && algorithm <= self->algorithm))
    return 1;

  joined = join_params (challenge);
  su_free (client->ca_home, self->challenge);
  self->challenge = su_strdup (client->ca_home, joined);
  self->algorithm = algorithm;
  self->nonce_count = 0;
  return !had_one || params->stale ? 2 : 1;
}

static char *
unpack (const char *packed)
{
  gsize size;

  return packed ? (char *) g_base64_decode (packed, &size) : NULL;
}

static int
on_authorize (auth_client_t       *client,
              su_home_t           *home,
              char const          *method,
              url_t const         *url,
              msg_payload_t const *body,
              msg_header_t       **headers)
{
  DigestClient                 *self = (DigestClient *) client;
  g_autoptr (UllimDigestParams) params = NULL;
  g_autofree char              *user = unpack (client->ca_user);
  g_autofree char              *password = unpack (client->ca_pass);
  g_autofree char              *cnonce = NULL;
  g_autofree char              *answer = NULL;

  if (!user || !password || client->ca_clear || !self->challenge)
    return 0;
  params = ullim_digest_params_parse (self->challenge);
  cnonce = make_cnonce ();
  if (params)
    answer = ullim_digest_answer (params, user, password, method, url_as_string (home, url),
                                  ++self->nonce_count, cnonce);
  *headers = answer ? msg_header_make (home, client->ca_credential_class, answer) : NULL;
  return *headers ? 0 : -1;
}

static int
on_clear (auth_client_t *client)
{
  client->ca_clear = 1;
  return 1;
}

void
ullim_sip_auth_register (void)
{
  /* The registry replaces the first plugin whose name differs in case: the built-in "Digest". */
  static const auth_client_plugin_t plugin = {
      .auc_plugin_size = sizeof plugin,
      .auc_size = sizeof (DigestClient),
      .auc_name = "digest",
      .auc_challenge = on_challenge,
      .auc_authorize = on_authorize,
      .auc_clear = on_clear,
  };

  if (auc_register_plugin (&plugin) < 0)
    g_critical ("cannot register the digest client");
}

char *
ullim_sip_auth_data (const char *realm, const char *user, const char *password)
{
  /* nua splits the text at colons and quotes: both parts are packed so that they hold none. */
  g_autofree char *packed_user = g_base64_encode ((const guchar *) user, strlen (user) + 1);
  g_autofree char *packed_password =
      g_base64_encode ((const guchar *) password, strlen (password) + 1);

  return g_strdup_printf ("Digest:%s:%s:%s", realm, packed_user, packed_password);
}

gboolean
ullim_sip_auth_is_known (const msg_auth_t *challenge)
{
  UllimDigestAlgorithm          algorithm;
  g_autoptr (UllimDigestParams) params = read_challenge (challenge, &algorithm);

  return params != NULL;
}

/* ---- Nonces known from before ---- */

typedef struct {
  UllimDigestParams *challenge; /* owned */
  guint32            nonce_count;
  gint64             learnt; /* monotonic, us */
} Nonce;

struct _UllimSipAuthCache {
  char *user;
  char *password;
  Nonce server; /* of WWW-Authenticate */
  Nonce proxy;  /* of Proxy-Authenticate */
};

static void
nonce_clear (Nonce *nonce)
{
  g_clear_pointer (&nonce->challenge, ullim_digest_params_free);
}

UllimSipAuthCache *
ullim_sip_auth_cache_new (const char *user, const char *password)
{
  UllimSipAuthCache *self = g_new0 (UllimSipAuthCache, 1);

  self->user = g_strdup (user);
  self->password = g_strdup (password);
  return self;
}

void
ullim_sip_auth_cache_forget (UllimSipAuthCache *self)
{
  nonce_clear (&self->server);
  nonce_clear (&self->proxy);
}

void
ullim_sip_auth_cache_free (UllimSipAuthCache *self)
{
  ullim_sip_auth_cache_forget (self);
  g_free (self->user);
  g_free (self->password);
  g_free (self);
}

static void
learn_strongest (Nonce *nonce, const msg_auth_t *challenge)
{
  UllimDigestAlgorithm best = ULLIM_DIGEST_MD5;
  gboolean             is_first = TRUE;

  for (; challenge; challenge = challenge->au_next) {
    UllimDigestAlgorithm          algorithm;
    g_autoptr (UllimDigestParams) params = read_challenge (challenge, &algorithm);

    if (!params || (!is_first && algorithm <= best))
      continue;
    nonce_clear (nonce);
    nonce->challenge = g_steal_pointer (&params);
    nonce->nonce_count = 1;
    nonce->learnt = g_get_monotonic_time ();
    best = algorithm;
    is_first = FALSE;
  }
}

void
ullim_sip_auth_cache_learn (UllimSipAuthCache *self, const sip_t *sip)
{
  learn_strongest (&self->server, sip->sip_www_authenticate);
  learn_strongest (&self->proxy, sip->sip_proxy_authenticate);
}

char *
ullim_sip_auth_cache_answer (UllimSipAuthCache *self,
                             gboolean           for_proxy,
                             const char        *method,
                             const char        *uri)
{
  Nonce           *nonce = for_proxy ? &self->proxy : &self->server;
  gint64           age = g_get_monotonic_time () - nonce->learnt;
  g_autofree char *cnonce = NULL;

  if (!nonce->challenge || !self->password)
    return NULL;
  if (age > ULLIM_SIP_AUTH_NONCE_LIFE_S * G_USEC_PER_SEC) {
    nonce_clear (nonce);
    return NULL;
  }
  cnonce = make_cnonce ();
  return ullim_digest_answer (nonce->challenge, self->user, self->password, method, uri,
                              ++nonce->nonce_count, cnonce);
}
