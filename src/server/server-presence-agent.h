/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The presence agent (RFC 3856 section 5): joins what is published, who watches, who may, and what
 * they are told. Main thread.
 */
#pragma once

#include "server-accounts.h"
#include "server-documents.h"
#include "server-subscriptions.h"

G_BEGIN_DECLS

typedef struct _UllimServerPresenceAgent UllimServerPresenceAgent;

/** ullim_server_presence_agent_new: all (transfer none), outliving it; reads @sqlite on the calling
 * thread */
UllimServerPresenceAgent *ullim_server_presence_agent_new (su_root_t            *root,
                                                           nta_agent_t          *nta,
                                                           const char           *domain,
                                                           UllimServerSqlite    *sqlite,
                                                           UllimServerAccounts  *accounts,
                                                           UllimServerDocuments *documents);
void                      ullim_server_presence_agent_free (UllimServerPresenceAgent *self);

/** ullim_server_presence_agent_set_db: (transfer none): before the first request; outlives it */
void ullim_server_presence_agent_set_db (UllimServerPresenceAgent *self, UllimServerDb *db);

/** ullim_server_presence_agent_get_subscriptions: Returns: (transfer none): for further packages */
UllimServerSubscriptions *
ullim_server_presence_agent_get_subscriptions (UllimServerPresenceAgent *self);

/** ullim_server_presence_agent_publish: @request: a PUBLISH from request->user to their own
 * address; answers it */
void ullim_server_presence_agent_publish (UllimServerPresenceAgent *self,
                                          UllimServerRequest       *request);

/** ullim_server_presence_agent_tick: about once a second; @now_s: monotonic */
void ullim_server_presence_agent_tick (UllimServerPresenceAgent *self, gint64 now_s);

/** ullim_server_presence_agent_expire: about once an hour */
void ullim_server_presence_agent_expire (UllimServerPresenceAgent *self);

/**
 * ullim_server_presence_agent_retain:
 * @is_member: whether an account is there
 * @is_trusted: whether those who proved its password are still to be believed
 */
void ullim_server_presence_agent_retain (UllimServerPresenceAgent *self,
                                         gboolean (*is_member) (const char *name, gpointer data),
                                         gboolean (*is_trusted) (const char *name, gpointer data),
                                         gpointer data);

G_END_DECLS
