/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing XML 1.0, escaped as its sections 2.2, 2.4, 2.11 and 3.3.3 demand.
 */
#define G_LOG_DOMAIN "xml-writer"

#include "xml-writer.h"

#include <string.h>

#define REPLACEMENT_CHARACTER 0xfffd

struct _UllimXmlWriter {
  GString   *out;
  GPtrArray *open; /* names of the elements that are open */
  gboolean   is_in_tag;
};

UllimXmlWriter *
ullim_xml_writer_new (void)
{
  UllimXmlWriter *writer = g_new0 (UllimXmlWriter, 1);

  writer->out = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  writer->open = g_ptr_array_new_with_free_func (g_free);
  return writer;
}

void
ullim_xml_writer_free (UllimXmlWriter *writer)
{
  if (writer->out)
    g_string_free (writer->out, TRUE);
  g_ptr_array_unref (writer->open);
  g_free (writer);
}

/* Section 2.2, Char. */
static gboolean
is_allowed (gunichar c)
{
  return c >= 0x20 ? c != 0xfffe && c != 0xffff : c == '\t' || c == '\n' || c == '\r';
}

/* A line end in an attribute, and a carriage return anywhere, would be read as something else if it
 * were not written by number. */
static void
append_char (GString *out, gunichar c, gboolean is_attribute)
{
  if (!is_allowed (c))
    g_string_append_unichar (out, REPLACEMENT_CHARACTER);
  else if (c == '&')
    g_string_append (out, "&amp;");
  else if (c == '<')
    g_string_append (out, "&lt;");
  else if (c == '>')
    g_string_append (out, "&gt;");
  else if (c == '"' && is_attribute)
    g_string_append (out, "&quot;");
  else if (c == '\r' || (is_attribute && (c == '\n' || c == '\t')))
    g_string_append_printf (out, "&#%u;", c);
  else
    g_string_append_unichar (out, c);
}

static void
append_escaped (GString *out, const char *text, gboolean is_attribute)
{
  g_autofree char *valid = g_utf8_validate (text, -1, NULL) ? NULL : g_utf8_make_valid (text, -1);

  for (const char *p = valid ? valid : text; *p; p = g_utf8_next_char (p))
    append_char (out, g_utf8_get_char (p), is_attribute);
}

static void
close_tag (UllimXmlWriter *writer)
{
  if (writer->is_in_tag)
    g_string_append_c (writer->out, '>');
  writer->is_in_tag = FALSE;
}

void
ullim_xml_writer_start (UllimXmlWriter *writer, const char *name)
{
  close_tag (writer);
  g_string_append_printf (writer->out, "<%s", name);
  g_ptr_array_add (writer->open, g_strdup (name));
  writer->is_in_tag = TRUE;
}

void
ullim_xml_writer_attribute (UllimXmlWriter *writer, const char *name, const char *value)
{
  g_return_if_fail (writer->is_in_tag);

  if (!value)
    return;
  g_string_append_printf (writer->out, " %s=\"", name);
  append_escaped (writer->out, value, TRUE);
  g_string_append_c (writer->out, '"');
}

void
ullim_xml_writer_text (UllimXmlWriter *writer, const char *text)
{
  if (!*text)
    return;
  close_tag (writer);
  append_escaped (writer->out, text, FALSE);
}

void
ullim_xml_writer_end (UllimXmlWriter *writer)
{
  g_autofree char *name = NULL;

  g_return_if_fail (writer->open->len > 0);

  name = g_ptr_array_steal_index (writer->open, writer->open->len - 1);
  if (writer->is_in_tag)
    g_string_append (writer->out, "/>");
  else
    g_string_append_printf (writer->out, "</%s>", name);
  writer->is_in_tag = FALSE;
}

void
ullim_xml_writer_element (UllimXmlWriter *writer, const char *name, const char *text)
{
  ullim_xml_writer_start (writer, name);
  ullim_xml_writer_text (writer, text ? text : "");
  ullim_xml_writer_end (writer);
}

/* An attribute with a namespace needs a prefix: a numbered one, declared beside it. */
static void
write_attribute (UllimXmlWriter *writer, const UllimXmlAttribute *attribute, guint number)
{
  g_autofree char *name = NULL;
  g_autofree char *declaration = NULL;

  if (strcmp (attribute->ns, ULLIM_XML_NS_XMLNS) == 0)
    return;
  if (*attribute->ns == '\0') {
    name = g_strdup (attribute->name);
  } else if (strcmp (attribute->ns, ULLIM_XML_NS_XML) == 0) {
    name = g_strconcat ("xml:", attribute->name, NULL);
  } else {
    declaration = g_strdup_printf ("xmlns:n%u", number);
    name = g_strdup_printf ("n%u:%s", number, attribute->name);
    ullim_xml_writer_attribute (writer, declaration, attribute->ns);
  }
  ullim_xml_writer_attribute (writer, name, attribute->value);
}

static void
write_node (UllimXmlWriter *writer, const UllimXmlNode *node, const char *default_ns)
{
  if (node->text) {
    ullim_xml_writer_text (writer, node->text);
    return;
  }
  if (strcmp (node->ns, ULLIM_XML_NS_XML) == 0) {
    /* This namespace may not be the default one. */
    g_autofree char *name = g_strconcat ("xml:", node->name, NULL);

    ullim_xml_writer_start (writer, name);
  } else {
    ullim_xml_writer_start (writer, node->name);
    if (g_strcmp0 (node->ns, default_ns) != 0)
      ullim_xml_writer_attribute (writer, "xmlns", node->ns);
    default_ns = node->ns;
  }
  for (guint i = 0; node->attributes && i < node->attributes->len; i++)
    write_attribute (writer, node->attributes->pdata[i], i);
  for (const UllimXmlNode *child = node->first; child; child = child->next)
    write_node (writer, child, default_ns);
  ullim_xml_writer_end (writer);
}

void
ullim_xml_writer_node (UllimXmlWriter *writer, const UllimXmlNode *node)
{
  write_node (writer, node, NULL);
}

char *
ullim_xml_writer_finish (UllimXmlWriter *writer)
{
  char *text;

  g_return_val_if_fail (writer->open->len == 0, NULL);

  g_string_append_c (writer->out, '\n');
  text = g_string_free (g_steal_pointer (&writer->out), FALSE);
  ullim_xml_writer_free (writer);
  return text;
}
