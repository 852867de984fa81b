/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether to trust a server's certificate: RFC 5280 by way of GIO's TLS, the name by RFC 5922
 * section 4 and RFC 6125. The probe runs in one thread of the task pool, top to bottom; a timer on
 * the caller's side ends it.
 */
#define G_LOG_DOMAIN "sip-tls"

#include "sip-tls.h"

#include "certificate-pin.h"

#include <openssl/x509.h>
#include <string.h>

#define TIMEOUT_S 10
/* Longest name taken out of a certificate. */
#define MAX_NAME_BYTES 256

typedef struct {
  char                *host; /* without brackets */
  char                *address;
  guint16              port;
  char                *ca_file;
  char                *pin;
  GCancellable        *caller; /* (nullable) */
  gulong               caller_handler;
  GCancellable        *deadline; /* cancelled by the timer and by the caller */
  GSource             *timer;
  UllimSipCertificate *certificate;
} Probe;

/* ---- the certificate as a value ---- */

UllimSipCertificate *
ullim_sip_certificate_ref (UllimSipCertificate *certificate)
{
  return g_atomic_rc_box_acquire (certificate);
}

static void
certificate_clear (gpointer data)
{
  UllimSipCertificate *certificate = data;

  g_free (certificate->subject);
  g_free (certificate->issuer);
  g_free (certificate->host);
  g_free (certificate->fingerprint);
  g_free (certificate->pinned);
  g_free (certificate->pem);
}

void
ullim_sip_certificate_unref (UllimSipCertificate *certificate)
{
  g_atomic_rc_box_release_full (certificate, certificate_clear);
}

G_DEFINE_BOXED_TYPE (UllimSipCertificate,
                     ullim_sip_certificate,
                     ullim_sip_certificate_ref,
                     ullim_sip_certificate_unref)

/* Names are shown to a person: valid, of one line, not endless. */
static char *
tame_name (const char *text, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, MIN (length, MAX_NAME_BYTES));

  for (char *p = valid; *p; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  return g_steal_pointer (&valid);
}

static char *
common_name (const X509_NAME *name)
{
  int            at = X509_NAME_get_index_by_NID ((X509_NAME *) name, NID_commonName, -1);
  unsigned char *utf8 = NULL;
  char          *tamed;
  int            length;

  if (at < 0)
    return NULL;
  length = ASN1_STRING_to_UTF8 (&utf8, X509_NAME_ENTRY_get_data (X509_NAME_get_entry (name, at)));
  if (length < 0)
    return NULL;
  tamed = tame_name ((const char *) utf8, length);
  OPENSSL_free (utf8);
  return tamed;
}

static char *
first_alternative_name (GTlsCertificate *tls)
{
  g_autoptr (GPtrArray) names = g_tls_certificate_get_dns_names (tls);
  g_autoptr (GPtrArray) addresses = g_tls_certificate_get_ip_addresses (tls);

  if (names && names->len > 0) {
    gsize       length;
    const char *text = g_bytes_get_data (names->pdata[0], &length);

    return tame_name (text, length);
  }
  return addresses && addresses->len > 0 ? g_inet_address_to_string (addresses->pdata[0])
                                         : g_strdup ("");
}

char *
ullim_sip_tls_fingerprint (GTlsCertificate *tls)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (tls, "certificate", &der, NULL);
  return ullim_certificate_fingerprint (der->data, der->len);
}

static gint64
to_seconds (GDateTime *date)
{
  gint64 seconds = date ? g_date_time_to_unix (date) : 0;

  g_clear_pointer (&date, g_date_time_unref);
  return seconds;
}

static UllimSipCertificate *
describe (GTlsCertificate *tls, const char *host)
{
  UllimSipCertificate   *certificate = g_atomic_rc_box_new0 (UllimSipCertificate);
  g_autoptr (GByteArray) der = NULL;
  const unsigned char   *at;
  X509                  *x509;

  g_object_get (tls, "certificate", &der, "certificate-pem", &certificate->pem, NULL);
  at = der->data;
  x509 = d2i_X509 (NULL, &at, der->len);
  if (x509) {
    certificate->subject = common_name (X509_get_subject_name (x509));
    certificate->issuer = common_name (X509_get_issuer_name (x509));
    X509_free (x509);
  }
  if (!certificate->subject)
    certificate->subject = first_alternative_name (tls);
  if (!certificate->issuer)
    certificate->issuer = g_strdup ("");
  certificate->host = g_strdup (host);
  certificate->not_before = to_seconds (g_tls_certificate_get_not_valid_before (tls));
  certificate->not_after = to_seconds (g_tls_certificate_get_not_valid_after (tls));
  certificate->fingerprint = ullim_sip_tls_fingerprint (tls);
  return certificate;
}

/* ---- judging ---- */

static gboolean
fail (GError **error, UllimSipError code, const char *message)
{
  g_set_error_literal (error, ULLIM_SIP_ERROR, code, message);
  return FALSE;
}

static gboolean
is_current (const UllimSipCertificate *certificate)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  return certificate->not_before <= now && now <= certificate->not_after;
}

static GTlsDatabase *
open_database (const char *ca_file, GError **error)
{
  if (ca_file)
    return g_tls_file_database_new (ca_file, error);
  return g_tls_backend_get_default_database (g_tls_backend_get_default ());
}

/* What is wrong with it in the eyes of the authorities. */
static gboolean
verify (Probe *probe, GTlsCertificate *tls, GTlsCertificateFlags *flags, GError **error)
{
  g_autoptr (GTlsDatabase)       database = open_database (probe->ca_file, error);
  g_autoptr (GSocketConnectable) identity = NULL;

  if (!database)
    return FALSE;
  identity = g_network_address_new (probe->host, probe->port);
  *flags = g_tls_database_verify_chain (database, tls, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER,
                                        identity, NULL, G_TLS_DATABASE_VERIFY_NONE, probe->deadline,
                                        error);
  return !error || !*error;
}

static gboolean
judge_pinned (Probe *probe, GError **error)
{
  UllimSipCertificate *certificate = probe->certificate;

  switch (ullim_certificate_judge_pinned (certificate->fingerprint, probe->pin,
                                          certificate->not_before, certificate->not_after,
                                          g_get_real_time () / G_USEC_PER_SEC)) {
  case ULLIM_PIN_OTHER:
    certificate->pinned = g_strdup (probe->pin);
    return fail (error, ULLIM_SIP_ERROR_CERTIFICATE_CHANGED,
                 "The server shows another certificate than the pinned one");
  case ULLIM_PIN_EXPIRED:
    return fail (error, ULLIM_SIP_ERROR_CERTIFICATE_INVALID, "The pinned certificate has expired");
  case ULLIM_PIN_FITS:
    break;
  }
  return TRUE;
}

static gboolean
judge (Probe *probe, GTlsCertificate *tls, GError **error)
{
  g_autoptr (GError)   reason = NULL;
  GTlsCertificateFlags flags = 0;

  if (probe->pin)
    return judge_pinned (probe, error);
  if (!verify (probe, tls, &flags, &reason)) {
    g_debug ("cannot verify: %s", reason->message);
    return fail (error, ULLIM_SIP_ERROR_TLS, reason->message);
  }
  if (flags == 0)
    return TRUE;
  /* Whatever else is wrong, no user's consent mends the dates. */
  if (!is_current (probe->certificate) ||
      flags & (G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_NOT_ACTIVATED))
    return fail (error, ULLIM_SIP_ERROR_CERTIFICATE_INVALID,
                 "The certificate has expired or is not valid yet");
  if (flags & (G_TLS_CERTIFICATE_REVOKED | G_TLS_CERTIFICATE_INSECURE))
    return fail (error, ULLIM_SIP_ERROR_CERTIFICATE_INVALID,
                 "The certificate is revoked or insecure");
  /* An authority that nobody knows may have written any name: the name says nothing then. */
  if (flags & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return fail (error, ULLIM_SIP_ERROR_CERTIFICATE_UNKNOWN,
                 "Nobody known has signed the certificate");
  if (flags & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return fail (error, ULLIM_SIP_ERROR_CERTIFICATE_INVALID, "The certificate is for another name");
  return fail (error, ULLIM_SIP_ERROR_CERTIFICATE_INVALID, "The certificate is not valid");
}

/* ---- the probe ---- */

/* Who cancelled: the caller, or the clock. */
static gboolean
fail_from_io (GTask *task, const GError *reason, UllimSipError otherwise, GError **error)
{
  UllimSipError code = otherwise;

  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), error))
      return FALSE;
    return fail (error, ULLIM_SIP_ERROR_TIMEOUT, "The server did not answer in time");
  }
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    code = ULLIM_SIP_ERROR_REFUSED;
  else if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    code = ULLIM_SIP_ERROR_TIMEOUT;
  return fail (error, code, reason->message);
}

static GSocketConnection *
connect_to (GTask *task, Probe *probe, GError **error)
{
  g_autoptr (GSocketClient)  client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string (probe->address, probe->port);
  g_autoptr (GError) reason = NULL;
  GSocketConnection *connection;

  if (!address) {
    fail (error, ULLIM_SIP_ERROR_ADDRESS, "Not a numeric address");
    return NULL;
  }
  /* Sofia uses no proxy either. */
  g_socket_client_set_enable_proxy (client, FALSE);
  connection =
      g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), probe->deadline, &reason);
  if (!connection)
    fail_from_io (task, reason, ULLIM_SIP_ERROR_UNREACHABLE, error);
  return connection;
}

static gboolean
on_accept_certificate (GTlsConnection      *connection,
                       GTlsCertificate     *certificate,
                       GTlsCertificateFlags flags,
                       gpointer             data)
{
  /* Judged after the handshake, outside it; nothing is sent over this connection. */
  return TRUE;
}

/* Returns: what the server shows, with its chain */
static GTlsCertificate *
fetch_certificate (GTask *task, Probe *probe, GSocketConnection *base, GError **error)
{
  g_autoptr (GError)    reason = NULL;
  g_autoptr (GIOStream) tls = g_tls_client_connection_new (G_IO_STREAM (base), NULL, &reason);
  GTlsCertificate      *certificate;

  if (!tls) {
    fail (error, ULLIM_SIP_ERROR_TLS, reason->message);
    return NULL;
  }
  g_tls_connection_set_database (G_TLS_CONNECTION (tls), NULL);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (on_accept_certificate), NULL);
  if (!g_tls_connection_handshake (G_TLS_CONNECTION (tls), probe->deadline, &reason)) {
    fail_from_io (task, reason, ULLIM_SIP_ERROR_TLS, error);
    return NULL;
  }
  certificate = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (tls));
  if (certificate)
    g_object_ref (certificate);
  else
    fail (error, ULLIM_SIP_ERROR_TLS, "The server shows no certificate");
  /* Says good-bye; that the server may not is its own affair. */
  g_io_stream_close (tls, probe->deadline, NULL);
  return certificate;
}

/* Thread of the task pool. */
static void
probe_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Probe                        *probe = data;
  GError                       *error = NULL;
  g_autoptr (GSocketConnection) base = connect_to (task, probe, &error);
  g_autoptr (GTlsCertificate)   tls = NULL;

  if (base)
    tls = fetch_certificate (task, probe, base, &error);
  if (tls) {
    probe->certificate = describe (tls, probe->host);
    judge (probe, tls, &error);
  }
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
on_deadline (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

static void
on_caller_cancelled (GCancellable *caller, gpointer data)
{
  g_cancellable_cancel (data);
}

static void
probe_free (gpointer data)
{
  Probe *probe = data;

  g_source_destroy (probe->timer);
  g_source_unref (probe->timer);
  g_cancellable_disconnect (probe->caller, probe->caller_handler);
  g_clear_object (&probe->caller);
  g_object_unref (probe->deadline);
  g_clear_pointer (&probe->certificate, ullim_sip_certificate_unref);
  g_free (probe->host);
  g_free (probe->address);
  g_free (probe->ca_file);
  g_free (probe->pin);
  g_free (probe);
}

static Probe *
probe_new (const UllimSipHop *hop, const char *ca_file, const char *pin)
{
  Probe *probe = g_new0 (Probe, 1);

  probe->host = hop->host[0] == '[' ? g_strndup (hop->host + 1, strcspn (hop->host + 1, "]"))
                                    : g_strdup (hop->host);
  probe->address = g_strdup (hop->address);
  probe->port = hop->port;
  probe->ca_file = g_strdup (ca_file);
  probe->pin = g_strdup (pin);
  probe->deadline = g_cancellable_new ();
  probe->timer = g_timeout_source_new_seconds (TIMEOUT_S);
  g_source_set_callback (probe->timer, on_deadline, g_object_ref (probe->deadline), g_object_unref);
  return probe;
}

void
ullim_sip_tls_check_async (const UllimSipHop  *hop,
                           const char         *ca_file,
                           const char         *pin,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Probe            *probe;

  g_return_if_fail (hop != NULL);

  g_task_set_source_tag (task, ullim_sip_tls_check_async);
  probe = probe_new (hop, ca_file, pin);
  g_task_set_task_data (task, probe, probe_free);
  g_source_attach (probe->timer, g_task_get_context (task));
  if (cancellable) {
    probe->caller = g_object_ref (cancellable);
    probe->caller_handler = g_cancellable_connect (cancellable, G_CALLBACK (on_caller_cancelled),
                                                   g_object_ref (probe->deadline), g_object_unref);
  }
  g_task_run_in_thread (task, probe_thread);
}

gboolean
ullim_sip_tls_check_finish (GAsyncResult *result, UllimSipCertificate **certificate, GError **error)
{
  Probe *probe;

  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  probe = g_task_get_task_data (G_TASK (result));
  if (certificate)
    *certificate = g_steal_pointer (&probe->certificate);
  return g_task_propagate_boolean (G_TASK (result), error);
}
