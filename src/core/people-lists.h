/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People as resource lists (RFC 4826): one list for each group, one without a name for who is in
 * none, an entry for each address; who the addresses belong to stands in an element of our own.
 * Pure functions on values, any thread. For core/ only.
 */
#pragma once

#include "resource-list.h"

G_BEGIN_DECLS

/**
 * UllimListedPerson:
 * @uid: (nullable): of the person; entries of several addresses share it
 * @name: (nullable)
 * @uris: (element-type utf8): addresses
 * @keys: (element-type utf8): their comparison keys
 * @groups: (element-type utf8)
 */
typedef struct {
  char      *uid;
  char      *name;
  GPtrArray *uris;
  GPtrArray *keys;
  GPtrArray *groups;
} UllimListedPerson;

UllimListedPerson *ullim_listed_person_new (const char *uid, const char *name);
void               ullim_listed_person_free (UllimListedPerson *person);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimListedPerson, ullim_listed_person_free)

/**
 * UllimListChange:
 * @key: comparison key of the address that is concerned
 * @uri: (nullable): an address that is new; %NULL otherwise
 * @is_gone: the address is in no list any more
 * @uids: (element-type utf8): whose it may be
 * @name: (nullable): what the person is called now; %NULL: as before
 * @joined, @left: (element-type utf8): groups
 *
 * What is to be done here after a merge.
 */
typedef struct {
  char      *key;
  char      *uri;
  gboolean   is_gone;
  GPtrArray *uids;
  char      *name;
  GPtrArray *joined;
  GPtrArray *left;
} UllimListChange;

void ullim_list_change_free (UllimListChange *change);

/**
 * ullim_people_lists_merge:
 * @people: (element-type UllimListedPerson): all that are here
 * @base: (nullable): the document that was agreed on
 * @theirs: (nullable): the one on the server
 * @changes: (out) (transfer full) (element-type UllimListChange)
 * @error: return location for a %ULLIM_XML_ERROR
 *
 * What was added on either side stays, what was removed on one is removed on the other. What is not
 * understood of @theirs is kept.
 *
 * Returns: (transfer full) (nullable): the document as it shall be: @theirs itself if it says that;
 *   %NULL without an error: none is there, and none is needed
 */
char *ullim_people_lists_merge (GPtrArray  *people,
                                const char *base,
                                const char *theirs,
                                GPtrArray **changes,
                                GError    **error);

G_END_DECLS
