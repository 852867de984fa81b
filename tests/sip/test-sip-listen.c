/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-listen-private.h"

#include <stdlib.h>
#include <string.h>

static guint
port_of (const char *told)
{
  return strtoul (strrchr (told, ':') + 1, NULL, 10);
}

static void
test_same_port (void)
{
  static const char *const   entries[] = {"udp:127.0.0.1:0", "tcp:127.0.0.1:0", NULL};
  g_autoptr (GError)         error = NULL;
  g_autoptr (UllimSipListen) listen = ullim_sip_listen_new (entries, &error);
  g_autofree char           *url = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (listen->told), ==, 2);
  g_assert_cmpuint (g_strv_length (listen->urls), ==, 2);
  g_assert_cmpuint (port_of (listen->told[0]), >, 0);
  g_assert_cmpuint (port_of (listen->told[0]), ==, port_of (listen->told[1]));
  url = g_strdup_printf ("sip:127.0.0.1:%u;transport=udp", port_of (listen->told[0]));
  g_assert_cmpstr (listen->urls[0], ==, url);
}

static void
test_ip6 (void)
{
  static const char *const   entries[] = {"udp:[::1]:0", NULL};
  g_autoptr (GError)         error = NULL;
  g_autoptr (UllimSipListen) listen = ullim_sip_listen_new (entries, &error);

  if (!listen) {
    g_test_skip ("no IPv6 here");
    return;
  }
  g_assert_true (g_str_has_prefix (listen->told[0], "udp:[::1]:"));
  g_assert_true (g_str_has_prefix (listen->urls[0], "sip:[::1]:"));
}

static void
test_taken (void)
{
  static const gboolean is_udp[] = {TRUE, FALSE};

  for (guint i = 0; i < G_N_ELEMENTS (is_udp); i++) {
    g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
    g_autoptr (GSocketAddress) bound = NULL;
    g_autoptr (GSocket)        socket = g_socket_new (
               G_SOCKET_FAMILY_IPV4, is_udp[i] ? G_SOCKET_TYPE_DATAGRAM : G_SOCKET_TYPE_STREAM,
               G_SOCKET_PROTOCOL_DEFAULT, NULL);
    g_autoptr (GError) error = NULL;
    g_autofree char   *entry = NULL;
    const char        *entries[] = {NULL, NULL};
    guint              port;

    g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
    if (!is_udp[i])
      g_assert_true (g_socket_listen (socket, NULL));
    bound = g_socket_get_local_address (socket, NULL);
    port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
    entries[0] = entry = g_strdup_printf ("%s:127.0.0.1:%u", is_udp[i] ? "udp" : "tcp", port);
    g_assert_null (ullim_sip_listen_new (entries, &error));
    g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_PORT_IN_USE);
  }
}

static void
test_damaged (void)
{
  static const char *const damaged[] = {
      "",
      "udp",
      "udp:",
      "udp:127.0.0.1",
      "udp:127.0.0.1:",
      "udp:name:0",
      "tls:127.0.0.1:0",
      "udp:127.0.0.1:65536",
      "udp:127.0.0.1:-1",
      "udp:[::1:0",
  };

  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++) {
    const char        *entries[] = {damaged[i], NULL};
    g_autoptr (GError) error = NULL;

    g_assert_null (ullim_sip_listen_new (entries, &error));
    g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_ADDRESS);
  }
}

/* TEST-NET: not an address of this machine. */
static void
test_elsewhere (void)
{
  static const char *const all[] = {"udp:192.0.2.1:0", "tcp:192.0.2.1:5060"};

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    const char        *entries[] = {all[i], NULL};
    g_autoptr (GError) error = NULL;

    g_assert_null (ullim_sip_listen_new (entries, &error));
    g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_PORT_IN_USE);
  }
}

static void
test_too_many (void)
{
  static const char *const entries[] = {"udp:127.0.0.1:0", "tcp:127.0.0.1:0", "udp:127.0.0.2:0",
                                        NULL};
  g_autoptr (GError)       error = NULL;

  g_assert_null (ullim_sip_listen_new (entries, &error));
  g_assert_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_ADDRESS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-listen/same-port", test_same_port);
  g_test_add_func ("/sip-listen/ip6", test_ip6);
  g_test_add_func ("/sip-listen/taken", test_taken);
  g_test_add_func ("/sip-listen/damaged", test_damaged);
  g_test_add_func ("/sip-listen/elsewhere", test_elsewhere);
  g_test_add_func ("/sip-listen/too-many", test_too_many);
  return g_test_run ();
}
