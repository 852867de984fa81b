/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two daemons of libmicrohttpd, one with TLS. Each has an epoll descriptor of its own, which
 * Sofia's loop watches; nothing here ever waits. A request is read to its end before it is judged
 * aloud, since whoever is refused in the middle of sending hears a broken connection instead.
 */
#define G_LOG_DOMAIN "server-http"

#include "server-http.h"

#include "server-log.h"
#include "server-sqlite.h"
#include "server-transports.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Rounds in one go while there is work, before the SIP side has its turn again. */
#define MAX_ROUNDS 4
#define LISTEN_BACKLOG 64

typedef struct {
  UllimServerHttp   *http; /* weak */
  struct MHD_Daemon *mhd;
  su_timer_t        *timer; /* work that no descriptor tells of */
  int                wake_index;
  guint16            port;
} Daemon;

struct _UllimServerHttp {
  su_root_t             *root;
  UllimServerAuth       *auth;   /* weak */
  UllimServerLimits     *limits; /* weak */
  UllimServerHttpHandler handler;
  gpointer               data;
  Daemon                 daemons[2];  /* http, https */
  GHashTable            *connections; /* (owned): set of Connection */
};

typedef struct {
  int      fd;
  gint64   since_s; /* of the connection, or of the last answer */
  gboolean is_closed;
} Connection;

typedef struct {
  UllimServerHttpRequest public;
  UllimServerHttp       *http;   /* weak */
  Daemon                *daemon; /* weak */
  struct MHD_Connection *connection;
  GByteArray            *received; /* owned */
  gsize                  n_sent;   /* bytes of the body so far, kept or not */
  char                  *target;   /* owned */
  char                  *user;     /* owned, nullable */
  gboolean               is_begun;
  gboolean               is_stale;
  gboolean               is_handled; /* the handler has it */
  gboolean               is_waiting; /* suspended until it is answered */
  guint                  status;     /* of the answer; 0: none yet */
  struct MHD_Response   *answer;     /* owned, nullable */
} Request;

/* ---- in Sofia's loop ---- */

static void on_timer (su_root_magic_t *magic, su_timer_t *timer, su_timer_arg_t *arg);

static void
run_soon (Daemon *daemon, guint64 wait_ms)
{
  su_timer_set_interval (daemon->timer, on_timer, (su_timer_arg_t *) daemon, MAX (wait_ms, 1));
}

/* What TLS has read ahead, time-outs, and who may go on show at no descriptor: the library says
 * when. */
static void
run (Daemon *daemon)
{
  MHD_UNSIGNED_LONG_LONG wait_ms = 0;
  gboolean               has_wait = TRUE;

  for (guint i = 0; i < MAX_ROUNDS && has_wait && wait_ms == 0; i++) {
    MHD_run (daemon->mhd);
    has_wait = MHD_get_timeout (daemon->mhd, &wait_ms) == MHD_YES;
  }
  su_timer_reset (daemon->timer);
  if (has_wait)
    run_soon (daemon, wait_ms);
}

static void
on_timer (su_root_magic_t *magic, su_timer_t *timer, su_timer_arg_t *arg)
{
  run ((Daemon *) arg);
}

/* ---- answers ---- */

static void
free_bytes (void *bytes)
{
  g_bytes_unref (bytes);
}

static struct MHD_Response *
make_response (GBytes *body)
{
  gsize       size;
  const void *data;

  if (!body)
    return MHD_create_response_from_buffer (0, NULL, MHD_RESPMEM_PERSISTENT);
  data = g_bytes_get_data (body, &size);
  return MHD_create_response_from_buffer_with_free_callback_cls (size, (void *) data, free_bytes,
                                                                 g_bytes_ref (body));
}

static enum MHD_Result
reply (Request *request)
{
  enum MHD_Result result =
      MHD_queue_response (request->connection, request->status, request->answer);

  ullim_server_event ("http method=%s user=%s status=%u", request->public.method,
                      request->user ? request->user : "-", request->status);
  g_clear_pointer (&request->answer, MHD_destroy_response);
  return result;
}

static enum MHD_Result
refuse (Request *request, guint status)
{
  request->status = status;
  request->answer = make_response (NULL);
  if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
    MHD_add_response_header (request->answer, MHD_HTTP_HEADER_RETRY_AFTER, "5");
  return reply (request);
}

static enum MHD_Result
challenge (Request *request)
{
  const char *user_agent = MHD_lookup_connection_value (request->connection, MHD_HEADER_KIND,
                                                        MHD_HTTP_HEADER_USER_AGENT);
  char       *values[ULLIM_SERVER_N_ALGORITHMS];
  guint       n =
      ullim_server_auth_challenge (request->http->auth, user_agent, request->is_stale, values);

  request->status = MHD_HTTP_UNAUTHORIZED;
  request->answer = make_response (NULL);
  for (guint i = 0; i < n; i++) {
    MHD_add_response_header (request->answer, MHD_HTTP_HEADER_WWW_AUTHENTICATE, values[i]);
    g_free (values[i]);
  }
  return reply (request);
}

void
ullim_server_http_answer (UllimServerHttpRequest *request,
                          guint                   status,
                          const char             *type,
                          const char             *etag,
                          GBytes                 *body)
{
  Request         *self = (Request *) request;
  g_autofree char *quoted = etag ? g_strdup_printf ("\"%s\"", etag) : NULL;

  self->status = status;
  self->answer = make_response (body);
  if (type)
    MHD_add_response_header (self->answer, MHD_HTTP_HEADER_CONTENT_TYPE, type);
  if (quoted)
    MHD_add_response_header (self->answer, MHD_HTTP_HEADER_ETAG, quoted);
  if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
    MHD_add_response_header (self->answer, MHD_HTTP_HEADER_ALLOW, "GET, HEAD, PUT, DELETE");
  if (self->is_waiting) {
    MHD_resume_connection (self->connection);
    run_soon (self->daemon, 0);
  }
}

/* ---- judging a request ---- */

/* As SIP counts: an address without its port, so that both share one count. */
static char *
source_host (struct MHD_Connection *connection)
{
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  char  host[SU_ADDRSIZE + 2] = "";
  char *bare;

  if (!info)
    return g_strdup ("?");
  su_inet_ntop (info->client_addr->sa_family,
                info->client_addr->sa_family == AF_INET6
                    ? (void *) &((struct sockaddr_in6 *) info->client_addr)->sin6_addr
                    : (void *) &((struct sockaddr_in *) info->client_addr)->sin_addr,
                host, sizeof host);
  bare = g_str_has_prefix (host, "::ffff:") ? host + strlen ("::ffff:") : host;
  return strchr (bare, ':') ? g_strdup_printf ("[%s]", bare) : g_strdup (bare);
}

static gboolean
take (Request *request, const char *counted, double cost)
{
  return ullim_server_limits_take (request->http->limits, counted, cost, g_get_monotonic_time ());
}

/* Sets request->user if a password is proved. Returns FALSE if the source asks too often. */
static gboolean
authenticate (Request *request)
{
  g_autofree char *source = source_host (request->connection);
  const char      *header = MHD_lookup_connection_value (request->connection, MHD_HEADER_KIND,
                                                         MHD_HTTP_HEADER_AUTHORIZATION);
  const UllimServerAccount *account;

  if (!take (request, source, 1))
    return FALSE;
  account = ullim_server_auth_check_http (request->http->auth, header, request->public.method,
                                          request->target, &request->is_stale);
  if (account) {
    request->user = g_strdup (account->name);
    take (request, source, -2); /* for itself and for the one that was challenged */
  } else if (header && !request->is_stale) {
    ullim_server_event ("wrong-password source=%s", source);
    take (request, source, ULLIM_SERVER_WRONG_PASSWORD_COST);
  }
  return TRUE;
}

/* A big document costs more than a small one: it is read as XML in one go. */
static gboolean
is_within_rate (Request *request)
{
  g_autofree char *counted = g_strconcat ("account:", request->user, NULL);
  double           cost = 1 + (double) request->received->len / ULLIM_SERVER_HTTP_BYTES_PER_REQUEST;

  return take (request, counted, cost / ULLIM_SERVER_MEMBER_FACTOR);
}

static gboolean
declares_too_much (struct MHD_Connection *connection)
{
  const char *length =
      MHD_lookup_connection_value (connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

  return length && g_ascii_strtoull (length, NULL, 10) > ULLIM_SERVER_MAX_DOCUMENT;
}

static enum MHD_Result
begin (Request *request, const char *method)
{
  request->is_begun = TRUE;
  request->public.method = method;
  if (!authenticate (request))
    return refuse (request, MHD_HTTP_SERVICE_UNAVAILABLE);
  if (declares_too_much (request->connection))
    return refuse (request, MHD_HTTP_CONTENT_TOO_LARGE);
  return MHD_YES;
}

/* Who has not proved a password may send, as it does not know yet, but nothing of it is kept. */
static enum MHD_Result
receive (Request *request, const char *data, gsize *size)
{
  request->n_sent += *size;
  if (request->n_sent > ULLIM_SERVER_MAX_DOCUMENT)
    return MHD_NO; /* closes the connection */
  if (request->user)
    g_byte_array_append (request->received, (const guint8 *) data, *size);
  *size = 0;
  return MHD_YES;
}

static const char *
header (Request *request, const char *name)
{
  return MHD_lookup_connection_value (request->connection, MHD_HEADER_KIND, name);
}

static enum MHD_Result
handle (Request *request)
{
  UllimServerHttpRequest *public = &request->public;

  if (!request->user)
    return challenge (request);
  if (!is_within_rate (request))
    return refuse (request, MHD_HTTP_SERVICE_UNAVAILABLE);
  request->is_handled = TRUE;
  public->target = request->target;
  public->user = request->user;
  public->content_type = header (request, MHD_HTTP_HEADER_CONTENT_TYPE);
  public->if_match = header (request, MHD_HTTP_HEADER_IF_MATCH);
  public->if_none_match = header (request, MHD_HTTP_HEADER_IF_NONE_MATCH);
  public->body = g_byte_array_free_to_bytes (g_steal_pointer (&request->received));
  request->http->handler (public, request->http->data);
  if (request->status)
    return reply (request);
  request->is_waiting = TRUE;
  MHD_suspend_connection (request->connection);
  return MHD_YES;
}

/* ---- what libmicrohttpd calls ---- */

static void *
on_line (void *data, const char *target, struct MHD_Connection *connection)
{
  Request *request = g_new0 (Request, 1);

  request->daemon = data;
  request->http = request->daemon->http;
  request->connection = connection;
  request->target = g_strdup (target);
  request->received = g_byte_array_new ();
  return request;
}

static enum MHD_Result
on_access (void                  *data,
           struct MHD_Connection *connection,
           const char            *url,
           const char            *method,
           const char            *version,
           const char            *upload_data,
           size_t                *upload_size,
           void                 **state)
{
  Request *request = *state;

  if (!request->is_begun)
    return begin (request, method);
  if (*upload_size > 0)
    return receive (request, upload_data, upload_size);
  return request->is_handled ? reply (request) : handle (request);
}

static Connection *
get_connection (struct MHD_Connection *connection)
{
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

  return info ? info->socket_context : NULL;
}

static void
on_completed (void                           *data,
              struct MHD_Connection          *connection,
              void                          **state,
              enum MHD_RequestTerminationCode code)
{
  Request    *request = *state;
  Connection *line = get_connection (connection);

  if (line)
    line->since_s = g_get_monotonic_time () / G_USEC_PER_SEC;
  if (!request)
    return;
  g_clear_pointer (&request->received, g_byte_array_unref);
  g_clear_pointer (&request->public.body, g_bytes_unref);
  g_clear_pointer (&request->answer, MHD_destroy_response);
  g_free (request->target);
  g_free (request->user);
  g_free (request);
  *state = NULL;
}

static void
on_connection (void                               *data,
               struct MHD_Connection              *connection,
               void                              **context,
               enum MHD_ConnectionNotificationCode code)
{
  UllimServerHttp *self = ((Daemon *) data)->http;

  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    Connection *line = g_new0 (Connection, 1);

    line->fd = info ? info->connect_fd : -1;
    line->since_s = g_get_monotonic_time () / G_USEC_PER_SEC;
    g_hash_table_add (self->connections, line);
    *context = line;
  } else {
    g_hash_table_remove (self->connections, *context);
    *context = NULL;
  }
}

static void
on_log (void *data, const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);

  ullim_server_event ("http-library says=\"%s\"", g_strchomp (text));
}

void
ullim_server_http_sweep (UllimServerHttp *self, gint64 now_s)
{
  GHashTableIter iter;
  gpointer       key;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    Connection *line = key;

    if (line->is_closed || now_s - line->since_s <= ULLIM_SERVER_HTTP_REQUEST_S)
      continue;
    /* The library reads the end and cleans up; the descriptor stays its own. */
    line->is_closed = TRUE;
    shutdown (line->fd, SHUT_RDWR);
    ullim_server_event ("closed http=%d why=slow", line->fd);
  }
}

static int
on_wake (su_root_magic_t *magic, su_wait_t *wait, su_wakeup_arg_t *arg)
{
  run ((Daemon *) arg);
  return 0;
}

static void
watch (Daemon *daemon)
{
  const union MHD_DaemonInfo *info = MHD_get_daemon_info (daemon->mhd, MHD_DAEMON_INFO_EPOLL_FD);
  su_wait_t                   wait[1] = {SU_WAIT_INIT};

  if (su_wait_create (wait, info->epoll_fd, SU_WAIT_IN) < 0)
    g_error ("cannot watch descriptor %d", info->epoll_fd);
  daemon->wake_index =
      su_root_register (daemon->http->root, wait, on_wake, (su_wakeup_arg_t *) daemon, 0);
  daemon->timer = su_timer_create (su_root_task (daemon->http->root), 0);
}

/* ---- start and end ---- */

static int
listen_on (const char *host, guint16 *port, GError **error)
{
  struct sockaddr_storage address;
  socklen_t               length = ullim_server_transports_make_address (host, *port, &address);
  int fd = socket (address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int one = 1;

  if (fd >= 0)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (length == 0 || fd < 0 || bind (fd, (struct sockaddr *) &address, length) != 0 ||
      listen (fd, LISTEN_BACKLOG) != 0 ||
      getsockname (fd, (struct sockaddr *) &address, &length) != 0) {
    g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_LISTEN,
                 "Cannot listen on %s port %u (HTTP): %s.", host, *port, g_strerror (errno));
    if (fd >= 0)
      close (fd);
    return -1;
  }
  *port = ntohs (address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *) &address)->sin6_port
                                               : ((struct sockaddr_in *) &address)->sin_port);
  return fd;
}

/* A negative @wished is the usual port, or another. */
static int
listen_somewhere (const char *host, int wished, guint16 usual, guint16 *port, GError **error)
{
  int fd;

  *port = wished < 0 ? usual : wished;
  fd = listen_on (host, port, wished < 0 ? NULL : error);
  if (fd >= 0 || wished >= 0)
    return fd;
  *port = 0;
  return listen_on (host, port, error);
}

static struct MHD_Daemon *
start_mhd (Daemon *daemon, int fd, const char *key, const char *chain)
{
  struct MHD_OptionItem tls[] = {
      {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *) key},
      {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *) chain},
      {MHD_OPTION_END, 0, NULL},
  };

  return MHD_start_daemon (
      MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (key ? MHD_USE_TLS : 0), 0,
      NULL, NULL, on_access, daemon, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
      MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, on_line, daemon,
      MHD_OPTION_NOTIFY_COMPLETED, on_completed, daemon, MHD_OPTION_NOTIFY_CONNECTION,
      on_connection, daemon, MHD_OPTION_CONNECTION_LIMIT, ULLIM_SERVER_MAX_HTTP_CONNECTIONS,
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, ULLIM_SERVER_MAX_HTTP_CONNECTIONS_EACH,
      MHD_OPTION_CONNECTION_TIMEOUT, ULLIM_SERVER_HTTP_SILENCE_S,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) ULLIM_SERVER_MAX_HTTP_HEAD,
      MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY, key ? tls : tls + 2, MHD_OPTION_END);
}

/* The intermediate certificates stand in another file; where they do not fit the leaf, or there are
 * none, it goes alone. */
static struct MHD_Daemon *
start_tls (Daemon *daemon, int fd, const char *dir, GError **error)
{
  g_autofree char   *leaf_path = g_build_filename (dir, "agent.pem", NULL);
  g_autofree char   *rest_path = g_build_filename (dir, "cafile.pem", NULL);
  g_autofree char   *leaf = NULL;
  g_autofree char   *rest = NULL;
  g_autofree char   *chain = NULL;
  struct MHD_Daemon *mhd;
  gsize              length = 0;

  if (!g_file_get_contents (leaf_path, &leaf, &length, error))
    return NULL;
  g_file_get_contents (rest_path, &rest, NULL, NULL);
  chain = g_strconcat (leaf, "\n", rest, NULL);
  mhd = start_mhd (daemon, fd, leaf, chain);
  if (!mhd)
    mhd = start_mhd (daemon, fd, leaf, leaf);
  OPENSSL_cleanse (leaf, length);
  OPENSSL_cleanse (chain, length);
  return mhd;
}

static gboolean
open_daemon (Daemon                       *daemon,
             gboolean                      tls,
             const UllimServerHttpOptions *options,
             GPtrArray                    *lines,
             GError                      **error)
{
  int fd;

  fd = listen_somewhere (options->listen, tls ? options->tls_port : options->port,
                         tls ? ULLIM_SERVER_HTTPS_PORT : ULLIM_SERVER_HTTP_PORT, &daemon->port,
                         error);
  if (fd < 0)
    return FALSE;
  daemon->mhd = tls ? start_tls (daemon, fd, options->certificate_dir, error)
                    : start_mhd (daemon, fd, NULL, NULL);
  if (!daemon->mhd) {
    if (error && !*error)
      g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_LISTEN,
                   "The HTTP library refuses port %u or the certificate in %s.", daemon->port,
                   options->certificate_dir);
    close (fd);
    return FALSE;
  }
  watch (daemon);
  g_ptr_array_add (lines,
                   g_strdup_printf (strchr (options->listen, ':') ? "%s:[%s]:%u" : "%s:%s:%u",
                                    tls ? "https" : "http", options->listen, daemon->port));
  return TRUE;
}

UllimServerHttp *
ullim_server_http_open (su_root_t                    *root,
                        const UllimServerHttpOptions *options,
                        UllimServerAuth              *auth,
                        UllimServerLimits            *limits,
                        UllimServerHttpHandler        handler,
                        gpointer                      data,
                        GPtrArray                    *lines,
                        GError                      **error)
{
  UllimServerHttp *self = g_new0 (UllimServerHttp, 1);

  self->root = root;
  self->auth = auth;
  self->limits = limits;
  self->handler = handler;
  self->data = data;
  self->connections = g_hash_table_new_full (NULL, NULL, g_free, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (self->daemons); i++) {
    self->daemons[i].http = self;
    if (!open_daemon (&self->daemons[i], i == 1, options, lines, error)) {
      ullim_server_http_free (self);
      return NULL;
    }
  }
  return self;
}

void
ullim_server_http_free (UllimServerHttp *self)
{
  if (!self)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (self->daemons); i++) {
    Daemon *daemon = &self->daemons[i];

    if (!daemon->mhd)
      continue;
    su_root_deregister (self->root, daemon->wake_index);
    su_timer_destroy (daemon->timer);
    MHD_run (daemon->mhd); /* the last answers */
    MHD_stop_daemon (daemon->mhd);
  }
  g_hash_table_unref (self->connections);
  g_free (self);
}

guint16
ullim_server_http_get_port (UllimServerHttp *self, gboolean tls)
{
  return self->daemons[tls ? 1 : 0].port;
}
