/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing XML 1.0: everything that is not markup is escaped, so no text can become markup. Names
 * and prefixes are the caller's, as literal readers on the other side want certain ones. Pure
 * functions, any thread.
 */
#pragma once

#include "xml.h"

G_BEGIN_DECLS

typedef struct _UllimXmlWriter UllimXmlWriter;

/** ullim_xml_writer_new: Returns: (transfer full): a document in UTF-8 with its declaration */
UllimXmlWriter *ullim_xml_writer_new (void);

void ullim_xml_writer_free (UllimXmlWriter *writer);

/** ullim_xml_writer_start: opens an element; @name: with its prefix if it has one */
void ullim_xml_writer_start (UllimXmlWriter *writer, const char *name);

/** ullim_xml_writer_attribute: to the element just opened, before anything in it; @value:
 * (nullable): %NULL writes nothing */
void ullim_xml_writer_attribute (UllimXmlWriter *writer, const char *name, const char *value);

/** ullim_xml_writer_text: characters that XML cannot hold become U+FFFD */
void ullim_xml_writer_text (UllimXmlWriter *writer, const char *text);

/** ullim_xml_writer_end: closes the element opened last */
void ullim_xml_writer_end (UllimXmlWriter *writer);

/** ullim_xml_writer_element: an element with @text in it; @text: (nullable): none */
void ullim_xml_writer_element (UllimXmlWriter *writer, const char *name, const char *text);

/** ullim_xml_writer_node: @node with all below it, with the namespace declarations it needs */
void ullim_xml_writer_node (UllimXmlWriter *writer, const UllimXmlNode *node);

/** ullim_xml_writer_finish: frees the writer; Returns: (transfer full): the document */
char *ullim_xml_writer_finish (UllimXmlWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimXmlWriter, ullim_xml_writer_free)

G_END_DECLS
