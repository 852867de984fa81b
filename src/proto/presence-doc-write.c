/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing presence documents (RFC 3863 section 4, RFC 4479 section 4, RFC 4480 section 5). The
 * prefixes are not free: baresip looks for the bytes `<basic>` and `<rpid:away`.
 */
#define G_LOG_DOMAIN "presence-doc-write"

#include "presence-doc.h"
#include "xml-writer.h"

/* What is written for each activity, NULL-terminated: its own word, and a plainer one for whoever
 * does not know that. */
#define MAX_WORDS 3
static const char *const activity_elements[ULLIM_PRESENCE_N_ACTIVITIES][MAX_WORDS] = {
    [ULLIM_PRESENCE_ACTIVITY_AWAY] = {"rpid:away"},
    [ULLIM_PRESENCE_ACTIVITY_VACATION] = {"rpid:away", "rpid:vacation"},
    [ULLIM_PRESENCE_ACTIVITY_BUSY] = {"rpid:busy"},
    [ULLIM_PRESENCE_ACTIVITY_MEETING] = {"rpid:busy", "rpid:meeting"},
    [ULLIM_PRESENCE_ACTIVITY_ON_THE_PHONE] = {"rpid:on-the-phone"},
    [ULLIM_PRESENCE_ACTIVITY_DND] = {"rpid:busy"},
};

static void
write_activity (UllimXmlWriter *writer, UllimPresenceActivity activity)
{
  const char *const *words = activity_elements[activity];

  if (activity == ULLIM_PRESENCE_ACTIVITY_AVAILABLE)
    return;
  ullim_xml_writer_start (writer, "rpid:activities");
  for (guint i = 0; i < MAX_WORDS && words[i]; i++)
    ullim_xml_writer_element (writer, words[i], NULL);
  if (activity == ULLIM_PRESENCE_ACTIVITY_DND)
    ullim_xml_writer_element (writer, "rpid:other", "dnd");
  ullim_xml_writer_end (writer);
}

static char *
format_time (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  if (time_us < G_USEC_PER_SEC || !time)
    return NULL;
  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

static void
write_timestamp (UllimXmlWriter *writer, const char *name, gint64 time_us)
{
  g_autofree char *text = format_time (time_us);

  if (text)
    ullim_xml_writer_element (writer, name, text);
}

static void
write_idle (UllimXmlWriter *writer, const UllimPresenceIdle *idle)
{
  g_autofree char *since = format_time (idle->since_us);

  if (!idle->is_idle)
    return;
  ullim_xml_writer_start (writer, "rpid:user-input");
  ullim_xml_writer_attribute (writer, "since", since);
  ullim_xml_writer_text (writer, "idle");
  ullim_xml_writer_end (writer);
}

static void
write_notes (UllimXmlWriter *writer, const char *name, const GPtrArray *notes)
{
  for (guint i = 0; i < notes->len; i++) {
    const UllimPresenceNote *note = notes->pdata[i];

    ullim_xml_writer_start (writer, name);
    ullim_xml_writer_attribute (writer, "xml:lang", note->lang);
    ullim_xml_writer_text (writer, note->text);
    ullim_xml_writer_end (writer);
  }
}

static void
write_contact (UllimXmlWriter *writer, const UllimPresenceTuple *tuple)
{
  g_autofree char *priority = NULL;

  if (!tuple->contact)
    return;
  if (tuple->priority >= 0)
    priority = g_strdup_printf ("%d.%03d", tuple->priority / 1000, tuple->priority % 1000);
  ullim_xml_writer_start (writer, "contact");
  ullim_xml_writer_attribute (writer, "priority", priority);
  ullim_xml_writer_text (writer, tuple->contact);
  ullim_xml_writer_end (writer);
}

/* In the order of the schema, RFC 3863 section 4.4. */
static void
write_tuple (UllimXmlWriter *writer, const UllimPresenceTuple *tuple)
{
  ullim_xml_writer_start (writer, "tuple");
  ullim_xml_writer_attribute (writer, "id", tuple->id);
  ullim_xml_writer_start (writer, "status");
  if (tuple->basic != ULLIM_PRESENCE_BASIC_NONE)
    ullim_xml_writer_element (writer, "basic",
                              tuple->basic == ULLIM_PRESENCE_BASIC_OPEN ? "open" : "closed");
  ullim_xml_writer_end (writer);
  write_activity (writer, tuple->activity);
  write_idle (writer, &tuple->idle);
  if (tuple->device_id)
    ullim_xml_writer_element (writer, "dm:deviceID", tuple->device_id);
  write_contact (writer, tuple);
  write_notes (writer, "note", tuple->notes);
  write_timestamp (writer, "timestamp", tuple->timestamp_us);
  ullim_xml_writer_end (writer);
}

static void
write_tuples (UllimXmlWriter *writer, const UllimPresenceDoc *doc, gboolean is_open)
{
  for (guint i = 0; i < doc->tuples->len; i++) {
    const UllimPresenceTuple *tuple = doc->tuples->pdata[i];

    if ((tuple->basic == ULLIM_PRESENCE_BASIC_OPEN) == is_open)
      write_tuple (writer, tuple);
  }
}

static void
write_person (UllimXmlWriter *writer, const UllimPresenceDoc *doc)
{
  ullim_xml_writer_start (writer, "dm:person");
  ullim_xml_writer_attribute (writer, "id", "person");
  write_activity (writer, doc->activity);
  write_idle (writer, &doc->idle);
  write_notes (writer, "dm:note", doc->notes);
  write_timestamp (writer, "dm:timestamp", doc->timestamp_us);
  ullim_xml_writer_end (writer);
}

char *
ullim_presence_doc_to_string (const UllimPresenceDoc *doc)
{
  UllimXmlWriter *writer = ullim_xml_writer_new ();

  ullim_xml_writer_start (writer, "presence");
  ullim_xml_writer_attribute (writer, "xmlns", ULLIM_PRESENCE_NS);
  ullim_xml_writer_attribute (writer, "xmlns:dm", ULLIM_PRESENCE_NS_MODEL);
  ullim_xml_writer_attribute (writer, "xmlns:rpid", ULLIM_PRESENCE_NS_RICH);
  ullim_xml_writer_attribute (writer, "entity", doc->entity);
  write_tuples (writer, doc, TRUE);
  write_tuples (writer, doc, FALSE);
  /* Also outside the person, for readers older than RFC 4479. */
  write_notes (writer, "note", doc->notes);
  write_person (writer, doc);
  ullim_xml_writer_end (writer);
  return ullim_xml_writer_finish (writer);
}
