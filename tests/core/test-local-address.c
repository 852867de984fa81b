/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where others reach this computer, and a port that is free there.
 */
#include "local-address.h"

#include <gio/gio.h>

static void
test_address (void)
{
  g_autofree char         *text = ullim_local_address ();
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  g_assert_nonnull (address);
  g_assert_cmpint (g_inet_address_get_family (address), ==, G_SOCKET_FAMILY_IPV4);
  g_assert_false (g_inet_address_get_is_any (address));
}

/* A port that is taken for one of the two transports is passed over. */
static void
test_port (void)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("0.0.0.0", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocket)        socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  guint16 taken;
  guint16 found;

  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  taken = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  found = ullim_local_free_port (taken);
  g_assert_cmpuint (found, !=, taken);
  if (found != 0) {
    g_assert_cmpuint (found, >, taken);
    g_assert_cmpuint (found, <, (guint) taken + ULLIM_LOCAL_PORT_TRIES);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local-address/address", test_address);
  g_test_add_func ("/local-address/port", test_port);
  return g_test_run ();
}
