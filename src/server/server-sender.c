/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A message of Sofia's that consists of nothing but a "body", which is the whole text: so Sofia's
 * transport sends it, queues it and encrypts it, and its parser has no work.
 */
#define G_LOG_DOMAIN "server-sender"

#include "server-sender.h"

#include <openssl/rand.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/tport_tag.h>
#include <stdlib.h>
#include <string.h>

/* Timer E begins with T1 and doubles up to T2; timer F is 64 * T1. */
#define T1_MS 500
#define T2_TICKS 8
#define TIMEOUT_TICKS 64
#define BRANCH "z9hG4bKu"

typedef struct {
  guint64               key;
  char                 *flow;  /* owned */
  tport_t              *tport; /* owned reference, nullable */
  GString              *text;  /* owned; UDP only, to repeat it */
  UllimServerSenderDone done;
  gpointer              data;
  guint8                ticks;
  guint8                next;     /* repetition, at so many ticks */
  guint8                interval; /* ticks until the one after */
} Sending;

struct _UllimServerSender {
  nta_agent_t *nta;   /* weak */
  su_timer_t  *timer; /* owned */
  GHashTable  *all;   /* (owned): key -> Sending */
};

static void
sending_free (Sending *sending)
{
  if (sending->tport)
    tport_unref (sending->tport);
  if (sending->text)
    g_string_free (sending->text, TRUE);
  g_free (sending->flow);
  g_free (sending);
}

/* ---- sending ---- */

static const sip_via_t *
find_via (UllimServerSender *self, const char *protocol)
{
  const sip_via_t *via = nta_agent_via (self->nta);

  for (const sip_via_t *v = via; v; v = v->v_next) {
    if (g_ascii_strcasecmp (sip_via_transport (v), protocol) == 0)
      return v;
  }
  return via;
}

char *
ullim_server_sender_via (UllimServerSender *self, const char *protocol, guint64 *key)
{
  const sip_via_t *via = find_via (self, protocol);

  if (RAND_bytes ((unsigned char *) key, sizeof *key) != 1)
    g_error ("no random numbers");
  return g_strdup_printf ("Via: %s %s:%s;rport;branch=" BRANCH "%" G_GINT64_MODIFIER "x\r\n",
                          via->v_protocol, via->v_host, via->v_port ? via->v_port : "5060", *key);
}

static msg_t *
wrap (const GString *text)
{
  msg_t         *msg = msg_create (sip_default_mclass (), 0);
  sip_payload_t *payload = sip_payload_create (msg_home (msg), text->str, text->len);

  /* What is sent is the chain; Sofia's own functions would want a first line at its head. */
  *msg_chain_head (msg) = (msg_header_t *) payload;
  payload->pl_common->h_prev = (void *) msg_chain_head (msg);
  return msg;
}

static gboolean
is_open (tport_t *tport)
{
  return !tport_is_closed (tport) && !tport_is_shutdown (tport) && tport_is_clear_to_send (tport);
}

/* FALSE if the connection is closed. What the network does with it is another matter. */
static gboolean
transmit (UllimServerSender *self, const Sending *sending, const GString *text)
{
  g_autofree char *host = NULL;
  tp_name_t        name = {NULL};
  msg_t           *msg;
  char            *port;

  if (sending->tport) {
    if (!is_open (sending->tport))
      return FALSE;
    msg = wrap (text);
    tport_tsend (sending->tport, msg, tport_name (sending->tport), TPTAG_MTU (INT_MAX), TAG_END ());
  } else {
    host = g_strdup (strchr (sending->flow, ':') + 1);
    port = strrchr (host, ':');
    *port = '\0';
    name =
        (tp_name_t){.tpn_proto = "udp", .tpn_canon = host, .tpn_host = host, .tpn_port = port + 1};
    msg = wrap (text);
    tport_tsend (tport_by_protocol (nta_agent_tports (self->nta), "udp"), msg, &name,
                 TPTAG_MTU (INT_MAX), TAG_END ());
  }
  msg_destroy (msg);
  return TRUE;
}

void
ullim_server_sender_send (UllimServerSender    *self,
                          guint64               key,
                          const char           *flow,
                          tport_t              *tport,
                          GString              *text,
                          UllimServerSenderDone done,
                          gpointer              data)
{
  Sending *sending = g_new0 (Sending, 1);

  sending->key = key;
  sending->tport = tport ? tport_ref (tport) : NULL;
  sending->flow = tport ? NULL : g_strdup (flow);
  sending->done = done;
  sending->data = data;
  sending->interval = 1;
  sending->next = 2; /* the first tick may be right now */
  g_hash_table_replace (self->all, &sending->key, sending);
  transmit (self, sending, text); /* a closed connection shows at the next tick */
  if (tport)
    g_string_free (text, TRUE);
  else
    sending->text = text;
}

/* ---- answers ---- */

static void
finish (UllimServerSender *self, Sending *sending, int status)
{
  g_hash_table_steal (self->all, &sending->key);
  sending->done (status, sending->data);
  sending_free (sending);
}

gboolean
ullim_server_sender_take (UllimServerSender *self, const sip_t *sip)
{
  const char *branch = sip->sip_via ? sip->sip_via->v_branch : NULL;
  int         status = sip->sip_status->st_status;
  guint64     key;
  Sending    *sending;

  if (!branch || !g_str_has_prefix (branch, BRANCH) ||
      !g_ascii_string_to_unsigned (branch + strlen (BRANCH), 16, 0, G_MAXUINT64, &key, NULL))
    return FALSE;
  sending = g_hash_table_lookup (self->all, &key);
  if (sending && status >= 200)
    finish (self, sending, status);
  else if (sending)
    sending->interval = T2_TICKS;
  return TRUE;
}

/* The status with which it ends now, or 0. */
static int
tick (UllimServerSender *self, Sending *sending)
{
  sending->ticks++;
  if (sending->ticks >= TIMEOUT_TICKS)
    return 408;
  if (sending->tport)
    return is_open (sending->tport) ? 0 : 503;
  if (sending->ticks < sending->next)
    return 0;
  sending->interval = MIN (sending->interval * 2, T2_TICKS);
  sending->next = sending->ticks + sending->interval;
  transmit (self, sending, sending->text);
  return 0;
}

static void
on_tick (su_root_magic_t *magic, su_timer_t *timer, su_timer_arg_t *arg)
{
  UllimServerSender    *self = (UllimServerSender *) arg;
  g_autoptr (GPtrArray) over = g_ptr_array_new ();
  g_autoptr (GArray)    statuses = g_array_new (FALSE, FALSE, sizeof (int));
  GHashTableIter        iter;
  gpointer              value;

  g_hash_table_iter_init (&iter, self->all);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    int status = tick (self, value);

    if (status == 0)
      continue;
    g_ptr_array_add (over, value);
    g_array_append_val (statuses, status);
  }
  for (guint i = 0; i < over->len; i++)
    finish (self, over->pdata[i], g_array_index (statuses, int, i));
}

/* ---- life ---- */

UllimServerSender *
ullim_server_sender_new (su_root_t *root, nta_agent_t *nta)
{
  UllimServerSender *self = g_new0 (UllimServerSender, 1);

  self->nta = nta;
  self->all =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) sending_free);
  self->timer = su_timer_create (su_root_task (root), T1_MS);
  su_timer_set_for_ever (self->timer, on_tick, (su_timer_arg_t *) self);
  return self;
}

void
ullim_server_sender_free (UllimServerSender *self)
{
  if (!self)
    return;
  su_timer_destroy (self->timer);
  g_hash_table_unref (self->all);
  g_free (self);
}
