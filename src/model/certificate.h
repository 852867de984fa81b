/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a person needs to see of a server's certificate to decide whether to trust it.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * UllimCertificate:
 * @subject: common name or first alternative name of the certificate
 * @issuer: common name of who signed it
 * @host: the host that was asked for
 * @not_before: seconds since the epoch, 0 if unknown
 * @not_after: seconds since the epoch, 0 if unknown
 * @fingerprint: SHA-256 of the certificate, upper-case hexadecimal with colons
 * @pinned: (nullable): the fingerprint that was pinned before, if this one differs
 *
 * A certificate that the user is asked about. Immutable, reference counted.
 */
typedef struct {
  char  *subject;
  char  *issuer;
  char  *host;
  gint64 not_before;
  gint64 not_after;
  char  *fingerprint;
  char  *pinned;
} UllimCertificate;

#define ULLIM_TYPE_CERTIFICATE (ullim_certificate_get_type ())
GType ullim_certificate_get_type (void);

/** ullim_certificate_new: Returns: (transfer full): a copy of all the fields of @fields */
UllimCertificate *ullim_certificate_new (const UllimCertificate *fields);
UllimCertificate *ullim_certificate_ref (UllimCertificate *certificate);
void              ullim_certificate_unref (UllimCertificate *certificate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimCertificate, ullim_certificate_unref)

G_END_DECLS
