/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a NOTIFY says (RFC 6665 section 4.1.3), checked at the door. Pure but for Sofia's structs.
 */
#pragma once

#include <gio/gio.h>

#include "sip-sofia-private.h"

G_BEGIN_DECLS

/** Longest Content-Type that is taken, with its parameters. */
#define ULLIM_SIP_MAX_TYPE_BYTES 512

typedef enum {
  ULLIM_SIP_NOTIFY_ACTIVE,
  ULLIM_SIP_NOTIFY_PENDING,
  ULLIM_SIP_NOTIFY_TERMINATED,
} UllimSipNotifyState;

/**
 * UllimSipNotifyReason: what follows from the end of a subscription (RFC 6665 section 4.1.3)
 * @ULLIM_SIP_NOTIFY_ANEW: subscribe again at once: deactivated, timeout
 * @ULLIM_SIP_NOTIFY_LATER: some time later: probation, giveup, unknown ones
 * @ULLIM_SIP_NOTIFY_REJECTED: not allowed
 * @ULLIM_SIP_NOTIFY_NO_RESOURCE: there is no such thing
 * @ULLIM_SIP_NOTIFY_INVARIANT: what came will never change
 */
typedef enum {
  ULLIM_SIP_NOTIFY_ANEW,
  ULLIM_SIP_NOTIFY_LATER,
  ULLIM_SIP_NOTIFY_REJECTED,
  ULLIM_SIP_NOTIFY_NO_RESOURCE,
  ULLIM_SIP_NOTIFY_INVARIANT,
} UllimSipNotifyReason;

/**
 * UllimSipNotify:
 * @reason: if terminated
 * @retry_after_s: 0 if none was named
 * @expires_s: what is left of the subscription; 0 if not told
 * @content_type: (nullable): with its parameters
 * @body: (nullable)
 */
typedef struct {
  UllimSipNotifyState  state;
  UllimSipNotifyReason reason;
  guint                retry_after_s;
  guint                expires_s;
  char                *content_type;
  GBytes              *body;
} UllimSipNotify;

/**
 * ullim_sip_notify_read:
 * @notify: (out caller-allocates)
 *
 * Returns: 200, or the status that refuses the body: its state holds also then
 */
int  ullim_sip_notify_read (UllimSipNotify *notify, const sip_t *sip);
void ullim_sip_notify_clear (UllimSipNotify *notify);

G_END_DECLS
