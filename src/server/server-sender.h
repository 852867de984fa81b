/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Client transactions of non-INVITE requests (RFC 3261 section 17.1.2) for requests that we write
 * as text and of whose answer only the status matters. Sofia's own parse what is sent, and keep
 * several kilobytes for each until long after the answer: too much for thousands of NOTIFYs a
 * second. Main thread.
 */
#pragma once

#include <glib.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/su_wait.h>
#include <sofia-sip/tport.h>

G_BEGIN_DECLS

/** UllimServerSenderDone: @status: of the final answer; 408 for none in time, 503 if the connection
 * is closed. Never called from within ullim_server_sender_send() */
typedef void (*UllimServerSenderDone) (int status, gpointer data);

typedef struct _UllimServerSender UllimServerSender;

/** ullim_server_sender_new: @nta: (transfer none): outlives it */
UllimServerSender *ullim_server_sender_new (su_root_t *root, nta_agent_t *nta);
/** ullim_server_sender_free: without a word about what is under way */
void ullim_server_sender_free (UllimServerSender *self);

/**
 * ullim_server_sender_via:
 * @protocol: udp, tcp or tls
 * @key: (out): of the transaction that is to begin
 *
 * Returns: (transfer full): the line for Via, with its CRLF
 */
char *ullim_server_sender_via (UllimServerSender *self, const char *protocol, guint64 *key);

/**
 * ullim_server_sender_send:
 * @key: from ullim_server_sender_via(), whose line is in @text
 * @flow: "udp:ADDRESS:PORT" …
 * @tport: (nullable): the connection; %NULL for UDP
 * @text: (transfer full): the whole request
 */
void ullim_server_sender_send (UllimServerSender    *self,
                               guint64               key,
                               const char           *flow,
                               tport_t              *tport,
                               GString              *text,
                               UllimServerSenderDone done,
                               gpointer              data);

/** ullim_server_sender_take: @sip: an answer that belongs to no transaction of Sofia's. Returns:
 * whether it belongs to one of these, now or before */
gboolean ullim_server_sender_take (UllimServerSender *self, const sip_t *sip);

G_END_DECLS
