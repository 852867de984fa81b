/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The media of one call to Echo: an answer to the caller's offer (RFC 3264), and for each stream a
 * socket that returns what comes. Plain RTP only. Main thread.
 */
#pragma once

#include "sdp.h"

#include <sofia-sip/su_wait.h>

G_BEGIN_DECLS

/** ULLIM_SERVER_ECHO_MAX_STREAMS: media of one call that are returned; more are refused. */
#define ULLIM_SERVER_ECHO_MAX_STREAMS 4

typedef struct _UllimServerEchoMedia UllimServerEchoMedia;

UllimServerEchoMedia *ullim_server_echo_media_new (su_root_t *root);
void                  ullim_server_echo_media_free (UllimServerEchoMedia *self);

/**
 * ullim_server_echo_media_answer:
 * @caller: address the request came from, without port: tells which of our addresses the caller
 * sees
 *
 * To be called again for each new offer of the call: streams keep their sockets.
 *
 * Returns: (transfer full) (nullable): the answer; %NULL if nothing of the offer can be taken
 */
char *ullim_server_echo_media_answer (UllimServerEchoMedia *self,
                                      const UllimSdp       *offer,
                                      const char           *caller);

/** ullim_server_echo_media_heard_s: Returns: monotonic second of the last packet, 0 for none */
gint64 ullim_server_echo_media_heard_s (UllimServerEchoMedia *self);

G_END_DECLS
