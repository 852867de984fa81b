/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * OpenSSL over a BIO of our own that hands each datagram to the caller as it is: a memory BIO would
 * glue them together.
 */
#define G_LOG_DOMAIN "media-dtls"

#include "media-dtls.h"

#include "media-certificate-private.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

#define EXPORT_LABEL "EXTRACTOR-dtls_srtp"
/* Both sides' master keys and salts (RFC 5764 section 4.2), with room. */
#define MAX_EXPORT_BYTES 128
#define MAX_KEY_BYTES 64
#define PROFILES                                                                                   \
  "SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80:SRTP_AES128_CM_SHA1_32"

struct _UllimMediaDtls {
  SSL_CTX            *context;
  SSL                *ssl;
  UllimMediaDtlsSend  send;
  gpointer            user_data;
  const guint8       *datagram; /* the one being read; of the caller */
  gsize               datagram_length;
  char               *fingerprint;
  gboolean            is_client;
  gboolean            is_done;
  guint               tries;
  UllimMediaDtlsState state;
  GError             *error;
};

/* ---- the BIO ---- */

static int
bio_write (BIO *bio, const char *data, int length)
{
  UllimMediaDtls *self = BIO_get_data (bio);

  self->send ((const guint8 *) data, (gsize) length, self->user_data);
  return length;
}

static int
bio_read (BIO *bio, char *out, int size)
{
  UllimMediaDtls *self = BIO_get_data (bio);
  int             n = (int) MIN ((gsize) size, self->datagram_length);

  BIO_clear_retry_flags (bio);
  if (!self->datagram) {
    BIO_set_retry_read (bio);
    return -1;
  }
  memcpy (out, self->datagram, (gsize) n);
  self->datagram = NULL;
  return n;
}

static long
bio_ctrl (BIO *bio, int command, long number, void *pointer)
{
  switch (command) {
  case BIO_CTRL_FLUSH:
    return 1;
  case BIO_CTRL_DGRAM_QUERY_MTU:
    return ULLIM_MEDIA_DTLS_MTU;
  default:
    return 0;
  }
}

static BIO_METHOD *
bio_method (void)
{
  static gsize method;

  if (g_once_init_enter (&method)) {
    BIO_METHOD *made = BIO_meth_new (BIO_TYPE_DGRAM | BIO_get_new_index (), "datagrams");

    BIO_meth_set_write (made, bio_write);
    BIO_meth_set_read (made, bio_read);
    BIO_meth_set_ctrl (made, bio_ctrl);
    g_once_init_leave (&method, (gsize) made);
  }
  return (BIO_METHOD *) method;
}

/* ---- life ---- */

/* Whoever answers is let in at first: its certificate is compared afterwards, and no key comes out
 * before that. */
static int
accept_any (int ok, X509_STORE_CTX *store)
{
  return 1;
}

static unsigned int
next_pause (SSL *ssl, unsigned int before_us)
{
  if (before_us == 0)
    return ULLIM_MEDIA_DTLS_FIRST_MS * 1000;
  return MIN (before_us * 2, ULLIM_MEDIA_DTLS_MAX_MS * 1000);
}

static void
make_context (UllimMediaDtls *self, UllimMediaCertificate *certificate)
{
  self->context = SSL_CTX_new (DTLS_method ());
  SSL_CTX_set_min_proto_version (self->context, DTLS1_2_VERSION);
  SSL_CTX_set_verify (self->context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
  SSL_CTX_use_certificate (self->context, ullim_media_certificate_get_x509 (certificate));
  SSL_CTX_use_PrivateKey (self->context, ullim_media_certificate_get_key (certificate));
  /* This one returns 0 for success. */
  if (SSL_CTX_set_tlsext_use_srtp (self->context, PROFILES) != 0)
    g_error ("OpenSSL knows no SRTP");
  SSL_CTX_set_session_cache_mode (self->context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options (self->context, SSL_OP_NO_TICKET | SSL_OP_NO_QUERY_MTU);
}

UllimMediaDtls *
ullim_media_dtls_new (UllimMediaCertificate *certificate,
                      gboolean               is_client,
                      UllimMediaDtlsSend     send,
                      gpointer               user_data)
{
  UllimMediaDtls *self = g_new0 (UllimMediaDtls, 1);
  BIO            *bio = BIO_new (bio_method ());

  self->send = send;
  self->user_data = user_data;
  self->is_client = is_client;
  make_context (self, certificate);
  self->ssl = SSL_new (self->context);
  BIO_set_data (bio, self);
  BIO_set_init (bio, 1);
  SSL_set_bio (self->ssl, bio, bio);
  SSL_set_mtu (self->ssl, ULLIM_MEDIA_DTLS_MTU);
  DTLS_set_timer_cb (self->ssl, next_pause);
  if (is_client)
    SSL_set_connect_state (self->ssl);
  else
    SSL_set_accept_state (self->ssl);
  return self;
}

void
ullim_media_dtls_free (UllimMediaDtls *self)
{
  if (!self)
    return;
  SSL_free (self->ssl);
  SSL_CTX_free (self->context);
  g_free (self->fingerprint);
  g_clear_error (&self->error);
  g_free (self);
}

/* ---- the handshake ---- */

static void
fail (UllimMediaDtls *self, UllimMediaError code, const char *message)
{
  if (self->state == ULLIM_MEDIA_DTLS_FAILED)
    return;
  self->state = ULLIM_MEDIA_DTLS_FAILED;
  self->error = g_error_new_literal (ULLIM_MEDIA_ERROR, code, message);
  g_info ("%s", message);
}

/* The gate. */
static void
judge (UllimMediaDtls *self)
{
  X509 *x509;

  if (!self->is_done || !self->fingerprint || self->state != ULLIM_MEDIA_DTLS_CONNECTING)
    return;
  x509 = SSL_get0_peer_certificate (self->ssl);
  if (!x509 || !ullim_media_certificate_matches (x509, self->fingerprint))
    fail (self, ULLIM_MEDIA_ERROR_FINGERPRINT,
          "The other side is not who the call was agreed with");
  else if (!SSL_get_selected_srtp_profile (self->ssl))
    fail (self, ULLIM_MEDIA_ERROR_HANDSHAKE, "The other side has no way to protect sound");
  else
    self->state = ULLIM_MEDIA_DTLS_CONNECTED;
}

static void
go_on (UllimMediaDtls *self)
{
  int result, reason;

  ERR_clear_error ();
  result = SSL_do_handshake (self->ssl);
  if (result == 1) {
    self->is_done = TRUE;
    judge (self);
    return;
  }
  reason = SSL_get_error (self->ssl, result);
  if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE)
    fail (self, ULLIM_MEDIA_ERROR_HANDSHAKE, "The handshake failed");
  ERR_clear_error ();
}

/* After the handshake: repetitions are answered by OpenSSL itself, an alert may end it. */
static void
read_rest (UllimMediaDtls *self)
{
  guint8 buffer[256];
  int    result, reason;

  ERR_clear_error ();
  do
    result = SSL_read (self->ssl, buffer, sizeof buffer);
  while (result > 0);
  reason = SSL_get_error (self->ssl, result);
  if (reason == SSL_ERROR_ZERO_RETURN)
    self->state = ULLIM_MEDIA_DTLS_CLOSED;
  ERR_clear_error ();
}

static gboolean
is_alive (UllimMediaDtls *self)
{
  return self->state == ULLIM_MEDIA_DTLS_CONNECTING || self->state == ULLIM_MEDIA_DTLS_CONNECTED;
}

void
ullim_media_dtls_start (UllimMediaDtls *self)
{
  if (self->state != ULLIM_MEDIA_DTLS_NEW)
    return;
  self->state = ULLIM_MEDIA_DTLS_CONNECTING;
  go_on (self);
}

void
ullim_media_dtls_receive (UllimMediaDtls *self, const guint8 *data, gsize length)
{
  if (self->state == ULLIM_MEDIA_DTLS_NEW)
    ullim_media_dtls_start (self);
  if (!is_alive (self) || length == 0)
    return;
  self->datagram = data;
  self->datagram_length = length;
  if (self->is_done)
    read_rest (self);
  else
    go_on (self);
  self->datagram = NULL;
}

void
ullim_media_dtls_set_fingerprint (UllimMediaDtls *self, const char *fingerprint)
{
  g_free (self->fingerprint);
  self->fingerprint = g_strdup (fingerprint);
  judge (self);
}

int
ullim_media_dtls_get_timeout (UllimMediaDtls *self)
{
  struct timeval left;

  if (self->state != ULLIM_MEDIA_DTLS_CONNECTING || self->is_done ||
      !DTLSv1_get_timeout (self->ssl, &left))
    return -1;
  return (int) (left.tv_sec * 1000 + (left.tv_usec + 999) / 1000);
}

void
ullim_media_dtls_repeat (UllimMediaDtls *self)
{
  if (self->state != ULLIM_MEDIA_DTLS_CONNECTING || self->is_done)
    return;
  ERR_clear_error ();
  if (DTLSv1_handle_timeout (self->ssl) > 0)
    self->tries++;
  ERR_clear_error ();
  if (self->tries > ULLIM_MEDIA_DTLS_TRIES)
    fail (self, ULLIM_MEDIA_ERROR_HANDSHAKE, "The other side does not answer the handshake");
}

void
ullim_media_dtls_close (UllimMediaDtls *self)
{
  if (!self->is_done || !is_alive (self))
    return;
  SSL_shutdown (self->ssl);
  self->state = ULLIM_MEDIA_DTLS_CLOSED;
  ERR_clear_error ();
}

UllimMediaDtlsState
ullim_media_dtls_get_state (UllimMediaDtls *self)
{
  return self->state;
}

const GError *
ullim_media_dtls_get_error (UllimMediaDtls *self)
{
  return self->error;
}

/* ---- keys ---- */

static const char *
suite_of (unsigned long profile)
{
  switch (profile) {
  case SRTP_AEAD_AES_256_GCM:
    return "AEAD_AES_256_GCM";
  case SRTP_AEAD_AES_128_GCM:
    return "AEAD_AES_128_GCM";
  case SRTP_AES128_CM_SHA1_32:
    return "AES_CM_128_HMAC_SHA1_32";
  case SRTP_AES128_CM_SHA1_80:
  default:
    return "AES_CM_128_HMAC_SHA1_80";
  }
}

/* The salt of the GCM suites is 12 bytes, of the others 14 (RFC 7714 section 12). */
static gsize
salt_length (const char *suite)
{
  return g_str_has_prefix (suite, "AEAD_") ? 12 : 14;
}

UllimMediaSrtp *
ullim_media_dtls_make_srtp (UllimMediaDtls *self, GError **error)
{
  guint8          material[MAX_EXPORT_BYTES], client[MAX_KEY_BYTES], server[MAX_KEY_BYTES];
  const char     *suite;
  gsize           length, salt, key;
  UllimMediaSrtp *srtp;

  g_return_val_if_fail (self->state == ULLIM_MEDIA_DTLS_CONNECTED, NULL);

  suite = suite_of (SSL_get_selected_srtp_profile (self->ssl)->id);
  length = ullim_media_srtp_key_length (suite);
  salt = salt_length (suite);
  key = length - salt;
  if (SSL_export_keying_material (self->ssl, material, 2 * length, EXPORT_LABEL,
                                  strlen (EXPORT_LABEL), NULL, 0, 0) != 1) {
    g_set_error_literal (error, ULLIM_MEDIA_ERROR, ULLIM_MEDIA_ERROR_KEY, "No keys");
    return NULL;
  }
  /* client key, server key, client salt, server salt */
  memcpy (client, material, key);
  memcpy (client + key, material + 2 * key, salt);
  memcpy (server, material + key, key);
  memcpy (server + key, material + 2 * key + salt, salt);
  srtp = ullim_media_srtp_new (suite, self->is_client ? client : server,
                               self->is_client ? server : client, length, error);
  OPENSSL_cleanse (material, sizeof material);
  OPENSSL_cleanse (client, sizeof client);
  OPENSSL_cleanse (server, sizeof server);
  return srtp;
}
