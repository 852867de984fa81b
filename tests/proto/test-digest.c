/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Digest against the examples of RFC 2617 section 3.5, RFC 7616 section 3.9.1 and the erratum of
 * RFC 2069; SHA-512-256, whose example in RFC 7616 was computed with another hash, against values
 * computed independently.
 */
#include "digest.h"

#include <string.h>

static const struct {
  UllimDigestAlgorithm algorithm;
  const char          *user, *realm, *password, *nonce, *cnonce, *qop, *uri, *response;
} vectors[] = {
    {ULLIM_DIGEST_MD5, "Mufasa", "testrealm@host.com", "Circle Of Life",
     "dcd98b7102dd2f0e8b11d0f600bfb0c093", "0a4f113b", "auth", "/dir/index.html",
     "6629fae49393a05397450978507c4ef1"},
    {ULLIM_DIGEST_MD5, "Mufasa", "testrealm@host.com", "CircleOfLife",
     "dcd98b7102dd2f0e8b11d0f600bfb0c093", NULL, NULL, "/dir/index.html",
     "1949323746fe6a43ef61f9606e7febea"},
    {ULLIM_DIGEST_MD5, "Mufasa", "http-auth@example.org", "Circle of Life",
     "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
     "auth", "/dir/index.html", "8ca523f5e9506fed4657c9700eebdbec"},
    {ULLIM_DIGEST_SHA256, "Mufasa", "http-auth@example.org", "Circle of Life",
     "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
     "auth", "/dir/index.html", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
    {ULLIM_DIGEST_SHA512_256, "Mufasa", "http-auth@example.org", "Circle of Life",
     "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
     "auth", "/dir/index.html", "430d05014cecc49cab6fbe03176d41a1da86cbfe24a16580e22aaad928d960d0"},
    {ULLIM_DIGEST_SHA512_256, "Jäsøn Doe", "api@example.org", "Secret, or not?",
     "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", "NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm", "auth",
     "/doe.json", "7a4e1192babbba02e91182d2895bfdbf7adafc6e48d4e517ca301974843d840c"},
};

static void
test_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    char ha1[ULLIM_DIGEST_HEX_SIZE];
    char response[ULLIM_DIGEST_HEX_SIZE];

    ullim_digest_ha1 (vectors[i].algorithm, vectors[i].user, vectors[i].realm, vectors[i].password,
                      ha1);
    ullim_digest_response (vectors[i].algorithm, ha1, vectors[i].nonce,
                           vectors[i].qop ? "00000001" : NULL, vectors[i].cnonce, vectors[i].qop,
                           "GET", vectors[i].uri, response);
    g_assert_cmpstr (response, ==, vectors[i].response);
  }
}

static void
test_names (void)
{
  UllimDigestAlgorithm algorithm;

  g_assert_true (ullim_digest_algorithm_from_name (NULL, &algorithm));
  g_assert_cmpint (algorithm, ==, ULLIM_DIGEST_MD5);
  g_assert_true (ullim_digest_algorithm_from_name ("sha-256", &algorithm));
  g_assert_cmpint (algorithm, ==, ULLIM_DIGEST_SHA256);
  g_assert_true (ullim_digest_algorithm_from_name ("SHA-512-256", &algorithm));
  g_assert_cmpint (algorithm, ==, ULLIM_DIGEST_SHA512_256);
  g_assert_false (ullim_digest_algorithm_from_name ("MD5-sess", &algorithm));
  g_assert_false (ullim_digest_algorithm_from_name ("", &algorithm));
  for (guint i = 0; i < ULLIM_DIGEST_N_ALGORITHMS; i++) {
    g_assert_true (ullim_digest_algorithm_from_name (ullim_digest_algorithm_name (i), &algorithm));
    g_assert_cmpint (algorithm, ==, i);
  }
}

static void
test_challenge (void)
{
  g_autoptr (UllimDigestParams) params =
      ullim_digest_params_parse ("digest  REALM = \"a \\\"b\\\" \\\\c\" ,\r\n nonce=\"n,=\", "
                                 "opaque=\"\",, qop=\"auth,auth-int\",stale=TRUE,algorithm=SHA-256,"
                                 "domain=\"sip:x\",");

  g_assert_nonnull (params);
  g_assert_cmpstr (params->realm, ==, "a \"b\" \\c");
  g_assert_cmpstr (params->nonce, ==, "n,=");
  g_assert_cmpstr (params->opaque, ==, "");
  g_assert_cmpstr (params->qop, ==, "auth,auth-int");
  g_assert_cmpstr (params->algorithm, ==, "SHA-256");
  g_assert_true (params->stale);
  g_assert_null (params->username);
}

static void
test_without_scheme (void)
{
  g_autoptr (UllimDigestParams) params =
      ullim_digest_params_parse ("realm=\"r\", nonce=abc+/==, nc=00000001");

  g_assert_nonnull (params);
  g_assert_cmpstr (params->realm, ==, "r");
  g_assert_cmpstr (params->nonce, ==, "abc+/==");
  g_assert_cmpstr (params->nc, ==, "00000001");
  g_assert_false (params->stale);
}

static void
test_damaged (void)
{
  static const char *const damaged[] = {
      "",
      "Digest",
      "Digest ",
      "Digest ,",
      "Basic realm=\"r\"",
      "DigestX realm=\"r\"",
      "Digest realm",
      "Digest realm=",
      "Digest realm=\"r",
      "Digest realm=\"r\\",
      "Digest realm=\"r\" nonce=\"n\"",
      "Digest realm=\"r\"x",
      "Digest realm=\"r\", realm=\"s\"",
      "Digest realm=\"r\", x=1, X=2",
      "Digest realm=\"r\", Digest nonce=\"n\"",
      "Digest realm=\"r\r\nVia: x\"",
      "Digest realm=\"r\x01\"",
      "Digest realm=\"\xff\"",
  };
  g_autofree char              *longest = g_strnfill (ULLIM_DIGEST_MAX_HEADER_BYTES, 'x');
  g_autofree char              *fits = g_strdup_printf ("Digest realm=\"%s\"", longest + 15);
  g_autofree char              *too_long = g_strdup_printf ("Digest realm=\"%s\"", longest + 14);
  g_autoptr (UllimDigestParams) params = ullim_digest_params_parse (fits);
  g_autoptr (GString)           many = g_string_new ("Digest ");

  g_assert_nonnull (params);
  g_assert_null (ullim_digest_params_parse (too_long));
  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++)
    g_assert_null (ullim_digest_params_parse (damaged[i]));
  for (guint i = 0; i < 33; i++)
    g_string_append_printf (many, "p%u=1,", i);
  g_assert_null (ullim_digest_params_parse (many->str));
}

/* What the client answers, the server's own arithmetic must find right. */
static void
check_answer (const char *challenge_text, const char *qop, const char *algorithm_text)
{
  g_autoptr (UllimDigestParams) challenge = ullim_digest_params_parse (challenge_text);
  g_autofree char              *answer =
      ullim_digest_answer (challenge, "울\"림", "pass", "REGISTER", "sip:h", 26, "c");
  g_autoptr (UllimDigestParams) params = ullim_digest_params_parse (answer);
  UllimDigestAlgorithm          algorithm;
  char                          ha1[ULLIM_DIGEST_HEX_SIZE];
  char                          expected[ULLIM_DIGEST_HEX_SIZE];

  g_assert_nonnull (params);
  g_assert_true (g_str_has_prefix (answer, "Digest username="));
  g_assert_cmpstr (params->username, ==, "울\"림");
  g_assert_cmpstr (params->realm, ==, challenge->realm);
  g_assert_cmpstr (params->nonce, ==, challenge->nonce);
  g_assert_cmpstr (params->opaque, ==, challenge->opaque);
  g_assert_cmpstr (params->qop, ==, qop);
  g_assert_cmpstr (params->nc, ==, qop ? "0000001a" : NULL);
  g_assert_cmpstr (params->cnonce, ==, qop ? "c" : NULL);
  g_assert_cmpstr (params->algorithm, ==, algorithm_text);
  g_assert_true (ullim_digest_algorithm_from_name (params->algorithm, &algorithm));
  ullim_digest_ha1 (algorithm, params->username, params->realm, "pass", ha1);
  ullim_digest_response (algorithm, ha1, params->nonce, params->nc, params->cnonce, params->qop,
                         "REGISTER", params->uri, expected);
  g_assert_cmpstr (params->response, ==, expected);
}

static void
test_answer (void)
{
  check_answer ("Digest realm=\"r\", nonce=\"n\"", NULL, NULL);
  check_answer ("Digest realm=\"r\\\\\", nonce=\"n\", qop=\"\"", NULL, NULL);
  check_answer ("Digest realm=\"r\", nonce=\"n\", qop=auth", "auth", NULL);
  check_answer (
      "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int, auth\", algorithm=md5, opaque=\"o\"",
      "auth", "MD5");
  check_answer ("Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256", "auth",
                "SHA-256");
  check_answer ("Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-512-256", "auth",
                "SHA-512-256");
}

static void
test_no_answer (void)
{
  static const char *const challenges[] = {
      "Digest realm=\"r\"",
      "Digest nonce=\"n\"",
      "Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess",
      "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-999",
      "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"",
  };

  for (guint i = 0; i < G_N_ELEMENTS (challenges); i++) {
    g_autoptr (UllimDigestParams) challenge = ullim_digest_params_parse (challenges[i]);

    g_assert_nonnull (challenge);
    g_assert_null (ullim_digest_answer (challenge, "u", "p", "MESSAGE", "sip:h", 1, "c"));
  }
}

static void
test_no_injection (void)
{
  g_autoptr (UllimDigestParams) challenge =
      ullim_digest_params_parse ("Digest realm=\"r\", nonce=\"n\"");

  g_assert_null (ullim_digest_answer (challenge, "u\r\nVia: x", "p", "MESSAGE", "sip:h", 1, "c"));
  g_assert_null (ullim_digest_answer (challenge, "u", "p", "MESSAGE", "sip:h\n", 1, "c"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/digest/vectors", test_vectors);
  g_test_add_func ("/digest/names", test_names);
  g_test_add_func ("/digest/challenge", test_challenge);
  g_test_add_func ("/digest/without-scheme", test_without_scheme);
  g_test_add_func ("/digest/damaged", test_damaged);
  g_test_add_func ("/digest/answer", test_answer);
  g_test_add_func ("/digest/no-answer", test_no_answer);
  g_test_add_func ("/digest/no-injection", test_no_injection);
  return g_test_run ();
}
