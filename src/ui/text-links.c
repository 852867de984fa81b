/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Links in free text (the delimiting advice of RFC 3986, appendix C, applied to what people really
 * write). One pass over the text, no regular expression: it comes from the network, and must cost
 * the same whatever it is.
 */
#define G_LOG_DOMAIN "text-links"

#include "text-links.h"

#include <string.h>

typedef struct {
  const char *prefix;
  const char *completion; /* nullable: put before it to make a URI */
} Scheme;

static const Scheme schemes[] = {
    {"https://", NULL}, {"http://", NULL}, {"mailto:", NULL},    {"sips:", NULL},
    {"sip:", NULL},     {"tel:", NULL},    {"www.", "https://"},
};

static const Scheme *
scheme_at (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    if (g_ascii_strncasecmp (text, schemes[i].prefix, strlen (schemes[i].prefix)) == 0)
      return &schemes[i];
  }
  return NULL;
}

/* Characters that never stand in a URI, whatever the script: blanks, quotes, angle brackets. */
static gboolean
ends_link (gunichar c)
{
  if (c < 0x80)
    return c <= 0x20 || c == 0x7f || strchr ("<>\"`{}|\\^", (int) c) != NULL;
  if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
    return TRUE;
  switch (g_unichar_type (c)) {
  case G_UNICODE_FORMAT: /* among them the marks that turn the direction of what follows */
  case G_UNICODE_OPEN_PUNCTUATION:
  case G_UNICODE_CLOSE_PUNCTUATION:
  case G_UNICODE_INITIAL_PUNCTUATION:
  case G_UNICODE_FINAL_PUNCTUATION:
  case G_UNICODE_OTHER_PUNCTUATION:
    return TRUE;
  default:
    return FALSE;
  }
}

static gsize
run_length (const char *text)
{
  const char *p = text;

  while (*p && !ends_link (g_utf8_get_char (p)))
    p = g_utf8_next_char (p);
  return p - text;
}

/* How many more of @close than of @open there are. */
static int
surplus (const char *text, gsize length, char open, char close)
{
  int count = 0;

  for (gsize i = 0; i < length; i++)
    count += (text[i] == close) - (text[i] == open);
  return count;
}

/* Takes off the end what belongs to the sentence around the link. */
static gsize
trim_end (const char *text, gsize length)
{
  int round = surplus (text, length, '(', ')');
  int square = surplus (text, length, '[', ']');

  for (; length > 0; length--) {
    char last = text[length - 1];

    if (last == ')' && round > 0)
      round--;
    else if (last == ']' && square > 0)
      square--;
    else if (!strchr (".,;:!?'*_~", last))
      break;
  }
  return length;
}

/* The scheme alone is no link, nor is one without a letter or a digit after it. */
static gboolean
has_body (const char *text, gsize length, const Scheme *scheme)
{
  gsize prefix = strlen (scheme->prefix);

  if (length <= prefix || length > ULLIM_TEXT_LINKS_MAX_BYTES)
    return FALSE;
  if (scheme->completion && !memchr (text + prefix, '.', length - prefix))
    return FALSE;
  if (g_ascii_strcasecmp (scheme->prefix, "mailto:") == 0)
    return memchr (text + prefix, '@', length - prefix) != NULL;
  return g_unichar_isalnum (g_utf8_get_char (text + prefix)) || strchr ("+[", text[prefix]) != NULL;
}

static gboolean
starts_word (const char *text, const char *p)
{
  gunichar before;

  if (p == text)
    return TRUE;
  /* Korean particles and Chinese text stand against a link without a blank, so only the letters
   * that a scheme could be the tail of count. */
  before = g_utf8_get_char (g_utf8_prev_char (p));
  return before >= 0x80 || !(g_ascii_isalnum ((char) before) || strchr ("+-._@/:", (int) before));
}

gboolean
ullim_text_links_next (const char *text, gsize from, gsize *start, gsize *end)
{
  const char *p = text + from;

  while (*p) {
    const Scheme *scheme = strchr ("hmstwHMSTW", *p) ? scheme_at (p) : NULL;
    gsize         run;
    gsize         length;

    if (!scheme || !starts_word (text, p)) {
      p = g_utf8_next_char (p);
      continue;
    }
    run = run_length (p);
    length = trim_end (p, run);
    if (has_body (p, length, scheme)) {
      *start = p - text;
      *end = *start + length;
      return TRUE;
    }
    /* The whole run is stepped over: a text of nothing but schemes stays linear. */
    p += run;
  }
  return FALSE;
}

static void
append_escaped (GString *markup, const char *text, gsize length)
{
  g_autofree char *escaped = g_markup_escape_text (text, length);

  g_string_append (markup, escaped);
}

static void
append_link (GString *markup, const char *text, gsize length)
{
  const Scheme *scheme = scheme_at (text);

  g_string_append (markup, "<a href=\"");
  if (scheme && scheme->completion)
    g_string_append (markup, scheme->completion);
  append_escaped (markup, text, length);
  g_string_append (markup, "\">");
  append_escaped (markup, text, length);
  g_string_append (markup, "</a>");
}

char *
ullim_text_links_to_markup (const char *text)
{
  GString *markup;
  gsize    done = 0;
  gsize    start, end;
  guint    count = 0;

  if (!ullim_text_links_next (text, 0, &start, &end))
    return NULL;
  markup = g_string_sized_new (strlen (text) + 128);
  do {
    append_escaped (markup, text + done, start - done);
    append_link (markup, text + start, end - start);
    done = end;
  } while (++count < ULLIM_TEXT_LINKS_MAX_LINKS &&
           ullim_text_links_next (text, done, &start, &end));
  append_escaped (markup, text + done, strlen (text + done));
  return g_string_free (markup, FALSE);
}

gboolean
ullim_text_links_is_safe (const char *uri)
{
  const Scheme *scheme = scheme_at (uri);

  if (!scheme || scheme->completion)
    return FALSE;
  for (const char *p = uri; *p; p++) {
    if (g_ascii_iscntrl (*p))
      return FALSE;
  }
  return TRUE;
}
