/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XML patch operations (RFC 5261), without id() and without changes of namespace declarations.
 * Pure functions, any thread.
 */
#pragma once

#include "xml.h"

G_BEGIN_DECLS

/** Longest selector, most steps in it. */
#define ULLIM_XML_MAX_SELECTOR_BYTES 1024
#define ULLIM_XML_MAX_SELECTOR_STEPS 16

/**
 * ullim_xml_patch:
 * @root: the tree to change
 * @operation: an `add`, `replace` or `remove` element, in its own tree: its prefixes count
 * @error: return location for a %ULLIM_XML_ERROR
 *
 * Returns: %FALSE if the operation is not understood or does not fit; @root may then be no longer
 *   usable
 */
gboolean ullim_xml_patch (UllimXmlNode *root, const UllimXmlNode *operation, GError **error);

G_END_DECLS
