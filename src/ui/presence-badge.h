/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presence as a small picture that is the same everywhere: list, header, menus, tray. Each state
 * has a shape of its own, so that it is told without its colour too (mission: colours alone are not
 * enough). Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "presence.h"

G_BEGIN_DECLS

/**
 * ullim_presence_badge_draw:
 * @presence: (nullable): %NULL: nothing is drawn
 * @x, @y: its upper left corner
 * @size: px, from 8
 * @style: tells the colour of the text around it, and thereby whether the ground is dark
 */
void ullim_presence_badge_draw (cairo_t             *cr,
                                const UllimPresence *presence,
                                double               x,
                                double               y,
                                double               size,
                                GtkStyleContext     *style);

/** ullim_presence_badge_cut_out: what is drawn after this leaves a round hole for a badge with the
 *  same place and size, on whatever ground; call it within cairo_save() and cairo_restore() */
void ullim_presence_badge_cut_out (cairo_t *cr, double x, double y, double size);

/**
 * ullim_presence_badge_set_on:
 * @avatar: any widget that draws a disc
 * @presence: (nullable): copied; %NULL: none
 *
 * Draws the badge over the lower corner of @avatar at the end of the line.
 */
void ullim_presence_badge_set_on (GtkWidget *avatar, const UllimPresence *presence);

/**
 * ullim_presence_badge_pixels:
 * @size: px
 * @is_dark: whether the ground is dark
 * @has_news: with a mark in the upper corner: something waits to be seen
 *
 * Returns: (transfer full): @size * @size pixels, ARGB with the colours not multiplied by the
 * alpha, the most significant byte first, as StatusNotifierItem wants its IconPixmap
 */
GBytes *ullim_presence_badge_pixels (const UllimPresence *presence,
                                     int                  size,
                                     gboolean             is_dark,
                                     gboolean             has_news);

#define ULLIM_TYPE_PRESENCE_BADGE (ullim_presence_badge_get_type ())
G_DECLARE_FINAL_TYPE (UllimPresenceBadge,
                      ullim_presence_badge,
                      ULLIM,
                      PRESENCE_BADGE,
                      GtkDrawingArea)

/** ullim_presence_badge_new: Returns: (transfer floating): a badge by itself, @size px; hidden from
 *  screen readers: words stand beside it */
GtkWidget *ullim_presence_badge_new (int size);

/** ullim_presence_badge_set_presence: @presence: (nullable): copied */
void ullim_presence_badge_set_presence (UllimPresenceBadge *self, const UllimPresence *presence);

G_END_DECLS
