/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A SIP peer made of text: takes requests on UDP and TCP of one port of 127.0.0.1, and answers and
 * asks whatever a test wants, also what is wrong. OPTIONS and REGISTER it answers as a server does.
 */
#pragma once

#include <gio/gio.h>

typedef struct _RawPeer RawPeer;

/**
 * RawMessage: a request or an answer that came
 * @method: of the request, or of what is answered
 * @status: of an answer; 0 for a request
 * @head: start line and headers
 */
typedef struct {
  RawPeer    *peer;
  gpointer    source; /* private */
  char       *method;
  int         status;
  char       *head;
  GByteArray *body;
} RawMessage;

RawPeer *raw_peer_new (void);
void     raw_peer_free (RawPeer *peer);
guint16  raw_peer_get_port (RawPeer *peer);

/** raw_peer_wait: Returns: (transfer none): the next request of @method that was not taken yet;
 *  repetitions (the same branch) do not count */
RawMessage *raw_peer_wait (RawPeer *peer, const char *method);
/** raw_peer_wait_answer: the next answer to a request of @method */
RawMessage *raw_peer_wait_answer (RawPeer *peer, const char *method);
/** raw_peer_count: Returns: how many requests of @method wait to be taken */
guint raw_peer_count (RawPeer *peer, const char *method);

/** raw_message_get: Returns: (transfer full) (nullable): value of the first header @name */
char *raw_message_get (const RawMessage *message, const char *name);

/** raw_message_reply: @extra: (nullable): more headers, each with its line end */
void raw_message_reply (const RawMessage *request, int status, const char *extra);

/**
 * raw_message_notify:
 * @subscribe: a SUBSCRIBE that came; the NOTIFY goes to its Contact
 * @cseq: of it
 * @headers: Event, Subscription-State …, each with its line end
 * @body: (nullable)
 */
void
raw_message_notify (const RawMessage *subscribe, guint cseq, const char *headers, const char *body);

/** raw_peer_send_udp: @text: as it is, to a port of 127.0.0.1; from the peer's own */
void raw_peer_send_udp (RawPeer *peer, guint16 port, const char *text);
/** raw_peer_set_tag: To tag of the peer in what follows */
void raw_peer_set_tag (RawPeer *peer, const char *tag);
/** raw_peer_drop_connections: closes what is open */
void raw_peer_drop_connections (RawPeer *peer);
