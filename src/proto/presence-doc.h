/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presence documents: PIDF (RFC 3863) with the data model (RFC 4479) and rich presence (RFC 4480).
 * Pure functions, any thread.
 */
#pragma once

#include "xml.h"

G_BEGIN_DECLS

/** The content type, without parameters: some readers compare it whole. */
#define ULLIM_PRESENCE_CONTENT_TYPE "application/pidf+xml"

#define ULLIM_PRESENCE_NS "urn:ietf:params:xml:ns:pidf"
#define ULLIM_PRESENCE_NS_MODEL "urn:ietf:params:xml:ns:pidf:data-model"
#define ULLIM_PRESENCE_NS_RICH "urn:ietf:params:xml:ns:pidf:rpid"
#define ULLIM_PRESENCE_NS_DIFF "urn:ietf:params:xml:ns:pidf-diff"

/** Longest document that is read; most tuples, and most notes of a person or a tuple, that are
 * taken from it: what is beyond is left out. */
#define ULLIM_PRESENCE_MAX_BYTES (64 * 1024)
#define ULLIM_PRESENCE_MAX_TUPLES 64
#define ULLIM_PRESENCE_MAX_NOTES 8
/** A longer note is cut; a longer identifier or URI is left out. */
#define ULLIM_PRESENCE_MAX_NOTE_BYTES 1024
#define ULLIM_PRESENCE_MAX_ID_BYTES 512

/** UllimPresenceBasic: whether a person can be reached (RFC 3863 section 4.1.4); NONE: not told */
typedef enum {
  ULLIM_PRESENCE_BASIC_NONE,
  ULLIM_PRESENCE_BASIC_CLOSED,
  ULLIM_PRESENCE_BASIC_OPEN,
} UllimPresenceBasic;

/**
 * UllimPresenceActivity:
 * @ULLIM_PRESENCE_ACTIVITY_AVAILABLE: nothing keeps the person from answering, or nothing is told
 * @ULLIM_PRESENCE_ACTIVITY_AWAY: away, or at what is done away from a desk (meals, travel, sleep …)
 * @ULLIM_PRESENCE_ACTIVITY_VACATION: vacation, holiday
 * @ULLIM_PRESENCE_ACTIVITY_BUSY: busy, or watching, worshipping …
 * @ULLIM_PRESENCE_ACTIVITY_MEETING: meeting, appointment, presentation
 * @ULLIM_PRESENCE_ACTIVITY_ON_THE_PHONE: on-the-phone
 * @ULLIM_PRESENCE_ACTIVITY_DND: wants no ring and no notice; RFC 4480 has no word for it: written
 * as busy for others, and "dnd" as another activity
 *
 * What a person does (RFC 4480 section 3.2), as far as it changes how one may reach them. A greater
 * one outweighs a smaller one where both are told.
 */
typedef enum {
  ULLIM_PRESENCE_ACTIVITY_AVAILABLE,
  ULLIM_PRESENCE_ACTIVITY_AWAY,
  ULLIM_PRESENCE_ACTIVITY_VACATION,
  ULLIM_PRESENCE_ACTIVITY_BUSY,
  ULLIM_PRESENCE_ACTIVITY_MEETING,
  ULLIM_PRESENCE_ACTIVITY_ON_THE_PHONE,
  ULLIM_PRESENCE_ACTIVITY_DND,
} UllimPresenceActivity;

#define ULLIM_PRESENCE_N_ACTIVITIES 7

/** ullim_presence_activity_name: Returns: available, away, vacation, busy, meeting, on-the-phone,
 * dnd */
const char *ullim_presence_activity_name (UllimPresenceActivity activity);

/** ullim_presence_activity_from_name: Returns: %FALSE if @name is none of the above */
gboolean ullim_presence_activity_from_name (const char *name, UllimPresenceActivity *activity);

/** UllimPresenceNote: words of a person; @lang: (nullable): their language (RFC 5646) */
typedef struct {
  char *lang;
  char *text;
} UllimPresenceNote;

/**
 * UllimPresenceIdle:
 * @is_idle: nobody touches the device
 * @since_us: since when, us since 1970; 0 if not told
 *
 * RFC 4480 section 3.12.
 */
typedef struct {
  gboolean is_idle;
  gint64   since_us;
} UllimPresenceIdle;

/**
 * UllimPresenceTuple:
 * @id: unlike the others' of the document
 * @device_id: (nullable): RFC 4479 section 3.4: which device this is
 * @contact: (nullable): a URI
 * @priority: of @contact, 0 to 1000; -1 if not told
 * @notes: (element-type UllimPresenceNote)
 * @timestamp_us: when this was so, us since 1970; 0 if not told
 *
 * A service of a person, in practice one of their devices (RFC 3863 section 4.1.2).
 */
typedef struct {
  char                 *id;
  char                 *device_id;
  UllimPresenceBasic    basic;
  UllimPresenceActivity activity;
  char                 *contact;
  int                   priority;
  GPtrArray            *notes;
  UllimPresenceIdle     idle;
  gint64                timestamp_us;
} UllimPresenceTuple;

/**
 * UllimPresenceDoc:
 * @entity: whose presence this is, a URI
 * @tuples: (element-type UllimPresenceTuple)
 * @notes: (element-type UllimPresenceNote): of the person
 * @timestamp_us: of the person; 0 if not told
 */
typedef struct {
  char                 *entity;
  GPtrArray            *tuples;
  UllimPresenceActivity activity;
  GPtrArray            *notes;
  UllimPresenceIdle     idle;
  gint64                timestamp_us;
} UllimPresenceDoc;

/** ullim_presence_doc_new: Returns: (transfer full): nothing about @entity */
UllimPresenceDoc *ullim_presence_doc_new (const char *entity);

void ullim_presence_doc_free (UllimPresenceDoc *doc);

/**
 * ullim_presence_doc_parse:
 * @error: return location for a %ULLIM_XML_ERROR
 *
 * Reads what Kamailio, Linphone, baresip, Asterisk, FreeSWITCH and Blink write, also where it is
 * older than the RFCs.
 *
 * Returns: (transfer full) (nullable)
 */
UllimPresenceDoc *ullim_presence_doc_parse (const char *data, gsize length, GError **error);

/** ullim_presence_doc_from_xml: the same of a tree: a `presence`, or a `pidf-full` (RFC 5262) */
UllimPresenceDoc *ullim_presence_doc_from_xml (const UllimXmlNode *root, GError **error);

/** ullim_presence_doc_to_string: Returns: (transfer full): the document; tuples that are open come
 * first, as some readers take the first */
char *ullim_presence_doc_to_string (const UllimPresenceDoc *doc);

/** ullim_presence_doc_add_tuple: Returns: (transfer none): a new one, @id made an XML name */
UllimPresenceTuple *
ullim_presence_doc_add_tuple (UllimPresenceDoc *doc, const char *id, UllimPresenceBasic basic);

/** ullim_presence_doc_add_note: @lang: (nullable); what is there already, or beyond
 * %ULLIM_PRESENCE_MAX_NOTES, is not added */
void ullim_presence_doc_add_note (UllimPresenceDoc *doc, const char *lang, const char *text);

/** ullim_presence_doc_copy: Returns: (transfer full) */
UllimPresenceDoc *ullim_presence_doc_copy (const UllimPresenceDoc *doc);

/* ---- the one answer a window wants ---- */

/** ullim_presence_doc_basic: open if any tuple is */
UllimPresenceBasic ullim_presence_doc_basic (const UllimPresenceDoc *doc);

/** ullim_presence_doc_activity: the person's, or where none is told the greatest that an open tuple
 * tells */
UllimPresenceActivity ullim_presence_doc_activity (const UllimPresenceDoc *doc);

/** ullim_presence_doc_note: @lang: (nullable): the reader's, for example "ko"; Returns: (transfer
 * none) (nullable): the person's note in that language, or the first, or a tuple's */
const char *ullim_presence_doc_note (const UllimPresenceDoc *doc, const char *lang);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimPresenceDoc, ullim_presence_doc_free)

G_END_DECLS
