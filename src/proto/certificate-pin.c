/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The judgement over a pinned certificate, the same for SIP and HTTP.
 */
#define G_LOG_DOMAIN "certificate-pin"

#include "certificate-pin.h"

char *
ullim_certificate_fingerprint (const guint8 *der, gsize length)
{
  g_autofree char *hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der, length);
  GString         *out = g_string_new (NULL);

  for (const char *p = hash; *p; p += 2)
    g_string_append_printf (out, "%s%c%c", p > hash ? ":" : "", g_ascii_toupper (p[0]),
                            g_ascii_toupper (p[1]));
  return g_string_free (out, FALSE);
}

UllimPinVerdict
ullim_certificate_judge_pinned (const char *fingerprint,
                                const char *pin,
                                gint64      not_before,
                                gint64      not_after,
                                gint64      now)
{
  if (g_ascii_strcasecmp (fingerprint, pin) != 0)
    return ULLIM_PIN_OTHER;
  return not_before <= now && now <= not_after ? ULLIM_PIN_FITS : ULLIM_PIN_EXPIRED;
}
