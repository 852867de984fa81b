/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work on presence that may come in thousands, in slices.
 */
#define G_LOG_DOMAIN "presence-intake"

#include "presence-intake.h"

/* One turn of the main loop; well below a frame of the screen (16 ms) with what else there is. */
#define SLICE_US 2000
/* Of the main loop, that of SIP and of a window's frames: all three in turn. */
#define PRIORITY (G_PRIORITY_HIGH_IDLE + 20)
/* With fewer steps in a row than this each change is shown by itself. */
#define BURST_MIN 8
/* So often a burst that lasts is brought on screen: sorting and drawing all anew has its price. */
#define BURST_US (150 * 1000)

typedef struct {
  UllimPresenceStep step;
  gpointer          data;
  GDestroyNotify    destroy;
} Work;

struct _UllimPresenceIntake {
  GObject parent_instance;

  UllimContactList *contacts; /* owned, nullable */
  GQueue            works;    /* of Work */
  guint             source;
  gboolean          waits;    /* the first work is in another thread */
  guint             steps;    /* in a row */
  gint64            burst_us; /* since when the burst lasts, 0: none */
};

G_DEFINE_FINAL_TYPE (UllimPresenceIntake, ullim_presence_intake, G_TYPE_OBJECT)

static void
work_free (gpointer data)
{
  Work *work = data;

  if (work->destroy)
    work->destroy (work->data);
  g_free (work);
}

static void
end_burst (UllimPresenceIntake *self)
{
  if (self->burst_us != 0 && self->contacts)
    ullim_contact_list_end_burst (self->contacts);
  self->burst_us = 0;
}

static void
ullim_presence_intake_dispose (GObject *object)
{
  UllimPresenceIntake *self = ULLIM_PRESENCE_INTAKE (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_queue_clear_full (&self->works, work_free);
  end_burst (self);
  g_clear_object (&self->contacts);
  G_OBJECT_CLASS (ullim_presence_intake_parent_class)->dispose (object);
}

static void
ullim_presence_intake_class_init (UllimPresenceIntakeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_presence_intake_dispose;
}

static void
ullim_presence_intake_init (UllimPresenceIntake *self)
{
  g_queue_init (&self->works);
}

UllimPresenceIntake *
ullim_presence_intake_new (void)
{
  return g_object_new (ULLIM_TYPE_PRESENCE_INTAKE, NULL);
}

void
ullim_presence_intake_set_contacts (UllimPresenceIntake *self, UllimContactList *contacts)
{
  end_burst (self);
  g_set_object (&self->contacts, contacts);
}

/* Many steps in a row are shown as one change. */
static void
count_step (UllimPresenceIntake *self, gint64 now)
{
  if (self->burst_us != 0 && now - self->burst_us > BURST_US) {
    end_burst (self);
    self->steps = BURST_MIN - 1;
  }
  if (++self->steps < BURST_MIN || self->burst_us != 0 || !self->contacts)
    return;
  self->burst_us = now;
  ullim_contact_list_begin_burst (self->contacts);
}

static gboolean
on_slice (gpointer data)
{
  g_autoptr (UllimPresenceIntake) self = g_object_ref (data);
  gint64                          begin = g_get_monotonic_time ();
  gint64                          now = begin;

  for (; self->works.length > 0 && now - begin < SLICE_US; now = g_get_monotonic_time ()) {
    Work                 *work = g_queue_peek_head (&self->works);
    UllimPresenceProgress progress;

    count_step (self, now);
    progress = work->step (work->data);
    self->waits = progress == ULLIM_PRESENCE_WAIT;
    if (self->waits)
      break;
    if (progress == ULLIM_PRESENCE_DONE)
      work_free (g_queue_pop_head (&self->works));
  }
  if (self->works.length > 0 && !self->waits)
    return G_SOURCE_CONTINUE;
  if (self->works.length == 0) {
    end_burst (self);
    self->steps = 0;
  }
  self->source = 0;
  return G_SOURCE_REMOVE;
}

static void
schedule (UllimPresenceIntake *self)
{
  if (self->source == 0 && !self->waits)
    self->source = g_idle_add_full (PRIORITY, on_slice, self, NULL);
}

void
ullim_presence_intake_push (UllimPresenceIntake *self,
                            UllimPresenceStep    step,
                            gpointer             data,
                            GDestroyNotify       destroy)
{
  Work *work = g_new0 (Work, 1);

  work->step = step;
  work->data = data;
  work->destroy = destroy;
  g_queue_push_tail (&self->works, work);
  schedule (self);
}

void
ullim_presence_intake_resume (UllimPresenceIntake *self)
{
  self->waits = FALSE;
  if (self->works.length > 0)
    schedule (self);
}
