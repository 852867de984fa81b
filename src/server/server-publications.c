/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RFC 3903 section 6, in its order.
 */
#define G_LOG_DOMAIN "server-publications"

#include "server-publications.h"

#include "server-body.h"
#include "server-limits.h"
#include "server-log.h"

#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <string.h>

#define EVENT "presence"

static void
refuse (UllimServerRequest *request, int status, tag_type_t tag, tag_value_t value)
{
  const char *phrase = status == 412 ? "Conditional Request Failed" : sip_status_phrase (status);

  ullim_server_event ("refused method=PUBLISH source=%s status=%d", request->source, status);
  ullim_server_request_reply (request, status, phrase, tag, value, TAG_END ());
}

/* The body, NULL if there is none; FALSE if it was refused. */
static gboolean
read_body (UllimServerRequest *request, GBytes **body)
{
  const sip_t *sip = request->sip;
  int          status;

  *body = NULL;
  if (!sip->sip_payload || sip->sip_payload->pl_len == 0)
    return TRUE;
  if (!sip->sip_content_type ||
      g_ascii_strcasecmp (sip->sip_content_type->c_type, ULLIM_PRESENCE_CONTENT_TYPE) != 0) {
    refuse (request, 415, SIPTAG_ACCEPT_STR (ULLIM_PRESENCE_CONTENT_TYPE));
    return FALSE;
  }
  status = ullim_server_body_read (sip, ULLIM_SERVER_MAX_PUBLICATION, body);
  if (status == 415)
    refuse (request, 415, SIPTAG_ACCEPT_ENCODING_STR (ULLIM_SERVER_ACCEPT_ENCODING));
  else if (status)
    refuse (request, status, TAG_END ());
  return status == 0;
}

static void
publish (UllimServerPresence *presence, UllimServerRequest *request, GBytes *body, guint expires_s)
{
  const sip_if_match_t *match = request->sip->sip_if_match;
  char                  etag[ULLIM_SERVER_ENTITY_TAG_SIZE] = "0";
  g_autofree char      *headers = NULL;
  int                   status = ullim_server_presence_publish (
                        presence, request->user, match ? match->g_string : NULL, body, expires_s, etag);

  if (status != 200) {
    refuse (request, status, TAG_END ());
    return;
  }
  ullim_server_event ("published name=%s expires=%u", request->user, expires_s);
  headers = g_strdup_printf ("SIP-ETag: %s\r\nExpires: %u\r\n", etag, expires_s);
  ullim_server_request_reply_with (request, SIP_200_OK, headers);
}

void
ullim_server_publications_handle (UllimServerPresence *presence, UllimServerRequest *request)
{
  const sip_t       *sip = request->sip;
  g_autoptr (GBytes) body = NULL;
  gulong             seconds =
      sip->sip_expires ? sip->sip_expires->ex_delta : (gulong) ULLIM_SERVER_MAX_EVENT_S;

  if (!sip->sip_event || g_ascii_strcasecmp (sip->sip_event->o_type, EVENT) != 0)
    refuse (request, 489, SIPTAG_ALLOW_EVENTS_STR (EVENT));
  else if (sip->sip_require)
    refuse (request, 420, SIPTAG_UNSUPPORTED ((sip_unsupported_t *) sip->sip_require));
  else if (seconds > 0 && seconds < ULLIM_SERVER_MIN_EVENT_S)
    refuse (request, 423, SIPTAG_MIN_EXPIRES_STR (G_STRINGIFY (ULLIM_SERVER_MIN_EVENT_S)));
  else if (read_body (request, &body))
    publish (presence, request, body, MIN (seconds, ULLIM_SERVER_MAX_EVENT_S));
}
