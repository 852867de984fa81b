/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom a SUBSCRIBE is for: one person; a list that it contains (RFC 5367); or a list that its
 * sender keeps on the server (RFC 4826 section 4). Main thread.
 */
#pragma once

#include "server-documents.h"
#include "server-request.h"

G_BEGIN_DECLS

/** ullim_server_lists_check_support: whether the sender understands NOTIFYs of lists; if not, the
 * request is answered with 421 (RFC 4662 section 4.2) */
gboolean ullim_server_lists_check_support (UllimServerRequest *request);

/**
 * ullim_server_lists_read_body:
 * @uris: (out) (transfer full) (element-type utf8) (nullable): the list that the request contains;
 *   %NULL if it contains none
 *
 * Returns: 0; 413 or 400 for a body that cannot be taken; -1 if it was answered here
 */
int ullim_server_lists_read_body (UllimServerRequest *request, GPtrArray **uris);

/**
 * ullim_server_lists_find:
 * @name: whose lists are looked through: those of others are nobody's business
 * @uri: of a service in the rls-services document
 *
 * Returns: (transfer full) (element-type utf8) (nullable): the people on it; %NULL if there is no
 *   such service of event presence
 */
GPtrArray *
ullim_server_lists_find (UllimServerDocuments *documents, const char *name, const char *uri);

G_END_DECLS
