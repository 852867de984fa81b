/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Partial presence: the full document is kept as a tree and patched (RFC 5262 section 3, RFC 5263
 * section 4.4).
 */
#define G_LOG_DOMAIN "presence-partial"

#include "presence-partial.h"

#include "xml-patch.h"
#include "xml-writer.h"

#include <string.h>

struct _UllimPresencePartial {
  UllimXmlNode *full; /* owned; nullable */
  guint64       version;
};

UllimPresencePartial *
ullim_presence_partial_new (void)
{
  return g_new0 (UllimPresencePartial, 1);
}

void
ullim_presence_partial_free (UllimPresencePartial *partial)
{
  g_clear_pointer (&partial->full, ullim_xml_node_free);
  g_free (partial);
}

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_CONTENT, "Partial presence: %s", what);
  return FALSE;
}

static gboolean
read_version (const UllimXmlNode *root, guint64 *version)
{
  const char *text = ullim_xml_attribute (root, "version");

  return text && g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, version, NULL);
}

static void
take_full (UllimPresencePartial *partial, UllimXmlNode *root, guint64 version)
{
  g_clear_pointer (&partial->full, ullim_xml_node_free);
  partial->full = root;
  partial->version = version;
}

/* The selectors of later patches speak of a `presence` (RFC 5262 section 3.2). */
static void
rename_full (UllimXmlNode *root)
{
  g_free (root->ns);
  g_free (root->name);
  root->ns = g_strdup (ULLIM_PRESENCE_NS);
  root->name = g_strdup ("presence");
}

static gboolean
update_full (UllimPresencePartial *partial, UllimXmlNode *root, GError **error)
{
  g_autoptr (UllimXmlNode)     owned = root;
  g_autoptr (UllimPresenceDoc) doc = ullim_presence_doc_from_xml (root, error);
  guint64                      version = 0;

  if (!doc)
    return FALSE;
  if (ullim_xml_is (root, ULLIM_PRESENCE_NS_DIFF, "pidf-full")) {
    if (!read_version (root, &version))
      return refuse (error, "no version");
    rename_full (root);
  }
  take_full (partial, g_steal_pointer (&owned), version);
  return TRUE;
}

static UllimXmlNode *
patch_all (const UllimXmlNode *full, const UllimXmlNode *diff, GError **error)
{
  g_autoptr (UllimXmlNode) changed = ullim_xml_copy (full);
  guint                    n_operations = 0;

  for (UllimXmlNode *child = ullim_xml_child (diff, NULL, NULL); child;
       child = ullim_xml_next (child, NULL, NULL)) {
    if (!ullim_xml_is (child, ULLIM_PRESENCE_NS_DIFF, NULL) ||
        ++n_operations > ULLIM_PRESENCE_MAX_OPERATIONS) {
      refuse (error, "too many operations, or one of another language");
      return NULL;
    }
    if (!ullim_xml_patch (changed, child, error))
      return NULL;
  }
  return g_steal_pointer (&changed);
}

/* Patch after patch may make a document grow; it is still held to the size of one that comes whole.
 */
static gboolean
is_too_long (const UllimXmlNode *root)
{
  UllimXmlWriter  *writer = ullim_xml_writer_new ();
  g_autofree char *text = NULL;

  ullim_xml_writer_node (writer, root);
  text = ullim_xml_writer_finish (writer);
  return strlen (text) > ULLIM_PRESENCE_MAX_BYTES;
}

static gboolean
update_diff (UllimPresencePartial *partial, const UllimXmlNode *diff, GError **error)
{
  g_autoptr (UllimXmlNode)     changed = NULL;
  g_autoptr (UllimPresenceDoc) doc = NULL;
  guint64                      version;

  if (!partial->full || !read_version (diff, &version))
    return refuse (error, "a patch without a version, or without a document");
  if (version <= partial->version)
    return TRUE;
  if (version != partial->version + 1)
    return refuse (error, "a patch is missing");
  changed = patch_all (partial->full, diff, error);
  if (changed && is_too_long (changed))
    return refuse (error, "the document would be too long");
  if (!changed || !(doc = ullim_presence_doc_from_xml (changed, error)))
    return FALSE;
  take_full (partial, g_steal_pointer (&changed), version);
  return TRUE;
}

gboolean
ullim_presence_partial_update (UllimPresencePartial *partial,
                               const char           *data,
                               gsize                 length,
                               GError              **error)
{
  g_autoptr (UllimXmlNode) root = NULL;

  if (length > ULLIM_PRESENCE_MAX_BYTES) {
    g_set_error (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_LIMIT, "Presence document too long");
    return FALSE;
  }
  root = ullim_xml_parse (data, length, error);
  if (!root)
    return FALSE;
  if (ullim_xml_is (root, ULLIM_PRESENCE_NS_DIFF, "pidf-diff"))
    return update_diff (partial, root, error);
  return update_full (partial, g_steal_pointer (&root), error);
}

UllimPresenceDoc *
ullim_presence_partial_get_doc (UllimPresencePartial *partial)
{
  return partial->full ? ullim_presence_doc_from_xml (partial->full, NULL) : NULL;
}
