/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "raw-peer.h"

#include <stdlib.h>
#include <string.h>

#include "support.h"

#define MAX_DATAGRAM_BYTES 65536

/* Where messages come from, and answers go. */
typedef struct {
  RawPeer        *peer;
  GSocket        *socket;  /* of a connection, owned */
  GSource        *source;  /* of it */
  GSocketAddress *address; /* of a datagram, owned */
  GByteArray     *input;
} Place;

struct _RawPeer {
  GSocket    *udp;
  GSource    *udp_source;
  GSocket    *tcp;
  GSource    *tcp_source;
  guint16     port;
  GPtrArray  *places;
  GPtrArray  *messages; /* all that came */
  GQueue      untaken;
  GHashTable *branches; /* seen */
  char       *tag;
  guint       n_branches;
};

/* ---- Messages ---- */

static const struct {
  const char *name;
  const char *compact;
} compact_forms[] = {
    {"Via", "v"},
    {"To", "t"},
    {"From", "f"},
    {"Call-ID", "i"},
    {"Contact", "m"},
    {"Content-Type", "c"},
    {"Content-Length", "l"},
    {"Event", "o"},
    {"Supported", "k"},
    {"Allow-Events", "u"},
    {"Content-Encoding", "e"},
};

char *
raw_message_get (const RawMessage *message, const char *name)
{
  const char            *compact = name;
  g_autofree char       *pattern = NULL;
  g_autoptr (GRegex)     regex = NULL;
  g_autoptr (GMatchInfo) match = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (compact_forms); i++)
    if (strcmp (compact_forms[i].name, name) == 0)
      compact = compact_forms[i].compact;
  pattern = g_strdup_printf ("^(?:%s|%s)[ \\t]*:[ \\t]*(.*?)[ \\t]*\\r?$", name, compact);
  regex = g_regex_new (pattern, G_REGEX_CASELESS | G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
  return g_regex_match (regex, message->head, 0, &match) ? g_match_info_fetch (match, 1) : NULL;
}

static void
raw_message_free (gpointer data)
{
  RawMessage *message = data;

  g_free (message->method);
  g_free (message->head);
  g_byte_array_unref (message->body);
  g_free (message);
}

static void
place_send (Place *place, const char *text, gsize size)
{
  if (place->socket) {
    g_socket_set_blocking (place->socket, TRUE);
    while (size > 0) {
      gssize sent = g_socket_send (place->socket, text, size, NULL, NULL);

      if (sent <= 0)
        return;
      text += sent;
      size -= sent;
    }
  } else {
    g_socket_send_to (place->peer->udp, place->address, text, size, NULL, NULL);
  }
}

static void
append_header (GString *text, const RawMessage *message, const char *name, const char *as)
{
  g_autofree char *value = raw_message_get (message, name);

  if (value)
    g_string_append_printf (text, "%s: %s\r\n", as, value);
}

/* With the peer's tag, unless there is one. */
static char *
tagged (const RawMessage *message, const char *name)
{
  g_autofree char *value = raw_message_get (message, name);

  return strstr (value, ";tag=") ? g_strdup (value)
                                 : g_strdup_printf ("%s;tag=%s", value, message->peer->tag);
}

/* RFC 3581: where the request came from; so far all come from the loopback. */
static char *
marked_via (const RawMessage *request)
{
  Place                     *place = request->source;
  g_autofree char           *via = raw_message_get (request, "Via");
  char                      *rport = strstr (via, ";rport");
  g_autoptr (GSocketAddress) address = place->socket
                                           ? g_socket_get_remote_address (place->socket, NULL)
                                           : g_object_ref (place->address);

  if (!rport || !address)
    return g_steal_pointer (&via);
  return g_strdup_printf ("%.*s;rport=%u;received=127.0.0.1%s", (int) (rport - via), via,
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)),
                          rport + strlen (";rport"));
}

void
raw_message_reply (const RawMessage *request, int status, const char *extra)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char    *to = tagged (request, "To");
  g_autofree char    *via = marked_via (request);

  g_string_printf (text, "SIP/2.0 %d Raw\r\nVia: %s\r\nTo: %s\r\n", status, via, to);
  append_header (text, request, "From", "From");
  append_header (text, request, "Call-ID", "Call-ID");
  append_header (text, request, "CSeq", "CSeq");
  if (strcmp (request->method, "SUBSCRIBE") == 0)
    g_string_append_printf (text, "Contact: <sip:raw@127.0.0.1:%u>\r\n", request->peer->port);
  g_string_append_printf (text, "%sContent-Length: 0\r\n\r\n", extra ? extra : "");
  place_send (request->source, text->str, text->len);
}

void
raw_message_notify (const RawMessage *subscribe, guint cseq, const char *headers, const char *body)
{
  RawPeer            *peer = subscribe->peer;
  Place              *place = subscribe->source;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char    *contact = raw_message_get (subscribe, "Contact");
  g_autofree char    *from = tagged (subscribe, "To");
  char               *start = strchr (contact, '<') + 1;

  *strchr (start, '>') = 0;
  g_string_printf (text,
                   "NOTIFY %s SIP/2.0\r\nVia: SIP/2.0/%s 127.0.0.1:%u;branch=z9hG4bKraw%u\r\n"
                   "Max-Forwards: 70\r\nFrom: %s\r\nCSeq: %u NOTIFY\r\n"
                   "Contact: <sip:raw@127.0.0.1:%u>\r\n",
                   start, place->socket ? "TCP" : "UDP", peer->port, ++peer->n_branches, from, cseq,
                   peer->port);
  append_header (text, subscribe, "From", "To");
  append_header (text, subscribe, "Call-ID", "Call-ID");
  g_string_append_printf (text, "%sContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s", headers,
                          body ? strlen (body) : 0, body ? body : "");
  place_send (place, text->str, text->len);
}

/* ---- Reading ---- */

static char *
start_line_method (RawMessage *message)
{
  g_autofree char *cseq = raw_message_get (message, "CSeq");

  return cseq && strchr (cseq, ' ') ? g_strdup (strrchr (cseq, ' ') + 1) : g_strdup ("");
}

static gboolean
is_repeated (RawMessage *message)
{
  g_autofree char *via = NULL;

  if (message->status)
    return FALSE;
  via = raw_message_get (message, "Via");
  return !g_hash_table_add (message->peer->branches,
                            g_strdup_printf ("%s %s", message->method, via));
}

static void
on_message (RawMessage *message)
{
  g_autofree char *contact = NULL;
  g_autofree char *extra = NULL;

  if (!message->status && strcmp (message->method, "OPTIONS") == 0) {
    raw_message_reply (message, 200, NULL);
    return;
  }
  if (!message->status && strcmp (message->method, "REGISTER") == 0) {
    contact = raw_message_get (message, "Contact");
    extra = g_strdup_printf ("Contact: %s;expires=600\r\n", contact);
    raw_message_reply (message, 200, extra);
  }
  if (!is_repeated (message))
    g_queue_push_tail (&message->peer->untaken, message);
}

/* Returns what was used of the bytes. */
static gsize
read_message (Place *place, const char *bytes, gsize size)
{
  const char *end = g_strstr_len (bytes, size, "\r\n\r\n");
  RawMessage *message;
  gsize       head_size, body_size;

  if (size >= 2 && memcmp (bytes, "\r\n", 2) == 0)
    return 2;
  if (!end)
    return 0;
  head_size = end + 4 - bytes;
  message = g_new0 (RawMessage, 1);
  message->peer = place->peer;
  message->source = place;
  message->head = g_strndup (bytes, head_size);
  message->body = g_byte_array_new ();
  message->method = start_line_method (message);
  if (g_str_has_prefix (message->head, "SIP/2.0 "))
    message->status = atoi (message->head + strlen ("SIP/2.0 "));
  {
    g_autofree char *length = raw_message_get (message, "Content-Length");

    body_size = length ? strtoul (length, NULL, 10) : 0;
  }
  if (head_size + body_size > size) {
    raw_message_free (message);
    return 0;
  }
  g_byte_array_append (message->body, (const guint8 *) end + 4, body_size);
  g_ptr_array_add (place->peer->messages, message);
  on_message (message);
  return head_size + body_size;
}

static void
place_free (gpointer data)
{
  Place *place = data;

  if (place->source)
    g_source_destroy (place->source);
  g_clear_pointer (&place->source, g_source_unref);
  g_clear_object (&place->socket);
  g_clear_object (&place->address);
  g_byte_array_unref (place->input);
  g_free (place);
}

static Place *
place_new (RawPeer *peer)
{
  Place *place = g_new0 (Place, 1);

  place->peer = peer;
  place->input = g_byte_array_new ();
  g_ptr_array_add (peer->places, place);
  return place;
}

static gboolean
on_bytes (GSocket *socket, GIOCondition condition, gpointer data)
{
  Place *place = data;
  char   buffer[MAX_DATAGRAM_BYTES];
  gssize size;
  gsize  used;

  g_socket_set_blocking (socket, FALSE);
  size = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);
  if (size <= 0)
    return size < 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
  g_byte_array_append (place->input, (guint8 *) buffer, size);
  while ((used = read_message (place, (char *) place->input->data, place->input->len)))
    g_byte_array_remove_range (place->input, 0, used);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_connection (GSocket *socket, GIOCondition condition, gpointer data)
{
  GSocket *connection = g_socket_accept (socket, NULL, NULL);
  Place   *place;

  if (!connection)
    return G_SOURCE_CONTINUE;
  place = place_new (data);
  place->socket = connection;
  place->source = g_socket_create_source (connection, G_IO_IN | G_IO_HUP, NULL);
  g_source_set_callback (place->source, G_SOURCE_FUNC (on_bytes), place, NULL);
  g_source_attach (place->source, NULL);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_datagram (GSocket *socket, GIOCondition condition, gpointer data)
{
  g_autoptr (GSocketAddress) address = NULL;
  char                       buffer[MAX_DATAGRAM_BYTES];
  gssize size = g_socket_receive_from (socket, &address, buffer, sizeof buffer, NULL, NULL);
  Place *place;

  if (size > 0) {
    place = place_new (data);
    place->address = g_steal_pointer (&address);
    read_message (place, buffer, size);
  }
  return G_SOURCE_CONTINUE;
}

/* ---- Taking ---- */

typedef struct {
  RawPeer    *peer;
  const char *method;
  gboolean    is_answer;
  RawMessage *found;
} Wanted;

static gboolean
find (gpointer data)
{
  Wanted *wanted = data;

  for (GList *link = wanted->peer->untaken.head; link; link = link->next) {
    RawMessage *message = link->data;

    if (strcmp (message->method, wanted->method) == 0 &&
        (message->status != 0) == wanted->is_answer) {
      wanted->found = message;
      g_queue_delete_link (&wanted->peer->untaken, link);
      return TRUE;
    }
  }
  return FALSE;
}

RawMessage *
raw_peer_wait (RawPeer *peer, const char *method)
{
  Wanted wanted = {peer, method, FALSE, NULL};

  support_wait (find, &wanted, method);
  return wanted.found;
}

RawMessage *
raw_peer_wait_answer (RawPeer *peer, const char *method)
{
  Wanted wanted = {peer, method, TRUE, NULL};

  support_wait (find, &wanted, "an answer");
  return wanted.found;
}

guint
raw_peer_count (RawPeer *peer, const char *method)
{
  guint n = 0;

  for (GList *link = peer->untaken.head; link; link = link->next) {
    RawMessage *message = link->data;

    n += !message->status && strcmp (message->method, method) == 0;
  }
  return n;
}

/* ---- Life ---- */

static GSocket *
bind_socket (GSocketType type, guint16 port)
{
  g_autoptr (GError)         error = NULL;
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, type, G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  if (!g_socket_bind (socket, address, FALSE, NULL))
    g_clear_object (&socket);
  return socket;
}

RawPeer *
raw_peer_new (void)
{
  RawPeer *peer = g_new0 (RawPeer, 1);

  /* One port that is free for both. */
  for (guint i = 0; i < 32 && !peer->udp; i++) {
    g_autoptr (GSocketAddress) bound = NULL;

    g_clear_object (&peer->tcp);
    peer->tcp = bind_socket (G_SOCKET_TYPE_STREAM, 0);
    bound = g_socket_get_local_address (peer->tcp, NULL);
    peer->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
    peer->udp = bind_socket (G_SOCKET_TYPE_DATAGRAM, peer->port);
  }
  g_assert_nonnull (peer->udp);
  g_assert_true (g_socket_listen (peer->tcp, NULL));
  peer->udp_source = g_socket_create_source (peer->udp, G_IO_IN, NULL);
  g_source_set_callback (peer->udp_source, G_SOURCE_FUNC (on_datagram), peer, NULL);
  g_source_attach (peer->udp_source, NULL);
  peer->tcp_source = g_socket_create_source (peer->tcp, G_IO_IN, NULL);
  g_source_set_callback (peer->tcp_source, G_SOURCE_FUNC (on_connection), peer, NULL);
  g_source_attach (peer->tcp_source, NULL);
  peer->places = g_ptr_array_new_with_free_func (place_free);
  peer->messages = g_ptr_array_new_with_free_func (raw_message_free);
  peer->branches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  peer->tag = g_strdup ("raw");
  return peer;
}

void
raw_peer_free (RawPeer *peer)
{
  g_source_destroy (peer->udp_source);
  g_source_unref (peer->udp_source);
  g_source_destroy (peer->tcp_source);
  g_source_unref (peer->tcp_source);
  g_ptr_array_unref (peer->messages);
  g_ptr_array_unref (peer->places);
  g_hash_table_unref (peer->branches);
  g_queue_clear (&peer->untaken);
  g_object_unref (peer->udp);
  g_object_unref (peer->tcp);
  g_free (peer->tag);
  g_free (peer);
}

guint16
raw_peer_get_port (RawPeer *peer)
{
  return peer->port;
}

void
raw_peer_set_tag (RawPeer *peer, const char *tag)
{
  g_free (peer->tag);
  peer->tag = g_strdup (tag);
}

void
raw_peer_send_udp (RawPeer *peer, guint16 port, const char *text)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);

  g_socket_send_to (peer->udp, address, text, strlen (text), NULL, NULL);
}

void
raw_peer_drop_connections (RawPeer *peer)
{
  for (guint i = 0; i < peer->places->len; i++) {
    Place *place = peer->places->pdata[i];

    if (place->socket)
      g_socket_close (place->socket, NULL);
    if (place->source)
      g_source_destroy (place->source);
  }
}
