/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A subscription of ours to somebody's events (RFC 6665): asked for, refreshed, asked for anew
 * after every line that is replaced, after every restart of the server and up the retry ladder,
 * until it is ended. Many wait for their turn: an agent has a limited number without an answer.
 * Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "sip-agent.h"

G_BEGIN_DECLS

/** ULLIM_SIP_SUBSCRIBE_WINDOW: SUBSCRIBEs of one agent without an answer at one time, refreshes
 *  included. */
#define ULLIM_SIP_SUBSCRIBE_WINDOW 64

/** ULLIM_SIP_MAX_NOTIFY_BYTES: a NOTIFY with more of a body is refused, or what it says dropped. */
#define ULLIM_SIP_MAX_NOTIFY_BYTES (1024 * 1024)

/**
 * UllimSipSubscriptionState:
 * @ULLIM_SIP_SUBSCRIPTION_WAITING: no line, or no turn, or the next try is later
 * @ULLIM_SIP_SUBSCRIPTION_ASKING: sent
 * @ULLIM_SIP_SUBSCRIPTION_PENDING: taken; whether we may see is not decided there
 * @ULLIM_SIP_SUBSCRIPTION_ACTIVE: told by NOTIFY to be so
 * @ULLIM_SIP_SUBSCRIPTION_REFUSED: see ullim_sip_subscription_get_status(); tried again only after
 *   a new registration and at most once in %ULLIM_SIP_REFUSED_S
 * @ULLIM_SIP_SUBSCRIPTION_ENDED: by us
 */
typedef enum {
  ULLIM_SIP_SUBSCRIPTION_WAITING,
  ULLIM_SIP_SUBSCRIPTION_ASKING,
  ULLIM_SIP_SUBSCRIPTION_PENDING,
  ULLIM_SIP_SUBSCRIPTION_ACTIVE,
  ULLIM_SIP_SUBSCRIPTION_REFUSED,
  ULLIM_SIP_SUBSCRIPTION_ENDED,
} UllimSipSubscriptionState;

/** ULLIM_SIP_REFUSED_S: pause before what was refused is tried again, s. */
#define ULLIM_SIP_REFUSED_S 3600

/**
 * UllimSipSubscriptionSettings:
 * @resource: URI: of a person or a list
 * @event: event package: presence, presence.winfo, xcap-diff
 * @accept: content types, comma separated
 * @eventlist: whether a list may be answered (Supported: eventlist, RFC 4662)
 * @require: (nullable): option tag that must be understood: recipient-list-subscribe (RFC 5367)
 * @content_type, @disposition, @body: (nullable): of the SUBSCRIBE
 * @expires_s: asked for
 */
typedef struct {
  const char *resource;
  const char *event;
  const char *accept;
  gboolean    eventlist;
  const char *require;
  const char *content_type;
  const char *disposition;
  GBytes     *body;
  guint       expires_s;
} UllimSipSubscriptionSettings;

#define ULLIM_TYPE_SIP_SUBSCRIPTION (ullim_sip_subscription_get_type ())
G_DECLARE_FINAL_TYPE (UllimSipSubscription,
                      ullim_sip_subscription,
                      ULLIM,
                      SIP_SUBSCRIPTION,
                      GObject)

/**
 * Signals of UllimSipSubscription:
 *
 * notified (const char *content_type, GBytes *body): a NOTIFY came (200 was sent for it); both
 *   %NULL if it had no body. The state is already PENDING or ACTIVE as it said; "state-changed"
 *   follows. What is said with the end comes before the end; an end without a body is not told
 * here. state-changed ()
 */

/** ullim_sip_subscription_new: @settings: copied. Starts at once, or when @agent is online. Holds
 *  no reference on @agent; ends when it goes */
UllimSipSubscription *ullim_sip_subscription_new (UllimSipAgent                      *agent,
                                                  const UllimSipSubscriptionSettings *settings);

UllimSipSubscriptionState ullim_sip_subscription_get_state (UllimSipSubscription *self);
/** ullim_sip_subscription_get_status: Returns: the SIP status that refused it (489, 404, 403, 405,
 *  420 …; 403 also for a NOTIFY that ended it as rejected, 404 for one as noresource); 0 if none */
int ullim_sip_subscription_get_status (UllimSipSubscription *self);

/** ullim_sip_subscription_is_list: Returns: whether the other side said that it notifies of a list
 *  (Require: eventlist, RFC 4662 section 4.5); false until it has answered. Some servers take a
 *  request-contained list for an ordinary subscription */
gboolean ullim_sip_subscription_is_list (UllimSipSubscription *self);

/** ullim_sip_subscription_set_body: what is asked for (a request-contained list) is another now:
 *  sent at once within the same subscription */
void ullim_sip_subscription_set_body (UllimSipSubscription *self, GBytes *body);

/** ullim_sip_subscription_renew: asks for the full state by a new subscription: what came made no
 *  sense (a lost partial notification), or the user wants to try now */
void ullim_sip_subscription_renew (UllimSipSubscription *self);

/** ullim_sip_subscription_end: unsubscribes in the background; no signal follows */
void ullim_sip_subscription_end (UllimSipSubscription *self);

G_END_DECLS
