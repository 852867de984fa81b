/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Echo answers as itself: what it sends is a new message with its own Call-ID, to all devices of
 * the sender. It takes part in nothing else, and cannot be made to write to itself: nobody can
 * prove its password.
 */
#define G_LOG_DOMAIN "server-echo"

#include "server-echo.h"

#include "server-accounts.h"
#include "server-echo-call.h"
#include "server-limits.h"
#include "server-log.h"

#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <string.h>

struct _UllimServerEcho {
  su_root_t          *root;    /* weak */
  nta_agent_t        *nta;     /* weak */
  UllimServerOffline *offline; /* weak */
  char               *address; /* sip:echo@domain */
  GPtrArray          *calls;
};

UllimServerEcho *
ullim_server_echo_new (su_root_t          *root,
                       nta_agent_t        *nta,
                       const char         *domain,
                       UllimServerOffline *offline)
{
  UllimServerEcho *self = g_new0 (UllimServerEcho, 1);

  self->root = root;
  self->nta = nta;
  self->offline = offline;
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_server_echo_call_free);
  self->address = g_strdup_printf ("sip:" ULLIM_SERVER_ECHO "@%s", domain);
  return self;
}

void
ullim_server_echo_free (UllimServerEcho *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->calls);
  g_free (self->address);
  g_free (self);
}

/* ---- messages ---- */

static void
on_returned (int status, gint64 id, gpointer data)
{
  if (status != 202)
    ullim_server_event ("echo-lost status=%d", status);
}

/* The same text, written by Echo. */
static msg_t *
make_return (UllimServerEcho *self, const sip_t *sip)
{
  msg_t           *msg = nta_msg_create (self->nta, 0);
  sip_t           *reply = sip_object (msg);
  su_home_t       *home = msg_home (msg);
  g_autofree char *from =
      g_strdup_printf ("\"Echo\" <%s>;tag=%08x", self->address, g_random_int ());
  sip_to_t *to = sip_to_dup (home, (sip_to_t *) sip->sip_from);
  char     *uri = url_as_string (home, sip->sip_from->a_url);

  if (to)
    msg_header_remove_param (to->a_common, "tag"), to->a_tag = NULL;
  if (sip_add_tl (
          msg, reply,
          SIPTAG_REQUEST (
              sip_request_create (home, SIP_METHOD_MESSAGE, URL_STRING_MAKE (uri), NULL)),
          SIPTAG_FROM_STR (from), SIPTAG_TO (to), SIPTAG_CALL_ID (sip_call_id_create (home, NULL)),
          SIPTAG_CSEQ (sip_cseq_create (home, 1, SIP_METHOD_MESSAGE)),
          SIPTAG_DATE (sip_date_create (home, 0)), SIPTAG_CONTENT_TYPE (sip->sip_content_type),
          SIPTAG_PAYLOAD (sip->sip_payload), TAG_END ()) < 0) {
    msg_destroy (msg);
    return NULL;
  }
  return msg;
}

static void
handle_message (UllimServerEcho *self, UllimServerRequest *request)
{
  const sip_t *sip = request->sip;
  msg_t       *msg;

  if (!sip->sip_content_type || !sip->sip_payload ||
      g_ascii_strncasecmp (sip->sip_content_type->c_type, "text/", strlen ("text/")) != 0) {
    ullim_server_request_reply (request, SIP_415_UNSUPPORTED_MEDIA,
                                SIPTAG_ACCEPT_STR ("text/plain, text/*"), TAG_END ());
    return;
  }
  msg = make_return (self, sip);
  if (!msg) {
    ullim_server_request_reply (request, SIP_500_INTERNAL_SERVER_ERROR, TAG_END ());
    return;
  }
  ullim_server_request_reply (request, SIP_200_OK, TAG_END ());
  ullim_server_offline_keep (self->offline, request->user, msg, TRUE, on_returned, NULL);
  msg_destroy (msg);
}

/* ---- calls ---- */

static gboolean
has_room (UllimServerEcho *self, const char *user)
{
  guint own = 0;

  for (guint i = 0; i < self->calls->len; i++)
    own += strcmp (ullim_server_echo_call_user (g_ptr_array_index (self->calls, i)), user) == 0;
  return self->calls->len < ULLIM_SERVER_MAX_ECHO_CALLS && own < ULLIM_SERVER_MAX_ECHO_CALLS_EACH;
}

/* Where requests inside the dialog are to go: the connection the caller has, or our UDP port. */
static char *
make_contact (UllimServerEcho *self, UllimServerRequest *request)
{
  const char *protocol =
      ullim_server_request_is_stream (request) ? tport_name (request->tport)->tpn_proto : "udp";
  const sip_via_t *via = nta_agent_via (self->nta);

  for (const sip_via_t *v = via; v; v = v->v_next) {
    if (g_ascii_strcasecmp (sip_via_transport (v), protocol) == 0) {
      via = v;
      break;
    }
  }
  return g_strdup_printf ("<sip:" ULLIM_SERVER_ECHO "@%s:%s;transport=%s>", via->v_host,
                          via->v_port ? via->v_port : "5060", protocol);
}

static void
handle_invite (UllimServerEcho *self, UllimServerRequest *request)
{
  g_autofree char     *contact = NULL;
  UllimServerEchoCall *call;

  if (!has_room (self, request->user)) {
    ullim_server_request_reply (request, SIP_486_BUSY_HERE, TAG_END ());
    return;
  }
  contact = make_contact (self, request);
  call = ullim_server_echo_call_new (self->root, request, contact);
  if (call)
    g_ptr_array_add (self->calls, call);
}

void
ullim_server_echo_handle (UllimServerEcho *self, UllimServerRequest *owned)
{
  g_autoptr (UllimServerRequest) request = owned;

  switch (request->sip->sip_request->rq_method) {
  case sip_method_message:
    handle_message (self, request);
    break;
  case sip_method_invite:
    handle_invite (self, request);
    break;
  case sip_method_options:
    ullim_server_request_reply (request, SIP_200_OK,
                                SIPTAG_ALLOW_STR ("MESSAGE, INVITE, ACK, CANCEL, BYE, OPTIONS"),
                                SIPTAG_ACCEPT_STR ("application/sdp, text/plain"), TAG_END ());
    break;
  default:
    ullim_server_request_reply (request, SIP_405_METHOD_NOT_ALLOWED,
                                SIPTAG_ALLOW_STR ("MESSAGE, INVITE, ACK, CANCEL, BYE, OPTIONS"),
                                TAG_END ());
  }
}

void
ullim_server_echo_tick (UllimServerEcho *self, gint64 now_s)
{
  for (guint i = self->calls->len; i-- > 0;) {
    if (!ullim_server_echo_call_tick (g_ptr_array_index (self->calls, i), now_s))
      g_ptr_array_remove_index_fast (self->calls, i);
  }
}
