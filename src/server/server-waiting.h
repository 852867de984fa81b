/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of those who asked for a permission and have no answer: written when they ask, so that
 * a crash loses no request, and deleted when they are answered. Main thread unless said otherwise.
 */
#pragma once

#include "server-db.h"

G_BEGIN_DECLS

typedef struct _UllimServerWaiting UllimServerWaiting;

UllimServerWaiting *ullim_server_waiting_new (void);
void                ullim_server_waiting_free (UllimServerWaiting *self);

/** ullim_server_waiting_set_db: (transfer none): before the first change */
void ullim_server_waiting_set_db (UllimServerWaiting *self, UllimServerDb *db);

/** ullim_server_waiting_read: tells all of them, of accounts that are there, on the calling thread;
 * @display_name: (nullable); @since_s: wall clock */
void ullim_server_waiting_read (UllimServerSqlite *sqlite,
                                void (*found) (const char *name,
                                               const char *watcher,
                                               const char *display_name,
                                               gint64      since_s,
                                               gpointer    data),
                                gpointer data);

/** ullim_server_waiting_add: @watcher waits for @name; @display_name: (nullable) */
void ullim_server_waiting_add (UllimServerWaiting *self,
                               const char         *name,
                               const char         *watcher,
                               const char         *display_name,
                               gint64              since_s);

void ullim_server_waiting_remove (UllimServerWaiting *self, const char *name, const char *watcher);

G_END_DECLS
