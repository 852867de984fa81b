/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XCAP over libsoup (RFC 4825 sections 7 and 8). Digest is ours (proto/digest): libsoup knows MD5
 * only and stumbles over a stronger offer beside it. With a pin no authority is asked, so that
 * every certificate comes before the judge.
 */
#define G_LOG_DOMAIN "xcap-client"

#include "xcap-client.h"

#include "certificate-pin.h"
#include "digest.h"
#include "ullim-config.h"
#include "xcap-address-private.h"
#include "xcap-exchange-private.h"
#include "xcap-uri.h"

#include <string.h>

/* Connections are kept this long, as changes come in bursts. */
#define IDLE_S 10
#define MAX_CONNECTIONS 2
/* Answers to a challenge in one go: the first, and one whose nonce was too old. */
#define MAX_ATTEMPTS 2
#define MAX_ETAG_BYTES 1024

struct _UllimXcapClient {
  GObject            parent_instance;
  char              *root;
  char              *address;
  char              *xui;
  char              *user;
  char              *password;
  char              *ca_file;
  char              *pin;
  SoupSession       *session;   /* owned; NULL until the first request */
  UllimDigestParams *challenge; /* owned, nullable: the last one, for the next request */
  guint32            n_uses;    /* of its nonce */
};

G_DEFINE_FINAL_TYPE (UllimXcapClient, ullim_xcap_client, G_TYPE_OBJECT)
G_DEFINE_QUARK (ullim - xcap - error - quark, ullim_xcap_error)

typedef struct {
  const char  *method; /* static */
  char        *uri;
  char        *content_type;  /* (nullable) */
  GBytes      *document;      /* (nullable) */
  char        *if_match;      /* (nullable) */
  char        *if_none_match; /* (nullable) */
  SoupMessage *message;
  guint        n_attempts; /* answers to a challenge */
  char        *etag;       /* of the answer */
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->uri);
  g_free (request->content_type);
  g_clear_pointer (&request->document, g_bytes_unref);
  g_free (request->if_match);
  g_free (request->if_none_match);
  g_clear_object (&request->message);
  g_free (request->etag);
  g_free (request);
}

static void
ullim_xcap_client_finalize (GObject *object)
{
  UllimXcapClient *self = ULLIM_XCAP_CLIENT (object);

  if (self->session)
    soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_pointer (&self->challenge, ullim_digest_params_free);
  g_free (self->root);
  g_free (self->address);
  g_free (self->xui);
  g_free (self->user);
  g_free (self->password);
  g_free (self->ca_file);
  g_free (self->pin);
  G_OBJECT_CLASS (ullim_xcap_client_parent_class)->finalize (object);
}

static void
ullim_xcap_client_class_init (UllimXcapClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_xcap_client_finalize;
}

static void
ullim_xcap_client_init (UllimXcapClient *self)
{
}

UllimXcapClient *
ullim_xcap_client_new (const UllimXcapSettings *settings)
{
  UllimXcapClient *self = g_object_new (ULLIM_TYPE_XCAP_CLIENT, NULL);

  self->root = g_strdup (settings->root);
  self->address = g_strdup (settings->address);
  self->xui = g_strdup (settings->xui);
  self->user = g_strdup (settings->user);
  self->password = g_strdup (settings->password);
  self->ca_file = g_strdup (settings->ca_file);
  self->pin = g_strdup (settings->pin);
  return self;
}

/* ---- the session ---- */

/* A certificate that no authority vouches for: only the pinned one will do. */
static gboolean
on_certificate (SoupMessage         *message,
                GTlsCertificate     *tls,
                GTlsCertificateFlags flags,
                UllimXcapClient     *self)
{
  g_autoptr (GByteArray) der = NULL;
  g_autoptr (GDateTime)  not_before = g_tls_certificate_get_not_valid_before (tls);
  g_autoptr (GDateTime)  not_after = g_tls_certificate_get_not_valid_after (tls);
  g_autofree char       *fingerprint = NULL;

  g_object_get (tls, "certificate", &der, NULL);
  if (!self->pin || !der)
    return FALSE;
  fingerprint = ullim_certificate_fingerprint (der->data, der->len);
  return ullim_certificate_judge_pinned (fingerprint, self->pin,
                                         not_before ? g_date_time_to_unix (not_before) : 0,
                                         not_after ? g_date_time_to_unix (not_after) : 0,
                                         g_get_real_time () / G_USEC_PER_SEC) == ULLIM_PIN_FITS;
}

static GSocketConnectable *
connectable_for (UllimXcapClient *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->root, G_URI_FLAGS_NONE, NULL);
  int              port = uri ? g_uri_get_port (uri) : -1;

  if (!uri || !g_uri_get_host (uri) || !self->address)
    return NULL;
  if (port <= 0)
    port = g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 ? 443 : 80;
  return ullim_xcap_address_new (g_uri_get_host (uri), self->address, port);
}

static void
make_session (UllimXcapClient *self, GTlsDatabase *database)
{
  g_autoptr (GSocketConnectable) connectable = connectable_for (self);

  if (self->session)
    return; /* another request was quicker */
  self->session = soup_session_new_with_options (
      "user-agent", "Ullim/" ULLIM_VERSION, "timeout", ULLIM_XCAP_TIMEOUT_S, "idle-timeout", IDLE_S,
      "max-conns", MAX_CONNECTIONS, "max-conns-per-host", MAX_CONNECTIONS, "remote-connectable",
      connectable, NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
  /* What is unpacked could be far bigger than what was sent. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  if (self->pin)
    soup_session_set_tls_database (self->session, NULL);
  else if (database)
    soup_session_set_tls_database (self->session, database);
}

/* ---- a request ---- */

static void on_answered (GObject *source, GAsyncResult *result, gpointer user_data);

static char *
make_credentials (UllimXcapClient *self, const Request *request)
{
  GUri            *uri = soup_message_get_uri (request->message);
  const char      *query = g_uri_get_query (uri);
  g_autofree char *target = g_strconcat (g_uri_get_path (uri), query ? "?" : NULL, query, NULL);
  g_autofree char *cnonce = g_uuid_string_random ();

  return ullim_digest_answer (self->challenge, self->user, self->password, request->method, target,
                              ++self->n_uses, cnonce);
}

/* Takes @owned over. */
static void
send_request (GTask *owned)
{
  g_autoptr (GTask)   task = owned;
  UllimXcapClient    *self = g_task_get_source_object (task);
  Request            *request = g_task_get_task_data (task);
  g_autofree char    *credentials = NULL;
  GCancellable       *cancellable = g_task_get_cancellable (task);
  SoupMessageHeaders *headers;

  g_clear_object (&request->message);
  request->message = soup_message_new (request->method, request->uri);
  if (!request->message || !soup_message_get_uri (request->message)) {
    g_task_return_new_error (task, ULLIM_XCAP_ERROR, ULLIM_XCAP_ERROR_CONNECTION,
                             "The XCAP root is not a URI");
    return;
  }
  headers = soup_message_get_request_headers (request->message);
  if (request->if_match)
    soup_message_headers_replace (headers, "If-Match", request->if_match);
  if (request->if_none_match)
    soup_message_headers_replace (headers, "If-None-Match", request->if_none_match);
  if (request->document)
    soup_message_set_request_body_from_bytes (request->message, request->content_type,
                                              request->document);
  if (self->challenge && self->password)
    credentials = make_credentials (self, request);
  if (credentials)
    soup_message_headers_replace (headers, "Authorization", credentials);
  g_signal_connect_object (request->message, "accept-certificate", G_CALLBACK (on_certificate),
                           self, 0);
  ullim_xcap_exchange_async (self->session, request->message, cancellable, on_answered,
                             g_steal_pointer (&task));
}

/* The authorities of a file are read on a thread: a file may be slow. */
static void
open_database (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError       *error = NULL;
  GTlsDatabase *database = g_tls_file_database_new (data, &error);

  if (database)
    g_task_return_pointer (task, database, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_database (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)        task = user_data;
  g_autoptr (GError)       error = NULL;
  g_autoptr (GTlsDatabase) database = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!database) {
    g_task_return_new_error (task, ULLIM_XCAP_ERROR, ULLIM_XCAP_ERROR_CERTIFICATE,
                             "The authorities cannot be read: %s", error->message);
    return;
  }
  make_session (ULLIM_XCAP_CLIENT (source), database);
  send_request (g_steal_pointer (&task));
}

/* Takes @owned over. */
static void
begin (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  UllimXcapClient  *self = g_task_get_source_object (task);
  g_autoptr (GTask) opening = NULL;

  if (!self->session && self->ca_file && !self->pin) {
    GCancellable *cancellable = g_task_get_cancellable (task);

    opening = g_task_new (self, cancellable, on_database, g_steal_pointer (&task));
    g_task_set_task_data (opening, g_strdup (self->ca_file), g_free);
    g_task_run_in_thread (opening, open_database);
    return;
  }
  make_session (self, NULL);
  send_request (g_steal_pointer (&task));
}

/* ---- its answer ---- */

static void
take_challenge (const char *name, const char *value, gpointer data)
{
  UllimDigestParams  **best = data;
  UllimDigestParams   *challenge;
  UllimDigestAlgorithm algorithm;
  UllimDigestAlgorithm best_algorithm;

  if (g_ascii_strcasecmp (name, "WWW-Authenticate") != 0)
    return;
  challenge = ullim_digest_params_parse (value);
  if (!challenge || !challenge->realm || !challenge->nonce ||
      !ullim_digest_algorithm_from_name (challenge->algorithm, &algorithm)) {
    g_clear_pointer (&challenge, ullim_digest_params_free);
    return;
  }
  if (*best && ullim_digest_algorithm_from_name ((*best)->algorithm, &best_algorithm) &&
      best_algorithm >= algorithm) {
    ullim_digest_params_free (challenge);
    return;
  }
  g_clear_pointer (best, ullim_digest_params_free);
  *best = challenge;
}

/* Whether it is worth to try again: a first challenge, or the nonce alone was wrong. */
static gboolean
take_challenges (UllimXcapClient *self, Request *request)
{
  g_autoptr (UllimDigestParams) best = NULL;
  gboolean                      had_credentials =
      soup_message_headers_get_one (soup_message_get_request_headers (request->message),
                                    "Authorization") != NULL;

  soup_message_headers_foreach (soup_message_get_response_headers (request->message),
                                take_challenge, &best);
  g_clear_pointer (&self->challenge, ullim_digest_params_free);
  self->n_uses = 0;
  if (!best || !self->password || request->n_attempts >= MAX_ATTEMPTS)
    return FALSE;
  /* A nonce that was kept from the request before may be too old without being called so. */
  if (had_credentials && !best->stale && request->n_attempts > 0)
    return FALSE;
  self->challenge = g_steal_pointer (&best);
  request->n_attempts++;
  return TRUE;
}

static char *
read_etag (const Request *request)
{
  const char *etag =
      soup_message_headers_get_one (soup_message_get_response_headers (request->message), "ETag");

  return etag && strlen (etag) <= MAX_ETAG_BYTES && g_utf8_validate (etag, -1, NULL)
             ? g_strdup (etag)
             : NULL;
}

static void
return_status (GTask *task, guint status)
{
  UllimXcapError code = ULLIM_XCAP_ERROR_REFUSED;

  if (status == SOUP_STATUS_UNAUTHORIZED)
    code = ULLIM_XCAP_ERROR_PASSWORD;
  else if (status == SOUP_STATUS_NOT_FOUND)
    code = ULLIM_XCAP_ERROR_NOT_FOUND;
  else if (status == SOUP_STATUS_PRECONDITION_FAILED)
    code = ULLIM_XCAP_ERROR_CHANGED;
  else if (status >= 500)
    code = ULLIM_XCAP_ERROR_CONNECTION; /* for now: tried again like a broken line */
  g_task_return_new_error (task, ULLIM_XCAP_ERROR, code, "HTTP status %u", status);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask)  task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = ullim_xcap_exchange_finish (result, &error);
  UllimXcapClient   *self = g_task_get_source_object (task);
  Request           *request = g_task_get_task_data (task);
  guint              status;

  if (!body) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  status = soup_message_get_status (request->message);
  g_debug ("%s %s: %u", request->method, request->uri, status);
  if (status == SOUP_STATUS_UNAUTHORIZED && take_challenges (self, request)) {
    send_request (g_steal_pointer (&task));
    return;
  }
  request->etag = read_etag (request);
  if (SOUP_STATUS_IS_SUCCESSFUL (status))
    g_task_return_pointer (task, g_steal_pointer (&body), (GDestroyNotify) g_bytes_unref);
  else if (status == SOUP_STATUS_NOT_MODIFIED && request->if_none_match)
    g_task_return_pointer (task, NULL, NULL);
  else
    return_status (task, status);
}

/* ---- what others call ---- */

static Request *
new_request (UllimXcapClient *self, GTask *task, const char *method, const char *auid)
{
  Request *request = g_new0 (Request, 1);

  request->method = method;
  request->uri = ullim_xcap_uri_build (self->root, auid, self->xui);
  g_task_set_task_data (task, request, request_free);
  return request;
}

void
ullim_xcap_client_get_async (UllimXcapClient    *self,
                             const char         *auid,
                             const char         *etag,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  GTask   *task = g_task_new (self, cancellable, callback, user_data);
  Request *request = new_request (self, task, SOUP_METHOD_GET, auid);

  g_task_set_source_tag (task, ullim_xcap_client_get_async);
  request->if_none_match = g_strdup (etag);
  begin (task);
}

GBytes *
ullim_xcap_client_get_finish (UllimXcapClient *self,
                              GAsyncResult    *result,
                              char           **etag,
                              GError         **error)
{
  Request *request = g_task_get_task_data (G_TASK (result));

  if (etag)
    *etag = g_steal_pointer (&request->etag);
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
ullim_xcap_client_put_async (UllimXcapClient    *self,
                             const char         *auid,
                             const char         *content_type,
                             GBytes             *document,
                             const char         *etag,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  GTask   *task = g_task_new (self, cancellable, callback, user_data);
  Request *request = new_request (self, task, SOUP_METHOD_PUT, auid);

  g_task_set_source_tag (task, ullim_xcap_client_put_async);
  request->content_type = g_strdup (content_type);
  request->document = g_bytes_ref (document);
  request->if_match = g_strdup (etag);
  request->if_none_match = g_strdup (etag ? NULL : "*");
  begin (task);
}

gboolean
ullim_xcap_client_put_finish (UllimXcapClient *self,
                              GAsyncResult    *result,
                              char           **etag,
                              GError         **error)
{
  Request           *request = g_task_get_task_data (G_TASK (result));
  g_autoptr (GBytes) body = g_task_propagate_pointer (G_TASK (result), error);

  if (etag)
    *etag = g_steal_pointer (&request->etag);
  return body != NULL;
}
