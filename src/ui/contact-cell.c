/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Draws a person or the header of a group. All rows are equally high, for the tree view's
 * fixed-height mode; a header has its text low, near to those it heads.
 */
#define G_LOG_DOMAIN "contact-cell"

#include "ullim-config.h"

#include "contact-cell.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "presence-text.h"

#define ROW_HEIGHT 54
#define STAR_SIZE 12
#define CHEVRON_SIZE 8
#define MIN_WIDTH 120

struct _UllimContactCell {
  UllimRowCell parent_instance;

  UllimPhotoCache  *photos;  /* owned */
  UllimContact     *contact; /* owned, nullable */
  UllimPeopleGroup *group;   /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (UllimContactCell, ullim_contact_cell, ULLIM_TYPE_ROW_CELL)

/* Whether their own words say more than the state's. */
static gboolean
note_counts (const UllimPresence *presence)
{
  return presence->note && *presence->note && !presence->is_stale &&
         presence->state > ULLIM_PRESENCE_OFFLINE;
}

/* Five points, upright. */
static void
draw_star (const UllimRowCanvas *canvas)
{
  cairo_t *cr = canvas->cr;
  double   x =
      ullim_row_canvas_mirror (canvas, canvas->text.x + canvas->text.width - STAR_SIZE, STAR_SIZE);
  double middle_x = x + STAR_SIZE / 2.0;
  double middle_y = canvas->area.y + canvas->area.height / 2.0 - 10;

  cairo_new_path (cr);
  for (int i = 0; i < 10; i++) {
    double radius = i % 2 == 0 ? STAR_SIZE / 2.0 : STAR_SIZE / 5.0;
    double angle = -G_PI / 2 + i * G_PI / 5;

    cairo_line_to (cr, middle_x + radius * cos (angle), middle_y + radius * sin (angle));
  }
  cairo_close_path (cr);
  cairo_set_source_rgba (cr, canvas->color.red, canvas->color.green, canvas->color.blue,
                         canvas->color.alpha * ULLIM_ROW_DIM_ALPHA);
  cairo_fill (cr);
}

static void
draw_contact (UllimContactCell *self, const UllimRowCanvas *canvas)
{
  const UllimPresence    *presence = ullim_contact_get_presence (self->contact);
  gboolean                is_favourite = ullim_contact_get_data (self->contact)->is_favourite;
  g_autofree char        *words = ullim_presence_text (presence);
  g_autoptr (PangoLayout) layout = ullim_row_canvas_layout (
      canvas, note_counts (presence) ? presence->note : words, PANGO_SCALE_SMALL, FALSE);

  ullim_row_cell_draw_avatar (ULLIM_ROW_CELL (self), canvas,
                              ullim_contact_get_display_name (self->contact),
                              ullim_photo_cache_get (self->photos, self->contact), presence);
  ullim_row_canvas_draw_name (canvas, ullim_contact_get_display_name (self->contact), 0, FALSE,
                              is_favourite ? STAR_SIZE + ULLIM_ROW_GAP : 0);
  if (is_favourite)
    draw_star (canvas);
  ullim_row_canvas_draw_line (canvas, layout, 0, 0, ULLIM_ROW_DIM_ALPHA);
}

/* Down: its people follow; to the side: they are hidden. */
static void
draw_chevron (UllimContactCell *self, const UllimRowCanvas *canvas, double middle)
{
  cairo_t *cr = canvas->cr;
  double   half = CHEVRON_SIZE / 2.0;
  double   x =
      ullim_row_canvas_mirror (canvas, canvas->area.x + ULLIM_ROW_MARGIN, CHEVRON_SIZE) + half;
  gboolean is_rtl = gtk_widget_get_direction (canvas->widget) == GTK_TEXT_DIR_RTL;

  cairo_save (cr);
  cairo_translate (cr, x, middle);
  if (ullim_people_group_get_collapsed (self->group))
    cairo_rotate (cr, is_rtl ? G_PI / 2 : -G_PI / 2);
  cairo_move_to (cr, -half, -half / 2);
  cairo_line_to (cr, 0, half / 2);
  cairo_line_to (cr, half, -half / 2);
  cairo_set_line_width (cr, 2);
  cairo_set_source_rgba (cr, canvas->color.red, canvas->color.green, canvas->color.blue,
                         canvas->color.alpha * ULLIM_ROW_DIM_ALPHA);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_group (UllimContactCell *self, const UllimRowCanvas *canvas)
{
  g_autofree char        *count = ullim_people_group_get_count_text (self->group);
  g_autoptr (PangoLayout) count_layout =
      ullim_row_canvas_layout (canvas, count, PANGO_SCALE_SMALL, FALSE);
  g_autoptr (PangoLayout) title_layout = ullim_row_canvas_layout (
      canvas, ullim_people_group_get_title (self->group), PANGO_SCALE_SMALL, TRUE);
  double start = canvas->area.x + ULLIM_ROW_MARGIN + CHEVRON_SIZE + ULLIM_ROW_GAP;
  double middle = canvas->area.y + canvas->area.height - 17;
  int    width, height, count_width, count_height;

  pango_layout_get_pixel_size (count_layout, &count_width, &count_height);
  pango_layout_get_pixel_size (title_layout, &width, &height);
  width =
      (int) MIN (width, canvas->text.x + canvas->text.width - count_width - ULLIM_ROW_GAP - start);
  pango_layout_set_width (title_layout, MAX (width, 0) * PANGO_SCALE);
  draw_chevron (self, canvas, middle);
  ullim_row_canvas_draw_layout (canvas, title_layout,
                                ullim_row_canvas_mirror (canvas, start, width),
                                middle - height / 2.0, 0.8);
  ullim_row_canvas_draw_layout (
      canvas, count_layout,
      ullim_row_canvas_mirror (canvas, canvas->text.x + canvas->text.width - count_width,
                               count_width),
      middle - count_height / 2.0, ULLIM_ROW_DIM_ALPHA);
}

static void
ullim_contact_cell_draw (UllimRowCell *cell, const UllimRowCanvas *canvas)
{
  UllimContactCell *self = ULLIM_CONTACT_CELL (cell);

  if (self->contact)
    draw_contact (self, canvas);
  else if (self->group)
    draw_group (self, canvas);
}

static void
ullim_contact_cell_dispose (GObject *object)
{
  UllimContactCell *self = ULLIM_CONTACT_CELL (object);

  g_clear_object (&self->photos);
  g_clear_object (&self->contact);
  g_clear_object (&self->group);
  G_OBJECT_CLASS (ullim_contact_cell_parent_class)->dispose (object);
}

static void
ullim_contact_cell_class_init (UllimContactCellClass *klass)
{
  UllimRowCellClass *row_class = ULLIM_ROW_CELL_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_contact_cell_dispose;
  row_class->avatar_size = ULLIM_CONTACT_CELL_PHOTO_SIZE;
  row_class->min_width = MIN_WIDTH;
  row_class->height = ROW_HEIGHT;
  row_class->draw = ullim_contact_cell_draw;
}

static void
ullim_contact_cell_init (UllimContactCell *self)
{
}

GtkCellRenderer *
ullim_contact_cell_new (UllimPhotoCache *photos)
{
  UllimContactCell *self = g_object_new (ULLIM_TYPE_CONTACT_CELL, NULL);

  self->photos = g_object_ref (photos);
  return GTK_CELL_RENDERER (self);
}

void
ullim_contact_cell_show_contact (UllimContactCell *self, UllimContact *contact)
{
  g_autofree char *presence = ullim_presence_text_line (ullim_contact_get_presence (contact));
  g_autofree char *words =
      g_strdup_printf ("%s, %s%s%s", ullim_contact_get_display_name (contact), presence,
                       ullim_contact_get_data (contact)->is_favourite ? ", " : "",
                       ullim_contact_get_data (contact)->is_favourite ? _ ("favourite") : "");

  g_set_object (&self->contact, contact);
  g_clear_object (&self->group);
  g_object_set (self, "text", words, NULL);
}

void
ullim_contact_cell_show_group (UllimContactCell *self, UllimPeopleGroup *group)
{
  g_autofree char *count = ullim_people_group_get_count_text (group);
  g_autofree char *words =
      g_strdup_printf ("%s, %s, %s", ullim_people_group_get_title (group), count,
                       ullim_people_group_get_collapsed (group) ? _ ("collapsed") : _ ("expanded"));

  g_set_object (&self->group, group);
  g_clear_object (&self->contact);
  g_object_set (self, "text", words, NULL);
}
