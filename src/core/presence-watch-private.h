/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The insides of a presence watch, shared by presence-watch.c (the people, and one subscription
 * each) and presence-watch-list.c (one subscription for all). For core/ only.
 */
#pragma once

#include "presence-watch.h"
#include "presence-watched.h"

G_BEGIN_DECLS

/** Life of subscriptions that is asked for, s: that to a list is renewed more often, as it is one.
 */
#define ULLIM_PRESENCE_EACH_EXPIRES_S 1800
#define ULLIM_PRESENCE_LIST_EXPIRES_S 600

struct _UllimPresenceWatch {
  GObject parent_instance;

  UllimAccount        *account;   /* owned */
  UllimPresenceIntake *intake;    /* owned */
  UllimSipAgent       *agent;     /* owned, nullable */
  gboolean             is_online; /* the account */
  GHashTable          *people;    /* owned: key (of the value) -> UllimPresenceWatched */
  guint                n_local;   /* of them, those of the account's domain */

  UllimSipSubscription *list; /* owned, nullable: the list subscription */
  gboolean              takes_list;
  gboolean              list_refused;
  gboolean              list_renewing; /* until the next full one */
  gboolean              list_has_version;
  guint32               list_version;
  guint                 list_update;     /* timer */
  gint64                list_changed_us; /* when somebody came or went last */
};

/** ullim_presence_watch_tell: what is known of @watched is another now */
void ullim_presence_watch_tell (UllimPresenceWatch *self, UllimPresenceWatched *watched);
/** ullim_presence_watch_ask_local: the people of the domain by one subscription each */
void ullim_presence_watch_ask_local (UllimPresenceWatch *self);
/** ullim_presence_watch_drop_local: ends those again */
void ullim_presence_watch_drop_local (UllimPresenceWatch *self);
/** ullim_presence_watch_age: what is known of them is stale; @local_only: of the domain */
void ullim_presence_watch_age (UllimPresenceWatch *self, gboolean local_only);

/** ullim_presence_watch_list_changed: somebody came or went: the list is sent soon */
void ullim_presence_watch_list_changed (UllimPresenceWatch *self);
/** ullim_presence_watch_drop_list: without a line, or for good */
void ullim_presence_watch_drop_list (UllimPresenceWatch *self);

G_END_DECLS
