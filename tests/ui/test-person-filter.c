/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The filter of people: what matches, that it follows the list, and that ten thousand people are
 * filtered within a frame; a tree model over it counts along.
 */
#include "list-adapter.h"
#include "person-filter.h"

#define MANY 10000
/* A frame at 60 Hz is 16 ms; sanitizers and loaded machines are slow. */
#define MAX_FILTER_MS 160

typedef struct {
  UllimAccount          *account;
  UllimConversationList *list;
  UllimPersonFilter     *filter;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();

  settings->address = g_strdup ("sip:me@example.org");
  fixture->account = ullim_account_new (1, settings);
  fixture->list = ullim_conversation_list_new ();
  fixture->filter = ullim_person_filter_new (fixture->list);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->filter);
  g_assert_finalize_object (fixture->list);
  g_assert_finalize_object (fixture->account);
}

static UllimConversation *
make (Fixture *fixture, gint64 id, const char *name)
{
  g_autofree char *key = g_strdup_printf ("p%" G_GINT64_FORMAT "@example.org", id);
  g_autofree char *peer = g_strconcat ("sip:", key, NULL);

  return ullim_conversation_new (id, fixture->account, peer, key, name);
}

static void
add (Fixture *fixture, gint64 id, const char *name)
{
  g_autoptr (UllimConversation) conversation = make (fixture, id, name);

  ullim_conversation_list_add (fixture->list, conversation);
}

static guint
count (Fixture *fixture, const char *text)
{
  ullim_person_filter_set_text (fixture->filter, text);
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->filter));
}

static void
test_matches (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "김민지");
  add (fixture, 2, "Émile Zola");
  add (fixture, 3, NULL);
  g_assert_cmpuint (count (fixture, ""), ==, 0);
  g_assert_cmpuint (count (fixture, "민"), ==, 1);
  g_assert_cmpuint (count (fixture, "민지"), ==, 1);
  g_assert_cmpuint (count (fixture, "민수"), ==, 0);
  g_assert_cmpuint (count (fixture, "ÉMILE"), ==, 1);
  g_assert_cmpuint (count (fixture, "e\xcc\x81mile"), ==, 1); /* decomposed */
  g_assert_cmpuint (count (fixture, "P3@"), ==, 1);
  g_assert_cmpuint (count (fixture, "example.org"), ==, 3);
  g_assert_cmpuint (count (fixture, "zola\np2"), ==, 0);
}

static void
test_follows (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimConversation) conversation = NULL;

  add (fixture, 1, "Anna");
  g_assert_cmpuint (count (fixture, "ann"), ==, 1);
  add (fixture, 2, "Hannes");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->filter)), ==, 2);
  conversation = g_list_model_get_item (G_LIST_MODEL (fixture->filter), 0);
  ullim_conversation_list_remove (fixture->list, conversation);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->filter)), ==, 1);
}

static void
test_ten_thousand (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (g_object_unref);
  gint64                begin;

  for (gint64 id = 1; id <= MANY; id++) {
    g_autofree char *name = g_strdup_printf ("사람 Person %" G_GINT64_FORMAT, id);

    g_ptr_array_add (people, make (fixture, id, name));
  }
  ullim_conversation_list_add_all (fixture->list, people);
  for (guint i = 0; i < 3; i++) {
    static const char *const texts[] = {"9", "99", "사람 person 999"};
    static const guint       found[] = {3439, 280, 11};
    double                   took_ms;

    begin = g_get_monotonic_time ();
    g_assert_cmpuint (count (fixture, texts[i]), ==, found[i]);
    took_ms = (double) (g_get_monotonic_time () - begin) / 1000;
    g_test_message ("“%s”: %u of %u in %.1f ms", texts[i], found[i], MANY, took_ms);
    g_assert_cmpfloat (took_ms, <, MAX_FILTER_MS);
  }
}

static void
on_row_inserted (GtkTreeModel *model, GtkTreePath *path, GtkTreeIter *iter, guint *rows)
{
  ++*rows;
}

static void
on_row_deleted (GtkTreeModel *model, GtkTreePath *path, guint *rows)
{
  g_assert_cmpint (gtk_tree_path_get_indices (path)[0], <, (int) *rows);
  --*rows;
}

static void
test_tree_model (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimListAdapter)  adapter = ullim_list_adapter_new (G_LIST_MODEL (fixture->list));
  GtkTreeModel                 *model = GTK_TREE_MODEL (adapter);
  g_autoptr (UllimConversation) first = NULL;
  GtkTreeIter                   iter;
  guint                         rows = 0;

  g_signal_connect (adapter, "row-inserted", G_CALLBACK (on_row_inserted), &rows);
  g_signal_connect (adapter, "row-deleted", G_CALLBACK (on_row_deleted), &rows);
  g_assert_false (gtk_tree_model_get_iter_first (model, &iter));
  add (fixture, 1, "B");
  add (fixture, 2, "A");
  add (fixture, 3, "C");
  g_assert_cmpuint (rows, ==, 3);
  g_assert_cmpint (gtk_tree_model_iter_n_children (model, NULL), ==, 3);
  g_assert_true (gtk_tree_model_get_iter_first (model, &iter));
  first = ullim_list_adapter_get_item (adapter, &iter);
  g_assert_cmpstr (ullim_conversation_get_name (first), ==, "A");
  g_assert_true (gtk_tree_model_iter_next (model, &iter));
  g_assert_true (gtk_tree_model_iter_next (model, &iter));
  g_assert_false (gtk_tree_model_iter_next (model, &iter));
  ullim_conversation_list_remove (fixture->list, first);
  g_assert_cmpuint (rows, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/person-filter/matches", Fixture, NULL, set_up, test_matches, tear_down);
  g_test_add ("/person-filter/follows", Fixture, NULL, set_up, test_follows, tear_down);
  g_test_add ("/person-filter/ten-thousand", Fixture, NULL, set_up, test_ten_thousand, tear_down);
  g_test_add ("/person-filter/tree-model", Fixture, NULL, set_up, test_tree_model, tear_down);
  return g_test_run ();
}
