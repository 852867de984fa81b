/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vCards: 4.0 (RFC 6350) and 3.0 (RFC 2426) are read, 4.0 is written. Every property is kept as it
 * was written, so that a book goes through without a loss; what Ullim understands of it is asked
 * for and changed by the functions below. Pure functions, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Longest file, most cards in it, most properties of a card, longest property; a card over the
 * latter two is left out. */
#define ULLIM_VCARD_MAX_BYTES (256 * 1024 * 1024)
#define ULLIM_VCARD_MAX_CARDS 50000
#define ULLIM_VCARD_MAX_PROPERTIES 512
#define ULLIM_VCARD_MAX_PROPERTY_BYTES (4 * 1024 * 1024)
/** Longest picture that is given out or taken, in bytes. */
#define ULLIM_VCARD_MAX_PHOTO_BYTES (2 * 1024 * 1024)

#define ULLIM_VCARD_ERROR (ullim_vcard_error_quark ())
GQuark ullim_vcard_error_quark (void);

/**
 * UllimVcardError:
 * @ULLIM_VCARD_ERROR_LIMIT: the file is over one of its limits
 * @ULLIM_VCARD_ERROR_ENCODING: not UTF-8, or a NUL in it
 * @ULLIM_VCARD_ERROR_CONTENT: there is no card in it
 */
typedef enum {
  ULLIM_VCARD_ERROR_LIMIT,
  ULLIM_VCARD_ERROR_ENCODING,
  ULLIM_VCARD_ERROR_CONTENT,
} UllimVcardError;

/** UllimVcardParam: @value: as written, with its quotes */
typedef struct {
  char *name;
  char *value;
} UllimVcardParam;

/**
 * UllimVcardProperty:
 * @group: (nullable)
 * @name: as written; names compare without case
 * @params: (element-type UllimVcardParam)
 * @value: as written, with its escapes
 */
typedef struct {
  char      *group;
  char      *name;
  GPtrArray *params;
  char      *value;
} UllimVcardProperty;

/** UllimVcard: @properties: (element-type UllimVcardProperty): in order, without BEGIN, VERSION,
 * END
 */
typedef struct {
  GPtrArray *properties;
} UllimVcard;

/** ullim_vcard_new: Returns: (transfer full): an empty card */
UllimVcard *ullim_vcard_new (void);

void ullim_vcard_free (UllimVcard *card);

/**
 * ullim_vcard_parse_all:
 * @n_damaged: (out) (optional): how many cards could not be read and are left out
 * @error: return location for a %ULLIM_VCARD_ERROR
 *
 * Reads a file of any number of cards; what 3.0 says in another way is turned into 4.0.
 *
 * Returns: (transfer full) (element-type UllimVcard) (nullable)
 */
GPtrArray *ullim_vcard_parse_all (const char *data, gsize length, guint *n_damaged, GError **error);

/** ullim_vcard_to_string: Returns: (transfer full): the card, folded, with CRLF; a file is one such
 * after another. A card without FN, which must have one, gets ullim_vcard_get_display_name() */
char *ullim_vcard_to_string (const UllimVcard *card);

/** ullim_vcard_get_text: Returns: (transfer full) (nullable): the value of @name, the preferred one
 * where there are several, without escapes; never "" */
char *ullim_vcard_get_text (const UllimVcard *card, const char *name);

/** ullim_vcard_set_text: @text: (nullable): %NULL removes it; only the preferred one is changed */
void ullim_vcard_set_text (UllimVcard *card, const char *name, const char *text);

/** ullim_vcard_get_texts: Returns: (transfer full) (element-type utf8): the values of all @name,
 * the preferred first */
GPtrArray *ullim_vcard_get_texts (const UllimVcard *card, const char *name);

/** ullim_vcard_get_list: Returns: (transfer full) (element-type utf8): the items of all @name,
 * which hold lists: CATEGORIES, NICKNAME */
GPtrArray *ullim_vcard_get_list (const UllimVcard *card, const char *name);

/** ullim_vcard_set_list: @items: (element-type utf8): none removes it */
void ullim_vcard_set_list (UllimVcard *card, const char *name, const GPtrArray *items);

/** ullim_vcard_get_display_name: Returns: (transfer full) (nullable): FN, or what else there is: N,
 * NICKNAME, ORG, an address, EMAIL */
char *ullim_vcard_get_display_name (const UllimVcard *card);

/** ullim_vcard_get_addresses: Returns: (transfer full) (element-type utf8): where the person can be
 * reached by SIP or telephone, the preferred first: IMPP and X-SIP as sip: or sips:, TEL as tel:;
 * not yet read as URIs */
GPtrArray *ullim_vcard_get_addresses (const UllimVcard *card);

/** ullim_vcard_set_addresses: @addresses: (element-type utf8): in the form of the above, the
 * preferred first; a property that is already there stays as it is but for its PREF */
void ullim_vcard_set_addresses (UllimVcard *card, const GPtrArray *addresses);

/** ullim_vcard_get_photo: @type: (out) (transfer full) (optional): its media type; Returns:
 * (transfer full) (nullable): the picture, if it is in the card and not too long */
GBytes *ullim_vcard_get_photo (const UllimVcard *card, char **type);

/** ullim_vcard_set_photo: @photo: (nullable): %NULL removes it; one too long is not taken */
void ullim_vcard_set_photo (UllimVcard *card, const char *type, GBytes *photo);

/**
 * ullim_vcard_merge:
 * @card: the card that is kept, with its UID
 * @other: another about the same person
 * @is_same: both are versions of one card: what there can be only one of is taken from @other,
 *   unless REV says that @card is newer; else only what @card has not
 *
 * Whatever else @other has and @card has not is added.
 */
void ullim_vcard_merge (UllimVcard *card, const UllimVcard *other, gboolean is_same);

/** ullim_vcard_property_param: Returns: (transfer full) (nullable): a parameter without its quotes
 */
char *ullim_vcard_property_param (const UllimVcardProperty *property, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimVcard, ullim_vcard_free)

G_END_DECLS
