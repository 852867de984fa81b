/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Life of a nua_t: made with the transports that one next hop needs, shut down, freed. Sofia is
 * given addresses only (maddr): it must never look up a name.
 */
#define G_LOG_DOMAIN "sip-line"

#include "sip-line-private.h"

#include <sofia-sip/nta.h>
#include <string.h>

#include "sip-listen-private.h"
#include "sip-notifier.h"
#include "sip-probe-private.h"
#include "uri.h"

/** A connection that stops amid a message for this long is closed. */
#define STALL_MS (30 * 1000)
/** Messages that may wait to be written on one connection; Sofia's 64 is below our window. */
#define QUEUE_MESSAGES 256
/** Attempts to get a port that was free a moment ago. */
#define MAX_BIND_TRIES 4
/** Where an address without a port is reached (RFC 3261 section 19.1.2). */
#define DEFAULT_PORT 5060
/** What we serve: everything else gets 405. */
#define ALLOWED_METHODS "OPTIONS, MESSAGE, SUBSCRIBE, NOTIFY"
/** What may be subscribed here: everything else gets 489. */
#define ALLOWED_EVENTS "presence"

struct _UllimSipLine {
  guint            n_refs;
  gboolean         is_shut; /* nua has ended */
  UllimSipStack   *stack;   /* owned */
  nua_t           *nua;     /* owned */
  UllimSipLineFunc func;
  gpointer         owner; /* weak */
  char            *route;
  char           **listening;
  char            *identity;
  char            *user; /* of the address, escaped */
  char            *contact;
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

/* ---- Life ---- */

static void
line_free (UllimSipLine *self)
{
  if (self->nua)
    nua_destroy (self->nua);
  g_clear_object (&self->stack);
  g_free (self->route);
  g_strfreev (self->listening);
  g_free (self->identity);
  g_free (self->user);
  g_free (self->contact);
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

/* ---- Events ---- */

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
  self->func (self, event, status, phrase, nh, handle, sip, self->owner);
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
  const char        *user_agent = settings->config->user_agent;
  const char        *second = is_client ? NULL : is_tls ? client : listen_urls[1];

  /* All at creation: a request that came before a later nua_set_params() would be answered by
     Sofia itself, and a message so accepted would be lost. */
  return nua_create (
      ullim_sip_stack_get_root (self->stack), on_event, self, NUTAG_URL (first),
      TAG_IF (second, NUTAG_SIPS_URL (second)), TAG_IF (is_client, TPTAG_SERVER (0)),
      TAG_IF (is_tls, NUTAG_CERTIFICATE_DIR (settings->certificate_dir)),
      /* Names were judged before; Sofia knows neither wild cards nor addresses. */
      TPTAG_TLS_VERIFY_POLICY (TPTLS_VERIFY_OUT),
#ifdef TPTAG_TLS_CIPHERS /* Sofia 1.13, which otherwise speaks TLS 1.3 only */
      TPTAG_TLS_VERSION (TPTLS_VERSION_TLSv1_2),
#endif
      TPTAG_TIMEOUT (STALL_MS), NTATAG_TCP_RPORT (1), NTATAG_TLS_RPORT (1),
      TPTAG_QUEUESIZE (QUEUE_MESSAGES), TPTAG_STUN_SERVER (0), NUTAG_MEDIA_ENABLE (0),
      /* The registration looks after NAT and keep-alive. */
      NUTAG_OUTBOUND (NULL), TAG_IF (user_agent, SIPTAG_USER_AGENT_STR (user_agent)),
      SIPTAG_ALLOW_STR (ALLOWED_METHODS), SIPTAG_SUPPORTED (SIP_NONE),
      SIPTAG_ALLOW_EVENTS_STR (ALLOWED_EVENTS), NUTAG_SUB_EXPIRES (ULLIM_SIP_NOTIFIER_MAX_S),
      /* Also within a dialog: what its Contact names must not be looked up. */
      TAG_IF (self->route, NTATAG_DEFAULT_PROXY (self->route)),
      /* The answer to a MESSAGE waits until it is stored. */
      NUTAG_APPL_METHOD ("MESSAGE, NOTIFY"),
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

/* UDP first: a short answer tries it first. Returns 0 for the usual port. */
static guint16
bound_port (UllimSipLine *self)
{
  const char *chosen = NULL;
  guint64     port = 0;

  for (char **told = self->listening; *told; told++)
    if (!chosen || (g_str_has_prefix (*told, "udp:") && !g_str_has_prefix (chosen, "udp:")))
      chosen = *told;
  if (chosen)
    g_ascii_string_to_unsigned (strrchr (chosen, ':') + 1, 10, 1, G_MAXUINT16, &port, NULL);
  return port == DEFAULT_PORT ? 0 : port;
}

static gboolean
has_address (const UllimSipConfig *config, GError **error)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse (config->address, NULL);

  if (uri && uri->host && uri->user)
    return TRUE;
  g_set_error (error, ULLIM_SIP_ERROR, ULLIM_SIP_ERROR_ADDRESS, "the account has no address");
  return FALSE;
}

/* Of the account's address, as it stands there: with its escapes. */
static char *
address_user (const char *address)
{
  const char *colon = strchr (address, ':');
  const char *at = colon ? strchr (colon, '@') : NULL;

  return at ? g_strndup (colon + 1, at - colon - 1) : NULL;
}

char *
ullim_sip_line_contact_towards (UllimSipLine *self, const UllimSipHop *hop)
{
  const char      *transport = ullim_sip_transport_name (hop->transport);
  g_autofree char *ip = ullim_sip_probe_local_ip (hop, NULL);
  const char      *chosen = NULL;

  for (char **told = self->listening; *told; told++)
    if (!chosen || g_str_has_prefix (*told, transport))
      chosen = *told;
  if (!ip || !chosen)
    return NULL;
  return g_strdup_printf (strchr (ip, ':') ? "<sip:%s@[%s]%s;transport=%.3s>"
                                           : "<sip:%s@%s%s;transport=%.3s>",
                          self->user, ip, strrchr (chosen, ':'), chosen);
}

UllimSipLine *
ullim_sip_line_new (UllimSipStack              *stack,
                    const UllimSipLineSettings *settings,
                    UllimSipLineFunc            func,
                    gpointer                    owner,
                    GError                    **error)
{
  UllimSipLine *self = g_new0 (UllimSipLine, 1);

  self->n_refs = 1;
  self->stack = g_object_ref (stack);
  self->func = func;
  self->owner = owner;
  self->route = settings->hop ? ullim_sip_route_to (settings->hop) : NULL;
  if (!has_address (settings->config, error) || !bind_line (self, settings, error)) {
    line_free (self);
    return NULL;
  }
  self->user = address_user (settings->config->address);
  self->identity =
      ullim_sip_config_identity (settings->config, settings->hop ? 0 : bound_port (self));
  if (settings->hop && !settings->config->registers)
    self->contact = ullim_sip_line_contact_towards (self, settings->hop);
  return self;
}

void
ullim_sip_line_disown (UllimSipLine *self)
{
  self->owner = NULL;
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

const char *
ullim_sip_line_get_identity (UllimSipLine *self)
{
  return self->identity;
}

const char *
ullim_sip_line_get_contact (UllimSipLine *self)
{
  return self->contact;
}

gboolean
ullim_sip_line_set_contact (UllimSipLine *self, const char *uri)
{
  g_autofree char *old = g_steal_pointer (&self->contact);

  self->contact = g_strdup_printf ("<%s>", uri);
  return old && strcmp (old, self->contact) != 0;
}

nua_t *
ullim_sip_line_get_nua (UllimSipLine *self)
{
  return self->nua;
}
