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

G_END_DECLS
