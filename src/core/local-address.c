/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connecting a datagram socket sends nothing, but lets the system choose the source address.
 */
#define G_LOG_DOMAIN "local-address"

#include "local-address.h"

#include <gio/gio.h>

/* An address of the documentation range (RFC 5737): routed like any other, reached by nobody. */
#define FAR_ADDRESS "192.0.2.1"
#define FAR_PORT 5060

char *
ullim_local_address (void)
{
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) far = g_inet_socket_address_new_from_string (FAR_ADDRESS, FAR_PORT);
  g_autoptr (GSocketAddress) near = NULL;

  if (socket && g_socket_connect (socket, far, NULL, NULL))
    near = g_socket_get_local_address (socket, NULL);
  if (!near)
    return g_strdup ("127.0.0.1");
  return g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (near)));
}

static gboolean
is_free (GSocketType type, GSocketProtocol protocol, guint16 port)
{
  g_autoptr (GSocket)        socket = g_socket_new (G_SOCKET_FAMILY_IPV4, type, protocol, NULL);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("0.0.0.0", port);

  return socket && g_socket_bind (socket, address, FALSE, NULL);
}

guint16
ullim_local_free_port (guint16 wanted)
{
  for (guint port = wanted; port < (guint) wanted + ULLIM_LOCAL_PORT_TRIES && port <= G_MAXUINT16;
       port++)
    if (is_free (G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, (guint16) port) &&
        is_free (G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, (guint16) port))
      return (guint16) port;
  return 0;
}
