/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Somebody's subscription to us (RFC 6665), where no server answers for us: direct addresses and
 * plain proxies. Expires by itself. Main thread.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/** Most of them at one agent, and of one address; a further one is answered 503 with Retry-After.
 */
#define ULLIM_SIP_MAX_NOTIFIERS 2000
#define ULLIM_SIP_MAX_NOTIFIERS_EACH 8
/** Bounds of their life, s: shorter is answered 423, longer is cut. */
#define ULLIM_SIP_NOTIFIER_MIN_S 60
#define ULLIM_SIP_NOTIFIER_MAX_S 3600

#define ULLIM_TYPE_SIP_NOTIFIER (ullim_sip_notifier_get_type ())
G_DECLARE_FINAL_TYPE (UllimSipNotifier, ullim_sip_notifier, ULLIM, SIP_NOTIFIER, GObject)

/**
 * Signals of UllimSipNotifier:
 *
 * ended (): they unsubscribed, it expired, a NOTIFY was answered 481 or with nothing, the line
 * went, or it was rejected or ended by us. Once.
 */

/** ullim_sip_notifier_get_from: Returns: who asks: URI of From */
const char *ullim_sip_notifier_get_from (UllimSipNotifier *self);
/** ullim_sip_notifier_get_name: Returns: (nullable): display name, checked */
const char *ullim_sip_notifier_get_name (UllimSipNotifier *self);
/** ullim_sip_notifier_get_event: Returns: presence */
const char *ullim_sip_notifier_get_event (UllimSipNotifier *self);

/**
 * ullim_sip_notifier_accept:
 * @pending: whether the user has not decided yet: 202 and an empty NOTIFY; else 200
 * @content_type, @body: (nullable): the state now
 *
 * Once, for a new one; without it or a rejection within 10 s it is answered 480.
 */
void ullim_sip_notifier_accept (UllimSipNotifier *self,
                                gboolean          pending,
                                const char       *content_type,
                                GBytes           *body);
/** ullim_sip_notifier_reject: @status: 403, 489, 603 … */
void ullim_sip_notifier_reject (UllimSipNotifier *self, int status);
/** ullim_sip_notifier_notify: the state is this now; makes a pending one active */
void ullim_sip_notifier_notify (UllimSipNotifier *self, const char *content_type, GBytes *body);
/** ullim_sip_notifier_end: @reason: rejected, deactivated, noresource …: the last NOTIFY */
void ullim_sip_notifier_end (UllimSipNotifier *self, const char *reason);

G_END_DECLS
