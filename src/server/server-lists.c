/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Both kinds of lists end as an array of URIs, each person once.
 */
#define G_LOG_DOMAIN "server-lists"

#include "server-lists.h"

#include "resource-list.h"
#include "server-body.h"
#include "server-limits.h"
#include "uri.h"

#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_util.h>
#include <string.h>

#define NS_RLS "urn:ietf:params:xml:ns:rls-services"
#define NS_LISTS "urn:ietf:params:xml:ns:resource-lists"
#define EVENT "presence"
#define EVENTLIST "eventlist"

/* ---- in the request ---- */

gboolean
ullim_server_lists_check_support (UllimServerRequest *request)
{
  const sip_t *sip = request->sip;

  if ((sip->sip_supported && sip_has_feature (sip->sip_supported, EVENTLIST)) ||
      (sip->sip_require && sip_has_feature (sip->sip_require, EVENTLIST)))
    return TRUE;
  ullim_server_request_reply (request, SIP_421_EXTENSION_REQUIRED, SIPTAG_REQUIRE_STR (EVENTLIST),
                              TAG_END ());
  return FALSE;
}

static int
refuse_encoding (UllimServerRequest *request)
{
  ullim_server_request_reply (request, SIP_415_UNSUPPORTED_MEDIA,
                              SIPTAG_ACCEPT_ENCODING_STR (ULLIM_SERVER_ACCEPT_ENCODING),
                              SIPTAG_ACCEPT_STR (ULLIM_RESOURCE_LIST_CONTENT_TYPE), TAG_END ());
  return -1;
}

static int
parse (GBytes *body, GPtrArray **uris)
{
  gsize                         length;
  const char                   *data = g_bytes_get_data (body, &length);
  g_autoptr (UllimResourceList) list = NULL;

  list = ullim_resource_list_parse (data ? data : "", length, NULL);
  if (!list)
    return 400;
  *uris = ullim_resource_list_get_uris (list);
  return 0;
}

int
ullim_server_lists_read_body (UllimServerRequest *request, GPtrArray **uris)
{
  const sip_t *sip = request->sip;
  const char  *type = sip->sip_content_type ? sip->sip_content_type->c_type : NULL;
  gboolean     has_body = sip->sip_payload && sip->sip_payload->pl_len > 0;
  gboolean     is_required =
      sip->sip_require && sip_has_feature (sip->sip_require, "recipient-list-subscribe");
  g_autoptr (GBytes) body = NULL;
  int                status;

  *uris = NULL;
  if (!has_body)
    return is_required && !sip->sip_to->a_tag ? 400 : 0;
  if (!type || g_ascii_strcasecmp (type, ULLIM_RESOURCE_LIST_CONTENT_TYPE) != 0)
    return is_required ? refuse_encoding (request) : 0; /* a filter, say: we have none */
  if (!ullim_server_lists_check_support (request))
    return -1;
  status = ullim_server_body_read (sip, ULLIM_SERVER_MAX_LIST_BODY, &body);
  if (status == 415)
    return refuse_encoding (request);
  return status ? status : parse (body, uris);
}

/* ---- on the server ---- */

static UllimXmlNode *
read_document (UllimServerDocuments *documents, const char *auid, const char *name)
{
  const UllimServerDocument *document = ullim_server_documents_find (documents, auid, name);
  gsize                      length;
  const char                *data = document ? g_bytes_get_data (document->body, &length) : NULL;

  return data ? ullim_xml_parse (data, length, NULL) : NULL;
}

static char *
key_of (const char *text)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse (text, NULL);

  return uri ? ullim_uri_key (uri) : g_strdup (text);
}

static gboolean
is_for_presence (const UllimXmlNode *service)
{
  const UllimXmlNode *packages = ullim_xml_child (service, NS_RLS, "packages");
  const UllimXmlNode *package = packages ? ullim_xml_child (packages, NS_RLS, "package") : NULL;

  if (!package)
    return TRUE;
  for (; package; package = ullim_xml_next (package, NS_RLS, "package")) {
    g_autofree char *text = ullim_xml_dup_text (package);

    if (strcmp (text, EVENT) == 0)
      return TRUE;
  }
  return FALSE;
}

static UllimXmlNode *
find_service (const UllimXmlNode *root, const char *uri)
{
  g_autofree char *key = key_of (uri);

  for (UllimXmlNode *service = ullim_xml_child (root, NS_RLS, "service"); service;
       service = ullim_xml_next (service, NS_RLS, "service")) {
    const char      *own = ullim_xml_attribute (service, "uri");
    g_autofree char *own_key = own ? key_of (own) : NULL;

    if (g_strcmp0 (own_key, key) == 0 && is_for_presence (service))
      return service;
  }
  return NULL;
}

/* One step of a node selector: "list" or "*", with [@name="…"] or a number or nothing behind it. */
static UllimXmlNode *
take_step (UllimXmlNode *parent, const char *step)
{
  g_autofree char *wanted = NULL;
  guint64          position = 0;
  const char      *condition = strchr (step, '[');

  if (condition && g_str_has_prefix (condition, "[@name=") && strlen (condition) > 10)
    wanted = g_strndup (condition + 8, strlen (condition) - 10);
  else if (condition)
    position = g_ascii_strtoull (condition + 1, NULL, 10);
  for (UllimXmlNode *list = ullim_xml_child (parent, NS_LISTS, "list"); list;
       list = ullim_xml_next (list, NS_LISTS, "list")) {
    if (wanted && g_strcmp0 (ullim_xml_attribute (list, "name"), wanted) != 0)
      continue;
    if (position <= 1)
      return list;
    position--;
  }
  return NULL;
}

/* The list that an XCAP URI points at (RFC 4826 section 4.4.3); it must be in the same person's
 * document. */
static UllimXmlNode *
follow (UllimXmlNode *root, const char *reference)
{
  g_autofree char *decoded = g_uri_unescape_string (reference, NULL);
  const char      *selector = decoded ? strstr (decoded, "/~~/") : NULL;
  g_auto (GStrv)   steps = NULL;
  UllimXmlNode    *node = root;

  if (!selector)
    return root;
  steps = g_strsplit (selector + strlen ("/~~/"), "/", ULLIM_XML_MAX_DEPTH);
  for (guint i = 1; steps[0] && steps[i] && node; i++) {
    if (*steps[i])
      node = take_step (node, steps[i]);
  }
  return node;
}

static void
collect (const UllimXmlNode *list, GHashTable *seen, GPtrArray *uris)
{
  for (UllimXmlNode *child = ullim_xml_child (list, NS_LISTS, NULL); child;
       child = ullim_xml_next (child, NS_LISTS, NULL)) {
    const char *uri = ullim_xml_attribute (child, "uri");

    if (strcmp (child->name, "list") == 0)
      collect (child, seen, uris);
    else if (strcmp (child->name, "entry") == 0 && uri &&
             strlen (uri) <= ULLIM_RESOURCE_LIST_MAX_URI_BYTES &&
             uris->len < ULLIM_RESOURCE_LIST_MAX_ENTRIES && g_hash_table_add (seen, key_of (uri)))
      g_ptr_array_add (uris, g_strdup (uri));
  }
}

GPtrArray *
ullim_server_lists_find (UllimServerDocuments *documents, const char *name, const char *uri)
{
  g_autoptr (UllimXmlNode) services = read_document (documents, ULLIM_SERVER_RLS_SERVICES, name);
  g_autoptr (UllimXmlNode) lists = NULL;
  g_autoptr (GHashTable)   seen = NULL;
  UllimXmlNode            *service = services ? find_service (services, uri) : NULL;
  UllimXmlNode            *list = NULL;
  UllimXmlNode            *reference;
  GPtrArray               *uris;

  if (!service)
    return NULL;
  reference = ullim_xml_child (service, NS_RLS, "resource-list");
  if (reference) {
    g_autofree char *text = ullim_xml_dup_text (reference);

    lists = read_document (documents, ULLIM_SERVER_RESOURCE_LISTS, name);
    list = lists ? follow (lists, text) : NULL;
  } else {
    list = ullim_xml_child (service, NULL, "list");
  }
  uris = g_ptr_array_new_with_free_func (g_free);
  seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (list)
    collect (list, seen, uris);
  return uris;
}
