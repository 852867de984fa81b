/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Next hops by RFC 3263, against a resolver that is a table. Every name here comes with a transport
 * or a port, so that NAPTR is not asked: test-sip-dns does that, with a real name server.
 */
#include "sip-resolver.h"
#include "support.h"

#include <string.h>

/* ---- a GResolver that is a table ---- */

typedef struct {
  const char *name;
  const char *addresses; /* separated by blanks */
  const char *srv;       /* "priority weight port target, ..." */
  gboolean    is_silent; /* the name server does not answer */
} Record;

static const Record records[] = {
    {"plain.test", "192.0.2.1 2001:db8::1", NULL, FALSE},
    {"srv.test", "192.0.2.9", NULL, FALSE},
    {"_sip._tcp.srv.test", NULL, "20 0 5072 two.test, 10 0 5071 one.test", FALSE},
    {"one.test", "192.0.2.11 192.0.2.12", NULL, FALSE},
    {"two.test", "192.0.2.21", NULL, FALSE},
    {"_sip._udp.denied.test", NULL, "0 0 0 .", FALSE},
    {"denied.test", "192.0.2.30", NULL, FALSE},
    {"_sip._tcp.dead.test", NULL, "10 0 5060 gone.test", FALSE},
    {"dead.test", "192.0.2.31", NULL, FALSE},
    {"silent.test", NULL, NULL, TRUE},
    {"_sip._tcp.half.test", NULL, NULL, TRUE},
    {"half.test", "192.0.2.40", NULL, FALSE},
    {"_sip._tcp.zero.test", NULL, "10 0 0 one.test, 10 0 5075 two.test", FALSE},
    {"_sip._tcp.localhost", NULL, "10 0 5999 one.test", FALSE},
    {"_sips._tcp.tls.test", NULL, "10 0 5081 two.test", FALSE},
    {"tls.test", "192.0.2.50", NULL, FALSE},
    {"many.test",
     "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5 192.0.2.6 192.0.2.7 192.0.2.8 192.0.2.9 "
     "192.0.2.10 192.0.2.11 192.0.2.12",
     NULL, FALSE},
};

#define TABLE_TYPE_RESOLVER (table_resolver_get_type ())
G_DECLARE_FINAL_TYPE (TableResolver, table_resolver, TABLE, RESOLVER, GResolver)

struct _TableResolver {
  GResolver parent_instance;
};

G_DEFINE_FINAL_TYPE (TableResolver, table_resolver, G_TYPE_RESOLVER)

static const Record *
find_record (const char *name, gboolean for_srv)
{
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    if (strcmp (records[i].name, name) == 0 &&
        (records[i].is_silent || (for_srv ? records[i].srv : records[i].addresses)))
      return &records[i];
  return NULL;
}

/* Returns: the record, or NULL after the task got its error */
static const Record *
answer_from_table (GTask *task, const char *name, gboolean for_srv)
{
  const Record *record = find_record (name, for_srv);

  if (record && !record->is_silent)
    return record;
  g_task_return_new_error (task, G_RESOLVER_ERROR,
                           record ? G_RESOLVER_ERROR_TEMPORARY_FAILURE : G_RESOLVER_ERROR_NOT_FOUND,
                           "%s", name);
  return NULL;
}

static void
free_addresses (gpointer data)
{
  g_list_free_full (data, g_object_unref);
}

static void
table_lookup_by_name_async (GResolver          *resolver,
                            const char         *name,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, data);
  const Record     *record = answer_from_table (task, name, FALSE);
  g_auto (GStrv)    words = NULL;
  GList            *addresses = NULL;

  if (!record)
    return;
  words = g_strsplit (record->addresses, " ", -1);
  for (int i = 0; words[i]; i++)
    addresses = g_list_append (addresses, g_inet_address_new_from_string (words[i]));
  g_task_return_pointer (task, addresses, free_addresses);
}

static void
free_variants (gpointer data)
{
  g_list_free_full (data, (GDestroyNotify) g_variant_unref);
}

static void
table_lookup_records_async (GResolver          *resolver,
                            const char         *name,
                            GResolverRecordType type,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, data);
  const Record     *record = answer_from_table (task, name, TRUE);
  g_auto (GStrv)    lines = NULL;
  GList            *answer = NULL;

  g_assert_cmpint (type, ==, G_RESOLVER_RECORD_SRV);
  if (!record)
    return;
  lines = g_strsplit (record->srv, ", ", -1);
  for (int i = 0; lines[i]; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);

    answer =
        g_list_append (answer, g_variant_ref_sink (g_variant_new (
                                   "(qqqs)", (guint16) atoi (words[0]), (guint16) atoi (words[1]),
                                   (guint16) atoi (words[2]), words[3])));
  }
  g_task_return_pointer (task, answer, free_variants);
}

static GList *
table_lookup_finish (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
table_resolver_class_init (TableResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  resolver_class->lookup_by_name_async = table_lookup_by_name_async;
  resolver_class->lookup_by_name_finish = table_lookup_finish;
  resolver_class->lookup_records_async = table_lookup_records_async;
  resolver_class->lookup_records_finish = table_lookup_finish;
}

static void
table_resolver_init (TableResolver *self)
{
}

/* ---- the tests ---- */

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
    /* numeric: nothing is asked */
    {"sip:a@127.0.0.1",
     "tls 127.0.0.1 127.0.0.1 5061, tcp 127.0.0.1 127.0.0.1 5060, udp 127.0.0.1 127.0.0.1 5060"},
    {"sip:127.0.0.1:5070", "tcp 127.0.0.1 127.0.0.1 5070, udp 127.0.0.1 127.0.0.1 5070"},
    {"sip:[::1];transport=UDP", "udp [::1] ::1 5060"},
    {"sips:[::1]:5071", "tls [::1] ::1 5071"},
    {"sips:127.0.0.1", "tls 127.0.0.1 127.0.0.1 5061"},
    {"sips:127.0.0.1;transport=tcp", "tls 127.0.0.1 127.0.0.1 5061"},
    {"sip:127.0.0.1;transport=tls", "tls 127.0.0.1 127.0.0.1 5061"},
    {"sip:127.0.0.1:5070;transport=tcp", "tcp 127.0.0.1 127.0.0.1 5070"},
    /* maddr is dialled, the host is verified */
    {"sip:example.test;maddr=192.0.2.7;transport=tls", "tls example.test 192.0.2.7 5061"},
    {"sip:example.test:5070;maddr=[2001:db8::7];transport=udp",
     "udp example.test 2001:db8::7 5070"},
    {"sip:127.0.0.1:5070;maddr=plain.test;transport=tcp",
     "tcp 127.0.0.1 192.0.2.1 5070, tcp 127.0.0.1 2001:db8::1 5070"},
    /* a port: addresses alone */
    {"sip:srv.test:5070;transport=tcp", "tcp srv.test 192.0.2.9 5070"},
    {"sip:plain.test:5070", "tcp plain.test 192.0.2.1 5070, tcp plain.test 2001:db8::1 5070, udp "
                            "plain.test 192.0.2.1 5070, udp plain.test 2001:db8::1 5070"},
    /* a transport: its SRV, by priority */
    {"sip:srv.test;transport=tcp",
     "tcp srv.test 192.0.2.11 5071, tcp srv.test 192.0.2.12 5071, tcp srv.test 192.0.2.21 5072"},
    {"sip:srv.test;transport=udp", "udp srv.test 192.0.2.9 5060"},
    {"sip:tls.test;transport=tls", "tls tls.test 192.0.2.21 5081"},
    {"sips:tls.test;transport=tcp", "tls tls.test 192.0.2.21 5081"},
    {"sip:zero.test;transport=tcp", "tcp zero.test 192.0.2.21 5075"},
    /* localhost is nobody's service but ours: no SRV is asked (the table would say so) */
    {"sip:localhost;transport=tcp", "tcp localhost ::1 5060, tcp localhost 127.0.0.1 5060"},
    /* SRV silent, address known */
    {"sip:half.test;transport=tcp", "tcp half.test 192.0.2.40 5060"},
};

static void
test_hops (void)
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

static const struct {
  const char *uri;
  int         code;
} failures[] = {
    {"", ULLIM_SIP_ERROR_ADDRESS},
    {"tel:+8210", ULLIM_SIP_ERROR_ADDRESS},
    {"sip:a@b@c", ULLIM_SIP_ERROR_ADDRESS},
    {"sip:127.0.0.1;transport=sctp", ULLIM_SIP_ERROR_ADDRESS},
    {"sips:127.0.0.1;transport=udp", ULLIM_SIP_ERROR_ADDRESS},
    {"sip:nowhere.test:5060", ULLIM_SIP_ERROR_NAME_NOT_FOUND},
    {"sip:nowhere.test;transport=tcp", ULLIM_SIP_ERROR_NAME_NOT_FOUND},
    {"sip:denied.test;transport=udp", ULLIM_SIP_ERROR_NAME_NOT_FOUND},
    {"sip:dead.test;transport=tcp", ULLIM_SIP_ERROR_NAME_NOT_FOUND},
};

static void
test_failures (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (resolve (failures[i].uri, &error));
    g_assert_error (error, ULLIM_SIP_ERROR, failures[i].code);
  }
}

/* Whose fault the silence is depends on the machine's network. */
static void
test_silent (void)
{
  GNetworkMonitor *monitor = g_network_monitor_get_default ();
  int expected = g_network_monitor_get_network_available (monitor) ? ULLIM_SIP_ERROR_NAME_SERVER
                                                                   : ULLIM_SIP_ERROR_OFFLINE;
  g_autoptr (GError) error = NULL;

  g_assert_null (resolve ("sip:silent.test:5060", &error));
  g_assert_error (error, ULLIM_SIP_ERROR, expected);
}

static void
test_limit (void)
{
  g_autoptr (GPtrArray) hops = resolve ("sip:many.test:5060", NULL);

  g_assert_nonnull (hops);
  g_assert_cmpuint (hops->len, ==, ULLIM_SIP_MAX_HOPS);
}

static void
check_cancelled (const char *uri)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  ullim_sip_resolve_async (uri, cancellable, support_async_result, &result);
  g_cancellable_cancel (cancellable);
  support_wait_ptr ((gpointer *) &result, "the end of the look-up");
  g_assert_null (ullim_sip_resolve_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancelled (void)
{
  check_cancelled ("sip:plain.test:5060");
  check_cancelled ("sip:srv.test;transport=tcp");
  check_cancelled ("sip:127.0.0.1");
}

int
main (int argc, char **argv)
{
  g_autoptr (GResolver) resolver = NULL;

  g_test_init (&argc, &argv, NULL);
  resolver = g_object_new (TABLE_TYPE_RESOLVER, NULL);
  g_resolver_set_default (resolver);
  g_test_add_func ("/sip-resolver/hops", test_hops);
  g_test_add_func ("/sip-resolver/failures", test_failures);
  g_test_add_func ("/sip-resolver/silent", test_silent);
  g_test_add_func ("/sip-resolver/limit", test_limit);
  g_test_add_func ("/sip-resolver/cancelled", test_cancelled);
  return g_test_run ();
}
