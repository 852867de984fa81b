/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long to wait before the next attempt to go online. Pure, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ULLIM_SIP_RETRY_MAX_S: the longest wait of the ladder without its jitter. */
#define ULLIM_SIP_RETRY_MAX_S 300
/** ULLIM_SIP_RETRY_AFTER_MAX_S: a server that wishes a longer pause gets this one. */
#define ULLIM_SIP_RETRY_AFTER_MAX_S 3600
/** ULLIM_SIP_RETRY_JITTER: share of the wait that is added at most, so that the clients of a server
 *  that comes back do not all arrive at once. */
#define ULLIM_SIP_RETRY_JITTER 0.25

/**
 * ullim_sip_retry_delay_ms:
 * @n_failures: attempts that failed one after another, from 1
 * @retry_after_s: what the server asked for (RFC 3261 section 20.33), 0 for nothing
 * @random: 0 to 1
 *
 * Returns: the pause, never below what the server asked for
 */
guint ullim_sip_retry_delay_ms (guint n_failures, guint retry_after_s, double random);

/** ULLIM_SIP_RETRY_EVENT_MAX_S: the longest wait for a subscription or publication, likewise. */
#define ULLIM_SIP_RETRY_EVENT_MAX_S 1800

/** ullim_sip_retry_event_delay_ms: the same for one of many subscriptions, or a publication: a
 *  person who cannot be reached is asked less often than a server */
guint ullim_sip_retry_event_delay_ms (guint n_failures, guint retry_after_s, double random);

G_END_DECLS
