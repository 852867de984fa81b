/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What deserves attention: not what is before the user's eyes.
 */
#include "attention.h"

typedef struct {
  UllimConversation *conversation;
  UllimMessage      *message;
  guint              n_notified;
  UllimConversation *withdrawn;
} Seen;

static void
on_notify_message (UllimAttention    *attention,
                   UllimConversation *conversation,
                   UllimMessage      *message,
                   Seen              *seen)
{
  seen->conversation = conversation;
  seen->message = message;
  seen->n_notified++;
}

static void
on_withdraw (UllimAttention *attention, UllimConversation *conversation, Seen *seen)
{
  seen->withdrawn = conversation;
}

static void
test_focus (void)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();
  g_autoptr (UllimAccount)         account = NULL;
  UllimConversation               *first;
  UllimConversation               *second;
  UllimMessage                    *message;
  UllimAttention                  *attention = ullim_attention_new ();
  Seen                             seen = {0};

  settings->address = g_strdup ("sip:me@example.org");
  account = ullim_account_new (1, settings);
  first = ullim_conversation_new (1, account, "sip:a@example.org", "a@example.org", NULL);
  second = ullim_conversation_new (2, account, "sip:b@example.org", "b@example.org", NULL);
  message = ullim_message_new (1, ULLIM_DIRECTION_INCOMING, 1, "c", "t", ULLIM_DELIVERY_RECEIVED,
                               ULLIM_PROBLEM_NONE);
  g_signal_connect (attention, "notify-message", G_CALLBACK (on_notify_message), &seen);
  g_signal_connect (attention, "withdraw", G_CALLBACK (on_withdraw), &seen);

  ullim_attention_message (attention, first, message);
  g_assert_cmpuint (seen.n_notified, ==, 1);
  g_assert_true (seen.conversation == first);
  g_assert_true (seen.message == message);
  ullim_attention_set_focus (attention, first);
  g_assert_true (seen.withdrawn == first);
  ullim_attention_message (attention, first, message);
  g_assert_cmpuint (seen.n_notified, ==, 1);
  ullim_attention_message (attention, second, message);
  g_assert_cmpuint (seen.n_notified, ==, 2);
  ullim_attention_set_focus (attention, NULL);
  g_assert_null (ullim_attention_get_focus (attention));
  g_assert_true (seen.withdrawn == first);
  ullim_attention_message (attention, first, message);
  g_assert_cmpuint (seen.n_notified, ==, 3);

  ullim_attention_set_focus (attention, second);
  g_assert_finalize_object (attention);
  g_assert_finalize_object (first);
  g_assert_finalize_object (second);
  g_assert_finalize_object (message);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attention/focus", test_focus);
  return g_test_run ();
}
