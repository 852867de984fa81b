/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event package xcap-diff (RFC 5875): tells each device of a person where the documents are and
 * which versions there are now, so that what one device writes the others read at once. Main
 * thread.
 */
#pragma once

#include "server-documents.h"
#include "server-subscriptions.h"

G_BEGIN_DECLS

typedef struct _UllimServerXcapDiff UllimServerXcapDiff;

/**
 * ullim_server_xcap_diff_new:
 * @root: XCAP root for those who came without TLS; @secure_root: for those who came with it
 * @documents: (transfer none): it is listened to for ever: free it first
 */
UllimServerXcapDiff *ullim_server_xcap_diff_new (const char           *domain,
                                                 const char           *root,
                                                 const char           *secure_root,
                                                 UllimServerDocuments *documents);
void                 ullim_server_xcap_diff_free (UllimServerXcapDiff *self);

/** ullim_server_xcap_diff_package: Returns: for ullim_server_subscriptions_add_package(), with the
 * #UllimServerXcapDiff as its data */
const UllimServerPackage *ullim_server_xcap_diff_package (void);

G_END_DECLS
