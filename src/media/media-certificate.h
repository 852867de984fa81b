/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The certificate that a call's DTLS shows: signed by itself, known only by the fingerprint in the
 * SDP (RFC 5763). Immutable after it was made; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _UllimMediaCertificate UllimMediaCertificate;

/** ullim_media_certificate_new: Returns: (transfer full): a new key (P-256) and its certificate */
UllimMediaCertificate *ullim_media_certificate_new (void);
UllimMediaCertificate *ullim_media_certificate_ref (UllimMediaCertificate *self);
void                   ullim_media_certificate_unref (UllimMediaCertificate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimMediaCertificate, ullim_media_certificate_unref)

/** ullim_media_certificate_get_fingerprint: Returns: (transfer none): "sha-256 AB:CD:…" */
const char *ullim_media_certificate_get_fingerprint (UllimMediaCertificate *self);

G_END_DECLS
