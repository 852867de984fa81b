/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The person "echo": returns each text message, and answers a call by sending the caller's media
 * back. A newcomer's first conversation, and everybody's test of the line. Main thread.
 */
#pragma once

#include "server-offline.h"
#include "server-request.h"

#include <sofia-sip/su_wait.h>

G_BEGIN_DECLS

typedef struct _UllimServerEcho UllimServerEcho;

UllimServerEcho *ullim_server_echo_new (su_root_t          *root,
                                        nta_agent_t        *nta,
                                        const char         *domain,
                                        UllimServerOffline *offline);
void             ullim_server_echo_free (UllimServerEcho *self);

/** ullim_server_echo_handle: @request: (transfer full): from request->user to echo, outside of
 * dialogs */
void ullim_server_echo_handle (UllimServerEcho *self, UllimServerRequest *request);

/** ullim_server_echo_tick: about once a second: ends calls that last too long or are silent */
void ullim_server_echo_tick (UllimServerEcho *self, gint64 now_s);

G_END_DECLS
