/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text-links.h"

/* What is a link is between < and > in the second column; the text itself has none of them. */
static const char *const finds[] = {
    "no link at all",
    "<http://example.org>",
    "see <https://example.org/a?b=c&d=e#f>.",
    "(<http://example.org/a>)",
    "<http://en.example.org/wiki/A_(b)>",
    "(see <http://en.example.org/wiki/A_(b)>)",
    "[<http://example.org>]",
    "<http://[2001:db8::1]:80/>",
    "<HTTP://EXAMPLE.ORG>!",
    "<www.example.org>, and more",
    "www.",
    "wwwx.example.org",
    "http://",
    "http://.",
    "x-http://example.org",
    "xhttp://example.org",
    "\"<http://example.org>\"",
    "<http://a.example>\n<http://b.example>",
    "<mailto:alice@example.org>",
    "mailto:alice",
    "<sip:bob@example.org;transport=tcp>",
    "<sips:bob@example.org>",
    "sip: bob",
    "<tel:+82-10-1234-5678>",
    "ftp://example.org",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "이 주소<http://example.kr/자료>",
    "<http://example.kr/a>。다음",
    "“<http://example.org>”",
    "<http://example.org/a,b>",
    "<http://a.example>\xe2\x80\xaehttp",
    "**<http://example.org>**",
    "gossip:x",
    "<http://a.example>,",
};

/* The text of a case, without its marks. */
static char *
text_of (const char *marked)
{
  GString *text = g_string_new (marked);

  g_string_replace (text, "<", "", 0);
  g_string_replace (text, ">", "", 0);
  return g_string_free (text, FALSE);
}

static void
test_find (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (finds); i++) {
    g_autofree char    *text = text_of (finds[i]);
    g_autoptr (GString) marked = g_string_new (NULL);
    gsize               done = 0;
    gsize               start, end;

    while (ullim_text_links_next (text, done, &start, &end)) {
      g_string_append_len (marked, text + done, start - done);
      g_string_append_printf (marked, "<%.*s>", (int) (end - start), text + start);
      done = end;
    }
    g_string_append (marked, text + done);
    g_assert_cmpstr (marked->str, ==, finds[i]);
  }
}

static void
test_markup (void)
{
  static const char *const table[][2] = {
      {"a < b & c", NULL},
      {"<b> http://x.example/?a=1&b='2' \"",
       "&lt;b&gt; <a href=\"http://x.example/?a=1&amp;b=&apos;2\">"
       "http://x.example/?a=1&amp;b=&apos;2</a>&apos; &quot;"},
      {"www.example.org", "<a href=\"https://www.example.org\">www.example.org</a>"},
      {"http://x.example\"onclick=\"", "<a href=\"http://x.example\">http://x.example</a>"
                                       "&quot;onclick=&quot;"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *markup = ullim_text_links_to_markup (table[i][0]);

    g_assert_cmpstr (markup, ==, table[i][1]);
  }
}

static void
test_safe (void)
{
  g_assert_true (ullim_text_links_is_safe ("https://example.org"));
  g_assert_true (ullim_text_links_is_safe ("SIP:bob@example.org"));
  g_assert_true (ullim_text_links_is_safe ("tel:+1"));
  g_assert_false (ullim_text_links_is_safe ("javascript:alert(1)"));
  g_assert_false (ullim_text_links_is_safe ("file:///etc/passwd"));
  g_assert_false (ullim_text_links_is_safe ("www.example.org"));
  g_assert_false (ullim_text_links_is_safe ("https://a\nb"));
  g_assert_false (ullim_text_links_is_safe (""));
}

/* Texts made to be slow, of the greatest size there is, take no time. */
static void
test_hostile (void)
{
  static const char *const pieces[] = {"http://", "www.", "http://a ", "((((",
                                       "sip:a)",  "h",    "http://a(", "http://a..."};
  gint64                   begin = g_get_monotonic_time ();

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree char    *markup = NULL;

    while (text->len < 65536)
      g_string_append (text, pieces[i]);
    markup = ullim_text_links_to_markup (text->str);
  }
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 5 * G_USEC_PER_SEC);
}

static void
test_limits (void)
{
  g_autofree char *path = g_strnfill (ULLIM_TEXT_LINKS_MAX_BYTES, 'a');
  g_autofree char *text = g_strconcat ("http://", path, NULL);
  gsize            start, end;

  g_assert_false (ullim_text_links_next (text, 0, &start, &end));
  text[ULLIM_TEXT_LINKS_MAX_BYTES] = '\0';
  g_assert_true (ullim_text_links_next (text, 0, &start, &end));
  g_assert_cmpuint (end, ==, ULLIM_TEXT_LINKS_MAX_BYTES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-links/find", test_find);
  g_test_add_func ("/text-links/markup", test_markup);
  g_test_add_func ("/text-links/safe", test_safe);
  g_test_add_func ("/text-links/hostile", test_hostile);
  g_test_add_func ("/text-links/limits", test_limits);
  return g_test_run ();
}
