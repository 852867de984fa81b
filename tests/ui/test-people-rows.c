/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of the list of people: groups, counts, collapsing, search; what is told of changes
 * always adds up; ten thousand people are laid out and searched quickly.
 */
#include "people-drag.h"
#include "people-files.h"
#include "people-rows.h"

#define MANY 10000
/* A frame at 60 Hz is 16 ms; sanitizers and loaded machines are slow. */
#define FRAME_MS 16
#define MAX_MS (10 * FRAME_MS)

typedef struct {
  UllimContactList *list;
  UllimPeopleRows  *rows;
  GPtrArray        *shadow; /* what one sees who believes the signals */
  guint             n_items_changed;
  guint             n_rows_changed;
} Fixture;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  fixture->n_items_changed++;
  g_assert_cmpuint (position + removed, <=, fixture->shadow->len);
  if (removed > 0)
    g_ptr_array_remove_range (fixture->shadow, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (fixture->shadow, (int) (position + i),
                        g_list_model_get_item (model, position + i));
}

static void
on_rows_changed (GListModel *model, guint position, guint n_rows, Fixture *fixture)
{
  fixture->n_rows_changed++;
  for (guint i = position; i < position + n_rows; i++) {
    g_assert_cmpuint (i, <, fixture->shadow->len);
    g_object_unref (fixture->shadow->pdata[i]);
    fixture->shadow->pdata[i] = g_list_model_get_item (model, i);
  }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->list = ullim_contact_list_new ();
  ullim_contact_list_set_order (fixture->list, ULLIM_CONTACT_BY_NAME);
  fixture->rows = ullim_people_rows_new (fixture->list);
  fixture->shadow = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (fixture->rows, "items-changed", G_CALLBACK (on_items_changed), fixture);
  g_signal_connect (fixture->rows, "rows-changed", G_CALLBACK (on_rows_changed), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->shadow);
  g_assert_finalize_object (fixture->rows);
  g_assert_finalize_object (fixture->list);
}

/* Names, and groups separated by commas; "*" is the favourites. */
static UllimContact *
make (gint64 id, const char *name, const char *groups)
{
  UllimContactData *data = ullim_contact_data_new ();
  g_auto (GStrv)    names = g_strsplit (groups, ",", -1);
  g_autofree char  *key = g_strdup_printf ("p%" G_GINT64_FORMAT "@example.org", id);
  g_autofree char  *uri = g_strconcat ("sip:", key, NULL);

  data->uid = g_strdup_printf ("uid-%" G_GINT64_FORMAT, id);
  data->name = g_strdup (name);
  g_ptr_array_add (data->addresses, ullim_contact_address_new (uri, key));
  for (guint i = 0; names[i]; i++) {
    if (g_str_equal (names[i], "*"))
      data->is_favourite = TRUE;
    else if (*names[i])
      g_ptr_array_add (data->groups, g_strdup (names[i]));
  }
  return ullim_contact_new (id, data);
}

static UllimContact *
add (Fixture *fixture, gint64 id, const char *name, const char *groups)
{
  g_autoptr (UllimContact) contact = make (id, name, groups);

  ullim_contact_list_add (fixture->list, contact);
  return contact;
}

static void
set_state (Fixture *fixture, gint64 id, UllimPresenceState state)
{
  g_autofree char          *key = g_strdup_printf ("p%" G_GINT64_FORMAT "@example.org", id);
  g_autoptr (UllimPresence) presence = ullim_presence_new (state, ULLIM_PRESENCE_REASON_NONE, NULL);

  g_assert_true (ullim_contact_list_set_address_presence (fixture->list, key, presence));
}

static char *
describe_item (GObject *item)
{
  g_autofree char *count = NULL;

  if (ULLIM_IS_CONTACT (item))
    return g_strdup (ullim_contact_get_display_name (ULLIM_CONTACT (item)));
  count = ullim_people_group_get_count_text (ULLIM_PEOPLE_GROUP (item));
  return g_strdup_printf ("[%s: %s]", ullim_people_group_get_title (ULLIM_PEOPLE_GROUP (item)),
                          count);
}

/* All rows in one line; and that whoever believes the signals sees the same. */
static char *
describe (Fixture *fixture)
{
  GListModel         *model = G_LIST_MODEL (fixture->rows);
  g_autoptr (GString) text = g_string_new (NULL);

  ullim_people_rows_update (fixture->rows);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, fixture->shadow->len);
  for (guint i = 0; i < fixture->shadow->len; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (model, i);
    g_autofree char    *words = describe_item (item);

    g_assert_true (item == fixture->shadow->pdata[i]);
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", words);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

#define assert_rows(fixture, expected)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *described = describe (fixture);                                               \
    g_assert_cmpstr (described, ==, expected);                                                     \
  }                                                                                                \
  G_STMT_END

static void
test_groups (Fixture *fixture, gconstpointer data)
{
  assert_rows (fixture, "");
  add (fixture, 1, "Bob", "");
  assert_rows (fixture, "[Everybody: 0 of 1 available] Bob");
  add (fixture, 2, "Alice", "Work,Family,*");
  add (fixture, 3, "Carol", "Work");
  assert_rows (fixture, "[Favourites: 0 of 1 available] Alice [Family: 0 of 1 available] Alice "
                        "[Work: 0 of 2 available] Alice Carol [In no group: 0 of 1 available] Bob");
  set_state (fixture, 3, ULLIM_PRESENCE_AVAILABLE);
  assert_rows (fixture, "[Favourites: 0 of 1 available] Alice [Family: 0 of 1 available] Alice "
                        "[Work: 1 of 2 available] Alice Carol [In no group: 0 of 1 available] Bob");
  ullim_contact_list_set_order (fixture->list, ULLIM_CONTACT_BY_PRESENCE);
  assert_rows (fixture, "[Favourites: 0 of 1 available] Alice [Family: 0 of 1 available] Alice "
                        "[Work: 1 of 2 available] Carol Alice [In no group: 0 of 1 available] Bob");
}

static void
test_odd_names (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "Bob", "others,favourites");
  add (fixture, 2, "Eve", "");
  assert_rows (fixture, "[favourites: 0 of 1 available] Bob [others: 0 of 1 available] Bob "
                        "[In no group: 0 of 1 available] Eve");
}

static void
test_change_and_remove (Fixture *fixture, gconstpointer data)
{
  UllimContact     *bob = add (fixture, 1, "Bob", "Work");
  UllimContactData *changed = ullim_contact_data_copy (ullim_contact_get_data (bob));

  add (fixture, 2, "Carol", "Work");
  assert_rows (fixture, "[Work: 0 of 2 available] Bob Carol");
  g_ptr_array_set_size (changed->groups, 0);
  g_free (changed->name);
  changed->name = g_strdup ("Robert");
  ullim_contact_set_data (bob, changed);
  assert_rows (fixture, "[Work: 0 of 1 available] Carol [In no group: 0 of 1 available] Robert");
  ullim_contact_list_remove (fixture->list, bob);
  assert_rows (fixture, "[Work: 0 of 1 available] Carol");
}

static void
test_collapse (Fixture *fixture, gconstpointer data)
{
  static const char *const     later[] = {"group:Later", NULL};
  g_autoptr (UllimPeopleGroup) work = NULL;
  g_auto (GStrv)               ids = NULL;

  add (fixture, 1, "Bob", "Work");
  add (fixture, 2, "Carol", "");
  assert_rows (fixture, "[Work: 0 of 1 available] Bob [In no group: 0 of 1 available] Carol");
  work = g_list_model_get_item (G_LIST_MODEL (fixture->rows), 0);
  g_assert_true (ullim_people_rows_get_group (fixture->rows, 1) == work);
  ullim_people_rows_set_collapsed (fixture->rows, work, TRUE);
  assert_rows (fixture, "[Work: 0 of 1 available] [In no group: 0 of 1 available] Carol");
  ids = ullim_people_rows_get_collapsed_ids (fixture->rows);
  g_assert_cmpuint (g_strv_length (ids), ==, 1);
  g_assert_cmpstr (ids[0], ==, "group:Work");
  ullim_people_rows_set_collapsed (fixture->rows, work, FALSE);
  assert_rows (fixture, "[Work: 0 of 1 available] Bob [In no group: 0 of 1 available] Carol");
  ullim_people_rows_set_collapsed_ids (fixture->rows, later);
  add (fixture, 3, "Dora", "Later");
  assert_rows (fixture, "[Later: 0 of 1 available] [Work: 0 of 1 available] Bob "
                        "[In no group: 0 of 1 available] Carol");
}

static void
test_find (Fixture *fixture, gconstpointer data)
{
  UllimContact                *bob = add (fixture, 1, "Bob", "A,B");
  g_autoptr (UllimPeopleGroup) b = NULL;

  ullim_people_rows_update (fixture->rows);
  b = g_list_model_get_item (G_LIST_MODEL (fixture->rows), 2);
  g_assert_cmpint (ullim_people_rows_find (fixture->rows, bob, NULL), ==, 1);
  g_assert_cmpint (ullim_people_rows_find (fixture->rows, bob, b), ==, 3);
  g_assert_cmpint (ullim_people_rows_find (fixture->rows, b, b), ==, 2);
  g_assert_cmpint (ullim_people_rows_find (fixture->rows, fixture->list, b), ==, -1);
}

static void
test_search (Fixture *fixture, gconstpointer data)
{
  UllimContact     *bob = add (fixture, 1, "Bob", "Band,Work");
  UllimContactData *changed = ullim_contact_data_copy (ullim_contact_get_data (bob));

  add (fixture, 2, "김민지", "가족");
  add (fixture, 3, "Carol", "");
  assert_rows (fixture, "[Band: 0 of 1 available] Bob [Work: 0 of 1 available] Bob "
                        "[가족: 0 of 1 available] 김민지 [In no group: 0 of 1 available] Carol");
  ullim_people_rows_set_search (fixture->rows, "BAND");
  assert_rows (fixture, "Bob");
  g_assert_null (ullim_people_rows_get_group (fixture->rows, 0));
  ullim_people_rows_set_search (fixture->rows, "가족");
  assert_rows (fixture, "김민지");
  ullim_people_rows_set_search (fixture->rows, "p3@");
  assert_rows (fixture, "Carol");
  ullim_people_rows_set_search (fixture->rows, "Bobby");
  assert_rows (fixture, "");
  changed->nickname = g_strdup ("Bobby");
  ullim_contact_set_data (bob, changed);
  ullim_people_rows_forget_text (fixture->rows, bob);
  assert_rows (fixture, "Bobby");
  ullim_people_rows_set_search (fixture->rows, "");
  assert_rows (fixture, "[Band: 0 of 1 available] Bobby [Work: 0 of 1 available] Bobby "
                        "[가족: 0 of 1 available] 김민지 [In no group: 0 of 1 available] Carol");
}

static GPtrArray *
make_many (void)
{
  GPtrArray *people = g_ptr_array_new_with_free_func (g_object_unref);

  for (gint64 id = 1; id <= MANY; id++) {
    g_autofree char *name = g_strdup_printf ("사람 Person %" G_GINT64_FORMAT, id);
    g_autofree char *group = g_strdup_printf ("Group %" G_GINT64_FORMAT, id % 20);

    g_ptr_array_add (people, make (id, name, group));
  }
  return people;
}

static double
ms_since (gint64 begin_us)
{
  return (double) (g_get_monotonic_time () - begin_us) / 1000;
}

static void
test_ten_thousand (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {"9", "99", "사람 person 999"};
  static const guint       found[] = {3439, 280, 11};
  g_autoptr (GPtrArray)    people = make_many ();
  gint64                   begin;

  ullim_contact_list_add_all (fixture->list, people);
  begin = g_get_monotonic_time ();
  ullim_people_rows_update (fixture->rows);
  g_test_message ("%u people laid out in %.1f ms", MANY, ms_since (begin));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->rows)), ==, MANY + 20);
  while (g_main_context_iteration (NULL, FALSE))
    ; /* the texts are prepared */
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    begin = g_get_monotonic_time ();
    ullim_people_rows_set_search (fixture->rows, texts[i]);
    g_test_message ("“%s”: %u of %u in %.1f ms", texts[i], found[i], MANY, ms_since (begin));
    g_assert_cmpfloat (ms_since (begin), <, MAX_MS);
    g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->rows)), ==, found[i]);
  }
}

/* Everybody changes at once: no row comes or goes. */
static void
test_burst (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) people = make_many ();
  gint64                begin;
  guint                 n_items_changed;

  ullim_contact_list_set_order (fixture->list, ULLIM_CONTACT_BY_PRESENCE);
  ullim_contact_list_add_all (fixture->list, people);
  ullim_people_rows_update (fixture->rows);
  n_items_changed = fixture->n_items_changed;
  ullim_contact_list_begin_burst (fixture->list);
  for (gint64 id = 1; id <= MANY; id++)
    set_state (fixture, id, id % 3 == 0 ? ULLIM_PRESENCE_AVAILABLE : ULLIM_PRESENCE_AWAY);
  ullim_contact_list_end_burst (fixture->list);
  begin = g_get_monotonic_time ();
  ullim_people_rows_update (fixture->rows);
  g_test_message ("a burst of %u laid out in %.1f ms", MANY, ms_since (begin));
  g_assert_cmpfloat (ms_since (begin), <, MAX_MS);
  g_assert_cmpuint (fixture->n_items_changed, ==, n_items_changed);
  g_assert_cmpuint (fixture->n_rows_changed, >, 0);
  {
    g_autofree char *described = describe (fixture);

    g_assert_true (
        g_str_has_prefix (described, "[Group 0: 166 of 500 available] 사람 Person 1020 "));
  }
}

/* Drags */

static char *
drag (const char *groups, UllimPeopleGroup *from, UllimPeopleGroup *to, gboolean copies)
{
  g_autoptr (UllimContact)     contact = make (1, "Bob", groups);
  g_autoptr (UllimContactData) moved =
      ullim_people_drag_moved (ullim_contact_get_data (contact), from, to, copies);

  if (!moved)
    return g_strdup ("nothing");
  g_ptr_array_add (moved->groups, NULL);
  {
    g_autofree char *joined = g_strjoinv (",", (char **) moved->groups->pdata);

    return g_strconcat (joined, moved->is_favourite ? "*" : "", NULL);
  }
}

static void
test_drag (void)
{
  g_autoptr (UllimPeopleGroup) favourites =
      ullim_people_group_new (ULLIM_PEOPLE_GROUP_FAVOURITES, NULL);
  g_autoptr (UllimPeopleGroup) a = ullim_people_group_new (ULLIM_PEOPLE_GROUP_NAMED, "A");
  g_autoptr (UllimPeopleGroup) b = ullim_people_group_new (ULLIM_PEOPLE_GROUP_NAMED, "B");
  g_autoptr (UllimPeopleGroup) others = ullim_people_group_new (ULLIM_PEOPLE_GROUP_OTHERS, NULL);
  const struct {
    const char       *groups;
    UllimPeopleGroup *from, *to;
    gboolean          copies;
    const char       *expected;
  } drags[] = {
      {"", others, a, FALSE, "A"},
      {"A", a, b, FALSE, "B"},
      {"A", a, b, TRUE, "A,B"},
      {"A,B", a, b, FALSE, "B"},
      {"A,B", a, b, TRUE, "nothing"},
      {"A", a, a, FALSE, "nothing"},
      {"A", a, others, FALSE, ""},
      {"A,B", a, NULL, FALSE, "B"},
      {"", others, NULL, FALSE, "nothing"},
      {"A", a, favourites, FALSE, "A*"},
      {"A,*", a, favourites, FALSE, "nothing"},
      {"A,*", favourites, b, FALSE, "A,B*"},
      {"A,*", favourites, others, FALSE, "A"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (drags); i++) {
    g_autofree char *result = drag (drags[i].groups, drags[i].from, drags[i].to, drags[i].copies);

    g_assert_cmpstr (result, ==, drags[i].expected);
  }
}

static void
test_import_text (void)
{
  g_autofree char *all = ullim_people_files_text (12, 3, 1);
  g_autofree char *one = ullim_people_files_text (0, 1, 0);
  g_autofree char *none = ullim_people_files_text (0, 0, 0);

  g_assert_cmpstr (all, ==, "12 added, 3 updated, 1 could not be read");
  g_assert_cmpstr (one, ==, "1 updated");
  g_assert_cmpstr (none, ==, "There is nobody in this file.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/people-rows/groups", Fixture, NULL, set_up, test_groups, tear_down);
  g_test_add ("/people-rows/odd-names", Fixture, NULL, set_up, test_odd_names, tear_down);
  g_test_add ("/people-rows/change-and-remove", Fixture, NULL, set_up, test_change_and_remove,
              tear_down);
  g_test_add ("/people-rows/collapse", Fixture, NULL, set_up, test_collapse, tear_down);
  g_test_add ("/people-rows/find", Fixture, NULL, set_up, test_find, tear_down);
  g_test_add ("/people-rows/search", Fixture, NULL, set_up, test_search, tear_down);
  g_test_add ("/people-rows/ten-thousand", Fixture, NULL, set_up, test_ten_thousand, tear_down);
  g_test_add ("/people-rows/burst", Fixture, NULL, set_up, test_burst, tear_down);
  g_test_add_func ("/people-drag/moved", test_drag);
  g_test_add_func ("/people-files/text", test_import_text);
  return g_test_run ();
}
