/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each request passes, in this order: repetition, rate, form, route, method, domain, password. The
 * first that objects answers.
 */
#define G_LOG_DOMAIN "server"

#include "server.h"

#include "server-accounts.h"
#include "server-auth.h"
#include "server-bindings.h"
#include "server-certificates.h"
#include "server-connections.h"
#include "server-db.h"
#include "server-documents.h"
#include "server-echo.h"
#include "server-fork.h"
#include "server-guard.h"
#include "server-http.h"
#include "server-limits.h"
#include "server-log.h"
#include "server-offline.h"
#include "server-presence-agent.h"
#include "server-proxy.h"
#include "server-registrar.h"
#include "server-request.h"
#include "server-transports.h"
#include "server-xcap-diff.h"
#include "server-xcap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_util.h>
#include <sofia-sip/su_log.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define TICK_MS 200
#define SWEEP_TICKS 5           /* one second */
#define FLUSH_TICKS 10          /* two seconds */
#define RETRY_TICKS (30 * 5)    /* half a minute */
#define EXPIRE_TICKS (3600 * 5) /* one hour */
/* A server that is just ending is waited for. */
#define LOCK_WAIT_US (3 * G_USEC_PER_SEC)
#define LOCK_PAUSE_US (G_USEC_PER_SEC / 10)

#define ALLOWED_METHODS                                                                            \
  "REGISTER, MESSAGE, INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, SUBSCRIBE, NOTIFY, " \
  "PUBLISH, REFER"

typedef struct {
  char                     *domain;
  su_root_t                *root;
  nta_agent_t              *nta;
  su_timer_t               *timer;
  guint                     ticks;
  UllimServerDb            *db;
  UllimServerAccounts      *accounts;
  UllimServerAuth          *auth;
  UllimServerBindings      *bindings;
  UllimServerConnections   *connections;
  UllimServerLimits        *limits;
  UllimServerReplies       *replies;
  UllimServerForks         *forks;
  UllimServerOffline       *offline;
  UllimServerDocuments     *documents;
  UllimServerXcap          *xcap;
  UllimServerXcapDiff      *xcap_diff;
  UllimServerHttp          *http;
  UllimServerProxy         *proxy;
  UllimServerEcho          *echo;
  UllimServerPresenceAgent *agent;
  int                       lock_fd;
} Server;

char *
ullim_server_database_path (const char *data_dir)
{
  return g_build_filename (data_dir, "server.db", NULL);
}

/* ---- judging a request ---- */

static gboolean
is_own_domain (Server *self, const url_t *url)
{
  return (url->url_type == url_sip || url->url_type == url_sips) && url->url_host &&
         g_ascii_strcasecmp (url->url_host, self->domain) == 0;
}

static void
refuse (UllimServerRequest *request, int status, const char *phrase)
{
  ullim_server_event ("refused method=%s source=%s status=%d",
                      request->sip->sip_request->rq_method_name, request->source, status);
  if (request->sip->sip_request->rq_method != sip_method_ack)
    ullim_server_request_reply (request, status, phrase ? phrase : sip_status_phrase (status),
                                TAG_END ());
}

static void
challenge (Server *self, UllimServerRequest *request, gboolean stale)
{
  const sip_t *sip = request->sip;
  char        *values[ULLIM_SERVER_N_ALGORITHMS];
  gboolean     is_register = sip->sip_request->rq_method == sip_method_register;
  guint        n = ullim_server_auth_challenge (
             self->auth, sip->sip_user_agent ? sip->sip_user_agent->g_string : NULL, stale, values);

  G_STATIC_ASSERT (ULLIM_SERVER_N_ALGORITHMS == 2);
  if (is_register)
    ullim_server_request_reply (
        request, SIP_401_UNAUTHORIZED, SIPTAG_WWW_AUTHENTICATE_STR (values[0]),
        TAG_IF (n > 1, SIPTAG_WWW_AUTHENTICATE_STR (values[1])), TAG_END ());
  else
    ullim_server_request_reply (
        request, SIP_407_PROXY_AUTH_REQUIRED, SIPTAG_PROXY_AUTHENTICATE_STR (values[0]),
        TAG_IF (n > 1, SIPTAG_PROXY_AUTHENTICATE_STR (values[1])), TAG_END ());
  for (guint i = 0; i < n; i++)
    g_free (values[i]);
}

/* Strangers are counted by address; who is registered from this very port is counted alone, so that
 * strangers behind the same address take nothing away. */
static gboolean
may_ask (Server *self, UllimServerRequest *request, double cost)
{
  char counted[ULLIM_SERVER_FLOW_SIZE];

  ullim_server_request_flow (request, counted);
  if (!ullim_server_bindings_has_flow (self->bindings, counted))
    ullim_server_request_source_host (request, counted);
  return ullim_server_limits_take (self->limits, counted, cost, g_get_monotonic_time ());
}

/* Sets request->user, or challenges and returns FALSE. Who proves a password is counted under the
 * own name instead of the address: a whole house may share one. */
static gboolean
authenticate (Server *self, UllimServerRequest *request)
{
  const sip_t      *sip = request->sip;
  gboolean          is_register = sip->sip_request->rq_method == sip_method_register;
  const msg_auth_t *credentials =
      is_register ? sip->sip_authorization : sip->sip_proxy_authorization;
  const UllimServerAccount *account;
  g_autofree char          *counted = NULL;
  gboolean                  stale;

  account =
      ullim_server_auth_check (self->auth, credentials, sip->sip_request, request->key, &stale);
  if (!account) {
    if (credentials && !stale) {
      ullim_server_event ("wrong-password source=%s", request->source);
      may_ask (self, request, ULLIM_SERVER_WRONG_PASSWORD_COST);
    }
    challenge (self, request, stale);
    return FALSE;
  }
  may_ask (self, request, -2); /* for itself and for the one that was challenged */
  counted = g_strconcat ("account:", account->name, NULL);
  if (!ullim_server_limits_take (self->limits, counted, 1.0 / ULLIM_SERVER_MEMBER_FACTOR,
                                 g_get_monotonic_time ())) {
    ullim_server_request_reply (request, 503, "Too Many Requests", SIPTAG_RETRY_AFTER_STR ("5"),
                                TAG_END ());
    return FALSE;
  }
  request->user = g_strdup (account->name);
  return TRUE;
}

static gboolean
is_user (const url_t *url, const char *name)
{
  return url->url_user && name && strcmp (url->url_user, name) == 0;
}

/* ---- methods ---- */

static void
handle_register (Server *self, UllimServerRequest *request)
{
  const sip_t *sip = request->sip;

  if (!is_own_domain (self, sip->sip_to->a_url)) {
    refuse (request, 403, "Not Our Domain");
    return;
  }
  if (sip->sip_require && !sip_has_feature (sip->sip_require, "outbound")) {
    ullim_server_request_reply (request, SIP_420_BAD_EXTENSION,
                                SIPTAG_UNSUPPORTED ((sip_unsupported_t *) sip->sip_require),
                                TAG_END ());
    return;
  }
  if (!authenticate (self, request))
    return;
  if (!is_user (sip->sip_to->a_url, request->user)) {
    refuse (request, 403, "Not Your Address");
    return;
  }
  if (ullim_server_registrar_handle (self->bindings, request))
    ullim_server_offline_deliver (self->offline, request->user);
}

static void
handle_options (UllimServerRequest *request)
{
  ullim_server_request_reply (request, SIP_200_OK, SIPTAG_ALLOW_STR (ALLOWED_METHODS),
                              SIPTAG_ACCEPT_STR ("*/*"), TAG_END ());
}

/* Takes the request over. */
static void
handle_to_person (Server *self, UllimServerRequest *request)
{
  const url_t     *url = request->sip->sip_request->rq_url;
  sip_method_t     method = request->sip->sip_request->rq_method;
  g_autofree char *name = g_strdup (url->url_user);

  if (strcmp (name, ULLIM_SERVER_ECHO) == 0)
    ullim_server_echo_handle (self->echo, request);
  else if (method == sip_method_message)
    ullim_server_proxy_message (self->proxy, request, name);
  else
    ullim_server_proxy_request (self->proxy, request, name);
}

static gboolean
exists (Server *self, const char *name)
{
  return strcmp (name, ULLIM_SERVER_ECHO) == 0 ||
         ullim_server_accounts_find (self->accounts, name) != NULL;
}

/* A request outside of dialogs that is not REGISTER. Returns FALSE if it was answered here. */
static gboolean
admit_member (Server *self, UllimServerRequest *request)
{
  const sip_t *sip = request->sip;

  if (!is_own_domain (self, sip->sip_request->rq_url) ||
      !is_own_domain (self, sip->sip_from->a_url)) {
    refuse (request, 403, "Relaying Is Not Offered");
    return FALSE;
  }
  if (!authenticate (self, request))
    return FALSE;
  if (!is_user (sip->sip_from->a_url, request->user)) {
    refuse (request, 403, "From Is Not Your Address");
    return FALSE;
  }
  return TRUE;
}

/* One that is for a person. */
static gboolean
admit (Server *self, UllimServerRequest *request)
{
  const sip_t *sip = request->sip;
  const url_t *url = sip->sip_request->rq_url;

  if (!admit_member (self, request))
    return FALSE;
  if (!url->url_user || !exists (self, url->url_user)) {
    refuse (request, 404, NULL);
    return FALSE;
  }
  if (sip->sip_payload && sip->sip_payload->pl_len > ULLIM_SERVER_MAX_BODY) {
    refuse (request, 413, NULL);
    return FALSE;
  }
  return TRUE;
}

static void
handle_subscribe (Server *self, UllimServerRequest *request)
{
  if (admit_member (self, request))
    ullim_server_subscriptions_handle (ullim_server_presence_agent_get_subscriptions (self->agent),
                                       request);
}

static void
handle_publish (Server *self, UllimServerRequest *request)
{
  if (!admit_member (self, request))
    return;
  if (is_user (request->sip->sip_request->rq_url, request->user))
    ullim_server_presence_agent_publish (self->agent, request);
  else
    refuse (request, 403, "Not Your Address");
}

/* In one of our own dialogs. From another place than before the password is asked for. */
static void
handle_in_subscription (Server *self, UllimServerRequest *request)
{
  UllimServerSubscriptions *subscriptions =
      ullim_server_presence_agent_get_subscriptions (self->agent);

  if (ullim_server_subscriptions_trusts (subscriptions, request) || authenticate (self, request))
    ullim_server_subscriptions_handle_in_dialog (subscriptions, request);
}

/* Inside a dialog, or an ACK. Takes the request over. */
static void
dispatch_in_dialog (Server *self, UllimServerRequest *owned)
{
  g_autoptr (UllimServerRequest) request = owned;
  sip_method_t                   method = request->sip->sip_request->rq_method;

  if (method != sip_method_ack &&
      ullim_server_subscriptions_owns (ullim_server_presence_agent_get_subscriptions (self->agent),
                                       request->sip))
    handle_in_subscription (self, request);
  else if (request->sip->sip_route)
    ullim_server_proxy_in_dialog (self->proxy, g_steal_pointer (&request));
  else if (method != sip_method_ack)
    refuse (request, 481, NULL);
}

/* Takes the request over. */
static void
dispatch (Server *self, UllimServerRequest *owned)
{
  g_autoptr (UllimServerRequest) request = owned;
  const sip_t                   *sip = request->sip;
  sip_method_t                   method = sip->sip_request->rq_method;

  if (sip->sip_route && !ullim_server_proxy_is_own_route (self->proxy, sip->sip_route)) {
    refuse (request, 403, "Relaying Is Not Offered");
    return;
  }
  if (sip->sip_to->a_tag || method == sip_method_ack) {
    dispatch_in_dialog (self, g_steal_pointer (&request));
    return;
  }
  while (sip->sip_route && ullim_server_proxy_is_own_route (self->proxy, sip->sip_route))
    sip_route_remove (request->msg, request->sip); /* a client's outbound proxy entry */
  if (sip->sip_route) {
    refuse (request, 403, "Relaying Is Not Offered");
    return;
  }
  switch (method) {
  case sip_method_register:
    handle_register (self, request);
    break;
  case sip_method_cancel:
    refuse (request, 481, NULL); /* Sofia matched it with no INVITE */
    break;
  case sip_method_subscribe:
    handle_subscribe (self, request);
    break;
  case sip_method_publish:
    handle_publish (self, request);
    break;
  default:
    if (method == sip_method_options && !sip->sip_request->rq_url->url_user)
      handle_options (request);
    else if (admit (self, request))
      handle_to_person (self, g_steal_pointer (&request));
  }
}

static gboolean
is_well_formed (Server *self, UllimServerRequest *request)
{
  const sip_t *sip = request->sip;

  if (sip->sip_max_forwards && sip->sip_max_forwards->mf_count == 0) {
    refuse (request, 483, NULL);
    return FALSE;
  }
  if (ullim_server_proxy_loops (self->proxy, sip)) {
    refuse (request, 482, NULL);
    return FALSE;
  }
  if (sip->sip_proxy_require) {
    ullim_server_request_reply (request, SIP_420_BAD_EXTENSION,
                                SIPTAG_UNSUPPORTED ((sip_unsupported_t *) sip->sip_proxy_require),
                                TAG_END ());
    return FALSE;
  }
  return TRUE;
}

/* Over the rate nothing is answered over UDP: answers to a forged source are its victim's load. */
static gboolean
is_within_rate (Server *self, UllimServerRequest *request)
{
  if (may_ask (self, request, 1))
    return TRUE;
  ullim_server_event ("dropped source=%s why=rate", request->source);
  if (ullim_server_request_is_stream (request) &&
      request->sip->sip_request->rq_method != sip_method_ack)
    ullim_server_request_reply (request, 503, "Too Many Requests", SIPTAG_RETRY_AFTER_STR ("5"),
                                TAG_END ());
  return FALSE;
}

static void
on_request (Server *self, UllimServerRequest *owned)
{
  g_autoptr (UllimServerRequest) request = owned;
  sip_method_t                   method = request->sip->sip_request->rq_method;
  gint64                         now_s = g_get_monotonic_time () / G_USEC_PER_SEC;

  if (ullim_server_request_is_stream (request)) {
    ullim_server_connections_heard (self->connections, request->source, now_s);
  } else if (method != sip_method_invite && method != sip_method_ack &&
             !ullim_server_replies_begin (self->replies, request->key, now_s)) {
    ullim_server_request_repeat (request);
    return;
  }
  if (is_within_rate (self, request) && is_well_formed (self, request))
    dispatch (self, g_steal_pointer (&request));
}

static void
on_answer (Server *self, msg_t *msg, sip_t *sip)
{
  if (ullim_server_subscriptions_take (ullim_server_presence_agent_get_subscriptions (self->agent),
                                       sip))
    msg_destroy (msg);
  else
    ullim_server_proxy_stray_response (self->proxy, msg, sip);
}

static int
on_message (nta_agent_magic_t *magic, nta_agent_t *nta, msg_t *msg, sip_t *sip)
{
  Server *self = (Server *) magic;

  if (sip->sip_status)
    on_answer (self, msg, sip);
  else
    on_request (self, ullim_server_request_new (nta, self->replies, msg, sip));
  return 0;
}

/* ---- upkeep ---- */

static gboolean
account_exists (const char *name, gpointer data)
{
  return ullim_server_accounts_find (((Server *) data)->accounts, name) != NULL;
}

/* Devices that know an old password only must not go on receiving. */
static gboolean
password_is_the_same (const char *name, gpointer data)
{
  const UllimServerAccount *account =
      ullim_server_accounts_find (((Server *) data)->accounts, name);

  return account && !account->renewed;
}

static void
on_accounts_reloaded (gpointer data)
{
  Server *self = data;

  ullim_server_bindings_retain (self->bindings, password_is_the_same, self);
  ullim_server_offline_retain (self->offline, account_exists, self);
  ullim_server_presence_agent_retain (self->agent, account_exists, password_is_the_same, self);
  ullim_server_documents_reload (self->documents);
}

static void
on_file_changed (gpointer data)
{
  Server *self = data;

  ullim_server_accounts_reload (self->accounts, self->db, on_accounts_reloaded, self);
}

static gboolean
connection_belongs (const char *source, gpointer data)
{
  Server          *self = data;
  g_autofree char *tcp = g_strconcat ("tcp:", source, NULL);
  g_autofree char *tls = g_strconcat ("tls:", source, NULL);

  return ullim_server_bindings_has_flow (self->bindings, tcp) ||
         ullim_server_bindings_has_flow (self->bindings, tls);
}

static void
on_tick (su_root_magic_t *magic, su_timer_t *timer, su_timer_arg_t *arg)
{
  Server *self = (Server *) arg;
  gint64  now_us = g_get_monotonic_time ();

  self->ticks++;
  ullim_server_forks_tick (self->forks, now_us);
  if (self->ticks % SWEEP_TICKS == 0) {
    ullim_server_bindings_sweep (self->bindings, g_get_real_time () / G_USEC_PER_SEC);
    ullim_server_connections_sweep (self->connections, connection_belongs, self,
                                    now_us / G_USEC_PER_SEC);
    ullim_server_limits_sweep (self->limits, now_us);
    ullim_server_echo_tick (self->echo, now_us / G_USEC_PER_SEC);
    ullim_server_presence_agent_tick (self->agent, now_us / G_USEC_PER_SEC);
    ullim_server_http_sweep (self->http, now_us / G_USEC_PER_SEC);
  }
  if (self->ticks % FLUSH_TICKS == 0)
    ullim_server_bindings_flush (self->bindings, self->db);
  if (self->ticks % RETRY_TICKS == 0)
    ullim_server_offline_retry (self->offline);
  if (self->ticks % EXPIRE_TICKS == 0) {
    ullim_server_offline_expire (self->offline);
    ullim_server_presence_agent_expire (self->agent);
  }
}

static int
on_signal (su_root_magic_t *magic, su_wait_t *wait, su_wakeup_arg_t *arg)
{
  Server *self = (Server *) arg;

  su_root_break (self->root);
  return 0;
}

static int
on_input (su_root_magic_t *magic, su_wait_t *wait, su_wakeup_arg_t *arg)
{
  Server *self = (Server *) arg;
  char    ignored[256];

  if (read (STDIN_FILENO, ignored, sizeof ignored) <= 0)
    su_root_break (self->root);
  return 0;
}

static void
watch_descriptor (Server *self, int fd, su_wakeup_f callback)
{
  su_wait_t wait[1] = {SU_WAIT_INIT};

  if (su_wait_create (wait, fd, SU_WAIT_IN | SU_WAIT_HUP) < 0 ||
      su_root_register (self->root, wait, callback, (su_wakeup_arg_t *) self, 0) < 0)
    g_error ("cannot watch descriptor %d", fd);
}

/* ---- start and end ---- */

/* Signals are read from a descriptor, so that they end the loop and interrupt nothing. */
static int
block_signals (void)
{
  sigset_t set;

  signal (SIGPIPE, SIG_IGN);
  sigemptyset (&set);
  sigaddset (&set, SIGTERM);
  sigaddset (&set, SIGINT);
  sigprocmask (SIG_BLOCK, &set, NULL);
  return signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Each person may hold a connection. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit (RLIMIT_NOFILE, &limit);
  }
}

static void
ignore_log (void *stream, char const *format, va_list arguments)
{
}

/* Two servers of one folder would deliver every waiting message twice. */
static gboolean
lock_folder (Server *self, const char *data_dir, GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, "server.lock", NULL);
  gint64           end_us = g_get_monotonic_time () + LOCK_WAIT_US;

  self->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock_fd < 0) {
    g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_FILE, "Cannot open %s: %s.", path,
                 g_strerror (errno));
    return FALSE;
  }
  while (flock (self->lock_fd, LOCK_EX | LOCK_NB) != 0) {
    if (g_get_monotonic_time () > end_us) {
      g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_EXISTS,
                   "Another ullim-server already serves the group in %s.", data_dir);
      return FALSE;
    }
    g_usleep (LOCK_PAUSE_US);
  }
  return TRUE;
}

static gboolean
open_http (Server *self, const UllimServerOptions *options, GPtrArray *lines, GError **error)
{
  UllimServerHttpOptions http = {options->listen, options->http_port, options->https_port,
                                 options->data_dir};

  self->xcap = ullim_server_xcap_new (self->domain, self->documents);
  self->http = ullim_server_http_open (self->root, &http, self->auth, self->limits,
                                       ullim_server_xcap_handle, self->xcap, lines, error);
  return self->http != NULL;
}

static char *
xcap_root (Server *self, gboolean secure)
{
  return g_strdup_printf ("%s://%s:%u" ULLIM_SERVER_XCAP_PATH, secure ? "https" : "http",
                          self->domain, ullim_server_http_get_port (self->http, secure));
}

/* The domain stands in for the address: devices connect to where their SIP goes. */
static void
open_xcap_diff (Server *self)
{
  g_autofree char *root = xcap_root (self, FALSE);
  g_autofree char *secure_root = xcap_root (self, TRUE);

  self->xcap_diff = ullim_server_xcap_diff_new (self->domain, root, secure_root, self->documents);
  ullim_server_subscriptions_add_package (
      ullim_server_presence_agent_get_subscriptions (self->agent),
      ullim_server_xcap_diff_package (), self->xcap_diff);
}

static gboolean
open_parts (Server *self, const UllimServerOptions *options, GPtrArray **lines, GError **error)
{
  g_autofree char              *path = ullim_server_database_path (options->data_dir);
  g_autoptr (UllimServerSqlite) sqlite = ullim_server_sqlite_open (path, FALSE, error);

  if (!sqlite)
    return FALSE;
  self->domain = ullim_server_sqlite_setting (sqlite, "domain");
  if (!self->domain) {
    g_set_error_literal (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_DATABASE,
                         "The database names no domain: run \"ullim-server init\" again.");
    return FALSE;
  }
  if (!ullim_server_certificates_make (options->data_dir, self->domain, error))
    return FALSE;
  self->nta = ullim_server_transports_open (self->root, options->listen, options->port,
                                            options->tls_port, options->data_dir, on_message,
                                            (nta_agent_magic_t *) self, lines, error);
  if (!self->nta || !lock_folder (self, options->data_dir, error))
    return FALSE;
  self->accounts = ullim_server_accounts_new (sqlite);
  self->auth = ullim_server_auth_new (self->domain, self->accounts);
  self->bindings = ullim_server_bindings_new (sqlite);
  self->connections = ullim_server_connections_new ();
  self->limits = ullim_server_limits_new (options->rate);
  self->replies = ullim_server_replies_new ();
  self->forks = ullim_server_forks_new (self->nta);
  self->offline = ullim_server_offline_new (sqlite, self->nta, self->forks, self->bindings);
  self->documents = ullim_server_documents_new (sqlite);
  self->agent = ullim_server_presence_agent_new (self->root, self->nta, self->domain, sqlite,
                                                 self->accounts, self->documents);
  self->db = ullim_server_db_new (self->root, g_steal_pointer (&sqlite));
  ullim_server_offline_set_db (self->offline, self->db);
  ullim_server_documents_set_db (self->documents, self->db);
  ullim_server_presence_agent_set_db (self->agent, self->db);
  self->proxy = ullim_server_proxy_new (self->nta, self->forks, self->bindings, self->offline);
  self->echo = ullim_server_echo_new (self->root, self->nta, self->domain, self->offline);
  ullim_server_db_watch (self->db, on_file_changed, self);
  ullim_server_offline_expire (self->offline);
  if (!open_http (self, options, *lines, error))
    return FALSE;
  open_xcap_diff (self);
  return TRUE;
}

/* The last commits happen while the parts they report to are there. */
static void
close_parts (Server *self)
{
  if (self->db) {
    ullim_server_bindings_flush (self->bindings, self->db);
    ullim_server_db_drain (self->db);
  }
  ullim_server_http_free (self->http);
  ullim_server_xcap_free (self->xcap);
  ullim_server_presence_agent_free (self->agent);
  ullim_server_xcap_diff_free (self->xcap_diff);
  ullim_server_echo_free (self->echo);
  ullim_server_forks_free (self->forks);
  ullim_server_db_free (self->db);
  ullim_server_proxy_free (self->proxy);
  ullim_server_offline_free (self->offline);
  ullim_server_documents_free (self->documents);
  ullim_server_bindings_free (self->bindings);
  ullim_server_connections_free (self->connections);
  ullim_server_auth_free (self->auth);
  ullim_server_accounts_free (self->accounts);
  ullim_server_limits_free (self->limits);
  nta_agent_destroy (self->nta);
  ullim_server_replies_free (self->replies);
  g_free (self->domain);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
}

static void
announce (GPtrArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    printf ("listening %s\n", (char *) g_ptr_array_index (lines, i));
  printf ("ready\n");
  fflush (stdout);
}

gboolean
ullim_server_run (const UllimServerOptions *options, GError **error)
{
  Server                self = {.lock_fd = -1};
  g_autoptr (GPtrArray) lines = NULL;
  int                   signal_fd = block_signals ();
  gboolean              opened;

  raise_descriptor_limit ();
  ullim_server_guard_init ();
  su_init ();
  su_log_redirect (NULL, ignore_log, NULL);
  self.root = su_root_create ((su_root_magic_t *) &self);
  opened = open_parts (&self, options, &lines, error);
  if (opened) {
    watch_descriptor (&self, signal_fd, on_signal);
    if (options->until_eof)
      watch_descriptor (&self, STDIN_FILENO, on_input);
    self.timer = su_timer_create (su_root_task (self.root), TICK_MS);
    su_timer_set_for_ever (self.timer, on_tick, (su_timer_arg_t *) &self);
    announce (lines);
    su_root_run (self.root);
    su_timer_destroy (self.timer);
  }
  close_parts (&self);
  su_root_destroy (self.root);
  su_deinit ();
  close (signal_fd);
  return opened;
}
