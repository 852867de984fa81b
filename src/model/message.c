/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One text message: immutable but for its delivery.
 */
#define G_LOG_DOMAIN "message"

#include "message.h"

struct _UllimMessage {
  GObject parent_instance;

  gint64         id;
  gint64         time_us;
  UllimDirection direction;
  UllimDelivery  delivery;
  UllimProblem   problem;
  char          *call_id; /* owned */
  char          *text;    /* owned */
};

enum { PROP_0, PROP_DELIVERY, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (UllimMessage, ullim_message, G_TYPE_OBJECT)

const char *
ullim_delivery_name (UllimDelivery delivery)
{
  switch (delivery) {
  case ULLIM_DELIVERY_RECEIVED:
    return "received";
  case ULLIM_DELIVERY_QUEUED:
    return "queued";
  case ULLIM_DELIVERY_SENDING:
    return "sending";
  case ULLIM_DELIVERY_ACCEPTED:
    return "accepted";
  case ULLIM_DELIVERY_DELIVERED:
    return "delivered";
  case ULLIM_DELIVERY_FAILED:
    return "failed";
  default:
    return "unknown";
  }
}

static void
ullim_message_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  UllimMessage *self = ULLIM_MESSAGE (object);

  switch (id) {
  case PROP_DELIVERY:
    g_value_set_int (value, self->delivery);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ullim_message_finalize (GObject *object)
{
  UllimMessage *self = ULLIM_MESSAGE (object);

  g_free (self->call_id);
  g_free (self->text);
  G_OBJECT_CLASS (ullim_message_parent_class)->finalize (object);
}

static void
ullim_message_class_init (UllimMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ullim_message_get_property;
  object_class->finalize = ullim_message_finalize;

  props[PROP_DELIVERY] = g_param_spec_int (
      "delivery", NULL, NULL, ULLIM_DELIVERY_RECEIVED, ULLIM_DELIVERY_FAILED,
      ULLIM_DELIVERY_RECEIVED, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
ullim_message_init (UllimMessage *self)
{
}

UllimMessage *
ullim_message_new (gint64         id,
                   UllimDirection direction,
                   gint64         time_us,
                   const char    *call_id,
                   const char    *text,
                   UllimDelivery  delivery,
                   UllimProblem   problem)
{
  UllimMessage *self = g_object_new (ULLIM_TYPE_MESSAGE, NULL);

  self->id = id;
  self->direction = direction;
  self->time_us = time_us;
  self->call_id = g_strdup (call_id);
  self->text = g_strdup (text);
  self->delivery = delivery;
  self->problem = problem;
  return self;
}

gint64
ullim_message_get_id (UllimMessage *self)
{
  return self->id;
}

UllimDirection
ullim_message_get_direction (UllimMessage *self)
{
  return self->direction;
}

gint64
ullim_message_get_time (UllimMessage *self)
{
  return self->time_us;
}

const char *
ullim_message_get_call_id (UllimMessage *self)
{
  return self->call_id;
}

const char *
ullim_message_get_text (UllimMessage *self)
{
  return self->text;
}

UllimDelivery
ullim_message_get_delivery (UllimMessage *self)
{
  return self->delivery;
}

UllimProblem
ullim_message_get_problem (UllimMessage *self)
{
  return self->problem;
}

void
ullim_message_set_delivery (UllimMessage *self, UllimDelivery delivery, UllimProblem problem)
{
  if (self->delivery == delivery && self->problem == problem)
    return;
  self->delivery = delivery;
  self->problem = problem;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DELIVERY]);
}
