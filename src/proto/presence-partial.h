/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Partial presence (RFC 5262, RFC 5263): a full document once, then only what changed, as a few of
 * the patch operations of RFC 5261. Pure functions, any thread.
 */
#pragma once

#include "presence-doc.h"

G_BEGIN_DECLS

#define ULLIM_PRESENCE_PARTIAL_CONTENT_TYPE "application/pidf-diff+xml"

/** Most operations of one patch. */
#define ULLIM_PRESENCE_MAX_OPERATIONS 256

/** UllimPresencePartial: what one notifier has told so far */
typedef struct _UllimPresencePartial UllimPresencePartial;

/** ullim_presence_partial_new: Returns: (transfer full) */
UllimPresencePartial *ullim_presence_partial_new (void);

void ullim_presence_partial_free (UllimPresencePartial *partial);

/**
 * ullim_presence_partial_update:
 * @data: a `pidf-full`, a `pidf-diff`, or a plain `presence`
 * @error: return location for a %ULLIM_XML_ERROR
 *
 * Takes in what came. A patch must follow right after the version that is known (RFC 5263 section
 * 4.4), and all of it must be understood; otherwise nothing is changed and the caller asks for a
 * full document, by a new subscription. A patch seen before is ignored.
 *
 * Returns: %FALSE if a full document is needed
 */
gboolean ullim_presence_partial_update (UllimPresencePartial *partial,
                                        const char           *data,
                                        gsize                 length,
                                        GError              **error);

/** ullim_presence_partial_get_doc: Returns: (transfer full) (nullable): what holds now */
UllimPresenceDoc *ullim_presence_partial_get_doc (UllimPresencePartial *partial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimPresencePartial, ullim_presence_partial_free)

G_END_DECLS
