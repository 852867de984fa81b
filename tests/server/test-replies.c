/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-replies.h"

#define NOW_S 100

typedef UllimServerReplies Replies;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Replies, ullim_server_replies_free)

static guint64
key_of (Replies *replies, const char *branch)
{
  return ullim_server_replies_key (replies, branch, "h:1", "MESSAGE", "id", 1);
}

static void
test_repeat (void)
{
  g_autoptr (Replies) replies = ullim_server_replies_new ();
  guint64             key = key_of (replies, "z9hG4bKa");
  const char         *tag;
  const char         *headers;

  g_assert_true (ullim_server_replies_begin (replies, key, NOW_S));
  g_assert_false (ullim_server_replies_begin (replies, key, NOW_S));
  g_assert_cmpint (ullim_server_replies_find (replies, key, &tag, &headers), ==, 0);
  ullim_server_replies_end (replies, key, 202, "tag", "Expires: 1\r\n");
  g_assert_cmpint (ullim_server_replies_find (replies, key, &tag, &headers), ==, 202);
  g_assert_cmpstr (tag, ==, "tag");
  g_assert_false (ullim_server_replies_begin (replies, key, NOW_S + ULLIM_SERVER_REPLY_LIFE_S));
  g_assert_true (ullim_server_replies_begin (replies, key, NOW_S + ULLIM_SERVER_REPLY_LIFE_S + 1));
}

static void
test_keys (void)
{
  g_autoptr (Replies) replies = ullim_server_replies_new ();
  g_autoptr (Replies) other = ullim_server_replies_new ();
  guint64             key = key_of (replies, "z9hG4bKa");

  g_assert_cmpuint (key, ==, key_of (replies, "z9hG4bKa"));
  g_assert_cmpuint (key, !=, key_of (replies, "z9hG4bKb"));
  g_assert_cmpuint (key, !=, key_of (other, "z9hG4bKa")); /* each run has its own secret */
  g_assert_cmpuint (key, !=,
                    ullim_server_replies_key (replies, "z9hG4bKa", "h:1", "MESSAGE", "id", 2));
  g_assert_cmpuint (key, !=,
                    ullim_server_replies_key (replies, "z9hG4bKah", ":1", "MESSAGE", "id", 1));
}

static void
test_memory (void)
{
  g_autoptr (Replies) replies = ullim_server_replies_new ();
  const char         *tag;
  const char         *headers;

  for (guint64 key = 1; key <= ULLIM_SERVER_MAX_REPLIES + 10; key++) {
    g_assert_true (ullim_server_replies_begin (replies, key, NOW_S));
    ullim_server_replies_end (replies, key, 200, NULL, NULL);
  }
  g_assert_cmpint (ullim_server_replies_find (replies, 1, &tag, &headers), ==,
                   0); /* the oldest went */
  g_assert_cmpint (ullim_server_replies_find (replies, ULLIM_SERVER_MAX_REPLIES, &tag, &headers),
                   ==, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/replies/repeat", test_repeat);
  g_test_add_func ("/replies/keys", test_keys);
  g_test_add_func ("/replies/memory", test_memory);
  return g_test_run ();
}
