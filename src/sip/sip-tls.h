/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether to trust a server's certificate, decided before a byte of SIP is sent. A probe by GIO's
 * TLS (system authorities, wild cards, IP addresses, dates) fetches and judges the certificate;
 * Sofia is then told to accept exactly that certificate and no other, so that what was judged is
 * what is used. The probe sends no SNI because Sofia sends none: both see the same certificate.
 */
#pragma once

#include <gio/gio.h>

#include "sip-resolver.h"

G_BEGIN_DECLS

/**
 * UllimSipCertificate:
 * @subject: common name or first alternative name
 * @issuer: common name of the issuer
 * @host: name that was asked for
 * @not_before: seconds since the epoch, 0 if unknown
 * @not_after: seconds since the epoch, 0 if unknown
 * @fingerprint: SHA-256, upper-case hexadecimal with colons
 * @pinned: (nullable): fingerprint that was expected instead
 * @pem: the certificate itself
 */
typedef struct {
  char  *subject;
  char  *issuer;
  char  *host;
  gint64 not_before;
  gint64 not_after;
  char  *fingerprint;
  char  *pinned;
  char  *pem;
} UllimSipCertificate;

#define ULLIM_TYPE_SIP_CERTIFICATE (ullim_sip_certificate_get_type ())
GType                ullim_sip_certificate_get_type (void);
UllimSipCertificate *ullim_sip_certificate_ref (UllimSipCertificate *certificate);
void                 ullim_sip_certificate_unref (UllimSipCertificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimSipCertificate, ullim_sip_certificate_unref)

/** ullim_sip_tls_fingerprint: Returns: (transfer full): its SHA-256, written as in
 * #UllimSipCertificate */
char *ullim_sip_tls_fingerprint (GTlsCertificate *tls);

/**
 * ullim_sip_tls_check_async:
 * @hop: where to connect, and the name that the certificate must bear
 * @ca_file: (nullable): PEM file used instead of the system's authorities
 * @pin: (nullable): if set, exactly this fingerprint is accepted, whatever its name or issuer; an
 *   expired certificate is refused all the same
 *
 * Connects, shakes hands, judges. At most 10 s.
 */
void ullim_sip_tls_check_async (const UllimSipHop  *hop,
                                const char         *ca_file,
                                const char         *pin,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);

/**
 * ullim_sip_tls_check_finish:
 * @certificate: (out) (optional) (nullable) (transfer full): what the server showed, also when it
 *   is refused
 * @error: %ULLIM_SIP_ERROR_CERTIFICATE_UNKNOWN: nobody known has signed it, whatever its name;
 *   _CERTIFICATE_CHANGED: not the pinned one; _CERTIFICATE_INVALID: expired, revoked, or signed by
 *   an authority for another name; _TLS: no TLS there, or @ca_file cannot be read; _REFUSED,
 *   _UNREACHABLE, _TIMEOUT, _ADDRESS; %G_IO_ERROR_CANCELLED
 *
 * Returns: whether it may be trusted
 */
gboolean ullim_sip_tls_check_finish (GAsyncResult         *result,
                                     UllimSipCertificate **certificate,
                                     GError              **error);

G_END_DECLS
