/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The digest client inside Sofia's own machinery (auc_challenge(), auc_authorization()), and the
 * cache of nonces; the arithmetic itself is tested with proto/digest.
 */
#define SOFIA_EXTEND_AUTH_CLIENT 1

#include "sip-auth-private.h"

#include <sofia-sip/auth_client.h>
#include <sofia-sip/sip_util.h>
#include <string.h>

#include "digest.h"

/* What nearly every password file forbids, and RFC 7616 section 3.9.2's name in UTF-8. */
#define USER "J\u00e4s\u00f8n Doe"
#define PASSWORD "a:b \"c\\ :, d="
#define REALM "\"test realm\""

typedef struct {
  su_home_t     *home;
  auth_client_t *clients;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->home = su_home_new (sizeof (su_home_t));
  fixture->clients = NULL;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  su_home_unref (fixture->home);
}

/* A WWW-Authenticate of several values. */
static sip_www_authenticate_t *
make_challenges (Fixture *fixture, const char *const *texts)
{
  sip_www_authenticate_t *first = NULL, **last = &first;

  for (; *texts; texts++) {
    *last = sip_www_authenticate_make (fixture->home, *texts);
    last = &(*last)->au_next;
  }
  return first;
}

static char *
answer (Fixture *fixture)
{
  g_autofree char     *data = ullim_sip_auth_data (REALM, USER, PASSWORD);
  msg_header_t        *header = NULL;
  url_t               *url = url_hdup (fixture->home, (url_t *) "sip:example.org");
  sip_authorization_t *authorization;

  auc_credentials (&fixture->clients, fixture->home, data);
  g_assert_cmpint (
      auc_authorization_headers (&fixture->clients, fixture->home, "REGISTER", url, NULL, &header),
      ==, 1);
  g_assert_nonnull (header);
  authorization = (sip_authorization_t *) header;
  return g_strjoinv (", ", (char **) authorization->au_params);
}

static void
assert_right (const char *header, UllimDigestAlgorithm algorithm, const char *nonce, guint nc)
{
  g_autoptr (UllimDigestParams) given = ullim_digest_params_parse (header);
  char                          ha1[ULLIM_DIGEST_HEX_SIZE], response[ULLIM_DIGEST_HEX_SIZE];
  UllimDigestAlgorithm          used;

  g_assert_nonnull (given);
  g_assert_true (ullim_digest_algorithm_from_name (given->algorithm, &used));
  g_assert_cmpint (used, ==, algorithm);
  g_assert_cmpstr (given->nonce, ==, nonce);
  g_assert_cmpstr (given->username, ==, USER);
  g_assert_cmpstr (given->qop, ==, "auth");
  g_assert_cmpuint (g_ascii_strtoull (given->nc, NULL, 16), ==, nc);
  ullim_digest_ha1 (algorithm, USER, "test realm", PASSWORD, ha1);
  ullim_digest_response (algorithm, ha1, given->nonce, given->nc, given->cnonce, given->qop,
                         "REGISTER", given->uri, response);
  g_assert_cmpstr (given->response, ==, response);
}

#define MD5 "Digest realm=" REALM ", nonce=\"m\", qop=\"auth\", algorithm=MD5"
#define SHA256 "Digest realm=" REALM ", nonce=\"s\", qop=\"auth\", algorithm=SHA-256"
#define SHA512 "Digest realm=" REALM ", nonce=\"l\", qop=\"auth-int,auth\", algorithm=SHA-512-256"
#define UNKNOWN "Digest realm=" REALM ", nonce=\"u\", qop=\"auth\", algorithm=SHA3"
#define SESS "Digest realm=" REALM ", nonce=\"e\", qop=\"auth\", algorithm=SHA-256-sess"

static void
test_strongest (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char          *texts[6];
    UllimDigestAlgorithm algorithm;
    const char          *nonce;
  } cases[] = {
      {{MD5}, ULLIM_DIGEST_MD5, "m"},
      {{SHA256}, ULLIM_DIGEST_SHA256, "s"},
      {{SHA512}, ULLIM_DIGEST_SHA512_256, "l"},
      {{MD5, SHA256}, ULLIM_DIGEST_SHA256, "s"},
      {{SHA256, MD5}, ULLIM_DIGEST_SHA256, "s"},
      {{SHA256, SHA512, MD5}, ULLIM_DIGEST_SHA512_256, "l"},
      {{UNKNOWN, MD5, SESS}, ULLIM_DIGEST_MD5, "m"},
      {{UNKNOWN, SESS, SHA256, UNKNOWN}, ULLIM_DIGEST_SHA256, "s"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    sip_www_authenticate_t *challenges = make_challenges (fixture, cases[i].texts);
    g_autofree char        *first = NULL;
    g_autofree char        *second = NULL;

    fixture->clients = NULL;
    g_assert_cmpint (
        auc_challenge (&fixture->clients, fixture->home, challenges, sip_authorization_class), ==,
        1);
    first = answer (fixture);
    assert_right (first, cases[i].algorithm, cases[i].nonce, 1);
    second = answer (fixture);
    assert_right (second, cases[i].algorithm, cases[i].nonce, 2);
    g_assert_cmpstr (first, !=, second);
  }
}

/* nua takes the return value for "the password was wrong". */
static void
test_second_challenge (Fixture *fixture, gconstpointer data)
{
  static const char *const first[] = {SHA256, MD5, NULL};
  static const char *const again[] = {
      "Digest realm=" REALM ", nonce=\"n2\", qop=\"auth\", algorithm=MD5", NULL};
  static const char *const stale[] = {
      "Digest realm=" REALM ", nonce=\"n3\", qop=\"auth\", algorithm=MD5, stale=true", NULL};
  g_autofree char *after_again = NULL;
  g_autofree char *after_stale = NULL;

  g_assert_cmpint (auc_challenge (&fixture->clients, fixture->home,
                                  make_challenges (fixture, first), sip_authorization_class),
                   ==, 1);
  g_free (answer (fixture));
  g_assert_cmpint (auc_challenge (&fixture->clients, fixture->home,
                                  make_challenges (fixture, again), sip_authorization_class),
                   ==, 0);
  after_again = answer (fixture);
  assert_right (after_again, ULLIM_DIGEST_MD5, "n2", 1);
  g_assert_cmpint (auc_challenge (&fixture->clients, fixture->home,
                                  make_challenges (fixture, stale), sip_authorization_class),
                   ==, 1);
  after_stale = answer (fixture);
  assert_right (after_stale, ULLIM_DIGEST_MD5, "n3", 1);
}

/* The password goes to who asks for the right kind only. */
static void
test_no_other_scheme (Fixture *fixture, gconstpointer data)
{
  static const char *const basic[] = {"Basic realm=" REALM, NULL};
  g_autofree char         *secret = ullim_sip_auth_data (REALM, USER, PASSWORD);

  auc_challenge (&fixture->clients, fixture->home, make_challenges (fixture, basic),
                 sip_authorization_class);
  g_assert_cmpint (auc_credentials (&fixture->clients, fixture->home, secret), ==, 0);
  g_assert_false (auc_has_authorization (&fixture->clients));
  g_assert_false (ullim_sip_auth_is_known (make_challenges (fixture, basic)));
}

static sip_t *
make_response (Fixture *fixture, const char *challenge)
{
  sip_t *sip = su_zalloc (fixture->home, sizeof *sip);

  sip->sip_proxy_authenticate = sip_proxy_authenticate_make (fixture->home, challenge);
  return sip;
}

static void
test_cache (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimSipAuthCache) cache = ullim_sip_auth_cache_new (USER, PASSWORD);
  g_autofree char              *header = NULL;

  g_assert_null (ullim_sip_auth_cache_answer (cache, TRUE, "REGISTER", "sip:a"));
  ullim_sip_auth_cache_learn (cache, make_response (fixture, SHA256));
  g_assert_null (ullim_sip_auth_cache_answer (cache, FALSE, "REGISTER", "sip:a"));
  /* nua has used it once. */
  header = ullim_sip_auth_cache_answer (cache, TRUE, "REGISTER", "sip:a");
  assert_right (header, ULLIM_DIGEST_SHA256, "s", 2);
  g_free (header);
  header = ullim_sip_auth_cache_answer (cache, TRUE, "REGISTER", "sip:a");
  assert_right (header, ULLIM_DIGEST_SHA256, "s", 3);
  ullim_sip_auth_cache_learn (cache, make_response (fixture, UNKNOWN));
  g_free (header);
  header = ullim_sip_auth_cache_answer (cache, TRUE, "REGISTER", "sip:a");
  assert_right (header, ULLIM_DIGEST_SHA256, "s", 4);
  ullim_sip_auth_cache_forget (cache);
  g_assert_null (ullim_sip_auth_cache_answer (cache, TRUE, "REGISTER", "sip:a"));
}

#define ADD(path, function)                                                                        \
  g_test_add ("/sip-auth/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ullim_sip_auth_register ();
  ADD ("strongest", test_strongest);
  ADD ("second-challenge", test_second_challenge);
  ADD ("no-other-scheme", test_no_other_scheme);
  ADD ("cache", test_cache);
  return g_test_run ();
}
