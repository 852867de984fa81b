/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A person of the address book. Main thread.
 */
#pragma once

#include "presence.h"

G_BEGIN_DECLS

/** Most addresses and groups of one person, longest group name and nickname in bytes. */
#define ULLIM_CONTACT_MAX_ADDRESSES 16
#define ULLIM_CONTACT_MAX_GROUPS 32
#define ULLIM_CONTACT_MAX_NAME_BYTES 256

/**
 * UllimContactAddress:
 * @uri: `sip:`, `sips:` or `tel:` URI
 * @key: its comparison key (ullim_uri_key())
 */
typedef struct {
  char *uri;
  char *key;
} UllimContactAddress;

UllimContactAddress *ullim_contact_address_new (const char *uri, const char *key);
void                 ullim_contact_address_free (UllimContactAddress *address);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimContactAddress, ullim_contact_address_free)

/**
 * UllimContactData:
 * @uid: RFC 6350 UID, the same on all devices
 * @account_id: over which account they are spoken to and watched; 0: the first one
 * @name: full name, or %NULL: the first address stands for it
 * @nickname: (nullable): what the user calls them; shown before @name
 * @addresses: (element-type UllimContactAddress): the preferred first
 * @groups: (element-type utf8)
 * @note: (nullable)
 * @has_photo: a picture is stored; core/people-service loads it
 *
 * What the address book says of a person.
 */
typedef struct {
  char      *uid;
  gint64     account_id;
  char      *name;
  char      *nickname;
  GPtrArray *addresses;
  GPtrArray *groups;
  char      *note;
  gboolean   is_favourite;
  gboolean   has_photo;
} UllimContactData;

/** ullim_contact_data_new: Returns: (transfer full): empty, with arrays */
UllimContactData *ullim_contact_data_new (void);
UllimContactData *ullim_contact_data_copy (const UllimContactData *data);
void              ullim_contact_data_free (UllimContactData *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimContactData, ullim_contact_data_free)

#define ULLIM_TYPE_CONTACT (ullim_contact_get_type ())
G_DECLARE_FINAL_TYPE (UllimContact, ullim_contact, ULLIM, CONTACT, GObject)

/**
 * Signals of UllimContact: "changed" (): the data; "presence-changed" (); "photo-changed" ().
 * Signals, not properties: ten thousand of them are set in a burst.
 */

/** ullim_contact_new: @id: row id; @data: (transfer full) */
UllimContact *ullim_contact_new (gint64 id, UllimContactData *data);

gint64                  ullim_contact_get_id (UllimContact *self);
const UllimContactData *ullim_contact_get_data (UllimContact *self);
/** ullim_contact_set_data: @data: (transfer full): for core/ */
void ullim_contact_set_data (UllimContact *self, UllimContactData *data);
/** ullim_contact_photo_changed: for core/: emits photo-changed */
void ullim_contact_photo_changed (UllimContact *self);

/** ullim_contact_get_display_name: Returns: (transfer none): nickname, name, or the first address
 *  without its scheme */
const char *ullim_contact_get_display_name (UllimContact *self);
/** ullim_contact_get_uri: Returns: (nullable): the preferred address */
const char *ullim_contact_get_uri (UllimContact *self);
gboolean    ullim_contact_has_address (UllimContact *self, const char *key);
gboolean    ullim_contact_is_in_group (UllimContact *self, const char *group);

/** ullim_contact_get_presence: Returns: (transfer none): the best of their addresses; never %NULL
 */
const UllimPresence *ullim_contact_get_presence (UllimContact *self);
/** ullim_contact_get_address_presence: Returns: (transfer none) (nullable) */
const UllimPresence *ullim_contact_get_address_presence (UllimContact *self, const char *key);
/** ullim_contact_set_address_presence: @key: of an address of theirs; @presence is copied. For
 *  core/ */
void ullim_contact_set_address_presence (UllimContact        *self,
                                         const char          *key,
                                         const UllimPresence *presence);

G_END_DECLS
