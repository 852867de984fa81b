/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A GNetworkAddress that looks nothing up.
 */
#define G_LOG_DOMAIN "xcap-address"

#include "xcap-address-private.h"

struct _UllimXcapAddress {
  GNetworkAddress parent_instance;
  GSocketAddress *socket_address; /* owned */
};

static GSocketAddressEnumerator *
ullim_xcap_address_enumerate (GSocketConnectable *connectable)
{
  UllimXcapAddress *self = ULLIM_XCAP_ADDRESS (connectable);

  return g_socket_connectable_enumerate (G_SOCKET_CONNECTABLE (self->socket_address));
}

static void
connectable_init (GSocketConnectableIface *iface)
{
  iface->enumerate = ullim_xcap_address_enumerate;
  iface->proxy_enumerate = ullim_xcap_address_enumerate;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (UllimXcapAddress,
                               ullim_xcap_address,
                               G_TYPE_NETWORK_ADDRESS,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE, connectable_init))

static void
ullim_xcap_address_finalize (GObject *object)
{
  g_clear_object (&ULLIM_XCAP_ADDRESS (object)->socket_address);
  G_OBJECT_CLASS (ullim_xcap_address_parent_class)->finalize (object);
}

static void
ullim_xcap_address_class_init (UllimXcapAddressClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_xcap_address_finalize;
}

static void
ullim_xcap_address_init (UllimXcapAddress *self)
{
}

GSocketConnectable *
ullim_xcap_address_new (const char *host, const char *address, guint16 port)
{
  GSocketAddress   *socket_address = g_inet_socket_address_new_from_string (address, port);
  UllimXcapAddress *self;

  if (!socket_address)
    return NULL;
  self = g_object_new (ULLIM_TYPE_XCAP_ADDRESS, "hostname", host, "port", port, NULL);
  self->socket_address = socket_address;
  return G_SOCKET_CONNECTABLE (self);
}
