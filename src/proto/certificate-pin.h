/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A certificate that the user agreed to trust, known by its SHA-256 fingerprint. Pure functions,
 * any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * UllimPinVerdict:
 * @ULLIM_PIN_FITS: it is the pinned one
 * @ULLIM_PIN_OTHER: it is not
 * @ULLIM_PIN_EXPIRED: it is, but its time is not now
 */
typedef enum {
  ULLIM_PIN_FITS,
  ULLIM_PIN_OTHER,
  ULLIM_PIN_EXPIRED,
} UllimPinVerdict;

/** ullim_certificate_fingerprint: @der: (array length=length): the certificate; Returns: (transfer
 * full): upper-case hexadecimal with colons */
char *ullim_certificate_fingerprint (const guint8 *der, gsize length);

/**
 * ullim_certificate_judge_pinned:
 * @not_before: seconds since the epoch, as are @not_after and @now
 *
 * With a pin the pin alone decides, whatever name or issuer, but for the dates.
 */
UllimPinVerdict ullim_certificate_judge_pinned (const char *fingerprint,
                                                const char *pin,
                                                gint64      not_before,
                                                gint64      not_after,
                                                gint64      now);

G_END_DECLS
