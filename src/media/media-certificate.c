/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One for each call, so that calls cannot be linked by it.
 */
#define G_LOG_DOMAIN "media-certificate"

#include "media-certificate-private.h"

#include <openssl/rand.h>
#include <string.h>

/* It only has to outlive the call; back-dated for those whose clock is behind. */
#define VALID_BEFORE_S (24 * 3600)
#define VALID_AFTER_S (30 * 24 * 3600)

struct _UllimMediaCertificate {
  gatomicrefcount count;
  EVP_PKEY       *key;
  X509           *x509;
  char           *fingerprint;
};

/* The hashes of RFC 8122 section 5, without those that are broken. */
static const struct {
  const char *name;
  const EVP_MD *(*get) (void);
} hashes[] = {
    {"sha-1", EVP_sha1},     {"sha-224", EVP_sha224}, {"sha-256", EVP_sha256},
    {"sha-384", EVP_sha384}, {"sha-512", EVP_sha512},
};

static char *
make_fingerprint (X509 *x509, const char *name, const EVP_MD *hash)
{
  guint8   digest[EVP_MAX_MD_SIZE];
  guint    length;
  GString *text = g_string_new (name);

  if (X509_digest (x509, hash, digest, &length) != 1)
    length = 0;
  for (guint i = 0; i < length; i++)
    g_string_append_printf (text, "%c%02X", i ? ':' : ' ', digest[i]);
  return g_string_free (text, FALSE);
}

gboolean
ullim_media_certificate_matches (X509 *x509, const char *fingerprint)
{
  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++) {
    gsize            length = strlen (hashes[i].name);
    g_autofree char *own = NULL;

    if (g_ascii_strncasecmp (fingerprint, hashes[i].name, length) != 0 ||
        fingerprint[length] != ' ')
      continue;
    own = make_fingerprint (x509, hashes[i].name, hashes[i].get ());
    return g_ascii_strcasecmp (own, fingerprint) == 0;
  }
  return FALSE;
}

static void
fill_x509 (X509 *x509, EVP_PKEY *key)
{
  X509_NAME *name = X509_get_subject_name (x509);
  guint64    serial;

  if (RAND_bytes ((guint8 *) &serial, sizeof serial) != 1)
    g_error ("No randomness");
  X509_set_version (x509, X509_VERSION_3);
  ASN1_INTEGER_set_uint64 (X509_get_serialNumber (x509), serial >> 1);
  X509_gmtime_adj (X509_getm_notBefore (x509), -VALID_BEFORE_S);
  X509_gmtime_adj (X509_getm_notAfter (x509), VALID_AFTER_S);
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_ASC, (const guint8 *) "call", -1, -1, 0);
  X509_set_issuer_name (x509, name);
  X509_set_pubkey (x509, key);
}

UllimMediaCertificate *
ullim_media_certificate_new (void)
{
  UllimMediaCertificate *self = g_new0 (UllimMediaCertificate, 1);

  g_atomic_ref_count_init (&self->count);
  self->key = EVP_EC_gen ("P-256");
  self->x509 = X509_new ();
  if (!self->key || !self->x509)
    g_error ("OpenSSL makes no key");
  fill_x509 (self->x509, self->key);
  if (X509_sign (self->x509, self->key, EVP_sha256 ()) == 0)
    g_error ("OpenSSL signs no certificate");
  self->fingerprint = make_fingerprint (self->x509, "sha-256", EVP_sha256 ());
  return self;
}

UllimMediaCertificate *
ullim_media_certificate_ref (UllimMediaCertificate *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
ullim_media_certificate_unref (UllimMediaCertificate *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  X509_free (self->x509);
  EVP_PKEY_free (self->key);
  g_free (self->fingerprint);
  g_free (self);
}

const char *
ullim_media_certificate_get_fingerprint (UllimMediaCertificate *self)
{
  return self->fingerprint;
}

EVP_PKEY *
ullim_media_certificate_get_key (UllimMediaCertificate *self)
{
  return self->key;
}

X509 *
ullim_media_certificate_get_x509 (UllimMediaCertificate *self)
{
  return self->x509;
}
