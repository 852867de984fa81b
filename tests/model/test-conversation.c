/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A conversation: name with its stand-in, the one-line summary, notifications.
 */
#include "conversation.h"

static UllimAccount *
make_account (void)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();

  settings->address = g_strdup ("sip:me@example.org");
  return ullim_account_new (1, settings);
}

static void
on_notify (UllimConversation *conversation, GParamSpec *pspec, GString *log)
{
  g_string_append_printf (log, "%s ", pspec->name);
}

static void
test_name (void)
{
  g_autoptr (UllimAccount) account = make_account ();
  UllimConversation       *conversation =
      ullim_conversation_new (1, account, "sip:bob@example.org", "bob@example.org", NULL);

  g_assert_cmpstr (ullim_conversation_get_name (conversation), ==, "bob@example.org");
  ullim_conversation_set_name (conversation, "Bob");
  g_assert_cmpstr (ullim_conversation_get_name (conversation), ==, "Bob");
  ullim_conversation_set_book_name (conversation, "Bobby");
  ullim_conversation_set_name (conversation, "Robert");
  g_assert_cmpstr (ullim_conversation_get_name (conversation), ==, "Bobby");
  ullim_conversation_set_book_name (conversation, NULL);
  g_assert_cmpstr (ullim_conversation_get_name (conversation), ==, "Robert");
  ullim_conversation_set_name (conversation, "");
  g_assert_cmpstr (ullim_conversation_get_name (conversation), ==, "bob@example.org");
  g_assert_true (ullim_conversation_get_account (conversation) == account);
  g_assert_cmpstr (ullim_conversation_get_key (conversation), ==, "bob@example.org");
  g_assert_finalize_object (conversation);
}

static void
test_last (void)
{
  g_autoptr (UllimAccount) account = make_account ();
  UllimConversation  *conversation = ullim_conversation_new (1, account, "sip:b@c", "b@c", NULL);
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  g_signal_connect (conversation, "notify", G_CALLBACK (on_notify), log);
  ullim_conversation_set_last (conversation, "\n one\r\n\ttwo\u2003 세 \n", 10,
                               ULLIM_DIRECTION_OUTGOING, ULLIM_DELIVERY_QUEUED);
  g_assert_cmpstr (ullim_conversation_get_last_text (conversation), ==, "one two 세");
  g_assert_cmpstr (log->str, ==, "last-delivery last-time last-text ");
  g_assert_cmpint (ullim_conversation_get_last_direction (conversation), ==,
                   ULLIM_DIRECTION_OUTGOING);
  g_string_truncate (log, 0);
  ullim_conversation_set_last (conversation, "one two 세", 10, ULLIM_DIRECTION_OUTGOING,
                               ULLIM_DELIVERY_SENDING);
  g_assert_cmpstr (log->str, ==, "last-delivery ");
  for (int i = 0; i < 1000; i++)
    g_string_append (text, "한");
  ullim_conversation_set_last (conversation, text->str, 11, ULLIM_DIRECTION_INCOMING,
                               ULLIM_DELIVERY_RECEIVED);
  g_assert_cmpint (g_utf8_strlen (ullim_conversation_get_last_text (conversation), -1), ==, 200);
  ullim_conversation_set_last (conversation, NULL, 0, ULLIM_DIRECTION_INCOMING,
                               ULLIM_DELIVERY_RECEIVED);
  g_assert_null (ullim_conversation_get_last_text (conversation));
  g_assert_finalize_object (conversation);
}

static void
test_unread_and_draft (void)
{
  g_autoptr (UllimAccount) account = make_account ();
  UllimConversation  *conversation = ullim_conversation_new (1, account, "sip:b@c", "b@c", NULL);
  g_autoptr (GString) log = g_string_new (NULL);

  g_signal_connect (conversation, "notify", G_CALLBACK (on_notify), log);
  ullim_conversation_set_unread (conversation, 2);
  ullim_conversation_set_unread (conversation, 2);
  ullim_conversation_set_draft (conversation, "half a");
  ullim_conversation_set_draft (conversation, "half a");
  g_assert_cmpstr (log->str, ==, "unread draft ");
  ullim_conversation_set_draft (conversation, "");
  g_assert_null (ullim_conversation_get_draft (conversation));
  g_assert_cmpuint (ullim_conversation_get_unread (conversation), ==, 2);
  g_assert_finalize_object (conversation);
}

static void
test_timeline (void)
{
  g_autoptr (UllimAccount) account = make_account ();
  UllimConversation *conversation = ullim_conversation_new (1, account, "sip:b@c", "b@c", NULL);
  UllimTimeline     *timeline = ullim_conversation_get_timeline (conversation);

  g_assert_true (timeline == ullim_conversation_get_timeline (conversation));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 0);
  g_object_ref (timeline);
  g_assert_finalize_object (conversation);
  g_assert_finalize_object (timeline);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/conversation/name", test_name);
  g_test_add_func ("/conversation/last", test_last);
  g_test_add_func ("/conversation/unread-and-draft", test_unread_and_draft);
  g_test_add_func ("/conversation/timeline", test_timeline);
  return g_test_run ();
}
