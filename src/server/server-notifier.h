/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a NOTIFY leaves: never two of one subscription at a time or within a moment, never more on
 * one flow than its other end has answered lately. What is to be told is asked for when it is sent,
 * so changes gather while they wait, and no queue is longer than there are subscriptions. Main
 * thread.
 */
#pragma once

#include "server-dialog.h"
#include "server-subscriptions.h"
#include "server-wheel.h"

#include <sofia-sip/su_wait.h>

G_BEGIN_DECLS

typedef struct _UllimServerNotifier UllimServerNotifier;
typedef struct _UllimServerFlow     UllimServerFlow;
typedef struct _UllimServerNotify   UllimServerNotify;

/** UllimServerTurn: IDLE; READY: waits for the flow; SENDING: waits for the answer; RESTING: for
 * its pause to end */
typedef enum {
  ULLIM_SERVER_TURN_IDLE,
  ULLIM_SERVER_TURN_READY,
  ULLIM_SERVER_TURN_SENDING,
  ULLIM_SERVER_TURN_RESTING,
} UllimServerTurn;

/**
 * UllimServerMember:
 * @name: an account that has subscriptions
 * @count: how many
 */
typedef struct {
  char *name;
  guint count;
} UllimServerMember;

/**
 * UllimServerSubscription:
 * @wheel: when it expires
 * @dialog: its id is the key under which it is found
 * @link: in the queue of its turn
 * @rest_until_ms: monotonic, while it rests
 * @turn: #UllimServerTurn
 * @is_changed: there is something to tell
 * @is_ending: the next NOTIFY is the last (a fetch, or unsubscribed)
 * @is_bare: the last NOTIFY carries no state
 * @has_more: the NOTIFY under way is one of several
 * @is_list: NOTIFYs need eventlist
 * @is_over: nothing is told any more; it is removed in a moment
 *
 * Private to the three files of subscriptions.
 */
struct _UllimServerSubscription {
  UllimServerWheelItem      wheel;
  UllimServerDialog         dialog;
  UllimServerSubscriptions *owner;   /* weak */
  UllimServerMember        *member;  /* weak */
  UllimServerFlow          *flow;    /* counted */
  const UllimServerPackage *package; /* static */
  gpointer                  package_data;
  gpointer                  data;    /* the package's */
  UllimServerNotify        *sending; /* weak */
  GList                     link;
  gint64                    rest_until_ms;
  guint8                    turn;
  gboolean                  is_changed : 1;
  gboolean                  is_ending : 1;
  gboolean                  is_bare : 1;
  gboolean                  has_more : 1;
  gboolean                  is_list : 1;
  gboolean                  is_over : 1;
};

/**
 * UllimServerNotifierHandlers:
 * @over: the last NOTIFY of an ending subscription has left, or a NOTIFY was answered so that there
 *   is no subscription any more, or not at all. Never called from within a function of this file
 */
typedef struct {
  void (*over) (UllimServerSubscription *sub, gpointer data);
} UllimServerNotifierHandlers;

UllimServerNotifier *ullim_server_notifier_new (su_root_t                         *root,
                                                nta_agent_t                       *nta,
                                                const UllimServerNotifierHandlers *handlers,
                                                gpointer                           data);
/** ullim_server_notifier_free: after all subscriptions were removed */
void ullim_server_notifier_free (UllimServerNotifier *self);

/** ullim_server_notifier_set_flow: @sub is reached where @request came from */
void ullim_server_notifier_set_flow (UllimServerNotifier     *self,
                                     UllimServerSubscription *sub,
                                     UllimServerRequest      *request);

/** ullim_server_notifier_is_flow: whether @request came from where @sub is reached */
gboolean ullim_server_notifier_is_flow (UllimServerSubscription *sub, UllimServerRequest *request);

/** ullim_server_notifier_changed: @sub has something to tell */
void ullim_server_notifier_changed (UllimServerNotifier *self, UllimServerSubscription *sub);

/** ullim_server_notifier_end: sends @sub's last NOTIFY at once, whatever is under way */
void ullim_server_notifier_end (UllimServerNotifier     *self,
                                UllimServerSubscription *sub,
                                const char              *reason);

/** ullim_server_notifier_take: @sip: an answer; Returns: whether it is for a NOTIFY */
gboolean ullim_server_notifier_take (UllimServerNotifier *self, const sip_t *sip);

/** ullim_server_notifier_remove: forgets @sub */
void ullim_server_notifier_remove (UllimServerNotifier *self, UllimServerSubscription *sub);

/** ullim_server_notifier_find_closed: whether any connection has closed since the last call, so
 * that it is worth while to ask for each subscription: */
gboolean ullim_server_notifier_find_closed (UllimServerNotifier *self);

/** ullim_server_notifier_is_open: whether @sub's connection is */
gboolean ullim_server_notifier_is_open (const UllimServerSubscription *sub);

/** ullim_server_notifier_contact: Returns: (transfer none): our Contact on @sub's flow */
const char *ullim_server_notifier_contact (const UllimServerSubscription *sub);

/** ullim_server_notifier_is_secure: whether @sub's flow is TLS */
gboolean ullim_server_notifier_is_secure (const UllimServerSubscription *sub);

G_END_DECLS
