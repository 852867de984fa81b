/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Certificates by OpenSSL; elliptic keys because they are made in no time.
 */
#include "certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#define SERIAL_BITS 120

struct _SupportCertificate {
  X509     *x509;
  EVP_PKEY *key;
  char     *pem;
  char     *key_pem;
};

static char *
take_text (BIO *bio)
{
  char *data;
  long  length = BIO_get_mem_data (bio, &data);
  char *text = g_strndup (data, length);

  BIO_free (bio);
  return text;
}

static void
add_extension (X509 *x509, const X509 *issuer, int nid, const char *value)
{
  X509V3_CTX      context;
  X509_EXTENSION *extension;

  X509V3_set_ctx (&context, (X509 *) issuer, x509, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  g_assert_nonnull (extension);
  X509_add_ext (x509, extension, -1);
  X509_EXTENSION_free (extension);
}

static void
set_serial (X509 *x509)
{
  BIGNUM *serial = BN_new ();

  BN_rand (serial, SERIAL_BITS, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
  BN_to_ASN1_INTEGER (serial, X509_get_serialNumber (x509));
  BN_free (serial);
}

static void
set_subject (X509 *x509, const char *common_name)
{
  X509_NAME *name = X509_get_subject_name (x509);

  X509_NAME_add_entry_by_txt (name, "O", MBSTRING_UTF8, (const unsigned char *) "Ullim test", -1,
                              -1, 0);
  if (common_name)
    X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const unsigned char *) common_name, -1,
                                -1, 0);
}

static void
write_pem (SupportCertificate *self)
{
  BIO *bio = BIO_new (BIO_s_mem ());

  PEM_write_bio_X509 (bio, self->x509);
  self->pem = take_text (bio);
  bio = BIO_new (BIO_s_mem ());
  PEM_write_bio_PrivateKey (bio, self->key, NULL, NULL, 0, NULL, NULL);
  self->key_pem = take_text (bio);
}

SupportCertificate *
support_certificate_new (const SupportCertificate *issuer,
                         const char               *common_name,
                         const char               *alt_names,
                         glong                     from_s,
                         glong                     to_s)
{
  SupportCertificate *self = g_new0 (SupportCertificate, 1);
  const X509         *signer;

  self->key = EVP_EC_gen ("P-256");
  self->x509 = X509_new ();
  signer = issuer ? issuer->x509 : self->x509;
  X509_set_version (self->x509, X509_VERSION_3);
  set_serial (self->x509);
  X509_gmtime_adj (X509_getm_notBefore (self->x509), from_s);
  X509_gmtime_adj (X509_getm_notAfter (self->x509), to_s);
  X509_set_pubkey (self->x509, self->key);
  set_subject (self->x509, common_name);
  X509_set_issuer_name (self->x509, X509_get_subject_name (signer));
  add_extension (self->x509, signer, NID_basic_constraints,
                 alt_names ? "CA:FALSE" : "critical,CA:TRUE");
  add_extension (self->x509, signer, NID_key_usage,
                 alt_names ? "critical,digitalSignature" : "critical,keyCertSign,cRLSign");
  if (alt_names) {
    add_extension (self->x509, signer, NID_ext_key_usage, "serverAuth");
    add_extension (self->x509, signer, NID_subject_alt_name, alt_names);
  }
  g_assert_cmpint (X509_sign (self->x509, issuer ? issuer->key : self->key, EVP_sha256 ()), >, 0);
  write_pem (self);
  return self;
}

void
support_certificate_free (SupportCertificate *self)
{
  X509_free (self->x509);
  EVP_PKEY_free (self->key);
  g_free (self->pem);
  g_free (self->key_pem);
  g_free (self);
}

const char *
support_certificate_get_pem (const SupportCertificate *self)
{
  return self->pem;
}

const char *
support_certificate_get_key (const SupportCertificate *self)
{
  return self->key_pem;
}

GTlsCertificate *
support_certificate_to_tls (const SupportCertificate *self)
{
  g_autofree char   *both = g_strconcat (self->pem, self->key_pem, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate   *tls = g_tls_certificate_new_from_pem (both, -1, &error);

  g_assert_no_error (error);
  return tls;
}
