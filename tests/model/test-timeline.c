/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The timeline's window: pages at both ends, one emission each, trimming, and a mirror that follows
 * items-changed alone and must end up equal.
 */
#include "timeline.h"

/* A copy of the model kept only by what items-changed tells. */
typedef struct {
  GPtrArray *items;
  guint      emissions;
} Mirror;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Mirror *mirror)
{
  mirror->emissions++;
  if (removed > 0)
    g_ptr_array_remove_range (mirror->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror->items, (int) (position + i),
                        g_list_model_get_item (model, position + i));
  g_assert_cmpuint (mirror->items->len, ==, g_list_model_get_n_items (model));
}

static void
assert_mirror (Mirror *mirror, GListModel *model)
{
  for (guint i = 0; i < mirror->items->len; i++) {
    g_autoptr (UllimMessage) message = g_list_model_get_item (model, i);

    g_assert_true (message == mirror->items->pdata[i]);
  }
}

static UllimMessage *
make_message (gint64 id)
{
  return ullim_message_new (id, ULLIM_DIRECTION_INCOMING, id * 10, "c", "t",
                            ULLIM_DELIVERY_RECEIVED, ULLIM_PROBLEM_NONE);
}

static GPtrArray *
make_page (gint64 first, gint64 last)
{
  GPtrArray *page = g_ptr_array_new_with_free_func (g_object_unref);

  for (gint64 id = first; id <= last; id++)
    g_ptr_array_add (page, make_message (id));
  return page;
}

static void
assert_range (UllimTimeline *timeline, gint64 first, gint64 last)
{
  GListModel *model = G_LIST_MODEL (timeline);

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, (guint) (last - first + 1));
  for (gint64 id = first; id <= last; id++) {
    g_autoptr (UllimMessage) message = g_list_model_get_item (model, (guint) (id - first));
    guint                    position = G_MAXUINT;

    g_assert_cmpint (ullim_message_get_id (message), ==, id);
    g_assert_true (ullim_timeline_find (timeline, id, &position) == message);
    g_assert_cmpuint (position, ==, (guint) (id - first));
  }
  g_assert_null (ullim_timeline_find (timeline, first - 1, NULL));
  g_assert_null (ullim_timeline_find (timeline, last + 1, NULL));
  g_assert_null (g_list_model_get_item (model, (guint) (last - first + 1)));
}

static void
test_pages (void)
{
  UllimTimeline        *timeline = ullim_timeline_new ();
  Mirror                mirror = {.items = g_ptr_array_new_with_free_func (g_object_unref)};
  g_autoptr (GPtrArray) middle = make_page (50, 60);
  /* Both overlap the window by some messages. */
  g_autoptr (GPtrArray)    older = make_page (40, 52);
  g_autoptr (GPtrArray)    newer = make_page (58, 70);
  g_autoptr (UllimMessage) next = make_message (71);

  g_signal_connect (timeline, "items-changed", G_CALLBACK (on_items_changed), &mirror);
  ullim_timeline_replace (timeline, middle, TRUE, TRUE);
  assert_range (timeline, 50, 60);
  ullim_timeline_append (timeline, next);
  assert_range (timeline, 50, 60);
  ullim_timeline_prepend_page (timeline, older, FALSE);
  assert_range (timeline, 40, 60);
  g_assert_false (ullim_timeline_get_has_older (timeline));
  ullim_timeline_append_page (timeline, newer, FALSE);
  assert_range (timeline, 40, 70);
  g_assert_false (ullim_timeline_get_has_newer (timeline));
  g_assert_cmpuint (mirror.emissions, ==, 3);
  ullim_timeline_append (timeline, next);
  ullim_timeline_append (timeline, next);
  assert_range (timeline, 40, 71);
  g_assert_cmpuint (mirror.emissions, ==, 4);
  assert_mirror (&mirror, G_LIST_MODEL (timeline));

  g_ptr_array_unref (mirror.items);
  g_assert_finalize_object (timeline);
}

static void
test_trim_and_remove (void)
{
  UllimTimeline        *timeline = ullim_timeline_new ();
  Mirror                mirror = {.items = g_ptr_array_new_with_free_func (g_object_unref)};
  g_autoptr (GPtrArray) page = make_page (1, 30);

  ullim_timeline_replace (timeline, page, FALSE, FALSE);
  for (guint i = 0; i < page->len; i++)
    g_ptr_array_add (mirror.items, g_object_ref (page->pdata[i]));
  g_signal_connect (timeline, "items-changed", G_CALLBACK (on_items_changed), &mirror);
  ullim_timeline_trim (timeline, 40, TRUE);
  g_assert_cmpuint (mirror.emissions, ==, 0);
  ullim_timeline_trim (timeline, 20, TRUE);
  assert_range (timeline, 11, 30);
  g_assert_true (ullim_timeline_get_has_older (timeline));
  g_assert_false (ullim_timeline_get_has_newer (timeline));
  ullim_timeline_trim (timeline, 10, FALSE);
  assert_range (timeline, 11, 20);
  g_assert_true (ullim_timeline_get_has_newer (timeline));
  ullim_timeline_remove (timeline, 99);
  g_assert_cmpuint (mirror.emissions, ==, 2);
  ullim_timeline_remove (timeline, 11);
  assert_range (timeline, 12, 20);
  g_assert_cmpuint (mirror.emissions, ==, 3);
  assert_mirror (&mirror, G_LIST_MODEL (timeline));

  g_ptr_array_unref (mirror.items);
  g_assert_finalize_object (timeline);
}

static void
test_long_scroll (void)
{
  UllimTimeline *timeline = ullim_timeline_new ();

  /* Back through 100,000 messages by pages of 100 with a window of 500. */
  for (gint64 last = 100000; last > 0; last -= 100) {
    g_autoptr (GPtrArray) page = make_page (last - 99, last);

    ullim_timeline_prepend_page (timeline, page, last > 100);
    ullim_timeline_trim (timeline, 500, FALSE);
  }
  assert_range (timeline, 1, 500);
  g_assert_false (ullim_timeline_get_has_older (timeline));
  g_assert_true (ullim_timeline_get_has_newer (timeline));
  g_assert_finalize_object (timeline);
}

static void
test_empty (void)
{
  UllimTimeline        *timeline = ullim_timeline_new ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  Mirror                mirror = {0};

  g_signal_connect (timeline, "items-changed", G_CALLBACK (on_items_changed), &mirror);
  ullim_timeline_replace (timeline, none, FALSE, FALSE);
  ullim_timeline_prepend_page (timeline, none, FALSE);
  ullim_timeline_append_page (timeline, none, FALSE);
  ullim_timeline_remove (timeline, 1);
  ullim_timeline_trim (timeline, 0, TRUE);
  g_assert_cmpuint (mirror.emissions, ==, 0);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (timeline)) == ULLIM_TYPE_MESSAGE);
  g_assert_finalize_object (timeline);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timeline/pages", test_pages);
  g_test_add_func ("/timeline/trim-and-remove", test_trim_and_remove);
  g_test_add_func ("/timeline/long-scroll", test_long_scroll);
  g_test_add_func ("/timeline/empty", test_empty);
  return g_test_run ();
}
