/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hands each event of a line to whom it concerns, and ties the registration to it.
 */
#define G_LOG_DOMAIN "sip-link"

#include "sip-link-private.h"

#include <sofia-sip/msg_addr.h>

#include "sip-handle-private.h"
#include "sip-message-private.h"
#include "sip-notifier-private.h"
#include "sip-registration-private.h"

/** Seconds after which the sender of a message that came too late may try again. */
#define MOVED_RETRY_AFTER_S 1

struct _UllimSipLink {
  UllimSipLine         *line;         /* owned */
  UllimSipRegistration *registration; /* owned, nullable */
  UllimSipLinkOwner     callbacks;
  gpointer              owner; /* weak; NULL when retired */
  GPtrArray            *sources;

  GSourceFunc retired;
  gpointer    retired_data;
};

/* ---- Registration ---- */

static void
on_registered (gpointer owner)
{
  UllimSipLink *self = owner;

  if (self->owner)
    self->callbacks.registered (self, self->owner);
}

static void
on_moved (gpointer owner)
{
  UllimSipLink *self = owner;

  if (self->owner)
    self->callbacks.moved (self, self->owner);
}

static void
on_registration_failed (const GError *error, guint retry_after_s, gpointer owner)
{
  UllimSipLink *self = owner;

  if (self->owner)
    self->callbacks.failed (self, error, retry_after_s, self->owner);
}

void
ullim_sip_link_register (UllimSipLink *self)
{
  ullim_sip_registration_start (self->registration);
}

void
ullim_sip_link_check (UllimSipLink *self)
{
  if (self->registration)
    ullim_sip_registration_check (self->registration);
}

/* ---- Events ---- */

static gboolean
is_source_allowed (UllimSipLink *self)
{
  msg_t         *msg = nua_current_request (ullim_sip_line_get_nua (self->line));
  char           text[64] = "";
  su_sockaddr_t *from = msg ? msg_addr (msg) : NULL;

  if (!self->sources || !from)
    return TRUE;
  su_inet_ntop (from->su_family, SU_ADDR (from), text, sizeof text);
  return g_ptr_array_find_with_equal_func (self->sources, text, g_str_equal, NULL);
}

static void
on_message (UllimSipLine *line, nua_handle_t *nh, const sip_t *sip, UllimSipLink *self)
{
  g_autoptr (UllimSipIncoming) incoming = ullim_sip_incoming_new (line, nh);

  if (!self || !self->owner) {
    /* On its way out: the sender, or its server, tries the new one. */
    ullim_sip_incoming_reply (incoming, 503, NULL, MOVED_RETRY_AFTER_S);
  } else if (!is_source_allowed (self)) {
    g_debug ("a MESSAGE that does not come from the server is refused");
    ullim_sip_incoming_reply (incoming, 403, NULL, 0);
  } else if (ullim_sip_incoming_read (incoming, sip)) {
    self->callbacks.message (self, incoming, self->owner);
  }
}

static void
on_subscribe (UllimSipLine *line, nua_handle_t *nh, const sip_t *sip, UllimSipLink *self)
{
  if (!self || !self->owner)
    ullim_sip_refuse (line, nh, 503, MOVED_RETRY_AFTER_S, 0);
  else if (!is_source_allowed (self))
    ullim_sip_refuse (line, nh, 403, 0, 0);
  else
    self->callbacks.subscribe (self, nh, sip, self->owner);
}

/* Of nobody's dialog; RFC 6665 section 4.1.3. */
static void
on_stray_notify (UllimSipLine *line, nua_handle_t *nh)
{
  g_debug ("a NOTIFY for nothing that was subscribed is refused");
  ullim_sip_refuse (line, nh, 481, 0, 0);
}

/* What a peer sends within a dialog of ours. */
static gboolean
is_from_elsewhere (nua_event_t event, const sip_t *sip, UllimSipLink *self)
{
  return (event == nua_i_notify || event == nua_i_subscribe) && sip && self &&
         !is_source_allowed (self);
}

static void
on_line_event (UllimSipLine   *line,
               nua_event_t     event,
               int             status,
               const char     *phrase,
               nua_handle_t   *nh,
               UllimSipHandle *handle,
               const sip_t    *sip,
               gpointer        owner)
{
  if (event == nua_i_message && status < 200 && sip) {
    on_message (line, nh, sip, owner);
    return;
  }
  if (!handle && status < 200 && sip && event == nua_i_subscribe) {
    on_subscribe (line, nh, sip, owner);
    return;
  }
  if (!handle && status < 200 && event == nua_i_notify) {
    on_stray_notify (line, nh);
    return;
  }
  if (event == nua_i_message && status < 300)
    g_critical ("Sofia accepted a MESSAGE by itself");
  if (handle && is_from_elsewhere (event, sip, owner))
    g_debug ("what does not come from the server is not heard");
  else if (handle)
    ullim_sip_handle_dispatch (handle, event, status, phrase, sip);
  else if (nh)
    nua_handle_destroy (nh); /* of a request that Sofia answered by itself */
}

/* ---- Life ---- */

static gboolean
on_ended (gpointer data)
{
  UllimSipLink *self = data;

  ullim_sip_registration_free (self->registration);
  ullim_sip_line_disown (self->line);
  ullim_sip_line_unref (self->line);
  if (self->retired)
    self->retired (self->retired_data);
  g_clear_pointer (&self->sources, g_ptr_array_unref);
  g_free (self);
  return G_SOURCE_REMOVE;
}

void
ullim_sip_link_retire (UllimSipLink *self, gboolean is_replaced, GSourceFunc done, gpointer data)
{
  self->owner = NULL;
  self->retired = done;
  self->retired_data = data;
  if (self->registration)
    ullim_sip_registration_end (self->registration, is_replaced, on_ended, self);
  else
    g_idle_add (on_ended, self);
}

UllimSipLink *
ullim_sip_link_new (UllimSipStack              *stack,
                    const UllimSipLineSettings *settings,
                    GPtrArray                  *sources,
                    const UllimSipLinkOwner    *callbacks,
                    gpointer                    owner,
                    GError                    **error)
{
  static const UllimSipRegistrationOwner registration_callbacks = {
      .registered = on_registered,
      .moved = on_moved,
      .failed = on_registration_failed,
  };
  UllimSipLink *self = g_new0 (UllimSipLink, 1);

  self->line = ullim_sip_line_new (stack, settings, on_line_event, self, error);
  if (!self->line) {
    g_free (self);
    return NULL;
  }
  self->callbacks = *callbacks;
  self->owner = owner;
  self->sources = sources ? g_ptr_array_ref (sources) : NULL;
  if (settings->config->registers && settings->hop)
    self->registration = ullim_sip_registration_new (
        self->line, settings->config, settings->hop->transport, &registration_callbacks, self);
  return self;
}

UllimSipLine *
ullim_sip_link_get_line (UllimSipLink *self)
{
  return self->line;
}
