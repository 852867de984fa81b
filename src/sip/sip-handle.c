/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ownership of nua handles, and the answer to a challenge on any of them (RFC 3261 section 22).
 */
#define G_LOG_DOMAIN "sip-handle"

#include "sip-handle-private.h"

#include "sip-auth-private.h"
#include "sip-error.h"

/** Challenges of one response that are answered. */
#define MAX_CHALLENGES 8

struct _UllimSipHandle {
  UllimSipLine      *line; /* owned */
  nua_handle_t      *nh;   /* owned */
  UllimSipHandleFunc func;
  gpointer           owner;
  GPtrArray         *answered; /* owned; "header realm" of each challenge that was answered */
};

static UllimSipHandle tombstone;

UllimSipHandle *
ullim_sip_handle_new (UllimSipLine *line, nua_handle_t *nh, UllimSipHandleFunc func, gpointer owner)
{
  UllimSipHandle *self = g_new0 (UllimSipHandle, 1);

  self->line = ullim_sip_line_ref (line);
  self->nh = nh;
  self->func = func;
  self->owner = owner;
  self->answered = g_ptr_array_new_with_free_func (g_free);
  nua_handle_bind (nh, self);
  return self;
}

void
ullim_sip_handle_free (UllimSipHandle *self)
{
  if (!self)
    return;
  nua_handle_bind (self->nh, &tombstone);
  nua_handle_destroy (self->nh);
  ullim_sip_line_unref (self->line);
  g_ptr_array_unref (self->answered);
  g_free (self);
}

void
ullim_sip_handle_give (UllimSipHandle *self, UllimSipHandleFunc func, gpointer owner)
{
  self->func = func;
  self->owner = owner;
}

gboolean
ullim_sip_handle_knows_password (UllimSipHandle *self)
{
  return self->answered->len > 0;
}

nua_handle_t *
ullim_sip_handle_get_nua (UllimSipHandle *self)
{
  return self->nh;
}

UllimSipLine *
ullim_sip_handle_get_line (UllimSipHandle *self)
{
  return self->line;
}

void
ullim_sip_handle_dispatch (UllimSipHandle *self,
                           nua_event_t     event,
                           int             status,
                           const char     *phrase,
                           const sip_t    *sip)
{
  if (self->func)
    self->func (self, event, status, phrase, sip, self->owner);
  else
    g_debug ("late %s %d %s", nua_event_name (event), status, phrase ? phrase : "");
}

/* Collects in @data what nua is to be told; counts what is new and what can be answered. */
static void
answer_challenges (UllimSipHandle   *self,
                   const char       *header,
                   const msg_auth_t *challenges,
                   GPtrArray        *realms,
                   gboolean         *is_repeated)
{
  guint n = 0;

  for (const msg_auth_t *one = challenges; one && n < MAX_CHALLENGES; one = one->au_next, n++) {
    const char      *realm = msg_header_find_param (one->au_common, "realm=");
    g_autofree char *key = g_strconcat (header, " ", realm, NULL);

    if (!realm || !ullim_sip_auth_is_known (one))
      continue;
    if (g_ptr_array_find_with_equal_func (realms, realm, g_str_equal, NULL))
      continue;
    if (g_ptr_array_find_with_equal_func (self->answered, key, g_str_equal, NULL))
      *is_repeated = TRUE;
    g_ptr_array_add (realms, g_strdup (realm));
    g_ptr_array_add (self->answered, g_steal_pointer (&key));
  }
}

gboolean
ullim_sip_handle_authenticate (UllimSipHandle *self,
                               const sip_t    *sip,
                               const char     *user,
                               const char     *password,
                               GError        **error)
{
  g_autoptr (GPtrArray) realms = g_ptr_array_new_with_free_func (g_free);
  gboolean              is_repeated = FALSE;

  answer_challenges (self, "401", sip->sip_www_authenticate, realms, &is_repeated);
  answer_challenges (self, "407", sip->sip_proxy_authenticate, realms, &is_repeated);
  if (realms->len == 0) {
    g_set_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_PROTOCOL, "no known way to authenticate");
    return FALSE;
  }
  if (!password) {
    g_set_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_PASSWORD_MISSING, "a password is needed");
    return FALSE;
  }
  if (is_repeated) {
    g_set_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_PASSWORD, "name or password refused");
    return FALSE;
  }
  for (guint i = 0; i < realms->len; i++) {
    g_autofree char *data = ullim_sip_auth_data (realms->pdata[i], user, password);

    nua_authenticate (self->nh, NUTAG_AUTH (data), TAG_END ());
  }
  return TRUE;
}
