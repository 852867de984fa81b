/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Life of a nua_t: made with the transports of one next hop, registered, kept alive, retired. Sofia
 * is given addresses only (maddr): it must never look up a name.
 */
#define G_LOG_DOMAIN "sip-line"

#include "sip-line-private.h"

#include <sofia-sip/msg_addr.h>
#include <sofia-sip/nta.h>
#include <string.h>

#include "sip-handle-private.h"
#include "sip-listen-private.h"
#include "sip-message-private.h"
#include "uri.h"

/** Messages that may wait to be written on one connection; Sofia's 64 is below our window. */
#define QUEUE_MESSAGES 256
/** Attempts to get a port that was free a moment ago. */
#define MAX_BIND_TRIES 4
/** What we serve: everything else gets 405. */
#define ALLOWED_METHODS "OPTIONS, MESSAGE"

struct _UllimSipLine {
  guint             n_refs;
  gboolean          is_shut; /* nua has ended */
  UllimSipStack    *stack;   /* owned */
  nua_t            *nua;     /* owned */
  UllimSipLineOwner callbacks;
  gpointer          owner; /* weak; NULL when retired */

  char      *address;   /* address-of-record */
  char      *registrar; /* its domain */
  char      *identity;
  char      *contact_user; /* escaped */
  char      *user;
  char      *password;
  char      *instance;
  char      *route;
  char     **listening;
  GPtrArray *sources;

  UllimSipHandle *registration; /* owned; holds the line until it is retired */
  gboolean        is_registered;
  char           *contact; /* as the server lists it */
  guint           timeout_id;

  GSourceFunc retired;
  gpointer    retired_data;
};

char *
ullim_sip_route_to (const UllimSipHop *hop)
{
  gboolean         is_ip6 = strchr (hop->address, ':') != NULL;
  g_autofree char *maddr = g_strdup_printf (is_ip6 ? "[%s]" : "%s", hop->address);
  gboolean         is_bare = strchr (hop->host, ':') && hop->host[0] != '[';
  g_autofree char *host = g_strdup_printf (is_bare ? "[%s]" : "%s", hop->host);

  return g_strdup_printf ("%s:%s:%u;transport=%s;maddr=%s",
                          hop->transport == ULLIM_SIP_TLS ? "sips" : "sip", host, hop->port,
                          ullim_sip_transport_name (hop->transport), maddr);
}

/* RFC 3261 section 25.1: quoted-string; control characters have no place in a name. */
static char *
quote_name (const char *name)
{
  GString *quoted = g_string_new ("\"");

  for (const char *c = name; *c; c++) {
    if ((guchar) *c < 0x20 || *c == 0x7f)
      continue;
    if (*c == '"' || *c == '\\')
      g_string_append_c (quoted, '\\');
    g_string_append_c (quoted, *c);
  }
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

char *
ullim_sip_identity (const UllimSipConfig *config)
{
  g_autofree char *name = NULL;

  if (!config->display_name || !*config->display_name ||
      !g_utf8_validate (config->display_name, -1, NULL))
    return g_strdup_printf ("<%s>", config->address);
  name = quote_name (config->display_name);
  return g_strdup_printf ("%s <%s>", name, config->address);
}

/* ---- Life ---- */

static void
line_free (UllimSipLine *self)
{
  if (self->nua)
    nua_destroy (self->nua);
  g_clear_object (&self->stack);
  g_free (self->address);
  g_free (self->registrar);
  g_free (self->identity);
  g_free (self->contact_user);
  g_free (self->user);
  g_free (self->password);
  g_free (self->instance);
  g_free (self->route);
  g_free (self->contact);
  g_strfreev (self->listening);
  g_clear_pointer (&self->sources, g_ptr_array_unref);
  g_free (self);
}

UllimSipLine *
ullim_sip_line_ref (UllimSipLine *self)
{
  self->n_refs++;
  return self;
}

void
ullim_sip_line_unref (UllimSipLine *self)
{
  g_return_if_fail (self->n_refs > 0);

  /* Sofia ignores what it is told after this, so all handles must have been freed before. */
  if (--self->n_refs == 0)
    nua_shutdown (self->nua);
}

static gboolean
on_shut (gpointer data)
{
  line_free (data);
  return G_SOURCE_REMOVE;
}

/* ---- Registration ---- */

static void
line_failed (UllimSipLine *self, const GError *error, guint retry_after_s)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (!self->owner)
    return;
  ullim_sip_line_ref (self);
  self->callbacks.failed (self, error, retry_after_s, self->owner);
  ullim_sip_line_unref (self);
}

static gboolean
on_register_timeout (gpointer data)
{
  UllimSipLine      *self = data;
  g_autoptr (GError) error =
      g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_TIMEOUT, "no answer to REGISTER");

  self->timeout_id = 0;
  line_failed (self, error, 0);
  return G_SOURCE_REMOVE;
}

static void
remember_contact (UllimSipLine *self, const sip_t *sip)
{
  for (const sip_contact_t *one = sip->sip_contact; one; one = one->m_next) {
    const char *instance = msg_header_find_param (one->m_common, "+sip.instance=");
    char        text[ULLIM_URI_MAX_BYTES];

    if (!instance || !self->instance || !strstr (instance, self->instance))
      continue;
    if (url_e (text, sizeof text, one->m_url) < (issize_t) sizeof text) {
      g_free (self->contact);
      self->contact = g_strdup (text);
    }
  }
}

static void
on_registered (UllimSipLine *self, const sip_t *sip)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  self->is_registered = TRUE;
  if (sip)
    remember_contact (self, sip);
  if (self->owner)
    self->callbacks.registered (self, self->owner);
}

static void
on_register_answer (UllimSipLine *self, int status, const char *phrase, const sip_t *sip)
{
  g_autoptr (GError) error = NULL;
  guint retry_after_s = sip && sip->sip_retry_after ? sip->sip_retry_after->af_delta : 0;

  if (status < 200)
    return;
  if (status < 300) {
    on_registered (self, sip);
    return;
  }
  if ((status == 401 || status == 407) && sip) {
    if (ullim_sip_handle_authenticate (self->registration, sip, self->user, self->password, &error))
      return;
  } else if (!sip && status == 503) {
    /* Made by Sofia when the transport failed. */
    error = g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST, "connection lost: %s",
                         phrase);
  } else {
    error = ullim_sip_error_from_status (status, phrase, TRUE);
  }
  self->is_registered = FALSE;
  line_failed (self, error, retry_after_s);
}

static void
line_retired (UllimSipLine *self)
{
  GSourceFunc done = self->retired;

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_pointer (&self->registration, ullim_sip_handle_free);
  self->retired = NULL;
  if (done)
    g_idle_add (done, self->retired_data);
  ullim_sip_line_unref (self);
}

static void
on_registration_event (UllimSipHandle *handle,
                       nua_event_t     event,
                       int             status,
                       const char     *phrase,
                       const sip_t    *sip,
                       gpointer        owner)
{
  UllimSipLine *self = owner;

  if (event == nua_r_register && self->owner) {
    on_register_answer (self, status, phrase, sip);
  } else if (event == nua_r_unregister && !self->owner && status >= 200) {
    if ((status == 401 || status == 407) && sip &&
        ullim_sip_handle_authenticate (handle, sip, self->user, self->password, NULL))
      return;
    line_retired (self);
  } else if (event == nua_i_outbound && status >= 300 && self->owner) {
    /* The keep-alive got no answer. */
    g_autoptr (GError) error = g_error_new (ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_CONNECTION_LOST,
                                            "the server gives no sign of life (%d)", status);

    line_failed (self, error, 0);
  }
}

static void
make_registration (UllimSipLine *self)
{
  nua_handle_t *nh;

  nh = nua_handle (self->nua, NULL, NUTAG_REGISTRAR (self->registrar), NUTAG_PROXY (self->route),
                   SIPTAG_FROM_STR (self->identity), SIPTAG_TO_STR (self->identity),
                   TAG_IF (self->contact_user, NUTAG_M_USERNAME (self->contact_user)),
                   TAG_IF (self->instance, NUTAG_INSTANCE (self->instance)),
                   /* OPTIONS to the server, any answer counts. CRLF pings would close connections
                      to servers that do not answer them. */
                   NUTAG_OUTBOUND ("outbound options-keepalive no-validate"),
                   NUTAG_KEEPALIVE (ULLIM_SIP_KEEPALIVE_MS), TAG_END ());
  self->registration = ullim_sip_handle_new (self, nh, on_registration_event, self);
}

void
ullim_sip_line_register (UllimSipLine *self)
{
  g_autofree char *expires = g_strdup_printf ("%d", ULLIM_SIP_EXPIRES_S);

  if (!self->registration)
    make_registration (self);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  self->timeout_id =
      g_timeout_add_seconds (ULLIM_SIP_REGISTER_TIMEOUT_S, on_register_timeout, self);
  nua_register (ullim_sip_handle_get_nua (self->registration), SIPTAG_EXPIRES_STR (expires),
                TAG_END ());
}

static gboolean
on_unregister_timeout (gpointer data)
{
  UllimSipLine *self = data;

  self->timeout_id = 0;
  line_retired (self);
  return G_SOURCE_REMOVE;
}

void
ullim_sip_line_retire (UllimSipLine *self, gboolean is_replaced, GSourceFunc done, gpointer data)
{
  g_autofree char *contact = self->contact ? g_strdup_printf ("<%s>", self->contact) : NULL;

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  self->owner = NULL;
  self->retired = done;
  self->retired_data = data;
  /* Without a Contact to name, Sofia takes back its own when the handle ends. */
  if (!self->is_registered || (is_replaced && !contact)) {
    line_retired (self);
    return;
  }
  self->timeout_id = g_timeout_add (ULLIM_SIP_UNREGISTER_TIMEOUT_MS, on_unregister_timeout, self);
  nua_unregister (ullim_sip_handle_get_nua (self->registration),
                  TAG_IF (is_replaced, SIPTAG_CONTACT_STR (contact)), TAG_END ());
}

/* ---- Events ---- */

static gboolean
is_source_allowed (UllimSipLine *self)
{
  msg_t         *msg = nua_current_request (self->nua);
  char           text[64] = "";
  su_sockaddr_t *from = msg ? msg_addr (msg) : NULL;

  if (!self->sources || !from)
    return TRUE;
  su_inet_ntop (from->su_family, SU_ADDR (from), text, sizeof text);
  return g_ptr_array_find_with_equal_func (self->sources, text, g_str_equal, NULL);
}

static void
on_message (UllimSipLine *self, nua_handle_t *nh, const sip_t *sip)
{
  g_autoptr (UllimSipIncoming) incoming = ullim_sip_incoming_new (self, nh);

  if (!self->owner) {
    /* On its way out: the sender, or its server, tries the new line. */
    ullim_sip_incoming_reply (incoming, 503, NULL, 1);
  } else if (!is_source_allowed (self)) {
    g_debug ("a MESSAGE that does not come from the server is refused");
    ullim_sip_incoming_reply (incoming, 403, NULL, 0);
  } else if (ullim_sip_incoming_read (incoming, sip)) {
    self->callbacks.message (self, incoming, self->owner);
  }
}

static void
on_event (nua_event_t     event,
          int             status,
          char const     *phrase,
          nua_t          *nua,
          UllimSipLine   *self,
          nua_handle_t   *nh,
          UllimSipHandle *handle,
          sip_t const    *sip,
          tagi_t          tags[])
{
  if (event == nua_r_shutdown) {
    /* nua must not be destroyed in its own callback. */
    if (status >= 200 && !self->is_shut) {
      self->is_shut = TRUE;
      g_idle_add (on_shut, self);
    }
    return;
  }
  if (self->n_refs == 0)
    return;
  /* What Sofia makes up itself (408, 503) is not an answer of anybody. */
  if (sip && nta_sip_is_internal ((sip_t *) sip))
    sip = NULL;
  if (event == nua_i_message && status < 200 && sip)
    on_message (self, nh, sip);
  else if (handle)
    ullim_sip_handle_dispatch (handle, event, status, phrase, sip);
  else if (nh)
    nua_handle_destroy (nh); /* of a request that Sofia answered by itself */
}

/* ---- Construction ---- */

static const char *
wildcard_for (const UllimSipHop *hop)
{
  return strchr (hop->address, ':') ? "::" : "0.0.0.0";
}

static gboolean
has_transport (char **told, const char *transport)
{
  for (; *told; told++)
    if (g_str_has_prefix (*told, transport))
      return TRUE;
  return FALSE;
}

/* Entries to listen on; an empty list for a line that only connects. */
static char **
listen_entries (const UllimSipLineSettings *settings)
{
  static const char *const transports[] = {"udp", "tcp"};
  const char *const       *wanted = settings->config->listen;
  const UllimSipHop       *hop = settings->hop;
  gboolean                 is_open = !hop || hop->transport == ULLIM_SIP_UDP;
  g_autoptr (GStrvBuilder) entries = g_strv_builder_new ();
  const char              *ip;

  if (wanted && *wanted)
    g_strv_builder_addv (entries, (const char **) wanted);
  else if (!is_open)
    return g_strv_builder_end (entries);

  ip = settings->local_ip ? settings->local_ip : hop ? wildcard_for (hop) : "0.0.0.0";
  for (guint i = 0; i < G_N_ELEMENTS (transports); i++) {
    gboolean is_needed =
        !wanted || !*wanted || (hop && hop->transport != ULLIM_SIP_TLS && i == hop->transport);
    g_autofree char *entry = g_strdup_printf ("%s:%s:0", transports[i], ip);

    if (is_needed && (!wanted || !has_transport ((char **) wanted, transports[i])))
      g_strv_builder_add (entries, entry);
  }
  return g_strv_builder_end (entries);
}

static char *
client_url (const UllimSipLineSettings *settings)
{
  const UllimSipHop *hop = settings->hop;
  const char        *ip = settings->local_ip ? settings->local_ip : wildcard_for (hop);
  gboolean           is_ip6 = strchr (ip, ':') != NULL;
  g_autofree char   *place = g_strdup_printf (is_ip6 ? "[%s]" : "%s", ip);
  gboolean           is_tls = hop->transport == ULLIM_SIP_TLS;

  return g_strdup_printf ("%s:%s:*;transport=%s", is_tls ? "sips" : "sip", place,
                          is_tls ? "tls" : "tcp");
}

static nua_t *
make_nua (UllimSipLine *self, const UllimSipLineSettings *settings, char **listen_urls)
{
  const UllimSipHop *hop = settings->hop;
  gboolean           is_tls = hop && hop->transport == ULLIM_SIP_TLS;
  gboolean           is_client = !*listen_urls;
  g_autofree char   *client = is_client || is_tls ? client_url (settings) : NULL;
  const char        *first = is_client ? client : listen_urls[0];
  const char        *second = is_client ? NULL : is_tls ? client : listen_urls[1];

  return nua_create (ullim_sip_stack_get_root (self->stack), on_event, self, NUTAG_URL (first),
                     TAG_IF (second, NUTAG_SIPS_URL (second)), TAG_IF (is_client, TPTAG_SERVER (0)),
                     TAG_IF (is_tls, NUTAG_CERTIFICATE_DIR (settings->certificate_dir)),
                     /* Names were judged before; Sofia knows neither wild cards nor addresses. */
                     TPTAG_TLS_VERIFY_POLICY (TPTLS_VERIFY_OUT),
#ifdef TPTLS_VERSION_TLSv1_2
                     TPTAG_TLS_VERSION (TPTLS_VERSION_TLSv1_2),
#endif
                     TPTAG_QUEUESIZE (QUEUE_MESSAGES), NUTAG_MEDIA_ENABLE (0), TAG_END ());
}

static void
set_parameters (UllimSipLine *self, const UllimSipConfig *config)
{
  nua_set_params (self->nua,
                  TAG_IF (config->user_agent, SIPTAG_USER_AGENT_STR (config->user_agent)),
                  SIPTAG_ALLOW_STR (ALLOWED_METHODS), SIPTAG_SUPPORTED (SIP_NONE),
                  /* The answer to a MESSAGE waits until it is stored. */
                  NUTAG_APPL_METHOD ("MESSAGE"),
                  /* Also takes one that belongs to a dialog we do not have. */
                  NUTAG_ENABLEMESSENGER (1),
#ifdef NUTAG_MAX_RETRY_AFTER
                  NUTAG_MAX_RETRY_AFTER (0),
#endif
#ifdef NUTAG_RETRY_AFTER_ENABLE
                  NUTAG_RETRY_AFTER_ENABLE (0),
#endif
#ifdef NUTAG_AUTO302
                  NUTAG_AUTO302 (0), NUTAG_AUTO305 (0),
#endif
                  TAG_END ());
}

static gboolean
bind_line (UllimSipLine *self, const UllimSipLineSettings *settings, GError **error)
{
  g_auto (GStrv) entries = listen_entries (settings);

  for (guint i = 0; i < MAX_BIND_TRIES && !self->nua; i++) {
    g_autoptr (UllimSipListen) listen = ullim_sip_listen_new ((const char *const *) entries, error);

    if (!listen)
      return FALSE;
    if (settings->hop && settings->hop->transport == ULLIM_SIP_TLS && *listen->urls &&
        listen->urls[1]) {
      g_set_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_ADDRESS,
                   "too many addresses to listen on");
      return FALSE;
    }
    self->nua = make_nua (self, settings, listen->urls);
    g_strfreev (self->listening);
    self->listening = g_steal_pointer (&listen->told);
  }
  if (!self->nua)
    g_set_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_PORT_IN_USE, "Sofia cannot bind");
  return self->nua != NULL;
}

static gboolean
take_address (UllimSipLine *self, const UllimSipConfig *config, GError **error)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse (config->address, NULL);
  const char          *colon = strchr (config->address, ':');
  const char          *at = strchr (config->address, '@');

  if (!uri || !uri->host || !uri->user) {
    g_set_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_ADDRESS, "the account has no address");
    return FALSE;
  }
  self->address = g_strdup (config->address);
  self->identity = ullim_sip_identity (config);
  self->contact_user = g_strndup (colon + 1, at - colon - 1);
  self->user = g_strdup (config->auth_user ? config->auth_user : uri->user);
  g_clear_pointer (&uri->user, g_free);
  self->registrar = ullim_uri_to_aor (uri);
  return TRUE;
}

UllimSipLine *
ullim_sip_line_new (UllimSipStack              *stack,
                    const UllimSipLineSettings *settings,
                    const UllimSipLineOwner    *callbacks,
                    gpointer                    owner,
                    GError                    **error)
{
  const UllimSipConfig *config = settings->config;
  UllimSipLine         *self = g_new0 (UllimSipLine, 1);

  self->n_refs = 1;
  self->stack = g_object_ref (stack);
  self->callbacks = *callbacks;
  self->owner = owner;
  self->password = g_strdup (config->password);
  self->instance = g_strdup (config->instance_id);
  self->route = settings->hop ? ullim_sip_route_to (settings->hop) : NULL;
  self->sources = settings->sources ? g_ptr_array_ref (settings->sources) : NULL;
  if (!take_address (self, config, error) || !bind_line (self, settings, error)) {
    line_free (self);
    return NULL;
  }
  set_parameters (self, config);
  return self;
}

const char *const *
ullim_sip_line_get_listening (UllimSipLine *self)
{
  return (const char *const *) self->listening;
}

const char *
ullim_sip_line_get_route (UllimSipLine *self)
{
  return self->route;
}

gboolean
ullim_sip_line_is_alive (UllimSipLine *self)
{
  return self->owner != NULL;
}

nua_t *
ullim_sip_line_get_nua (UllimSipLine *self)
{
  return self->nua;
}
