/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libsrtp does the work. Each way has a session of its own with one template policy for all
 * senders; of those that come in the number is bounded here, as libsrtp keeps a state for every
 * SSRC that authenticates.
 */
#define G_LOG_DOMAIN "media-srtp"

#include "media-srtp.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <srtp2/srtp.h>
#include <string.h>

/* Packets that come later than this many behind the newest are dropped (RFC 3711 section 3.3.2);
 * video at a high rate needs more than the usual 128. */
#define REPLAY_WINDOW 1024
#define MAX_KEY_BYTES 64
#define RTP_HEADER 12
#define RTCP_HEADER 8

typedef struct {
  const char *name;
  gsize       key_length;
  void (*rtp) (srtp_crypto_policy_t *policy);
  void (*rtcp) (srtp_crypto_policy_t *policy);
} Suite;

static void
set_cm_128_80 (srtp_crypto_policy_t *policy)
{
  srtp_crypto_policy_set_rtp_default (policy);
}

/* RTCP keeps the long tag also where RTP has the short one (RFC 4568 section 6.2.2). */
static const Suite suites[] = {
    {"AEAD_AES_256_GCM", SRTP_AES_GCM_256_KEY_LEN_WSALT, srtp_crypto_policy_set_aes_gcm_256_16_auth,
     srtp_crypto_policy_set_aes_gcm_256_16_auth},
    {"AEAD_AES_128_GCM", SRTP_AES_GCM_128_KEY_LEN_WSALT, srtp_crypto_policy_set_aes_gcm_128_16_auth,
     srtp_crypto_policy_set_aes_gcm_128_16_auth},
    {"AES_256_CM_HMAC_SHA1_80", SRTP_AES_ICM_256_KEY_LEN_WSALT,
     srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80,
     srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80},
    {"AES_CM_128_HMAC_SHA1_80", SRTP_AES_ICM_128_KEY_LEN_WSALT, set_cm_128_80, set_cm_128_80},
    {"AES_CM_128_HMAC_SHA1_32", SRTP_AES_ICM_128_KEY_LEN_WSALT,
     srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32, set_cm_128_80},
};

static const char *const suite_names[] = {
    "AEAD_AES_256_GCM",        "AEAD_AES_128_GCM",        "AES_256_CM_HMAC_SHA1_80",
    "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", NULL,
};

struct _UllimMediaSrtp {
  srtp_t  out;
  srtp_t  in;
  guint32 sources[ULLIM_MEDIA_SRTP_MAX_SOURCES];
  guint   n_sources;
};

G_DEFINE_QUARK (ullim - media - error - quark, ullim_media_error)

static const Suite *
find_suite (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (suites); i++) {
    if (strcmp (suites[i].name, name) == 0)
      return &suites[i];
  }
  return NULL;
}

const char *const *
ullim_media_srtp_suites (void)
{
  return suite_names;
}

gsize
ullim_media_srtp_key_length (const char *suite)
{
  const Suite *found = find_suite (suite);

  return found ? found->key_length : 0;
}

char *
ullim_media_srtp_make_key (const char *suite)
{
  gsize  length = ullim_media_srtp_key_length (suite);
  guint8 key[MAX_KEY_BYTES];
  char  *text;

  g_return_val_if_fail (length > 0 && length <= sizeof key, NULL);

  if (RAND_bytes (key, (int) length) != 1)
    g_error ("No randomness");
  text = g_base64_encode (key, length);
  OPENSSL_cleanse (key, sizeof key);
  return text;
}

static gboolean
init_library (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    g_once_init_leave (&once, srtp_init () == srtp_err_status_ok ? 1 : 2);
  return once == 1;
}

/* A session that takes the packets of any sender. @key is not kept. */
static srtp_t
create_session (const Suite *suite, srtp_ssrc_type_t type, const guint8 *key)
{
  srtp_policy_t policy = {0};
  srtp_t        session = NULL;

  suite->rtp (&policy.rtp);
  suite->rtcp (&policy.rtcp);
  policy.ssrc.type = type;
  policy.key = (unsigned char *) key;
  policy.window_size = REPLAY_WINDOW;
  /* What is sent again by RTX or after a lost answer has its own number: none is sent twice. */
  policy.allow_repeat_tx = 0;
  if (srtp_create (&session, &policy) != srtp_err_status_ok)
    return NULL;
  return session;
}

UllimMediaSrtp *
ullim_media_srtp_new (const char   *suite,
                      const guint8 *local,
                      const guint8 *remote,
                      gsize         length,
                      GError      **error)
{
  g_autoptr (UllimMediaSrtp) self = g_new0 (UllimMediaSrtp, 1);
  const Suite               *found = find_suite (suite);

  if (found && length == found->key_length && init_library ()) {
    self->out = create_session (found, ssrc_any_outbound, local);
    self->in = create_session (found, ssrc_any_inbound, remote);
  }
  if (!self->out || !self->in) {
    g_set_error (error, ULLIM_MEDIA_ERROR, ULLIM_MEDIA_ERROR_KEY, "Keys that do not fit %s", suite);
    return NULL;
  }
  return g_steal_pointer (&self);
}

static gboolean
decode_key (const char *text, guint8 *key, gsize *length)
{
  g_autofree guint8 *bytes = g_base64_decode (text, length);
  gboolean           fits = *length <= MAX_KEY_BYTES;

  if (fits)
    memcpy (key, bytes, *length);
  OPENSSL_cleanse (bytes, *length);
  return fits;
}

UllimMediaSrtp *
ullim_media_srtp_new_base64 (const char *suite,
                             const char *local,
                             const char *remote,
                             GError    **error)
{
  guint8          local_key[MAX_KEY_BYTES] = {0}, remote_key[MAX_KEY_BYTES] = {0};
  gsize           local_length, remote_length;
  UllimMediaSrtp *self = NULL;

  if (decode_key (local, local_key, &local_length) &&
      decode_key (remote, remote_key, &remote_length) && local_length == remote_length)
    self = ullim_media_srtp_new (suite, local_key, remote_key, local_length, error);
  else
    g_set_error (error, ULLIM_MEDIA_ERROR, ULLIM_MEDIA_ERROR_KEY, "Keys that do not fit %s", suite);
  OPENSSL_cleanse (local_key, sizeof local_key);
  OPENSSL_cleanse (remote_key, sizeof remote_key);
  return self;
}

void
ullim_media_srtp_free (UllimMediaSrtp *self)
{
  if (!self)
    return;
  g_clear_pointer (&self->out, srtp_dealloc);
  g_clear_pointer (&self->in, srtp_dealloc);
  g_free (self);
}

static gboolean
is_packet (const guint8 *packet, gsize length, gboolean is_rtcp)
{
  return length >= (is_rtcp ? RTCP_HEADER : RTP_HEADER) && length <= G_MAXUINT16 &&
         packet[0] >> 6 == 2;
}

gboolean
ullim_media_srtp_protect (UllimMediaSrtp *self, guint8 *packet, gsize *length, gboolean is_rtcp)
{
  int               n = (int) *length;
  srtp_err_status_t status;

  if (!is_packet (packet, *length, is_rtcp))
    return FALSE;
  status =
      is_rtcp ? srtp_protect_rtcp (self->out, packet, &n) : srtp_protect (self->out, packet, &n);
  if (status != srtp_err_status_ok) {
    g_debug ("Not protected: %d", status);
    return FALSE;
  }
  *length = (gsize) n;
  return TRUE;
}

static guint32
read_source (const guint8 *packet, gboolean is_rtcp)
{
  guint32 source;

  memcpy (&source, packet + (is_rtcp ? 4 : 8), sizeof source);
  return source;
}

static gboolean
knows_source (UllimMediaSrtp *self, guint32 source)
{
  for (guint i = 0; i < self->n_sources; i++) {
    if (self->sources[i] == source)
      return TRUE;
  }
  return FALSE;
}

gboolean
ullim_media_srtp_unprotect (UllimMediaSrtp *self, guint8 *packet, gsize *length, gboolean is_rtcp)
{
  int               n = (int) *length;
  guint32           source;
  gboolean          known;
  srtp_err_status_t status;

  if (!is_packet (packet, *length, is_rtcp))
    return FALSE;
  source = read_source (packet, is_rtcp);
  known = knows_source (self, source);
  if (!known && self->n_sources == ULLIM_MEDIA_SRTP_MAX_SOURCES)
    return FALSE;
  status =
      is_rtcp ? srtp_unprotect_rtcp (self->in, packet, &n) : srtp_unprotect (self->in, packet, &n);
  if (status != srtp_err_status_ok) {
    g_debug ("Dropped: %d", status);
    return FALSE;
  }
  if (!known)
    self->sources[self->n_sources++] = source;
  *length = (gsize) n;
  return TRUE;
}
