/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sockets: UDP and TCP on one port, TLS on another. Main thread.
 */
#pragma once

#include <glib.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/su_wait.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/**
 * ullim_server_transports_open:
 * @listen: address to bind, IPv6 without brackets
 * @port: for UDP and TCP; 0: any that is free for both
 * @tls_port: for TLS; 0: any
 * @certificate_dir: the folder of agent.pem and cafile.pem
 * @callback: gets every message that belongs to no transaction of Sofia's
 * @lines: (out) (transfer full): what is bound: "udp:127.0.0.1:5060", …
 *
 * Returns: (transfer full) (nullable)
 */
nta_agent_t *ullim_server_transports_open (su_root_t         *root,
                                           const char        *listen,
                                           guint16            port,
                                           guint16            tls_port,
                                           const char        *certificate_dir,
                                           nta_message_f     *callback,
                                           nta_agent_magic_t *magic,
                                           GPtrArray        **lines,
                                           GError           **error);

/** ullim_server_transports_make_address: Returns: the length of the address in @out; 0 if @listen
 * is none */
socklen_t ullim_server_transports_make_address (const char              *listen,
                                                guint16                  port,
                                                struct sockaddr_storage *out);

G_END_DECLS
