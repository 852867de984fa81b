/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of people: order by name and by presence, bursts, look-up by shared addresses, groups; a
 * mirror that follows items-changed alone must end up equal.
 */
#include "contact-list.h"

typedef struct {
  UllimContactList *list;
  GPtrArray        *mirror;
  guint             emissions;
  guint             last_position; /* of the last emission */
  guint             last_removed;
  guint             groups_changed;
  guint             bursts_ended;
} Fixture;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  fixture->emissions++;
  fixture->last_position = position;
  fixture->last_removed = removed;
  if (removed > 0)
    g_ptr_array_remove_range (fixture->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (fixture->mirror, (int) (position + i),
                        g_list_model_get_item (model, position + i));
  g_assert_cmpuint (fixture->mirror->len, ==, g_list_model_get_n_items (model));
}

static void
on_burst_ended (UllimContactList *list, Fixture *fixture)
{
  fixture->bursts_ended++;
}

static void
on_groups_changed (UllimContactList *list, Fixture *fixture)
{
  fixture->groups_changed++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->list = ullim_contact_list_new ();
  fixture->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (on_items_changed), fixture);
  g_signal_connect (fixture->list, "burst-ended", G_CALLBACK (on_burst_ended), fixture);
  g_signal_connect (fixture->list, "groups-changed", G_CALLBACK (on_groups_changed), fixture);
}

static void
assert_mirror (Fixture *fixture)
{
  g_assert_cmpuint (fixture->mirror->len, ==,
                    g_list_model_get_n_items (G_LIST_MODEL (fixture->list)));
  for (guint i = 0; i < fixture->mirror->len; i++) {
    g_autoptr (UllimContact) contact = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);

    g_assert_true (contact == fixture->mirror->pdata[i]);
    g_assert_cmpuint (ullim_contact_list_get_position (fixture->list, contact), ==, i);
  }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  assert_mirror (fixture);
  g_ptr_array_unref (fixture->mirror);
  g_assert_finalize_object (fixture->list);
}

static UllimContactData *
make_data (const char *name, const char *key, const char *group)
{
  UllimContactData *data = ullim_contact_data_new ();
  g_autofree char  *uri = g_strconcat ("sip:", key, NULL);

  data->uid = g_strdup (key);
  data->name = g_strdup (name);
  g_ptr_array_add (data->addresses, ullim_contact_address_new (uri, key));
  if (group)
    g_ptr_array_add (data->groups, g_strdup (group));
  return data;
}

static UllimContact *
add (Fixture *fixture, gint64 id, const char *name, const char *key, const char *group)
{
  g_autoptr (UllimContact) contact = ullim_contact_new (id, make_data (name, key, group));

  ullim_contact_list_add (fixture->list, contact);
  return ullim_contact_list_find_id (fixture->list, id);
}

static void
tell (Fixture *fixture, const char *key, UllimPresenceState state)
{
  g_autoptr (UllimPresence) presence = ullim_presence_new (state, ULLIM_PRESENCE_REASON_NONE, NULL);

  g_assert_true (ullim_contact_list_set_address_presence (fixture->list, key, presence));
}

static char *
order (Fixture *fixture)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < fixture->mirror->len; i++)
    g_string_append (names, ullim_contact_get_display_name (fixture->mirror->pdata[i]));
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
  UllimContact *b;

  add (fixture, 1, "C", "c@x", NULL);
  b = add (fixture, 2, "B", "b@x", NULL);
  add (fixture, 3, "A", "a@x", NULL);
  add (fixture, 3, "Z", "z@x", NULL); /* an id that is there */
  assert_order (fixture, "ABC");
  g_assert_cmpuint (fixture->emissions, ==, 3);

  /* By name, presence moves nobody. */
  tell (fixture, "c@x", ULLIM_PRESENCE_AVAILABLE);
  g_assert_cmpuint (fixture->emissions, ==, 3);
  ullim_contact_list_set_order (fixture->list, ULLIM_CONTACT_BY_PRESENCE);
  assert_order (fixture, "CAB");
  tell (fixture, "b@x", ULLIM_PRESENCE_AVAILABLE);
  assert_order (fixture, "BCA");
  tell (fixture, "c@x", ULLIM_PRESENCE_AWAY);
  assert_order (fixture, "BCA");
  tell (fixture, "b@x", ULLIM_PRESENCE_OFFLINE);
  assert_order (fixture, "CBA");
  ullim_contact_set_data (b, make_data ("0", "b@x", NULL));
  assert_order (fixture, "C0A");
  ullim_contact_list_set_order (fixture->list, ULLIM_CONTACT_BY_NAME);
  assert_order (fixture, "0AC");
  ullim_contact_set_data (b, make_data ("D", "b@x", NULL));
  assert_order (fixture, "ACD");
}

static void
on_item_changed (UllimContactList *list, UllimContact *contact, GString *log)
{
  g_string_append_printf (log, "%s@%u ", ullim_contact_get_display_name (contact),
                          ullim_contact_list_get_position (list, contact));
}

static void
test_item_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  UllimContact       *a = add (fixture, 1, "A", "a@x", NULL);

  add (fixture, 2, "B", "b@x", NULL);
  g_signal_connect (fixture->list, "item-changed", G_CALLBACK (on_item_changed), log);
  ullim_contact_set_data (a, make_data ("Z", "a@x", NULL));
  tell (fixture, "b@x", ULLIM_PRESENCE_AWAY);
  tell (fixture, "b@x", ULLIM_PRESENCE_AWAY);
  ullim_contact_list_begin_burst (fixture->list);
  tell (fixture, "b@x", ULLIM_PRESENCE_BUSY);
  ullim_contact_list_end_burst (fixture->list);
  g_assert_cmpstr (log->str, ==, "Z@1 B@0 ");
  g_assert_cmpuint (fixture->bursts_ended, ==, 1);
}

static void
test_look_up (Fixture *fixture, gconstpointer data)
{
  UllimContact     *a = add (fixture, 1, "A", "shared@x", NULL);
  UllimContact     *b = add (fixture, 2, "B", "shared@x", NULL);
  UllimContactData *changed = make_data ("A", "other@x", NULL);

  g_assert_true (ullim_contact_list_find (fixture->list, "shared@x") == a);
  tell (fixture, "shared@x", ULLIM_PRESENCE_BUSY);
  g_assert_cmpint (ullim_contact_get_presence (b)->state, ==, ULLIM_PRESENCE_BUSY);

  /* The first stays the first when an address is added to them, and leaves with their address. */
  g_ptr_array_add (changed->addresses, ullim_contact_address_new ("sip:shared@x", "shared@x"));
  ullim_contact_set_data (a, changed);
  g_assert_true (ullim_contact_list_find (fixture->list, "shared@x") == a);
  g_assert_true (ullim_contact_list_find (fixture->list, "other@x") == a);
  g_assert_true (ullim_contact_list_find_uid (fixture->list, "other@x") == a);
  ullim_contact_set_data (a, make_data ("A", "third@x", NULL));
  g_assert_true (ullim_contact_list_find (fixture->list, "shared@x") == b);
  g_assert_null (ullim_contact_list_find (fixture->list, "other@x"));
  g_assert_null (ullim_contact_list_find_uid (fixture->list, "other@x"));
  g_assert_true (ullim_contact_list_find_uid (fixture->list, "third@x") == a);

  ullim_contact_list_remove (fixture->list, b);
  g_assert_null (ullim_contact_list_find (fixture->list, "shared@x"));
  g_assert_null (ullim_contact_list_find_id (fixture->list, 2));
  g_assert_true (ullim_contact_list_find_id (fixture->list, 1) == a);
}

/* Somebody removed lives on, and no longer concerns the list. */
static void
test_remove (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimContact) a = g_object_ref (add (fixture, 1, "A", "a@x", "Friends"));

  add (fixture, 2, "B", "b@x", NULL);
  ullim_contact_list_begin_burst (fixture->list);
  tell (fixture, "a@x", ULLIM_PRESENCE_BUSY);
  ullim_contact_list_remove (fixture->list, a);
  ullim_contact_list_end_burst (fixture->list);
  ullim_contact_list_remove (fixture->list, a);
  ullim_contact_set_data (a, make_data ("Z", "z@x", "Work"));
  g_assert_null (ullim_contact_list_find (fixture->list, "z@x"));
  assert_order (fixture, "B");
  g_assert_finalize_object (g_steal_pointer (&a));
}

static void
assert_groups (Fixture *fixture, const char *expected)
{
  g_auto (GStrv)   names = ullim_contact_list_get_groups (fixture->list);
  g_autofree char *joined = g_strjoinv ("|", names);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_groups (Fixture *fixture, gconstpointer data)
{
  UllimContact *a = add (fixture, 1, "A", "a@x", "Work");

  add (fixture, 2, "B", "b@x", "Friends");
  assert_groups (fixture, "Friends|Work");
  g_assert_cmpuint (fixture->groups_changed, ==, 2);
  add (fixture, 3, "C", "c@x", "Work");
  ullim_contact_set_data (a, make_data ("A", "a@x", "Work"));
  g_assert_cmpuint (fixture->groups_changed, ==, 2);
  ullim_contact_set_data (a, make_data ("A", "a@x", "Friends"));
  g_assert_cmpuint (fixture->groups_changed, ==, 2);
  ullim_contact_list_remove (fixture->list, ullim_contact_list_find_id (fixture->list, 3));
  g_assert_cmpuint (fixture->groups_changed, ==, 3);
  assert_groups (fixture, "Friends");
}

static GPtrArray *
make_many (GRand *random, guint n)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("Person %05d", g_rand_int_range (random, 0, 99999));
    g_autofree char *key = g_strdup_printf ("p%u@x", i);
    g_autofree char *group = g_strdup_printf ("Group %u", i % 20);

    g_ptr_array_add (all, ullim_contact_new (i + 1, make_data (name, key, group)));
  }
  return all;
}

/* Whatever changes within bursts, the order is right afterwards, and the mirror with it. */
static void
test_bursts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand)     random = g_rand_new_with_seed (3);
  g_autoptr (GPtrArray) all = make_many (random, 60);

  ullim_contact_list_add_all (fixture->list, all);
  ullim_contact_list_set_order (fixture->list, ULLIM_CONTACT_BY_PRESENCE);
  for (guint round = 0; round < 300; round++) {
    guint before = fixture->emissions;
    guint n = (guint) g_rand_int_range (random, 0, 40);

    ullim_contact_list_begin_burst (fixture->list);
    ullim_contact_list_begin_burst (fixture->list);
    for (guint i = 0; i < n; i++) {
      guint            who = (guint) g_rand_int_range (random, 0, 60);
      g_autofree char *key = g_strdup_printf ("p%u@x", who);

      tell (fixture, key,
            (UllimPresenceState) g_rand_int_range (random, 0, ULLIM_PRESENCE_N_STATES));
      if (i % 7 == 0)
        ullim_contact_set_data (all->pdata[who], make_data (i % 2 ? "Aaa" : "Zzz", key, NULL));
    }
    ullim_contact_list_end_burst (fixture->list);
    g_assert_cmpuint (fixture->emissions, ==, before);
    ullim_contact_list_end_burst (fixture->list);
    g_assert_cmpuint (fixture->emissions - before, <=, 16);
    assert_mirror (fixture);
    for (guint i = 1; i < fixture->mirror->len; i++) {
      UllimContact      *upper = fixture->mirror->pdata[i - 1];
      UllimContact      *lower = fixture->mirror->pdata[i];
      UllimPresenceState upper_state = ullim_contact_get_presence (upper)->state;
      UllimPresenceState lower_state = ullim_contact_get_presence (lower)->state;

      g_assert_cmpint (upper_state, >=, lower_state);
      if (upper_state == lower_state)
        g_assert_cmpint (g_utf8_collate (ullim_contact_get_display_name (upper),
                                         ullim_contact_get_display_name (lower)),
                         <=, 0);
    }
  }
}

/* The range that is told is the smallest. */
static void
test_range (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand)     random = g_rand_new_with_seed (4);
  g_autoptr (GPtrArray) all = make_many (random, 100);
  guint                 before;

  ullim_contact_list_add_all (fixture->list, all);
  for (guint i = 0; i < 100; i++) {
    g_autofree char *key = g_strdup_printf ("p%u@x", i);

    tell (fixture, key, i < 50 ? ULLIM_PRESENCE_AVAILABLE : ULLIM_PRESENCE_BUSY);
  }
  ullim_contact_list_set_order (fixture->list, ULLIM_CONTACT_BY_PRESENCE);
  before = fixture->emissions;
  ullim_contact_list_begin_burst (fixture->list);
  for (guint i = 50; i < 70; i++) {
    g_autofree char *key = g_strdup_printf ("p%u@x", i);

    tell (fixture, key, ULLIM_PRESENCE_OFFLINE);
  }
  ullim_contact_list_end_burst (fixture->list);
  g_assert_cmpuint (fixture->emissions, ==, before + 1);
  g_assert_cmpuint (fixture->last_position, >=, 50);
  g_assert_cmpuint (fixture->last_position + fixture->last_removed, ==, 100);
}

static void
test_ten_thousand (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand)     random = g_rand_new_with_seed (1);
  g_autoptr (GPtrArray) all = make_many (random, 10000);
  gint64                start;
  gint64                longest = 0;

  /* The mirror is no part of what is measured. */
  g_signal_handlers_block_by_func (fixture->list, on_items_changed, fixture);
  start = g_get_monotonic_time ();
  ullim_contact_list_add_all (fixture->list, all);
  g_test_message ("10,000 in one batch: %.1f ms",
                  (double) (g_get_monotonic_time () - start) / 1000.0);
  ullim_contact_list_set_order (fixture->list, ULLIM_CONTACT_BY_PRESENCE);
  for (guint slice = 0; slice < 20; slice++) {
    start = g_get_monotonic_time ();
    ullim_contact_list_begin_burst (fixture->list);
    for (guint i = slice * 500; i < (slice + 1) * 500; i++) {
      g_autofree char *key = g_strdup_printf ("p%u@x", i);

      tell (fixture, key,
            (UllimPresenceState) g_rand_int_range (random, 1, ULLIM_PRESENCE_N_STATES));
    }
    ullim_contact_list_end_burst (fixture->list);
    longest = MAX (longest, g_get_monotonic_time () - start);
  }
  g_test_message ("longest of 20 slices of 500 changes: %.1f ms", (double) longest / 1000.0);
  g_signal_handlers_unblock_by_func (fixture->list, on_items_changed, fixture);
  on_items_changed (G_LIST_MODEL (fixture->list), 0, 0, 10000, fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/contact-list/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/contact-list/item-changed", Fixture, NULL, set_up, test_item_changed, tear_down);
  g_test_add ("/contact-list/look-up", Fixture, NULL, set_up, test_look_up, tear_down);
  g_test_add ("/contact-list/remove", Fixture, NULL, set_up, test_remove, tear_down);
  g_test_add ("/contact-list/groups", Fixture, NULL, set_up, test_groups, tear_down);
  g_test_add ("/contact-list/bursts", Fixture, NULL, set_up, test_bursts, tear_down);
  g_test_add ("/contact-list/range", Fixture, NULL, set_up, test_range, tear_down);
  g_test_add ("/contact-list/ten-thousand", Fixture, NULL, set_up, test_ten_thousand, tear_down);
  return g_test_run ();
}
