/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What people write, as the bubbles show it: the markup is well-formed, shows exactly the text, and
 * leads nowhere but to safe schemes.
 */
#include "emoji-text.h"
#include "fuzz.h"
#include "text-links.h"
#include "text-match.h"

#include <string.h>

typedef struct {
  GString *text;
  guint    n_links;
} Seen;

static void
on_start (GMarkupParseContext *context,
          const char          *element,
          const char         **names,
          const char         **values,
          gpointer             data,
          GError             **error)
{
  if (g_str_equal (element, "m"))
    return;
  g_assert_cmpstr (element, ==, "a");
  g_assert_cmpstr (names[0], ==, "href");
  g_assert_null (names[1]);
  g_assert_true (ullim_text_links_is_safe (values[0]));
  ((Seen *) data)->n_links++;
}

static void
on_text (GMarkupParseContext *context,
         const char          *text,
         gsize                length,
         gpointer             data,
         GError             **error)
{
  g_string_append_len (((Seen *) data)->text, text, length);
}

/* The reader of markup turns each end of a line into a line feed. */
static char *
with_line_feeds (const char *text)
{
  GString *string = g_string_new (text);

  g_string_replace (string, "\r\n", "\n", 0);
  g_string_replace (string, "\r", "\n", 0);
  return g_string_free (string, FALSE);
}

static void
check_markup (const char *text, const char *markup)
{
  static const GMarkupParser parser = {.start_element = on_start, .text = on_text};
  Seen                       seen = {g_string_new (NULL), 0};
  g_autofree char           *expected = with_line_feeds (text);
  g_autofree char           *whole = g_strdup_printf ("<m>%s</m>", markup);
  g_autoptr (GError)         error = NULL;
  GMarkupParseContext       *context = g_markup_parse_context_new (&parser, 0, &seen, NULL);

  g_markup_parse_context_parse (context, whole, -1, &error);
  g_assert_no_error (error);
  g_assert_true (g_markup_parse_context_end_parse (context, NULL));
  g_assert_cmpstr (seen.text->str, ==, expected);
  g_assert_cmpuint (seen.n_links, >, 0);
  g_assert_cmpuint (seen.n_links, <=, ULLIM_TEXT_LINKS_MAX_LINKS);
  g_markup_parse_context_free (context);
  g_string_free (seen.text, TRUE);
}

static void
check_match (const char *text)
{
  g_auto (GStrv) words = ullim_text_match_words (text);
  gsize          from = 0;
  gsize          start, end;

  while (ullim_text_match_next (text, from, (const char *const *) words, &start, &end)) {
    g_assert_cmpuint (start, >=, from);
    g_assert_cmpuint (end, >, start);
    g_assert_true (g_utf8_validate (text + start, end - start, NULL));
    from = end;
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *markup = NULL;

  /* The model holds nothing but valid text. */
  if (!g_utf8_validate (text, -1, NULL))
    return 0;
  markup = ullim_text_links_to_markup (text);
  if (markup)
    check_markup (text, markup);
  check_match (text);
  g_assert_cmpuint (ullim_emoji_text_count (text, 5), <=, 5);
  return 0;
}
