/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Subscriptions to us (RFC 6665).
 */
#define G_LOG_DOMAIN "sip-notifier"

#include "sip-notifier.h"

struct _UllimSipNotifier {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (UllimSipNotifier, ullim_sip_notifier, G_TYPE_OBJECT)

static void
ullim_sip_notifier_class_init (UllimSipNotifierClass *klass)
{
  g_signal_new ("ended", ULLIM_TYPE_SIP_NOTIFIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
ullim_sip_notifier_init (UllimSipNotifier *self)
{
}

const char *
ullim_sip_notifier_get_from (UllimSipNotifier *self)
{
  return "";
}

const char *
ullim_sip_notifier_get_name (UllimSipNotifier *self)
{
  return NULL;
}

const char *
ullim_sip_notifier_get_event (UllimSipNotifier *self)
{
  return "presence";
}

void
ullim_sip_notifier_accept (UllimSipNotifier *self,
                           gboolean          pending,
                           const char       *content_type,
                           GBytes           *body)
{
}

void
ullim_sip_notifier_reject (UllimSipNotifier *self, int status)
{
}

void
ullim_sip_notifier_notify (UllimSipNotifier *self, const char *content_type, GBytes *body)
{
}

void
ullim_sip_notifier_end (UllimSipNotifier *self, const char *reason)
{
}
