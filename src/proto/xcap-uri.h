/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XCAP URIs (RFC 4825 section 6): which document, and which node of it. Pure functions, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Longest URI after the root, most steps of a node selector. */
#define ULLIM_XCAP_MAX_URI_BYTES 4096
#define ULLIM_XCAP_MAX_STEPS 16

/**
 * UllimXcapStep:
 * @ns: (nullable): with @name: of the element; %NULL is any (`*`)
 * @name: (nullable)
 * @position: which of those that fit so far, from 1; 0: not said
 * @attribute_ns, @attribute: (nullable): an attribute that it has
 * @value: (nullable): with this value
 *
 * RFC 4825 section 6.3.
 */
typedef struct {
  char *ns;
  char *name;
  guint position;
  char *attribute_ns;
  char *attribute;
  char *value;
} UllimXcapStep;

/**
 * UllimXcapUri:
 * @auid: application usage
 * @user: (nullable): whose, the XUI; %NULL: the global tree
 * @document: its name
 * @steps: (nullable) (element-type UllimXcapStep): to an element; %NULL: the whole document
 * @attribute_ns, @attribute: (nullable): of that element
 */
typedef struct {
  char      *auid;
  char      *user;
  char      *document;
  GPtrArray *steps;
  char      *attribute_ns;
  char      *attribute;
} UllimXcapUri;

/** UllimXcapDefaultNs: Returns: (nullable): what a name without prefix is in, for a usage */
typedef const char *(*UllimXcapDefaultNs) (const char *auid);

/**
 * ullim_xcap_uri_parse:
 * @text: what follows the root and its slash, with the query, as sent
 *
 * Returns: (transfer full) (nullable): %NULL if it is none, or too long, or asks for what is not
 *   supported here (`namespace::*`)
 */
UllimXcapUri *ullim_xcap_uri_parse (const char *text, UllimXcapDefaultNs default_ns);

void ullim_xcap_uri_free (UllimXcapUri *uri);

/** ullim_xcap_uri_build: Returns: (transfer full): @root, and the user's document `index` of @auid
 */
char *ullim_xcap_uri_build (const char *root, const char *auid, const char *user);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimXcapUri, ullim_xcap_uri_free)

G_END_DECLS
