/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTTP/1.1 (RFC 9112) with and without TLS, for members only: whoever does not prove a password
 * (RFC 7616) gets no further than here. libmicrohttpd inside, its descriptors in Sofia's loop.
 * Main thread.
 */
#pragma once

#include "server-auth.h"
#include "server-limits.h"

#include <sofia-sip/su_wait.h>

G_BEGIN_DECLS

/** Usual ports of http and https. Clients learn the real ones over SIP. */
#define ULLIM_SERVER_HTTP_PORT 5080
#define ULLIM_SERVER_HTTPS_PORT 5081

typedef struct _UllimServerHttp UllimServerHttp;

/**
 * UllimServerHttpRequest:
 * @method: GET, PUT …
 * @target: path and query, as sent
 * @user: whose password was proved
 * @content_type: (nullable)
 * @if_match: (nullable)
 * @if_none_match: (nullable)
 * @body: what was sent; empty if nothing was
 *
 * Valid until it is answered.
 */
typedef struct {
  const char *method;
  const char *target;
  const char *user;
  const char *content_type;
  const char *if_match;
  const char *if_none_match;
  GBytes     *body;
} UllimServerHttpRequest;

/** UllimServerHttpHandler: must see to it that ullim_server_http_answer() is called, now or later
 */
typedef void (*UllimServerHttpHandler) (UllimServerHttpRequest *request, gpointer data);

/**
 * UllimServerHttpOptions:
 * @listen: IP address to bind, IPv6 without brackets
 * @port: for http; 0: any; negative: %ULLIM_SERVER_HTTP_PORT, or any where that is taken
 * @tls_port: for https, likewise
 * @certificate_dir: the folder of agent.pem and cafile.pem
 */
typedef struct {
  const char *listen;
  int         port;
  int         tls_port;
  const char *certificate_dir;
} UllimServerHttpOptions;

/**
 * ullim_server_http_open:
 * @auth: (transfer none): outlives it, as does @limits
 * @lines: what is bound is added: "http:127.0.0.1:5080", "https:…"
 *
 * Returns: (transfer full) (nullable)
 */
UllimServerHttp *ullim_server_http_open (su_root_t                    *root,
                                         const UllimServerHttpOptions *options,
                                         UllimServerAuth              *auth,
                                         UllimServerLimits            *limits,
                                         UllimServerHttpHandler        handler,
                                         gpointer                      data,
                                         GPtrArray                    *lines,
                                         GError                      **error);

/** ullim_server_http_free: nothing may be unanswered any more */
void ullim_server_http_free (UllimServerHttp *self);

/** ullim_server_http_get_port: Returns: the port of http, or of https */
guint16 ullim_server_http_get_port (UllimServerHttp *self, gboolean tls);

/** ullim_server_http_sweep: closes connections that take too long; to be called once a second */
void ullim_server_http_sweep (UllimServerHttp *self, gint64 now_s);

/**
 * ullim_server_http_answer:
 * @type: (nullable): Content-Type of @body
 * @etag: (nullable): without quotes
 * @body: (nullable)
 *
 * Frees @request.
 */
void ullim_server_http_answer (UllimServerHttpRequest *request,
                               guint                   status,
                               const char             *type,
                               const char             *etag,
                               GBytes                 *body);

G_END_DECLS
