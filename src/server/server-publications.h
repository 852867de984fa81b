/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PUBLISH (RFC 3903): event presence, of members, each for the own address. Main thread.
 */
#pragma once

#include "server-presence.h"
#include "server-request.h"

G_BEGIN_DECLS

/** ullim_server_publications_handle: @request: a PUBLISH from request->user to their own address;
 *  answers it */
void ullim_server_publications_handle (UllimServerPresence *presence, UllimServerRequest *request);

G_END_DECLS
