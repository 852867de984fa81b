/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Subscriptions of members to events (RFC 6665): the dialogs, their refreshing and end, and the
 * NOTIFYs. What is told is the matter of an event package, of which there is a table. All of it is
 * soft state: it expires, and after a restart clients subscribe anew. Main thread.
 */
#pragma once

#include "server-request.h"

G_BEGIN_DECLS

typedef struct _UllimServerSubscriptions UllimServerSubscriptions;
typedef struct _UllimServerSubscription  UllimServerSubscription;

/**
 * UllimServerNotice:
 * @is_pending: whether the watcher waits for a permission; else the subscription is active
 * @end: (nullable): a static string: why it ends with this NOTIFY (RFC 6665 section 4.1.3):
 *   rejected, noresource, deactivated …
 * @type: (nullable): Content-Type of @body, a static string, or one of @own_type
 * @own_type: (transfer full) (nullable): freed when it is sent
 * @body: (transfer full) (nullable)
 * @has_more: there is another one to send, right after this one is answered
 *
 * What one NOTIFY tells. All zero: active, and nothing to tell.
 */
typedef struct {
  gboolean    is_pending;
  const char *end;
  const char *type;
  char       *own_type;
  GBytes     *body;
  gboolean    has_more;
} UllimServerNotice;

/**
 * UllimServerPackage:
 * @event: the name in the Event header
 * @type: the content type that must be acceptable where Accept is given
 * @open: a new subscription. Returns: 200, or the status that refuses it; 0 if the request was
 *   answered. After 200 the state is told. Nothing else of the package is called before
 * @refresh: (nullable): asked for once more, @request perhaps with another body; returns as @open.
 *   The state is told in full afterwards
 * @tell: (nullable) what the NOTIFY that is just being sent tells
 * @missed: (nullable): the NOTIFY that was sent last was not taken: what it told is to be told
 * again
 * @close: (nullable): it is over: frees what the package keeps of it. @why: expired, unsubscribed,
 *   failed (a NOTIFY was not taken, or the connection closed), ended (by
 *   ullim_server_subscription_end())
 *
 * An event package. @data is what ullim_server_subscriptions_add_package() got.
 */
typedef struct {
  const char *event;
  const char *type;
  int (*open) (UllimServerSubscription *sub, UllimServerRequest *request, gpointer data);
  int (*refresh) (UllimServerSubscription *sub, UllimServerRequest *request, gpointer data);
  void (*tell) (UllimServerSubscription *sub, UllimServerNotice *notice, gpointer data);
  void (*missed) (UllimServerSubscription *sub, gpointer data);
  void (*close) (UllimServerSubscription *sub, const char *why, gpointer data);
} UllimServerPackage;

/** ullim_server_subscriptions_new: @nta: (transfer none): outlives it */
UllimServerSubscriptions *ullim_server_subscriptions_new (su_root_t *root, nta_agent_t *nta);
/** ullim_server_subscriptions_free: without a word to the watchers */
void ullim_server_subscriptions_free (UllimServerSubscriptions *self);

/** ullim_server_subscriptions_add_package: @package: static; before the first request */
void ullim_server_subscriptions_add_package (UllimServerSubscriptions *self,
                                             const UllimServerPackage *package,
                                             gpointer                  data);

/** ullim_server_subscriptions_handle: @request: a SUBSCRIBE outside of dialogs from request->user;
 *  answers it */
void ullim_server_subscriptions_handle (UllimServerSubscriptions *self,
                                        UllimServerRequest       *request);

/** ullim_server_subscriptions_owns: whether the To tag of @sip is that of one of the dialogs */
gboolean ullim_server_subscriptions_owns (UllimServerSubscriptions *self, const sip_t *sip);

/** ullim_server_subscriptions_trusts: whether a request in one of the dialogs comes over the flow
 * of the dialog, and so needs no password */
gboolean ullim_server_subscriptions_trusts (UllimServerSubscriptions *self,
                                            UllimServerRequest       *request);

/** ullim_server_subscriptions_handle_in_dialog: a request of which
 * ullim_server_subscriptions_owns() holds; request->user: (nullable): whose password was proved, if
 * any was asked for */
void ullim_server_subscriptions_handle_in_dialog (UllimServerSubscriptions *self,
                                                  UllimServerRequest       *request);

/** ullim_server_subscriptions_take: @sip: an answer that belongs to no transaction of Sofia's;
 * Returns: whether it is for a NOTIFY */
gboolean ullim_server_subscriptions_take (UllimServerSubscriptions *self, const sip_t *sip);

/** ullim_server_subscriptions_tick: about once a second; @now_s: monotonic */
void ullim_server_subscriptions_tick (UllimServerSubscriptions *self, gint64 now_s);

/** ullim_server_subscriptions_retain: ends those of everybody for whom @keep says %FALSE */
void ullim_server_subscriptions_retain (UllimServerSubscriptions *self,
                                        gboolean (*keep) (const char *name, gpointer data),
                                        gpointer data);

/** ullim_server_subscriptions_count: Returns: subscriptions of all */
guint ullim_server_subscriptions_count (UllimServerSubscriptions *self);

/* ---- for packages ---- */

/** ullim_server_subscription_changed: there is something to tell: @tell is called as soon as it may
 *  be sent: never twice within %ULLIM_SERVER_NOTIFY_PAUSE_MS */
void ullim_server_subscription_changed (UllimServerSubscription *sub);

/** ullim_server_subscription_end: tells @reason, a static string, as the last NOTIFY, without a
 *  body. @close is called within */
void ullim_server_subscription_end (UllimServerSubscription *sub, const char *reason);

/** ullim_server_subscription_set_list: whether it is to a list: all that is told needs eventlist
 * (RFC 4662 section 5.2) */
void ullim_server_subscription_set_list (UllimServerSubscription *sub, gboolean is_list);

/** ullim_server_subscription_user: Returns: (transfer none): the account that subscribed */
const char *ullim_server_subscription_user (UllimServerSubscription *sub);

/** ullim_server_subscription_is_secure: whether it came over TLS */
gboolean ullim_server_subscription_is_secure (UllimServerSubscription *sub);

/** ullim_server_subscription_seconds_left: Returns: until it expires */
guint ullim_server_subscription_seconds_left (UllimServerSubscription *sub);

/** ullim_server_subscription_get_data: Returns: (transfer none): what the package keeps of it */
gpointer ullim_server_subscription_get_data (UllimServerSubscription *sub);
void     ullim_server_subscription_set_data (UllimServerSubscription *sub, gpointer data);

G_END_DECLS
