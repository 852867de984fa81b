/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The insides of the engine, shared by engine.c (start, stop) and engine-accounts.c (accounts).
 * For core/ only.
 */
#pragma once

#include "accounts.h"
#include "chat-names.h"
#include "connection.h"
#include "db.h"
#include "engine.h"
#include "history.h"
#include "idle-watch.h"
#include "people-service-private.h"
#include "presence-service-private.h"
#include "roster.h"
#include "secrets.h"
#include "sip-stack.h"
#include "wake-watch.h"

G_BEGIN_DECLS

struct _UllimEngine {
  GObject parent_instance;

  char                  *data_dir;      /* owned */
  char                  *instance_id;   /* owned, nullable until started */
  UllimDb               *db;            /* owned, nullable until started */
  UllimHistory          *history;       /* owned, nullable until started */
  UllimAccounts         *store;         /* owned, nullable until started: accounts on disk */
  UllimSecrets          *secrets;       /* owned */
  UllimSipStack         *stack;         /* owned, nullable until started */
  GListStore            *accounts;      /* owned, of UllimAccount */
  GHashTable            *connections;   /* owned: UllimAccount (not owned) -> UllimConnection */
  GHashTable            *syncs;         /* owned: UllimAccount (not owned) -> GPtrArray */
  UllimConversationList *conversations; /* owned */
  UllimChatService      *chat;          /* owned, nullable until started */
  UllimChatNames        *names;         /* owned */
  UllimRoster           *roster;        /* owned, nullable until started */
  UllimPeopleService    *people;        /* owned */
  UllimPresenceService  *presence;      /* owned */
  UllimIdleWatch        *idle_watch;    /* owned, nullable until started */
  UllimAttention        *attention;     /* owned */
  UllimLocalServer      *local_server;  /* owned */
  UllimWakeWatch        *watch;         /* owned, nullable until started */
  guint                  stopping;      /* connections that are being stopped */
  gboolean               loaded;
  gboolean               has_people;      /* they could be read */
  gboolean               has_permissions; /* likewise */
  gboolean               stopped;
};

/** ullim_engine_take_account: Returns: (transfer none): a new account of the list, with its
 *  connection, not started */
UllimAccount *
ullim_engine_take_account (UllimEngine *self, gint64 id, const UllimAccountSettings *settings);

UllimConnection *ullim_engine_find_connection (UllimEngine *self, UllimAccount *account);

/* ---- engine-sync.c ---- */

/** ullim_engine_sync_account: keeps its people and permissions in step with its server from now on,
 *  once all is loaded */
void ullim_engine_sync_account (UllimEngine *self, UllimAccount *account);
void ullim_engine_sync_all (UllimEngine *self);

G_END_DECLS
