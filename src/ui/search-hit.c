/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A found message. Keeps one line of it, so that a list of hits costs little even where the
 * messages are long.
 */
#define G_LOG_DOMAIN "search-hit"

#include "search-hit.h"

#include <string.h>

/* Characters of the line before the place that was found, and in all. */
#define SNIPPET_LEAD_CHARS 12
#define SNIPPET_MAX_CHARS 120

struct _UllimSearchHit {
  GObject parent_instance;

  UllimConversation *conversation; /* owned */
  char              *snippet;      /* owned */
  guint              match_start;
  guint              match_end;
  gint64             message_id;
  gint64             time_us;
};

G_DEFINE_FINAL_TYPE (UllimSearchHit, ullim_search_hit, G_TYPE_OBJECT)

static void
ullim_search_hit_finalize (GObject *object)
{
  UllimSearchHit *self = ULLIM_SEARCH_HIT (object);

  g_clear_object (&self->conversation);
  g_free (self->snippet);
  G_OBJECT_CLASS (ullim_search_hit_parent_class)->finalize (object);
}

static void
ullim_search_hit_class_init (UllimSearchHitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_search_hit_finalize;
}

static void
ullim_search_hit_init (UllimSearchHit *self)
{
}

/* Case folding can change lengths, so the place is searched character by character. */
static const char *
find_folded (const char *text, const char *needle)
{
  g_autofree char *folded = g_utf8_casefold (needle, -1);
  glong            chars = g_utf8_strlen (needle, -1);

  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    const char      *end = p;
    g_autofree char *here = NULL;

    for (glong i = 0; i < chars && *end; i++)
      end = g_utf8_next_char (end);
    here = g_utf8_casefold (p, end - p);
    if (g_str_equal (here, folded))
      return p;
    if (!*end)
      break;
  }
  return NULL;
}

static void
make_snippet (UllimSearchHit *self, const char *text, const char *needle)
{
  g_autoptr (GString) line = g_string_new (NULL);
  const char         *found = find_folded (text, needle);
  const char         *start = found ? found : text;
  const char *end = found ? g_utf8_offset_to_pointer (found, g_utf8_strlen (needle, -1)) : NULL;
  guint       chars = 0;
  gboolean    gap = FALSE;

  for (int i = 0; i < SNIPPET_LEAD_CHARS && start > text; i++)
    start = g_utf8_prev_char (start);
  if (start > text)
    g_string_append (line, "…");
  for (const char *p = start; *p && chars < SNIPPET_MAX_CHARS; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    gap = gap || g_unichar_isspace (c) || g_unichar_iscntrl (c);
    if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
      continue;
    if (gap && line->len > 0)
      g_string_append_c (line, ' ');
    gap = FALSE;
    if (p == found)
      self->match_start = (guint) line->len;
    g_string_append_unichar (line, c);
    if (p >= found && p < end)
      self->match_end = (guint) line->len;
    chars++;
  }
  self->snippet = g_string_free (g_steal_pointer (&line), FALSE);
}

UllimSearchHit *
ullim_search_hit_new (UllimConversation *conversation, UllimMessage *message, const char *needle)
{
  UllimSearchHit *self = g_object_new (ULLIM_TYPE_SEARCH_HIT, NULL);

  self->conversation = g_object_ref (conversation);
  self->message_id = ullim_message_get_id (message);
  self->time_us = ullim_message_get_time (message);
  make_snippet (self, ullim_message_get_text (message), needle);
  return self;
}

UllimConversation *
ullim_search_hit_get_conversation (UllimSearchHit *self)
{
  return self->conversation;
}

gint64
ullim_search_hit_get_message_id (UllimSearchHit *self)
{
  return self->message_id;
}

gint64
ullim_search_hit_get_time (UllimSearchHit *self)
{
  return self->time_us;
}

const char *
ullim_search_hit_get_snippet (UllimSearchHit *self)
{
  return self->snippet;
}

void
ullim_search_hit_get_match (UllimSearchHit *self, guint *start, guint *end)
{
  *start = self->match_start;
  *end = self->match_end;
}
