/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small state machine over the characters. The ranges are those of emoji-data.txt that are drawn
 * as pictures by themselves; older symbols count when the variation selector asks for the picture.
 */
#define G_LOG_DOMAIN "emoji-text"

#include "emoji-text.h"

#define ZERO_WIDTH_JOINER 0x200d
#define VARIATION_TEXT 0xfe0e
#define VARIATION_EMOJI 0xfe0f
#define KEYCAP 0x20e3

typedef struct {
  gunichar first;
  gunichar last;
} Range;

static const Range pictures[] = {
    {0x231a, 0x231b},   {0x23e9, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267f, 0x267f},   {0x2693, 0x2693},   {0x26a1, 0x26a1},
    {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},   {0x26ce, 0x26ce},
    {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f5},   {0x26fa, 0x26fa},
    {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b},   {0x2728, 0x2728},
    {0x274c, 0x274c},   {0x274e, 0x274e},   {0x2753, 0x2755},   {0x2757, 0x2757},
    {0x2795, 0x2797},   {0x27b0, 0x27b0},   {0x27bf, 0x27bf},   {0x2b1b, 0x2b1c},
    {0x2b50, 0x2b50},   {0x2b55, 0x2b55},   {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf},
    {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a}, {0x1f201, 0x1f201}, {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f7e0, 0x1f7eb}, {0x1f90c, 0x1f9ff}, {0x1fa70, 0x1faff},
};

static gboolean
is_picture (gunichar c)
{
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++) {
    if (c < pictures[i].first)
      return FALSE;
    if (c <= pictures[i].last)
      return TRUE;
  }
  return FALSE;
}

/* Symbols that are text by themselves and a picture when the selector follows. */
static gboolean
may_be_picture (gunichar c)
{
  return c == 0xa9 || c == 0xae || (c >= 0x203c && c <= 0x3299) || (c >= 0x1f000 && c <= 0x1f2ff);
}

static gboolean
is_regional (gunichar c)
{
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/* Skin tones, the tags of flags such as Scotland's: they change the emoji before them. */
static gboolean
is_modifier (gunichar c)
{
  return (c >= 0x1f3fb && c <= 0x1f3ff) || (c >= 0xe0020 && c <= 0xe007f) || c == VARIATION_EMOJI;
}

static gunichar
char_at (const char *p)
{
  return *p ? g_utf8_get_char (p) : 0;
}

/* Returns: after the digit, selector and frame of a keycap, or %NULL */
static const char *
skip_keycap (const char *p)
{
  if (!(g_ascii_isdigit (*p) || *p == '#' || *p == '*'))
    return NULL;
  p++;
  if (char_at (p) == VARIATION_EMOJI)
    p = g_utf8_next_char (p);
  return char_at (p) == KEYCAP ? g_utf8_next_char (p) : NULL;
}

static const char *
skip_flag (const char *p)
{
  const char *second = g_utf8_next_char (p);

  return is_regional (char_at (second)) ? g_utf8_next_char (second) : NULL;
}

/* Returns: after one picture with its modifiers, or %NULL */
static const char *
skip_picture (const char *p)
{
  gunichar    c = char_at (p);
  const char *next = *p ? g_utf8_next_char (p) : p;

  if (char_at (next) == VARIATION_TEXT)
    return NULL;
  if (!is_picture (c) && !(may_be_picture (c) && char_at (next) == VARIATION_EMOJI))
    return NULL;
  while (is_modifier (char_at (next)))
    next = g_utf8_next_char (next);
  return next;
}

/* Returns: after one emoji, or %NULL if there is none at @p */
static const char *
skip_emoji (const char *p)
{
  const char *next = skip_keycap (p);

  if (next)
    return next;
  if (is_regional (char_at (p)))
    return skip_flag (p);
  next = skip_picture (p);
  while (next && char_at (next) == ZERO_WIDTH_JOINER) {
    const char *joined = g_utf8_next_char (next);

    /* Gender and heart signs are joined with or without the selector. */
    next = skip_picture (joined);
    if (!next && may_be_picture (char_at (joined)))
      next = g_utf8_next_char (joined);
  }
  return next;
}

guint
ullim_emoji_text_count (const char *text, guint max)
{
  guint count = 0;

  for (const char *p = text; *p;) {
    if (g_unichar_isspace (g_utf8_get_char (p))) {
      p = g_utf8_next_char (p);
      continue;
    }
    p = skip_emoji (p);
    if (!p || ++count > max)
      return 0;
  }
  return count;
}
