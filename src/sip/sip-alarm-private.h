/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Thousands of deadlines on one timer of the main loop: a source of its own for each would be
 * looked at in every turn of the loop.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _UllimSipAlarms UllimSipAlarms;

/** UllimSipAlarm: to be embedded, zeroed at first; private */
typedef struct {
  GSequenceIter *place;
  gint64         due_us;
  gpointer       data;
} UllimSipAlarm;

/** ullim_sip_alarms_new: @func: called with the data of each alarm when it is due, which is unset
 *  by then */
UllimSipAlarms *ullim_sip_alarms_new (void (*func) (gpointer data));

/** ullim_sip_alarms_free: unset them all before */
void ullim_sip_alarms_free (UllimSipAlarms *self);

/** ullim_sip_alarm_set: instead of what was set before; in @delay_ms from now */
void
ullim_sip_alarm_set (UllimSipAlarms *self, UllimSipAlarm *alarm, guint64 delay_ms, gpointer data);

/** ullim_sip_alarm_unset: also if it is not set */
void ullim_sip_alarm_unset (UllimSipAlarm *alarm);

G_END_DECLS
