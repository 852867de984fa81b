/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "message-bubble.h"
#include "support.h"
#include "transcript.h"
#include "ui-fixture.h"

#define WIDTH 500
#define HEIGHT 600
/* What fits into the sight, what is made beyond it, and what was left over from a busier one. */
#define MAX_ROWS 60

typedef struct {
  UllimTimeline *timeline;
  GtkWidget     *window;
  GtkWidget     *scroller;
  GtkWidget     *transcript;
  guint          older_wanted;
  guint          newer_wanted;
} Fixture;

static UllimTranscript *
transcript_of (Fixture *f)
{
  return ULLIM_TRANSCRIPT (f->transcript);
}

static char *
text_of (gint64 id)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "Message %" G_GINT64_FORMAT, id);
  /* From one line to about six. */
  for (gint64 i = 0; i < (id * 7919) % 40; i++)
    g_string_append (text, " some words");
  return g_string_free (text, FALSE);
}

/* Messages with the ids from @first to @last. */
static GPtrArray *
messages (gint64 first, gint64 last)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_object_unref);

  for (gint64 id = first; id <= last; id++) {
    g_autofree char *text = text_of (id);

    g_ptr_array_add (array, ui_fixture_message (id, (UllimDirection) (id / 3 % 2), text));
  }
  return array;
}

static void
on_older_wanted (Fixture *f)
{
  f->older_wanted++;
}

static void
on_newer_wanted (Fixture *f)
{
  f->newer_wanted++;
}

static void
set_up (Fixture *f, gint64 first, gint64 last, gboolean has_older, gboolean has_newer)
{
  g_autoptr (GPtrArray) array = messages (first, last);

  *f = (Fixture){0};
  f->timeline = ullim_timeline_new ();
  ullim_timeline_replace (f->timeline, array, has_older, has_newer);
  f->transcript = ullim_transcript_new ();
  g_signal_connect_swapped (f->transcript, "older-wanted", G_CALLBACK (on_older_wanted), f);
  g_signal_connect_swapped (f->transcript, "newer-wanted", G_CALLBACK (on_newer_wanted), f);
  ullim_transcript_set_timeline (transcript_of (f), f->timeline, "Bob");
  f->scroller = gtk_scrolled_window_new (NULL, NULL);
  gtk_container_add (GTK_CONTAINER (f->scroller), f->transcript);
  gtk_widget_show_all (f->scroller);
  f->window = ui_fixture_window (f->scroller, WIDTH, HEIGHT);
  /* A new window focuses what it has: the row that would keep it is for one test only. */
  gtk_window_set_focus (GTK_WINDOW (f->window), NULL);
  ui_fixture_settle (f->window);
}

static void
tear_down (Fixture *f)
{
  GtkWidget *transcript = g_object_ref (f->transcript);

  gtk_widget_destroy (f->window);
  g_assert_finalize_object (G_OBJECT (transcript));
  g_assert_finalize_object (f->timeline);
}

static GtkAdjustment *
adjustment_of (Fixture *f)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (f->scroller));
}

static void
scroll_by (Fixture *f, double delta)
{
  gtk_adjustment_set_value (adjustment_of (f),
                            gtk_adjustment_get_value (adjustment_of (f)) + delta);
}

static void
add_row (GtkWidget *row, gpointer array)
{
  if (gtk_widget_get_child_visible (row))
    g_ptr_array_add (array, row);
}

static int
y_of (GtkWidget *row)
{
  int y;

  g_assert_true (gtk_widget_translate_coordinates (
      row, gtk_widget_get_ancestor (row, GTK_TYPE_SCROLLED_WINDOW), 0, 0, NULL, &y));
  return y;
}

static int
by_place (gconstpointer a, gconstpointer b)
{
  return y_of (*(GtkWidget **) a) - y_of (*(GtkWidget **) b);
}

static UllimMessage *
message_of (GtkWidget *row)
{
  return ullim_message_bubble_get_message (ULLIM_MESSAGE_BUBBLE (row));
}

/* The column is whole: each message follows the one before, its row stands right under it, shows
 * its text, and the rows cover the sight. */
static GPtrArray *
check_rows (Fixture *f)
{
  GPtrArray *rows = g_ptr_array_new ();
  int        y = 0;

  gtk_container_forall (GTK_CONTAINER (f->transcript), add_row, rows);
  g_ptr_array_sort (rows, by_place);
  g_assert_cmpuint (rows->len, >, 0);
  g_assert_cmpuint (ullim_transcript_get_n_rows (transcript_of (f)), <=, MAX_ROWS);
  for (guint i = 0; i < rows->len; i++) {
    UllimMessage    *message = message_of (rows->pdata[i]);
    GtkWidget       *label = ui_fixture_find (rows->pdata[i], "text");
    g_autofree char *text = text_of (ullim_message_get_id (message));

    g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, text);
    if (i > 0) {
      g_assert_cmpint (ullim_message_get_id (message), ==,
                       ullim_message_get_id (message_of (rows->pdata[i - 1])) + 1);
      g_assert_cmpint (y_of (rows->pdata[i]), ==, y);
    }
    y = y_of (rows->pdata[i]) + gtk_widget_get_allocated_height (rows->pdata[i]);
  }
  g_assert_cmpint (y, >=, gtk_widget_get_allocated_height (f->transcript));
  return rows;
}

static void
check (Fixture *f)
{
  g_ptr_array_unref (check_rows (f));
}

/* Returns: the row at the top of the sight */
static GtkWidget *
top_row (Fixture *f)
{
  g_autoptr (GPtrArray) rows = check_rows (f);

  for (guint i = 0; i < rows->len; i++) {
    if (y_of (rows->pdata[i]) + gtk_widget_get_allocated_height (rows->pdata[i]) > 0)
      return rows->pdata[i];
  }
  g_assert_not_reached ();
}

static gint64
last_id (Fixture *f)
{
  g_autoptr (GPtrArray) rows = check_rows (f);

  return ullim_message_get_id (message_of (rows->pdata[rows->len - 1]));
}

/* Where the row of a message stands, G_MININT if it has none. */
static int
y_of_message (Fixture *f, gint64 id)
{
  g_autoptr (GPtrArray) rows = check_rows (f);

  for (guint i = 0; i < rows->len; i++) {
    if (ullim_message_get_id (message_of (rows->pdata[i])) == id)
      return y_of (rows->pdata[i]);
  }
  return G_MININT;
}

static void
append (Fixture *f, gint64 id)
{
  g_autofree char         *text = text_of (id);
  g_autoptr (UllimMessage) message = ui_fixture_message (id, ULLIM_DIRECTION_INCOMING, text);

  ullim_timeline_append (f->timeline, message);
}

static void
test_many (void)
{
  Fixture f;

  set_up (&f, 1, 100000, FALSE, FALSE);
  g_assert_cmpint (last_id (&f), ==, 100000);
  g_assert_true (ullim_transcript_get_at_newest (transcript_of (&f)));
  for (int i = 0; i < 60; i++) {
    double lower = gtk_adjustment_get_lower (adjustment_of (&f));
    double upper = gtk_adjustment_get_upper (adjustment_of (&f));

    gtk_adjustment_set_value (adjustment_of (&f), g_test_rand_double_range (lower, upper));
    if (i % 3 == 0)
      ui_fixture_settle (f.window);
    check (&f);
  }
  tear_down (&f);
}

/* All the way by small steps, up and down again: every message is seen once, in order. */
static void
test_scroll_through (void)
{
  Fixture f;

  set_up (&f, 1, 300, FALSE, FALSE);
  for (int i = 0; i < 1500 && y_of_message (&f, 1) < 0; i++)
    scroll_by (&f, -97);
  ui_fixture_settle (f.window);
  g_assert_cmpint (y_of_message (&f, 1), ==, 0);
  g_assert_false (ullim_transcript_get_at_newest (transcript_of (&f)));
  for (int i = 0; i < 1500 && !ullim_transcript_get_at_newest (transcript_of (&f)); i++) {
    scroll_by (&f, 97);
    check (&f);
  }
  g_assert_cmpint (last_id (&f), ==, 300);
  tear_down (&f);
}

static void
test_short (void)
{
  Fixture f;
  int     bottom;

  set_up (&f, 0, 0, FALSE, FALSE);
  {
    g_autoptr (GPtrArray) rows = check_rows (&f);

    bottom = y_of (rows->pdata[0]) + gtk_widget_get_allocated_height (rows->pdata[0]);
  }
  g_assert_cmpint (bottom, ==, gtk_widget_get_allocated_height (f.transcript));
  scroll_by (&f, -50);
  scroll_by (&f, 100);
  check (&f);
  tear_down (&f);
}

static void
test_prepend (void)
{
  Fixture f;

  set_up (&f, 1001, 1100, TRUE, FALSE);
  scroll_by (&f, -1500);
  ui_fixture_settle (f.window);
  for (gint64 first = 901; first > 400; first -= 100) {
    g_autoptr (GPtrArray) page = messages (first, first + 99);
    gint64                id = ullim_message_get_id (message_of (top_row (&f)));
    int                   y = y_of (top_row (&f));
    double                value = gtk_adjustment_get_value (adjustment_of (&f));

    ullim_timeline_prepend_page (f.timeline, page, TRUE);
    g_assert_cmpint (y_of_message (&f, id), ==, y);
    ui_fixture_settle (f.window);
    g_assert_cmpint (y_of_message (&f, id), ==, y);
    /* A movement that goes on by itself is not disturbed. */
    g_assert_cmpfloat (gtk_adjustment_get_value (adjustment_of (&f)), ==, value);
    scroll_by (&f, -700);
    ui_fixture_settle (f.window);
  }
  tear_down (&f);
}

static void
test_wanted (void)
{
  Fixture f;

  set_up (&f, 1, 1000, TRUE, TRUE);
  ullim_transcript_scroll_to_message (transcript_of (&f), 500, FALSE);
  ui_fixture_settle (f.window);
  f.older_wanted = f.newer_wanted = 0;
  scroll_by (&f, -100);
  ui_fixture_settle (f.window);
  g_assert_cmpuint (f.older_wanted + f.newer_wanted, ==, 0);
  ullim_transcript_scroll_to_message (transcript_of (&f), 20, FALSE);
  ui_fixture_settle (f.window);
  g_assert_cmpuint (f.older_wanted, >, 0);
  g_assert_cmpuint (f.newer_wanted, ==, 0);
  f.older_wanted = 0;
  ullim_transcript_scroll_to_message (transcript_of (&f), 980, FALSE);
  ui_fixture_settle (f.window);
  g_assert_cmpuint (f.older_wanted, ==, 0);
  g_assert_cmpuint (f.newer_wanted, >, 0);
  g_assert_false (ullim_transcript_get_at_newest (transcript_of (&f)));
  tear_down (&f);
}

static void
test_stick (void)
{
  Fixture f;
  int     y;

  set_up (&f, 1, 100, FALSE, FALSE);
  for (gint64 id = 101; id < 130; id++) {
    append (&f, id);
    ui_fixture_settle (f.window);
    g_assert_cmpint (last_id (&f), ==, id);
    g_assert_true (ullim_transcript_get_at_newest (transcript_of (&f)));
  }
  scroll_by (&f, -400);
  ui_fixture_settle (f.window);
  g_assert_false (ullim_transcript_get_at_newest (transcript_of (&f)));
  y = y_of (top_row (&f));
  append (&f, 130);
  ui_fixture_settle (f.window);
  g_assert_cmpint (y_of (top_row (&f)), ==, y);
  g_assert_false (ullim_transcript_get_at_newest (transcript_of (&f)));
  ullim_transcript_scroll_to_end (transcript_of (&f));
  ui_fixture_settle (f.window);
  g_assert_cmpint (last_id (&f), ==, 130);
  g_assert_true (ullim_transcript_get_at_newest (transcript_of (&f)));
  tear_down (&f);
}

static void
test_jump (void)
{
  Fixture f;

  set_up (&f, 1, 20000, FALSE, FALSE);
  for (int i = 0; i < 20; i++) {
    gint64 id = g_test_rand_int_range (100, 19900);
    int    y;

    g_assert_true (ullim_transcript_scroll_to_message (transcript_of (&f), id, TRUE));
    ui_fixture_settle (f.window);
    y = y_of_message (&f, id);
    g_assert_cmpint (y, >=, 0);
    g_assert_cmpint (y, <, HEIGHT);
    g_assert_nonnull (ui_fixture_find (f.transcript, "flash"));
  }
  g_assert_false (ullim_transcript_scroll_to_message (transcript_of (&f), 20001, TRUE));
  ullim_transcript_scroll_to_message (transcript_of (&f), 20000, TRUE);
  ui_fixture_settle (f.window);
  g_assert_true (ullim_transcript_get_at_newest (transcript_of (&f)));
  append (&f, 20001);
  ui_fixture_settle (f.window);
  g_assert_cmpint (last_id (&f), ==, 20001);
  tear_down (&f);
}

/* Paging drops messages at the far end. */
static void
test_trim (void)
{
  Fixture               f;
  g_autoptr (GPtrArray) older = messages (901, 1000);
  gint64                id;
  int                   y;

  set_up (&f, 1001, 1500, TRUE, FALSE);
  ullim_transcript_scroll_to_message (transcript_of (&f), 1010, FALSE);
  ui_fixture_settle (f.window);
  id = ullim_message_get_id (message_of (top_row (&f)));
  y = y_of (top_row (&f));
  ullim_timeline_prepend_page (f.timeline, older, TRUE);
  ullim_timeline_trim (f.timeline, 500, FALSE);
  ui_fixture_settle (f.window);
  g_assert_cmpint (y_of_message (&f, id), ==, y);
  ullim_timeline_trim (f.timeline, 450, TRUE);
  ui_fixture_settle (f.window);
  g_assert_cmpint (y_of_message (&f, id), ==, y);
  ullim_transcript_scroll_to_end (transcript_of (&f));
  ui_fixture_settle (f.window);
  g_assert_cmpint (last_id (&f), ==, 1400);
  g_assert_false (ullim_transcript_get_at_newest (transcript_of (&f)));
  tear_down (&f);
}

static void
test_replace (void)
{
  Fixture               f;
  g_autoptr (GPtrArray) other = messages (5000, 5200);
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();

  set_up (&f, 1, 300, FALSE, FALSE);
  scroll_by (&f, -3000);
  ullim_timeline_replace (f.timeline, other, TRUE, FALSE);
  ui_fixture_settle (f.window);
  g_assert_cmpint (last_id (&f), ==, 5200);
  ullim_timeline_replace (f.timeline, nothing, FALSE, FALSE);
  ui_fixture_settle (f.window);
  append (&f, 1);
  ui_fixture_settle (f.window);
  g_assert_cmpint (last_id (&f), ==, 1);
  tear_down (&f);
}

static void
test_width (void)
{
  Fixture f;

  set_up (&f, 1, 2000, FALSE, FALSE);
  for (int width = 360; width <= 1600; width += 310) {
    gtk_window_resize (GTK_WINDOW (f.window), width, HEIGHT);
    for (int i = 0; i < 20 && gtk_widget_get_allocated_width (f.transcript) != width; i++)
      ui_fixture_settle (f.window);
    g_assert_cmpint (gtk_widget_get_allocated_width (f.transcript), ==, width);
    check (&f);
    g_assert_cmpint (last_id (&f), ==, 2000);
    g_assert_true (ullim_transcript_get_at_newest (transcript_of (&f)));
  }
  tear_down (&f);
}

/* A row that has the focus is kept while it is out of sight, and found again by the arrow keys. */
static void
test_focus (void)
{
  Fixture    f;
  GtkWidget *row;
  gint64     id;

  set_up (&f, 1, 1000, FALSE, FALSE);
  g_assert_true (gtk_widget_child_focus (f.scroller, GTK_DIR_TAB_FORWARD));
  row = gtk_window_get_focus (GTK_WINDOW (f.window));
  g_assert_true (ULLIM_IS_MESSAGE_BUBBLE (row));
  g_assert_cmpint (ullim_message_get_id (message_of (row)), ==, 1000);
  for (int i = 0; i < 30; i++)
    g_assert_true (gtk_widget_child_focus (f.scroller, GTK_DIR_UP));
  row = gtk_window_get_focus (GTK_WINDOW (f.window));
  id = ullim_message_get_id (message_of (row));
  g_assert_cmpint (id, ==, 970);
  g_assert_cmpint (y_of (row), >=, 0);

  gtk_adjustment_set_value (adjustment_of (&f), gtk_adjustment_get_lower (adjustment_of (&f)));
  ui_fixture_settle (f.window);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (f.window)) == row);
  g_assert_cmpint (ullim_message_get_id (message_of (row)), ==, id);
  g_assert_true (gtk_widget_child_focus (f.scroller, GTK_DIR_DOWN));
  row = gtk_window_get_focus (GTK_WINDOW (f.window));
  g_assert_cmpint (ullim_message_get_id (message_of (row)), ==, id + 1);
  ui_fixture_settle (f.window);
  check (&f);
  /* The text of the row, and then out of it. */
  g_assert_true (gtk_widget_child_focus (f.scroller, GTK_DIR_TAB_FORWARD));
  g_assert_true (GTK_IS_LABEL (gtk_window_get_focus (GTK_WINDOW (f.window))));
  g_assert_false (gtk_widget_child_focus (f.transcript, GTK_DIR_TAB_FORWARD));
  tear_down (&f);
}

static void
test_remove (void)
{
  Fixture f;
  guint   before;

  set_up (&f, 1, 100, FALSE, FALSE);
  before = g_list_model_get_n_items (G_LIST_MODEL (f.timeline));
  g_assert_true (gtk_widget_child_focus (f.scroller, GTK_DIR_TAB_FORWARD));
  ullim_timeline_remove (f.timeline, 100);
  ui_fixture_settle (f.window);
  g_assert_cmpint (last_id (&f), ==, 99);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f.timeline)), ==, before - 1);
  tear_down (&f);
}

static void
test_unread (void)
{
  Fixture    f;
  GtkWidget *divider;

  set_up (&f, 1, 200, FALSE, FALSE);
  ullim_transcript_set_first_unread (transcript_of (&f), 150);
  ullim_transcript_scroll_to_message (transcript_of (&f), 150, FALSE);
  ui_fixture_settle (f.window);
  divider = ui_fixture_find (f.transcript, "unread-divider");
  g_assert_nonnull (divider);
  g_assert_true (gtk_widget_get_visible (divider));
  g_assert_cmpint (y_of_message (&f, 150), >=, 0);
  g_assert_cmpint (y_of_message (&f, 150), <, 100);
  ullim_transcript_set_first_unread (transcript_of (&f), 0);
  ui_fixture_settle (f.window);
  g_assert_false (gtk_widget_get_visible (divider));
  check (&f);
  tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!ui_fixture_init (&argc, &argv)) {
    g_printerr ("There is no screen; run it by on-screen.py.\n");
    return 77;
  }
  g_test_add_func ("/transcript/many", test_many);
  g_test_add_func ("/transcript/scroll-through", test_scroll_through);
  g_test_add_func ("/transcript/short", test_short);
  g_test_add_func ("/transcript/prepend", test_prepend);
  g_test_add_func ("/transcript/wanted", test_wanted);
  g_test_add_func ("/transcript/stick", test_stick);
  g_test_add_func ("/transcript/jump", test_jump);
  g_test_add_func ("/transcript/trim", test_trim);
  g_test_add_func ("/transcript/replace", test_replace);
  g_test_add_func ("/transcript/width", test_width);
  g_test_add_func ("/transcript/focus", test_focus);
  g_test_add_func ("/transcript/remove", test_remove);
  g_test_add_func ("/transcript/unread", test_unread);
  return g_test_run ();
}
