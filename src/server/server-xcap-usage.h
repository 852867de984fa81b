/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What each application usage (RFC 4825 section 5) demands of its documents. Pure, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * UllimServerXcapUsage:
 * @auid: its name
 * @content_type: of its documents
 * @ns: the default namespace of a node selector
 */
typedef struct {
  const char *auid;
  const char *content_type;
  const char *ns;
} UllimServerXcapUsage;

/** ullim_server_xcap_usage_find: Returns: (nullable): of documents that people have */
const UllimServerXcapUsage *ullim_server_xcap_usage_find (const char *auid);

/** ullim_server_xcap_usage_ns: Returns: (nullable): the namespace of a usage, xcap-caps too */
const char *ullim_server_xcap_usage_ns (const char *auid);

/**
 * ullim_server_xcap_usage_check:
 *
 * Returns: (nullable): %NULL if it is such a document; otherwise the element of RFC 4825 section
 *   11.2 that says why not
 */
const char *
ullim_server_xcap_usage_check (const UllimServerXcapUsage *usage, const char *data, gsize length);

/** ULLIM_SERVER_XCAP_CAPS: the xcap-caps document, the same for all. */
extern const char ullim_server_xcap_caps[];

G_END_DECLS
