/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why signalling failed, by layer. core/ maps these to UllimProblem one to one.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ULLIM_SIP_ERROR (ullim_sip_error_quark ())
GQuark ullim_sip_error_quark (void);

/**
 * UllimSipError: the layer that failed; the message of the GError is English for the log.
 */
typedef enum {
  ULLIM_SIP_ERROR_OFFLINE,
  ULLIM_SIP_ERROR_NAME_NOT_FOUND,
  ULLIM_SIP_ERROR_NAME_SERVER,
  ULLIM_SIP_ERROR_REFUSED,
  ULLIM_SIP_ERROR_UNREACHABLE,
  ULLIM_SIP_ERROR_CONNECTION_LOST,
  ULLIM_SIP_ERROR_TIMEOUT,
  ULLIM_SIP_ERROR_CERTIFICATE_UNKNOWN,
  ULLIM_SIP_ERROR_CERTIFICATE_CHANGED,
  ULLIM_SIP_ERROR_CERTIFICATE_INVALID,
  ULLIM_SIP_ERROR_TLS,
  ULLIM_SIP_ERROR_PASSWORD_MISSING,
  ULLIM_SIP_ERROR_PASSWORD,
  ULLIM_SIP_ERROR_UNKNOWN_ACCOUNT,
  ULLIM_SIP_ERROR_FORBIDDEN,
  ULLIM_SIP_ERROR_NOT_FOUND,
  ULLIM_SIP_ERROR_UNAVAILABLE,
  ULLIM_SIP_ERROR_DECLINED,
  ULLIM_SIP_ERROR_NOT_ACCEPTED_TYPE,
  ULLIM_SIP_ERROR_NOT_ALLOWED_METHOD,
  ULLIM_SIP_ERROR_TOO_LARGE,
  ULLIM_SIP_ERROR_SERVER,
  ULLIM_SIP_ERROR_PROTOCOL,
  ULLIM_SIP_ERROR_ADDRESS,
  ULLIM_SIP_ERROR_PORT_IN_USE,
} UllimSipError;

/**
 * ullim_sip_error_from_status:
 * @status: a final SIP status, 300..699; nua's own 9xx count as transport failures
 * @phrase: (nullable): its phrase
 * @registering: whether it answered a REGISTER: 404 then means that the account is unknown
 *
 * A 408 that answers a REGISTER is a time-out; one that answers anything else says that the other
 * side could not be reached, unless nobody sent it: the caller knows that.
 *
 * Returns: (transfer full): the error (RFC 3261 section 21)
 */
GError *ullim_sip_error_from_status (int status, const char *phrase, gboolean registering);

G_END_DECLS
