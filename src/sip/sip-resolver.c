/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where to send a request: RFC 3263 section 4. All that may be needed is asked at once: NAPTR
 * (libresolv, in a thread: GResolver knows no NAPTR), the usual SRV names, the addresses of the
 * name itself; then, once, the addresses of the SRV targets. So a silent name server costs its
 * time-out twice at most, and one that does not know NAPTR costs nothing.
 */
#define G_LOG_DOMAIN "sip-resolver"

#include "sip-resolver.h"

#include <arpa/nameser.h>
#include <resolv.h>
#include <string.h>

#include "sip-naptr.h"
#include "uri.h"

#define DEFAULT_PORT 5060
#define DEFAULT_TLS_PORT 5061
#define N_TRANSPORTS 3
/* The name server gets two chances to answer NAPTR, which is optional. */
#define NAPTR_TIMEOUT_S 3
#define NAPTR_TRIES 2

static const struct {
  const char *name;
  const char *srv_prefix;
  guint16     port;
} transports[N_TRANSPORTS] = {
    [ULLIM_SIP_UDP] = {"udp", "_sip._udp.", DEFAULT_PORT},
    [ULLIM_SIP_TCP] = {"tcp", "_sip._tcp.", DEFAULT_PORT},
    [ULLIM_SIP_TLS] = {"tls", "_sips._tcp.", DEFAULT_TLS_PORT},
};

/* Where DNS does not say otherwise, the safest first. */
static const UllimSipTransport preferred[N_TRANSPORTS] = {
    ULLIM_SIP_TLS,
    ULLIM_SIP_TCP,
    ULLIM_SIP_UDP,
};

typedef struct {
  UllimSipTransport transport;
  char             *name; /* of its SRV records */
} Service;

typedef struct {
  GList   *targets;   /* of GSrvTarget, sorted (RFC 2782) */
  gboolean is_denied; /* the target ".": there is no such service (RFC 2782) */
} SrvAnswer;

typedef struct {
  char       *host;   /* for the certificate */
  char       *target; /* to look up, without brackets */
  guint16     port;
  gboolean    is_wanted[N_TRANSPORTS];
  gboolean    names_transport; /* the URI says which */
  GPtrArray  *services;        /* Service, best first */
  GHashTable *srv;             /* name -> SrvAnswer, empty while asked */
  GHashTable *addresses;       /* name -> GList of GInetAddress */
  gboolean    targets_asked;
  gboolean    name_server_failed;
  guint       n_pending;
} Lookup;

/* One question that is under way. */
typedef struct {
  GTask *task; /* owned */
  char  *name;
} Question;

const char *
ullim_sip_transport_name (UllimSipTransport transport)
{
  g_return_val_if_fail (transport < N_TRANSPORTS, NULL);

  return transports[transport].name;
}

void
ullim_sip_hop_free (UllimSipHop *hop)
{
  if (!hop)
    return;
  g_free (hop->host);
  g_free (hop->address);
  g_free (hop);
}

static void
service_free (gpointer data)
{
  Service *service = data;

  g_free (service->name);
  g_free (service);
}

static void
srv_answer_free (gpointer data)
{
  SrvAnswer *answer = data;

  g_list_free_full (answer->targets, (GDestroyNotify) g_srv_target_free);
  g_free (answer);
}

static void
address_list_free (gpointer data)
{
  g_list_free_full (data, g_object_unref);
}

static Lookup *
lookup_new (void)
{
  Lookup *lookup = g_new0 (Lookup, 1);

  lookup->services = g_ptr_array_new_with_free_func (service_free);
  lookup->srv = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, srv_answer_free);
  lookup->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, address_list_free);
  return lookup;
}

static void
lookup_free (gpointer data)
{
  Lookup *lookup = data;

  g_free (lookup->host);
  g_free (lookup->target);
  g_ptr_array_unref (lookup->services);
  g_hash_table_unref (lookup->srv);
  g_hash_table_unref (lookup->addresses);
  g_free (lookup);
}

/* ---- the result ---- */

static void
add_hop (GPtrArray        *hops,
         Lookup           *lookup,
         UllimSipTransport transport,
         const char       *address,
         guint16           port)
{
  UllimSipHop *hop;

  if (hops->len >= ULLIM_SIP_MAX_HOPS)
    return;
  hop = g_new (UllimSipHop, 1);
  hop->transport = transport;
  hop->host = g_strdup (lookup->host);
  hop->address = g_strdup (address);
  hop->port = port;
  g_ptr_array_add (hops, hop);
}

static void
add_hops_of_name (GPtrArray        *hops,
                  Lookup           *lookup,
                  UllimSipTransport transport,
                  const char       *name,
                  guint16           port)
{
  for (GList *at = g_hash_table_lookup (lookup->addresses, name); at; at = at->next) {
    g_autofree char *address = g_inet_address_to_string (at->data);

    add_hop (hops, lookup, transport, address, port);
  }
}

/* Returns: whether there is any SRV target, reachable or not */
static gboolean
add_srv_hops (GPtrArray *hops, Lookup *lookup)
{
  gboolean any = FALSE;

  for (guint i = 0; i < lookup->services->len; i++) {
    Service   *service = lookup->services->pdata[i];
    SrvAnswer *answer = g_hash_table_lookup (lookup->srv, service->name);

    for (GList *at = answer->targets; at; at = at->next) {
      any = TRUE;
      add_hops_of_name (hops, lookup, service->transport, g_srv_target_get_hostname (at->data),
                        g_srv_target_get_port (at->data));
    }
  }
  return any;
}

static gboolean
is_denied (Lookup *lookup, UllimSipTransport transport)
{
  for (guint i = 0; i < lookup->services->len; i++) {
    Service   *service = lookup->services->pdata[i];
    SrvAnswer *answer = g_hash_table_lookup (lookup->srv, service->name);

    if (service->transport == transport && answer->is_denied)
      return TRUE;
  }
  return FALSE;
}

/* RFC 3263 section 4.2: without SRV records, the addresses of the name itself. */
static void
add_plain_hops (GPtrArray *hops, Lookup *lookup)
{
  for (guint i = 0; i < N_TRANSPORTS; i++) {
    UllimSipTransport transport = preferred[i];
    guint16           port = lookup->port ? lookup->port : transports[transport].port;

    if (lookup->is_wanted[transport] && !is_denied (lookup, transport))
      add_hops_of_name (hops, lookup, transport, lookup->target, port);
  }
}

static void
return_failure (GTask *task, Lookup *lookup)
{
  if (!lookup->name_server_failed)
    g_task_return_new_error (task, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_NAME_NOT_FOUND,
                             "%s is in no name server", lookup->target);
  else if (!g_network_monitor_get_network_available (g_network_monitor_get_default ()))
    g_task_return_new_error (task, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_OFFLINE,
                             "No network to look up %s", lookup->target);
  else
    g_task_return_new_error (task, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_NAME_SERVER,
                             "No name server answers for %s", lookup->target);
}

static void
finish_lookup (GTask *task)
{
  Lookup               *lookup = g_task_get_task_data (task);
  g_autoptr (GPtrArray) hops = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sip_hop_free);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!add_srv_hops (hops, lookup))
    add_plain_hops (hops, lookup);
  g_debug ("%s: %u next hops", lookup->target, hops->len);
  if (hops->len > 0)
    g_task_return_pointer (task, g_steal_pointer (&hops), (GDestroyNotify) g_ptr_array_unref);
  else
    return_failure (task, lookup);
}

/* ---- questions ---- */

static Question *
question_new (GTask *task, const char *name)
{
  Lookup   *lookup = g_task_get_task_data (task);
  Question *question = g_new (Question, 1);

  lookup->n_pending++;
  question->task = g_object_ref (task);
  question->name = g_strdup (name);
  return question;
}

static void
question_free (Question *question)
{
  g_object_unref (question->task);
  g_free (question->name);
  g_free (question);
}

static void
note_error (Lookup *lookup, const char *name, const GError *error)
{
  g_debug ("%s: %s", name, error->message);
  if (!g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
    lookup->name_server_failed = TRUE;
}

static void answered (Question *question);

static void
on_addresses (GObject *source, GAsyncResult *result, gpointer data)
{
  Question          *question = data;
  Lookup            *lookup = g_task_get_task_data (question->task);
  g_autoptr (GError) error = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);

  if (error)
    note_error (lookup, question->name, error);
  else
    g_hash_table_insert (lookup->addresses, g_strdup (question->name), addresses);
  answered (question);
}

static void
ask_addresses (GTask *task, const char *name)
{
  Lookup               *lookup = g_task_get_task_data (task);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();

  if (g_hash_table_contains (lookup->addresses, name))
    return;
  g_hash_table_insert (lookup->addresses, g_strdup (name), NULL);
  g_resolver_lookup_by_name_async (resolver, name, g_task_get_cancellable (task), on_addresses,
                                   question_new (task, name));
}

static SrvAnswer *
read_srv (GList *records)
{
  SrvAnswer *answer = g_new0 (SrvAnswer, 1);
  GList     *targets = NULL;
  guint      n_targets = 0;

  for (GList *at = records; at && n_targets < ULLIM_SIP_MAX_HOPS; at = at->next) {
    guint16     priority, weight, port;
    const char *host;

    g_variant_get (at->data, "(qqq&s)", &priority, &weight, &port, &host);
    if (*host == '\0' || strcmp (host, ".") == 0) {
      answer->is_denied = TRUE;
    } else if (port > 0 && g_utf8_validate (host, -1, NULL)) {
      targets = g_list_prepend (targets, g_srv_target_new (host, port, priority, weight));
      n_targets++;
    }
  }
  answer->targets = g_srv_target_list_sort (targets);
  return answer;
}

static void
on_srv (GObject *source, GAsyncResult *result, gpointer data)
{
  Question          *question = data;
  Lookup            *lookup = g_task_get_task_data (question->task);
  g_autoptr (GError) error = NULL;
  GList *records = g_resolver_lookup_records_finish (G_RESOLVER (source), result, &error);

  if (error)
    note_error (lookup, question->name, error);
  else
    g_hash_table_insert (lookup->srv, g_strdup (question->name), read_srv (records));
  g_list_free_full (records, (GDestroyNotify) g_variant_unref);
  answered (question);
}

static void
ask_srv (GTask *task, UllimSipTransport transport, const char *name)
{
  Lookup               *lookup = g_task_get_task_data (task);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  Service              *service = g_new (Service, 1);

  *service = (Service){transport, g_strdup (name)};
  g_ptr_array_add (lookup->services, service);
  if (g_hash_table_contains (lookup->srv, name))
    return;
  g_hash_table_insert (lookup->srv, g_strdup (name), g_new0 (SrvAnswer, 1));
  g_resolver_lookup_records_async (resolver, name, G_RESOLVER_RECORD_SRV,
                                   g_task_get_cancellable (task), on_srv,
                                   question_new (task, name));
}

static void
ask_usual_srv (GTask *task)
{
  Lookup *lookup = g_task_get_task_data (task);

  for (guint i = 0; i < N_TRANSPORTS; i++) {
    UllimSipTransport transport = preferred[i];
    g_autofree char  *name = g_strconcat (transports[transport].srv_prefix, lookup->target, NULL);

    if (lookup->is_wanted[transport])
      ask_srv (task, transport, name);
  }
}

/* Thread of the task pool. Returns no error: NAPTR is optional. */
static void
naptr_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char        *name = data;
  struct __res_state state = {0};
  g_autofree guint8 *answer = g_malloc (NS_MAXMSG);
  int                length = -1;

  if (res_ninit (&state) == 0) {
    state.retrans = MIN (state.retrans, NAPTR_TIMEOUT_S);
    state.retry = MIN (state.retry, NAPTR_TRIES);
    length = res_nquery (&state, name, ns_c_in, ns_t_naptr, answer, NS_MAXMSG);
    res_nclose (&state);
  }
  g_task_return_pointer (task, length > 0 ? ullim_sip_naptr_parse (answer, length) : NULL,
                         (GDestroyNotify) g_ptr_array_unref);
}

static void
on_naptr (GObject *source, GAsyncResult *result, gpointer data)
{
  Question             *question = data;
  Lookup               *lookup = g_task_get_task_data (question->task);
  g_autoptr (GPtrArray) records = g_task_propagate_pointer (G_TASK (result), NULL);
  gboolean              is_usable = FALSE;

  for (guint i = 0; records && i < records->len; i++) {
    UllimSipNaptr *naptr = records->pdata[i];

    if (!lookup->is_wanted[naptr->transport])
      continue;
    /* What the domain says takes the place of what is usual. */
    if (!is_usable)
      g_ptr_array_set_size (lookup->services, 0);
    is_usable = TRUE;
    ask_srv (question->task, naptr->transport, naptr->name);
  }
  answered (question);
}

static void
ask_naptr (GTask *task)
{
  Lookup           *lookup = g_task_get_task_data (task);
  g_autoptr (GTask) query = g_task_new (NULL, g_task_get_cancellable (task), on_naptr,
                                        question_new (task, lookup->target));

  g_task_set_source_tag (query, ask_naptr);
  g_task_set_task_data (query, g_strdup (lookup->target), g_free);
  g_task_set_return_on_cancel (query, TRUE);
  g_task_run_in_thread (query, naptr_thread);
}

static void
ask_addresses_of_targets (GTask *task)
{
  Lookup *lookup = g_task_get_task_data (task);

  lookup->targets_asked = TRUE;
  for (guint i = 0; i < lookup->services->len; i++) {
    Service   *service = lookup->services->pdata[i];
    SrvAnswer *answer = g_hash_table_lookup (lookup->srv, service->name);

    for (GList *at = answer->targets; at; at = at->next)
      if (g_hash_table_size (lookup->addresses) <= ULLIM_SIP_MAX_HOPS)
        ask_addresses (task, g_srv_target_get_hostname (at->data));
  }
}

static void
answered (Question *question)
{
  Lookup *lookup = g_task_get_task_data (question->task);

  if (--lookup->n_pending == 0 && !lookup->targets_asked)
    ask_addresses_of_targets (question->task);
  if (lookup->n_pending == 0)
    finish_lookup (question->task);
  question_free (question);
}

/* ---- the plan ---- */

/* Which transports may be used; FALSE if the URI wants one that is not spoken here. */
static gboolean
choose_transports (Lookup *lookup, const UllimUri *uri)
{
  g_autofree char *name = ullim_uri_param (uri, "transport");
  gboolean         is_secure = uri->scheme == ULLIM_URI_SIPS;

  if (!name) {
    /* A port names one service; TLS would have been asked for. */
    lookup->is_wanted[ULLIM_SIP_TLS] = is_secure || uri->port == 0;
    lookup->is_wanted[ULLIM_SIP_TCP] = lookup->is_wanted[ULLIM_SIP_UDP] = !is_secure;
    return TRUE;
  }
  for (guint i = 0; i < N_TRANSPORTS; i++) {
    UllimSipTransport transport = is_secure && i == ULLIM_SIP_TCP ? ULLIM_SIP_TLS : i;

    if (g_ascii_strcasecmp (name, transports[i].name) != 0)
      continue;
    lookup->names_transport = TRUE;
    lookup->is_wanted[transport] = !is_secure || transport == ULLIM_SIP_TLS;
    return lookup->is_wanted[transport];
  }
  return FALSE;
}

static char *
without_brackets (const char *host)
{
  return host[0] == '[' ? g_strndup (host + 1, strlen (host) - 2) : g_strdup (host);
}

/* Returns: (nullable): the lookup for @text */
static Lookup *
plan (const char *text, GError **error)
{
  g_autoptr (GError)   reason = NULL;
  g_autoptr (UllimUri) uri = ullim_uri_parse (text, &reason);
  g_autofree char     *maddr = NULL;
  Lookup              *lookup;

  if (!uri || !uri->host) {
    g_set_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_ADDRESS, "%s",
                 reason ? reason->message : "Not an address with a host");
    return NULL;
  }
  lookup = lookup_new ();
  maddr = ullim_uri_param (uri, "maddr");
  lookup->host = g_strdup (uri->host);
  lookup->target = without_brackets (maddr && *maddr ? maddr : uri->host);
  lookup->port = uri->port;
  if (choose_transports (lookup, uri))
    return lookup;
  lookup_free (lookup);
  g_set_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_ADDRESS, "Unknown transport in %s", text);
  return NULL;
}

/* RFC 6761 section 6.3: never a question for a name server. */
static gboolean
is_this_machine (const char *name)
{
  return g_ascii_strcasecmp (name, "localhost") == 0 || g_str_has_suffix (name, ".localhost");
}

void
ullim_sip_resolve_async (const char         *uri,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (GTask)        task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GInetAddress) numeric = NULL;
  GError                  *error = NULL;
  Lookup                  *lookup;

  g_return_if_fail (uri != NULL);

  g_task_set_source_tag (task, ullim_sip_resolve_async);
  lookup = plan (uri, &error);
  if (!lookup) {
    g_task_return_error (task, error);
    return;
  }
  g_task_set_task_data (task, lookup, lookup_free);
  numeric = g_inet_address_new_from_string (lookup->target);
  if (numeric) {
    g_hash_table_insert (lookup->addresses, g_strdup (lookup->target),
                         g_list_append (NULL, g_object_ref (numeric)));
    finish_lookup (task);
    return;
  }
  ask_addresses (task, lookup->target);
  if (lookup->port || is_this_machine (lookup->target))
    return;
  ask_usual_srv (task);
  if (!lookup->names_transport)
    ask_naptr (task);
}

GPtrArray *
ullim_sip_resolve_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
