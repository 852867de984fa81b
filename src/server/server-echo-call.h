/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One call to Echo: the dialog (RFC 3261 sections 12 and 13.3). Main thread.
 */
#pragma once

#include "server-request.h"

#include <sofia-sip/su_wait.h>

G_BEGIN_DECLS

typedef struct _UllimServerEchoCall UllimServerEchoCall;

/**
 * ullim_server_echo_call_new:
 * @request: (transfer none): an INVITE outside of dialogs; answered here
 * @contact: Echo's Contact for this transport
 *
 * Returns: (transfer full) (nullable): %NULL if the call was refused
 */
UllimServerEchoCall *
ullim_server_echo_call_new (su_root_t *root, UllimServerRequest *request, const char *contact);

/** ullim_server_echo_call_free: without a word to the caller */
void ullim_server_echo_call_free (UllimServerEchoCall *self);

/** ullim_server_echo_call_tick: about once a second; Returns: %FALSE when the call is over and is
 * to be freed */
gboolean ullim_server_echo_call_tick (UllimServerEchoCall *self, gint64 now_s);

/** ullim_server_echo_call_user: Returns: (transfer none): who calls */
const char *ullim_server_echo_call_user (UllimServerEchoCall *self);

G_END_DECLS
