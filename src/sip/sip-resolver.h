/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where to send a request (RFC 3263): NAPTR and SRV where the address names neither port nor
 * transport, then addresses, as an ordered list of next hops. Sofia is never given a host name.
 */
#pragma once

#include <gio/gio.h>

#include "sip-error.h"

G_BEGIN_DECLS

typedef enum {
  ULLIM_SIP_UDP,
  ULLIM_SIP_TCP,
  ULLIM_SIP_TLS,
} UllimSipTransport;

/** ullim_sip_transport_name: Returns: "udp", "tcp", "tls" */
const char *ullim_sip_transport_name (UllimSipTransport transport);

/** ULLIM_SIP_MAX_HOPS: next hops kept of one look-up; the rest is dropped. */
#define ULLIM_SIP_MAX_HOPS 16

/**
 * UllimSipHop:
 * @transport: transport to use
 * @host: the name that the certificate must bear (RFC 5922 section 4): the domain that was asked
 *   for, not the SRV target; as in the URI, IPv6 in brackets
 * @address: numeric address, IPv6 without brackets
 * @port: port, never 0
 */
typedef struct {
  UllimSipTransport transport;
  char             *host;
  char             *address;
  guint16           port;
} UllimSipHop;

void ullim_sip_hop_free (UllimSipHop *hop);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimSipHop, ullim_sip_hop_free)

/**
 * ullim_sip_resolve_async:
 * @uri: SIP or SIPS URI of the next hop. Without transport, port, NAPTR and SRV: TLS 5061, then TCP
 *   and UDP 5060 are tried in this order (only TLS for sips); with a port but no transport: TCP,
 * UDP.
 */
void ullim_sip_resolve_async (const char         *uri,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);

/**
 * ullim_sip_resolve_finish:
 *
 * Returns: (transfer full) (element-type UllimSipHop) (nullable): at least one hop, best first; or
 *   %NULL with @error: %ULLIM_SIP_ERROR_NAME_NOT_FOUND; _NAME_SERVER: none answered; _OFFLINE: none
 *   could answer, this machine has no network; _ADDRESS: no SIP URI, or an unknown transport;
 *   %G_IO_ERROR_CANCELLED
 */
GPtrArray *ullim_sip_resolve_finish (GAsyncResult *result, GError **error);

G_END_DECLS
