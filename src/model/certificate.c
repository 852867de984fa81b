/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A certificate to be asked about: an immutable, atomically counted struct behind a boxed type.
 */
#define G_LOG_DOMAIN "certificate"

#include "certificate.h"

G_DEFINE_BOXED_TYPE (UllimCertificate,
                     ullim_certificate,
                     ullim_certificate_ref,
                     ullim_certificate_unref)

UllimCertificate *
ullim_certificate_new (const UllimCertificate *fields)
{
  UllimCertificate *self = g_atomic_rc_box_new0 (UllimCertificate);

  self->subject = g_strdup (fields->subject);
  self->issuer = g_strdup (fields->issuer);
  self->host = g_strdup (fields->host);
  self->not_before = fields->not_before;
  self->not_after = fields->not_after;
  self->fingerprint = g_strdup (fields->fingerprint);
  self->pinned = g_strdup (fields->pinned);
  return self;
}

UllimCertificate *
ullim_certificate_ref (UllimCertificate *certificate)
{
  return g_atomic_rc_box_acquire (certificate);
}

static void
clear (gpointer data)
{
  UllimCertificate *self = data;

  g_free (self->subject);
  g_free (self->issuer);
  g_free (self->host);
  g_free (self->fingerprint);
  g_free (self->pinned);
}

void
ullim_certificate_unref (UllimCertificate *certificate)
{
  g_atomic_rc_box_release_full (certificate, clear);
}
