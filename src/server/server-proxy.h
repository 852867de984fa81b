/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests from one person of the group to another (RFC 3261 section 16): forked to all devices,
 * answered with the best answer; a MESSAGE that finds nobody is kept. Main thread.
 */
#pragma once

#include "server-accounts.h"
#include "server-bindings.h"
#include "server-fork.h"
#include "server-offline.h"
#include "server-request.h"

G_BEGIN_DECLS

typedef struct _UllimServerProxy UllimServerProxy;

UllimServerProxy *ullim_server_proxy_new (nta_agent_t         *nta,
                                          UllimServerForks    *forks,
                                          UllimServerBindings *bindings,
                                          UllimServerOffline  *offline);
void              ullim_server_proxy_free (UllimServerProxy *self);

/** ullim_server_proxy_message: @request: (transfer full): a MESSAGE outside of dialogs, from
 * @request->user, to the account @name */
void
ullim_server_proxy_message (UllimServerProxy *self, UllimServerRequest *request, const char *name);

/** ullim_server_proxy_request: @request: (transfer full): any other request that may begin a dialog
 */
void
ullim_server_proxy_request (UllimServerProxy *self, UllimServerRequest *request, const char *name);

/**
 * ullim_server_proxy_in_dialog:
 * @request: (transfer full): with a Route that names this server
 *
 * Goes where its Request-URI says, if the Route proves that this server put it on the dialog's
 * path; 403 otherwise.
 */
void ullim_server_proxy_in_dialog (UllimServerProxy *self, UllimServerRequest *request);

/** ullim_server_proxy_stray_response: @msg: (transfer full): a response without transaction: a 2xx
 * to an INVITE that is repeated until the ACK gets through (section 16.7 step 5) */
void ullim_server_proxy_stray_response (UllimServerProxy *self, msg_t *msg, sip_t *sip);

/** ullim_server_proxy_is_own_route: whether a Route or Record-Route entry names this server */
gboolean ullim_server_proxy_is_own_route (UllimServerProxy *self, const sip_route_t *route);

/** ullim_server_proxy_loops: whether the request was here before (section 16.3 step 4) */
gboolean ullim_server_proxy_loops (UllimServerProxy *self, const sip_t *sip);

G_END_DECLS
