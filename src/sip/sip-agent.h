/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One account's line to the network: name look-up, TLS check, registration and its refresh, and the
 * retry ladder when any of it fails. Emits plain values; knows no account object, no database.
 */
#pragma once

#include <gio/gio.h>

#include "sip-config.h"
#include "sip-error.h"
#include "sip-message.h"
#include "sip-notifier.h"
#include "sip-stack.h"
#include "sip-tls.h"

G_BEGIN_DECLS

/**
 * UllimSipState:
 * @ULLIM_SIP_OFF: stopped
 * @ULLIM_SIP_CONNECTING: name look-up, connection, certificate, registration
 * @ULLIM_SIP_ONLINE: registered, or listening where no registration is wanted
 * @ULLIM_SIP_WAITING: failed; tries again by itself
 * @ULLIM_SIP_FAILED: failed; only new settings, a password or a pin help
 */
typedef enum {
  ULLIM_SIP_OFF,
  ULLIM_SIP_CONNECTING,
  ULLIM_SIP_ONLINE,
  ULLIM_SIP_WAITING,
  ULLIM_SIP_FAILED,
} UllimSipState;

#define ULLIM_TYPE_SIP_AGENT (ullim_sip_agent_get_type ())
G_DECLARE_FINAL_TYPE (UllimSipAgent, ullim_sip_agent, ULLIM, SIP_AGENT, GObject)

/**
 * Signals of UllimSipAgent:
 *
 * state-changed (): read the getters below.
 * listening (const char *url): one per transport that is bound, with its real port:
 *   `udp:127.0.0.1:40123`; emitted before the first ONLINE.
 * certificate-refused (UllimSipCertificate *): the server's certificate is unknown, changed or
 *   invalid; nothing was sent. State is FAILED.
 * message-received (UllimSipIncoming *): a MESSAGE; the receiver must answer it with
 *   ullim_sip_incoming_reply(), now or later.
 * subscribe-received (UllimSipNotifier *): somebody asks for our presence here, because no server
 *   answers for us; the receiver keeps a reference and answers with ullim_sip_notifier_accept() or
 *   _reject(), now or within 10 s. Other event packages have been refused.
 */

UllimSipAgent *ullim_sip_agent_new (UllimSipStack *stack, const UllimSipConfig *config);

/** ullim_sip_agent_start: goes online and stays so until stopped */
void ullim_sip_agent_start (UllimSipAgent *self);

/**
 * ullim_sip_agent_stop_async:
 *
 * Un-REGISTERs, waits for the answer for at most 2 s, and shuts the stack down. Messages still
 * under way end with %ULLIM_SIP_ERROR_CONNECTION_LOST.
 */
void     ullim_sip_agent_stop_async (UllimSipAgent      *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean ullim_sip_agent_stop_finish (UllimSipAgent *self, GAsyncResult *result, GError **error);

/** ullim_sip_agent_set_password: (nullable): takes it; if FAILED for a password, or CONNECTING with
 *  the one before, tries again */
void ullim_sip_agent_set_password (UllimSipAgent *self, const char *password);

/** ullim_sip_agent_set_pin: (nullable): takes it; if FAILED for a certificate, or CONNECTING, tries
 *  again */
void ullim_sip_agent_set_pin (UllimSipAgent *self, const char *pin);

/**
 * ullim_sip_agent_reconnect:
 *
 * Tries at once instead of waiting for the ladder: the network changed, the machine woke, or the
 * user said so. While ONLINE: verifies the line with a new connection before giving up the old one.
 */
void ullim_sip_agent_reconnect (UllimSipAgent *self);

UllimSipState ullim_sip_agent_get_state (UllimSipAgent *self);
/** ullim_sip_agent_get_error: Returns: (nullable) (transfer none): why WAITING or FAILED */
const GError *ullim_sip_agent_get_error (UllimSipAgent *self);
/** ullim_sip_agent_get_retry_time: Returns: us since the epoch of the next try; 0 if none */
gint64 ullim_sip_agent_get_retry_time (UllimSipAgent *self);
/** ullim_sip_agent_get_server: Returns: (nullable) (transfer none): IP address that the line goes
 * to, or went to last; @is_secure: (out): whether over TLS */
const char *ullim_sip_agent_get_server (UllimSipAgent *self, gboolean *is_secure);
/** ullim_sip_agent_get_listening: Returns: (transfer none): what "listening" told, zero-terminated
 */
const char *const *ullim_sip_agent_get_listening (UllimSipAgent *self);

/**
 * ullim_sip_agent_send_message_async:
 * @to: URI of the other side
 * @call_id: Call-ID to use; the same one again, with the same @date_us, marks a resend of the same
 *   message (CSeq cannot: answering a challenge raises it)
 * @date_us: when it was written, us since the epoch; sent as Date (RFC 3261 section 20.17)
 * @content_type: such as `text/plain;charset=UTF-8`
 * @body: the body
 *
 * Sends a MESSAGE outside a dialog (RFC 3428), answering challenges. Only while ONLINE.
 */
void ullim_sip_agent_send_message_async (UllimSipAgent      *self,
                                         const char         *to,
                                         const char         *call_id,
                                         gint64              date_us,
                                         const char         *content_type,
                                         GBytes             *body,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);

/**
 * ullim_sip_agent_send_message_finish:
 *
 * Returns: the final 2xx status (200 delivered, 202 accepted), or 0 with @error of
 *   %ULLIM_SIP_ERROR or %G_IO_ERROR_CANCELLED
 */
int ullim_sip_agent_send_message_finish (UllimSipAgent *self, GAsyncResult *result, GError **error);

G_END_DECLS
