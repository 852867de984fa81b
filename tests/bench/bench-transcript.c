/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A conversation of 100,000 messages in the real view, from the real history on disk: how long
 * until its first frame, and whether scrolling through it keeps the pace of the screen. Prints a
 * table; fails where a figure is over its limit. Run it by on-screen.py. With a folder as argument:
 * a single opening of the history that is there.
 */
#include <time.h>

#include "conversation-view.h"
#include "message-bubble.h"
#include "person.h"
#include "support.h"
#include "transcript.h"
#include "ui-fixture.h"

#define N_MESSAGES 100000
#define WIDTH 720
#define HEIGHT 720

#define N_OPENINGS 20
#define N_WHEEL_FRAMES 900
#define N_PAGE_FRAMES 900
/* Held down, the key comes about 30 times a second. */
#define FRAMES_PER_PAGE 2
/* A notch of the wheel in each frame: much faster than a hand turns it. */
#define WHEEL_PX 90

#define FRAME_MS (1000.0 / 60.0)
/* Work that takes longer than a frame lasts makes a screen of 60 Hz miss one. */
#define MAX_OPEN_MS 50
/* Against the newest 1,000 of the same messages as rows of a GtkListBox, on the same machine. */
#define N_PLAIN_ROWS 1000
#define MAX_OPEN_RATIO 0.3

typedef struct {
  Person            *person;
  UllimConversation *conversation; /* owned */
  GtkWidget         *view;
  GtkWidget         *window;
  GtkAdjustment     *adjustment;
  gboolean           failed;

  /* of the series under way */
  GArray *works;     /* owned, of double, ms: what a frame took */
  GArray *intervals; /* owned, of double, ms: from one frame to the next */
  gint64  began;
  gint64  last_frame;
  guint   frames_left;
  double  delta; /* px; 0: a page */
  int     direction;
} Bench;

static double
ms_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1000.0;
}

/* What this thread worked, whatever else the machine had to do. */
static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
percentile (GArray *sorted, guint percent)
{
  return g_array_index (sorted, double, (sorted->len - 1) * percent / 100);
}

static guint
count_over (GArray *times, double limit)
{
  guint count = 0;

  for (guint i = 0; i < times->len; i++)
    count += g_array_index (times, double, i) > limit;
  return count;
}

static void
report (Bench *bench, const char *what, GArray *times, gboolean fails)
{
  g_array_sort (times, compare_doubles);
  g_print ("%-46s %6u %8.2f %8.2f %8.2f%s\n", what, times->len, percentile (times, 50),
           percentile (times, 99), percentile (times, 100), fails ? "  OVER ITS LIMIT" : "");
  bench->failed |= fails;
}

/* --- Opening --- */

static gboolean
shows_rows (GtkWidget *view)
{
  GtkWidget *row = ui_fixture_find (view, "group-end");

  return row && gtk_widget_get_mapped (row);
}

typedef struct {
  GtkWidget *view;
  gboolean   done;
} Opening;

static void
on_painted (GdkFrameClock *clock, Opening *opening)
{
  opening->done |= shows_rows (opening->view);
}

/* Returns: ms from @start to the first frame with messages */
static double
show_conversation (Bench *bench, gint64 start)
{
  Opening        opening = {bench->view, FALSE};
  GdkFrameClock *clock = gtk_widget_get_frame_clock (bench->window);
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (on_painted), &opening);
  double ms;

  ullim_conversation_view_set_conversation (ULLIM_CONVERSATION_VIEW (bench->view),
                                            bench->conversation);
  support_wait_flag (&opening.done, "the first frame");
  ms = ms_since (start);
  g_signal_handler_disconnect (clock, handler);
  ui_fixture_settle (bench->window);
  return ms;
}

static double
open_once (Bench *bench)
{
  ullim_conversation_view_set_conversation (ULLIM_CONVERSATION_VIEW (bench->view), NULL);
  ui_fixture_settle (bench->window);
  return show_conversation (bench, g_get_monotonic_time ());
}

/* What GTK offers for it: a row for each message. Returns: ms to its first frame */
static double
open_plain (Bench *bench)
{
  GListModel *timeline = G_LIST_MODEL (ullim_conversation_get_timeline (bench->conversation));
  guint       n_items = g_list_model_get_n_items (timeline);
  GtkWidget  *list = gtk_list_box_new ();
  GtkWidget  *scroller = gtk_scrolled_window_new (NULL, NULL);
  GtkWidget  *window;
  gint64      start = g_get_monotonic_time ();
  double      ms;

  for (guint i = 0; i < N_PLAIN_ROWS; i++) {
    g_autoptr (UllimMessage) message = g_list_model_get_item (timeline, i % n_items);
    GtkWidget               *row = ullim_message_bubble_new ();

    ullim_message_bubble_bind (ULLIM_MESSAGE_BUBBLE (row), message, ULLIM_BUBBLE_GROUP_END, "", 0);
    gtk_container_add (GTK_CONTAINER (list), row);
  }
  gtk_container_add (GTK_CONTAINER (scroller), list);
  gtk_widget_show_all (scroller);
  window = ui_fixture_window (scroller, WIDTH, HEIGHT);
  ms = ms_since (start);
  gtk_widget_destroy (window);
  return ms;
}

static void
bench_opening (Bench *bench)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  double             first = open_once (bench);
  double             plain;
  double             ratio;

  g_array_append_val (times, first);
  report (bench, "open, the first time in the program, ms", times, first > MAX_OPEN_MS);
  g_array_set_size (times, 0);
  for (guint i = 0; i < N_OPENINGS; i++) {
    double ms = open_once (bench);

    g_array_append_val (times, ms);
  }
  g_array_sort (times, compare_doubles);
  report (bench, "open, ms", times, percentile (times, 50) > MAX_OPEN_MS);
  plain = open_plain (bench);
  ratio = percentile (times, 50) / plain;
  g_print ("%-46s %15.2f\n", "the newest 1,000 in a GtkListBox, ms", plain);
  g_print ("%-46s %15.2f%s\n", "ratio", ratio, ratio > MAX_OPEN_RATIO ? "  OVER ITS LIMIT" : "");
  bench->failed |= ratio > MAX_OPEN_RATIO;
}

/* --- Scrolling --- */

static void
on_before_paint (GdkFrameClock *clock, Bench *bench)
{
  gint64 frame = gdk_frame_clock_get_frame_time (clock);

  bench->began = cpu_us ();
  if (bench->last_frame != 0) {
    double ms = (double) (frame - bench->last_frame) / 1000.0;

    g_array_append_val (bench->intervals, ms);
  }
  bench->last_frame = frame;
}

static void
on_after_paint (GdkFrameClock *clock, Bench *bench)
{
  double ms = (double) (cpu_us () - bench->began) / 1000.0;

  g_array_append_val (bench->works, ms);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Bench *bench = data;
  double delta = bench->delta;

  if (delta == 0 && bench->frames_left % FRAMES_PER_PAGE == 0)
    delta = gtk_adjustment_get_page_increment (bench->adjustment);
  gtk_adjustment_set_value (bench->adjustment, gtk_adjustment_get_value (bench->adjustment) +
                                                   bench->direction * delta);
  bench->frames_left--;
  return bench->frames_left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
bench_scrolling (Bench *bench, const char *what, guint n_frames, double delta, int direction)
{
  GdkFrameClock   *clock = gtk_widget_get_frame_clock (bench->window);
  gulong           before, after;
  guint            dropped;
  g_autofree char *works = g_strdup_printf ("%s: work per frame, ms", what);
  g_autofree char *intervals = g_strdup_printf ("%s: from frame to frame, ms", what);

  bench->works = g_array_new (FALSE, FALSE, sizeof (double));
  bench->intervals = g_array_new (FALSE, FALSE, sizeof (double));
  bench->frames_left = n_frames;
  bench->delta = delta;
  bench->direction = direction;
  bench->last_frame = 0;
  before = g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), bench);
  after = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), bench);
  gtk_widget_add_tick_callback (bench->window, on_tick, bench, NULL);
  while (bench->frames_left > 0)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (clock, before);
  g_signal_handler_disconnect (clock, after);
  dropped = count_over (bench->works, FRAME_MS);
  report (bench, works, bench->works, dropped > 0);
  g_print ("%-46s %15u\n", "  frames it made late (dropped at 60 Hz)", dropped);
  report (bench, intervals, bench->intervals, FALSE);
  g_array_unref (bench->works);
  g_array_unref (bench->intervals);
}

/* --- The whole --- */

/* The window of the program has a list of people with Korean names: the fonts are there by the time
 * a conversation is opened. */
static void
load_fonts (void)
{
  GtkWidget *window = ui_fixture_window (gtk_label_new ("Friend 친구 😀"), 100, 100);

  gtk_widget_show_all (window);
  ui_fixture_settle (window);
  gtk_widget_destroy (window);
}

static void
spawn (const char *const *argv)
{
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
open_history (Bench *bench, const char *dir)
{
  GListModel *conversations;

  bench->person = person_new (dir);
  conversations = G_LIST_MODEL (ullim_engine_get_conversations (bench->person->engine));
  g_assert_cmpuint (g_list_model_get_n_items (conversations), ==, 1);
  bench->conversation = g_list_model_get_item (conversations, 0);
  load_fonts ();
}

static void
clean_up (Bench *bench)
{
  gtk_widget_destroy (bench->window);
  g_object_unref (bench->conversation);
  person_stop (bench->person);
}

/* Whoever opens a conversation before the program had a moment to prepare for it: nothing was made
 * yet, not even the view. Such a first time comes once in a process. */
static void
bench_unprepared (Bench *bench, const char *dir)
{
  GtkWidget *place = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gint64     start;

  open_history (bench, dir);
  gtk_widget_show (place);
  bench->window = ui_fixture_window (place, WIDTH, HEIGHT);
  start = g_get_monotonic_time ();
  bench->view = ullim_conversation_view_new (bench->person->engine);
  gtk_box_pack_start (GTK_BOX (place), bench->view, TRUE, TRUE, 0);
  g_print ("%-46s %15.2f\n", "open, the first time, unprepared, ms",
           show_conversation (bench, start));
  clean_up (bench);
}

static GtkAdjustment *
find_adjustment (GtkWidget *view)
{
  GtkWidget *row = ui_fixture_find (view, "group-end");

  return gtk_scrollable_get_vadjustment (
      GTK_SCROLLABLE (gtk_widget_get_ancestor (row, ULLIM_TYPE_TRANSCRIPT)));
}

static void
bench_all (Bench *bench, const char *dir)
{
  open_history (bench, dir);
  bench->view = ullim_conversation_view_new (bench->person->engine);
  bench->window = ui_fixture_window (bench->view, WIDTH, HEIGHT);
  g_print ("%-46s %6s %8s %8s %8s\n", "a conversation of 100,000 messages", "n", "median", "99 %",
           "max");
  bench_opening (bench);
  bench->adjustment = find_adjustment (bench->view);
  bench_scrolling (bench, "wheel up", N_WHEEL_FRAMES, WHEEL_PX, -1);
  bench_scrolling (bench, "wheel down", N_WHEEL_FRAMES, WHEEL_PX, 1);
  bench_scrolling (bench, "page up", N_PAGE_FRAMES, 0, -1);
  bench_scrolling (bench, "page down", N_PAGE_FRAMES, 0, 1);
  clean_up (bench);
}

int
main (int argc, char **argv)
{
  Bench bench = {0};
  char *dir;

  if (!ui_fixture_init (&argc, &argv)) {
    g_printerr ("There is no screen; run it by on-screen.py.\n");
    return 77;
  }
  if (argc == 2) {
    bench_unprepared (&bench, argv[1]);
    return 0;
  }
  dir = support_temp_dir ();
  spawn (
      (const char *const[]){g_getenv ("MAKE_HISTORY"), dir, "1", G_STRINGIFY (N_MESSAGES), NULL});
  spawn ((const char *const[]){argv[0], dir, NULL});
  bench_all (&bench, dir);
  support_temp_dir_free (dir);
  return bench.failed ? 1 : 0;
}
