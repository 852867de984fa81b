/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shapes, drawn in a square of side 1: available a disc, away a crescent, busy a square, do not
 * disturb a disc with a bar, on the phone a disc with a handset, offline a ring, unknown a broken
 * ring with a question mark. What may be out of date is pale and cut through.
 */
#define G_LOG_DOMAIN "presence-badge"

#include "ullim-config.h"

#include "presence-badge.h"

#include <math.h>

#define DEFAULT_SIZE 12
/* A badge on an avatar: so much of the avatar's side, within these limits, px. */
#define BADGE_SHARE 0.34
#define MIN_BADGE 10.0
#define MAX_BADGE 20.0
/* The gap around a badge that lies on something, as a part of its size. */
#define GAP_SHARE 0.16
#define STALE_ALPHA 0.55
/* The mark of something new in a tray icon: its part of the icon's side, and its colour. */
#define NEWS_SHARE 0.42
#define NEWS_ON_LIGHT 0x1c71d8
#define NEWS_ON_DARK 0x62a0ea
/* Below so many px a question mark is not legible. */
#define MARK_MIN_SIZE 12.0

struct _UllimPresenceBadge {
  GtkDrawingArea parent_instance;

  UllimPresence *presence; /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (UllimPresenceBadge, ullim_presence_badge, GTK_TYPE_DRAWING_AREA)

typedef struct {
  guint32 on_light;
  guint32 on_dark;
} Color;

static const Color colors[ULLIM_PRESENCE_N_STATES] = {
    [ULLIM_PRESENCE_UNKNOWN] = {0x6f6b74, 0xb8b4bd},
    [ULLIM_PRESENCE_OFFLINE] = {0x6f6b74, 0xb8b4bd},
    [ULLIM_PRESENCE_DND] = {0xc01c28, 0xf0525c},
    [ULLIM_PRESENCE_BUSY] = {0xd03a16, 0xff7b54},
    [ULLIM_PRESENCE_ON_THE_PHONE] = {0x813d9c, 0xc58be0},
    [ULLIM_PRESENCE_AWAY] = {0xcf8a00, 0xf8c642},
    [ULLIM_PRESENCE_AVAILABLE] = {0x1f9d63, 0x3fd08c},
};

static void
set_color (cairo_t *cr, guint32 rgb)
{
  cairo_set_source_rgb (cr, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0,
                        (rgb & 0xff) / 255.0);
}

static void
disc (cairo_t *cr)
{
  cairo_arc (cr, 0.5, 0.5, 0.5, 0, 2 * G_PI);
  cairo_fill (cr);
}

/* The outer circle, closed by an inner one that reaches less far. */
static void
crescent (cairo_t *cr)
{
  cairo_arc (cr, 0.5, 0.5, 0.5, -0.44 * G_PI, 0.94 * G_PI);
  cairo_arc_negative (cr, 0.3, 0.27, 0.375, 0.62 * G_PI, -0.12 * G_PI);
  cairo_close_path (cr);
  cairo_fill (cr);
}

static void
rounded_square (cairo_t *cr)
{
  const double radius = 0.12, low = 0.05, high = 0.95;

  cairo_arc (cr, high - radius, low + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, high - radius, high - radius, radius, 0, G_PI_2);
  cairo_arc (cr, low + radius, high - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, low + radius, low + radius, radius, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
  cairo_fill (cr);
}

static void
disc_with_bar (cairo_t *cr)
{
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_arc (cr, 0.5, 0.5, 0.5, 0, 2 * G_PI);
  cairo_rectangle (cr, 0.2, 0.39, 0.6, 0.22);
  cairo_fill (cr);
}

/* A handset leaning to the left, cut out of the disc. */
static void
disc_with_handset (cairo_t *cr)
{
  cairo_push_group (cr);
  disc (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_DEST_OUT);
  cairo_translate (cr, 0.5, 0.5);
  cairo_rotate (cr, 0.75 * G_PI);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, 0.12);
  cairo_arc (cr, 0, 0.2, 0.33, 1.15 * G_PI, 1.85 * G_PI);
  cairo_stroke (cr);
  cairo_set_line_width (cr, 0.2);
  cairo_move_to (cr, -0.29, 0.06);
  cairo_line_to (cr, -0.25, 0.1);
  cairo_move_to (cr, 0.29, 0.06);
  cairo_line_to (cr, 0.25, 0.1);
  cairo_stroke (cr);
  cairo_pop_group_to_source (cr);
  cairo_paint (cr);
}

static void
ring (cairo_t *cr)
{
  cairo_set_line_width (cr, 0.18);
  cairo_arc (cr, 0.5, 0.5, 0.41, 0, 2 * G_PI);
  cairo_stroke (cr);
}

static void
broken_ring (cairo_t *cr, double size)
{
  const double radius = 0.44;
  const double dash = 2 * G_PI * radius / 16;

  cairo_set_line_width (cr, 0.12);
  cairo_set_dash (cr, &dash, 1, 0);
  cairo_arc (cr, 0.5, 0.5, radius, 0, 2 * G_PI);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  if (size >= MARK_MIN_SIZE) {
    cairo_set_line_width (cr, 0.11);
    cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
    cairo_arc (cr, 0.5, 0.38, 0.14, -G_PI, 0.25 * G_PI);
    cairo_line_to (cr, 0.5, 0.58);
    cairo_stroke (cr);
    cairo_arc (cr, 0.5, 0.74, 0.065, 0, 2 * G_PI);
  } else {
    cairo_arc (cr, 0.5, 0.5, 0.16, 0, 2 * G_PI);
  }
  cairo_fill (cr);
}

static void
shape (cairo_t *cr, UllimPresenceState state, double size)
{
  switch (state) {
  case ULLIM_PRESENCE_AVAILABLE:
    disc (cr);
    break;
  case ULLIM_PRESENCE_AWAY:
    crescent (cr);
    break;
  case ULLIM_PRESENCE_BUSY:
    rounded_square (cr);
    break;
  case ULLIM_PRESENCE_DND:
    disc_with_bar (cr);
    break;
  case ULLIM_PRESENCE_ON_THE_PHONE:
    disc_with_handset (cr);
    break;
  case ULLIM_PRESENCE_OFFLINE:
    ring (cr);
    break;
  case ULLIM_PRESENCE_UNKNOWN:
  default:
    broken_ring (cr, size);
    break;
  }
}

/* A band from corner to corner stays free. */
static void
clip_break (cairo_t *cr)
{
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_rectangle (cr, -1, -1, 3, 3);
  cairo_move_to (cr, -0.1, 0.06);
  cairo_line_to (cr, 0.06, -0.1);
  cairo_line_to (cr, 1.1, 0.94);
  cairo_line_to (cr, 0.94, 1.1);
  cairo_close_path (cr);
  cairo_clip (cr);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_WINDING);
}

static void
draw (cairo_t *cr, const UllimPresence *presence, double x, double y, double size, gboolean is_dark)
{
  const Color *color = &colors[MIN ((guint) presence->state, ULLIM_PRESENCE_N_STATES - 1)];
  gboolean     is_stale = presence->is_stale && presence->state != ULLIM_PRESENCE_UNKNOWN;

  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, size, size);
  cairo_new_path (cr);
  if (is_stale) {
    clip_break (cr);
    cairo_push_group (cr);
  }
  set_color (cr, is_dark ? color->on_dark : color->on_light);
  cairo_save (cr);
  shape (cr, presence->state, size);
  cairo_restore (cr);
  if (is_stale) {
    cairo_pop_group_to_source (cr);
    cairo_paint_with_alpha (cr, STALE_ALPHA);
  }
  cairo_restore (cr);
}

static gboolean
is_ground_dark (GtkStyleContext *style)
{
  GdkRGBA text;

  gtk_style_context_get_color (style, gtk_style_context_get_state (style), &text);
  return 0.299 * text.red + 0.587 * text.green + 0.114 * text.blue > 0.5;
}

void
ullim_presence_badge_draw (cairo_t             *cr,
                           const UllimPresence *presence,
                           double               x,
                           double               y,
                           double               size,
                           GtkStyleContext     *style)
{
  if (presence)
    draw (cr, presence, x, y, size, is_ground_dark (style));
}

void
ullim_presence_badge_cut_out (cairo_t *cr, double x, double y, double size)
{
  double left, top, right, bottom;

  cairo_clip_extents (cr, &left, &top, &right, &bottom);
  cairo_new_path (cr);
  cairo_rectangle (cr, left, top, right - left, bottom - top);
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + size / 2, y + size / 2, size * (0.5 + GAP_SHARE), 0, 2 * G_PI);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_clip (cr);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_WINDING);
}

/* On an avatar */

static G_DEFINE_QUARK (ullim - presence - on - avatar, on_avatar);

static double
place_on (GtkWidget *avatar, double *x, double *y)
{
  int    width = gtk_widget_get_allocated_width (avatar);
  int    height = gtk_widget_get_allocated_height (avatar);
  int    side = MIN (width, height);
  double size = CLAMP (round (side * BADGE_SHARE), MIN_BADGE, MAX_BADGE);

  *x = gtk_widget_get_direction (avatar) == GTK_TEXT_DIR_RTL ? (width - side) / 2.0
                                                             : (width + side) / 2.0 - size;
  *y = (height + side) / 2.0 - size;
  return size;
}

static gboolean
on_avatar_draw (GtkWidget *avatar, cairo_t *cr, gpointer data)
{
  double x, y, size;

  cairo_save (cr);
  if (g_object_get_qdata (G_OBJECT (avatar), on_avatar_quark ())) {
    size = place_on (avatar, &x, &y);
    ullim_presence_badge_cut_out (cr, x, y, size);
  }
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_avatar_drawn (GtkWidget *avatar, cairo_t *cr, gpointer data)
{
  const UllimPresence *presence = g_object_get_qdata (G_OBJECT (avatar), on_avatar_quark ());
  GtkWidget           *parent = gtk_widget_get_parent (avatar);
  double               x, y, size;

  cairo_restore (cr);
  if (!presence)
    return GDK_EVENT_PROPAGATE;
  size = place_on (avatar, &x, &y);
  /* An avatar's own text is white on its colour: what is around it tells the ground. */
  ullim_presence_badge_draw (cr, presence, x, y, size,
                             gtk_widget_get_style_context (parent ? parent : avatar));
  return GDK_EVENT_PROPAGATE;
}

void
ullim_presence_badge_set_on (GtkWidget *avatar, const UllimPresence *presence)
{
  g_return_if_fail (GTK_IS_WIDGET (avatar));

  if (!g_signal_handler_find (avatar, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, on_avatar_draw, NULL)) {
    g_signal_connect (avatar, "draw", G_CALLBACK (on_avatar_draw), NULL);
    g_signal_connect_after (avatar, "draw", G_CALLBACK (on_avatar_drawn), NULL);
  }
  g_object_set_qdata_full (G_OBJECT (avatar), on_avatar_quark (), ullim_presence_copy (presence),
                           (GDestroyNotify) ullim_presence_free);
  gtk_widget_queue_draw (avatar);
}

/* As pixels */

/* Cairo's pixels are multiplied by their alpha and in the machine's order. */
static guint32
plain_pixel (guint32 pixel)
{
  guint32 alpha = pixel >> 24, red, green, blue;

  if (alpha == 0)
    return 0;
  red = MIN (255, (pixel >> 16 & 0xff) * 255 / alpha);
  green = MIN (255, (pixel >> 8 & 0xff) * 255 / alpha);
  blue = MIN (255, (pixel & 0xff) * 255 / alpha);
  return GUINT32_TO_BE (alpha << 24 | red << 16 | green << 8 | blue);
}

static void
draw_icon (cairo_t             *cr,
           const UllimPresence *presence,
           double               size,
           gboolean             is_dark,
           gboolean             has_news)
{
  const double margin = 1, news = size * NEWS_SHARE;

  cairo_save (cr);
  if (has_news)
    ullim_presence_badge_cut_out (cr, size - news, 0, news);
  draw (cr, presence, margin, margin, size - 2 * margin, is_dark);
  cairo_restore (cr);
  if (!has_news)
    return;
  set_color (cr, is_dark ? NEWS_ON_DARK : NEWS_ON_LIGHT);
  cairo_arc (cr, size - news / 2, news / 2, news / 2, 0, 2 * G_PI);
  cairo_fill (cr);
}

GBytes *
ullim_presence_badge_pixels (const UllimPresence *presence,
                             int                  size,
                             gboolean             is_dark,
                             gboolean             has_news)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, size, size);
  cairo_t         *cr = cairo_create (surface);
  guint32         *pixels = g_new (guint32, (gsize) size * (gsize) size);
  const guchar    *data;
  int              stride;

  draw_icon (cr, presence, size, is_dark, has_news);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  data = cairo_image_surface_get_data (surface);
  stride = cairo_image_surface_get_stride (surface);
  for (int y = 0; y < size; y++)
    for (int x = 0; x < size; x++)
      pixels[y * size + x] =
          plain_pixel (((const guint32 *) (const void *) (data + y * stride))[x]);
  cairo_surface_destroy (surface);
  return g_bytes_new_take (pixels, sizeof (guint32) * (gsize) size * (gsize) size);
}

/* By itself */

static gboolean
ullim_presence_badge_draw_widget (GtkWidget *widget, cairo_t *cr)
{
  UllimPresenceBadge *self = ULLIM_PRESENCE_BADGE (widget);
  int                 width = gtk_widget_get_allocated_width (widget);
  int                 height = gtk_widget_get_allocated_height (widget);
  int                 size = MIN (width, height);

  ullim_presence_badge_draw (cr, self->presence, (width - size) / 2, (height - size) / 2, size,
                             gtk_widget_get_style_context (widget));
  return GDK_EVENT_PROPAGATE;
}

static void
ullim_presence_badge_finalize (GObject *object)
{
  g_clear_pointer (&ULLIM_PRESENCE_BADGE (object)->presence, ullim_presence_free);
  G_OBJECT_CLASS (ullim_presence_badge_parent_class)->finalize (object);
}

static void
ullim_presence_badge_class_init (UllimPresenceBadgeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_presence_badge_finalize;
  GTK_WIDGET_CLASS (klass)->draw = ullim_presence_badge_draw_widget;
}

static void
ullim_presence_badge_init (UllimPresenceBadge *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_set_size_request (widget, DEFAULT_SIZE, DEFAULT_SIZE);
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (widget, GTK_ALIGN_CENTER);
  atk_object_set_role (gtk_widget_get_accessible (widget), ATK_ROLE_REDUNDANT_OBJECT);
}

GtkWidget *
ullim_presence_badge_new (int size)
{
  GtkWidget *widget = g_object_new (ULLIM_TYPE_PRESENCE_BADGE, "visible", TRUE, NULL);

  gtk_widget_set_size_request (widget, size, size);
  return widget;
}

void
ullim_presence_badge_set_presence (UllimPresenceBadge *self, const UllimPresence *presence)
{
  g_return_if_fail (ULLIM_IS_PRESENCE_BADGE (self));

  g_clear_pointer (&self->presence, ullim_presence_free);
  self->presence = ullim_presence_copy (presence);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
