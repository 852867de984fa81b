/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Application usages: RFC 4826 sections 3.4 and 4.4, RFC 5025 section 9, RFC 4825 section 12. In
 * place of an XML schema the readers judge that will read the document later.
 */
#define G_LOG_DOMAIN "server-xcap-usage"

#include "server-xcap-usage.h"

#include "pres-rules.h"
#include "resource-list.h"
#include "server-documents.h"

#include <string.h>

#define RLS_NS "urn:ietf:params:xml:ns:rls-services"
#define CAPS_NS "urn:ietf:params:xml:ns:xcap-caps"

static const UllimServerXcapUsage usages[] = {
    {ULLIM_SERVER_RESOURCE_LISTS, ULLIM_RESOURCE_LIST_CONTENT_TYPE,
     "urn:ietf:params:xml:ns:resource-lists"},
    {ULLIM_SERVER_RLS_SERVICES, "application/rls-services+xml", RLS_NS},
    {ULLIM_SERVER_PRES_RULES, ULLIM_PRES_RULES_CONTENT_TYPE, "urn:ietf:params:xml:ns:pres-rules"},
};

const char ullim_server_xcap_caps[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<xcap-caps xmlns=\"" CAPS_NS "\">"
    "<auids><auid>" ULLIM_SERVER_RESOURCE_LISTS "</auid><auid>" ULLIM_SERVER_RLS_SERVICES
    "</auid><auid>" ULLIM_SERVER_PRES_RULES "</auid><auid>xcap-caps</auid></auids>"
    "<extensions/>"
    "<namespaces><namespace>urn:ietf:params:xml:ns:resource-lists</namespace>"
    "<namespace>" RLS_NS "</namespace>"
    "<namespace>urn:ietf:params:xml:ns:pres-rules</namespace>"
    "<namespace>urn:ietf:params:xml:ns:common-policy</namespace>"
    "<namespace>" CAPS_NS "</namespace></namespaces>"
    "</xcap-caps>\n";

const UllimServerXcapUsage *
ullim_server_xcap_usage_find (const char *auid)
{
  for (guint i = 0; i < G_N_ELEMENTS (usages); i++) {
    if (strcmp (usages[i].auid, auid) == 0)
      return &usages[i];
  }
  return NULL;
}

const char *
ullim_server_xcap_usage_ns (const char *auid)
{
  const UllimServerXcapUsage *usage = ullim_server_xcap_usage_find (auid);

  return usage ? usage->ns : strcmp (auid, "xcap-caps") == 0 ? CAPS_NS : NULL;
}

/* RFC 4826 section 3.4.5: names among lists side by side, URIs among the entries of one list. */
static gboolean
is_unique (const UllimResourceList *list)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) uris = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < list->entries->len; i++) {
    const UllimResourceEntry *entry = list->entries->pdata[i];

    if (!g_hash_table_add (uris, entry->uri))
      return FALSE;
  }
  for (guint i = 0; i < list->lists->len; i++) {
    const UllimResourceList *inner = list->lists->pdata[i];

    if ((inner->name && !g_hash_table_add (names, inner->name)) || !is_unique (inner))
      return FALSE;
  }
  return TRUE;
}

static const char *
check_resource_lists (const char *data, gsize length)
{
  g_autoptr (UllimResourceList) document = ullim_resource_list_parse (data, length, NULL);

  if (!document)
    return "schema-validation-error";
  return is_unique (document) ? NULL : "uniqueness-failure";
}

/* RFC 4826 section 4.2: services, each with a URI of its own and with its people. */
static const char *
check_rls_services (const char *data, gsize length)
{
  g_autoptr (UllimXmlNode) root = ullim_xml_parse (data, length, NULL);
  g_autoptr (GHashTable)   uris = g_hash_table_new (g_str_hash, g_str_equal);

  if (!ullim_xml_is (root, RLS_NS, "rls-services"))
    return "schema-validation-error";
  for (UllimXmlNode *service = ullim_xml_child (root, RLS_NS, "service"); service;
       service = ullim_xml_next (service, RLS_NS, "service")) {
    const char *uri = ullim_xml_attribute (service, "uri");

    if (!uri || (!ullim_xml_child (service, RLS_NS, "list") &&
                 !ullim_xml_child (service, RLS_NS, "resource-list")))
      return "schema-validation-error";
    if (!g_hash_table_add (uris, (gpointer) uri))
      return "uniqueness-failure";
  }
  return NULL;
}

static const char *
check_pres_rules (const char *data, gsize length)
{
  g_autoptr (UllimPresRules) rules = ullim_pres_rules_parse (data, length, NULL);

  return rules ? NULL : "schema-validation-error";
}

const char *
ullim_server_xcap_usage_check (const UllimServerXcapUsage *usage, const char *data, gsize length)
{
  g_autoptr (GError)       error = NULL;
  g_autoptr (UllimXmlNode) root = NULL;

  if (!g_utf8_validate (data, length, NULL))
    return "not-utf-8";
  root = ullim_xml_parse (data, length, &error);
  if (!root)
    return g_error_matches (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_LIMIT) ? "constraint-failure"
                                                                           : "not-well-formed";
  if (strcmp (usage->auid, ULLIM_SERVER_RESOURCE_LISTS) == 0)
    return check_resource_lists (data, length);
  if (strcmp (usage->auid, ULLIM_SERVER_RLS_SERVICES) == 0)
    return check_rls_services (data, length);
  return check_pres_rules (data, length);
}
