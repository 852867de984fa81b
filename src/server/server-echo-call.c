/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sofia matches requests to the dialog and keeps transactions; as the agent serves a proxy, the
 * repetition of a 200 until its ACK comes (section 13.3.1.4) is done here.
 */
#define G_LOG_DOMAIN "server-echo-call"

#include "server-echo-call.h"

#include "server-echo-media.h"
#include "server-limits.h"
#include "server-log.h"

#include <sofia-sip/msg_addr.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/tport_tag.h>
#include <string.h>

#define ALLOW "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, MESSAGE"
#define SDP_TYPE "application/sdp"
/* How long an ACK is waited for: 64 * T1. */
#define ACK_WAIT_S 32

struct _UllimServerEchoCall {
  nta_agent_t          *nta; /* weak */
  nta_leg_t            *leg; /* owned */
  UllimServerEchoMedia *media;
  char                 *user;
  char                 *contact;
  char                  caller[ULLIM_SERVER_SOURCE_SIZE]; /* address */
  char                  source[ULLIM_SERVER_SOURCE_SIZE]; /* address and port */
  tport_t              *tport;                            /* owned reference */
  msg_t                *response; /* owned: the 200 that is not acknowledged yet */
  gint64                answered_s;
  gint64                begun_s;
  gboolean              over;
};

static gint64
now_s (void)
{
  return g_get_monotonic_time () / G_USEC_PER_SEC;
}

/* ---- offers ---- */

static UllimSdp *
read_offer (const sip_t *sip)
{
  if (!sip->sip_payload || !sip->sip_content_type ||
      g_ascii_strcasecmp (sip->sip_content_type->c_type, SDP_TYPE) != 0)
    return NULL;
  return ullim_sdp_parse (sip->sip_payload->pl_data, sip->sip_payload->pl_len, NULL);
}

static void
keep_response (UllimServerEchoCall *self, nta_incoming_t *irq)
{
  msg_destroy (self->response);
  self->response =
      nta_incoming_method (irq) == sip_method_invite && !tport_is_reliable (self->tport)
          ? nta_incoming_getresponse (irq)
          : NULL;
  self->answered_s = now_s ();
}

/* Answers an INVITE or UPDATE; FALSE if it was refused. */
static gboolean
answer_offer (UllimServerEchoCall *self, nta_incoming_t *irq, const sip_t *sip)
{
  g_autoptr (UllimSdp) offer = read_offer (sip);
  g_autofree char     *answer =
      offer ? ullim_server_echo_media_answer (self->media, offer, self->caller) : NULL;
  g_autofree char *warning = NULL;

  if (answer) {
    nta_incoming_treply (irq, SIP_200_OK, SIPTAG_CONTACT_STR (self->contact),
                         SIPTAG_ALLOW_STR (ALLOW), SIPTAG_CONTENT_TYPE_STR (SDP_TYPE),
                         SIPTAG_PAYLOAD_STR (answer), TAG_END ());
    keep_response (self, irq);
    return TRUE;
  }
  warning = g_strdup_printf ("%s \"%s\"", offer ? "304 echo" : "399 echo",
                             offer ? "Echo returns plain RTP audio and video only"
                                   : "An offer in SDP is needed");
  nta_incoming_treply (irq, SIP_488_NOT_ACCEPTABLE, SIPTAG_WARNING_STR (warning), TAG_END ());
  return FALSE;
}

/* ---- requests inside the dialog ---- */

static int
on_request (nta_leg_magic_t *magic, nta_leg_t *leg, nta_incoming_t *irq, const sip_t *sip)
{
  UllimServerEchoCall *self = (UllimServerEchoCall *) magic;

  switch (sip->sip_request->rq_method) {
  case sip_method_ack:
    g_clear_pointer (&self->response, msg_destroy);
    nta_incoming_destroy (irq);
    return 0;
  case sip_method_bye:
    self->over = TRUE; /* freed by the next tick: Sofia still uses the leg */
    g_clear_pointer (&self->response, msg_destroy);
    return 200;
  case sip_method_invite:
  case sip_method_update:
    if (sip->sip_request->rq_method == sip_method_update && !sip->sip_payload) {
      nta_incoming_treply (irq, SIP_200_OK, SIPTAG_CONTACT_STR (self->contact), TAG_END ());
    } else {
      answer_offer (self, irq, sip);
    }
    nta_incoming_destroy (irq);
    return 0;
  case sip_method_options:
  case sip_method_info:
    nta_incoming_treply (irq, SIP_200_OK, SIPTAG_ALLOW_STR (ALLOW), TAG_END ());
    nta_incoming_destroy (irq);
    return 0;
  default:
    nta_incoming_treply (irq, SIP_405_METHOD_NOT_ALLOWED, SIPTAG_ALLOW_STR (ALLOW), TAG_END ());
    nta_incoming_destroy (irq);
    return 0;
  }
}

/* ---- life ---- */

UllimServerEchoCall *
ullim_server_echo_call_new (su_root_t *root, UllimServerRequest *request, const char *contact)
{
  UllimServerEchoCall *self = g_new0 (UllimServerEchoCall, 1);
  const sip_t         *sip = request->sip;
  nta_incoming_t      *irq;
  gboolean             answered;

  self->nta = request->nta;
  self->media = ullim_server_echo_media_new (root);
  self->user = g_strdup (request->user);
  self->contact = g_strdup (contact);
  self->tport = tport_ref (request->tport);
  self->begun_s = now_s ();
  g_strlcpy (self->source, request->source, sizeof self->source);
  ullim_server_request_source_host (request, self->caller);
  self->leg = nta_leg_tcreate (
      request->nta, on_request, (nta_leg_magic_t *) self, SIPTAG_CALL_ID (sip->sip_call_id),
      SIPTAG_FROM ((sip_from_t *) sip->sip_to), SIPTAG_TO ((sip_to_t *) sip->sip_from), TAG_END ());
  nta_leg_tag (self->leg, NULL);
  nta_leg_server_route (self->leg, sip->sip_record_route, sip->sip_contact);
  irq = nta_incoming_create (self->nta, self->leg, msg_ref (request->msg), request->sip,
                             NTATAG_TPORT (request->tport), TAG_END ());
  nta_incoming_treply (irq, SIP_180_RINGING, SIPTAG_CONTACT_STR (contact), TAG_END ());
  answered = answer_offer (self, irq, sip);
  nta_incoming_destroy (irq);
  ullim_server_event ("echo-call name=%s %s", self->user, answered ? "begun" : "refused");
  if (answered)
    return self;
  ullim_server_echo_call_free (self);
  return NULL;
}

void
ullim_server_echo_call_free (UllimServerEchoCall *self)
{
  nta_leg_destroy (self->leg);
  ullim_server_echo_media_free (self->media);
  msg_destroy (self->response);
  tport_unref (self->tport);
  g_free (self->user);
  g_free (self->contact);
  g_free (self);
}

const char *
ullim_server_echo_call_user (UllimServerEchoCall *self)
{
  return self->user;
}

/* ---- time ---- */

static void
repeat_response (UllimServerEchoCall *self)
{
  g_autofree char *host = g_strdup (self->caller);
  const char      *colon = strrchr (self->source, ':');
  tp_name_t        to = {.tpn_proto = "udp",
                         .tpn_canon = host,
                         .tpn_host = host,
                         .tpn_port = colon ? colon + 1 : "5060"};

  tport_tsend (self->tport, self->response, &to, TPTAG_MTU (G_MAXINT), TAG_END ());
}

static void
hang_up (UllimServerEchoCall *self, const char *reason)
{
  g_autofree char *url =
      tport_is_stream (self->tport) ? NULL : g_strdup_printf ("sip:%s;transport=udp", self->source);
  nta_outgoing_t *bye =
      nta_outgoing_tcreate (self->leg, NULL, NULL, (url_string_t *) url, SIP_METHOD_BYE, NULL,
                            TAG_IF (!url, NTATAG_TPORT (self->tport)), TAG_END ());

  ullim_server_event ("echo-call name=%s ended why=%s", self->user, reason);
  if (bye)
    nta_outgoing_destroy (bye);
}

gboolean
ullim_server_echo_call_tick (UllimServerEchoCall *self, gint64 now)
{
  gint64      heard = MAX (ullim_server_echo_media_heard_s (self->media), self->begun_s);
  const char *reason = NULL;

  if (self->over)
    return FALSE;
  if (self->response && now - self->answered_s >= ACK_WAIT_S)
    reason = "no-ack";
  else if (now - heard >= ULLIM_SERVER_ECHO_SILENCE_S)
    reason = "silence";
  else if (now - self->begun_s >= ULLIM_SERVER_ECHO_CALL_S)
    reason = "time";
  if (reason) {
    hang_up (self, reason);
    return FALSE;
  }
  if (self->response)
    repeat_response (self);
  return TRUE;
}
