/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the wire says of a person, as what the user is shown. Nothing is guessed: who was not told
 * to be offline is not. Pure functions. For core/ only.
 */
#pragma once

#include "presence-doc.h"
#include "presence-list.h"
#include "presence.h"

G_BEGIN_DECLS

/** ullim_presence_read_doc: @now_us: us since the epoch: what is told of the future counts as now;
 *  Returns: (transfer full) */
UllimPresence *ullim_presence_read_doc (const UllimPresenceDoc *doc, gint64 now_us);

/** ullim_presence_read_status: why nothing is known, by the SIP status that refused a subscription
 *  (RFC 6665 section 4.1.2.1); NOT_ASKED for what will be tried again */
UllimPresenceReason ullim_presence_read_status (int status);

/** ullim_presence_read_item: the same of an entry of a list without a document (RFC 4662 section
 *  5.5) */
UllimPresenceReason ullim_presence_read_item (const UllimPresenceListItem *item);

G_END_DECLS
