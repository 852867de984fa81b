/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One request sent to several places at once, and one answer made of theirs (RFC 3261 sections 16.6
 * to 16.10). Used by the proxy and for the messages that the server sends by itself. Main thread.
 */
#pragma once

#include "server-bindings.h"

#include <sofia-sip/nta.h>
#include <sofia-sip/nta_stateless.h>
#include <sofia-sip/nta_tport.h>

G_BEGIN_DECLS

typedef struct _UllimServerForks UllimServerForks;
typedef struct _UllimServerFork  UllimServerFork;

/**
 * UllimServerForkHandlers:
 * @response: (nullable): INVITE only: a provisional or 2xx answer to pass on at once; our Via is
 *   still on top
 * @done: the outcome, exactly once: @best (nullable, transfer none) is the chosen final answer,
 * %NULL for none in time (408) and for connections that broke (503). For an INVITE that was
 * accepted,
 *   @response had the answer already and @best is %NULL with its status.
 * @finished: once, last; @taken: whether any place answered 2xx, be it after @done
 */
typedef struct {
  void (*response) (msg_t *response, int status, gpointer data);
  void (*done) (int status, msg_t *best, gpointer data);
  void (*finished) (gboolean taken, gpointer data);
} UllimServerForkHandlers;

/** ullim_server_forks_new: @nta: (transfer none): outlives it */
UllimServerForks *ullim_server_forks_new (nta_agent_t *nta);
/** ullim_server_forks_free: forgets all that is under way, calling @finished only */
void ullim_server_forks_free (UllimServerForks *self);

/** ullim_server_forks_tick: gives up what has waited too long; to be called often */
void ullim_server_forks_tick (UllimServerForks *self, gint64 now_us);

/**
 * ullim_server_fork_new:
 * @request: (transfer none): copied for each place, with its Request-URI replaced
 * @wait_ms: how long a non-INVITE request may stay without a final answer; 0: until Sofia gives up
 */
UllimServerFork *ullim_server_fork_new (UllimServerForks              *forks,
                                        msg_t                         *request,
                                        guint                          wait_ms,
                                        const UllimServerForkHandlers *handlers,
                                        gpointer                       data);

/**
 * ullim_server_fork_add:
 * @uri: the Request-URI
 * @flow: the binding's flow
 * @tport: (nullable): the binding's connection
 * @record_route: (nullable): a Record-Route value to add
 */
void ullim_server_fork_add (UllimServerFork *self,
                            const char      *uri,
                            const char      *flow,
                            tport_t         *tport,
                            const char      *record_route);

/** ullim_server_fork_start: sends; the handlers may run before this returns */
void ullim_server_fork_start (UllimServerFork *self);

/** ullim_server_fork_cancel: CANCELs what rings (RFC 3261 section 16.10) */
void ullim_server_fork_cancel (UllimServerFork *self);

/** ullim_server_flow_url: Returns: (transfer full): "sip:ADDRESS:PORT;transport=…" of a flow */
char *ullim_server_flow_url (const char *flow);

G_END_DECLS
