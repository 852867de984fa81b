/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The MESSAGEs of an account that are on their way out (RFC 3428 section 4): each one a transaction
 * of its own, a limited number at a time, the others waiting in order.
 */
#pragma once

#include "sip-line-private.h"

G_BEGIN_DECLS

/** ULLIM_SIP_WINDOW: requests without an answer at one time. */
#define ULLIM_SIP_WINDOW 64
/** ULLIM_SIP_LEFT_BEHIND_MS: how long a request that is under way on a line that was replaced may
 *  still wait for its answer there. */
#define ULLIM_SIP_LEFT_BEHIND_MS 3000
/** ULLIM_SIP_MAX_UDP_BODY_BYTES: a longer body is not tried over UDP when TCP is refused. */
#define ULLIM_SIP_MAX_UDP_BODY_BYTES 60000

typedef struct _UllimSipOutbox UllimSipOutbox;

UllimSipOutbox *ullim_sip_outbox_new (void);

/** ullim_sip_outbox_free: ends all that is left with %ULLIM_SIP_ERROR_CONNECTION_LOST */
void ullim_sip_outbox_free (UllimSipOutbox *self);

/** ullim_sip_outbox_set_account: the credentials of what is sent from now on */
void ullim_sip_outbox_set_account (UllimSipOutbox *self, const UllimSipConfig *config);

/**
 * ullim_sip_outbox_set_line:
 * @line: (nullable): where requests go from now on; %NULL holds them back
 *
 * What is under way on the line before may end there for %ULLIM_SIP_LEFT_BEHIND_MS, then it fails
 * with %ULLIM_SIP_ERROR_CONNECTION_LOST: the old line may be a dead one, and the same message on
 * the new line is recognised as a repetition.
 */
void ullim_sip_outbox_set_line (UllimSipOutbox *self, UllimSipLine *line);

/** ullim_sip_outbox_fail: ends all, under way or waiting, with @error */
void ullim_sip_outbox_fail (UllimSipOutbox *self, const GError *error);

/**
 * ullim_sip_outbox_send:
 * @task: (transfer full): returns the 2xx status or an error of %ULLIM_SIP_ERROR
 * @to: a URI
 */
void ullim_sip_outbox_send (UllimSipOutbox *self,
                            GTask          *task,
                            const char     *to,
                            const char     *call_id,
                            gint64          date_us,
                            const char     *content_type,
                            GBytes         *body);

G_END_DECLS
