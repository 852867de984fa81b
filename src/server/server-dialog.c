/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What many dialogs have in common, a device's Contact and people's addresses, is kept once
 * (GRefString); the rest lies in one piece of memory.
 */
#define G_LOG_DOMAIN "server-dialog"

#include "server-dialog.h"

#include "server-limits.h"

#include <sofia-sip/msg_header.h>
#include <sofia-sip/sip_header.h>
#include <stdlib.h>
#include <string.h>

/* What the head of a NOTIFY mostly needs. */
#define HEAD_BYTES 1024

/* ---- reading ---- */

static const char *
next_text (const char *text)
{
  return text + strlen (text) + 1;
}

static const char *
remote_tag (const UllimServerDialog *self)
{
  return next_text (self->text);
}

static const char *
event_of (const UllimServerDialog *self)
{
  return next_text (remote_tag (self));
}

static const char *
routes_of (const UllimServerDialog *self)
{
  return next_text (event_of (self));
}

/* An interned URI, or NULL for one that cannot be used. */
static char *
intern_url (const url_t *url)
{
  char text[ULLIM_SERVER_MAX_CONTACT + 1];

  if ((url->url_type != url_sip && url->url_type != url_sips) || !url->url_host ||
      !*url->url_host || url_e (text, sizeof text, url) > ULLIM_SERVER_MAX_CONTACT)
    return NULL;
  return g_ref_string_new_intern (text);
}

static char *
routes_to_string (su_home_t *home, const sip_record_route_t *routes)
{
  GString *text = g_string_new (NULL);

  for (; routes; routes = routes->r_next) {
    char *uri = url_as_string (home, routes->r_url);

    g_string_append_printf (text, "%s<%s>", text->len ? ", " : "", uri ? uri : "");
  }
  return g_string_free (text, FALSE);
}

static char *
pack (su_home_t *home, const sip_t *sip)
{
  g_autofree char *routes = routes_to_string (home, sip->sip_record_route);
  const char      *tag = sip->sip_from->a_tag ? sip->sip_from->a_tag : "";
  const char      *id = sip->sip_event->o_id;
  GString         *text = g_string_new (sip->sip_call_id->i_id);

  g_string_append_c (text, '\0');
  g_string_append (text, tag);
  g_string_append_c (text, '\0');
  g_string_append (text, sip->sip_event->o_type);
  if (id)
    g_string_append_printf (text, ";id=%s", id);
  g_string_append_c (text, '\0');
  g_string_append (text, routes);
  if (text->len > ULLIM_SERVER_MAX_DIALOG_BYTES) {
    g_string_free (text, TRUE);
    return NULL;
  }
  g_string_append_c (text, '\0');
  {
    char *packed = g_memdup2 (text->str, text->len);

    g_string_free (text, TRUE);
    return packed;
  }
}

gboolean
ullim_server_dialog_init (UllimServerDialog *self, UllimServerRequest *request)
{
  const sip_t         *sip = request->sip;
  const sip_contact_t *contact = sip->sip_contact;

  *self = (UllimServerDialog){.id = request->key, .remote_cseq = sip->sip_cseq->cs_seq};
  if (!contact || contact->m_next || !sip->sip_event || self->id == 0)
    return FALSE;
  self->contact = intern_url (contact->m_url);
  self->remote = intern_url (sip->sip_from->a_url);
  self->local = intern_url (sip->sip_to->a_url);
  self->text = pack (msg_home (request->msg), sip);
  if (self->contact && self->remote && self->local && self->text)
    return TRUE;
  ullim_server_dialog_clear (self);
  return FALSE;
}

void
ullim_server_dialog_clear (UllimServerDialog *self)
{
  g_clear_pointer (&self->contact, g_ref_string_release);
  g_clear_pointer (&self->remote, g_ref_string_release);
  g_clear_pointer (&self->local, g_ref_string_release);
  g_clear_pointer (&self->text, g_free);
}

guint64
ullim_server_dialog_read_id (const sip_t *sip)
{
  const char *tag = sip->sip_to ? sip->sip_to->a_tag : NULL;
  guint64     id;

  if (!tag || *tag != 'u' || !g_ascii_string_to_unsigned (tag + 1, 16, 1, G_MAXUINT64, &id, NULL))
    return 0;
  return id;
}

gboolean
ullim_server_dialog_matches (const UllimServerDialog *self, const sip_t *sip)
{
  return strcmp (self->text, sip->sip_call_id->i_id) == 0 &&
         strcmp (remote_tag (self), sip->sip_from->a_tag ? sip->sip_from->a_tag : "") == 0;
}

gboolean
ullim_server_dialog_event_matches (const UllimServerDialog *self, const sip_event_t *event)
{
  const char *own = event_of (self);
  gsize       length = strcspn (own, ";");
  const char *own_id = own[length] ? own + length + strlen (";id=") : NULL;

  return strlen (event->o_type) == length &&
         g_ascii_strncasecmp (event->o_type, own, length) == 0 &&
         g_strcmp0 (own_id, event->o_id) == 0;
}

int
ullim_server_dialog_renew (UllimServerDialog *self, const sip_t *sip)
{
  char *contact;

  if (sip->sip_cseq->cs_seq <= self->remote_cseq)
    return 500;
  if (sip->sip_contact) {
    contact = intern_url (sip->sip_contact->m_url);
    if (!contact)
      return 400;
    g_ref_string_release (self->contact);
    self->contact = contact;
  }
  self->remote_cseq = sip->sip_cseq->cs_seq;
  return 0;
}

/* ---- writing ---- */

static void
append_tag (GString *text, const char *tag)
{
  if (*tag)
    g_string_append_printf (text, ";tag=%s", tag);
}

GString *
ullim_server_dialog_notify (UllimServerDialog *self,
                            const char        *via,
                            const char        *own_contact,
                            const char        *state,
                            const char        *headers,
                            const char        *type,
                            GBytes            *body)
{
  gsize       length = body ? g_bytes_get_size (body) : 0;
  const char *routes = routes_of (self);
  GString    *text = g_string_sized_new (HEAD_BYTES + length);

  g_string_append_printf (text, "NOTIFY %s SIP/2.0\r\n%s", self->contact, via);
  if (*routes)
    g_string_append_printf (text, "Route: %s\r\n", routes);
  g_string_append_printf (text, "Max-Forwards: 70\r\nFrom: <%s>;tag=u%" G_GINT64_MODIFIER "x\r\n",
                          self->local, self->id);
  g_string_append_printf (text, "To: <%s>", self->remote);
  append_tag (text, remote_tag (self));
  g_string_append_printf (text,
                          "\r\nCall-ID: %s\r\nCSeq: %u NOTIFY\r\nContact: %s\r\nEvent: %s\r\n"
                          "Subscription-State: %s\r\n%s",
                          self->text, ++self->cseq, own_contact, event_of (self), state, headers);
  if (length > 0)
    g_string_append_printf (text, "Content-Type: %s\r\n", type);
  g_string_append_printf (text, "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n", length);
  if (length > 0)
    g_string_append_len (text, g_bytes_get_data (body, NULL), length);
  return text;
}
