/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a SIP status (RFC 3261 section 21) to the layer that failed.
 */
#define G_LOG_DOMAIN "sip-error"

#include "sip-error.h"

#define FIRST_STATUS_OF_NUA 900

G_DEFINE_QUARK (ullim - sip - error - quark, ullim_sip_error)

static const struct {
  int           status;
  UllimSipError error;
  UllimSipError error_registering;
} statuses[] = {
    {401, ULLIM_SIP_ERROR_PASSWORD, ULLIM_SIP_ERROR_PASSWORD},
    {403, ULLIM_SIP_ERROR_FORBIDDEN, ULLIM_SIP_ERROR_FORBIDDEN},
    {404, ULLIM_SIP_ERROR_NOT_FOUND, ULLIM_SIP_ERROR_UNKNOWN_ACCOUNT},
    {405, ULLIM_SIP_ERROR_NOT_ALLOWED_METHOD, ULLIM_SIP_ERROR_NOT_ALLOWED_METHOD},
    {406, ULLIM_SIP_ERROR_NOT_ACCEPTED_TYPE, ULLIM_SIP_ERROR_PROTOCOL},
    {407, ULLIM_SIP_ERROR_PASSWORD, ULLIM_SIP_ERROR_PASSWORD},
    {408, ULLIM_SIP_ERROR_UNAVAILABLE, ULLIM_SIP_ERROR_TIMEOUT},
    /* Sofia says 410 to a message that meets a line on its way out: it may be taken later. */
    {410, ULLIM_SIP_ERROR_UNAVAILABLE, ULLIM_SIP_ERROR_UNKNOWN_ACCOUNT},
    {413, ULLIM_SIP_ERROR_TOO_LARGE, ULLIM_SIP_ERROR_TOO_LARGE},
    {414, ULLIM_SIP_ERROR_TOO_LARGE, ULLIM_SIP_ERROR_TOO_LARGE},
    {415, ULLIM_SIP_ERROR_NOT_ACCEPTED_TYPE, ULLIM_SIP_ERROR_PROTOCOL},
    {416, ULLIM_SIP_ERROR_ADDRESS, ULLIM_SIP_ERROR_ADDRESS},
    {430, ULLIM_SIP_ERROR_UNAVAILABLE, ULLIM_SIP_ERROR_SERVER},
    {480, ULLIM_SIP_ERROR_UNAVAILABLE, ULLIM_SIP_ERROR_SERVER},
    {482, ULLIM_SIP_ERROR_SERVER, ULLIM_SIP_ERROR_SERVER},
    {483, ULLIM_SIP_ERROR_SERVER, ULLIM_SIP_ERROR_SERVER},
    {484, ULLIM_SIP_ERROR_ADDRESS, ULLIM_SIP_ERROR_ADDRESS},
    {485, ULLIM_SIP_ERROR_NOT_FOUND, ULLIM_SIP_ERROR_UNKNOWN_ACCOUNT},
    {486, ULLIM_SIP_ERROR_DECLINED, ULLIM_SIP_ERROR_SERVER},
    {487, ULLIM_SIP_ERROR_UNAVAILABLE, ULLIM_SIP_ERROR_SERVER},
    {488, ULLIM_SIP_ERROR_NOT_ACCEPTED_TYPE, ULLIM_SIP_ERROR_PROTOCOL},
    {501, ULLIM_SIP_ERROR_NOT_ALLOWED_METHOD, ULLIM_SIP_ERROR_NOT_ALLOWED_METHOD},
    {513, ULLIM_SIP_ERROR_TOO_LARGE, ULLIM_SIP_ERROR_TOO_LARGE},
    {604, ULLIM_SIP_ERROR_NOT_FOUND, ULLIM_SIP_ERROR_UNKNOWN_ACCOUNT},
    {606, ULLIM_SIP_ERROR_NOT_ACCEPTED_TYPE, ULLIM_SIP_ERROR_PROTOCOL},
};

static UllimSipError
code_from_status (int status, gboolean registering)
{
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].status == status)
      return registering ? statuses[i].error_registering : statuses[i].error;
  if (status >= FIRST_STATUS_OF_NUA)
    return ULLIM_SIP_ERROR_CONNECTION_LOST;
  switch (status / 100) {
  case 5:
    return ULLIM_SIP_ERROR_SERVER;
  case 6:
    return registering ? ULLIM_SIP_ERROR_FORBIDDEN : ULLIM_SIP_ERROR_DECLINED;
  default:
    return ULLIM_SIP_ERROR_PROTOCOL;
  }
}

GError *
ullim_sip_error_from_status (int status, const char *phrase, gboolean registering)
{
  /* The phrase comes from the wire. */
  g_autofree char *valid = g_utf8_make_valid (phrase ? phrase : "", -1);

  return g_error_new (ULLIM_SIP_ERROR, code_from_status (status, registering), "%d %s", status,
                      valid);
}
