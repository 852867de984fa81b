/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A MESSAGE that arrived (RFC 3428) and waits for its answer.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/** ULLIM_SIP_MAX_BODY_BYTES: longest MESSAGE body that is taken; a longer one gets 413. */
#define ULLIM_SIP_MAX_BODY_BYTES (256 * 1024)

#define ULLIM_TYPE_SIP_INCOMING (ullim_sip_incoming_get_type ())
G_DECLARE_FINAL_TYPE (UllimSipIncoming, ullim_sip_incoming, ULLIM, SIP_INCOMING, GObject)

/** ullim_sip_incoming_get_from: Returns: From URI as text */
const char *ullim_sip_incoming_get_from (UllimSipIncoming *self);
/** ullim_sip_incoming_get_from_name: Returns: (nullable): display name of From, valid UTF-8 */
const char *ullim_sip_incoming_get_from_name (UllimSipIncoming *self);
/** ullim_sip_incoming_get_to: Returns: To URI as text */
const char *ullim_sip_incoming_get_to (UllimSipIncoming *self);
const char *ullim_sip_incoming_get_call_id (UllimSipIncoming *self);
guint32     ullim_sip_incoming_get_cseq (UllimSipIncoming *self);
/** ullim_sip_incoming_get_content_type: Returns: lower-case type/subtype; "text/plain" if absent */
const char *ullim_sip_incoming_get_content_type (UllimSipIncoming *self);
/** ullim_sip_incoming_get_charset: Returns: (nullable): lower-case charset parameter */
const char *ullim_sip_incoming_get_charset (UllimSipIncoming *self);
GBytes     *ullim_sip_incoming_get_body (UllimSipIncoming *self);
/** ullim_sip_incoming_get_date: Returns: Date header in us since the epoch, 0 if absent */
gint64 ullim_sip_incoming_get_date (UllimSipIncoming *self);

/**
 * ullim_sip_incoming_reply:
 * @status: final SIP status
 * @accept: (nullable): value of Accept, for 415
 * @retry_after_s: value of Retry-After in seconds, 0 for none (for 500, 503)
 *
 * Answers it, once. An incoming that is dropped without an answer gets 500.
 */
void ullim_sip_incoming_reply (UllimSipIncoming *self,
                               int               status,
                               const char       *accept,
                               guint             retry_after_s);

G_END_DECLS
