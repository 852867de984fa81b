/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Times as people say them, in the local time zone and language. Main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ullim_time_text_day_number:
 * @time_us: us since the epoch
 *
 * Returns: a number that is the same for two times of the same local day, and grows by one per day
 */
guint ullim_time_text_day_number (gint64 time_us);

/** ullim_time_text_clock: Returns: (transfer full): "14:05" */
char *ullim_time_text_clock (gint64 time_us);

/**
 * ullim_time_text_day:
 * @time_us: the day to name, us since the epoch
 * @now_us: what counts as today
 *
 * Returns: (transfer full): "Today", "Yesterday", "Monday" within the last week, else the date
 */
char *ullim_time_text_day (gint64 time_us, gint64 now_us);

/** ullim_time_text_full: Returns: (transfer full): day and clock, "Yesterday 14:05" */
char *ullim_time_text_full (gint64 time_us, gint64 now_us);

G_END_DECLS
