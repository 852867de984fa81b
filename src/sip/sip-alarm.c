/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deadlines in order of time; the timer runs for the first of them.
 */
#define G_LOG_DOMAIN "sip-alarm"

#include "sip-alarm-private.h"

struct _UllimSipAlarms {
  GSequence *alarms; /* of UllimSipAlarm, the next one first */
  void (*func) (gpointer data);
  guint  timer_id;
  gint64 timer_due_us;
};

static int
compare_due (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 first = ((const UllimSipAlarm *) a)->due_us;
  gint64 second = ((const UllimSipAlarm *) b)->due_us;

  return (first > second) - (first < second);
}

static UllimSipAlarm *
get_first (UllimSipAlarms *self)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->alarms);

  return g_sequence_iter_is_end (first) ? NULL : g_sequence_get (first);
}

static gboolean on_timer (gpointer data);

static void
run_timer (UllimSipAlarms *self)
{
  UllimSipAlarm *first = get_first (self);
  gint64         now = g_get_monotonic_time ();

  if (!first) {
    g_clear_handle_id (&self->timer_id, g_source_remove);
    return;
  }
  if (self->timer_id && self->timer_due_us <= first->due_us)
    return; /* wakes early enough, and then looks again */
  g_clear_handle_id (&self->timer_id, g_source_remove);
  self->timer_due_us = first->due_us;
  self->timer_id =
      g_timeout_add (first->due_us <= now ? 0 : (first->due_us - now) / 1000 + 1, on_timer, self);
}

static gboolean
on_timer (gpointer data)
{
  UllimSipAlarms *self = data;
  gint64          now = g_get_monotonic_time ();
  UllimSipAlarm  *first;

  self->timer_id = 0;
  while ((first = get_first (self)) && first->due_us <= now) {
    ullim_sip_alarm_unset (first);
    self->func (first->data);
  }
  run_timer (self);
  return G_SOURCE_REMOVE;
}

UllimSipAlarms *
ullim_sip_alarms_new (void (*func) (gpointer data))
{
  UllimSipAlarms *self = g_new0 (UllimSipAlarms, 1);

  self->alarms = g_sequence_new (NULL);
  self->func = func;
  return self;
}

void
ullim_sip_alarms_free (UllimSipAlarms *self)
{
  g_assert (g_sequence_is_empty (self->alarms));
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_sequence_free (self->alarms);
  g_free (self);
}

void
ullim_sip_alarm_set (UllimSipAlarms *self, UllimSipAlarm *alarm, guint64 delay_ms, gpointer data)
{
  ullim_sip_alarm_unset (alarm);
  alarm->due_us = g_get_monotonic_time () + (gint64) delay_ms * 1000;
  alarm->data = data;
  alarm->place = g_sequence_insert_sorted (self->alarms, alarm, compare_due, NULL);
  run_timer (self);
}

void
ullim_sip_alarm_unset (UllimSipAlarm *alarm)
{
  g_clear_pointer (&alarm->place, g_sequence_remove);
}
