/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sofia shows a connection to us only when it has delivered a whole message, which is what such
 * connections never do. So they are found among the descriptors of this process, and shut down in
 * the kernel: Sofia then sees the end of the stream and clears up after itself.
 */
#define G_LOG_DOMAIN "server-connections"

#include "server-connections.h"

#include "server-limits.h"
#include "server-log.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SOURCE_SIZE 64

typedef struct {
  gint64 since_s;
  gint64 heard_s; /* 0: never */
  guint  seen;    /* round of the sweep that saw it */
} Connection;

struct _UllimServerConnections {
  GHashTable *by_source; /* (owned): "address:port" -> Connection */
  guint       round;
};

UllimServerConnections *
ullim_server_connections_new (void)
{
  UllimServerConnections *self = g_new0 (UllimServerConnections, 1);

  self->by_source = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
ullim_server_connections_free (UllimServerConnections *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->by_source);
  g_free (self);
}

static Connection *
ensure (UllimServerConnections *self, const char *source, gint64 now_s)
{
  Connection *connection = g_hash_table_lookup (self->by_source, source);

  if (!connection) {
    connection = g_new0 (Connection, 1);
    connection->since_s = now_s;
    connection->seen = self->round;
    g_hash_table_insert (self->by_source, g_strdup (source), connection);
  }
  return connection;
}

void
ullim_server_connections_heard (UllimServerConnections *self, const char *source, gint64 now_s)
{
  ensure (self, source, now_s)->heard_s = now_s;
}

/* The peer of an accepted connection, in the notation of ullim_server_request's source. */
static gboolean
read_peer (int fd, char source[SOURCE_SIZE], char host[SOURCE_SIZE])
{
  struct sockaddr_storage peer;
  socklen_t               length = sizeof peer;
  int                     type;
  socklen_t               type_length = sizeof type;
  char                    port[16];

  if (getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &type_length) < 0 || type != SOCK_STREAM ||
      getpeername (fd, (struct sockaddr *) &peer, &length) < 0 ||
      (peer.ss_family != AF_INET && peer.ss_family != AF_INET6) ||
      getnameinfo ((struct sockaddr *) &peer, length, host, SOURCE_SIZE, port, sizeof port,
                   NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return FALSE;
  g_snprintf (source, SOURCE_SIZE, peer.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
  return TRUE;
}

static const char *
reason_to_close (const Connection *connection, guint strangers, gint64 now_s)
{
  if (strangers > ULLIM_SERVER_MAX_STRANGER_CONNECTIONS)
    return "too-many";
  if (connection->heard_s == 0 && now_s - connection->since_s > ULLIM_SERVER_FIRST_MESSAGE_S)
    return "silent";
  if (connection->heard_s != 0 && now_s - connection->heard_s > ULLIM_SERVER_IDLE_S)
    return "idle";
  return NULL;
}

static void
forget_closed (UllimServerConnections *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->by_source);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (((Connection *) value)->seen != self->round)
      g_hash_table_iter_remove (&iter);
  }
}

void
ullim_server_connections_sweep (UllimServerConnections *self,
                                gboolean (*belongs) (const char *source, gpointer data),
                                gpointer data,
                                gint64   now_s)
{
  g_autoptr (GDir)       dir = g_dir_open ("/proc/self/fd", 0, NULL);
  g_autoptr (GHashTable) strangers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char            *entry;

  self->round++;
  while (dir && (entry = g_dir_read_name (dir))) {
    int         fd = atoi (entry);
    char        source[SOURCE_SIZE];
    char        host[SOURCE_SIZE];
    Connection *connection;
    const char *reason;
    guint       count;

    if (!read_peer (fd, source, host))
      continue;
    connection = ensure (self, source, now_s);
    connection->seen = self->round;
    if (belongs (source, data))
      continue;
    count = GPOINTER_TO_UINT (g_hash_table_lookup (strangers, host)) + 1;
    g_hash_table_replace (strangers, g_strdup (host), GUINT_TO_POINTER (count));
    reason = reason_to_close (connection, count, now_s);
    if (reason) {
      ullim_server_event ("closed source=%s why=%s", source, reason);
      shutdown (fd, SHUT_RDWR);
    }
  }
  forget_closed (self);
}
