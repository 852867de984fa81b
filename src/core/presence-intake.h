/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work on presence that may come in thousands: done in order, a few milliseconds at a time, in
 * turn with SIP and drawing, so that the main loop is never held. The list of people is told of a
 * burst as one change. Main thread. For core/ only.
 */
#pragma once

#include "contact-list.h"

G_BEGIN_DECLS

/**
 * UllimPresenceProgress:
 * @ULLIM_PRESENCE_MORE: call the step again
 * @ULLIM_PRESENCE_DONE: this piece of work is done
 * @ULLIM_PRESENCE_WAIT: call it again after ullim_presence_intake_resume(): another thread has it
 */
typedef enum {
  ULLIM_PRESENCE_MORE,
  ULLIM_PRESENCE_DONE,
  ULLIM_PRESENCE_WAIT,
} UllimPresenceProgress;

/** UllimPresenceStep: does a part of the work that takes far less than a millisecond */
typedef UllimPresenceProgress (*UllimPresenceStep) (gpointer data);

#define ULLIM_TYPE_PRESENCE_INTAKE (ullim_presence_intake_get_type ())
G_DECLARE_FINAL_TYPE (UllimPresenceIntake, ullim_presence_intake, ULLIM, PRESENCE_INTAKE, GObject)

UllimPresenceIntake *ullim_presence_intake_new (void);

/** ullim_presence_intake_set_contacts: @contacts: (nullable): whose bursts to mark */
void ullim_presence_intake_set_contacts (UllimPresenceIntake *self, UllimContactList *contacts);

/** ullim_presence_intake_push: @data: (transfer full): freed by @destroy when done */
void ullim_presence_intake_push (UllimPresenceIntake *self,
                                 UllimPresenceStep    step,
                                 gpointer             data,
                                 GDestroyNotify       destroy);

void ullim_presence_intake_resume (UllimPresenceIntake *self);

G_END_DECLS
