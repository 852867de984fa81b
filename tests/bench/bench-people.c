/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An address book of 10,000 people in the real left pane: how long until its first frame, what it
 * takes in memory above an empty one, how long the main loop is held while it is read from disk,
 * what a key in the search costs; and ten thousand changes of presence arriving through the real
 * engine as fast as the loopback brings them, while the list is scrolled. Prints a table; fails
 * where a figure is over its limit. Run it by on-screen.py.
 */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "contact-list.h"
#include "list-adapter.h"
#include "people-group.h"
#include "presence-person.h"
#include "sidebar.h"
#include "support.h"
#include "ui-fixture.h"

#define N_PEOPLE 10000
#define N_GROUPS 20
#define WIDTH 320
#define HEIGHT 720
#define N_OPENINGS 10
#define REST_MS 2000

#define FRAME_MS (1000.0 / 60.0)
#define MAX_OPEN_MS 100
#define MAX_MEMORY_MB 25
#define MAX_HOLD_MS 16
#define MAX_KEY_MS 16
#define MAX_BURST_MS 2000
#define BURST_DEADLINE_MS 60000
#define SCROLL_PX 90

typedef struct {
  gboolean failed;

  Person           *person;
  GtkWidget        *window;
  GtkWidget        *place; /* in @window */
  GtkWidget        *sidebar;
  GtkTreeView      *tree;
  GSubprocess      *peer;   /* owned, nullable */
  GOutputStream    *input;  /* of @peer */
  GDataInputStream *output; /* owned: of @peer */
} Bench;

/* What one turn of the main loop costs: a source that never has anything to do, but sees each. The
 * time that this thread worked is what counts, whatever else the machine had to do; the time on the
 * clock is told too. */
typedef struct {
  GSource source;
  gint64  woke_us;
  gint64  woke_cpu_us;
  GArray *turns; /* of double, ms of work */
  double  longest_ms;
} Probe;

static double
ms_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1000.0;
}

static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gboolean
probe_prepare (GSource *source, int *timeout)
{
  Probe *probe = (Probe *) source;

  if (probe->woke_us > 0) {
    double work = (double) (cpu_us () - probe->woke_cpu_us) / 1000.0;

    g_array_append_val (probe->turns, work);
    probe->longest_ms = MAX (probe->longest_ms, ms_since (probe->woke_us));
  }
  probe->woke_us = 0;
  *timeout = -1;
  return FALSE;
}

static gboolean
probe_check (GSource *source)
{
  ((Probe *) source)->woke_us = g_get_monotonic_time ();
  ((Probe *) source)->woke_cpu_us = cpu_us ();
  return FALSE;
}

static void
probe_finalize (GSource *source)
{
  g_array_unref (((Probe *) source)->turns);
}

static GSourceFuncs probe_funcs = {.prepare = probe_prepare,
                                   .check = probe_check,
                                   .finalize = probe_finalize};

static Probe *
probe_start (void)
{
  GSource *source = g_source_new (&probe_funcs, sizeof (Probe));

  ((Probe *) source)->turns = g_array_new (FALSE, FALSE, sizeof (double));
  g_source_attach (source, NULL);
  return (Probe *) source;
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

static void
report (Bench *bench, const char *what, double value, double limit)
{
  gboolean fails = value > limit;

  g_print ("%-58s %8.1f", what, value);
  if (limit < HUGE_VAL)
    g_print ("   at most %g%s", limit, fails ? "  OVER ITS LIMIT" : "");
  g_print ("\n");
  bench->failed |= fails;
}

static void
report_series (Bench *bench, const char *what, GArray *times, double limit)
{
  g_autofree char *longest = NULL;

  g_array_sort (times, compare_doubles);
  longest = g_strdup_printf ("%s (%u; median %.1f)", what, times->len, percentile (times, 50));
  report (bench, longest, percentile (times, 100), limit);
}

static void
probe_report (Bench *bench, Probe *probe, const char *when)
{
  g_autofree char *held = g_strdup_printf ("%s: longest hold, ms of work", when);
  g_autofree char *clock = g_strdup_printf ("%s: longest hold, ms on the clock", when);

  report_series (bench, held, probe->turns, MAX_HOLD_MS);
  report (bench, clock, probe->longest_ms, HUGE_VAL);
  g_source_destroy (&probe->source);
  g_source_unref (&probe->source);
}

/* --- The book --- */

static char *
make_book (void)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < N_PEOPLE; i++)
    g_string_append_printf (text,
                            "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:%08x\r\n"
                            "FN:%s %s %04u\r\nIMPP:sip:p%u@bench.test\r\n"
                            "CATEGORIES:Group %u\r\nEND:VCARD\r\n",
                            i,
                            i % 3 == 0   ? "김민지"
                            : i % 3 == 1 ? "Ælfric"
                                         : "Bob",
                            i % 2 ? "Miller" : "Park", i * 7919 % N_PEOPLE, i, i % N_GROUPS);
  return g_string_free (text, FALSE);
}

/* The people come as they do to a user: from a vCard file. */
static void
fill (const char *dir, const char *proxy, gboolean with_people)
{
  g_autofree char         *path = g_build_filename (dir, "book.vcf", NULL);
  g_autofree char         *book = make_book ();
  g_autoptr (GFile)        file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  Person                  *person = person_new (dir);
  UllimPeopleService      *people = ullim_engine_get_people (person->engine);
  guint                    added, changed, skipped;

  person_join (person, "sip:me@bench.test", proxy, NULL, NULL, NULL);
  presence_person_wait_loaded (person);
  g_file_set_contents (path, book, -1, &error);
  g_assert_no_error (error);
  if (with_people) {
    ullim_people_service_import_async (people, file, NULL, support_async_result, &result);
    while (!result)
      g_main_context_iteration (NULL, TRUE);
    ullim_people_service_import_finish (people, result, &added, &changed, &skipped, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (added, ==, N_PEOPLE);
  }
  person_stop (person);
}

static UllimContactList *
contacts_of (Bench *bench)
{
  return ullim_people_service_get_contacts (ullim_engine_get_people (bench->person->engine));
}

static gboolean
all_are_known (gpointer data)
{
  GListModel *model = G_LIST_MODEL (contacts_of (data));

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (UllimContact) contact = g_list_model_get_item (model, i);

    if (ullim_contact_get_presence (contact)->state != ULLIM_PRESENCE_OFFLINE)
      return FALSE;
  }
  return TRUE;
}

/* --- The pane --- */

static guint
n_rows (Bench *bench)
{
  GtkTreeModel *model = bench->tree ? gtk_tree_view_get_model (bench->tree) : NULL;

  return model ? (guint) gtk_tree_model_iter_n_children (model, NULL) : 0;
}

static void
on_painted (GdkFrameClock *clock, gboolean *painted)
{
  *painted = TRUE;
}

static void
wait_frame (Bench *bench)
{
  gboolean       painted = FALSE;
  GdkFrameClock *clock = gtk_widget_get_frame_clock (bench->window);
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (on_painted), &painted);

  support_wait_flag (&painted, "a frame");
  g_signal_handler_disconnect (clock, handler);
}

/* An empty window with a place for the pane. */
static void
open_window (Bench *bench)
{
  bench->place = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_show (bench->place);
  bench->window = ui_fixture_window (bench->place, WIDTH, HEIGHT);
}

static void
put_list (Bench *bench)
{
  bench->sidebar = ullim_sidebar_new (bench->person->engine, NULL);
  bench->tree = GTK_TREE_VIEW (ui_fixture_find (bench->sidebar, "ullim-people"));
  gtk_widget_show (bench->sidebar);
  gtk_box_pack_start (GTK_BOX (bench->place), bench->sidebar, TRUE, TRUE, 0);
}

static void
take_list (Bench *bench)
{
  g_clear_pointer (&bench->sidebar, gtk_widget_destroy);
  bench->tree = NULL;
  ui_fixture_settle (bench->window);
}

/* Fonts, style and icons are there by the time there is a list: the window has used them. */
static void
warm_up (Bench *bench)
{
  char      *dir = support_temp_dir ();
  GtkWidget *label = gtk_label_new ("Friend 친구 😀");

  bench->person = person_new (dir);
  open_window (bench);
  gtk_container_add (GTK_CONTAINER (bench->place), label);
  gtk_widget_show_all (bench->place);
  put_list (bench);
  ui_fixture_settle (bench->window);
  take_list (bench);
  gtk_widget_destroy (label);
  person_stop (bench->person);
  support_temp_dir_free (dir);
}

/* Returns: ms until the first frame with the list */
static double
open_list (Bench *bench)
{
  gint64 start = g_get_monotonic_time ();
  double ms;

  put_list (bench);
  do
    wait_frame (bench);
  while (!gtk_widget_get_mapped (GTK_WIDGET (bench->tree)) || n_rows (bench) < N_PEOPLE);
  ms = ms_since (start);
  ui_fixture_settle (bench->window);
  return ms;
}

static void
bench_opening (Bench *bench)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));

  report (bench, "first frame of the list, the first time, ms", open_list (bench), MAX_OPEN_MS);
  for (guint i = 0; i < N_OPENINGS; i++) {
    double ms;

    take_list (bench);
    ms = open_list (bench);
    g_array_append_val (times, ms);
  }
  g_array_sort (times, compare_doubles);
  report (bench, "first frame of the list, median, ms", percentile (times, 50), MAX_OPEN_MS);
}

static gboolean
on_rested (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
rest (guint ms)
{
  gboolean done = FALSE;

  g_timeout_add (ms, on_rested, &done);
  support_wait_flag (&done, "a rest");
}

/* --- Memory, and reading from disk: each in a process of its own --- */

static double
pss_mb (void)
{
  g_autofree char *rollup = NULL;
  const char      *line;

  g_file_get_contents ("/proc/self/smaps_rollup", &rollup, NULL, NULL);
  line = rollup ? strstr (rollup, "\nPss:") : NULL;
  return line ? g_ascii_strtod (line + strlen ("\nPss:"), NULL) / 1024.0 : 0;
}

/* The window is there before the book is read, as at the start of the program. */
static void
read_book (Bench *bench, const char *dir)
{
  gboolean is_full;
  gint64   start;
  Probe   *probe;

  warm_up (bench);
  bench->person = person_new (dir);
  start = g_get_monotonic_time ();
  put_list (bench);
  probe = probe_start ();
  presence_person_wait_loaded (bench->person);
  is_full = g_list_model_get_n_items (G_LIST_MODEL (contacts_of (bench))) > 0;
  while (is_full && n_rows (bench) < N_PEOPLE)
    wait_frame (bench);
  if (is_full)
    report (bench, "from an engine that has started to the rows, ms", ms_since (start), HUGE_VAL);
  if (is_full)
    support_wait (all_are_known, bench, "the first state of everybody");
  rest (REST_MS);
  if (is_full)
    probe_report (bench, probe, "reading the book, and all states");
  g_print ("PSS %.1f\n", pss_mb ());
}

/* Returns: PSS in MB of a window with the book in @dir */
static double
run_reader (Bench *bench, const char *program, const char *dir)
{
  g_autofree char   *output = NULL;
  g_autoptr (GError) error = NULL;
  const char        *argv[] = {program, dir, NULL};
  char              *pss;
  int                status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, &status,
                &error);
  g_assert_no_error (error);
  pss = strstr (output, "PSS ");
  g_assert_nonnull (pss);
  *pss = '\0';
  g_print ("%s", output);
  bench->failed |= status != 0;
  return g_ascii_strtod (pss + strlen ("PSS "), NULL);
}

/* --- Search --- */

static double
press (Bench *bench, GtkEditable *entry, const char *key)
{
  gint64 start = cpu_us ();
  int    end = -1;

  if (key) {
    end = gtk_entry_get_text_length (GTK_ENTRY (entry));
    gtk_editable_insert_text (entry, key, -1, &end);
  } else {
    end = gtk_entry_get_text_length (GTK_ENTRY (entry));
    gtk_editable_delete_text (entry, end - 1, end);
  }
  wait_frame (bench);
  return (double) (cpu_us () - start) / 1000.0;
}

static GtkWidget *
find_entry (GtkWidget *root)
{
  GtkWidget *found = NULL;
  GList     *children;

  if (GTK_IS_SEARCH_ENTRY (root))
    return root;
  if (!GTK_IS_CONTAINER (root))
    return NULL;
  children = gtk_container_get_children (GTK_CONTAINER (root));
  for (GList *each = children; each && !found; each = each->next)
    found = find_entry (each->data);
  g_list_free (children);
  return found;
}

static void
bench_search (Bench *bench)
{
  static const char *const words[] = {"miller 42", "김민지", "sip:p99", "group 1", "nobody"};
  g_autoptr (GArray)       times = g_array_new (FALSE, FALSE, sizeof (double));
  GtkWidget               *entry = find_entry (bench->sidebar);

  rest (REST_MS);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    for (const char *p = words[i]; *p; p = g_utf8_next_char (p)) {
      g_autofree char *key = g_strndup (p, (gsize) (g_utf8_next_char (p) - p));
      double           ms = press (bench, GTK_EDITABLE (entry), key);

      g_array_append_val (times, ms);
    }
    while (gtk_entry_get_text_length (GTK_ENTRY (entry)) > 0) {
      double ms = press (bench, GTK_EDITABLE (entry), NULL);

      g_array_append_val (times, ms);
    }
  }
  report_series (bench, "a key in the search, with its frame, ms of work", times, MAX_KEY_MS);
}

/* --- Bursts --- */

static void
say (Bench *bench, const char *line)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (bench->input, line, strlen (line), NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Returns: (transfer full): the next line of the peer that begins so */
static char *
read_line (Bench *bench, const char *word)
{
  g_autofree char *line = NULL;

  do {
    g_free (line);
    line = g_data_input_stream_read_line (bench->output, NULL, NULL, NULL);
    g_assert_nonnull (line);
  } while (!g_str_has_prefix (line, word));
  return g_steal_pointer (&line);
}

/* Returns: (transfer full): where it listens */
static char *
start_peer (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *line = NULL;

  bench->peer = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                  &error, "/usr/bin/python3", g_getenv ("PRESENCE_BURST"),
                                  G_STRINGIFY (N_PEOPLE), NULL);
  g_assert_no_error (error);
  bench->input = g_subprocess_get_stdin_pipe (bench->peer);
  bench->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (bench->peer));
  line = read_line (bench, "port ");
  return g_strdup_printf ("sip:127.0.0.1:%s;transport=tcp", line + strlen ("port "));
}

static void
stop_peer (Bench *bench)
{
  g_output_stream_close (bench->input, NULL, NULL);
  g_subprocess_wait (bench->peer, NULL, NULL);
  g_clear_object (&bench->output);
  g_clear_object (&bench->peer);
}

/* Returns: how many the headers on the screen count as available */
static guint
count_shown (Bench *bench)
{
  GtkTreeModel *model = gtk_tree_view_get_model (bench->tree);
  GtkTreeIter   iter;
  guint         sum = 0;

  for (gboolean ok = model && gtk_tree_model_get_iter_first (model, &iter); ok;
       ok = gtk_tree_model_iter_next (model, &iter)) {
    g_autoptr (GObject) item = ullim_list_adapter_get_item (ULLIM_LIST_ADAPTER (model), &iter);

    if (ULLIM_IS_PEOPLE_GROUP (item))
      sum += ullim_people_group_get_n_available (ULLIM_PEOPLE_GROUP (item));
  }
  return sum;
}

typedef struct {
  GtkAdjustment *adjustment;
  guint          n_known; /* changes so far */
  gint64         start;
  gint64         began_cpu;
  double         direction;
  GArray        *frames;    /* of double, ms of work */
  GArray        *intervals; /* of double, ms */
  gint64         last_frame;
  gboolean       is_painted; /* a frame came after the last change was known */
} Burst;

static void
on_presence_changed (UllimPresenceService *service,
                     UllimAccount         *account,
                     const char           *uri,
                     const char           *key,
                     const UllimPresence  *presence,
                     Burst                *burst)
{
  burst->n_known++;
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Burst *burst = data;
  double value = gtk_adjustment_get_value (burst->adjustment);

  if (value + gtk_adjustment_get_page_size (burst->adjustment) >=
      gtk_adjustment_get_upper (burst->adjustment))
    burst->direction = -1;
  else if (value <= 0)
    burst->direction = 1;
  gtk_adjustment_set_value (burst->adjustment, value + burst->direction * SCROLL_PX);
  return G_SOURCE_CONTINUE;
}

static void
on_before_paint (GdkFrameClock *clock, Burst *burst)
{
  gint64 frame = gdk_frame_clock_get_frame_time (clock);

  if (burst->last_frame > 0) {
    double ms = (double) (frame - burst->last_frame) / 1000.0;

    g_array_append_val (burst->intervals, ms);
  }
  burst->last_frame = frame;
  burst->began_cpu = cpu_us ();
}

static void
on_after_paint (GdkFrameClock *clock, Burst *burst)
{
  double ms = (double) (cpu_us () - burst->began_cpu) / 1000.0;

  g_array_append_val (burst->frames, ms);
  burst->is_painted = burst->n_known >= N_PEOPLE;
}

static void
run_burst (Bench *bench, Burst *burst, guint expected)
{
  say (bench, "go\n");
  burst->start = g_get_monotonic_time ();
  while (!burst->is_painted || count_shown (bench) != expected) {
    burst->is_painted = FALSE;
    while (!burst->is_painted) {
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpfloat (ms_since (burst->start), <, BURST_DEADLINE_MS);
    }
  }
}

static void
burst_report (Bench *bench, Burst *burst, double took, const char *what)
{
  g_autofree char *on_screen = g_strdup_printf ("%s: all on the screen, ms", what);
  g_autofree char *work = g_strdup_printf ("%s: a scrolled frame, ms of work", what);
  g_autofree char *apart = g_strdup_printf ("%s: from frame to frame, ms", what);

  report (bench, on_screen, took, MAX_BURST_MS);
  report_series (bench, work, burst->frames, FRAME_MS);
  report_series (bench, apart, burst->intervals, HUGE_VAL);
}

static void
bench_burst (Bench *bench, guint per, const char *state, guint expected)
{
  Burst            burst = {.direction = 1};
  GdkFrameClock   *clock = gtk_widget_get_frame_clock (bench->window);
  gpointer         service = ullim_engine_get_presence (bench->person->engine);
  g_autofree char *what = g_strdup_printf ("%d changes, %u in a NOTIFY", N_PEOPLE, per);
  g_autofree char *order = g_strdup_printf ("prepare %u %s\n", per, state);
  g_autofree char *ready = NULL;
  g_autofree char *sent = NULL;
  Probe           *probe;
  double           took;
  guint            tick;

  say (bench, order);
  ready = read_line (bench, "ready");
  burst.frames = g_array_new (FALSE, FALSE, sizeof (double));
  burst.intervals = g_array_new (FALSE, FALSE, sizeof (double));
  burst.adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (bench->tree));
  tick = gtk_widget_add_tick_callback (GTK_WIDGET (bench->tree), on_tick, &burst, NULL);
  rest (REST_MS / 4);
  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), &burst);
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), &burst);
  g_signal_connect (service, "presence-changed", G_CALLBACK (on_presence_changed), &burst);
  probe = probe_start ();
  run_burst (bench, &burst, expected);
  took = ms_since (burst.start);
  rest (REST_MS / 4);
  burst_report (bench, &burst, took, what);
  probe_report (bench, probe, what);
  g_signal_handlers_disconnect_by_data (clock, &burst);
  g_signal_handlers_disconnect_by_data (service, &burst);
  gtk_widget_remove_tick_callback (GTK_WIDGET (bench->tree), tick);
  sent = read_line (bench, "sent");
  g_array_unref (burst.frames);
  g_array_unref (burst.intervals);
}

static void
bench_bursts (Bench *bench)
{
  support_wait (all_are_known, bench, "the first state of everybody");
  ullim_contact_list_set_order (contacts_of (bench), ULLIM_CONTACT_BY_PRESENCE);
  ui_fixture_settle (bench->window);
  bench_burst (bench, 100, "available", N_PEOPLE);
  bench_burst (bench, 100, "busy", 0);
  bench_burst (bench, 1, "available", N_PEOPLE);
  bench_burst (bench, 1, "away", 0);
}

/* --- The whole --- */

static void
bench_all (Bench *bench, const char *program)
{
  char            *empty = support_temp_dir ();
  char            *full = support_temp_dir ();
  g_autofree char *proxy = start_peer (bench);
  gint64           start = g_get_monotonic_time ();
  double           without;

  g_print ("%d people in %d groups\n", N_PEOPLE, N_GROUPS);
  fill (empty, proxy, FALSE);
  fill (full, proxy, TRUE);
  report (bench, "import from a vCard file, s", ms_since (start) / 1000, HUGE_VAL);
  without = run_reader (bench, program, empty);
  report (bench, "memory (PSS) above an empty window, MB",
          run_reader (bench, program, full) - without, MAX_MEMORY_MB);
  report (bench, "memory (PSS) of the empty window, MB", without, HUGE_VAL);
  warm_up (bench);
  bench->person = person_new (full);
  presence_person_wait_loaded (bench->person);
  bench_opening (bench);
  bench_search (bench);
  bench_bursts (bench);
  gtk_widget_destroy (bench->window);
  person_stop (bench->person);
  stop_peer (bench);
  support_temp_dir_free (empty);
  support_temp_dir_free (full);
}

int
main (int argc, char **argv)
{
  Bench bench = {0};

  if (!ui_fixture_init (&argc, &argv)) {
    g_printerr ("There is no screen; run it by on-screen.py.\n");
    return 77;
  }
  if (argc == 2)
    read_book (&bench, argv[1]);
  else
    bench_all (&bench, argv[0]);
  return bench.failed;
}
