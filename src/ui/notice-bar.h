/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bar that says what was done, for a while, and offers to undo it. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** How long a notice stays, s. */
#define ULLIM_NOTICE_BAR_STAYS_S 12

#define ULLIM_TYPE_NOTICE_BAR (ullim_notice_bar_get_type ())
G_DECLARE_FINAL_TYPE (UllimNoticeBar, ullim_notice_bar, ULLIM, NOTICE_BAR, GtkRevealer)

/** ullim_notice_bar_new: Returns: (transfer floating) */
GtkWidget *ullim_notice_bar_new (void);

/** ullim_notice_bar_show: in place of what it showed before */
void ullim_notice_bar_show (UllimNoticeBar *self, const char *text);

/** UllimNoticeUndo: @data: given to ullim_notice_bar_show_undo() */
typedef void (*UllimNoticeUndo) (gpointer data);

/** ullim_notice_bar_show_undo: with a button that calls @undo; @destroy frees @data, whether or not
 *  it was called */
void ullim_notice_bar_show_undo (UllimNoticeBar *self,
                                 const char     *text,
                                 UllimNoticeUndo undo,
                                 gpointer        data,
                                 GDestroyNotify  destroy);

/** ullim_notice_bar_show_progress: @fraction: 0 to 1; stays until something else is shown */
void ullim_notice_bar_show_progress (UllimNoticeBar *self, const char *text, double fraction);

G_END_DECLS
