/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A person as a vCard (RFC 6350) and as the values that lists and editors need. The vCard is the
 * master: writing touches only what differs from what reading it gives, so everything else in it,
 * understood or not, stays as it was. Pure functions, any thread.
 */
#pragma once

#include "contact.h"
#include "vcard.h"

G_BEGIN_DECLS

/** ullim_people_card_parse: Returns: (transfer full) (nullable): the first card in @text */
UllimVcard *ullim_people_card_parse (const char *text, GError **error);

/**
 * ullim_people_card_read:
 *
 * Names, notes and groups are cut at their limits and freed of control characters; addresses that
 * are no URIs, and those over %ULLIM_CONTACT_MAX_ADDRESSES, stay in the card only.
 *
 * Returns: (transfer full): account_id is 0; the uid is %NULL where the card has none
 */
UllimContactData *ullim_people_card_read (const UllimVcard *card);

/** ullim_people_card_write: makes @card say what @data says; its keys need not be set; account_id
 *  and has_photo are not written */
void ullim_people_card_write (UllimVcard *card, const UllimContactData *data);

/** ullim_people_card_ensure_uid: gives a card that has no UID one made of its content, so that the
 *  same card gets the same */
void ullim_people_card_ensure_uid (UllimVcard *card);

/** ullim_people_card_to_string: as it is stored; without its picture where it would be longer than
 *  @max_bytes. Returns: (transfer full) (nullable): %NULL if it is too long all the same */
char *ullim_people_card_to_string (UllimVcard *card, gsize max_bytes);

/** ullim_people_card_make_key: Returns: (transfer full) (nullable): comparison key of @uri */
char *ullim_people_card_make_key (const char *uri, GError **error);

G_END_DECLS
