/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of a path through an XML document, as the selectors of XCAP (RFC 4825) and of patches
 * (RFC 5261) both have them. For proto/ only.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** UllimXmlPrefixFunc: Returns: (nullable): the namespace that @prefix stands for */
typedef const char *(*UllimXmlPrefixFunc) (const char *prefix, gconstpointer data);

/**
 * UllimXmlCursor:
 * @at: what is read next
 * @default_ns: (nullable): of an element's name without a prefix
 * @lookup, @data: what prefixes mean
 *
 * Owns nothing.
 */
typedef struct {
  const char        *at;
  const char        *default_ns;
  UllimXmlPrefixFunc lookup;
  gconstpointer      data;
} UllimXmlCursor;

/** ullim_xml_cursor_skip: Returns: whether @token stood there */
gboolean ullim_xml_cursor_skip (UllimXmlCursor *cursor, const char *token);

/**
 * ullim_xml_cursor_read_qname:
 * @default_ns: (nullable): of a name without a prefix
 *
 * Returns: %FALSE if there is no name, or its prefix stands for nothing; @ns and @name may be set
 *   then, too
 */
gboolean ullim_xml_cursor_read_qname (UllimXmlCursor *cursor,
                                      const char     *default_ns,
                                      char          **ns,
                                      char          **name);

/** ullim_xml_cursor_read_quoted: Returns: (transfer full) (nullable): what stands between quotes of
 *  either kind, as it is; %NULL if they have no end */
char *ullim_xml_cursor_read_quoted (UllimXmlCursor *cursor);

G_END_DECLS
