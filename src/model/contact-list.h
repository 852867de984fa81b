/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All people, sorted, as a GListModel of UllimContact: a GSequence for the order, a hash table by
 * address key for look-up. One who moves is one items-changed where they were and one where they
 * are; at the end of a burst in which many moved there is one items-changed, over the smallest
 * range that holds them all. A contact is in one such list at most. Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "contact.h"

G_BEGIN_DECLS

/**
 * UllimContactOrder:
 * @ULLIM_CONTACT_BY_PRESENCE: who is there before who is not, then by name
 */
typedef enum {
  ULLIM_CONTACT_BY_NAME,
  ULLIM_CONTACT_BY_PRESENCE,
} UllimContactOrder;

#define ULLIM_TYPE_CONTACT_LIST (ullim_contact_list_get_type ())
G_DECLARE_FINAL_TYPE (UllimContactList, ullim_contact_list, ULLIM, CONTACT_LIST, GObject)

/**
 * Signals of UllimContactList:
 *
 * item-changed (UllimContact *): its data or presence changed; it has moved already if it had to.
 *   Not emitted within a burst.
 * burst-ended (): many changed: draw what is visible anew. The order is right again.
 * groups-changed (): the names of all groups are others than before.
 */

UllimContactList *ullim_contact_list_new (void);

void ullim_contact_list_add (UllimContactList *self, UllimContact *contact);
/** ullim_contact_list_add_all: (element-type UllimContact): one items-changed */
void ullim_contact_list_add_all (UllimContactList *self, GPtrArray *contacts);
void ullim_contact_list_remove (UllimContactList *self, UllimContact *contact);

/** ullim_contact_list_find: Returns: (transfer none) (nullable): whose address it is; of several
 *  who share it, the one who was added first */
UllimContact *ullim_contact_list_find (UllimContactList *self, const char *key);
/** ullim_contact_list_find_id: Returns: (transfer none) (nullable) */
UllimContact *ullim_contact_list_find_id (UllimContactList *self, gint64 id);
/** ullim_contact_list_find_uid: Returns: (transfer none) (nullable) */
UllimContact *ullim_contact_list_find_uid (UllimContactList *self, const char *uid);

/**
 * ullim_contact_list_set_address_presence:
 * @key: an address
 * @presence: copied
 *
 * For everybody who has that address. Returns: whether anybody has it
 */
gboolean ullim_contact_list_set_address_presence (UllimContactList    *self,
                                                  const char          *key,
                                                  const UllimPresence *presence);

/** ullim_contact_list_begin_burst, _end_burst: they nest */
void ullim_contact_list_begin_burst (UllimContactList *self);
void ullim_contact_list_end_burst (UllimContactList *self);

UllimContactOrder ullim_contact_list_get_order (UllimContactList *self);
void              ullim_contact_list_set_order (UllimContactList *self, UllimContactOrder order);
guint             ullim_contact_list_get_position (UllimContactList *self, UllimContact *contact);
/** ullim_contact_list_get_groups: Returns: (transfer full): names in use, sorted for people,
 *  zero-terminated */
char **ullim_contact_list_get_groups (UllimContactList *self);

G_END_DECLS
