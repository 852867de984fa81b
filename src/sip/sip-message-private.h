/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a line makes the object for a MESSAGE that arrived.
 */
#pragma once

#include "sip-line-private.h"
#include "sip-message.h"

G_BEGIN_DECLS

/**
 * ullim_sip_incoming_new:
 * @nh: (transfer full): handle of the request that nua reports at this moment
 */
UllimSipIncoming *ullim_sip_incoming_new (UllimSipLine *line, nua_handle_t *nh);

/**
 * ullim_sip_incoming_read:
 *
 * Takes what is in the request. What breaks a limit or is no text where text is due has been
 * answered when this returns.
 *
 * Returns: whether it is fit to be handed on
 */
gboolean ullim_sip_incoming_read (UllimSipIncoming *self, const sip_t *sip);

/** ullim_sip_read_uri: Returns: (transfer full) (nullable): %NULL unless it is a URI that we could
 *  write to */
char *ullim_sip_read_uri (const url_t *url);

/** ullim_sip_read_name: @display: (nullable): a display name as it stands in a header (RFC 3261
 *  section 25.1: tokens or a quoted string)
 *
 * Returns: (transfer full) (nullable): the name, as it may be shown */
char *ullim_sip_read_name (const char *display);

G_END_DECLS
