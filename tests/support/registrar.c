/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registrar.h"

#include <stdlib.h>
#include <string.h>

#include "digest.h"

#define MAX_MESSAGE_BYTES (512 * 1024)

/* Where a message came from, and where an answer goes. */
typedef struct {
  SupportRegistrar *registrar;
  GIOStream        *stream;  /* TCP, TLS */
  GSocketAddress   *address; /* UDP */
  GByteArray       *input;
  GQueue            output; /* of GBytes */
  gboolean          is_writing;
} Peer;

struct _SupportRegistrar {
  SupportRegistrarScript script;
  SupportRegistrarCounts counts;
  guint16                port;
  GTlsCertificate       *certificate;
  GSocketService        *service;
  GSocket               *udp;
  GSource               *udp_source;
  GCancellable          *closing;
  GPtrArray             *peers;    /* ref-counted boxes of Peer */
  GHashTable            *bindings; /* user -> Peer */
  GHashTable            *contacts; /* user -> Contact */
  GHashTable            *pending;  /* branch -> Peer */
  guint                  n_branches;
  char                  *nonce;
  gboolean               nonce_is_used;
};

static void
peer_clear (gpointer data)
{
  Peer *peer = data;

  g_clear_object (&peer->stream);
  g_clear_object (&peer->address);
  g_byte_array_unref (peer->input);
  g_queue_clear_full (&peer->output, (GDestroyNotify) g_bytes_unref);
}

static void
peer_unref (gpointer peer)
{
  g_rc_box_release_full (peer, peer_clear);
}

static Peer *
peer_new (SupportRegistrar *registrar, GIOStream *stream, GSocketAddress *address)
{
  Peer *peer = g_rc_box_new0 (Peer);

  peer->registrar = registrar;
  peer->stream = stream ? g_object_ref (stream) : NULL;
  peer->address = address ? g_object_ref (address) : NULL;
  peer->input = g_byte_array_new ();
  g_ptr_array_add (registrar->peers, g_rc_box_acquire (peer));
  return peer;
}

/* ---- Writing ---- */

static void write_next (Peer *peer);

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  peer->is_writing = FALSE;
  g_bytes_unref (g_queue_pop_head (&peer->output));
  write_next (peer);
  peer_unref (peer);
}

static void
write_next (Peer *peer)
{
  GBytes *bytes = g_queue_peek_head (&peer->output);

  if (!bytes || peer->is_writing || g_io_stream_is_closed (peer->stream))
    return;
  peer->is_writing = TRUE;
  g_output_stream_write_all_async (g_io_stream_get_output_stream (peer->stream),
                                   g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0,
                                   NULL, on_written, g_rc_box_acquire (peer));
}

static void
peer_send (Peer *peer, const char *text, gsize size)
{
  if (peer->address) {
    if (peer->registrar->udp)
      g_socket_send_to (peer->registrar->udp, peer->address, text, size, NULL, NULL);
    return;
  }
  g_queue_push_tail (&peer->output, g_bytes_new (text, size));
  write_next (peer);
}

static GSocketAddress *
peer_address (Peer *peer)
{
  g_autoptr (GIOStream) base = NULL;

  if (peer->address)
    return g_object_ref (peer->address);
  if (G_IS_TLS_CONNECTION (peer->stream))
    g_object_get (peer->stream, "base-io-stream", &base, NULL);
  return g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (base ? base : peer->stream),
                                                 NULL);
}

/* ---- Messages as text ---- */

static char *
get_header (const char *head, const char *name)
{
  g_autofree char   *pattern = g_strdup_printf ("^%s[ \\t]*:[ \\t]*(.*?)[ \\t]*\\r?$", name);
  g_autoptr (GRegex) regex =
      g_regex_new (pattern, G_REGEX_CASELESS | G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  return g_regex_match (regex, head, 0, &match) ? g_match_info_fetch (match, 1) : NULL;
}

static char *
get_user (const char *uri)
{
  const char *start = uri ? strstr (uri, "sip") : NULL;
  const char *colon = start ? strchr (start, ':') : NULL;
  const char *at = colon ? strchr (colon, '@') : NULL;

  return at ? g_strndup (colon + 1, at - colon - 1) : g_strdup ("");
}

/* RFC 3261 section 18.2.1 and RFC 3581 section 4: where the request really came from. */
static char *
mark_via (Peer *peer, const char *via)
{
  g_autoptr (GSocketAddress) remote = peer_address (peer);
  g_autofree char           *port = NULL;
  const char                *rport = strstr (via, ";rport");

  if (!remote)
    return g_strdup (via);
  port = g_strdup_printf ("%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (remote)));
  if (!rport)
    return g_strdup_printf ("%s;received=127.0.0.1", via);
  return g_strdup_printf ("%.*s;rport=%s%s;received=127.0.0.1", (int) (rport - via), via, port,
                          rport + strlen (";rport"));
}

/* The header lines that an answer copies. */
static void
copy_headers (Peer *peer, GString *answer, const char *head)
{
  gboolean       is_first = TRUE;
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);

  for (guint i = 1; lines[i] && *lines[i]; i++) {
    gboolean is_to = g_ascii_strncasecmp (lines[i], "To:", 3) == 0 ||
                     g_ascii_strncasecmp (lines[i], "t:", 2) == 0;
    gboolean is_via = g_ascii_strncasecmp (lines[i], "Via:", 4) == 0 ||
                      g_ascii_strncasecmp (lines[i], "v:", 2) == 0;
    g_autofree char *marked = is_via && is_first ? mark_via (peer, lines[i]) : NULL;

    if (is_via && is_first) {
      g_string_append_printf (answer, "%s\r\n", marked);
      is_first = FALSE;
      continue;
    }
    if (is_to || is_via || g_ascii_strncasecmp (lines[i], "f:", 2) == 0 ||
        g_ascii_strncasecmp (lines[i], "i:", 2) == 0 ||
        g_ascii_strncasecmp (lines[i], "From:", 5) == 0 ||
        g_ascii_strncasecmp (lines[i], "Call-ID:", 8) == 0 ||
        g_ascii_strncasecmp (lines[i], "CSeq:", 5) == 0)
      g_string_append_printf (answer, "%s%s\r\n", lines[i],
                              is_to && !strstr (lines[i], ";tag=") ? ";tag=r" : "");
  }
}

static void
reply (Peer *peer, const char *head, int status, const char *extra)
{
  g_autoptr (GString) answer = g_string_new (NULL);

  g_string_append_printf (answer, "SIP/2.0 %d Scripted\r\n", status);
  copy_headers (peer, answer, head);
  if (peer->registrar->script.retry_after_s && status >= 300)
    g_string_append_printf (answer, "Retry-After: %u\r\n", peer->registrar->script.retry_after_s);
  g_string_append_printf (answer, "%sContent-Length: 0\r\n\r\n", extra ? extra : "");
  peer_send (peer, answer->str, answer->len);
}

/* ---- Digest ---- */

static void
challenge (Peer *peer, const char *head, gboolean is_proxy, gboolean is_stale)
{
  static const char *const md5[] = {"MD5", NULL};
  SupportRegistrar        *self = peer->registrar;
  const char *const       *algorithms = self->script.algorithms ? self->script.algorithms : md5;
  g_autoptr (GString)      extra = g_string_new (NULL);

  self->counts.challenges++;
  g_free (self->nonce);
  self->nonce = g_uuid_string_random ();
  self->nonce_is_used = FALSE;
  for (; *algorithms; algorithms++)
    g_string_append_printf (extra,
                            "%s: Digest realm=\"%s\", nonce=\"%s\", algorithm=%s, "
                            "qop=\"auth,auth-int\", opaque=\"o\"%s\r\n",
                            is_proxy ? "Proxy-Authenticate" : "WWW-Authenticate",
                            self->script.realm, self->nonce, *algorithms,
                            is_stale ? ", stale=true" : "");
  reply (peer, head, is_proxy ? 407 : 401, extra->str);
}

static gboolean
is_right (SupportRegistrar *self, const UllimDigestParams *given, const char *method)
{
  char                 ha1[ULLIM_DIGEST_HEX_SIZE], response[ULLIM_DIGEST_HEX_SIZE];
  UllimDigestAlgorithm algorithm;

  if (!ullim_digest_algorithm_from_name (given->algorithm, &algorithm))
    return FALSE;
  ullim_digest_ha1 (algorithm, given->username, self->script.realm, self->script.password, ha1);
  ullim_digest_response (algorithm, ha1, given->nonce, given->nc, given->cnonce, given->qop, method,
                         given->uri, response);
  return g_strcmp0 (response, given->response) == 0;
}

/* Returns FALSE if it was challenged instead. */
static gboolean
check_credentials (Peer *peer, const char *head, const char *method, gboolean is_proxy)
{
  SupportRegistrar *self = peer->registrar;
  g_autofree char  *header = get_header (head, is_proxy ? "Proxy-Authorization" : "Authorization");
  g_autoptr (UllimDigestParams) given = header ? ullim_digest_params_parse (header) : NULL;
  gboolean                      is_stale;

  if (!self->script.password)
    return TRUE;
  if (given) {
    g_free (self->counts.algorithm);
    self->counts.algorithm = g_strdup (given->algorithm);
  }
  is_stale = given && (g_strcmp0 (given->nonce, self->nonce) != 0 ||
                       (self->script.expires_nonces && self->nonce_is_used));
  if (given && !is_stale && is_right (self, given, method)) {
    self->nonce_is_used = TRUE;
    return TRUE;
  }
  challenge (peer, head, is_proxy, is_stale);
  return FALSE;
}

/* ---- Requests ---- */

static void
on_register (Peer *peer, const char *head)
{
  SupportRegistrar *self = peer->registrar;
  g_autofree char  *to = get_header (head, "To");
  g_autofree char  *user = get_user (to);
  g_autofree char  *contact = get_header (head, "Contact");
  g_autofree char  *expires = get_header (head, "Expires");
  g_autofree char  *extra = NULL;

  self->counts.registers++;
  if (self->script.register_status) {
    reply (peer, head, self->script.register_status, NULL);
    return;
  }
  if (!check_credentials (peer, head, "REGISTER", FALSE))
    return;
  if (g_strcmp0 (expires, "0") == 0) {
    const char *own = g_hash_table_lookup (self->contacts, user);
    gboolean    has_instance = contact && strstr (contact, "+sip.instance");

    self->counts.un_registers++;
    self->counts.with_instance += has_instance;
    /* RFC 5626 section 6: an instance has one binding, whatever its address is by now. */
    if (own && (has_instance || g_str_has_prefix (own, contact))) {
      g_hash_table_remove (self->bindings, user);
      g_hash_table_remove (self->contacts, user);
    }
    reply (peer, head, 200, NULL);
    return;
  }
  g_hash_table_insert (self->bindings, g_strdup (user), g_rc_box_acquire (peer));
  g_hash_table_insert (self->contacts, g_strdup (user), g_strdup (contact));
  extra = g_strdup_printf ("Contact: %s;expires=%u\r\n", contact, self->script.expires_s);
  reply (peer, head, 200, extra);
}

static void
pass_on (Peer *peer, const char *head, const char *body, gsize body_size)
{
  SupportRegistrar   *self = peer->registrar;
  const char         *uri = strchr (head, ' ') + 1;
  const char         *rest = strstr (head, "\r\n") + 2;
  g_autofree char    *user = get_user (uri);
  Peer               *target = g_hash_table_lookup (self->bindings, user);
  const char         *contact = g_hash_table_lookup (self->contacts, user);
  g_autofree char    *target_uri = NULL;
  g_autofree char    *branch = NULL;
  g_autoptr (GString) request = g_string_new (NULL);

  if (!target) {
    reply (peer, head, 404, NULL);
    return;
  }
  target_uri = g_strndup (strchr (contact, '<') + 1, strcspn (strchr (contact, '<') + 1, ">"));
  branch = g_strdup_printf ("z9hG4bKr%u", ++self->n_branches);
  g_hash_table_insert (self->pending, g_strdup (branch), g_rc_box_acquire (peer));
  g_string_append_printf (
      request, "MESSAGE %s SIP/2.0\r\nVia: SIP/2.0/%s 127.0.0.1:%u;branch=%s\r\n", target_uri,
      target->address     ? "UDP"
      : self->certificate ? "TLS"
                          : "TCP",
      self->port, branch);
  g_string_append (request, rest);
  g_string_append_len (request, body, body_size);
  peer_send (target, request->str, request->len);
}

static void
on_message (Peer *peer, const char *head, const char *body, gsize body_size)
{
  SupportRegistrar *self = peer->registrar;

  self->counts.messages++;
  if (self->script.drops_messages)
    return;
  if (self->script.message_status)
    reply (peer, head, self->script.message_status, NULL);
  else if (!self->script.challenges_messages || check_credentials (peer, head, "MESSAGE", TRUE))
    pass_on (peer, head, body, body_size);
}

static void
on_answer (SupportRegistrar *self, const char *head)
{
  g_autofree char *via = get_header (head, "Via");
  const char      *branch = via ? strstr (via, "z9hG4bKr") : NULL;
  g_autofree char *key = branch ? g_strndup (branch, strcspn (branch, ";,")) : NULL;
  Peer            *peer = key ? g_hash_table_lookup (self->pending, key) : NULL;
  const char      *line = strstr (head, "\r\nVia:");
  g_autofree char *answer = NULL;

  if (!peer || !line)
    return;
  /* Without our own Via, which is the first one. */
  answer = g_strdup_printf ("%.*s%s", (int) (line - head), head, strstr (line + 2, "\r\n"));
  peer_send (peer, answer, strlen (answer));
  g_hash_table_remove (self->pending, key);
}

static void
on_sip (Peer *peer, const char *head, const char *body, gsize body_size)
{
  SupportRegistrar *self = peer->registrar;

  if (self->script.is_silent)
    return;
  if (g_str_has_prefix (head, "SIP/2.0 "))
    on_answer (self, head);
  else if (g_str_has_prefix (head, "REGISTER "))
    on_register (peer, head);
  else if (g_str_has_prefix (head, "MESSAGE "))
    on_message (peer, head, body, body_size);
  else if (g_str_has_prefix (head, "OPTIONS ")) {
    self->counts.options++;
    reply (peer, head, 200, NULL);
  }
}

/* ---- Reading ---- */

static gboolean
take_message (Peer *peer)
{
  const char      *data = (const char *) peer->input->data;
  gsize            blank = 0;
  const char      *end;
  g_autofree char *head = NULL;
  g_autofree char *length = NULL;
  g_autofree char *body = NULL;
  gsize            head_size, body_size;

  while (blank < peer->input->len && (data[blank] == '\r' || data[blank] == '\n'))
    blank++;
  g_byte_array_remove_range (peer->input, 0, blank);
  data = (const char *) peer->input->data;
  end = peer->input->len ? g_strstr_len (data, peer->input->len, "\r\n\r\n") : NULL;
  if (!end)
    return FALSE;
  head_size = end + 4 - data;
  head = g_strndup (data, head_size);
  length = get_header (head, "Content-Length");
  body_size = length ? strtoul (length, NULL, 10) : 0;
  g_assert_cmpuint (body_size, <, MAX_MESSAGE_BYTES);
  if (peer->input->len < head_size + body_size)
    return FALSE;
  body = g_memdup2 (data + head_size, body_size);
  g_byte_array_remove_range (peer->input, 0, head_size + body_size);
  on_sip (peer, head, body, body_size);
  return TRUE;
}

static void read_more (Peer *peer);

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Peer              *peer = data;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);

  if (bytes && g_bytes_get_size (bytes) > 0) {
    g_byte_array_append (peer->input, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    while (take_message (peer))
      ;
    read_more (peer);
  } else {
    g_io_stream_close_async (peer->stream, 0, NULL, NULL, NULL);
  }
  peer_unref (peer);
}

static void
read_more (Peer *peer)
{
  if (g_io_stream_is_closed (peer->stream))
    return;
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (peer->stream), 16 * 1024, 0,
                                   peer->registrar->closing, on_read, g_rc_box_acquire (peer));
}

void
support_registrar_set_certificate (SupportRegistrar *self, const SupportCertificate *certificate)
{
  g_clear_object (&self->certificate);
  if (certificate)
    self->certificate = support_certificate_to_tls (certificate);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  SupportRegistrar     *self = data;
  g_autoptr (GIOStream) stream = NULL;
  Peer                 *peer;

  if (self->counts.connections++ > 0 && self->script.later_certificate)
    support_registrar_set_certificate (self, self->script.later_certificate);
  if (self->certificate)
    stream = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  else
    stream = g_object_ref (G_IO_STREAM (connection));
  peer = peer_new (self, stream, NULL);
  read_more (peer);
  peer_unref (peer);
  return TRUE;
}

static gboolean
on_datagram (GSocket *socket, GIOCondition condition, gpointer data)
{
  SupportRegistrar          *self = data;
  g_autoptr (GSocketAddress) from = NULL;
  char                       buffer[65536];
  gssize size = g_socket_receive_from (socket, &from, buffer, sizeof buffer, NULL, NULL);
  Peer  *peer;

  if (size > 0) {
    peer = peer_new (self, NULL, from);
    g_byte_array_append (peer->input, (const guint8 *) buffer, size);
    take_message (peer);
    peer_unref (peer);
  }
  return G_SOURCE_CONTINUE;
}

/* ---- Life ---- */

static void
close_peer (gpointer data, gpointer unused)
{
  Peer      *peer = data;
  GIOStream *base = NULL;

  if (!peer->stream)
    return;
  if (G_IS_TLS_CONNECTION (peer->stream))
    g_object_get (peer->stream, "base-io-stream", &base, NULL);
  /* The socket itself, so that it happens now. */
  g_socket_close (g_socket_connection_get_socket (G_SOCKET_CONNECTION (base ? base : peer->stream)),
                  NULL);
  g_clear_object (&base);
}

void
support_registrar_drop_connections (SupportRegistrar *self)
{
  g_cancellable_cancel (self->closing);
  g_ptr_array_foreach (self->peers, close_peer, NULL);
  g_ptr_array_set_size (self->peers, 0);
  g_object_unref (self->closing);
  self->closing = g_cancellable_new ();
}

void
support_registrar_close_port (SupportRegistrar *self)
{
  if (!self->service)
    return;
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  g_source_destroy (self->udp_source);
  g_clear_pointer (&self->udp_source, g_source_unref);
  g_socket_close (self->udp, NULL);
  g_clear_object (&self->udp);
}

void
support_registrar_stop (SupportRegistrar *self)
{
  support_registrar_drop_connections (self);
  support_registrar_close_port (self);
  g_hash_table_remove_all (self->bindings);
  g_hash_table_remove_all (self->contacts);
  g_hash_table_remove_all (self->pending);
}

void
support_registrar_start (SupportRegistrar *self)
{
  g_autoptr (GInetAddress)   loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) local = g_inet_socket_address_new (loopback, self->port);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocketAddress) same = NULL;
  g_autoptr (GError)         error = NULL;

  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), local, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  same = g_inet_socket_address_new (loopback, self->port);
  self->udp =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);
  g_assert_no_error (error);
  g_socket_bind (self->udp, same, FALSE, &error);
  g_assert_no_error (error);
  self->udp_source = g_socket_create_source (self->udp, G_IO_IN, NULL);
  g_source_set_callback (self->udp_source, G_SOURCE_FUNC (on_datagram), self, NULL);
  g_source_attach (self->udp_source, NULL);
}

SupportRegistrar *
support_registrar_new (guint16 port, const SupportCertificate *certificate)
{
  SupportRegistrar *self = g_new0 (SupportRegistrar, 1);

  self->port = port;
  self->script.realm = "test";
  self->script.expires_s = 600;
  self->closing = g_cancellable_new ();
  self->peers = g_ptr_array_new_with_free_func (peer_unref);
  self->bindings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, peer_unref);
  self->contacts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->pending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, peer_unref);
  support_registrar_set_certificate (self, certificate);
  support_registrar_start (self);
  return self;
}

void
support_registrar_free (SupportRegistrar *self)
{
  support_registrar_stop (self);
  /* Lets the reads that were cancelled come to their end. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_ptr_array_unref (self->peers);
  g_hash_table_unref (self->bindings);
  g_hash_table_unref (self->contacts);
  g_hash_table_unref (self->pending);
  g_clear_object (&self->certificate);
  g_object_unref (self->closing);
  g_free (self->nonce);
  g_free (self->counts.algorithm);
  g_free (self);
}

guint16
support_registrar_get_port (SupportRegistrar *self)
{
  return self->port;
}

SupportRegistrarScript *
support_registrar_get_script (SupportRegistrar *self)
{
  return &self->script;
}

const SupportRegistrarCounts *
support_registrar_get_counts (SupportRegistrar *self)
{
  return &self->counts;
}

const char *
support_registrar_get_binding (SupportRegistrar *self, const char *user)
{
  return g_hash_table_lookup (self->contacts, user);
}
