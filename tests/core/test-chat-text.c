/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From body to text: a table of types, charsets and damage, and the rules for time and repetition.
 */
#include "chat-service.h"
#include "chat-text.h"

static const struct {
  const char *type;
  const char *charset;
  const char *body;
  gssize      size; /* -1: a string */
  int         status;
  const char *text;
} cases[] = {
    {"text/plain", NULL, "hello", -1, 200, "hello"},
    {"text/plain", NULL, "", 0, 200, ""},
    {"text/plain", "utf-8", "안녕 👩‍👩‍👧", -1, 200, "안녕 👩‍👩‍👧"},
    {"text/plain", "us-ascii", "plain", -1, 200, "plain"},
    {"text/plain", "us-ascii", "still 한글", -1, 200, "still 한글"},
    {"text/plain", "iso-8859-1", "caf\xe9", -1, 200, "café"},
    {"text/plain", "windows-1252", "\x93q\x94", -1, 200, "“q”"},
    {"text/plain", "euc-kr", "\xbe\xc8\xb3\xe7", -1, 200, "안녕"},
    {"text/plain", "shift_jis", "\x82\xa0", -1, 200, "あ"},
    {"text/plain", "utf-16le", "a\0b\0", 4, 200, "ab"},
    {"text/plain", NULL, "a\r\nb\rc\nd", -1, 200, "a\nb\nc\nd"},
    {"text/plain", NULL, "tab\there", -1, 200, "tab\there"},
    {"text/plain", NULL, "\x1b[31mred\x07", -1, 200, "\ufffd[31mred\ufffd"},
    {"text/plain", NULL,
     "\xc2\x9b"
     "C1",
     -1, 200,
     "\ufffd"
     "C1"},
    {"text/plain", NULL, "nul\0inside", 10, 400, NULL},
    {"text/plain", NULL, "\xff\xfe", -1, 400, NULL},
    {"text/plain", NULL, "cut \xed\x95", -1, 400, NULL},
    {"text/plain", NULL, "\xed\xa0\x80", -1, 400, NULL},
    {"text/plain", "us-ascii", "caf\xe9", -1, 400, NULL},
    {"text/plain", "euc-kr", "\xff\xff", -1, 400, NULL},
    {"text/plain", "utf-16le", "a\0b", 3, 400, NULL},
    {"text/plain", "x-nonsense", "hello", -1, 415, NULL},
    {"text/plain", "iso-2022-cn-ext", "hello", -1, 415, NULL},
    {"text/html", NULL, "<b>", -1, 415, NULL},
    {"message/cpim", NULL, "x", -1, 415, NULL},
    {"application/im-iscomposing+xml", NULL, "<x/>", -1, 415, NULL},
};

static void
test_decode (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    gsize              size = cases[i].size < 0 ? strlen (cases[i].body) : (gsize) cases[i].size;
    g_autoptr (GBytes) body = g_bytes_new_static (cases[i].body, size);
    g_autofree char   *text = NULL;

    g_test_message ("case %zu", i);
    g_assert_cmpint (ullim_chat_text_decode (cases[i].type, cases[i].charset, body, &text), ==,
                     cases[i].status);
    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

static void
test_limit (void)
{
  g_autofree char   *long_text = g_strnfill (ULLIM_CHAT_MAX_TEXT_BYTES + 1, 'x');
  g_autoptr (GBytes) over = g_bytes_new (long_text, ULLIM_CHAT_MAX_TEXT_BYTES + 1);
  g_autoptr (GBytes) at = g_bytes_new (long_text, ULLIM_CHAT_MAX_TEXT_BYTES);
  g_autofree char   *grows = g_strnfill (ULLIM_CHAT_MAX_TEXT_BYTES, '\xe9');
  g_autoptr (GBytes) latin = g_bytes_new (grows, ULLIM_CHAT_MAX_TEXT_BYTES);
  g_autofree char   *text = NULL;

  g_assert_cmpint (ullim_chat_text_decode ("text/plain", NULL, over, &text), ==, 413);
  g_assert_null (text);
  g_assert_cmpint (ullim_chat_text_decode ("text/plain", "iso-8859-1", latin, &text), ==, 413);
  g_assert_null (text);
  g_assert_cmpint (ullim_chat_text_decode ("text/plain", NULL, at, &text), ==, 200);
  g_assert_cmpuint (strlen (text), ==, ULLIM_CHAT_MAX_TEXT_BYTES);
}

static void
test_outgoing (void)
{
  g_autofree char *text = ullim_chat_text_outgoing ("a\r\nb\x1b\x7f\tc");

  g_assert_cmpstr (text, ==, "a\nb\tc");
}

static void
test_time (void)
{
  const gint64 second = G_USEC_PER_SEC;
  const gint64 now = 1800000000LL * second;

  g_assert_cmpint (ullim_chat_text_time (0, now), ==, now);
  g_assert_cmpint (ullim_chat_text_time (now - 5 * second, now), ==, now);
  g_assert_cmpint (ullim_chat_text_time (now - 3600 * second, now), ==, now - 3600 * second);
  g_assert_cmpint (ullim_chat_text_time (now + 3600 * second, now), ==, now);
  g_assert_cmpint (ullim_chat_text_time (now - 10LL * 366 * 86400 * second, now), ==, now);
}

static void
test_once (void)
{
  /* The same message again, another CSeq because of a challenge. */
  g_assert_cmpuint (ullim_chat_text_once (5000000, 1, "ok"), ==,
                    ullim_chat_text_once (5000000, 2, "ok"));
  /* Programs that use one Call-ID for all they say. */
  g_assert_cmpuint (ullim_chat_text_once (5000000, 1, "ok"), !=,
                    ullim_chat_text_once (6000000, 1, "ok"));
  g_assert_cmpuint (ullim_chat_text_once (5000000, 1, "ok"), !=,
                    ullim_chat_text_once (5000000, 1, "OK"));
  g_assert_cmpuint (ullim_chat_text_once (0, 7, "ok"), ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat-text/decode", test_decode);
  g_test_add_func ("/chat-text/limit", test_limit);
  g_test_add_func ("/chat-text/outgoing", test_outgoing);
  g_test_add_func ("/chat-text/time", test_time);
  g_test_add_func ("/chat-text/once", test_once);
  return g_test_run ();
}
