/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is there: tells the user's own presence (PUBLISH, or directly to who asks), watches the
 * people of the address book (one list subscription where the server has it, one each where not),
 * and keeps who may see what. Errors are %ULLIM_PROBLEM_ERROR. Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "account.h"
#include "presence.h"
#include "watcher.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PRESENCE_SERVICE (ullim_presence_service_get_type ())
G_DECLARE_FINAL_TYPE (UllimPresenceService,
                      ullim_presence_service,
                      ULLIM,
                      PRESENCE_SERVICE,
                      GObject)

/**
 * Signals of UllimPresenceService:
 *
 * own-changed (): what the user chose, or what is told (idle, in a call) is another now.
 * presence-changed (UllimAccount *, const char *uri, const char *key, const UllimPresence *): of
 *   somebody who is watched. Within a burst of notifications there are many: a list listens to
 *   UllimContactList instead.
 * permission-requested (UllimWatcher *): somebody new asks; also in the list of watchers.
 */

/* ---- own ---- */

/** ullim_presence_service_set_own: @note: (nullable): one line, cut at 1024 bytes; kept on disk */
void
ullim_presence_service_set_own (UllimPresenceService *self, UllimOwnPresence own, const char *note);
UllimOwnPresence ullim_presence_service_get_own (UllimPresenceService *self);
/** ullim_presence_service_get_own_note: Returns: (nullable) */
const char *ullim_presence_service_get_own_note (UllimPresenceService *self);
/** ullim_presence_service_get_told: Returns: what others are told now: AWAY when idle or locked
 * while AVAILABLE was chosen, ON_THE_PHONE during a call unless DND or INVISIBLE was; OFFLINE when
 *  invisible */
UllimPresenceState ullim_presence_service_get_told (UllimPresenceService *self);
/** ullim_presence_service_is_silent: whether do not disturb holds: no ring, no notification */
gboolean ullim_presence_service_is_silent (UllimPresenceService *self);

/** ullim_presence_service_set_idle: of idle-watch: @since_us: since when nobody touched anything,
 * us since the epoch; 0: somebody does */
void ullim_presence_service_set_idle (UllimPresenceService *self, gint64 since_us);
/** ullim_presence_service_get_idle_since: Returns: us since the epoch; 0: somebody is there */
gint64 ullim_presence_service_get_idle_since (UllimPresenceService *self);
/** ullim_presence_service_set_calls: how many calls are active now */
void ullim_presence_service_set_calls (UllimPresenceService *self, guint n_calls);

/* ---- others ---- */

/** ullim_presence_service_watch: somebody who is not in the address book; people who are, are
 *  watched by themselves. Counted: each needs its unwatch. @uri: (sip: or sips:) */
gboolean ullim_presence_service_watch (UllimPresenceService *self,
                                       UllimAccount         *account,
                                       const char           *uri,
                                       GError              **error);
void
ullim_presence_service_unwatch (UllimPresenceService *self, UllimAccount *account, const char *uri);
/** ullim_presence_service_find: Returns: (transfer none) (nullable): what is known about @key at
 *  @account; %NULL if it is not watched */
const UllimPresence *
ullim_presence_service_find (UllimPresenceService *self, UllimAccount *account, const char *key);

/* ---- permission ---- */

/** ullim_presence_service_get_watchers: Returns: (transfer none): GListModel of UllimWatcher:
 *  everybody who asked or about whom something was decided; who waits for an answer first */
GListModel *ullim_presence_service_get_watchers (UllimPresenceService *self);
/** ullim_presence_service_get_n_asked: Returns: how many wait for an answer */
guint ullim_presence_service_get_n_asked (UllimPresenceService *self);

/**
 * ullim_presence_service_decide_async:
 * @permission: ALLOWED, DENIED or BLOCKED; ASKED takes a decision back (also ends a block)
 *
 * Completes when it is on disk and holds here; the server is told in the background, again and
 * again until it knows. BLOCKED also stops their messages and calls.
 */
void     ullim_presence_service_decide_async (UllimPresenceService *self,
                                              UllimAccount         *account,
                                              const char           *uri,
                                              UllimPermission       permission,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean ullim_presence_service_decide_finish (UllimPresenceService *self,
                                               GAsyncResult         *result,
                                               GError              **error);

/** ullim_presence_service_is_blocked: @key: ullim_uri_key() of who sends or calls */
gboolean ullim_presence_service_is_blocked (UllimPresenceService *self,
                                            UllimAccount         *account,
                                            const char           *key);

G_END_DECLS
