/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reason of a failed connection, and the local address of one that would succeed.
 */
#define G_LOG_DOMAIN "sip-probe"

#include "sip-probe-private.h"

static const struct {
  GIOErrorEnum  io;
  UllimSipError sip;
} reasons[] = {
    {G_IO_ERROR_CONNECTION_REFUSED, ULLIM_SIP_ERROR_REFUSED},
    {G_IO_ERROR_HOST_UNREACHABLE, ULLIM_SIP_ERROR_UNREACHABLE},
    {G_IO_ERROR_NETWORK_UNREACHABLE, ULLIM_SIP_ERROR_UNREACHABLE},
    {G_IO_ERROR_TIMED_OUT, ULLIM_SIP_ERROR_TIMEOUT},
};

GError *
ullim_sip_error_from_connect (const GError *error)
{
  if (error->domain != G_IO_ERROR || error->code == G_IO_ERROR_CANCELLED)
    return g_error_copy (error);
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (error->code == (gint) reasons[i].io)
      return g_error_new_literal (ULLIM_SIP_ERROR, reasons[i].sip, error->message);
  return g_error_new_literal (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST, error->message);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask)             task = data;
  g_autoptr (GError)            error = NULL;
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (connection)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, ullim_sip_error_from_connect (error));
}

void
ullim_sip_probe_async (const UllimSipHop  *hop,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_autoptr (GTask)          task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GSocketClient)  client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string (hop->address, hop->port);

  g_task_set_source_tag (task, ullim_sip_probe_async);
  if (!address) {
    g_task_return_new_error (task, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_ADDRESS, "%s", hop->address);
    return;
  }
  g_socket_client_set_timeout (client, ULLIM_SIP_PROBE_TIMEOUT_S);
  /* SIP goes straight: a proxy for the web is none for it. */
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), cancellable, on_connected,
                                 g_steal_pointer (&task));
}

gboolean
ullim_sip_probe_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

char *
ullim_sip_probe_local_ip (const UllimSipHop *hop, GError **error)
{
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string (hop->address, hop->port);
  g_autoptr (GSocket)        socket = NULL;
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GError)         cause = NULL;

  if (!address) {
    g_set_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_ADDRESS, "%s", hop->address);
    return NULL;
  }
  socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_DATAGRAM,
                         G_SOCKET_PROTOCOL_UDP, &cause);
  if (socket && g_socket_connect (socket, address, NULL, &cause))
    local = g_socket_get_local_address (socket, &cause);
  if (!local) {
    g_set_error_literal (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_UNREACHABLE, cause->message);
    return NULL;
  }
  return g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local)));
}
