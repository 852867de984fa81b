/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The line that a found message shows: around the place, on one line, with the place marked.
 */
#include "search-hit.h"

#include <string.h>

static void
check (const char *text, const char *needle, const char *snippet, const char *marked)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();
  g_autoptr (UllimAccount)         account = NULL;
  g_autoptr (UllimConversation)    conversation = NULL;
  g_autoptr (UllimMessage)         message = NULL;
  g_autoptr (UllimSearchHit)       hit = NULL;
  g_autofree char                 *part = NULL;
  guint                            start, end;

  settings->address = g_strdup ("sip:me@example.org");
  account = ullim_account_new (1, settings);
  conversation = ullim_conversation_new (1, account, "sip:p@example.org", "p@example.org", NULL);
  message = ullim_message_new (7, ULLIM_DIRECTION_INCOMING, 1000, "id", text,
                               ULLIM_DELIVERY_RECEIVED, ULLIM_PROBLEM_NONE);
  hit = ullim_search_hit_new (conversation, message, needle);
  g_assert_cmpint (ullim_search_hit_get_message_id (hit), ==, 7);
  g_assert_cmpstr (ullim_search_hit_get_snippet (hit), ==, snippet);
  ullim_search_hit_get_match (hit, &start, &end);
  part = g_strndup (ullim_search_hit_get_snippet (hit) + start, end - start);
  g_assert_cmpstr (part, ==, marked);
}

static void
test_snippet (void)
{
  check ("Meet at three", "meet", "Meet at three", "Meet");
  check ("one\n\ntwo\tthree", "two", "one two three", "two");
  check ("오늘 저녁에 만나요", "저녁", "오늘 저녁에 만나요", "저녁");
  check ("a long beginning and then the word", "word", "…nd then the word", "word");
  check ("nothing of it", "else", "nothing of it", "");
  check ("STRASSE", "strasse", "STRASSE", "STRASSE");
}

static void
test_long (void)
{
  g_autofree char *text = g_strnfill (100000, 'x');

  for (guint i = 0; i < 3; i++)
    text[50000 + i] = 'y';
  check (
      text, "yyy",
      "…xxxxxxxxxxxxyyyxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      "yyy");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search-hit/snippet", test_snippet);
  g_test_add_func ("/search-hit/long", test_long);
  return g_test_run ();
}
