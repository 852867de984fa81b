/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our subscriptions (RFC 6665).
 */
#define G_LOG_DOMAIN "sip-subscription"

#include "sip-subscription.h"

struct _UllimSipSubscription {
  GObject                   parent_instance;
  UllimSipSubscriptionState state;
};

G_DEFINE_FINAL_TYPE (UllimSipSubscription, ullim_sip_subscription, G_TYPE_OBJECT)

static void
ullim_sip_subscription_class_init (UllimSipSubscriptionClass *klass)
{
  GType notified[] = {G_TYPE_STRING, G_TYPE_BYTES};

  g_signal_newv ("notified", ULLIM_TYPE_SIP_SUBSCRIPTION, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL,
                 G_TYPE_NONE, 2, notified);
  g_signal_new ("state-changed", ULLIM_TYPE_SIP_SUBSCRIPTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                NULL, G_TYPE_NONE, 0);
}

static void
ullim_sip_subscription_init (UllimSipSubscription *self)
{
}

UllimSipSubscription *
ullim_sip_subscription_new (UllimSipAgent *agent, const UllimSipSubscriptionSettings *settings)
{
  return g_object_new (ULLIM_TYPE_SIP_SUBSCRIPTION, NULL);
}

UllimSipSubscriptionState
ullim_sip_subscription_get_state (UllimSipSubscription *self)
{
  return self->state;
}

int
ullim_sip_subscription_get_status (UllimSipSubscription *self)
{
  return 0;
}

void
ullim_sip_subscription_set_body (UllimSipSubscription *self, GBytes *body)
{
}

void
ullim_sip_subscription_renew (UllimSipSubscription *self)
{
}

void
ullim_sip_subscription_end (UllimSipSubscription *self)
{
  self->state = ULLIM_SIP_SUBSCRIPTION_ENDED;
}
