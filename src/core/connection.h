/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One account's line to the network: fetches the password, owns the signalling agent, and keeps the
 * account's state. Main thread. For core/ only.
 */
#pragma once

#include <gio/gio.h>

#include "account.h"
#include "secrets.h"
#include "sip-agent.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_CONNECTION (ullim_connection_get_type ())
G_DECLARE_FINAL_TYPE (UllimConnection, ullim_connection, ULLIM, CONNECTION, GObject)

/**
 * Signals of UllimConnection:
 *
 * certificate-question (UllimCertificate *): the server's certificate is not trusted.
 * password-needed (): there is none, or it was refused.
 * listening (const char *url): a transport is bound.
 * message-received (UllimSipIncoming *): the receiver must answer it.
 * leaving (): the agent is about to be stopped: who has something to take back from the server does
 *   so now, between ullim_connection_hold() and ullim_connection_release().
 * agent-changed (): there is another agent, or none.
 */

/** ullim_connection_new: @instance_id: `urn:uuid:…` of this installation */
UllimConnection *ullim_connection_new (UllimSipStack *stack,
                                       UllimSecrets  *secrets,
                                       UllimAccount  *account,
                                       const char    *instance_id);

UllimAccount *ullim_connection_get_account (UllimConnection *self);

/** ullim_connection_get_agent: Returns: (transfer none) (nullable): of the line there is now; for
 *  services that speak SIP methods of their own */
UllimSipAgent *ullim_connection_get_agent (UllimConnection *self);

/** ullim_connection_get_password: Returns: (transfer none) (nullable): with which the line was
 * made, for other services of the same account */
const char *ullim_connection_get_password (UllimConnection *self);

/** ullim_connection_hold: while "leaving" is emitted: the agent stops only after as many releases;
 *  whoever holds must release within about 1 s */
void ullim_connection_hold (UllimConnection *self);
void ullim_connection_release (UllimConnection *self);

/** ullim_connection_is_online: whether a message would go out now */
gboolean ullim_connection_is_online (UllimConnection *self);

/** ullim_connection_start: goes online with the account's settings as they are now; if it is
 *  running already it ends the old line first */
void ullim_connection_start (UllimConnection *self);

/** ullim_connection_stop_async: un-registers; the account is then OFF. At most about 2 s. */
void     ullim_connection_stop_async (UllimConnection    *self,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean ullim_connection_stop_finish (UllimConnection *self, GAsyncResult *result, GError **error);

void ullim_connection_set_password (UllimConnection *self, const char *password);
void ullim_connection_set_pin (UllimConnection *self, const char *pin);
/** ullim_connection_reconnect: the network changed, or the user wants to try now */
void ullim_connection_reconnect (UllimConnection *self);

/**
 * ullim_connection_send_text_async:
 * @to: URI of the other side
 * @call_id: the same one again, with the same @date_us, marks a resend
 * @date_us: when it was written, us since the epoch
 *
 * Sends a MESSAGE (RFC 3428).
 */
void ullim_connection_send_text_async (UllimConnection    *self,
                                       const char         *to,
                                       const char         *call_id,
                                       gint64              date_us,
                                       const char         *text,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
/** Returns: the final 2xx status, 0 on error (%ULLIM_PROBLEM_ERROR or cancelled) */
int ullim_connection_send_text_finish (UllimConnection *self, GAsyncResult *result, GError **error);

G_END_DECLS
