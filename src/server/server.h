/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The group server: owns every part and decides which request goes to which. One thread, Sofia's
 * own epoll loop; the database has another.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * UllimServerOptions:
 * @data_dir: the folder that "init" made
 * @listen: IP address to bind
 * @port: UDP and TCP; 0: any
 * @tls_port: TLS; 0: any
 * @http_port: XCAP without TLS; 0: any; negative: the usual one, or any where that is taken
 * @https_port: XCAP with TLS, likewise
 * @rate: requests a second from one source; 0: no limit
 * @until_eof: end when standard input ends
 */
typedef struct {
  const char *data_dir;
  const char *listen;
  guint16     port;
  guint16     tls_port;
  int         http_port;
  int         https_port;
  guint       rate;
  gboolean    until_eof;
} UllimServerOptions;

/**
 * ullim_server_run:
 *
 * Serves until SIGTERM, SIGINT, or the end of standard input where that is asked for. Prints what
 * it listens on and "ready" on standard output.
 *
 * Returns: %FALSE with @error set if it could not start
 */
gboolean ullim_server_run (const UllimServerOptions *options, GError **error);

/** ullim_server_database_path: Returns: (transfer full): where the group's database is */
char *ullim_server_database_path (const char *data_dir);

G_END_DECLS
