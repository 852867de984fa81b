/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Turns, the line they use, and dialogs that end. A request within a dialog goes the way of the
 * first one: Sofia must never look up the host that a peer's Contact may name.
 */
#define G_LOG_DOMAIN "sip-desk"

#include "sip-desk-private.h"

#include "sip-auth-private.h"
#include "sip-subscription.h"
#include "uri.h"

struct _UllimSipDesk {
  UllimSipLine      *line; /* owned, nullable */
  char              *user;
  char              *password;
  UllimSipAuthCache *auth;    /* owned */
  UllimSipAlarms    *alarms;  /* owned */
  GQueue             clients; /* of UllimSipClient, by their place */
  guint              round;   /* of telling something to all of them */
  GQueue             turns;   /* those who wait for one, the urgent ones first */
  guint              n_turns; /* those who have one */
  gboolean           is_pumping;

  guint       n_leaves;
  gboolean    is_leaving;
  guint       leave_id;
  GSourceFunc left;
  gpointer    left_data;

  void (*doubt) (gpointer owner);
  gpointer owner;
};

/* ---- Turns ---- */

static void
pump (UllimSipDesk *self)
{
  UllimSipClient *client;

  if (self->is_pumping)
    return;
  self->is_pumping = TRUE;
  while (self->n_turns < ULLIM_SIP_SUBSCRIBE_WINDOW &&
         (client = g_queue_peek_head (&self->turns)) && (self->line || client->is_urgent)) {
    g_queue_unlink (&self->turns, &client->turn);
    client->is_waiting = FALSE;
    client->has_turn = TRUE;
    self->n_turns++;
    client->klass->turn (client->owner);
  }
  self->is_pumping = FALSE;
}

void
ullim_sip_client_want_turn (UllimSipClient *client)
{
  UllimSipDesk *desk = client->desk;

  if (!desk || client->is_waiting || client->has_turn)
    return;
  client->is_waiting = TRUE;
  if (client->is_urgent)
    g_queue_push_head_link (&desk->turns, &client->turn);
  else
    g_queue_push_tail_link (&desk->turns, &client->turn);
  pump (desk);
}

/* Leaves it to the caller to let others go on. */
static void
drop_turn (UllimSipClient *client)
{
  if (client->is_waiting)
    g_queue_unlink (&client->desk->turns, &client->turn);
  if (client->has_turn)
    client->desk->n_turns--;
  client->is_waiting = client->has_turn = FALSE;
}

void
ullim_sip_client_end_turn (UllimSipClient *client)
{
  if (!client->desk)
    return;
  drop_turn (client);
  pump (client->desk);
}

/* ---- Clients ---- */

static void
on_alarm (gpointer data)
{
  UllimSipClient *client = data;

  client->klass->alarm (client->owner);
}

void
ullim_sip_client_join (UllimSipClient            *client,
                       UllimSipDesk              *desk,
                       const UllimSipClientClass *klass,
                       gpointer                   owner)
{
  client->desk = desk;
  client->klass = klass;
  client->owner = owner;
  client->place.data = client->turn.data = client;
  client->round = desk->round;
  g_queue_push_tail_link (&desk->clients, &client->place);
}

void
ullim_sip_client_part (UllimSipClient *client)
{
  UllimSipDesk *desk = client->desk;

  if (!desk)
    return;
  drop_turn (client);
  ullim_sip_alarm_unset (&client->alarm);
  g_queue_unlink (&desk->clients, &client->place);
  client->desk = NULL;
  pump (desk);
}

void
ullim_sip_client_set_alarm (UllimSipClient *client, guint64 delay_ms)
{
  if (client->desk)
    ullim_sip_alarm_set (client->desk->alarms, &client->alarm, delay_ms, client);
}

void
ullim_sip_client_unset_alarm (UllimSipClient *client)
{
  ullim_sip_alarm_unset (&client->alarm);
}

typedef void (*TellFunc) (gpointer owner);

/* Tells each client once, whoever comes and goes meanwhile; what is told anew ends it. */
static void
tell_all (UllimSipDesk *self, gsize member)
{
  const guint round = ++self->round;
  GList      *first;

  while (self->round == round && (first = self->clients.head)) {
    UllimSipClient *client = first->data;

    if (client->round == round)
      break;
    client->round = round;
    g_queue_unlink (&self->clients, first);
    g_queue_push_tail_link (&self->clients, first);
    G_STRUCT_MEMBER (TellFunc, client->klass, member) (client->owner);
  }
}

/* ---- Requests ---- */

UllimSipHandle *
ullim_sip_desk_open (UllimSipDesk *self, const char *to, UllimSipHandleFunc func, gpointer owner)
{
  g_autofree char *quoted = g_strdup_printf ("<%s>", to);
  nua_handle_t    *nh = nua_handle (ullim_sip_line_get_nua (self->line), NULL,
                                    SIPTAG_FROM_STR (ullim_sip_line_get_identity (self->line)),
                                    SIPTAG_TO_STR (quoted), TAG_END ());

  return ullim_sip_handle_new (self->line, nh, func, owner);
}

static char *
known_answer (UllimSipDesk          *self,
              UllimSipHandle        *handle,
              const UllimSipRequest *request,
              gboolean               for_proxy)
{
  /* Within a dialog the request goes to an address that only nua knows. */
  if (request->is_in_dialog || ullim_sip_handle_knows_password (handle))
    return NULL;
  return ullim_sip_auth_cache_answer (self->auth, for_proxy, request->method, request->target);
}

void
ullim_sip_desk_send (UllimSipDesk *self, UllimSipHandle *handle, const UllimSipRequest *request)
{
  UllimSipLine    *line = ullim_sip_handle_get_line (handle);
  g_autofree char *proxy_auth = known_answer (self, handle, request, TRUE);
  g_autofree char *server_auth = known_answer (self, handle, request, FALSE);
  g_autofree char *expires = g_strdup_printf ("%u", request->expires_s);
  const char      *route = ullim_sip_line_get_route (line);
  const char      *contact = ullim_sip_line_get_contact (line);
  su_home_t        home[1] = {SU_HOME_INIT (home)};
  gsize            size = 0;
  gconstpointer    bytes = request->body ? g_bytes_get_data (request->body, &size) : NULL;
  sip_payload_t   *payload = bytes ? sip_payload_create (home, bytes, size) : NULL;

  if (!contact)
    contact = request->contact;
  nua_method (ullim_sip_handle_get_nua (handle), NUTAG_METHOD (request->method),
              NUTAG_URL (request->target), TAG_IF (!route, NUTAG_PROXY (request->route)),
              /* Not nua_subscribe(): it refreshes unpaced, and waits for a last NOTIFY that some
                 servers never send. */
              NUTAG_DIALOG (request->makes_dialog ? 2 : 0),
              TAG_IF (contact && request->makes_dialog, SIPTAG_CONTACT_STR (contact)),
              SIPTAG_EVENT_STR (request->event), SIPTAG_EXPIRES_STR (expires),
              TAG_IF (request->accept, SIPTAG_ACCEPT_STR (request->accept)),
              TAG_IF (request->supported, SIPTAG_SUPPORTED_STR (request->supported)),
              TAG_IF (request->require, SIPTAG_REQUIRE_STR (request->require)),
              TAG_IF (request->if_match, SIPTAG_IF_MATCH_STR (request->if_match)),
              TAG_IF (payload, SIPTAG_CONTENT_TYPE_STR (request->content_type)),
              TAG_IF (payload && request->disposition,
                      SIPTAG_CONTENT_DISPOSITION_STR (request->disposition)),
              TAG_IF (payload, SIPTAG_PAYLOAD (payload)),
              TAG_IF (proxy_auth, SIPTAG_PROXY_AUTHORIZATION_STR (proxy_auth)),
              TAG_IF (server_auth, SIPTAG_AUTHORIZATION_STR (server_auth)), TAG_END ());
  su_home_deinit (home);
}

gboolean
ullim_sip_desk_is_final (UllimSipDesk *self, UllimSipHandle *handle, int status, const sip_t *sip)
{
  int sent = sip && sip->sip_status ? sip->sip_status->st_status : 0;

  if ((sent == 401 || sent == 407) && self->auth)
    ullim_sip_auth_cache_learn (self->auth, sip);
  if (status == 401 || status == 407) {
    if (sip && ullim_sip_handle_authenticate (handle, sip, self->user, self->password, NULL))
      return FALSE;
    if (self->auth)
      ullim_sip_auth_cache_forget (self->auth);
  }
  return status >= 200;
}

gboolean
ullim_sip_is_refusal (int status)
{
  switch (status) {
  case 408: /* nobody answered there in time */
  case 410: /* Sofia on its way out */
  case 423:
  case 429:
  case 430:
  case 480:
  case 481:
  case 482:
  case 483:
  case 486:
  case 487:
  case 491:
    return FALSE;
  case 501:
  case 505:
  case 513:
    return TRUE;
  default:
    return status >= 300 && (status < 500 || status >= 600) && status < 700;
  }
}

void
ullim_sip_desk_doubt (UllimSipDesk *self)
{
  self->doubt (self->owner);
}

/* ---- Leave ---- */

/* A dialog that ends: waits for its turn, for the answer, then for the last NOTIFY. */
typedef struct {
  UllimSipClient  client;
  UllimSipHandle *handle;  /* owned */
  UllimSipRequest request; /* its strings owned, those that are used */
  gboolean        is_answered;
} Leave;

static gboolean
on_left (gpointer data)
{
  UllimSipDesk *self = data;
  GSourceFunc   left = g_steal_pointer (&self->left);

  g_clear_handle_id (&self->leave_id, g_source_remove);
  if (left)
    g_idle_add (left, self->left_data);
  return G_SOURCE_REMOVE;
}

static void
leave_free (gpointer owner)
{
  Leave        *leave = owner;
  UllimSipDesk *desk = leave->client.desk;

  if (desk)
    desk->n_leaves--;
  ullim_sip_client_part (&leave->client);
  ullim_sip_handle_free (leave->handle);
  g_free ((char *) leave->request.target);
  g_free ((char *) leave->request.route);
  g_free ((char *) leave->request.contact);
  g_free ((char *) leave->request.event);
  g_free (leave);
  if (desk && desk->is_leaving && desk->n_leaves == 0)
    on_left (desk);
}

static void
on_leave_event (UllimSipHandle *handle,
                nua_event_t     event,
                int             status,
                const char     *phrase,
                const sip_t    *sip,
                gpointer        owner)
{
  Leave        *leave = owner;
  UllimSipDesk *desk = leave->client.desk;
  gboolean      is_last = FALSE;

  if (event == nua_i_notify && sip) {
    nua_t *nua = ullim_sip_line_get_nua (ullim_sip_handle_get_line (handle));

    if (status < 200)
      nua_respond (ullim_sip_handle_get_nua (handle), SIP_200_OK, NUTAG_WITH_THIS (nua),
                   TAG_END ());
    is_last = sip->sip_subscription_state &&
              g_ascii_strcasecmp (sip->sip_subscription_state->ss_substate, "terminated") == 0;
  } else if (event == nua_r_method && ullim_sip_desk_is_final (desk, handle, status, sip)) {
    leave->is_answered = TRUE;
    ullim_sip_client_end_turn (&leave->client);
    /* Whoever is about to stop has told what there was to tell. */
    is_last = status >= 300 || desk->is_leaving;
  }
  if (is_last)
    leave_free (leave);
}

static void
on_leave_turn (gpointer owner)
{
  Leave *leave = owner;

  ullim_sip_client_set_alarm (&leave->client, ULLIM_SIP_LEAVE_MS);
  ullim_sip_desk_send (leave->client.desk, leave->handle, &leave->request);
}

static void
on_leave_leave (gpointer owner)
{
  Leave *leave = owner;

  if (leave->is_answered)
    leave_free (leave);
}

static const UllimSipClientClass leave_class = {
    .turn = on_leave_turn,
    .line_changed = leave_free,
    .alarm = leave_free,
    .leave = on_leave_leave,
    .gone = leave_free,
};

void
ullim_sip_desk_unsubscribe (UllimSipDesk          *self,
                            UllimSipHandle        *handle,
                            const UllimSipRequest *request)
{
  Leave *leave = g_new0 (Leave, 1);

  leave->handle = handle;
  ullim_sip_handle_give (handle, on_leave_event, leave);
  leave->request = (UllimSipRequest){
      .method = "SUBSCRIBE",
      .target = g_strdup (request->target),
      .route = g_strdup (request->route),
      .contact = g_strdup (request->contact),
      .event = g_strdup (request->event),
      .is_in_dialog = TRUE,
      .makes_dialog = TRUE,
  };
  ullim_sip_client_join (&leave->client, self, &leave_class, leave);
  leave->client.is_urgent = TRUE;
  self->n_leaves++;
  ullim_sip_client_want_turn (&leave->client);
}

static void
drop_leaves (UllimSipDesk *self)
{
  for (GList *place = self->clients.head, *next; place; place = next) {
    UllimSipClient *client = place->data;

    next = place->next;
    if (client->klass == &leave_class)
      leave_free (client->owner);
  }
}

static gboolean
on_leave_timeout (gpointer data)
{
  UllimSipDesk *self = data;

  self->leave_id = 0;
  g_debug ("%u dialogs without a last word", self->n_leaves);
  drop_leaves (self);
  return on_left (self);
}

void
ullim_sip_desk_leave (UllimSipDesk *self, GSourceFunc done, gpointer data)
{
  self->left = done;
  self->left_data = data;
  /* So that nobody begins something meanwhile. */
  g_clear_pointer (&self->line, ullim_sip_line_unref);
  tell_all (self, G_STRUCT_OFFSET (UllimSipClientClass, leave));
  self->is_leaving = TRUE;
  self->leave_id = g_timeout_add (ULLIM_SIP_LEAVE_MS, on_leave_timeout, self);
  if (self->n_leaves == 0)
    on_left (self);
}

/* ---- The desk ---- */

UllimSipDesk *
ullim_sip_desk_new (void (*doubt) (gpointer owner), gpointer owner)
{
  UllimSipDesk *self = g_new0 (UllimSipDesk, 1);

  self->alarms = ullim_sip_alarms_new (on_alarm);
  self->doubt = doubt;
  self->owner = owner;
  return self;
}

void
ullim_sip_desk_free (UllimSipDesk *self)
{
  on_left (self);
  drop_leaves (self);
  while (self->clients.head) {
    UllimSipClient *client = self->clients.head->data;

    ullim_sip_client_part (client);
    client->klass->gone (client->owner);
  }
  ullim_sip_alarms_free (self->alarms);
  g_clear_pointer (&self->line, ullim_sip_line_unref);
  g_clear_pointer (&self->auth, ullim_sip_auth_cache_free);
  g_free (self->user);
  g_free (self->password);
  g_free (self);
}

void
ullim_sip_desk_set_account (UllimSipDesk *self, const UllimSipConfig *config)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse (config->address, NULL);

  g_free (self->user);
  g_free (self->password);
  g_clear_pointer (&self->auth, ullim_sip_auth_cache_free);
  self->user = g_strdup (config->auth_user ? config->auth_user : uri ? uri->user : NULL);
  self->password = g_strdup (config->password);
  self->auth = ullim_sip_auth_cache_new (self->user, self->password);
}

void
ullim_sip_desk_set_line (UllimSipDesk *self, UllimSipLine *line)
{
  UllimSipLine *old = self->line;

  if (!old && !line)
    return; /* which also lets those go on who take leave */
  self->is_leaving = FALSE;
  self->line = line ? ullim_sip_line_ref (line) : NULL;
  tell_all (self, G_STRUCT_OFFSET (UllimSipClientClass, line_changed));
  if (old)
    ullim_sip_line_unref (old);
  pump (self);
}

UllimSipLine *
ullim_sip_desk_get_line (UllimSipDesk *self)
{
  return self->line;
}
