/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What others in this folder need of an agent.
 */
#pragma once

#include "sip-agent.h"
#include "sip-desk-private.h"

G_BEGIN_DECLS

/** ullim_sip_agent_get_desk: Returns: (transfer none) */
UllimSipDesk *ullim_sip_agent_get_desk (UllimSipAgent *self);
/** ullim_sip_agent_get_address: Returns: (transfer none): URI of the account */
const char *ullim_sip_agent_get_address (UllimSipAgent *self);

G_END_DECLS
