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
/** ULLIM_SIP_MAX_UDP_BODY_BYTES: a longer body is not tried over UDP when TCP is refused. */
#define ULLIM_SIP_MAX_UDP_BODY_BYTES 60000

typedef struct _UllimSipOutbox UllimSipOutbox;

UllimSipOutbox *ullim_sip_outbox_new (void);

/** ullim_sip_outbox_free: ends all that is left with %ULLIM_SIP_ERROR_CONNECTION_LOST */
void ullim_sip_outbox_free (UllimSipOutbox *self);

/** ullim_sip_outbox_set_account: the credentials and the From of what is sent from now on */
void ullim_sip_outbox_set_account (UllimSipOutbox *self, const UllimSipConfig *config);

/**
 * ullim_sip_outbox_set_line:
 * @line: (nullable): where requests go from now on; %NULL holds them back
 *
 * What is under way on another line ends there.
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
