/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * URIs: RFC 3261 section 19.1 and RFC 3966 as tables; what people type, in Latin and in Korean.
 */
#include "uri.h"

#include <string.h>

/* Reading, and writing again. */
static const struct {
  const char    *text;
  UllimUriScheme scheme;
  const char    *user, *host;
  guint16        port;
  const char    *params, *headers;
  const char    *written; /* NULL: as read */
} good[] = {
    {"sip:alice@example.org", ULLIM_URI_SIP, "alice", "example.org", 0, NULL, NULL, NULL},
    {"SIP:Alice@EXAMPLE.org", ULLIM_URI_SIP, "Alice", "example.org", 0, NULL, NULL,
     "sip:Alice@example.org"},
    {"sips:example.org:5061", ULLIM_URI_SIPS, NULL, "example.org", 5061, NULL, NULL, NULL},
    {"sip:a@host.:1", ULLIM_URI_SIP, "a", "host", 1, NULL, NULL, "sip:a@host:1"},
    {"sip:a@127.0.0.1:65535", ULLIM_URI_SIP, "a", "127.0.0.1", 65535, NULL, NULL, NULL},
    {"sip:a@[2001:DB8:0::1]:5070;transport=TCP", ULLIM_URI_SIP, "a", "[2001:db8::1]", 5070,
     "transport=TCP", NULL, "sip:a@[2001:db8::1]:5070;transport=TCP"},
    {"sip:[::1]", ULLIM_URI_SIP, NULL, "[::1]", 0, NULL, NULL, NULL},
    {"sip:a@b.c;lr;maddr=[::1];x=%41?subject=%EC%9A%B8&to=sip:x%40y", ULLIM_URI_SIP, "a", "b.c", 0,
     "lr;maddr=[::1];x=%41", "subject=%EC%9A%B8&to=sip:x%40y", NULL},
    {"sip:a@b.c?a=&a=", ULLIM_URI_SIP, "a", "b.c", 0, NULL, "a=&a=", NULL},
    /* escapes: RFC 3261 section 19.1.4 */
    {"sip:%61lice@b.c", ULLIM_URI_SIP, "alice", "b.c", 0, NULL, NULL, "sip:alice@b.c"},
    {"sip:%ec%9a%b8%eb%a6%bc@b.c", ULLIM_URI_SIP, "울림", "b.c", 0, NULL, NULL,
     "sip:%EC%9A%B8%EB%A6%BC@b.c"},
    {"sip:울림@b.c", ULLIM_URI_SIP, "울림", "b.c", 0, NULL, NULL, "sip:%EC%9A%B8%EB%A6%BC@b.c"},
    {"sip:a%40b%3ac%20d@e.f", ULLIM_URI_SIP, "a@b:c d", "e.f", 0, NULL, NULL,
     "sip:a%40b%3Ac%20d@e.f"},
    {"sip:a%3bb%2Bc@e.f", ULLIM_URI_SIP, "a%3Bb%2Bc", "e.f", 0, NULL, NULL, "sip:a%3Bb%2Bc@e.f"},
    {"sip:a;b?c=d&e+$,/@e.f", ULLIM_URI_SIP, "a;b?c=d&e+$,/", "e.f", 0, NULL, NULL, NULL},
    {"sip:%2541@e.f", ULLIM_URI_SIP, "%2541", "e.f", 0, NULL, NULL, NULL},
    {"sip:a%00%0d%0a%7F@e.f", ULLIM_URI_SIP, "a%00%0D%0A%7F", "e.f", 0, NULL, NULL,
     "sip:a%00%0D%0A%7F@e.f"},
    {"sip:%ff%EC%9A@e.f", ULLIM_URI_SIP, "%FF%EC%9A", "e.f", 0, NULL, NULL, "sip:%FF%EC%9A@e.f"},
    {"sip:%ff울@e.f", ULLIM_URI_SIP, "%FF%EC%9A%B8", "e.f", 0, NULL, NULL, "sip:%FF%EC%9A%B8@e.f"},
    /* a right-to-left override would show another name */
    {"sip:a%E2%80%AEb@e.f", ULLIM_URI_SIP, "a%E2%80%AEb", "e.f", 0, NULL, NULL, NULL},
    {"sip:-_.!~*'()@my_host-1", ULLIM_URI_SIP, "-_.!~*'()", "my_host-1", 0, NULL, NULL, NULL},
    {"sip:+82-10-1234;ext=5@e.f;user=phone", ULLIM_URI_SIP, "+82-10-1234;ext=5", "e.f", 0,
     "user=phone", NULL, NULL},
    /* RFC 3966 */
    {"tel:+82-10-1234-5678", ULLIM_URI_TEL, "+821012345678", NULL, 0, NULL, NULL,
     "tel:+821012345678"},
    {"TEL:(02)123.45;phone-context=+82", ULLIM_URI_TEL, "0212345", NULL, 0, "phone-context=+82",
     NULL, "tel:0212345;phone-context=+82"},
    {"tel:*21#;phone-context=example.org", ULLIM_URI_TEL, "*21#", NULL, 0,
     "phone-context=example.org", NULL, NULL},
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError)   error = NULL;
    g_autoptr (UllimUri) uri = ullim_uri_parse (good[i].text, &error);
    g_autoptr (UllimUri) again = NULL;
    g_autofree char     *written = NULL;
    g_autofree char     *rewritten = NULL;

    g_assert_no_error (error);
    g_assert_cmpint (uri->scheme, ==, good[i].scheme);
    g_assert_cmpstr (uri->user, ==, good[i].user);
    g_assert_cmpstr (uri->host, ==, good[i].host);
    g_assert_cmpint (uri->port, ==, good[i].port);
    g_assert_cmpstr (uri->params, ==, good[i].params);
    g_assert_cmpstr (uri->headers, ==, good[i].headers);
    written = ullim_uri_to_string (uri);
    g_assert_cmpstr (written, ==, good[i].written ? good[i].written : good[i].text);
    again = ullim_uri_parse (written, &error);
    g_assert_no_error (error);
    rewritten = ullim_uri_to_string (again);
    g_assert_cmpstr (rewritten, ==, written);
    g_assert_cmpstr (again->user, ==, uri->user);
  }
}

static const struct {
  const char *text;
  int         code;
} bad[] = {
    {"", ULLIM_URI_ERROR_SYNTAX},
    {"alice@example.org", ULLIM_URI_ERROR_SYNTAX},
    {"mailto:a@b.c", ULLIM_URI_ERROR_SCHEME},
    {"sipx:a@b.c", ULLIM_URI_ERROR_SCHEME},
    {"si:a@b.c", ULLIM_URI_ERROR_SCHEME},
    {"sip:", ULLIM_URI_ERROR_SYNTAX},
    {"sip:@b.c", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a:secret@b.c", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b@c", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a b@c", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a\"b@c", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a%4@c", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a%zz@c", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c:", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c:0", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c:65536", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c:-1", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c: 1", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b..c", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@.", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@-b.c", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b-.c", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@256.1.1.1", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@1.2.3", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@한국.kr", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@[::1", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@[]", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@[1.2.3.4]", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@[fe80::1%25eth0]", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@[::1]x:5060", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@::1", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c;", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c;;lr", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c;=x", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c;lr;LR", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c;x=>", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c;x=\r\n", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c?x", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c?=x", ULLIM_URI_ERROR_SYNTAX},
    {"sip:a@b.c?", ULLIM_URI_ERROR_SYNTAX},
    {"sip:\xff@b.c", ULLIM_URI_ERROR_SYNTAX},
    {"tel:", ULLIM_URI_ERROR_SYNTAX},
    {"tel:+", ULLIM_URI_ERROR_SYNTAX},
    {"tel:---", ULLIM_URI_ERROR_SYNTAX},
    {"tel:+82+1", ULLIM_URI_ERROR_SYNTAX},
    {"tel:+82a", ULLIM_URI_ERROR_SYNTAX},
    {"tel:+82 10", ULLIM_URI_ERROR_SYNTAX},
    {"tel:12@b.c", ULLIM_URI_ERROR_SYNTAX},
    {"tel:+82?a=b", ULLIM_URI_ERROR_SYNTAX},
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError)   error = NULL;
    g_autoptr (UllimUri) uri = ullim_uri_parse (bad[i].text, &error);

    if (uri)
      g_error ("was read: %s", bad[i].text);
    g_assert_error (error, ULLIM_URI_ERROR, bad[i].code);
  }
}

static void
test_too_long (void)
{
  g_autofree char     *longest = g_strnfill (ULLIM_URI_MAX_BYTES - strlen ("sip:@b"), 'x');
  g_autofree char     *fits = g_strdup_printf ("sip:%s@b", longest);
  g_autofree char     *over = g_strdup_printf ("sip:x%s@b", longest);
  g_autoptr (GString)  korean = g_string_new ("sip:");
  g_autoptr (GError)   error = NULL;
  g_autoptr (UllimUri) uri = ullim_uri_parse (fits, &error);

  g_assert_no_error (error);
  g_assert_nonnull (uri);
  g_assert_null (ullim_uri_parse (over, &error));
  g_assert_error (error, ULLIM_URI_ERROR, ULLIM_URI_ERROR_TOO_LONG);
  g_clear_error (&error);
  g_assert_null (ullim_uri_parse_typed (over, NULL, &error));
  g_assert_error (error, ULLIM_URI_ERROR, ULLIM_URI_ERROR_TOO_LONG);
  g_clear_error (&error);
  /* 600 bytes as typed, 1,800 when escaped */
  for (guint i = 0; i < 200; i++)
    g_string_append (korean, "울");
  g_string_append (korean, "@b");
  g_assert_null (ullim_uri_parse (korean->str, &error));
  g_assert_error (error, ULLIM_URI_ERROR, ULLIM_URI_ERROR_TOO_LONG);
}

/* What was typed, with the account's host, and what is meant; NULL: refused. */
static const struct {
  const char *text, *default_host, *meant;
} typed[] = {
    {"alice", "example.org", "sip:alice@example.org"},
    {"  alice\t\n", "127.0.0.1:5070", "sip:alice@127.0.0.1:5070"},
    {"alice", "[::1]:5070", "sip:alice@[::1]:5070"},
    {"alice", NULL, NULL},
    {"", "example.org", NULL},
    {"   ", "example.org", NULL},
    {"1001", "example.org", "sip:1001@example.org"},
    {"alice@Example.ORG", "other.org", "sip:alice@example.org"},
    {"alice@127.0.0.1:5070", NULL, "sip:alice@127.0.0.1:5070"},
    {"alice@[::1]:5070", NULL, "sip:alice@[::1]:5070"},
    {"alice@example.org;transport=tcp", NULL, "sip:alice@example.org;transport=tcp"},
    {"sips:alice@example.org", NULL, "sips:alice@example.org"},
    {"SIP:alice@example.org", NULL, "sip:alice@example.org"},
    {"192.0.2.1", "example.org", "sip:192.0.2.1"},
    {"192.0.2.1:5070", "example.org", "sip:192.0.2.1:5070"},
    {"[::1]:5070", "example.org", "sip:[::1]:5070"},
    {"mailto:alice@example.org", "example.org", NULL},
    {"alice:secret@example.org", "example.org", NULL},
    {"alice bob", "example.org", NULL},
    {"alice@a.org bob@b.org", "example.org", NULL},
    /* a name around it */
    {"<sip:alice@example.org>", NULL, "sip:alice@example.org"},
    {"\"Alice\" <sip:alice@example.org;transport=tcp>;tag=1", NULL,
     "sip:alice@example.org;transport=tcp"},
    {"앨리스 <alice@example.org>", NULL, "sip:alice@example.org"},
    {"앨리스 alice@example.org", NULL, "sip:alice@example.org"},
    {"앨리스: sip:alice@example.org 로 연락", NULL, "sip:alice@example.org"},
    {"alice@example.org에게 보내요", NULL, "sip:alice@example.org"},
    {"alice@127.0.0.1로", NULL, "sip:alice@127.0.0.1"},
    /* Korean in it */
    {"앨리스", "example.org", "sip:%EC%95%A8%EB%A6%AC%EC%8A%A4@example.org"},
    {"앨리스@example.org", NULL, "sip:%EC%95%A8%EB%A6%AC%EC%8A%A4@example.org"},
    {"sip:앨리스@우리.한국:5070;transport=tcp", NULL,
     "sip:%EC%95%A8%EB%A6%AC%EC%8A%A4@xn--oy2b11v.xn--3e0b707e:5070;transport=tcp"},
    {"alice@우리.한국", NULL, "sip:alice@xn--oy2b11v.xn--3e0b707e"},
    /* decomposed, as copied from a file name of another system */
    {"\xe1\x84\x80\xe1\x85\xa1@b.c", NULL, "sip:%EA%B0%80@b.c"},
    /* full-width letters, ideographic space, invisible marks */
    {"ａｌｉｃｅ＠ｅｘａｍｐｌｅ．ｏｒｇ", NULL, "sip:alice@example.org"},
    {"\xe3\x80\x80"
     "alice@example.org\xc2\xa0",
     NULL, "sip:alice@example.org"},
    {"\xe2\x80\x8b"
     "alice@example.org\xef\xbb\xbf",
     NULL, "sip:alice@example.org"},
    /* numbers */
    {"010-1234-5678", "example.org", "sip:01012345678@example.org;user=phone"},
    {"(02) 123 4567", "example.org", "sip:021234567@example.org;user=phone"},
    {"+82 10-1234-5678", "example.org", "sip:+821012345678@example.org;user=phone"},
    {"+82 10-1234-5678", NULL, "tel:+821012345678"},
    {"010-1234-5678", NULL, NULL},
    {"tel:+82-10-1234-5678", "example.org", "tel:+821012345678"},
    {"--", "example.org", "sip:--@example.org"},
};

static void
test_typed (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++) {
    g_autoptr (GError)   error = NULL;
    g_autoptr (UllimUri) uri = ullim_uri_parse_typed (typed[i].text, typed[i].default_host, &error);
    g_autofree char     *meant = uri ? ullim_uri_to_string (uri) : NULL;

    g_assert_cmpstr (meant, ==, typed[i].meant);
    g_assert_true ((error == NULL) == (uri != NULL));
  }
}

static const struct {
  const char *text, *aor, *key;
} names[] = {
    {"sip:Alice@Example.ORG;lr?a=b", "sip:Alice@example.org", "Alice@example.org"},
    {"sips:Alice@example.org:5061", "sips:Alice@example.org:5061", "Alice@example.org"},
    {"sip:a@b.c:5060", "sip:a@b.c:5060", "a@b.c"},
    {"sip:a@b.c:5061", "sip:a@b.c:5061", "a@b.c:5061"},
    {"sip:bob@127.0.0.1:5070;transport=tcp", "sip:bob@127.0.0.1:5070", "bob@127.0.0.1:5070"},
    {"sip:b%6Fb%2Bx@[2001:db8:0:0::1]", "sip:bob%2Bx@[2001:db8::1]", "bob+x@[2001:db8::1]"},
    {"sip:bob+x@[2001:db8::1]", "sip:bob+x@[2001:db8::1]", "bob+x@[2001:db8::1]"},
    {"sip:%EC%9A%B8@b.c", "sip:%EC%9A%B8@b.c", "울@b.c"},
    {"sip:%00%FF@b.c", "sip:%00%FF@b.c", "%00%FF@b.c"},
    {"sip:b.c", "sip:b.c", "b.c"},
    {"tel:+82-10;phone-context=x", "tel:+8210", "tel:+8210"},
};

static void
test_names (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError)   error = NULL;
    g_autoptr (UllimUri) uri = ullim_uri_parse (names[i].text, &error);
    g_autofree char     *aor = NULL;
    g_autofree char     *key = NULL;

    g_assert_no_error (error);
    aor = ullim_uri_to_aor (uri);
    key = ullim_uri_key (uri);
    g_assert_cmpstr (aor, ==, names[i].aor);
    g_assert_cmpstr (key, ==, names[i].key);
  }
}

static void
check_param (const UllimUri *uri, const char *name, const char *expected)
{
  g_autofree char *value = ullim_uri_param (uri, name);

  g_assert_cmpstr (value, ==, expected);
}

static void
test_params (void)
{
  g_autoptr (UllimUri) uri =
      ullim_uri_parse ("sip:a@b.c;Transport=TCP;lr;maddr=%5B::1];x=%FF;y=%00?z=1", NULL);
  g_autoptr (UllimUri) plain = ullim_uri_parse ("sip:a@b.c", NULL);

  check_param (uri, "transport", "TCP");
  check_param (uri, "LR", "");
  check_param (uri, "maddr", "[::1]");
  check_param (uri, "x", "%FF");
  check_param (uri, "y", "%00");
  check_param (uri, "z", NULL);
  check_param (uri, "trans", NULL);
  check_param (plain, "transport", NULL);
}

/* A URI made by hand, from a name that is no escape. */
static void
test_by_hand (void)
{
  UllimUri uri = {.scheme = ULLIM_URI_SIP, .user = (char *) "50% 울@", .host = (char *) "h"};
  g_autofree char *text = ullim_uri_to_string (&uri);

  g_assert_cmpstr (text, ==, "sip:50%25%20%EC%9A%B8%40@h");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/uri/good", test_good);
  g_test_add_func ("/uri/bad", test_bad);
  g_test_add_func ("/uri/too-long", test_too_long);
  g_test_add_func ("/uri/typed", test_typed);
  g_test_add_func ("/uri/names", test_names);
  g_test_add_func ("/uri/params", test_params);
  g_test_add_func ("/uri/by-hand", test_by_hand);
  return g_test_run ();
}
