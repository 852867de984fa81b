/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RFC 4825 section 8: GET, PUT and DELETE of documents and of their nodes. A document that is put
 * whole stays as it is, byte by byte; one that is changed by its nodes is written anew and loses
 * comments.
 */
#define G_LOG_DOMAIN "server-xcap"

#include "server-xcap.h"

#include "server-xcap-usage.h"
#include "uri.h"
#include "xcap-node.h"
#include "xml-writer.h"

#include <string.h>

#define ERROR_NS "urn:ietf:params:xml:ns:xcap-error"

struct _UllimServerXcap {
  char                 *domain;
  UllimServerDocuments *documents; /* weak */
};

typedef struct {
  UllimServerHttpRequest     *request; /* owned until it is answered */
  const UllimServerXcapUsage *usage;
  UllimXcapUri               *uri; /* owned */
  guint                       status;
  const char                 *reason; /* (nullable): of a 409 */
} Operation;

/* ---- answers ---- */

static void
answer (UllimServerHttpRequest *request, guint status)
{
  ullim_server_http_answer (request, status, NULL, NULL, NULL);
}

static void
answer_conflict (UllimServerHttpRequest *request, const char *reason)
{
  UllimXmlWriter    *writer = ullim_xml_writer_new ();
  g_autoptr (GBytes) body = NULL;
  char              *text;

  ullim_xml_writer_start (writer, "xcap-error");
  ullim_xml_writer_attribute (writer, "xmlns", ERROR_NS);
  ullim_xml_writer_element (writer, reason, NULL);
  ullim_xml_writer_end (writer);
  text = ullim_xml_writer_finish (writer);
  body = g_bytes_new_take (text, strlen (text));
  ullim_server_http_answer (request, 409, ULLIM_XCAP_ERROR_CONTENT_TYPE, NULL, body);
}

/* ---- conditions ---- */

/* RFC 9110 section 13.1: "*", or a list of tags. Whether weak or strong makes no difference here.
 */
static gboolean
names_etag (const char *header, const UllimServerDocument *now)
{
  g_auto (GStrv) tags = g_strsplit (header, ",", -1);

  for (guint i = 0; now && tags[i]; i++) {
    char *tag = g_strstrip (tags[i]);
    gsize length;

    if (strcmp (tag, "*") == 0)
      return TRUE;
    if (g_str_has_prefix (tag, "W/"))
      tag += 2;
    length = strlen (now->etag);
    if (strlen (tag) == length + 2 && tag[0] == '"' && tag[length + 1] == '"' &&
        strncmp (tag + 1, now->etag, length) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_wanted (const UllimServerHttpRequest *request, const UllimServerDocument *now)
{
  return (!request->if_match || names_etag (request->if_match, now)) &&
         (!request->if_none_match || !names_etag (request->if_none_match, now));
}

/* ---- reading ---- */

static void
get_node (UllimServerHttpRequest *request, const UllimXcapUri *uri, const UllimServerDocument *now)
{
  gsize                    length;
  const char              *data = g_bytes_get_data (now->body, &length);
  g_autoptr (UllimXmlNode) root = ullim_xml_parse (data, length, NULL);
  char                    *text = root ? ullim_xcap_node_get (root, uri) : NULL;
  g_autoptr (GBytes)       body = text ? g_bytes_new_take (text, strlen (text)) : NULL;

  if (!body)
    answer (request, 404);
  else
    ullim_server_http_answer (request, 200,
                              uri->attribute ? ULLIM_XCAP_ATTRIBUTE_CONTENT_TYPE
                                             : ULLIM_XCAP_ELEMENT_CONTENT_TYPE,
                              now->etag, body);
}

static void
get_document (UllimServerXcap            *self,
              UllimServerHttpRequest     *request,
              const UllimServerXcapUsage *usage,
              const UllimXcapUri         *uri)
{
  const UllimServerDocument *now =
      ullim_server_documents_find (self->documents, usage->auid, request->user);

  if (!now)
    answer (request, request->if_match ? 412 : 404);
  else if (request->if_match && !names_etag (request->if_match, now))
    answer (request, 412);
  else if (request->if_none_match && names_etag (request->if_none_match, now))
    ullim_server_http_answer (request, 304, NULL, now->etag, NULL);
  else if (uri->steps)
    get_node (request, uri, now);
  else
    ullim_server_http_answer (request, 200, usage->content_type, now->etag, now->body);
}

/* ---- changing ---- */

static void
operation_free (Operation *operation)
{
  ullim_xcap_uri_free (operation->uri);
  g_free (operation);
}

static gboolean
refuse (Operation *operation, guint status, const char *reason)
{
  operation->status = status;
  operation->reason = reason;
  return FALSE;
}

/* The document that came of a change must be one of its usage. */
static gboolean
accept_document (Operation *operation, GBytes *owned, GBytes **body)
{
  g_autoptr (GBytes) document = owned;
  gsize              length;
  const char        *data = g_bytes_get_data (document, &length);
  const char        *reason = length > ULLIM_SERVER_MAX_DOCUMENT
                                  ? "constraint-failure"
                                  : ullim_server_xcap_usage_check (operation->usage, data, length);

  if (reason)
    return refuse (operation, 409, reason);
  *body = g_steal_pointer (&document);
  return TRUE;
}

static gboolean
take_result (Operation *operation, UllimXcapResult result)
{
  const char *reason = ullim_xcap_result_name (result);

  if (result == ULLIM_XCAP_NOT_FOUND)
    return refuse (operation, 404, NULL);
  if (reason)
    return refuse (operation, 409, reason);
  operation->status = result == ULLIM_XCAP_CREATED ? 201 : 200;
  return TRUE;
}

static gboolean
change_node (Operation *operation, const UllimServerDocument *now, gboolean is_put, GBytes **body)
{
  gsize                    length;
  const char              *data = g_bytes_get_data (now->body, &length);
  UllimXmlNode            *parsed = ullim_xml_parse (data, length, NULL);
  g_autoptr (UllimXmlNode) root = NULL;
  UllimXmlWriter          *writer;
  UllimXcapResult          result;
  char                    *text;

  if (!parsed)
    return refuse (operation, 500, NULL);
  data = g_bytes_get_data (operation->request->body, &length);
  result = is_put ? ullim_xcap_node_put (&parsed, operation->uri, data, length)
                  : ullim_xcap_node_delete (parsed, operation->uri);
  root = parsed;
  if (!take_result (operation, result))
    return FALSE;
  writer = ullim_xml_writer_new ();
  ullim_xml_writer_node (writer, root);
  text = ullim_xml_writer_finish (writer);
  return accept_document (operation, g_bytes_new_take (text, strlen (text)), body);
}

static gboolean
judge_put (const UllimServerDocument *now, GBytes **body, gpointer data)
{
  Operation *operation = data;

  if (!is_wanted (operation->request, now))
    return refuse (operation, 412, NULL);
  if (operation->uri->steps)
    return now ? change_node (operation, now, TRUE, body) : refuse (operation, 409, "no-parent");
  operation->status = now ? 200 : 201;
  return accept_document (operation, g_bytes_ref (operation->request->body), body);
}

static gboolean
judge_delete (const UllimServerDocument *now, GBytes **body, gpointer data)
{
  Operation *operation = data;

  if (!is_wanted (operation->request, now))
    return refuse (operation, 412, NULL);
  if (!now)
    return refuse (operation, 404, NULL);
  if (operation->uri->steps)
    return change_node (operation, now, FALSE, body);
  operation->status = 200;
  return TRUE;
}

static void
on_changed (gboolean ok, const UllimServerDocument *now, gpointer data)
{
  Operation *operation = data;

  if (!ok)
    answer (operation->request, 500);
  else if (operation->reason)
    answer_conflict (operation->request, operation->reason);
  else
    ullim_server_http_answer (operation->request, operation->status, NULL,
                              operation->status < 300 && now ? now->etag : NULL, NULL);
  operation_free (operation);
}

/* Takes @uri over. */
static void
change_document (UllimServerXcap            *self,
                 UllimServerHttpRequest     *request,
                 const UllimServerXcapUsage *usage,
                 UllimXcapUri               *uri)
{
  Operation *operation = g_new0 (Operation, 1);

  *operation = (Operation){request, usage, uri, 500, NULL};
  ullim_server_documents_change (self->documents, usage->auid, request->user,
                                 strcmp (request->method, "PUT") == 0 ? judge_put : judge_delete,
                                 on_changed, operation);
}

static gboolean
has_type (const UllimServerHttpRequest *request, const char *wanted)
{
  const char *type = request->content_type ? request->content_type : "";
  gsize       length = strcspn (type, "; \t");

  return length == strlen (wanted) && g_ascii_strncasecmp (type, wanted, length) == 0;
}

static const char *
type_to_put (const UllimXcapUri *uri, const UllimServerXcapUsage *usage)
{
  if (!uri->steps)
    return usage->content_type;
  return uri->attribute ? ULLIM_XCAP_ATTRIBUTE_CONTENT_TYPE : ULLIM_XCAP_ELEMENT_CONTENT_TYPE;
}

/* ---- which document ---- */

/* Whether @xui, with or without its scheme, is @user's address. */
static gboolean
is_owner (UllimServerXcap *self, const char *xui, const char *user)
{
  g_autofree char     *text = strchr (xui, ':') ? g_strdup (xui) : g_strconcat ("sip:", xui, NULL);
  g_autoptr (UllimUri) uri = ullim_uri_parse (text, NULL);

  return uri && uri->scheme != ULLIM_URI_TEL && uri->host &&
         g_ascii_strcasecmp (uri->host, self->domain) == 0 && g_strcmp0 (uri->user, user) == 0;
}

static void
handle_user (UllimServerXcap *self, UllimServerHttpRequest *request, UllimXcapUri *owned)
{
  g_autoptr (UllimXcapUri)    uri = owned;
  const UllimServerXcapUsage *usage = ullim_server_xcap_usage_find (uri->auid);
  gboolean                    is_put = strcmp (request->method, "PUT") == 0;

  if (!is_owner (self, uri->user, request->user))
    answer (request, 403);
  else if (!usage || strcmp (uri->document, ULLIM_SERVER_XCAP_DOCUMENT) != 0)
    answer (request, 404);
  else if (strcmp (request->method, "GET") == 0 || strcmp (request->method, "HEAD") == 0)
    get_document (self, request, usage, uri);
  else if (!is_put && strcmp (request->method, "DELETE") != 0)
    answer (request, 405);
  else if (is_put && !has_type (request, type_to_put (uri, usage)))
    answer (request, 415);
  else
    change_document (self, request, usage, g_steal_pointer (&uri));
}

static void
handle_global (UllimServerHttpRequest *request, const UllimXcapUri *uri)
{
  g_autoptr (GBytes) body =
      g_bytes_new_static (ullim_server_xcap_caps, strlen (ullim_server_xcap_caps));

  if (strcmp (uri->auid, "xcap-caps") != 0 || uri->steps ||
      strcmp (uri->document, ULLIM_SERVER_XCAP_DOCUMENT) != 0)
    answer (request, 404);
  else if (strcmp (request->method, "GET") != 0 && strcmp (request->method, "HEAD") != 0)
    answer (request, 403);
  else
    ullim_server_http_answer (request, 200, "application/xcap-caps+xml", NULL, body);
}

void
ullim_server_xcap_handle (UllimServerHttpRequest *request, gpointer data)
{
  UllimServerXcap *self = data;
  gboolean         is_below = g_str_has_prefix (request->target, ULLIM_SERVER_XCAP_PATH "/");
  UllimXcapUri    *uri =
      is_below ? ullim_xcap_uri_parse (request->target + strlen (ULLIM_SERVER_XCAP_PATH "/"),
                                          ullim_server_xcap_usage_ns)
                  : NULL;

  if (!uri) {
    answer (request, 404);
  } else if (uri->user) {
    handle_user (self, request, uri);
  } else {
    handle_global (request, uri);
    ullim_xcap_uri_free (uri);
  }
}

UllimServerXcap *
ullim_server_xcap_new (const char *domain, UllimServerDocuments *documents)
{
  UllimServerXcap *self = g_new0 (UllimServerXcap, 1);

  self->domain = g_strdup (domain);
  self->documents = documents;
  return self;
}

void
ullim_server_xcap_free (UllimServerXcap *self)
{
  if (!self)
    return;
  g_free (self->domain);
  g_free (self);
}
