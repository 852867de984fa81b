/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XCAP (RFC 4825) over the server's documents: each member reads and writes the own ones, whole or
 * by element and attribute. Usages: resource-lists and rls-services (RFC 4826), pres-rules (RFC
 * 5025), xcap-caps (RFC 4825 section 12). Main thread.
 */
#pragma once

#include "server-documents.h"
#include "server-http.h"

G_BEGIN_DECLS

/** ULLIM_SERVER_XCAP_PATH: of the XCAP root. */
#define ULLIM_SERVER_XCAP_PATH "/xcap-root"
/** ULLIM_SERVER_XCAP_DOCUMENT: the one document of each usage and person. */
#define ULLIM_SERVER_XCAP_DOCUMENT "index"

typedef struct _UllimServerXcap UllimServerXcap;

/** ullim_server_xcap_new: @documents: (transfer none): outlives it */
UllimServerXcap *ullim_server_xcap_new (const char *domain, UllimServerDocuments *documents);
void             ullim_server_xcap_free (UllimServerXcap *self);

/** ullim_server_xcap_handle: answers @request now or when the change is on disk. @data: the
 * #UllimServerXcap */
void ullim_server_xcap_handle (UllimServerHttpRequest *request, gpointer data);

G_END_DECLS
