/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RTP that comes is returned to where it came from, so that it passes any NAT. Its SSRC is changed
 * on the way: a source that hears itself takes that for a collision or a loop and falls silent
 * (RFC 3550 section 8.2). RTCP is not returned: it would report on streams nobody sent.
 */
#define G_LOG_DOMAIN "server-echo-media"

#include "server-echo-media.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_PACKET 2048
/* Packets that are returned before the loop sees to others. */
#define MAX_BURST 64
#define RTP_HEADER_BYTES 12
#define SSRC_OFFSET 8
#define RTP_VERSION 2
/* Packet types of RTCP as they look in an RTP header (RFC 5761 section 4). */
#define RTCP_FIRST 192
#define RTCP_LAST 223

typedef struct {
  UllimServerEchoMedia   *media; /* weak */
  int                     fd;
  int                     index;  /* in the root's table */
  struct sockaddr_storage source; /* the first that sent; others are ignored */
  socklen_t               source_length;
} Stream;

struct _UllimServerEchoMedia {
  su_root_t *root;    /* weak */
  GPtrArray *streams; /* by media line; NULL for a refused one */
  char      *address; /* ours, as the caller sees it */
  guint32    mask;    /* turns the caller's SSRCs into ours */
  guint64    session_id;
  guint64    version;
  gint64     heard_s;
};

static void
stream_free (gpointer data)
{
  Stream *stream = data;

  if (!stream)
    return;
  su_root_deregister (stream->media->root, stream->index);
  close (stream->fd);
  g_free (stream);
}

UllimServerEchoMedia *
ullim_server_echo_media_new (su_root_t *root)
{
  UllimServerEchoMedia *self = g_new0 (UllimServerEchoMedia, 1);

  self->root = root;
  self->streams = g_ptr_array_new_with_free_func (stream_free);
  self->mask = g_random_int () | 1;
  self->session_id = g_random_int ();
  return self;
}

void
ullim_server_echo_media_free (UllimServerEchoMedia *self)
{
  g_ptr_array_unref (self->streams);
  g_free (self->address);
  g_free (self);
}

gint64
ullim_server_echo_media_heard_s (UllimServerEchoMedia *self)
{
  return self->heard_s;
}

/* ---- packets ---- */

static gboolean
is_rtp (const guint8 *packet, gssize length)
{
  return length >= RTP_HEADER_BYTES && packet[0] >> 6 == RTP_VERSION &&
         (packet[1] < RTCP_FIRST || packet[1] > RTCP_LAST);
}

/* The host that sent first owns the stream; its port may change (a NAT that was restarted). */
static gboolean
is_from_caller (Stream *stream, const struct sockaddr_storage *from)
{
  const struct sockaddr_in  *old4 = (const struct sockaddr_in *) &stream->source;
  const struct sockaddr_in6 *old6 = (const struct sockaddr_in6 *) &stream->source;

  if (stream->source_length == 0)
    return TRUE;
  if (from->ss_family != stream->source.ss_family)
    return FALSE;
  return from->ss_family == AF_INET
             ? ((const struct sockaddr_in *) from)->sin_addr.s_addr == old4->sin_addr.s_addr
             : memcmp (&((const struct sockaddr_in6 *) from)->sin6_addr, &old6->sin6_addr,
                       sizeof old6->sin6_addr) == 0;
}

static void
return_packet (Stream *stream, guint8 *packet, gssize length)
{
  guint32 ssrc;

  memcpy (&ssrc, packet + SSRC_OFFSET, sizeof ssrc);
  ssrc ^= stream->media->mask;
  memcpy (packet + SSRC_OFFSET, &ssrc, sizeof ssrc);
  stream->media->heard_s = g_get_monotonic_time () / G_USEC_PER_SEC;
  /* A full buffer loses a packet, as any network may. */
  (void) !sendto (stream->fd, packet, length, 0, (struct sockaddr *) &stream->source,
                  stream->source_length);
}

static int
on_packet (su_root_magic_t *magic, su_wait_t *wait, su_wakeup_arg_t *arg)
{
  Stream *stream = (Stream *) arg;
  guint8  packet[MAX_PACKET];

  for (int i = 0; i < MAX_BURST; i++) {
    struct sockaddr_storage from;
    socklen_t               from_length = sizeof from;
    gssize                  length =
        recvfrom (stream->fd, packet, sizeof packet, 0, (struct sockaddr *) &from, &from_length);

    if (length < 0)
      break;
    if (!is_rtp (packet, length) || !is_from_caller (stream, &from))
      continue;
    stream->source = from;
    stream->source_length = from_length;
    return_packet (stream, packet, length);
  }
  return 0;
}

/* ---- sockets ---- */

static gboolean
resolve (const char *host, const char *port, struct sockaddr_storage *out, socklen_t *length)
{
  struct addrinfo  hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_DGRAM};
  struct addrinfo *found;

  if (getaddrinfo (host, port, &hints, &found) != 0)
    return FALSE;
  memcpy (out, found->ai_addr, found->ai_addrlen);
  *length = found->ai_addrlen;
  freeaddrinfo (found);
  return TRUE;
}

/* Which of our addresses faces the caller: the kernel's choice of route tells. */
static char *
find_own_address (const char *caller)
{
  g_autofree char        *bare = g_strdup (caller[0] == '[' ? caller + 1 : caller);
  struct sockaddr_storage address;
  socklen_t               length;
  char                    host[NI_MAXHOST] = "";
  int                     fd;

  bare[strcspn (bare, "]")] = '\0';
  if (!resolve (bare, "9", &address, &length))
    return NULL;
  fd = socket (address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect (fd, (struct sockaddr *) &address, length) == 0 &&
      getsockname (fd, (struct sockaddr *) &address, &length) == 0)
    getnameinfo ((struct sockaddr *) &address, length, host, sizeof host, NULL, 0, NI_NUMERICHOST);
  if (fd >= 0)
    close (fd);
  return *host ? g_strdup (host) : NULL;
}

static Stream *
stream_new (UllimServerEchoMedia *self)
{
  Stream                 *stream = g_new0 (Stream, 1);
  struct sockaddr_storage address;
  socklen_t               length;
  su_wait_t               wait[1] = {SU_WAIT_INIT};

  stream->media = self;
  stream->index = -1;
  stream->fd = -1;
  if (resolve (self->address, "0", &address, &length))
    stream->fd = socket (address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (stream->fd >= 0 && bind (stream->fd, (struct sockaddr *) &address, length) == 0 &&
      su_wait_create (wait, stream->fd, SU_WAIT_IN) == 0)
    stream->index = su_root_register (self->root, wait, on_packet, (su_wakeup_arg_t *) stream, 0);
  if (stream->index < 0) {
    if (stream->fd >= 0)
      close (stream->fd);
    g_free (stream);
    return NULL;
  }
  return stream;
}

static guint16
stream_port (const Stream *stream)
{
  struct sockaddr_storage address;
  socklen_t               length = sizeof address;

  if (getsockname (stream->fd, (struct sockaddr *) &address, &length) < 0)
    return 0;
  return g_ntohs (address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *) &address)->sin6_port
                                                : ((struct sockaddr_in *) &address)->sin_port);
}

/* ---- the answer ---- */

static gboolean
can_return (const UllimSdpMedia *offered)
{
  return offered->port != 0 &&
         (strcmp (offered->type, "audio") == 0 || strcmp (offered->type, "video") == 0) &&
         (strcmp (offered->protocol, "RTP/AVP") == 0 ||
          strcmp (offered->protocol, "RTP/AVPF") == 0);
}

/* What comes is what goes, so every offered format is taken as it was described. */
static void
copy_description (const UllimSdpMedia *offered, UllimSdpMedia *answered)
{
  static const char *const kept[] = {"rtpmap", "fmtp",     "ptime", "maxptime",
                                     "extmap", "rtcp-mux", "mid"};

  for (guint i = 0; i < offered->section.attributes->len; i++) {
    const UllimSdpAttribute *attribute = g_ptr_array_index (offered->section.attributes, i);

    for (guint k = 0; k < G_N_ELEMENTS (kept); k++) {
      if (strcmp (attribute->name, kept[k]) == 0)
        ullim_sdp_section_add (&answered->section, attribute->name, attribute->value);
    }
  }
}

static Stream *
ensure_stream (UllimServerEchoMedia *self, guint i, guint open)
{
  Stream *stream;

  if (i >= self->streams->len)
    g_ptr_array_set_size (self->streams, i + 1);
  stream = g_ptr_array_index (self->streams, i);
  if (!stream && open < ULLIM_SERVER_ECHO_MAX_STREAMS)
    g_ptr_array_index (self->streams, i) = stream = stream_new (self);
  return stream;
}

static gboolean
answer_media (UllimServerEchoMedia *self,
              UllimSdp             *answer,
              const UllimSdp       *offer,
              guint                 i,
              guint                 open)
{
  const UllimSdpMedia *offered = g_ptr_array_index (offer->media, i);
  Stream              *stream = can_return (offered) ? ensure_stream (self, i, open) : NULL;
  UllimSdpMedia       *answered = ullim_sdp_add_media (
            answer, offered->type, stream ? stream_port (stream) : 0, offered->protocol);

  for (guint f = 0; f < offered->formats->len; f++)
    ullim_sdp_media_add_format (answered, g_ptr_array_index (offered->formats, f));
  if (!stream)
    return FALSE;
  copy_description (offered, answered);
  ullim_sdp_section_add (&answered->section,
                         ullim_sdp_direction_name (ullim_sdp_direction_answer (
                             ullim_sdp_media_direction (offer, offered))),
                         NULL);
  return TRUE;
}

char *
ullim_server_echo_media_answer (UllimServerEchoMedia *self,
                                const UllimSdp       *offer,
                                const char           *caller)
{
  g_autoptr (UllimSdp) answer = NULL;
  guint                open = 0;

  if (!self->address)
    self->address = find_own_address (caller);
  if (!self->address)
    return NULL;
  answer = ullim_sdp_new (self->address, self->session_id, ++self->version);
  for (guint i = 0; i < offer->media->len; i++)
    open += answer_media (self, answer, offer, i, open);
  return open > 0 ? ullim_sdp_to_string (answer) : NULL;
}
