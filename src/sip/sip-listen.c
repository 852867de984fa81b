/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Local addresses: reads the entries, finds free ports, says what is taken.
 */
#define G_LOG_DOMAIN "sip-listen"

#include "sip-listen-private.h"

#include <string.h>

/** Tries to find one port that is free for UDP and TCP. */
#define MAX_PORT_TRIES 32

typedef struct {
  GInetAddress *address; /* owned */
  guint16       port;
  gboolean      udp, tcp;
} Endpoint;

static void
endpoint_free (Endpoint *endpoint)
{
  g_object_unref (endpoint->address);
  g_free (endpoint);
}

static GSocket *
bind_socket (GInetAddress *address, guint16 port, gboolean is_udp, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new (
      g_inet_address_get_family (address), is_udp ? G_SOCKET_TYPE_DATAGRAM : G_SOCKET_TYPE_STREAM,
      is_udp ? G_SOCKET_PROTOCOL_UDP : G_SOCKET_PROTOCOL_TCP, error);
  g_autoptr (GSocketAddress) local = g_inet_socket_address_new (address, port);

  /* With "reuse", GLib would let two programs share a UDP port. */
  if (!socket || !g_socket_bind (socket, local, !is_udp, error))
    return NULL;
  return g_steal_pointer (&socket);
}

static guint16
bound_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);

  return local ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local)) : 0;
}

static gboolean
find_port (Endpoint *endpoint, GError **error)
{
  for (guint i = 0; i < MAX_PORT_TRIES; i++) {
    g_autoptr (GSocket) first = bind_socket (endpoint->address, 0, endpoint->udp, error);
    g_autoptr (GSocket) second = NULL;

    if (!first)
      return FALSE;
    endpoint->port = bound_port (first);
    if (!endpoint->udp || !endpoint->tcp)
      return TRUE;
    second = bind_socket (endpoint->address, endpoint->port, FALSE, NULL);
    if (second)
      return TRUE;
  }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "no port free for UDP and TCP");
  return FALSE;
}

static gboolean
test_port (Endpoint *endpoint, GError **error)
{
  g_autoptr (GSocket) udp = NULL;
  g_autoptr (GSocket) tcp = NULL;

  if (endpoint->udp && !(udp = bind_socket (endpoint->address, endpoint->port, TRUE, error)))
    return FALSE;
  if (endpoint->tcp && !(tcp = bind_socket (endpoint->address, endpoint->port, FALSE, error)))
    return FALSE;
  return TRUE;
}

static gboolean
settle_port (Endpoint *endpoint, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (endpoint->port ? test_port (endpoint, &local) : find_port (endpoint, &local))
    return TRUE;
  /* Also an address that this machine does not have: it may get it when its network is up. */
  g_set_error_literal (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_PORT_IN_USE, local->message);
  return FALSE;
}

static gboolean
read_entry (const char *entry, gboolean *is_udp, GInetAddress **address, guint16 *port)
{
  const char      *host = strchr (entry, ':');
  const char      *colon = strrchr (entry, ':');
  g_autofree char *text = NULL;
  guint64          number;

  if (!host || colon == host ||
      !g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &number, NULL))
    return FALSE;
  *is_udp = g_ascii_strncasecmp (entry, "udp:", 4) == 0;
  if (!*is_udp && g_ascii_strncasecmp (entry, "tcp:", 4) != 0)
    return FALSE;
  host++;
  if (*host == '[' && colon[-1] == ']')
    text = g_strndup (host + 1, colon - host - 2);
  else
    text = g_strndup (host, colon - host);
  *address = g_inet_address_new_from_string (text);
  *port = number;
  return *address != NULL;
}

static gboolean
add_entry (GPtrArray *endpoints, const char *entry, GError **error)
{
  g_autoptr (GInetAddress) address = NULL;
  gboolean                 is_udp;
  guint16                  port;
  Endpoint                *endpoint = NULL;

  if (!read_entry (entry, &is_udp, &address, &port)) {
    g_set_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_ADDRESS, "cannot listen on “%s”", entry);
    return FALSE;
  }
  for (guint i = 0; i < endpoints->len && !endpoint; i++) {
    Endpoint *other = endpoints->pdata[i];

    if (other->port == port && g_inet_address_equal (other->address, address))
      endpoint = other;
  }
  if (!endpoint) {
    endpoint = g_new0 (Endpoint, 1);
    endpoint->address = g_steal_pointer (&address);
    endpoint->port = port;
    g_ptr_array_add (endpoints, endpoint);
  }
  *(is_udp ? &endpoint->udp : &endpoint->tcp) = TRUE;
  return TRUE;
}

/* One URL for each transport: Sofia's way to bind several with one reads freed memory. */
static void
describe (Endpoint *endpoint, const char *transport, GStrvBuilder *urls, GStrvBuilder *told)
{
  g_autofree char *ip = g_inet_address_to_string (endpoint->address);
  gboolean         is_ip6 = g_inet_address_get_family (endpoint->address) == G_SOCKET_FAMILY_IPV6;
  g_autofree char *place = g_strdup_printf (is_ip6 ? "[%s]:%u" : "%s:%u", ip, endpoint->port);
  g_autofree char *url = g_strdup_printf ("sip:%s;transport=%s", place, transport);
  g_autofree char *tell = g_strdup_printf ("%s:%s", transport, place);

  g_strv_builder_add (urls, url);
  g_strv_builder_add (told, tell);
}

UllimSipListen *
ullim_sip_listen_new (const char *const *entries, GError **error)
{
  g_autoptr (GPtrArray) endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) endpoint_free);
  g_autoptr (GStrvBuilder) urls = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) told = g_strv_builder_new ();
  UllimSipListen          *self;

  if (g_strv_length ((char **) entries) > ULLIM_SIP_MAX_BOUND) {
    g_set_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_ADDRESS,
                 "too many addresses to listen on");
    return NULL;
  }
  for (; *entries; entries++)
    if (!add_entry (endpoints, *entries, error))
      return NULL;
  for (guint i = 0; i < endpoints->len; i++) {
    Endpoint *endpoint = endpoints->pdata[i];

    if (!settle_port (endpoint, error))
      return NULL;
    if (endpoint->udp)
      describe (endpoint, "udp", urls, told);
    if (endpoint->tcp)
      describe (endpoint, "tcp", urls, told);
  }

  self = g_new0 (UllimSipListen, 1);
  self->urls = g_strv_builder_end (urls);
  self->told = g_strv_builder_end (told);
  return self;
}

void
ullim_sip_listen_free (UllimSipListen *self)
{
  g_strfreev (self->urls);
  g_strfreev (self->told);
  g_free (self);
}
