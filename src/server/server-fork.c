/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A fork lives until all its branches have ended, longer than its outcome: a late 2xx is still
 * heard, and Sofia's transactions keep a pointer to their branch.
 */
#define G_LOG_DOMAIN "server-fork"

#include "server-fork.h"

#include "server-log.h"

#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <string.h>

typedef struct {
  UllimServerFork *fork;  /* weak */
  nta_outgoing_t  *orq;   /* owned until the final answer */
  msg_t           *msg;   /* owned until sent */
  char            *route; /* owned, nullable: where to send, without connection */
  tport_t         *tport; /* owned reference, nullable */
  gboolean         sending;
  gboolean         heard;     /* anything came back */
  gboolean         cancelled; /* a CANCEL was sent */
  int              status;
} Branch;

struct _UllimServerForks {
  nta_agent_t *nta;
  GHashTable  *all; /* (owned): set of forks */
};

struct _UllimServerFork {
  UllimServerForks              *forks; /* weak */
  const UllimServerForkHandlers *handlers;
  gpointer                       data;
  msg_t                         *request; /* owned reference */
  GPtrArray                     *branches;
  guint                          wait_ms;
  gint64                         deadline_us;
  guint                          open; /* branches without final answer */
  msg_t                         *best; /* owned reference, nullable */
  int                            best_status;
  gboolean                       invite;
  gboolean                       starting;
  gboolean                       taken;
  gboolean                       decided;
  gboolean                       cancelled;
};

/* ---- life ---- */

static void
branch_free (Branch *branch)
{
  if (branch->orq)
    nta_outgoing_destroy (branch->orq);
  if (branch->msg)
    msg_destroy (branch->msg);
  if (branch->tport)
    tport_unref (branch->tport);
  g_free (branch->route);
  g_free (branch);
}

static void
fork_free (UllimServerFork *self)
{
  g_ptr_array_unref (self->branches);
  msg_destroy (self->request);
  msg_destroy (self->best);
  g_free (self);
}

UllimServerForks *
ullim_server_forks_new (nta_agent_t *nta)
{
  UllimServerForks *self = g_new0 (UllimServerForks, 1);

  self->nta = nta;
  self->all = g_hash_table_new (NULL, NULL);
  return self;
}

static void
finish (UllimServerFork *self)
{
  g_hash_table_remove (self->forks->all, self);
  self->handlers->finished (self->taken, self->data);
  fork_free (self);
}

void
ullim_server_forks_free (UllimServerForks *self)
{
  g_autoptr (GList) forks = NULL;

  if (!self)
    return;
  forks = g_hash_table_get_keys (self->all);
  for (GList *l = forks; l; l = l->next)
    finish (l->data);
  g_hash_table_unref (self->all);
  g_free (self);
}

UllimServerFork *
ullim_server_fork_new (UllimServerForks              *forks,
                       msg_t                         *request,
                       guint                          wait_ms,
                       const UllimServerForkHandlers *handlers,
                       gpointer                       data)
{
  UllimServerFork *self = g_new0 (UllimServerFork, 1);

  self->forks = forks;
  self->request = msg_ref (request);
  self->wait_ms = wait_ms;
  self->handlers = handlers;
  self->data = data;
  self->branches = g_ptr_array_new_with_free_func ((GDestroyNotify) branch_free);
  self->invite = sip_object (request)->sip_request->rq_method == sip_method_invite;
  g_hash_table_add (forks->all, self);
  return self;
}

/* ---- the outcome ---- */

static void
decide (UllimServerFork *self, int status, msg_t *best)
{
  if (self->decided)
    return;
  self->decided = TRUE;
  self->handlers->done (status, best, self->data);
}

/* RFC 3261 section 16.7 step 6: 6xx before all, else the lowest class; within 4xx those that tell
 * the sender how to do better. */
static int
rank (int status)
{
  if (status >= 600)
    return 0;
  switch (status) {
  case 401:
  case 407:
  case 415:
  case 420:
  case 484:
    return 400 * 10;
  default:
    return (status / 100) * 1000 + 1;
  }
}

static void
keep_best (UllimServerFork *self, int status, msg_t *response)
{
  if (self->best_status && rank (status) >= rank (self->best_status))
    return;
  msg_destroy (self->best);
  self->best = response ? msg_ref (response) : NULL;
  self->best_status = status;
}

/* Sofia's own CANCEL ends the INVITE's transaction with it on TCP when the agent is no user agent,
 * and the 487 would find nobody; so the CANCEL is made here. It may follow a provisional answer
 * only (RFC 3261 section 9.1). */
static void
send_cancel (Branch *branch)
{
  nta_agent_t    *nta = branch->fork->forks->nta;
  msg_t          *invite = nta_outgoing_getrequest (branch->orq);
  const sip_t    *sip = sip_object (invite);
  msg_t          *msg = nta_msg_create (nta, 0);
  su_home_t      *home = msg_home (msg);
  const url_t    *url = sip->sip_request->rq_url;
  guint32         cseq = sip->sip_cseq->cs_seq;
  nta_outgoing_t *cancel = NULL;

  branch->cancelled = TRUE;
  if (sip_add_tl (
          msg, sip_object (msg),
          SIPTAG_REQUEST (sip_request_create (home, SIP_METHOD_CANCEL, (url_string_t *) url, NULL)),
          SIPTAG_FROM (sip->sip_from), SIPTAG_TO (sip->sip_to), SIPTAG_CALL_ID (sip->sip_call_id),
          SIPTAG_CSEQ (sip_cseq_create (home, cseq, SIP_METHOD_CANCEL)), TAG_END ()) >= 0)
    cancel =
        nta_outgoing_mcreate (nta, NULL, NULL, (url_string_t *) branch->route, msg,
                              NTATAG_BRANCH_KEY (nta_outgoing_branch (branch->orq)),
                              TAG_IF (branch->tport, NTATAG_TPORT (branch->tport)), TAG_END ());
  if (cancel)
    nta_outgoing_destroy (cancel);
  else
    msg_destroy (msg);
  msg_destroy (invite);
}

static void
cancel_if_due (Branch *branch)
{
  if (branch->fork->cancelled && branch->orq && branch->heard && !branch->cancelled &&
      branch->status < 200)
    send_cancel (branch);
}

void
ullim_server_fork_cancel (UllimServerFork *self)
{
  if (!self->invite)
    return;
  self->cancelled = TRUE;
  for (guint i = 0; i < self->branches->len; i++)
    cancel_if_due (g_ptr_array_index (self->branches, i));
}

static void
end_if_over (UllimServerFork *self)
{
  if (self->starting || self->open > 0)
    return;
  if (!self->decided)
    decide (self, self->best_status ? self->best_status : 408, self->best);
  finish (self);
}

static void
take_success (UllimServerFork *self, int status, msg_t *response)
{
  self->taken = TRUE;
  if (!self->invite) {
    decide (self, status, response);
    return;
  }
  self->handlers->response (response, status, self->data);
  decide (self, status, NULL);
  ullim_server_fork_cancel (self);
}

/* ---- branches ---- */

static void
end_branch (Branch *branch, int status, msg_t *response)
{
  UllimServerFork *self = branch->fork;

  branch->status = status;
  if (branch->orq && !branch->sending) {
    nta_outgoing_destroy (branch->orq);
    branch->orq = NULL;
  }
  self->open--;
  if (status < 300)
    take_success (self, status, response);
  else
    keep_best (self, status, response);
  if (status >= 600)
    ullim_server_fork_cancel (self);
  end_if_over (self);
}

static int
on_response (nta_outgoing_magic_t *magic, nta_outgoing_t *orq, const sip_t *sip)
{
  Branch          *branch = (Branch *) magic;
  UllimServerFork *self = branch->fork;
  int              status = nta_outgoing_status (orq);
  gboolean         internal = nta_sip_is_internal (sip);
  msg_t           *response;

  if (branch->status >= 200)
    return 0;
  branch->heard |= !internal;
  response = internal ? NULL : nta_outgoing_getresponse (orq);
  if (status >= 200)
    end_branch (branch, status, response);
  else if (self->invite && response && status > 100 && !self->decided)
    self->handlers->response (response, status, self->data);
  if (status < 200)
    cancel_if_due (branch);
  msg_destroy (response);
  return 0;
}

char *
ullim_server_flow_url (const char *flow)
{
  const char *address = strchr (flow, ':');

  if (!address)
    return NULL;
  return g_strdup_printf ("%s:%s;transport=%.*s", g_str_has_prefix (flow, "tls") ? "sips" : "sip",
                          address + 1, (int) (address - flow), flow);
}

static void
lower_max_forwards (msg_t *msg, sip_t *sip)
{
  sip_max_forwards_t *hops;

  if (!sip->sip_max_forwards)
    return; /* Sofia adds 70 */
  hops = sip_max_forwards_dup (msg_home (msg), sip->sip_max_forwards);
  if (!hops || hops->mf_count == 0)
    return;
  hops->mf_count--;
  msg_fragment_clear (hops->mf_common);
  msg_header_replace (msg, (msg_pub_t *) sip, (msg_header_t *) sip->sip_max_forwards,
                      (msg_header_t *) hops);
}

/* The request as this place gets it (RFC 3261 section 16.6). */
static msg_t *
make_copy (UllimServerFork *self, const char *uri, const char *record_route)
{
  msg_t         *msg = msg_copy (self->request);
  sip_t         *sip = sip_object (msg);
  su_home_t     *home = msg_home (msg);
  sip_request_t *line =
      sip_request_create (home, sip->sip_request->rq_method, sip->sip_request->rq_method_name,
                          URL_STRING_MAKE (uri), NULL);

  if (!line) {
    msg_destroy (msg);
    return NULL;
  }
  msg_header_replace (msg, (msg_pub_t *) sip, (msg_header_t *) sip->sip_request,
                      (msg_header_t *) line);
  lower_max_forwards (msg, sip);
  while (sip->sip_proxy_authorization)
    msg_header_remove (msg, (msg_pub_t *) sip, (msg_header_t *) sip->sip_proxy_authorization);
  if (record_route)
    msg_header_insert (msg, (msg_pub_t *) sip,
                       (msg_header_t *) sip_record_route_make (home, record_route));
  return msg;
}

void
ullim_server_fork_add (UllimServerFork *self,
                       const char      *uri,
                       const char      *flow,
                       tport_t         *tport,
                       const char      *record_route)
{
  Branch *branch = g_new0 (Branch, 1);

  branch->fork = self;
  branch->msg = make_copy (self, uri, record_route);
  branch->tport = tport ? tport_ref (tport) : NULL;
  branch->route = tport ? NULL : ullim_server_flow_url (flow);
  g_ptr_array_add (self->branches, branch);
  self->open++;
}

static void
send_branch (UllimServerFork *self, Branch *branch)
{
  msg_t *msg = g_steal_pointer (&branch->msg);

  if (!msg) {
    end_branch (branch, 500, NULL);
    return;
  }
  branch->sending = TRUE;
  branch->orq =
      nta_outgoing_mcreate (self->forks->nta, on_response, (nta_outgoing_magic_t *) branch,
                            (url_string_t *) branch->route, msg,
                            TAG_IF (branch->tport, NTATAG_TPORT (branch->tport)), TAG_END ());
  branch->sending = FALSE;
  if (!branch->orq) {
    msg_destroy (msg);
    end_branch (branch, 503, NULL);
  } else if (branch->status >= 200) {
    /* Answered from within: the transaction was not ours to end yet. */
    nta_outgoing_destroy (branch->orq);
    branch->orq = NULL;
  }
}

void
ullim_server_fork_start (UllimServerFork *self)
{
  self->starting = TRUE;
  if (self->wait_ms > 0)
    self->deadline_us = g_get_monotonic_time () + (gint64) self->wait_ms * 1000;
  for (guint i = 0; i < self->branches->len; i++)
    send_branch (self, g_ptr_array_index (self->branches, i));
  self->starting = FALSE;
  end_if_over (self);
}

/* A connection on which nothing came back in all that time is taken for dead: closing it makes the
 * client notice and connect anew. Over UDP a late answer is still listened for. */
static void
give_up (UllimServerFork *self)
{
  for (guint i = 0; i < self->branches->len; i++) {
    Branch *branch = g_ptr_array_index (self->branches, i);

    if (branch->status >= 200 || !branch->tport || branch->heard)
      continue;
    tport_shutdown (branch->tport, 2);
    if (branch->status < 200)
      end_branch (branch, 408, NULL);
  }
  decide (self, 408, NULL);
}

static void
end_closed_branches (UllimServerFork *self)
{
  for (guint i = 0; i < self->branches->len; i++) {
    Branch *branch = g_ptr_array_index (self->branches, i);

    if (branch->status < 200 && branch->tport &&
        (tport_is_closed (branch->tport) || tport_is_shutdown (branch->tport)))
      end_branch (branch, 503, NULL);
  }
}

void
ullim_server_forks_tick (UllimServerForks *self, gint64 now_us)
{
  g_autoptr (GList) forks = g_hash_table_get_keys (self->all);

  for (GList *l = forks; l; l = l->next) {
    UllimServerFork *fork = l->data;

    fork->starting = TRUE; /* it ends below, not while its branches are walked */
    end_closed_branches (fork);
    if (fork->deadline_us > 0 && fork->deadline_us <= now_us && !fork->decided)
      give_up (fork);
    fork->starting = FALSE;
    end_if_over (fork);
  }
}
