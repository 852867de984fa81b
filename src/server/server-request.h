/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A request under way, with what is needed to answer it now or after a commit: the message, the
 * connection it came on, and who was proved to have sent it. Main thread.
 */
#pragma once

#include "server-replies.h"

#include <sofia-sip/nta.h>
#include <sofia-sip/nta_stateless.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/tport.h>

G_BEGIN_DECLS

/** ULLIM_SERVER_SOURCE_SIZE: room for "[address]:port". */
#define ULLIM_SERVER_SOURCE_SIZE 64
/** ULLIM_SERVER_FLOW_SIZE: room for that with "udp:", "tcp:" or "tls:" before it. */
#define ULLIM_SERVER_FLOW_SIZE (ULLIM_SERVER_SOURCE_SIZE + 8)

/**
 * UllimServerRequest:
 * @key: from ullim_server_replies_key(): equal for retransmissions
 * @source: the address and port it came from
 * @user: (nullable): name of the account whose password was proved
 * @answered: whether a final answer was sent
 */
typedef struct {
  nta_agent_t        *nta;     /* weak */
  UllimServerReplies *replies; /* weak */
  msg_t              *msg;     /* owned reference */
  sip_t              *sip;     /* of @msg */
  tport_t            *tport;   /* owned reference */
  guint64             key;
  char                source[ULLIM_SERVER_SOURCE_SIZE];
  char               *user;
  gboolean            answered;
} UllimServerRequest;

/** ullim_server_request_new: @msg: (transfer full). Valid inside Sofia's message callback only,
 * because the connection is asked of the delivery. */
UllimServerRequest *
ullim_server_request_new (nta_agent_t *nta, UllimServerReplies *replies, msg_t *msg, sip_t *sip);

/** ullim_server_request_free: a request that was not answered never is: nothing is sent */
void ullim_server_request_free (UllimServerRequest *self);

/** ullim_server_request_is_stream: Returns: whether it came by TCP or TLS */
gboolean ullim_server_request_is_stream (UllimServerRequest *self);

/** ullim_server_request_source_host: @out: the address alone, without port */
void ullim_server_request_source_host (UllimServerRequest *self,
                                       char                out[ULLIM_SERVER_SOURCE_SIZE]);

/** ullim_server_request_flow: @out: how the sender is reached, as in #UllimServerBinding */
void ullim_server_request_flow (UllimServerRequest *self, char out[ULLIM_SERVER_FLOW_SIZE]);

/** ullim_server_request_reply: sends an answer; tags: headers of it */
void ullim_server_request_reply (UllimServerRequest *self,
                                 int                 status,
                                 const char         *phrase,
                                 tag_type_t          tag,
                                 tag_value_t         value,
                                 ...);

/** ullim_server_request_reply_with: a final answer with @headers, lines with their CRLF, which a
 * repetition of it has, too */
void ullim_server_request_reply_with (UllimServerRequest *self,
                                      int                 status,
                                      const char         *phrase,
                                      const char         *headers);

/**
 * ullim_server_request_forward_reply:
 * @response: (transfer none): what the next hop answered, with our Via still on top
 */
void ullim_server_request_forward_reply (UllimServerRequest *self, msg_t *response);

/** ullim_server_request_repeat: answers a retransmission as the first was answered, or not yet */
void ullim_server_request_repeat (UllimServerRequest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimServerRequest, ullim_server_request_free)

G_END_DECLS
