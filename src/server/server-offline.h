/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages for people who are not there (RFC 3428 section 7: 202), and messages the server sends by
 * itself. What was acknowledged with 202 is on disk; it is delivered when the person registers, in
 * order, one after another, and deleted once a device took it. Main thread.
 */
#pragma once

#include "server-bindings.h"
#include "server-db.h"
#include "server-fork.h"
#include "server-request.h"

G_BEGIN_DECLS

typedef struct _UllimServerOffline UllimServerOffline;

/** ullim_server_offline_new: reads counts on the calling thread */
UllimServerOffline *ullim_server_offline_new (UllimServerSqlite   *sqlite,
                                              nta_agent_t         *nta,
                                              UllimServerForks    *forks,
                                              UllimServerBindings *bindings);
void                ullim_server_offline_free (UllimServerOffline *self);

/** ullim_server_offline_set_db: @db: (transfer none): takes over the connection that was read from;
 * before anything else is called */
void ullim_server_offline_set_db (UllimServerOffline *self, UllimServerDb *db);

/** ullim_server_offline_has_waiting: whether something waits for @name: new messages go behind it
 */
gboolean ullim_server_offline_has_waiting (UllimServerOffline *self, const char *name);

/**
 * UllimServerOfflineKept:
 * @status: 202 kept, 480 too much waits already, 500 it cannot be stored
 * @id: the row, 0 if nothing was stored (a repetition, or a refusal)
 */
typedef void (*UllimServerOfflineKept) (int status, gint64 id, gpointer data);

/**
 * ullim_server_offline_keep:
 * @msg: (transfer none): the MESSAGE
 * @try_now: whether to deliver at once if the person is reachable; not after an attempt that failed
 * @kept: after the commit, or at once with a refusal
 *
 * A message that was kept before (same sender, receiver, Call-ID, date and text) is not kept again.
 */
void ullim_server_offline_keep (UllimServerOffline    *self,
                                const char            *name,
                                msg_t                 *msg,
                                gboolean               try_now,
                                UllimServerOfflineKept kept,
                                gpointer               data);

/** ullim_server_offline_forget: the row is not needed after all: a device took the message late */
void ullim_server_offline_forget (UllimServerOffline *self, gint64 id);

/** ullim_server_offline_was_kept: whether this message is known as kept, now or in past days */
gboolean ullim_server_offline_was_kept (UllimServerOffline *self, msg_t *msg);

/** ullim_server_offline_deliver: @name has registered: sends what waits */
void ullim_server_offline_deliver (UllimServerOffline *self, const char *name);

/** ullim_server_offline_retain: deletes what waits for accounts that are gone: everybody for whom
 * @keep says %FALSE */
void ullim_server_offline_retain (UllimServerOffline *self,
                                  gboolean (*keep) (const char *name, gpointer data),
                                  gpointer data);

/**
 * ullim_server_offline_retry:
 *
 * Tries for everybody who is registered and for whom something waits, as a device with a full disk
 * may have room again long before it registers anew.
 */
void ullim_server_offline_retry (UllimServerOffline *self);

/** ullim_server_offline_expire: deletes what is too old */
void ullim_server_offline_expire (UllimServerOffline *self);

G_END_DECLS
