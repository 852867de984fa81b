/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of people as a server keeps them (RFC 4826) and as a request carries them (RFC 5363, RFC
 * 5367), and the merging of two versions that two devices edited. Pure functions, any thread.
 */
#pragma once

#include "xml.h"

G_BEGIN_DECLS

#define ULLIM_RESOURCE_LIST_CONTENT_TYPE "application/resource-lists+xml"
/** Content-Disposition of a list in a request (RFC 5363 section 4). */
#define ULLIM_RESOURCE_LIST_DISPOSITION "recipient-list"

/** Most entries of a document; it is refused rather than cut, as what is cut would be lost. */
#define ULLIM_RESOURCE_LIST_MAX_ENTRIES 20000
#define ULLIM_RESOURCE_LIST_MAX_URI_BYTES 1024
#define ULLIM_RESOURCE_LIST_MAX_NAME_BYTES 1024

/**
 * UllimResourceEntry:
 * @display_name: (nullable)
 * @foreign: (element-type UllimXmlNode): elements that are not understood, kept as they are
 */
typedef struct {
  char      *uri;
  char      *display_name;
  GPtrArray *foreign;
} UllimResourceEntry;

/**
 * UllimResourceList:
 * @name: (nullable): what identifies a list among those beside it
 * @display_name: (nullable)
 * @entries: (element-type UllimResourceEntry)
 * @lists: (element-type UllimResourceList): the lists in this one
 * @foreign: (element-type UllimXmlNode): what is not understood, kept as it is: extensions, and
 *   entry-ref and external, which stand for lists elsewhere and are not followed
 *
 * A list; or a whole document, which is a list without names and entries.
 */
typedef struct {
  char      *name;
  char      *display_name;
  GPtrArray *entries;
  GPtrArray *lists;
  GPtrArray *foreign;
} UllimResourceList;

/** ullim_resource_list_new: Returns: (transfer full): an empty one; both names: (nullable) */
UllimResourceList *ullim_resource_list_new (const char *name, const char *display_name);

void ullim_resource_list_free (UllimResourceList *list);

/** ullim_resource_list_add: Returns: (transfer none): a new entry; @display_name: (nullable) */
UllimResourceEntry *
ullim_resource_list_add (UllimResourceList *list, const char *uri, const char *display_name);

/** ullim_resource_list_add_list: Returns: (transfer none): a new list in @list, both names nullable
 */
UllimResourceList *
ullim_resource_list_add_list (UllimResourceList *list, const char *name, const char *display_name);

/**
 * ullim_resource_list_parse:
 * @error: return location for a %ULLIM_XML_ERROR
 *
 * Returns: (transfer full) (nullable): the document
 */
UllimResourceList *ullim_resource_list_parse (const char *data, gsize length, GError **error);

/** ullim_resource_list_to_string: Returns: (transfer full): the document */
char *ullim_resource_list_to_string (const UllimResourceList *document);

/** ullim_resource_list_write: @uris: (element-type utf8): Returns: (transfer full): a document with
 *  one list of these addresses, for thousands: without making a list of them first */
char *ullim_resource_list_write (GPtrArray *uris);

/** ullim_resource_list_get_uris: Returns: (transfer full) (element-type utf8): the URIs of all
 * entries at any depth, each person once (ullim_uri_key()) */
GPtrArray *ullim_resource_list_get_uris (const UllimResourceList *document);

/**
 * ullim_resource_list_merge:
 * @base: (nullable): what both began with; %NULL if not known: then nothing counts as removed
 * @ours: as this device has it
 * @theirs: as the server has it now
 *
 * What either added or changed is in the result; what one removed is gone unless the other changed
 * it. Where both changed a name differently, ours stays. An entry is told by its list and by
 * ullim_uri_key() of its URI, a list by its name. A list that one removed stays with what the other
 * added to it.
 *
 * Returns: (transfer full)
 */
UllimResourceList *ullim_resource_list_merge (const UllimResourceList *base,
                                              const UllimResourceList *ours,
                                              const UllimResourceList *theirs);

/** ullim_resource_list_equal: whether two say the same, in the same order */
gboolean ullim_resource_list_equal (const UllimResourceList *a, const UllimResourceList *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimResourceList, ullim_resource_list_free)

G_END_DECLS
