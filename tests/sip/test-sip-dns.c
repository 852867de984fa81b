/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Next hops from a real name server: the whole of RFC 3263 section 4, NAPTR included. Run by
 * dns-namespace.sh, which makes the network that each mode needs:
 *   offline  no name server, and no way out
 *   silent   a way out, and a name server that never answers (made here)
 *   answers  dnsmasq with the script's records on 127.0.0.1:53
 */
#include "sip-resolver.h"
#include "support.h"

#include <string.h>

#define DNS_PORT 53
#define CANCEL_AFTER_MS 200

static GPtrArray *
resolve (const char *uri, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ullim_sip_resolve_async (uri, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, uri);
  return ullim_sip_resolve_finish (result, error);
}

static char *
describe (GPtrArray *hops)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < hops->len; i++) {
    UllimSipHop *hop = hops->pdata[i];

    g_string_append_printf (out, "%s%s %s %s %u", i > 0 ? ", " : "",
                            ullim_sip_transport_name (hop->transport), hop->host, hop->address,
                            hop->port);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static const struct {
  const char *uri, *hops;
} cases[] = {
    /* NAPTR puts UDP before TCP, and TLS, first of all, at another name */
    {"sip:a@naptr.test",
     "tls naptr.test 192.0.2.1 5071, udp naptr.test 192.0.2.4 5074, tcp naptr.test 192.0.2.2 5072, "
     "tcp naptr.test 192.0.2.3 5073"},
    {"sips:a@naptr.test", "tls naptr.test 192.0.2.1 5071"},
    /* a transport or a port leaves NAPTR aside */
    {"sip:a@naptr.test;transport=udp", "udp naptr.test 192.0.2.4 5074"},
    {"sip:a@naptr.test:5099;transport=tcp", "tcp naptr.test 192.0.2.9 5099"},
    /* no NAPTR: the usual SRV names, the safest first */
    {"sip:a@srv.test", "tls srv.test 192.0.2.1 5061, tcp srv.test 192.0.2.2 5060"},
    /* neither */
    {"sip:a@plain.test",
     "tls plain.test 192.0.2.5 5061, tcp plain.test 192.0.2.5 5060, udp plain.test 192.0.2.5 5060"},
    /* "." as target: not TLS, whatever the port says */
    {"sip:a@denied.test", "tcp denied.test 192.0.2.6 5060, udp denied.test 192.0.2.6 5060"},
    {"sip:a@six.test:5060;transport=tcp", "tcp six.test 2001:db8::6 5060"},
};

static void
test_answers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError)    error = NULL;
    g_autoptr (GPtrArray) hops = resolve (cases[i].uri, &error);
    g_autofree char      *got = NULL;

    g_assert_no_error (error);
    got = describe (hops);
    g_assert_cmpstr (got, ==, cases[i].hops);
  }
}

static void
check_failure (const char *uri, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (resolve (uri, &error));
  g_assert_error (error, ULLIM_SIP_ERROR, code);
}

static void
test_not_found (void)
{
  check_failure ("sip:a@nowhere.test", ULLIM_SIP_ERROR_NAME_NOT_FOUND);
  check_failure ("sips:a@denied.test", ULLIM_SIP_ERROR_NAME_NOT_FOUND);
}

static void
test_offline (void)
{
  check_failure ("sip:a@plain.test", ULLIM_SIP_ERROR_OFFLINE);
}

static GSocket *
bind_silent_name_server (void)
{
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string ("127.0.0.1", DNS_PORT);
  g_autoptr (GError)  error = NULL;
  g_autoptr (GSocket) name_server =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);

  g_assert_no_error (error);
  g_socket_bind (name_server, address, TRUE, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&name_server);
}

static void
test_silent (void)
{
  g_autoptr (GSocket) name_server = bind_silent_name_server ();

  g_assert_nonnull (name_server);
  check_failure ("sip:a@plain.test", ULLIM_SIP_ERROR_NAME_SERVER);
}

/* Stands in for the patience of a person: time enough to be asked, too little for an answer. */
static void
on_due (gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* Whoever waits for a silent name server can leave at once. */
static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  g_autoptr (GSocket)      name_server = bind_silent_name_server ();
  gboolean                 is_due = FALSE;

  ullim_sip_resolve_async ("sip:a@naptr.test", cancellable, support_async_result, &result);
  g_timeout_add_once (CANCEL_AFTER_MS, on_due, &is_due);
  support_wait_flag (&is_due, "the questions to be under way");
  g_assert_nonnull (name_server);
  g_assert_null (result);
  g_cancellable_cancel (cancellable);
  support_wait_ptr ((gpointer *) &result, "the end of the look-up");
  g_assert_null (ullim_sip_resolve_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  if (strcmp (argv[1], "answers") == 0) {
    g_test_add_func ("/sip-dns/answers", test_answers);
    g_test_add_func ("/sip-dns/not-found", test_not_found);
  } else if (strcmp (argv[1], "offline") == 0) {
    g_test_add_func ("/sip-dns/offline", test_offline);
  } else {
    g_test_add_func ("/sip-dns/silent", test_silent);
    g_test_add_func ("/sip-dns/cancelled", test_cancelled);
  }
  return g_test_run ();
}
