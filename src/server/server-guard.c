/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sofia appends each header to a list that it walks from the start: the time for a message grows
 * with the square of its headers, and 300 KB of "v:x" would hold the server for many seconds. There
 * is no limit to set and no hook before the parser. But Sofia's transport calls its parser through
 * the dynamic linker, which finds our msg_extract() first: it looks at the bytes, and passes the
 * message on to Sofia's when they are few enough.
 */
#define G_LOG_DOMAIN "server-guard"

#include "server-guard.h"

#include "server-limits.h"

#include <dlfcn.h>
#include <sofia-sip/msg.h>
#include <sofia-sip/msg_buffer.h>
#include <sofia-sip/msg_parser.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/su.h>
#include <sys/ioctl.h>

/** Read from a socket at a time: no datagram is longer. */
#define MAX_READ_BYTES (64 * 1024)

static int (*sofia_msg_extract) (msg_t *);

void
ullim_server_guard_init (void)
{
  *(void **) &sofia_msg_extract = dlsym (RTLD_NEXT, "msg_extract");
  if (!sofia_msg_extract)
    g_error ("the SIP library has no msg_extract");
}

gboolean
ullim_server_guard_allows (const char *data, gsize length, gsize parsed_bytes, guint parsed_parts)
{
  guint parts = parsed_parts;
  gsize line = 0; /* bytes of the line so far, without CR */
  gsize i = 0;

  for (; i < length; i++) {
    if (parsed_bytes + i > ULLIM_SERVER_MAX_HEAD || parts > ULLIM_SERVER_MAX_PARTS)
      return FALSE;
    if (data[i] == '\n') {
      /* Empty lines before the first are keep-alives, one after it ends the head. */
      if (line == 0 && parts > 0)
        return TRUE;
      parts += line > 0;
      line = 0;
    } else if (data[i] != '\r') {
      parts += data[i] == ',';
      line++;
    }
  }
  return parsed_bytes + i <= ULLIM_SERVER_MAX_HEAD && parts <= ULLIM_SERVER_MAX_PARTS;
}

static gboolean
is_allowed (msg_t *msg)
{
  const sip_t        *sip = sip_object (msg);
  const msg_header_t *header = *msg_chain_head (msg);
  gsize               bytes = 0;
  guint               parts = 0;

  if (!sip || sip->sip_separator)
    return TRUE; /* the rest is body */
  for (; header; header = header->sh_succ) {
    bytes += header->sh_len;
    parts++;
  }
  return ullim_server_guard_allows (msg_buf_committed_data (msg), msg_buf_committed (msg), bytes,
                                    parts);
}

int
msg_extract (msg_t *msg)
{
  if (!msg || is_allowed (msg))
    return sofia_msg_extract (msg);
  msg_mark_as_complete (msg, MSG_FLG_ERROR | MSG_FLG_TOOLARGE);
  return -1;
}

/*
 * In the same way Sofia asks how much there is to read from a socket. It would read all at once,
 * and for each message in it move the rest to another buffer: several megabytes of short messages,
 * sent by one person, would hold the server for minutes.
 */
issize_t
su_getmsgsize (su_socket_t s)
{
  int n_bytes = 0;

  if (ioctl (s, FIONREAD, &n_bytes) < 0)
    return -1;
  return MIN (n_bytes, MAX_READ_BYTES);
}
