/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * OPTIONS to learn our address, REGISTER to tell it, OPTIONS again and again to stay sure of it.
 */
#define G_LOG_DOMAIN "sip-registration"

#include "sip-registration-private.h"

#include <string.h>

#include "sip-handle-private.h"
#include "uri.h"

struct _UllimSipRegistration {
  UllimSipLine             *line; /* weak: the line owns this */
  UllimSipRegistrationOwner callbacks;
  gpointer                  owner;
  UllimSipTransport         transport;

  char    *registrar;    /* domain of the address-of-record */
  char    *contact_user; /* escaped */
  char    *user;
  char    *password;
  char    *instance;
  gboolean is_secure; /* the address-of-record is a SIPS URI */

  UllimSipHandle *handle;       /* owned; of REGISTER */
  UllimSipHandle *question;     /* owned; of OPTIONS under way */
  char           *contact;      /* URI that is or is being registered */
  char           *last_contact; /* URI that was registered before, to be taken back with it */
  gboolean        is_registered;
  guint           timeout_id;
  guint           alive_id;

  GSourceFunc ended;
  gpointer    ended_data;
};

static gboolean on_alive (gpointer data);

static void
registration_failed (UllimSipRegistration *self, GError *error, guint retry_after_s)
{
  g_autoptr (GError) owned = error;

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_handle_id (&self->alive_id, g_source_remove);
  self->callbacks.failed (owned, retry_after_s, self->owner);
}

static gboolean
on_timeout (gpointer data)
{
  UllimSipRegistration *self = data;

  self->timeout_id = 0;
  registration_failed (
      self, g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_TIMEOUT, "the server is silent"), 0);
  return G_SOURCE_REMOVE;
}

static void
set_timeout (UllimSipRegistration *self, guint seconds)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  self->timeout_id = g_timeout_add_seconds (seconds, on_timeout, self);
}

/* ---- How the server sees us ---- */

/* RFC 3581 section 4: received and rport of the Via that comes back. */
static char *
contact_from_via (UllimSipRegistration *self, const sip_via_t *via)
{
  const char *host = via->v_received ? via->v_received : via->v_host;
  const char *port = via->v_rport && *via->v_rport ? via->v_rport : via->v_port;
  gboolean    is_bare = strchr (host, ':') && *host != '[';
  const char *params[] = {
      [ULLIM_SIP_UDP] = "",
      [ULLIM_SIP_TCP] = ";transport=tcp",
      [ULLIM_SIP_TLS] = ";transport=tls",
  };

  return g_strdup_printf ("%s:%s@%s%s%s%s%s%s", self->is_secure ? "sips" : "sip",
                          self->contact_user, is_bare ? "[" : "", host, is_bare ? "]" : "",
                          port ? ":" : "", port ? port : "", params[self->transport]);
}

static void
send_register (UllimSipRegistration *self)
{
  g_autofree char *expires = g_strdup_printf ("%d", ULLIM_SIP_EXPIRES_S);
  g_autofree char *instance =
      self->instance ? g_strdup_printf (";+sip.instance=\"<%s>\"", self->instance) : NULL;
  g_autofree char *contact = g_strdup_printf ("<%s>%s", self->contact, instance ? instance : "");
  g_autofree char *last =
      self->last_contact ? g_strdup_printf ("<%s>;expires=0", self->last_contact) : NULL;

  nua_register (ullim_sip_handle_get_nua (self->handle), NUTAG_REGISTRAR (self->registrar),
                NUTAG_PROXY (ullim_sip_line_get_route (self->line)), SIPTAG_EXPIRES_STR (expires),
                /* Named by us, so that Sofia does not guess. */
                SIPTAG_CONTACT_STR (contact), TAG_IF (last, SIPTAG_CONTACT_STR (last)), TAG_END ());
}

/* Registers, or registers anew if the server sees us elsewhere than we said. */
static void
check_contact (UllimSipRegistration *self, const sip_t *sip)
{
  g_autofree char *seen = sip->sip_via ? contact_from_via (self, sip->sip_via) : NULL;

  if (!seen || g_strcmp0 (seen, self->contact) == 0)
    return;
  if (self->contact)
    g_debug ("the server sees us elsewhere");
  g_free (self->last_contact);
  self->last_contact = self->is_registered ? g_steal_pointer (&self->contact) : NULL;
  g_free (self->contact);
  self->contact = g_steal_pointer (&seen);
  set_timeout (self, ULLIM_SIP_REGISTER_TIMEOUT_S);
  send_register (self);
}

static void
on_question_event (UllimSipHandle *handle,
                   nua_event_t     event,
                   int             status,
                   const char     *phrase,
                   const sip_t    *sip,
                   gpointer        owner)
{
  UllimSipRegistration *self = owner;

  if (event != nua_r_options || status < 200)
    return;
  g_clear_pointer (&self->question, ullim_sip_handle_free);
  if (!sip) {
    /* Over UDP it is the first word to that port. */
    gboolean is_first = !self->is_registered && self->transport == ULLIM_SIP_UDP;

    registration_failed (
        self,
        g_error_new (ULLIM_SIP_ERROR,
                     is_first ? ULLIM_SIP_ERROR_REFUSED : ULLIM_SIP_ERROR_CONNECTION_LOST, "%d %s",
                     status, phrase),
        0);
    return;
  }
  /* Whatever the answer says, it is one. */
  if (self->is_registered)
    g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_handle_id (&self->alive_id, g_source_remove);
  self->alive_id = g_timeout_add_seconds (ULLIM_SIP_ALIVE_INTERVAL_S, on_alive, self);
  check_contact (self, sip);
}

static void
ask (UllimSipRegistration *self)
{
  g_autofree char *to = g_strdup_printf ("<%s>", self->registrar);
  nua_handle_t    *nh = nua_handle (ullim_sip_line_get_nua (self->line), NULL,
                                    SIPTAG_FROM_STR (ullim_sip_line_get_identity (self->line)),
                                    SIPTAG_TO_STR (to), TAG_END ());

  ullim_sip_handle_free (self->question);
  self->question = ullim_sip_handle_new (self->line, nh, on_question_event, self);
  nua_options (nh, NUTAG_URL (self->registrar), NUTAG_PROXY (ullim_sip_line_get_route (self->line)),
               TAG_END ());
}

void
ullim_sip_registration_check (UllimSipRegistration *self)
{
  /* While one is under way, its time-out runs already. */
  if (self->question || self->ended)
    return;
  g_clear_handle_id (&self->alive_id, g_source_remove);
  if (!self->timeout_id)
    set_timeout (self, ULLIM_SIP_ALIVE_TIMEOUT_S);
  ask (self);
}

static gboolean
on_alive (gpointer data)
{
  UllimSipRegistration *self = data;

  self->alive_id = 0;
  ullim_sip_registration_check (self);
  return G_SOURCE_REMOVE;
}

/* ---- REGISTER ---- */

static void
on_register_answer (UllimSipRegistration *self, int status, const char *phrase, const sip_t *sip)
{
  g_autoptr (GError) error = NULL;
  guint    retry_after_s = sip && sip->sip_retry_after ? sip->sip_retry_after->af_delta : 0;
  gboolean has_moved;

  if (status < 200)
    return;
  if (status < 300 && sip) {
    g_clear_handle_id (&self->timeout_id, g_source_remove);
    g_clear_pointer (&self->last_contact, g_free);
    self->is_registered = TRUE;
    has_moved = ullim_sip_line_set_contact (self->line, self->contact);
    /* A refresh may have gone over another connection than before. */
    check_contact (self, sip);
    if (has_moved)
      self->callbacks.moved (self->owner);
    else
      self->callbacks.registered (self->owner);
    return;
  }
  if ((status == 401 || status == 407) && sip) {
    if (ullim_sip_handle_authenticate (self->handle, sip, self->user, self->password, &error))
      return;
  } else if (!sip) {
    error = g_error_new (ULLIM_SIP_ERROR,
                         status == 408 ? ULLIM_SIP_ERROR_TIMEOUT : ULLIM_SIP_ERROR_CONNECTION_LOST,
                         "no answer to REGISTER: %d %s", status, phrase);
  } else {
    error = ullim_sip_error_from_status (status, phrase, TRUE);
  }
  self->is_registered = FALSE;
  registration_failed (self, g_steal_pointer (&error), retry_after_s);
}

static void
end_now (UllimSipRegistration *self)
{
  GSourceFunc ended = g_steal_pointer (&self->ended);

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (ended)
    g_idle_add (ended, self->ended_data);
}

static void
on_register_event (UllimSipHandle *handle,
                   nua_event_t     event,
                   int             status,
                   const char     *phrase,
                   const sip_t    *sip,
                   gpointer        owner)
{
  UllimSipRegistration *self = owner;

  if (event == nua_r_register && !self->ended) {
    on_register_answer (self, status, phrase, sip);
  } else if (event == nua_r_unregister && self->ended && status >= 200) {
    if ((status == 401 || status == 407) && sip &&
        ullim_sip_handle_authenticate (handle, sip, self->user, self->password, NULL))
      return;
    end_now (self);
  }
}

void
ullim_sip_registration_start (UllimSipRegistration *self)
{
  g_clear_handle_id (&self->alive_id, g_source_remove);
  set_timeout (self, ULLIM_SIP_REGISTER_TIMEOUT_S);
  if (self->is_registered)
    send_register (self);
  else
    ask (self);
}

static gboolean
on_end_timeout (gpointer data)
{
  UllimSipRegistration *self = data;

  self->timeout_id = 0;
  end_now (self);
  return G_SOURCE_REMOVE;
}

void
ullim_sip_registration_end (UllimSipRegistration *self,
                            gboolean              is_replaced,
                            GSourceFunc           ended,
                            gpointer              data)
{
  g_autofree char *instance = self->instance && !is_replaced
                                  ? g_strdup_printf (";+sip.instance=\"<%s>\"", self->instance)
                                  : g_strdup ("");
  g_autofree char *contact = g_strdup_printf ("<%s>%s", self->contact, instance);

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_handle_id (&self->alive_id, g_source_remove);
  g_clear_pointer (&self->question, ullim_sip_handle_free);
  self->ended = ended;
  self->ended_data = data;
  if (!self->is_registered) {
    end_now (self);
    return;
  }
  self->timeout_id = g_timeout_add (ULLIM_SIP_UNREGISTER_TIMEOUT_MS, on_end_timeout, self);
  nua_unregister (ullim_sip_handle_get_nua (self->handle), SIPTAG_CONTACT (SIP_NONE),
                  SIPTAG_CONTACT_STR (contact), TAG_END ());
}

/* ---- Life ---- */

UllimSipRegistration *
ullim_sip_registration_new (UllimSipLine                    *line,
                            const UllimSipConfig            *config,
                            UllimSipTransport                transport,
                            const UllimSipRegistrationOwner *callbacks,
                            gpointer                         owner)
{
  UllimSipRegistration *self = g_new0 (UllimSipRegistration, 1);
  g_autoptr (UllimUri)  uri = ullim_uri_parse (config->address, NULL);
  const char           *colon = strchr (config->address, ':');
  const char           *at = strchr (config->address, '@');
  nua_handle_t         *nh;

  self->line = line;
  self->callbacks = *callbacks;
  self->owner = owner;
  self->transport = transport;
  self->contact_user = g_strndup (colon + 1, at - colon - 1);
  self->user = g_strdup (config->auth_user ? config->auth_user : uri->user);
  self->password = g_strdup (config->password);
  self->instance = g_strdup (config->instance_id);
  self->is_secure = uri->scheme == ULLIM_URI_SIPS;
  g_clear_pointer (&uri->user, g_free);
  self->registrar = ullim_uri_to_aor (uri);

  nh = nua_handle (ullim_sip_line_get_nua (line), NULL,
                   SIPTAG_FROM_STR (ullim_sip_line_get_identity (line)),
                   SIPTAG_TO_STR (ullim_sip_line_get_identity (line)), TAG_END ());
  self->handle = ullim_sip_handle_new (line, nh, on_register_event, self);
  return self;
}

void
ullim_sip_registration_free (UllimSipRegistration *self)
{
  if (!self)
    return;
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_handle_id (&self->alive_id, g_source_remove);
  ullim_sip_handle_free (self->question);
  ullim_sip_handle_free (self->handle);
  g_free (self->registrar);
  g_free (self->contact_user);
  g_free (self->user);
  g_free (self->password);
  g_free (self->instance);
  g_free (self->contact);
  g_free (self->last_contact);
  g_free (self);
}
