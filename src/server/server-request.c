/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers go out on the connection the request came on, or over UDP to where it came from
 * (RFC 3261 section 18.2.2, RFC 3581).
 */
#define G_LOG_DOMAIN "server-request"

#include "server-request.h"

#include <sofia-sip/msg_addr.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/su_tag_io.h>
#include <sofia-sip/su_tagarg.h>
#include <string.h>

static void
write_source (const su_sockaddr_t *address, char *out)
{
  if (!tport_hostport (out, ULLIM_SERVER_SOURCE_SIZE, address, 1))
    g_strlcpy (out, "?", ULLIM_SERVER_SOURCE_SIZE);
}

UllimServerRequest *
ullim_server_request_new (nta_agent_t *nta, UllimServerReplies *replies, msg_t *msg, sip_t *sip)
{
  UllimServerRequest *self = g_new0 (UllimServerRequest, 1);
  const sip_via_t    *via = sip->sip_via;
  g_autofree char    *sent_by = g_strconcat (via->v_host, ":", via->v_port, NULL);

  self->nta = nta;
  self->replies = replies;
  self->msg = msg;
  self->sip = sip;
  self->tport = nta_incoming_transport (nta, NULL, msg);
  write_source (msg_addr (msg), self->source);
  self->key =
      ullim_server_replies_key (replies, via->v_branch, sent_by, sip->sip_request->rq_method_name,
                                sip->sip_call_id->i_id, sip->sip_cseq->cs_seq);
  return self;
}

void
ullim_server_request_free (UllimServerRequest *self)
{
  if (!self)
    return;
  tport_unref (self->tport);
  msg_destroy (self->msg);
  g_free (self->user);
  g_free (self);
}

gboolean
ullim_server_request_is_stream (UllimServerRequest *self)
{
  return self->tport && tport_is_stream (self->tport);
}

void
ullim_server_request_source_host (UllimServerRequest *self, char out[ULLIM_SERVER_SOURCE_SIZE])
{
  char *colon;

  g_strlcpy (out, self->source, ULLIM_SERVER_SOURCE_SIZE);
  colon = strrchr (out, ':');
  if (colon)
    *colon = '\0';
}

void
ullim_server_request_flow (UllimServerRequest *self, char out[ULLIM_SERVER_FLOW_SIZE])
{
  const char *protocol =
      ullim_server_request_is_stream (self) ? tport_name (self->tport)->tpn_proto : "udp";

  g_snprintf (out, ULLIM_SERVER_FLOW_SIZE, "%s:%s", protocol, self->source);
}

/* The tag of our own answers follows from the request, so that a repeated answer repeats it. */
static sip_to_t *
tagged_to (UllimServerRequest *self)
{
  su_home_t *home = msg_home (self->msg);
  sip_to_t  *to = sip_to_dup (home, self->sip->sip_to);
  char       tag[24];

  if (to && !to->a_tag) {
    g_snprintf (tag, sizeof tag, "u%" G_GINT64_MODIFIER "x", self->key);
    sip_to_tag (home, to, tag);
  }
  return to;
}

void
ullim_server_request_reply (UllimServerRequest *self,
                            int                 status,
                            const char         *phrase,
                            tag_type_t          tag,
                            tag_value_t         value,
                            ...)
{
  ta_list ta;

  ta_start (ta, tag, value);
  nta_msg_treply (self->nta, msg_ref (self->msg), status, phrase, NTATAG_TPORT (self->tport),
                  TAG_IF (status > 100, SIPTAG_TO (tagged_to (self))), ta_tags (ta));
  ta_end (ta);
  if (status >= 200) {
    self->answered = TRUE;
    ullim_server_replies_end (self->replies, self->key, status, NULL, NULL);
  }
}

void
ullim_server_request_reply_with (UllimServerRequest *self,
                                 int                 status,
                                 const char         *phrase,
                                 const char         *headers)
{
  nta_msg_treply (self->nta, msg_ref (self->msg), status, phrase, NTATAG_TPORT (self->tport),
                  SIPTAG_TO (tagged_to (self)), SIPTAG_HEADER_STR (headers), TAG_END ());
  self->answered = TRUE;
  ullim_server_replies_end (self->replies, self->key, status, NULL, headers);
}

void
ullim_server_request_forward_reply (UllimServerRequest *self, msg_t *response)
{
  msg_t *copy = msg_copy (response);
  sip_t *sip = sip_object (copy);
  int    status = sip->sip_status->st_status;

  if (status >= 200) {
    self->answered = TRUE;
    ullim_server_replies_end (self->replies, self->key, status,
                              sip->sip_to ? sip->sip_to->a_tag : NULL, NULL);
  }
  nta_msg_tsend (self->nta, copy, NULL, NTATAG_TPORT (self->tport), TAG_END ());
}

void
ullim_server_request_repeat (UllimServerRequest *self)
{
  const char *tag;
  const char *headers;
  int         status = ullim_server_replies_find (self->replies, self->key, &tag, &headers);
  sip_to_t   *to;

  if (status == 0)
    return;
  to = tag ? sip_to_dup (msg_home (self->msg), self->sip->sip_to) : tagged_to (self);
  if (to && !to->a_tag && tag)
    sip_to_tag (msg_home (self->msg), to, tag);
  nta_msg_treply (self->nta, msg_ref (self->msg), status, sip_status_phrase (status),
                  NTATAG_TPORT (self->tport), SIPTAG_TO (to),
                  TAG_IF (headers, SIPTAG_HEADER_STR (headers)), TAG_END ());
}
