/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The XCAP client against the real ullim-server, and against servers that mean ill.
 */
#include <libsoup/soup.h>
#include <string.h>

#include "server-fixture.h"
#include "support.h"
#include "xcap-client.h"

#define LISTS "resource-lists"
#define TYPE "application/resource-lists+xml"
#define DOCUMENT "<resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\"/>"
#define OTHER_PIN                                                                                  \
  "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:"  \
  "FF"

static const char *const users[] = {"alice", "bob", NULL};

typedef struct {
  ServerFixture *server;
  char          *http;
  char          *https;
  char          *xui;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = server_fixture_new (users);
  fixture->http = g_strdup_printf ("http://127.0.0.1:%u/xcap-root", fixture->server->http_port);
  fixture->https = g_strdup_printf ("https://127.0.0.1:%u/xcap-root", fixture->server->https_port);
  fixture->xui = g_strdup_printf ("sip:alice@%s", fixture->server->domain);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  server_fixture_free (fixture->server);
  g_free (fixture->http);
  g_free (fixture->https);
  g_free (fixture->xui);
}

static UllimXcapSettings
settings_for (Fixture *fixture, const char *root)
{
  return (UllimXcapSettings){.root = root,
                             .xui = fixture->xui,
                             .user = "alice",
                             .password = "secret-alice",
                             .ca_file = fixture->server->ca_file};
}

static char *
get (UllimXcapClient *client, const char *etag, char **new_etag, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes)       body = NULL;

  ullim_xcap_client_get_async (client, LISTS, etag, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "an answer to GET");
  body = ullim_xcap_client_get_finish (client, result, new_etag, error);
  return body ? g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body)) : NULL;
}

static gboolean
put (UllimXcapClient *client, const char *text, const char *etag, char **new_etag, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes)       body = g_bytes_new (text, strlen (text));

  ullim_xcap_client_put_async (client, LISTS, TYPE, body, etag, NULL, support_async_result,
                               &result);
  support_wait_ptr ((gpointer *) &result, "an answer to PUT");
  return ullim_xcap_client_put_finish (client, result, new_etag, error);
}

static void
assert_get_fails (const UllimXcapSettings *settings, gint code)
{
  g_autoptr (UllimXcapClient) client = ullim_xcap_client_new (settings);
  g_autoptr (GError)          error = NULL;
  g_autofree char            *text = get (client, NULL, NULL, &error);

  g_assert_null (text);
  g_assert_error (error, ULLIM_XCAP_ERROR, code);
}

static void
exchange_documents (Fixture *fixture, const char *root)
{
  UllimXcapSettings  settings = settings_for (fixture, root);
  UllimXcapClient   *client = ullim_xcap_client_new (&settings);
  g_autoptr (GError) error = NULL;
  g_autofree char   *first = NULL;
  g_autofree char   *second = NULL;
  g_autofree char   *same = NULL;
  g_autofree char   *text = NULL;

  g_assert_null (get (client, NULL, NULL, &error));
  g_assert_error (error, ULLIM_XCAP_ERROR, ULLIM_XCAP_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (put (client, DOCUMENT, NULL, &first, &error));
  g_assert_no_error (error);
  g_assert_nonnull (first);
  g_assert_false (put (client, DOCUMENT, NULL, NULL, &error));
  g_assert_error (error, ULLIM_XCAP_ERROR, ULLIM_XCAP_ERROR_CHANGED);
  g_clear_error (&error);
  text = get (client, NULL, &same, &error);
  g_assert_cmpstr (text, ==, DOCUMENT);
  g_assert_cmpstr (same, ==, first);
  g_assert_null (get (client, first, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (put (client, DOCUMENT, first, &second, &error));
  g_assert_cmpstr (second, !=, first);
  g_assert_false (put (client, DOCUMENT, first, NULL, &error));
  g_assert_error (error, ULLIM_XCAP_ERROR, ULLIM_XCAP_ERROR_CHANGED);
  g_clear_error (&error);
  g_assert_false (put (client, "<no", second, NULL, &error));
  g_assert_error (error, ULLIM_XCAP_ERROR, ULLIM_XCAP_ERROR_REFUSED);
  g_assert_finalize_object (client);
}

static void
test_http (Fixture *fixture, gconstpointer data)
{
  exchange_documents (fixture, fixture->http);
}

static void
test_https (Fixture *fixture, gconstpointer data)
{
  exchange_documents (fixture, fixture->https);
}

static void
test_passwords (Fixture *fixture, gconstpointer data)
{
  UllimXcapSettings settings = settings_for (fixture, fixture->http);

  settings.password = "wrong";
  assert_get_fails (&settings, ULLIM_XCAP_ERROR_PASSWORD);
  settings.password = NULL;
  assert_get_fails (&settings, ULLIM_XCAP_ERROR_PASSWORD);
  settings.user = "bob";
  settings.password = "secret-bob";
  assert_get_fails (&settings, ULLIM_XCAP_ERROR_REFUSED); /* not his document */
}

static char *
fingerprint_of_server (Fixture *fixture)
{
  g_autofree char            *path = g_build_filename (fixture->server->dir, "agent.pem", NULL);
  g_autoptr (GTlsCertificate) tls = g_tls_certificate_new_from_file (path, NULL);
  g_autoptr (GByteArray)      der = NULL;
  g_autofree char            *hash = NULL;
  GString                    *out = g_string_new (NULL);

  g_object_get (tls, "certificate", &der, NULL);
  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  for (guint i = 0; hash[i]; i++)
    g_string_append_printf (out, "%s%c", i > 0 && i % 2 == 0 ? ":" : "", g_ascii_toupper (hash[i]));
  return g_string_free (out, FALSE);
}

static void
test_certificates (Fixture *fixture, gconstpointer data)
{
  UllimXcapSettings settings = settings_for (fixture, fixture->https);
  g_autofree char  *pin = fingerprint_of_server (fixture);
  g_autofree char  *elsewhere =
      g_strdup_printf ("https://other.test:%u/xcap-root", fixture->server->https_port);
  g_autofree char *by_domain = g_strdup_printf ("https://%s:%u/xcap-root", fixture->server->domain,
                                                fixture->server->https_port);

  settings.ca_file = NULL;
  assert_get_fails (&settings, ULLIM_XCAP_ERROR_CERTIFICATE);
  settings.pin = pin;
  assert_get_fails (&settings, ULLIM_XCAP_ERROR_NOT_FOUND);
  settings.pin = OTHER_PIN;
  assert_get_fails (&settings, ULLIM_XCAP_ERROR_CERTIFICATE);
  /* An authority that vouches for it does not make it the pinned one. */
  settings.ca_file = fixture->server->ca_file;
  assert_get_fails (&settings, ULLIM_XCAP_ERROR_CERTIFICATE);
  settings.pin = NULL;
  settings.ca_file = "/nowhere/ca.pem";
  assert_get_fails (&settings, ULLIM_XCAP_ERROR_CERTIFICATE);
  /* The address is dialled, the name is judged. */
  settings.ca_file = fixture->server->ca_file;
  settings.address = "127.0.0.1";
  settings.root = by_domain;
  assert_get_fails (&settings, ULLIM_XCAP_ERROR_NOT_FOUND);
  settings.root = elsewhere;
  assert_get_fails (&settings, ULLIM_XCAP_ERROR_CERTIFICATE);
}

static gboolean
is_gone (gpointer data)
{
  gpointer *object = data;

  return *object == NULL;
}

static void
test_connections (Fixture *fixture, gconstpointer data)
{
  UllimXcapSettings        settings = settings_for (fixture, "http://127.0.0.1:1/xcap-root");
  UllimXcapClient         *client = ullim_xcap_client_new (&settings);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  gpointer                 gone;

  assert_get_fails (&settings, ULLIM_XCAP_ERROR_CONNECTION);
  ullim_xcap_client_get_async (client, LISTS, NULL, cancellable, support_async_result, &result);
  g_cancellable_cancel (cancellable);
  support_wait_ptr ((gpointer *) &result, "a cancelled answer");
  g_assert_null (ullim_xcap_client_get_finish (client, result, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  /* libsoup lets go of a request that was cancelled a little later. */
  gone = client;
  g_object_add_weak_pointer (gone, &gone);
  g_object_unref (client);
  support_wait (is_gone, &gone, "the end of the client");
  settings.root = "no uri";
  assert_get_fails (&settings, ULLIM_XCAP_ERROR_CONNECTION);
}

/* Nonces get old, and servers are restarted: the client asks for another by itself. */
static void
test_nonces (Fixture *fixture, gconstpointer data)
{
  UllimXcapSettings  settings = settings_for (fixture, fixture->http);
  UllimXcapClient   *client = ullim_xcap_client_new (&settings);
  g_autoptr (GError) error = NULL;
  g_autofree char   *etag = NULL;

  g_assert_true (put (client, DOCUMENT, NULL, &etag, &error));
  for (guint i = 0; i < 3; i++) {
    g_autofree char *text = get (client, NULL, NULL, &error);

    g_assert_cmpstr (text, ==, DOCUMENT);
  }
  g_assert_finalize_object (client);
}

/* ---- servers that mean ill ---- */

typedef struct {
  SoupServer *soup;
  char       *root;
  guint       n_requests;
  gboolean    was_elsewhere;
  char       *authorization;
} Evil;

static void
on_elsewhere (SoupServer        *soup,
              SoupServerMessage *message,
              const char        *path,
              GHashTable        *query,
              gpointer           data)
{
  ((Evil *) data)->was_elsewhere = TRUE;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
}

static void
answer_big (SoupServerMessage *message)
{
  g_autofree char *big = g_strnfill (ULLIM_XCAP_MAX_BYTES + 1, 'x');

  soup_server_message_set_response (message, "application/xml", SOUP_MEMORY_COPY, big,
                                    ULLIM_XCAP_MAX_BYTES + 1);
}

static void
on_evil (SoupServer        *soup,
         SoupServerMessage *message,
         const char        *path,
         GHashTable        *query,
         gpointer           data)
{
  Evil               *evil = data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char         *credentials = soup_message_headers_get_one (
              soup_server_message_get_request_headers (message), "Authorization");

  evil->n_requests++;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  if (strstr (path, "redirect")) {
    soup_server_message_set_redirect (message, SOUP_STATUS_TEMPORARY_REDIRECT, "/elsewhere");
  } else if (strstr (path, "big")) {
    answer_big (message);
  } else if (strstr (path, "zip")) {
    soup_message_headers_replace (headers, "Content-Encoding", "gzip");
    soup_server_message_set_response (message, "application/xml", SOUP_MEMORY_STATIC, "\x1f\x8b",
                                      2);
  } else if (strstr (path, "silent")) {
    soup_server_message_pause (message);
  } else if (strstr (path, "basic")) {
    soup_message_headers_append (headers, "WWW-Authenticate", "Basic realm=\"x\"");
    soup_server_message_set_status (message, SOUP_STATUS_UNAUTHORIZED, NULL);
  } else {
    g_free (evil->authorization);
    evil->authorization = g_strdup (credentials);
    soup_message_headers_append (headers, "WWW-Authenticate",
                                 "Digest realm=\"x\", nonce=\"1\", algorithm=MD5, qop=\"auth\"");
    soup_message_headers_append (
        headers, "WWW-Authenticate",
        "Digest realm=\"x\", nonce=\"2\", algorithm=SHA-256, qop=\"auth\"");
    soup_message_headers_append (headers, "WWW-Authenticate",
                                 "Digest realm=\"x\", nonce=\"3\", algorithm=X, qop=\"auth\"");
    soup_server_message_set_status (message, SOUP_STATUS_UNAUTHORIZED, NULL);
  }
}

static void
evil_start (Evil *evil)
{
  GSList *uris;

  evil->soup = soup_server_new (NULL, NULL);
  soup_server_add_handler (evil->soup, "/elsewhere", on_elsewhere, evil, NULL);
  soup_server_add_handler (evil->soup, NULL, on_evil, evil, NULL);
  g_assert_true (soup_server_listen_local (evil->soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (evil->soup);
  evil->root = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
evil_stop (Evil *evil)
{
  soup_server_disconnect (evil->soup);
  g_object_unref (evil->soup);
  g_free (evil->root);
  g_free (evil->authorization);
}

static void
assert_evil (const char *path, gint code, Evil *evil)
{
  g_autofree char  *root = g_strconcat (evil->root, path, NULL);
  UllimXcapSettings settings = {
      .root = root, .xui = "sip:alice@group.test", .user = "alice", .password = "very-secret"};

  evil->n_requests = 0;
  assert_get_fails (&settings, code);
}

static void
test_evil (void)
{
  Evil evil = {0};

  evil_start (&evil);
  assert_evil ("redirect", ULLIM_XCAP_ERROR_REFUSED, &evil);
  g_assert_false (evil.was_elsewhere);
  assert_evil ("big", ULLIM_XCAP_ERROR_REFUSED, &evil);
  assert_evil ("basic", ULLIM_XCAP_ERROR_PASSWORD, &evil);
  g_assert_cmpuint (evil.n_requests, ==, 1);
  /* One that never is content: twice, with the strongest that is known, and no more. */
  assert_evil ("never", ULLIM_XCAP_ERROR_PASSWORD, &evil);
  g_assert_cmpuint (evil.n_requests, ==, 2);
  g_assert_nonnull (strstr (evil.authorization, "nonce=\"2\""));
  g_assert_null (strstr (evil.authorization, "very-secret"));
  evil_stop (&evil);
}

/* What is packed is not unpacked. */
static void
test_packed (void)
{
  Evil                        evil = {0};
  g_autofree char            *root = NULL;
  UllimXcapSettings           settings = {.xui = "sip:alice@group.test", .user = "alice"};
  g_autoptr (UllimXcapClient) client = NULL;
  g_autoptr (GError)          error = NULL;
  g_autofree char            *text = NULL;

  evil_start (&evil);
  settings.root = root = g_strconcat (evil.root, "zip", NULL);
  client = ullim_xcap_client_new (&settings);
  text = get (client, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "\x1f\x8b");
  evil_stop (&evil);
}

static void
test_silence (void)
{
  Evil evil = {0};

  if (!g_getenv ("ULLIM_TEST_SLOW")) {
    g_test_skip ("takes the 20 s of the time limit; ULLIM_TEST_SLOW is not set");
    return;
  }
  evil_start (&evil);
  assert_evil ("silent", ULLIM_XCAP_ERROR_CONNECTION, &evil);
  evil_stop (&evil);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/xcap-client/http", test_http);
  ADD ("/xcap-client/https", test_https);
  ADD ("/xcap-client/passwords", test_passwords);
  ADD ("/xcap-client/certificates", test_certificates);
  ADD ("/xcap-client/connections", test_connections);
  ADD ("/xcap-client/nonces", test_nonces);
  g_test_add_func ("/xcap-client/evil", test_evil);
  g_test_add_func ("/xcap-client/packed", test_packed);
  g_test_add_func ("/xcap-client/silence", test_silence);
  return g_test_run ();
}
