/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is there: what the devices of each person have published (RFC 3903), and one state composed
 * of it (presence-compose). Soft state, in memory. Main thread.
 */
#pragma once

#include "presence-doc.h"

G_BEGIN_DECLS

/** ULLIM_SERVER_ENTITY_TAG_SIZE: room for an entity tag. */
#define ULLIM_SERVER_ENTITY_TAG_SIZE 24

/**
 * UllimServerPresenceView:
 * @ULLIM_SERVER_PRESENCE_FULL: all of it
 * @ULLIM_SERVER_PRESENCE_LIMITED: whether the person is there, and nothing else
 * @ULLIM_SERVER_PRESENCE_OFFLINE: that nobody is there, whatever is true
 */
typedef enum {
  ULLIM_SERVER_PRESENCE_FULL,
  ULLIM_SERVER_PRESENCE_LIMITED,
  ULLIM_SERVER_PRESENCE_OFFLINE,
} UllimServerPresenceView;

#define ULLIM_SERVER_N_PRESENCE_VIEWS 3

typedef struct _UllimServerPresence UllimServerPresence;

/** ullim_server_presence_new: @changed: another state of @name's holds from now on */
UllimServerPresence *ullim_server_presence_new (const char *domain,
                                                void (*changed) (const char *name, gpointer data),
                                                gpointer data);
void                 ullim_server_presence_free (UllimServerPresence *self);

/** ullim_server_presence_body: @name: an account, or Echo, who is always there; Returns: (transfer
 * full): a document; the same one for everybody until it changes */
GBytes *ullim_server_presence_body (UllimServerPresence    *self,
                                    const char             *name,
                                    UllimServerPresenceView view);

/**
 * ullim_server_presence_publish:
 * @if_match: (nullable): the publication that is meant; %NULL makes one
 * @body: (nullable): what is published; %NULL: as before
 * @expires_s: for how long from now; 0 ends it
 * @etag: (out): under which it is known from now on
 *
 * Returns: 200; 412 if @if_match is not known; 400 for a body that is no presence document or is
 *   missing; 413 for more than one person may have here
 */
int ullim_server_presence_publish (UllimServerPresence *self,
                                   const char          *name,
                                   const char          *if_match,
                                   GBytes              *body,
                                   guint                expires_s,
                                   char                 etag[ULLIM_SERVER_ENTITY_TAG_SIZE]);

/** ullim_server_presence_tick: about once a second: ends what has expired; @now_s: monotonic */
void ullim_server_presence_tick (UllimServerPresence *self, gint64 now_s);

/** ullim_server_presence_retain: forgets the publications of everybody for whom @keep says %FALSE
 */
void ullim_server_presence_retain (UllimServerPresence *self,
                                   gboolean (*keep) (const char *name, gpointer data),
                                   gpointer data);

G_END_DECLS
