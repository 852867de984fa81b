/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of conversations: order, batches, moves, look-up, the sum of unread messages; a mirror
 * that follows items-changed alone must end up equal.
 */
#include "conversation-list.h"

typedef struct {
  UllimAccount          *account;
  UllimConversationList *list;
  GPtrArray             *mirror;
  guint                  emissions;
} Fixture;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  fixture->emissions++;
  if (removed > 0)
    g_ptr_array_remove_range (fixture->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (fixture->mirror, (int) (position + i),
                        g_list_model_get_item (model, position + i));
  g_assert_cmpuint (fixture->mirror->len, ==, g_list_model_get_n_items (model));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();

  settings->address = g_strdup ("sip:me@example.org");
  fixture->account = ullim_account_new (1, settings);
  fixture->list = ullim_conversation_list_new ();
  fixture->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (on_items_changed), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < fixture->mirror->len; i++) {
    g_autoptr (UllimConversation) conversation =
        g_list_model_get_item (G_LIST_MODEL (fixture->list), i);

    g_assert_true (conversation == fixture->mirror->pdata[i]);
    g_assert_cmpuint (ullim_conversation_list_get_position (fixture->list, conversation), ==, i);
  }
  g_ptr_array_unref (fixture->mirror);
  g_assert_finalize_object (fixture->list);
  g_assert_finalize_object (fixture->account);
}

static UllimConversation *
make (Fixture *fixture, gint64 id, const char *name, gint64 time_us)
{
  g_autofree char   *key = g_strdup_printf ("p%" G_GINT64_FORMAT "@example.org", id);
  g_autofree char   *peer = g_strconcat ("sip:", key, NULL);
  UllimConversation *conversation = ullim_conversation_new (id, fixture->account, peer, key, name);

  if (time_us > 0)
    ullim_conversation_set_last (conversation, "text", time_us, ULLIM_DIRECTION_INCOMING,
                                 ULLIM_DELIVERY_RECEIVED);
  return conversation;
}

static char *
order (Fixture *fixture)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (fixture->list)); i++) {
    g_autoptr (UllimConversation) conversation =
        g_list_model_get_item (G_LIST_MODEL (fixture->list), i);

    g_string_append (names, ullim_conversation_get_name (conversation));
  }
  return g_string_free (names, FALSE);
}

#define assert_order(fixture, expected)                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *found_ = order (fixture);                                                     \
    g_assert_cmpstr (found_, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

static void
test_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimConversation) a = make (fixture, 1, "A", 0);
  g_autoptr (UllimConversation) b = make (fixture, 2, "B", 20);
  g_autoptr (UllimConversation) c = make (fixture, 3, "C", 10);
  g_autoptr (UllimConversation) d = make (fixture, 4, "D", 0);

  ullim_conversation_list_add (fixture->list, d);
  ullim_conversation_list_add (fixture->list, c);
  ullim_conversation_list_add (fixture->list, b);
  ullim_conversation_list_add (fixture->list, a);
  assert_order (fixture, "BCAD");
  g_assert_cmpuint (fixture->emissions, ==, 4);

  ullim_conversation_set_last (d, "x", 30, ULLIM_DIRECTION_INCOMING, ULLIM_DELIVERY_RECEIVED);
  assert_order (fixture, "DBCA");
  g_assert_cmpuint (fixture->emissions, ==, 6);
  /* Already the first: nothing moves. */
  ullim_conversation_set_last (d, "y", 40, ULLIM_DIRECTION_INCOMING, ULLIM_DELIVERY_RECEIVED);
  g_assert_cmpuint (fixture->emissions, ==, 6);
  ullim_conversation_set_last (d, NULL, 0, ULLIM_DIRECTION_INCOMING, ULLIM_DELIVERY_RECEIVED);
  assert_order (fixture, "BCAD");
  ullim_conversation_set_name (d, "0");
  assert_order (fixture, "BC0A");
}

static void
test_look_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimConversation) a = make (fixture, 1, "A", 0);
  g_autoptr (UllimConversation) b = make (fixture, 2, "B", 0);
  g_autoptr (UllimConversation) twin = make (fixture, 1, "again", 0);

  ullim_conversation_list_add (fixture->list, a);
  ullim_conversation_list_add (fixture->list, twin);
  ullim_conversation_list_add (fixture->list, b);
  assert_order (fixture, "AB");
  g_assert_true (ullim_conversation_list_find (fixture->list, 1, "p1@example.org") == a);
  g_assert_null (ullim_conversation_list_find (fixture->list, 2, "p1@example.org"));
  g_assert_null (ullim_conversation_list_find (fixture->list, 1, "p3@example.org"));
  g_assert_true (ullim_conversation_list_find_id (fixture->list, 2) == b);
  ullim_conversation_list_remove (fixture->list, twin);
  assert_order (fixture, "AB");
  ullim_conversation_list_remove (fixture->list, a);
  assert_order (fixture, "B");
  g_assert_null (ullim_conversation_list_find_id (fixture->list, 1));
  g_assert_null (ullim_conversation_list_find (fixture->list, 1, "p1@example.org"));
  ullim_conversation_list_remove (fixture->list, b);
  g_assert_finalize_object (g_steal_pointer (&b));
}

static void
test_unread (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimConversation) a = make (fixture, 1, "A", 0);
  g_autoptr (UllimConversation) b = make (fixture, 2, "B", 0);

  ullim_conversation_set_unread (a, 3);
  ullim_conversation_list_add (fixture->list, a);
  ullim_conversation_list_add (fixture->list, b);
  g_assert_cmpuint (ullim_conversation_list_get_unread (fixture->list), ==, 3);
  ullim_conversation_set_unread (b, 4);
  ullim_conversation_set_unread (a, 1);
  g_assert_cmpuint (ullim_conversation_list_get_unread (fixture->list), ==, 5);
  ullim_conversation_list_remove (fixture->list, b);
  g_assert_cmpuint (ullim_conversation_list_get_unread (fixture->list), ==, 1);
  /* No longer watched. */
  ullim_conversation_set_unread (b, 9);
  g_assert_cmpuint (ullim_conversation_list_get_unread (fixture->list), ==, 1);
}

static void
on_item_changed (UllimConversationList *list, UllimConversation *conversation, GString *log)
{
  g_string_append_printf (log, "%s@%u ", ullim_conversation_get_name (conversation),
                          ullim_conversation_list_get_position (list, conversation));
}

/* It tells where the conversation is now. */
static void
test_item_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimConversation) a = make (fixture, 1, "A", 0);
  g_autoptr (UllimConversation) b = make (fixture, 2, "B", 0);
  g_autoptr (GString)           log = g_string_new (NULL);

  ullim_conversation_list_add (fixture->list, a);
  ullim_conversation_list_add (fixture->list, b);
  g_signal_connect (fixture->list, "item-changed", G_CALLBACK (on_item_changed), log);
  ullim_conversation_set_draft (a, "half");
  ullim_conversation_set_name (a, "Z");
  ullim_conversation_set_unread (b, 1);
  g_assert_cmpstr (log->str, ==, "A@0 Z@1 B@0 ");
}

static void
test_ten_thousand (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GRand)     random = g_rand_new_with_seed (1);
  gint64                last_time = G_MAXINT64;
  gint64                start;

  for (gint64 id = 1; id <= 10000; id++) {
    g_autofree char *name = g_strdup_printf ("Person %05u", g_rand_int_range (random, 0, 99999));

    g_ptr_array_add (all, make (fixture, id, name, g_rand_int_range (random, 1, 1000000)));
  }
  start = g_get_monotonic_time ();
  ullim_conversation_list_add_all (fixture->list, all);
  g_test_message ("10,000 in one batch: %.1f ms",
                  (double) (g_get_monotonic_time () - start) / 1000.0);
  g_assert_cmpuint (fixture->emissions, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 10000);
  for (guint i = 0; i < 10000; i++) {
    gint64 time_us = ullim_conversation_get_last_time (fixture->mirror->pdata[i]);

    g_assert_cmpint (time_us, <=, last_time);
    last_time = time_us;
  }
  ullim_conversation_list_add_all (fixture->list, all);
  g_assert_cmpuint (fixture->emissions, ==, 1);

  start = g_get_monotonic_time ();
  for (gint64 i = 0; i < 10000; i++)
    ullim_conversation_set_last (all->pdata[g_rand_int_range (random, 0, 10000)], "t", 1000000 + i,
                                 ULLIM_DIRECTION_INCOMING, ULLIM_DELIVERY_RECEIVED);
  g_test_message ("10,000 moves: %.1f ms", (double) (g_get_monotonic_time () - start) / 1000.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/conversation-list/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/conversation-list/look-up", Fixture, NULL, set_up, test_look_up, tear_down);
  g_test_add ("/conversation-list/unread", Fixture, NULL, set_up, test_unread, tear_down);
  g_test_add ("/conversation-list/item-changed", Fixture, NULL, set_up, test_item_changed,
              tear_down);
  g_test_add ("/conversation-list/ten-thousand", Fixture, NULL, set_up, test_ten_thousand,
              tear_down);
  return g_test_run ();
}
