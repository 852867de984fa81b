/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NAPTR records of SIP (RFC 3263 section 4.1, RFC 3403) out of a DNS answer, which may hold
 * anything. Pure, any thread.
 */
#pragma once

#include "sip-resolver.h"

G_BEGIN_DECLS

/** ULLIM_SIP_MAX_NAPTR: usable records kept of one answer. */
#define ULLIM_SIP_MAX_NAPTR 8

/**
 * UllimSipNaptr:
 * @order: records of lower order come first
 * @preference: within one order, lower comes first
 * @transport: what its service says: SIP+D2U, SIP+D2T, SIPS+D2T
 * @name: name to ask for SRV records
 */
typedef struct {
  guint16           order;
  guint16           preference;
  UllimSipTransport transport;
  char             *name;
} UllimSipNaptr;

/**
 * ullim_sip_naptr_parse:
 * @answer: a DNS message
 * @length: its bytes
 *
 * Returns: (transfer full) (element-type UllimSipNaptr) (nullable): the records that can be used,
 *   in order, perhaps none; %NULL if the message is damaged
 */
GPtrArray *ullim_sip_naptr_parse (const guint8 *answer, gsize length);

G_END_DECLS
