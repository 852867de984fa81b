/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emoji-text.h"

typedef struct {
  const char *text;
  guint       count;
} Case;

static const Case cases[] = {
    {"", 0},
    {" ", 0},
    {"a", 0},
    {"👍", 1},
    {" 👍\n", 1},
    {"👍👍 👍", 3},
    {"👍!", 0},
    {"👍🏽", 1},
    {"❤️", 1},
    {"❤", 0},
    {"👨‍👩‍👧‍👦", 1},
    {"🏳️‍🌈", 1},
    {"🤷🏽‍♀️", 1},
    {"🇰🇷", 1},
    {"🇰🇷🇺🇳", 2},
    {"🇰", 0},
    {"1️⃣", 1},
    {"1", 0},
    {"2024", 0},
    {"🏴󠁧󠁢󠁳󠁣󠁴󠁿", 1},
    {"☺️☀️", 2},
    {"⭐", 1},
    {"ㅋㅋㅋ", 0},
    {"안녕👋", 0},
    {"👍‍", 0},
    {"🧑‍💻", 1},
    {"👍👍👍👍👍👍", 0},
};

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].text);
    g_assert_cmpuint (ullim_emoji_text_count (cases[i].text, 5), ==, cases[i].count);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emoji-text/table", test_table);
  return g_test_run ();
}
