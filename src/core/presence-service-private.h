/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the engine does with the presence service, and the insides that presence-service.c (what the
 * user tells, permission) and presence-service-people.c (who is watched) share. For core/ only.
 */
#pragma once

#include "connection.h"
#include "people-service.h"
#include "presence-intake.h"
#include "presence-own.h"
#include "presence-permissions.h"
#include "presence-requests.h"
#include "presence-service.h"
#include "presence-teller.h"
#include "presence-watch.h"
#include "roster.h"

G_BEGIN_DECLS

/** UllimPresenceLine: one account */
typedef struct {
  UllimPresenceWatch    *watch;    /* owned */
  UllimPresenceTeller   *teller;   /* owned */
  UllimPresenceRequests *requests; /* owned */
} UllimPresenceLine;

struct _UllimPresenceService {
  GObject parent_instance;

  UllimRoster              *roster;      /* owned, nullable until loaded */
  GListModel               *accounts;    /* owned, nullable until loaded */
  UllimPeopleService       *people;      /* owned, nullable until the address book was read */
  UllimPresenceIntake      *intake;      /* owned */
  UllimPresencePermissions *permissions; /* owned */
  UllimPresenceOwn          own;
  gboolean                  is_own_chosen; /* in this run: what is on disk comes too late */
  char                     *instance_id;   /* owned, nullable until loaded */
  GHashTable               *lines;         /* owned: UllimAccount -> UllimPresenceLine */
  GHashTable               *booked;        /* owned: UllimContact -> who of them is watched */
};

UllimPresenceService *ullim_presence_service_new (void);

/**
 * ullim_presence_service_load_async:
 * @accounts: (transfer none): GListModel of UllimAccount; the first one speaks for people without
 * an account of their own
 * @instance_id: of this installation
 *
 * Reads from disk who may see what, and what the user chose to tell; before the accounts connect.
 */
void     ullim_presence_service_load_async (UllimPresenceService *self,
                                            UllimRoster          *roster,
                                            GListModel           *accounts,
                                            const char           *instance_id,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
gboolean ullim_presence_service_load_finish (UllimPresenceService *self,
                                             GAsyncResult         *result,
                                             GError              **error);

/** ullim_presence_service_set_people: the address book was read: who is in it is watched from now
 * on
 */
void ullim_presence_service_set_people (UllimPresenceService *self, UllimPeopleService *people);

/** ullim_presence_service_add_connection: presence of its account goes over @connection; until
 *  remove_account */
void ullim_presence_service_add_connection (UllimPresenceService *self,
                                            UllimConnection      *connection);
void ullim_presence_service_remove_account (UllimPresenceService *self, UllimAccount *account);

/** ullim_presence_service_find_line: Returns: (nullable) */
UllimPresenceLine *ullim_presence_service_find_line (UllimPresenceService *self,
                                                     UllimAccount         *account);

/** ullim_presence_service_booked_new: the table of presence-service-people.c */
GHashTable *ullim_presence_service_booked_new (void);
/** ullim_presence_service_book_again: an account came or went: others watch for people without an
 *  account of their own */
void ullim_presence_service_book_again (UllimPresenceService *self);

G_END_DECLS
