/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The documents that people keep on the server: who is in their lists, who may see them (RFC 4825
 * section 6: one document `index` of each application usage and person). All are in memory; a
 * change is in memory, and told, after it is on disk. Main thread.
 */
#pragma once

#include "server-db.h"

G_BEGIN_DECLS

/** Application usages (RFC 4826 sections 3.1 and 4.1, RFC 5025 section 9.1). */
#define ULLIM_SERVER_RESOURCE_LISTS "resource-lists"
#define ULLIM_SERVER_RLS_SERVICES "rls-services"
#define ULLIM_SERVER_PRES_RULES "pres-rules"

/** Longest entity tag with its NUL, without quotes. */
#define ULLIM_SERVER_ETAG_SIZE 33

/**
 * UllimServerDocument:
 * @auid: application usage, one of the constants above
 * @name: whose: the name of an account
 * @body: well-formed, and read by the reader of its usage
 * @etag: another one after each change, without quotes
 *
 * Valid until the next change of this document.
 */
typedef struct {
  const char *auid;
  char       *name;
  GBytes     *body;
  char        etag[ULLIM_SERVER_ETAG_SIZE];
} UllimServerDocument;

typedef struct _UllimServerDocuments UllimServerDocuments;

/** ullim_server_documents_new: reads the table once, on the calling thread */
UllimServerDocuments *ullim_server_documents_new (UllimServerSqlite *sqlite);
void                  ullim_server_documents_free (UllimServerDocuments *self);

/** ullim_server_documents_set_db: (transfer none): before the first change; outlives @self's use */
void ullim_server_documents_set_db (UllimServerDocuments *self, UllimServerDb *db);

/** ullim_server_documents_find: Returns: (transfer none) (nullable): @name's document of @auid */
const UllimServerDocument *
ullim_server_documents_find (UllimServerDocuments *self, const char *auid, const char *name);

/**
 * UllimServerDocumentsListener:
 * @document: (nullable): as it is now; %NULL: it is gone
 * @previous_etag: (nullable): what it was before; %NULL: there was none
 */
typedef void (*UllimServerDocumentsListener) (const char                *auid,
                                              const char                *name,
                                              const UllimServerDocument *document,
                                              const char                *previous_etag,
                                              gpointer                   data);

/** ullim_server_documents_listen: @listener is called after each change, for the life of @self;
 *  before whoever made the change has the answer */
void ullim_server_documents_listen (UllimServerDocuments        *self,
                                    UllimServerDocumentsListener listener,
                                    gpointer                     data);

/**
 * UllimServerDocumentsChange:
 * @now: (nullable): the document, no change of it being under way
 * @body: (out) (transfer full) (nullable): what it shall be; %NULL: remove it
 *
 * Returns: %FALSE to leave it as it is
 */
typedef gboolean (*UllimServerDocumentsChange) (const UllimServerDocument *now,
                                                GBytes                   **body,
                                                gpointer                   data);

/**
 * UllimServerDocumentsDone:
 * @ok: %FALSE if it could not be stored
 * @now: (nullable): the document
 *
 * Owns @data.
 */
typedef void (*UllimServerDocumentsDone) (gboolean                   ok,
                                          const UllimServerDocument *now,
                                          gpointer                   data);

/**
 * ullim_server_documents_change:
 * @auid: one of the constants above
 * @change: called as soon as no other change of this document is under way: often at once
 * @done: called when it is on disk; right after @change if that leaves the document as it is
 *
 * Changes of one document happen one after the other, so @change can judge by the version.
 */
void ullim_server_documents_change (UllimServerDocuments      *self,
                                    const char                *auid,
                                    const char                *name,
                                    UllimServerDocumentsChange change,
                                    UllimServerDocumentsDone   done,
                                    gpointer                   data);

/** ullim_server_documents_reload: forgets what another process has removed from the table, with its
 *  account */
void ullim_server_documents_reload (UllimServerDocuments *self);

G_END_DECLS
