/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Certificates made on the spot: authorities, and servers with any name and any dates.
 */
#pragma once

#include <gio/gio.h>

typedef struct _SupportCertificate SupportCertificate;

/**
 * support_certificate_new:
 * @issuer: (nullable): who signs it; %NULL: itself
 * @common_name: (nullable): its common name
 * @alt_names: (nullable): such as `DNS:example.org,IP:127.0.0.1`; %NULL makes it an authority
 * @from_s: valid from so many seconds after now
 * @to_s: valid to so many seconds after now
 *
 * Returns: (transfer full): a certificate with its key
 */
SupportCertificate *support_certificate_new (const SupportCertificate *issuer,
                                             const char               *common_name,
                                             const char               *alt_names,
                                             glong                     from_s,
                                             glong                     to_s);
void                support_certificate_free (SupportCertificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SupportCertificate, support_certificate_free)

/** support_certificate_get_pem: Returns: (transfer none): the certificate alone */
const char *support_certificate_get_pem (const SupportCertificate *certificate);

/** support_certificate_get_key: Returns: (transfer none): its private key, PEM */
const char *support_certificate_get_key (const SupportCertificate *certificate);

/** support_certificate_to_tls: Returns: (transfer full): with its key, for a server */
GTlsCertificate *support_certificate_to_tls (const SupportCertificate *certificate);
