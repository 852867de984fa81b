/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The registration of a line (RFC 3261 section 10) and its keep-alive. Before it registers it asks
 * the server by OPTIONS how it is seen from there (RFC 3581), so that the first Contact is right,
 * also behind a NAT and on a connection without a port of its own; the same question, repeated,
 * shows a dead line and a NAT that has moved. Sofia's own engine for this registers twice, the
 * first time with an address that is none.
 */
#pragma once

#include "sip-line-private.h"

G_BEGIN_DECLS

/** ULLIM_SIP_REGISTER_TIMEOUT_S: how long the question and the REGISTER may take together. */
#define ULLIM_SIP_REGISTER_TIMEOUT_S 12
/** ULLIM_SIP_UNREGISTER_TIMEOUT_MS: how long to wait for the answer to an un-REGISTER. */
#define ULLIM_SIP_UNREGISTER_TIMEOUT_MS 2000
/** ULLIM_SIP_EXPIRES_S: life of a registration; nua refreshes it from the half on. */
#define ULLIM_SIP_EXPIRES_S 600
/** ULLIM_SIP_ALIVE_INTERVAL_S: how often the server is asked for a sign of life; below the life of
 *  a binding in a usual NAT. */
#define ULLIM_SIP_ALIVE_INTERVAL_S 25
/** ULLIM_SIP_ALIVE_TIMEOUT_S: how long it may take to give it. */
#define ULLIM_SIP_ALIVE_TIMEOUT_S 10

typedef struct _UllimSipRegistration UllimSipRegistration;

/**
 * UllimSipRegistrationOwner:
 * @registered: a REGISTER was accepted
 * @moved: the same, and the address that was told is another one now: a server that came back, or a
 *   NAT; dialogs that were begun before name the old one
 * @failed: there is no registration any more, or no sign of life; @retry_after_s is 0 if the server
 *   named none
 */
typedef struct {
  void (*registered) (gpointer owner);
  void (*moved) (gpointer owner);
  void (*failed) (const GError *error, guint retry_after_s, gpointer owner);
} UllimSipRegistrationOwner;

/** ullim_sip_registration_new: @config: not kept */
UllimSipRegistration *ullim_sip_registration_new (UllimSipLine                    *line,
                                                  const UllimSipConfig            *config,
                                                  UllimSipTransport                transport,
                                                  const UllimSipRegistrationOwner *callbacks,
                                                  gpointer                         owner);

/** ullim_sip_registration_free: (nullable): takes nothing back, and calls nobody */
void ullim_sip_registration_free (UllimSipRegistration *self);

/** ullim_sip_registration_start: also while registered: proves the line by a new REGISTER */
void ullim_sip_registration_start (UllimSipRegistration *self);

/** ullim_sip_registration_check: asks for a sign of life now; fails without one */
void ullim_sip_registration_check (UllimSipRegistration *self);

/**
 * ullim_sip_registration_end:
 * @is_replaced: only the address is taken back, not the instance
 * @ended: called once, never from within, at the latest after %ULLIM_SIP_UNREGISTER_TIMEOUT_MS
 */
void ullim_sip_registration_end (UllimSipRegistration *self,
                                 gboolean              is_replaced,
                                 GSourceFunc           ended,
                                 gpointer              data);

G_END_DECLS
