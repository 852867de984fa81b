/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The publisher of RFC 3903 section 4: one request at a time, each with what was set last. The
 * entity tag outlives the line: what the server still has of us is modified, not doubled.
 */
#define G_LOG_DOMAIN "sip-publication"

#include "sip-publication.h"

#include <string.h>

#include "sip-agent-private.h"
#include "sip-retry-private.h"

/** What is asked for: how long the others may see us as we were after a power cut. */
#define EXPIRES_S 600
/** Shorter lives are not believed, longer ones refreshed earlier, s. */
#define MIN_EXPIRES_S 10
#define MAX_EXPIRES_S 3600
/** Share of its life after which a publication is refreshed. */
#define REFRESH_FROM 0.6
#define REFRESH_TO 0.85
/** How long ullim_sip_publication_remove_async() waits. */
#define REMOVE_MS 1000
/** Longest entity tag that is taken; without one it is published anew each time. */
#define MAX_ETAG_BYTES 256

struct _UllimSipPublication {
  GObject parent_instance;

  UllimSipClient client;
  char          *address;
  char          *event;
  char          *content_type; /* of what was set last */
  GBytes        *body;         /* owned, nullable */
  guint          set;          /* counts what was set */
  guint          sent;         /* which of it was sent last */
  gboolean       is_removal;   /* of what was sent last */
  gboolean       is_anew;      /* after a 412 */
  char          *etag;         /* nullable: of what the server has */

  UllimSipPublicationState state;
  int                      status;
  guint                    n_failures;
  gboolean                 is_told_to_wait; /* by Retry-After: nothing changes that */

  UllimSipHandle *handle;   /* owned, nullable; of the line */
  GQueue          removals; /* of GTask, owned */
  guint           removal_id;
};

enum {
  STATE_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimSipPublication, ullim_sip_publication, G_TYPE_OBJECT)

static void
set_state (UllimSipPublication *self, UllimSipPublicationState state, int status)
{
  if (self->state == state && self->status == status)
    return;
  self->state = state;
  self->status = status;
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

/* ---- Removal ---- */

static gboolean
end_removals (gpointer data)
{
  g_autoptr (UllimSipPublication) self = g_object_ref (data);
  GTask                          *task;

  g_clear_handle_id (&self->removal_id, g_source_remove);
  while ((task = g_queue_pop_head (&self->removals))) {
    g_task_set_task_data (task, NULL, NULL);
    if (!g_task_return_error_if_cancelled (task))
      g_task_return_boolean (task, TRUE);
    g_object_unref (task);
  }
  return G_SOURCE_REMOVE;
}

static gboolean
has_something_to_send (UllimSipPublication *self)
{
  return self->set != self->sent && (self->body || self->etag);
}

/* ---- Time ---- */

static void
retry (UllimSipPublication *self, guint retry_after_s)
{
  ullim_sip_client_end_turn (&self->client);
  self->is_told_to_wait = retry_after_s > 0;
  ullim_sip_client_set_alarm (
      &self->client,
      ullim_sip_retry_event_delay_ms (++self->n_failures, retry_after_s, g_random_double ()));
  end_removals (self);
  set_state (self, ULLIM_SIP_PUBLICATION_WAITING, 0);
}

static void
set_refresh (UllimSipPublication *self, guint expires_s)
{
  double share = REFRESH_FROM + (REFRESH_TO - REFRESH_FROM) * g_random_double ();

  ullim_sip_client_set_alarm (
      &self->client, (guint64) (CLAMP (expires_s, MIN_EXPIRES_S, MAX_EXPIRES_S) * share * 1000));
}

static void
on_alarm (gpointer owner)
{
  UllimSipPublication *self = owner;

  self->is_told_to_wait = FALSE;
  ullim_sip_client_want_turn (&self->client);
}

/* ---- Answers ---- */

static void
take_etag (UllimSipPublication *self, const sip_t *sip)
{
  const char *etag = sip->sip_etag ? sip->sip_etag->g_string : NULL;

  g_clear_pointer (&self->etag, g_free);
  if (etag && strlen (etag) <= MAX_ETAG_BYTES && !self->is_removal)
    self->etag = g_strdup (etag);
}

static void
on_accepted (UllimSipPublication *self, const sip_t *sip)
{
  guint expires_s = sip->sip_expires ? sip->sip_expires->ex_delta : EXPIRES_S;

  take_etag (self, sip);
  self->n_failures = 0;
  self->is_anew = FALSE;
  ullim_sip_client_end_turn (&self->client);
  if (!self->is_removal)
    set_refresh (self, expires_s);
  if (has_something_to_send (self)) {
    ullim_sip_client_want_turn (&self->client);
    return;
  }
  end_removals (self);
  set_state (self,
             self->is_removal ? ULLIM_SIP_PUBLICATION_WAITING : ULLIM_SIP_PUBLICATION_PUBLISHED, 0);
}

/* RFC 3903 section 4.3: it is gone; all of it is published again. */
static void
on_tag_unknown (UllimSipPublication *self)
{
  gboolean is_repeated = self->is_anew;

  g_clear_pointer (&self->etag, g_free);
  if (!self->body) {
    self->sent = self->set;
    ullim_sip_client_end_turn (&self->client);
    end_removals (self);
    return;
  }
  self->is_anew = TRUE;
  self->sent = self->set - 1;
  if (is_repeated) {
    retry (self, 0);
    return;
  }
  ullim_sip_client_end_turn (&self->client);
  ullim_sip_client_want_turn (&self->client);
}

static void
refuse (UllimSipPublication *self, int status)
{
  g_debug ("%s: refused with %d", self->event, status);
  g_clear_pointer (&self->etag, g_free);
  ullim_sip_client_end_turn (&self->client);
  ullim_sip_client_unset_alarm (&self->client);
  end_removals (self);
  set_state (self, ULLIM_SIP_PUBLICATION_REFUSED, status);
}

static void
on_failed (UllimSipPublication *self, int status, const sip_t *sip)
{
  guint retry_after_s = sip && sip->sip_retry_after ? sip->sip_retry_after->af_delta : 0;

  if (sip && status == 412) {
    on_tag_unknown (self);
  } else if (sip && ullim_sip_is_refusal (status) && retry_after_s == 0) {
    refuse (self, status);
  } else {
    if (!sip)
      ullim_sip_desk_doubt (self->client.desk);
    /* Whether it was taken nobody knows. */
    self->sent = self->set - 1;
    retry (self, retry_after_s);
  }
}

static void
on_event (UllimSipHandle *handle,
          nua_event_t     event,
          int             status,
          const char     *phrase,
          const sip_t    *sip,
          gpointer        owner)
{
  g_autoptr (UllimSipPublication) self = g_object_ref (owner);

  if (event != nua_r_method || !ullim_sip_desk_is_final (self->client.desk, handle, status, sip))
    return;
  if (status < 300 && sip)
    on_accepted (self, sip);
  else
    on_failed (self, status, sip);
}

/* ---- Asking ---- */

static void
on_turn (gpointer owner)
{
  UllimSipPublication *self = owner;
  UllimSipDesk        *desk = self->client.desk;
  gboolean             is_refresh = self->set == self->sent && self->etag;
  UllimSipRequest      request = {
           .method = "PUBLISH",
           .target = self->address,
           .event = self->event,
           .if_match = self->etag,
           .content_type = self->content_type,
           .body = is_refresh ? NULL : self->body,
           .expires_s = self->body ? EXPIRES_S : 0,
  };

  ullim_sip_client_unset_alarm (&self->client);
  if (!self->body && !self->etag) {
    self->sent = self->set;
    ullim_sip_client_end_turn (&self->client);
    return;
  }
  self->sent = self->set;
  self->is_removal = !self->body;
  if (!self->handle)
    self->handle = ullim_sip_desk_open (desk, self->address, on_event, self);
  ullim_sip_desk_send (desk, self->handle, &request);
}

static void
on_line_changed (gpointer owner)
{
  g_autoptr (UllimSipPublication) self = g_object_ref (owner);
  UllimSipLine                   *line = ullim_sip_desk_get_line (self->client.desk);

  g_clear_pointer (&self->handle, ullim_sip_handle_free);
  ullim_sip_client_end_turn (&self->client);
  if (self->is_told_to_wait)
    return;
  ullim_sip_client_unset_alarm (&self->client);
  self->n_failures = 0;
  self->is_anew = FALSE;
  self->sent = self->set - 1;
  if (line && !ullim_sip_line_get_route (line)) {
    refuse (self, 0);
    return;
  }
  if (!line)
    end_removals (self);
  set_state (self, ULLIM_SIP_PUBLICATION_WAITING, 0);
  if (self->body || self->etag)
    ullim_sip_client_want_turn (&self->client);
}

static void
on_leave (gpointer owner)
{
  UllimSipPublication *self = owner;

  g_clear_pointer (&self->handle, ullim_sip_handle_free);
  ullim_sip_client_end_turn (&self->client);
  end_removals (self);
}

static void
on_gone (gpointer owner)
{
  UllimSipPublication *self = owner;

  g_clear_pointer (&self->handle, ullim_sip_handle_free);
  end_removals (self);
}

static const UllimSipClientClass client_class = {
    .turn = on_turn,
    .line_changed = on_line_changed,
    .alarm = on_alarm,
    .leave = on_leave,
    .gone = on_gone,
};

/* ---- The object ---- */

static void
ullim_sip_publication_dispose (GObject *object)
{
  UllimSipPublication *self = ULLIM_SIP_PUBLICATION (object);

  g_clear_pointer (&self->handle, ullim_sip_handle_free);
  ullim_sip_client_part (&self->client);
  G_OBJECT_CLASS (ullim_sip_publication_parent_class)->dispose (object);
}

static void
ullim_sip_publication_finalize (GObject *object)
{
  UllimSipPublication *self = ULLIM_SIP_PUBLICATION (object);

  g_free (self->address);
  g_free (self->event);
  g_free (self->content_type);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->etag);
  G_OBJECT_CLASS (ullim_sip_publication_parent_class)->finalize (object);
}

static void
ullim_sip_publication_class_init (UllimSipPublicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ullim_sip_publication_dispose;
  object_class->finalize = ullim_sip_publication_finalize;

  signals[STATE_CHANGED] = g_signal_new ("state-changed", ULLIM_TYPE_SIP_PUBLICATION,
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ullim_sip_publication_init (UllimSipPublication *self)
{
}

UllimSipPublication *
ullim_sip_publication_new (UllimSipAgent *agent, const char *event)
{
  UllimSipPublication *self = g_object_new (ULLIM_TYPE_SIP_PUBLICATION, NULL);
  UllimSipDesk        *desk = ullim_sip_agent_get_desk (agent);
  UllimSipLine        *line = ullim_sip_desk_get_line (desk);

  self->address = g_strdup (ullim_sip_agent_get_address (agent));
  self->event = g_strdup (event);
  ullim_sip_client_join (&self->client, desk, &client_class, self);
  if (line && !ullim_sip_line_get_route (line))
    self->state = ULLIM_SIP_PUBLICATION_REFUSED;
  return self;
}

UllimSipPublicationState
ullim_sip_publication_get_state (UllimSipPublication *self)
{
  return self->state;
}

int
ullim_sip_publication_get_status (UllimSipPublication *self)
{
  return self->status;
}

void
ullim_sip_publication_set (UllimSipPublication *self, const char *content_type, GBytes *body)
{
  g_autoptr (UllimSipPublication) owned = g_object_ref (self);
  GBytes                         *old = self->body;

  g_return_if_fail (!body || content_type);

  self->body = body ? g_bytes_ref (body) : NULL;
  g_clear_pointer (&old, g_bytes_unref);
  g_free (self->content_type);
  self->content_type = g_strdup (content_type);
  self->set++;
  if (self->state == ULLIM_SIP_PUBLICATION_REFUSED || self->is_told_to_wait)
    return;
  set_state (self, ULLIM_SIP_PUBLICATION_WAITING, 0);
  if (has_something_to_send (self))
    ullim_sip_client_want_turn (&self->client);
}

static gboolean
on_removal_cancelled (GCancellable *cancellable, gpointer data)
{
  GTask               *task = data;
  UllimSipPublication *self = g_task_get_source_object (task);

  if (g_queue_remove (&self->removals, task)) {
    g_task_return_error_if_cancelled (task);
    g_object_unref (task);
  }
  return G_SOURCE_REMOVE;
}

static void
drop_source (gpointer data)
{
  GSource *source = data;

  g_source_destroy (source);
  g_source_unref (source);
}

void
ullim_sip_publication_remove_async (UllimSipPublication *self,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_sip_publication_remove_async);
  g_queue_push_tail (&self->removals, task);
  ullim_sip_publication_set (self, NULL, NULL);
  if (!self->client.has_turn &&
      (!self->client.is_waiting || !ullim_sip_desk_get_line (self->client.desk))) {
    end_removals (self);
    return;
  }
  if (cancellable) {
    GSource *source = g_cancellable_source_new (cancellable);

    g_source_set_callback (source, G_SOURCE_FUNC (on_removal_cancelled), task, NULL);
    g_source_attach (source, g_main_context_get_thread_default ());
    g_task_set_task_data (task, source, drop_source);
  }
  if (!self->removal_id)
    self->removal_id = g_timeout_add (REMOVE_MS, end_removals, self);
}

gboolean
ullim_sip_publication_remove_finish (UllimSipPublication *self,
                                     GAsyncResult        *result,
                                     GError             **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
