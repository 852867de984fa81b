/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The people of one account, and its resource-lists document on the server (RFC 4826), kept in
 * step. Main thread. For core/ only.
 */
#pragma once

#include "documents.h"
#include "people-service.h"
#include "roster.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PEOPLE_SYNC (ullim_people_sync_get_type ())
G_DECLARE_FINAL_TYPE (UllimPeopleSync, ullim_people_sync, ULLIM, PEOPLE_SYNC, GObject)

/** ullim_people_sync_new: @people: loaded; @accounts: GListModel of UllimAccount: the first one has
 *  the people without an account of their own. Works until it is disposed of */
UllimPeopleSync *ullim_people_sync_new (UllimDocuments     *documents,
                                        UllimPeopleService *people,
                                        UllimRoster        *roster,
                                        GListModel         *accounts);

G_END_DECLS
