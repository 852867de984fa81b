/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where an account keeps documents on its server (XCAP, RFC 4825), and when another device changed
 * one: by a subscription to xcap-diff (RFC 5875), or by the root that the user has set. Main
 * thread. For core/ only.
 */
#pragma once

#include "connection.h"
#include "xcap-client.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_DOCUMENTS (ullim_documents_get_type ())
G_DECLARE_FINAL_TYPE (UllimDocuments, ullim_documents, ULLIM, DOCUMENTS, GObject)

/**
 * Signals of UllimDocuments:
 *
 * available (): the account is online and there is a client, perhaps another one than before.
 * changed (const char *auid, const char *etag): which version of the user's own document of that
 *   usage the server has now, without quotes; %NULL: none. Told also of versions that are known.
 */

/** ullim_documents_new: @connection: kept */
UllimDocuments *ullim_documents_new (UllimConnection *connection);

UllimAccount *ullim_documents_get_account (UllimDocuments *self);

/** ullim_documents_get_client: Returns: (transfer none) (nullable): %NULL while the account is not
 *  online or its server keeps no documents */
UllimXcapClient *ullim_documents_get_client (UllimDocuments *self);

G_END_DECLS
