/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two coordinate systems. Content: pixels from the top of the first loaded message, by the height
 * tree, most of whose heights are estimates. Scroll: the adjustment's. They differ by `base`: when
 * a height above the eye changes or a page is put before it, `base` moves and neither the value nor
 * any row in sight does, so that kinetic scrolling, which counts in absolute values, goes on
 * undisturbed. The adjustment's lower bound is therefore not 0.
 *
 * Rows are allocated once, in a child window that is moved to scroll.
 */
#define G_LOG_DOMAIN "transcript"

#include "transcript.h"

#include <math.h>

#include "height-tree.h"
#include "transcript-rows.h"

/* In a wider window the rows stand in the middle: an eye does not like to jump from side to side.
 */
#define MAX_WIDTH 960
/* Height taken for a row before one was measured. */
#define FIRST_ESTIMATE 44
/* Rows are made this far beyond the sight, px. */
#define OVERSCAN 120
/* Pages are asked for when this many heights of the sight are left, or this many px. */
#define PREFETCH_SIGHTS 3
#define PREFETCH_MIN 2400
/* Height of the child window, and how near to its ends the sight may come. */
#define STRIP_HEIGHT 1000000
#define STRIP_MARGIN 200000
/* So near to the end counts as the end, px. */
#define END_SLACK 8
#define FLASH_MS 1600
#define LAYOUT_ROUNDS 8
/* As many rows as a high window shows of short messages. */
#define WARM_ROWS 44

struct _UllimTranscript {
  GtkContainer parent_instance;

  UllimTimeline       *timeline;  /* owned, nullable */
  UllimHeightTree     *heights;   /* owned */
  UllimTranscriptRows *rows;      /* owned */
  gint64               target_id; /* message to bring into sight at the next layout, or 0 */
  gboolean             target_centred;
  guint                flash_source;
  guint                warm_source;

  GtkAdjustment *hadjustment;  /* owned */
  GtkAdjustment *vadjustment;  /* owned */
  GdkWindow     *strip;        /* owned while realized: the window that holds the rows */
  gint64         strip_origin; /* scroll coordinate of its top */
  gint64         base;         /* scroll coordinate of the top of the content */
  gint64         height;       /* of the sight at the last layout */
  gboolean       sticks;       /* whether the end stays in sight when messages come */
  gboolean       configuring;
  gboolean       at_newest;
  double         estimate; /* running mean of what was measured */
  guint          wanted_source;
};

enum {
  PROP_0,
  PROP_AT_NEWEST,
  N_PROPS,
  PROP_HADJUSTMENT = N_PROPS,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

enum { SIGNAL_OLDER_WANTED, SIGNAL_NEWER_WANTED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint       signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (UllimTranscript,
                               ullim_transcript,
                               GTK_TYPE_CONTAINER,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

/* --- The timeline --- */

static guint
n_messages (UllimTranscript *self)
{
  return ullim_height_tree_get_length (self->heights);
}

/* --- Places --- */

static int
row_width (UllimTranscript *self)
{
  return MIN (gtk_widget_get_allocated_width (GTK_WIDGET (self)), MAX_WIDTH);
}

static gint64
row_top (UllimTranscript *self, guint index)
{
  return self->base + ullim_height_tree_get_offset (self->heights, index);
}

static gint64
content_end (UllimTranscript *self)
{
  return self->base + ullim_height_tree_get_total (self->heights);
}

/* A conversation shorter than the sight stands at its bottom, next to the entry. */
static gint64
lower_bound (UllimTranscript *self)
{
  return MIN (self->base, content_end (self) - self->height);
}

static gint64
current_value (UllimTranscript *self)
{
  return (gint64) floor (gtk_adjustment_get_value (self->vadjustment));
}

static gboolean
has_newer (UllimTranscript *self)
{
  return self->timeline && ullim_timeline_get_has_newer (self->timeline);
}

/* --- Layout --- */

/* Returns: by how much its height differs from what was thought */
static gint64
measure (UllimTranscript *self, guint index, int width)
{
  GtkWidget *row = ullim_transcript_rows_bind (self->rows, index);
  int        before = ullim_height_tree_get (self->heights, index);
  int        height;

  gtk_widget_get_preferred_height_for_width (row, width, NULL, &height);
  ullim_height_tree_set (self->heights, index, height);
  self->estimate += (height - self->estimate) / 32;
  return height - before;
}

/* Puts away rows at both ends that are out of the range from @top to @bottom. */
static void
trim_rows (UllimTranscript *self, gint64 top, gint64 bottom)
{
  UllimTranscriptRows *rows = self->rows;

  while (rows->shown->len > 0 && row_top (self, rows->first + 1) <= top)
    ullim_transcript_rows_drop_first (rows);
  while (rows->shown->len > 0 && row_top (self, ullim_transcript_rows_get_end (rows) - 1) >= bottom)
    ullim_transcript_rows_drop_last (rows);
}

/* Binds and measures what is in sight. The first row in sight keeps its place; the others move
 * away from it as their heights become known. */
static void
measure_sight (UllimTranscript *self, gint64 value, int width)
{
  gint64 top = value - OVERSCAN;
  gint64 bottom = value + self->height + OVERSCAN;
  guint  anchor = ullim_height_tree_find (self->heights, value - self->base);

  trim_rows (self, top, bottom);
  for (guint i = anchor; i < n_messages (self) && row_top (self, i) < bottom; i++)
    measure (self, i, width);
  for (guint i = anchor; i > 0 && row_top (self, i) > top; i--)
    self->base -= measure (self, i - 1, width);
}

static void
move_strip (UllimTranscript *self)
{
  gint64 value = current_value (self);

  if (self->strip)
    gdk_window_move (self->strip, 0, (int) (self->strip_origin - value));
}

/* The strip is long, not endless: the coordinates of windows are. */
static void
settle_strip (UllimTranscript *self)
{
  gint64 place = current_value (self) - self->strip_origin;

  if (place < STRIP_MARGIN || place > STRIP_HEIGHT - STRIP_MARGIN)
    self->strip_origin = current_value (self) - STRIP_HEIGHT / 2;
  move_strip (self);
}

static void
allocate_row (UllimTranscript *self, GtkWidget *row, gint64 top, int height)
{
  GtkAllocation place = {0, (int) (top - self->strip_origin), row_width (self), height};

  place.x = (gtk_widget_get_allocated_width (GTK_WIDGET (self)) - place.width) / 2;
  gtk_widget_set_child_visible (row, TRUE);
  gtk_widget_size_allocate (row, &place);
}

static void
allocate_pinned (UllimTranscript *self, GtkWidget *row)
{
  UllimMessage *message = ullim_message_bubble_get_message (ULLIM_MESSAGE_BUBBLE (row));
  gint64        value = current_value (self);
  guint         index = 0;
  int           height;
  gint64        top;

  gtk_widget_get_preferred_height_for_width (row, row_width (self), NULL, &height);
  ullim_timeline_find (self->timeline, ullim_message_get_id (message), &index);
  top = index < self->rows->first ? value - OVERSCAN - height : value + self->height + OVERSCAN;
  allocate_row (self, row, top, height);
}

static void
allocate_rows (UllimTranscript *self)
{
  UllimTranscriptRows *rows = self->rows;
  gint64               top = 0;

  settle_strip (self);
  if (rows->shown->len > 0)
    top = row_top (self, rows->first);
  for (guint i = 0; i < rows->shown->len; i++) {
    int height = ullim_height_tree_get (self->heights, rows->first + i);

    allocate_row (self, rows->shown->pdata[i], top, height);
    top += height;
  }
  for (guint i = 0; i < rows->spare->len; i++)
    gtk_widget_set_child_visible (rows->spare->pdata[i], FALSE);
  if (rows->pinned)
    allocate_pinned (self, rows->pinned);
}

static void
configure (UllimTranscript *self, gint64 value)
{
  gint64 lower = lower_bound (self);
  double page = (double) self->height;

  self->configuring = TRUE;
  g_object_freeze_notify (G_OBJECT (self->vadjustment));
  gtk_adjustment_configure (self->vadjustment, (double) value, (double) lower,
                            (double) content_end (self), page * 0.1, page * 0.9, page);
  g_object_thaw_notify (G_OBJECT (self->vadjustment));
  self->configuring = FALSE;
}

static void
update_at_newest (UllimTranscript *self)
{
  gboolean at_end = current_value (self) + self->height >= content_end (self) - END_SLACK;
  gboolean at_newest = at_end && self->timeline && !has_newer (self);

  if (at_newest == self->at_newest)
    return;
  self->at_newest = at_newest;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_AT_NEWEST]);
}

static gboolean
on_wanted (gpointer data)
{
  UllimTranscript *self = ULLIM_TRANSCRIPT (data);
  gint64           value = current_value (self);
  gint64           reach = MAX (PREFETCH_SIGHTS * self->height, PREFETCH_MIN);

  self->wanted_source = 0;
  if (!self->timeline)
    return G_SOURCE_REMOVE;
  g_object_ref (self);
  if (ullim_timeline_get_has_older (self->timeline) && value - self->base < reach)
    g_signal_emit (self, signals[SIGNAL_OLDER_WANTED], 0);
  else if (has_newer (self) && content_end (self) - value - self->height < reach)
    g_signal_emit (self, signals[SIGNAL_NEWER_WANTED], 0);
  g_object_unref (self);
  return G_SOURCE_REMOVE;
}

/* Asked for from the loop: the answer may change the timeline at once. */
static void
check_wanted (UllimTranscript *self)
{
  if (self->wanted_source == 0 && n_messages (self) > 0)
    self->wanted_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_wanted, self, NULL);
}

static gint64
clamp_value (UllimTranscript *self, gint64 value)
{
  gint64 lowest = lower_bound (self);
  gint64 highest = MAX (content_end (self) - self->height, lowest);

  return self->sticks ? highest : CLAMP (value, lowest, highest);
}

/* Heights become known while rows are bound, which moves the end: a few rounds settle it. */
static void
layout_at (UllimTranscript *self, gint64 value)
{
  gint64 settled = value;

  for (int round = 0; round < LAYOUT_ROUNDS; round++) {
    value = clamp_value (self, settled);
    if (n_messages (self) > 0)
      measure_sight (self, value, row_width (self));
    settled = clamp_value (self, value);
    if (settled == value)
      break;
  }
  configure (self, settled);
  allocate_rows (self);
  update_at_newest (self);
  check_wanted (self);
}

static void
layout (UllimTranscript *self)
{
  guint index;

  if (self->target_id == 0 || !ullim_timeline_find (self->timeline, self->target_id, &index)) {
    layout_at (self, current_value (self));
    return;
  }
  self->target_id = 0;
  self->sticks = FALSE;
  /* The second time all heights around it are known. */
  for (int round = 0; round < 2; round++) {
    gint64 space = self->height - ullim_height_tree_get (self->heights, index);

    layout_at (self, row_top (self, index) - (self->target_centred ? MAX (space / 2, 0) : 48));
  }
  self->sticks = self->at_newest;
}

static gboolean
is_covered (UllimTranscript *self, gint64 value)
{
  if (self->rows->shown->len == 0)
    return n_messages (self) == 0;
  return row_top (self, self->rows->first) <= MAX (value, self->base) &&
         row_top (self, ullim_transcript_rows_get_end (self->rows)) >=
             MIN (value + self->height, content_end (self));
}

static gboolean
is_laid_out (UllimTranscript *self)
{
  return gtk_widget_get_realized (GTK_WIDGET (self)) && self->height > 0;
}

static void
on_value_changed (UllimTranscript *self)
{
  gint64 value = current_value (self);

  if (self->configuring || !is_laid_out (self))
    return;
  self->sticks = !has_newer (self) && value + self->height >= content_end (self) - END_SLACK;
  if (is_covered (self, value)) {
    move_strip (self);
    update_at_newest (self);
    check_wanted (self);
  } else {
    layout (self);
  }
}

/* --- Changes of the timeline --- */

static void
on_items_changed (UllimTranscript *self, guint position, guint removed, guint added)
{
  int      estimate = MAX ((int) self->estimate, 1);
  guint    seen = ullim_height_tree_find (self->heights, current_value (self) - self->base);
  gboolean all = removed == n_messages (self);
  gint64   gone = ullim_height_tree_get_offset (self->heights, position + removed) -
                ullim_height_tree_get_offset (self->heights, position);

  ullim_height_tree_splice (self->heights, position, removed, added, estimate);
  if (position + removed <= seen)
    self->base += gone - (gint64) added * estimate;
  ullim_transcript_rows_items_changed (self->rows, position, removed, added);
  if (all)
    self->sticks = !has_newer (self);
  else if (has_newer (self))
    self->sticks = FALSE;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* The end of the window is not the end of the conversation any more, or it is again. */
static void
on_has_newer_changed (UllimTranscript *self)
{
  if (has_newer (self))
    self->sticks = FALSE;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
ullim_transcript_set_timeline (UllimTranscript *self, UllimTimeline *timeline, const char *name)
{
  guint length = n_messages (self);

  g_return_if_fail (ULLIM_IS_TRANSCRIPT (self));

  if (self->timeline)
    g_signal_handlers_disconnect_by_data (self->timeline, self);
  g_clear_object (&self->timeline);
  ullim_transcript_rows_set_timeline (self->rows, timeline, name);
  g_clear_handle_id (&self->flash_source, g_source_remove);
  self->target_id = 0;
  ullim_height_tree_splice (self->heights, 0, length, 0, 0);
  if (g_set_object (&self->timeline, timeline)) {
    g_signal_connect_object (timeline, "items-changed", G_CALLBACK (on_items_changed), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (timeline, "notify::has-newer", G_CALLBACK (on_has_newer_changed), self,
                             G_CONNECT_SWAPPED);
    on_items_changed (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (timeline)));
  }
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
ullim_transcript_set_name (UllimTranscript *self, const char *name)
{
  ullim_transcript_rows_set_name (self->rows, name);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* --- Moving about --- */

gboolean
ullim_transcript_get_at_newest (UllimTranscript *self)
{
  return self->at_newest;
}

void
ullim_transcript_scroll_to_end (UllimTranscript *self)
{
  guint length = n_messages (self);

  self->sticks = !has_newer (self);
  self->target_id = 0;
  self->target_centred = FALSE;
  if (!self->sticks && length > 0)
    self->target_id = ullim_message_get_id (ullim_transcript_rows_message (self->rows, length - 1));
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static gboolean
on_flash_over (gpointer data)
{
  UllimTranscript *self = ULLIM_TRANSCRIPT (data);

  self->flash_source = 0;
  ullim_transcript_rows_set_flash (self->rows, 0);
  return G_SOURCE_REMOVE;
}

gboolean
ullim_transcript_scroll_to_message (UllimTranscript *self, gint64 id, gboolean flash)
{
  if (!self->timeline || !ullim_timeline_find (self->timeline, id, NULL))
    return FALSE;
  self->target_id = id;
  self->target_centred = flash;
  if (flash) {
    g_clear_handle_id (&self->flash_source, g_source_remove);
    ullim_transcript_rows_set_flash (self->rows, id);
    self->flash_source = g_timeout_add (FLASH_MS, on_flash_over, self);
  }
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  return TRUE;
}

void
ullim_transcript_set_first_unread (UllimTranscript *self, gint64 id)
{
  self->rows->first_unread = id;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

gint64
ullim_transcript_get_first_unread (UllimTranscript *self)
{
  return self->rows->first_unread;
}

void
ullim_transcript_set_highlight (UllimTranscript *self, const char *query)
{
  ullim_transcript_rows_set_query (self->rows, query);
}

guint
ullim_transcript_get_n_rows (UllimTranscript *self)
{
  return self->rows->shown->len + self->rows->spare->len + (self->rows->pinned ? 1 : 0);
}

static gboolean
on_warm_up (gpointer data)
{
  UllimTranscript *self = ULLIM_TRANSCRIPT (data);

  if (ullim_transcript_get_n_rows (self) < WARM_ROWS) {
    ullim_transcript_rows_make_spare (self->rows, MAX_WIDTH);
    return G_SOURCE_CONTINUE;
  }
  self->warm_source = 0;
  return G_SOURCE_REMOVE;
}

void
ullim_transcript_warm_up (UllimTranscript *self)
{
  if (self->warm_source == 0)
    self->warm_source = g_idle_add_full (G_PRIORITY_LOW, on_warm_up, self, NULL);
}

/* --- Focus --- */

static void
bring_into_sight (UllimTranscript *self, guint index)
{
  gint64 value = current_value (self);
  gint64 top = row_top (self, index);
  gint64 bottom = row_top (self, index + 1);

  if (bottom > value + self->height)
    value = bottom - self->height;
  if (top < value)
    value = top;
  gtk_adjustment_set_value (self->vadjustment, (double) value);
}

static gboolean
focus_message (UllimTranscript *self, guint index)
{
  GtkWidget *row;

  /* Rows between here and there may turn out to be higher than was thought. */
  for (int round = 0; round < LAYOUT_ROUNDS; round++)
    bring_into_sight (self, index);
  row = ullim_transcript_rows_get (self->rows, index);
  if (row)
    gtk_widget_grab_focus (row);
  return row != NULL;
}

static gboolean
focus_neighbour (UllimTranscript *self, GtkWidget *row, GtkDirectionType direction)
{
  UllimMessage *message = ullim_message_bubble_get_message (ULLIM_MESSAGE_BUBBLE (row));
  guint         index;

  if (!message || !ullim_timeline_find (self->timeline, ullim_message_get_id (message), &index))
    return FALSE;
  if (direction == GTK_DIR_UP && index > 0)
    focus_message (self, index - 1);
  else if (direction == GTK_DIR_DOWN && index + 1 < n_messages (self))
    focus_message (self, index + 1);
  return TRUE;
}

/* One comes in at the last message in sight, where the eye is. */
static gboolean
focus_last_in_sight (UllimTranscript *self)
{
  gint64 end = MIN (current_value (self) + self->height, content_end (self)) - 1;
  guint  index = ullim_height_tree_find (self->heights, end - self->base);

  if (n_messages (self) == 0 || self->rows->shown->len == 0)
    return FALSE;
  if (index > self->rows->first && row_top (self, index + 1) > end + 1)
    index--;
  return focus_message (self, index);
}

static gboolean
ullim_transcript_focus (GtkWidget *widget, GtkDirectionType direction)
{
  UllimTranscript *self = ULLIM_TRANSCRIPT (widget);
  GtkWidget       *row = gtk_container_get_focus_child (GTK_CONTAINER (self));

  if (!row)
    return focus_last_in_sight (self);
  if (gtk_widget_child_focus (row, direction))
    return TRUE;
  if (direction == GTK_DIR_UP || direction == GTK_DIR_DOWN)
    return focus_neighbour (self, row, direction);
  return FALSE;
}

static void
ullim_transcript_set_focus_child (GtkContainer *container, GtkWidget *child)
{
  UllimTranscript *self = ULLIM_TRANSCRIPT (container);

  GTK_CONTAINER_CLASS (ullim_transcript_parent_class)->set_focus_child (container, child);
  if (self->rows->pinned != child && ullim_transcript_rows_unpin (self->rows))
    gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* --- Container --- */

static void
ullim_transcript_forall (GtkContainer *container,
                         gboolean      internals,
                         GtkCallback   callback,
                         gpointer      data)
{
  ullim_transcript_rows_forall (ULLIM_TRANSCRIPT (container)->rows, callback, data);
}

static void
ullim_transcript_remove (GtkContainer *container, GtkWidget *row)
{
  ullim_transcript_rows_remove (ULLIM_TRANSCRIPT (container)->rows, row);
  gtk_widget_unparent (row);
}

static GType
ullim_transcript_child_type (GtkContainer *container)
{
  return G_TYPE_NONE;
}

static void
ullim_transcript_get_preferred (GtkWidget *widget, int *minimum, int *natural)
{
  *minimum = *natural = 0;
}

static void
ullim_transcript_size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  UllimTranscript *self = ULLIM_TRANSCRIPT (widget);
  gint64           value = current_value (self);

  /* The lower edge keeps its place: the entry grows over what is above it. */
  if (self->height > 0 && n_messages (self) > 0)
    value += self->height - allocation->height;
  self->height = allocation->height;
  gtk_widget_set_allocation (widget, allocation);
  if (gtk_widget_get_realized (widget)) {
    gdk_window_move_resize (gtk_widget_get_window (widget), allocation->x, allocation->y,
                            allocation->width, allocation->height);
    gdk_window_resize (self->strip, allocation->width, STRIP_HEIGHT);
  }
  gtk_adjustment_configure (self->hadjustment, 0, 0, allocation->width, 1, allocation->width,
                            allocation->width);
  configure (self, value);
  layout (self);
}

static GdkWindow *
new_window (GtkWidget *widget, GdkWindow *parent, int y, int height)
{
  GtkAllocation place;
  GdkWindowAttr attributes = {0};
  GdkWindow    *window;

  gtk_widget_get_allocation (widget, &place);
  attributes.window_type = GDK_WINDOW_CHILD;
  attributes.wclass = GDK_INPUT_OUTPUT;
  attributes.visual = gtk_widget_get_visual (widget);
  attributes.event_mask = gtk_widget_get_events (widget) | GDK_SCROLL_MASK |
                          GDK_SMOOTH_SCROLL_MASK | GDK_TOUCH_MASK | GDK_BUTTON_PRESS_MASK |
                          GDK_BUTTON_RELEASE_MASK;
  attributes.x = y == 0 ? place.x : 0;
  attributes.y = y == 0 ? place.y : y;
  attributes.width = place.width;
  attributes.height = height;
  window = gdk_window_new (parent, &attributes, GDK_WA_X | GDK_WA_Y | GDK_WA_VISUAL);
  gtk_widget_register_window (widget, window);
  return window;
}

static void
ullim_transcript_realize (GtkWidget *widget)
{
  UllimTranscript *self = ULLIM_TRANSCRIPT (widget);
  GdkWindow       *window;

  gtk_widget_set_realized (widget, TRUE);
  window = new_window (widget, gtk_widget_get_parent_window (widget), 0,
                       gtk_widget_get_allocated_height (widget));
  gtk_widget_set_window (widget, window);
  self->strip =
      new_window (widget, window, (int) (self->strip_origin - current_value (self)), STRIP_HEIGHT);
  ullim_transcript_rows_set_window (self->rows, self->strip);
  gdk_window_show (self->strip);
}

static void
ullim_transcript_unrealize (GtkWidget *widget)
{
  UllimTranscript *self = ULLIM_TRANSCRIPT (widget);

  ullim_transcript_rows_set_window (self->rows, NULL);
  gtk_widget_unregister_window (widget, self->strip);
  gdk_window_destroy (self->strip);
  self->strip = NULL;
  GTK_WIDGET_CLASS (ullim_transcript_parent_class)->unrealize (widget);
}

static gboolean
ullim_transcript_draw (GtkWidget *widget, cairo_t *cr)
{
  UllimTranscript *self = ULLIM_TRANSCRIPT (widget);

  if (gtk_cairo_should_draw_window (cr, gtk_widget_get_window (widget)))
    gtk_render_background (gtk_widget_get_style_context (widget), cr, 0, 0,
                           gtk_widget_get_allocated_width (widget),
                           gtk_widget_get_allocated_height (widget));
  if (gtk_cairo_should_draw_window (cr, self->strip))
    GTK_WIDGET_CLASS (ullim_transcript_parent_class)->draw (widget, cr);
  return GDK_EVENT_PROPAGATE;
}

/* --- Object --- */

static void
set_adjustment (UllimTranscript *self, GtkAdjustment **place, GtkAdjustment *adjustment)
{
  if (!adjustment)
    adjustment = gtk_adjustment_new (0, 0, 0, 0, 0, 0);
  if (*place)
    g_signal_handlers_disconnect_by_data (*place, self);
  g_object_ref_sink (adjustment);
  g_clear_object (place);
  *place = adjustment;
  if (place == &self->vadjustment)
    g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_value_changed), self,
                             G_CONNECT_SWAPPED);
}

static void
ullim_transcript_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  UllimTranscript *self = ULLIM_TRANSCRIPT (object);

  switch (id) {
  case PROP_AT_NEWEST:
    g_value_set_boolean (value, self->at_newest);
    break;
  case PROP_HADJUSTMENT:
    g_value_set_object (value, self->hadjustment);
    break;
  case PROP_VADJUSTMENT:
    g_value_set_object (value, self->vadjustment);
    break;
  case PROP_HSCROLL_POLICY:
  case PROP_VSCROLL_POLICY:
    g_value_set_enum (value, GTK_SCROLL_MINIMUM);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ullim_transcript_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  UllimTranscript *self = ULLIM_TRANSCRIPT (object);

  switch (id) {
  case PROP_HADJUSTMENT:
    set_adjustment (self, &self->hadjustment, g_value_get_object (value));
    break;
  case PROP_VADJUSTMENT:
    set_adjustment (self, &self->vadjustment, g_value_get_object (value));
    break;
  case PROP_HSCROLL_POLICY:
  case PROP_VSCROLL_POLICY:
    /* Rows are as wide as the sight, and the height is always scrolled: nothing to choose. */
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ullim_transcript_dispose (GObject *object)
{
  UllimTranscript *self = ULLIM_TRANSCRIPT (object);

  if (self->timeline)
    g_signal_handlers_disconnect_by_data (self->timeline, self);
  g_clear_handle_id (&self->wanted_source, g_source_remove);
  g_clear_handle_id (&self->flash_source, g_source_remove);
  g_clear_handle_id (&self->warm_source, g_source_remove);
  G_OBJECT_CLASS (ullim_transcript_parent_class)->dispose (object);
  g_clear_object (&self->timeline);
}

static void
ullim_transcript_finalize (GObject *object)
{
  UllimTranscript *self = ULLIM_TRANSCRIPT (object);

  g_clear_object (&self->hadjustment);
  g_clear_object (&self->vadjustment);
  ullim_transcript_rows_free (self->rows);
  ullim_height_tree_free (self->heights);
  G_OBJECT_CLASS (ullim_transcript_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  props[PROP_AT_NEWEST] =
      g_param_spec_boolean ("at-newest", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");
}

static void
ullim_transcript_class_init (UllimTranscriptClass *klass)
{
  GObjectClass      *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass    *widget_class = GTK_WIDGET_CLASS (klass);
  GtkContainerClass *container_class = GTK_CONTAINER_CLASS (klass);
  GType              type = ULLIM_TYPE_TRANSCRIPT;

  object_class->get_property = ullim_transcript_get_property;
  object_class->set_property = ullim_transcript_set_property;
  object_class->dispose = ullim_transcript_dispose;
  object_class->finalize = ullim_transcript_finalize;
  widget_class->realize = ullim_transcript_realize;
  widget_class->unrealize = ullim_transcript_unrealize;
  widget_class->size_allocate = ullim_transcript_size_allocate;
  widget_class->get_preferred_width = ullim_transcript_get_preferred;
  widget_class->get_preferred_height = ullim_transcript_get_preferred;
  widget_class->draw = ullim_transcript_draw;
  widget_class->focus = ullim_transcript_focus;
  container_class->forall = ullim_transcript_forall;
  container_class->remove = ullim_transcript_remove;
  container_class->child_type = ullim_transcript_child_type;
  container_class->set_focus_child = ullim_transcript_set_focus_child;
  gtk_widget_class_set_css_name (widget_class, "transcript");
  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_LIST);

  signals[SIGNAL_OLDER_WANTED] =
      g_signal_new ("older-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_NEWER_WANTED] =
      g_signal_new ("newer-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  install_properties (object_class);
}

static void
ullim_transcript_init (UllimTranscript *self)
{
  gtk_widget_set_has_window (GTK_WIDGET (self), TRUE);
  self->heights = ullim_height_tree_new ();
  self->rows = ullim_transcript_rows_new (GTK_CONTAINER (self));
  self->estimate = FIRST_ESTIMATE;
  self->sticks = TRUE;
  set_adjustment (self, &self->hadjustment, NULL);
  set_adjustment (self, &self->vadjustment, NULL);
}

GtkWidget *
ullim_transcript_new (void)
{
  return g_object_new (ULLIM_TYPE_TRANSCRIPT, "visible", TRUE, NULL);
}
