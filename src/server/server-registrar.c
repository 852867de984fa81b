/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A REGISTER is read and judged whole before anything changes (RFC 3261 section 10.3: "all or
 * none"). Where a person is reached is not where the Contact says but where the REGISTER came from:
 * its connection, or over UDP its source address. That is what works behind NAT.
 */
#define G_LOG_DOMAIN "server-registrar"

#include "server-registrar.h"

#include "server-log.h"

#include <sofia-sip/msg_header.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <stdlib.h>
#include <string.h>

#define MAX_INSTANCE 128

/* One Contact of the request, judged. */
typedef struct {
  char   *uri;      /* owned */
  char   *instance; /* owned, nullable */
  guint32 reg_id;
  guint   expires_s;
} Wish;

static void
wish_free (Wish *wish)
{
  g_free (wish->uri);
  g_free (wish->instance);
  g_free (wish);
}

static char *
read_instance (const sip_contact_t *contact)
{
  const char *value = msg_header_find_param (contact->m_common, "+sip.instance=");
  gsize       length;

  if (!value)
    return NULL;
  length = strlen (value);
  if (length < 2 || length > MAX_INSTANCE)
    return NULL;
  return *value == '"' ? g_strndup (value + 1, length - 2) : g_strdup (value);
}

static guint
read_expires (const sip_t *sip, const sip_contact_t *contact)
{
  const char *text = contact->m_expires;
  gulong      seconds = ULLIM_SERVER_DEFAULT_EXPIRES_S;

  if (text)
    seconds = strtoul (text, NULL, 10);
  else if (sip->sip_expires)
    seconds = sip->sip_expires->ex_delta;
  return MIN (seconds, ULLIM_SERVER_MAX_EXPIRES_S);
}

static gboolean
contact_is_good (const sip_contact_t *contact)
{
  const url_t *url = contact->m_url;

  return (url->url_type == url_sip || url->url_type == url_sips) && url->url_host &&
         *url->url_host && url_e (NULL, 0, url) <= ULLIM_SERVER_MAX_CONTACT;
}

/* Reads the Contacts; 0, or the status with which the request is refused. */
static int
read_wishes (const sip_t *sip, GPtrArray *wishes)
{
  for (const sip_contact_t *contact = sip->sip_contact; contact; contact = contact->m_next) {
    const char *reg_id = msg_header_find_param (contact->m_common, "reg-id=");
    Wish       *wish;

    if (!contact_is_good (contact) || wishes->len >= ULLIM_SERVER_MAX_CONTACTS)
      return 400;
    wish = g_new0 (Wish, 1);
    g_ptr_array_add (wishes, wish);
    wish->uri = g_malloc (ULLIM_SERVER_MAX_CONTACT + 1);
    url_e (wish->uri, ULLIM_SERVER_MAX_CONTACT + 1, contact->m_url);
    wish->instance = read_instance (contact);
    wish->reg_id = reg_id ? strtoul (reg_id, NULL, 10) : 0;
    wish->expires_s = read_expires (sip, contact);
    if (wish->expires_s > 0 && wish->expires_s < ULLIM_SERVER_MIN_EXPIRES_S)
      return 423;
  }
  return 0;
}

/* RFC 3261 section 10.3 step 7: an older request of the same client comes too late. An equal number
 * is a retransmission and changes nothing that the first did not. */
static gboolean
comes_too_late (const UllimServerBinding *binding, const sip_t *sip)
{
  return binding && strcmp (binding->call_id, sip->sip_call_id->i_id) == 0 &&
         sip->sip_cseq->cs_seq < binding->cseq;
}

/* Room for one more: the binding that would end first goes. */
static void
make_room (UllimServerBindings *bindings, const char *name, gint64 now_s)
{
  GPtrArray *list = ullim_server_bindings_list (bindings, name, now_s);

  while (list && list->len >= ULLIM_SERVER_MAX_BINDINGS) {
    const UllimServerBinding *first = g_ptr_array_index (list, 0);

    for (guint i = 1; i < list->len; i++) {
      const UllimServerBinding *other = g_ptr_array_index (list, i);

      if (other->expires_s < first->expires_s)
        first = other;
    }
    ullim_server_bindings_remove (bindings, name, first);
    list = ullim_server_bindings_list (bindings, name, now_s);
  }
}

static void
add_binding (UllimServerBindings *bindings,
             UllimServerRequest  *request,
             const Wish          *wish,
             const char          *flow,
             gint64               now_s)
{
  ullim_server_bindings_put (
      bindings, request->user,
      ullim_server_binding_new (wish->uri, flow,
                                ullim_server_request_is_stream (request) ? request->tport : NULL,
                                wish->instance, wish->reg_id, request->sip->sip_call_id->i_id,
                                request->sip->sip_cseq->cs_seq, now_s + wish->expires_s));
}

static gboolean
is_same (const UllimServerBinding *old,
         UllimServerRequest       *request,
         const Wish               *wish,
         const char               *flow)
{
  return strcmp (old->contact, wish->uri) == 0 && strcmp (old->flow, flow) == 0 &&
         old->tport == (ullim_server_request_is_stream (request) ? request->tport : NULL) &&
         g_strcmp0 (old->instance, wish->instance) == 0;
}

static void
grant (UllimServerBindings *bindings, UllimServerRequest *request, const Wish *wish, gint64 now_s)
{
  const char         *name = request->user;
  const sip_t        *sip = request->sip;
  char                flow[ULLIM_SERVER_FLOW_SIZE];
  UllimServerBinding *old =
      ullim_server_bindings_match (bindings, name, wish->uri, wish->instance, wish->reg_id);

  ullim_server_request_flow (request, flow);
  if (wish->expires_s == 0) {
    if (old)
      ullim_server_bindings_remove (bindings, name, old);
    ullim_server_event ("unregistered name=%s flow=%s", name, flow);
    return;
  }
  if (old && is_same (old, request, wish, flow)) {
    ullim_server_bindings_refresh (bindings, name, old, sip->sip_call_id->i_id,
                                   sip->sip_cseq->cs_seq, now_s + wish->expires_s);
  } else {
    if (!old)
      make_room (bindings, name, now_s);
    add_binding (bindings, request, wish, flow, now_s);
  }
  ullim_server_event ("registered name=%s flow=%s expires=%u", name, flow, wish->expires_s);
}

static char *
list_contacts (GPtrArray *list, gint64 now_s)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; list && i < list->len; i++) {
    const UllimServerBinding *binding = g_ptr_array_index (list, i);

    g_string_append_printf (text, "%s<%s>;expires=%" G_GINT64_FORMAT, i ? ", " : "",
                            binding->contact, binding->expires_s - now_s);
    if (binding->instance)
      g_string_append_printf (text, ";+sip.instance=\"%s\"", binding->instance);
    if (binding->reg_id)
      g_string_append_printf (text, ";reg-id=%u", binding->reg_id);
  }
  return g_string_free (text, FALSE);
}

static gboolean
uses_outbound (const sip_t *sip, GPtrArray *wishes)
{
  const Wish *first = wishes->len > 0 ? g_ptr_array_index (wishes, 0) : NULL;

  return first && first->instance && first->reg_id > 0 && sip->sip_supported &&
         sip_has_feature (sip->sip_supported, "outbound");
}

static void
accept_request (UllimServerBindings *bindings, UllimServerRequest *request, GPtrArray *wishes)
{
  gint64           now_s = g_get_real_time () / G_USEC_PER_SEC;
  GPtrArray       *list = ullim_server_bindings_list (bindings, request->user, now_s);
  g_autofree char *contacts = list_contacts (list, now_s);

  ullim_server_request_reply (
      request, SIP_200_OK, SIPTAG_DATE (sip_date_create (msg_home (request->msg), 0)),
      TAG_IF (*contacts, SIPTAG_CONTACT_STR (contacts)),
      TAG_IF (uses_outbound (request->sip, wishes), SIPTAG_REQUIRE_STR ("outbound")), TAG_END ());
}

/* "Contact: *" ends all registrations; it stands alone and with Expires: 0. */
static void
remove_all (UllimServerBindings *bindings, UllimServerRequest *request)
{
  const sip_t          *sip = request->sip;
  gint64                now_s = g_get_real_time () / G_USEC_PER_SEC;
  GPtrArray            *list = ullim_server_bindings_list (bindings, request->user, now_s);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  if (sip->sip_contact->m_next || !sip->sip_expires || sip->sip_expires->ex_delta != 0) {
    ullim_server_request_reply (request, SIP_400_BAD_REQUEST, TAG_END ());
    return;
  }
  for (guint i = 0; list && i < list->len; i++) {
    if (comes_too_late (g_ptr_array_index (list, i), sip)) {
      ullim_server_request_reply (request, 500, "Request Out of Order", TAG_END ());
      return;
    }
  }
  ullim_server_bindings_remove (bindings, request->user, NULL);
  ullim_server_event ("unregistered name=%s flow=*", request->user);
  accept_request (bindings, request, none);
}

gboolean
ullim_server_registrar_handle (UllimServerBindings *bindings, UllimServerRequest *request)
{
  g_autoptr (GPtrArray) wishes = g_ptr_array_new_with_free_func ((GDestroyNotify) wish_free);
  const sip_t          *sip = request->sip;
  gint64                now_s = g_get_real_time () / G_USEC_PER_SEC;
  gboolean              reachable = FALSE;
  int                   refusal;

  if (sip->sip_contact && sip->sip_contact->m_url->url_type == url_any) {
    remove_all (bindings, request);
    return FALSE;
  }
  refusal = read_wishes (sip, wishes);
  if (refusal) {
    ullim_server_request_reply (
        request, refusal, sip_status_phrase (refusal),
        TAG_IF (refusal == 423, SIPTAG_MIN_EXPIRES_STR (G_STRINGIFY (ULLIM_SERVER_MIN_EXPIRES_S))),
        TAG_END ());
    return FALSE;
  }
  for (guint i = 0; i < wishes->len; i++) {
    const Wish *wish = g_ptr_array_index (wishes, i);

    if (comes_too_late (ullim_server_bindings_match (bindings, request->user, wish->uri,
                                                     wish->instance, wish->reg_id),
                        sip)) {
      ullim_server_request_reply (request, 500, "Request Out of Order", TAG_END ());
      return FALSE;
    }
  }
  for (guint i = 0; i < wishes->len; i++) {
    const Wish *wish = g_ptr_array_index (wishes, i);

    grant (bindings, request, wish, now_s);
    reachable |= wish->expires_s > 0;
  }
  accept_request (bindings, request, wishes);
  return reachable;
}
