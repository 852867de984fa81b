/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading presence documents (RFC 3863, 4479, 4480), by local names in any namespace of the family:
 * Asterisk writes those of drafts, Blink adds its own.
 */
#define G_LOG_DOMAIN "presence-doc-read"

#include "presence-doc-private.h"

#include <string.h>

#define MAX_YEAR_SECONDS G_GINT64_CONSTANT (253402300799) /* 9999-12-31 */

/* RFC 4480 section 3.2, and words that others use. */
static const struct {
  const char           *name;
  UllimPresenceActivity activity;
} activities[] = {
    {"appointment", ULLIM_PRESENCE_ACTIVITY_MEETING},
    {"away", ULLIM_PRESENCE_ACTIVITY_AWAY},
    {"breakfast", ULLIM_PRESENCE_ACTIVITY_AWAY},
    {"busy", ULLIM_PRESENCE_ACTIVITY_BUSY},
    {"dinner", ULLIM_PRESENCE_ACTIVITY_AWAY},
    {"dnd", ULLIM_PRESENCE_ACTIVITY_DND},
    {"do not disturb", ULLIM_PRESENCE_ACTIVITY_DND},
    {"do-not-disturb", ULLIM_PRESENCE_ACTIVITY_DND},
    {"extended-away", ULLIM_PRESENCE_ACTIVITY_AWAY},
    {"holiday", ULLIM_PRESENCE_ACTIVITY_VACATION},
    {"in-transit", ULLIM_PRESENCE_ACTIVITY_AWAY},
    {"lunch", ULLIM_PRESENCE_ACTIVITY_AWAY},
    {"meal", ULLIM_PRESENCE_ACTIVITY_AWAY},
    {"meeting", ULLIM_PRESENCE_ACTIVITY_MEETING},
    {"on-the-phone", ULLIM_PRESENCE_ACTIVITY_ON_THE_PHONE},
    {"performance", ULLIM_PRESENCE_ACTIVITY_BUSY},
    {"permanent-absence", ULLIM_PRESENCE_ACTIVITY_AWAY},
    {"presentation", ULLIM_PRESENCE_ACTIVITY_MEETING},
    {"shopping", ULLIM_PRESENCE_ACTIVITY_AWAY},
    {"sleeping", ULLIM_PRESENCE_ACTIVITY_AWAY},
    {"spectator", ULLIM_PRESENCE_ACTIVITY_BUSY},
    {"steering", ULLIM_PRESENCE_ACTIVITY_BUSY},
    {"travel", ULLIM_PRESENCE_ACTIVITY_AWAY},
    {"vacation", ULLIM_PRESENCE_ACTIVITY_VACATION},
    {"worship", ULLIM_PRESENCE_ACTIVITY_BUSY},
};

static UllimPresenceActivity
activity_of (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (activities); i++) {
    if (g_ascii_strcasecmp (name, activities[i].name) == 0)
      return activities[i].activity;
  }
  return ULLIM_PRESENCE_ACTIVITY_AVAILABLE;
}

static UllimPresenceActivity
read_activities (const UllimXmlNode *node)
{
  UllimPresenceActivity activity = ULLIM_PRESENCE_ACTIVITY_AVAILABLE;

  for (UllimXmlNode *child = ullim_xml_child (node, NULL, NULL); child;
       child = ullim_xml_next (child, NULL, NULL)) {
    g_autofree char      *text = ullim_xml_dup_text (child);
    UllimPresenceActivity named = activity_of (child->name);
    UllimPresenceActivity other = strcmp (child->name, "other") == 0 ? activity_of (text) : named;

    activity = MAX (activity, MAX (named, other));
  }
  return activity;
}

/* What is too long is left out: half a URI is another one. */
static char *
take_id (const char *text)
{
  gboolean is_fine = text && *text && strlen (text) <= ULLIM_PRESENCE_MAX_ID_BYTES;

  return is_fine ? g_strdup (text) : NULL;
}

static char *
read_id (const UllimXmlNode *node)
{
  g_autofree char *text = ullim_xml_dup_text (node);

  return take_id (text);
}

static gint64
parse_time (const char *text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = text ? g_date_time_new_from_iso8601 (text, utc) : NULL;
  gint64                seconds = time ? g_date_time_to_unix (time) : 0;

  if (seconds <= 0 || seconds > MAX_YEAR_SECONDS)
    return 0;
  return seconds * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
}

static gint64
read_time (const UllimXmlNode *node)
{
  g_autofree char *text = ullim_xml_dup_text (node);

  return parse_time (text);
}

static void
read_idle (const UllimXmlNode *node, UllimPresenceIdle *idle)
{
  g_autofree char *text = ullim_xml_dup_text (node);

  idle->is_idle = strcmp (text, "idle") == 0;
  idle->since_us = idle->is_idle ? parse_time (ullim_xml_attribute (node, "since")) : 0;
}

static void
read_note (const UllimXmlNode *node, GPtrArray *notes)
{
  g_autofree char *text = ullim_xml_dup_text_cut (node, ULLIM_PRESENCE_MAX_NOTE_BYTES);
  g_autofree char *lang = take_id (ullim_xml_lang (node));

  ullim_presence_notes_add (notes, lang, text);
}

static UllimPresenceBasic
read_basic (const UllimXmlNode *node)
{
  g_autofree char *text = ullim_xml_dup_text (node);

  if (g_ascii_strcasecmp (text, "open") == 0)
    return ULLIM_PRESENCE_BASIC_OPEN;
  if (g_ascii_strcasecmp (text, "closed") == 0)
    return ULLIM_PRESENCE_BASIC_CLOSED;
  return ULLIM_PRESENCE_BASIC_NONE;
}

/* Three decimals at most (RFC 3863 section 4.1.5); what is no number counts as not told. */
static int
parse_priority (const char *text)
{
  char  *end;
  double value = text ? g_ascii_strtod (text, &end) : -1;

  if (!text || end == text || !(value >= 0 && value <= 1))
    return -1;
  return (int) (value * 1000 + 0.5);
}

/* ---- tuples ---- */

static void
read_status (const UllimXmlNode *status, UllimPresenceTuple *tuple)
{
  for (UllimXmlNode *child = ullim_xml_child (status, NULL, NULL); child;
       child = ullim_xml_next (child, NULL, NULL)) {
    if (strcmp (child->name, "basic") == 0) {
      tuple->basic = read_basic (child);
    } else if (strcmp (child->name, "activities") == 0) {
      tuple->activity = MAX (tuple->activity, read_activities (child));
    } else if (strcmp (child->name, "extended") == 0) {
      /* Blink's own. */
      g_autofree char *text = ullim_xml_dup_text (child);

      tuple->activity = MAX (tuple->activity, activity_of (text));
    }
  }
}

static void
read_tuple_child (const UllimXmlNode *child, UllimPresenceTuple *tuple)
{
  if (strcmp (child->name, "status") == 0) {
    read_status (child, tuple);
  } else if (strcmp (child->name, "activities") == 0) {
    tuple->activity = MAX (tuple->activity, read_activities (child));
  } else if (strcmp (child->name, "contact") == 0 && !tuple->contact) {
    tuple->contact = read_id (child);
    tuple->priority =
        tuple->contact ? parse_priority (ullim_xml_attribute (child, "priority")) : -1;
  } else if (strcmp (child->name, "deviceID") == 0 && !tuple->device_id) {
    tuple->device_id = read_id (child);
  } else if (strcmp (child->name, "note") == 0) {
    read_note (child, tuple->notes);
  } else if (strcmp (child->name, "timestamp") == 0) {
    tuple->timestamp_us = read_time (child);
  } else if (strcmp (child->name, "user-input") == 0) {
    read_idle (child, &tuple->idle);
  }
}

static void
read_tuple (const UllimXmlNode *node, UllimPresenceDoc *doc)
{
  g_autofree char    *id = take_id (ullim_xml_attribute (node, "id"));
  UllimPresenceTuple *tuple;

  if (doc->tuples->len >= ULLIM_PRESENCE_MAX_TUPLES)
    return;
  tuple = ullim_presence_doc_add_tuple (doc, id ? id : "", ULLIM_PRESENCE_BASIC_NONE);
  for (UllimXmlNode *child = ullim_xml_child (node, NULL, NULL); child;
       child = ullim_xml_next (child, NULL, NULL))
    read_tuple_child (child, tuple);
}

/* ---- person and device ---- */

static void
read_person (const UllimXmlNode *person, UllimPresenceDoc *doc)
{
  for (UllimXmlNode *child = ullim_xml_child (person, NULL, NULL); child;
       child = ullim_xml_next (child, NULL, NULL)) {
    if (strcmp (child->name, "activities") == 0)
      doc->activity = MAX (doc->activity, read_activities (child));
    else if (strcmp (child->name, "note") == 0)
      read_note (child, doc->notes);
    else if (strcmp (child->name, "timestamp") == 0)
      doc->timestamp_us = MAX (doc->timestamp_us, read_time (child));
    else if (strcmp (child->name, "user-input") == 0)
      read_idle (child, &doc->idle);
  }
}

/* What is told of a device is told of the tuples that name it. */
static void
read_device (const UllimXmlNode *device, UllimPresenceDoc *doc)
{
  UllimXmlNode    *input = ullim_xml_child (device, NULL, "user-input");
  UllimXmlNode    *name = ullim_xml_child (device, NULL, "deviceID");
  g_autofree char *id = name ? read_id (name) : NULL;

  for (guint i = 0; id && input && i < doc->tuples->len; i++) {
    UllimPresenceTuple *tuple = doc->tuples->pdata[i];

    if (g_strcmp0 (tuple->device_id, id) == 0)
      read_idle (input, &tuple->idle);
  }
}

static gboolean
is_of_family (const UllimXmlNode *node)
{
  return g_str_has_prefix (node->ns, ULLIM_PRESENCE_NS);
}

static void
read_root_child (const UllimXmlNode *child, UllimPresenceDoc *doc)
{
  UllimXmlNode *status;

  if (!is_of_family (child))
    return;
  if (strcmp (child->name, "tuple") == 0) {
    read_tuple (child, doc);
  } else if (strcmp (child->name, "note") == 0) {
    read_note (child, doc->notes);
  } else if (strcmp (child->name, "person") == 0) {
    read_person (child, doc);
    /* Asterisk, after an early draft. */
    if ((status = ullim_xml_child (child, NULL, "status")))
      read_person (status, doc);
  }
}

/* Asterisk has one word for several, and tells which in the note. */
static void
refine_activity (UllimPresenceDoc *doc)
{
  const char *note = ullim_presence_doc_note (doc, NULL);

  if (doc->activity == ULLIM_PRESENCE_ACTIVITY_BUSY && note &&
      g_ascii_strcasecmp (note, "On the phone") == 0)
    doc->activity = ULLIM_PRESENCE_ACTIVITY_ON_THE_PHONE;
}

UllimPresenceDoc *
ullim_presence_doc_from_xml (const UllimXmlNode *root, GError **error)
{
  g_autofree char  *entity = take_id (ullim_xml_attribute (root, "entity"));
  UllimPresenceDoc *doc;

  if (!is_of_family (root) || !entity ||
      (strcmp (root->name, "presence") != 0 && strcmp (root->name, "pidf-full") != 0)) {
    g_set_error (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_CONTENT, "Not a presence document");
    return NULL;
  }
  doc = ullim_presence_doc_new (entity);
  for (UllimXmlNode *child = ullim_xml_child (root, NULL, NULL); child;
       child = ullim_xml_next (child, NULL, NULL))
    read_root_child (child, doc);
  for (UllimXmlNode *device = ullim_xml_child (root, NULL, "device"); device;
       device = ullim_xml_next (device, NULL, "device"))
    read_device (device, doc);
  refine_activity (doc);
  return doc;
}

UllimPresenceDoc *
ullim_presence_doc_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (UllimXmlNode) root = NULL;

  if (length > ULLIM_PRESENCE_MAX_BYTES) {
    g_set_error (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_LIMIT, "Presence document too long");
    return NULL;
  }
  root = ullim_xml_parse (data, length, error);
  return root ? ullim_presence_doc_from_xml (root, error) : NULL;
}
