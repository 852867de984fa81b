/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps one document on the server and what is here in step: reads it, merges the three versions
 * (what both last agreed on, ours, theirs) on a worker thread, takes over what is new, writes back
 * what is new there, and remembers what both agree on now. Bursts of changes go out once; what
 * fails is tried again later, and nothing here depends on it. Main thread. For core/ only.
 */
#pragma once

#include "documents.h"
#include "roster.h"

G_BEGIN_DECLS

/** ULLIM_DOCUMENT_SYNC_DELAY_MS: changes here wait so long for others. */
#define ULLIM_DOCUMENT_SYNC_DELAY_MS 500

/**
 * UllimDocumentSyncKind:
 * @auid: application usage; also the name under which the agreed version is stored
 * @content_type: of the document
 * @snapshot: what is here now: (transfer full); %NULL: not ready: nothing is done until touched
 * @merge: worker thread: from the snapshot, the agreed version and the server's, (nullable) both,
 *   makes the document as it shall be, and notes in the snapshot what is to be taken over.
 *   Returns: (transfer full) (nullable): %NULL with an error if the server's is not understood: it
 *   is then left alone; %NULL without: there is none and none is needed
 * @apply: main thread: takes over what was noted, then returns @task (transfer full) with a boolean
 * @free_snapshot: any thread
 *
 * What one kind of document means. @owner is what ullim_document_sync_new() got.
 */
typedef struct {
  const char *auid;
  const char *content_type;
  gpointer (*snapshot) (gpointer owner);
  char *(*merge) (gpointer snapshot, const char *base, const char *theirs, GError **error);
  void (*apply) (gpointer owner, gpointer snapshot, GTask *task);
  GDestroyNotify free_snapshot;
} UllimDocumentSyncKind;

#define ULLIM_TYPE_DOCUMENT_SYNC (ullim_document_sync_get_type ())
G_DECLARE_FINAL_TYPE (UllimDocumentSync, ullim_document_sync, ULLIM, DOCUMENT_SYNC, GObject)

/** ullim_document_sync_new: @kind: static; @owner: must call ullim_document_sync_stop() when it
 * goes
 */
UllimDocumentSync *ullim_document_sync_new (UllimDocuments              *documents,
                                            UllimRoster                 *roster,
                                            const UllimDocumentSyncKind *kind,
                                            gpointer                     owner);

/** ullim_document_sync_stop: @owner is not called any more */
void ullim_document_sync_stop (UllimDocumentSync *self);

/** ullim_document_sync_touch: something changed here */
void ullim_document_sync_touch (UllimDocumentSync *self);

G_END_DECLS
