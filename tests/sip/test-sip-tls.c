/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The probe against real TLS servers on loopback, with every kind of certificate.
 */
#include "certificates.h"
#include "sip-tls.h"
#include "support.h"

#include <string.h>

#define DAY_S (24 * 60 * 60)
#define DEADLINE_S 10

typedef struct {
  char               *dir;
  char               *ca_file;
  SupportCertificate *authority;
  GSocketService     *service;
  GTlsCertificate    *tls;
  GSocketConnection  *silent; /* kept open, never answered */
  guint16             port;
} Fixture;

static void
on_handshake (GObject *source, GAsyncResult *result, gpointer data)
{
  /* The client may hang up in the middle: not what is tested here. */
  g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL);
  g_object_unref (source);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Fixture   *fixture = data;
  GIOStream *tls = g_tls_server_connection_new (G_IO_STREAM (connection), fixture->tls, NULL);

  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, NULL, on_handshake,
                                    NULL);
  return TRUE;
}

static guint16
listen_on_loopback (GSocketListener *listener)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError)         error = NULL;

  g_socket_listener_add_address (listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                 &bound, &error);
  g_assert_no_error (error);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->dir = support_temp_dir ();
  fixture->authority = support_certificate_new (NULL, "Our CA", NULL, -DAY_S, DAY_S);
  fixture->ca_file = g_build_filename (fixture->dir, "ca.pem", NULL);
  g_file_set_contents (fixture->ca_file, support_certificate_get_pem (fixture->authority), -1,
                       &error);
  g_assert_no_error (error);
  fixture->service = g_socket_service_new ();
  fixture->port = listen_on_loopback (G_SOCKET_LISTENER (fixture->service));
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_socket_service_stop (fixture->service);
  g_socket_listener_close (G_SOCKET_LISTENER (fixture->service));
  g_object_unref (fixture->service);
  g_clear_object (&fixture->tls);
  g_clear_object (&fixture->silent);
  support_certificate_free (fixture->authority);
  support_temp_dir_free (fixture->dir);
  g_free (fixture->ca_file);
}

static void
serve (Fixture *fixture, const SupportCertificate *certificate)
{
  fixture->tls = support_certificate_to_tls (certificate);
  g_signal_connect (fixture->service, "incoming", G_CALLBACK (on_incoming), fixture);
}

static gboolean
check (Fixture              *fixture,
       const char           *host,
       const char           *ca_file,
       const char           *pin,
       UllimSipCertificate **certificate,
       GError              **error)
{
  UllimSipHop hop = {ULLIM_SIP_TLS, (char *) host, (char *) "127.0.0.1", fixture->port};
  g_autoptr (GAsyncResult) result = NULL;

  ullim_sip_tls_check_async (&hop, ca_file, pin, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the probe");
  return ullim_sip_tls_check_finish (result, certificate, error);
}

/* Who signs it. */
typedef enum {
  OUR_CA,
  UNKNOWN_CA,
  ITSELF,
} Signer;

#define TRUSTED (-1)

static const struct {
  const char *name;
  Signer      signer;
  const char *host;
  const char *alt_names;
  glong       from_s, to_s;
  int         verdict;
} cases[] = {
    {"right-name", OUR_CA, "sip.test", "DNS:other.test,DNS:sip.test", -DAY_S, DAY_S, TRUSTED},
    {"case", OUR_CA, "Sip.Test", "DNS:sip.test", -DAY_S, DAY_S, TRUSTED},
    {"wildcard", OUR_CA, "a.sip.test", "DNS:*.sip.test", -DAY_S, DAY_S, TRUSTED},
    {"wildcard-too-deep", OUR_CA, "a.b.sip.test", "DNS:*.sip.test", -DAY_S, DAY_S,
     ULLIM_SIP_ERROR_CERTIFICATE_INVALID},
    {"ipv4", OUR_CA, "127.0.0.1", "DNS:sip.test,IP:127.0.0.1", -DAY_S, DAY_S, TRUSTED},
    {"ipv6", OUR_CA, "[::1]", "IP:::1", -DAY_S, DAY_S, TRUSTED},
    {"ip-of-another", OUR_CA, "127.0.0.1", "IP:127.0.0.2", -DAY_S, DAY_S,
     ULLIM_SIP_ERROR_CERTIFICATE_INVALID},
    {"ip-as-name", OUR_CA, "127.0.0.1", "DNS:sip.test", -DAY_S, DAY_S,
     ULLIM_SIP_ERROR_CERTIFICATE_INVALID},
    {"wrong-name", OUR_CA, "sip.test", "DNS:evil.test", -DAY_S, DAY_S,
     ULLIM_SIP_ERROR_CERTIFICATE_INVALID},
    {"expired", OUR_CA, "sip.test", "DNS:sip.test", -DAY_S, -60,
     ULLIM_SIP_ERROR_CERTIFICATE_INVALID},
    {"not-yet", OUR_CA, "sip.test", "DNS:sip.test", DAY_S / 2, DAY_S,
     ULLIM_SIP_ERROR_CERTIFICATE_INVALID},
    {"unknown-ca", UNKNOWN_CA, "sip.test", "DNS:sip.test", -DAY_S, DAY_S,
     ULLIM_SIP_ERROR_CERTIFICATE_UNKNOWN},
    {"unknown-ca-wrong-name", UNKNOWN_CA, "sip.test", "DNS:evil.test", -DAY_S, DAY_S,
     ULLIM_SIP_ERROR_CERTIFICATE_UNKNOWN},
    {"unknown-ca-expired", UNKNOWN_CA, "sip.test", "DNS:sip.test", -DAY_S, -60,
     ULLIM_SIP_ERROR_CERTIFICATE_INVALID},
    {"self-signed", ITSELF, "sip.test", "DNS:sip.test", -DAY_S, DAY_S,
     ULLIM_SIP_ERROR_CERTIFICATE_UNKNOWN},
    {"self-signed-expired", ITSELF, "sip.test", "DNS:sip.test", -DAY_S, -60,
     ULLIM_SIP_ERROR_CERTIFICATE_INVALID},
};

static SupportCertificate *
make_certificate (Fixture *fixture, guint i)
{
  g_autoptr (SupportCertificate) unknown =
      support_certificate_new (NULL, "Their CA", NULL, -DAY_S, DAY_S);
  const SupportCertificate *issuer = cases[i].signer == OUR_CA       ? fixture->authority
                                     : cases[i].signer == UNKNOWN_CA ? unknown
                                                                     : NULL;

  return support_certificate_new (issuer, "The server", cases[i].alt_names, cases[i].from_s,
                                  cases[i].to_s);
}

static void
test_verdict (Fixture *fixture, gconstpointer data)
{
  guint                           i = GPOINTER_TO_UINT (data);
  g_autoptr (SupportCertificate)  made = make_certificate (fixture, i);
  g_autoptr (UllimSipCertificate) certificate = NULL;
  g_autoptr (GError)              error = NULL;
  gboolean                        trusted;

  serve (fixture, made);
  trusted = check (fixture, cases[i].host, fixture->ca_file, NULL, &certificate, &error);
  if (cases[i].verdict == TRUSTED)
    g_assert_no_error (error);
  else
    g_assert_error (error, ULLIM_SIP_ERROR, cases[i].verdict);
  g_assert_true (trusted == (cases[i].verdict == TRUSTED));
  /* It is shown in any case. */
  g_assert_nonnull (certificate);
  g_assert_cmpstr (certificate->pem, ==, support_certificate_get_pem (made));
}

static void
test_fields (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SupportCertificate) made =
      support_certificate_new (fixture->authority, "울림 서버", "DNS:sip.test", -DAY_S, DAY_S);
  g_autoptr (UllimSipCertificate) certificate = NULL;
  g_autoptr (UllimSipCertificate) second = NULL;
  g_autoptr (GError)              error = NULL;
  gint64                          now = g_get_real_time () / G_USEC_PER_SEC;

  serve (fixture, made);
  g_assert_true (check (fixture, "sip.test", fixture->ca_file, NULL, &certificate, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (certificate->subject, ==, "울림 서버");
  g_assert_cmpstr (certificate->issuer, ==, "Our CA");
  g_assert_cmpstr (certificate->host, ==, "sip.test");
  g_assert_cmpint (ABS (certificate->not_before - (now - DAY_S)), <, 60);
  g_assert_cmpint (ABS (certificate->not_after - (now + DAY_S)), <, 60);
  g_assert_true (
      g_regex_match_simple ("^[0-9A-F]{2}(:[0-9A-F]{2}){31}$", certificate->fingerprint, 0, 0));
  g_assert_null (certificate->pinned);
  second = ullim_sip_certificate_ref (certificate);
  g_assert_true (second == certificate);
}

static void
test_no_common_name (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SupportCertificate) made = support_certificate_new (
      fixture->authority, NULL, "DNS:first.test,DNS:b.test", -DAY_S, DAY_S);
  g_autoptr (UllimSipCertificate) certificate = NULL;

  serve (fixture, made);
  g_assert_true (check (fixture, "b.test", fixture->ca_file, NULL, &certificate, NULL));
  g_assert_cmpstr (certificate->subject, ==, "first.test");
}

/* A name that tries to write on the dialog's next line. */
static void
test_hostile_name (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SupportCertificate) made =
      support_certificate_new (NULL, "bank\nVerified: yes", "DNS:sip.test", -DAY_S, DAY_S);
  g_autoptr (UllimSipCertificate) certificate = NULL;

  serve (fixture, made);
  g_assert_false (check (fixture, "sip.test", fixture->ca_file, NULL, &certificate, NULL));
  g_assert_cmpstr (certificate->subject, ==, "bank Verified: yes");
}

/* Without a file the system's authorities decide, and they do not know ours. */
static void
test_system (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SupportCertificate) made =
      support_certificate_new (fixture->authority, "x", "DNS:sip.test", -DAY_S, DAY_S);
  g_autoptr (GError) error = NULL;

  serve (fixture, made);
  g_assert_false (check (fixture, "sip.test", NULL, NULL, NULL, &error));
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CERTIFICATE_UNKNOWN);
}

static void
test_ca_file_missing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SupportCertificate) made =
      support_certificate_new (fixture->authority, "x", "DNS:sip.test", -DAY_S, DAY_S);
  g_autofree char   *missing = g_build_filename (fixture->dir, "none.pem", NULL);
  g_autoptr (GError) error = NULL;

  serve (fixture, made);
  g_assert_false (check (fixture, "sip.test", missing, NULL, NULL, &error));
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_TLS);
}

static void
test_pin (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SupportCertificate) made =
      support_certificate_new (NULL, "self", "DNS:elsewhere.test", -DAY_S, DAY_S);
  g_autoptr (UllimSipCertificate) first = NULL;
  g_autoptr (UllimSipCertificate) second = NULL;
  g_autoptr (UllimSipCertificate) third = NULL;
  g_autofree char                *other = NULL;
  g_autoptr (GError)              error = NULL;

  serve (fixture, made);
  g_assert_false (check (fixture, "sip.test", fixture->ca_file, NULL, &first, NULL));
  g_assert_true (
      check (fixture, "sip.test", fixture->ca_file, first->fingerprint, &second, &error));
  g_assert_no_error (error);
  g_assert_null (second->pinned);

  other = g_strdup (first->fingerprint);
  other[0] = other[0] == 'A' ? 'B' : 'A';
  g_assert_false (check (fixture, "sip.test", fixture->ca_file, other, &third, &error));
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CERTIFICATE_CHANGED);
  g_assert_cmpstr (third->pinned, ==, other);
  g_assert_cmpstr (third->fingerprint, ==, first->fingerprint);
}

/* A pin is not outvoted by an authority. */
static void
test_pin_changed_but_signed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SupportCertificate) made =
      support_certificate_new (fixture->authority, "x", "DNS:sip.test", -DAY_S, DAY_S);
  g_autoptr (GError) error = NULL;

  serve (fixture, made);
  g_assert_false (check (fixture, "sip.test", fixture->ca_file, "00:11", NULL, &error));
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CERTIFICATE_CHANGED);
}

static void
test_pin_expired (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SupportCertificate) made =
      support_certificate_new (NULL, "self", "DNS:sip.test", -DAY_S, -60);
  g_autoptr (UllimSipCertificate) first = NULL;
  g_autoptr (GError)              error = NULL;

  serve (fixture, made);
  g_assert_false (check (fixture, "sip.test", fixture->ca_file, NULL, &first, NULL));
  g_assert_false (check (fixture, "sip.test", fixture->ca_file, first->fingerprint, NULL, &error));
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CERTIFICATE_INVALID);
}

/* The server sends the authority between; the file holds only the root. */
static void
test_intermediate (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SupportCertificate) between =
      support_certificate_new (fixture->authority, "Between", NULL, -DAY_S, DAY_S);
  g_autoptr (SupportCertificate) leaf =
      support_certificate_new (between, "x", "DNS:sip.test", -DAY_S, DAY_S);
  g_autofree char *pem =
      g_strconcat (support_certificate_get_pem (leaf), support_certificate_get_key (leaf),
                   support_certificate_get_pem (between), NULL);
  g_autoptr (GError) error = NULL;

  fixture->tls = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->service, "incoming", G_CALLBACK (on_incoming), fixture);
  g_assert_true (check (fixture, "sip.test", fixture->ca_file, NULL, NULL, &error));
  g_assert_no_error (error);
}

/* Sofia sends no server name: a server with several must show the probe the same certificate. */
static gboolean
on_hello (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  guint8 hello[4096];
  gssize length = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                                       hello, sizeof hello, NULL, NULL);

  g_assert_cmpint (length, >, 0);
  g_assert_null (memmem (hello, length, "sip.test", strlen ("sip.test")));
  return TRUE;
}

static void
test_no_server_name (Fixture *fixture, gconstpointer data)
{
  g_signal_connect (fixture->service, "incoming", G_CALLBACK (on_hello), NULL);
  g_assert_false (check (fixture, "sip.test", fixture->ca_file, NULL, NULL, NULL));
}

/* ---- servers that are none ---- */

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimSipCertificate) certificate = NULL;
  g_autoptr (GError)              error = NULL;

  g_socket_service_stop (fixture->service);
  g_socket_listener_close (G_SOCKET_LISTENER (fixture->service));
  g_assert_false (check (fixture, "sip.test", fixture->ca_file, NULL, &certificate, &error));
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_REFUSED);
  g_assert_null (certificate);
}

static gboolean
on_plain_text (GSocketService    *service,
               GSocketConnection *connection,
               GObject           *source,
               gpointer           data)
{
  const char *hello = "SIP/2.0 400 Bad Request\r\n\r\n";

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), hello,
                             strlen (hello), NULL, NULL, NULL);
  return TRUE;
}

static gboolean
on_hang_up (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  return TRUE;
}

static void
check_no_tls (Fixture *fixture, GCallback on_connection)
{
  g_autoptr (GError) error = NULL;

  g_signal_connect (fixture->service, "incoming", on_connection, NULL);
  g_assert_false (check (fixture, "sip.test", fixture->ca_file, NULL, NULL, &error));
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_TLS);
}

static void
test_plain_text (Fixture *fixture, gconstpointer data)
{
  check_no_tls (fixture, G_CALLBACK (on_plain_text));
}

static void
test_hang_up (Fixture *fixture, gconstpointer data)
{
  check_no_tls (fixture, G_CALLBACK (on_hang_up));
}

static gboolean
on_silence (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  g_set_object (&((Fixture *) data)->silent, connection);
  return TRUE;
}

static void
test_silent (Fixture *fixture, gconstpointer data)
{
  gint64             start = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  g_signal_connect (fixture->service, "incoming", G_CALLBACK (on_silence), fixture);
  g_assert_false (check (fixture, "sip.test", fixture->ca_file, NULL, NULL, &error));
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_TIMEOUT);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, (DEADLINE_S - 1) * G_USEC_PER_SEC);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  UllimSipHop hop = {ULLIM_SIP_TLS, (char *) "sip.test", (char *) "127.0.0.1", fixture->port};
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  g_signal_connect (fixture->service, "incoming", G_CALLBACK (on_silence), fixture);
  ullim_sip_tls_check_async (&hop, fixture->ca_file, NULL, cancellable, support_async_result,
                             &result);
  support_wait_ptr ((gpointer *) &fixture->silent, "the connection");
  g_cancellable_cancel (cancellable);
  support_wait_ptr ((gpointer *) &result, "the end of the probe");
  g_assert_false (ullim_sip_tls_check_finish (result, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_bad_address (Fixture *fixture, gconstpointer data)
{
  UllimSipHop              hop = {ULLIM_SIP_TLS, (char *) "sip.test", (char *) "sip.test", 5061};
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  ullim_sip_tls_check_async (&hop, NULL, NULL, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the refusal");
  g_assert_false (ullim_sip_tls_check_finish (result, NULL, &error));
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_ADDRESS);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/sip-tls/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ())) {
    g_print ("1..0 # SKIP GIO has no TLS here (glib-networking)\n");
    return 0;
  }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/sip-tls/verdict/", cases[i].name, NULL);

    g_test_add (path, Fixture, GUINT_TO_POINTER (i), fixture_set_up, test_verdict,
                fixture_tear_down);
  }
  ADD ("fields", test_fields);
  ADD ("no-common-name", test_no_common_name);
  ADD ("hostile-name", test_hostile_name);
  ADD ("system", test_system);
  ADD ("ca-file-missing", test_ca_file_missing);
  ADD ("pin", test_pin);
  ADD ("pin-changed-but-signed", test_pin_changed_but_signed);
  ADD ("pin-expired", test_pin_expired);
  ADD ("intermediate", test_intermediate);
  ADD ("no-server-name", test_no_server_name);
  ADD ("refused", test_refused);
  ADD ("plain-text", test_plain_text);
  ADD ("hang-up", test_hang_up);
  ADD ("silent", test_silent);
  ADD ("cancelled", test_cancelled);
  ADD ("bad-address", test_bad_address);
  return g_test_run ();
}
