/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which versions of documents a server has, and where they are (RFC 5874, without patches). Pure
 * functions, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ULLIM_XCAP_DIFF_CONTENT_TYPE "application/xcap-diff+xml"

/** Longest text that is read, most documents in it: of more, the last are left out. */
#define ULLIM_XCAP_DIFF_MAX_BYTES (256 * 1024)
#define ULLIM_XCAP_DIFF_MAX_DOCUMENTS 256
/** Longest root that is read; a document with a longer selector or tag is left out. */
#define ULLIM_XCAP_DIFF_MAX_URI_BYTES 1024
#define ULLIM_XCAP_DIFF_MAX_ETAG_BYTES 256

/**
 * UllimXcapDiffDocument:
 * @sel: below the root: `resource-lists/users/sip:alice@example.org/index`
 * @previous_etag: (nullable): without quotes
 * @new_etag: (nullable): %NULL: there is no such document any more
 */
typedef struct {
  char *sel;
  char *previous_etag;
  char *new_etag;
} UllimXcapDiffDocument;

/**
 * UllimXcapDiff:
 * @root: XCAP root, without a slash at its end
 * @documents: (element-type UllimXcapDiffDocument)
 */
typedef struct {
  char      *root;
  GPtrArray *documents;
} UllimXcapDiff;

/** ullim_xcap_diff_new: Returns: (transfer full): without documents */
UllimXcapDiff *ullim_xcap_diff_new (const char *root);

void ullim_xcap_diff_free (UllimXcapDiff *diff);

/** ullim_xcap_diff_add: @previous_etag: (nullable); @new_etag: (nullable) */
void ullim_xcap_diff_add (UllimXcapDiff *diff,
                          const char    *sel,
                          const char    *previous_etag,
                          const char    *new_etag);

/**
 * ullim_xcap_diff_parse:
 * @error: return location for a %ULLIM_XML_ERROR
 *
 * Returns: (transfer full) (nullable)
 */
UllimXcapDiff *ullim_xcap_diff_parse (const char *data, gsize length, GError **error);

/** ullim_xcap_diff_to_string: Returns: (transfer full): the document */
char *ullim_xcap_diff_to_string (const UllimXcapDiff *diff);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimXcapDiff, ullim_xcap_diff_free)

G_END_DECLS
