/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A host whose address is known already: TLS sees the name, the socket the address. For xcap-client
 * only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ULLIM_TYPE_XCAP_ADDRESS (ullim_xcap_address_get_type ())
G_DECLARE_FINAL_TYPE (UllimXcapAddress, ullim_xcap_address, ULLIM, XCAP_ADDRESS, GNetworkAddress)

/** ullim_xcap_address_new: @address: IP address, without brackets; Returns: (transfer full)
 * (nullable): %NULL if it is none */
GSocketConnectable *ullim_xcap_address_new (const char *host, const char *address, guint16 port);

G_END_DECLS
