/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Record-Route that is put on a dialog carries a token made from its Call-ID with a key of this
 * run: a request inside a dialog shows by it that the dialog was set up by members of the group,
 * and needs no password; without it nothing is forwarded for anybody.
 */
#define G_LOG_DOMAIN "server-proxy"

#include "server-proxy.h"

#include "server-log.h"

#include <openssl/rand.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_util.h>
#include <sofia-sip/tport_tag.h>
#include <string.h>

#define KEY_BYTES 32
#define TOKEN_DIGITS 24

struct _UllimServerProxy {
  nta_agent_t         *nta;      /* weak */
  UllimServerForks    *forks;    /* weak */
  UllimServerBindings *bindings; /* weak */
  UllimServerOffline  *offline;  /* weak */
  guint8               key[KEY_BYTES];
};

UllimServerProxy *
ullim_server_proxy_new (nta_agent_t         *nta,
                        UllimServerForks    *forks,
                        UllimServerBindings *bindings,
                        UllimServerOffline  *offline)
{
  UllimServerProxy *self = g_new0 (UllimServerProxy, 1);

  self->nta = nta;
  self->forks = forks;
  self->bindings = bindings;
  self->offline = offline;
  if (RAND_bytes (self->key, KEY_BYTES) != 1)
    g_error ("no random numbers");
  return self;
}

void
ullim_server_proxy_free (UllimServerProxy *self)
{
  g_free (self);
}

/* ---- who we are ---- */

static gboolean
is_own_address (UllimServerProxy *self, const char *host, const char *port)
{
  if (!host)
    return FALSE;
  for (const sip_via_t *via = nta_agent_via (self->nta); via; via = via->v_next) {
    const char *own_port = via->v_port ? via->v_port : "5060";

    if (g_ascii_strcasecmp (via->v_host, host) == 0 &&
        strcmp (own_port, port && *port ? port : "5060") == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
ullim_server_proxy_is_own_route (UllimServerProxy *self, const sip_route_t *route)
{
  return is_own_address (self, route->r_url->url_host, route->r_url->url_port);
}

gboolean
ullim_server_proxy_loops (UllimServerProxy *self, const sip_t *sip)
{
  for (const sip_via_t *via = sip->sip_via; via; via = via->v_next) {
    if (is_own_address (self, via->v_host, via->v_port))
      return TRUE;
  }
  return FALSE;
}

static void
write_token (UllimServerProxy *self, const char *call_id, char out[TOKEN_DIGITS + 1])
{
  g_autofree char *hmac =
      g_compute_hmac_for_string (G_CHECKSUM_SHA256, self->key, KEY_BYTES, call_id, -1);

  g_strlcpy (out, hmac, TOKEN_DIGITS + 1);
}

static const sip_via_t *
own_via (UllimServerProxy *self, const char *protocol)
{
  const sip_via_t *via = nta_agent_via (self->nta);

  for (const sip_via_t *v = via; v; v = v->v_next) {
    if (g_ascii_strcasecmp (sip_via_transport (v), protocol) == 0)
      return v;
  }
  return via;
}

static char *
route_entry (UllimServerProxy *self, const char *protocol, const char *token)
{
  const sip_via_t *via = own_via (self, protocol);

  return g_strdup_printf ("<sip:%s@%s%s%s;transport=%s;lr>", token, via->v_host,
                          via->v_port ? ":" : "", via->v_port ? via->v_port : "", protocol);
}

/* One entry, or two where the sides differ in transport (RFC 5658 section 5). */
static char *
record_route (UllimServerProxy *self, UllimServerRequest *request, const char *flow)
{
  char             token[TOKEN_DIGITS + 1];
  g_autofree char *theirs = g_strndup (flow, strcspn (flow, ":"));
  const char      *ours =
      ullim_server_request_is_stream (request) ? tport_name (request->tport)->tpn_proto : "udp";
  g_autofree char *near = NULL;
  g_autofree char *far = NULL;

  write_token (self, request->sip->sip_call_id->i_id, token);
  near = route_entry (self, ours, token);
  if (g_ascii_strcasecmp (ours, theirs) == 0)
    return g_steal_pointer (&near);
  far = route_entry (self, theirs, token);
  return g_strconcat (far, ", ", near, NULL);
}

/* ---- non-INVITE requests and MESSAGE ---- */

typedef struct {
  UllimServerProxy   *self;
  UllimServerRequest *request; /* owned */
  char               *name;    /* (nullable): for whom it may be kept */
  gint64              kept_id;
  gint64              began_us; /* monotonic */
  gboolean            keeping;  /* the answer waits for the commit */
  gboolean            finished; /* all branches have ended */
  gboolean            taken;    /* a device took it after all */
} Relay;

static void
relay_free (Relay *relay)
{
  ullim_server_request_free (relay->request);
  g_free (relay->name);
  g_free (relay);
}

static const char *
kept_phrase (int status)
{
  switch (status) {
  case 202:
    return "Accepted";
  case 480:
    return "Too Many Messages Waiting";
  default:
    return "Message Cannot Be Stored";
  }
}

static void
on_kept (int status, gint64 id, gpointer data)
{
  Relay *relay = data;

  relay->keeping = FALSE;
  relay->kept_id = id;
  ullim_server_request_reply (relay->request, status, kept_phrase (status),
                              TAG_IF (status >= 500, SIPTAG_RETRY_AFTER_STR ("60")), TAG_END ());
  if (!relay->finished)
    return;
  if (relay->taken)
    ullim_server_offline_forget (relay->self->offline, id);
  relay_free (relay);
}

static void
keep (Relay *relay, gboolean try_now)
{
  relay->keeping = TRUE;
  ullim_server_offline_keep (relay->self->offline, relay->name, relay->request->msg, try_now,
                             on_kept, relay);
}

/* No device gave an answer of its own, or only one that is ending or still busy with an earlier
 * attempt: they are as good as absent. */
static gboolean
nobody_there (int status, msg_t *best)
{
  return !best || status == 408 || status == 410 || status == 480 || status == 482 ||
         status == 430 || (status >= 500 && status < 600);
}

/* A device that changed its network registers anew while its old place is still waited for: that
 * registration found nothing kept, and the next one may be far. */
static gboolean
registered_meanwhile (Relay *relay)
{
  gint64     now_s = g_get_real_time () / G_USEC_PER_SEC;
  GPtrArray *bindings = ullim_server_bindings_list (relay->self->bindings, relay->name, now_s);

  for (guint i = 0; bindings && i < bindings->len; i++) {
    const UllimServerBinding *binding = g_ptr_array_index (bindings, i);

    if (binding->heard_us > relay->began_us)
      return TRUE;
  }
  return FALSE;
}

static void
on_relay_done (int status, msg_t *best, gpointer data)
{
  Relay *relay = data;

  ullim_server_event (
      "relayed method=%s from=%s to=%s status=%d", relay->request->sip->sip_request->rq_method_name,
      relay->request->user ? relay->request->user : "-", relay->name ? relay->name : "-", status);
  if (status >= 300 && relay->name && nobody_there (status, best))
    keep (relay, registered_meanwhile (relay));
  else if (best)
    ullim_server_request_forward_reply (relay->request, best);
  else
    ullim_server_request_reply (relay->request, status, sip_status_phrase (status), TAG_END ());
}

static void
on_relay_finished (gboolean taken, gpointer data)
{
  Relay *relay = data;

  relay->finished = TRUE;
  relay->taken = taken;
  if (relay->keeping)
    return;
  if (taken)
    ullim_server_offline_forget (relay->self->offline, relay->kept_id);
  relay_free (relay);
}

static const UllimServerForkHandlers relay_handlers = {NULL, on_relay_done, on_relay_finished};

static Relay *
relay_new (UllimServerProxy *self, UllimServerRequest *request, const char *keep_for)
{
  Relay *relay = g_new0 (Relay, 1);

  relay->self = self;
  relay->request = request;
  relay->name = g_strdup (keep_for);
  relay->began_us = g_get_monotonic_time ();
  return relay;
}

/* What a person writes to the own address is for the other devices. */
static gboolean
is_sender (const UllimServerBinding *binding, UllimServerRequest *request)
{
  return g_str_has_suffix (binding->flow, request->source) &&
         binding->flow[strlen (binding->flow) - strlen (request->source) - 1] == ':';
}

static guint
add_devices (UllimServerProxy   *self,
             UllimServerFork    *fork,
             UllimServerRequest *request,
             GPtrArray          *bindings,
             gboolean            with_route)
{
  guint added = 0;

  for (guint i = 0; i < bindings->len; i++) {
    const UllimServerBinding *binding = g_ptr_array_index (bindings, i);
    g_autofree char          *route = NULL;

    if (is_sender (binding, request))
      continue;
    if (with_route)
      route = record_route (self, request, binding->flow);
    ullim_server_fork_add (fork, binding->contact, binding->flow, binding->tport, route);
    added++;
  }
  return added;
}

static gboolean
has_device (GPtrArray *bindings, UllimServerRequest *request)
{
  for (guint i = 0; bindings && i < bindings->len; i++) {
    if (!is_sender (g_ptr_array_index (bindings, i), request))
      return TRUE;
  }
  return FALSE;
}

void
ullim_server_proxy_message (UllimServerProxy *self, UllimServerRequest *request, const char *name)
{
  gint64           now_s = g_get_real_time () / G_USEC_PER_SEC;
  GPtrArray       *bindings = ullim_server_bindings_list (self->bindings, name, now_s);
  UllimServerFork *fork;

  if (ullim_server_offline_was_kept (self->offline, request->msg)) {
    /* The sender did not hear our answer: it is the same again. */
    ullim_server_request_reply (request, 202, "Accepted", TAG_END ());
    ullim_server_request_free (request);
    return;
  }
  if (bindings && !has_device (bindings, request)) {
    ullim_server_request_reply (request, SIP_200_OK, TAG_END ());
    ullim_server_request_free (request);
    return;
  }
  if (!bindings || ullim_server_offline_has_waiting (self->offline, name)) {
    Relay *relay = relay_new (self, request, name);

    relay->finished = TRUE;
    keep (relay, TRUE);
    return;
  }
  fork = ullim_server_fork_new (self->forks, request->msg, ULLIM_SERVER_MESSAGE_WAIT_MS,
                                &relay_handlers, relay_new (self, request, name));
  add_devices (self, fork, request, bindings, FALSE);
  ullim_server_fork_start (fork);
}

/* ---- INVITE ---- */

typedef struct {
  UllimServerProxy *self;
  nta_incoming_t   *irq;  /* owned until answered finally */
  UllimServerFork  *fork; /* weak: until finished */
} Invite;

static void
on_invite_response (msg_t *response, int status, gpointer data)
{
  Invite *invite = data;
  msg_t  *copy = msg_copy (response);

  if (!invite->irq) {
    /* A second device accepted: the caller hears of it and ends that dialog (section 16.7). */
    nta_msg_tsend (invite->self->nta, copy, NULL, TAG_END ());
    return;
  }
  sip_via_remove (copy, sip_object (copy));
  nta_incoming_mreply (invite->irq, copy);
  if (status >= 200) {
    nta_incoming_destroy (invite->irq);
    invite->irq = NULL;
  }
}

static void
on_invite_done (int status, msg_t *best, gpointer data)
{
  Invite *invite = data;

  if (!invite->irq)
    return;
  if (best) {
    on_invite_response (best, status, data);
    return;
  }
  if (status == 503)
    status = 480; /* our connection to the person broke, not our service */
  nta_incoming_treply (invite->irq, status, sip_status_phrase (status), TAG_END ());
  nta_incoming_destroy (invite->irq);
  invite->irq = NULL;
}

static void
on_invite_finished (gboolean taken, gpointer data)
{
  Invite *invite = data;

  nta_incoming_destroy (invite->irq);
  g_free (invite);
}

static const UllimServerForkHandlers invite_handlers = {on_invite_response, on_invite_done,
                                                        on_invite_finished};

static int
on_ack_or_cancel (nta_incoming_magic_t *magic, nta_incoming_t *irq, const sip_t *sip)
{
  Invite *invite = (Invite *) magic;

  if (sip && sip->sip_request && sip->sip_request->rq_method == sip_method_cancel && invite->fork)
    ullim_server_fork_cancel (invite->fork);
  return 0;
}

static Invite *
invite_new (UllimServerProxy *self, UllimServerRequest *request)
{
  Invite *invite = g_new0 (Invite, 1);

  invite->self = self;
  invite->irq = nta_incoming_create (self->nta, NULL, msg_ref (request->msg), request->sip,
                                     NTATAG_TPORT (request->tport), TAG_END ());
  if (!invite->irq) {
    g_free (invite);
    return NULL;
  }
  nta_incoming_bind (invite->irq, on_ack_or_cancel, (nta_incoming_magic_t *) invite);
  nta_incoming_treply (invite->irq, SIP_100_TRYING, TAG_END ());
  return invite;
}

/* ---- sending on ---- */

static UllimServerFork *
begin (UllimServerProxy *self, UllimServerRequest *request)
{
  UllimServerFork *fork;
  Invite          *invite;

  if (request->sip->sip_request->rq_method != sip_method_invite)
    return ullim_server_fork_new (self->forks, request->msg, 0, &relay_handlers,
                                  relay_new (self, request, NULL));

  invite = invite_new (self, request);
  if (!invite) {
    ullim_server_request_free (request);
    return NULL;
  }
  fork = ullim_server_fork_new (self->forks, request->msg, 0, &invite_handlers, invite);
  invite->fork = fork;
  return fork;
}

static gboolean
begins_dialog (const sip_t *sip)
{
  return sip->sip_request->rq_method == sip_method_invite ||
         sip->sip_request->rq_method == sip_method_subscribe ||
         sip->sip_request->rq_method == sip_method_refer;
}

void
ullim_server_proxy_request (UllimServerProxy *self, UllimServerRequest *request, const char *name)
{
  gint64     now_s = g_get_real_time () / G_USEC_PER_SEC;
  GPtrArray *bindings = ullim_server_bindings_list (self->bindings, name, now_s);
  g_autoptr (UllimServerRequest) held = NULL;
  UllimServerFork               *fork;

  if (!has_device (bindings, request)) {
    ullim_server_request_reply (request, SIP_480_TEMPORARILY_UNAVAILABLE, TAG_END ());
    ullim_server_request_free (request);
    return;
  }
  if (request->sip->sip_request->rq_method == sip_method_invite)
    held = request; /* Sofia's transaction answers; the request is needed until the fork has it */
  fork = begin (self, request);
  if (!fork) {
    held = NULL;
    return;
  }
  add_devices (self, fork, request, bindings, begins_dialog (request->sip));
  ullim_server_fork_start (fork);
}

/* ---- inside dialogs ---- */

static gboolean
token_is_right (UllimServerProxy *self, const sip_t *sip, const url_t *url)
{
  char token[TOKEN_DIGITS + 1];

  write_token (self, sip->sip_call_id->i_id, token);
  return url->url_user && strcmp (url->url_user, token) == 0;
}

/* Takes our entries off; FALSE if one is not genuine, or a foreign one remains. */
static gboolean
take_routes (UllimServerProxy *self, UllimServerRequest *request)
{
  sip_t *sip = request->sip;

  while (sip->sip_route && ullim_server_proxy_is_own_route (self, sip->sip_route)) {
    if (!token_is_right (self, sip, sip->sip_route->r_url))
      return FALSE;
    sip_route_remove (request->msg, sip);
  }
  return sip->sip_route == NULL;
}

/* Where the Request-URI leads: to a device that is registered with it, or to a plain address. Never
 * to a name: Sofia's resolver may block for ever. */
static char *
find_flow (UllimServerProxy *self, const url_t *url, tport_t **tport)
{
  g_autofree char *target =
      ullim_server_bindings_target (url->url_user, url->url_host, url->url_port);
  const UllimServerBinding *binding = ullim_server_bindings_find_target (
      self->bindings, target, g_get_real_time () / G_USEC_PER_SEC);
  char             transport[8] = "udp";
  g_autofree char *bare = NULL;

  *tport = NULL;
  if (binding) {
    *tport = binding->tport;
    return g_strdup (binding->flow);
  }
  if (!url->url_host || is_own_address (self, url->url_host, url->url_port))
    return NULL;
  bare = g_strndup (url->url_host + (url->url_host[0] == '['),
                    strcspn (url->url_host + (url->url_host[0] == '['), "]"));
  if (!g_hostname_is_ip_address (bare))
    return NULL;
  if (url->url_params)
    url_param (url->url_params, "transport", transport, sizeof transport);
  return g_strdup_printf ("%s:%s:%s", url->url_type == url_sips ? "tls" : transport, url->url_host,
                          url->url_port && *url->url_port ? url->url_port : "5060");
}

static void
forward_ack (UllimServerProxy *self, UllimServerRequest *request, const char *flow, tport_t *tport)
{
  g_autofree char *url = tport ? NULL : ullim_server_flow_url (flow);

  nta_msg_tsend (self->nta, msg_ref (request->msg), (url_string_t *) url,
                 TAG_IF (tport, NTATAG_TPORT (tport)), TAG_END ());
}

static void
refuse (UllimServerRequest *request, int status)
{
  if (request->sip->sip_request->rq_method != sip_method_ack)
    ullim_server_request_reply (request, status, sip_status_phrase (status), TAG_END ());
  ullim_server_request_free (request);
}

void
ullim_server_proxy_in_dialog (UllimServerProxy *self, UllimServerRequest *request)
{
  g_autofree char *flow = NULL;
  g_autofree char *uri = NULL;
  tport_t         *tport;
  UllimServerFork *fork;

  if (!take_routes (self, request)) {
    refuse (request, 403);
    return;
  }
  flow = find_flow (self, request->sip->sip_request->rq_url, &tport);
  if (!flow) {
    refuse (request, 481);
    return;
  }
  if (request->sip->sip_request->rq_method == sip_method_ack) {
    forward_ack (self, request, flow, tport);
    ullim_server_request_free (request);
    return;
  }
  uri = g_malloc (ULLIM_SERVER_MAX_CONTACT + 1);
  if (url_e (uri, ULLIM_SERVER_MAX_CONTACT + 1, request->sip->sip_request->rq_url) >
      ULLIM_SERVER_MAX_CONTACT) {
    refuse (request, 414);
    return;
  }
  {
    g_autoptr (UllimServerRequest) held = NULL;

    if (request->sip->sip_request->rq_method == sip_method_invite)
      held = request;
    fork = begin (self, request);
    if (!fork) {
      held = NULL;
      return;
    }
    ullim_server_fork_add (fork, uri, flow, tport, NULL);
    ullim_server_fork_start (fork);
  }
}

void
ullim_server_proxy_stray_response (UllimServerProxy *self, msg_t *msg, sip_t *sip)
{
  const sip_record_route_t *own = sip->sip_record_route;

  while (own && !ullim_server_proxy_is_own_route (self, own))
    own = own->r_next;
  if (own && sip->sip_status->st_status >= 200 && sip->sip_status->st_status < 300 &&
      sip->sip_cseq->cs_method == sip_method_invite && sip->sip_via && sip->sip_via->v_next &&
      is_own_address (self, sip->sip_via->v_host, sip->sip_via->v_port) &&
      token_is_right (self, sip, own->r_url))
    nta_msg_tsend (self->nta, msg, NULL, TAG_END ());
  else
    msg_destroy (msg);
}
