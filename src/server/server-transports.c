/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sofia's transport layer with our limits. Sofia's two versions differ in the tags they know, hence
 * the #ifdefs. Every URL names its transport: without, the newer version adds WebSocket.
 */
#define G_LOG_DOMAIN "server-transports"

#include "server-transports.h"

#include "server-limits.h"
#include "server-sqlite.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sofia-sip/tport.h>
#include <sofia-sip/tport_tag.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How often another port is tried when somebody took it between our look and our bind. */
#define PORT_TRIES 10
/* Answers that may wait for one slow connection; Sofia allows no more. */
#define QUEUE_SIZE 1000
#define UDP_BUFFER_BYTES (4 * 1024 * 1024)
/* How long a half-written message or answer may stand still. */
#define STALL_MS 20000
/* Memory that each message gets in one piece: most need no more, and allocation is a good part of
 * the time for a request. */
#define MESSAGE_PRELOAD_BYTES 3072
/* Timer K: a late repetition of an answer is dropped anyway. */
#define SIP_T4_MS 1000
/* Timer C (RFC 3261 section 16.6 step 11): how long a phone may ring. */
#define TIMER_C_MS (185 * 1000)

socklen_t
ullim_server_transports_make_address (const char              *listen_on,
                                      guint16                  port,
                                      struct sockaddr_storage *out)
{
  struct sockaddr_in  *v4 = (struct sockaddr_in *) out;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *) out;

  memset (out, 0, sizeof *out);
  if (inet_pton (AF_INET, listen_on, &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons (port);
    return sizeof *v4;
  }
  if (inet_pton (AF_INET6, listen_on, &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons (port);
    return sizeof *v6;
  }
  return 0;
}

/* Binds and lets go again: Sofia says only that it failed, this says why and which port. */
static gboolean
probe (const char *listen_on, int type, guint16 *port, GError **error)
{
  struct sockaddr_storage address;
  socklen_t length = ullim_server_transports_make_address (listen_on, *port, &address);
  int       fd = length ? socket (address.ss_family, type | SOCK_CLOEXEC, 0) : -1;
  int       one = 1;
  gboolean  bound;

  if (!length) {
    g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_INVALID,
                 "\"%s\" is not an IP address to listen on.", listen_on);
    return FALSE;
  }
  if (fd >= 0 && type == SOCK_STREAM)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  bound = fd >= 0 && bind (fd, (struct sockaddr *) &address, length) == 0 &&
          getsockname (fd, (struct sockaddr *) &address, &length) == 0;
  if (!bound)
    g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_LISTEN,
                 "Cannot listen on %s port %u (%s): %s.", listen_on, *port,
                 type == SOCK_STREAM ? "TCP" : "UDP", g_strerror (errno));
  else
    *port = ntohs (address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *) &address)->sin6_port
                                                 : ((struct sockaddr_in *) &address)->sin_port);
  if (fd >= 0)
    close (fd);
  return bound;
}

/* A port that is free for both; a wished one is taken or refused. */
static gboolean
choose_ports (const char *listen_on, guint16 *port, guint16 *tls_port, GError **error)
{
  gboolean any = *port == 0;

  for (int i = 0; i < PORT_TRIES; i++) {
    if (any)
      *port = 0;
    if (probe (listen_on, SOCK_DGRAM, port, error) && probe (listen_on, SOCK_STREAM, port, error))
      return probe (listen_on, SOCK_STREAM, tls_port, error);
    if (!any || i + 1 == PORT_TRIES)
      return FALSE;
    g_clear_error (error);
  }
  return FALSE;
}

static gboolean
add_transport (nta_agent_t *nta,
               const char  *host,
               guint16      port,
               const char  *transport,
               const char  *certificate_dir,
               GPtrArray   *lines)
{
  g_autofree char *url =
      g_strdup_printf ("%s:%s:%u;transport=%s", strcmp (transport, "tls") == 0 ? "sips" : "sip",
                       host, port, transport);

  if (nta_agent_add_tport (nta, URL_STRING_MAKE (url), TPTAG_CERTIFICATE (certificate_dir),
                           TPTAG_QUEUESIZE (QUEUE_SIZE), TPTAG_TIMEOUT (STALL_MS),
                           TPTAG_PONG2PING (1), TPTAG_UDP_RMEM (UDP_BUFFER_BYTES),
                           TPTAG_UDP_WMEM (UDP_BUFFER_BYTES),
                           TPTAG_TLS_VERIFY_POLICY (TPTLS_VERIFY_NONE),
#ifdef TPTAG_TLS_CIPHERS /* the newer version leaves TLS 1.2 out unless told */
                           TPTAG_TLS_VERSION (TPTLS_VERSION_TLSv1_2),
#endif
                           TAG_END ()) < 0)
    return FALSE;
  g_ptr_array_add (lines, g_strdup_printf ("%s:%s:%u", transport, host, port));
  return TRUE;
}

static nta_agent_t *
create_agent (su_root_t *root, nta_message_f *callback, nta_agent_magic_t *magic)
{
  return nta_agent_create (root, (url_string_t *) -1, /* Sofia's NONE: no transport yet */
                           callback, magic, NTATAG_STATELESS (1), NTATAG_UA (0),
                           NTATAG_CANCEL_487 (0), NTATAG_PASS_100 (1),
                           NTATAG_MAXSIZE (ULLIM_SERVER_MAX_MESSAGE), NTATAG_SIP_T4 (SIP_T4_MS),
                           NTATAG_TIMER_C (TIMER_C_MS), TAG_END ());
}

nta_agent_t *
ullim_server_transports_open (su_root_t         *root,
                              const char        *listen_on,
                              guint16            port,
                              guint16            tls_port,
                              const char        *certificate_dir,
                              nta_message_f     *callback,
                              nta_agent_magic_t *magic,
                              GPtrArray        **lines,
                              GError           **error)
{
  g_autofree char *host =
      strchr (listen_on, ':') ? g_strdup_printf ("[%s]", listen_on) : g_strdup (listen_on);

  for (int i = 0; i < PORT_TRIES; i++) {
    guint16               udp_tcp = port;
    guint16               tls = tls_port;
    nta_agent_t          *nta;
    g_autoptr (GPtrArray) bound = g_ptr_array_new_with_free_func (g_free);

    if (!choose_ports (listen_on, &udp_tcp, &tls, error))
      return NULL;
    nta = create_agent (root, callback, magic);
    if (nta && add_transport (nta, host, udp_tcp, "udp", certificate_dir, bound) &&
        add_transport (nta, host, udp_tcp, "tcp", certificate_dir, bound) &&
        add_transport (nta, host, tls, "tls", certificate_dir, bound)) {
      *lines = g_steal_pointer (&bound);
      return nta;
    }
    nta_agent_destroy (nta);
  }
  g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_LISTEN,
               "Cannot listen on %s: the SIP library refuses the ports or the certificate in %s.",
               listen_on, certificate_dir);
  return NULL;
}
