/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The insides of a certificate, for media-dtls.c; OpenSSL is seen nowhere else.
 */
#pragma once

#include "media-certificate.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

EVP_PKEY *ullim_media_certificate_get_key (UllimMediaCertificate *self);
X509     *ullim_media_certificate_get_x509 (UllimMediaCertificate *self);

/**
 * ullim_media_certificate_matches:
 * @fingerprint: "sha-256 AB:CD:…", letters of either case
 *
 * Whether @x509 has that fingerprint (RFC 8122 section 5). MD5 and MD2 match nothing.
 */
gboolean ullim_media_certificate_matches (X509 *x509, const char *fingerprint);

G_END_DECLS
