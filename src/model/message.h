/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One text message of a conversation. Everything but its delivery is set at construction and never
 * changes. Main thread.
 */
#pragma once

#include <glib-object.h>

#include "problem.h"

G_BEGIN_DECLS

/** UllimDirection: the numbers are stored: never renumber. */
typedef enum {
  ULLIM_DIRECTION_INCOMING = 0,
  ULLIM_DIRECTION_OUTGOING = 1,
} UllimDirection;

/**
 * UllimDelivery:
 * @ULLIM_DELIVERY_RECEIVED: an incoming message
 * @ULLIM_DELIVERY_QUEUED: waits for a connection
 * @ULLIM_DELIVERY_SENDING: on the wire, no final answer yet
 * @ULLIM_DELIVERY_ACCEPTED: a server keeps it for the other side (202)
 * @ULLIM_DELIVERY_DELIVERED: the other side has it (200)
 * @ULLIM_DELIVERY_FAILED: refused; #UllimMessage:problem says why
 *
 * The numbers are stored: never renumber.
 */
typedef enum {
  ULLIM_DELIVERY_RECEIVED = 0,
  ULLIM_DELIVERY_QUEUED = 1,
  ULLIM_DELIVERY_SENDING = 2,
  ULLIM_DELIVERY_ACCEPTED = 3,
  ULLIM_DELIVERY_DELIVERED = 4,
  ULLIM_DELIVERY_FAILED = 5,
} UllimDelivery;

/** ullim_delivery_name: Returns: "received", "queued", "sending", "accepted", "delivered", "failed"
 */
const char *ullim_delivery_name (UllimDelivery delivery);

#define ULLIM_TYPE_MESSAGE (ullim_message_get_type ())
G_DECLARE_FINAL_TYPE (UllimMessage, ullim_message, ULLIM, MESSAGE, GObject)

/**
 * ullim_message_new:
 * @id: row id in the history; grows with the order of the timeline
 * @time_us: us since the epoch: when it was written, or arrived
 * @call_id: Call-ID of the SIP MESSAGE
 * @text: the text, valid UTF-8
 */
UllimMessage *ullim_message_new (gint64         id,
                                 UllimDirection direction,
                                 gint64         time_us,
                                 const char    *call_id,
                                 const char    *text,
                                 UllimDelivery  delivery,
                                 UllimProblem   problem);

gint64         ullim_message_get_id (UllimMessage *self);
UllimDirection ullim_message_get_direction (UllimMessage *self);
gint64         ullim_message_get_time (UllimMessage *self);
const char    *ullim_message_get_call_id (UllimMessage *self);
const char    *ullim_message_get_text (UllimMessage *self);
UllimDelivery  ullim_message_get_delivery (UllimMessage *self);
UllimProblem   ullim_message_get_problem (UllimMessage *self);

/** ullim_message_set_delivery: for core/ only; notifies "delivery" (int) */
void ullim_message_set_delivery (UllimMessage *self, UllimDelivery delivery, UllimProblem problem);

G_END_DECLS
